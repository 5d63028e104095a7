//! Pages, and what is found in them with its exact places.

use super::*;
use proptest::prelude::*;

/// `kind | decoded | source` of all that was found; documents and bases where there are any.
fn lines(text: &str) -> Vec<String> {
    let document = parse(text);
    let raw = |span: Span| text.get(span.range()).unwrap_or("<out of range>");
    let mut out = Vec::new();
    for item in &document.items {
        let mut line = match &item.kind {
            Item::Ping {
                area,
                has_href,
                urls,
            } => {
                let urls: Vec<_> = urls
                    .iter()
                    .map(|(url, span)| format!("{url} | {}", raw(*span)))
                    .collect();
                let tag = if *area { "area" } else { "a" };
                let href = if *has_href { "" } else { " (no href)" };
                format!("{tag} ping{href} | {}", urls.join(" | "))
            }
            Item::LinkPreload { url, span } => format!("preload | {url} | {}", raw(*span)),
            Item::LinkModulePreload { url, span } => {
                format!("modulepreload | {url} | {}", raw(*span))
            }
            Item::InlineScript { module, code } => {
                let kind = if *module { "module" } else { "script" };
                format!("{kind} | {} | {}", code.text, raw(all(code)))
            }
            Item::ExternalScript {
                url, module, span, ..
            } => {
                let kind = if *module { "module" } else { "script" };
                format!("external {kind} | {url} | {}", raw(*span))
            }
            Item::Handler { code } => format!("handler | {} | {}", code.text, raw(all(code))),
            Item::JavascriptUrl { code } => {
                format!("javascript | {} | {}", code.text, raw(all(code)))
            }
        };
        if !item.document.is_empty() {
            line += &format!(" @{:?}", item.document);
        }
        if let Some(base) = &item.base {
            line += &format!(" base {base}");
        }
        out.push(line);
    }
    for meta in &document.meta_policies {
        let mut line = format!("meta | {} | {}", meta.text, raw(meta.span));
        if !meta.document.is_empty() {
            line += &format!(" @{:?}", meta.document);
        }
        out.push(line);
    }
    for issue in &document.issues {
        out.push(format!("{} | {}", issue.code, raw(issue.span)));
    }
    out
}

fn all(code: &MappedText) -> Span {
    code.span(0..code.text.len())
}

/// Asserts what is found in a page, however its lines end and whatever stands before it.
#[track_caller]
fn check(page: &str, expected: &[&str]) {
    assert_eq!(lines(page), expected, "{page}");
    let source = |ending: &str| page.replace('\n', ending);
    for ending in ["\r\n", "\r"] {
        let found = lines(&source(ending));
        let found: Vec<_> = found.iter().map(|l| l.replace(ending, "\n")).collect();
        assert_eq!(found, expected, "with {ending:?}: {page}");
        let text = source(ending);
        for item in parse(&text).items {
            if let Item::InlineScript { code, .. } = item.kind {
                assert!(!code.text.contains('\r'));
            }
        }
    }
    let before = "<!-- ünï\u{1f980} & < -->\r\n";
    assert_eq!(lines(&format!("{before}{page}")), expected, "{page}");
}

#[test]
fn pings() {
    check(
        "<a href=# ping=\"https://a.test/1\n\t/2 \">x</a>",
        &["a ping | https://a.test/1 | https://a.test/1 | /2 | /2"],
    );
    check(
        "<area ping=x><a ping=y>",
        &["area ping (no href) | x | x", "a ping (no href) | y | y"],
    );
    check(
        "<A HREF PING='https&colon;//a.test/?a=1&amp;b=2&#32;&#x2f;é'>",
        &["a ping | https://a.test/?a=1&b=2 | https&colon;//a.test/?a=1&amp;b=2 | /é | &#x2f;é"],
    );
    check(
        "<a ping=' \n '><a ping><svg><a ping=x href=y></a></svg>",
        &[],
    );
    check("<a ping=1 ping=2>", &["a ping (no href) | 1 | 1"]);
    check("<div ping=1>", &[]);
    // Mis-nested formatting makes copies of the element: it is one tag.
    check(
        "<p><a href=# ping=x><b>1<p>2</b>3<table><a ping=y></table>",
        &["a ping | x | x", "a ping (no href) | y | y"],
    );
}

