//! Policies in the configurations of hosting services and app shells.

mod azure;
mod firebase;
mod glob;
mod json;
mod last_rule;
mod netlify;
mod strings;
mod vercel;

pub(super) use azure::StaticWebApp;
pub(super) use firebase::Firebase;
pub(super) use netlify::NetlifyToml;
pub(super) use vercel::Vercel;

#[cfg(test)]
mod tests;
