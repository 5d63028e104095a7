//! The baseline: what it keeps silent, and what edits it survives.
#![allow(clippy::unwrap_used)]

mod common;

use common::{json, run, tree};
use std::fs;
use std::path::Path;

const CONFIG: &str = "policy = \"connect-src 'self'\"\nbaseline = \"known.json\"\n";

const CODE: &str = "\
export async function load(path, id) {
  await fetch('https://a.test/' + path);
  await fetch('https://a.test/' + id);
  return fetch(`https://b.test/${id}`);
}
";

fn told(folder: &Path, args: &[&str]) -> Vec<String> {
    let report = json(folder, args);
    let all = report["diagnostics"].as_array().unwrap();
    all.iter()
        .map(|d| format!("{} {}", d["code"].as_str().unwrap(), d["line"]))
        .collect()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn what_was_there_is_silent_and_what_is_new_is_told() {
    let folder = tree(&[("connect-lint.toml", CONFIG), ("src/a.js", CODE)]);
    let at = folder.path();
    assert_eq!(run(at, &["check"]).code, 2);
    let wrote = run(at, &["check", "--write-baseline"]);
    assert_eq!((wrote.code, wrote.out.as_str()), (0, ""));
    assert_eq!(
        wrote.err,
        "connect-lint: 3 findings of 1 file in known.json, 0 before\n"
    );
    insta::assert_snapshot!(read(at, "known.json"), @r#"
    {
      "version": 1,
      "findings": [
        {"file":"src/a.js","code":"blocked","finding":"fetch https://a.test/{}","count":2},
        {"file":"src/a.js","code":"blocked","finding":"fetch https://b.test/{}"}
      ]
    }
    "#);
    assert_eq!(told(at, &["check"]), Vec::<String>::new());
    let ran = run(at, &["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("3 suppressed"), "{}", ran.out);

    // Lines above, another layout, other names of variables, a policy that says more.
    let edited = "// a\n\n\nexport async function load(p, id) {\n  await fetch(\n    'https://a.test/' + p,\n    { method: 'POST' },\n  );\n  \
        await fetch('https://a.test/' + id); return fetch(\n`https://b.test/${id}`); }\n";
    fs::write(at.join("src/a.js"), edited.replace('\n', "\r\n")).unwrap();
    let config = CONFIG.replace("'self'", "'self' https://c.test");
    fs::write(at.join("connect-lint.toml"), config).unwrap();
    let silent = told(at, &["check", "-A", "unused-source"]);
    assert_eq!(silent, Vec::<String>::new());
    fs::write(at.join("connect-lint.toml"), CONFIG).unwrap();

    // A third of those that were two.
    fs::write(
        at.join("src/a.js"),
        format!("{CODE}fetch('https://a.test/' + x);\n"),
    )
    .unwrap();
    assert_eq!(told(at, &["check"]), ["blocked 6"]);
    assert_eq!(run(at, &["check"]).code, 1);
}

#[test]
fn paths_do_not_depend_on_where_it_runs() {
    let folder = tree(&[("connect-lint.toml", CONFIG), ("src/sub/a.js", CODE)]);
    let at = folder.path();
    run(at, &["check", "--write-baseline"]);
    let known = read(at, "known.json");
    assert_eq!(told(&at.join("src"), &["check"]), Vec::<String>::new());
    assert_eq!(
        told(&at.join("src/sub"), &["check", "a.js"]),
        Vec::<String>::new()
    );
    let whole = at.join("src").display().to_string();
    assert_eq!(told(at, &["check", &whole]), Vec::<String>::new());
    run(&at.join("src/sub"), &["check", "--write-baseline"]);
    assert_eq!(read(at, "known.json"), known);
    let fingerprints = |folder: &Path| -> Vec<String> {
        let report = json(folder, &["check", "--policy", "connect-src 'self'"]);
        let all = report["suppressed"].as_array().unwrap().iter();
        all.map(|d| d["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    let here = fingerprints(at);
    assert_eq!((here.len(), &here), (3, &fingerprints(&at.join("src/sub"))));
    assert!(here.iter().all(|f| f.len() == 16));
}

#[test]
fn what_is_gone_can_shrink_it() {
    let folder = tree(&[
        ("connect-lint.toml", CONFIG),
        ("a.js", CODE),
        ("b.js", "fetch('https://b.test/');\n"),
        ("c/c.js", "fetch('https://c.test/');\n"),
    ]);
    let at = folder.path();
    run(at, &["check", "--write-baseline"]);
    fs::write(
        at.join("a.js"),
        CODE.replace("fetch(`https://b.test/${id}`)", "id"),
    )
    .unwrap();
    fs::remove_file(at.join("b.js")).unwrap();
    let ran = run(at, &["check"]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.err,
        "connect-lint: 2 findings of the baseline are gone: --write-baseline shrinks it\n"
    );
    assert!(
        run(at, &["check", "-v"])
            .out
            .contains("info[stale-baseline]")
    );
    assert_eq!(run(at, &["check", "--deny", "stale-baseline"]).code, 1);
    // Of what was not looked at nothing is known.
    let ran = run(at, &["check", "a.js"]);
    assert!(
        ran.err.contains("2 findings of the baseline"),
        "{}",
        ran.err
    );
    let wrote = run(at, &["check", "a.js", "--write-baseline"]);
    assert!(
        wrote
            .err
            .contains("3 findings of 2 files in known.json, 5 before"),
        "{}",
        wrote.err
    );
    assert!(read(at, "known.json").contains("c/c.js"));
    assert_eq!(run(at, &["check"]).err, "");
}

#[test]
fn a_baseline_that_cannot_be_used_is_told() {
    let folder = tree(&[
        ("a.js", CODE),
        (
            "bad.json",
            "{\n  \"version\": 1,\n  \"findings\": [\n<<<<<<< HEAD\n",
        ),
        ("package.json", "{\"name\": \"x\"}"),
    ]);
    let at = folder.path();
    let check = |more: &[&str]| {
        let args = [
            &[
                "check",
                ".",
                "--policy",
                "connect-src 'self'",
                "--no-config",
            ],
            more,
        ]
        .concat();
        run(at, &args)
    };
    let missing = check(&["--baseline", "none.json"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.err.contains("there is no baseline none.json"),
        "{}",
        missing.err
    );
    assert!(missing.err.contains("--write-baseline"));
    let bad = check(&["--baseline", "bad.json"]);
    assert_eq!(bad.code, 2);
    assert!(
        bad.err.contains("bad.json:4:1: this is no baseline"),
        "{}",
        bad.err
    );
    let other = check(&["--baseline", "package.json", "--write-baseline"]);
    assert_eq!(
        (other.code, read(at, "package.json").as_str()),
        (2, "{\"name\": \"x\"}")
    );
    // It writes no reports.
    for flag in ["--output=json=report.json", "--statistics"] {
        let reports = check(&["--write-baseline", flag]);
        assert_eq!(reports.code, 2, "{flag}");
        assert!(
            reports.err.contains("cannot be used with"),
            "{}",
            reports.err
        );
    }
    let default = check(&["--write-baseline"]);
    assert_eq!(default.code, 0);
    assert!(read(at, "connect-lint-baseline.json").contains("https://a.test/"));
    assert_eq!(check(&["--baseline", "connect-lint-baseline.json"]).code, 0);
}

#[test]
fn comments_come_before_the_baseline() {
    let folder = tree(&[
        ("connect-lint.toml", CONFIG),
        (
            "a.js",
            "fetch('https://a.test/'); // connect-lint-ignore -- a\nfetch('https://b.test/');\n// connect-lint-ignore\n",
        ),
    ]);
    let at = folder.path();
    run(at, &["check", "--write-baseline"]);
    let known = read(at, "known.json");
    assert!(
        !known.contains("a.test") && known.contains("b.test"),
        "{known}"
    );
    assert!(known.contains("unused-suppression"));
    let report = json(at, &["check"]);
    let by: Vec<_> = report["suppressed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["by"].clone())
        .collect();
    assert_eq!(by, ["inline", "baseline", "baseline"]);
}
