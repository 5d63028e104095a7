//! The table of tools that build browser code. A tool is a row.

use crate::resolve::{ConstantsAt, Form, Place};

/// The convention of a tool.
#[derive(Debug, PartialEq)]
pub struct Tool {
    /// What people call it.
    pub name: &'static str,
    /// Names of its configuration, without extension.
    pub configs: &'static [&'static str],
    /// Packages that a `package.json` lists where the tool builds the project.
    pub packages: &'static [&'static str],
    /// Which `.env` files it reads.
    pub files: FileOrder,
    /// It reads them with dotenv 10: no comments after values, no `export`, no defaults.
    pub old_dotenv: bool,
    /// What browser code sees of their names.
    pub exposed: &'static [Exposed],
    /// Where its configuration says something of `.env` files.
    pub options: Options,
    /// Whether the configuration sees all names of the `.env` files in `process.env`.
    pub loads_first: bool,
    /// Packages that must be there for browser code to see the names, and for the configuration:
    /// whatever begins so. None: it reads the files itself.
    pub readers: Option<Readers>,
    /// Where its configuration has constants.
    pub constants: &'static [ConstantsAt],
}

/// Packages, by what their names begin with, that read `.env` files for a tool that does not.
#[derive(Debug, PartialEq, Eq)]
pub struct Readers {
    /// For browser code.
    pub browser: &'static str,
    /// For the configuration.
    pub config: &'static str,
}

/// Which `.env` files count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOrder {
    /// `.env`, `.env.local`, `.env.[mode]`, `.env.[mode].local`, the last one strongest; names
    /// stand for each other over all of them.
    Vite,
    /// The same files; each by itself, the strongest first, so that it has the names of
    /// stronger ones.
    EachLikeVite,
    /// `.env`, `.env.[mode]`, `.env.local`, `.env.[mode].local`; each by itself, likewise.
    /// Tests have no `.env.local`.
    Node,
    /// As Vite, but each by itself, without the names of the others. Tests have no `.env.local`.
    Parcel,
    /// `.env.[mode]` only.
    OfMode,
    /// `.env` only.
    One,
}

impl FileOrder {
    /// The files, weakest first.
    pub fn names(self, mode: &str) -> Vec<String> {
        let (all, here) = (".env".to_owned(), ".env.local".to_owned());
        let (of_mode, of_mode_here) = (format!(".env.{mode}"), format!(".env.{mode}.local"));
        match self {
            FileOrder::Node | FileOrder::Parcel if mode == "test" => {
                vec![all, of_mode, of_mode_here]
            }
            FileOrder::Vite | FileOrder::EachLikeVite | FileOrder::Parcel => {
                vec![all, here, of_mode, of_mode_here]
            }
            FileOrder::Node => vec![all, of_mode, here, of_mode_here],
            FileOrder::OfMode => vec![of_mode],
            FileOrder::One => vec![all],
        }
    }
}

/// Names that browser code sees, by their prefixes, and the object that it sees them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposed {
    /// `process.env` or `import.meta.env`.
    pub object: &'static str,
    /// What the names begin with; all names with the empty one.
    pub prefixes: &'static [&'static str],
}

/// Where a configuration says something of `.env` files, by the paths of its properties; empty
/// where the tool has no such option.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The folder of the project.
    pub root: &'static [&'static str],
    /// The folder of the files.
    pub folder: &'static [&'static str],
    /// Prefixes in place of the usual ones.
    pub prefixes: &'static [&'static str],
}

const NO_OPTIONS: Options = Options {
    root: &[],
    folder: &[],
    prefixes: &[],
};

const DOTENV: Readers = Readers {
    browser: "dotenv-webpack",
    config: "dotenv",
};

const fn meta(prefixes: &'static [&'static str]) -> Exposed {
    Exposed {
        object: "import.meta.env",
        prefixes,
    }
}

const fn process(prefixes: &'static [&'static str]) -> Exposed {
    Exposed {
        object: "process.env",
        prefixes,
    }
}

const fn exported(path: &'static [&'static str], form: Form) -> ConstantsAt {
    ConstantsAt {
        place: Place::Export(path),
        prefix: "",
        form,
    }
}

