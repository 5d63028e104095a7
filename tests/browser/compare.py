"""What the browser did, case by case, and whether connect-lint says the same."""

import concurrent.futures
import itertools
import json
import os
import subprocess
import urllib.parse

# How a call ends that makes no request because of its URL (None: silently, or it was made).
# Any other error, such as a quota, means that the case was not observed.
NO_REQUEST = (None, "TypeError", "SyntaxError", "SecurityError")


def observations(cases, results):
    """A dictionary per request of the matrix. What threw before any check was not blocked."""
    out = []
    for case, rows in zip(cases, results, strict=True):
        for (api, url), row in zip(case.group.cases, rows, strict=True):
            out.append(
                {
                    "page_url": case.page_url,
                    "policies": [*case.group.headers, *case.group.meta],
                    "report_only": list(case.group.report_only),
                    "api": api,
                    "url": url,
                    "blocked": bool(row["enforced"]),
                    "reported": bool(row["reported"]),
                    "checked": row["checked"],
                    "error": row["error"],
                }
            )
    return out


def page_observations(pages, results):
    """A dictionary per page: which URLs it requested, and whether each was blocked."""
    return [
        {
            "page_url": page.page_url,
            "file": page.path,
            "policies": page.headers,
            "requests": dict(sorted(rows.items())),
        }
        for page, rows in zip(pages, results, strict=True)
    ]


def disagreements(binary, rows):
    """A line for every request of the matrix that connect-lint judges otherwise."""
    groups = [list(group) for _, group in itertools.groupby(rows, key=group_key)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        judged = pool.map(lambda group: group_disagreements(binary, group), groups)
        return [failure for failures in judged for failure in failures]


def group_key(row):
    """Requests that one process judges."""
    return row["page_url"], row["policies"], row["report_only"], row["api"]


def group_disagreements(binary, group):
    """The same for requests of one group."""
    try:
        verdicts = judge(binary, group)
    except ConnectLintError as error:
        return [f"no verdict ({error}): {describe(row)}" for row in group]
    pairs = [(row, disagreement(row, verdict)) for row, verdict in zip(group, verdicts, strict=True)]
    return [f"{reason}: {describe(row)}" for row, reason in pairs if reason]


def judge(binary, group):
    """`connect-lint match` on requests of one group, in order."""
    first = group[0]
    arguments = ["match", "--page-url=" + first["page_url"], "--api=" + first["api"]]
    arguments += ["--policy=" + policy for policy in first["policies"]]
    arguments += ["--report-only-policy=" + policy for policy in first["report_only"]]
    if not (first["policies"] or first["report_only"]):
        # No policy at all is an empty one: connect-lint asks for one.
        arguments.append("--policy=")
    verdicts = connect_lint(binary, *arguments, "--", *(row["url"] for row in group))
    if len(verdicts) != len(group):
        raise ConnectLintError(f"{len(verdicts)} verdicts for {len(group)} URLs")
    return verdicts


class ConnectLintError(Exception):
    """connect-lint did not answer."""


def connect_lint(binary, command, *arguments, folder=None):
    """The JSON that connect-lint prints, run in a folder. Its exit code only says whether something is blocked."""
    whole = [str(binary), command, "--format=json", "--no-config", *arguments]
    try:
        done = subprocess.run(whole, capture_output=True, timeout=60, check=False, cwd=folder)
        return json.loads(done.stdout)
    except ValueError:
        message = done.stderr.decode(errors="replace").strip()
        raise ConnectLintError(f"exit code {done.returncode}: {message or 'no JSON'}") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise ConnectLintError(error) from None


def disagreement(row, verdict):
    """What is different, if anything."""
    said = verdict["verdict"]
    if row["blocked"] != (said == "blocked"):
        seen = "blocked" if row["blocked"] else "not blocked"
        return f"browser: {seen}, connect-lint: {said} ({why(verdict)})"
    if row["checked"] and said not in ("blocked", "allowed"):
        return f"browser: allowed, connect-lint: {said} ({why(verdict)})"
    if row["report_only"]:
        said = any(one["verdict"] == "blocked" for one in report_only_verdicts(row, verdict))
        if row["reported"] != said:
            seen = "reported" if row["reported"] else "not reported"
            return f"browser: {seen}, connect-lint's report-only policies differ ({why(verdict)})"
    return None


def report_only_verdicts(row, verdict):
    """Those of the report-only policies: they come last, after the enforced ones."""
    members = [text for header in row["report_only"] for text in header.split(",") if text.strip()]
    return verdict["policies"][-len(members) :]


def why(verdict):
    """The reasons of a verdict."""
    reasons = [row["reason"] for row in verdict["policies"] if row.get("reason")]
    return "; ".join(reasons) or "no reason"


def describe(row):
    """A request on one line."""
    parts = [f"{row['api']} {row['url']!r} on {row['page_url']}"]
    parts += [f"policy {policy!r}" for policy in row["policies"]]
    parts += [f"report-only {policy!r}" for policy in row["report_only"]]
    return ", ".join(parts)


def page_disagreements(binary, page):
    """A line for every URL of a page that `connect-lint check` judges otherwise.

    Before the first policy of a page there is none, and no verdict either: allowed.
    """
    name = page["file"].name
    arguments = ["--page-url=" + page["page_url"], *("--policy=" + one for one in page["policies"])]
    try:
        report = connect_lint(binary, "check", *arguments, str(page["file"]))
    except ConnectLintError as error:
        return [f"{name}: no verdicts ({error}): {url}" for url in page["requests"]]
    said = {
        urllib.parse.urldefrag(row["resolved"]).url: row["verdict"] or "allowed"
        for row in report["endpoints"]
        if row["resolved"]
    }
    failures = []
    for url, blocked in page["requests"].items():
        seen = "blocked" if blocked else "allowed"
        verdict = said.get(url, "no endpoint")
        if verdict != seen:
            failures.append(f"{name}: {url}: browser: {seen}, connect-lint: {verdict}")
    for url in sorted(said.keys() - page["requests"].keys()):
        failures.append(f"{name}: {url}: browser: no request, connect-lint: {said[url]}")
    return failures
