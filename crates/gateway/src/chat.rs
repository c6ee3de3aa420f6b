//! `POST /v1/chat/completions`.

use std::fmt::{Display, Write as _};
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use openclaw_failover::{Class, Target};
use openclaw_hf_client::{
    ChatBody, DriveError, DrivenBody, DrivenStream, DrivenWhole, Meta, Switch, drive_body,
};

use crate::budget::Share;
use crate::error::ApiError;
use crate::guard::Foreign;
use crate::ledger::{Estimate, Grant};
use crate::metrics::ReasonLabels;
use crate::route::Route;
use crate::state::{Gateway, Snapshot};
use crate::stream::Streaming;
use crate::tally::{Begin, Tally, switched};

/// Who answered: a provider's slug.
const PROVIDER: HeaderName = HeaderName::from_static("x-openclaw-provider");
/// What was sent as the model to who answered.
const MODEL: HeaderName = HeaderName::from_static("x-openclaw-model");
/// The trail of attempts on one line.
const ATTEMPTS: HeaderName = HeaderName::from_static("x-openclaw-attempts");
/// The estimated cost in USD.
const COST: HeaderName = HeaderName::from_static("x-openclaw-cost");

/// A client that may ask.
pub(crate) struct Caller {
    pub(crate) snapshot: Arc<Snapshot>,
    /// The place of its key; `None` where none is needed.
    pub(crate) key: Option<usize>,
}

impl FromRequestParts<Gateway> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        admit(&parts.headers, gateway).inspect_err(|refused| count(gateway, refused))
    }
}

/// Checks the address that the request names.
pub(crate) fn check_host(headers: &HeaderMap, gateway: &Gateway) -> Result<(), ApiError> {
    gateway.shared.options.hosts.check(headers).map_err(|foreign| match foreign {
        Foreign::Host(host) => ApiError::new(
            StatusCode::FORBIDDEN,
            "permission_error",
            "host_not_allowed",
            format!(
                "the request names the host `{}`, which is not this gateway's; `openclaw gateway run --allow-host NAME` takes one",
                host.escape_debug()
            ),
        ),
        Foreign::Origin(origin) => ApiError::new(
            StatusCode::FORBIDDEN,
            "permission_error",
            "origin_not_allowed",
            format!(
                "a page of `{}` may not ask this gateway; `openclaw gateway run --allow-host NAME` takes one",
                origin.escape_debug()
            ),
        ),
    })
}

/// Checks the address that the request names, and its key.
fn admit(headers: &HeaderMap, gateway: &Gateway) -> Result<Caller, ApiError> {
    check_host(headers, gateway)?;
    let snapshot = gateway.snapshot();
    if matches!(snapshot.settings.keys, crate::Keys::Open) {
        return Ok(Caller { snapshot, key: None });
    }
    let sent = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let sent = sent.and_then(|value| {
        let (scheme, key) = value.split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then_some(key.trim_ascii())
    });
    let refused = |message: &str| {
        ApiError::new(StatusCode::UNAUTHORIZED, "authentication_error", "invalid_api_key", message)
    };
    let Some(sent) = sent else {
        return Err(refused(
            "a key of this gateway is needed, as `Authorization: Bearer …`; `openclaw gateway keys show` prints it",
        ));
    };
    match snapshot.settings.keys.find(sent) {
        Some(key) => Ok(Caller { snapshot, key: Some(key) }),
        None if sent.starts_with(b"hf_") => Err(refused(
            "that is a token of Hugging Face; this gateway has its own and wants a key, which `openclaw gateway keys show` prints",
        )),
        None => Err(refused("that is no key of this gateway; `openclaw gateway keys show` prints one")),
    }
}

pub(crate) fn count(gateway: &Gateway, refused: &ApiError) {
    gateway.shared.metrics.refused.get_or_create(&ReasonLabels { code: refused.code.clone() }).inc();
}

pub(crate) async fn chat(State(gateway): State<Gateway>, request: Request<Body>) -> Response {
    ask(gateway, request, None).await
}

