//! The routes and what each answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::answer::{Answer, Ask};
use crate::auth::{self, TokenKind};
use crate::catalogue::{Catalogue, Offer};
use crate::dialect::{self, Completion};
use crate::fault::apply::{Outcome, apply};
use crate::fault::{Endpoint, Fault, Scripts, models};
use crate::options::{Options, Pace};
use crate::refusal;
use crate::reply::{Frame, JSON, Reply};
use crate::requests::{Log, Recorded};
use crate::route::{Requested, Route, Unrouted, route};
use crate::wire::Cut;

/// Larger bodies are refused; an image in a message still fits.
const BODY_LIMIT: usize = 32 << 20;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) scripts: Scripts,
    pub(crate) log: Arc<Log>,
    catalogue: Catalogue,
    /// The body of `GET /v1/models`.
    listed: Bytes,
    options: Options,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Self {
        let catalogue = Catalogue::new(options.fault_models);
        Self {
            scripts: Scripts::default(),
            log: Arc::new(Log::new(options.log_capacity)),
            listed: catalogue.to_json().to_string().into(),
            catalogue,
            options,
        }
    }
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/models", get(models))
        .route("/v1/models/{org}/{name}", get(model))
        .route("/v1/chat/completions", post(chat))
        .route("/api/whoami-v2", get(whoami))
        .merge(crate::control::router())
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(shared)
}

type Asking = State<Arc<Shared>>;

async fn models(
    State(shared): Asking,
    ConnectInfo(cut): ConnectInfo<Cut>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let recorded = Recorded::new(&method, uri.path(), &headers);
    let listed = shared.listed.clone();
    respond(&shared, cut, Some(Endpoint::Models), recorded, None, |_| {
        Reply::whole(StatusCode::OK, JSON, listed)
    })
    .await
}

