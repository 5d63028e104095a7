#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Found {
    let text = text.replace("CSP", "Content-Security-Policy");
    Caddyfile.read(&SourceFile::of_text(
        Path::new("/nowhere/Caddyfile"),
        "Caddyfile",
        &text,
    ))
}

fn at(found: &Found, path: &str) -> Vec<String> {
    let policies = found.routing.iter().flat_map(|r| r.policies_at(path));
    policies
        .map(|p| found.policies[p].written.text().to_owned())
        .collect()
}

/// What a site with these directives sends for `/`.
fn sent(text: &str) -> Vec<String> {
    at(&read(&format!("a.test {{\n{text}\n}}")), "/")
}

#[test]
fn operations_are_those_of_the_directive() {
    assert_eq!(
        sent("header CSP \"connect-src 'self'\""),
        ["connect-src 'self'"]
    );
    assert_eq!(sent("header +CSP a\nheader +CSP b"), ["a", "b"]);
    assert_eq!(sent("header {\nCSP a\n+CSP b\n}"), ["a"]);
    assert_eq!(sent("header {\n-CSP\nCSP a\n}"), [""; 0]);
    assert_eq!(sent("header CSP a\nheader -CSP"), [""; 0]);
    assert_eq!(sent("header ?CSP a\nheader CSP b"), ["b"]);
    assert_eq!(sent("header {\n?CSP: a\n}"), ["a"]);
    assert_eq!(sent("header CSP a\nheader CSP a b"), [""; 0]);
    assert_eq!(sent("header >CSP a\nheader CSP b"), ["a"]);
    assert_eq!(
        sent("header {\nCSP a\ndefer\n}\nheader {\nCSP b\ndefer\n}"),
        ["a"]
    );
    assert_eq!(sent("request_header CSP a\nheader X y"), [""; 0]);
    assert_eq!(sent("header CSP a\nheader -Content-*"), [""; 0]);
    assert_eq!(
        sent("reverse_proxy x {\nheader_down CSP a\n}\nheader CSP b"),
        ["a", "b"]
    );
}

#[test]
fn the_last_header_is_that_without_a_matcher() {
    let found = read(
        "a.test {\nheader CSP all\nheader /app/* CSP app\nheader /app/in/* +CSP in\n\
         handle /h/* {\nheader CSP handled\nfile_server\n}\n\
         handle_path /p/* {\nheader /x.html CSP stripped\n}\n}",
    );
    assert_eq!(at(&found, "/"), ["all"]);
    assert_eq!(at(&found, "/app/"), ["all"]);
    assert_eq!(at(&found, "/h/"), ["handled"]);
    assert_eq!(at(&found, "/p/x.html"), ["stripped"]);
    assert_eq!(at(&found, "/p/y.html"), ["all"]);
}

#[test]
fn matchers_are_understood_or_not() {
    let found = read(
        "a.test {\n@two {\npath /a/* /b/*\nnot path *.html\n}\n@re path_regexp x ^/[0-9]+/$\n\
         @mine header X y\n@get method GET\n\
         header @two CSP two\nheader @re CSP re\nheader @get +CSP get\n\
         header /m/* CSP before\nhandle /m/* {\nheader @mine CSP mine\n}\n}",
    );
    assert_eq!(at(&found, "/a/"), ["two", "get"]);
    assert_eq!(at(&found, "/A/x.html"), ["get"]);
    assert_eq!(at(&found, "/12/"), ["re", "get"]);
    assert!(at(&found, "/m/").is_empty());
}

#[test]
fn groups_have_one_answer() {
    let found = read(
        "a.test {\nhandle {\nheader CSP rest\nfile_server\n}\nhandle /a/* {\nheader CSP a\n}\n\
         handle_path /a/b/* {\nheader CSP ab\n}\nredir /old/* /new/\nrespond /ok.html ok\n}",
    );
    assert_eq!(at(&found, "/"), ["rest"]);
    assert_eq!(at(&found, "/a/"), ["a"]);
    assert_eq!(at(&found, "/a/b/"), ["ab"]);
    assert!(at(&found, "/old/").is_empty());
}

