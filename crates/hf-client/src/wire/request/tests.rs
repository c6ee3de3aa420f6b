use serde_json::json;

use super::*;
use crate::wire::{Part, Role, ToolCall};

fn full() -> ChatRequest {
    let mut request = ChatRequest {
        messages: vec![
            Message::system("be brief"),
            Message::user(vec![
                Part::Text("what is this?".into()),
                Part::ImageUrl { url: "https://example.org/a.png".into(), detail: Some("low".into()) },
                Part::ImageUrl { url: "data:image/png;base64,AA==".into(), detail: None },
            ]),
            Message {
                content: None,
                name: Some("helper".into()),
                tool_calls: vec![ToolCall {
                    id: Some("c1".into()),
                    name: "look".into(),
                    arguments: "{\"at\":1}".into(),
                }],
                reasoning_content: Some("I should look".into()),
                ..Message::assistant("")
            },
            Message::tool("c1", "a cat"),
        ],
        max_tokens: Some(64),
        temperature: Some(0.5),
        top_p: Some(0.9),
        seed: Some(-7),
        stop: vec!["END".into()],
        frequency_penalty: Some(-0.5),
        presence_penalty: Some(0.25),
        logprobs: Some(true),
        top_logprobs: Some(2),
        tools: vec![Tool {
            name: "look".into(),
            description: Some("looks".into()),
            parameters: json!({"type": "object"}),
        }],
        tool_choice: Some(ToolChoice::Function("look".into())),
        tool_prompt: Some("tools:".into()),
        response_format: Some(ResponseFormat::JsonSchema {
            json_schema: JsonSchema {
                name: "answer".into(),
                description: None,
                schema: json!({"type": "object"}),
                strict: Some(true),
            },
        }),
        reasoning_effort: Some(ReasoningEffort::Xhigh),
        ..ChatRequest::new("org/name:fastest")
    };
    request.extra.insert("chat_template_kwargs".into(), json!({"enable_thinking": false}));
    request
}

#[track_caller]
fn body(request: &ChatRequest, mode: StreamMode) -> String {
    let body = request.to_body(mode).expect("a request that can be sent");
    String::from_utf8(body.to_vec()).expect("JSON is UTF-8")
}

