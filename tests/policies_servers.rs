//! Policies in the configurations of web servers: what is found of them, and what it governs.
//! `tests/servers` compares the same with what the servers send.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{codes, json, policies, rows, tree};

/// The verdicts and codes for a page that requests `https://x.test/`, with these files beside it.
fn verdicts(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let mut all = vec![
        ("package.json", "{}"),
        (
            "public/index.html",
            "<script>fetch('https://x.test/')</script>",
        ),
    ];
    all.extend(files);
    let folder = tree(&all);
    let report = json(folder.path(), &["check", "--no-config", "."]);
    let codes = codes(&report).into_iter().map(str::to_owned).collect();
    (rows(&report), codes)
}

#[test]
fn a_page_of_nginx() {
    insta::assert_snapshot!(policies("nginx-spa"));
}

#[test]
fn locations_of_nginx() {
    insta::assert_snapshot!(policies("nginx-locations"));
}

#[test]
fn variables_of_nginx() {
    insta::assert_snapshot!(policies("nginx-variables"));
}

#[test]
fn included_files_of_nginx() {
    insta::assert_snapshot!(policies("nginx-sites"));
}

#[test]
fn nested_folders_of_apache() {
    insta::assert_snapshot!(policies("apache-htaccess"));
}

#[test]
fn sections_of_apache() {
    insta::assert_snapshot!(policies("apache-vhost"));
}

#[test]
fn directives_of_caddy() {
    insta::assert_snapshot!(policies("caddy-site"));
}

#[test]
fn a_site_of_caddy_without_braces() {
    insta::assert_snapshot!(policies("caddy-plain"));
}

const BLOCKING: &str = "server { add_header Content-Security-Policy \"connect-src 'self'\"; }";

#[test]
fn configurations_of_nginx_are_alternatives() {
    let open = "server { add_header Content-Security-Policy \"connect-src https://x.test\"; }";
    let (rows, codes) = verdicts(&[("nginx.dev.conf", open), ("nginx.conf", BLOCKING)]);
    let mut rows = rows;
    rows.sort();
    assert_eq!(
        rows,
        [
            "allowed fetch https://x.test/",
            "blocked fetch https://x.test/"
        ]
    );
    assert_eq!(codes, ["blocked"]);
}

#[test]
fn an_included_file_is_no_configuration_of_its_own() {
    let (rows, _) = verdicts(&[
        (
            "deploy/nginx.conf",
            "http { include /etc/nginx/conf.d/*.conf; }",
        ),
        ("deploy/conf.d/a.conf", BLOCKING),
    ]);
    assert_eq!(rows, ["blocked fetch https://x.test/"]);
}

#[test]
fn what_an_unknown_file_may_take_away_does_not_block() {
    let config = "http { add_header Content-Security-Policy \"connect-src 'self'\";
        server { location / { include /etc/nginx/snippets/not-here.conf; } } }";
    let (rows, codes) = verdicts(&[("nginx.conf", config)]);
    assert_eq!(rows, ["- fetch https://x.test/"]);
    assert_eq!(codes, ["no-policy", "unread-policy"]);
}

#[test]
fn the_nearest_htaccess_counts() {
    let files = [
        (
            "public/.htaccess",
            "Header set Content-Security-Policy \"connect-src 'none'\"\n",
        ),
        (
            "public/open/.htaccess",
            "Header set Content-Security-Policy \"connect-src *\"\n",
        ),
        (
            "public/open/index.html",
            "<script>fetch('https://y.test/')</script>",
        ),
        // Sets none: that of the folder above counts.
        ("public/plain/.htaccess", "Options -Indexes\n"),
        (
            "public/plain/index.html",
            "<script>fetch('https://z.test/')</script>",
        ),
    ];
    let (mut rows, _) = verdicts(&files);
    rows.sort();
    assert_eq!(
        rows,
        [
            "allowed fetch https://y.test/",
            "blocked fetch https://x.test/",
            "blocked fetch https://z.test/",
        ]
    );
}

#[test]
fn sites_of_either_server_are_told_apart() {
    let apache = "<VirtualHost *>\nHeader set Content-Security-Policy \"connect-src 'self'\"\n</VirtualHost>\n";
    for text in [apache, BLOCKING] {
        let (rows, _) = verdicts(&[("sites-available/shop.conf", text)]);
        assert_eq!(rows, ["blocked fetch https://x.test/"], "{text}");
    }
}

#[test]
fn a_page_has_the_policies_of_the_server_of_its_folder() {
    let sites = [
        (
            "nginx.conf",
            "server { root /srv/public; add_header Content-Security-Policy \"connect-src https://x.test\"; }\n\
             server { root /srv/admin; add_header Content-Security-Policy \"connect-src 'none'\"; }",
        ),
        (
            "Caddyfile",
            "a.test {\nroot * /srv/public\nheader Content-Security-Policy \"connect-src https://x.test\"\nfile_server\n}\n\
             b.test {\nroot * /srv/admin\nheader Content-Security-Policy \"connect-src 'none'\"\nfile_server\n}\n",
        ),
        (
            "httpd.conf",
            "<VirtualHost *>\nDocumentRoot /srv/public\nHeader set Content-Security-Policy \"connect-src https://x.test\"\n</VirtualHost>\n\
             <VirtualHost *>\nDocumentRoot /srv/admin\nHeader set Content-Security-Policy \"connect-src 'none'\"\n</VirtualHost>\n",
        ),
    ];
    for site in sites {
        let admin = "<script>fetch('https://y.test/')</script>";
        let (rows, _) = verdicts(&[site, ("admin/index.html", admin)]);
        assert_eq!(
            rows,
            [
                "blocked fetch https://y.test/",
                "allowed fetch https://x.test/"
            ],
            "{}",
            site.0
        );
    }
}
