//! The policy that the module nuxt-security makes of its options.
//!
//! <https://nuxt-security.vercel.app/headers/csp>, <https://github.com/Baroshem/nuxt-security>
//! (version 2.5): what the project says of a directive takes the place of the module's default;
//! rules for routes are put over that, the most particular one first. Only pages that are rendered
//! have the header (or, prerendered, a `<meta>`).

use crate::policies::script::{Object, Value, directive_name, written_directives};
use crate::policies::{ElementStyle, Written};

/// The policy by default.
const DEFAULTS: [(&str, &str); 10] = [
    ("base-uri", "'none'"),
    ("font-src", "'self' https: data:"),
    ("form-action", "'self'"),
    ("frame-ancestors", "'self'"),
    ("img-src", "'self' data:"),
    ("object-src", "'none'"),
    ("script-src-attr", "'none'"),
    ("style-src", "'self' https: 'unsafe-inline'"),
    (
        "script-src",
        "'self' https: 'unsafe-inline' 'strict-dynamic' 'nonce-nuxt'",
    ),
    ("upgrade-insecure-requests", ""),
];

/// With `strict: true`.
const STRICT: [(&str, &str); 16] = [
    ("base-uri", "'none'"),
    ("default-src", "'none'"),
    ("connect-src", "'self'"),
    ("font-src", "'self'"),
    ("form-action", "'self'"),
    ("frame-ancestors", "'self'"),
    ("frame-src", "'self'"),
    ("img-src", "'self'"),
    ("manifest-src", "'self'"),
    ("media-src", "'self'"),
    ("object-src", "'none'"),
    ("script-src-attr", "'none'"),
    ("style-src", "'self' 'nonce-nuxt'"),
    ("script-src", "'self' 'strict-dynamic' 'nonce-nuxt'"),
    ("upgrade-insecure-requests", ""),
    ("worker-src", "'self'"),
];

/// What one place of the configuration says of the policy.
#[derive(Debug, Clone)]
pub(super) enum Layer {
    /// Nothing.
    Nothing,
    /// There is none.
    Off,
    /// These directives.
    Directives(Object),
    /// This text.
    Text(Value),
    /// Something that is not known.
    Unknown(Value),
    /// What the module has by itself; it is not known which if `strict` is not known.
    Defaults {
        /// `strict: true`.
        strict: Option<bool>,
    },
}

impl Layer {
    /// What `security` (of the configuration, or of a rule) says.
    pub(super) fn of_security(security: &Value) -> Layer {
        if is_off(&security.property("enabled")) || is_off(&security.property("headers")) {
            return Layer::Off;
        }
        let headers = security.property("headers");
        if matches!(headers, Value::Hole(_)) {
            return Layer::Unknown(headers);
        }
        Layer::of_policy(&headers.property("contentSecurityPolicy"))
    }

    /// What a value of a policy is. One that some builds have is taken to be there.
    pub(super) fn of_policy(value: &Value) -> Layer {
        match super::present(value) {
            Value::Undefined | Value::Null => Layer::Nothing,
            Value::Object(object) => Layer::Directives(object.clone()),
            text @ Value::Text(_) if text.known_text().as_deref() != Some("") => {
                Layer::Text(text.clone())
            }
            Value::Hole(_) => Layer::Unknown(value.clone()),
            _ => Layer::Off,
        }
    }
}

fn is_off(value: &Value) -> bool {
    matches!(value, Value::Bool(false))
}

/// The policy of layers, the strongest first; nothing if there is none.
pub(super) fn policy(layers: &[Layer]) -> Option<Written> {
    let mut written = Written::default();
    let mut known: Vec<String> = Vec::new();
    for layer in layers {
        match layer {
            Layer::Nothing => {}
            Layer::Off => break,
            Layer::Directives(object) => {
                let mut own = object.clone();
                own.entries.retain(|(name, value)| {
                    !matches!(value, Value::Undefined | Value::Null) && !known.contains(name)
                });
                add(&mut written, written_directives(&own, ElementStyle::Quoted));
                known.extend(own.entries.iter().map(|(name, _)| directive_name(name)));
                // It may have any of the directives that follow.
                if own.open.is_some() {
                    break;
                }
            }
            Layer::Text(text) => {
                let text = text.written();
                for directive in text.text().split(';') {
                    let name = directive.split_whitespace().next();
                    known.extend(name.map(str::to_ascii_lowercase));
                }
                let is_open = !text.holes().is_empty();
                add(&mut written, text);
                if is_open {
                    break;
                }
            }
            Layer::Unknown(value) => {
                add(&mut written, value.written());
                break;
            }
            Layer::Defaults { strict } => {
                let defaults: &[(&str, &str)] = match strict {
                    Some(true) => &STRICT,
                    _ => &DEFAULTS,
                };
                for (name, value) in defaults {
                    if !known.iter().any(|own| own == name) {
                        let text = format!("{name} {value}");
                        add(&mut written, Written::nowhere(text.trim_end()));
                    }
                }
                if strict.is_none() {
                    let mut hole = Written::default();
                    hole.hole("security.strict", None);
                    add(&mut written, hole);
                }
            }
        }
    }
    (!written.text().is_empty()).then_some(written)
}

fn add(written: &mut Written, more: Written) {
    if more.text().is_empty() {
        return;
    }
    if !written.text().is_empty() {
        written.made("; ");
    }
    written.append(more);
}
