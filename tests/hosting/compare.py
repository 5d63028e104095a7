#!/usr/bin/env python3
"""Compares the policies that connect-lint reads for pages with those that a service's tool sends.

Each page is asked for under all paths that it may have; those count whose response is the page.
What is read must be what is sent for some of these paths: connect-lint takes the paths that rules
single out. With `--some`, all of what is read must be sent, but more may be.

Prints how many paths answered with their pages, then a line for each page that differs.
"""

import argparse
import http.client
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
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--some", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="tell each path that answered")
    parser.add_argument("fixture")
    parser.add_argument("pages", nargs="+", metavar="FILE-OR-FOLDER=PATH")
    options = parser.parse_args()

    folder = FIXTURES / options.fixture
    read = policies(options.binary, folder)
    answered, failures = 0, []
    for page, path in pages(folder, options.pages):
        sent = {}
        for one in paths_of(path):
            body, sent_policies = ask(options.port, one)
            if body == page.read_text():
                sent[one] = sent_policies
        answered += len(sent)
        if options.verbose:
            print(options.fixture, sent, file=sys.stderr)
        expected = read.get(page.relative_to(folder).as_posix(), [])
        problem = difference(expected, sent, options.some) if sent else "is not served"
        if problem:
            failures.append(f"{options.fixture}: {path}: {problem}")
    print(answered)
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
    return [(kind, part.removesuffix(";")) for part in parts if part]


def pages(folder, mounts):
    """The pages of the folders, and the path that each has with its whole name."""
    for mount in mounts:
        name, prefix = mount.split("=", 1)
        place = folder / name
        if place.is_file():
            yield place, prefix
            continue
        for page in sorted(place.rglob("*.html")):
            yield page, prefix + page.relative_to(place).as_posix()


def paths_of(path):
    """All paths that a page may have."""
    stem = path.removesuffix(".html")
    paths = [path, stem, stem + "/"]
    if path.endswith("/index.html"):
        above = path.removesuffix("/index.html")
        paths += [above + "/", above or "/"]
    if path == "/404.html":
        paths += ["/no-such-page", "/no/such/page.html"]
    return dict.fromkeys(paths)


def ask(port, path):
    """The body of a response, and its policies."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", urllib.parse.quote(path))
    response = connection.getresponse()
    sent = []
    for name, value in response.getheaders():
        if kind := HEADERS.get(name.lower()):
            sent += split(kind, value)
    body = response.read().decode(errors="replace")
    connection.close()
    return body, sent


def difference(expected, sent, some):
    """What differs; a hole of what was read stands for anything."""
    patterns = [(kind, pattern(text)) for kind, text in expected]

    def is_read(policy):
        return any(kind == policy[0] and p.fullmatch(policy[1]) for kind, p in patterns)

    if some:
        # What is read must come with each path.
        whole = sent.values()
    else:
        whole = [policies for policies in sent.values() if all(map(is_read, policies))]
    together = {policy for policies in whole for policy in policies}
    for kind, p in patterns:
        if not any(kind == sent_kind and p.fullmatch(text) for sent_kind, text in together):
            return f"not sent: {p.pattern!r} ({kind}); sent: {sent}"
    return None if whole else f"read: {expected}, but sent: {sent}"


def pattern(text):
    """An expression for a text with holes: `{name}`."""
    parts = re.split(r"\{[^{}]*\}", text)
    return re.compile(".*".join(re.escape(part) for part in parts))


if __name__ == "__main__":
    sys.exit(main())
