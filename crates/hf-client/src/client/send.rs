//! One call: send it, follow what may be followed, tell refusals from replies.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use openclaw_failover::TokenId;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::direct::{Direct, Failed, proxy_to};
use super::options::Timeouts;
use super::raw::{RawReply, Source, deadline, header};
use super::transport;
use crate::endpoint::host_of;
use crate::error::{Fault, Network};
use crate::{Endpoint, Error, Options, Redactor, ReplyHead, StreamMode, TimeoutPhase, Token, classify};

/// How many redirects of a GET are followed.
const MAX_REDIRECTS: usize = 5;

/// How long the words of a refusal are waited for.
const MAX_REFUSAL_BODY_TIME: Duration = Duration::from_secs(2);

/// What clones of a client share.
pub(super) struct Shared {
    pub(super) endpoint: Endpoint,
    pub(super) options: Options,
    token: Option<Token>,
    token_id: TokenId,
    /// Built at the first call, because loading the system's authorities takes milliseconds.
    ready: Mutex<Option<Ready>>,
    /// The same for questions.
    posts: Mutex<Option<Posts>>,
    /// Scheme and host of the router.
    host: OnceLock<Arc<str>>,
}

/// How questions are sent.
#[derive(Clone)]
enum Posts {
    /// Over connections of our own.
    Direct(Arc<Direct>),
    /// By the HTTP client, since a proxy is in between.
    Client,
}

#[derive(Clone)]
struct Ready {
    http: reqwest::Client,
    headers: HeaderMap,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("endpoint", &self.endpoint)
            .field("options", &self.options)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// One call.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) accept: &'static str,
    /// Of a question, with how its answer is to come.
    pub(super) body: Option<(Bytes, StreamMode)>,
    pub(super) redactor: Redactor,
    pub(super) timeouts: Timeouts,
}

impl Shared {
    pub(super) fn new(endpoint: Endpoint, token: Option<Token>, options: Options) -> Self {
        Self {
            endpoint,
            options,
            token_id: id_of(token.as_ref()),
            token,
            ready: Mutex::new(None),
            posts: Mutex::new(None),
            host: OnceLock::new(),
        }
    }

    pub(super) fn token_id(&self) -> TokenId {
        self.token_id
    }

    pub(super) fn redactor(&self) -> Redactor {
        Redactor::for_token(self.token.as_ref())
    }

    fn ready(&self) -> Result<Ready, Error> {
        // A panic while holding the lock leaves nothing half-made in there.
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = &*ready {
            return Ok(ready.clone());
        }
        let headers = transport::headers(self.token.as_ref(), &self.options).map_err(Error::before)?;
        let http = transport::build(&self.options).map_err(Error::before)?;
        Ok(ready.insert(Ready { http, headers }).clone())
    }

    fn posts(&self, url: &Url) -> Result<Posts, Error> {
        // A panic while holding the lock leaves nothing half-made in there.
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(posts) = &*posts {
            return Ok(posts.clone());
        }
        let mut headers = transport::headers(self.token.as_ref(), &self.options).map_err(Error::before)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let made = match Direct::to(url, &headers, &self.options).map_err(Error::before)? {
            Some(direct) => Posts::Direct(Arc::new(direct)),
            None => Posts::Client,
        };
        Ok(posts.insert(made).clone())
    }

    /// Sends `call`; what comes back is a success.
    pub(super) async fn send(&self, call: &Call<'_>) -> Result<RawReply, Error> {
        let deadline = deadline(call.timeouts.first_byte);
        // Boxed, since it is large, and most calls are not sent elsewhere.
        let mut moved: Option<Box<Url>> = None;
        for _ in 0..=MAX_REDIRECTS {
            let url = moved.as_deref().unwrap_or(call.url);
            let reply = self.send_once(call, url, deadline).await?;
            let status = reply.meta().status;
            if (200..300).contains(&status) {
                return reply.checked();
            }
            if !(300..400).contains(&status) {
                // Boxed, since it is large, and an answer need not carry it along.
                return Err(Box::pin(self.refused(reply, deadline)).await);
            }
            let to = reply.header(LOCATION.as_str()).and_then(|location| url.join(location).ok());
            match to {
                // A user part would take the place of the token.
                Some(to)
                    if call.method == Method::GET && to.origin() == url.origin() && !has_user_part(&to) =>
                {
                    moved = Some(Box::new(to));
                }
                to => return Err(reply.error(Fault::Redirect { status, to: to.as_ref().map(host_of) })),
            }
        }
        let url = moved.as_deref().unwrap_or(call.url);
        Err(Error::at(&host_of(url), Fault::TooManyRedirects))
    }