#[test]
fn pages_without_their_extension_are_tried() {
    let found = read("a.test {\nroot * /srv\nheader CSP a\nfile_server\n}");
    assert!(at(&found, "/about").is_empty());
    let found = read(
        "a.test {\ntry_files {path} {path}.html /index.html\nheader CSP a\n\
         @pages path *.html\nhandle @pages {\nheader +CSP b\n}\nfile_server\n}",
    );
    assert_eq!(at(&found, "/about"), ["a", "b"]);
    assert_eq!(at(&found, "/a.html"), ["a", "b"]);
    assert!(at(&found, "/x/").is_empty());
    let found = read("a.test {\ntry_files {path} {path}/ /none.html\nheader CSP a\nfile_server\n}");
    assert_eq!(at(&found, "/x/"), ["a"]);
    let found = read("a.test {\ntry_files {path} /index.html\nheader CSP a\nfile_server\n}");
    assert!(at(&found, "/about").is_empty());
    assert_eq!(at(&found, "/"), ["a"]);
}

#[test]
fn files_are_there() {
    let found = read(
        ":80\nfile_server\n@html {\nnot path *.js *.css\nfile index.html\n}\n\
         rewrite @html {http.matchers.file.relative}\nheader @html CSP \"\n  connect-src a\"\n\
         @off file /off.txt\nheader @off +CSP off\n@own file\nheader @own +CSP own\n",
    );
    assert_eq!(at(&found, "/"), ["\n  connect-src a"]);
    assert_eq!(at(&found, "/sw.js"), ["own"]);
    assert!(at(&found, "/other.html").is_empty());
}

#[test]
fn snippets_have_arguments() {
    let found = read(
        "(csp) {\nheader CSP \"connect-src {args[0]} {args.1} {$ENV:x y} {http.request.host}\"\n}\n\
         a.test {\nimport csp 'self' \"https://{$HOST}\"\n}",
    );
    assert_eq!(
        at(&found, "/"),
        ["connect-src 'self' https://{$HOST} {$ENV} {http.request.host}"]
    );
}

#[test]
fn what_is_not_found_may_change_headers() {
    let found = read("a.test {\nheader CSP a\nimport common\n}");
    assert!(at(&found, "/").is_empty());
    assert_eq!(found.issues.len(), 1);
    assert_eq!(
        sent("header CSP a env\nheader {\nCSP b\nmatch status 200\n}"),
        [""; 0]
    );
}

#[test]
fn sites_may_have_no_braces() {
    let found = read("{\nemail a@b.test\n}\n:80\nheader CSP a\nhandle /x/* {\nheader CSP x\n}\n");
    assert_eq!(at(&found, "/"), ["a"]);
    assert_eq!(at(&found, "/x/"), ["x"]);
    let found = read("header CSP a\n");
    assert_eq!(at(&found, "/"), ["a"]);
    let found = read(
        "http://a.test {\nredir https://a.test{uri}\nheader CSP no\n}\na.test,\nb.test {\nheader CSP a\n}\n\
         c.test {\nheader CSP c\n}",
    );
    let routing = found.routing.as_ref().unwrap();
    assert_eq!(routing.ways_at("/"), [vec![1], vec![2]]);
    assert_eq!(routing.shown(2).unwrap(), "c.test");
}

#[test]
fn places_are_exact() {
    let text = "a.test\nheader {\n\tContent-Security-Policy `connect-src https://a.test`\n}\n";
    let found = read(text);
    let written = &found.policies[0].written;
    let start = written.text().find("https").unwrap();
    let (place, _) = written.exact_place_of(&(start..start + 14)).unwrap();
    assert_eq!(&text[place.span.range()], "https://a.test");
}

#[test]
fn names_are_those_of_caddyfiles() {
    let is = |path: &str| Caddyfile.recognises(Path::new(path));
    for path in [
        "Caddyfile",
        "a/Caddyfile.prod",
        "shop.Caddyfile",
        "x.caddyfile",
    ] {
        assert!(is(path), "{path}");
    }
    assert!(!is("Caddyfile.md") && !is("caddy.json"));
}

proptest! {
    #[test]
    fn any_file_is_read(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("a.test {"), Just("}"), Just("header {"), Just("handle /a/* {"),
                Just("header /a* Content-Security-Policy \"a {$X} {args[0]} é\\\"\""),
                Just("+Content-Security-Policy `b`"), Just("-Content-Security-Policy"),
                Just("?Content-Security-Policy c"), Just("(s) {"), Just("import s x"),
                Just("import s"), Just("@m path /a /b*"), Just("header @m Content-Security-Policy d"),
                Just("try_files {path} {path}.html"), Just("handle_path /b* {"), Just("@m {"),
                Just("not path *a*"), Just("rewrite * /x"), Just("file_server"), Just("route {"),
            ],
            0..24,
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
