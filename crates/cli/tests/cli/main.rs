//! The program as a person runs it: a real process, a real socket, a home of its own.

mod chat;
mod completions;
mod config;
mod demo;
#[cfg(all(unix, feature = "redis"))]
mod deploy;
#[cfg(unix)]
mod doctor;
#[cfg(unix)]
mod doctor_findings;
mod errors;
#[path = "../../../config-merge/tests/support/examples.rs"]
mod examples;
mod failover;
#[cfg(unix)]
mod gateway;
mod help;
mod hints;
mod infer;
mod lists;
mod many_findings;
mod models;
mod newcomer;
mod onboard;
#[cfg(unix)]
mod picker;
#[cfg(unix)]
mod prompts;
mod reference;
mod said;
mod secrets;
#[cfg(unix)]
mod shells;
#[cfg(target_os = "linux")]
mod spoiled;
#[cfg(all(unix, feature = "redis"))]
#[path = "../../../../tests/support/store.rs"]
mod store;
mod support;
#[cfg(unix)]
mod terminal;
mod token;
mod values;
#[cfg(unix)]
mod waits;
#[cfg(unix)]
mod widths;
