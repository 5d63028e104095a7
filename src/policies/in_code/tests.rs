#![allow(clippy::unwrap_used)]
use super::*;
use crate::policies::Quoting;

fn read_as(name: &str, text: &str) -> Found {
    InScripts.read(&SourceFile::of_text(
        &Path::new("none").join(name),
        name,
        text,
    ))
}

/// The policies for a path, as far as they are sent.
fn at(found: &Found, path: &str) -> Vec<String> {
    let policies = found.routing.iter().flat_map(|r| r.policies_at(path));
    policies
        .map(|p| found.policies[p].written.text().to_owned())
        .collect()
}

fn site(text: &str) -> Vec<String> {
    at(&read_as("server.js", text), "/")
}

fn codes(text: &str) -> Vec<&'static str> {
    let found = read_as("server.js", text);
    found.issues.iter().map(|i| i.code).collect()
}

const EXPRESS: &str = "import express from 'express';\nimport helmet from 'helmet';\n\
    const app = express();\napp.use(express.static('public'));\n";

fn express(code: &str) -> Vec<String> {
    site(&format!("{EXPRESS}{code}"))
}

/// The defaults of helmet behind a directive.
const REST: &str = "base-uri 'self'; font-src 'self' https: data:; form-action 'self'; \
    frame-ancestors 'self'; img-src 'self' data:; object-src 'none'; script-src 'self'; \
    script-src-attr 'none'; style-src 'self' https: 'unsafe-inline'; upgrade-insecure-requests";

#[test]
fn helmet_sends_its_defaults() {
    let default = format!("default-src 'self'; {REST}");
    assert_eq!(
        express("app.use(helmet());"),
        std::slice::from_ref(&default)
    );
    assert_eq!(
        express("app.use(helmet({ frameguard: false }));"),
        std::slice::from_ref(&default)
    );
    assert_eq!(
        express("app.use(helmet.contentSecurityPolicy());"),
        std::slice::from_ref(&default)
    );
    assert_eq!(
        express("app.use(helmet({ contentSecurityPolicy: false }));"),
        [""; 0]
    );
    assert_eq!(
        express(
            "app.use(helmet({ contentSecurityPolicy: { directives: { connectSrc: [\"'self'\", 'https://a.test', \
             (req, res) => res.locals.more], 'object-src': null } } }));"
        ),
        [format!(
            "connect-src 'self' https://a.test {{a-function}}; default-src 'self'; {}",
            REST.replace("object-src 'none'; ", "")
        )]
    );
    assert_eq!(
        express(
            "app.use(helmet.contentSecurityPolicy({ useDefaults: false, directives: { \
             defaultSrc: helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc, connectSrc: '*' } }));"
        ),
        ["connect-src *"]
    );
    assert_eq!(
        express(
            "app.use(helmet.contentSecurityPolicy({ useDefaults: false, directives: { \
             ...helmet.contentSecurityPolicy.getDefaultDirectives(), 'connect-src': ['*'] } }));"
        ),
        [format!("connect-src *; default-src 'self'; {REST}")]
    );
}

#[test]
fn a_server_of_data_has_no_policy_of_pages() {
    let api = "const helmet = require('helmet');\nconst app = require('express')();\n\
        app.use(helmet());\napp.get('/items', (req, res) => res.json([]));";
    assert_eq!(site(api), [""; 0]);
    assert_eq!(codes(api), ["unsent-policy"]);
}

#[test]
fn other_packages() {
    let directives = "{ 'default-src': [\"'self'\"], 'connect-src': ['https://a.test'] }";
    let expected = ["default-src 'self'; connect-src https://a.test"];
    for code in [
        "import lusca from 'lusca'; app.use(lusca.csp({ policy: § }));",
        "import lusca from 'lusca'; app.use(lusca({ csp: { policy: [§] } }));",
        "import lusca from 'lusca'; app.use(lusca({ csp: { policy: \"default-src 'self'; connect-src https://a.test\" } }));",
        "const { expressCspHeader } = require('express-csp-header'); app.use(expressCspHeader({ directives: § }));",
        "import { secureHeaders } from 'hono/secure-headers'; app.use('*', secureHeaders({ contentSecurityPolicy: § }));",
        "import { secureHeaders } from 'npm:hono@4/secure-headers'; app.use(secureHeaders({ contentSecurityPolicy: § }));",
        "import csp from 'helmet-csp'; app.use(csp({ useDefaults: false, directives: § }));",
        "import { contentSecurityPolicy } from 'koa-helmet'; app.use(contentSecurityPolicy({ useDefaults: false, directives: § }));",
        "import h from '@fastify/helmet'; await app.register(h, { contentSecurityPolicy: { useDefaults: false, directives: § } });",
    ] {
        assert_eq!(site(&code.replace('§', directives)), expected, "{code}");
    }
    let not_global = "import h from '@fastify/helmet'; app.register(h, { global: false, \
        contentSecurityPolicy: { directives: { connectSrc: ['*'] } } });";
    assert_eq!(site(not_global), [""; 0]);
}

