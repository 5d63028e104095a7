# shellcheck shell=bash disable=SC2154,SC2094  # variables of run
# pre-commit with the hooks of this repository: sourced by run.

export PRE_COMMIT_HOME=${PRE_COMMIT_HOME:-$work/pre-commit-home}
# What was built of the dependencies is used again; the program in `target` stays as it is.
built=${CARGO_TARGET_DIR:-$top/target}/release
export CARGO_TARGET_DIR=$work/target
mkdir -p "$CARGO_TARGET_DIR/release"
[ ! -d "$built" ] ||
    tar -C "$built" --format=posix --exclude='*connect[-_]lint-*' -cf - deps build .fingerprint |
    tar -C "$CARGO_TARGET_DIR/release" -xf -
# With the versions that are here: those of Cargo.lock on a fresh machine.
cargo fetch --quiet --locked --manifest-path "$top/Cargo.toml"
export CARGO_NET_OFFLINE=true
# Of the program itself only what it does matters here, not how fast.
mkdir -p "$PRE_COMMIT_HOME/.cargo"
printf '[profile.release.package.connect-lint]\nopt-level = 0\n' >"$PRE_COMMIT_HOME/.cargo/config.toml"
git clone -q "$top" "$work/hooks"
revision=$(git -C "$work/hooks" rev-parse HEAD)

# uses HOOK…: the configuration of the documentation, with hooks of the clone.
uses() {
    snippet .pre-commit-config.yaml |
        sed -e "s|repo: .*|repo: $work/hooks|" -e "s|rev: .*|rev: $revision|" -e '/- id:/d' >.pre-commit-config.yaml
    printf '      - id: %s\n' "$@" >>.pre-commit-config.yaml
    pre-commit install >/dev/null
}

site pre-commit
uses connect-lint
got=$(pre-commit validate-manifest "$top/.pre-commit-hooks.yaml" && pre-commit validate-config 2>&1) || true
holds "pre-commit: the manifest and the documented configuration are valid" test -z "$got"
pre-commit install-hooks
commit "a site"
committed "pre-commit: a clean commit passes"
says "pre-commit: the hook ran" "Passed"

echo "# A site" >README.md
commit "a text"
committed "pre-commit: a commit without sources passes"
says "pre-commit: the hook has nothing to do there" "Skipped"

echo "$blocked" >src/pay.js
commit "a charge"
refused "pre-commit: a commit with a blocked endpoint is refused"
says "pre-commit: git shows why" "$message"
says "pre-commit: and where" "src/pay.js:1:7"
git rm -qf src/pay.js

sed -i 's| https://api.tours.example||' netlify.toml
commit "a narrower policy"
refused "pre-commit: a policy without a source that is needed is refused"
says "pre-commit: the file that needs it is named" "src/list.js:1:33"

uses connect-lint-fix
commit "a narrower policy"
refused "pre-commit --fix: the commit is refused"
says "pre-commit --fix: as a file was changed" "files were modified by this hook"
commit "the same policy"
committed "pre-commit --fix: it passes with the change"
holds "pre-commit --fix: the source is there again" grep -q "'self' https://api.tours.example" netlify.toml

uses connect-lint-files
git commit -qn -m "a charge, without hooks" --allow-empty
echo "$blocked" >src/pay.js
git add -A && git commit -qnm "a charge, without hooks"
echo '// Tours.' >>src/list.js
commit "another file"
committed "pre-commit, files: what is not committed is not told"
echo '// A charge.' >>src/pay.js
commit "the file"
refused "pre-commit, files: what is committed is"
says "pre-commit, files: git shows why" "$message"
git checkout -q HEAD -- src/pay.js

status=0
got=$(pre-commit run --all-files 2>&1) || status=$?
holds "pre-commit: --all-files finds it" test "$status" -eq 1
# More names than one command line takes (pre-commit has 128 KiB at most).
mkdir -p src/a-folder-with-a-name-that-is-long/and-another-one-in-it
for number in $(seq 2500); do
    echo "fetch('/$number');" >"src/a-folder-with-a-name-that-is-long/and-another-one-in-it/a-script-$number.js"
done
git add -A
uses connect-lint
status=0
got=$(pre-commit run --all-files 2>&1) || status=$?
holds "pre-commit: the project is linted once, however many files there are" \
    test "$(grep -c '^[0-9]* files, .* endpoints' <<<"$got")" -eq 1
says "pre-commit: all of them" "2502 files, "

# The program of npm, from a registry of this machine, by a hook that needs no Rust.
node "$top/npm/build.mjs" --out "$work/npm" "$(node -p "require('$top/npm/platforms.json')
    .find((p) => p.name === \`\${process.platform}-\${process.arch}\`).target")=$binary"
mkdir "$work/archives"
for folder in "$work"/npm/*/; do
    npm pack --silent --pack-destination "$work/archives" "$folder" >/dev/null
done
node "$top/tests/packages/registry.mjs" "$work/archives" >"$work/port" &
registry=$!
for _ in $(seq 100); do
    [ -s "$work/port" ] && break
    sleep 0.05
done
site node
snippet ".pre-commit-config.yaml (node)" >.pre-commit-config.yaml
pre-commit install >/dev/null
npm_config_registry=http://127.0.0.1:$(cat "$work/port")/ npm_config_cache=$work/cache pre-commit install-hooks
kill "$registry"
commit "a site"
committed "pre-commit, npm: a clean commit passes"
echo "$blocked" >src/pay.js
commit "a charge"
refused "pre-commit, npm: a commit with a blocked endpoint is refused"
says "pre-commit, npm: git shows why" "$message"