/// `new DefinePlugin({ NAME: 'code' })` of webpack and Rspack.
const DEFINE_PLUGIN: ConstantsAt = ConstantsAt {
    place: Place::Plugin("DefinePlugin"),
    prefix: "",
    form: Form::Code,
};

/// `new EnvironmentPlugin({ NAME: 'default' })`.
const ENVIRONMENT_PLUGIN: ConstantsAt = ConstantsAt {
    place: Place::Plugin("EnvironmentPlugin"),
    prefix: "process.env.",
    form: Form::Defaults,
};

/// <https://nextjs.org/docs/app/api-reference/config/next-config-js/env>
const NEXT_ENV: ConstantsAt = ConstantsAt {
    place: Place::Export(&["env"]),
    prefix: "process.env.",
    form: Form::Values,
};

const WEBPACK_CONSTANTS: &[ConstantsAt] = &[DEFINE_PLUGIN, ENVIRONMENT_PLUGIN];

/// Every tool; of several in one folder, the first counts. A framework stands before the bundler
/// that it uses.
pub const TOOLS: &[Tool] = &[
    // <https://nextjs.org/docs/app/guides/environment-variables>
    Tool {
        name: "Next.js",
        configs: &["next.config"],
        packages: &["next"],
        files: FileOrder::Node,
        old_dotenv: false,
        exposed: &[process(&["NEXT_PUBLIC_"])],
        options: NO_OPTIONS,
        loads_first: true,
        readers: None,
        constants: &[NEXT_ENV, DEFINE_PLUGIN, ENVIRONMENT_PLUGIN],
    },
    // Names reach the browser by `runtimeConfig` only.
    Tool {
        name: "Nuxt",
        configs: &["nuxt.config"],
        packages: &["nuxt"],
        files: FileOrder::One,
        old_dotenv: false,
        exposed: &[],
        options: NO_OPTIONS,
        loads_first: true,
        readers: None,
        constants: &[exported(&["vite", "define"], Form::CodeOrData)],
    },
    // <https://docs.astro.build/en/guides/environment-variables/>
    Tool {
        name: "Astro",
        configs: &["astro.config"],
        packages: &["astro"],
        files: FileOrder::Vite,
        old_dotenv: false,
        exposed: &[meta(&["PUBLIC_"])],
        options: Options {
            root: &["root"],
            folder: &["vite", "envDir"],
            prefixes: &["vite", "envPrefix"],
        },
        loads_first: false,
        readers: None,
        constants: &[exported(&["vite", "define"], Form::CodeOrData)],
    },
    // <https://rsbuild.rs/guide/advanced/env-vars>
    Tool {
        name: "Rsbuild",
        configs: &["rsbuild.config"],
        packages: &["@rsbuild/core"],
        files: FileOrder::Vite,
        old_dotenv: false,
        exposed: &[meta(&["PUBLIC_"]), process(&["PUBLIC_"])],
        options: Options {
            root: &["root"],
            folder: &[],
            prefixes: &[],
        },
        loads_first: true,
        readers: None,
        constants: &[exported(&["source", "define"], Form::Code), DEFINE_PLUGIN],
    },
    // <https://vite.dev/guide/env-and-mode>, <https://vite.dev/config/shared-options#define>
    Tool {
        name: "Vite",
        configs: &["vite.config"],
        packages: &["vite"],
        files: FileOrder::Vite,
        old_dotenv: false,
        exposed: &[meta(&["VITE_"])],
        options: Options {
            root: &["root"],
            folder: &["envDir"],
            prefixes: &["envPrefix"],
        },
        loads_first: false,
        readers: None,
        constants: &[exported(&["define"], Form::CodeOrData)],
    },
    // <https://cli.vuejs.org/guide/mode-and-env.html>
    Tool {
        name: "Vue CLI",
        configs: &["vue.config"],
        packages: &["@vue/cli-service"],
        files: FileOrder::EachLikeVite,
        old_dotenv: true,
        exposed: &[process(&["VUE_APP_"])],
        options: NO_OPTIONS,
        loads_first: true,
        readers: None,
        constants: WEBPACK_CONSTANTS,
    },
    // <https://create-react-app.dev/docs/adding-custom-environment-variables/>
    Tool {
        name: "Create React App",
        configs: &["craco.config"],
        packages: &["react-scripts"],
        files: FileOrder::Node,
        old_dotenv: true,
        exposed: &[process(&["REACT_APP_"])],
        options: NO_OPTIONS,
        loads_first: true,
        readers: None,
        constants: WEBPACK_CONSTANTS,
    },
    // <https://www.gatsbyjs.com/docs/how-to/local-development/environment-variables/>
    Tool {
        name: "Gatsby",
        configs: &["gatsby-config"],
        packages: &["gatsby"],
        files: FileOrder::OfMode,
        old_dotenv: false,
        exposed: &[process(&["GATSBY_"])],
        options: NO_OPTIONS,
        loads_first: false,
        readers: None,
        constants: &[],
    },
    // <https://rspack.rs/plugins/webpack/define-plugin>
    Tool {
        name: "Rspack",
        configs: &["rspack.config"],
        packages: &["@rspack/core"],
        files: FileOrder::One,
        old_dotenv: false,
        exposed: &[process(&[""])],
        options: NO_OPTIONS,
        loads_first: true,
        readers: Some(DOTENV),
        constants: WEBPACK_CONSTANTS,
    },
    // It reads no `.env` files itself; whoever has some loads them with a plugin.
    // <https://webpack.js.org/plugins/define-plugin/>
    Tool {
        name: "webpack",
        configs: &[
            "webpack.config",
            "webpack.config.prod",
            "webpack.config.production",
            "webpack.prod",
            "webpack.production",
        ],
        packages: &["webpack"],
        files: FileOrder::One,
        old_dotenv: false,
        exposed: &[process(&[""])],
        options: NO_OPTIONS,
        loads_first: true,
        readers: Some(DOTENV),
        constants: WEBPACK_CONSTANTS,
    },
    // <https://parceljs.org/features/node-emulation/#environment-variables>
    Tool {
        name: "Parcel",
        configs: &[],
        packages: &["parcel"],
        files: FileOrder::Parcel,
        old_dotenv: false,
        exposed: &[process(&[""])],
        options: NO_OPTIONS,
        loads_first: false,
        readers: None,
        constants: &[],
    },
];

