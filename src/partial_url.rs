//! stub
use crate::value::*;
/// join
pub fn join(reference: &Pattern, base: &Pattern) -> Pattern {
    if let (Some(r), Some(b)) = (reference.as_text(), base.as_text()) {
        if let Some(u) = url::Url::parse(b).ok().and_then(|b| b.join(r).ok()) { return Pattern::text(u.as_str()); }
    }
    Pattern::hole(Hole::unknown("join"))
}