/// The way of nearly every request, without the router's detours.
///
/// `turn` is held until the last byte of the answer is handed over.
pub(crate) async fn ask(gateway: Gateway, request: Request<Body>, turn: Option<Share>) -> Response {
    let started = Instant::now();
    let (tally, route, body) = match prepare(&gateway, request, turn, started).await {
        Ok(prepared) => prepared,
        Err(refused) => {
            count(&gateway, &refused);
            return refused.into_response();
        }
    };
    let snapshot = tally.snapshot();
    let (client, plan, cooldowns) = (&snapshot.settings.client, &route.plan, &gateway.shared.cooldowns);
    let told = |switch: Switch<'_>| switched(&gateway, switch);
    match drive_body(client, Arc::clone(plan), cooldowns, &body, told).await {
        Ok(DrivenBody::Whole(whole)) => whole_answer(tally, &whole),
        Ok(DrivenBody::Stream(stream)) => streamed_answer(tally, stream),
        Err(error) => no_answer(tally, &error),
    }
}

/// Everything that can be refused without asking anybody.
async fn prepare(
    gateway: &Gateway,
    request: Request<Body>,
    turn: Option<Share>,
    started: Instant,
) -> Result<(Tally, Arc<Route>, ChatBody), ApiError> {
    let Caller { snapshot, key } = admit(request.headers(), gateway)?;
    let mut slot = gateway.shared.running.share();
    if !slot.grow(1) {
        return Err(busy("as many requests as it takes at once run already"));
    }
    #[cfg(feature = "otlp")]
    let parent = gateway.otlp().and_then(|_| crate::otlp::parent(request.headers()));
    let mut memory = gateway.shared.memory.share();
    let bytes = read_body(gateway, request, &mut memory).await?;
    let body = ChatBody::read(bytes)
        .map_err(|error| ApiError::invalid("invalid_body", error.to_string()).about(error.field()))?;
    if !snapshot.settings.has_token {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "authentication_error",
            "no_upstream_token",
            "the gateway has no token of Hugging Face, and the router answers nobody without one; on its machine run `openclaw onboard`",
        ));
    }
    let route = snapshot.route(&body, key, &gateway.shared.metrics)?;
    let grant = reserve(gateway, &snapshot, key, &route, &body)?;
    let tally = Tally::begin(Begin {
        gateway: gateway.clone(),
        named: body.model().to_owned(),
        mode: body.mode(),
        route: Arc::clone(&route),
        snapshot,
        key,
        grant,
        prompt_tokens: body.asks().prompt_tokens,
        started,
        slot,
        memory,
        turn,
        #[cfg(feature = "otlp")]
        parent,
    });
    Ok((tally, route, body))
}

fn busy(why: &str) -> ApiError {
    let told = format!("the gateway is at its limit: {why}");
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded_error", "gateway_busy", told)
        .retry_after(std::time::Duration::from_secs(1))
}

/// The whole body, within the limits of size, memory and time.
async fn read_body(gateway: &Gateway, request: Request<Body>, memory: &mut Share) -> Result<Bytes, ApiError> {
    let limit = gateway.shared.options.limits.body;
    let too_large = || {
        let told = format!("the body is larger than {limit} bytes");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request_error", "body_too_large", told)
    };
    if request.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let told = "the body is compressed, expected it plain";
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "invalid_request_error",
            "body_compressed",
            told,
        ));
    }
    let length =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let no_memory = || busy("its memory for bodies is used up");
    let mut body = request.into_body();
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    while !body.is_end_stream() {
        let frame = tokio::time::timeout(gateway.shared.options.patience.body, body.frame()).await;
        let frame = match frame {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => return Err(ApiError::invalid("body_cut", "the body was cut off")),
            Err(_) => {
                let told = "the body stopped coming";
                return Err(ApiError::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "invalid_request_error",
                    "body_timeout",
                    told,
                ));
            }
        };
        let Ok(bytes) = frame.into_data() else { continue };
        let so_far = first.as_ref().map_or(0, Bytes::len) + rest.len();
        if bytes.len() > limit - so_far {
            return Err(too_large());
        }
        if !memory.grow(bytes.len()) {
            return Err(no_memory());
        }
        match &first {
            // Most bodies come in one piece, which is not copied.
            None => first = Some(bytes),
            Some(_) => {
                if rest.is_empty() {
                    rest.reserve(length.unwrap_or_default().saturating_sub(so_far).max(bytes.len()));
                }
                rest.extend_from_slice(&bytes);
            }
        }
    }
    let first = first.unwrap_or_default();
    if rest.is_empty() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(whole.freeze())
}