#[test]
fn every_field_has_its_place() {
    insta::assert_snapshot!(body(&full(), StreamMode::Stream), @r#"{"model":"org/name:fastest","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"what is this?"},{"type":"image_url","image_url":{"url":"https://example.org/a.png","detail":"low"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]},{"role":"assistant","content":null,"name":"helper","tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"at\":1}"}}],"reasoning_content":"I should look"},{"role":"tool","content":"a cat","tool_call_id":"c1"}],"max_tokens":64,"temperature":0.5,"top_p":0.9,"seed":-7,"stop":["END"],"frequency_penalty":-0.5,"presence_penalty":0.25,"logprobs":true,"top_logprobs":2,"tools":[{"type":"function","function":{"name":"look","description":"looks","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"look"}},"tool_prompt":"tools:","response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":true}},"reasoning_effort":"xhigh","chat_template_kwargs":{"enable_thinking":false}}"#);
}

#[test]
fn nothing_set_is_nothing_sent() {
    let request = ChatRequest { messages: vec![Message::user("hi")], ..ChatRequest::new("org/name") };
    insta::assert_snapshot!(body(&request, StreamMode::Whole), @r#"{"model":"org/name","messages":[{"role":"user","content":"hi"}]}"#);
    insta::assert_snapshot!(body(&request, StreamMode::Stream), @r#"{"model":"org/name","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}"#);
}

#[test]
fn choices_and_formats() {
    let text = |value: &dyn Fn() -> serde_json::Result<String>| value().expect("plain values");
    insta::assert_snapshot!(text(&|| serde_json::to_string(&[ToolChoice::Auto, ToolChoice::None, ToolChoice::Required])), @r#"["auto","none","required"]"#);
    insta::assert_snapshot!(text(&|| serde_json::to_string(&[ResponseFormat::Text, ResponseFormat::JsonObject])), @r#"[{"type":"text"},{"type":"json_object"}]"#);
    insta::assert_snapshot!(text(&|| serde_json::to_string(&[
        ReasoningEffort::None, ReasoningEffort::Minimal, ReasoningEffort::Low, ReasoningEffort::Medium, ReasoningEffort::High,
    ])), @r#"["none","minimal","low","medium","high"]"#);
    insta::assert_snapshot!(text(&|| serde_json::to_string(&[Role::System, Role::Developer, Role::User, Role::Assistant, Role::Tool])), @r#"["system","developer","user","assistant","tool"]"#);
}

#[test]
fn the_model_comes_first_whatever_else_is_sent() {
    for mode in [StreamMode::Whole, StreamMode::Stream] {
        assert!(body(&full(), mode).starts_with(r#"{"model":"org/name:fastest","#));
    }
}

#[track_caller]
fn check_extra(key: &str, expected: Option<&RequestError>) {
    let mut request = full();
    request.extra.insert(key.into(), json!(1));
    assert_eq!(request.to_body(StreamMode::Whole).err().as_ref(), expected);
}

#[test]
fn a_key_is_sent_once() {
    check_extra("repetition_penalty", None);
    for key in [
        "model",
        "messages",
        "max_tokens",
        "temperature",
        "top_p",
        "seed",
        "stop",
        "frequency_penalty",
        "presence_penalty",
        "logprobs",
        "top_logprobs",
        "tools",
        "tool_choice",
        "tool_prompt",
        "response_format",
        "reasoning_effort",
    ] {
        check_extra(key, Some(&RequestError::SetTwice { key: key.into() }));
    }
    for key in ["stream", "stream_options"] {
        check_extra(key, Some(&RequestError::Reserved { key: key.into() }));
    }
    // A field that is not set may come through `extra`.
    let mut request = ChatRequest::new("org/name");
    request.extra.insert("temperature".into(), json!(1));
    insta::assert_snapshot!(body(&request, StreamMode::Whole), @r#"{"model":"org/name","messages":[],"temperature":1}"#);
}

#[test]
fn numbers_must_be_finite() {
    let request = ChatRequest { top_p: Some(f64::NAN), ..ChatRequest::new("org/name") };
    assert_eq!(request.to_body(StreamMode::Whole), Err(RequestError::NotFinite { field: "top_p" }));
}

#[test]
fn messages_of_errors() {
    insta::assert_snapshot!(RequestError::NotFinite { field: "top_p" }, @"`top_p` is not a finite number, expected one");
    insta::assert_snapshot!(RequestError::SetTwice { key: "seed".into() }, @"the extra parameter `seed` is set twice, expected it once");
    insta::assert_snapshot!(RequestError::Reserved { key: "stream".into() }, @"the extra parameter `stream` is set by the client, expected another");
    insta::assert_snapshot!(RequestError::Unwritable, @"the request cannot be written as JSON");
}

#[test]
fn debug_shows_no_text() {
    insta::assert_snapshot!(format!("{:?}", full()), @r#"ChatRequest { model: "org/name:fastest", messages: [Message { role: System, content: text of 8 bytes, tool_calls: 0 }, Message { role: User, content: 3 parts, tool_calls: 0 }, Message { role: Assistant, content: none, tool_calls: 1 }, Message { role: Tool, content: text of 5 bytes, tool_calls: 0 }], tools: 1, .. }"#);
    let parts = [
        Part::Text("a secret".to_owned()),
        Part::ImageUrl { url: "https://example.org/secret.png".to_owned(), detail: None },
    ];
    insta::assert_snapshot!(format!("{parts:?}"), @"[text of 8 bytes, image address of 30 bytes]");
}
