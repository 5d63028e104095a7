//! Recovery from broken and hostile text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{ScriptKind, ScriptText, lower};
use crate::resolve::{Settings, endpoints};

fn urls(source: &str) -> (Vec<String>, usize) {
    let script = ScriptText {
        text: source,
        kind: ScriptKind::File,
        typescript: false,
        jsx: false,
        module: None,
    };
    let (facts, issues) = lower(&[script]);
    for issue in &issues {
        assert!(issue.span.range().end <= source.len() + 1, "{issue:?}");
    }
    let found = endpoints(&facts, &Settings::default());
    for f in &found {
        assert!(source.get(f.span.range()).is_some(), "{f:?}");
    }
    (
        found.iter().map(|f| f.url.to_string()).collect(),
        issues.len(),
    )
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let (found, issues) = urls(source);
    assert_eq!(found, expected, "\n{source}");
    assert!(issues > 0, "no issue: {source}");
}

#[test]
fn statements_around_a_broken_one_are_found() {
    check(
        "fetch('/a');\nnavigator.sendBeacon('/b', { ... });\nfetch('/c')",
        &["/a", "/b", "/c"],
    );
    check("fetch('/a')\nconst x = ;\nfetch('/c')", &["/a", "/c"]);
    check("fetch('/a')\nfetch('/b'\nfetch('/c')", &["/a", "/c"]);
    check("fetch('/a')\nfetch('/b\nfetch('/c')", &["/a", "/c"]);
    check(
        "fetch('/a')\nif (x {\n  fetch('/b')\n}\nfetch('/c')",
        &["/a", "/b", "/c"],
    );
    check("fetch('/a')\n}\nfetch('/c')", &["/a", "/c"]);
    check(
        "function f() {\n  fetch('/a')\n\nfetch('/c')",
        &["/a", "/c"],
    );
    check(
        "fetch('/a'); let let = 3; fetch('/b'); 1 = ; fetch('/c')",
        &["/a", "/b", "/c"],
    );
    check(
        "class A {\n  go() { fetch('/a') }\n  broken( { \n  stay() { fetch('/b') }\n}\nfetch('/c')",
        &["/a", "/b", "/c"],
    );
    check(
        "const o = {\n  a: 1,,\n  b: fetch('/a'),\n}\nfetch('/c')",
        &["/a", "/c"],
    );
    check("const s = `abc ${\nfetch('/c')", &["/c"]);
    check("/* fetch('/a')\nfetch('/c')", &["/a", "/c"]);
    check("fetch('/ä');\nconst ü = @@;\nfetch('/ö')", &["/ä", "/ö"]);
}

#[test]
fn hostile_nesting_ends() {
    let deep = |open: &str, close: &str, n: usize| {
        format!(
            "fetch('/a');\nx = {}1{};\nfetch('/b');",
            open.repeat(n),
            close.repeat(n)
        )
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("f(", ")"),
        ("a=>(", ")"),
        ("`${", "}`"),
        ("function(){return ", "}"),
    ] {
        let (found, issues) = urls(&deep(open, close, 100_000));
        assert_eq!(found, ["/a", "/b"], "{open}");
        assert!(issues > 0, "{open}");
    }
    for open in ["!", "a=>", "1+", "a?b:", "typeof ", "a.", "await "] {
        let (found, _) = urls(&deep(open, "", 100_000));
        assert!(
            found.contains(&"/a".to_owned()) && found.contains(&"/b".to_owned()),
            "{open}: {found:?}"
        );
    }
    let blocks = format!(
        "fetch('/a');\n{}{}\nfetch('/b')",
        "{".repeat(100_000),
        "}".repeat(100_000)
    );
    assert_eq!(urls(&blocks).0, ["/a", "/b"]);
    let elses = format!(
        "fetch('/a');\n{} {{}}\nfetch('/b')",
        "if(x){}else ".repeat(50_000)
    );
    assert_eq!(urls(&elses).0, ["/a", "/b"]);
    let unclosed = format!("fetch('/a');\n{}", "(".repeat(100_000));
    assert_eq!(urls(&unclosed).0, ["/a"]);
}

