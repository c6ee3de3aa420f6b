//! The hot path to the router: HTTP/1.1 over connections of our own, where no proxy is in between.
//!
//! A connection is driven by the one request that uses it, on that request's own task: what has come is read in one go,
//! and no other task has to be woken for each piece of a stream.

mod link;
mod pool;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Matcher;
use tokio::time::timeout;
use tower_service::Service as _;
use url::Url;

use super::options::{Options, Proxies};
use super::{accepted, transport};
use crate::StreamMode;
use crate::error::Setup;
use link::Link;
pub(super) use link::Reply;
use pool::Pool;

/// Connections to one address.
pub(super) struct Direct {
    connector: HttpsConnector<HttpConnector>,
    /// Scheme and authority, to connect to.
    to: Uri,
    /// What is asked for there.
    path: Uri,
    /// Of a question whose answer comes in one piece, and of one whose answer is streamed.
    headers: [HeaderMap; 2],
    pool: Arc<Pool>,
    connect: Duration,
}

/// Why nothing came back.
#[derive(Debug)]
pub(super) enum Failed {
    /// There is no connection; nothing was sent.
    Connect(Box<dyn StdError + Send + Sync>),
    /// There is none in time; nothing was sent.
    ConnectTimeout,
    /// The connection ended before the reply's head.
    Closed(hyper::Error),
}

/// The proxy that is in between by the environment or the system's settings: scheme, host and port alone.
pub(super) fn proxy_to(to: &Uri, options: &Options) -> Option<String> {
    if options.proxies == Proxies::Direct {
        return None;
    }
    let proxy = Matcher::from_system().intercept(to)?;
    let (scheme, host) = (proxy.uri().scheme_str().unwrap_or("http"), proxy.uri().host().unwrap_or_default());
    let port = proxy.uri().port_u16().map_or_else(String::new, |port| format!(":{port}"));
    Some(format!("{scheme}://{host}{port}"))
}

impl Direct {
    /// Connections to where `url` is; `None` where a proxy is in between, which the other client knows.
    ///
    /// `headers` are those of every question.
    pub(super) fn to(url: &Url, headers: &HeaderMap, options: &Options) -> Result<Option<Self>, Setup> {
        let parts = || {
            let whole: Uri = url.as_str().parse().ok()?;
            let to = Uri::builder().scheme(url.scheme()).authority(whole.authority()?.as_str());
            let to = to.path_and_query("/").build().ok()?;
            let path = Uri::from(whole.path_and_query()?.clone());
            let host = HeaderValue::from_str(whole.authority()?.as_str()).ok()?;
            Some((whole, to, path, host))
        };
        // What the other client's address type takes and this one's does not, it may have.
        let Some((whole, to, path, host)) = parts() else { return Ok(None) };
        if proxy_to(&whole, options).is_some() {
            return Ok(None);
        }
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(options.timeouts.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(transport::tls_config(url, options)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let connect = options.timeouts.connect;
        let headers = [StreamMode::Whole, StreamMode::Stream].map(|mode| {
            let mut headers = headers.clone();
            headers.insert(HOST, host.clone());
            headers.insert(ACCEPT, HeaderValue::from_static(accepted(mode)));
            // Its place: a copy of the map has no room for one more, and would be copied again to get it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            headers
        });
        Ok(Some(Self { connector, to, path, headers, pool: Arc::default(), connect }))
    }

    /// Posts a body; what comes back has a head.
    pub(super) async fn post(&self, mode: StreamMode, body: Bytes) -> Result<Reply, Failed> {
        loop {
            let kept = self.pool.take();
            let is_kept = kept.is_some();
            let mut link = match kept {
                Some(link) => link,
                // Boxed, since it is rare and large: it would be carried along by every request.
                None => Box::pin(self.connect()).await?,
            };
            let sent = link.send(self.request(mode, body.clone())).await;
            match sent {
                Ok(response) => return Ok(Reply::new(response, link, Arc::clone(&self.pool))),
                // It was of no use any more, which is seen only now, and not a byte of the request was sent.
                Err(error) if is_kept && error.is_canceled() => {}
                Err(error) => return Err(Failed::Closed(error)),
            }
        }
    }

    fn request(&self, mode: StreamMode, body: Bytes) -> Request<Full<Bytes>> {
        let [whole, stream] = &self.headers;
        let length = body.len().into();
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.path.clone();
        *request.headers_mut() = match mode {
            StreamMode::Whole => whole.clone(),
            StreamMode::Stream => stream.clone(),
        };
        request.headers_mut().insert(CONTENT_LENGTH, length);
        request
    }

    async fn connect(&self) -> Result<Link, Failed> {
        let mut connector = self.connector.clone();
        let connecting = async {
            std::future::poll_fn(|cx| connector.poll_ready(cx)).await?;
            connector.call(self.to.clone()).await
        };
        match timeout(self.connect, connecting).await {
            Ok(Ok(io)) => Link::new(io).await.map_err(|error| Failed::Connect(error.into())),
            Ok(Err(error)) => Err(Failed::Connect(error)),
            Err(_) => Err(Failed::ConnectTimeout),
        }
    }
}

// Without a TLS provider nothing is set up, whatever the address.
#[cfg(all(test, feature = "tls-ring"))]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn direct(url: &Url) -> Direct {
        let options = Options { proxies: Proxies::Direct, ..Options::default() };
        Direct::to(url, &HeaderMap::new(), &options).expect("it is set up").expect("there is no proxy")
    }

