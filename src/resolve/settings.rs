//! What the build and the page fix before the program runs.

use crate::sink::Api;
use std::collections::BTreeMap;

/// Settings of an analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// `--define` and the config's `define`: name → replacement. A replacement that is JSON
    /// (`"text"`, `true`, `8080`) is that value, anything else is text.
    pub defines: BTreeMap<String, String>,
    /// What the tools that build the sources put in the place of names, by their whole names.
    pub constants: BTreeMap<String, Constant>,
    /// `import.meta.env.MODE`; `process.env.NODE_ENV`, if it is one of the three usual ones.
    pub mode: String,
    /// Whether the page is on this machine (`localhost`), as a development server's is.
    pub page_is_local: bool,
    /// Functions that are said to make requests.
    pub clients: Vec<DeclaredClient>,
}

/// A function that is said to make requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredClient {
    /// Spellings (`api.get`, `*.get`); below what is imported, if `import` is there. None: any.
    pub callees: Option<Vec<String>>,
    /// The specifier that it is imported from.
    pub import: Option<String>,
    /// Which argument is the URL.
    pub url_argument: usize,
    /// What the URL is below.
    pub base: Option<String>,
    /// The API that it uses in the end.
    pub api: Api,
}

impl DeclaredClient {
    /// The paths of `api.{get,post}`.
    pub fn paths(callee: &str) -> Vec<String> {
        let braces = callee.split_once('{');
        let Some((before, (inside, after))) =
            braces.and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        else {
            return vec![callee.to_owned()];
        };
        let one = |name: &str| Self::paths(&format!("{before}{}{after}", name.trim()));
        inside.split(',').flat_map(one).collect()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            defines: BTreeMap::new(),
            constants: BTreeMap::new(),
            mode: "production".into(),
            page_is_local: false,
            clients: Vec::new(),
        }
    }
}

/// A value that a build fixes.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Fixed {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Undefined,
}

/// How many values a constant keeps.
const MAX_VALUES: usize = 4;

/// What a tool puts in the place of a name, as far as that is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Constant {
    values: Vec<Fixed>,
    is_open: bool,
}

impl Constant {
    /// This value and no other.
    pub fn of(value: Fixed) -> Self {
        Constant {
            values: vec![value],
            is_open: false,
        }
    }

    /// It is not known what.
    pub fn open() -> Self {
        Constant {
            values: Vec::new(),
            is_open: true,
        }
    }

    /// What it can be, besides anything if it is open.
    pub fn values(&self) -> &[Fixed] {
        &self.values
    }

    /// Whether it can be something that is not known.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Either of both.
    pub fn or(mut self, other: Constant) -> Self {
        for value in other.values {
            if !self.values.contains(&value) {
                self.values.push(value);
            }
        }
        self.is_open |= other.is_open;
        match self.values.len() > MAX_VALUES {
            true => Self::open(),
            false => self,
        }
    }
}

impl Settings {
    /// What a name is defined as: `process.env.X`, `import.meta.env.X`, `__X__`.
    pub(super) fn defined(&self, name: &str) -> Option<Constant> {
        if let Some(by_hand) = self.defined_by_hand(name) {
            return Some(by_hand);
        }
        let standard = || self.standard(name).map(Constant::of);
        match self.constants.get(name) {
            Some(constant) if constant.is_open => standard().or_else(|| Some(constant.clone())),
            Some(constant) => Some(constant.clone()),
            None => standard(),
        }
    }

    /// What the user says of a name. An entry for the last part alone (`X`) covers both
    /// environments.
    pub(super) fn defined_by_hand(&self, name: &str) -> Option<Constant> {
        let short = name
            .strip_prefix("process.env.")
            .or_else(|| name.strip_prefix("import.meta.env."));
        let value = self
            .defines
            .get(name)
            .or_else(|| short.and_then(|short| self.defines.get(short)));
        value.map(|value| Constant::of(parsed(value)))
    }

    fn standard(&self, name: &str) -> Option<Fixed> {
        // Modes of one's own (`staging`) are built for production, as Vite does.
        let production = !matches!(self.mode.as_str(), "development" | "test");
        match name {
            "import.meta.env.MODE" => Some(Fixed::Text(self.mode.clone())),
            "process.env.NODE_ENV" if production => Some(Fixed::Text("production".into())),
            "process.env.NODE_ENV" => Some(Fixed::Text(self.mode.clone())),
            "import.meta.env.PROD" => Some(Fixed::Bool(production)),
            "import.meta.env.DEV" | "__DEV__" => Some(Fixed::Bool(!production)),
            "import.meta.env.SSR" => Some(Fixed::Bool(false)),
            "import.meta.hot" | "module.hot" if production => Some(Fixed::Undefined),
            // Set by test runners only.
            "process.env.VITEST"
            | "import.meta.env.VITEST"
            | "import.meta.vitest"
            | "process.env.JEST_WORKER_ID" => Some(Fixed::Undefined),
            "import.meta.client" | "process.client" | "process.browser" => Some(Fixed::Bool(true)),
            "import.meta.server" | "process.server" => Some(Fixed::Bool(false)),
            "import.meta.dev" | "process.dev" => Some(Fixed::Bool(!production)),
            _ => None,
        }
    }
}

fn parsed(value: &str) -> Fixed {
    match serde_json::from_str(value) {
        Ok(serde_json::Value::String(text)) => Fixed::Text(text),
        Ok(serde_json::Value::Bool(b)) => Fixed::Bool(b),
        Ok(serde_json::Value::Null) => Fixed::Null,
        Ok(serde_json::Value::Number(n)) => n.as_f64().map_or(Fixed::Undefined, Fixed::Number),
        _ if value == "undefined" => Fixed::Undefined,
        _ => Fixed::Text(value.to_owned()),
    }
}
