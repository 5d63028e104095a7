//! What the settings that a library is given hold.

use super::super::Evaluator;
use super::super::known::{FileId, JsValue, Known, Possible};
use super::super::reach::Use;
use super::table::Requester;
use super::{Client, Made};
use crate::value::{Charset, Hole, HoleKind, Pattern};
use std::rc::Rc;

impl Evaluator<'_> {
    /// The settings that a client is made with: of a function, its results.
    pub(super) fn made_settings(&mut self, arguments: &[Known]) -> Known {
        let Some(first) = arguments.first() else {
            return Known::undefined();
        };
        first.map(|possible| match &possible.value {
            value @ JsValue::Function(..) => {
                self.call_value(value, &[Known::unknown("settings")], None)
            }
            _ => possible.clone().into(),
        })
    }

    /// A setting of one request. Settings of which nothing is known are taken to say nothing of
    /// the base: they rarely do, and else no URL below a wrapper's options would be known.
    pub(in crate::resolve) fn setting(&mut self, settings: &Known, name: &str) -> Known {
        let is_hole = |p: &Possible| matches!(p.value, JsValue::Hole(_));
        let mut out = Known::default();
        for possible in settings.possible().iter().filter(|p| !is_hole(p)) {
            out.extend(self.seen_setting(possible, name));
        }
        or_undefined(out)
    }

    /// A setting that a client is made with. What is not known is a hole.
    pub(super) fn made_setting(&mut self, settings: &Known, name: &str) -> Known {
        let mut out = Known::default();
        for possible in settings.possible() {
            match &possible.value {
                JsValue::Hole(_) => out.extend(self.property(&possible.value, name)),
                JsValue::Undefined | JsValue::Null => out.extend(Known::undefined()),
                JsValue::Object(object) => {
                    let own = self.own_object_property(object, name).unwrap_or_default();
                    let seen = self.seen_setting(possible, name);
                    let unknown = |p: &&Possible| is_unknown(&p.value, name);
                    // Such as `...options`: that nothing is given is one of what it can be.
                    let is_open = own.possible().iter().any(|p| unknown(&p));
                    let absent = |p: &&Possible| matches!(p.value, JsValue::Undefined);
                    for given in seen.possible().iter().filter(|p| !(is_open && absent(p))) {
                        out.push(given.clone());
                    }
                    let open = own.possible().iter().filter(unknown);
                    open.for_each(|p| out.push(p.clone()));
                }
                _ => out.extend(self.seen_setting(possible, name)),
            }
        }
        or_undefined(out)
    }

    /// A property of an object that a library is given. What the library could do to the object
    /// does not count.
    fn seen_setting(&mut self, settings: &Possible, name: &str) -> Known {
        let known: Known = settings.clone().into();
        let known = known.map(|p| self.property(&p.value, name));
        let mut out = Known::default();
        for possible in known
            .possible()
            .iter()
            .filter(|p| !is_unknown(&p.value, name))
        {
            out.push(possible.clone());
        }
        or_undefined(out)
    }

    /// The base of a request: what its own settings say, else what its client's say then.
    pub(super) fn base(
        &mut self,
        (file, place): (FileId, Use),
        client: &Rc<Client>,
        own: Option<&Known>,
        name: &str,
    ) -> Known {
        let own = own.map_or_else(Known::undefined, |own| self.setting(own, name));
        or_else(own, || self.client_base(client, name, Some((file, place))))
    }

    /// The base that a client has at a place; at any, if none is given.
    pub(super) fn client_base(
        &mut self,
        client: &Rc<Client>,
        name: &str,
        at: Option<(FileId, Use)>,
    ) -> Known {
        // The settings may ask for the client itself.
        let requester: *const Requester = client.requester;
        let key = (
            FileId::MAX,
            format!("{requester:p} {:?} {name}", client.made),
        );
        if !self.exporting.insert(key.clone()) {
            self.tainted = true;
            return Known::unknown(name);
        }
        let made = match &client.settings {
            Some(settings) => self.made_setting(settings, name),
            None => Known::undefined(),
        };
        let made = or_else(made, || match &client.parent {
            Some(parent) => self.client_base(parent, name, self.place_of(client)),
            None => Known::undefined(),
        });
        let known = match client.requester.defaults {
            Some(_) => self.with_default_writes(client, name, made, at),
            None => made,
        };
        self.exporting.remove(&key);
        known
    }

    /// Where a client is made.
    fn place_of(&self, client: &Client) -> Option<(FileId, Use)> {
        let Made::At(file, id) = client.made else {
            return None;
        };
        let node = self.facts(file).node(id);
        let place = Use {
            at: node.span.start,
            block: node.block,
        };
        Some((file, place))
    }

    /// A URL with the query that settings add.
    pub(super) fn with_query(
        &mut self,
        requester: &Requester,
        settings: &Known,
        url: Known,
    ) -> Known {
        let given = requester.queries.iter().find(|name| {
            let known = self.setting(settings, name);
            known
                .possible()
                .iter()
                .any(|p| p.value.truthy() != Some(false))
        });
        let Some(name) = given else { return url };
        url.map(|possible| {
            let value = match &possible.value {
                JsValue::Undefined | JsValue::Request(_) => return possible.clone().into(),
                value => with_unknown_query(&value.to_pattern(), name),
            };
            possible.with(JsValue::Text(value)).into()
        })
    }
}

/// `url?{params}`.
fn with_unknown_query(url: &Pattern, name: &str) -> Pattern {
    let mut out = url.clone();
    let has_query = url.parts().iter().any(|part| match part {
        crate::value::Part::Text(text) => text.contains('?'),
        crate::value::Part::Hole(_) => false,
    });
    out.push_text(if has_query { "&" } else { "?" });
    out.push_hole(Hole::unknown(name).with_charset(Charset::Query));
    out
}

/// What is known, and where that may be undefined, something else.
pub(super) fn or_else(known: Known, other: impl FnOnce() -> Known) -> Known {
    let is_given = |p: &&Possible| !matches!(p.value, JsValue::Undefined);
    let all = known.possible();
    if all.iter().all(|p| is_given(&p)) && !all.is_empty() {
        return known;
    }
    let mut out = Known::default();
    all.iter()
        .filter(is_given)
        .for_each(|p| out.push(p.clone()));
    out.extend(other());
    out
}

fn or_undefined(known: Known) -> Known {
    match known.possible() {
        [] => Known::undefined(),
        _ => known,
    }
}

/// A property of which only its name is known.
fn is_unknown(value: &JsValue, name: &str) -> bool {
    match value {
        JsValue::Hole(hole) => matches!(&hole.kind, HoleKind::Unknown { why } if why == name),
        _ => false,
    }
}
