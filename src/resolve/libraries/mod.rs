//! Clients of libraries, and the instances that programs make of them: `axios.create({ baseURL })`.
//! Which libraries is [`table`], how they join URLs [`join`], what settings hold [`settings`], what
//! of them changes later [`defaults`], what calls request [`requests`], RTK Query's endpoints
//! [`endpoints`].
//!
//! A client is a value like any other, so that it goes wherever the program passes it. Its settings
//! are looked up when a request asks for them.

mod defaults;
mod endpoints;
mod held;
mod join;
mod requests;
mod settings;
mod table;

pub(super) use defaults::{Around, DefaultWrite, default_writes};
pub(super) use endpoints::{BaseQueries, makes_api};
pub(super) use held::{held_names, may_be_url};
pub(super) use requests::Request;
pub(super) use table::is_name;

use super::Evaluator;
use super::known::{FileId, JsValue, Known, Ref};
use crate::js::facts::*;
use crate::sink::Api;
use std::rc::Rc;
use table::{Export, Kind, Method, PACKAGES, Package, Requester, package};

/// How many classes, each extending the next, are looked through.
const MAX_BASES: usize = 8;

/// A value that a library gives.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    /// All that a package exports.
    Package(&'static Package),
    Export(&'static Export),
    Client(Rc<Client>),
    /// What makes requests of its own: a link, a socket.
    Opaque,
    /// A method that requests, as a value.
    Method(Rc<Client>, &'static Method),
    /// The settings of a client, as an object that programs change.
    Defaults(Rc<Client>),
    /// RTK Query's API, with its base query.
    Api(Rc<Known>),
    /// What it hands to its endpoints.
    Builder,
}

/// Where a client is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// It is the package's own.
    ByPackage,
    /// By a call that is being evaluated.
    Now,
    At(FileId, ExprId),
}

/// A client: the library itself, or an instance.
#[derive(Debug, Clone)]
pub(super) struct Client {
    requester: &'static Requester,
    made: Made,
    /// The settings that it is made with.
    settings: Option<Known>,
    /// The client whose settings it takes over as they are when it is made.
    parent: Option<Rc<Client>>,
}

impl Client {
    fn own(requester: &'static Requester) -> Rc<Client> {
        Rc::new(Client {
            requester,
            made: Made::ByPackage,
            settings: None,
            parent: None,
        })
    }

    fn made(requester: &'static Requester, settings: Known, parent: Option<Rc<Client>>) -> Thing {
        Thing::Client(Rc::new(Client {
            requester,
            made: Made::Now,
            settings: Some(settings),
            parent,
        }))
    }

    /// Whether both are made at the same place.
    fn is(&self, other: &Client) -> bool {
        self.made == other.made && std::ptr::eq(self.requester, other.requester)
    }
}

impl Thing {
    /// Whether both are the same thing.
    pub(super) fn same(&self, other: &Thing) -> bool {
        match (self, other) {
            (Thing::Package(a), Thing::Package(b)) => std::ptr::eq(*a, *b),
            (Thing::Export(a), Thing::Export(b)) => std::ptr::eq(*a, *b),
            (Thing::Client(a), Thing::Client(b)) | (Thing::Defaults(a), Thing::Defaults(b)) => {
                same_client(a, b)
            }
            (Thing::Method(a, m), Thing::Method(b, n)) => same_client(a, b) && m == n,
            (Thing::Api(a), Thing::Api(b)) => Rc::ptr_eq(a, b),
            (Thing::Builder, Thing::Builder) | (Thing::Opaque, Thing::Opaque) => true,
            _ => false,
        }
    }
}

fn same_client(a: &Rc<Client>, b: &Rc<Client>) -> bool {
    Rc::ptr_eq(a, b) || (a.is(b) && a.made == Made::ByPackage)
}

/// Whether a module is one of the libraries.
pub(super) fn is_library(specifier: &str) -> bool {
    package(specifier).is_some()
}

/// A library that is known, for the reference.
pub struct ClientLibrary {
    /// The specifiers that it is imported by.
    pub packages: &'static [&'static str],
    /// What of it is known.
    pub about: &'static str,
    /// What its requests end in.
    pub apis: Vec<Api>,
}

