# shellcheck shell=bash disable=SC2154,SC2164  # variables of run, which has `set -e`
# The wheel for PyPI: sourced by run.

(cd "$top" && "$here/venv/bin/maturin" build --release --locked --quiet --out "$work/wheels" &&
    "$here/venv/bin/maturin" sdist --out "$work/wheels" 2>"$work/log")
wheel=$(find "$work/wheels" -name '*.whl')
check "pypi: the wheel's name" grep -qE "/connect_lint-$version-py3-none-[a-z0-9_]+\.whl$" <<<"$wheel"

export PIPX_HOME=$work/pipx PIPX_BIN_DIR=$work/bin PIPX_MAN_DIR=$work/man
# pipx takes a newer pip for itself.
"$here/venv/bin/pipx" install --quiet "$wheel" >/dev/null
cd "$top"
same "pipx" "$work/bin/connect-lint"

metadata=$(python3 -c '
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
name = next(n for n in archive.namelist() if n.endswith("METADATA"))
print(archive.read(name).decode())
' "$wheel")
for line in "Name: connect-lint" "Version: $version" "License-Expression: MIT OR Apache-2.0"; do
    check "pypi: $line" grep -qxF "$line" <<<"$metadata"
done
files=$(tar -tzf "$work/wheels/connect_lint-$version.tar.gz")
for file in Cargo.toml Cargo.lock pyproject.toml src/main.rs docs/codes/blocked.md LICENSE-MIT; do
    check "pypi: the source archive has $file" grep -qxF "connect_lint-$version/$file" <<<"$files"
done
