//! `check --fix` on every kind of file that holds policies: it changes the right lines, once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::repair::{copied, files, new_lines};
use common::{json, root, rows, run};
use std::path::Path;

/// A fixture under `fixtures/policies`, and what `--fix` makes of it: lines that are new, by
/// their file, and how many endpoints are blocked before and after.
struct Case {
    fixture: &'static str,
    args: &'static [&'static str],
    lines: &'static [(&'static str, &'static str)],
    blocked: (usize, usize),
}

const CASES: &[Case] = &[
    Case {
        fixture: "astro",
        args: &[],
        lines: &[(
            "astro.config.mjs",
            r#"      directives: ["default-src 'self'", "connect-src 'self' https://comments.test https://other.test"],"#,
        )],
        blocked: (1, 0),
    },
    // Its `connect-src` is a default of the plugin: it stands nowhere.
    Case {
        fixture: "gatsby",
        args: &[],
        lines: &[],
        blocked: (1, 1),
    },
    Case {
        fixture: "next",
        args: &[],
        lines: &[(
            "next.config.ts",
            r#"            value: ["connect-src 'self'", 'frame-ancestors *'].join('; '),"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "nuxt",
        args: &[],
        lines: &[
            (
                "nuxt.config.ts",
                r#"    '/**': { headers: { 'Content-Security-Policy': "connect-src 'self' https://api.site.test" } },"#,
            ),
            (
                "nuxt.config.ts",
                r#"    '/admin/**': { ssr: false, headers: { 'content-security-policy': "connect-src https://api.site.test" } },"#,
            ),
        ],
        blocked: (3, 0),
    },
    Case {
        fixture: "nuxt-security",
        args: &[],
        lines: &[(
            "nuxt.config.ts",
            r"        'connect-src': ['\'self\'', 'https://social.test', 'wss:', 'https://elsewhere.test'],",
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "sveltekit",
        args: &[],
        lines: &[("svelte.config.js", "          'https://other.test',")],
        blocked: (1, 0),
    },
    Case {
        fixture: "cordova",
        args: &[],
        lines: &[(
            "www/index.html",
            r#"  <meta http-equiv="Content-Security-Policy" content="default-src 'self' data: https://ssl.gstatic.com 'unsafe-eval'; connect-src 'self' https://api.app.test https://other.test">"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "electron",
        args: &[],
        lines: &[(
            "www/index.html",
            r#"  <meta http-equiv="Content-Security-Policy" content="default-src 'self'; connect-src 'self' https://api.app.test; script-src 'self'">"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "extension",
        args: &[],
        lines: &[(
            "manifest.json",
            r#"    "extension_pages": "script-src 'self'; object-src 'self'; connect-src https://api.prices.test https://stats.prices.test""#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "netlify",
        args: &[],
        lines: &[
            ("netlify.toml", "        https://o1.ingest.sentry.io"),
            ("netlify.toml", "        https://stats.shop.test;"),
            (
                "netlify.toml",
                r#"    Content-Security-Policy = "connect-src \"https://a.test\" 'none' 'self'""#,
            ),
        ],
        blocked: (2, 0),
    },
    Case {
        fixture: "nginx-locations",
        args: &[],
        lines: &[
            (
                "nginx/conf.d/default.conf",
                r#"    add_header Content-Security-Policy "connect-src 'self' https://api.shop.test; img-src server";"#,
            ),
            (
                "nginx/conf.d/default.conf",
                r#"        add_header Content-Security-Policy "connect-src https://api.shop.test, img-src second";"#,
            ),
        ],
        blocked: (12, 0),
    },
    // In files that the configuration includes.
    Case {
        fixture: "nginx-sites",
        args: &[],
        lines: &[
            (
                "etc/nginx/conf.d/headers.conf",
                r#"add_header Content-Security-Policy "connect-src 'self' https://api.shop.test; img-src http";"#,
            ),
            (
                "etc/nginx/snippets/strict.conf",
                r#"add_header Content-Security-Policy "connect-src https://api.shop.test";"#,
            ),
        ],
        blocked: (4, 0),
    },
    Case {
        fixture: "nginx-spa",
        args: &[],
        lines: &[(
            "nginx/nginx.conf",
            r#"                add_header Content-Security-Policy "connect-src https://api.shop.test";"#,
        )],
        blocked: (2, 0),
    },
    // In a variable.
    Case {
        fixture: "nginx-variables",
        args: &[],
        lines: &[(
            "nginx/templates/default.conf.template",
            r#"        set $connect "https://api.shop.test";"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "tauri",
        args: &[],
        lines: &[(
            "src-tauri/tauri.conf.json",
            r#"        "connect-src": ["ipc:", "http://ipc.localhost", "https://sync.notes.test", "https://updates.notes.test"]"#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "vercel",
        args: &[],
        lines: &[
            (
                "vercel.json",
                r#"          "value": "default-src 'self'; connect-src 'self' https://api.shop.test https://stats.shop.test""#,
            ),
            (
                "vercel.json",
                r#"      "headers": [{ "key": "Content-Security-Policy", "value": "connect-src 'self'" }]"#,
            ),
        ],
        blocked: (2, 0),
    },
    Case {
        fixture: "code-constants",
        args: &[],
        lines: &[(
            "libs/constants/index.js",
            r#"    "https://elsewhere.test","#,
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "code-headers",
        args: &[],
        lines: &[(
            "server/server.ts",
            "\t\t\"connect-src 'self' ws: wss: https://api.lounge.test\", // allow self for polling; websockets",
        )],
        blocked: (1, 0),
    },
    Case {
        fixture: "apache-htaccess",
        args: &[],
        lines: &[(
            "public/admin/.htaccess",
            r#"    Header always set Content-Security-Policy "connect-src https://api.shop.test""#,
        )],
        blocked: (2, 0),
    },
];

fn blocked(folder: &Path, args: &[&str]) -> usize {
    let report = json(folder, &[&["check", "--no-config"], args].concat());
    rows(&report)
        .iter()
        .filter(|r| r.starts_with("blocked"))
        .count()
}

#[test]
fn every_kind_of_file_is_edited_once() {
    for case in CASES {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        copied(&root().join("fixtures/policies").join(case.fixture), folder);
        assert_eq!(
            blocked(folder, case.args),
            case.blocked.0,
            "{}",
            case.fixture
        );
        let before = files(folder);

        let check = [&["check", "--no-config"], case.args].concat();
        let diff = run(folder, &[check.as_slice(), &["--fix", "--diff"]].concat());
        assert_eq!(
            files(folder),
            before,
            "{}: --diff writes nothing",
            case.fixture
        );
        assert_eq!(diff.code, i32::from(case.blocked.0 > 0), "{}", case.fixture);
        assert_eq!(
            diff.out.is_empty(),
            case.lines.is_empty(),
            "{}",
            case.fixture
        );

        let fixed = run(folder, &[check.as_slice(), &["--fix"]].concat());
        assert_eq!(
            fixed.code,
            i32::from(case.blocked.1 > 0),
            "{}: {}",
            case.fixture,
            fixed.err
        );
        let after = files(folder);
        assert_eq!(
            after.keys().collect::<Vec<_>>(),
            before.keys().collect::<Vec<_>>(),
            "no file comes or goes"
        );
        let mut lines = Vec::new();
        for (name, bytes) in &after {
            let new = new_lines(&before[name], bytes);
            lines.extend(new.into_iter().map(|line| (name.clone(), line)));
        }
        let wanted: Vec<_> = case
            .lines
            .iter()
            .map(|(name, line)| ((*name).to_owned(), (*line).to_owned()))
            .collect();
        assert_eq!(lines, wanted, "{}", case.fixture);
        for (name, line) in &wanted {
            assert!(
                diff.out.contains(&format!("\n+{line}\n")),
                "{name}: {}",
                diff.out
            );
        }
        assert_eq!(
            blocked(folder, case.args),
            case.blocked.1,
            "{}",
            case.fixture
        );

        run(folder, &[check.as_slice(), &["--fix"]].concat());
        assert_eq!(files(folder), after, "{}: once", case.fixture);
    }
}

/// Whatever a fixture holds: no endpoint is blocked that was not, a second run changes nothing,
/// and neither does `--unused` after that.
#[test]
fn every_fixture_is_fixed_once() {
    for fixture in std::fs::read_dir(root().join("fixtures/policies")).unwrap() {
        let fixture = fixture.unwrap().path();
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        copied(&fixture, folder);
        if run(folder, &["check", "--no-config"]).code == 2 {
            continue;
        }
        let before = blocked(folder, &[]);
        for flags in [&["--fix"][..], &["--fix", "--unused"]] {
            let check = [&["check", "--no-config"], flags].concat();
            run(folder, &check);
            let after = files(folder);
            run(folder, &check);
            assert_eq!(files(folder), after, "{}", fixture.display());
            let remains = blocked(folder, &[]);
            assert!(remains <= before, "{}", fixture.display());
        }
    }
}
