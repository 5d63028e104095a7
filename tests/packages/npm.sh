# shellcheck shell=bash disable=SC2154,SC2164,SC2016,SC2034,SC2119,SC2120  # variables of run, which has `set -e`
# The packages for npm, from a registry of this machine: sourced by run.

export npm_config_cache=$work/npm-cache npm_config_update_notifier=false npm_config_fund=false
export npm_config_audit=false npm_config_loglevel=error

platform=$(node -p '`${process.platform}-${process.arch}`')
# The program for this platform, stand-ins for the others.
programs=()
while read -r name target; do
    if [ "$name" = "$platform" ]; then
        programs+=("$target=$binary")
    else
        echo "no program" >"$work/none"
        programs+=("$target=$work/none")
    fi
done < <(node -p 'require(process.argv[1]).map((p) => `${p.name} ${p.target}`).join("\n")' "$top/npm/platforms.json")
node "$top/npm/build.mjs" --out "$work/npm" --all "${programs[@]}"
mkdir "$work/archives"
for folder in "$work"/npm/*/; do
    npm pack --silent --pack-destination "$work/archives" "$folder" >/dev/null
done
check "npm: an archive each" test "$(find "$work/archives" -name '*.tgz' | wc -l)" -eq 9

node "$here/registry.mjs" "$work/archives" >"$work/port" &
pid=$!
for _ in $(seq 100); do
    [ -s "$work/port" ] && break
    sleep 0.05
done
npm_config_registry=http://127.0.0.1:$(cat "$work/port")/
export npm_config_registry

# project NAME ARGUMENT…: a project that installed what the arguments say.
project() {
    folder=$work/$1
    mkdir "$folder"
    echo '{ "name": "site", "private": true }' >"$folder/package.json"
    (cd "$folder" && npm install "${@:2}")
}
launcher() { node "$folder/node_modules/.bin/connect-lint" "$@"; }

project whole connect-lint
check "npm: only this platform's program is installed" \
    test "$(ls "$folder/node_modules/@connect-lint")" = "$platform"
cd "$top"
same "npx" npx --no --prefix "$folder" connect-lint
same "npm, without npx" launcher
check "npm: the version is Cargo's" \
    test "$(node -p 'require(process.argv[1]).version' "$folder/node_modules/connect-lint/package.json")" = "$version"

project scriptless --ignore-scripts connect-lint
same "npm --ignore-scripts" launcher
(cd "$folder" && rm -rf node_modules && npm ci --ignore-scripts)
outcome launcher --version
check "npm ci with the lockfile" grep -q '^exit code 0$' <<<"$got"

mkdir "$work/offline"
echo '{ "name": "site", "private": true }' >"$work/offline/package.json"
(cd "$work/offline" && npm install --offline "$work/archives/connect-lint-$version.tgz" \
    "$work/archives/connect-lint-$platform-$version.tgz")
folder=$work/offline
outcome launcher --version
check "npm, from archives without a registry" grep -q '^exit code 0$' <<<"$got"

project bare --omit=optional connect-lint
outcome launcher check
check "npm: a missing program is told" grep -q "the package @connect-lint/$platform is not installed" <<<"$got"
check "npm: and is the fault of the run" grep -q '^exit code 2$' <<<"$got"

export CONNECT_LINT_BINARY=$work/nothing-there
outcome launcher check
check "npm: so is a named one that is not there" grep -q '^exit code 2$' <<<"$got"
cat >"$work/slow" <<'END'
#!/bin/sh
trap 'echo ended >"$0.ended"; kill "$waiting"; trap - TERM; kill -TERM $$' TERM
touch "$0.started"
sleep 60 &
waiting=$!
wait
END
chmod +x "$work/slow"
export CONNECT_LINT_BINARY=$work/slow
node "$folder/node_modules/.bin/connect-lint" &
waiting=$!
for _ in $(seq 100); do
    [ -e "$work/slow.started" ] && break
    sleep 0.05
done
kill -TERM "$waiting"
status=0
wait "$waiting" || status=$?
check "npm: a signal reaches the program" test -e "$work/slow.ended"
check "npm: and ends the launcher too" test "$status" -eq 143
export CONNECT_LINT_BINARY=/bin/cat
check "npm: standard input is the program's" test "$(echo text | launcher)" = text
unset CONNECT_LINT_BINARY
stop