/// Holds the key to its limits.
fn reserve(
    gateway: &Gateway,
    snapshot: &Snapshot,
    key: Option<usize>,
    route: &Route,
    body: &ChatBody,
) -> Result<Option<Grant>, ApiError> {
    let Some(key) = key.and_then(|key| snapshot.settings.keys.all().get(key)) else { return Ok(None) };
    if !key.limits.counts() {
        return Ok(None);
    }
    let asks = body.asks();
    let answer = asks.max_tokens.unwrap_or(0).min(route.context);
    let cost = route.dearest.map(|pricing| pricing.cost(asks.prompt_tokens, answer));
    if key.limits.per_day.is_some() && cost.is_none() {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "permission_error",
            "price_unknown",
            format!("this key has a limit of cost, and no price of `{}` is known", route.model.router_id()),
        )
        .about(Some("model")));
    }
    let estimate = Estimate {
        tokens: asks.prompt_tokens.saturating_add(answer),
        cost: cost.map_or(0, openclaw_catalog::Cost::nano_usd),
    };
    let admitted = gateway.ledger(|ledger, now| ledger.admit(&key.name, &key.limits, estimate, now));
    admitted.map(Some).map_err(|over| {
        let told = format!("the key `{}` has reached its limit of {}", key.name, over.limit);
        let code = format!("key_limit_{}", over.limit.as_str());
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", &code, told)
            .retry_after(over.retry_after)
    })
}

fn whole_answer(mut tally: Tally, whole: &DrivenWhole) -> Response {
    tally.note(whole.target(), whole.meta().provider.as_deref(), whole.usage().cloned());
    tally.end(Ok(()), whole.trail());
    let mut response = Response::new(Body::from(whole.body().clone()));
    let head = response.headers_mut();
    head.reserve(8);
    head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    who(head, whole.target(), whole.meta());
    set(head, ATTEMPTS, &text(whole.trail().compact()));
    if let Some(cost) = tally.cost() {
        set(head, COST, &text(cost));
    }
    response
}

fn streamed_answer(mut tally: Tally, stream: Box<DrivenStream>) -> Response {
    tally.opened(stream.time_to_first_event());
    let mut head = HeaderMap::with_capacity(8);
    head.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    head.insert("cache-control", HeaderValue::from_static("no-cache"));
    // Some proxies in front would collect the events otherwise.
    head.insert("x-accel-buffering", HeaderValue::from_static("no"));
    who(&mut head, stream.target(), stream.meta());
    set(&mut head, ATTEMPTS, &so_far(&stream));
    let mut response = Response::new(Streaming { stream, tally }.into_body());
    *response.headers_mut() = head;
    response
}

#[cold]
fn no_answer(mut tally: Tally, error: &DriveError) -> Response {
    tally.end(Err(error.class().unwrap_or(Class::ProviderFault)), error.trail());
    let mut response = ApiError::nobody(error).into_response();
    set(response.headers_mut(), ATTEMPTS, &error.trail().compact().to_string());
    if let Some(id) = error.last().and_then(openclaw_hf_client::Error::request_id) {
        set(response.headers_mut(), HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// The trail with the attempt that answers, whose end is not known when the head is sent.
fn so_far(stream: &DrivenStream) -> String {
    let model = stream.target().model.router_id();
    let provider = stream.meta().provider.as_deref().unwrap_or("?");
    let trail = stream.trail();
    match trail.last() {
        None => format!("{model}@{provider}=answering"),
        Some(_) => format!("{}, {model}@{provider}=answering", trail.compact()),
    }
}

/// Tells who answered.
fn who(headers: &mut HeaderMap, target: &Target, meta: &Meta) {
    if let Some(provider) = &meta.provider {
        set(headers, PROVIDER, provider);
    }
    set(headers, MODEL, target.model.router_id());
    if let Some(id) = &meta.request_id {
        set(headers, HeaderName::from_static("x-request-id"), id);
    }
}

/// What is shown of a value, in one allocation where it is as long as usual.
fn text(value: impl Display) -> String {
    let mut text = String::with_capacity(96);
    // Writing to a `String` does not fail.
    let _ = write!(text, "{value}");
    text
}

/// Sets a header, unless the text cannot stand in one.
fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if !text.is_empty()
        && let Ok(value) = HeaderValue::from_str(text)
    {
        headers.insert(name, value);
    }
}
