# shellcheck shell=bash disable=SC2154,SC2094  # variables of run
# lefthook, as docs/integrations.md tells: sourced by run.

site lefthook
snippet lefthook.yml >lefthook.yml
lefthook install >/dev/null
commit "a site"
committed "lefthook: a clean commit passes"
echo "$blocked" >src/pay.js
commit "a charge"
refused "lefthook: a commit with a blocked endpoint is refused"
says "lefthook: git shows why" "$message"
