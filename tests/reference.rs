//! `docs/reference.md` is made from the code, so that it cannot rot. To make it anew:
//! `UPDATE_DOCS=1 cargo test --test reference`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use clap::CommandFactory;
use common::root;
use connect_lint::build::{FileOrder, TOOLS, Tool};
use connect_lint::cli::args::Cli;
use connect_lint::diagnostics::CODES;
use connect_lint::discover::{import_conventions, path_conventions};
use connect_lint::policies::LOCATIONS;
use connect_lint::resolve::{Place, client_libraries};
use connect_lint::sink::{Reach, SINKS, UrlArgument};
use connect_lint::suppression::Scope;
use std::collections::BTreeMap;
use std::fmt::Write;

#[test]
fn the_reference_is_that_of_the_code() {
    hold("docs/reference.md", &reference());
}

#[test]
fn the_index_of_codes_is_that_of_the_code() {
    hold("docs/codes/README.md", &index_of_codes());
}

/// A document is what the code makes of it, or becomes it.
fn hold(document: &str, wanted: &str) {
    let path = root().join(document);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap();
    assert!(
        there == wanted,
        "make {document} anew: UPDATE_DOCS=1 cargo test --test reference"
    );
}

fn reference() -> String {
    let mut out =
        String::from("# Reference\n\nMade from the code by `tests/reference.rs`; do not edit.\n");
    commands(&mut out);
    configuration(&mut out);
    policy_locations(&mut out);
    build_tools(&mut out);
    sinks(&mut out);
    libraries(&mut out);
    silence(&mut out);
    codes(&mut out);
    not_browser_code(&mut out);
    out
}

/// What keeps findings silent.
fn silence(out: &mut String) {
    out.push_str(
        "\n## Keeping findings silent\n\n\
        Comments of this form, where the language has comments: `//`, `/* */`, `{/* */}` in JSX, `<!-- -->` in HTML, \
        `#` in files of policies. Without codes they hold for all; the reason stands behind two dashes.\n\n\
        ```js\n// connect-lint-ignore-next-line blocked, depends -- the proxy adds it\n```\n\n\
        | comment | it holds for |\n|---|---|\n",
    );
    for (word, scope) in Scope::WORDS {
        let about = match scope {
            Scope::Line => "the line that it stands on",
            Scope::NextLine => {
                "the next line that is no comment; in HTML the whole tag. A call or policy of several lines counts by its first one too"
            }
            Scope::File => "the file, wherever it stands",
            Scope::Start => "all from here to the end",
            Scope::End => "ends it; with codes, the start with the same ones",
            Scope::Misspelt(_) => continue,
        };
        writeln!(out, "| `{word}` | {about} |").unwrap();
    }
    out.push_str(
        "\nA finding is silenced where it is told: at a call, not where the function that it calls makes the request. \
        What a comment accepts as blocked is neither fixed nor suggested. \
        Comments that do nothing are told ([`unused-suppression`](codes/unused-suppression.md), \
        [`invalid-suppression`](codes/invalid-suppression.md)).\n",
    );
}

fn commands(out: &mut String) {
    out.push_str("\n## Commands\n");
    let mut cli = Cli::command().term_width(100);
    cli.build();
    for command in cli.get_subcommands_mut() {
        help(out, command);
    }
}

/// The help of a command, and of those below it.
fn help(out: &mut String, command: &mut clap::Command) {
    if command.get_name() == "help" {
        return;
    }
    let text = command.render_long_help().to_string();
    let name = command.get_bin_name().unwrap_or_default();
    write!(out, "\n### `{name}`\n\n```text\n{}\n```\n", lines(&text)).unwrap();
    for below in command.get_subcommands_mut() {
        help(out, below);
    }
}

