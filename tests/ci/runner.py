"""What a runner of GitHub does with a composite action, as far as action.yml here needs it."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass
class Result:
    """What a run of the action left."""

    status: int
    log: str
    outputs: dict
    summary: str
    path: list


class Runner:
    """A runner with a repository that is checked out."""

    def __init__(self, top: Path, workspace: Path, environment: dict):
        self.top = top
        self.action = yaml.safe_load((top / "action.yml").read_text())
        self.workspace = workspace
        self.environment = environment

    def run(self, inputs: dict, outcomes: dict | None = None, **environment) -> Result:
        """Runs the action. `outcomes` has the outputs of steps that are not run."""
        unknown = inputs.keys() - self.action["inputs"].keys()
        assert not unknown, f"no inputs: {unknown}"
        defaults = {name: spec["default"] for name, spec in self.action["inputs"].items()}
        files = Path(tempfile.mkdtemp(dir=self.environment["RUNNER_TEMP"]))
        names = {name: files / name for name in ("output", "step_summary", "path")}
        for file in names.values():
            file.touch()
        env = {
            **self.environment,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.top),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_REPOSITORY": "tours/site",
            "GITHUB_SHA": "0" * 40,
            **{f"GITHUB_{name.upper()}": str(file) for name, file in names.items()},
            **environment,
        }
        context = {"inputs": {**defaults, **inputs}, "steps": dict(outcomes or {})}
        status, log = 0, ""
        for step in self.action["runs"]["steps"]:
            if step["id"] in context["steps"]:
                continue
            names["output"].write_text("")
            own = {name: evaluated(text, context) for name, text in step["env"].items()}
            # As a runner calls bash: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
            script = files / "script.sh"
            script.write_text(step["run"])
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
                cwd=self.workspace,
                env={**env, **own},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=120,
            )
            log += done.stdout.decode()
            context["steps"][step["id"]] = outputs_of(names["output"].read_text())
            status = done.returncode
            if status != 0:
                break
        outputs = {
            name: evaluated(spec["value"], context)
            for name, spec in self.action["outputs"].items()
        }
        summary = names["step_summary"].read_text()
        return Result(status, log, outputs, summary, names["path"].read_text().split("\n"))


def evaluated(text, context: dict) -> str:
    """A value with its expressions, which are names of inputs and of outputs of steps."""

    def value(match: re.Match) -> str:
        match match[1].split("."):
            case ["inputs", name]:
                return context["inputs"][name]
            case ["steps", step, "outputs", name]:
                return context["steps"].get(step, {}).get(name, "")
        raise AssertionError(f"an expression that is not known: {match[0]}")

    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", value, str(text))


def outputs_of(text: str) -> dict:
    """What a file of outputs says: `name=value`, or `name<<end`, lines, `end`."""
    out = {}
    lines = iter(text.splitlines())
    for line in lines:
        if long := re.fullmatch(r"([\w-]+)<<(.+)", line):
            value = []
            for inner in lines:
                if inner == long[2]:
                    break
                value.append(inner)
            else:
                raise AssertionError(f"no end of {long[1]}")
            out[long[1]] = "\n".join(value)
        else:
            name, _, value = line.partition("=")
            out[name] = value
    return out
