//! A server that does exactly what a test says, byte by byte, and clients for it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::time::Duration;

use openclaw_hf_client::{
    ChatRequest, Client, Endpoint, EndpointInput, Error, Message, Options, Proxies, Timeouts, Token,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Respond};

/// Long enough for a slow machine; only a broken test waits for it.
pub(crate) const NEVER: Duration = Duration::from_secs(20);
/// Short enough to be waited for.
pub(crate) const SHORT: Duration = Duration::from_millis(60);

pub(crate) const TOKEN: &str = "hf_SecretSecretSecret";
pub(crate) const PROMPT: &str = "the private words of the prompt";

/// Accepts connections on a port of its own.
pub(crate) struct Server {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        Self { listener, address }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The next connection, with its request read.
    pub(crate) async fn accept(&self) -> Connection {
        let (stream, _) = self.listener.accept().await.expect("a connection");
        let mut connection = Connection { stream, head: String::new(), body: Vec::new() };
        connection.read_request().await;
        connection
    }

    /// The next connection, with nothing read.
    pub(crate) async fn accept_bare(&self) -> TcpStream {
        self.listener.accept().await.expect("a connection").0
    }

    /// The next connection, answered with the head of a stream.
    pub(crate) async fn accept_stream(&self) -> Connection {
        let mut connection = self.accept().await;
        connection.send(STREAM_HEAD).await;
        connection
    }
}

pub(crate) const STREAM_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\
    x-inference-provider: acme\r\nx-request-id: id-1\r\ntransfer-encoding: chunked\r\n\r\n";

pub(crate) struct Connection {
    stream: TcpStream,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// Waits for the next request on it.
    pub(crate) async fn next(&mut self) {
        self.read_request().await;
    }

    async fn read_request(&mut self) {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            let read = self.stream.read_buf(&mut bytes).await.expect("a request");
            assert_ne!(read, 0, "the request ended early");
        };
        self.head = String::from_utf8(bytes[..end].to_vec()).expect("a head");
        self.body = bytes[end..].to_vec();
        let length = self
            .head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
            .map_or(0, |length| length.trim().parse().expect("a length"));
        while self.body.len() < length {
            let read = self.stream.read_buf(&mut self.body).await.expect("a body");
            assert_ne!(read, 0, "the body ended early");
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("a client that reads");
        self.stream.flush().await.expect("a client that reads");
    }

    /// One chunk of a body.
    pub(crate) async fn chunk(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
        framed.extend_from_slice(bytes);
        framed.extend_from_slice(b"\r\n");
        self.send(framed).await;
    }

    /// One event of a stream.
    pub(crate) async fn event(&mut self, data: &str) {
        self.chunk(format!("data: {data}\n\n")).await;
    }

    pub(crate) async fn content(&mut self, text: &str) {
        self.event(&serde_json::json!({ "choices": [{ "delta": { "content": text } }] }).to_string()).await;
    }

    pub(crate) async fn stop(&mut self) {
        self.event(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#).await;
    }

    /// The proper end of the body.
    pub(crate) async fn end(&mut self) {
        self.send("0\r\n\r\n").await;
    }

    /// Closes in the middle.
    pub(crate) fn cut(self) {}

    /// Waits until the client has closed.
    pub(crate) async fn closed(mut self) {
        let mut rest = Vec::new();
        // A reset is a close as well.
        let _ended = self.stream.read_to_end(&mut rest).await;
        assert_eq!(rest, b"", "the client says nothing more");
    }
}

pub(crate) fn endpoint(base: &str) -> Endpoint {
    Endpoint::resolve(&EndpointInput { env_base_url: Some(base), ..EndpointInput::default() })
        .expect("an address")
}

pub(crate) fn options() -> Options {
    let timeouts = Timeouts { connect: NEVER, first_byte: NEVER, between_chunks: NEVER, after_finish: NEVER };
    Options { timeouts, proxies: Proxies::Direct, ..Options::default() }
}

pub(crate) fn client_with(base: &str, options: Options) -> Client {
    Client::new(endpoint(base), Some(Token::parse(TOKEN).expect("a token")), options)
}

pub(crate) fn client(base: &str) -> Client {
    client_with(base, options())
}

pub(crate) fn request() -> ChatRequest {
    ChatRequest { messages: vec![Message::user(PROMPT)], ..ChatRequest::new("org/name:fastest") }
}

/// A server that answers everything with `reply`.
pub(crate) async fn server(reply: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(reply).mount(&server).await;
    server
}

pub(crate) fn base(server: &MockServer) -> String {
    format!("{}/v1", server.uri())
}

/// The message and its causes, as a command line prints them.
pub(crate) fn chain(error: &Error) -> String {
    let levels = std::iter::successors(Some(error as &dyn std::error::Error), |level| level.source());
    levels.map(ToString::to_string).collect::<Vec<_>>().join(" <- ")
}

/// Checks that neither the token nor the prompt can be read anywhere in the error.
#[track_caller]
pub(crate) fn assert_private(error: &Error) {
    let everything = format!("{error} {error:#} {error:?} {error:#?} {} {:?}", chain(error), error.message());
    assert!(!everything.contains(TOKEN), "the token is in {everything}");
    assert!(!everything.contains("private words"), "the prompt is in {everything}");
}
