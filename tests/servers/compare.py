#!/usr/bin/env python3
"""Compares the policies that connect-lint reads for pages with those that a server sends.

Prints how many pages were asked for, then a line for each that differs.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "policies"
HEADERS = {"content-security-policy": "enforce", "content-security-policy-report-only": "report"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--origin", required=True)
    parser.add_argument("fixture")
    parser.add_argument("folders", nargs="+", metavar="FOLDER=PATH")
    options = parser.parse_args()

    folder = FIXTURES / options.fixture
    read = policies(options.binary, folder)
    failures = []
    pages = 0
    for mount in options.folders:
        name, prefix = mount.split("=", 1)
        for page in sorted((folder / name).rglob("*.html")):
            pages += 1
            below = page.relative_to(folder / name).as_posix()
            path = prefix + re.sub(r"(^|/)index\.html$", r"\1", below)
            # A page may be there without its extension too, by other rules.
            paths = [path, path.removesuffix(".html")] if path.endswith(".html") else [path]
            sent = set()
            for one in paths:
                body, policies_sent = ask(options.origin + urllib.parse.quote(one))
                # Another answer than the page has nothing to do with it.
                if body == page.read_text():
                    sent |= set(policies_sent)
            expected = set(read.get(page.relative_to(folder).as_posix(), []))
            if problem := difference(expected, sent):
                failures.append(f"{options.fixture}: {path}: {problem}")
    print(pages)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


def policies(binary, folder):
    """The policies of each file: pairs of a disposition and a text."""
    command = [binary, "policy", "--no-config", "--format", "json", "."]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    of_files = {}
    for policy in json.loads(run.stdout)["policies"]:
        for governed in policy["governs"]:
            values = of_files.setdefault(governed["file"], [])
            values += split(policy["disposition"], policy["text"])
    return of_files


def split(kind, value):
    parts = (" ".join(part.split()) for part in value.split(","))
    return [(kind, part) for part in parts if part]


def ask(url):
    """The body of a response, and its policies."""
    run = subprocess.run(["curl", "-sD-", url], capture_output=True, text=True, check=True)
    head, _, body = run.stdout.partition("\n\n")
    sent = []
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(":")
        if kind := HEADERS.get(name.strip().lower()):
            sent += split(kind, value)
    return body, sent


def difference(expected, sent):
    """What differs; a hole of what was read stands for anything."""
    left = sorted(sent)
    for kind, text in sorted(expected):
        parts = re.split(r"\{[^{}]*\}", text)
        pattern = re.compile(".*".join(re.escape(part) for part in parts))
        match = next((s for s in left if s[0] == kind and pattern.fullmatch(s[1])), None)
        if match is None:
            return f"not sent: {text!r} ({kind}); sent: {sent}"
        left.remove(match)
    return f"not read: {left}" if left else None


if __name__ == "__main__":
    sys.exit(main())
