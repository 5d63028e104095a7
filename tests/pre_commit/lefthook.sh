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

snippet "lefthook.yml (files)" >lefthook.yml
lefthook install >/dev/null
git add -A && git commit -qnm "a charge, without hooks"
echo '// Tours.' >>src/list.js
commit "another file"
committed "lefthook, files: what is not committed is not told"
echo '// A charge.' >>src/pay.js
commit "the file"
refused "lefthook, files: what is committed is"
says "lefthook, files: git shows why" "$message"