async fn model(
    State(shared): Asking,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((org, name)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let id = format!("{org}/{name}");
    let recorded = Recorded { model: Some(id.clone()), ..Recorded::new(&method, uri.path(), &headers) };
    let reply = match shared.catalogue.get(&id) {
        Some(model) => Reply::json(StatusCode::OK, &model.to_json()),
        None => refusal::not_found(StatusCode::NOT_FOUND, &id),
    };
    respond(&shared, cut, Some(Endpoint::Models), recorded, None, |_| reply).await
}

async fn whoami(
    State(shared): Asking,
    ConnectInfo(cut): ConnectInfo<Cut>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let recorded = Recorded::new(&method, uri.path(), &headers);
    let reply = match auth::whoami(recorded.token) {
        Some(user) => Reply::json(StatusCode::OK, &user),
        None => refusal::bad_token(),
    };
    respond(&shared, cut, Some(Endpoint::Whoami), recorded, None, |_| reply).await
}

async fn nowhere(
    State(shared): Asking,
    ConnectInfo(cut): ConnectInfo<Cut>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let recorded = Recorded::new(&method, uri.path(), &headers);
    respond(&shared, cut, None, recorded, None, |_| refusal::no_such_page()).await
}

async fn chat(
    State(shared): Asking,
    ConnectInfo(cut): ConnectInfo<Cut>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut recorded = Recorded::new(&method, uri.path(), &headers);
    let body = body.map_err(|rejection| rejection.status());
    let body = body.map(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
    let parsed = body.as_ref().ok().and_then(Option::as_ref);
    let text = parsed.and_then(|body| body.get("model")).and_then(Value::as_str);
    let requested = text.map(Requested::parse);
    let routed = requested.map(|requested| route(&shared.catalogue, requested));
    if let Some(requested) = requested {
        recorded.model = Some(requested.id.to_owned());
        recorded.suffix = requested.suffix.map(str::to_owned);
    }
    if let Some(Ok(route)) = routed {
        recorded.provider = Some(route.offer.provider.to_owned());
    }
    if let Some(body) = parsed {
        recorded.stream = body.get("stream").and_then(Value::as_bool);
        recorded.body_keys = body.keys().cloned().collect();
    }
    let token = recorded.token;
    let bill_to = headers.get("x-hf-bill-to");
    let reply = |number| {
        if let Some(refused) = refused(token, bill_to) {
            return refused;
        }
        let body = match &body {
            Err(StatusCode::PAYLOAD_TOO_LARGE) => return refusal::too_large(),
            Err(_) | Ok(None) => return refusal::bad_body(),
            Ok(Some(body)) => body,
        };
        let (Some(text), Some(routed)) = (text, routed) else {
            return refusal::bad_parameter("model", "expected a text such as `org/name`");
        };
        let route = match routed {
            Ok(route) => route,
            Err(Unrouted::NotFound) => return refusal::not_found(StatusCode::BAD_REQUEST, text),
            Err(Unrouted::NotSupported) => return refusal::not_supported(text),
        };
        let ask = match Ask::read(body) {
            Ok(ask) => ask,
            Err((param, expected)) => return refusal::bad_parameter(param, expected),
        };
        if token == TokenKind::NoCredit {
            return refusal::no_credit();
        }
        completion(&shared.options, &ask, route, number)
    };
    respond(&shared, cut, Some(Endpoint::Chat), recorded, text, reply).await
}

/// The checks that come before the model is looked at, in the router's order.
fn refused(token: TokenKind, bill_to: Option<&HeaderValue>) -> Option<Reply> {
    match token {
        TokenKind::Missing => Some(refusal::no_token()),
        TokenKind::Refused => Some(refusal::bad_token()),
        _ => auth::may_not_bill(token, bill_to).map(|whom| refusal::no_permission(&whom)),
    }
}

fn completion(options: &Options, ask: &Ask, route: Route<'_>, number: u64) -> Reply {
    let (model, offer) = (route.model, route.offer);
    let answer = Answer::compose(ask, model.id, offer.provider, model.reasoning, options.answer_words);
    let completion = Completion::new(&answer, offer.provider, model.id, number);
    let rhythm = Rhythm::new(options.pace, offer);
    let mut reply = if ask.stream {
        let frame = |chunk: dialect::Chunk| Frame { at: rhythm.after(chunk.tokens), bytes: chunk.bytes };
        let chunks = completion.to_chunks(ask.include_usage);
        let mut reply = Reply::events(chunks.into_iter().map(frame).collect());
        reply.delay = rhythm.first;
        reply
    } else {
        let mut reply = Reply::json(StatusCode::OK, &completion.to_json());
        reply.delay = rhythm.first.saturating_add(rhythm.after(answer.tokens()));
        reply
    };
    reply.headers.insert("x-inference-provider", HeaderValue::from_static(offer.provider));
    dialect::add_headers(offer.provider, &mut reply.headers);
    reply
}

/// When tokens come out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rhythm {
    /// Until the first token.
    first: Duration,
    /// Seconds between two tokens.
    seconds: f64,
}

impl Rhythm {
    /// For offers that were never measured.
    const LATENCY_MS: f64 = 500.0;
    const THROUGHPUT: f64 = 50.0;

    fn new(pace: Pace, offer: &Offer) -> Self {
        match pace {
            Pace::Instant => Self { first: Duration::ZERO, seconds: 0.0 },
            Pace::Offer { times } => {
                let latency = offer.first_token_latency_ms.unwrap_or(Self::LATENCY_MS) / 1_000.0;
                let throughput = offer.throughput.unwrap_or(Self::THROUGHPUT);
                Self { first: seconds(latency / times), seconds: 1.0 / (throughput * times) }
            }
        }
    }

    /// From the first token until `tokens` are out.
    #[expect(clippy::cast_precision_loss, reason = "an answer is far shorter than 2^52 tokens")]
    fn after(self, tokens: usize) -> Duration {
        seconds(tokens.saturating_sub(1) as f64 * self.seconds)
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
}

/// Enters the request, lets a fault have its way with the reply, and sends what is left.
async fn respond(
    shared: &Shared,
    cut: Cut,
    endpoint: Option<Endpoint>,
    recorded: Recorded,
    asked: Option<&str>,
    reply: impl FnOnce(u64) -> Reply,
) -> Response {
    let fault =
        endpoint.and_then(|endpoint| fault(shared, endpoint, &recorded).map(|fault| (fault, endpoint)));
    let named = asked.or(recorded.model.as_deref()).map(str::to_owned);
    let mut ticket = shared.log.open(recorded);
    let reply = reply(ticket.number());
    let outcome = match fault {
        Some((fault, endpoint)) => {
            ticket.fault(fault.kind());
            apply(fault, reply, endpoint, named.as_deref())
        }
        None => Outcome::Reply(reply),
    };
    match outcome {
        Outcome::Reply(mut reply) => {
            let number = ticket.number();
            if let Ok(id) = HeaderValue::from_str(&format!("Root=1-5a0db0c0-{number:024x};sandbox")) {
                reply.headers.insert("x-request-id", id);
            }
            reply.headers.insert("x-powered-by", HeaderValue::from_static("huggingface-moon"));
            reply.send(cut, ticket).await
        }
        Outcome::Hang => std::future::pending().await,
        Outcome::Close(ending) => {
            ticket.cut();
            cut.set(ending);
            // Nothing of this reaches the wire any more.
            Response::default()
        }
    }
}

/// A script comes first, then the fault of a fault model.
fn fault(shared: &Shared, endpoint: Endpoint, recorded: &Recorded) -> Option<Fault> {
    let (model, provider) = (recorded.model.as_deref(), recorded.provider.as_deref());
    shared.scripts.take(endpoint, model, provider).or_else(|| {
        let id = model.filter(|_| endpoint == Endpoint::Chat && shared.options.fault_models)?;
        models::fault(id, provider)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::FIXTURES;

    fn rhythm(id: &str, provider: &str, pace: Pace) -> Rhythm {
        let model = FIXTURES.iter().find(|model| model.id == id).unwrap();
        let offer = model.offers.iter().find(|offer| offer.provider == provider).unwrap();
        Rhythm::new(pace, offer)
    }

    #[test]
    fn the_pace_is_that_of_the_offer() {
        let real = rhythm("deepseek-ai/DeepSeek-R1", "together", Pace::Offer { times: 1.0 });
        assert_eq!(real.first, Duration::from_millis(342));
        assert_eq!(real.after(1), Duration::ZERO);
        assert_eq!(real.after(62).as_millis(), 995);
        let fast = rhythm("deepseek-ai/DeepSeek-R1", "together", Pace::Offer { times: 10.0 });
        assert_eq!(fast.first, Duration::from_micros(34_200));
        assert_eq!(fast.after(62).as_millis(), 99);
    }

    #[test]
    fn an_unmeasured_offer_has_a_middling_pace() {
        let real = rhythm("deepseek-ai/DeepSeek-R1", "featherless-ai", Pace::Offer { times: 1.0 });
        assert_eq!((real.first, real.after(51)), (Duration::from_millis(500), Duration::from_secs(1)));
    }

    #[test]
    fn instant_is_at_once() {
        let instant = rhythm("deepseek-ai/DeepSeek-R1", "together", Pace::Instant);
        assert_eq!((instant.first, instant.after(1_000)), (Duration::ZERO, Duration::ZERO));
    }
}
