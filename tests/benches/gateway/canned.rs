//! What is asked and what is answered, byte for byte: the upstream writes it, the load checks it.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Outcome, http};

/// The key that clients send. It is not the token that a gateway sends to the upstream.
pub(crate) const KEY: &str = "bench-key-of-the-clients";

/// The model that is configured to be asked when the first one fails, which it never does.
pub(crate) const OTHER: &str = "bench/other";

/// How the upstream answers; each has a model of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One JSON object of about 1 KB.
    Whole,
    /// 200 chunks as fast as they can be written, each in a write of its own.
    Burst,
    /// The same 200 chunks, 16 to a write: what a slow network or one record of TLS makes of them.
    Gathered,
    /// 100 chunks, one every 5 ms.
    Paced,
    /// 40 chunks, one every 100 ms: a stream that stays open while a thousand others are opened.
    Slow,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Whole, Self::Burst, Self::Gathered, Self::Paced, Self::Slow];

    pub(crate) const fn model(self) -> &'static str {
        match self {
            Self::Whole => "bench/whole",
            Self::Burst => "bench/stream-burst",
            Self::Gathered => "bench/stream-gathered",
            Self::Paced => "bench/stream-paced",
            Self::Slow => "bench/stream-slow",
        }
    }

    /// Chunks with a word in them; zero where the answer is no stream.
    const fn words(self) -> usize {
        match self {
            Self::Whole => 0,
            Self::Burst | Self::Gathered => 200,
            Self::Paced => 100,
            Self::Slow => 40,
        }
    }

    /// The time between two chunks; `None` where all are written at once.
    pub(crate) const fn pace(self) -> Option<Duration> {
        match self {
            Self::Whole | Self::Burst | Self::Gathered => None,
            Self::Paced => Some(Duration::from_millis(5)),
            Self::Slow => Some(Duration::from_millis(100)),
        }
    }

    /// All chunks: behind the words come how it ended, and `[DONE]`.
    pub(crate) const fn chunks(self) -> usize {
        self.words() + 2
    }

    /// Chunks that are written at once.
    const fn in_a_write(self) -> usize {
        if matches!(self, Self::Gathered) { 16 } else { 1 }
    }

    /// What a client sends: the keys in the order in which OpenAI's Python library writes them.
    pub(crate) fn request(self, port: u16) -> Vec<u8> {
        let question = "Compare the two ways of keeping a list in order and say which one you would take. ";
        let mut body = json!({
            "messages": [
                { "role": "system", "content": "You answer in short sentences and show your work." },
                { "role": "user", "content": question.repeat(9) },
            ],
            "model": self.model(),
            "max_tokens": 512,
        });
        if self != Self::Whole {
            body["stream"] = json!(true);
            body["stream_options"] = json!({ "include_usage": true });
        }
        body["temperature"] = json!(0.2);
        let body = body.to_string();
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\
             Content-Type: application/json\r\nUser-Agent: OpenAI/Python 2.8.1\r\n\
             Authorization: Bearer {KEY}\r\nContent-Length: {}\r\n\r\n",
            body.len(),
        );
        [head, body].concat().into_bytes()
    }
}

/// An answer of the upstream.
#[derive(Debug)]
pub(crate) struct Canned {
    pub(crate) kind: Kind,
    pub(crate) head: Vec<u8>,
    /// What is written at once, in turn: the body, or the HTTP chunks of a stream.
    pub(crate) pieces: Vec<Vec<u8>>,
    /// The body as a client is to see it, without HTTP's chunks.
    body: Vec<u8>,
}

impl Canned {
    pub(crate) fn new(kind: Kind) -> Self {
        let model = kind.model();
        if kind == Kind::Whole {
            let body = whole(model).to_string().into_bytes();
            return Self { kind, head: head("application/json", &body), pieces: vec![body.clone()], body };
        }
        let events = events(model, kind.words());
        let mut pieces: Vec<Vec<u8>> = events
            .chunks(kind.in_a_write())
            .map(|events| events.iter().flat_map(|it| chunk(it)).collect())
            .collect();
        // `[DONE]` and the end of the body leave in one write, as they do where a server is done.
        if let Some(last) = pieces.last_mut() {
            last.extend_from_slice(b"0\r\n\r\n");
        }
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n\
            x-inference-provider: bench\r\ntransfer-encoding: chunked\r\n\r\n";
        Self { kind, head: head.to_vec(), pieces, body: events.concat().into_bytes() }
    }

