#![allow(clippy::unwrap_used)]

use super::*;
use crate::policies::site_files::SiteFiles;
use proptest::prelude::*;

fn read(text: &str) -> Found {
    Nginx.read(&SourceFile::of_text(
        Path::new("/nowhere/nginx.conf"),
        "nginx.conf",
        text,
    ))
}

/// The texts that are sent for a path, by the server that is first.
fn at(found: &Found, path: &str) -> Vec<String> {
    let routing = found.routing.as_ref().unwrap();
    let policies = routing.policies_at(path).into_iter();
    policies
        .map(|p| found.policies[p].written.text().to_owned())
        .collect()
}

/// A server with these directives.
fn server(text: &str) -> Found {
    read(&format!("server {{ {text} }}"))
}

const CSP: &str = "add_header Content-Security-Policy";

#[test]
fn headers_of_a_level_hide_those_above() {
    let found = read(&format!(
        "http {{ {CSP} 'a'; server {{
            location /own/ {{ {CSP} 'b' always; {CSP} 'c'; }}
            location /other/ {{ add_header X-Frame-Options DENY;
                location /other/in/ {{ }} location /other/csp/ {{ {CSP} 'd'; }} }}
            location /plain/ {{ expires 1h; }}
         }} }}"
    ));
    assert_eq!(at(&found, "/x.html"), ["a"]);
    assert_eq!(at(&found, "/plain/"), ["a"]);
    assert_eq!(at(&found, "/own/"), ["b", "c"]);
    assert!(at(&found, "/other/").is_empty());
    assert!(at(&found, "/other/in/x.html").is_empty());
    assert_eq!(at(&found, "/other/csp/"), ["d"]);
}

#[test]
fn inheritance_may_be_changed() {
    let found = server(&format!(
        "{CSP} 'a'; add_header_inherit merge;
         location /m/ {{ {CSP} 'b'; location /m/n/ {{ {CSP} 'c'; }} }}
         location /off/ {{ add_header_inherit off; }}
         location /on/ {{ add_header_inherit on; {CSP} 'd'; }}"
    ));
    assert_eq!(at(&found, "/m/"), ["a", "b"]);
    assert_eq!(at(&found, "/m/n/"), ["a", "b", "c"]);
    assert!(at(&found, "/off/").is_empty());
    assert_eq!(at(&found, "/on/"), ["d"]);
}

#[test]
fn locations_are_chosen_as_in_nginx() {
    let found = server(&format!(
        "location / {{ {CSP} root; }}
         location = /exact.html {{ {CSP} exact; }}
         location ^~ /static/ {{ {CSP} static; }}
         location /app/ {{ {CSP} app; location /app/in/ {{ {CSP} in; }}
             location ~ /re\\.html$ {{ {CSP} inner-re; }} }}
         location ~* \\.HTM$ {{ {CSP} htm; }}
         location ~ ^/(a|app)/.*\\.xhtml$ {{ {CSP} xhtml; }}
         location @named {{ {CSP} named; }}"
    ));
    for (path, policy) in [
        ("/", "root"),
        ("/exact.html", "exact"),
        ("/static/x.htm", "static"),
        ("/app/x.html", "app"),
        ("/app/in/x.html", "in"),
        ("/app/in/x.htm", "htm"),
        ("/app/re.html", "inner-re"),
        ("/app/x.xhtml", "xhtml"),
        ("/x.htm", "htm"),
    ] {
        assert_eq!(at(&found, path), [policy], "{path}");
    }
}

