#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile::of_text(&Path::new("/nowhere").join(name), name, text)
}

fn read(text: &str) -> Found {
    Httpd.read(&file("httpd.conf", text))
}

fn at(found: &Found, path: &str) -> Vec<String> {
    let policies = found.routing.iter().flat_map(|r| r.policies_at(path));
    policies
        .map(|p| found.policies[p].written.text().to_owned())
        .collect()
}

/// What these lines send for `/`; `CSP` is the header.
fn sent(lines: &[&str]) -> Vec<String> {
    let text = lines.join("\n").replace("CSP", "Content-Security-Policy");
    at(&read(&text), "/")
}

#[test]
fn actions_are_those_of_the_module() {
    assert_eq!(
        sent(&["Header set CSP a", "header Set CSP: \"b 'c'\""]),
        ["b 'c'"]
    );
    assert_eq!(
        sent(&[
            "Header add CSP a",
            "Header append CSP b",
            "Header merge CSP a"
        ]),
        ["a", "b"]
    );
    assert_eq!(
        sent(&["Header setifempty CSP a", "Header setifempty CSP b"]),
        ["a"]
    );
    assert_eq!(
        sent(&["Header always set CSP a", "Header set CSP b"]),
        ["a", "b"]
    );
    assert_eq!(
        sent(&["Header set CSP a", "Header always unset CSP"]),
        ["a"]
    );
    assert_eq!(
        sent(&["Header set CSP a", "Header onsuccess unset CSP"]),
        [""; 0]
    );
    assert_eq!(sent(&["Header set CSP a", "Header edit CSP a b"]), [""; 0]);
    assert_eq!(sent(&["Header set CSP a", "Header set CSP \"\""]), [""; 0]);
    assert_eq!(
        sent(&[
            "RequestHeader set CSP a",
            "Header echo CSP",
            "Header set X y"
        ]),
        [""; 0]
    );
    assert_eq!(
        sent(&["Header set CSP a", "Header set CSP-Report-Only b"]),
        ["a", "b"]
    );
}

#[test]
fn conditions_are_not_guessed() {
    assert_eq!(
        sent(&["Header set CSP a", "Header set CSP b env=X"]),
        [""; 0]
    );
    assert_eq!(sent(&["Header set CSP a", "Header add CSP b env=X"]), ["a"]);
    let html = "\"expr=%{CONTENT_TYPE} =~ m#text/html#i\"";
    assert_eq!(
        sent(&["Header set CSP a", &format!("Header set CSP b {html}")]),
        ["b"]
    );
    assert_eq!(
        sent(&[
            "Header set CSP a",
            "<If \"%{HTTPS} == 'on'\">",
            "Header unset CSP",
            "</If>"
        ]),
        [""; 0]
    );
    assert_eq!(
        sent(&["Header set CSP a env=X", "Header setifempty CSP b"]),
        [""; 0]
    );
    let path = "<If \"%{REQUEST_URI} =~ m#^/x#\">";
    assert_eq!(
        sent(&["Header set CSP a", path, "Header unset CSP", "</If>"]),
        ["a"]
    );
}

#[test]
fn modules_are_there() {
    for name in ["mod_headers.c", "headers_module", "mod_setenvif.c"] {
        let open = format!("<IfModule {name}>");
        assert_eq!(
            sent(&[&open, "Header set CSP a", "</IfModule>"]),
            ["a"],
            "{name}"
        );
    }
    let none = "<IfModule !mod_headers.c>";
    assert_eq!(sent(&[none, "Header set CSP a", "</IfModule>"]), [""; 0]);
}

#[test]
fn values_have_holes() {
    let lines = [
        "Define API https://api.test",
        "Header set CSP \"connect-src ${API} ${OTHER} %{NONCE}e 100%% {{ x }}\"",
    ];
    assert_eq!(
        sent(&lines),
        ["connect-src https://api.test {$OTHER} {NONCE} 100% {x}"]
    );
    assert_eq!(sent(&["Header set CSP expr=%{x}"]), ["{expr=%x}"]);
}

#[test]
fn sections_are_merged_in_their_order() {
    let found = read(
        "DocumentRoot /srv/site\n\
         <Location /app>\nHeader add Content-Security-Policy location\n</Location>\n\
         <Files \"a.*\">\nHeader add Content-Security-Policy files\n</Files>\n\
         <FilesMatch \"\\.(js|pdf)$\">\nHeader unset Content-Security-Policy\n</FilesMatch>\n\
         <Directory /srv/site/app>\nHeader set Content-Security-Policy app\n</Directory>\n\
         <Directory />\nHeader set Content-Security-Policy root\n</Directory>\n\
         Header set Content-Security-Policy server\n",
    );
    let mut app = at(&found, "/app/a.html");
    app.sort();
    assert_eq!(app, ["app", "files", "location"]);
    assert_eq!(at(&found, "/"), ["root"]);
    assert_eq!(at(&found, "/appendix/"), ["root"]);
    assert!(at(&found, "/x.js").is_empty());
    assert_eq!(at(&found, "/app/x.js"), ["location"]);
}

