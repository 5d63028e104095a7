# shellcheck shell=bash disable=SC2154,SC2164  # variables of run, which has `set -e`
# The crate for crates.io: sourced by run.

cd "$top"
# Of the working tree, committed or not.
cargo package --quiet --locked --offline --allow-dirty --no-verify
archive=$CARGO_TARGET_DIR/package/connect-lint-$version.crate
check "crate: below 1 MB" test "$(wc -c <"$archive")" -lt 1000000
files=$(tar -tzf "$archive")
for file in Cargo.toml Cargo.lock README.md LICENSE-MIT LICENSE-APACHE docs/reference.md schema/config.schema.json; do
    check "crate: has $file" grep -qxF "connect-lint-$version/$file" <<<"$files"
done
check "crate: no tests, fixtures or scripts" \
    sh -c "! grep -E '^[^/]+/(tests|fixtures|fuzz|npm|\.ci|\.github)/' " <<<"$files"
# It has all that it is built from.
tar -xzf "$archive" -C "$work"
outcome cargo check --quiet --locked --offline --manifest-path "$work/connect-lint-$version/Cargo.toml"
check "crate: what is in it compiles" grep -q '^exit code 0$' <<<"$got"