#[test]
fn preloads() {
    check(
        "<link rel=preload as=fetch href=/x>",
        &["preload | /x | /x"],
    );
    check(
        "<link href='a&amp;b' as=FETCH rel='x PreLoad\ny'>",
        &["preload | a&b | a&amp;b"],
    );
    check(
        "<body><link rel=modulepreload as=json href=\"x.json\">",
        &["modulepreload | x.json | x.json"],
    );
    check(
        "<link rel=preload as=script href=x><link rel=preload href=x><link rel=preload as=fetch>\
         <link rel=modulepreload href=x><link rel=prefetch as=fetch href=x>\
         <link rel=preload as=fetch href=''><svg><link rel=preload as=fetch href=x></svg>",
        &[],
    );
}

#[test]
fn scripts() {
    check(
        "<script>\na('<b>')\n</script>",
        &["script | \na('<b>')\n | \na('<b>')\n"],
    );
    check(
        "<script type=module>a &amp; b</script >",
        &["module | a &amp; b | a &amp; b"],
    );
    check("<SCRIPT>é</SCRIPT\nx='</script>'>", &["script | é | é"]);
    check("<script></script><script> </script>", &[]);
    check(
        "<script>a</scriptx></ script><!--<script>b</script>-->c</script>",
        &[
            "script | a</scriptx></ script><!--<script>b</script>-->c | \
           a</scriptx></ script><!--<script>b</script>-->c",
        ],
    );
    check(
        "<script>a<</script>b<script>c</</script>",
        &["script | a< | a<", "script | c</ | c</"],
    );
    check("<script>a\n</script>", &["script | a\n | a\n"]);
    check(
        "<script type=application/json>{}</script><script type=importmap>{}</script>",
        &[],
    );
    check(
        "<script nomodule>a</script><script type=module nomodule>b</script>",
        &["module | b | b"],
    );
    check(
        "<script src='x.js'>a</script><script type=module src=y.mjs></script>",
        &[
            "external script | x.js | x.js",
            "external module | y.mjs | y.mjs",
        ],
    );
    check(
        "<script src>a</script><script type=text/plain src=x></script>",
        &[],
    );
    check(
        "<script for=window event='onload()'>a</script><script for=x event=y>b</script>",
        &["script | a | a"],
    );
    check("<script>never closed", &[]);
    check("<script>\0</script>", &["script | \u{fffd} | \0"]);
    check(
        "<table><script>a</script><tr><td><script>b</script></table>",
        &["script | a | a", "script | b | b"],
    );
}

#[test]
fn scripts_in_svg() {
    check(
        "<svg><script>a &lt; b</script></svg>",
        &["script | a < b | a &lt; b"],
    );
    check(
        "<svg><script><![CDATA[ a < b && '<b>' ]]></script></svg>",
        &["script |  a < b && '<b>'  |  a < b && '<b>' "],
    );
    check(
        "<svg><script>a;<!-- no -->b;<![CDATA[c&lt;]]>&lt;</script></svg>",
        &["script | a;b;c&lt;< | a;<!-- no -->b;<![CDATA[c&lt;]]>&lt;"],
    );
    check(
        "<svg><script href=x.js>a</script><script xlink:href=y></script></svg>",
        &["external script | x.js | x.js", "external script | y | y"],
    );
    check(
        "<svg><script/>text</svg><script>a</script>",
        &["script | a | a"],
    );
    check(
        "<svg><script type=text/plain>a</script><script type=module>b</script></svg>",
        &["module | b | b"],
    );
    check("<math><script>a</script></math>", &[]);
    check(
        "<svg><foreignObject><script>a &lt;</script></foreignObject></svg>",
        &["script | a &lt; | a &lt;"],
    );
}

