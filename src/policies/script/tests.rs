#![allow(clippy::unwrap_used)]
use super::*;
use crate::policies::ElementStyle;
use std::path::Path;

fn script<T>(text: &str, work: impl FnOnce(&mut Script) -> T) -> T {
    let file = SourceFile::of_text(Path::new("none/a.ts"), "a.ts", text);
    read_script(&file, work).value
}

/// The text of the default export.
fn exported(text: &str) -> Written {
    script(text, |script| script.exported().written())
}

fn text_of(text: &str) -> String {
    exported(text).text().to_owned()
}

/// What stands where the text says that these parts stand.
fn places(source: &str, written: &Written, parts: &[&str]) -> Vec<String> {
    let place = |part: &&str| {
        let start = written.text().find(part).unwrap();
        let (place, _) = written.exact_place_of(&(start..start + part.len()))?;
        Some(source[place.span.range()].to_owned())
    };
    parts.iter().map(|p| place(p).unwrap_or_default()).collect()
}

#[test]
fn a_template_that_is_made_one_line_keeps_its_places() {
    let source = "const api = 'https://api.test';\n\
        export default `\n  default-src 'self';\n  connect-src 'self' ${api} ${ process.env.MORE };\n\
        `.replace(/\\s{2,}/g, ' ').trim();";
    let written = exported(source);
    assert_eq!(
        written.text(),
        "default-src 'self'; connect-src 'self' https://api.test {process.env.MORE};"
    );
    let parts = ["default-src", "connect-src 'self' ", "https://api.test"];
    assert_eq!(places(source, &written, &parts), parts);
    assert_eq!(written.holes().len(), 1);
}

#[test]
fn lists_are_joined_and_say_where_their_elements_stand() {
    let source = r#"
        const connect = ["'self'", 'https://a.test'];
        export default ["default-src 'none'", `connect-src ${connect.join(' ')}`].join('; ');"#;
    let written = exported(source);
    assert_eq!(
        written.text(),
        "default-src 'none'; connect-src 'self' https://a.test"
    );
    let list = written.list("connect-src").unwrap();
    assert_eq!(
        &source[list.place.span.range()],
        r#""'self'", 'https://a.test'"#
    );
    let elements: Vec<_> = list
        .elements
        .iter()
        .map(|e| (&source[e.span.range()], &written.text()[e.range.clone()]))
        .collect();
    assert_eq!(
        elements,
        [
            (r#""'self'""#, "'self'"),
            ("'https://a.test'", "https://a.test")
        ]
    );
    assert!(written.list("default-src").is_none());
}

#[test]
fn objects_of_directives_are_mapped() {
    let source = r#"
        const directives = {
            'default-src': ["'self'"],
            'connect-src': ["'self'", 'https://a.test', ...(process.env.X ? ['https://b.test'] : [])],
        };
        directives['img-src'] = ['data:'];
        export default Object.entries(directives)
            .map(([key, values]) => `${key} ${values.join(' ')}`)
            .join('; ');"#;
    assert_eq!(
        text_of(source),
        "default-src 'self'; connect-src 'self' https://a.test https://b.test{?}; img-src data:"
    );
}

#[test]
fn escapes_keep_the_places_of_sources() {
    let source = r"export default 'connect-src \'self\' https://a.test';";
    let written = exported(source);
    assert_eq!(written.text(), "connect-src 'self' https://a.test");
    assert_eq!(
        places(source, &written, &["https://a.test", "connect-src"]),
        ["https://a.test", "connect-src"]
    );
    let at = written.place_of(&(12..18)).unwrap();
    assert_eq!(&source[at.span.range()], r"\'self\'");
}

#[test]
fn production_decides_and_what_is_not_known_is_a_hole() {
    let dev = "const dev = process.env.NODE_ENV !== 'production';\n";
    let of = |code: &str| text_of(&format!("{dev}export default {code};"));
    assert_eq!(of("`a ${dev ? 'ws:' : 'b'}`"), "a b");
    assert_eq!(of("['a', dev && 'ws:'].filter(Boolean).join(' ')"), "a");
    assert_eq!(
        of("['a', global.x && 'b', ...(dev ? ['c'] : ['d'])].filter(Boolean).join(' ')"),
        "a {b?} d"
    );
    assert_eq!(of("'a ' + (x ? 'b' : '')"), "a {b?}");
    assert_eq!(of("'a ' + (x ? 'b' : 'c')"), "a {x?'b':'c'}");
    assert_eq!(
        of("'a ' + (process.env.HOST || 'b')"),
        "a {process.env.HOST}"
    );
}

#[test]
fn what_is_pushed_later_is_there() {
    let with = |code: &str| {
        text_of(&format!(
            "const list = ['a'];\n{code}\nexport default list.join(' ');"
        ))
    };
    assert_eq!(with("list.push('b');"), "a b");
    assert_eq!(with("if (x) list.push('b');"), "a {b?}");
    assert_eq!(
        with("if (process.env.NODE_ENV === 'development') list.push('b');"),
        "a"
    );
    assert_eq!(with("function later() { list.push('b'); }"), "a {b?}");
    assert_eq!(with("list.splice(0, 1);"), "a {a-later-change}");
    assert_eq!(
        with("add(list); function add(l) { l.push('b') }"),
        "a {a-later-change}"
    );
}

#[test]
fn texts_grow() {
    let source = "let csp = \"default-src 'self';\"; csp += ' connect-src a.test;';\n\
        if (x) { csp += ' img-src b'; } else if (process.env.NODE_ENV === 'development') { csp = ''; }\n\
        csp = csp.trim();\nexport default csp;";
    assert_eq!(
        text_of(source),
        "default-src 'self'; connect-src a.test; {img-srcb?}"
    );
}

#[test]
fn functions_are_called() {
    let source = "const list = (name, values) => [name, ...values].join(' ');\n\
        function policy({ hosts = [] } = {}) {\n  const own = ['a', 'b'];\n\
        if (!hosts) throw new Error();\n  own.push('c');\n\
        return list('connect-src', own.concat(hosts)); }\nexport default policy();";
    assert_eq!(text_of(source), "connect-src a b c");
}

#[test]
fn camel_case_becomes_names_of_directives() {
    let source = "export default { defaultSrc: [\"'self'\"], connectSrc: 'https://a.test', \
        upgradeInsecureRequests: [], scriptSrcAttr: null, 'img-src': false, blockAllMixedContent: true, \
        styleSrc: [(req, res) => `'nonce-${res.locals.nonce}'`], ...more() }";
    let written = script(source, |script| match script.exported() {
        Value::Object(object) => written_directives(&object, ElementStyle::Quoted),
        other => other.written(),
    });
    assert_eq!(
        written.text(),
        "default-src {defaultSrc}; connect-src {connectSrc}; upgrade-insecure-requests {upgradeInsecureRequests}; \
         script-src-attr {scriptSrcAttr}; img-src {img-src}; block-all-mixed-content {blockAllMixedContent}; \
         style-src {styleSrc}; {more()}"
    );
}
