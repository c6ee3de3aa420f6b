use proptest::prelude::*;

use super::*;

/// What is passed on, and how it ends.
fn relay_with<'a>(
    wish: UsageWish,
    limit: usize,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<u8>, Result<(), StreamError>, Option<Usage>) {
    let mut relay = Relay::with(wish, limit, Redactor::default());
    let mut out = Vec::new();
    for piece in pieces {
        relay.feed(piece);
        let was_open = relay.is_open();
        let ready = relay.ready();
        let taken = relay.take();
        assert_eq!(taken.len(), ready);
        assert!(was_open || taken.is_empty(), "nothing is given before it is open");
        out.extend_from_slice(&taken);
    }
    relay.finish();
    out.extend_from_slice(&relay.take());
    (out, relay.end().expect("it has ended").clone(), relay.usage())
}

#[track_caller]
fn check(stream: &str, passed: &str, end: &str) {
    let (out, ended, _) = relay_with(UsageWish::Asked, DEFAULT_EVENT_LIMIT, [stream.as_bytes()]);
    assert_eq!(String::from_utf8_lossy(&out), passed);
    assert_eq!(ended.map_or_else(|error| error.to_string(), |()| "whole".to_owned()), end);
}

const ROLE: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
const HI: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";
const STOP: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const USAGE: &str = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n";
const DONE: &str = "data: [DONE]\n\n";

#[test]
fn whole_events_pass_untouched_and_the_end_is_left_to_the_caller() {
    let answer = format!(": hello\n\n{ROLE}{HI}{STOP}{USAGE}");
    check(&format!("{answer}{DONE}"), &answer, "whole");
    // Without the last mark, and with more behind it.
    check(&answer, &answer, "whole");
    check(&format!("{answer}{DONE}{HI}garbage"), &answer, "whole");
    let crlf = answer.replace('\n', "\r\n");
    check(&format!("{crlf}data: [DONE]\r\n\r\n"), &crlf, "whole");
    let cr = answer.replace('\n', "\r");
    check(&format!("{cr}data: [DONE]\r\r"), &cr, "whole");
}

#[test]
fn the_last_event_may_lack_its_blank_line() {
    check(&format!("{HI}{}", STOP.trim_end()), &format!("{HI}{STOP}"), "whole");
    check(&format!("{HI}{}\n", STOP.trim_end()), &format!("{HI}{STOP}"), "whole");
    check(&format!("{HI}{STOP}data: [DONE]"), &format!("{HI}{STOP}"), "whole");
}

#[test]
fn a_cut_is_not_an_end() {
    check(HI, HI, "the stream ended without a finish reason, expected one");
    check(&format!("{HI}{DONE}"), HI, "the stream ended without a finish reason, expected one");
    check(&format!("{HI}data: {{\"choi"), HI, "the stream ended within an event, expected a finish reason");
    // What is cut behind the finish reason could only be usage.
    check(&format!("{HI}{STOP}data: {{\"choi"), &format!("{HI}{STOP}"), "whole");
    check("", "", "the stream ended without a finish reason, expected one");
}

#[test]
fn every_alternative_needs_its_end() {
    let second = HI.replace("\"index\":0", "\"index\":1");
    let stop_second = STOP.replace("\"index\":0", "\"index\":1");
    let cut = format!("{HI}{second}{STOP}");
    check(&cut, &cut, "the stream ended without a finish reason, expected one");
    check(&format!("{cut}{stop_second}"), &format!("{cut}{stop_second}"), "whole");
}

#[test]
fn what_is_no_chunk_ends_the_stream() {
    check(
        &format!("{HI}data: [1]\n\n{HI}"),
        HI,
        "event 2 of the stream cannot be read, expected a chunk of a chat as JSON",
    );
    check(
        &format!("{HI}data: {{nonsense}}\n\n"),
        HI,
        "event 2 of the stream cannot be read, expected a chunk of a chat as JSON",
    );
    check(
        &format!("{HI}data: {{\"error\":{{\"message\":\"overloaded\"}}}}\n\n"),
        HI,
        "the provider reported an error in the stream",
    );
    check(
        &format!("{HI}event: error\ndata: plain words\n\n"),
        HI,
        "the provider reported an error in the stream",
    );
    check(
        &format!("{HI}{}", STOP.replace("\"stop\"", "\"error\"")),
        HI,
        "the provider reported an error in the stream",
    );
}

