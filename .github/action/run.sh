#!/usr/bin/env bash
# Runs connect-lint for the action, once, and hands what it found to the runner: the log,
# annotations, the summary of the job, a SARIF report, outputs.
#
# CONNECT_LINT is the program; inputs are INPUT_…, and stay variables: nothing in them is run.
# Bash 3.2 is enough, as macOS has it.
set -euo pipefail

# GitHub takes no summary of more than 1 MiB from a step.
max_summary=1000000

# add VALUE FLAG: adds a flag with its value, if there is one.
add() {
    [ -z "$1" ] || arguments+=("$2" "$1")
}

# add_lines TEXT [FLAG]: adds each line of a text, after the flag.
add_lines() {
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        [ -z "$line" ] || arguments+=(${2+"$2"} "$line")
    done <<<"$1"
}

# add_words TEXT: adds what a shell would split a text into, without expanding anything.
add_words() {
    [ -n "${1//[[:space:]]/}" ] || return 0
    local word
    printf '%s\n' "$1" | xargs printf '%s\0' >"$work/words" || {
        echo "::error title=connect-lint::a quote in the input args has no end"
        exit 2
    }
    while IFS= read -r -d '' word; do
        arguments+=("$word")
    done <"$work/words"
}

# Says a value in an output, whatever is in it.
output() {
    local end="end-$RANDOM$RANDOM$RANDOM"
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"$GITHUB_OUTPUT"
}

# Lines like `file:line:col: error[code] …`: how many are of a severity.
count() {
    [ -f "$work/compact" ] || { echo 0 && return; }
    grep -cE "^.+:[0-9]+:[0-9]+: $1\[" "$work/compact" || true
}

# Where a file is, as a later step of the job names it.
from_workspace() {
    case $1 in
    /* | [A-Za-z]:*) printf '%s' "$1" ;;
    *) printf '%s' "$INPUT_WORKING_DIRECTORY/$1" ;;
    esac
}

# Adds a table to the summary of the job.
summarise() {
    if [ "$(wc -c <"$1")" -le "$max_summary" ]; then
        cat "$1"
    else
        # Whole lines only.
        head -c "$max_summary" "$1" | sed '$d'
        printf '\n…and more: the summary of a step has a limit. The SARIF report has all.\n'
    fi >>"$GITHUB_STEP_SUMMARY"
}

cd -- "$INPUT_WORKING_DIRECTORY" || exit 2
work=$(mktemp -d "$RUNNER_TEMP/connect-lint.XXXXXX")
sarif=${INPUT_SARIF:-$work/connect-lint.sarif}

arguments=(check --format text --output "sarif=$sarif" --output "compact=$work/compact")
[ "$INPUT_ANNOTATIONS" != true ] || arguments+=(--output "github=$work/annotations")
[ "$INPUT_SUMMARY" != true ] || arguments+=(--output "markdown=$work/summary")
add_lines "$INPUT_REPORTS" --output
add "$INPUT_CONFIG" --config
add "$INPUT_POLICY" --policy
add_lines "$INPUT_POLICY_FILE" --policy-file
add "$INPUT_PAGE_URL" --page-url
add "$INPUT_FAIL_ON" --fail-on
add "$INPUT_CHANGED_SINCE" --changed-since
add_words "$INPUT_ARGS"
arguments+=(--)
add_lines "${INPUT_PATHS:-.}"

# Later steps that print `--format compact` have annotations too.
echo "::add-matcher::$GITHUB_ACTION_PATH/.github/connect-lint-matcher.json"

# The report shows lines of sources: no command to the runner in them counts.
token="connect-lint-$RANDOM$RANDOM$RANDOM"
echo "::stop-commands::$token"
status=0
"$CONNECT_LINT" "${arguments[@]}" || status=$?
echo
echo "::$token::"

[ ! -f "$work/annotations" ] || cat "$work/annotations"
[ ! -f "$work/summary" ] || summarise "$work/summary"
[ ! -f "$sarif" ] || output sarif "$(from_workspace "$sarif")"
output exit-code "$status"
output errors "$(count error)"
output warnings "$(count warning)"
[ "$status" -lt 2 ] || echo "::error title=connect-lint::the run could not be done: the log of the step says why"
exit "$status"
