//! A fault as a change of the reply that would have been sent.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{Ending, Endpoint, ErrorForm, Fault, gzip};
use crate::dialect::{DONE, event};
use crate::refusal;
use crate::reply::{Frame, JSON, Payload, Reply};

/// What is left to do.
pub(crate) enum Outcome {
    Reply(Reply),
    /// Never answer.
    Hang,
    /// End the connection without a byte.
    Close(Ending),
}

const MESSAGE: &str = "the engine stopped in the middle of the answer";
const BROKEN: &[u8] =
    b"data: {\"id\":\"chatcmpl-sandbox\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\n\n";
/// How many pieces a JSON body is dripped in.
const DRIPS: usize = 16;
/// How much filler of a huge body is handed out at once.
const PIECE: usize = 64 * 1024;

/// Bends `reply`; `model` is the text the client asked for.
pub(crate) fn apply(fault: Fault, mut reply: Reply, endpoint: Endpoint, model: Option<&str>) -> Outcome {
    match fault {
        Fault::Hang => return Outcome::Hang,
        Fault::CloseBeforeReply { ending } => return Outcome::Close(ending),
        Fault::Status { code, body, content_type, retry_after, headers } => {
            reply = refusal::usual(known(code), model);
            if let Some(body) = body {
                reply.payload = Payload::Whole(body.into());
                set(&mut reply, header::CONTENT_TYPE, content_type.as_deref().unwrap_or("text/plain"));
            } else if let Some(content_type) = content_type {
                set(&mut reply, header::CONTENT_TYPE, &content_type);
            }
            if let Some(seconds) = retry_after {
                reply.headers.insert(header::RETRY_AFTER, seconds.into());
            }
            for (name, value) in headers {
                if let Ok(name) = name.parse::<HeaderName>() {
                    set(&mut reply, name, &value);
                }
            }
        }
        Fault::Html { code } => reply = refusal::page(known(code)),
        Fault::Delay { ms } => reply.delay += Duration::from_millis(ms),
        Fault::Redirect { to, code } => {
            reply = Reply::whole(known(code), HeaderValue::from_static("text/plain"), Bytes::new());
            set(&mut reply, header::LOCATION, &to);
        }
        Fault::WrongContentType { content_type } => set(&mut reply, header::CONTENT_TYPE, &content_type),
        Fault::EmptyBody => reply.payload = Payload::Whole(Bytes::new()),
        Fault::GzipBomb { bytes } => {
            let (total, pieces) = gzip::zeros(bytes);
            reply.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            reply.payload = Payload::Lazy(Box::new(pieces), Some(total));
        }
        Fault::HugeBody { bytes } => {
            let (head, tail) = around(endpoint, matches!(reply.payload, Payload::Events(_)));
            reply.payload = Payload::Lazy(Box::new(huge(head, bytes, tail)), None);
        }
        Fault::Rows { n } if endpoint == Endpoint::Models && model.is_none() => {
            reply = Reply::new(StatusCode::OK, JSON, Payload::Lazy(Box::new(rows(n)), None));
        }
        Fault::Rows { .. } => {}
        fault => reply.payload = bend(fault, reply.payload),
    }
    Outcome::Reply(reply)
}