#[test]
fn redirects_inside_are_followed() {
    let found = server(&format!(
        "location / {{ {CSP} root; try_files $uri $uri/ /index.html; }}
         location = /index.html {{ {CSP} index; }}
         location /files/ {{ {CSP} files; try_files $uri $uri.html =404; }}
         location /up/ {{ {CSP} up; try_files $uri @app; }}
         location @app {{ {CSP} app; proxy_pass http://app; }}
         location /old/ {{ rewrite ^/old/(.*)$ /new/$1 last; }}
         location /new/ {{ {CSP} new; }}
         location /stay/ {{ {CSP} stay; rewrite ^/stay/(.*)$ /files/$1 break; }}
         location /gone/ {{ {CSP} gone; return 301 https://x.test$request_uri; }}
         location /below/ {{ {CSP} below; try_files /www/$uri/index.html /src/$uri /none/$uri; }}
         location /secret/ {{ internal; {CSP} secret; }}"
    ));
    for (path, policy) in [
        ("/", "index"),
        ("/x.html", "root"),
        ("/a/", "root"),
        ("/files/a", "files"),
        ("/up/", "app"),
        ("/old/a.html", "new"),
        ("/stay/a.html", "stay"),
        ("/below/a/", "below"),
        ("/below/a.html", "below"),
    ] {
        assert_eq!(at(&found, path), [policy], "{path}");
    }
    for path in ["/files/", "/deep/link", "/deep", "/gone/", "/secret/a.html"] {
        assert!(at(&found, path).is_empty(), "{path}");
    }
}

#[test]
fn servers_are_ways() {
    let found = read(&format!(
        "server {{ listen 80; return 301 https://$host$request_uri; {CSP} no; }}
         server {{ server_name a.test; {CSP} a; }}
         server {{ server_name b.test; if ($host = x) {{ return 444; }} {CSP} b; }}"
    ));
    let routing = found.routing.as_ref().unwrap();
    assert_eq!(routing.ways_at("/").len(), 2);
    assert_eq!(routing.shown(1).unwrap(), "a.test");
}

#[test]
fn variables_have_their_values() {
    let found = read(&format!(
        "map $x $m {{ default \"connect-src ${{s}}\"; }}
         map $x $n {{ default a; b c; }}
         map $sent_http_content_type $t {{ default ''; ~*text/html \"img-src 'self'\"; }}
         server {{
            set $s \"'self'\"; set $s \"${{s}} https://a.test\";
            set $o one; set $i one; if ($x) {{ set $o two; }}
            location /m/ {{ {CSP} $m; }}
            location /n/ {{ {CSP} \"connect-src $n $host {{{{ domain }}}} ${{DOMAIN}}\"; }}
            location /o/ {{ {CSP} \"a $o $i\"; }}
            location /i/ {{ set $i \"two'\"; {CSP} $i; rewrite ^/none /x last; }}
            location /t/ {{ {CSP} $t; }}
            location /set/ {{ set $late $t; {CSP} $late; }}
            location /e/ {{ {CSP} \"\"; }}
         }}"
    ));
    assert_eq!(at(&found, "/m/"), ["connect-src 'self' https://a.test"]);
    assert_eq!(
        at(&found, "/n/"),
        ["connect-src {$n} {$host} {domain} {$DOMAIN}"]
    );
    // `$i` may be that of the location that leads on.
    assert_eq!(at(&found, "/o/"), ["a {$o} {$i}"]);
    assert_eq!(at(&found, "/i/"), ["two'"]);
    assert_eq!(at(&found, "/t/"), ["img-src 'self'"]);
    assert!(at(&found, "/t/x.js").is_empty());
    assert_eq!(at(&found, "/set/"), ["{$t}"]);
    assert!(at(&found, "/e/").is_empty());
}

#[test]
fn what_is_not_known_is_not_sent() {
    let found = server(&format!(
        "{CSP} 'a';
         location /inc/ {{ include /etc/nginx/snippets/nowhere.conf; }}
         location /own/ {{ {CSP} 'b'; include /etc/nginx/snippets/nowhere.conf; }}
         location /mime/ {{ include mime.types; }}
         location /if/ {{ {CSP} 'c'; if ($http_origin) {{ add_header X y; }} }}
         location /options/ {{ if ($request_method = OPTIONS) {{ add_header X y; return 204; }} }}
         {{% if x %}} location /maybe/ {{ {CSP} 'd'; }} {{% endif %}}
         location ~ (?<=x+)y {{ {CSP} 'e'; }}"
    ));
    assert!(at(&found, "/inc/x.html").is_empty());
    assert!(at(&found, "/if/").is_empty());
    assert!(at(&found, "/maybe/").is_empty());
    let told = found.issues.iter().map(|i| i.message.split('`').nth(1));
    let told: Vec<_> = told.map(Option::unwrap).collect();
    assert_eq!(
        told,
        ["/etc/nginx/snippets/nowhere.conf", "if", "add_header"]
    );
    let found = server(&format!(
        "{CSP} 'a'; location /own/ {{ {CSP} 'b'; include /etc/nginx/snippets/nowhere.conf; }}
         location /mime/ {{ include mime.types; }}
         location /options/ {{ if ($request_method = OPTIONS) {{ add_header X y; return 204; }} }}"
    ));
    assert_eq!(at(&found, "/own/"), ["b"]);
    assert_eq!(at(&found, "/mime/"), ["a"]);
    assert_eq!(at(&found, "/options/"), ["a"]);
}

#[test]
fn paths_decide_conditions() {
    let found = server(&format!(
        "{CSP} 'a';
         location / {{ if ($uri ~ \\.html$) {{ {CSP} 'b'; }} if ($uri = /x.html) {{ {CSP} 'c'; }} }}
         location /m/ {{ if ($request_method = 'GET') {{ add_header X y; }} }}
         location /n/ {{ if ($request_method != 'GET') {{ add_header X y; }} }}"
    ));
    assert_eq!(at(&found, "/y.html"), ["b"]);
    assert_eq!(at(&found, "/x.html"), ["c"]);
    assert_eq!(at(&found, "/y.js"), ["a"]);
    assert!(at(&found, "/m/").is_empty());
    assert_eq!(at(&found, "/n/"), ["a"]);
    assert!(found.issues.is_empty());
}

#[test]
fn headers_more_replaces() {
    let found = server(&format!(
        "more_set_headers 'Content-Security-Policy: a'; {CSP} 'b';
         location /c/ {{ more_set_headers -t text/html \"X: y\" \"Content-Security-Policy: c\"; }}
         location /d/ {{ more_clear_headers Content-Security-Policy; }}
         location /e/ {{ proxy_set_header Content-Security-Policy 'no'; }}"
    ));
    assert_eq!(at(&found, "/"), ["a", "b"]);
    assert_eq!(at(&found, "/c/"), ["b", "c"]);
    assert_eq!(at(&found, "/d/"), ["b"]);
    assert_eq!(at(&found, "/e/"), ["a", "b"]);
    let text = found.policies[0].written.start().unwrap();
    assert_eq!(text.span.range().len(), 1);
}

#[test]
fn places_are_exact() {
    let text = "set $c \"connect-src 'self'  https://a.test\";\n\
                add_header Content-Security-Policy \"default-src \\\"x\\\"; $c b\";";
    let found = read(text);
    let written = &found.policies[0].written;
    assert_eq!(
        written.text(),
        "default-src \"x\"; connect-src 'self'  https://a.test b"
    );
    for part in ["https://a.test", " b", "default-src"] {
        let start = written.text().find(part).unwrap();
        let (place, _) = written
            .exact_place_of(&(start..start + part.len()))
            .unwrap();
        assert_eq!(&text[place.span.range()], part);
    }
}

#[test]
fn configurations_are_known_by_their_names() {
    let is =
        |path: &str| Nginx.recognises(Path::new(path)) || SiteFiles.recognises(Path::new(path));
    for path in [
        "nginx.conf",
        "a/nginx.prod.conf",
        "nginx.conf.template",
        "shop.nginx",
        "shop.nginx.conf.j2",
        "nginx/default.conf",
        "nginx/templates/default.conf.template",
        "sites-available/default",
        "conf.d/a.conf",
        "sites-enabled/a.vhost",
        "docker/default.conf",
        "nginx/vhost.d/a.test",
    ] {
        assert!(is(path), "{path}");
    }
    for path in [
        "nginx/Dockerfile",
        "nginx.js",
        "nginx/mime.types",
        "a/default",
    ] {
        assert!(!is(path), "{path}");
    }
}

#[test]
fn what_is_no_configuration_is_told_if_it_names_policies() {
    assert!(read("a {").issues.is_empty());
    let found = read("add_header Content-Security-Policy 'x;");
    assert_eq!(found.issues[0].code, "unreadable-policy-file");
}

#[test]
fn what_grows_ends() {
    let doubled = "set $a $a$a;".repeat(40);
    let found = server(&format!("set $a xxxxxxxx; {doubled} {CSP} $a;"));
    assert!(at(&found, "/")[0].len() < 300_000);
    let found = read(&format!(
        "map $x $a {{ default $b; }} map $x $b {{ default $a; }} server {{ {CSP} $a; }}"
    ));
    assert_eq!(at(&found, "/").len(), 1);
    let found = server("rewrite ^/(.*)$ /a/$1; location / { try_files /x $uri; }");
    assert!(at(&found, "/x").is_empty());
}

proptest! {
    #[test]
    fn any_configuration_is_read(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("server {"), Just("location /a {"), Just("location ~ ^/(a|b)/ {"), Just("}"),
                Just("add_header Content-Security-Policy \"connect-src $a\\\"\";"),
                Just("add_header X y;"), Just("set $a \"b ${c}\";"), Just("if ($x) {"),
                Just("map $x $c {"), Just("default 'é';"), Just("try_files $uri @x;"),
                Just("include x.conf;"), Just("location @x {"), Just("rewrite (.*) /a/$1 last;"),
                Just("{% if x %}"), Just("{{ y }}"), Just("add_header_inherit merge;"),
            ],
            0..24,
        ),
        path in "/[abx]?/?(x\\.html)?",
    ) {
        let text = parts.join(" ");
        let found = read(&text);
        let routing = found.routing.iter();
        for policy in routing.flat_map(|r| r.ways_at(&path)).flatten() {
            let written = &found.policies[policy].written;
            for start in 0..written.text().len() {
                if let Some(place) = written.place_of(&(start..start + 1)) {
                    prop_assert!(place.span.range().end <= text.len());
                }
            }
        }
    }
}
