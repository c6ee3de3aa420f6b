//! `GET /v1/models`, the probes, the metrics, and what is not served.

use std::sync::PoisonError;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use openclaw_catalog::{Expected, Model, Offer, Pricing};
use openclaw_config_merge::Reference;

use openclaw_model_ref::{ModelRef, RoutingPolicy};
use serde_json::{Map, Value, json};

use crate::chat::{Caller, count};
use crate::error::ApiError;
use crate::route::DEFAULT;
use crate::state::{CHAT, Gateway, Snapshot};

/// All that the caller may ask: models by id, the config's suffixed forms, aliases, and `default`.
pub(crate) async fn list(State(_): State<Gateway>, caller: Caller) -> Response {
    let Caller { snapshot, key } = caller;
    let restricted = restricted(&snapshot, key);
    // A panic while holding the lock leaves nothing half-made in there.
    let mut listed = snapshot.listed.lock().unwrap_or_else(PoisonError::into_inner);
    let body = listed.entry(restricted).or_insert_with(|| listing(&snapshot, restricted)).clone();
    drop(listed);
    json_response(body)
}

/// The key, where it may not ask every model.
fn restricted(snapshot: &Snapshot, key: Option<usize>) -> Option<usize> {
    key.filter(|&index| {
        snapshot.settings.keys.all().get(index).is_some_and(|key| key.limits.models.is_some())
    })
}

fn may(snapshot: &Snapshot, key: Option<usize>, model: &ModelRef) -> bool {
    let key = key.and_then(|index| snapshot.settings.keys.all().get(index));
    key.is_none_or(|key| key.limits.allow(model))
}

fn listing(snapshot: &Snapshot, key: Option<usize>) -> Bytes {
    let settings = &snapshot.settings;
    let mut data = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut add = |id: &str, model: &ModelRef| {
        if may(snapshot, key, model)
            && seen.insert(id.to_owned())
            && let Some(entry) = entry(snapshot, id, model)
        {
            data.push(entry);
        }
    };
    add(DEFAULT, &settings.primary);
    for (alias, text) in settings.aliases.iter() {
        if let Reference::HuggingFace(model) = Reference::in_file(text) {
            add(alias, &model);
        }
    }
    for chosen in std::iter::once(&settings.primary).chain(&settings.fallbacks) {
        add(chosen.router_id(), chosen);
    }
    for model in settings.catalog.models() {
        let is_gone = settings.catalog.has_discovery() && !model.offers().iter().any(Offer::is_live);
        if !is_gone && let Ok(reference) = ModelRef::parse_implied(&model.id) {
            add(&model.id, &reference);
        }
    }
    json!({ "object": "list", "data": data }).to_string().into()
}

/// One model, by whatever may stand in a request's `model`.
pub(crate) async fn one(State(gateway): State<Gateway>, caller: Caller, Path(id): Path<String>) -> Response {
    let Caller { snapshot, key } = caller;
    let found = snapshot.resolve(&id).and_then(|model| {
        entry(&snapshot, &id, &model).filter(|_| may(&snapshot, key, &model)).ok_or_else(|| {
            let told = format!("there is no model `{}` here; GET /v1/models lists them", id.escape_debug());
            ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "model_not_found", told)
                .about(Some("model"))
        })
    });
    match found {
        Ok(entry) => json_response(entry.to_string().into()),
        Err(refused) => {
            count(&gateway, &refused);
            refused.into_response()
        }
    }
}

/// A model as OpenAI lists it, with what nobody else tells as further fields. What is not known is left out.
fn entry(snapshot: &Snapshot, id: &str, model: &ModelRef) -> Option<Value> {
    let catalog = &snapshot.settings.catalog;
    let known = catalog.resolve(model)?;
    let mut entry = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(name.to_owned(), value);
        }
    };
    add("id", Some(id.into()));
    add("object", Some("model".into()));
    // OpenAI's clients want a number here, and the catalog has none.
    add("created", Some(0.into()));
    add("owned_by", Some(model.org().into()));
    add("model", Some(model.router_id().into()).filter(|_| id != model.router_id()));
    let alias = snapshot.settings.aliases.find(id).map(|(alias, _)| alias);
    add("name", Some(alias.unwrap_or(&known.label().value).into()));
    add("context_length", known.context_window.map(|context| context.value.into()));
    add("max_tokens", known.max_tokens.map(|most| most.value.into()));
    add("reasoning", known.reasoning.map(|reasoning| reasoning.value.into()));
    let words = |kinds: openclaw_catalog::InputKinds| kinds.iter().map(|kind| kind.as_str().into()).collect();
    add("input_modalities", known.input.map(|input| Value::Array(words(input.value))));
    let expected = Expected::of(model, &known);
    add("pricing", expected.pricing.map(pricing));
    add("predicted_provider", expected.offer.map(|offer| offer.provider.clone().into()));
    if !matches!(model.selector(), openclaw_model_ref::Selector::Provider(_)) {
        add("offers", Some(offers(&known, model)).filter(|offers| offers != &Value::Array(Vec::new())));
        add("variants", variants(model));
    }
    Some(entry.into())
}

pub(crate) fn pricing(pricing: Pricing) -> Value {
    // Text, since money is no float: USD per million tokens.
    json!({ "input": pricing.input.to_string(), "output": pricing.output.to_string(), "unit": "USD per million tokens" })
}