#[test]
fn headers_are_set_in_many_ways() {
    let expected = ["connect-src 'self'"];
    for code in [
        "app.use((req, res, next) => { res.setHeader('Content-Security-Policy', §); next(); });",
        "app.use(function (req, res, next) { res.set({ 'content-security-policy': § }); next(); });",
        "app.use((req, res, next) => { res.header('Content-Security-Policy', [§]); next(); });",
        "app.use(async (ctx, next) => { await next(); ctx.set('Content-Security-Policy', §); });",
        "app.use('*', async (c, next) => { await next(); c.header('Content-Security-Policy', §) });",
        "http.createServer((req, res) => { res.writeHead(200, { 'Content-Security-Policy': § }); res.end(html) });",
        "fastify.addHook('onSend', async (request, reply) => { reply.header('Content-Security-Policy', §) });",
        "export const handle = async ({ event, resolve }) => { const r = await resolve(event);\
         r.headers.set('Content-Security-Policy', §); return r; };",
        "export default { async fetch(request, env) { const headers = new Headers({ 'Content-Security-Policy': § }); \
         return new Response(page, { headers }); } };",
        "export default defineEventHandler((event) => { setResponseHeader(event, 'Content-Security-Policy', §); });",
        "session.defaultSession.webRequest.onHeadersReceived((details, callback) => { callback({ responseHeaders: \
         { ...details.responseHeaders, 'Content-Security-Policy': [§] } }) });",
        "exports.headers = (req, res, next) => { const h = {}; h['Content-Security-Policy'] = §; res.set(h); next(); };",
        "app.use(async (ctx, next) => { ctx.response.headers['content-security-policy'] = §; await next(); });",
        "const headers = [{ key: 'Content-Security-Policy', value: § }]; export default headers;",
        "export const headers = new Map([['Content-Security-Policy', §]]);",
        "const NAME = 'Content-Security-Policy'; export function secure(res) { res.setHeader(NAME, §); }",
        "const CSP = 'Content-Security-Policy'; const names = { csp: CSP }; \
         app.use((req, res, next) => { res.setHeader(names.csp, §); next(); });",
        "app.use((req, res, next) => { if (process.env.NODE_ENV === 'production') res.setHeader('Content-Security-Policy', §); next(); });",
        "app.use((req, res, next) => { if (config.csp.enabled) res.setHeader('Content-Security-Policy', §); next(); });",
    ] {
        assert_eq!(
            site(&code.replace('§', "\"connect-src 'self'\"")),
            expected,
            "{code}"
        );
    }
}

#[test]
fn what_is_sent_with_some_responses_governs_nothing() {
    for code in [
        "app.use((req, res, next) => { if (req.path.startsWith('/embed')) res.setHeader('Content-Security-Policy', X); next(); });",
        "app.post('/x', (req, res) => { res.setHeader('Content-Security-Policy', X); });",
        "export function sendFile(res) { res.setHeader('Content-Security-Policy', X); }",
        "export const DOWNLOAD_HEADERS = { 'Content-Security-Policy': X };",
        "app.get(/^.x/, (req, res) => { res.setHeader('Content-Security-Policy', X); });",
        "function page(res, kind) { switch (kind) { case 'a': res.setHeader('Content-Security-Policy', X) } }",
    ] {
        let code = code.replace('X', "\"default-src 'self'\"");
        assert_eq!(site(&code), [""; 0], "{code}");
        assert_eq!(codes(&code), ["unsent-policy"], "{code}");
    }
    // What only developers run.
    for hook in [
        "configureServer(server) {",
        "configureServer: (server) => {",
    ] {
        let code = format!(
            "export const plugin = () => ({{ name: 'x', {hook} server.middlewares.use((q, r, next) => \
             {{ r.setHeader('Content-Security-Policy', \"connect-src 'self'\"); next(); }}); }} }});"
        );
        assert_eq!((site(&code).len(), codes(&code).len()), (0, 0), "{code}");
    }
    // What never runs, and what is for files that users bring.
    let never = "if (process.env.NODE_ENV === 'development') app.use((q, r) => r.set('Content-Security-Policy', \"connect-src *\"));";
    assert_eq!((site(never).len(), codes(never).len()), (0, 0));
    let sandbox = "app.use((q, r, next) => { r.set('Content-Security-Policy', \"sandbox; default-src 'self'\"); next() });";
    assert_eq!((site(sandbox).len(), codes(sandbox).len()), (0, 1));
}

