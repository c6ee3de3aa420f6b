//! The HTTP client.

mod direct;
mod inflate;
mod models;
mod options;
mod raw;
mod send;
mod stream;
mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Method;

use openclaw_failover::TokenId;

pub use models::ModelsAnswer;
pub use options::{Limits, Options, Proxies, Timeouts};
pub use raw::RawReply;
pub(crate) use raw::deadline;
pub use stream::{ChatStream, Summary};
pub use transport::check_ca_file;

use crate::decode::ended_in_error;
use crate::error::{Fault, NotAnAnswer};
use crate::meta::Meta;
use crate::retry_after::parse_http_date;
use crate::wire::{ChatReply, ChatRequest, FinishReason, StreamMode};
use crate::{ChatDecoder, Endpoint, Error, Redactor, StreamError, Token, Whoami, classify_in_band};
use send::{Call, Shared};
use stream::Start;

/// A client of the router. Cheap to clone; clones share their connections.
///
/// Nothing is read or set up before the first call. Every call is cancelled, and its connection closed, by dropping its
/// future or its stream.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use openclaw_hf_client::{
///     ChatRequest, Class, Client, Endpoint, EndpointInput, Message, Options, Token,
/// };
///
/// let endpoint = Endpoint::resolve(&EndpointInput::default())?;
/// let client = Client::new(endpoint, Some(Token::parse("hf_example")?), Options::default());
/// let request =
///     ChatRequest { messages: vec![Message::user("2+2?")], ..ChatRequest::new("openai/gpt-oss-120b:fastest") };
/// match client.chat(&request).await {
///     Ok(answer) => println!("{:?} says {:?}", answer.meta.provider, answer.reply.content()),
///     Err(error) if error.class() == Class::RateLimited => println!("wait {:?}", error.retry_after()),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// A whole reply and who gave it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChatAnswer {
    /// The reply.
    pub reply: ChatReply,
    /// Who gave it.
    pub meta: Meta,
    /// The reply as it came.
    pub body: Bytes,
    /// From the call to the last byte.
    pub elapsed: Duration,
}

impl Client {
    /// A client for `endpoint`. `None` sends no token, which a local server may accept and the router does not.
    pub fn new(endpoint: Endpoint, token: Option<Token>, options: Options) -> Self {
        Self { shared: Arc::new(Shared::new(endpoint, token, options)) }
    }

    /// Whose cooldowns calls of this client are: a hash of the token, which says nothing about it.
    pub fn token_id(&self) -> TokenId {
        self.shared.token_id()
    }

    /// Where calls go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    /// Lists the models (`GET /models`), at most [`Limits::models`] bytes, within [`Timeouts::between_chunks`] from its
    /// head on, however they come.
    ///
    /// The router answers this without a token too, so it proves nothing about one.
    ///
    /// # Errors
    /// As every call: see [`Class`](crate::Class).
    pub async fn list_models(&self) -> Result<ModelsAnswer, Error> {
        let shared = &*self.shared;
        let call = Call::get(shared.endpoint.models_url(), shared);
        let mut reply = shared.send(&call).await?;
        let date = reply.header("date").and_then(parse_http_date);
        let body = reply.read_soon("the list of models", shared.options.limits.models).await?;
        let list = reply.read_json(&body, "a list of models")?;
        Ok(ModelsAnswer { list, body, date })
    }

    /// Asks whose token it is (`GET /api/whoami-v2`). Limited hard by the Hub: keep the answer.
    ///
    /// # Errors
    /// As every call; [`Class::Auth`](crate::Class::Auth) when the token is refused.
    pub async fn whoami(&self) -> Result<Whoami, Error> {
        let shared = &*self.shared;
        let call = Call::get(shared.endpoint.whoami_url(), shared);
        let mut reply = shared.send(&call).await?;
        let bytes = reply.read_soon("the account", shared.options.limits.whoami).await?;
        let whoami = reply.read_json::<Whoami>(&bytes, "an account")?;
        if whoami.says_something() { Ok(whoami) } else { Err(reply.not_json("an account")) }
    }

    /// Asks for a whole answer (`POST /chat/completions`).
    ///
    /// # Errors
    /// As every call; [`Class::Truncated`](crate::Class::Truncated) when the reply was cut off, the class of the error
    /// when a success holds one, and [`Class::Malformed`](crate::Class::Malformed) when it is no chat reply.
    pub async fn chat(&self, request: &ChatRequest) -> Result<ChatAnswer, Error> {
        let started = Instant::now();
        let shared = &*self.shared;
        let body = request.to_body(StreamMode::Whole).map_err(Error::before)?;
        let redactor = shared.redactor().with_prompts(request);
        let mut reply = shared.send(&Call::chat(shared, body, StreamMode::Whole, redactor)).await?;
        let (body, reply_value) = read_reply(&mut reply, shared.options.limits.reply).await?;
        Ok(ChatAnswer { reply: reply_value, meta: reply.meta().clone(), body, elapsed: started.elapsed() })
    }