    #[tokio::test]
    async fn a_piece_of_a_reply_wakes_its_task_once() {
        const PIECES: usize = 20;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let (seen, mut next) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            assert_ne!(stream.read(&mut [0; 4_096]).await.expect("a request"), 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.expect("a head");
            while let Some(()) = next.recv().await {
                stream.write_all(b"1\r\nx\r\n").await.expect("a piece");
            }
        });
        let direct = direct(&url.parse().expect("an address"));
        let mut reply = direct.post(StreamMode::Stream, Bytes::from_static(b"{}")).await.expect("a head");
        let mut reading = Box::pin(async move {
            for _ in 0..PIECES {
                seen.send(()).expect("the server waits");
                let piece = std::future::poll_fn(|cx| reply.poll_chunk(cx)).await;
                assert_eq!(piece.expect("it comes").as_deref(), Some(&b"x"[..]));
            }
        });
        // A task of its own, since the one that a test runs on is woken once for all that happens until it is polled.
        let polled = tokio::spawn(async move {
            let mut polls = 0;
            let counted = std::future::poll_fn(|cx| {
                polls += 1;
                reading.as_mut().poll(cx)
            });
            counted.await;
            polls
        });
        assert_eq!(polled.await.expect("all is read"), PIECES + 1);
    }

    #[tokio::test]
    async fn an_end_that_comes_late_leaves_the_connection_to_the_next_request() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let (let_go, mut is_let_go) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            loop {
                assert_ne!(stream.read(&mut [0; 4_096]).await.expect("a request"), 0);
                let begun = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n";
                stream.write_all(begun).await.expect("a piece");
                let () = is_let_go.recv().await.expect("the client goes on");
                stream.write_all(b"0\r\n\r\n").await.expect("the end");
            }
        });
        let direct = direct(&url.parse().expect("an address"));
        let asking = async {
            for _ in 0..3 {
                let mut reply =
                    direct.post(StreamMode::Stream, Bytes::from_static(b"{}")).await.expect("a head");
                let piece = std::future::poll_fn(|cx| reply.poll_chunk(cx)).await.expect("it comes");
                assert_eq!(piece.as_deref(), Some(&b"x"[..]));
                reply.let_go();
                assert!(direct.pool.is_empty(), "its end has not come");
                let_go.send(()).await.expect("the server waits");
                while direct.pool.is_empty() {
                    tokio::task::yield_now().await;
                }
            }
        };
        timeout(Duration::from_secs(5), asking).await.expect("all come on one connection");
    }

    #[tokio::test]
    async fn a_connection_is_not_kept_for_ever() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            assert_ne!(stream.read(&mut [0; 4_096]).await.expect("a request"), 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx").await.expect("an answer");
            stream.read(&mut [0; 1]).await.expect("an end")
        });
        let direct = direct(&url.parse().expect("an address"));
        let mut reply = direct.post(StreamMode::Whole, Bytes::from_static(b"{}")).await.expect("a head");
        std::future::poll_fn(|cx| reply.poll_chunk(cx)).await.expect("it comes");
        for _ in 1..pool::LOOKS {
            assert!(direct.pool.prune(), "it is young");
        }
        assert!(!direct.pool.prune() && direct.pool.is_empty());
        assert_eq!(server.await.expect("it runs"), 0, "it is closed");
    }

    /// Answers once on each connection, and then puts `behind` there or, where that is nothing, closes it.
    async fn answer_once_each(
        listener: tokio::net::TcpListener,
        behind: &'static [u8],
        mut read: tokio::sync::mpsc::Receiver<()>,
    ) {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            assert_ne!(stream.read(&mut [0; 4_096]).await.expect("a request"), 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx").await.expect("an answer");
            read.recv().await.expect("the client has read it");
            if !behind.is_empty() {
                stream.write_all(behind).await.expect("what nobody asked for");
                open.push(stream);
            }
        }
    }

    #[tokio::test]
    async fn a_kept_connection_of_no_use_is_left_for_another() {
        let forged = b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nf";
        for behind in [&b""[..], forged] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
            let (has_read, read) = tokio::sync::mpsc::channel(1);
            let server = tokio::spawn(answer_once_each(listener, behind, read));
            let direct = direct(&url.parse().expect("an address"));
            for _ in 0..3 {
                let asking = async {
                    let body = Bytes::from_static(b"{}");
                    let mut reply = direct.post(StreamMode::Whole, body).await.expect("a head");
                    std::future::poll_fn(|cx| reply.poll_chunk(cx)).await.expect("it comes")
                };
                let piece = timeout(Duration::from_secs(5), asking).await.expect("it comes at once");
                assert_eq!(piece.as_deref(), Some(&b"x"[..]));
                has_read.send(()).await.expect("the server waits");
                // On this one thread the server moves on, and what it did is heard of.
                for _ in 0..8 {
                    tokio::task::yield_now().await;
                }
            }
            server.abort();
        }
    }

    #[tokio::test]
    async fn connections_do_not_wait_for_acknowledgements() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1/chat/completions", listener.local_addr().expect("an address"));
        let url = url.parse().expect("an address");
        let direct = direct(&url);
        let mut connector = direct.connector.clone();
        std::future::poll_fn(|cx| connector.poll_ready(cx)).await.expect("it is ready");
        let (stream, _accepted) = tokio::join!(connector.call(direct.to.clone()), listener.accept());
        match stream.expect("a connection") {
            hyper_rustls::MaybeHttpsStream::Http(io) => assert!(io.inner().nodelay().expect("it is told")),
            hyper_rustls::MaybeHttpsStream::Https(_) => panic!("a plain address"),
        }
    }
}
