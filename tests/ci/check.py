"""Runs the parts: see run."""

import argparse
import importlib
import tempfile
from pathlib import Path

from checks import Checks

PARTS = ["texts", "matcher", "action", "gitlab"]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    arguments = parser.parse_args()
    top = Path(__file__).resolve().parents[2]
    checks = Checks()
    for part in arguments.parts or PARTS:
        with tempfile.TemporaryDirectory() as work:
            importlib.import_module(part).check(checks, top, arguments.binary.resolve(), Path(work))
    return checks.end()


raise SystemExit(main())
