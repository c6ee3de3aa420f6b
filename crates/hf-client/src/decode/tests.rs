use proptest::prelude::*;

use super::*;

/// What the chunks of a stream say, one word per event.
fn decode(chunks: &[&[u8]]) -> (Vec<ChatEvent>, Option<StreamError>) {
    let mut decoder = ChatDecoder::default();
    let mut events = Vec::new();
    let mut error = None;
    let mut drain = |decoder: &mut ChatDecoder| {
        while let Some(event) = decoder.next_event() {
            match event {
                Ok(event) => events.push(event),
                Err(failure) => assert_eq!(error.replace(failure), None, "one error only"),
            }
        }
    };
    for chunk in chunks {
        decoder.feed(chunk);
        drain(&mut decoder);
    }
    decoder.finish();
    drain(&mut decoder);
    assert!(decoder.is_over());
    (events, error)
}

fn show(events: &[ChatEvent]) -> String {
    let words = events.iter().map(|event| match event {
        ChatEvent::Content(text) => format!("{text:?}"),
        ChatEvent::Reasoning(text) => format!("({text:?})"),
        ChatEvent::ToolCall(call) => format!("{}{}", call.name, call.arguments),
        ChatEvent::Finish(reason) => format!("={reason}"),
        ChatEvent::Usage(usage) => format!("#{}", usage.total_tokens.unwrap_or_default()),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The `data:` of each line, followed by an end of the stream.
#[track_caller]
fn check(lines: &[&str], expected: &str, error: Option<StreamError>) {
    let stream: String = lines.iter().map(|line| format!("data: {line}\n\n")).collect();
    let (events, failure) = decode(&[stream.as_bytes()]);
    assert_eq!((show(&events).as_str(), failure), (expected, error));
    let bytes: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
    assert_eq!(show(&decode(&bytes).0), expected);
}

const STOP: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

#[test]
fn an_answer() {
    check(
        &[
            r#"{"choices":[{"index":0,"delta":{"role":"assistant"}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"Sun"},"finish_reason":null}],"usage":null}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"ny"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"total_tokens":7}}"#,
            "[DONE]",
        ],
        r#""Sun" "ny" =stop #7"#,
        None,
    );
}

#[test]
fn the_end_may_come_without_done() {
    check(&[r#"{"choices":[{"delta":{"content":"a"}}]}"#, STOP], r#""a" =stop"#, None);
}

#[test]
fn an_end_without_a_finish_reason_is_a_cut() {
    let chunk = r#"{"choices":[{"delta":{"content":"a"}}]}"#;
    check(&[chunk], r#""a""#, Some(StreamError::NoFinishReason));
    check(&[chunk, "[DONE]"], r#""a""#, Some(StreamError::NoFinishReason));
    check(&[], "", Some(StreamError::NoFinishReason));
    check(&["[DONE]", STOP], "", Some(StreamError::NoFinishReason));
}

#[test]
fn frames_that_say_nothing() {
    check(&["{}", r#"{"choices":[]}"#, r#"{"choices":[{}]}"#, "", STOP], "=stop", None);
}

#[test]
fn the_last_usage_is_kept_and_nothing_is_summed() {
    check(
        &[
            r#"{"choices":[{"delta":{"content":"a"}}],"usage":{"total_tokens":5}}"#,
            r#"{"choices":[{"delta":{},"finish_reason":"length"}],"usage":{"total_tokens":6}}"#,
            r#"{"choices":[],"usage":null}"#,
        ],
        r#""a" =length #6"#,
        None,
    );
}

#[test]
fn thought_in_every_spelling() {
    for field in ["reasoning", "reasoning_content", "reasoning_text"] {
        let chunk = format!(r#"{{"choices":[{{"delta":{{"{field}":"hm"}}}}]}}"#);
        check(&[&chunk, STOP], r#"("hm") =stop"#, None);
    }
    check(
        &[
            r#"{"choices":[{"delta":{"content":"<th"}}]}"#,
            r#"{"choices":[{"delta":{"content":"ink>hm</thi"}}]}"#,
            r#"{"choices":[{"delta":{"content":"nk>ok"}}]}"#,
            STOP,
        ],
        r#"("hm") "ok" =stop"#,
        None,
    );
    // What looked like the start of a tag is given when it was none.
    check(&[r#"{"choices":[{"delta":{"content":"<th"},"finish_reason":"stop"}]}"#], r#""<th" =stop"#, None);
}

#[test]
fn tool_calls_come_whole() {
    check(
        &[
            r#"{"choices":[{"delta":{"content":"None","tool_calls":[{"index":0,"id":"","type":"function","function":{"name":null,"arguments":"{\"a\""}}]}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":{"index":0,"function":{"name":"f","arguments":":1}"}}}}]}"#,
            r#"{"choices":[{"delta":{"tool_calls":null},"finish_reason":"tool_calls"}]}"#,
        ],
        r#"f{"a":1} =tool_calls"#,
        None,
    );
    // Behind the finish reason.
    check(
        &[
            STOP,
            r#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"g","arguments":""}}]}}]}"#,
            "[DONE]",
        ],
        "=stop g",
        None,
    );
}

#[test]
fn only_the_first_alternative_is_decoded() {
    check(
        &[
            r#"{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#,
            r#"{"choices":[{"index":1,"finish_reason":"length"}]}"#,
            STOP,
        ],
        r#""a" =stop"#,
        None,
    );
}

#[test]
fn a_finish_reason_counts_once() {
    check(&[STOP, STOP, "[DONE]"], "=stop", None);
}

#[test]
fn nothing_is_read_behind_done() {
    check(&[STOP, "[DONE]", r#"{"choices":[{"delta":{"content":"a"}}]}"#], "=stop", None);
}

#[test]
fn what_is_not_a_chunk() {
    check(
        &[r#"{"choices":[{"delta":{"content":"a"}}]}"#, "{broken", STOP],
        r#""a""#,
        Some(StreamError::NotJson { number: 2 }),
    );
    check(&["12"], "", Some(StreamError::NotJson { number: 1 }));
}

#[track_caller]
fn check_reported(stream: &str, class: Class, message: &str) {
    let (events, error) = decode(&[stream.as_bytes()]);
    assert_eq!(events, []);
    let Some(StreamError::Reported(refusal)) = error else {
        panic!("expected a reported error, found {error:?}")
    };
    assert_eq!((refusal.class, refusal.message.as_deref()), (class, Some(message)));
}

#[test]
fn errors_in_the_stream() {
    check_reported("data: {\"error\":\"text\"}\n\n", Class::ProviderFault, "text");
    check_reported("data: {\"error\":{\"message\":\"text\",\"code\":429}}\n\n", Class::RateLimited, "text");
    check_reported("event: error\ndata: {\"msg\":\"text\"}\n\n", Class::ProviderFault, "text");
    check_reported("event: error\ndata: plain text\n\n", Class::ProviderFault, "plain text");
    check_reported(
        "data: {\"choices\":[{\"finish_reason\":\"error\"}]}\n\n",
        Class::ProviderFault,
        "the answer ended with the finish reason `error`",
    );
}

#[test]
fn an_event_that_was_cut() {
    let (events, error) = decode(&[b"data: {\"choices\":[{\"delta\":{\"content\":\"a"]);
    assert_eq!((events, error), (vec![], Some(StreamError::CutEvent)));
    // Behind a finish reason it could only have been usage.
    let stream = format!("data: {STOP}\n\ndata: {{\"usage\":{{\"tot");
    let (events, error) = decode(&[stream.as_bytes()]);
    assert_eq!((show(&events).as_str(), error), ("=stop", None));
    // Without the blank line, but whole.
    let (events, error) = decode(&[format!("data: {STOP}").as_bytes()]);
    assert_eq!((show(&events).as_str(), error), ("=stop", None));
}

#[test]
fn what_is_too_large() {
    let mut decoder = ChatDecoder::new(8, Redactor::default());
    decoder.feed(b"data: {\"choices\":[]}\n\n");
    assert!(matches!(decoder.next_event(), Some(Err(StreamError::TooLarge(error))) if error.limit() == 8));
    assert_eq!(decoder.next_event(), None);
    assert!(decoder.is_over());
}

#[test]
fn a_whole_reply_instead_of_a_stream() {
    let reply = serde_json::from_str(
        r#"{"choices":[{"message":{"content":"<think>hm</think>ok","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}],"usage":{"total_tokens":3}}"#,
    )
    .expect("a reply");
    let mut decoder = ChatDecoder::default();
    decoder.feed_reply(&reply);
    let events: Vec<_> =
        std::iter::from_fn(|| decoder.next_event()).collect::<Result<_, _>>().expect("no error");
    assert_eq!(show(&events), r#"("hm") "ok" f{} #3"#);
    assert_eq!(decoder.finish_reason(), None, "none is invented");
    assert_eq!(decoder.usage().and_then(|usage| usage.total_tokens), Some(3));
}

#[test]
fn debug_does_not_print_the_answer() {
    let mut decoder = ChatDecoder::default();
    decoder.feed(b"data: {\"choices\":[{\"delta\":{\"content\":\"private\"}}]}\n\n");
    assert!(decoder.next_event().is_some());
    assert!(!format!("{decoder:?}").contains("private"));
}

#[test]
fn messages() {
    insta::assert_snapshot!(StreamError::NotJson { number: 3 }, @"event 3 of the stream cannot be read, expected a chunk of a chat as JSON");
    insta::assert_snapshot!(StreamError::CutEvent, @"the stream ended within an event, expected a finish reason");
    insta::assert_snapshot!(StreamError::NoFinishReason, @"the stream ended without a finish reason, expected one");
    insta::assert_snapshot!(StreamError::Reported(classify_in_band(b"", &Redactor::default())), @"the provider reported an error in the stream");
}

/// Joins neighbours of one kind, since a cut may split a text.
fn joined(events: Vec<ChatEvent>) -> Vec<ChatEvent> {
    events.into_iter().fold(Vec::new(), |mut all, event| {
        match (all.last_mut(), &event) {
            (Some(ChatEvent::Content(before)), ChatEvent::Content(text))
            | (Some(ChatEvent::Reasoning(before)), ChatEvent::Reasoning(text)) => before.push_str(text),
            _ => all.push(event),
        }
        all
    })
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_answer(lines in proptest::collection::vec(prop_oneof![
        Just(r#"data: {"choices":[{"delta":{"content":"<think>é"}}]}"#),
        Just(r#"data: {"choices":[{"delta":{"content":"a</think>🦀"}}]}"#),
        Just(r#"data: {"choices":[{"delta":{"reasoning":"hm"}}],"usage":{"total_tokens":1}}"#),
        Just(r#"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"1"}}]}}]}"#),
        Just(r#"data: {"choices":[{"finish_reason":"stop"}]}"#),
        Just(r#"data: {"error":"text"}"#),
        Just("data: [DONE]"),
        Just("data: {}"),
        Just("data: {"),
        Just(": note"),
        Just(""),
    ], 0..12), cuts in proptest::collection::vec(0usize..600, 0..10)) {
        let stream: String = lines.iter().map(|line| format!("{line}\r\n\r\n")).collect();
        let stream = stream.as_bytes();
        let (whole, error) = decode(&[stream]);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        let (events, cut_error) = decode(&chunks);
        prop_assert_eq!(&cut_error, &error);
        prop_assert_eq!(joined(events), joined(whole.clone()));
        // Never both an end and an error; never neither.
        let finished = whole.iter().any(|event| matches!(event, ChatEvent::Finish(_)));
        prop_assert!(finished || error.is_some());
    }
}
