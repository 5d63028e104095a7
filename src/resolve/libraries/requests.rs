//! What calls and constructions of libraries request.

use super::super::Evaluator;
use super::super::known::{Env, FileId, JsValue, Known, Possible};
use super::super::reach::Use;
use super::join::Join;
use super::settings::or_else;
use super::table::{Export, Fixed, Kind, Method, Requester, UrlAt};
use super::{Client, Thing};
use crate::js::facts::*;
use crate::sink::Api;
use crate::value::{Hole, Pattern};
use std::rc::Rc;

/// A request of a library, as it stands in the program.
pub(in super::super) struct Request {
    pub(in super::super) api: Api,
    pub(in super::super) url: Known,
    /// Which argument of the call says most of the URL.
    pub(in super::super) argument: usize,
}

impl Evaluator<'_> {
    /// What a call of a value requests: a client, a method of one, a function of a library.
    pub(in super::super) fn library_request(
        &mut self,
        (file, env, place): (FileId, &Env, Use),
        call: ExprId,
        callee: &JsValue,
        arguments: &[Argument],
    ) -> Option<Request> {
        let JsValue::Library(thing) = callee else {
            return None;
        };
        let (given, spread_at) = self.arguments(file, env, arguments);
        match thing {
            Thing::Client(client) if client.requester.is_called => {
                let plain = Method {
                    name: "",
                    url: 0,
                    settings: 1,
                };
                self.client_request((file, place), client, &plain, &given, spread_at)
            }
            Thing::Method(client, method) => {
                self.client_request((file, place), client, method, &given, spread_at)
            }
            Thing::Export(Export {
                kind: Kind::Fixed(fixed),
                ..
            }) if !fixed.is_new => self.fixed_request(fixed, &given),
            // The base alone, unless it is seen what is asked below it.
            Thing::Export(Export {
                kind: Kind::Maker(requester),
                ..
            }) if !self.is_asked(file, call) => self.prefix(requester, &given),
            _ => None,
        }
    }

    /// What the clients that a function makes request: anything below their base.
    fn prefix(&mut self, requester: &'static Requester, given: &[Known]) -> Option<Request> {
        let settings = self.made_settings(given);
        let path = Pattern::hole(Hole::unknown("path"));
        let below = JsValue::Text(path.clone());
        let mut url = Known::default();
        for (name, join) in requester.bases {
            let base = self.made_setting(&settings, name);
            let all = base.map(|base| join.join(&base.value, &below));
            // Without the base nothing is said.
            let said = all
                .possible()
                .iter()
                .filter(|p| p.value.to_pattern() != path);
            said.for_each(|p| url.push(p.clone()));
        }
        let api = requester.api;
        let request = Request {
            api,
            url,
            argument: 0,
        };
        (!request.url.possible().is_empty()).then_some(request)
    }

    /// What a construction of a value requests.
    pub(in super::super) fn library_construction(
        &mut self,
        (file, env): (FileId, &Env),
        callee: &JsValue,
        arguments: &[Argument],
    ) -> Option<Request> {
        match callee {
            JsValue::Library(Thing::Export(Export {
                kind: Kind::Fixed(fixed),
                ..
            })) if fixed.is_new => {
                let (given, _) = self.arguments(file, env, arguments);
                self.fixed_request(fixed, &given)
            }
            _ => None,
        }
    }

    /// The URL of a request.
    fn client_request(
        &mut self,
        (file, place): (FileId, Use),
        client: &Rc<Client>,
        method: &Method,
        given: &[Known],
        spread_at: Option<usize>,
    ) -> Option<Request> {
        let requester = client.requester;
        let request = |url: Known| Request {
            api: requester.api,
            url,
            argument: method.url,
        };
        if spread_at.is_some_and(|at| at <= method.url) {
            return Some(request(Known::unknown("one of spread arguments")));
        }
        let first = given.get(method.url)?;
        let is_settings =
            |p: &Possible| matches!(p.value, JsValue::Object(_) | JsValue::Merged { .. });
        let may_be = requester.takes_settings && matches!(method.name, "" | "request");
        let (mut url, own) = match may_be && first.possible().iter().any(is_settings) {
            true => (self.setting(first, "url"), Some(first)),
            false => (first.clone(), given.get(method.settings)),
        };
        let keeps_absolute = requester.absolute.is_none_or(|name| {
            let asked = own.map_or_else(Known::undefined, |own| self.setting(own, name));
            let made = client
                .settings
                .as_ref()
                .map(|made| self.setting(made, name));
            let known = or_else(asked, || made.unwrap_or_else(Known::undefined));
            !matches!(known.possible(), [p] if matches!(p.value, JsValue::Bool(false)))
        });
        for (name, join) in requester.bases {
            let join = match keeps_absolute {
                true => join,
                false => &Join::Below,
            };
            let base = self.base((file, place), client, own, name);
            url = base.map(|base| url.map(|url| join.join(&base.value, &url.value)));
        }
        if let Some(own) = own {
            url = self.with_query(requester, own, url);
        }
        Some(request(url))
    }

    /// The URL that a call or construction fixes.
    fn fixed_request(&mut self, fixed: &Fixed, given: &[Known]) -> Option<Request> {
        let nothing = Known::undefined();
        let first = given.first().unwrap_or(&nothing);
        let is_settings = |v: &JsValue| matches!(v, JsValue::Object(_) | JsValue::Merged { .. });
        let seen = first.possible().iter().any(|p| is_settings(&p.value));
        let url = match fixed.url {
            UrlAt::First => first.clone(),
            UrlAt::FirstOr(name) if seen => self.made_setting(first, name),
            UrlAt::FirstOr(_) => first.clone(),
            UrlAt::Setting(name) => self.made_setting(first, name),
            UrlAt::SettingIfAny(name) if seen => self.made_setting(first, name),
            UrlAt::SettingIfAny(_) => return None,
        };
        let is_given = |k: Known| k.possible().iter().any(|p| p.value.nullish() != Some(true));
        if let Some(other) = fixed.unless
            && is_given(self.made_setting(first, other))
        {
            return None;
        }
        let url = url.map(|possible| match (&possible.value, fixed.fallback) {
            (value, Some(fallback)) if value.truthy() == Some(false) => {
                JsValue::text(fallback).into()
            }
            // It is asked for each request.
            (value @ (JsValue::Function(..) | JsValue::Bound { .. }), _) => {
                self.call_value(value, &[Known::unknown("a request")], None)
            }
            _ => possible.clone().into(),
        });
        Some(Request {
            api: fixed.api,
            url,
            argument: 0,
        })
    }
}
