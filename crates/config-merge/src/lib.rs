#![doc = include_str!("../README.md")]

mod aliases;
mod check;
mod explain;
mod include;
mod load;
mod merge;
mod places;
pub mod schema;
pub mod store;

pub use aliases::{Aliases, Reference};
pub use check::{Finding, FindingKind, Named, Role, Severity, check, named};
pub use explain::{Explanation, Place, ReadRule, Said, Sources, ValueLayer, explain};
pub use include::Included;
pub use load::TextError;
pub use merge::{
    AliasChange, Effect, FallbackChange, MergeError, MergeReport, MergeRule, Merged, PrimaryChange, Step,
    Wanted, WantedModel, merge,
};
pub use places::Places;
pub use schema::Config;
