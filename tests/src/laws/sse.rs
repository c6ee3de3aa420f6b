//! However a stream is cut, it says the same. First line: the sizes of the pieces, a byte each; then the stream.

use openclaw_hf_client::{ChatDecoder, ChatEvent, SseDecoder, SseError, StreamError};

/// An event as its name, its data, and whether it was ended.
type Owned = (String, String, bool);

pub(super) fn check(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (sizes, rest) = data.split_at(end);
    let stream = rest.get(1..).unwrap_or_default();
    for limit in [openclaw_hf_client::DEFAULT_EVENT_LIMIT, 24] {
        let whole = events(limit, [stream]);
        assert_eq!(events(limit, pieces(stream, sizes)), whole, "in pieces");
        assert_eq!(events(limit, stream.chunks(1)), whole, "byte by byte");
        let (events, error) = whole;
        if error.is_none() {
            assert_eq!(events, by_the_book(stream));
        }
    }
    let whole = answer([stream]);
    assert_eq!(answer(pieces(stream, sizes)), whole, "a chat in pieces");
    assert_eq!(answer(stream.chunks(1)), whole, "a chat byte by byte");
    let is_kept = |event: &Result<ChatEvent, _>| match event {
        Ok(ChatEvent::Content(text) | ChatEvent::Reasoning(text)) => !text.is_empty(),
        _ => true,
    };
    assert!(whole.iter().all(is_kept), "an empty piece: {whole:?}");
    let count = |is: fn(&ChatEvent) -> bool| whole.iter().flatten().filter(|event| is(event)).count();
    assert!(count(|event| matches!(event, ChatEvent::Finish(_))) <= 1, "two ends: {whole:?}");
    assert!(count(|event| matches!(event, ChatEvent::Usage(_))) <= 1, "two counts of tokens: {whole:?}");
    let failure = whole.iter().position(Result::is_err);
    assert!(failure.is_none_or(|at| at + 1 == whole.len()), "it goes on after an error: {whole:?}");
}

/// Pieces of the sizes, over and over: 1 to 32 bytes each.
pub(super) fn pieces<'s>(mut stream: &'s [u8], sizes: &'s [u8]) -> impl Iterator<Item = &'s [u8]> {
    let mut sizes = sizes.iter().copied().cycle();
    std::iter::from_fn(move || {
        let size = usize::from(sizes.next().unwrap_or_default() % 32) + 1;
        let (piece, rest) = stream.split_at(size.min(stream.len()));
        stream = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

fn events<'s>(limit: usize, pieces: impl IntoIterator<Item = &'s [u8]>) -> (Vec<Owned>, Option<SseError>) {
    let mut decoder = SseDecoder::with_limit(limit);
    let mut found = Vec::new();
    let mut failure = None;
    let mut drain = |decoder: &mut SseDecoder| {
        while let Some(event) = decoder.next_event() {
            match event {
                Ok(event) => found.push((event.name.to_owned(), event.data.to_owned(), event.terminated)),
                Err(error) => assert_eq!(failure.replace(error), None, "nothing follows an error"),
            }
        }
    };
    for piece in pieces {
        decoder.feed(piece);
        drain(&mut decoder);
    }
    decoder.finish();
    drain(&mut decoder);
    (found, failure)
}

fn answer<'s>(pieces: impl IntoIterator<Item = &'s [u8]>) -> Vec<Result<ChatEvent, StreamError>> {
    let mut decoder = ChatDecoder::default();
    let mut found = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        found.extend(std::iter::from_fn(|| decoder.next_event()));
    }
    decoder.finish();
    found.extend(std::iter::from_fn(|| decoder.next_event()));
    assert!(decoder.is_over(), "it goes on after its end");
    found
}

/// The events as the HTML standard says, and a last one that nothing ends.
fn by_the_book(stream: &[u8]) -> Vec<Owned> {
    let stream = stream.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(stream);
    let mut lines = Vec::new();
    let mut rest = stream;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        lines.push(line);
        rest = behind.strip_prefix(b"\r\n").or_else(|| behind.get(1..)).unwrap_or_default();
    }
    let mut found = Vec::new();
    let mut name = Vec::new();
    let mut data: Option<Vec<u8>> = None;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for line in lines {
        let colon = line.iter().position(|&byte| byte == b':');
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b": ").or_else(|| value.strip_prefix(b":")).unwrap_or_default();
        match field {
            _ if line.is_empty() => {
                found.extend(data.take().map(|data| (text(&name), text(&data), true)));
                name.clear();
            }
            b"event" => name = value.to_vec(),
            b"data" => match &mut data {
                Some(data) => data.extend([b"\n", value].concat()),
                None => data = Some(value.to_vec()),
            },
            _ => {}
        }
    }
    found.extend(data.map(|data| (text(&name), text(&data), false)));
    found
}
