//! The control calls under `/_sandbox`, for clients in another process.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::fault::Script;
use crate::requests::Recorded;
use crate::server::Shared;

type Asking = State<Arc<Shared>>;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/_sandbox/requests", get(requests).delete(clear_requests))
}

async fn faults(State(shared): Asking) -> Json<Vec<Script>> {
    Json(shared.scripts.left())
}

/// Appends a list of scripts, all or none.
async fn add_faults(State(shared): Asking, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return refuse(rejection.status(), "the body could not be read"),
    };
    let scripts = match serde_json::from_slice::<Vec<Script>>(&body) {
        Ok(scripts) => scripts,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match shared.scripts.add(scripts) {
        Ok(waiting) => answer(StatusCode::OK, &json!({ "scripts": waiting })),
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn clear_faults(State(shared): Asking) -> StatusCode {
    shared.scripts.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(shared): Asking) -> Json<Vec<Recorded>> {
    Json(shared.log.all())
}

async fn clear_requests(State(shared): Asking) -> StatusCode {
    shared.log.clear();
    StatusCode::NO_CONTENT
}

fn refuse(status: StatusCode, text: &str) -> Response {
    answer(status, &json!({ "error": text }))
}

fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
