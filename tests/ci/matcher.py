"""The problem matcher: reads the lines of `--format compact`."""

import json
import re
import subprocess
from pathlib import Path

from checks import Checks


def check(checks: Checks, top: Path, binary: Path, work: Path) -> None:
    matchers = json.loads((top / ".github/connect-lint-matcher.json").read_text())
    [pattern] = matchers["problemMatcher"][0]["pattern"]
    site = ["check", "--config", "fixtures/site/connect-lint.toml", "fixtures/site"]

    def run(form: str) -> str:
        done = subprocess.run([binary, *site, "--format", form], cwd=top, stdout=subprocess.PIPE)
        return done.stdout.decode()

    keys = ["file", "line", "column", "severity", "code", "message"]
    found = [re.search(pattern["regexp"], line) for line in run("compact").splitlines()]
    found = [tuple(match[pattern[key]] for key in keys) for match in found if match]
    told = [d for d in json.loads(run("json"))["diagnostics"] if d["severity"] != "info"]
    checks.holds("matcher: reads every finding", len(found) == len(told) > 5, found)
    for key in ("severity", "code"):
        at = keys.index(key)
        same = [match[at] for match in found] == [d[key] for d in told]
        checks.holds(f"matcher: its {key}", same, [found, told])
    places = [(d["file"], d["line"], d["column"]) for d in told]
    read = [(file, int(line), int(column)) for file, line, column, *_ in found]
    checks.holds("matcher: its place", read == places, [read, places])
