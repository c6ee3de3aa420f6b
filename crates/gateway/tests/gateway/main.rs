//! The gateway over the sandbox: real sockets, real bytes.

mod answers;
mod away;
mod charges;
mod connections;
mod keys;
mod models;
#[cfg(feature = "otlp")]
mod otlp;
mod page;
mod refusals;
#[cfg(feature = "redis")]
mod shared;
#[cfg(feature = "redis")]
#[path = "../../../../tests/support/store.rs"]
mod store;
mod support;