#[test]
fn handlers() {
    check(
        "<body onload=\"a('&quot;')\" onhashchange=b>",
        &["handler | a('\"') | a('&quot;')", "handler | b | b"],
    );
    check(
        "<div ONCLICK='a\nb' only=x one=y onhashchange=z on=w onfoo=v>",
        &["handler | a\nb | a\nb"],
    );
    check(
        "<svg onload=a><animate onbegin=b onend=c /></svg><p onbegin=d>",
        &["handler | a | a", "handler | b | b", "handler | c | c"],
    );
    check(
        "<math onclick=a></math><marquee onstart=b></marquee><p onstart=c>",
        &["handler | a | a", "handler | b | b"],
    );
    check("<p onclick=''><p onclick=' '><p onclick>", &[]);
    check("<p onclick=a onclick=b>", &["handler | a | a"]);
    check("<image onerror=a>", &["handler | a | a"]);
    // A second body adds what the first has not.
    check(
        "<body onload=a><body onload=b onunload=c><body onunload=d>",
        &["handler | a | a", "handler | c | c"],
    );
    check("<p>x<html onclick=a><html onclick=b>", &["handler | a | a"]);
    check(
        "<tr onclick=a></td><b onclick=b>1<p>2</b>3",
        &["handler | b | b"],
    );
    check(
        "<script src=x onerror=a></script>",
        &["external script | x | x", "handler | a | a"],
    );
}

#[test]
fn javascript_urls() {
    check(
        "<a href=' java\nscript:a(%27&quot;%27)'>",
        &["javascript | a('\"') | a(%27&quot;%27)"],
    );
    check(
        "<area href=javascript:a><iframe src=javascript:b></iframe><form action=javascript:c>\
         <button formaction=javascript:d></button><input formaction=javascript:e></form>",
        &[
            "javascript | a | a",
            "javascript | b | b",
            "javascript | c | c",
            "javascript | d | d",
            "javascript | e | e",
        ],
    );
    check(
        "<frameset><frame src=javascript:a></frameset>",
        &["javascript | a | a"],
    );
    check(
        "<svg><a xlink:href=javascript:a /><a href=x xlink:href=javascript:b /></svg>",
        &["javascript | a | a"],
    );
    check(
        "<a href=javascript:><a href='javascript: '><object data=javascript:a></object>\
         <embed src=javascript:b><link href=javascript:c><img src=javascript:d>\
         <a xlink:href=javascript:e><iframe sandbox src=javascript:f></iframe>",
        &[],
    );
    check(
        "<iframe sandbox='x allow-scripts' src=javascript:a></iframe>",
        &["javascript | a | a"],
    );
    check("<form><form action=javascript:a>", &[]);
}

#[test]
fn bases() {
    check(
        "<a ping=1></a><base target=x><base href='//a.test/&amp;'><base href=b>",
        &["a ping (no href) | 1 | 1 base //a.test/&"],
    );
    check(
        "<template><base href=a></template><noscript><base href=b></noscript><a ping=1>",
        &["a ping (no href) | 1 | 1"],
    );
    check(
        "<iframe srcdoc='<a ping=1>'></iframe><iframe srcdoc='<base href=in><a ping=2>'></iframe>\
         <base href=out><a ping=3>",
        &[
            "a ping (no href) | 1 | 1 @[0] base out",
            "a ping (no href) | 2 | 2 @[1] base in",
            "a ping (no href) | 3 | 3 base out",
        ],
    );
    check(
        "<base href=https://a.test/b/c><iframe srcdoc='<base href=d><a ping=1>'></iframe>\
         <iframe srcdoc='<base href=https://b.test><a ping=2>'></iframe>",
        &[
            "a ping (no href) | 1 | 1 @[0] base https://a.test/b/d",
            "a ping (no href) | 2 | 2 @[1] base https://b.test",
        ],
    );
    check("<base href><a ping=1>", &["a ping (no href) | 1 | 1 base "]);
}

