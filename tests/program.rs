//! URLs that other files give: imports, re-exports, `require`, JSON, `tsconfig` paths.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, tree};

/// `file api pattern` of every endpoint.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tree(files);
    let report = json(folder.path(), &["endpoints", "--no-config"]);
    let rows: Vec<String> = report["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            format!(
                "{} {}",
                e["file"].as_str().unwrap(),
                e["pattern"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn constants_of_other_modules() {
    let uses = "import { API } from './config'; fetch(API + '/x');";
    check(
        &[
            ("a.js", uses),
            ("config.js", "export const API = 'https://a.test';"),
        ],
        &["a.js https://a.test/x"],
    );
    check(
        &[
            ("a.ts", uses),
            (
                "config/index.ts",
                "const API = 'https://a.test'; export { API };",
            ),
        ],
        &["a.ts https://a.test/x"],
    );
    check(
        &[
            (
                "a.js",
                "import * as config from './config.js'; fetch(config.API + config.paths.users)",
            ),
            (
                "config.js",
                "export const API = 'https://a.test'; export const paths = { users: '/u' }",
            ),
        ],
        &["a.js https://a.test/u"],
    );
    check(
        &[
            (
                "a.js",
                "import api, { path as p } from './b'; fetch(api + p)",
            ),
            (
                "b.js",
                "export { default } from './c'; export { P as path } from './d'; export * from './e'",
            ),
            ("c.js", "export default 'https://c.test'"),
            ("d.js", "const P = '/d'; export { P }"),
        ],
        &["a.js https://c.test/d"],
    );
    check(
        &[
            ("a.js", "import { base } from './b'; fetch(base + '/x')"),
            ("b.js", "export * from './c'; export * from './d'"),
            ("c.js", "export const other = 1"),
            ("d.js", "export * from './b'; export let base = '/d'"),
        ],
        &["a.js /d/x"],
    );
}

#[test]
fn common_js_and_data() {
    check(
        &[
            (
                "a.js",
                "const { API } = require('./config'); fetch(API); fetch(require('./config').other)",
            ),
            (
                "config.js",
                "module.exports = { API: 'https://a.test/', other: '/o' }",
            ),
        ],
        &["a.js https://a.test/", "a.js /o"],
    );
    check(
        &[
            (
                "a.js",
                "const config = require('./config'); fetch(config.API)",
            ),
            ("config.js", "exports.API = 'https://a.test/'"),
        ],
        &["a.js https://a.test/"],
    );
    check(
        &[
            (
                "a.js",
                "import config from './config.json'; import { api } from './config.json'; fetch(config.api); fetch(api + '2')",
            ),
            ("config.json", "{ \"api\": \"https://a.test/\" }"),
        ],
        &["a.js https://a.test/", "a.js https://a.test/2"],
    );
    check(
        &[
            (
                "a.js",
                "async function f() { const { API } = await import('./b.js'); fetch(API) } import('./b.js').then(m => fetch(m.API))",
            ),
            ("b.js", "export const API = '/b'"),
        ],
        &["a.js /b", "a.js /b"],
    );
}

#[test]
fn paths_of_the_project() {
    check(
        &[
            (
                "tsconfig.json",
                "{ \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"] } } }",
            ),
            ("src/a.ts", "import { API } from '@/config'; fetch(API)"),
            ("src/config.ts", "export const API = 'https://a.test/'"),
        ],
        &["src/a.ts https://a.test/"],
    );
    // What no one lints may still give a URL.
    check(
        &[
            (
                "src/a.js",
                "import { API } from '../server/api/urls'; fetch(API)",
            ),
            (
                "server/api/urls.js",
                "export const API = '/u'; fetch('https://not.judged.test/')",
            ),
        ],
        &["src/a.js /u"],
    );
    let only_one = tree(&[
        ("a.js", "import { A } from './b'; fetch(A)"),
        ("b.js", "export const A = '/b'; fetch('/own')"),
    ]);
    let report = json(only_one.path(), &["endpoints", "--no-config", "a.js"]);
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 1);
    assert_eq!(report["endpoints"][0]["pattern"], "/b");
    assert_eq!(report["summary"]["files"], 1);
}

#[test]
fn functions_classes_and_objects_of_other_modules() {
    check(
        &[
            ("a.js", "import { url } from './b'; fetch(url('users', 7))"),
            (
                "b.js",
                "const BASE = 'https://b.test'; export function url(kind, id) { return `${BASE}/${kind}/${id}` }",
            ),
        ],
        &["a.js https://b.test/users/7"],
    );
    check(
        &[
            (
                "a.js",
                "import { Urls } from './b'; fetch(new Urls('https://b.test').users())",
            ),
            (
                "b.js",
                "export class Urls { constructor(base) { this.base = base } users() { return this.base + '/users' } }",
            ),
        ],
        &["a.js https://b.test/users"],
    );
    check(
        &[
            ("a.js", "import { http } from './b'; http('/x')"),
            ("b.js", "export const http = window.fetch.bind(window)"),
        ],
        &["a.js /x"],
    );
}

/// A module may change what it imports: the first value is not the only one.
#[test]
fn objects_that_other_modules_change() {
    check(
        &[
            (
                "a.js",
                "import { config } from './config'; config.base = 'https://b.test'",
            ),
            (
                "b.js",
                "import { config } from './config'; fetch(config.base + '/x')",
            ),
            (
                "config.js",
                "export const config = { base: 'https://a.test' }",
            ),
        ],
        &["b.js https://a.test/x", "b.js https://b.test/x"],
    );
}

#[test]
fn what_leads_nowhere_is_a_hole() {
    check(
        &[(
            "a.js",
            "import { API } from 'package'; import b from './none'; fetch(API + '/x'); fetch(b)",
        )],
        &["a.js {API}/x", "a.js {b}"],
    );
    check(
        &[
            ("a.js", "import { a } from './b'; fetch(a)"),
            ("b.js", "import { b } from './a'; export const a = b"),
        ],
        &["a.js {b}"],
    );
    check(
        &[("a.js", "import { a } from './a'; export { a }; fetch(a)")],
        &["a.js {a}"],
    );
}
