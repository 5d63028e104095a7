# The fixtures of nginx, served from where they are: sourced by `run`.
# shellcheck shell=bash disable=SC2154  # variables of `run`

# prepare FOLDER HTML DOCS: makes paths and ports of the configurations those of the test.
prepare() {
    find "$1" -type f \( -name '*.conf' -o -name '*.template' -o -path '*/sites-*' \) -exec sed -i \
        -e "s#listen \(80\|\${PORT}\|443 ssl\)[^;]*;#listen 127.0.0.1:@\1@;#" \
        -e "s#@\(80\)@#$((port + 500))#;s#@443 ssl@#$port#;s#@\${PORT}@#$port#" \
        -e 's#listen \[::\][^;]*;##;/ssl_certificate/d' \
        -e "s#/etc/nginx/mime.types#/etc/nginx/@mime.types#;s#/etc/nginx/\([a-z]\)#$1/\1#" \
        -e "s#/etc/nginx/@mime#/etc/nginx/mime#" \
        -e "s#/usr/share/nginx/html#$2#;s#/usr/share/nginx/docs#$2/../docs#;s#/var/www/shop/html#$2#" \
        -e 's#http://api:8080#http://127.0.0.1:9#' \
        -e 's#${API_ORIGIN}#https://api.from-the-environment.test#' {} +
}

# nginx CONFIGURATION: starts it.
nginx_with() {
    {
        echo "user root; pid $work/nginx.pid; error_log stderr;"
        echo "load_module /usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so;"
        cat "$1"
    } >"$1.full"
    start nginx -p "$(dirname "$1")" -c "$1.full" -g 'daemon off; master_process off;'
}

# A whole configuration.
place nginx-spa
prepare "$site/nginx" "$site/html"
nginx_with "$site/nginx/nginx.conf"
compare nginx-spa html=/

# Files of `conf.d`, as the images of Docker include them.
whole() {
    printf 'events {}\nhttp {\n    include /etc/nginx/mime.types;\n    include %s;\n}\n' "$1"
}
place nginx-locations
prepare "$site/nginx" "$site/html"
sed -i "s#127.0.0.1:$((port + 500))#127.0.0.1:$port#" "$site/nginx/conf.d/default.conf"
whole "$site/nginx/conf.d/*.conf" >"$site/nginx/nginx.conf"
nginx_with "$site/nginx/nginx.conf"
compare nginx-locations html=/ docs=/manual/

place nginx-variables
prepare "$site/nginx" "$site/html"
whole "$site/nginx/templates/*.template" >"$site/nginx/nginx.conf"
nginx_with "$site/nginx/nginx.conf"
compare nginx-variables html=/

place nginx-sites
prepare "$site/etc/nginx" "$site/html"
sed -i "s#127.0.0.1:$((port + 500))#127.0.0.1:$port#" "$site/etc/nginx/sites-available/shop"
nginx_with "$site/etc/nginx/nginx.conf"
compare nginx-sites html=/
