#![doc = include_str!("../README.md")]

mod built_in;
mod choose;
mod decode;
mod expected;
mod field;
mod index;
mod loose;
mod merge;
mod model;
mod money;
mod name;
mod offer;
mod rank;
mod router;

pub use built_in::built_in;
pub use choose::{Candidate, Choice, ChoicePolicy, Chosen, Needs, TokenMix, Unknown, Unknowns, choose};
pub use expected::Expected;
pub use merge::{Entry, Layer};
pub use model::{Availability, Catalog, InputKind, InputKinds, Model, Origin, Sourced};
pub use money::{Cost, Price, Pricing};
pub use name::derive_name;
pub use offer::{Offer, OfferStatus};
pub use rank::{Excluded, Exclusion, Ranked, Ranking, predict, rank};
pub use router::{Problem, RouterList, RouterModel, Warning};
