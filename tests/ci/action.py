"""The action of GitHub: runs it as a runner does, with programs of a release of this machine."""

import functools
import http.server
import json
import os
import subprocess
import tarfile
import threading
from pathlib import Path

from checks import Checks
from runner import Runner

TARGET = "x86_64-unknown-linux-musl"
BLOCKED = 'fetch("https://pay.tours.example/charge");\n'
POLICY = "connect-src 'self' https://api.tours.example"


class Releases:
    """Releases on a server of this machine."""

    def __init__(self, folder: Path):
        self.folder = folder
        serve = functools.partial(Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def site(folder: Path, **files: str) -> Path:
    """A site with a policy."""
    folder.mkdir(parents=True)
    (folder / "_headers").write_text(f"/*\n  Content-Security-Policy: {POLICY}\n")
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def check(checks: Checks, top: Path, binary: Path, work: Path) -> None:
    version = version_of(top)
    releases = Releases(work / "releases")
    archive = [top / ".github/release/archive.sh", TARGET, binary, work / f"releases/v{version}"]
    subprocess.run(archive, check=True)
    (work / "runner temp").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "RUNNER_TEMP": str(work / "runner temp"),
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "CONNECT_LINT_RELEASES": releases.url,
    }
    workspace = work / "work space"
    workspace.mkdir()
    runner = Runner(top, workspace, environment)
    of_archive(checks, work, version)
    installs(checks, runner, releases, work, version)
    reports(checks, runner, {"install": {"program": str(binary)}})
    arguments(checks, runner, work)


def version_of(top: Path) -> str:
    lines = (top / "Cargo.toml").read_text().splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version = "))


def of_archive(checks: Checks, work: Path, version: str) -> None:
    name = f"connect-lint-{TARGET}"
    archive = tarfile.open(work / f"releases/v{version}/{name}.tar.gz")
    files = {f.name.removeprefix(f"{name}/"): f for f in archive.getmembers() if f.isfile()}
    wanted = ["connect-lint", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "man/connect-lint.1"]
    wanted += ["completions/connect-lint.bash", "completions/_connect-lint"]
    missing = [file for file in wanted if file not in files]
    checks.holds("archive: has all that belongs to it", not missing, missing)
    empty = [file for file, member in files.items() if member.size == 0]
    checks.holds("archive: nothing in it is empty", not empty, empty)


def installs(checks: Checks, runner: Runner, releases: Releases, work: Path, version: str) -> None:
    site(runner.workspace / "clean", list='fetch("https://api.tours.example/list");\n')
    inputs = {"working-directory": "clean"}
    done = runner.run(inputs)
    checks.holds("install: from the release of the action's version", done.status == 0, done.log)
    checks.holds("install: which says so", f"connect-lint {version}" in done.log, done.log)
    where = Path(next(line for line in done.path if line))
    checks.holds("install: later steps have it on their path", (where / "connect-lint").exists())

    (releases.folder / f"v{version}").rename(releases.folder / "gone")
    done = runner.run(inputs)
    checks.holds("install: what is there is not fetched again", done.status == 0, done.log)

    # A cargo that notes what it is asked for.
    (work / "bin").mkdir()
    cargo = work / "bin/cargo"
    cargo.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" >"$HOME/asked"\n'
        'while [ "$1" != --root ]; do shift; done\nmkdir -p "$2/bin"\n'
        'printf "#!/bin/sh\\necho from cargo\\n" >"$2/bin/connect-lint"\nchmod +x "$2/bin/connect-lint"\n'
    )
    cargo.chmod(0o755)
    path = f"{cargo.parent}:{os.environ['PATH']}"
    done = runner.run({**inputs, "version": "v9.8.7"}, PATH=path)
    asked = (work / "asked").read_text().split("\n")
    checks.holds("install: built where there is no release", "from cargo" in done.log, done.log)
    checks.holds("install: of the tag, with its lockfile", {"--locked", "--tag", "v9.8.7"} <= {*asked}, asked)

    other = releases.folder / "v7.0.0"
    other.mkdir()
    name = f"connect-lint-{TARGET}.tar.gz"
    (other / name).write_bytes(b"something else")
    (other / f"{name}.sha256").write_text(f"{'0' * 64}  {name}\n")
    (work / "asked").unlink()
    done = runner.run({**inputs, "version": "7.0.0"}, PATH=path)
    checks.holds("install: a wrong sum ends it", done.status == 2, done.log)
    checks.holds("install: and is told", "is not what its checksum says" in done.log, done.log)
    checks.holds("install: and nothing is built instead", not (work / "asked").exists())

    done = runner.run({**inputs, "version": "1.0.0; touch pwned"}, PATH=path)
    checks.holds("install: a version that is none is told", done.status == 2, done.log)


