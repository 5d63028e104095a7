"""The component of GitLab: valid, and its script does what it should with GitLab's variables."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import yaml
from checks import Checks

POLICY = "connect-src 'self' https://api.tours.example"


def component(top: Path, inputs: dict) -> tuple[dict, dict]:
    """The specification, and the configuration with inputs, as GitLab makes it of both."""
    spec, config = yaml.safe_load_all((top / "templates/connect-lint.yml").read_text())
    known = spec["spec"]["inputs"]
    values = {name: inputs.get(name, entry["default"]) for name, entry in known.items()}
    assert not inputs.keys() - known.keys(), "an input that is not known"

    def filled(node):
        match node:
            case dict():
                return {filled(key): filled(value) for key, value in node.items()}
            case list():
                return [filled(entry) for entry in node]
            case str():
                # A text that is nothing but an input has its type.
                if whole := re.fullmatch(r"\$\[\[ inputs\.([\w-]+) \]\]", node):
                    return values[whole[1]]
                return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda m: str(values[m[1]]), node)
        return node

    return spec, filled(config)


def variables(job: dict, environment: dict) -> dict:
    """The variables of a job as its script has them."""
    out = dict(environment)
    for name, value in job["variables"].items():
        if isinstance(value, dict):
            assert value["expand"] is False
            out[name] = value["value"]
        else:
            text = {True: "true", False: "false"}.get(value, value)
            out[name] = re.sub(r"\$(\w+)", lambda m: environment.get(m[1], ""), str(text))
    return out


def check(checks: Checks, top: Path, binary: Path, work: Path) -> None:
    spec, config = component(top, {})
    (work / "config.yml").write_text(yaml.safe_dump(config))
    (work / "spec.yml").write_text(yaml.safe_dump(spec))
    schema = ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", work / "config.yml", work / "spec.yml"]
    valid = subprocess.run(schema, capture_output=True)
    checks.holds("gitlab: valid by GitLab's schema", valid.returncode == 0, valid.stdout.decode())
    _, named = component(top, {"job-name": "csp", "stage": "lint", "allow-failure": True})
    checks.holds("gitlab: inputs are taken", named["csp"]["stage"] == "lint" and named["csp"]["allow_failure"] is True)

    project = work / "gitlab project"
    project.mkdir()
    (project / "_headers").write_text(f"/*\n  Content-Security-Policy: {POLICY}\n")
    (project / "list.js").write_text('fetch("https://api.tours.example/list");\n')
    binaries = work / "gitlab bin"
    binaries.mkdir()
    (binaries / "connect-lint").symlink_to(binary)
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null"}
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@a.test", "-c", "init.defaultBranch=main"]

    def commit() -> str:
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "a"]):
            subprocess.run([*git, *command], cwd=project, check=True, env={**os.environ, **nobody})
        head = subprocess.run([*git, "rev-parse", "HEAD"], cwd=project, capture_output=True)
        return head.stdout.decode().strip()

    def run(inputs: dict, **more: str):
        job = component(top, inputs)[1]["connect-lint"]
        environment = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "HOME": str(work),
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_PROJECT_DIR": str(project),
            **nobody,
            **more,
        }
        # As the shell executors do: one script, that ends with the first command that fails.
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write("set -eu\n" + "\n".join(job["script"]) + "\n")
            script.flush()
            command = ["sh", script.name]
            env = variables(job, environment)
            done = subprocess.run(command, cwd=project, env=env, capture_output=True, timeout=60)
        report = project / job["artifacts"]["reports"]["codequality"]
        found = json.loads(report.read_text()) if report.exists() else None
        report.unlink(missing_ok=True)
        return done.returncode, done.stdout.decode() + done.stderr.decode(), found

    status, log, found = run({})
    checks.holds("gitlab: clean passes, with an empty report", status == 0 and found == [], log)
    base = commit()
    (project / "pay.js").write_text('fetch("https://pay.tours.example/charge");\n')
    status, log, found = run({})
    checks.holds("gitlab: a finding fails the job", status == 1 and "error[blocked]" in log, log)
    places = [(f["check_name"], f["location"]["path"]) for f in found or []]
    checks.holds("gitlab: it is in the report", places == [("blocked", "pay.js")], found)

    args = "--define 'X=$(touch pwned); a  b' --policy \"connect-src https://pay.tours.example `touch pwned`\" ."
    status, log, found = run({"args": args})
    blocked = [f["location"]["path"] for f in found or [] if f["check_name"] == "blocked"]
    checks.holds("gitlab: arguments with quotes", blocked == ["list.js"], log)
    checks.holds("gitlab: nothing of them is run", not list(work.rglob("pwned")))
    status, log, found = run({"args": ". 'no end"})
    checks.holds("gitlab: a quote without an end ends the job", status == 2 and found is None, log)

    commit()
    (project / "list.js").write_text('fetch("https://api.tours.example/all");\n')
    merge = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    head = commit()
    status, log, found = run({"changed-only": True}, **merge)
    checks.holds("gitlab: a merge request with a finding of its own", status == 1 and len(found or []) == 1, log)
    merge["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = head
    status, log, found = run({"changed-only": True}, **merge)
    checks.holds("gitlab: a merge request without one", status == 0, log)
