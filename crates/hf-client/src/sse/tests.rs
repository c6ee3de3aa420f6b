use proptest::prelude::*;

use super::{SseDecoder, SseError};

/// Everything the decoder gives, one line per event: `name|data`, `~` in front when it was not terminated.
fn decode(limit: usize, chunks: &[&[u8]]) -> Result<Vec<String>, SseError> {
    let mut decoder = SseDecoder::with_limit(limit);
    let mut events = Vec::new();
    let mut drain = |decoder: &mut SseDecoder| -> Result<(), SseError> {
        while let Some(event) = decoder.next_event() {
            let event = event?;
            let mark = if event.terminated { "" } else { "~" };
            events.push(format!("{mark}{}|{}", event.name, event.data));
        }
        Ok(())
    };
    for chunk in chunks {
        decoder.feed(chunk);
        drain(&mut decoder)?;
    }
    decoder.finish();
    drain(&mut decoder)?;
    Ok(events)
}

/// Whole, and one byte at a time.
#[track_caller]
fn check(stream: impl AsRef<[u8]>, expected: &[&str]) {
    let stream = stream.as_ref();
    assert_eq!(decode(1 << 20, &[stream]).expect("within the limit"), expected);
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(decode(1 << 20, &bytes).expect("within the limit"), expected);
}

#[test]
fn line_ends() {
    check("data: a\n\ndata: b\n\n", &["|a", "|b"]);
    check("data: a\r\rdata: b\r\r", &["|a", "|b"]);
    check("data: a\r\n\r\ndata: b\r\n\r\n", &["|a", "|b"]);
    check("data: a\n\r\ndata: b\r\n\rdata: c\r\n\n", &["|a", "|b", "|c"]);
}

#[test]
fn fields() {
    check("data:a\n\n", &["|a"]);
    check("data:  two spaces\n\n", &["| two spaces"]);
    check("data\n\n", &["|"]);
    check("data:\n\n", &["|"]);
    check("data: a\ndata: b\ndata:\n\n", &["|a\nb\n"]);
    check("event: error\ndata: x\n\ndata: y\n\n", &["error|x", "|y"]);
    check("event: ping\n\ndata: y\n\n", &["|y"]);
    check("id: 7\nretry: 10\nunknown: x\ndata: a\n\n", &["|a"]);
    check("datax: a\n\n", &[]);
    check(" data: a\n\n", &[]);
}

#[test]
fn comments_and_blank_lines() {
    check(": keepalive\n\n", &[]);
    check(":\n\n\n\n: x\ndata: a\n: y\ndata: b\n\n\n\n", &["|a\nb"]);
    check("", &[]);
}

#[test]
fn byte_order_mark() {
    check("\u{feff}data: a\n\n", &["|a"]);
    check("\u{feff}\ndata: a\n\n", &["|a"]);
    // Only at the start of the stream.
    check("data: a\n\n\u{feff}data: b\n\n", &["|a"]);
}

#[test]
fn utf8() {
    check("data: Zürich 東京 🦀\n\n", &["|Zürich 東京 🦀"]);
    check(b"data: a\xF0\x9F\n\n", &["|a\u{fffd}"]);
    check(b"event: \xFF\ndata: a\n\n", &["\u{fffd}|a"]);
}

#[test]
fn the_end_without_a_blank_line() {
    check("data: a\n\ndata: [DONE]", &["|a", "~|[DONE]"]);
    check("data: a\n", &["~|a"]);
    check("data: a\r", &["~|a"]);
    check("data: a\r\n\r", &["|a"]);
    check("data", &["~|"]);
    check(": half a comment", &[]);
}

#[test]
fn done_is_recognised() {
    for (stream, expected) in
        [("data: [DONE]\n\n", true), ("data:[DONE] \n\n", true), ("data: \"[DONE]\"\n\n", false)]
    {
        let mut decoder = SseDecoder::new();
        decoder.feed(stream.as_bytes());
        assert_eq!(decoder.next_event().and_then(Result::ok).map(|event| event.is_done()), Some(expected));
    }
}

#[test]
fn an_event_above_the_limit_is_an_error_and_the_end() {
    let long_line = b"data: 1\n\ndata: 0123456789\n\ndata: 2\n\n";
    let many_lines = b"data: 1\n\ndata: 0123\ndata: 4567\ndata: 890\n\n";
    let comment = b"data: 1\n\n: 0123456789 0123456789";
    for stream in [&long_line[..], many_lines, comment] {
        for size in [1, 3, stream.len()] {
            let mut decoder = SseDecoder::with_limit(12);
            let mut seen = Vec::new();
            for chunk in stream.chunks(size) {
                decoder.feed(chunk);
                while let Some(event) = decoder.next_event() {
                    seen.push(event.map(|event| event.data.to_owned()));
                }
            }
            let error = SseError { limit: 12 };
            assert_eq!(seen, [Ok("1".to_owned()), Err(error)], "in chunks of {size}");
        }
    }
    insta::assert_snapshot!(SseError { limit: 12 }, @"an event of the stream is larger than the limit of 12 bytes");
    assert_eq!(SseError { limit: 12 }.limit(), 12);
}

#[test]
fn debug_does_not_print_the_stream() {
    let mut decoder = SseDecoder::new();
    decoder.feed(b"data: private");
    insta::assert_snapshot!(format!("{decoder:?}"), @"SseDecoder { limit: 1048576, pending: 13, ended: false, .. }");
}

/// Pieces that meet in every way a stream can be cut.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"data: ".to_vec()),
        Just(b"data:".to_vec()),
        Just(b"event: error".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n\n".to_vec()),
        Just(b": note".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        Just("é🦀".as_bytes().to_vec()),
        Just(b"{\"a\":1}".to_vec()),
        Just(b"[DONE]".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_events(stream in stream(), cuts in proptest::collection::vec(0usize..200, 0..12), limit in 1usize..64) {
        let whole = decode(limit, &[&stream]);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        prop_assert_eq!(decode(limit, &chunks), whole.clone());
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        prop_assert_eq!(decode(limit, &bytes), whole);
    }

    #[test]
    fn what_is_written_is_read(events in proptest::collection::vec("[^\r\n\u{feff}]{0,20}(\n[^\r\n]{0,20}){0,3}", 0..6), end in prop_oneof![Just("\n"), Just("\r"), Just("\r\n")]) {
        let mut stream = String::new();
        for event in &events {
            for line in event.split('\n') {
                stream.push_str("data: ");
                stream.push_str(line);
                stream.push_str(end);
            }
            stream.push_str(end);
        }
        let expected: Vec<String> = events.iter().map(|event| format!("|{event}")).collect();
        prop_assert_eq!(decode(1 << 20, &[stream.as_bytes()]), Ok(expected));
    }
}
