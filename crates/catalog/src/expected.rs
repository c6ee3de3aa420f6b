//! What a model costs and how fast it is, where the router will likely send a request.

use openclaw_model_ref::ModelRef;

use crate::model::{Model, Origin};
use crate::money::Pricing;
use crate::offer::Offer;
use crate::rank::rank;

/// What a model costs and how fast it is, where the router will likely send a request.
///
/// ```
/// use openclaw_catalog::{Catalog, Expected, Layer, RouterList};
///
/// let list: RouterList = serde_json::from_str(r#"{"data":[{"id":"Qwen/Qwen3-32B","providers":[
///     {"provider":"groq","throughput":410.2},
///     {"provider":"nscale","throughput":61.0,"pricing":{"input":0.08,"output":0.25}}]}]}"#)?;
/// let catalog = Catalog::merge([Layer::built_in(), Layer::discovered(list.models)]);
/// let model = catalog.get("Qwen/Qwen3-32B").expect("it is listed");
/// let price = |text: &str| {
///     let expected = Expected::of(&text.parse().unwrap(), model);
///     (expected.offer.map(|offer| &*offer.provider), expected.pricing.map(|pricing| pricing.output.to_string()))
/// };
/// // The fastest does not say what it asks, and the built-in table is no better than what the router lists.
/// assert_eq!(price("huggingface/Qwen/Qwen3-32B"), (Some("groq"), None));
/// assert_eq!(price("huggingface/Qwen/Qwen3-32B:cheapest"), (Some("nscale"), Some("0.25".to_owned())));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Expected<'a> {
    /// The offer; `None` where there is no telling.
    pub offer: Option<&'a Offer>,
    /// The user's own figure, or the offer's, or else the table's where the router was not asked; `None` is unknown.
    pub pricing: Option<Pricing>,
    /// Where the price comes from; `None` where there is none.
    pub pricing_origin: Option<Origin>,
}

impl<'a> Expected<'a> {
    /// What to expect of a reference to this model.
    #[must_use]
    pub fn of(reference: &ModelRef, model: &'a Model) -> Self {
        let offer = rank(model.offers(), reference.selector()).predicted();
        let own = model.pricing.filter(|own| own.origin > Origin::Discovered || model.offers.is_none());
        let (pricing, pricing_origin) = match own {
            Some(own) => (Some(own.value), Some(own.origin)),
            None => (offer.and_then(|offer| offer.pricing), Some(Origin::Discovered)),
        };
        Self { offer, pricing, pricing_origin: pricing.and(pricing_origin) }
    }

    /// Tokens per second of the offer; `None` where it was not measured.
    #[must_use]
    pub fn throughput(&self) -> Option<f64> {
        self.offer.and_then(|offer| offer.throughput)
    }
}
