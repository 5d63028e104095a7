//! Under which conditions code of a function runs: those of the build and the settings, or those
//! of the request at hand.

use crate::js::facts::*;
use crate::policies::script::Script;

/// Whether code runs when the function around it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Runs {
    /// It does.
    Always,
    /// That depends on how the program is built or set up: where it does not, no policy is sent.
    BySettings,
    /// For the requests that others are taken out of: `if (isEmbed(req)) return next();`.
    ForOthers,
    /// For some requests.
    ForSome,
    /// It does not.
    Never,
}

/// Words of tests that are about the build or the settings, not about a request.
const SETTINGS: [&str; 17] = [
    "env",
    "prod",
    "dev",
    "config",
    "csp",
    "option",
    "opts",
    "setting",
    "enable",
    "disable",
    "feature",
    "flag",
    "helmet",
    "policy",
    "policies",
    "securityheaders",
    "contentsecurity",
];

/// Words of tests that are about a request, whatever else is in them.
const REQUESTS: [&str; 15] = [
    "req", "res", "request", "response", "ctx", "context", "event", "path", "pathname", "url",
    "route", "method", "details", "host", "hostname",
];

/// Words that say that the response is a page, or has not gone.
const PAGES: [&str; 5] = [
    "text/html",
    "ishtml",
    "is_html",
    "accepts('html",
    "headerssent",
];

/// Whether code at an offset in a block runs, from its function on.
pub(super) fn runs(script: &mut Script, block: BlockId, start: u32) -> Runs {
    let facts = script.facts();
    let mut out = Runs::Always;
    let mut next = Some(block);
    while let Some(id) = next {
        let block = facts.block(id);
        let left = block.after.iter().filter(|(from, _)| start >= *from);
        for condition in left.map(|(_, condition)| condition).chain(&block.condition) {
            out = out.max(holds(script, condition));
        }
        match (block.kind, block.condition) {
            (BlockKind::Function(_), _) => return out,
            // A case of a `switch`, what handles an error.
            (BlockKind::Branch, None) if !block.is_caught => out = out.max(Runs::ForSome),
            _ => {}
        }
        next = block.parent;
    }
    out
}

fn holds(script: &mut Script, condition: &Condition) -> Runs {
    let wanted = match condition.holds {
        Expected::Truthy => true,
        Expected::Falsy => false,
        Expected::Nullish => return Runs::BySettings,
    };
    if let Some(truthy) = script.truthy(condition.test) {
        return match truthy == wanted {
            true => Runs::Always,
            false => Runs::Never,
        };
    }
    let facts = script.facts();
    let (mut test, mut wanted) = (condition.test, wanted);
    while let Expr::Unary {
        op: Unary::Not,
        argument,
    } = facts.node(test).expr
    {
        (test, wanted) = (argument, !wanted);
    }
    let text = script.text_at(test).to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut tokens = text.split(|c: char| !c.is_ascii_alphanumeric());
    let of_request = tokens.any(|token| REQUESTS.contains(&token));
    match has(&PAGES) || (has(&SETTINGS) && !of_request) {
        true => Runs::BySettings,
        false if wanted => Runs::ForSome,
        false => Runs::ForOthers,
    }
}