/// Every library.
pub fn client_libraries() -> impl Iterator<Item = ClientLibrary> {
    PACKAGES.iter().map(|package| {
        let mut apis = Vec::new();
        for api in package.exports.iter().filter_map(|export| export.api()) {
            if !apis.contains(&api) {
                apis.push(api);
            }
        }
        ClientLibrary {
            packages: package.names,
            about: package.about,
            apis,
        }
    })
}

impl Evaluator<'_> {
    /// What a package exports by a name; `*` is all of it.
    pub(super) fn library_export(&mut self, specifier: &str, name: &str) -> Option<Known> {
        let package = package(specifier)?;
        let thing = match name {
            "*" if package.is_whole => exported(package.export("default")?),
            "*" => Thing::Package(package),
            name => exported(package.export(name)?),
        };
        Some(JsValue::Library(thing).into())
    }

    /// What `require` of a package gives.
    pub(super) fn library_required(&mut self, specifier: &str) -> Option<Known> {
        self.library_export(specifier, "*")
    }

    /// A property of what a library gives.
    pub(super) fn library_property(&mut self, thing: &Thing, name: &str) -> Known {
        let found = match thing {
            Thing::Package(package) => package.export(name).map(exported),
            Thing::Client(client) => client_property(client, name),
            Thing::Defaults(client) => return self.default_now(client, name),
            _ => None,
        };
        found.map_or_else(
            || Known::unknown(name),
            |thing| JsValue::Library(thing).into(),
        )
    }

    /// What a method of such a thing gives.
    pub(super) fn library_method(
        &mut self,
        thing: &Thing,
        name: &str,
        arguments: &[Known],
    ) -> Known {
        match (thing, name) {
            (Thing::Client(client), _) => {
                let mut makers = client.requester.makers.iter();
                if let Some((_, inherits)) = makers.find(|(maker, _)| *maker == name) {
                    let parent = inherits.then(|| client.clone());
                    let settings = self.made_settings(arguments);
                    return JsValue::Library(Client::made(client.requester, settings, parent))
                        .into();
                }
                match client_property(client, name) {
                    Some(Thing::Export(export)) => {
                        self.library_call(&Thing::Export(export), arguments)
                    }
                    _ => Known::unknown(format!("{name}()")),
                }
            }
            (Thing::Package(package), _) => match package.export(name) {
                Some(export) => self.library_call(&exported(export), arguments),
                None => Known::unknown(format!("{name}()")),
            },
            (Thing::Method(..), "bind") if arguments.len() < 2 => {
                JsValue::Library(thing.clone()).into()
            }
            (Thing::Api(_), "injectEndpoints" | "enhanceEndpoints") => {
                JsValue::Library(thing.clone()).into()
            }
            (Thing::Builder, "query" | "mutation" | "infiniteQuery") => {
                arguments.first().cloned().unwrap_or_else(Known::undefined)
            }
            _ => Known::unknown(format!("{name}()")),
        }
    }

    /// What a call of such a thing gives.
    pub(super) fn library_call(&mut self, thing: &Thing, arguments: &[Known]) -> Known {
        let Thing::Export(export) = thing else {
            return Known::unknown("a response");
        };
        let made = match &export.kind {
            Kind::Maker(requester) => Client::made(requester, self.made_settings(arguments), None),
            Kind::CreateApi => Thing::Api(Rc::new(self.base_query(arguments))),
            Kind::Same => return arguments.first().cloned().unwrap_or_else(Known::undefined),
            Kind::Fixed(_) => Thing::Opaque,
            Kind::Client(_) | Kind::Class(_) => return Known::unknown("a response"),
        };
        JsValue::Library(made).into()
    }

    /// What its construction gives.
    pub(super) fn library_construct(&mut self, thing: &Thing, arguments: &[Known]) -> Known {
        let Thing::Export(export) = thing else {
            return Known::unknown("an object");
        };
        let made = match &export.kind {
            Kind::Class(requester) => Client::made(requester, self.made_settings(arguments), None),
            _ => Thing::Opaque,
        };
        JsValue::Library(made).into()
    }

    /// Clients that a call or construction makes know where they are made.
    pub(super) fn made_at(&self, file: FileId, id: ExprId, known: Known) -> Known {
        let is_new = |thing: &Thing| match thing {
            Thing::Client(client) => client.made == Made::Now,
            _ => false,
        };
        let any = known.possible().iter();
        if !any
            .clone()
            .any(|p| matches!(&p.value, JsValue::Library(thing) if is_new(thing)))
        {
            return known;
        }
        known.map(|possible| match &possible.value {
            JsValue::Library(Thing::Client(client)) if client.made == Made::Now => {
                let made = Client {
                    made: Made::At(file, id),
                    ..client.as_ref().clone()
                };
                possible
                    .with(JsValue::Library(Thing::Client(Rc::new(made))))
                    .into()
            }
            _ => possible.clone().into(),
        })
    }

    /// Whether a value is a base query of RTK Query.
    pub(super) fn is_base_query(&self, value: &JsValue) -> bool {
        match value {
            JsValue::Library(Thing::Client(client)) => {
                std::ptr::eq(client.requester, &table::BASE_QUERY)
            }
            _ => false,
        }
    }

    /// A member of what may be of a library: what `axios.get(…)` calls.
    pub(super) fn library_member(&mut self, receivers: &Known, name: &str) -> Known {
        receivers.map(|possible| {
            let member = match self.library_receiver(&possible.value) {
                Some(thing @ Thing::Api(_)) => JsValue::Library(thing),
                Some(thing) => return self.library_property(&thing, name),
                None => return Known::default(),
            };
            possible.with(member).into()
        })
    }

    /// The client that a value is, or that it extends: `class Api extends Axios`.
    pub(super) fn library_receiver(&mut self, value: &JsValue) -> Option<Thing> {
        match value {
            JsValue::Library(thing) => Some(thing.clone()),
            JsValue::Instance(instance) => {
                let base = self.library_base(&instance.class)?;
                let (mut settings, spread_at) = self.arguments_of(instance, None, value)?;
                if spread_at == Some(0) {
                    settings = vec![Known::unknown("settings")];
                }
                let made = Client {
                    requester: base,
                    made: Made::Now,
                    settings: Some(self.made_settings(&settings)),
                    parent: None,
                };
                Some(Thing::Client(Rc::new(made)))
            }
            _ => None,
        }
    }

    /// What class of a library a class extends, maybe over others.
    fn library_base(&mut self, class: &Ref<ClassId>) -> Option<&'static Requester> {
        let mut at = class.clone();
        for _ in 0..MAX_BASES {
            let superclass = self.facts(at.file).class(at.id).superclass?;
            let bases = self.eval(at.file, &at.env, superclass);
            let [base] = bases.possible() else {
                return None;
            };
            match &base.value {
                JsValue::Class(base) => at = base.clone(),
                JsValue::Library(Thing::Export(Export {
                    kind: Kind::Class(requester),
                    ..
                })) => {
                    return Some(requester);
                }
                _ => return None,
            }
        }
        None
    }
}

/// What an export is as a value.
fn exported(export: &'static Export) -> Thing {
    match &export.kind {
        Kind::Client(requester) => Thing::Client(Client::own(requester)),
        _ => Thing::Export(export),
    }
}

/// A property of a client that is known.
fn client_property(client: &Rc<Client>, name: &str) -> Option<Thing> {
    let requester = client.requester;
    if let Some(method) = requester.method(name) {
        return Some(Thing::Method(client.clone(), method));
    }
    if requester.defaults == Some(name) {
        return Some(Thing::Defaults(client.clone()));
    }
    if client.made != Made::ByPackage {
        return None;
    }
    // `axios.Axios`, `require('axios').default`.
    let is_own =
        |export: &&Export| matches!(&export.kind, Kind::Client(r) if std::ptr::eq(*r, requester));
    let mut packages = PACKAGES.iter();
    let package = packages.find(|package| package.exports.iter().any(|e| is_own(&e)))?;
    package.export(name).map(exported)
}
