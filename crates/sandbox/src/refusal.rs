//! The router's own words when it refuses.

use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::reply::Reply;

const BAD_TOKEN: &str = "Invalid username or password.";
const NO_CREDIT: &str = "You have depleted your monthly included credits. Purchase pre-paid credits to continue using \
                         Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits.";
const NO_PERMISSION: &str = "This authentication method does not have sufficient permissions to call Inference Providers on behalf of ";

/// 401 for a token that is not one.
pub(crate) fn bad_token() -> Reply {
    let mut reply = text(StatusCode::UNAUTHORIZED, BAD_TOKEN);
    let headers = &mut reply.headers;
    headers.insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"Authentication required\""),
    );
    headers.insert("x-error-message", HeaderValue::from_static(BAD_TOKEN));
    reply
}

/// 401 for no token at all: a page, not JSON.
pub(crate) fn no_token() -> Reply {
    page(StatusCode::UNAUTHORIZED)
}

/// 402.
pub(crate) fn no_credit() -> Reply {
    text(StatusCode::PAYMENT_REQUIRED, NO_CREDIT)
}

/// 403; `whom` is `user NAME` or `org NAME`.
pub(crate) fn no_permission(whom: &str) -> Reply {
    text(StatusCode::FORBIDDEN, &format!("{NO_PERMISSION}{whom}"))
}

/// 400: nobody who may serve `model` does.
pub(crate) fn not_supported(model: &str) -> Reply {
    let message = format!("The requested model '{model}' is not supported by any provider you have enabled.");
    invalid(StatusCode::BAD_REQUEST, &message, "model", "model_not_supported")
}

/// 400, or 404 where the model is asked for by its address.
pub(crate) fn not_found(status: StatusCode, model: &str) -> Reply {
    let message = format!("The requested model '{model}' does not exist.");
    invalid(status, &message, "model", "model_not_found")
}

/// 400: a parameter is missing or wrong.
pub(crate) fn bad_parameter(param: &str, expected: &str) -> Reply {
    invalid(StatusCode::BAD_REQUEST, &format!("Invalid '{param}': {expected}."), param, "invalid_value")
}

/// 400: the body is no JSON object.
pub(crate) fn bad_body() -> Reply {
    text(StatusCode::BAD_REQUEST, "Invalid JSON body")
}

/// 413.
pub(crate) fn too_large() -> Reply {
    text(StatusCode::PAYLOAD_TOO_LARGE, "Request body too large")
}

/// 404 for an address that nobody serves.
pub(crate) fn no_such_page() -> Reply {
    text(StatusCode::NOT_FOUND, "Not Found")
}

/// What the router or a provider sends with a status when nothing else is scripted.
///
/// 400 is the gateway's refusal of `model`, 422 a provider's list, 429 a provider's object, 502 to 504 pages.
pub(crate) fn usual(status: StatusCode, model: Option<&str>) -> Reply {
    match status.as_u16() {
        400 => not_supported(model.unwrap_or("unknown")),
        401 => bad_token(),
        402 => no_credit(),
        403 => no_permission(&format!("user {}", crate::auth::USER)),
        422 => Reply::json(
            status,
            &json!({ "detail": [{ "type": "value_error", "loc": ["body"], "msg": "Value error" }] }),
        ),
        429 => Reply::json(
            status,
            &json!({ "error": {
                "message": "The engine is currently overloaded, please try again later",
                "type": "rate_limit_error",
                "param": null,
                "code": "engine_overloaded",
            } }),
        ),
        502..=504 => page(status),
        _ => text(status, status.canonical_reason().unwrap_or("Unknown error")),
    }
}

/// An HTML page with the status as its title.
pub(crate) fn page(status: StatusCode) -> Reply {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let body = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n</body>\n</html>\n"
    );
    Reply::whole(status, HeaderValue::from_static("text/html; charset=utf-8"), body.into())
}

fn text(status: StatusCode, text: &str) -> Reply {
    Reply::json(status, &json!({ "error": text }))
}

fn invalid(status: StatusCode, message: &str, param: &str, code: &str) -> Reply {
    let body: Value = json!({ "error": {
        "message": message,
        "type": "invalid_request_error",
        "param": param,
        "code": code,
    } });
    Reply::json(status, &body)
}
