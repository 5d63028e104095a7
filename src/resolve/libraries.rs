//! HTTP clients of libraries, and the instances that programs make of them: `axios.create({
//! baseURL })`. A row per library; each counts only where it is imported from its package.

use super::Evaluator;
use super::clients::below;
use super::known::{Env, FileId, JsValue, Known, Possible};
use crate::js::facts::*;
use crate::sink::Api;
use crate::value::HoleKind;
use std::rc::Rc;

/// A library.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Library {
    /// The package that it is imported from.
    package: &'static str,
    /// What of it is a client.
    exports: &'static [&'static str],
    /// The settings that hold the base of its URLs.
    bases: &'static [&'static str],
    /// Its methods that make another client.
    makers: &'static [&'static str],
    /// What it requests with.
    pub(super) api: Api,
}

/// Every library. Sources: the documentation of each package.
const LIBRARIES: &[Library] = &[
    Library {
        package: "axios",
        exports: &["default", "*", "axios"],
        bases: &["baseURL"],
        makers: &["create"],
        api: Api::XmlHttpRequest,
    },
    Library {
        package: "ky",
        exports: &["default"],
        bases: &["prefixUrl", "prefix"],
        makers: &["create", "extend"],
        api: Api::Fetch,
    },
    Library {
        package: "ofetch",
        exports: &["ofetch", "$fetch"],
        bases: &["baseURL"],
        makers: &["create"],
        api: Api::Fetch,
    },
];

/// A client: the library itself, or an instance.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) library: &'static Library,
    /// The base of its URLs; undefined if it has none.
    base: Known,
}

/// Methods that request, and which argument holds the settings of the one request.
const METHODS: &[(&str, usize)] = &[
    ("get", 1),
    ("delete", 1),
    ("head", 1),
    ("options", 1),
    ("post", 2),
    ("put", 2),
    ("patch", 2),
    ("postForm", 2),
    ("putForm", 2),
    ("patchForm", 2),
    ("request", 1),
];

/// Whether a method of this name may request.
pub(super) fn is_method(name: &str) -> bool {
    METHODS.iter().any(|(method, _)| *method == name)
}

/// Whether a module is one of the libraries.
pub(super) fn is_library(specifier: &str) -> bool {
    LIBRARIES.iter().any(|library| library.package == specifier)
}

impl Evaluator<'_> {
    /// The client that a package exports by a name.
    pub(super) fn library_export(&mut self, specifier: &str, name: &str) -> Option<Known> {
        let library = LIBRARIES.iter().find(|l| l.package == specifier)?;
        if !library.exports.contains(&name) {
            return None;
        }
        let base = self.default_base(library);
        Some(JsValue::Client(Rc::new(Client { library, base })).into())
    }

    /// `axios.defaults.baseURL = …`, wherever the program says it.
    fn default_base(&mut self, library: &'static Library) -> Known {
        let mut out = Known::default();
        // The value may ask for the library itself.
        let key = (FileId::MAX, library.package.to_owned());
        if self.exporting.insert(key.clone()) {
            for &(file, write) in self.program.default_bases(library.package) {
                out.extend(self.written(file, &None, write));
            }
            self.exporting.remove(&key);
        }
        match out.possible() {
            [] => Known::undefined(),
            _ => out,
        }
    }

    /// What a method of a client gives: another client, or a response.
    pub(super) fn client_method(
        &mut self,
        client: &Rc<Client>,
        method: &str,
        arguments: &[Known],
    ) -> Known {
        if !client.library.makers.contains(&method) {
            return Known::unknown(format!("{method}()"));
        }
        let base = arguments
            .first()
            .and_then(|config| self.base_of(client.library, config));
        let made = Client {
            library: client.library,
            base: base.unwrap_or_else(|| client.base.clone()),
        };
        JsValue::Client(Rc::new(made)).into()
    }

    /// The base that settings give, if they give one.
    fn base_of(&mut self, library: &Library, config: &Known) -> Option<Known> {
        let is_object = |p: &Possible| !matches!(p.value, JsValue::Undefined | JsValue::Hole(_));
        if !config.possible().iter().any(is_object) {
            return None;
        }
        library.bases.iter().find_map(|name| {
            let base = self.setting(config, name);
            let given = |p: &Possible| !matches!(p.value, JsValue::Undefined);
            base.possible().iter().any(given).then_some(base)
        })
    }

    /// A setting of an object that a library is given. What the library could do to the object
    /// does not count.
    pub(super) fn setting(&mut self, config: &Known, name: &str) -> Known {
        let mut out = Known::default();
        for possible in config.map(|p| self.property(&p.value, name)).possible() {
            let by_library = match &possible.value {
                JsValue::Hole(hole) => {
                    hole.kind
                        == HoleKind::Unknown {
                            why: name.to_owned(),
                        }
                }
                _ => false,
            };
            if !by_library {
                out.push(possible.clone());
            }
        }
        match out.possible() {
            [] => Known::undefined(),
            _ => out,
        }
    }

    /// The URL of a request. `method` is none where the client itself is called.
    pub(super) fn client_request(
        &mut self,
        (file, env): (FileId, &Env),
        client: &Client,
        method: Option<&str>,
        arguments: &[Argument],
    ) -> Option<Known> {
        let (given, spread_at) = self.arguments(file, env, arguments);
        if spread_at == Some(0) {
            return Some(Known::unknown("one of spread arguments"));
        }
        let first = given.first()?;
        let is_settings =
            |p: &Possible| matches!(p.value, JsValue::Object(_) | JsValue::Merged { .. });
        let settings_first = first.possible().iter().any(is_settings);
        let (url, config) = match settings_first {
            true => (self.setting(first, "url"), Some(first)),
            false => {
                let found = METHODS.iter().find(|(name, _)| Some(*name) == method);
                let index = found.map_or(1, |(_, index)| *index);
                (first.clone(), given.get(index))
            }
        };
        let own = config.and_then(|config| self.base_of(client.library, config));
        let base = own.unwrap_or_else(|| client.base.clone());
        Some(joined(&base, &url))
    }
}

/// Every URL below every base.
fn joined(base: &Known, url: &Known) -> Known {
    base.map(|base| match &base.value {
        JsValue::Undefined | JsValue::Null => url.clone(),
        JsValue::Text(text) if text.is_empty() => url.clone(),
        value => {
            let base = value.to_pattern();
            url.map(|url| match &url.value {
                JsValue::Undefined => JsValue::Text(base.clone()).into(),
                url => below(&base, &url.to_pattern()),
            })
        }
    })
}
