//! `GET /v1/openclaw/status`: who would answer now and why, what the last hour came to, what runs.

mod next;

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use openclaw_catalog::Cost;
use openclaw_failover::Class;
use serde_json::{Map, Value, json};

use crate::chat::Caller;
use crate::models::json_response;
use crate::recent::{Minute, Move, sum};
use crate::route::DEFAULT;
use crate::state::{Gateway, Snapshot};

/// The status for the default model.
pub(crate) async fn of_default(State(gateway): State<Gateway>, caller: Caller) -> Response {
    answer(&gateway, &caller, DEFAULT)
}

/// The status for whatever may stand in a request's `model`.
pub(crate) async fn of_model(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(model): Path<String>,
) -> Response {
    answer(&gateway, &caller, &model)
}

fn answer(gateway: &Gateway, caller: &Caller, named: &str) -> Response {
    let mut response = json_response(status(gateway, caller, named).to_string().into());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// All of it. What is not known is `null`.
fn status(gateway: &Gateway, caller: &Caller, named: &str) -> Value {
    let Caller { snapshot, key } = caller;
    let settings = &snapshot.settings;
    let shared = &gateway.shared;
    let now = gateway.uptime();
    let (minutes, moves) = shared.recent.hour(now);
    let metrics = &shared.metrics;
    let (kept, standing) = gateway.standing();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": now.as_secs(),
        "has_token": settings.has_token,
        "is_stopping": gateway.is_draining(),
        "config_ok": metrics.config_ok.get() == 1,
        "state": { "kept": kept, "for_seconds": standing.map(|standing| standing.as_secs()) },
        "key": key.and_then(|key| of_key(gateway, snapshot, key)),
        "catalog": {
            "models": settings.catalog.models().len(),
            "is_from_router": settings.catalog.has_discovery(),
            "age_seconds": shared.recent.list_age(now),
        },
        "next": next::next(gateway, snapshot, *key, named),
        "running": {
            "requests": metrics.in_flight.get(),
            "streams": metrics.open_streams.get(),
            "connections": metrics.connections.get(),
        },
        "hour": hour(&minutes),
        "failovers": moves
            .iter()
            .filter(|moved| allows(snapshot, *key, moved))
            .map(|moved| of_move(moved, now))
            .collect::<Value>(),
    })
}

/// The asking key: its name, and what it spent today where that is counted.
fn of_key(gateway: &Gateway, snapshot: &Snapshot, key: usize) -> Option<Value> {
    let key = snapshot.settings.keys.all().get(key)?;
    let limit = key.limits.per_day;
    // What a key without limits spends is not counted.
    let spent = key.limits.counts().then(|| gateway.ledger(|ledger, now| ledger.spent_today(&key.name, now)));
    Some(json!({
        "name": &*key.name,
        "spent_today_usd": spent.map(|cost| cost.to_string()),
        "usd_per_day": limit.map(|cost| cost.to_string()),
    }))
}

fn hour(minutes: &[Minute]) -> Value {
    let all = sum(minutes);
    let classes = Class::ALL.iter().zip(all.moved).filter(|(_, count)| *count > 0);
    let failovers: Map<String, Value> =
        classes.map(|(class, count)| (class.as_str().to_owned(), count.into())).collect();
    json!({
        "answered": all.answered,
        "failed": all.failed,
        "aborted": all.aborted,
        "failovers": failovers,
        "input_tokens": all.input,
        "output_tokens": all.output,
        "cost_usd": Cost::from_nano_usd(all.nano_usd).to_string(),
        "minutes": minutes
            .iter()
            .map(|minute| json!({
                "answered": minute.answered,
                "failed": minute.failed + minute.aborted,
                "failovers": minute.moves(),
            }))
            .collect::<Value>(),
    })
}

/// Whether the key may know of the move: it may ask both models.
fn allows(snapshot: &Snapshot, key: Option<usize>, moved: &Move) -> bool {
    let key = key.and_then(|index| snapshot.settings.keys.all().get(index));
    key.is_none_or(|key| key.limits.allow(&moved.model) && key.limits.allow(&moved.to_model))
}

fn of_move(moved: &Move, now: Duration) -> Value {
    json!({
        "seconds_ago": now.saturating_sub(moved.at).as_secs(),
        "model": moved.model.router_id(),
        "from": moved.from,
        "class": moved.class.as_str(),
        "http_status": moved.status,
        "to_model": moved.to_model.router_id(),
        "to": moved.to,
    })
}