/// The faults that work on the body alone.
fn bend(fault: Fault, payload: Payload) -> Payload {
    match (fault, payload) {
        (Fault::SlowDrip { ms }, Payload::Events(frames)) => Payload::Events(drip(frames, ms)),
        (Fault::SlowDrip { ms }, Payload::Whole(body)) => {
            let size = body.len().div_ceil(DRIPS);
            Payload::Pieces(drip(pieces(&[Frame::now(body)], size), ms), Ending::Clean)
        }
        (Fault::CutStream { after, ending }, Payload::Events(mut frames)) => {
            frames.truncate(after);
            Payload::Pieces(frames, ending)
        }
        (Fault::CutStream { ending, .. }, Payload::Whole(body)) => {
            Payload::Pieces(vec![Frame::now(half(&body))], ending)
        }
        (Fault::ErrorEvent { after, form }, Payload::Events(mut frames)) => {
            let at = time_of(&frames, after);
            frames.truncate(after);
            frames.push(Frame { at, bytes: event(&error(form)) });
            Payload::Events(frames)
        }
        (Fault::ErrorEvent { form, .. }, Payload::Whole(_)) => Payload::Whole(error(form).to_string().into()),
        (Fault::InvalidJson { after }, Payload::Events(mut frames)) => {
            let at = time_of(&frames, after);
            frames.insert(after.min(frames.len()), Frame { at, bytes: Bytes::from_static(BROKEN) });
            Payload::Events(frames)
        }
        (Fault::InvalidJson { .. }, Payload::Whole(body)) => Payload::Whole(half(&body)),
        (Fault::OtherShape, Payload::Events(mut frames)) => {
            for (index, frame) in frames.iter_mut().enumerate().filter(|(_, frame)| *frame.bytes != *DONE) {
                frame.bytes = event(&json!({ "ok": true, "result": { "index": index } }));
            }
            Payload::Events(frames)
        }
        (Fault::OtherShape, Payload::Whole(_)) => {
            Payload::Whole(json!({ "ok": true, "result": [1, 2, 3] }).to_string().into())
        }
        (Fault::NoDone, Payload::Events(mut frames)) => {
            frames.retain(|frame| *frame.bytes != *DONE);
            Payload::Events(frames)
        }
        (Fault::EmptyFrames, Payload::Events(frames)) => Payload::Events(between(frames)),
        (Fault::CrLf, Payload::Events(mut frames)) => {
            for frame in &mut frames {
                frame.bytes = String::from_utf8_lossy(&frame.bytes).replace('\n', "\r\n").into();
            }
            Payload::Events(frames)
        }
        (Fault::SplitBytes { size }, Payload::Events(frames)) => {
            Payload::Pieces(pieces(&frames, size), Ending::Clean)
        }
        (Fault::SplitBytes { size }, Payload::Whole(body)) => {
            Payload::Pieces(pieces(&[Frame::now(body)], size), Ending::Clean)
        }
        (_, payload) => payload,
    }
}

/// A scripted status has been checked; what could not be sent would be an error of the sandbox itself.
fn known(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers.insert(name, value);
    }
}

fn drip(mut frames: Vec<Frame>, ms: u64) -> Vec<Frame> {
    let mut at = Duration::ZERO;
    for frame in &mut frames {
        at = at.saturating_add(Duration::from_millis(ms));
        frame.at = at;
    }
    frames
}

/// When a frame at this place leaves.
fn time_of(frames: &[Frame], place: usize) -> Duration {
    frames.get(place).or(frames.last()).map_or(Duration::ZERO, |frame| frame.at)
}

fn half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
}

fn error(form: ErrorForm) -> Value {
    match form {
        ErrorForm::String => json!({ "error": MESSAGE }),
        ErrorForm::Object => json!({ "error": { "message": MESSAGE, "type": "server_error" } }),
    }
}

/// The frames with an empty one before each: a comment, or one of three kinds of nothing.
fn between(frames: Vec<Frame>) -> Vec<Frame> {
    const EMPTY: [&[u8]; 4] = [
        b": keep-alive\n\n",
        b"data: {}\n\n",
        b"data: {\"choices\":[]}\n\n",
        b"data: {\"choices\":[{}]}\n\n",
    ];
    let empty = EMPTY.iter().cycle();
    frames
        .into_iter()
        .zip(empty)
        .flat_map(|(frame, empty)| [Frame { at: frame.at, bytes: Bytes::from_static(empty) }, frame])
        .collect()
}