/// Without blanks at the ends of lines.
fn lines(text: &str) -> String {
    text.trim_end()
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

fn configuration(out: &mut String) {
    out.push_str(
        "\n## `connect-lint.toml`\n\nFound in the working directory and upward. Paths and globs are relative to \
         its folder; flags win over it. Unknown keys are errors. The JSON Schema is \
         [schema/config.schema.json](../schema/config.schema.json).\n",
    );
    let schema = connect_lint::config::json_schema();
    keys(
        out,
        &schema["properties"],
        "| key | what it says |\n|---|---|\n",
    );
    for (table, model) in [("override", "Override"), ("client", "Client")] {
        writeln!(out, "\nKeys of a `[[{table}]]`:").unwrap();
        let head = "| key | what it says |\n|---|---|\n";
        keys(out, &schema["$defs"][model]["properties"], head);
    }
}

fn policy_locations(out: &mut String) {
    out.push_str(
        "\n## Where policies are found\n\nBeside `<meta http-equiv>` of pages, where no policy is given, in these \
         files of the project and in program code. Nothing of it is run: what is not literal is a hole of the \
         policy, by its name (`{process.env.API}`), and what a hole may cover is never `blocked`. `--policy-from` \
         names a file, `--no-discover` leaves it. A policy is judged for what it is sent with, as far as the file \
         says; `connect-lint policy` shows it.\n\n",
    );
    for location in LOCATIONS {
        writeln!(out, "- {}", location.name()).unwrap();
    }
    out.push_str(
        "- JavaScript and TypeScript that sets the header (`setHeader`, `new Headers`, middleware, objects of \
         headers), or hands directives to helmet and its kin\n",
    );
}

fn keys(out: &mut String, properties: &serde_json::Value, head: &str) {
    write!(out, "\n{head}").unwrap();
    for (key, schema) in properties.as_object().unwrap() {
        let about = schema["description"].as_str().unwrap().replace('\n', " ");
        writeln!(out, "| `{key}` | {} |", about.replace('|', "\\|")).unwrap();
    }
}

fn build_tools(out: &mut String) {
    out.push_str(
        "\n## Build tools\n\nA project is the nearest folder above a file that has the configuration of a tool or \
         `.env` files; of several tools in one folder the first of this table counts. A file that nothing imports \
         sees what its project's tool puts in the place of names; all others see that of each file that imports them, \
         so that a shared package has the values of each application. `--define` wins over `define` in \
         `connect-lint.toml`, that over constants of the tool's configuration, those over `.env` files. The environment \
         of the process never counts. What is not literal in a configuration stays a hole by its name.\n\n\
         | tool | configuration | `.env` files, strongest last | names that browser code sees | constants |\n|---|---|---|---|---|\n",
    );
    for tool in TOOLS {
        let constants = tool.constants.iter().map(|at| match at.place {
            Place::Export(path) => format!("`{}`", path.join(".")),
            Place::Plugin(class) => format!("`new {class}({{…}})`"),
        });
        let cells = [
            tool.name.to_owned(),
            configurations(tool),
            env_files(tool.files),
            names(tool),
            constants.collect::<Vec<_>>().join(", "),
        ];
        writeln!(out, "| {} |", cells.join(" | ")).unwrap();
    }
    out.push_str(
        "\nIn a folder with `.env` files and no such tool, all their names are seen in `process.env`, and those with \
         a prefix above in `import.meta.env` too.\n",
    );
}

fn configurations(tool: &Tool) -> String {
    let configs = tool.configs.iter().map(|name| format!("`{name}.*`"));
    let packages = tool
        .packages
        .iter()
        .map(|name| format!("`{name}` in `package.json`"));
    configs.chain(packages).collect::<Vec<_>>().join(", ")
}

fn env_files(order: FileOrder) -> String {
    let names = order.names("MODE").join("`, `");
    match order {
        FileOrder::Node | FileOrder::Parcel => format!("`{names}`; no `.env.local` in `test`"),
        _ => format!("`{names}`"),
    }
}

fn names(tool: &Tool) -> String {
    let by = tool
        .readers
        .as_ref()
        .map(|readers| format!(" with `{}`", readers.browser));
    let each = tool.exposed.iter().flat_map(|exposed| {
        let name = |prefix: &&str| match *prefix {
            "" => format!("all in `{}`", exposed.object),
            prefix => format!("`{}.{prefix}*`", exposed.object),
        };
        exposed.prefixes.iter().map(name)
    });
    each.collect::<Vec<_>>().join(", ") + &by.unwrap_or_default()
}

fn sinks(out: &mut String) {
    out.push_str("\n## Sinks\n\n| API | reached by | the URL |\n|---|---|---|\n");
    for sink in SINKS {
        let reach = match sink.reach {
            Reach::Call(name) => format!("`{name}(…)`"),
            Reach::New(name) => format!("`new {name}(…)`"),
            Reach::InstanceMethod(class, method) => format!("`{class}` instances' `{method}(…)`"),
            Reach::Method(object, method) => format!("`{object}.{method}(…)`"),
            Reach::JsonImport => "`import … with { type: 'json' }`, static and dynamic".to_owned(),
            Reach::Attribute(tag, attribute) => {
                format!("`<{tag} {attribute}>`, in markup, JSX and script")
            }
        };
        let url = match sink.url {
            UrlArgument::One(i) => format!("argument {}", i + 1),
            UrlArgument::List(i) => format!("argument {}, each of a list", i + 1),
            UrlArgument::Path(i, path) => format!(
                "argument {}, `{}`",
                i + 1,
                path.join(".").replace(".[]", "[]")
            ),
            UrlArgument::Attribute => "the attribute".to_owned(),
            UrlArgument::AttributeList => "the attribute, each of a list".to_owned(),
        };
        writeln!(out, "| `{}` | {reach} | {url} |", sink.name).unwrap();
    }
}

fn libraries(out: &mut String) {
    out.push_str(
        "\n## Client libraries\n\nKnown where they are imported from these packages, also through other files. Their \
         requests end in the API of the last column. Settings with which a client is made, and that are not known, are a \
         hole; those of one request are taken to name no base. Interceptors, hooks and `fetch` options are not followed.\n\n\
         | packages | what is known | API |\n|---|---|---|\n",
    );
    for library in client_libraries() {
        let packages: Vec<_> = library
            .packages
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let apis: Vec<_> = library
            .apis
            .iter()
            .map(|api| format!("`{}`", api.name()))
            .collect();
        writeln!(
            out,
            "| {} | {} | {} |",
            packages.join(", "),
            library.about,
            apis.join(", ")
        )
        .unwrap();
    }
}

fn codes(out: &mut String) {
    out.push_str("\n## Codes\n\n");
    table_of_codes(out, "codes/");
}

fn index_of_codes() -> String {
    let mut out = String::from(
        "# Codes\n\nMade from the code by `tests/reference.rs`; do not edit. `connect-lint explain` prints the same \
         list, `connect-lint explain CODE` the page of a code.\n\n",
    );
    table_of_codes(&mut out, "");
    out
}

fn table_of_codes(out: &mut String, folder: &str) {
    out.push_str("| code | severity | what it says |\n|---|---|---|\n");
    for code in CODES {
        let (name, severity, about) = (code.name, code.severity, code.about);
        writeln!(
            out,
            "| [`{name}`]({folder}{name}.md) | {severity} | {about} |"
        )
        .unwrap();
    }
}

fn not_browser_code(out: &mut String) {
    out.push_str(
        "\n## What is not browser code\n\nSuch files are not judged; `--verbose` lists them with the reason. A file \
         named on the command line is linted wherever it stands. The configuration's `browser`, `server`, `worker` \
         and `test` globs, and `runtime` of an `[[override]]`, say otherwise.\n\nBy path:\n\n",
    );
    for why in path_conventions() {
        writeln!(out, "- {why}").unwrap();
    }
    out.push_str("\nBy what they import:\n\n");
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (module, why) in import_conventions() {
        by_reason
            .entry(why)
            .or_default()
            .push(format!("`{module}`"));
    }
    for (why, modules) in by_reason {
        writeln!(out, "- {why}: {}", modules.join(", ")).unwrap();
    }
    out.push_str(
        "\nBy what they say: `\"use server\"`, a first line `#!…`, `process.argv` and its like, `Deno`, `Bun` \
         (unless they mention `window`, `document` or another name that only browsers have).\n",
    );
}