    async fn send_once(&self, call: &Call<'_>, url: &Url, deadline: Instant) -> Result<RawReply, Error> {
        let sent = timeout_at(deadline, self.send_by(call, url)).await;
        match sent {
            Ok(Ok(source)) => {
                let host = self.host(url);
                Ok(RawReply::new(source, host, call.redactor.clone(), deadline, call.timeouts))
            }
            Ok(Err(Unsent::Setup(error))) => Err(error),
            Ok(Err(Unsent::Failed(fault, error))) => {
                Err(Error::at(&host_of(url), fault).because(&*error, &call.redactor))
            }
            Err(_) => {
                let after = call.timeouts.first_byte;
                Err(Error::at(&host_of(url), Fault::Timeout { phase: TimeoutPhase::FirstByte, after }))
            }
        }
    }

    async fn send_by(&self, call: &Call<'_>, url: &Url) -> Result<Source, Unsent> {
        if let Some((body, mode)) = &call.body
            && let Posts::Direct(direct) = self.posts(url).map_err(Unsent::Setup)?
        {
            let connect = self.options.timeouts.connect;
            return match direct.post(*mode, body.clone()).await {
                Ok(reply) => Ok(Source::Direct(Box::new(reply))),
                Err(Failed::Connect(error)) => {
                    Err(Unsent::Failed(Fault::Network(network_of(&*error)), error))
                }
                Err(Failed::ConnectTimeout) => {
                    let fault = Fault::Timeout { phase: TimeoutPhase::Connect, after: connect };
                    Err(Unsent::Failed(fault, "connection timed out".into()))
                }
                Err(Failed::Closed(error)) => Err(Unsent::Failed(Fault::Closed, error.into())),
            };
        }
        // Boxed, since it is large, and the way above need not carry it along.
        Box::pin(self.send_by_client(call, url)).await
    }

    async fn send_by_client(&self, call: &Call<'_>, url: &Url) -> Result<Source, Unsent> {
        let ready = self.ready().map_err(Unsent::Setup)?;
        let mut request = ready
            .http
            .request(call.method.clone(), url.clone())
            .headers(ready.headers.clone())
            .header(ACCEPT, HeaderValue::from_static(call.accept));
        if let Some((body, _)) = &call.body {
            request =
                request.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body.clone());
        }
        match request.send().await {
            Ok(response) => Ok(Source::Client(Box::new(response))),
            Err(error) => Err(Unsent::Failed(self.fault_of(&error, url), error.into())),
        }
    }

    /// Scheme and host of an address, for errors.
    fn host(&self, url: &Url) -> Arc<str> {
        let of_chat = || Arc::from(host_of(self.endpoint.chat_url()));
        if url == self.endpoint.chat_url() {
            Arc::clone(self.host.get_or_init(of_chat))
        } else {
            host_of(url).into()
        }
    }

    /// What a failure to send means.
    fn fault_of(&self, error: &reqwest::Error, url: &Url) -> Fault {
        if error.is_connect() {
            if error.is_timeout() {
                return Fault::Timeout { phase: TimeoutPhase::Connect, after: self.options.timeouts.connect };
            }
            let network = network_of(error);
            let proxy = url.as_str().parse().ok().and_then(|to| proxy_to(&to, &self.options));
            return proxy.map_or(Fault::Network(network), |proxy| Fault::Proxy { network, proxy });
        }
        Fault::Closed
    }

    /// The error that a reply which is no success means.
    async fn refused(&self, mut reply: RawReply, deadline: Instant) -> Error {
        // The class is in the status; words that do not come must not hold up the next attempt.
        let left = deadline.saturating_duration_since(Instant::now());
        let after = MAX_REFUSAL_BODY_TIME.min(self.options.timeouts.between_chunks).min(left);
        let body = reply.read_whole("the body of the refusal", self.options.limits.error);
        let body = timeout(after, body).await.unwrap_or_else(|_| {
            Err(reply.error(Fault::Timeout { phase: TimeoutPhase::BetweenChunks, after }))
        });
        // A refusal stays one when its body cannot be read.
        let (body, unread) = match body {
            Ok(_) if reply.is_compressed() => (Bytes::new(), None),
            Ok(body) => (body, None),
            Err(error) => (Bytes::new(), Some(error)),
        };
        let head = ReplyHead {
            status: reply.meta().status,
            retry_after: reply.header(RETRY_AFTER.as_str()),
            error_message: reply.header("x-error-message"),
            now: SystemTime::now(),
        };
        let error = reply.error(classify(&head, &body, reply.redactor()));
        match unread {
            Some(unread) => error.because(&Unread(unread), reply.redactor()),
            None => error,
        }
    }
}