#[test]
fn nothing_is_given_before_something_is_said() {
    check(
        &format!("{ROLE}data: {{\"error\":\"no\"}}\n\n"),
        "",
        "the provider reported an error in the stream",
    );
    check(
        &format!("{ROLE}data: {{}}\n\n{ROLE}"),
        "",
        "the stream ended without a finish reason, expected one",
    );
    let thought = HI.replace("content", "reasoning_content");
    check(
        &format!("{thought}data: {{}}\n\n"),
        &format!("{thought}data: {{}}\n\n"),
        "the stream ended without a finish reason, expected one",
    );
}

#[test]
fn odd_but_harmless_chunks_pass() {
    let odd = "data: {\"choices\":[{\"delta\":{\"content\":\"x\",\"tool_calls\":null},\"finish_reason\":\"\"}],\"error\":null}\n\n\
               data: {\"choices\":null,\"usage\":null,\"error\":{}}\n\n\
               event: message\ndata: {\"choices\":[\ndata: {\"index\":\"0\",\"delta\":{\"content\":\"y\"}}]}\n\n\
               id: 7\n\n: comment\n\n";
    check(&format!("{odd}{STOP}"), &format!("{odd}{STOP}"), "whole");
}

#[test]
fn usage_is_kept_and_hidden_where_nobody_asked() {
    let stream = format!("{HI}{STOP}{USAGE}{DONE}");
    let (out, end, usage) = relay_with(UsageWish::NotAsked, DEFAULT_EVENT_LIMIT, [stream.as_bytes()]);
    assert_eq!((String::from_utf8_lossy(&out).into_owned(), end), (format!("{HI}{STOP}"), Ok(())));
    assert_eq!(usage.and_then(|usage| usage.completion_tokens), Some(2));
    // Beside text it stays, since the bytes of an event are not touched.
    let beside = HI.replace("\"choices\"", "\"usage\":{\"total_tokens\":3},\"choices\"");
    let (out, _, usage) = relay_with(UsageWish::NotAsked, DEFAULT_EVENT_LIMIT, [beside.as_bytes()]);
    assert_eq!(String::from_utf8_lossy(&out), beside);
    assert_eq!(usage.and_then(|usage| usage.total_tokens), Some(3));
}

#[test]
fn what_is_too_large_is_refused() {
    let large = HI.replace("hi", &"x".repeat(200));
    let (out, end, _) = relay_with(UsageWish::Asked, 128, [HI.as_bytes(), large.as_bytes(), HI.as_bytes()]);
    assert_eq!(String::from_utf8_lossy(&out), HI);
    assert!(matches!(end, Err(StreamError::TooLarge(_))));
    let many = ROLE.repeat(9);
    let (out, end, _) = relay_with(UsageWish::Asked, 256, [many.as_bytes()]);
    assert!(out.is_empty() && matches!(end, Err(StreamError::TooLarge(_))));
}

#[test]
fn what_is_too_large_is_not_looked_at_however_it_arrives() {
    let large = format!("{}{USAGE}", "x".repeat(20) + "\n");
    let stream = format!("{HI}{large}");
    for size in [1, 7, stream.len()] {
        let (out, end, usage) = relay_with(UsageWish::NotAsked, 80, stream.as_bytes().chunks(size));
        assert_eq!(String::from_utf8_lossy(&out), HI, "{size}");
        assert!(matches!(end, Err(StreamError::TooLarge(_))), "{size}");
        assert_eq!(usage, None, "{size}");
    }
}

#[test]
fn debug_shows_no_words() {
    let mut relay = Relay::new(UsageWish::Asked);
    relay.feed(HI.replace("hi", "private").as_bytes());
    assert!(!format!("{relay:?}").contains("private"));
}

proptest! {
    /// However the bytes arrive, the same is passed on, and it ends the same.
    #[test]
    fn any_chunking_passes_the_same(
        parts in prop::collection::vec(
            prop_oneof![
                Just(ROLE.to_owned()), Just(HI.to_owned()), Just(STOP.to_owned()), Just(USAGE.to_owned()),
                Just(DONE.to_owned()), Just(": keep\n\n".to_owned()), Just("data: {}\r\n\r\n".to_owned()),
                Just("\r".to_owned()), Just("\n".to_owned()), Just("event: error\n".to_owned()),
                Just(HI.replace('\n', "\r")), Just(HI.replace('\n', "\r\n")), "[ -~\\r\\n]{0,12}",
            ],
            0..8,
        ),
        sizes in prop::collection::vec(1_usize..9, 1..6),
        limit in prop_oneof![Just(DEFAULT_EVENT_LIMIT), Just(80_usize)],
    ) {
        let stream = parts.concat();
        let whole = relay_with(UsageWish::NotAsked, limit, [stream.as_bytes()]);
        let mut rest = stream.as_bytes();
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, behind) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        prop_assert_eq!(relay_with(UsageWish::NotAsked, limit, pieces), whole);
    }
}