#[test]
fn documents_inside() {
    check(
        "<iframe srcdoc=\"<script>a('&quot;&amp;lt;')</script>\n<a ping='x&amp;amp;y'>\"></iframe>",
        &[
            "script | a('\"&lt;') | a('&quot;&amp;lt;') @[0]",
            "a ping (no href) | x&y | x&amp;amp;y @[0]",
        ],
    );
    check(
        "<iframe srcdoc='&lt;script&gt;a&#13;&#10;b&lt;/script&gt;'></iframe>",
        &["script | a\nb | a&#13;&#10;b @[0]"],
    );
    check(
        "<iframe srcdoc='<iframe srcdoc=\"<p onclick=a>\"></iframe><iframe srcdoc=<p/onclick=b&amp;gt;>\
         </iframe>'></iframe><iframe srcdoc></iframe><iframe srcdoc='<p onclick=c>'></iframe>",
        &[
            "handler | a | a @[0, 0]",
            "handler | b | b @[0, 1]",
            "handler | c | c @[2]",
        ],
    );
    check(
        "<iframe srcdoc=\"<meta http-equiv='Content-Security-Policy' content='connect-src a'>\">",
        &["meta | connect-src a | connect-src a @[0]"],
    );
    // Scripts do not run in a sandbox, nor in what is inside it.
    check(
        "<iframe sandbox srcdoc='<script>a</script><p onclick=b><a href=javascript:c ping=d>\
         <iframe srcdoc=&quot;<p onclick=e>&quot;></iframe>'></iframe>",
        &["a ping | d | d @[0]"],
    );
    check(
        "<iframe sandbox=allow-scripts srcdoc='<p onclick=a>'></iframe>",
        &["handler | a | a @[0]"],
    );
    check(
        "<iframe srcdoc='<p onclick=a>' src=javascript:b></iframe>",
        &["handler | a | a @[0]"],
    );
}

const META: &str = "<meta http-equiv=content-security-policy content='connect-src a'>";

#[test]
fn policies_that_take_effect() {
    let one: &[&str] = &["meta | connect-src a | connect-src a"];
    for before in [
        "",
        "<!doctype html><html><head>",
        "<title>x</title><style>y</style><script src=></script>",
        "<head></head>",
        "<head></head>\n<!-- -->\n",
        "<template>x</template><noscript>y</noscript>",
        "<html><link rel=x>",
    ] {
        check(&format!("{before}{META}"), one);
    }
    check(
        "<META CONTENT=\"connect-src&#32;https&colon;//a.test\n x\" HTTP-EQUIV=content-SECURITY-policy/>",
        &[],
    );
    check(
        "<META CONTENT=\"connect-src&#32;https&colon;//a.test\n x\" HTTP-EQUIV=content-SECURITY-policy />",
        &["meta | connect-src https://a.test\n x | connect-src&#32;https&colon;//a.test\n x"],
    );
    check(
        &format!("{META}<body>{META}"),
        &[
            "meta | connect-src a | connect-src a",
            "meta-policy-out-of-place | connect-src a",
        ],
    );
}

#[test]
fn policies_without_effect() {
    let misplaced: &[&str] = &["meta-policy-out-of-place | connect-src a"];
    for before in [
        "<body>",
        "<head></head><body>",
        "<head><div></div>",
        "<p>x</p>",
        "text",
        "<table>",
        "<table><tr><td>",
        "<template>",
        "<head><template><div>",
        "<body><template>",
        "<noscript>",
        "<head><noscript>",
        "<body><noscript>",
        "<body><svg>",
        "<select>",
    ] {
        let close = match before.contains("noscript") {
            true => "</noscript>",
            false => "",
        };
        check(&format!("{before}{META}{close}"), misplaced);
    }
    check(
        "<meta http-equiv=Content-Security-Policy-Report-Only content='connect-src a'>\
         <body><meta http-equiv=content-security-policy-report-only content=' b'>",
        &[
            "report-only-in-meta | connect-src a",
            "report-only-in-meta |  b",
        ],
    );
    check(
        "<meta http-equiv=Content-Security-Policy content=\"Sandbox; connect-src a;\n \
         frame-ancestors 'none', report-uri&#32;/r; sandboxed\">",
        &[
            "meta | Sandbox; connect-src a;\n frame-ancestors 'none', report-uri /r; sandboxed | \
             Sandbox; connect-src a;\n frame-ancestors 'none', report-uri&#32;/r; sandboxed",
            "ignored-in-meta | Sandbox",
            "ignored-in-meta | frame-ancestors",
            "ignored-in-meta | report-uri",
        ],
    );
    check(
        "<meta http-equiv=Content-Security-Policy><meta http-equiv=Content-Security-Policy content=''>\
         <meta http-equiv=' Content-Security-Policy ' content=x><meta name=Content-Security-Policy \
         content=x><meta http-equiv=X-Content-Security-Policy content=x>\
         <body><meta http-equiv=Content-Security-Policy content=' '>",
        &[],
    );
}

