//! One connection, and the reply that comes over it.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use openclaw_wake_gate::{Gate, unheard};
use tokio::net::TcpStream;

use super::pool::Pool;

type Io = MaybeHttpsStream<TokioIo<TcpStream>>;
type Http1 = Connection<Io, Full<Bytes>>;

/// How much of a reply is read at once; a head must fit.
const BUFFER: usize = 64 * 1024;

/// How long the end of a reply is waited for that nobody wants any more.
const SOON: Duration = Duration::from_millis(500);
/// In how many pieces it must come.
const SHORT: usize = 8;

/// One connection. Nothing moves on it unless it is polled.
pub(super) struct Link {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
}

/// What moves a connection on.
struct Driver {
    /// Boxed, since it is large and moves between the pool and replies; `None` once it has ended. Dropping it tells
    /// whoever still waits for a reply.
    connection: Option<Pin<Box<Http1>>>,
    gate: Gate,
}

impl Driver {
    /// Moves on whatever can, for the task of `cx`.
    fn drive(&mut self, cx: &mut Context<'_>) {
        self.gate.open(cx.waker());
        self.poll();
    }

    /// As [`drive`](Self::drive), for nobody who waits.
    fn look(&mut self) {
        self.gate.close();
        self.poll();
    }

    fn poll(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        // What went wrong is told to whoever waits for the reply or its body.
        if connection.as_mut().poll(&mut self.gate.context()).is_ready() {
            self.connection = None;
        }
    }
}

impl Link {
    pub(super) async fn new(io: Io) -> hyper::Result<Self> {
        let (sender, connection) = Builder::new().max_buf_size(BUFFER).handshake(io).await?;
        let driver = Driver { connection: Some(Box::pin(connection)), gate: Gate::default() };
        Ok(Self { sender, driver })
    }

    /// Whether it can take another request, as far as can be seen from here; nobody waits for it any more.
    fn is_usable(&mut self) -> bool {
        // Most often that is known without a look.
        self.driver.gate.close();
        self.is_ready() || {
            self.driver.look();
            self.is_ready()
        }
    }

    fn is_ready(&self) -> bool {
        self.driver.connection.is_some() && self.sender.is_ready()
    }

    /// Sends a request; what comes back has a head.
    ///
    /// Where the server had closed the connection meanwhile, or sent what nobody asked for, not a byte is sent, and the
    /// error [is a cancellation](hyper::Error::is_canceled).
    pub(super) async fn send(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Response<Incoming>> {
        let mut response = std::pin::pin!(self.sender.send_request(request));
        let driver = &mut self.driver;
        // The response comes by way of the connection alone, and is looked at each time that has moved: a waker of its
        // own would but have this task polled once more.
        std::future::poll_fn(|cx| {
            let mut look = Context::from_waker(Waker::noop());
            if let Poll::Ready(done) = response.as_mut().poll(&mut look) {
                return Poll::Ready(done);
            }
            driver.drive(cx);
            response.as_mut().poll(&mut look)
        })
        .await
    }
}

/// A reply whose body is still coming. Dropping it before its end closes the connection.
pub(in crate::client) struct Reply {
    head: Parts,
    /// `None` once nobody wants the rest.
    rest: Option<Rest>,
}

/// What is still coming of a reply.
struct Rest {
    body: Incoming,
    link: Option<Link>,
    pool: Arc<Pool>,
}

impl Reply {
    pub(super) fn new(response: Response<Incoming>, link: Link, pool: Arc<Pool>) -> Self {
        let (head, body) = response.into_parts();
        Self { head, rest: Some(Rest { body, link: Some(link), pool }) }
    }

    pub(in crate::client) fn head(&self) -> &Parts {
        &self.head
    }

    /// The length that the head tells or that is known by now; `None` where it is not.
    pub(in crate::client) fn content_length(&self) -> Option<u64> {
        self.rest.as_ref()?.body.size_hint().exact()
    }

    /// Whether all of it was given, as far as is known without waiting.
    pub(in crate::client) fn is_over(&self) -> bool {
        self.rest.as_ref().is_none_or(|rest| rest.body.is_end_stream())
    }

    /// The next bytes; `None` at the end.
    pub(in crate::client) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<hyper::Result<Option<Bytes>>> {
        match &mut self.rest {
            Some(rest) => rest.poll_chunk(cx),
            None => Poll::Ready(Ok(None)),
        }
    }

    /// Says that nobody wants the rest: where its end comes soon, the connection is kept.
    ///
    /// Most servers end a stream with a piece of its own behind the last event.
    pub(in crate::client) fn let_go(&mut self) {
        let Some(mut rest) = self.rest.take() else { return };
        if rest.is_kept(&mut Context::from_waker(Waker::noop())).is_pending() {
            tokio::spawn(async move {
                let kept = std::future::poll_fn(|cx| rest.is_kept(cx));
                // Where it does not come in time the connection is closed with the rest.
                let _ = tokio::time::timeout(SOON, kept).await;
            });
        }
    }
}

impl Rest {
    /// Reads on to the end; ready where the connection was given back, or never will be.
    fn is_kept(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..SHORT {
            if self.link.is_none() {
                return Poll::Ready(());
            }
            match self.poll_chunk(cx) {
                Poll::Ready(Ok(Some(_))) => {}
                Poll::Ready(Ok(None) | Err(_)) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<Option<Bytes>>> {
        loop {
            match self.poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) if bytes.is_empty() => {}
                    Ok(bytes) => {
                        if self.body.is_end_stream() {
                            self.keep();
                        }
                        return Poll::Ready(Ok(Some(bytes)));
                    }
                    // Trailers say nothing here.
                    Err(_) => {}
                },
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => {
                    self.keep();
                    return Poll::Ready(Ok(None));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<hyper::body::Frame<Bytes>>>> {
        if let Poll::Ready(frame) = self.look() {
            return Poll::Ready(frame);
        }
        if let Some(link) = &mut self.link {
            link.driver.drive(cx);
        }
        self.look()
    }

    /// What is there already. It came by way of the connection alone, which is driven before anybody waits: so neither
    /// needs this task to be woken for the other.
    fn look(&mut self) -> Poll<Option<hyper::Result<hyper::body::Frame<Bytes>>>> {
        let mut look = Context::from_waker(Waker::noop());
        let (frame, _) = unheard(|| Pin::new(&mut self.body).poll_frame(&mut look));
        frame
    }

    /// Gives the connection back where it can be used again.
    fn keep(&mut self) {
        if let Some(mut link) = self.link.take()
            && link.is_usable()
        {
            self.pool.put(link);
        }
    }
}
