#!/usr/bin/env bash
# Installs connect-lint for the action: the program of a release, checked by its sum, or else built
# by cargo. Says where it is in the output `program`.
#
# Bash 3.2 is enough, as macOS has it.
set -euo pipefail

repository=https://github.com/connect-lint/connect-lint
# Tests have releases of their own.
releases=${CONNECT_LINT_RELEASES:-$repository/releases/download}

# The version of Cargo.toml beside the action: who pins the action pins the program.
own_version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1
}

# The target whose program runs on this runner. The static one of Linux runs in every container.
target_of_runner() {
    case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    Windows-ARM64) echo aarch64-pc-windows-msvc ;;
    *) return 1 ;;
    esac
}

download() {
    curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$2" "$1"
}

# Whether a file is what the file of its sum says.
has_its_sum() {
    local wanted got
    wanted=$(cut -d ' ' -f 1 "$1.sha256")
    if command -v sha256sum >/dev/null; then
        got=$(sha256sum "$1" | cut -d ' ' -f 1)
    else
        got=$(shasum -a 256 "$1" | cut -d ' ' -f 1)
    fi
    [ -n "$wanted" ] && [ "$wanted" = "$got" ]
}

# Unpacks the program of a release; fails where there is none.
from_release() {
    local target name ending=tar.gz
    target=$(target_of_runner) || return 1
    [ "$RUNNER_OS" != Windows ] || ending=zip
    name=connect-lint-$target
    download "$releases/v$version/$name.$ending" "$folder/$name.$ending" || return 1
    download "$releases/v$version/$name.$ending.sha256" "$folder/$name.$ending.sha256" || return 1
    if ! has_its_sum "$folder/$name.$ending"; then
        echo "::error title=connect-lint::$name.$ending is not what its checksum says"
        exit 2
    fi
    case $ending in
    zip) unzip -q -o "$folder/$name.zip" -d "$folder" ;;
    *) tar -xzf "$folder/$name.tar.gz" -C "$folder" ;;
    esac
    mv "$folder/$name/connect-lint$suffix" "$program"
}

from_source() {
    if ! command -v cargo >/dev/null; then
        echo "::error title=connect-lint::there is no program of version $version for $RUNNER_OS on $RUNNER_ARCH, and no cargo to build it"
        exit 2
    fi
    echo "no program of version $version for $RUNNER_OS on $RUNNER_ARCH: building it takes some minutes"
    local from=(--git "$repository" --tag "v$version")
    [ "$version" != "$(own_version)" ] || from=(--path "$GITHUB_ACTION_PATH")
    cargo install --locked --quiet --root "$folder" "${from[@]}" connect-lint
    mv "$folder/bin/connect-lint$suffix" "$program"
}

version=${INPUT_VERSION:-$(own_version)}
version=${version#v}
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+[-+.0-9A-Za-z]*$ ]]; then
    echo "::error title=connect-lint::the input version is none, such as $(own_version)"
    exit 2
fi
suffix=
[ "$RUNNER_OS" != Windows ] || suffix=.exe
folder=$RUNNER_TEMP/connect-lint-$version
program=$folder/program/connect-lint$suffix
mkdir -p "$folder/program"

if [ ! -x "$program" ]; then
    from_release || from_source
fi
"$program" --version
echo "program=$program" >>"$GITHUB_OUTPUT"
# For later steps of the job.
echo "$folder/program" >>"$GITHUB_PATH"
