//! What files are made of: pieces of code that link files in the ways that evaluation follows.

use crate::project::Dice;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A module.
    Module,
    /// A script of a page, without imports.
    Classic,
    /// A module of Node.
    Node,
    Page,
    Json,
    Headers,
    Env,
    /// What says where imports lead.
    Project,
    /// A configuration of a build tool.
    Build,
    /// A configuration of a host, in JSON.
    Host,
    Ignore,
    Code,
}

/// The files that a project may have.
pub(crate) const FILES: &[(&str, Kind)] = &[
    ("src/a.ts", Kind::Module),
    ("src/b.ts", Kind::Module),
    ("src/c.ts", Kind::Module),
    ("src/d.tsx", Kind::Module),
    ("src/sub/e.ts", Kind::Module),
    ("src/index.ts", Kind::Module),
    ("src/w.js", Kind::Module),
    ("public/one.js", Kind::Classic),
    ("public/two.js", Kind::Classic),
    ("lib/node.js", Kind::Node),
    ("lib/other.js", Kind::Node),
    ("server.js", Kind::Code),
    ("index.html", Kind::Page),
    ("public/about.html", Kind::Page),
    ("src/data.json", Kind::Json),
    ("public/_headers", Kind::Headers),
    ("vercel.json", Kind::Host),
    (".env", Kind::Env),
    ("package.json", Kind::Project),
    ("tsconfig.json", Kind::Project),
    ("vite.config.ts", Kind::Build),
    (".gitignore", Kind::Ignore),
    ("packages/p/package.json", Kind::Project),
    ("packages/p/.env", Kind::Env),
    ("packages/p/vite.config.ts", Kind::Build),
    ("packages/p/src/main.ts", Kind::Module),
];

pub(crate) fn kind(name: &str) -> Kind {
    let mut all = FILES.iter();
    all.find(|(own, _)| *own == name).unwrap().1
}

/// Whether it is read from disk only, whatever a document says.
pub(crate) fn is_of_disk(name: &str) -> bool {
    kind(name) == Kind::Ignore
}

