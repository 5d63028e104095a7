#!/usr/bin/env bash
# Makes the archive of a release for a target, and the file of its sum.
#
# archive.sh TARGET PROGRAM FOLDER
#
# FOLDER/connect-lint-TARGET.tar.gz (.zip for Windows) holds one folder of the same name: the program,
# licences, README, completions and man pages. Cargo.toml tells cargo-binstall so, and the action
# counts on it. The program is run to write completions and man pages: it must be of this machine.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
target=$1
program=$2
mkdir -p "$3"
folder=$(cd "$3" && pwd)

name=connect-lint-$target
suffix=
[[ $target != *-windows-* ]] || suffix=.exe
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name/completions" "$work/$name/man"
cp "$program" "$work/$name/connect-lint$suffix"
cp "$top"/LICENSE-* "$top/README.md" "$top/CHANGELOG.md" "$work/$name/"

# As each shell looks for them.
files=(bash=connect-lint.bash zsh=_connect-lint fish=connect-lint.fish
    powershell=_connect-lint.ps1 elvish=connect-lint.elv)
for entry in "${files[@]}"; do
    "$program" completions "${entry%%=*}" >"$work/$name/completions/${entry#*=}"
done
"$program" man --out "$work/$name/man"

cd "$work"
if [ -n "$suffix" ]; then
    archive=$name.zip
    7z a -bso0 "$folder/$archive" "$name"
else
    archive=$name.tar.gz
    tar -czf "$folder/$archive" "$name"
fi
cd "$folder"
if command -v sha256sum >/dev/null; then
    sha256sum "$archive" >"$archive.sha256"
else
    shasum -a 256 "$archive" >"$archive.sha256"
fi
