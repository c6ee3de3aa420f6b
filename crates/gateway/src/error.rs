//! What a client is told when there is no answer, in OpenAI's shape.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use openclaw_failover::{Class, StopReason};
use openclaw_hf_client::{DriveError, Error};
use serde_json::json;

/// What a client is told when there is no answer: `{"error":{"message","type","param","code"}}`.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    /// OpenAI's word for the kind: `invalid_request_error`.
    pub(crate) kind: &'static str,
    pub(crate) param: Option<&'static str>,
    /// For programs: `model_not_found`.
    pub(crate) code: String,
    pub(crate) retry_after: Option<Duration>,
}

impl ApiError {
    #[cold]
    pub(crate) fn new(
        status: StatusCode,
        kind: &'static str,
        code: &str,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self { status, message, kind, param: None, code: code.to_owned(), retry_after: None }
    }

    /// The request is at fault.
    pub(crate) fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", code, message)
    }

    pub(crate) fn about(mut self, param: Option<&'static str>) -> Self {
        self.param = param;
        self
    }

    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Nobody answered.
    pub(crate) fn nobody(error: &DriveError) -> Self {
        let class = error.class().unwrap_or(Class::ProviderFault);
        let last = error.last().filter(|last| last.class() == class);
        let mut told = Self::of_class(class, last);
        if error.reason() == StopReason::NothingToTry {
            "nothing can be asked: the plan is empty".clone_into(&mut told.message);
        } else if error.trail().entries().len() > 1 {
            told.message = format!("{} (asked: {})", told.message, error.trail().compact());
        }
        if matches!(told.status.as_u16(), 429 | 503) {
            let waits = error.trail().entries().iter().filter_map(|entry| entry.cooled_for);
            told.retry_after = waits.min().or_else(|| last.and_then(Error::retry_after));
        }
        told
    }

    /// An answer that broke off after it had begun.
    pub(crate) fn broke_off(error: &Error) -> Self {
        Self::of_class(error.class(), Some(error))
    }

    fn of_class(class: Class, error: Option<&Error>) -> Self {
        let (status, kind, code) = match class {
            Class::Auth => (401, "authentication_error", "upstream_token_refused"),
            Class::Permission => (403, "permission_error", "upstream_permission_missing"),
            Class::Credits => (402, "insufficient_quota", "upstream_credits_depleted"),
            Class::RateLimited => (429, "rate_limit_error", "rate_limit_exceeded"),
            Class::ModelUnsupported => (404, "invalid_request_error", "model_not_supported"),
            Class::InvalidRequest => (400, "invalid_request_error", "invalid_request"),
            Class::ProviderFault => (502, "upstream_error", "provider_failed"),
            Class::Network => (502, "upstream_error", "router_unreachable"),
            Class::Timeout => (504, "upstream_error", "timeout"),
            Class::Malformed => (502, "upstream_error", "malformed_reply"),
            Class::Truncated => (502, "upstream_error", "answer_truncated"),
        };
        let said = error.and_then(Error::status).filter(|status| (400..600).contains(status));
        let status = StatusCode::from_u16(said.unwrap_or(status)).unwrap_or(StatusCode::BAD_GATEWAY);
        let advice = match class {
            Class::Auth | Class::Permission => " (on the gateway's machine run `openclaw onboard`)",
            Class::Credits => " (see https://huggingface.co/settings/billing)",
            _ => "",
        };
        let message = match error {
            Some(error) => match error.message() {
                Some(said) => format!("{error}: {said}{advice}"),
                None => format!("{error}{advice}"),
            },
            None => format!("nobody answered ({class}){advice}"),
        };
        let mut told = Self::new(status, kind, code, message);
        if class == Class::ModelUnsupported {
            told.param = Some("model");
        }
        if let Some(code) = error.and_then(Error::code)
            && class == Class::InvalidRequest
        {
            code.clone_into(&mut told.code);
        }
        told
    }

    /// The object, as it stands in a body or in an event of a stream.
    pub(crate) fn to_json(&self) -> String {
        json!({ "error": {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }})
        .to_string()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_json()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            // At least a second, since zero would mean now.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
