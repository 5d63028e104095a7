//! RTK Query: `createApi({ baseQuery, endpoints })`, whose endpoints say what the base query
//! requests. The endpoint is found at its `query`.

use super::super::Evaluator;
use super::super::known::{FileId, JsValue, Known, Ref};
use super::table::{BASE_QUERY, Kind};
use super::{Client, Export, Made, Thing};
use crate::js::facts::*;
use crate::span::Span;
use crate::value::{Hole, HoleKind};
use rustc_hash::FxHashSet as HashSet;
use std::rc::Rc;

/// How many endpoints of one call are looked at.
const MAX_ENDPOINTS: usize = 512;
/// How many APIs of a program are asked for their base query.
const MAX_APIS: usize = 64;
/// How deep lists of endpoints are spread into each other.
const MAX_SPREADS: usize = 8;

/// What an endpoint requests, and where that is said.
pub(in super::super) struct Endpoint {
    pub(in super::super) file: FileId,
    pub(in super::super) span: Span,
    pub(in super::super) url: Known,
}

/// The base queries that the APIs of a program ask.
#[derive(Debug, Default)]
pub(in super::super) struct BaseQueries {
    /// Where they are made.
    made: HashSet<(FileId, ExprId)>,
    /// Callees that are asked the same as the function around them.
    handing_on: HashSet<(FileId, ExprId)>,
}

