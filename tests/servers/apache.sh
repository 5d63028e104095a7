# The fixtures of Apache, served from where they are: sourced by `run`.
# shellcheck shell=bash disable=SC2154  # variables of `run`

# apache_with: starts it with the configuration of its standard input.
apache_with() {
    local module modules=/usr/lib/apache2/modules
    {
        for module in mpm_event authz_core dir mime headers alias setenvif env rewrite filter; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        echo "Listen 127.0.0.1:$port"
        echo "ServerName localhost"
        echo "ServerRoot $site"
        echo "PidFile $site/pid"
        echo "ErrorLog $site/error.log"
        echo "TypesConfig /etc/mime.types"
        echo "DirectoryIndex index.html"
        cat
    } >"$site/whole.conf"
    start apache2 -f "$site/whole.conf" -DFOREGROUND
}

place apache-htaccess
apache_with <<END
DocumentRoot $site/public
SetEnv ADMIN_ORIGIN https://admin.from-the-environment.test
<Directory $site/public>
    AllowOverride All
    Require all granted
</Directory>
END
compare apache-htaccess public=/

place apache-vhost
sed -i -e "s#/var/www/shop#$site#g;s#/var/www/\*/manual#${site%/*}/*/manual#;s#\*:443#*:$port#" \
    -e "s#Include conf#Include $site/apache/conf#" "$site/apache/shop.conf"
apache_with <"$site/apache/shop.conf"
compare apache-vhost htdocs=/ manual=/manual/
