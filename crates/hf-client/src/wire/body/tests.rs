use super::*;

#[track_caller]
fn check(sent: &str, expect: &str) {
    let body = ChatBody::read(Bytes::copy_from_slice(sent.as_bytes())).expect(sent);
    assert_eq!(std::str::from_utf8(&body.to_bytes("o/n:x")), Ok(expect));
}

#[test]
fn the_model_comes_first_and_the_rest_stays() {
    check(r#"{"model":"m","messages":[]}"#, r#"{"model":"o/n:x","messages":[]}"#);
    check(r#"{"messages":[],"model":"m"}"#, r#"{"model":"o/n:x","messages":[]}"#);
    check(
        r#" { "a" : 1 , "model" : "m" , "messages" : [ ] , "b":1e400 } "#,
        r#"{"model":"o/n:x","a" : 1,"messages" : [ ] , "b":1e400}"#,
    );
    check(
        r#"{"seed":2853637492034609700,"messages":[],"x":{"model":"inner"},"model":"m"}"#,
        r#"{"model":"o/n:x","seed":2853637492034609700,"messages":[],"x":{"model":"inner"}}"#,
    );
}

#[test]
fn keys_with_escapes_are_the_same_keys() {
    check(r#"{"mod\u0065l":"m","messages":[],"a\"b\\":1}"#, r#"{"model":"o/n:x","messages":[],"a\"b\\":1}"#);
    check(r#"{"q\\\"":1,"model":"m","messages":[]}"#, r#"{"model":"o/n:x","q\\\"":1,"messages":[]}"#);
}

#[test]
fn of_a_field_that_is_there_twice_the_last_counts() {
    let sent = br#"{"model":"a","messages":[],"model":"b"}"#;
    let body = ChatBody::read(Bytes::from_static(sent)).expect("a body");
    assert_eq!(body.model(), "b");
    check(r#"{"model":"a","messages":[],"model":"b"}"#, r#"{"model":"o/n:x","messages":[]}"#);
}

#[test]
fn a_stream_asks_for_its_usage() {
    check(
        r#"{"model":"m","messages":[],"stream":true}"#,
        r#"{"model":"o/n:x","stream_options":{"include_usage":true},"messages":[],"stream":true}"#,
    );
    check(
        r#"{"model":"m","stream_options":{"a":1},"messages":[],"stream":true}"#,
        r#"{"model":"o/n:x","stream_options":{"a":1,"include_usage":true},"messages":[],"stream":true}"#,
    );
    // What else stands there stays as it was written.
    check(
        r#"{"model":"m","stream_options":{"include_usage":false, "\u0061": 1.0,"n":1e400},"messages":[],"stream":true}"#,
        r#"{"model":"o/n:x","stream_options":{"\u0061": 1.0,"n":1e400,"include_usage":true},"messages":[],"stream":true}"#,
    );
    check(
        r#"{"model":"m","stream_options":{"include_usage":true},"messages":[],"stream":true}"#,
        r#"{"model":"o/n:x","stream_options":{"include_usage":true},"messages":[],"stream":true}"#,
    );
    check(
        r#"{"model":"m","messages":[],"stream":false}"#,
        r#"{"model":"o/n:x","messages":[],"stream":false}"#,
    );
    let wish =
        |sent: &str| ChatBody::read(Bytes::copy_from_slice(sent.as_bytes())).map(|body| body.usage_wish());
    assert_eq!(wish(r#"{"model":"m","messages":[],"stream":true}"#), Ok(UsageWish::NotAsked));
    assert_eq!(
        wish(r#"{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}"#),
        Ok(UsageWish::Asked)
    );
}

#[test]
fn what_is_asked_for_is_seen() {
    let asks = |rest: &str| {
        let sent = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{rest}}}"#);
        ChatBody::read(sent.into()).expect("a body").asks()
    };
    assert_eq!(asks(""), Asks { prompt_tokens: 8, ..Asks::default() });
    assert!(asks(r#","tools":[{"type":"function"}]"#).tools);
    assert!(!asks(r#","tools":[]"#).tools && !asks(r#","tools":null"#).tools);
    assert!(asks(r#","response_format":{"type":"json_schema","json_schema":{}}"#).structured_output);
    assert!(!asks(r#","response_format":{"type":"text"}"#).structured_output);
    assert_eq!(asks(r#","max_tokens":7,"max_completion_tokens":9"#).max_tokens, Some(9));
    let image = r#"{"model":"m","messages":[{"role":"user","content":[
        {"type":"image_url","image_url":{"url":"data:…"}}]}]}"#;
    let image = ChatBody::read(image.into()).expect("a body").asks();
    assert!(image.image && image.prompt_tokens > 1_000);
}

#[test]
fn what_is_no_chat_request_is_told() {
    let told = |sent: &str| match ChatBody::read(Bytes::copy_from_slice(sent.as_bytes())) {
        Ok(body) => format!("{body:?}"),
        Err(error) => error.to_string(),
    };
    let sent = [
        "",
        "{",
        "nonsense",
        "[1]",
        "\"text\"",
        "{\"model\":\"m\",\n\"messages\":[}",
        "{} {}",
        r#"{"messages":[]}"#,
        r#"{"model":7,"messages":[]}"#,
        r#"{"model":"m"}"#,
        r#"{"model":"m","messages":"hi"}"#,
        r#"{"model":"m","messages":[],"stream":"yes"}"#,
    ];
    let lines: Vec<String> = sent.iter().map(|sent| format!("{sent:?}: {}", told(sent))).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "": the body is not JSON: line 1, column 1
    "{": the body is not JSON: line 1, column 1
    "nonsense": the body is not JSON: line 1, column 2
    "[1]": the body is an array, expected an object
    "\"text\"": the body is a string, expected an object
    "{\"model\":\"m\",\n\"messages\":[}": the body is not JSON: line 2, column 13
    "{} {}": the body is not JSON: line 1, column 4
    "{\"messages\":[]}": `model` is missing, expected a model such as `org/name`
    "{\"model\":7,\"messages\":[]}": `model` is a number, expected a model such as `org/name`
    "{\"model\":\"m\"}": `messages` is missing, expected an array of messages
    "{\"model\":\"m\",\"messages\":\"hi\"}": `messages` is a string, expected an array of messages
    "{\"model\":\"m\",\"messages\":[],\"stream\":\"yes\"}": `stream` is a string, expected true or false
    "#);
}

#[test]
fn debug_shows_no_words() {
    let body =
        ChatBody::read(Bytes::from_static(br#"{"model":"m","messages":["private"]}"#)).expect("a body");
    assert!(!format!("{body:?}").contains("private"));
}