fn offers(known: &Model, model: &ModelRef) -> Value {
    let live = known.offers().iter().filter(|offer| offer.is_live());
    let offers = live.map(|offer| {
        let mut entry = Map::new();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                entry.insert(name.to_owned(), value);
            }
        };
        add("id", Some(format!("{}:{}", model.hub_id(), offer.provider).into()));
        add("provider", Some(offer.provider.clone().into()));
        add("pricing", offer.pricing.map(pricing));
        add("context_length", offer.context_length.map(Value::from));
        add("throughput", offer.throughput.map(Value::from));
        let latency = offer.first_token_latency.and_then(|time| u64::try_from(time.as_millis()).ok());
        add("first_token_latency_ms", latency.map(Value::from));
        add("supports_tools", offer.supports_tools.map(Value::from));
        add("supports_structured_output", offer.supports_structured_output.map(Value::from));
        Value::Object(entry)
    });
    Value::Array(offers.collect())
}

/// The suffix forms that choose by policy; those that choose a provider are the ids of the offers.
fn variants(model: &ModelRef) -> Option<Value> {
    if model.selector().suffix().is_some() {
        return None;
    }
    let forms = RoutingPolicy::ALL.into_iter();
    Some(forms.map(|policy| Value::from(format!("{}:{}", model.hub_id(), policy.as_str()))).collect())
}

/// Whether the process answers at all.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether it can be sent requests.
pub(crate) async fn readyz(State(gateway): State<Gateway>) -> Response {
    let snapshot = gateway.snapshot();
    if gateway.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match snapshot.settings.has_token {
        true => (StatusCode::OK, "ready\n").into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, "no token of Hugging Face\n").into_response(),
    }
}

/// Prometheus' text.
pub(crate) async fn metrics(State(gateway): State<Gateway>, _caller: Caller) -> Response {
    let mut response = Response::new(Body::from(gateway.shared.metrics.text()));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A path that is served, asked in another way.
pub(crate) async fn wrong_method(State(gateway): State<Gateway>, method: Method, uri: Uri) -> Response {
    let right = if uri.path() == CHAT { "POST" } else { "GET" };
    let told = format!("`{method}` is not served at `{}`, expected {right}", uri.path());
    let refused =
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request_error", "method_not_allowed", told);
    count(&gateway, &refused);
    let mut response = refused.into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(right));
    response
}

/// Says where to go for what is not served here.
pub(crate) async fn not_served(State(gateway): State<Gateway>, uri: Uri) -> Response {
    let refused = nowhere(uri.path());
    count(&gateway, &refused);
    refused.into_response()
}

fn nowhere(path: &str) -> ApiError {
    let clients = "use Hugging Face's own clients, `huggingface_hub` for Python and `@huggingface/inference` for JavaScript";
    let task = |name: &str| format!("https://huggingface.co/docs/inference-providers/tasks/{name}");
    let within = path.strip_prefix("/v1/").unwrap_or_default();
    let first = within.split('/').next().unwrap_or_default();
    let told = match first {
        "embeddings" => format!("embeddings are not served here; {clients}: {}", task("feature-extraction")),
        "images" => format!("images are not served here; {clients}: {}", task("text-to-image")),
        "audio" => format!("speech is not served here; {clients}: {}", task("automatic-speech-recognition")),
        "completions" | "responses" | "messages" => {
            format!("`/v1/{first}` is not served here; POST /v1/chat/completions is")
        }
        _ if matches!(path, "/chat/completions" | "/models") => {
            format!("`{path}` is not served here; end the client's base URL in `/v1`")
        }
        _ => format!(
            "`{path}` is not served here: chat completions alone are, at /v1/chat/completions, and /v1/models lists the models"
        ),
    };
    ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "not_served", told)
}

pub(crate) fn json_response(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s01_what_is_not_served_says_where_to_go() {
        let paths = [
            "/v1/embeddings",
            "/v1/images/generations",
            "/v1/audio/speech",
            "/v1/completions",
            "/v1/responses",
            "/chat/completions",
            "/v1/files",
            "/other",
        ];
        let told: Vec<String> =
            paths.iter().map(|path| format!("{path}: {}", nowhere(path).message)).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        /v1/embeddings: embeddings are not served here; use Hugging Face's own clients, `huggingface_hub` for Python and `@huggingface/inference` for JavaScript: https://huggingface.co/docs/inference-providers/tasks/feature-extraction
        /v1/images/generations: images are not served here; use Hugging Face's own clients, `huggingface_hub` for Python and `@huggingface/inference` for JavaScript: https://huggingface.co/docs/inference-providers/tasks/text-to-image
        /v1/audio/speech: speech is not served here; use Hugging Face's own clients, `huggingface_hub` for Python and `@huggingface/inference` for JavaScript: https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition
        /v1/completions: `/v1/completions` is not served here; POST /v1/chat/completions is
        /v1/responses: `/v1/responses` is not served here; POST /v1/chat/completions is
        /chat/completions: `/chat/completions` is not served here; end the client's base URL in `/v1`
        /v1/files: `/v1/files` is not served here: chat completions alone are, at /v1/chat/completions, and /v1/models lists the models
        /other: `/other` is not served here: chat completions alone are, at /v1/chat/completions, and /v1/models lists the models
        ");
    }
}
