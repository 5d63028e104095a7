//! `--changed-since`, in real repositories.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{json, run, tree};
use std::fs;
use std::path::Path;
use std::process::Command;

const CONFIG: &str = "policy = \"connect-src 'self'\"\n";

/// Runs git, away from the settings of whoever runs the tests; what it prints.
fn git(folder: &Path, args: &[&str]) -> String {
    let settings = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.test",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "protocol.file.allow=always",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = Command::new("git")
        .current_dir(folder)
        .args(settings)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
}

fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tree(files);
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    folder
}

fn told(folder: &Path, args: &[&str]) -> Vec<String> {
    let report = json(folder, args);
    let all = report["diagnostics"].as_array().unwrap().iter();
    all.map(|d| {
        format!(
            "{} {}:{}",
            d["code"].as_str().unwrap(),
            d["file"].as_str().unwrap_or("-"),
            d["line"]
        )
    })
    .collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn findings_at_changed_lines_and_what_leads_there() {
    let http = "const BASE = '/api';\nexport const get = (p) => fetch(BASE + '/' + p);\n";
    let folder = repository(&[
        ("connect-lint.toml", CONFIG),
        ("http.js", http),
        (
            "users.js",
            "import { get } from './http.js';\nget('a');\nfetch('https://old.test/');\n",
        ),
        (
            "sub/moved.js",
            "fetch('https://m1.test/');\nfetch('https://m2.test/');\nfetch('https://m3.test/');\nfetch('https://m4.test/');\n",
        ),
    ]);
    let at = folder.path();
    let since = ["check", "--changed-since", "HEAD"];
    assert_eq!(told(at, &since), Vec::<String>::new());
    assert_eq!(run(at, &since).code, 0);
    assert_eq!(run(at, &["check"]).code, 1);

    // A changed line that calls lead to; a file that is new; names with blanks and others.
    write(at, "http.js", &http.replace("'/api'", "'https://new.test'"));
    write(at, "a b/ä.js", "fetch('https://b.test/');\n");
    assert_eq!(
        told(at, &since),
        ["blocked a b/ä.js:1", "blocked users.js:2"]
    );
    commit(at);
    assert_eq!(told(at, &since), Vec::<String>::new());
    let two = ["check", "--changed-since", "HEAD~1"];
    assert_eq!(told(at, &two), ["blocked a b/ä.js:1", "blocked users.js:2"]);
    assert_eq!(run(at, &two).code, 1);

    // Of a file that was moved the lines that were changed count, staged or not.
    git(at, &["mv", "sub/moved.js", "sub/m.js"]);
    let moved = fs::read_to_string(at.join("sub/m.js")).unwrap();
    write(at, "sub/m.js", &moved.replace("m2.test", "m5.test"));
    git(at, &["add", "-A"]);
    write(at, "sub/m.js", &moved.replace("m2.test", "m6.test"));
    assert_eq!(told(at, &since), ["blocked sub/m.js:2"]);
    // From a folder below the top.
    assert_eq!(told(&at.join("sub"), &since), ["blocked m.js:2"]);
    // What is ignored by git is not new.
    write(at, ".gitignore", "ignored.js\n");
    write(at, "ignored.js", "fetch('https://i.test/');\n");
    assert_eq!(
        told(at, &[&since[..], &["--no-ignore"]].concat()),
        ["blocked sub/m.js:2"]
    );
}

#[test]
fn a_changed_policy_makes_all_that_it_judges_count() {
    let page = "<script src=a.js></script>";
    let headers = "/*\n  Content-Security-Policy: connect-src 'self' https://a.test\n";
    let folder = repository(&[
        ("_headers", headers),
        ("index.html", page),
        (
            "a.js",
            "fetch('https://a.test/');\nfetch('https://b.test/');\n",
        ),
    ]);
    let at = folder.path();
    let since = ["check", "--no-config", "--changed-since", "main"];
    assert_eq!(told(at, &since), Vec::<String>::new());
    write(at, "_headers", &headers.replace(" https://a.test", ""));
    assert_eq!(told(at, &since), ["blocked a.js:1", "blocked a.js:2"]);
}

#[test]
fn the_last_commit_in_common_counts() {
    let folder = repository(&[
        ("connect-lint.toml", CONFIG),
        ("a.js", "fetch('https://a.test/');\n"),
    ]);
    let at = folder.path();
    git(at, &["checkout", "-q", "-b", "topic"]);
    write(at, "topic.js", "fetch('https://t.test/');\n");
    commit(at);
    git(at, &["checkout", "-q", "main"]);
    write(at, "a.js", "fetch('https://changed.test/');\n");
    commit(at);
    git(at, &["checkout", "-q", "topic"]);
    assert_eq!(
        told(at, &["check", "--changed-since", "main"]),
        ["blocked topic.js:1"]
    );
    git(at, &["tag", "v1"]);
    assert_eq!(
        told(at, &["check", "--changed-since", "v1"]),
        Vec::<String>::new()
    );
}

#[test]
fn a_submodule_counts_as_a_whole() {
    let inner = repository(&[("lib.js", "fetch('https://lib.test/');\n")]);
    let folder = repository(&[("connect-lint.toml", CONFIG)]);
    let at = folder.path();
    let from = inner.path().display().to_string();
    git(at, &["submodule", "--quiet", "add", &from, "lib"]);
    commit(at);
    let since = ["check", "--changed-since", "HEAD"];
    assert_eq!(told(at, &since), Vec::<String>::new());
    write(&at.join("lib"), "more.js", "fetch('https://more.test/');\n");
    commit(&at.join("lib"));
    assert_eq!(
        told(at, &since),
        ["blocked lib/lib.js:1", "blocked lib/more.js:1"]
    );
}

#[test]
fn what_git_cannot_tell_is_a_failure() {
    let folder = tree(&[("connect-lint.toml", CONFIG), ("a.js", "")]);
    let at = folder.path();
    let since = |folder: &Path, commit: &str| {
        let ran = run(folder, &["check", &format!("--changed-since={commit}")]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    assert!(since(at, "main").contains("is in no work tree of git"));
    git(at, &["init", "-q"]);
    assert!(since(at, "main").contains("git knows no commit `main`"));
    commit(at);
    assert!(since(at, "nothing").contains("git knows no commit `nothing`"));
    assert!(since(at, "--output=x").contains("`--output=x` is no commit, branch or tag"));
    assert!(!at.join("x").exists());
    assert!(since(at, "\u{1b}[31mred").contains("git knows no commit"));
    assert!(!since(at, "\u{1b}[31mred").contains('\u{1b}'));
    git(at, &["checkout", "-q", "--orphan", "other"]);
    write(at, "b.js", "");
    commit(at);
    assert!(since(at, "main").contains("no ancestor in common"));
    let outside = tree(&[("b.js", "")]);
    let both = run(
        at,
        &[
            "check",
            ".",
            &outside.path().display().to_string(),
            "--changed-since",
            "HEAD",
        ],
    );
    assert_eq!(both.code, 2);
    assert!(
        both.err.contains("is not in the repository"),
        "{}",
        both.err
    );

    // A shallow clone does not know what was before.
    let clones = tree(&[]);
    let from = format!("file://{}", at.display());
    git(
        clones.path(),
        &["clone", "-q", "--depth", "1", &from, "shallow"],
    );
    let shallow = since(&clones.path().join("shallow"), "origin/main");
    assert!(shallow.contains("git fetch --unshallow"), "{shallow}");
}

#[cfg(unix)]
#[test]
fn nothing_that_the_repository_names_is_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = repository(&[
        ("connect-lint.toml", CONFIG),
        (".gitattributes", "*.js diff=own\n"),
        (
            "a.js",
            "fetch('https://a.test/');\n\nfetch('https://b.test/');\n",
        ),
    ]);
    let at = folder.path();
    let script = at.join(".git/evil");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\ntouch '{}'\ncat \"$1\"\n",
            at.join("ran").display()
        ),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let evil = script.display().to_string();
    for (key, value) in [
        ("core.fsmonitor", evil.as_str()),
        ("core.pager", &evil),
        ("core.hooksPath", ".git"),
        ("diff.external", &evil),
        ("diff.own.textconv", &evil),
        ("diff.own.command", &evil),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.interHunkContext", "9"),
        ("diff.context", "9"),
        ("diff.relative", "true"),
        ("color.ui", "always"),
    ] {
        git(at, &["config", key, value]);
    }
    fs::copy(&script, at.join(".git/post-index-change")).unwrap();
    write(
        at,
        "a.js",
        "fetch('https://a.test/');\n\nfetch('https://c.test/');\n",
    );
    assert_eq!(
        told(at, &["check", "--changed-since", "HEAD"]),
        ["blocked a.js:3"]
    );
    assert!(!at.join("ran").exists());
}

#[test]
fn a_file_that_git_takes_for_binary_counts_as_a_whole() {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let folder = repository(&[("connect-lint.toml", CONFIG)]);
    let at = folder.path();
    fs::write(at.join("a b.js"), utf16("fetch('https://a.test/');\n")).unwrap();
    commit(at);
    assert_eq!(
        told(at, &["check", "--changed-since", "HEAD"]),
        Vec::<String>::new()
    );
    fs::write(at.join("a b.js"), utf16("fetch('https://b.test/');\n")).unwrap();
    assert_eq!(
        told(at, &["check", "--changed-since", "HEAD"]),
        ["blocked a b.js:1"]
    );
}

/// A comment that is gone, or that holds for less, makes what it kept silent count.
#[test]
fn what_a_comment_no_longer_silences() {
    let calls =
        "fetch('https://a.test/1');\nfetch('https://a.test/2');\nfetch('https://a.test/3');\n";
    let next = "// connect-lint-ignore-next-line blocked -- x\n";
    let whole = "/* connect-lint-ignore-file */\n";
    let start = "fetch('https://a.test/0'); // old\n// connect-lint-ignore-start\n";
    let folder = repository(&[
        ("connect-lint.toml", CONFIG),
        ("file.js", &format!("{calls}{whole}")),
        (
            "next.js",
            &format!("{next}// eslint-disable-next-line\n{calls}"),
        ),
        (
            "block.js",
            &format!("{start}{calls}// connect-lint-ignore-end\n"),
        ),
        (
            "end.js",
            &format!("{start}{calls}// connect-lint-ignore-end\n"),
        ),
    ]);
    let since = ["check", "--changed-since", "HEAD"];
    assert_eq!(told(folder.path(), &since), Vec::<String>::new());

    // What such a comment is added to does not count.
    let more = format!("{next}// eslint-disable-next-line\n{calls}").replace(
        "fetch('https://a.test/2')",
        &format!("{next}fetch('https://a.test/2')"),
    );
    write(folder.path(), "next.js", &more);
    assert_eq!(told(folder.path(), &since), Vec::<String>::new());

    write(folder.path(), "file.js", calls);
    write(
        folder.path(),
        "next.js",
        &format!("// eslint-disable-next-line\n{calls}"),
    );
    write(
        folder.path(),
        "block.js",
        &format!("fetch('https://a.test/0'); // old\n{calls}"),
    );
    let (first, rest) = calls.split_once('\n').unwrap();
    write(
        folder.path(),
        "end.js",
        &format!("{start}{first}\n// connect-lint-ignore-end\n{rest}"),
    );
    let expected = [
        "block.js:2",
        "block.js:3",
        "block.js:4",
        "end.js:5",
        "end.js:6",
        "file.js:1",
        "file.js:2",
        "file.js:3",
        "next.js:2",
    ];
    let expected = expected.map(|place| format!("blocked {place}"));
    assert_eq!(told(folder.path(), &since), expected);
}

/// As git calls the hooks of a linked work tree: `GIT_DIR` is set, `GIT_WORK_TREE` is not.
#[test]
fn hooks_of_linked_work_trees() {
    let folder = repository(&[
        ("connect-lint.toml", CONFIG),
        ("web/a.js", "fetch('https://a.test/');\n"),
    ]);
    let linked = tempfile::tempdir().unwrap();
    let at = linked.path().join("linked");
    git(
        folder.path(),
        &["worktree", "add", "-q", &at.to_string_lossy()],
    );
    write(
        &at,
        "web/a.js",
        "fetch('https://a.test/');\nfetch('https://b.test/');\n",
    );
    let since = ["check", "--format", "compact", "--changed-since", "HEAD"];
    for (run_in, root) in [(at.clone(), "web"), (at.join("web"), ".")] {
        let output = common::connect_lint(&run_in, &since)
            .arg(root)
            .env("GIT_DIR", folder.path().join(".git/worktrees/linked"))
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains("a.js:2:"), "{told}");
    }
}
