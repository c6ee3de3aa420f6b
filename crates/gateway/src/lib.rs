#![doc = include_str!("../README.md")]

mod budget;
mod chat;
mod error;
mod guard;
mod key;
mod ledger;
mod metrics;
mod models;
mod options;
#[cfg(feature = "otlp")]
mod otlp;
mod page;
mod recent;
mod route;
mod serve;
mod settings;
#[cfg(feature = "redis")]
mod sharing;
mod state;
mod status;
mod stream;
mod tally;
mod upkeep;

pub use guard::Hosts;
pub use key::{Key, KeyLimits, Keys, NewKeyError, new_key};
pub use ledger::Spent;
pub use options::{Limits, Options, Patience};
#[cfg(feature = "otlp")]
pub use otlp::{Otlp, OtlpError, OtlpTarget};
pub use serve::{Drained, ServeError, serve};
pub use settings::{Settings, Watched};
#[cfg(feature = "redis")]
pub use sharing::{Sharing, StateUrl, StateUrlError};
pub use state::{Event, Gateway, Observer};
pub use upkeep::{Keep, Listed, Load, LoadFailed, Sources, first_list, keep_spent_now, upkeep};
