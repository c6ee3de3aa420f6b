#![doc = include_str!("../README.md")]

mod answer;
mod auth;
mod catalogue;
mod control;
mod dialect;
mod fault;
mod options;
#[cfg(test)]
mod readme;
mod refusal;
mod reply;
mod requests;
mod route;
mod sandbox;
mod server;
mod wire;

pub use auth::TokenKind;
pub use fault::{Ending, Endpoint, ErrorForm, Fault, Script, ScriptError, ScriptErrorKind, When};
pub use options::{Options, Pace, StartError, StartErrorKind};
pub use requests::{Recorded, ReplyState};
pub use sandbox::Sandbox;
