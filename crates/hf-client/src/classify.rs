//! From a refusal's status, headers and body to its class. Pure.

mod body;

use std::time::{Duration, SystemTime};

use body::Said;

use crate::{Class, Redactor, parse_retry_after};

/// The part of a reply's head that its class depends on.
#[derive(Clone, Copy, Debug)]
pub struct ReplyHead<'a> {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, as sent.
    pub retry_after: Option<&'a str>,
    /// `X-Error-Message`, as sent: used when the body says nothing.
    pub error_message: Option<&'a str>,
    /// The time of the reply, from which a date in `Retry-After` is counted.
    pub now: SystemTime,
}

impl ReplyHead<'_> {
    /// A head that is nothing but its status. With a date in `Retry-After`, `now` must be set too.
    pub fn new(status: u16) -> Self {
        Self { status, retry_after: None, error_message: None, now: SystemTime::UNIX_EPOCH }
    }
}

/// What a refusal means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of failure it is.
    pub class: Class,
    /// The status: of the reply, or the one that an error event names.
    pub status: Option<u16>,
    /// What the server says, cleaned; `None` when it says nothing a person could read.
    pub message: Option<String>,
    /// The server's code, for example `model_not_supported`.
    pub code: Option<String>,
    /// How long to leave this provider alone; only ever set on 429 and 503, since some send it with every reply.
    pub retry_after: Option<Duration>,
}

/// What a reply that is not a success means.
///
/// ```
/// use openclaw_hf_client::{Class, Redactor, ReplyHead, classify};
///
/// let body = br#"{"error":{"message":"No provider serves it.","code":"model_not_supported"}}"#;
/// let refusal = classify(&ReplyHead::new(400), body, &Redactor::default());
/// assert_eq!(refusal.class, Class::ModelUnsupported);
/// assert_eq!(refusal.message.as_deref(), Some("No provider serves it."));
/// ```
pub fn classify(head: &ReplyHead<'_>, body: &[u8], redactor: &Redactor) -> Refusal {
    let mut said = body::read(body);
    if said.text.is_none() {
        said.text = head.error_message.map(str::to_owned);
    }
    let class = class_of(head.status, &said);
    let retry_after = matches!(head.status, 429 | 503)
        .then_some(head.retry_after)
        .flatten()
        .and_then(|value| parse_retry_after(value, head.now));
    refusal(class, Some(head.status), said, retry_after, redactor)
}

/// What an error inside a reply of status 200 means: an `error` event of a stream, or an `error` object instead of an
/// answer.
///
/// The router checks the token, the permission and the credits before it answers 200, so a 401, 402 or 403 in there is
/// between the router and the provider, unless it is in the router's own words.
pub fn classify_in_band(body: &[u8], redactor: &Redactor) -> Refusal {
    let said = body::read(body);
    let class = match said.status {
        Some(401..=403) | None => by_words(&said).unwrap_or_else(|| by_code(&said)),
        Some(status) => class_of(status, &said),
    };
    refusal(class, said.status, said, None, redactor)
}

fn refusal(
    class: Class,
    status: Option<u16>,
    said: Said,
    retry_after: Option<Duration>,
    redactor: &Redactor,
) -> Refusal {
    let clean = |text: String| Some(redactor.clean(&text)).filter(|text| !text.is_empty());
    Refusal {
        class,
        status,
        message: said.text.and_then(clean),
        code: said.code.or(said.kind).and_then(|code| {
            let code = if is_name(&code) { redactor.clean_name(&code) } else { redactor.clean(&code) };
            Some(code).filter(|code| !code.is_empty())
        }),
        retry_after,
    }
}

/// Whether `code` is a code and not a sentence.
fn is_name(code: &str) -> bool {
    code.len() <= 64
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn class_of(status: u16, said: &Said) -> Class {
    match status {
        401 => Class::Auth,
        402 => Class::Credits,
        429 => match by_words(said) {
            // Waiting does not bring credits back.
            Some(Class::Credits) => Class::Credits,
            _ => Class::RateLimited,
        },
        403 | 404 => by_words(said).unwrap_or(Class::ProviderFault),
        400 | 405 | 406 | 411 | 413..=417 | 422 | 431 => by_words(said).unwrap_or(Class::InvalidRequest),
        300..=399 => Class::ProviderFault,
        400..=599 => Class::ProviderFault,
        _ => Class::Malformed,
    }
}

/// The class that the words of the router name, whatever the status.
fn by_words(said: &Said) -> Option<Class> {
    if matches!(said.code.as_deref(), Some("model_not_supported" | "model_not_found")) {
        return Some(Class::ModelUnsupported);
    }
    let text = said.text.as_deref()?.to_lowercase();
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    if has(&["sufficient permissions", "inference providers"]) {
        Some(Class::Permission)
    } else if has(&["monthly included credits"])
        || has(&["pre-paid credits"])
        || has(&["exceeded your", "spending limit"])
    {
        Some(Class::Credits)
    } else if has(&["model not supported by provider"])
        || has(&["not supported by any provider"])
        || has(&["the requested model", "does not exist"])
    {
        Some(Class::ModelUnsupported)
    } else {
        None
    }
}

/// The class that an OpenAI-like `code` or `type` names, where there is no status.
fn by_code(said: &Said) -> Class {
    let names = [said.code.as_deref(), said.kind.as_deref()];
    let is = |wanted: &[&str]| names.iter().flatten().any(|name| wanted.contains(name));
    if is(&[
        "rate_limit_exceeded",
        "rate_limit_error",
        "rate_limit",
        "rate_limited",
        "too_many_requests",
        "engine_overloaded",
    ]) {
        Class::RateLimited
    } else if is(&["invalid_request_error", "invalid_request", "context_length_exceeded", "BadRequestError"])
    {
        Class::InvalidRequest
    } else {
        Class::ProviderFault
    }
}

#[cfg(test)]
mod tests;