fn pieces(frames: &[Frame], size: usize) -> Vec<Frame> {
    let size = size.max(1);
    frames
        .iter()
        .flat_map(|frame| {
            (0..frame.bytes.len()).step_by(size).map(move |start| {
                let end = start.saturating_add(size).min(frame.bytes.len());
                Frame { at: frame.at, bytes: frame.bytes.slice(start..end) }
            })
        })
        .collect()
}

/// What surrounds the filler of a huge body, so that the whole would be valid.
fn around(endpoint: Endpoint, stream: bool) -> (&'static str, &'static str) {
    match endpoint {
        Endpoint::Chat if stream => {
            ("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "\"}}]}\n\ndata: [DONE]\n\n")
        }
        Endpoint::Chat => (
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"",
            "\"},\"finish_reason\":\"stop\"}]}",
        ),
        Endpoint::Models => ("{\"object\":\"list\",\"data\":[{\"id\":\"", "\"}]}"),
        Endpoint::Whoami => ("{\"type\":\"user\",\"name\":\"", "\"}"),
    }
}

fn huge(head: &'static str, bytes: u64, tail: &'static str) -> impl Iterator<Item = Bytes> + Send {
    let mut left = bytes;
    let whole = Bytes::from(vec![b'a'; PIECE]);
    let filler = std::iter::from_fn(move || {
        let piece = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
        left -= piece as u64;
        (piece > 0).then(|| whole.slice(..piece))
    });
    let text = |text: &'static str| std::iter::once(Bytes::from_static(text.as_bytes()));
    text(head).chain(filler).chain(text(tail))
}

fn rows(n: u32) -> impl Iterator<Item = Bytes> + Send {
    let text = |text: &'static str| std::iter::once(Bytes::from_static(text.as_bytes()));
    let rows = (0..n).map(|at| {
        let comma = if at == 0 { "" } else { "," };
        Bytes::from(format!("{comma}{}", row(at)))
    });
    text("{\"object\":\"list\",\"data\":[").chain(rows).chain(text("]}"))
}

/// A generated model with one to three offers.
fn row(at: u32) -> Value {
    const PROVIDERS: [&str; 3] = ["novita", "together", "deepinfra"];
    let offers: Vec<Value> = (0..=at % 3)
        .zip(PROVIDERS)
        .map(|(offer, provider)| {
            json!({
                "provider": provider,
                "status": "live",
                "context_length": 32_768 << (at % 4),
                "pricing": {
                    "input": f64::from(at % 50 + 1 + offer) / 100.0,
                    "output": f64::from(at % 90 + 1 + offer) / 50.0,
                },
                "is_free": false,
                "supports_tools": !at.is_multiple_of(5),
                "supports_structured_output": at.is_multiple_of(2),
                "first_token_latency_ms": 200 + at % 700,
                "throughput": 20.5 + f64::from(at % 180 + offer),
                "is_model_author": false,
            })
        })
        .collect();
    json!({
        "id": format!("{}/generated-{at:06}", crate::auth::ORG),
        "object": "model",
        "created": 1_786_000_000 + at,
        "owned_by": crate::auth::ORG,
        "architecture": { "input_modalities": ["text"], "output_modalities": ["text"] },
        "providers": offers,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(frames: &[Frame]) -> Vec<u8> {
        frames.iter().flat_map(|frame| frame.bytes.to_vec()).collect()
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole(parts in prop::collection::vec(".{0,20}", 0..6), size in 0..30_usize) {
            let frames: Vec<Frame> = parts.into_iter().map(|part| Frame::now(part.into())).collect();
            let cut = pieces(&frames, size);
            prop_assert_eq!(joined(&cut), joined(&frames));
            prop_assert!(cut.iter().all(|frame| !frame.bytes.is_empty() && frame.bytes.len() <= size.max(1)));
        }

        #[test]
        fn a_huge_body_has_its_length(bytes in 0..300_000_u64) {
            let total: usize = huge("ab", bytes, "c").map(|piece| piece.len()).sum();
            prop_assert_eq!(total as u64, bytes + 3);
        }
    }
}
