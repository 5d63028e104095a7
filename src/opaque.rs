//! The fact: a call that looks like a request, and that the analysis did not see through.
//!
//! It is no endpoint. A report names what is called, so that the configuration can declare it.

use crate::endpoint::Place;
use crate::sink::Api;
use serde::{Deserialize, Serialize};

/// A call that looks like a request and was not seen through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpaqueCall {
    /// The call.
    pub place: Place,
    /// What is called.
    pub called: Called,
    /// The function of the program that it is of, or may be of by its name.
    pub wrapper: Option<Wrapper>,
}

/// What is called, as the configuration can name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The module that it comes from, if that is not followed; the spelling is below that.
    pub import: Option<String>,
    /// What the method is of, as the source spells it; nothing for a function.
    pub receiver: String,
    /// The name of the function or method; nothing for a module that is called itself.
    pub name: String,
    /// Which argument is the URL.
    pub argument: u8,
    /// How plainly it is a request.
    pub evidence: Evidence,
    /// Whether the name alone tells the function, whatever the receiver.
    pub is_distinctive: bool,
    /// Why it was not seen through.
    pub reason: Reason,
}

/// How plainly a call is a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Its argument is called `url`: it counts where others say more.
    Name,
    /// Its argument looks like a URL: two such calls say enough.
    Text,
    /// What is called is a client besides: one such call says enough.
    Client,
}

/// Why a call was not seen through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is of a function of the program, of whose URL too little is known.
    Wrapper,
    /// By its name it is of such a function; what it is of was not found out.
    Named,
    /// It is of a module that is not followed.
    Import,
    /// What it is of is not known.
    Receiver,
}

/// A function that passes a URL on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapper {
    /// Where.
    pub place: Place,
    /// What it requests with.
    pub api: Api,
    /// What it puts before the argument, if that is all.
    pub base: Option<String>,
}