#[test]
fn paths_are_those_of_the_routes() {
    let code = "const router = express.Router();\n\
        router.get('/page', (req, res) => { res.set('Content-Security-Policy', \"connect-src 'none'\"); });\n\
        app.use('/shop', router);\n\
        app.use('/app', (req, res, next) => { res.set('Content-Security-Policy', \"connect-src https://app.test\"); next() });\n\
        app.use((req, res, next) => { res.set('Content-Security-Policy', \"connect-src 'self'\"); next() });";
    let found = read_as("server.js", code);
    assert_eq!(at(&found, "/"), ["connect-src 'self'"]);
    assert_eq!(at(&found, "/shop"), ["connect-src 'self'"]);
    let shown = |policy: usize| found.routing.as_ref().unwrap().shown(policy);
    assert_eq!(shown(0).as_deref(), Some("/shop/page"));
    assert_eq!(shown(1).as_deref(), Some("/app/*"));
    assert_eq!(shown(2), None);
}

#[test]
fn the_last_one_that_is_set_counts() {
    let both = "app.use(helmet());\n\
        app.use(helmet.contentSecurityPolicy({ directives: { defaultSrc: ['*'] }, useDefaults: false }));";
    assert_eq!(express(both), ["default-src *"]);
    let report = "app.use(helmet.contentSecurityPolicy({ directives: { defaultSrc: ['*'] }, useDefaults: false }));\n\
        app.use(helmet.contentSecurityPolicy({ directives: { defaultSrc: [\"'self'\"] }, useDefaults: false, reportOnly: true }));";
    assert_eq!(express(report), ["default-src *", "default-src 'self'"]);
}

#[test]
fn middlewares_are_followed_to_where_they_are_used() {
    let code = |uses: &str| {
        format!(
            "{EXPRESS}const csp = helmet.contentSecurityPolicy({{ useDefaults: false, directives: {{ \
             connectSrc: ['*'], defaultSrc: ['*'] }} }});\n{uses}"
        )
    };
    let of = |uses: &str, path: &str| at(&read_as("server.js", &code(uses)), path).len();
    assert_eq!(of("app.use(csp);", "/"), 1);
    assert_eq!(of("app.get('/a', csp, page);", "/"), 0);
    assert_eq!(of("app.get('/a', csp, page);", "/a"), 1);
    assert_eq!(
        of("app.use((req, res, next) => csp(req, res, next));", "/"),
        1
    );
    assert_eq!(of("export { csp };", "/"), 1);
    assert_eq!(
        of(
            "app.use((req, res, next) => req.path === '/x' ? csp(req, res, next) : next());",
            "/"
        ),
        0
    );
}

#[test]
fn guesses_that_disagree_count_not() {
    let code = "export function a(res) { res.set('Content-Security-Policy', \"connect-src 'self'\"); }\n\
        export function b(res) { res.set('Content-Security-Policy', \"connect-src *\"); }";
    assert_eq!(site(code), [""; 0]);
    let same = code.replace("'self'", "*");
    assert_eq!(site(&same), ["connect-src *"]);
    assert!(read_as("server.js", &same).is_weak);
}

