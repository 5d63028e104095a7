//! `check --watch`, with real changes of files.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{run, tree};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a round may take on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);
/// After this nothing comes any more.
const SILENCE: Duration = Duration::from_millis(1500);

/// A process that watches.
struct Watch {
    child: Child,
    lines: Receiver<String>,
    out: Arc<Mutex<String>>,
    rounds: usize,
}

impl Watch {
    /// Starts it and waits for its first round.
    fn start(folder: &Path, args: &[&str]) -> (Watch, Round) {
        let binary = assert_cmd::cargo::cargo_bin("connect-lint");
        let mut child = Command::new(binary)
            .args(["check", "--watch"])
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let out = Arc::new(Mutex::new(String::new()));
        let (mut stdout, written) = (child.stdout.take().unwrap(), out.clone());
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = stdout.read(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..n]).into_owned();
                written.lock().unwrap().push_str(&text);
            }
        });
        let mut watch = Watch {
            child,
            lines,
            out,
            rounds: 0,
        };
        let round = watch.round("the first run");
        (watch, round)
    }

    /// Waits for the end of the next round.
    fn round(&mut self, why: &str) -> Round {
        let end = Instant::now() + PATIENCE;
        let mut told = String::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("{why}: no run; told: {told}"));
            told.push_str(&line);
            told.push('\n');
            if line.contains("Ctrl-C ends it") {
                break;
            }
        }
        self.rounds += 1;
        let number = format!("run {} took", self.rounds);
        assert!(told.contains(&number), "{told}");
        // Standard output is read by another thread.
        std::thread::sleep(Duration::from_millis(50));
        let out = self.printed();
        Round { out, told }
    }

    /// What was printed since it was last asked for.
    fn printed(&self) -> String {
        std::mem::take(&mut *self.out.lock().unwrap())
    }

    /// Rounds until what is printed is as wanted: an editor's save may come in two parts.
    fn until(&mut self, why: &str, is_wanted: impl Fn(&Round) -> bool) {
        let mut seen = String::new();
        for _ in 0..3 {
            let mut round = self.round(why);
            for _ in 0..40 {
                if is_wanted(&round) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(50));
                round.out += &self.printed();
            }
            seen = seen + &round.out + &round.told;
        }
        panic!("{why}: not what is wanted:\n{seen}");
    }

    /// Nothing happens.
    fn silent(&mut self, why: &str) {
        if let Ok(line) = self.lines.recv_timeout(SILENCE) {
            panic!("{why}: {line}");
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a round printed, and what it told on standard error.
struct Round {
    out: String,
    told: String,
}

impl Round {
    fn blocks(&self, host: &str) -> bool {
        self.out.contains(&format!(
            "is blocked: nothing in `connect-src` covers `https://{host}`"
        ))
    }
}

const COMPACT: &[&str] = &["--format", "compact"];

fn project() -> tempfile::TempDir {
    tree(&[
        (
            "_headers",
            "/*\n  Content-Security-Policy: connect-src https://ok.test\n",
        ),
        (
            "index.html",
            "<!doctype html><script type=module src=src/app.js></script>",
        ),
        ("src/app.js", "fetch('https://ok.test/');\n"),
        (".git/HEAD", ""),
        (".gitignore", "dist/\n"),
        ("dist/built.js", ""),
        ("node_modules/dep/index.js", ""),
    ])
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

#[test]
fn sources_that_are_saved_in_all_ways() {
    let folder = project();
    let folder = folder.path();
    let (mut watch, first) = Watch::start(folder, COMPACT);
    assert_eq!(first.out, "");
    assert!(first.told.contains("watching 2 files"), "{}", first.told);

    write(folder, "src/app.js", "fetch('https://in-place.test/');\n");
    watch.until("written in place", |r| r.blocks("in-place.test"));

    // Vim with `backupcopy=no`, and most other editors.
    write(
        folder,
        "src/app.js~new",
        "fetch('https://renamed.test/');\n",
    );
    fs::rename(folder.join("src/app.js~new"), folder.join("src/app.js")).unwrap();
    watch.until("a new file is renamed over it", |r| {
        r.blocks("renamed.test")
    });

    // Vim with `writebackup`: the old file goes aside first.
    fs::rename(folder.join("src/app.js"), folder.join("src/app.js~")).unwrap();
    write(folder, "src/app.js", "fetch('https://backup.test/');\n");
    fs::remove_file(folder.join("src/app.js~")).unwrap();
    watch.until("the old one is renamed away", |r| r.blocks("backup.test"));

    fs::remove_file(folder.join("src/app.js")).unwrap();
    watch.until("deleted", |r| r.told.contains("watching 1 files"));

    write(folder, "src/app.js", "import './more/deep/b.js';\n");
    watch.until("created again", |r| r.told.contains("watching 2 files"));
}

#[test]
fn folders_that_come_and_go() {
    let folder = project();
    let folder = folder.path();
    let (mut watch, _) = Watch::start(folder, COMPACT);

    fs::create_dir_all(folder.join("lib/deep")).unwrap();
    write(folder, "lib/deep/a.js", "fetch('https://new.test/');\n");
    watch.until("a new folder with a file", |r| r.blocks("new.test"));
    write(folder, "lib/deep/a.js", "fetch('https://newer.test/');\n");
    watch.until("a change in it", |r| r.blocks("newer.test"));

    // Another folder takes its place: the files have the same names.
    fs::create_dir_all(folder.join("node_modules/other/deep")).unwrap();
    write(
        folder,
        "node_modules/other/deep/a.js",
        "fetch('https://swapped.test/');\n",
    );
    fs::rename(folder.join("lib"), folder.join("node_modules/old")).unwrap();
    fs::rename(folder.join("node_modules/other"), folder.join("lib")).unwrap();
    watch.until("another folder", |r| r.blocks("swapped.test"));
    write(folder, "lib/deep/a.js", "fetch('https://after.test/');\n");
    watch.until("a change in that", |r| r.blocks("after.test"));
    write(
        folder,
        "node_modules/old/deep/a.js",
        "fetch('https://old.test/');\n",
    );
    watch.silent("what was moved away");

    fs::remove_dir_all(folder.join("lib")).unwrap();
    watch.until("a folder is deleted", |r| !r.blocks("after.test"));
}

#[test]
fn settings_and_policies_count() {
    let folder = project();
    let folder = folder.path();
    write(folder, "src/app.js", "fetch(process.env.API + '/');\n");
    let (mut watch, first) = Watch::start(folder, &["--format", "compact", "-v"]);
    assert!(!first.blocks("env.test"));

    write(folder, ".env", "API=https://env.test\n");
    watch.until("a new .env file", |r| r.blocks("env.test"));

    write(
        folder,
        "connect-lint.toml",
        "[define]\n'process.env.API' = 'https://config.test'\n",
    );
    watch.until("a new configuration", |r| r.blocks("config.test"));

    write(folder, "connect-lint.toml", "[defin]\n");
    watch.until("a broken one", |r| {
        r.told.contains("did you mean `define`?")
    });
    write(
        folder,
        "connect-lint.toml",
        "[define]\n'process.env.API' = 'https://mended.test'\n",
    );
    watch.until("a mended one", |r| r.blocks("mended.test"));

    let policy = "/*\n  Content-Security-Policy: connect-src https://mended.test\n";
    write(folder, "_headers", policy);
    watch.until("another policy", |r| !r.blocks("mended.test"));

    fs::remove_file(folder.join("_headers")).unwrap();
    watch.until("no policy", |r| r.told.contains("there is no policy"));
    write(
        folder,
        "_headers",
        "/*\n  Content-Security-Policy: connect-src 'self'\n",
    );
    watch.until("one again", |r| r.blocks("mended.test"));
}

#[test]
fn files_that_flags_name_count_wherever_they_are() {
    let elsewhere = tree(&[("policy.txt", "connect-src https://ok.test")]);
    let folder = tree(&[("a.js", "fetch('https://ok.test/')")]);
    let policy = elsewhere.path().join("policy.txt");
    let args = [
        "--format",
        "compact",
        "--policy-file",
        policy.to_str().unwrap(),
    ];
    let (mut watch, first) = Watch::start(folder.path(), &args);
    assert_eq!(first.out, "");
    fs::write(&policy, "connect-src https://other.test").unwrap();
    watch.until("the policy is another", |r| r.blocks("ok.test"));
}

#[test]
fn what_is_of_no_interest_is_left_alone() {
    let folder = project();
    let path = folder.path();
    let args = [
        "--format",
        "compact",
        "--output",
        "html=report.html",
        "--output",
        "json=report.json",
    ];
    let (mut watch, _) = Watch::start(path, &args);
    watch.silent("its own reports");
    write(path, "dist/built.js", "fetch('https://x.test/')");
    write(
        path,
        "node_modules/dep/index.js",
        "fetch('https://x.test/')",
    );
    write(path, ".git/index", "x");
    write(path, "src/.app.js.swp", "x");
    write(path, "server.log", "x");
    fs::read(path.join("src/app.js")).unwrap();
    watch.silent("ignored folders, an editor's files, a log, reading");
    write(path, "src/app.js", "fetch('https://x.test/')");
    watch.until("it still watches", |r| r.blocks("x.test"));
    watch.silent("its own reports again");
}

#[test]
fn a_report_in_the_project_does_not_make_it_run_for_ever() {
    let folder = project();
    let binary = assert_cmd::cargo::cargo_bin("connect-lint");
    let out = fs::File::create(folder.path().join("out.json")).unwrap();
    let mut child = Command::new(binary)
        .args(["check", "--watch", "--format", "json"])
        .current_dir(folder.path())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(SILENCE * 3);
    // SIGINT ends it, as the system does.
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let ended = child.wait().unwrap();
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&ended),
        Some(2)
    );
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!(told.matches("Ctrl-C ends it").count(), 1, "{told}");
}

#[test]
fn a_terminal_is_cleared_and_nothing_else() {
    let folder = project();
    let binary = assert_cmd::cargo::cargo_bin("connect-lint");
    let line = format!(
        "timeout -s INT 3 {} check --watch --format compact",
        binary.display()
    );
    let output = Command::new("script")
        .args(["-qc", &line, "/dev/null"])
        .current_dir(folder.path())
        .env("TERM", "xterm")
        .output()
        .unwrap();
    let sent = String::from_utf8_lossy(&output.stdout);
    assert!(sent.contains("\u{1b}[2J\u{1b}[3J\u{1b}[H"), "{sent:?}");
    let (_, plain) = Watch::start(folder.path(), COMPACT);
    assert!(!plain.out.contains('\u{1b}'));
}

#[test]
fn what_cannot_go_together_is_refused() {
    let folder = project();
    let stdin = ["--stdin", "--stdin-filename", "a.js"];
    for flags in [&["--fix"][..], &["--diff"], &["--write-baseline"], &stdin] {
        let ran = run(folder.path(), &[&["check", "--watch"], flags].concat());
        assert_eq!(ran.code, 2, "{flags:?}");
        assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
    }
    let ran = run(
        folder.path(),
        &["check", "--watch", "--page-url", "nonsense"],
    );
    assert_eq!(ran.code, 2, "a flag does not mend itself: {}", ran.err);
}