def reports(checks: Checks, runner: Runner, installed: dict) -> None:
    def run(**inputs):
        return runner.run({name.replace("_", "-"): text for name, text in inputs.items()}, installed)

    done = run(working_directory="clean")
    checks.holds("clean: passes", done.status == 0, done.log)
    checks.holds("clean: outputs", done.outputs["exit-code"] == "0" and done.outputs["errors"] == "0", done.outputs)

    site(runner.workspace / "shop & co", pay=BLOCKED, say='log("::error::no");\n::warning::\n' + BLOCKED)
    done = run(working_directory="shop & co")
    checks.holds("findings: the step fails", done.status == 1, done.log)
    wanted = {"exit-code": "1", "errors": "2", "warnings": "1"}
    checks.holds("findings: outputs", wanted.items() <= done.outputs.items(), done.outputs)
    log = done.log.split("\n")
    annotations = [line for line in log if line.startswith("::error file=shop & co/pay.js,line=1,")]
    checks.holds("findings: an annotation at the line, named from the checkout", len(annotations) == 1, done.log)
    checks.holds("findings: the log has the report", "error[blocked]" in done.log, done.log)
    checks.holds("findings: the summary of the job", "pay.tours.example" in done.summary, done.summary)
    matcher = next(line for line in log if line.startswith("::add-matcher::")).split("::")[2]
    checks.holds("findings: the matcher is registered", json.loads(Path(matcher).read_text())["problemMatcher"])
    stop = next(line for line in log if line.startswith("::stop-commands::"))
    between = log[log.index(stop) + 1 : log.index(f"::{stop.split('::')[2]}::")]
    checks.holds("findings: the report stands where no commands count", "error[blocked]" in between, done.log)
    found = json.loads(Path(done.outputs["sarif"]).read_text())["runs"][0]["results"]
    rules = [result["ruleId"] for result in found]
    checks.holds("findings: the SARIF report", rules.count("blocked") == 2, rules)

    done = run(working_directory="shop & co", annotations="false", summary="false", fail_on="never")
    checks.holds("fail-on: never passes", done.status == 0, done.log)
    checks.holds("annotations: none if not wanted", "\n::error" not in done.log, done.log)
    checks.holds("summary: none if not wanted", done.summary == "")

    more = "junit=junit.xml\njsonl=all of it.jsonl\n"
    done = run(working_directory="shop & co", sarif="out.sarif", reports=more, paths="pay.js\n")
    folder = runner.workspace / "shop & co"
    checks.holds("sarif: named from the checkout", done.outputs["sarif"] == "shop & co/out.sarif", done.outputs)
    files = [folder / name for name in ("out.sarif", "junit.xml", "all of it.jsonl")]
    checks.holds("reports: all are written", all(file.stat().st_size for file in files))
    checks.holds("paths: only these", done.outputs["errors"] == "1", done.log)

    done = run(working_directory="shop & co", config="none.toml")
    checks.holds("fault: exit code 2", done.status == 2 and done.outputs["exit-code"] == "2", done.outputs)
    checks.holds("fault: an annotation", "::error title=connect-lint::the run" in done.log, done.log)
    checks.holds("fault: no report is named", done.outputs["sarif"] == "", done.outputs)
    done = run(working_directory="nowhere")
    checks.holds("fault: a folder that is not there", done.status == 2, done.log)
    done = run(working_directory="clean", args='--define "X=1')
    checks.holds("fault: a quote without an end", done.status == 2, done.log)

    calls = "".join(f"fetch('https://pay.tours.example/{'x' * 200}/{n}');\n" for n in range(3000))
    site(runner.workspace / "many", calls=calls)
    done = run(working_directory="many")
    checks.holds("summary: below what GitHub takes", len(done.summary.encode()) < 1024 * 1024, len(done.summary))
    checks.holds("summary: not empty", len(done.summary) > 1000)


def arguments(checks: Checks, runner: Runner, work: Path) -> None:
    """What a program gets that writes its arguments down."""
    program = work / "echo"
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@" >"$HOME/arguments"\n')
    program.chmod(0o755)
    nasty = "a b'c\"d$(touch pwned)`touch pwned`;touch pwned|&*?\\"
    inputs = {
        "paths": f"{nasty}\n--fix\n",
        "policy": nasty,
        "policy-file": f"one file\n{nasty}",
        "page-url": nasty,
        "fail-on": nasty,
        "config": nasty,
        "changed-since": nasty,
        "reports": f"junit={nasty}",
        "sarif": nasty,
        "args": "--define 'X=$(touch pwned); a  b' --define \"Y='1'\"\n--verbose",
    }
    done = runner.run(inputs, {"install": {"program": str(program)}})
    got = (work / "arguments").read_text().split("\0")[:-1]
    checks.holds("nasty: the program runs", done.status == 0, done.log)

    def after(flag: str) -> list:
        return [value for name, value in zip(got, got[1:]) if name == flag]

    for flag in ["policy", "page-url", "fail-on", "config", "changed-since"]:
        checks.holds(f"nasty: --{flag} is one argument", after(f"--{flag}") == [nasty], got)
    checks.holds("nasty: one --policy-file a line", after("--policy-file") == ["one file", nasty], got)
    outputs = after("--output")
    checks.holds("nasty: reports", f"junit={nasty}" in outputs and f"sarif={nasty}" in outputs, outputs)
    checks.holds("nasty: args as in a shell", after("--define") == ["X=$(touch pwned); a  b", "Y='1'"], got)
    checks.holds("nasty: paths are no flags", got[got.index("--") + 1 :] == [nasty, "--fix"], got)
    pwned = [str(path) for path in work.rglob("pwned")]
    checks.holds("nasty: nothing of it is run", not pwned, pwned)
