#![doc = include_str!("../README.md")]

mod class;
mod cooldown;
mod decide;
mod options;
mod outcome;
mod plan;
mod run;
#[cfg(feature = "serde")]
mod serde;
mod stop;
mod trail;

pub use class::Class;
pub use cooldown::{CooldownKey, Cooldowns, TokenId};
pub use decide::{Answer, ChosenBy, Decision, NetworkRetry, OnInvalidRequest, Position, Situation, decide};
pub use options::Options;
pub use outcome::Outcome;
pub use plan::{LeftOut, Plan, Target};
pub use run::{Attempt, Run, Step, Stop};
pub use stop::StopReason;
pub use trail::{Compact, Trail, TrailEntry};