#[test]
fn files_of_folders_come_after_those_of_the_server() {
    let found = read(
        "DocumentRoot /srv/site\n\
         <Directory /srv/site>\n<Files *.html>\nHeader set Content-Security-Policy folder\n</Files>\n</Directory>\n\
         <Files *.html>\nHeader set Content-Security-Policy server\n</Files>\n",
    );
    assert_eq!(at(&found, "/"), ["folder"]);
}

#[test]
fn hosts_are_ways() {
    let found = read(
        "Header set Content-Security-Policy main\n\
         <VirtualHost *:80>\nRedirect permanent / https://a.test/\n</VirtualHost>\n\
         <VirtualHost *:443>\nServerName a.test\nHeader set Content-Security-Policy a\n</VirtualHost>\n\
         <VirtualHost *:443>\nServerName b.test\n</VirtualHost>\n",
    );
    let routing = found.routing.as_ref().unwrap();
    assert_eq!(routing.ways_at("/"), [vec![0], vec![1]]);
}

#[test]
fn aliases_lead_to_folders() {
    let found = read(
        "DocumentRoot /srv/site\nAlias /docs/ \"/srv/docs/\"\n\
         <Directory \"/srv/docs\">\nHeader set Content-Security-Policy docs\n</Directory>\n\
         <DirectoryMatch \"^/srv/site/(a|b)/\">\nHeader set Content-Security-Policy match\n</DirectoryMatch>\n\
         <Directory ~ \"x/[a-z.]+$\">\nHeader set Content-Security-Policy tilde\n</Directory>\n",
    );
    assert_eq!(at(&found, "/docs/a/"), ["docs"]);
    assert_eq!(at(&found, "/a/"), ["match"]);
    assert_eq!(at(&found, "/y/x/z.html"), ["tilde"]);
    assert!(at(&found, "/").is_empty());
}

#[test]
fn files_that_are_not_found_may_change_headers() {
    let found = read("Header set Content-Security-Policy a\nInclude /etc/apache2/none.conf\n");
    assert!(at(&found, "/").is_empty());
    assert_eq!(found.issues.len(), 1);
    let found =
        read("Header set Content-Security-Policy a\nIncludeOptional /etc/apache2/x/*.conf\n");
    assert_eq!(at(&found, "/"), ["a"]);
}

#[test]
fn places_are_exact() {
    let text =
        "Header set Content-Security-Policy \"connect-src \\\n  https://a.test \\\"x\\\"\"\n";
    let found = Htaccess.read(&file(".htaccess", text));
    let written = &found.policies[0].written;
    assert_eq!(written.text(), "connect-src   https://a.test \"x\"");
    let start = written.text().find("https").unwrap();
    let (place, _) = written.exact_place_of(&(start..start + 14)).unwrap();
    assert_eq!(&text[place.span.range()], "https://a.test");
}

#[test]
fn configurations_are_known_by_their_names() {
    let is = |path: &str| Httpd.recognises(Path::new(path));
    for path in [
        "httpd.conf",
        "apache2.conf",
        "a/my-apache.conf",
        "apache/site.conf",
        "vhosts.conf",
    ] {
        assert!(is(path), "{path}");
    }
    for path in ["nginx.conf", "apache/Dockerfile", "apache.js"] {
        assert!(!is(path), "{path}");
    }
    assert!(Htaccess.recognises(Path::new("a/.htaccess")));
}

proptest! {
    #[test]
    fn any_configuration_is_read(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("<VirtualHost *>"), Just("</VirtualHost>"), Just("<Files *.html>"),
                Just("</Files>"), Just("<Directory /srv/[a]>"), Just("</Directory>"),
                Just("Header set Content-Security-Policy \"a ${X} %{é}e\\\" %%\""),
                Just("Header always append Content-Security-Policy b \"expr=%{REQUEST_URI} =~ m#x#\""),
                Just("Header unset Content-Security-Policy"), Just("Define X 'é ${X}'"),
                Just("DocumentRoot /srv/\\"), Just("{% if x %}"), Just("Include x"),
            ],
            0..16,
        ),
        path in "/[abx]?/?(x\\.html)?",
    ) {
        let text = parts.join("\n");
        let found = read(&text);
        for policy in found.routing.iter().flat_map(|r| r.ways_at(&path)).flatten() {
            let written = &found.policies[policy].written;
            for start in 0..written.text().len() {
                if let Some(place) = written.place_of(&(start..start + 1)) {
                    prop_assert!(place.span.range().end <= text.len());
                }
            }
        }
    }
}
