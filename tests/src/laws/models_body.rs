//! Any reply of `GET /v1/models` decodes or is refused, and what was decoded decodes to itself.

use std::collections::HashSet;
use std::time::Duration;

use openclaw_catalog::{Catalog, InputKind, Layer, Offer, RouterList, RouterModel, derive_name, rank};
use openclaw_model_ref::{RoutingPolicy, Selector};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(super) fn check(data: &[u8]) {
    let Ok(list) = serde_json::from_slice::<RouterList>(data) else { return };
    let ids: HashSet<_> = list.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids.len(), list.models.len(), "each id once");
    assert!(list.warnings.len() <= RouterList::MAX_WARNINGS);
    for warning in &list.warnings {
        assert!(!warning.to_string().contains(['\n', '\r']), "more than one line: {warning:?}");
    }
    let body = json!({ "data": list.models.iter().map(model_json).collect::<Vec<_>>() });
    let again = RouterList::deserialize(&body).expect("what was decoded");
    assert_eq!(again.warnings, [], "{body}");
    assert_eq!(again.models.len(), list.models.len(), "{body}");
    for (again, model) in again.models.iter().zip(&list.models) {
        let same = Offers(&again.offers) == Offers(&model.offers);
        let without = |model: &RouterModel| RouterModel { offers: Vec::new(), ..model.clone() };
        assert!(same && without(again) == without(model), "{again:?} was {model:?}");
    }
    used(list.models);
}

/// Ranking and merging take whatever was decoded.
fn used(models: Vec<RouterModel>) {
    for model in &models {
        assert!(model.id.trim().is_empty() || !derive_name(&model.id).is_empty(), "{}", model.id);
        let policies = RoutingPolicy::ALL.map(Selector::Policy);
        let pins = model.offers.first().map(|offer| Selector::Provider(&offer.provider));
        for selector in policies.into_iter().chain([Selector::Auto]).chain(pins) {
            let ranking = rank(&model.offers, selector);
            assert_eq!(ranking.offers.len() + ranking.excluded.len(), model.offers.len(), "{selector:?}");
        }
    }
    let count = models.len();
    let layer = Layer::discovered(models);
    let catalog = Catalog::merge([layer.clone()]);
    assert_eq!(catalog.models().len(), count, "each id is a model");
    assert_eq!(Catalog::merge([layer.clone(), layer]).models().len(), count, "the same again adds none");
}

/// Offers but for what the latency lost between milliseconds and nanoseconds.
struct Offers<'a>(&'a [Offer]);

impl PartialEq for Offers<'_> {
    fn eq(&self, other: &Self) -> bool {
        let near = |a: Option<Duration>, b: Option<Duration>| match (a, b) {
            (Some(a), Some(b)) => (a.as_secs_f64() - b.as_secs_f64()).abs() <= a.as_secs_f64() * 1e-9 + 1e-8,
            (a, b) => a == b,
        };
        let without = |offer: &Offer| Offer { first_token_latency: None, ..offer.clone() };
        self.0.len() == other.0.len()
            && self
                .0
                .iter()
                .zip(other.0)
                .all(|(a, b)| near(a.first_token_latency, b.first_token_latency) && without(a) == without(b))
    }
}

fn model_json(model: &RouterModel) -> Value {
    let mut row = Map::new();
    row.insert("id".to_owned(), model.id.clone().into());
    let offers: Vec<_> = model.offers.iter().map(offer_json).collect();
    row.insert("providers".to_owned(), offers.into());
    let kinds = model.input.map(|kinds| kinds.iter().map(InputKind::as_str).collect::<Vec<_>>());
    let said = [
        ("name", model.name.clone().map(Value::from)),
        ("owned_by", model.owned_by.clone().map(Value::from)),
        ("created", model.created.map(Value::from)),
        ("architecture", kinds.map(|kinds| json!({ "input_modalities": kinds }))),
    ];
    row.extend(said.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    row.into()
}

fn offer_json(offer: &Offer) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "a believable price is far below 2^53")]
    let usd = |price: openclaw_catalog::Price| price.micro_usd() as f64 / 1e6;
    let pricing = offer.pricing.map(|p| json!({ "input": usd(p.input), "output": usd(p.output) }));
    let latency = offer.first_token_latency.map(|latency| latency.as_secs_f64() * 1000.0);
    let said = [
        ("provider", Some(offer.provider.clone().into())),
        ("status", offer.status.as_ref().map(|status| status.to_string().into())),
        ("context_length", offer.context_length.map(Value::from)),
        ("pricing", pricing),
        ("is_free", offer.is_free.map(Value::from)),
        ("supports_tools", offer.supports_tools.map(Value::from)),
        ("supports_structured_output", offer.supports_structured_output.map(Value::from)),
        ("first_token_latency_ms", latency.map(Value::from)),
        ("throughput", offer.throughput.map(Value::from)),
        ("is_model_author", offer.is_model_author.map(Value::from)),
    ];
    said.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect::<Map<_, _>>().into()
}