#[test]
fn where_a_policy_stands_is_told() {
    let message = |before: &str| {
        let page = format!("{before}{META}</noscript>");
        parse(&page)
            .issues
            .pop()
            .map(|issue| issue.message)
            .unwrap_or_default()
    };
    assert!(message("<body>").contains("in `<body>`"));
    assert!(message("<head></head>x").contains("in `<body>`"));
    assert!(message("<head><div></div>").contains("after the end of the head"));
    assert!(message("<template>").contains("in a `<template>`"));
    assert!(message("<noscript>").contains("in `<noscript>`"));
}

#[test]
fn text_is_nothing() {
    let inside = "<script>a</script><p onclick=b><a ping=c>";
    for (open, close) in [
        ("<!--", "-->"),
        ("<textarea>", "</textarea>"),
        ("<title>", "</title>"),
        ("<iframe>", "</iframe>"),
        ("<xmp>", "</xmp>"),
        ("<noembed>", "</noembed>"),
        ("<noframes>", "</noframes>"),
        ("<noscript>", "</noscript>"),
        ("<style>", "</style>"),
        ("<script type=text/template><!--", "--></script>"),
        ("<svg><![CDATA[", "]]></svg>"),
        ("<p title=\"", "\">"),
    ] {
        let page = format!("{open}{inside}{close}<i onclick=after>");
        check(&page, &["handler | after | after"]);
    }
    check(&format!("<plaintext>{inside}"), &[]);
}

#[test]
fn templates_are_markup() {
    check(
        "<template><a ping=a></a><script>b</script><p onclick=c></template>",
        &[
            "a ping (no href) | a | a",
            "script | b | b",
            "handler | c | c",
        ],
    );
}

#[test]
fn odd_input() {
    for page in [
        "",
        "<",
        "</",
        "</>",
        "<a",
        "<a ping",
        "<a ping=",
        "<a ping='x",
        "<a ping=x",
        "<!",
        "<!-",
        "<!--",
        "<!-- <a ping=x>",
        "<script>",
        "<script",
        "<script>a</script",
        "&",
        "&#",
        "&#x",
        "&amp",
        "&am",
        "\0",
        "\r",
        "<a ping=&am",
        "<!doctyp",
        "<![CDATA[",
        "<svg><![CDATA[ ]]",
        "<noscript><meta http-equiv=Content-Security-Policy content=x>",
    ] {
        check(page, &[]);
    }
    for before in [
        "<",
        "<<",
        "a<<<",
        "</>",
        "&no;",
        "&no",
        "&abc ",
        "&#",
        "&notit;",
        "a < b",
        "\0",
        "<?x>",
        "</ x>",
        "<!x>",
        "\n",
        "\n\n",
        "&abc\n",
        "<svg></></svg>",
        "<svg><![CDATA[<p]]>",
        "<svg><![CDATA[]]>",
        "<svg><![CDATA[a<b]]>]]&gt;",
        "<p title=&abc>",
        "<p title='&no'>",
        "<pre>\n",
        "<textarea>\n</textarea>",
    ] {
        check(&format!("{before}<i onclick=x>"), &["handler | x | x"]);
        check(
            &format!("{before}</b><i onclick=x>{before}"),
            &["handler | x | x"],
        );
    }
    check(
        "<a\0b ping=x><a ping=x\0y>",
        &["a ping (no href) | x\u{fffd}y | x\0y"],
    );
    check("\u{feff}<a ping=x>", &["a ping (no href) | x | x"]);
}

#[test]
fn the_browsers_pages() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/pages");
    let counts = |name: &str| {
        let text = std::fs::read_to_string(format!("{folder}/{name}.html")).unwrap_or_default();
        let found = parse(&text);
        let issues: Vec<_> = found.issues.iter().map(|issue| issue.code).collect();
        (found.meta_policies.len(), issues)
    };
    const MISPLACED: &str = "meta-policy-out-of-place";
    for (name, policies, issues) in [
        ("after-head", 1, &[][..]),
        ("base", 1, &[]),
        ("body", 0, &[MISPLACED]),
        ("decoys", 1, &["report-only-in-meta"]),
        ("elements", 1, &[]),
        ("head", 1, &[]),
        (
            "header-and-meta",
            1,
            &["ignored-in-meta", "ignored-in-meta", "ignored-in-meta"],
        ),
        ("module", 1, &[]),
        ("no-head", 1, &[MISPLACED]),
        ("noscript", 0, &[MISPLACED, MISPLACED]),
        ("several", 3, &[]),
        ("spelling", 2, &[]),
        ("srcdoc", 2, &[]),
        ("template", 0, &[MISPLACED, MISPLACED]),
        ("text-in-head", 0, &[MISPLACED]),
        ("upgrade", 2, &[]),
    ] {
        assert_eq!(counts(name), (policies, issues.to_vec()), "{name}");
    }
}