/// Prefixes of names that tools hand to browser code, where the tool is not known: those above,
/// and of Expo and Angular's.
const PUBLIC: &[&str] = &[
    "VITE_",
    "REACT_APP_",
    "NEXT_PUBLIC_",
    "VUE_APP_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "GATSBY_",
    "EXPO_PUBLIC_",
    "NG_APP_",
];

/// What is taken for granted of a folder with `.env` files and no tool that is known.
pub const PLAIN: Tool = Tool {
    name: "",
    configs: &[],
    packages: &[],
    files: FileOrder::Node,
    old_dotenv: false,
    exposed: &[meta(PUBLIC), process(&[""])],
    options: NO_OPTIONS,
    loads_first: true,
    readers: None,
    constants: &[],
};

impl Tool {
    /// The tool whose configuration a file is, by its name.
    pub fn of_config(name: &str) -> Option<&'static Tool> {
        let (stem, end) = name.rsplit_once('.')?;
        let is_script = matches!(end, "js" | "ts" | "mjs" | "mts" | "cjs" | "cts");
        let mut tools = TOOLS.iter().filter(|_| is_script);
        tools.find(|tool| tool.configs.contains(&stem))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::discover::classify;
    use std::path::Path;

    #[test]
    fn configurations_are_no_browser_code_and_of_one_tool() {
        for tool in TOOLS {
            for stem in tool.configs {
                for end in ["js", "ts", "mjs", "cjs"] {
                    let name = format!("{stem}.{end}");
                    assert!(classify(Path::new(&name)).is_some(), "{name}");
                    assert_eq!(Tool::of_config(&name).map(|t| t.name), Some(tool.name));
                }
            }
        }
        for other in [
            "vite.config",
            "vite.config.json",
            "src.ts",
            "vite.ts",
            "app.config.ts",
        ] {
            assert!(Tool::of_config(other).is_none(), "{other}");
        }
    }
}
