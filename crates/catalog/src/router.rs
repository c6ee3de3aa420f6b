//! The reply of `GET /v1/models` as values.

use std::fmt;

use crate::model::InputKinds;
use crate::offer::Offer;

/// The reply of `GET /v1/models`: `{"object":"list","data":[…]}`.
///
/// It deserializes leniently from any self-describing format: what cannot be read is left out and told in
/// [`RouterList::warnings`]; only a reply without a list under `data` is an error.
///
/// ```
/// use openclaw_catalog::RouterList;
///
/// let list: RouterList = serde_json::from_str(
///     r#"{"object":"list","data":[{"id":"Qwen/Qwen3-8B","owned_by":"Qwen","providers":[
///         {"provider":"nscale","status":"live","pricing":{"input":0.07,"output":0.18}}, {"status":"live"}]}]}"#,
/// )?;
/// assert_eq!(list.models[0].offers[0].provider, "nscale");
/// assert_eq!(list.warnings[0].to_string(), "`Qwen/Qwen3-8B`: an offer has no `provider`");
/// assert!(serde_json::from_str::<RouterList>("[]").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RouterList {
    /// The models in the order of the reply, each id once.
    pub models: Vec<RouterModel>,
    /// What was left out or odd; at most [`RouterList::MAX_WARNINGS`].
    pub warnings: Vec<Warning>,
    /// How many warnings more there would have been.
    pub more_warnings: usize,
}

impl RouterList {
    /// How many warnings are kept.
    pub const MAX_WARNINGS: usize = 32;
}

/// One model as the router lists it.
///
/// Source: `data[]` of `GET /v1/models`.
#[derive(Debug, Clone, PartialEq)]
pub struct RouterModel {
    /// The id on the Hub, `<org>/<name>`. Field `id`.
    pub id: String,
    /// The first of the fields `name`, `title` and `display_name` that is not blank; today's router sends none.
    pub name: Option<String>,
    /// The organisation. Field `owned_by`.
    pub owned_by: Option<String>,
    /// When it was published, in seconds since 1970. Field `created`.
    pub created: Option<u64>,
    /// What it reads. Field `architecture.input_modalities`.
    pub input: Option<InputKinds>,
    /// Who offers it, in the order of the reply, each provider once. Field `providers`.
    pub offers: Vec<Offer>,
}

/// Something in the reply that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The model's id, where it was known.
    pub model: Option<String>,
    /// Its row in `data`, counted from 0.
    pub row: usize,
    /// What was odd.
    pub problem: Problem,
}

/// What was odd.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A row that is no object; it is left out.
    RowIsNoObject,
    /// A row without a usable `id`; it is left out.
    NoId,
    /// An id that stood there before; the first one counts.
    DuplicateModel,
    /// An offer that is no object; it is left out.
    OfferIsNoObject,
    /// An offer without a usable `provider`; it is left out.
    NoProvider,
    /// A provider that stood there before; the first one counts.
    DuplicateOffer {
        /// The slug.
        provider: String,
    },
    /// A field of another type or out of range; it is taken as not said.
    BadField {
        /// The field's name.
        field: &'static str,
        /// What stood there, as a type or a range.
        found: &'static str,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.model {
            Some(id) => write!(f, "`{}`: ", id.escape_debug())?,
            None => write!(f, "row {}: ", self.row)?,
        }
        match &self.problem {
            Problem::RowIsNoObject => f.write_str("it is no object"),
            Problem::NoId => f.write_str("it has no `id`"),
            Problem::DuplicateModel => f.write_str("it is listed twice"),
            Problem::OfferIsNoObject => f.write_str("an offer is no object"),
            Problem::NoProvider => f.write_str("an offer has no `provider`"),
            Problem::DuplicateOffer { provider } => {
                write!(f, "`{}` is listed twice", provider.escape_debug())
            }
            Problem::BadField { field, found } => write!(f, "`{field}` is {found}"),
        }
    }
}