/// Why nothing came back.
enum Unsent {
    /// The client cannot be set up.
    Setup(Error),
    /// What that means, and the error itself.
    Failed(Fault, Box<dyn std::error::Error + Send + Sync>),
}

/// Puts an error one level down, where [`Error::because`] takes it from.
#[derive(Debug)]
struct Unread(Error);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the refusal was not read")
    }
}

impl std::error::Error for Unread {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// A hash of the token, by which its cooldowns are told from another's.
fn id_of(token: Option<&Token>) -> TokenId {
    let mut hasher = DefaultHasher::new();
    token.map(Token::expose).hash(&mut hasher);
    TokenId(hasher.finish())
}

fn has_user_part(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Why a connection failed, from the chain of the HTTP stack's errors.
fn network_of(error: &(dyn std::error::Error + 'static)) -> Network {
    let mut levels = std::iter::successors(Some(error), |level| level.source());
    levels
        .find_map(|level| {
            if let Some(error) = level.downcast_ref::<io::Error>() {
                return of_io(error);
            }
            if level.is::<rustls::Error>() {
                return Some(Network::Tls);
            }
            // The resolver's error has no public type, only these words.
            level.to_string().starts_with("dns error").then_some(Network::Dns)
        })
        .unwrap_or(Network::Other)
}

fn of_io(error: &io::Error) -> Option<Network> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => return Some(Network::Refused),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            return Some(Network::Unreachable);
        }
        _ => {}
    }
    // What an I/O error wraps is not its source, and TLS errors come wrapped twice.
    let inner = error.get_ref()?;
    if inner.is::<rustls::Error>() {
        return Some(Network::Tls);
    }
    inner.downcast_ref::<io::Error>().and_then(of_io)
}

/// A header's value that may be shown.
pub(super) fn shown_header(headers: &HeaderMap, name: HeaderName, redactor: &Redactor) -> Option<String> {
    Some(redactor.clean_name(header(headers, name)?)).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Level(&'static str, Option<io::Error>);

    impl fmt::Display for Level {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Level {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_ref().map(|error| error as _)
        }
    }

    #[test]
    fn networks() {
        let io = |kind: io::ErrorKind| Level("tcp connect error", Some(io::Error::from(kind)));
        assert_eq!(network_of(&io(io::ErrorKind::ConnectionRefused)), Network::Refused);
        assert_eq!(network_of(&io(io::ErrorKind::HostUnreachable)), Network::Unreachable);
        assert_eq!(network_of(&io(io::ErrorKind::NetworkUnreachable)), Network::Unreachable);
        assert_eq!(network_of(&io(io::ErrorKind::ConnectionReset)), Network::Other);
        assert_eq!(network_of(&Level("dns error", Some(io::Error::other("no such name")))), Network::Dns);
        let tls = io::Error::other(rustls::Error::HandshakeNotComplete);
        assert_eq!(network_of(&Level("tls", Some(tls))), Network::Tls);
        let twice = io::Error::other(io::Error::other(rustls::Error::HandshakeNotComplete));
        assert_eq!(network_of(&Level("tls", Some(twice))), Network::Tls);
        assert_eq!(network_of(&Level("something else", None)), Network::Other);
    }
}