/// Each of many kinds of elements, nested in itself.
#[test]
fn deep_nesting_is_survived() {
    const TIMES: usize = 3000;
    for part in [
        "<div>",
        "<b>",
        "<a>",
        "<p><b>",
        "<table><tr><td>",
        "<table>",
        "<template>",
        "<svg>",
        "<svg><script>",
        "<math><mi>",
        "<select>",
        "<option>",
        "<li><ul>",
        "<form>",
        "<button>",
        "<span><p>",
        "<b><p></b>",
        "<a><div>",
        "<svg><foreignObject>",
        "<frameset>",
        "<object>",
        "<svg><title>",
        "<dd>",
        "<h1>",
        "<ruby><rt>",
        "</p>",
        "</br>",
        "<table><b>",
        "<nobr>",
        "<iframe/srcdoc=",
        "<noscript><meta>",
    ] {
        parse(&format!("{}<i onclick=x>", part.repeat(TIMES)));
    }
    // Formatting elements that differ are all opened again in each paragraph.
    let differing = |i: usize| format!("<p><b id={i}></p>");
    parse(&(0..TIMES).map(differing).collect::<String>());
}

#[test]
fn elements_past_the_limit_still_count() {
    let deep = "<div>".repeat(2000);
    let page = format!(
        "{deep}<a ping=x>{}<script>a</script>{META}",
        "</div>".repeat(2000)
    );
    assert_eq!(
        lines(&page),
        [
            "a ping (no href) | x | x",
            "script | a | a",
            "meta-policy-out-of-place | connect-src a",
        ]
    );
}

#[test]
fn end_tags_of_elements_past_the_limit_close_nothing_else() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(600), close.repeat(600));
    for inner in [
        deep("<div>", "</div>"),
        deep("<svg><foreignObject>", "</foreignObject></svg>"),
        deep("<template>", "</template>"),
        deep("<b>", "</b>"),
    ] {
        // A policy in the body is out of place, whatever came before it; one in a template says so.
        let page = format!("<body><template>{inner}{META}</template>{META}");
        let issues = parse(&page).issues;
        let messages: Vec<_> = issues.iter().map(|i| i.message.as_str()).collect();
        assert_eq!(messages.len(), 2, "{inner}");
        assert!(
            messages[0].contains("<template>") && messages[1].contains("<body>"),
            "{inner}"
        );
    }
}