    /// Whether a body is the one that was sent: a proxy that loses something is not to look fast.
    ///
    /// A gateway may say in a comment who answered; every client passes over it.
    pub(crate) fn check(&self, body: &[u8]) -> Outcome {
        let is_stream = self.kind != Kind::Whole;
        let bare = (is_stream && body.len() > self.body.len()).then(|| without_comments(body));
        let body = bare.as_deref().unwrap_or(body);
        if body.len() != self.body.len() {
            let (model, wanted) = (self.kind.model(), self.body.len());
            return Err(format!("a reply of {model} has {} bytes instead of {wanted}", body.len()));
        }
        // The length and the last event; comparing all of it would slow the load down.
        let tail = self.body.len().saturating_sub(256);
        if body.get(tail..) != self.body.get(tail..) {
            let shown = String::from_utf8_lossy(body.get(tail..).unwrap_or_default());
            return Err(format!("a reply of {} ends with `{shown}`", self.kind.model()));
        }
        Ok(())
    }
}

/// A stream without the events that are but a comment.
fn without_comments(stream: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(stream.len());
    let mut rest = stream;
    while !rest.is_empty() {
        let end = http::find(rest, b"\n\n").map_or(rest.len(), |at| at + 2);
        let (event, behind) = rest.split_at(end);
        if !event.starts_with(b":") {
            bare.extend_from_slice(event);
        }
        rest = behind;
    }
    bare
}

/// The router's list: every model with two live offers, so that there is something to choose from.
pub(crate) fn list() -> Vec<u8> {
    let offer = |provider: &str, price: f64, throughput: f64| {
        json!({
            "provider": provider, "status": "live", "context_length": 131_072,
            "pricing": { "input": price, "output": price * 3.0 },
            "supports_tools": true, "supports_structured_output": true,
            "first_token_latency_ms": 320.5, "throughput": throughput, "is_model_author": false,
        })
    };
    let models = Kind::ALL.map(Kind::model).into_iter().chain([OTHER]).map(|id| {
        json!({
            "id": id, "object": "model", "created": 1_764_547_200, "owned_by": "bench",
            "architecture": { "input_modalities": ["text"], "output_modalities": ["text"] },
            "providers": [offer("novita", 0.25, 61.5), offer("together", 0.5, 142.25)],
        })
    });
    let body = json!({ "object": "list", "data": models.collect::<Value>() }).to_string().into_bytes();
    [head("application/json", &body), body].concat()
}

pub(crate) fn not_found() -> Vec<u8> {
    b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec()
}

fn head(content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\
         x-inference-provider: bench\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes()
}

fn whole(model: &str) -> Value {
    let sentence = "A heap keeps the smallest at hand and leaves the rest alone. ";
    json!({
        "id": "chatcmpl-5f1b7c0d9e3a4826", "object": "chat.completion", "created": 1_764_547_200,
        "model": model, "system_fingerprint": "fp_bench",
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": sentence.repeat(10), "tool_calls": null },
            "logprobs": null,
            "finish_reason": "stop",
        }],
        "usage": usage(140),
    })
}

fn usage(completion: usize) -> Value {
    json!({ "prompt_tokens": 212, "completion_tokens": completion, "total_tokens": 212 + completion })
}

/// The words, then how it ended and what it took, then `[DONE]`.
fn events(model: &str, words: usize) -> Vec<String> {
    let frame = |delta: &str, rest: &str| {
        format!(
            "data: {{\"id\":\"chatcmpl-5f1b7c0d9e3a4826\",\"object\":\"chat.completion.chunk\",\
             \"created\":1764547200,\"model\":\"{model}\",\"choices\":[{{\"index\":0,\"delta\":{delta},\
             \"logprobs\":null,{rest}}}\n\n"
        )
    };
    let mut events: Vec<String> = (0..words)
        .map(|n| {
            let delta = format!("{{\"role\":\"assistant\",\"content\":\" word{n}\"}}");
            frame(&delta, "\"finish_reason\":null}]")
        })
        .collect();
    let mut rest = String::from("\"finish_reason\":\"stop\"}],\"usage\":");
    // Writing to a `String` does not fail.
    let _ = write!(rest, "{}", usage(words));
    events.push(frame("{\"content\":\"\"}", &rest));
    events.push("data: [DONE]\n\n".to_owned());
    events
}

/// An event as an HTTP chunk of its own.
fn chunk(event: &str) -> Vec<u8> {
    format!("{:x}\r\n{event}\r\n", event.len()).into_bytes()
}
