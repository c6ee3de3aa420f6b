//! However a stream is cut, the same is passed on, and only what holds as an answer. First line: the sizes of the pieces.

use openclaw_hf_client::{DEFAULT_EVENT_LIMIT, Redactor, Relay, SseDecoder, StreamError, Usage, UsageWish};

/// What is passed on, how it ends, and the usage.
type Passed = (Vec<u8>, Result<(), StreamError>, Option<Usage>);

pub(super) fn check(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (sizes, rest) = data.split_at(end);
    let stream = rest.get(1..).unwrap_or_default();
    for limit in [DEFAULT_EVENT_LIMIT, 48] {
        for wish in [UsageWish::Asked, UsageWish::NotAsked] {
            let whole = pass(wish, limit, [stream]);
            assert_eq!(pass(wish, limit, super::sse::pieces(stream, sizes)), whole, "in pieces");
            assert_eq!(pass(wish, limit, stream.chunks(1)), whole, "byte by byte");
            let (bytes, outcome, _) = whole;
            if wish == UsageWish::Asked && limit == DEFAULT_EVENT_LIMIT && bytes.len() < stream.len() {
                let head = stream.get(..bytes.len()).unwrap_or_default();
                // Its bytes are untouched; only the end of a last line may have been added.
                assert!(outcome.is_ok() || head == bytes || bytes.ends_with(b"\n\n"));
            }
            only_chunks(&bytes);
        }
    }
}

fn pass<'s>(wish: UsageWish, limit: usize, pieces: impl IntoIterator<Item = &'s [u8]>) -> Passed {
    let mut relay = Relay::with(wish, limit, Redactor::default());
    let mut out = Vec::new();
    for piece in pieces {
        relay.feed(piece);
        let taken = relay.take();
        assert!(relay.is_open() || taken.is_empty(), "given before it says something");
        out.extend_from_slice(&taken);
    }
    relay.finish();
    out.extend_from_slice(&relay.take());
    let end = relay.end().expect("it has ended").clone();
    (out, end, relay.usage())
}

/// Whatever was passed on is a stream of JSON objects without an end of its own.
fn only_chunks(bytes: &[u8]) {
    let mut decoder = SseDecoder::new();
    decoder.feed(bytes);
    decoder.finish();
    while let Some(event) = decoder.next_event() {
        let event = event.expect("it was within the limit");
        let data = event.data.trim();
        assert!(!event.is_done(), "the end is the caller's");
        assert!(data.is_empty() || data.starts_with('{'), "no object: {data}");
    }
}