    /// Asks for an answer as it is made (`POST /chat/completions` with `stream`).
    ///
    /// The first event has come and is no error when this returns, so that a bad start is an error of the call and can
    /// be tried elsewhere.
    ///
    /// # Errors
    /// As every call, up to the first event; later ones come from [`ChatStream::next`].
    pub async fn chat_stream(&self, request: &ChatRequest) -> Result<ChatStream, Error> {
        self.chat_stream_within(request, self.shared.options.timeouts.first_byte).await
    }

    /// As [`chat_stream`](Self::chat_stream), with a time to the first event of this call's own.
    ///
    /// # Errors
    /// As there.
    pub async fn chat_stream_within(
        &self,
        request: &ChatRequest,
        first_byte: Duration,
    ) -> Result<ChatStream, Error> {
        let started = Instant::now();
        let shared = &*self.shared;
        let body = request.to_body(StreamMode::Stream).map_err(Error::before)?;
        let redactor = shared.redactor().with_prompts(request);
        let mut call = Call::chat(shared, body, StreamMode::Stream, redactor.clone());
        call.timeouts.first_byte = first_byte;
        let timeouts = call.timeouts;
        let mut reply = shared.send(&call).await?;
        let mut decoder = ChatDecoder::new(shared.options.limits.event, redactor);
        if reply.is_json() {
            let (_, whole) = read_reply(&mut reply, shared.options.limits.reply).await?;
            decoder.feed_reply(&whole);
        } else if reply.is_html() {
            return Err(reply.error(Fault::NotAnAnswer(NotAnAnswer::Html)));
        }
        ChatStream::start(Start { reply, decoder, started, timeouts }).await
    }

    /// Sends a chat body as it is and gives the reply's bytes as they come: for a gateway, which changes neither.
    ///
    /// Errors of the server are still errors here; what a success holds is not looked at. A server that quotes a prompt
    /// in an error cannot be recognised, because the body is not read.
    ///
    /// # Errors
    /// As every call, up to the reply's head; later ones come from [`RawReply::next_chunk`].
    pub async fn chat_raw(&self, body: Bytes, mode: StreamMode) -> Result<RawReply, Error> {
        self.chat_raw_within(body, mode, self.shared.options.timeouts.first_byte).await
    }

    /// As [`chat_raw`](Self::chat_raw), with a time to the first byte of this call's own.
    ///
    /// # Errors
    /// As there.
    pub async fn chat_raw_within(
        &self,
        body: Bytes,
        mode: StreamMode,
        first_byte: Duration,
    ) -> Result<RawReply, Error> {
        let shared = &*self.shared;
        let mut call = Call::chat(shared, body, mode, shared.redactor());
        call.timeouts.first_byte = first_byte;
        shared.send(&call).await
    }

    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }
}

/// Reads a whole chat reply that is one.
async fn read_reply(reply: &mut RawReply, limit: usize) -> Result<(Bytes, ChatReply), Error> {
    let body = reply.read_whole("the reply", limit).await?;
    let value = judge_reply(reply, &body)?;
    Ok((body, value))
}

/// The body as a chat reply, if it is one.
pub(crate) fn judge_reply(reply: &RawReply, body: &[u8]) -> Result<ChatReply, Error> {
    let value = reply.read_json::<ChatReply>(body, "a chat reply")?;
    if value.is_error() || value.choices.is_empty() {
        let refusal = classify_in_band(body, reply.redactor());
        if value.is_error() || refusal.message.is_some() {
            return Err(reply.error(StreamError::Reported(refusal)));
        }
        return Err(reply.error(Fault::NotAnAnswer(NotAnAnswer::NoChoices)));
    }
    if value.finish_reason().is_some_and(FinishReason::is_error) {
        return Err(reply.error(StreamError::Reported(ended_in_error())));
    }
    Ok(value)
}

/// What a question says that it takes.
fn accepted(mode: StreamMode) -> &'static str {
    match mode {
        StreamMode::Whole => "application/json",
        StreamMode::Stream => "text/event-stream",
    }
}

impl<'a> Call<'a> {
    fn get(url: &'a url::Url, shared: &Shared) -> Self {
        Call {
            method: Method::GET,
            url,
            accept: "application/json",
            body: None,
            redactor: shared.redactor(),
            timeouts: shared.options.timeouts,
        }
    }

    fn chat(shared: &'a Shared, body: Bytes, mode: StreamMode, redactor: Redactor) -> Self {
        Call {
            method: Method::POST,
            url: shared.endpoint.chat_url(),
            accept: accepted(mode),
            body: Some((body, mode)),
            redactor,
            timeouts: shared.options.timeouts,
        }
    }
}
