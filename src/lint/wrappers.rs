//! Calls that were not seen through → what to declare: grouped by what is called, with the lines
//! for the configuration.

use super::source::Source;
use crate::endpoint::Place;
use crate::opaque::{Evidence, OpaqueCall, Reason};
use crate::results::WrapperRow;
use crate::sink::Api;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Any receiver, in a `callee`.
const ANY: &str = "*";
/// How many calls it takes if one does not say enough.
const ENOUGH: usize = 2;

/// What one `[[client]]` can declare.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    import: Option<&'a str>,
    receiver: &'a str,
    /// Functions are declared one by one, methods of one receiver together.
    function: Option<&'a str>,
    argument: u8,
    api: &'static str,
}

#[derive(Default)]
struct Group<'a> {
    names: BTreeSet<&'a str>,
    calls: Vec<&'a OpaqueCall>,
}

/// What to declare, most calls first.
pub(super) fn of(sources: &[Source]) -> Vec<WrapperRow> {
    let all: Vec<&OpaqueCall> = sources.iter().flat_map(|s| s.facts.opaque.iter()).collect();
    let receivers = receivers(&all);
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for call in all {
        let called = &call.called;
        let is_by_name = called.is_distinctive
            && receivers
                .get(called.name.as_str())
                .is_some_and(|all| all.len() > 1);
        let receiver = match is_by_name && !called.receiver.is_empty() {
            true => ANY,
            false => called.receiver.as_str(),
        };
        let is_function = called.import.is_none() && receiver.is_empty();
        let key = Key {
            import: called.import.as_deref(),
            receiver,
            function: is_function.then_some(called.name.as_str()),
            argument: called.argument,
            api: call.wrapper.as_ref().map_or(Api::Fetch, |w| w.api).name(),
        };
        let group = groups.entry(key).or_default();
        group.names.insert(&called.name);
        group.calls.push(call);
    }
    let by_file: HashMap<&str, &Source> = sources
        .iter()
        .map(|source| (source.facts.file.as_ref(), source))
        .collect();
    let rows = groups.iter().filter(|(key, group)| group.says_enough(key));
    let mut rows: Vec<_> = rows
        .filter_map(|(key, group)| row(key, group, &by_file))
        .collect();
    rows.sort_by_key(|row| Reverse(row.calls));
    rows
}

/// The receivers of each method that its name alone can tell.
fn receivers<'a>(all: &[&'a OpaqueCall]) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for called in all.iter().map(|call| &call.called) {
        if called.is_distinctive && !called.receiver.is_empty() {
            let receivers = out.entry(&called.name).or_default();
            receivers.insert(&called.receiver);
        }
    }
    out
}

impl Group<'_> {
    fn says_enough(&self, key: &Key) -> bool {
        let is_spelled = !key.receiver.contains('…');
        let evidence = self.calls.iter().map(|call| call.called.evidence).max();
        is_spelled
            && match evidence {
                Some(Evidence::Client) => true,
                Some(Evidence::Text) => self.calls.len() >= ENOUGH,
                Some(Evidence::Name) | None => false,
            }
    }

    /// The base that the function puts before its argument, if all say the same.
    fn base(&self) -> Option<&str> {
        let mut bases = self
            .calls
            .iter()
            .map(|call| call.wrapper.as_ref()?.base.as_deref());
        let first = bases.next()??;
        bases.all(|base| base == Some(first)).then_some(first)
    }
}

fn row(key: &Key, group: &Group, by_file: &HashMap<&str, &Source>) -> Option<WrapperRow> {
    let locate = |place: &Place| {
        let source = by_file.get(place.file.as_ref())?;
        Some(source.location(place.span))
    };
    let wrapper = group.calls.iter().find_map(|call| call.wrapper.as_ref());
    let first = group.calls.first()?;
    let place = wrapper.map_or(&first.place, |wrapper| &wrapper.place);
    let location = locate(place)?;
    let callee = callee(key, &group.names);
    let reason = group.calls.iter().map(|call| call.called.reason).min()?;
    Some(WrapperRow {
        config: config(key, callee.as_deref(), group.base()),
        callee,
        import: key.import.map(str::to_owned),
        url_argument: key.argument,
        calls: group.calls.len(),
        file: location.file,
        line: location.line,
        column: location.column,
        reason: told(reason).to_owned(),
    })
}

fn told(reason: Reason) -> &'static str {
    match reason {
        Reason::Wrapper => "it passes a URL on, and what it puts before that is not known",
        Reason::Named => {
            "a function of this name passes a URL on; what it is called on is not known"
        }
        Reason::Import => "what is imported from there is not followed",
        Reason::Receiver => "what it is called on is not known",
    }
}

/// `api.{get,post}`; nothing for a module that is called itself.
fn callee(key: &Key, names: &BTreeSet<&str>) -> Option<String> {
    if names.contains("") {
        return None;
    }
    let names: Vec<_> = names.iter().copied().collect();
    let names = match names.as_slice() {
        [one] => (*one).to_owned(),
        all => format!("{{{}}}", all.join(",")),
    };
    Some(match key.receiver {
        "" => names,
        receiver => format!("{receiver}.{names}"),
    })
}

/// The lines that declare it.
fn config(key: &Key, callee: Option<&str>, base: Option<&str>) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut out = "[[client]]\n".to_owned();
    let mut line = |name: &str, value: String| out.push_str(&format!("{name} = {value}\n"));
    if let Some(import) = key.import {
        line("import", quoted(import));
    }
    if let Some(callee) = callee {
        line("callee", quoted(callee));
    }
    if key.argument > 0 {
        line("url-argument", key.argument.to_string());
    }
    if key.api != Api::Fetch.name() {
        line("api", quoted(key.api));
    }
    match base {
        // It adds nothing.
        Some("") => {}
        Some(base) => line("# base", quoted(base)),
        None => line("# base", quoted("https://api.example.com")),
    }
    out
}
