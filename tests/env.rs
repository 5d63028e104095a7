//! What the build puts in the place of names: `.env` files by project and tool, constants of
//! bundler configurations, `--define`, and the list of what is still open.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, run, tree};
use serde_json::Value;
use std::path::Path;

fn rows_of(report: &Value) -> Vec<String> {
    let row = |e: &Value| {
        let text = |key: &str| e[key].as_str().unwrap().to_owned();
        format!("{} {}", text("file"), text("pattern"))
    };
    report["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

/// `file pattern` of every endpoint in a folder.
fn patterns(folder: &Path, flags: &[&str]) -> Vec<String> {
    let args = [&["endpoints", "--no-config"], flags].concat();
    rows_of(&json(folder, &args))
}

/// `file pattern` of every endpoint.
#[track_caller]
fn check_with(flags: &[&str], files: &[(&str, &str)], expected: &[&str]) {
    let folder = tree(files);
    assert_eq!(patterns(folder.path(), flags), expected);
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    check_with(&[], files, expected);
}

/// The URL of `fetch(EXPRESSION)` in `src/a.ts`, beside other files.
#[track_caller]
fn url(files: &[(&str, &str)], flags: &[&str], expression: &str) -> String {
    let code = format!("fetch({expression})");
    let files = [files, &[("src/a.ts", code.as_str())]].concat();
    let folder = tree(&files);
    let all = patterns(folder.path(), flags);
    let all: Vec<_> = all
        .iter()
        .map(|row| row.split_once(' ').unwrap().1)
        .collect();
    all.join(" | ")
}

const VITE: (&str, &str) = ("vite.config.ts", "export default {}");
const NEXT: (&str, &str) = ("next.config.js", "module.exports = {}");

/// Each tool hands browser code its own names, in its own object.
#[test]
fn names_that_browser_code_sees() {
    let env = ".env";
    let all = "VITE_A=https://v.test\nREACT_APP_A=https://r.test\nNEXT_PUBLIC_A=https://n.test\n\
        VUE_APP_A=https://vue.test\nPUBLIC_A=https://p.test\nGATSBY_A=https://g.test\nSECRET=https://s.test\n";
    let package = |name: &str| format!("{{\"dependencies\":{{\"{name}\":\"1\"}}}}");
    let react = package("react-scripts");
    let parcel = package("parcel");
    let webpack = package("webpack");
    let dotenv = "{\"devDependencies\":{\"webpack\":\"5\",\"dotenv-webpack\":\"8\"}}";
    type Files<'a> = &'a [(&'a str, &'a str)];
    let cases: [(Files, &str, &str); 21] = [
        (&[VITE], "import.meta.env.VITE_A", "https://v.test"),
        (&[VITE], "process.env.VITE_A", "{process.env.VITE_A}"),
        (
            &[VITE],
            "import.meta.env.SECRET",
            "{import.meta.env.SECRET}",
        ),
        (&[VITE], "process.env.SECRET", "{process.env.SECRET}"),
        (
            &[VITE],
            "import.meta.env.PUBLIC_A",
            "{import.meta.env.PUBLIC_A}",
        ),
        (&[NEXT], "process.env.NEXT_PUBLIC_A", "https://n.test"),
        (&[NEXT], "process.env.SECRET", "{process.env.SECRET}"),
        (&[NEXT], "process.env.VITE_A", "{process.env.VITE_A}"),
        (
            &[("package.json", &react)],
            "process.env.REACT_APP_A",
            "https://r.test",
        ),
        (
            &[("package.json", &react)],
            "process.env.SECRET",
            "{process.env.SECRET}",
        ),
        (
            &[("vue.config.js", "")],
            "process.env.VUE_APP_A",
            "https://vue.test",
        ),
        (
            &[("vue.config.js", "")],
            "import.meta.env.VUE_APP_A",
            "{import.meta.env.VUE_APP_A}",
        ),
        (
            &[("astro.config.mjs", "")],
            "import.meta.env.PUBLIC_A",
            "https://p.test",
        ),
        (
            &[("astro.config.mjs", "")],
            "import.meta.env.SECRET",
            "{import.meta.env.SECRET}",
        ),
        (
            &[("nuxt.config.ts", "")],
            "process.env.SECRET",
            "{process.env.SECRET}",
        ),
        (
            &[("gatsby-config.js", "")],
            "process.env.GATSBY_A",
            "{process.env.GATSBY_A}",
        ),
        (
            &[("package.json", &parcel)],
            "process.env.SECRET",
            "https://s.test",
        ),
        (
            &[("package.json", &webpack)],
            "process.env.SECRET",
            "{process.env.SECRET}",
        ),
        (
            &[("package.json", dotenv)],
            "process.env.SECRET",
            "https://s.test",
        ),
        // A folder without any tool: whatever one may see.
        (&[], "process.env.SECRET", "https://s.test"),
        (&[], "import.meta.env.VITE_A", "https://v.test"),
    ];
    for (files, expression, expected) in cases {
        let files = [files, &[(env, all)]].concat();
        assert_eq!(
            url(&files, &[], expression),
            expected,
            "{expression} {files:?}"
        );
    }
    let gatsby = [("gatsby-config.js", ""), (".env.production", "GATSBY_A=/g")];
    assert_eq!(url(&gatsby, &[], "process.env.GATSBY_A"), "/g");
}

#[test]
fn files_of_a_mode() {
    let files = [
        VITE,
        (".env", "VITE_A=https://all.test"),
        (".env.local", "VITE_A=https://local.test"),
        (".env.staging", "VITE_A=https://staging.test"),
        (".env.development", "VITE_A=https://development.test"),
    ];
    let at = |flags: &[&str]| url(&files, flags, "import.meta.env.VITE_A");
    assert_eq!(at(&[]), "https://local.test");
    assert_eq!(at(&["--mode", "staging"]), "https://staging.test");
    assert_eq!(at(&["--mode", "development"]), "https://development.test");
    assert_eq!(at(&["--no-env-files"]), "{import.meta.env.VITE_A}");
    assert_eq!(at(&["--define", "import.meta.env.VITE_A=/x"]), "/x");
    // Next.js has no `.env.local` in tests.
    let next = [
        NEXT,
        (".env", "NEXT_PUBLIC_A=/all"),
        (".env.local", "NEXT_PUBLIC_A=/local"),
    ];
    let at = |mode| url(&next, &["--mode", mode], "process.env.NEXT_PUBLIC_A");
    assert_eq!(
        (at("production"), at("test")),
        ("/local".into(), "/all".into())
    );
}

/// As `vite build --mode staging` has them.
#[test]
fn names_of_the_mode() {
    let at = |mode: &str| {
        let expression = "`/${import.meta.env.MODE}/${import.meta.env.DEV}/${import.meta.env.PROD}/${process.env.NODE_ENV}`";
        url(&[VITE], &["--mode", mode], expression)
    };
    assert_eq!(at("production"), "/production/false/true/production");
    assert_eq!(at("staging"), "/staging/false/true/production");
    assert_eq!(at("development"), "/development/true/false/development");
    assert_eq!(at("test"), "/test/true/false/test");
    // A file of a mode of one's own may say otherwise.
    let files = [("vue.config.js", ""), (".env.staging", "NODE_ENV=qa")];
    assert_eq!(
        url(&files, &["--mode", "staging"], "'/' + process.env.NODE_ENV"),
        "/qa"
    );
    assert_eq!(
        url(&files, &[], "'/' + process.env.NODE_ENV"),
        "/production"
    );
}

#[test]
fn options_of_vite() {
    let env = ("env/.env", "VITE_A=/env\nAPP_A=/app\n");
    let at = |config: &str, expression: &str| {
        let files = [
            ("vite.config.js", config),
            env,
            (".env", "VITE_A=/root\nAPP_A=/other\n"),
        ];
        url(&files, &[], expression)
    };
    let vite = "import.meta.env.VITE_A";
    assert_eq!(at("export default { envDir: './env' }", vite), "/env");
    assert_eq!(at("export default { root: 'env' }", vite), "/env");
    assert_eq!(
        at("export default { envDir: find() }", vite),
        "{import.meta.env.VITE_A}"
    );
    assert_eq!(
        at("export default { envDir: false }", vite),
        "{import.meta.env.VITE_A}"
    );
    let prefixed = "export default { envPrefix: ['APP_', 'X_'] }";
    assert_eq!(at(prefixed, "import.meta.env.APP_A"), "/other");
    assert_eq!(at(prefixed, vite), "{import.meta.env.VITE_A}");
    assert_eq!(
        at("export default { envPrefix: prefix() }", vite),
        "{import.meta.env.VITE_A}"
    );
}

/// `apps/web/.env` says nothing of `apps/admin`.
#[test]
fn every_project_has_its_own_files() {
    check(
        &[
            ("package.json", "{}"),
            (
                ".env",
                "VITE_ROOT=https://root.test\nVITE_API=https://root-api.test\n",
            ),
            ("apps/web/package.json", "{}"),
            ("apps/web/vite.config.ts", "export default {}"),
            (
                "apps/web/.env",
                "VITE_API=https://web.test\nVITE_WEB=https://only-web.test\n",
            ),
            (
                "apps/web/src/a.ts",
                "fetch(import.meta.env.VITE_API); fetch(import.meta.env.VITE_ROOT)",
            ),
            ("apps/admin/package.json", "{}"),
            ("apps/admin/vite.config.ts", "export default {}"),
            ("apps/admin/.env", "VITE_API=https://admin.test\n"),
            (
                "apps/admin/src/a.ts",
                "fetch(import.meta.env.VITE_API); fetch(import.meta.env.VITE_WEB)",
            ),
            // No files of its own: Vite reads those of its folder only.
            ("apps/none/vite.config.ts", "export default {}"),
            ("apps/none/src/a.ts", "fetch(import.meta.env.VITE_API)"),
            // A package without a tool leaves it to the folders above.
            ("packages/lonely/package.json", "{}"),
            ("packages/lonely/a.ts", "fetch(import.meta.env.VITE_API)"),
        ],
        &[
            "apps/admin/src/a.ts https://admin.test",
            "apps/admin/src/a.ts {import.meta.env.VITE_WEB}",
            "apps/none/src/a.ts {import.meta.env.VITE_API}",
            "apps/web/src/a.ts https://web.test",
            "apps/web/src/a.ts {import.meta.env.VITE_ROOT}",
            "packages/lonely/a.ts https://root-api.test",
        ],
    );
}

const MONOREPO: [(&str, &str); 8] = [
    ("apps/web/vite.config.ts", "export default {}"),
    (
        "apps/web/.env",
        "VITE_HOST=https://web.test\nVITE_PATH=/w\nVITE_SAME=/same\n",
    ),
    ("apps/admin/vite.config.ts", "export default {}"),
    (
        "apps/admin/.env",
        "VITE_HOST=https://admin.test\nVITE_PATH=/a\nVITE_SAME=/same\n",
    ),
    (
        "packages/shared/package.json",
        "{\"name\":\"@acme/shared\"}",
    ),
    (
        "apps/web/src/main.ts",
        "import { get } from '../../../packages/shared/index'; get('/web')",
    ),
    (
        "apps/admin/src/main.ts",
        "import { get } from '../../../packages/shared/index'; get('/admin')",
    ),
    (
        "packages/shared/index.ts",
        "export * from './http'; import './ping'",
    ),
];

/// What several projects are built of has the values of each, never a mixture of them.
#[test]
fn shared_packages() {
    let http = (
        "packages/shared/http.ts",
        "export const get = (p: string) => fetch(import.meta.env.VITE_HOST + import.meta.env.VITE_PATH + p)",
    );
    let ping = (
        "packages/shared/ping.ts",
        "fetch(`${import.meta.env.VITE_HOST}${import.meta.env.VITE_PATH}/ping`); fetch(import.meta.env.VITE_SAME)",
    );
    let files = [&MONOREPO[..], &[http, ping]].concat();
    check(
        &files,
        &[
            "apps/admin/src/main.ts https://admin.test/a/admin",
            "apps/web/src/main.ts https://web.test/w/web",
            "packages/shared/ping.ts https://admin.test/a/ping",
            "packages/shared/ping.ts https://web.test/w/ping",
            "packages/shared/ping.ts /same",
        ],
    );
    // One of them does not say: a hole beside what the other says.
    let mut files = files;
    files[3].1 = "VITE_PATH=/a\nVITE_SAME=/same\n";
    check(
        &files,
        &[
            "apps/admin/src/main.ts {import.meta.env.VITE_HOST}/a/admin",
            "apps/web/src/main.ts https://web.test/w/web",
            "packages/shared/ping.ts {import.meta.env.VITE_HOST}/a/ping",
            "packages/shared/ping.ts https://web.test/w/ping",
            "packages/shared/ping.ts /same",
        ],
    );
}

/// A module that begins nothing, and modules that import each other in a circle.
#[test]
fn shared_modules_in_circles() {
    let files = [
        &MONOREPO[..],
        &[
            ("packages/shared/http.ts", "import { b } from './ping'; export const get = (p: string) => b('/v1' + p); export const a = '/x'"),
            ("packages/shared/ping.ts", "import { a } from './http'; export const b = (p: string) => fetch(import.meta.env.VITE_HOST + a + p)"),
        ],
    ]
    .concat();
    check(
        &files,
        &[
            "apps/admin/src/main.ts https://admin.test/x/v1/admin",
            "apps/web/src/main.ts https://web.test/x/v1/web",
        ],
    );
}

/// A server that imports the same package decides nothing.
#[test]
fn servers_have_no_say() {
    let files = [
        ("apps/web/vite.config.ts", "export default {}"),
        ("apps/web/.env", "VITE_HOST=https://web.test"),
        ("apps/web/main.ts", "import '../../shared/a'"),
        ("apps/api/.env", "VITE_HOST=https://api.test"),
        (
            "apps/api/main.ts",
            "import 'node:fs'; import '../../shared/a'",
        ),
        ("shared/a.ts", "fetch(import.meta.env.VITE_HOST)"),
    ];
    check(&files, &["shared/a.ts https://web.test"]);
}

#[test]
fn more_projects_than_are_told_apart() {
    let mut files: Vec<(String, String)> = Vec::new();
    for i in 0..40 {
        files.push((
            format!("apps/a{i:02}/vite.config.ts"),
            "export default {}".into(),
        ));
        files.push((
            format!("apps/a{i:02}/.env"),
            format!("VITE_A=https://a{i:02}.test\nVITE_B=/b\n"),
        ));
        files.push((
            format!("apps/a{i:02}/a.ts"),
            "fetch(import.meta.env.VITE_A + import.meta.env.VITE_B)".into(),
        ));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let folder = tree(&files);
    let found = patterns(folder.path(), &[]);
    assert_eq!(found.len(), 40);
    assert_eq!(found[3], "apps/a03/a.ts https://a03.test/b");
    for (i, row) in found.iter().enumerate() {
        let known = format!("apps/a{i:02}/a.ts https://a{i:02}.test/b");
        let open = format!("apps/a{i:02}/a.ts {{import.meta.env.VITE_A}}/b");
        assert!(*row == known || *row == open, "{row}");
    }
}

#[test]
fn runs_are_the_same_whatever_the_threads() {
    let files = [
        &MONOREPO[..],
        &[
            (
                "packages/shared/http.ts",
                "export const get = (p) => fetch(import.meta.env.VITE_HOST + p)",
            ),
            (
                "packages/shared/ping.ts",
                "fetch(import.meta.env.VITE_HOST)",
            ),
        ],
    ]
    .concat();
    let folder = tree(&files);
    let one = patterns(folder.path(), &["--threads", "1"]);
    let many = patterns(folder.path(), &["--threads", "8"]);
    assert_eq!(one, many);
}

/// Defines of Vite, in all forms that its configuration has.
#[test]
fn vite_defines() {
    let defines = "{ define: { __API__: JSON.stringify('https://d.test'), __RAW__: \"'https://raw.test'\", \
        'process.env.API': '\"https://p.test\"', 'import.meta.env.VITE_X': '\"https://x.test\"', \
        __OBJ__: { api: 'https://o.test' }, __PORT__: 8080, __EXPR__: 'window.__Y__', \
        'process.env': { WHOLE: 'https://w.test' }, __OPEN__: JSON.stringify(process.env.HOST) } }";
    let forms = [
        format!("export default {defines}"),
        format!("import {{ defineConfig }} from 'vite'; export default defineConfig({defines})"),
        format!(
            "import {{ defineConfig }} from 'vite'; export default defineConfig(() => ({defines}))"
        ),
        format!(
            "import {{ defineConfig }} from 'vite'; export default defineConfig(async () => {{ const x = await f(); return {defines} }})"
        ),
        format!(
            "import {{ defineConfig }} from 'vite'; const config = defineConfig({{ ...{defines}, plugins: [] }}); export default config"
        ),
        format!("module.exports = {defines}"),
        format!(
            "import {{ defineConfig }} from 'vite'; export default defineConfig(({{ command }}) => {{ if (command === 'serve') {{ return {{}} }} return {defines} }})"
        ),
        format!(
            "import {{ defineConfig, mergeConfig }} from 'vite'; import base from './base'; export default mergeConfig(base, defineConfig({defines}))"
        ),
    ];
    let expected = [
        ("__API__", "https://d.test"),
        ("__RAW__", "https://raw.test"),
        ("process.env.API", "https://p.test"),
        // A define wins over a file.
        ("import.meta.env.VITE_X", "https://x.test"),
        ("import.meta.env.VITE_Y", "https://y.test"),
        ("__OBJ__.api", "https://o.test"),
        ("'https://a.test:' + __PORT__", "https://a.test:8080"),
        ("process.env.WHOLE", "https://w.test"),
        ("__EXPR__", "{__EXPR__}"),
        ("__OPEN__", "{__OPEN__}"),
        // Only the bare name is replaced.
        ("window.__API__", "{window.__API__}"),
        ("globalThis.__API__", "{window.__API__}"),
        ("__OTHER__", "{__OTHER__}"),
    ];
    for config in &forms {
        for (name, value) in expected {
            let files = [
                ("vite.config.ts", config.as_str()),
                ("base.ts", "export default {}"),
                (".env", "VITE_X=/file\nVITE_Y=https://y.test"),
            ];
            assert_eq!(url(&files, &[], name), value, "{name} {config}");
        }
    }
    let files = [("vite.config.ts", forms[0].as_str())];
    assert_eq!(url(&files, &["--no-build-config"], "__API__"), "{__API__}");
    assert_eq!(
        url(&files, &["--define", "__API__=/flag"], "__API__"),
        "/flag"
    );
    // A name of the program's own is not the build's.
    let code = "const __API__ = '/own'; fetch(__API__)";
    check(&[files[0], ("a.js", code)], &["a.js /own"]);
}

#[test]
fn defines_that_depend_on_the_mode() {
    let config = "export default ({ mode }) => ({ define: { __API__: mode === 'production' ? '\"https://prod.test\"' : '\"https://dev.test\"', \
        __NODE__: process.env.NODE_ENV === 'production' ? '\"https://prod.test\"' : '\"https://dev.test\"', \
        __WHO__: process.env.STAGE === 'qa' ? '\"https://qa.test\"' : '\"https://live.test\"' } })";
    let files = [("vite.config.mjs", config)];
    assert_eq!(url(&files, &[], "__API__"), "https://prod.test");
    assert_eq!(url(&files, &[], "__NODE__"), "https://prod.test");
    assert_eq!(
        url(&files, &["--mode", "development"], "__API__"),
        "https://dev.test"
    );
    // Nobody knows: both.
    assert_eq!(
        url(&files, &[], "__WHO__"),
        "https://qa.test | https://live.test"
    );
    // Whole objects that depend on it: what one of them lacks may not be there.
    let either =
        "const a = { __A__: '\"/a\"' }; export default { define: process.env.STAGE ? a : {} }";
    assert_eq!(
        url(&[("vite.config.js", either)], &[], "__A__"),
        "/a | {__A__}"
    );
    let spread = "export default { define: { __A__: '\"/a\"', ...more(), __B__: '\"/b\"' } }";
    let files = [("vite.config.js", spread)];
    assert_eq!(url(&files, &[], "__B__"), "/b");
    assert!(url(&files, &[], "__A__").contains("{__A__}"));
}

#[test]
fn constants_that_configurations_import() {
    let files = [
        (
            "vite.config.ts",
            "import { defines } from './build/defines'; import { version } from './package.json'; export default { define: { ...defines, __VERSION__: JSON.stringify(version) } }",
        ),
        (
            "build/defines.ts",
            "import urls from './urls.json'; export const defines = { __API__: JSON.stringify(urls.api + '/v1') }",
        ),
        ("build/urls.json", "{ \"api\": \"https://api.test\" }"),
        ("package.json", "{ \"version\": \"1.2\" }"),
    ];
    assert_eq!(
        url(&files, &[], "`${__API__}/${__VERSION__}`"),
        "https://api.test/v1/1.2"
    );
}

#[test]
fn names_of_files_in_configurations() {
    let at = |load: &str| {
        let config = format!(
            "import {{ defineConfig, loadEnv }} from 'vite'; export default defineConfig(({{ mode }}) => {{ const env = {load}; return {{ define: {{ __API__: JSON.stringify(env.API), __V__: JSON.stringify(env.VITE_A), __N__: JSON.stringify(env.NOT_THERE) }} }} }})"
        );
        let files = [
            ("vite.config.ts", config.as_str()),
            (".env", "API=https://a.test\nVITE_A=/v\n"),
        ];
        ["__API__", "__V__", "__N__"]
            .map(|name| url(&files, &[], name))
            .join(" ")
    };
    assert_eq!(
        at("loadEnv(mode, process.cwd(), '')"),
        "https://a.test /v {__N__}"
    );
    assert_eq!(at("loadEnv(mode, process.cwd())"), "{__API__} /v {__N__}");
    assert_eq!(
        at("loadEnv(mode, '../other', '')"),
        "{__API__} {__V__} {__N__}"
    );
    assert_eq!(
        at("loadEnv('development', process.cwd(), '')"),
        "{__API__} {__V__} {__N__}"
    );
    // Vite's own configuration does not see them in `process.env`, that of Next.js does.
    assert_eq!(at("process.env"), "{__API__} {__V__} {__N__}");
    let files = [
        (
            "next.config.mjs",
            "export default { env: { URL: process.env.API } }",
        ),
        (".env", "API=https://a.test"),
    ];
    assert_eq!(url(&files, &[], "process.env.URL"), "https://a.test");
}

#[test]
fn next_env() {
    for config in [
        "module.exports = { env: { API: 'https://n.test' }, reactStrictMode: true }",
        "const nextConfig = { env: { API: 'https://n.test' } }; export default nextConfig",
        "const withX = require('x')({}); module.exports = withX({ env: { API: 'https://n.test' } })",
        "import type { NextConfig } from 'next'; const nextConfig: NextConfig = { env: { API: 'https://n.test' } }; export default nextConfig",
        "module.exports = async (phase) => ({ env: { API: 'https://n.test' } })",
        "module.exports = { webpack(config, { webpack }) { config.plugins.push(new webpack.DefinePlugin({ 'process.env.API': JSON.stringify('https://n.test') })); return config } }",
    ] {
        let name = if config.contains("NextConfig }") {
            "next.config.ts"
        } else {
            "next.config.js"
        };
        assert_eq!(
            url(&[(name, config)], &[], "process.env.API"),
            "https://n.test",
            "{config}"
        );
    }
    let open = [(
        "next.config.js",
        "module.exports = { env: { API: process.env.API_URL } }",
    )];
    assert_eq!(url(&open, &[], "process.env.API"), "{process.env.API}");
}

#[test]
fn webpack_plugins() {
    let at = |config: &str, name: &str| url(&[("webpack.config.js", config)], &[], name);
    let literal = "const webpack = require('webpack'); module.exports = { plugins: [new webpack.DefinePlugin({ __API__: JSON.stringify('https://w.test'), 'process.env': { API: '\"https://p.test\"' }, RAW: 'https://not.code' })] }";
    assert_eq!(at(literal, "__API__"), "https://w.test");
    assert_eq!(at(literal, "process.env.API"), "https://p.test");
    assert_eq!(at(literal, "RAW"), "{RAW}");
    let named = "const { DefinePlugin } = require('webpack'); module.exports = (env, argv) => ({ plugins: [new DefinePlugin({ __API__: '\"https://w.test\"', __E__: JSON.stringify(env.api) })] })";
    assert_eq!(at(named, "__API__"), "https://w.test");
    assert_eq!(at(named, "__E__"), "{__E__}");
    let environment = "const webpack = require('webpack'); module.exports = { plugins: [new webpack.EnvironmentPlugin({ API: 'https://default.test', NONE: undefined }), new webpack.EnvironmentPlugin(['LIST'])] }";
    assert_eq!(
        at(environment, "process.env.API"),
        "https://default.test | {process.env.API}"
    );
    assert_eq!(at(environment, "process.env.NONE"), "{process.env.NONE}");
    assert_eq!(at(environment, "process.env.LIST"), "{process.env.LIST}");
    // Each as webpack 5 builds it.
    let forms = "const webpack = require('webpack'); module.exports = (env, argv) => ({ plugins: [new webpack.DefinePlugin({ __O__: { url: '\"https://o.test\"', n: { deep: \"'https://deep.test'\" } }, __J__: JSON.stringify({ u: 'https://j.test' }), __T__: '`https://t.test`', __C__: '\"https://\" + \"c.test\"', __X__: 'window.y', 'window.__W__': '\"https://w.test\"', __M__: argv.mode === 'production' ? '\"/m1\"' : '\"/m2\"' })] })";
    for (name, value) in [
        ("__O__.url", "https://o.test"),
        ("__O__.n.deep", "https://deep.test"),
        ("__J__.u", "https://j.test"),
        ("__T__", "https://t.test"),
        ("__C__", "https://c.test"),
        ("__X__", "{__X__}"),
        ("window.__W__", "https://w.test"),
        // Plugins are read wherever they are made, without what their function is called with.
        ("__M__", "/m1 | /m2"),
    ] {
        assert_eq!(at(forms, name), value, "{name}");
    }
    // A condition that is not known.
    let maybe = "const webpack = require('webpack'); const plugins = []; if (process.env.STAGE) plugins.push(new webpack.DefinePlugin({ __A__: '\"/a\"' })); module.exports = { plugins }";
    assert_eq!(at(maybe, "__A__"), "/a | {__A__}");
    // Two of them, for the client and the server.
    let two = "const { DefinePlugin } = require('webpack'); module.exports = [{ plugins: [new DefinePlugin({ A: '\"/a\"' })] }, { plugins: [new DefinePlugin({ A: '\"/b\"' })] }]";
    assert_eq!(at(two, "A"), "/a | /b");
    let rspack = "import { rspack } from '@rspack/core'; export default { plugins: [new rspack.DefinePlugin({ A: '\"/r\"' })] }";
    assert_eq!(url(&[("rspack.config.mjs", rspack)], &[], "A"), "/r");
    let merged = [
        (
            "webpack.common.js",
            "const webpack = require('webpack'); module.exports = { plugins: [new webpack.DefinePlugin({ A: '\"/common\"' })] }",
        ),
        (
            "webpack.prod.js",
            "const { merge } = require('webpack-merge'); const common = require('./webpack.common'); module.exports = merge(common, { mode: 'production' })",
        ),
    ];
    assert_eq!(url(&merged, &[], "A"), "/common");
    // The configuration of another mode does not count.
    assert_eq!(url(&merged, &["--mode", "development"], "A"), "{A}");
    let vue = "const webpack = require('webpack'); module.exports = { configureWebpack: { plugins: [new webpack.DefinePlugin({ A: '\"/vue\"' })] } }";
    assert_eq!(url(&[("vue.config.js", vue)], &[], "A"), "/vue");
    let rsbuild = "import { defineConfig } from '@rsbuild/core'; export default defineConfig({ source: { define: { A: JSON.stringify('/rs') } } })";
    assert_eq!(url(&[("rsbuild.config.ts", rsbuild)], &[], "A"), "/rs");
}

/// The constants of a configuration count for the sources below its folder only, and the
/// configuration itself is no browser code.
#[test]
fn configurations_have_a_scope() {
    check(
        &[
            (
                "apps/a/vite.config.ts",
                "export default { define: { __API__: '\"https://a.test\"' } }; fetch('https://not.browser.test')",
            ),
            ("apps/a/src/x.ts", "fetch(__API__)"),
            (
                "apps/b/vite.config.ts",
                "export default { define: { __API__: '\"https://b.test\"' } }",
            ),
            ("apps/b/src/x.ts", "fetch(__API__)"),
            ("other/x.ts", "fetch(__API__)"),
        ],
        &[
            "apps/a/src/x.ts https://a.test",
            "apps/b/src/x.ts https://b.test",
            "other/x.ts {__API__}",
        ],
    );
}

#[test]
fn broken_configurations_say_nothing() {
    for config in [
        "export default {{{",
        "export default defineConfig(defineConfig)",
        "export default { define: define }",
        "const a = b; const b = a; export default a",
        "export default () => { throw new Error() }",
        "export default { define: { __A__: '((((' } }",
        "import x from './none'; export default x",
        "",
    ] {
        assert_eq!(
            url(&[("vite.config.js", config)], &[], "__A__"),
            "{__A__}",
            "{config}"
        );
    }
}

/// A line of the list, pasted, settles as many endpoints as it says.
#[test]
fn the_list_of_open_names_holds() {
    let files = [
        (
            "a.ts",
            "import { API } from './config'; fetch(API + '/a'); fetch(`${API}/b`); fetch(`${__API_URL__}/c`); new WebSocket(SOCKET_URL)",
        ),
        (
            "b.ts",
            "import { get } from './config'; get('/1'); get('/2'); fetch('https://x.test/' + import.meta.env.VITE_PATH)",
        ),
        (
            "config.ts",
            "export const API = process.env.API; export const get = (p: string) => fetch(window.__CONFIG__.api + p)",
        ),
    ];
    let folder = tree(&files);
    let report = |flags: &[&str]| {
        json(
            folder.path(),
            &[
                &["check", "--no-config", "--policy", "connect-src 'self'"],
                flags,
            ]
            .concat(),
        )
    };
    let begins = |report: &Value, name: &str| {
        let begins = |row: &&String| row.contains(&format!(" {{{name}}}"));
        rows_of(report).iter().filter(begins).count()
    };
    let before = report(&[]);
    for (name, endpoints) in [
        ("process.env.API", 2),
        // Each call of the wrapper says which URL it is, before as after.
        ("window.__CONFIG__.api", 2),
        ("SOCKET_URL", 1),
        ("__API_URL__", 1),
    ] {
        assert_eq!(begins(&before, name), endpoints, "{name}");
        let after = report(&["--define", &format!("{name}=https://settled.test")]);
        assert_eq!(begins(&after, name), 0, "{name}");
        let settled = |row: &&String| row.contains(" https://settled.test");
        assert!(rows_of(&after).iter().filter(settled).count() >= endpoints);
        let left = |report: &Value| report["summary"]["unknown"].as_u64().unwrap();
        assert_eq!(left(&before) - left(&after), endpoints as u64, "{name}");
    }
    let check = ["check", "--no-config", "--policy", "connect-src 'self'"];
    for args in [&check[..], &["endpoints", "--no-config"]] {
        let text = run(folder.path(), args).out;
        let lines: Vec<_> = text
            .lines()
            .filter(|l| l.trim_start().starts_with("--define"))
            .collect();
        assert_eq!(
            lines,
            [
                "  --define process.env.API=…        2 endpoints",
                "  --define window.__CONFIG__.api=…  2 endpoints",
                "  --define SOCKET_URL=…             1 endpoint",
                "  --define __API_URL__=…            1 endpoint",
            ],
            "{text}"
        );
    }
}

/// What the program uses where nothing is configured is no certain finding, unless it is all
/// there is.
#[test]
fn the_developers_machine_beside_others() {
    let verdicts = |code: &str| {
        let folder = tree(&[("a.js", code)]);
        let policy = ["check", "--no-config", "--policy", "connect-src 'self'"];
        common::rows(&json(folder.path(), &policy))
    };
    assert_eq!(
        verdicts("fetch((process.env.API ?? 'http://localhost:8080') + '/x')"),
        [
            "unknown fetch {process.env.API}/x",
            "depends fetch http://localhost:8080/x",
        ]
    );
    assert_eq!(
        verdicts("new WebSocket('wss://127.0.0.1:9002')"),
        ["blocked WebSocket wss://127.0.0.1:9002"]
    );
    assert_eq!(
        verdicts("caches.open('a').then((c) => c.addAll(['/a', 'http://localhost:1/b']))"),
        [
            "allowed Cache.addAll /a",
            "blocked Cache.addAll http://localhost:1/b",
        ]
    );
}
