"""What the browser did, case by case, and whether connect-lint says the same."""

import itertools
import json
import subprocess

# How a call ends that makes no request because of its URL (None: silently, or it was made).
# Any other error, such as a quota, means that the case was not observed.
NO_REQUEST = (None, "TypeError", "SyntaxError", "SecurityError")


def observations(documents, rows):
    """One dictionary per case. A call that threw before any check was not blocked."""
    out = []
    for document, results in zip(documents, rows, strict=True):
        for (api, url), row in zip(document.cases, results, strict=True):
            out.append(
                {
                    "page_url": document.page_url,
                    "policies": [*document.headers, *document.meta],
                    "report_only": list(document.report_only),
                    "api": api,
                    "url": url,
                    "blocked": bool(row["enforced"]),
                    "reported": bool(row["reported"]),
                    "checked": row["checked"],
                    "error": row["error"],
                }
            )
    return out


def disagreements(binary, rows):
    """A line for every case that connect-lint judges otherwise."""
    failures = []
    for _, group in itertools.groupby(rows, key=group_key):
        cases = list(group)
        try:
            verdicts = judge(binary, cases)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            failures += [f"no verdict ({error}): {describe(case)}" for case in cases]
            continue
        for case, verdict in zip(cases, verdicts, strict=True):
            if reason := disagreement(case, verdict):
                failures.append(f"{reason}: {describe(case)}")
    return failures


def group_key(row):
    """Cases that one process judges."""
    return row["page_url"], row["policies"], row["report_only"], row["api"]


def judge(binary, cases):
    """connect-lint's verdicts on cases of one group, in order."""
    first = cases[0]
    command = [str(binary), "match", "--format=json", "--page-url=" + first["page_url"]]
    command += ["--policy=" + policy for policy in first["policies"]]
    command += ["--report-only-policy=" + policy for policy in first["report_only"]]
    command += ["--api=" + first["api"], "--", *(case["url"] for case in cases)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    try:
        verdicts = json.loads(done.stdout)
    except ValueError:
        message = done.stderr.decode(errors="replace").strip()
        raise ValueError(f"exit code {done.returncode}, {message or 'no JSON'}") from None
    if len(verdicts) != len(cases):
        raise ValueError(f"{len(verdicts)} verdicts for {len(cases)} URLs")
    return verdicts


def disagreement(case, verdict):
    """What is different, if anything."""
    said = verdict["verdict"]
    if case["blocked"] != (said == "blocked"):
        seen = "blocked" if case["blocked"] else "not blocked"
        return f"browser: {seen}, connect-lint: {said} ({why(verdict)})"
    if case["checked"] and said not in ("blocked", "allowed"):
        return f"browser: allowed, connect-lint: {said} ({why(verdict)})"
    if case["report_only"]:
        said = any(row["verdict"] == "blocked" for row in report_only_rows(case, verdict))
        if case["reported"] != said:
            seen = "reported" if case["reported"] else "not reported"
            return f"browser: {seen}, connect-lint's report-only policies say otherwise ({why(verdict)})"
    return None


def report_only_rows(case, verdict):
    """The rows of the report-only policies: they come last, after the enforced ones."""
    members = [text for header in case["report_only"] for text in header.split(",") if text.strip()]
    return verdict["policies"][-len(members) :]


def why(verdict):
    """The reasons of a verdict."""
    reasons = [row["reason"] for row in verdict["policies"] if row.get("reason")]
    return "; ".join(reasons) or "no reason"


def describe(row):
    """A case on one line."""
    parts = [f"{row['api']} {row['url']!r} on {row['page_url']}"]
    parts += [f"policy {policy!r}" for policy in row["policies"]]
    parts += [f"report-only {policy!r}" for policy in row["report_only"]]
    return ", ".join(parts)
