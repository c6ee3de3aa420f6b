//! A client of a few lines: it sees every byte and every way a connection can end.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use openclaw_sandbox::{Options, Recorded, Sandbox};
use serde_json::{Value, json};

/// A test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const GRANTED: (&str, &str) = ("authorization", "Bearer hf_rehearsal");

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start_blocking(Options::default()).unwrap()
}

/// How the connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The body was complete.
    Complete,
    /// It closed before that.
    Closed,
    /// It was reset.
    Reset,
}

#[derive(Debug)]
pub(crate) struct Reply {
    /// 0: no head arrived.
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Sizes of the chunks of a chunked body.
    pub(crate) chunks: Vec<usize>,
    pub(crate) end: End,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Status, headers but for the date and lengths, body, end: the whole reply to read.
    pub(crate) fn whole(&self) -> String {
        let mut out = format!("{}\n", self.status);
        for (name, value) in &self.headers {
            if !["date", "content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
                writeln!(out, "{name}: {value}").unwrap();
            }
        }
        writeln!(out, "\n{}", self.text().trim_end_matches('\n')).unwrap();
        if self.end != End::Complete {
            writeln!(out, "[{:?}]", self.end).unwrap();
        }
        out
    }
}

pub(crate) fn send(addr: SocketAddr, head: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
    let mut socket = TcpStream::connect(addr).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut text = format!("{head} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n");
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    write!(text, "content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    socket.write_all(text.as_bytes()).unwrap();
    socket
}

pub(crate) fn receive(mut socket: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let mut piece = [0; 65_536];
    let reset = loop {
        match socket.read(&mut piece) {
            Ok(0) => break false,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break true,
            Err(error) => panic!("{error} after {} bytes", bytes.len()),
        }
    };
    let broken = if reset { End::Reset } else { End::Closed };
    let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        assert_eq!(bytes, b"", "half a head");
        return Reply { status: 0, headers: vec![], body: vec![], chunks: vec![], end: broken };
    };
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut reply = Reply { status, headers, body: vec![], chunks: vec![], end: broken };
    let rest = &bytes[at + 4..];
    if reply.header("transfer-encoding") == Some("chunked") {
        dechunk(rest, &mut reply);
    } else {
        let length: usize = reply.header("content-length").map_or(0, |length| length.parse().unwrap());
        reply.body = rest.to_vec();
        if rest.len() == length {
            reply.end = End::Complete;
        }
    }
    reply
}

fn dechunk(mut rest: &[u8], reply: &mut Reply) {
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).unwrap(), 16).unwrap();
        if size == 0 {
            reply.end = End::Complete;
            return;
        }
        reply.chunks.push(size);
        let end = (at + 2 + size).min(rest.len());
        reply.body.extend_from_slice(&rest[at + 2..end]);
        rest = &rest[(end + 2).min(rest.len())..];
    }
}

pub(crate) fn get(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)]) -> Reply {
    receive(send(sandbox.addr(), &format!("GET {path}"), headers, ""))
}

pub(crate) fn post(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    receive(send(sandbox.addr(), &format!("POST {path}"), headers, body))
}

pub(crate) const CHAT: &str = "/v1/chat/completions";

/// A short question to `model`.
pub(crate) fn body(model: &str, stream: bool) -> String {
    json!({
        "model": model,
        "messages": [{ "role": "user", "content": "why not?" }],
        "max_tokens": 2,
        "stream": stream,
    })
    .to_string()
}

pub(crate) fn chat(sandbox: &Sandbox, model: &str, stream: bool) -> Reply {
    post(sandbox, CHAT, &[GRANTED], &body(model, stream))
}

/// Waits for the log, but not for ever.
pub(crate) fn wait(sandbox: &Sandbox, ready: impl Fn(&[Recorded]) -> bool) -> Vec<Recorded> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime
        .block_on(async { tokio::time::timeout(PATIENCE, sandbox.requests_when(ready)).await })
        .unwrap_or_else(|_| panic!("still waiting: {:#?}", sandbox.requests()))
}