/// What an editor shows while someone types, and what servers and tools leave in scripts: the
/// text, the URLs that are found in it, and the line of the first issue (0: there is none).
#[rustfmt::skip]
const BROKEN: &[(&str, &[&str], usize)] = &[
    (r##"fetch('/a')
fetch('/b'
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
fetch('/b'"##, &["/a", "/b"], 2),
    (r##"fetch('/a')
fetch(
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
fetch('/b', {
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
fetch('/b', {
  method: 'POST',
fetch('/c')"##, &["/a", "/c"], 3),
    (r##"fetch('/a')
const x =
fetch('/c')"##, &["/a", "/c"], 0),
    (r##"fetch('/a')
const x = ;
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
obj. ;
fetch('/b')"##, &["/a", "/b"], 2),
    (r##"fetch('/a')
obj.
fetch('/c')"##, &["/a"], 0),
    (r##"fetch('/a')
if (
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
if (x
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
if (x) {
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
else
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
for (const a of
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
while(
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
switch (x) {
  case 1:
    fetch('/b')

fetch('/c')"##, &["/a", "/b", "/c"], 4),
    (r##"fetch('/a')
switch (x) {
  case
}
fetch('/c')"##, &["/a", "/c"], 4),
    (r##"fetch('/a')
function f(
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
function f() {
  fetch('/b')

fetch('/c')"##, &["/a", "/b", "/c"], 3),
    (r##"fetch('/a')
function f() {
  fetch('/b')
  const x =

fetch('/c')
function g() {
  fetch('/d')
}"##, &["/a", "/b", "/c", "/d"], 4),
    (r##"fetch('/a')
class A {
  go() {
    fetch('/b')

fetch('/c')"##, &["/a", "/b", "/c"], 4),
    (r##"fetch('/a')
class A {
  one() { fetch('/b') }
  two(

  three() { fetch('/c') }
}
fetch('/d')"##, &["/a", "/b", "/c", "/d"], 6),
    (r##"fetch('/a')
import {
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
import x from
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
export
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
export default"##, &["/a"], 2),
    (r##"return fetch('/a')"##, &["/a"], 0),
    (r##"fetch('/a', {method: 'POST' headers: {}})
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"fetch('/a' {method: 'POST'})
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"const a = [fetch('/a') fetch('/b')]
fetch('/c')"##, &["/a", "/b", "/c"], 1),
    (r##"fetch('/a'))
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"fetch('/a')]
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"fetch('/a')
}
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"foo(() => {
  fetch('/a')
}));
fetch('/c')"##, &["/a", "/c"], 3),
    (r##"fetch('/a')
const s = 'abc
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
const s = "abc
fetch("/c")"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
const s = `abc
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
const s = `abc
fetch('/c')
const t = `x${y}`
fetch('/d')"##, &["/a", "/c", "/d"], 4),
    (r##"fetch('/a')
const r = /abc
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
/* abc
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
const e = <div>
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"function App() {
  fetch('/a')
  return <div><p>Don't</p>
}
fetch('/c')"##, &["/a", "/c"], 4),
    (r##"fetch('/a')
a < b <
fetch('/c')"##, &["/a", "/c"], 0),
    (r##"<<<<<<< HEAD
fetch('/a')
=======
fetch('/b')
>>>>>>> x
fetch('/c')"##, &["/a", "/b", "/c"], 1),
    (r##"function f() {
<<<<<<< HEAD
  const a = 1
  fetch('/a')
=======
  const a = 2
  fetch('/b')
>>>>>>> x
}
fetch('/c')"##, &["/a", "/b", "/c"], 2),
    (r##"fetch('/a')
navigator.sendBeacon("https://x/", { ... })
fetch('/c')"##, &["/a", "https://x/", "/c"], 2),
    (r##"fetch('/a');
@@
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"let a = 1; let a = 2; fetch('/a')"##, &["/a"], 0),
    (r##"'use strict'; var x = 010; with (a) { fetch('/a') }
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"<!-- 
fetch('/a')
-->
fetch('/c')"##, &["/a", "/c"], 0),
    (r##"#!/usr/bin/env node
fetch('/a')
const x = ;
fetch('/c')"##, &["/a", "/c"], 3),
    (r##"const r = await fetch('/a')
const x = ;
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"function f() { const r = await fetch('/a') }
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"{"name": "x", "url": "https://a/"}"##, &[], 1),
    (r##"fetch({{ url }})
fetch('/c')"##, &["{_________}", "/c"], 1),
    (r##"var x = {{ data|tojson }};
fetch('/c')"##, &["/c"], 1),
    (r##"fetch('/a')
{% if user %}
fetch('/b')
{% endif %}
fetch('/c')"##, &["/a", "/b", "/c"], 2),
    (r##"fetch('/a')
<% if (user) { %>
fetch('/b')
<% } %>
var y = <%= y %>;
fetch(<%- z.b %> + '/q')
fetch('/c')"##, &["/a", "/b", "{__________}/q", "/c"], 2),
    (r##"(function () {
  fetch('/a');
  var x = {{ data|tojson }};
  {% for a in b %}
  fetch('/b');
  {% endfor %}
  var z = <?php echo $z ?>;
  fetch('/c');
})();"##, &["/a", "/b", "/c"], 3),
    (r##"fetch('/a');(function(){var a=;fetch('/b');if(x{fetch('/c')}fetch('/d')})();fetch('/e')"##, &["/a", "/b", "/c", "/d", "/e"], 1),
    (r##"function f(a: string): Promise<void> { fetch('/a') }
const x = ;
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"@dec class A { @a m() { fetch('/a') } @b( }
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"fetch('/a')
-->
const t = `
<!-- x -->
<a href="${fetch('/b')}">
`
fetch('/c')"##, &["/a", "/b", "/c"], 0),
    (r##"const a = {
  b: fetch('/a'),
  c: ,
  d: fetch('/d')
}"##, &["/a", "/d"], 3),
    (r##"const a = {
  b: fetch('/a'),
  c
  d: fetch('/d')"##, &["/a", "/d"], 4),
    (r##"window.onload = function () {
  fetch('/a')
  document.querySelector('x').addEventListener('click', () => {
    fetch('/b')
    foo(
  })
  fetch('/c')
}
fetch('/d')"##, &["/a", "/b", "/c", "/d"], 6),
    (r##"export class Foo {
  constructor() {
    this.x = fetch('/a')
  }

  load() {
    if (this.y {
      return fetch('/b')
    }
    return fetch('/c'
  }

  save() {
    fetch('/d', {method: })
  }
}
fetch('/e')"##, &["/a", "/b", "/c", "/e"], 7),
    (r##"const f = async () => {
  try {
    await fetch('/a')
  } catch (e {
    fetch('/b')
  }
}
fetch('/c')"##, &["/a", "/b", "/c"], 4),
    (r##"try {
  fetch('/a')

fetch('/c')"##, &["/a", "/c"], 2),
    (r##"const { a, b = fetch('/c')
fetch('/d')"##, &["/d"], 1),
    (r##"fetch(`/a/${x`)
fetch('/c')"##, &["/c"], 1),
    (r##"fetch("/a" + )
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"const x = fetch('/a') ? : 1
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"var a = @Model.Url;
fetch('/c')"##, &["/c"], 1),
    (r##"fetch('/a', ...)
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"async function f() {
  for await (const x of fetch('/a') {
    fetch('/b')
  }
}
fetch('/c')"##, &["/a", "/b", "/c"], 2),
    (r##"$.ajax({ url: '/a', success: function () { fetch('/b') } });
foo(function () {
  fetch('/c')
);
fetch('/d')"##, &["/b", "/c", "/d"], 4),
    (r##"var el = <div>{fetch('/a')}<p></div>
fetch('/c')"##, &["/a", "/c"], 1),
    (r##"import React from 'react'
import { x from './y'
fetch('/c')"##, &["/c"], 2),
    (r##"switch (x) {
  case 1:
    fetch('/a')
  case
    fetch('/b')
  default:
    fetch('/c')
}"##, &["/a", "/b", "/c"], 6),
    (r##"if (a) {
  fetch('/a')
} else if {
  fetch('/b')
} else {
  fetch('/c')
}"##, &["/a", "/b", "/c"], 3),
    (r##"function f() {
fetch('/a')
let = 
bad bad
fetch('/b')
}
fetch('/c')"##, &["/a", "/b", "/c"], 4),
    (r##"var a = 1
var b = [1, 2
var c = fetch('/c')"##, &["/c"], 2),
    (r##"fetch(`/a/${x`) }
fetch('/c')"##, &["/c"], 1),
    (r##"var u = ${url};
fetch('/c' + ${a.b})"##, &["/c{______}"], 1),
    (r##"fetch('/a')
const x: = 3
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
const f = (a, => { fetch('/b') }
fetch('/c')"##, &["/a", "/b", "/c"], 2),
    (r##"fetch('/a')
new XMLHttpRequest(
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
throw
fetch('/c')"##, &["/a", "/c"], 2),
    (r##"fetch('/a')
do {
  fetch('/b')
} while (
fetch('/c')"##, &["/a", "/b", "/c"], 4),
];

#[test]
fn broken_texts_keep_their_endpoints() {
    for (source, expected, line) in BROKEN {
        let (facts, issues) = lower(&[script(source)]);
        let found = endpoints(&facts, &Settings::default());
        let urls: Vec<_> = found.iter().map(|f| f.url.to_string()).collect();
        assert_eq!(urls, *expected, "\n{source}");
        for endpoint in &found {
            let text = source.get(endpoint.span.range()).unwrap();
            let call = text.starts_with("fetch(") || text.starts_with("navigator.sendBeacon(");
            assert!(call, "{text:?} in\n{source}");
        }
        let first = issues.first().map_or(0, |issue| {
            1 + source[..issue.span.range().start].matches('\n').count()
        });
        assert_eq!(first, *line, "{issues:?}\n{source}");
    }
}

/// A script's text as it would be read from a file.
fn script(text: &str) -> ScriptText<'_> {
    ScriptText {
        text,
        kind: ScriptKind::File,
        typescript: false,
        jsx: false,
        module: None,
    }
}

/// Whether the facts of a text have calls of `fetch` with these URLs.
fn fetches(facts: &super::FileFacts, url: &str) -> bool {
    use super::facts::Expr;
    facts
        .candidates
        .iter()
        .any(|id| match &facts.node(*id).expr {
            Expr::Call { arguments, .. } => arguments.first().is_some_and(
                |a| matches!(&facts.node(a.expr).expr, Expr::Text(text) if text == url),
            ),
            _ => false,
        })
}

/// Name, whether it is TypeScript, and the text; all but the broken ones call `/a` and `/b`.
fn hostile_cases() -> Vec<(&'static str, bool, String)> {
    // `tests/bad_input.rs` nests 100,000 times.
    let n = 20_000;
    let deep = |o: &str, c: &str| {
        format!(
            "fetch('/a');\nx = {}1{};\nfetch('/b');",
            o.repeat(n),
            c.repeat(n)
        )
    };
    let run = |o: &str, e: &str| format!("fetch('/a');\nx = {}{e};\nfetch('/b');", o.repeat(n));
    let stmts =
        |o: &str, c: &str| format!("fetch('/a');\n{}{}\nfetch('/b');", o.repeat(n), c.repeat(n));
    vec![
        ("paren", false, deep("(", ")")),
        ("array", false, deep("[", "]")),
        ("object", false, deep("{a:", "}")),
        ("call", false, deep("f(", ")")),
        ("arrowp", false, deep("a=>(", ")")),
        ("template", false, deep("`${", "}`")),
        ("fnexpr", false, deep("function(){return ", "}")),
        ("arrowb", false, deep("()=>{return ", "}")),
        ("jsx", false, deep("<a>", "</a>")),
        ("jsxfrag", false, deep("<>", "</>")),
        ("jsxattr", false, deep("<a b={", "}/>")),
        ("jsxattr2", false, deep("<a b=", "/>")),
        ("jsxopen", false, run("<a>", "1")),
        ("classexpr", false, deep("class extends ", "{}")),
        ("classbody", false, deep("class { a = ", "}")),
        ("new", false, run("new ", "x")),
        ("newp", false, deep("new x(", ")")),
        ("objpat", false, stmts("let {a:", "} = x")),
        (
            "objpat2",
            false,
            format!(
                "fetch('/a');\nlet {}b{} = x;\nfetch('/b');",
                "{a:".repeat(n),
                "}".repeat(n)
            ),
        ),
        (
            "arrpat",
            false,
            format!(
                "fetch('/a');\nlet {}b{} = x;\nfetch('/b');",
                "[".repeat(n),
                "]".repeat(n)
            ),
        ),
        ("assignpat", false, run("a=", "1")),
        (
            "generic",
            true,
            format!(
                "fetch('/a');\nlet x: {}B{};\nfetch('/b');",
                "A<".repeat(n),
                ">".repeat(n)
            ),
        ),
        (
            "typearr",
            true,
            format!("fetch('/a');\nlet x: A{};\nfetch('/b');", "[]".repeat(n)),
        ),
        (
            "typeparen",
            true,
            format!(
                "fetch('/a');\nlet x: {}A{};\nfetch('/b');",
                "(".repeat(n),
                ")".repeat(n)
            ),
        ),
        (
            "typefn",
            true,
            format!("fetch('/a');\nlet x: {}A;\nfetch('/b');", "()=>".repeat(n)),
        ),
        (
            "typecond",
            true,
            format!(
                "fetch('/a');\nlet x: {}A;\nfetch('/b');",
                "A extends B?C:".repeat(n)
            ),
        ),
        (
            "typeunion",
            true,
            format!("fetch('/a');\nlet x: {}A;\nfetch('/b');", "A|".repeat(n)),
        ),
        (
            "keyof",
            true,
            format!(
                "fetch('/a');\nlet x: {}A;\nfetch('/b');",
                "keyof ".repeat(n)
            ),
        ),
        (
            "as",
            true,
            format!(
                "fetch('/a');\nlet x = 1{};\nfetch('/b');",
                " as A".repeat(n)
            ),
        ),
        (
            "nonnull",
            true,
            format!("fetch('/a');\nlet x = y{};\nfetch('/b');", "!".repeat(n)),
        ),
        ("assertion", true, run("<A>", "x")),
        ("namespace", true, stmts("namespace A{", "}")),
        (
            "nsdots",
            true,
            format!(
                "fetch('/a');\nnamespace A{} {{}}\nfetch('/b');",
                ".A".repeat(n)
            ),
        ),
        (
            "elseif",
            false,
            stmts("if(x){}else ", "{}").replacen(&"{}".repeat(n), "{}", 1),
        ),
        (
            "ifif",
            false,
            format!("fetch('/a');\n{};\nfetch('/b');", "if(x)".repeat(n)),
        ),
        (
            "ififelse",
            false,
            format!(
                "fetch('/a');\n{};{}\nfetch('/b');",
                "if(x)".repeat(n),
                "else;".repeat(n)
            ),
        ),
        (
            "forfor",
            false,
            format!("fetch('/a');\n{};\nfetch('/b');", "for(;;)".repeat(n)),
        ),
        (
            "while",
            false,
            format!("fetch('/a');\n{};\nfetch('/b');", "while(1)".repeat(n)),
        ),
        (
            "do",
            false,
            format!(
                "fetch('/a');\n{};{}\nfetch('/b');",
                "do ".repeat(n),
                "while(1)".repeat(n)
            ),
        ),
        (
            "label",
            false,
            format!("fetch('/a');\n{};\nfetch('/b');", "a:".repeat(n)),
        ),
        (
            "with",
            false,
            format!("fetch('/a');\n{};\nfetch('/b');", "with(a)".repeat(n)),
        ),
        ("blocks", false, stmts("{", "}")),
        ("fndecl", false, stmts("function a(){", "}")),
        ("classdecl", false, stmts("class A{static{", "}}")),
        ("try", false, stmts("try{", "}finally{}")),
        ("switch", false, stmts("switch(a){case 1:", "}")),
        ("member", false, run("a.", "b")),
        (
            "calls",
            false,
            format!("fetch('/a');\na{};\nfetch('/b');", "()".repeat(n)),
        ),
        (
            "index",
            false,
            format!("fetch('/a');\na{};\nfetch('/b');", "[0]".repeat(n)),
        ),
        (
            "methods",
            false,
            format!("fetch('/a');\na{};\nfetch('/b');", ".b()".repeat(n)),
        ),
        (
            "tagged",
            false,
            format!("fetch('/a');\na{};\nfetch('/b');", "``".repeat(n)),
        ),
        ("opt", false, run("a?.", "b")),
        ("comma", false, run("a,", "b")),
        ("or", false, run("a||", "b")),
        ("nullish", false, run("a??", "b")),
        ("concat", false, run("'a'+", "'b'")),
        ("pow", false, run("a**", "b")),
        ("bang", false, run("!", "1")),
        ("plus", false, run("+ ", "1")),
        ("typeof", false, run("typeof ", "1")),
        ("await", false, run("await ", "1")),
        (
            "yield",
            false,
            format!(
                "fetch('/a');\nfunction*f(){{{}}}\nfetch('/b');",
                "yield ".repeat(n)
            ),
        ),
        ("arrow", false, run("a=>", "1")),
        ("cond", false, run("a?b:", "1")),
        (
            "cond2",
            false,
            format!(
                "fetch('/a');\nx={}1{};\nfetch('/b');",
                "a?".repeat(n),
                ":b".repeat(n)
            ),
        ),
        ("spread", false, deep("[...", "]")),
        ("import", false, deep("import(", ")")),
        (
            "decor",
            true,
            format!(
                "fetch('/a');\n{} class A{{}}\nfetch('/b');",
                "@a ".repeat(n)
            ),
        ),
        (
            "unclosedparen",
            false,
            format!("fetch('/a');\n{}", "(".repeat(n)),
        ),
        (
            "unclosedtpl",
            false,
            format!("fetch('/a');\n{}", "`${".repeat(n)),
        ),
        (
            "closers",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", ")".repeat(n)),
        ),
        (
            "errors",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", "a b;\n".repeat(n)),
        ),
        (
            "divs",
            false,
            format!(
                "fetch('/a');\n{}\nfetch('/b')",
                "const a = <div>\n".repeat(n)
            ),
        ),
        (
            "unclosedcalls",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", "f(\n".repeat(n)),
        ),
        (
            "oneline",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", "a b ".repeat(n)),
        ),
        (
            "braces",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", "a b{}".repeat(n)),
        ),
        (
            "quotes",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", "'\n".repeat(n)),
        ),
        (
            "ticks",
            false,
            format!("fetch('/a');\n{}\nfetch('/b')", "`${\n".repeat(n)),
        ),
        (
            "jinja",
            false,
            format!(
                "fetch('/a');\n{}\nfetch('/b')",
                "{% x %}\nfoo();\n".repeat(n)
            ),
        ),
        (
            "bigiife",
            false,
            format!(
                "(function () {{\nfetch('/a');\n{}\nfetch('/b')\n}})()",
                "  var x = {{ a }};\n".repeat(n)
            ),
        ),
        (
            "bigiife1",
            false,
            format!(
                "(function () {{\nfetch('/a');\n{}\n var x = ;\nfetch('/b')\n}})()",
                "  var x = foo(a.b(1));\n".repeat(n)
            ),
        ),
        (
            "binary",
            false,
            (0..1_000_000u32)
                .map(|i| char::from((i.wrapping_mul(2654435761) >> 20) as u8 & 0x7f))
                .collect(),
        ),
        (
            "coffee",
            false,
            "class A extends B\n  foo: (x) ->\n    y = x for x in [1..2]\n    'a' unless z?\n"
                .repeat(10_000),
        ),
    ]
}

/// A worker thread's stack is small; no text may overflow it, nor take long.
#[test]
fn hostile_texts_end_on_a_small_stack() {
    let run = || {
        for (name, typescript, text) in hostile_cases() {
            let source = ScriptText {
                typescript,
                ..script(&text)
            };
            let (facts, issues) = lower(&[source]);
            let found = (fetches(&facts, "/a"), fetches(&facts, "/b"));
            match name {
                "binary" | "coffee" => assert!(!issues.is_empty(), "{name}"),
                "jsxattr" | "divs" | "unclosedcalls" | "ticks" | "unclosedparen"
                | "unclosedtpl" => assert!(found.0 && !issues.is_empty(), "{name}"),
                _ => assert_eq!(found, (true, true), "{name}: {issues:?}"),
            }
            assert!(issues.len() <= 101, "{name}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
    assert!(thread.unwrap().join().is_ok());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(600))]

    #[test]
    fn any_tokens_are_read_without_harm(
        tokens in proptest::collection::vec(proptest::sample::select(TOKENS), 0..40),
        typescript: bool,
    ) {
        let text = tokens.concat();
        let source = ScriptText { typescript, ..script(&text) };
        let (facts, issues) = lower(&[source]);
        for node in &facts.nodes {
            proptest::prop_assert!(node.span.range().end <= text.len());
            proptest::prop_assert!(text.get(node.span.range()).is_some());
        }
        for issue in &issues {
            proptest::prop_assert!(issue.span.range().end <= text.len() + 1);
        }
    }
}

#[test]
fn comments_at_the_end_of_what_is_mended_may_end_in_any_way() {
    for end in [
        "",
        " ",
        "\n",
        " \n",
        "\r\n",
        "\u{2028}",
        " \u{2029}",
        "\u{a0}",
    ] {
        let text = format!("fetch('/a'); if (x) {{ fetch('/b'); // if({end}");
        let (facts, _) = lower(&[script(&text)]);
        assert!(fetches(&facts, "/a") && fetches(&facts, "/b"), "{text:?}");
    }
}

#[test]
fn spans_of_mended_texts_are_whole_characters() {
    for text in ["=>[\u{2028}", "fetch('/a'); [\u{2028}", "f([\u{2029}\u{a0}"] {
        let (facts, _) = lower(&[script(text)]);
        for node in &facts.nodes {
            assert!(text.get(node.span.range()).is_some(), "{text:?}");
        }
    }
}

/// Pieces of scripts for arbitrary texts.
const TOKENS: &[&str] = &[
    "a",
    "b ",
    "fetch('/x')",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ".",
    "...",
    "=>",
    "=",
    "+",
    "<",
    ">",
    "</",
    "/>",
    "<a>",
    "</a>",
    "/",
    "//",
    "/*",
    "*/",
    "'",
    "\"",
    "`",
    "${",
    "\n",
    " ",
    "\\",
    "?",
    ":",
    "?.",
    "function ",
    "class ",
    "extends ",
    "async ",
    "await ",
    "yield ",
    "new ",
    "if(",
    "else ",
    "for(",
    "of ",
    "in ",
    "while(",
    "switch(",
    "case ",
    "default",
    "try{",
    "catch",
    "import ",
    "export ",
    "from ",
    "let ",
    "const ",
    "var ",
    "return ",
    "static ",
    "get ",
    "#x",
    "@d ",
    "ä",
    "😀",
    "0",
    "1n",
    "{{ x }}",
    "<%= y %>",
    "{% z %}",
    "<!--",
    "-->",
    "<<<<<<< A\n",
    "=======\n",
    ">>>>>>> B\n",
    "#!x\n",
    "enum ",
    "namespace ",
    "type ",
    "as ",
    "is ",
    "\u{2028}",
];

/// An error in the middle of a bundle costs nothing else. (`cargo bench` tells what it takes.)
#[test]
fn a_large_bundle_with_an_error_is_read_whole() {
    let unit = "  function load(id) {\n    return fetch('/api/' + id, { method: 'POST' })\n  }\n";
    let half = unit.repeat((1 << 20) / unit.len());
    for (open, close) in [("", ""), ("(function () {\n", "})();\n")] {
        let text = format!("{open}fetch('/a');\n{half}var x = ;\n{half}fetch('/z');\n{close}");
        let (facts, issues) = lower(&[script(&text)]);
        assert!(fetches(&facts, "/a") && fetches(&facts, "/z"));
        assert_eq!(issues.len(), 1);
    }
}

/// Found by fuzzing: what is mended behind the end of a text is no part of it.
#[test]
fn imports_end_with_the_text() {
    let text = "import data from './d.json' with { type: 'json'";
    let script = ScriptText {
        text,
        kind: ScriptKind::File,
        typescript: false,
        jsx: false,
        module: None,
    };
    let (facts, issues) = lower(&[script]);
    assert!(!issues.is_empty());
    let ends: Vec<u32> = facts.imports.iter().map(|i| i.declaration.end).collect();
    assert_eq!(ends, [text.len() as u32]);
}
