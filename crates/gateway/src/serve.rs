//! Connections: accepted, held to their limits, and drained at the end.

mod stall;

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::FutureExt as _;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use openclaw_wake_gate::{Gate, unheard};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::Service as _;

use crate::budget::{Budget, Share};
use crate::chat;
use crate::error::ApiError;
use crate::options::Patience;
use crate::state::{CHAT, Event, Gateway};
use stall::StallGuard;

/// How long a connection without a request is waited for when the gateway stops.
const GRACE: Duration = Duration::from_millis(500);

/// How long no connection is accepted after the system refused to give one.
const REST: Duration = Duration::from_millis(50);

/// How a gateway ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// How many connections were cut because their requests did not end in time.
    pub cut: usize,
}

/// Why a gateway cannot listen.
#[derive(Debug, Error)]
#[error("the listener cannot be used")]
pub struct ServeError(#[from] io::Error);

/// Serves a gateway on a listener until `stop` is ready; then lets running requests end, for as long as
/// [`Patience::drain`](crate::Patience::drain).
///
/// # Errors
/// The listener cannot be used.
pub async fn serve(
    gateway: &Gateway,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<Drained, ServeError> {
    listener.local_addr()?;
    let options = &gateway.shared.options;
    let router = gateway.router();
    let room = Arc::new(Semaphore::new(options.limits.connections));
    let (stopping, is_stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    // Whether the trouble of the last try was told.
    let mut is_told = false;
    loop {
        let accepted = async {
            let room = Arc::clone(&room).acquire_owned().await;
            (accept(&listener).await, room)
        };
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(ended) = connections.join_next() => report(gateway, ended),
            (accepted, room) = accepted => match accepted {
                Ok(stream) => {
                    is_told = false;
                    hold(&mut connections, gateway, &router, stream, &is_stopping, room);
                }
                // Out of files, or the client is gone already: neither ends the gateway.
                Err(error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        gateway.tell(Event::NotAccepted { why: &error.to_string() });
                    }
                    tokio::time::sleep(REST).await;
                }
            },
        }
    }
    drop(listener);
    gateway.drain();
    stopping.send_replace(true);
    let ended = tokio::time::timeout(options.patience.drain, async {
        while let Some(ended) = connections.join_next().await {
            report(gateway, ended);
        }
    });
    let cut = match ended.await {
        Ok(()) => 0,
        Err(_) => connections.len(),
    };
    connections.shutdown().await;
    Ok(Drained { cut })
}

/// The next connection, with TCP_NODELAY: without it, each event would wait for the client to acknowledge the one
/// before, which takes 40 ms.
async fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn report(gateway: &Gateway, ended: Result<(), tokio::task::JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        panicked(gateway);
    }
}

fn panicked(gateway: &Gateway) {
    gateway.shared.metrics.panics.inc();
    gateway.tell(Event::Panicked);
}

/// Serves a connection on a task of its own.
///
/// No async block and not generic, so that what a request goes through is compiled here, as fast as this crate is,
/// and not as whoever calls [`serve`] is compiled.
#[inline(never)]
fn hold(
    connections: &mut JoinSet<()>,
    gateway: &Gateway,
    router: &Router,
    stream: TcpStream,
    is_stopping: &watch::Receiver<bool>,
    room: Result<OwnedSemaphorePermit, AcquireError>,
) {
    let connection = connection(gateway.clone(), router.clone(), stream, is_stopping.clone());
    connections.spawn(async move {
        let _room = room;
        connection.await;
    });
}

async fn connection(
    gateway: Gateway,
    router: Router,
    stream: TcpStream,
    mut is_stopping: watch::Receiver<bool>,
) {
    let options = &gateway.shared.options;
    let Patience { head, write, .. } = options.patience;
    let guarded = StallGuard::new(stream, write);
    let seen = guarded.seen();
    let io = TokioIo::new(guarded);
    // How many requests of this connection run.
    let turns = Budget::new(usize::MAX);
    let open = &gateway.shared.metrics.connections;
    open.inc();
    let service = service_fn(|request: Request<Incoming>| {
        call(gateway.clone(), router.clone(), request, turns.share())
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(options.limits.head.max(8_192));
    let mut connection = pin!(builder.serve_connection(io, service));
    let gate = Gate::default();
    let mut has_ended = tokio::select! {
        biased;
        _ = gate.drive(connection.as_mut()) => true,
        _ = is_stopping.wait_for(|stopping| *stopping) => false,
    };
    if !has_ended {
        // It was accepted, so its request is on the way, and hyper closes at once where it has read nothing yet.
        let mut driven = gate.drive(connection.as_mut());
        let begins = poll_fn(|cx| match Pin::new(&mut driven).poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if seen.has_begun() => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        });
        has_ended =
            tokio::time::timeout(GRACE.min(options.patience.drain / 2), begins).await.unwrap_or(false);
    }
    if !has_ended {
        connection.as_mut().graceful_shutdown();
        loop {
            tokio::select! {
                // What goes wrong with one client is that client's to see.
                _ = gate.drive(connection.as_mut()) => break,
                // Half a head is no request, and nobody knows when the rest will come.
                () = tokio::time::sleep(GRACE) => {
                    if turns.used() == 0 && !seen.waits() {
                        break;
                    }
                }
            }
        }
    }
    open.dec();
}

/// The body of a request, which the connection brings that is polled by the same task.
struct Asked(Incoming);

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let (frame, is_wanted) = unheard(|| Pin::new(&mut self.0).poll_frame(cx));
        // Where it has ended, the connection has no more to bring.
        if is_wanted && !self.0.is_end_stream() {
            cx.waker().wake_by_ref();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// One request; a panic in it is an answer like any other.
async fn call(
    gateway: Gateway,
    mut router: Router,
    request: Request<Incoming>,
    mut turn: Share,
) -> Result<Response, Infallible> {
    // There is no limit to it.
    let _ = turn.grow(1);
    let request = request.map(|body| Body::new(Asked(body)));
    let is_chat = request.method() == Method::POST && request.uri().path() == CHAT;
    // Boxed, since the future is large and is moved until it is polled.
    let answer = match is_chat {
        true => {
            let answer = chat::ask(gateway.clone(), request, Some(turn)).map(Ok);
            AssertUnwindSafe(Box::pin(answer)).catch_unwind().await
        }
        false => AssertUnwindSafe(router.call(request)).catch_unwind().await,
    };
    answer.unwrap_or_else(|_| {
        panicked(&gateway);
        let told = "the gateway failed at this request; the others go on";
        Ok(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "internal_error", told)
            .into_response())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn accepted_connections_do_not_wait_for_acknowledgements() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (ours, _theirs) =
            tokio::join!(accept(&listener), TcpStream::connect(listener.local_addr().expect("an address")));
        assert!(ours.expect("a connection").nodelay().expect("it is told"));
    }
}
