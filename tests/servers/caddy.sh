# The fixtures of Caddy, served from where they are: sourced by `run`.
# shellcheck shell=bash disable=SC2154  # variables of `run`

# caddy_with FILE: starts it.
caddy_with() {
    HOME=$work start caddy run --adapter caddyfile --config "$1"
}

global='{\n\tadmin off\n\tauto_https off\n}\n'
place caddy-site
sed -i -e '1,/^}/d' -e "s#^shop.test {#http://:$port {#;s#^www.shop.test#http://www.shop.test#" \
    -e "s#/srv/stripped#$site/stripped#;s#\* /srv\$#* $site/srv#" "$site/Caddyfile"
sed -i "1i $global" "$site/Caddyfile"
caddy_with "$site/Caddyfile"
compare caddy-site srv=/ stripped=/handled/stripped/

place caddy-plain
sed -i -e "s#^:8080#http://:$port#;s#root \* public#root * $site/public#" \
    -e "1i $global" "$site/Caddyfile.dev"
caddy_with "$site/Caddyfile.dev"
compare caddy-plain public=/