impl Evaluator<'_> {
    /// The base query that `createApi` is given.
    pub(super) fn base_query(&mut self, arguments: &[Known]) -> Known {
        match arguments.first() {
            Some(settings) => self.setting(settings, "baseQuery"),
            None => Known::undefined(),
        }
    }

    /// What the endpoints that a call adds request: `createApi(…)`, `api.injectEndpoints(…)`.
    /// Nothing if it is no such call.
    pub(in super::super) fn endpoints_of(
        &mut self,
        callee: &JsValue,
        given: &[Known],
    ) -> Option<Vec<Endpoint>> {
        let JsValue::Library(thing) = callee else {
            return None;
        };
        let base = match thing {
            Thing::Export(Export {
                kind: Kind::CreateApi,
                ..
            }) => self.base_query(given),
            // `injectEndpoints`, the one name of it that is looked for.
            Thing::Api(base) => base.as_ref().clone(),
            _ => return None,
        };
        let clients = self.base_clients(&base);
        let settings = given.first()?;
        let functions = self.setting(settings, "endpoints");
        let builder: Known = JsValue::Library(Thing::Builder).into();
        let mut definitions = Vec::new();
        for function in functions.possible() {
            let made = match &function.value {
                JsValue::Function(..) => {
                    self.call_value(&function.value, std::slice::from_ref(&builder), None)
                }
                other => other.clone().into(),
            };
            self.definitions(&made, MAX_SPREADS, &mut definitions);
        }
        let mut out = Vec::new();
        for definition in definitions {
            if let Some((file, span, given)) = self.asked(&definition) {
                let mut url = Known::default();
                for client in &clients {
                    url.extend(self.asked_url(client, &given));
                }
                out.push(Endpoint { file, span, url });
            }
        }
        Some(out)
    }

    /// The definitions of endpoints in an object of them.
    fn definitions(&mut self, made: &Known, depth: usize, out: &mut Vec<Ref<ExprId>>) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        for possible in made.possible() {
            let JsValue::Object(object) = &possible.value else {
                continue;
            };
            let Expr::Object(properties) = &self.facts(object.file).node(object.id).expr else {
                continue;
            };
            for property in properties {
                match property {
                    Property::Value(_, value) => {
                        let known = self.eval(object.file, &object.env, *value);
                        for possible in known.possible() {
                            if let JsValue::Object(definition) = &possible.value
                                && out.len() < MAX_ENDPOINTS
                            {
                                out.push(definition.clone());
                            }
                        }
                    }
                    Property::Spread(other) => {
                        let known = self.eval(object.file, &object.env, *other);
                        self.definitions(&known, depth, out);
                    }
                    Property::Getter(..) | Property::Setter(..) => {}
                }
            }
        }
    }

    /// What the `query` of an endpoint asks for, and where it stands.
    fn asked(&mut self, definition: &Ref<ExprId>) -> Option<(FileId, Span, Known)> {
        let facts = self.facts(definition.file);
        let Expr::Object(properties) = &facts.node(definition.id).expr else {
            return None;
        };
        let query = properties.iter().find_map(|property| match property {
            Property::Value(Key::Name(name), value) if name == "query" => Some(*value),
            _ => None,
        })?;
        let known = self.eval(definition.file, &definition.env, query);
        let mut asked = Known::default();
        for possible in known.possible() {
            let JsValue::Function(function, _) = &possible.value else {
                asked.extend(Known::unknown("query()"));
                continue;
            };
            let parameters = &self.facts(function.file).function(function.id).parameters;
            let name = parameters
                .first()
                .map_or("…", |name| name.as_str())
                .to_owned();
            let argument = JsValue::Hole(Hole::new(HoleKind::Param { name }));
            asked.extend(self.call_value(&possible.value, &[argument.into()], None));
        }
        Some((definition.file, facts.node(query).span, asked))
    }

    /// What a base query requests if it is asked this.
    fn asked_url(&mut self, client: &Rc<Client>, asked: &Known) -> Known {
        let mut out = Known::default();
        for (name, join) in BASE_QUERY.bases {
            let base = self.client_base(client, name, None);
            for possible in asked.possible() {
                let one: Known = possible.clone().into();
                let (url, settings) = match &possible.value {
                    JsValue::Object(_) | JsValue::Merged { .. } => {
                        (self.setting(&one, "url"), Some(one))
                    }
                    JsValue::Undefined | JsValue::Null => continue,
                    _ => (one, None),
                };
                let mut url = base.map(|base| url.map(|url| join.join(&base.value, &url.value)));
                if let Some(settings) = settings {
                    url = self.with_query(&BASE_QUERY, &settings, url);
                }
                out.extend(url);
            }
        }
        out
    }

    /// The clients behind a base query: itself, or what a function that wraps it asks the same.
    pub(super) fn base_clients(&mut self, base: &Known) -> Vec<Rc<Client>> {
        let mut out: Vec<Rc<Client>> = Vec::new();
        for possible in base.possible() {
            match &possible.value {
                JsValue::Library(Thing::Client(client)) => add(&mut out, client),
                JsValue::Function(function, _) => {
                    for callee in self.asked_the_same(function) {
                        let known = self.eval(function.file, &function.env, callee);
                        for possible in known.possible() {
                            if let JsValue::Library(Thing::Client(client)) = &possible.value {
                                add(&mut out, client);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Whether an API of the program asks a base query that is made here.
    pub(super) fn is_asked(&mut self, file: FileId, made: ExprId) -> bool {
        self.base_queries().made.contains(&(file, made))
    }

    /// Whether a call hands on what a base query is asked: the endpoints say what that is.
    pub(in super::super) fn hands_on_query(&mut self, file: FileId, callee: ExprId) -> bool {
        self.base_queries().handing_on.contains(&(file, callee))
    }

    /// What the APIs of the program ask, looked up once.
    fn base_queries(&mut self) -> Rc<BaseQueries> {
        if let Some(known) = &self.base_queries {
            return known.clone();
        }
        let mut found = BaseQueries::default();
        for &(file, call) in self.program.api_makers().iter().take(MAX_APIS) {
            let Expr::Call { arguments, .. } = &self.facts(file).node(call).expr else {
                continue;
            };
            let (given, _) = self.arguments(file, &None, arguments);
            let base = self.base_query(&given);
            for client in self.base_clients(&base) {
                if let Made::At(file, made) = client.made {
                    found.made.insert((file, made));
                }
            }
            for possible in base.possible() {
                if let JsValue::Function(function, _) = &possible.value {
                    let callees = self.asked_the_same(function);
                    let here = callees.into_iter().map(|callee| (function.file, callee));
                    found.handing_on.extend(here);
                }
            }
        }
        let found = Rc::new(found);
        self.base_queries = Some(found.clone());
        found
    }

    /// What a function calls with its own first argument first.
    fn asked_the_same(&self, function: &Ref<FunctionId>) -> Vec<ExprId> {
        let facts = self.facts(function.file);
        let is_first = |id: ExprId| {
            match facts.node(id).expr {
            Expr::Binding(name) => facts.binding(name).definitions.iter().any(|d| {
                matches!(facts.node(d.value).expr, Expr::Parameter { function: f, index: 0, .. } if f == function.id)
            }),
            _ => false,
        }
        };
        let calls = facts
            .candidates
            .iter()
            .filter_map(|&id| match &facts.node(id).expr {
                Expr::Call { callee, arguments } => match arguments.first() {
                    Some(first) if !first.spread && is_first(first.expr) => Some(*callee),
                    _ => None,
                },
                _ => None,
            });
        calls.collect()
    }
}

/// Whether a call makes an API, by the look of it.
pub(in super::super) fn makes_api(facts: &FileFacts, call: ExprId) -> bool {
    let Expr::Call { callee, .. } = &facts.node(call).expr else {
        return false;
    };
    match &facts.node(*callee).expr {
        Expr::Binding(id) => match &facts.binding(*id).kind {
            BindingKind::Import { name, .. } => name == "createApi",
            _ => false,
        },
        Expr::Member { key, .. } => *key == Key::Name("createApi".into()),
        _ => false,
    }
}

fn add(out: &mut Vec<Rc<Client>>, client: &Rc<Client>) {
    let is_new = !out.iter().any(|known| known.is(client));
    if is_new && std::ptr::eq(client.requester, &BASE_QUERY) {
        out.push(client.clone());
    }
}