/// The text of a file.
pub(crate) fn joined(name: &str, pieces: &[String]) -> String {
    match kind(name) {
        Kind::Page => format!(
            "<!doctype html><head>{}</head><body>\n{}\n</body>",
            pieces
                .iter()
                .filter(|p| p.starts_with("<meta"))
                .cloned()
                .collect::<String>(),
            pieces
                .iter()
                .filter(|p| !p.starts_with("<meta"))
                .cloned()
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        Kind::Json | Kind::Project | Kind::Host => format!("{{ {} }}", pieces.join(", ")),
        Kind::Headers => format!("/*\n{}", pieces.concat()),
        Kind::Build => format!("export default {{ {} }};\n", pieces.join(", ")),
        _ => pieces.concat(),
    }
}

const SPECIFIERS: &[&str] = &[
    "./a",
    "./b",
    "./c",
    "./d",
    "./sub/e",
    ".",
    "../a",
    "../b",
    "@/a",
    "@/b",
    "@/c",
    "./w.js",
    "./data.json",
    "../lib/node.js",
    "p",
    "axios",
    "ky",
    "react",
    "./missing",
    "../../../src/b",
];

const NAMES: &[&str] = &[
    "get", "load", "send", "url", "BASE", "cfg", "list", "Api", "Sub", "setBase", "http",
];

const HOSTS: &[&str] = &[
    "https://api.example",
    "https://cdn.example",
    "/api",
    "https://x.test",
    "wss://live.example",
    "",
];

/// One piece for a file.
pub(crate) fn piece(dice: &mut Dice, name: &str, kind: Kind) -> String {
    let host = *dice.one(HOSTS);
    let n = *dice.one(NAMES);
    let m = *dice.one(NAMES);
    let s = *dice.one(SPECIFIERS);
    let i = dice.below(4);
    match kind {
        Kind::Module | Kind::Code if dice.below(9) == 0 => code(dice, name),
        Kind::Module | Kind::Code => module(dice, host, n, m, s, i),
        Kind::Classic => classic(dice, host, n, m, i),
        Kind::Node => node(dice, host, n, m, i),
        Kind::Page => page(dice, host, n),
        Kind::Json => format!("\"{n}\": \"{host}/d\""),
        Kind::Headers => headers(dice),
        Kind::Host => format!(
            "\"headers\": [{{ \"source\": \"/(.*)\", \"headers\": [{{ \"key\": \"Content-Security-Policy\", \"value\": \"{}\" }}] }}]",
            policy(dice)
        ),
        Kind::Env => format!("VITE_{n}={host}\n"),
        Kind::Project => project(dice, host),
        Kind::Build => format!("define: {{ __{n}__: JSON.stringify('{host}') }}"),
        Kind::Ignore => format!(
            "{}\n",
            dice.one(&["src/c.ts", "public/two.js", "*.json", "lib", "# no", "w.js"])
        ),
    }
}

fn module(dice: &mut Dice, host: &str, n: &str, m: &str, s: &str, i: usize) -> String {
    match dice.below(64) {
        0..=8 => format!("import {{ {n} }} from '{s}';\n"),
        9 => format!("import {{ {n} as {m}{i} }} from '{s}';\n"),
        10 => format!("import * as {m} from '{s}';\n"),
        11 => format!("import {n} from '{s}';\n"),
        12 => format!("export {{ {n} }} from '{s}';\n"),
        13 => format!("export * from '{s}';\n"),
        14 => format!("export {{ {n} as {m} }} from '{s}';\n"),
        15..=18 => format!("export const {n} = (path, x) => fetch('{host}' + path);\n"),
        19 | 20 => format!("export function {n}(path) {{ return {m}(path + '/{i}'); }}\n"),
        21 => format!(
            "export async function {n}({{ url, path }}) {{ await fetch(url + path); {m}('/x'); }}\n"
        ),
        22 | 23 => format!("export const {n} = '{host}/{i}';\n"),
        24 => format!("export let {n} = '{host}';\nexport function setBase(v) {{ {n} = v; }}\n"),
        25 => format!(
            "export const {n} = {{ base: '{host}', {m}(path) {{ return fetch(this.base + path); }} }};\n"
        ),
        26 => format!(
            "export const {n} = {{ {m}: (path) => fetch(`{host}/${{path}}`), base: BASE }};\n"
        ),
        27 => format!(
            "export class {n} {{ base = '{host}'; constructor(b) {{ this.base = b; }} {m}(path) {{ return fetch(this.base + path); }} }}\n"
        ),
        28 => format!(
            "export class {n} extends {m} {{ load(p) {{ return this.get(p + '/{i}'); }} }}\n"
        ),
        29 => format!(
            "export class {n} extends {m} {{ constructor() {{ super('{host}/{i}'); }} set url(v) {{ this.base = v; }} }}\n"
        ),
        30 | 31 => format!("{n}('/{m}/{i}');\n"),
        32 => format!("{n}.{m}('/{i}');\n"),
        33 => format!("new {n}('{host}').{m}('/{i}');\n"),
        34 => format!("{n}.base = '{host}/set';\n"),
        35 => format!("{n}.push('{host}/pushed{i}');\n"),
        36 => format!("export const {n} = ['{host}/one', '/two'];\n"),
        37 => format!("for (const one of {n}) fetch(one);\n"),
        38 => format!("{n}.forEach((one) => {m}(one));\n"),
        39 => format!("fetch({n});\n"),
        40 => format!("fetch(`${{{n}}}/{m}`);\n"),
        41 => format!("fetch({n}.base + '/{i}');\n"),
        42 => format!("fetch(import.meta.env.VITE_{n} + '/{i}');\n"),
        43 => format!("fetch(__{n}__ + '/{i}');\n"),
        44 => format!("new EventSource('{host}/events{i}');\n"),
        45 => {
            "const worker = new Worker(new URL('./w.js', import.meta.url), { type: 'module' });\n"
                .to_owned()
        }
        46 => format!("import('{s}').then((m) => m.{n}('/later'));\n"),
        47 => format!("setBase('{host}/base{i}');\n"),
        48 => format!(
            "const client{i} = axios.create({{ baseURL: '{host}' }});\nclient{i}.get('/{m}');\nexport const {n} = client{i};\n"
        ),
        49 => format!("import axios from 'axios';\naxios.defaults.baseURL = '{host}/default';\n"),
        50 => format!("{n}.get('/of-client', {{ params: {{}} }});\n"),
        51 => format!("export default function (path) {{ return fetch('{host}' + path); }}\n"),
        52 => format!("export default {n};\n"),
        53 => format!("export const {n} = (call) => call('{host}/given{i}');\n"),
        54 => format!("{n}({m});\n"),
        55 => format!("if (process.env.NODE_ENV === 'development') {n}('http://localhost:{i}');\n"),
        56 => format!("window.{n} = '{host}/window';\n"),
        57 => format!("fetch(window.{n} + '/{i}');\nfetch({n}{i});\n"),
        58 => format!("const {{ {n}: {m}{i} }} = {m};\n{m}{i}('/taken');\n"),
        59 => format!(
            "export const {n} = createApi({{ baseQuery: fetchBaseQuery({{ baseUrl: '{host}' }}), endpoints: (b) => ({{ {m}: b.query({{ query: (id) => `/${{id}}` }}) }}) }});\nimport {{ createApi, fetchBaseQuery }} from '@reduxjs/toolkit/query';\n"
        ),
        60 => format!("request.{n}('{host}/opaque');\nhttpClient.post('/{m}');\n"),
        61 => format!("export const {n} = <a ping='{host}/ping'/>;\n"),
        62 => format!("// a comment, {host}\n"),
        _ => format!("export enum {n} {{ A = '{host}' }}\nexport type {m} = string;\n"),
    }
}

/// Code of servers, and what sets policies.
fn code(dice: &mut Dice, name: &str) -> String {
    match dice.below(4) {
        0 => "import helmet from 'helmet';\napp.use(helmet({ contentSecurityPolicy: { directives: { connectSrc: [\"'self'\", 'https://api.example'] } } }));\n".to_owned(),
        1 => format!(
            "res.setHeader('Content-Security-Policy', \"{}\");\n",
            policy(dice)
        ),
        2 => "import express from 'express';\nconst app = express();\n".to_owned(),
        _ if name == "server.js" => {
            "import { url } from './src/b';\nimport fs from 'node:fs';\n".to_owned()
        }
        _ => "importScripts('/two.js');\nself.addEventListener('fetch', () => {});\n".to_owned(),
    }
}

fn classic(dice: &mut Dice, host: &str, n: &str, m: &str, i: usize) -> String {
    match dice.below(11) {
        0 => format!("var {n} = '{host}/{i}';\n"),
        1 => format!("function {n}(path) {{ fetch('{host}' + path); }}\n"),
        2 => format!("{n}('/{m}');\n"),
        3 => format!("fetch({n} + '/classic');\n"),
        4 => format!("window.{n} = {{ {m}: '{host}' }};\n"),
        5 => format!("fetch({n}.{m});\n"),
        6 => format!("var x{i} = new XMLHttpRequest(); x{i}.open('GET', {n});\n"),
        7 => format!("$.ajax({{ url: '{host}/{i}' }});\n$.get({n});\n"),
        8 => "document.head.append(document.createElement('script'));\n".to_owned(),
        9 => format!("new Worker('/w{i}.js'); new Worker('../src/w.js');\n"),
        _ => format!("let {n} = {m};\n"),
    }
}

fn node(dice: &mut Dice, host: &str, n: &str, m: &str, i: usize) -> String {
    match dice.below(7) {
        0 => format!("exports.{n} = '{host}/{i}';\n"),
        1 => format!("module.exports = {{ {n}: (p) => fetch('{host}' + p), {m}: '{host}' }};\n"),
        2 => format!("const {n} = require('./other.js');\n"),
        3 => format!("const {{ {n} }} = require('./node.js');\n"),
        4 => format!("fetch({n}.{m});\n"),
        5 => format!("{n}.{m}('/{i}');\n"),
        _ => format!("exports.{n} = function (path) {{ return fetch(path + '/{i}'); }};\n"),
    }
}

fn page(dice: &mut Dice, host: &str, n: &str) -> String {
    match dice.below(9) {
        0 | 1 => format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
            policy(dice)
        ),
        2 => format!(
            "<script type=module src=/src/{}.ts></script>",
            dice.one(&["a", "b", "index"])
        ),
        3 => format!("<script src=/{}.js></script>", dice.one(&["one", "two"])),
        4 => format!("<script>fetch('{host}/inline'); {n}('/in-page');</script>"),
        5 => format!("<a ping='{host}/ping' href=x onclick=\"fetch('{host}/click')\">x</a>"),
        6 => format!("<script type=module>import {{ {n} }} from '/src/a.ts'; {n}('/m');</script>"),
        7 => "<base href='/base/'>".to_owned(),
        _ => format!("<p>{n}</p>"),
    }
}

fn policy(dice: &mut Dice) -> String {
    let sources = [
        "'self'",
        "https://api.example",
        "https://*.example",
        "wss://live.example",
        "*",
        "'none'",
        "https://x.test/api",
    ];
    let chosen: Vec<_> = (0..dice.below(4)).map(|_| *dice.one(&sources)).collect();
    let directive = *dice.one(&["connect-src", "connect-src", "default-src", "connectsrc"]);
    format!("{directive} {}", chosen.join(" "))
}

fn headers(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("  Content-Security-Policy-Report-Only: {}\n", policy(dice)),
        1 => "/api/*\n".to_owned(),
        _ => format!("  Content-Security-Policy: {}\n", policy(dice)),
    }
}

fn project(dice: &mut Dice, host: &str) -> String {
    match dice.below(5) {
        0 => "\"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/*\"] } }".to_owned(),
        1 => "\"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/sub/*\", \"lib/*\"] } }".to_owned(),
        2 => "\"name\": \"p\", \"main\": \"src/main.ts\"".to_owned(),
        3 => "\"name\": \"app\", \"dependencies\": { \"vite\": \"1\" }".to_owned(),
        _ => format!("\"homepage\": \"{host}\""),
    }
}
