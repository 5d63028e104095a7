# shellcheck shell=bash disable=SC2154,SC2094  # variables of run
# husky with lint-staged, as docs/integrations.md tells: sourced by run.

site husky
ln -s "$here/node_modules" node_modules
echo '{ "name": "site", "private": true, "type": "module" }' >package.json
printf '/node_modules\n' >.gitignore
husky
snippet .husky/pre-commit >.husky/pre-commit
snippet lint-staged.config.mjs >lint-staged.config.mjs
commit "a site"
committed "husky: a clean commit passes"
echo "$blocked" >src/pay.js
commit "a charge"
refused "husky: a commit with a blocked endpoint is refused"
says "husky: git shows why" "$message"

snippet "lint-staged.config.mjs (files)" >lint-staged.config.mjs
git add -A && git commit -qnm "a charge, without hooks"
echo '// Tours.' >>src/list.js
commit "another file"
committed "husky, files: what is not committed is not told"
echo '// A charge.' >>src/pay.js
commit "the file"
refused "husky, files: what is committed is"
says "husky, files: git shows why" "$message"