/// Bits of markup that parsers trip over.
fn soup() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        4 => prop::sample::select(vec![
            "<", ">", "</", "/>", "=", "'", "\"", " ", "\n", "\r\n", "\r", "\0", "&", "&amp;",
            "&lt", "&#65;", "&#x41", "&no", ";", "é", "\u{1f980}", "<!--", "-->", "<![CDATA[",
            "]]>", "a", "%41", "%c3%a9", "-", "!", "?", "x=1",
        ]).prop_map(str::to_owned),
        6 => prop::sample::select(vec![
            "<a ping='", "<a href=x ping=", "<area ping=\"", "<script>", "</script>", "<svg>",
            "</svg>", "<script type=module>", "<template>", "</template>", "<table>", "<tr>",
            "<td>", "</table>", "<p onclick='", "<b onclick=a>", "</b>", "<a href=javascript:",
            "<iframe srcdoc='", "<iframe srcdoc=\"", "</iframe>", "<noscript>", "</noscript>",
            "<meta http-equiv=Content-Security-Policy content='sandbox", "<base href=", "<p>",
            "</p>", "<select>", "<option>", "<math>", "<mi>", "<foreignObject>", "<title>",
            "</title>", "<body onload=", "<html onclick=", "<head>", "</head>", "<frameset>",
            "<link rel=preload as=fetch href=", "<form>", "</form>", "<annotation-xml>", "<i>",
            "</i>", "<nobr>", "<caption>", "<col>", "</a>", "</body>", "</html>", "<plaintext>",
            "<button>", "</button>", "<li>", "<ruby>", "<rt>", "<image>", "<desc>", "</br>",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(bit, 0..40).prop_map(|bits| bits.concat())
}

/// All spans of what is found, with the decoded text.
fn spans(document: &Document) -> Vec<(Span, String)> {
    let mut out = Vec::new();
    for item in &document.items {
        match &item.kind {
            Item::Ping { urls, .. } => {
                out.extend(urls.iter().map(|(url, span)| (*span, url.clone())));
            }
            Item::LinkPreload { url, span }
            | Item::LinkModulePreload { url, span }
            | Item::ExternalScript { url, span, .. } => out.push((*span, url.clone())),
            Item::InlineScript { code, .. }
            | Item::Handler { code }
            | Item::JavascriptUrl { code } => {
                out.push((all(code), code.text.clone()));
                for (at, c) in code.text.char_indices() {
                    out.push((code.span(at..at + c.len_utf8()), c.to_string()));
                }
            }
        }
    }
    out.extend(
        document
            .meta_policies
            .iter()
            .map(|meta| (meta.span, meta.text.clone())),
    );
    out
}

fn assert_spans(text: &str) {
    let document = parse(text);
    for (span, decoded) in spans(&document) {
        let raw = text.get(span.range());
        assert!(raw.is_some(), "{span:?} in {text:?}");
        let raw = raw
            .unwrap_or_default()
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        if !raw.contains(['&', '\0', '%', '\n', '\t']) && !raw.contains("<!") {
            assert_eq!(raw, decoded, "{text:?}");
        }
    }
    for issue in &document.issues {
        assert!(text.get(issue.span.range()).is_some(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        assert_spans(&text);
    }

    #[test]
    fn any_soup_is_read(text in soup()) {
        assert_spans(&text);
    }

    #[test]
    fn attributes_are_those_of_the_tokenizer(soup in soup()) {
        let source = MappedText::of_source(&soup).normalised();
        for (attributes, place) in tokenizer::start_tags(&source.text) {
            let name = html5ever::QualName::new(None, html5ever::ns!(html), "x".into());
            let element = element::Element::new(&name, &source, place);
            let found: Vec<_> = element
                .attributes
                .iter()
                .map(|a| (a.name.clone(), element.value(a).text))
                .collect();
            prop_assert_eq!(found, attributes);
        }
    }
}

/// What html5ever's tokenizer alone tells of start tags.
mod tokenizer {
    use crate::html::positions::{Input, Places};
    use html5ever::tokenizer::{
        EndTag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
    };
    use std::cell::RefCell;
    use std::ops::Range;

    type StartTag = (Vec<(String, String)>, Range<usize>);

    struct Sink<'s> {
        text: &'s str,
        input: &'s Input,
        places: RefCell<Places>,
        tags: RefCell<Vec<StartTag>>,
    }

    impl TokenSink for Sink<'_> {
        type Handle = ();

        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            let mut places = self.places.borrow_mut();
            let position = self.input.position();
            match token {
                Token::ParseError(_) => {}
                Token::TagToken(tag) => {
                    let letter = tag.name.as_bytes()[0];
                    let end = tag.kind == EndTag;
                    let place = places.tag(self.text, position, end, letter);
                    let attributes = tag
                        .attrs
                        .iter()
                        .map(|a| (a.name.local.to_string(), a.value.to_string()))
                        .collect();
                    if !end {
                        self.tags.borrow_mut().push((attributes, place));
                    }
                }
                Token::CommentToken(_) | Token::DoctypeToken(_) => {
                    places.declaration(self.text, position);
                }
                _ => places.text(position),
            }
            TokenSinkResult::Continue
        }
    }

    pub(super) fn start_tags(text: &str) -> Vec<StartTag> {
        let input = Input::new(text);
        let sink = Sink {
            text,
            input: &input,
            places: RefCell::default(),
            tags: RefCell::default(),
        };
        let options = TokenizerOpts {
            discard_bom: false,
            ..TokenizerOpts::default()
        };
        let tokenizer = Tokenizer::new(sink, options);
        let _ = tokenizer.feed(input.queue());
        tokenizer.end();
        tokenizer.sink.tags.into_inner()
    }
}
