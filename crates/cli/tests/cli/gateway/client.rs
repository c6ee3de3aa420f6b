//! A client of plain HTTP that shows every byte.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::support::{PATIENCE, TOKEN};

/// A question to a model, with further members of the request.
pub(crate) fn question(model: &str, rest: &str) -> String {
    format!(r#"{{"messages":[{{"role":"user","content":"what a day"}}],"model":"{model}"{rest}}}"#)
}

/// A request whose reply is coming.
pub(crate) struct Asked {
    socket: TcpStream,
    bytes: Vec<u8>,
}

impl Asked {
    pub(crate) fn get(address: SocketAddr, path: &str, key: &str) -> Self {
        Self::send(address, &format!("GET {path} HTTP/1.1\r\nconnection: close\r\n"), key, "")
    }

    pub(crate) fn post(address: SocketAddr, key: &str, body: &str) -> Self {
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        Self::send(address, &head, key, body)
    }

    fn send(address: SocketAddr, head: &str, key: &str, body: &str) -> Self {
        let mut socket = TcpStream::connect(address).expect("it listens");
        let key = if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        write!(socket, "{head}host: {address}\r\n{key}\r\n{body}").expect("it is sent");
        Self::over(socket)
    }

    /// A request that was sent already.
    pub(crate) fn over(socket: TcpStream) -> Self {
        socket.set_read_timeout(Some(PATIENCE)).expect("a time");
        Self { socket, bytes: Vec::new() }
    }

    /// Reads until a text has come.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) {
        while !self.so_far().contains(text) {
            assert!(self.read() > 0, "`{text}` does not come: {}", self.so_far());
        }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn read(&mut self) -> usize {
        let mut buffer = [0; 4096];
        let count = match self.socket.read(&mut buffer) {
            Ok(count) => count,
            // The machine was halted and went on.
            Err(error) if error.kind() == ErrorKind::Interrupted => return self.read(),
            // A connection that is cut may end so as well.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("nothing comes any more ({error}): {}", self.so_far()),
        };
        self.bytes.extend_from_slice(&buffer[..count]);
        count
    }

    /// The reply, when the connection has ended.
    #[track_caller]
    pub(crate) fn rest(mut self) -> Reply {
        while self.read() > 0 {}
        let text = self.so_far();
        assert!(!text.contains(TOKEN), "the token is shown: {text}");
        Reply::parse(&self.bytes)
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// Whether the end of the body came.
    pub(crate) is_whole: bool,
}

impl Reply {
    #[track_caller]
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {text}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut reply = Self { status, head: head.to_owned(), body: body.to_owned(), is_whole: true };
        if reply.header("transfer-encoding") == Some("chunked") {
            (reply.body, reply.is_whole) = dechunked(body);
        }
        reply
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The text of an answer that came whole, streamed or not.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        assert_eq!((self.status, self.is_whole), (200, true), "{self:?}");
        if !self.head.contains("text/event-stream") {
            let text = self.json()["choices"][0]["message"]["content"].as_str().map(str::to_owned);
            return text.unwrap_or_else(|| panic!("no text: {self:?}"));
        }
        let events: Vec<_> =
            self.body.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).collect();
        let (end, chunks) = events.split_last().expect("events");
        assert_eq!(*end, "[DONE]", "{self:?}");
        let content = |chunk: &&str| {
            let chunk: serde_json::Value = serde_json::from_str(chunk).expect("JSON");
            Some(chunk["choices"][0]["delta"]["content"].as_str()?.to_owned())
        };
        chunks.iter().filter_map(content).collect()
    }

    /// Who answered: the model that was sent to the router.
    #[track_caller]
    pub(crate) fn model(&self) -> &str {
        assert_eq!(self.status, 200, "{self:?}");
        self.header("x-openclaw-model").expect("a model")
    }

    /// Status, code and message of a refusal as one line.
    #[track_caller]
    pub(crate) fn refusal(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        format!("{} {}: {}\n", self.status, text("code"), text("message"))
    }
}

/// The content of a chunked body, and whether its end came.
fn dechunked(mut body: &str) -> (String, bool) {
    let mut content = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        if size == 0 {
            return (content, true);
        }
        // One that was cut in the middle of a chunk has no more.
        let Some(chunk) = rest.get(..size) else { break };
        content.push_str(chunk);
        body = rest.get(size + 2..).unwrap_or_default();
    }
    (content, false)
}