#[test]
fn objects_of_directives_are_policies() {
    let code = "export const CSP = { 'default-src': [\"'self'\"], 'connect-src': [\"'self'\", 'a.test'] };";
    assert_eq!(
        site(code),
        ["default-src 'self'; connect-src 'self' a.test"]
    );
    assert!(read_as("csp.js", code).is_weak);
    let bare = "export const CSP = { defaultSrc: ['self'], connectSrc: ['self', 'a.test'] };";
    assert_eq!(
        site(bare),
        ["default-src 'self'; connect-src 'self' a.test"]
    );
    for other in [
        "export const HELP = { 'default-src': 'The fallback of others.', 'connect-src': 'Restricts connections.' };",
        "export const schema = { defaultSrc: z.array(z.string()), connectSrc: z.array(z.string()) };",
        "export const one = { 'connect-src': ['*'] };",
        "export const labels = { defaultSrc: true, connectSrc: false };",
    ] {
        assert_eq!(site(other), [""; 0], "{other}");
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    for code in [
        "app.use((req, res, next) => { res.set('Content-Security-Policy', build(req)); next() });",
        "import helmet from 'helmet'; app.use(helmet(options));",
    ] {
        assert_eq!(codes(code), ["unread-policy"], "{code}");
    }
}

#[test]
fn tests_set_no_policy() {
    let code = "import { test } from 'vitest';\nconst h = { 'Content-Security-Policy': \"connect-src 'self'\" };";
    assert_eq!(site(code), [""; 0]);
}

#[test]
fn a_middleware_of_next_has_its_matcher() {
    let code = |matcher: &str| {
        format!(
            "import {{ NextResponse }} from 'next/server';\nexport function middleware(request) {{\n\
             const nonce = crypto.randomUUID();\nconst csp = `default-src 'self'; script-src 'nonce-${{nonce}}'`;\n\
             const response = NextResponse.next();\nresponse.headers.set('Content-Security-Policy', csp);\n\
             return response;\n}}\nexport const config = {{ matcher: {matcher} }};"
        )
    };
    let of = |matcher: &str, path: &str| at(&read_as("middleware.js", &code(matcher)), path).len();
    let usual =
        "[{ source: '/((?!api|_next/static).*)', missing: [{ type: 'header', key: 'x' }] }]";
    assert_eq!((of(usual, "/"), of(usual, "/api/x")), (1, 0));
    assert_eq!(
        (of("'/app/:path*'", "/"), of("'/app/:path*'", "/app/x")),
        (0, 1)
    );
    assert_eq!((of("undefined", "/"), of("made()", "/")), (1, 0));
}

#[test]
fn lists_and_slots_say_where_to_add() {
    let text = format!(
        "{EXPRESS}app.use(helmet({{\n  contentSecurityPolicy: {{\n    directives: {{\n      \
         \"default-src\": [\"'self'\"],\n    }},\n  }},\n}}));"
    );
    let found = read_as("server.js", &text);
    let written = &found.policies[0].written;
    let list = written.list("default-src").unwrap();
    assert_eq!(&text[list.place.span.range()], "\"'self'\"");
    let slot = written.slot().unwrap();
    let at = slot.place.span.range().start;
    assert!(text[at..].starts_with("\"default-src\""));
    assert_eq!(
        (slot.before.as_str(), slot.after.as_str(), slot.quote),
        ("\"connect-src\": [", "],\n      ", '"')
    );
    let start = written.text().find("'self'").unwrap();
    let (place, quoting) = written.exact_place_of(&(start..start + 6)).unwrap();
    assert_eq!(&text[place.span.range()], "'self'");
    assert_eq!(quoting, Quoting::Backslash('"'));
}

proptest::proptest! {
    /// Any text is read, and its places lie in it.
    #[test]
    fn any_text_is_read(parts in proptest::collection::vec(0..PIECES.len(), 0..24)) {
        let text: String = parts.iter().map(|i| PIECES[*i]).collect();
        let found = read(&SourceFile::of_text(Path::new("none/a.ts"), "a.ts", &text));
        for policy in &found.policies {
            for place in policy.written.places() {
                proptest::prop_assert!(text.get(place.span.range()).is_some());
            }
        }
        for path in ["/", "/a"] {
            for policy in found.routing.iter().flat_map(|r| r.policies_at(path)) {
                proptest::prop_assert!(policy < found.policies.len());
            }
        }
    }
}

const PIECES: [&str; 28] = [
    "import helmet from 'helmet';\n",
    "import express from 'express';\n",
    "const app = express();\n",
    "app.use(",
    "app.get('/a', ",
    "helmet",
    "helmet.contentSecurityPolicy",
    "(",
    ")",
    "{ directives: ",
    "{ contentSecurityPolicy: ",
    "{ 'connect-src': [\"'self'\"], ",
    "defaultSrc: ['é'], ",
    "...x, ",
    "}",
    "};\n",
    "(req, res, next) => {",
    "res.setHeader('Content-Security-Policy', ",
    "\"connect-src 'self'\"",
    "`default-src ${x}`",
    "if (x) ",
    "return ",
    "function f() {",
    "f()",
    "const c = ",
    "c",
    ", ",
    ";\n",
];
