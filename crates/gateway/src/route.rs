//! From the model that a client names to what is asked for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use openclaw_catalog::{Availability, Needs, Pricing};
use openclaw_config_merge::Reference;
use openclaw_failover::{Options, Plan};
use openclaw_hf_client::{ChatBody, StreamMode};
use openclaw_model_ref::ModelRef;

use crate::error::ApiError;
use crate::metrics::{Metrics, RouteCounts};
use crate::state::Snapshot;

/// How many models are kept with their plans; clients can name any.
const MOST: usize = 1_024;

/// Plans by model, as they are needed again and again.
#[derive(Debug, Default)]
pub(crate) struct Routes(Mutex<HashMap<Box<str>, Variants>>);

type Variants = Vec<(Variant, Arc<Route>)>;

/// What a plan depends on beside the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Variant {
    needs: (bool, bool, bool),
    mode: StreamMode,
    /// The key, where it may not ask every model.
    key: Option<usize>,
}

/// What is asked for a model.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) model: ModelRef,
    pub(crate) plan: Arc<Plan>,
    /// The name in metrics: the id on the Hub where it is known, so that clients cannot make up any number of them.
    pub(crate) label: String,
    /// The highest price that is known of the model.
    pub(crate) dearest: Option<Pricing>,
    /// Tokens of the longest context of what may answer: no answer is longer.
    pub(crate) context: u64,
    pub(crate) counts: RouteCounts,
}

/// Tokens of a context that is not known: more than any.
const CONTEXT: u64 = 1 << 21;

/// The word for the config's default model.
pub(crate) const DEFAULT: &str = "default";

impl Snapshot {
    /// What is asked for a request.
    pub(crate) fn route(
        &self,
        body: &ChatBody,
        key: Option<usize>,
        metrics: &Metrics,
    ) -> Result<Arc<Route>, ApiError> {
        let asks = body.asks();
        let restricted = key.filter(|&index| {
            self.settings.keys.all().get(index).is_some_and(|key| key.limits.models.is_some())
        });
        let variant = Variant {
            needs: (asks.tools, asks.structured_output, asks.image),
            mode: body.mode(),
            key: restricted,
        };
        // A panic while holding the lock leaves nothing half-made in there.
        let mut routes = self.routes.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = routes.get(body.model())
            && let Some((_, route)) = known.iter().find(|(known, _)| *known == variant)
        {
            return Ok(Arc::clone(route));
        }
        let route = Arc::new(self.make(body.model(), variant, metrics)?);
        if routes.len() >= MOST {
            routes.clear();
        }
        routes.entry(body.model().into()).or_default().push((variant, Arc::clone(&route)));
        Ok(route)
    }

    fn make(&self, named: &str, variant: Variant, metrics: &Metrics) -> Result<Route, ApiError> {
        let settings = &self.settings;
        let (model, chain) = self.chain(named, variant.key)?;
        let (tools, structured_output, image) = variant.needs;
        let (first_byte, total) = match variant.mode {
            StreamMode::Stream => (settings.first_byte, settings.total),
            StreamMode::Whole => (settings.whole_first_byte, settings.whole_total),
        };
        let needs = Needs { tools, structured_output, image, min_context: None };
        let options = Options { needs, first_byte, total, ..Options::default() };
        let models = || chain.iter().filter_map(|model| settings.catalog.get(model.hub_id()));
        let prices = models().flat_map(|model| {
            let offers = model.offers().iter().filter_map(|offer| offer.pricing);
            offers.chain(model.pricing.map(|sourced| sourced.value))
        });
        let contexts = models().flat_map(|model| {
            let offers = model.offers().iter().filter_map(|offer| offer.context_length);
            offers.chain(model.context_window.map(|sourced| sourced.value))
        });
        let dearest = prices.reduce(|one, other| Pricing {
            input: one.input.max(other.input),
            output: one.output.max(other.output),
        });
        let known = settings.catalog.get(model.hub_id());
        let label = known.map_or_else(|| "other".to_owned(), |_| model.hub_id().to_owned());
        Ok(Route {
            counts: RouteCounts::new(metrics, &label),
            plan: Arc::new(Plan::new(&chain, &settings.catalog, options)),
            label,
            dearest: dearest.filter(|_| known.is_some()),
            context: contexts.max().unwrap_or(CONTEXT),
            model,
        })
    }

    /// The model that a client names, and what is asked for it: itself, and the fallbacks as far as the key at that place
    /// may ask them.
    pub(crate) fn chain(
        &self,
        named: &str,
        key: Option<usize>,
    ) -> Result<(ModelRef, Vec<ModelRef>), ApiError> {
        let settings = &self.settings;
        let model = self.resolve(named)?;
        let allows = |model: &ModelRef| {
            let key = key.and_then(|index| settings.keys.all().get(index));
            key.is_none_or(|key| key.limits.allow(model))
        };
        if !allows(&model) {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "permission_error",
                "model_not_allowed",
                format!("this key may not ask `{}`; GET /v1/models lists what it may", model.router_id()),
            )
            .about(Some("model")));
        }
        // A slip of the hand is not answered by another model: what the list does not have is asked alone.
        let is_listed = settings.catalog.availability(&model) != Availability::NotListed;
        let mut chain = vec![model.clone()];
        if is_listed {
            chain.extend(settings.fallbacks.iter().filter(|model| allows(model)).cloned());
        }
        Ok((model, chain))
    }

    /// The reference that a client's word stands for: a reference with or without its provider, an alias, or `default`.
    pub(crate) fn resolve(&self, named: &str) -> Result<ModelRef, ApiError> {
        let settings = &self.settings;
        let unknown = |message: String| {
            ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found", message)
                .about(Some("model"))
        };
        match settings.aliases.resolve(named) {
            Reference::HuggingFace(model) => Ok(model),
            // An alias of that name would have been found.
            Reference::UnknownWord(word) if word == DEFAULT => Ok(settings.primary.clone()),
            Reference::Foreign(text) => Err(unknown(format!(
                "`{}` is a model of another provider; this gateway asks Hugging Face alone",
                text.escape_debug()
            ))),
            Reference::UnknownWord(word) => Err(unknown(format!(
                "`{}` is neither an alias nor a model, expected `<org>/<name>`, an alias or `default`; \
                 GET /v1/models lists them",
                word.escape_debug()
            ))),
            Reference::Malformed(error) => {
                Err(ApiError::invalid("model_malformed", error.to_string()).about(Some("model")))
            }
        }
    }
}
