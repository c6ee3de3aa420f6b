//! As much of a reply as must be known of one that is passed on.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::Usage;
use super::scan::{Once, Scan};

/// The usage of a whole reply that is as replies usually are; `None` for one that needs a closer look.
pub(crate) fn glance_reply(body: &[u8]) -> Option<Option<Usage>> {
    let mut scan = Scan::new(body)?;
    let (mut choices, mut usage) = (0_usize, None);
    let mut seen = Once::default();
    scan.object(|scan, key, _| match key {
        "choices" => {
            seen.mark(1)?;
            scan.array(|scan| {
                choices += 1;
                let mut finish = Once::default();
                scan.object(|scan, key, _| match key {
                    "finish_reason" => {
                        finish.mark(1)?;
                        (scan.optional_text()? != Some("error")).then_some(())
                    }
                    _ => scan.value().map(drop),
                })
            })
        }
        "usage" => {
            seen.mark(2)?;
            usage = scan.optional()?;
            Some(())
        }
        "error" => {
            seen.mark(4)?;
            scan.optional()?.is_none().then_some(())
        }
        _ => scan.value().map(drop),
    })?;
    scan.end()?;
    (choices > 0).then(|| usage.and_then(Usage::read))
}

/// A whole reply as the one event of a stream; `None` where it is no object with alternatives.
pub(crate) fn reply_as_event(body: &[u8]) -> Option<Bytes> {
    let mut reply: Map<String, Value> = serde_json::from_slice(body).ok()?;
    reply.insert("object".to_owned(), "chat.completion.chunk".into());
    for choice in reply.get_mut("choices")?.as_array_mut()? {
        let choice = choice.as_object_mut()?;
        let mut delta = choice.remove("message").unwrap_or_default();
        // In a stream, each call says which it is.
        let calls = delta.get_mut("tool_calls").and_then(Value::as_array_mut);
        for (index, call) in calls.into_iter().flatten().enumerate() {
            if let Some(call) = call.as_object_mut() {
                call.entry("index").or_insert_with(|| index.into());
            }
        }
        choice.insert("delta".to_owned(), delta);
    }
    Some(format!("data: {}\n\n", Value::Object(reply)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_replies_are_plain() {
        let tokens =
            |body: &str| glance_reply(body.as_bytes()).map(|usage| usage.and_then(|u| u.total_tokens));
        assert_eq!(
            tokens(r#"{"choices":[{"message":{"content":"4"}}],"usage":{"total_tokens":3}}"#),
            Some(Some(3))
        );
        assert_eq!(tokens(r#"{"choices":[{}],"error":null}"#), Some(None));
        assert_eq!(tokens(r#"{"choices":[{}],"usage":"many"}"#), Some(None));
        for odd in [
            r#"{"choices":[]}"#,
            r#"{"choices":[{}],"choices":[{}]}"#,
            r#"{"choices":[{"finish_reason":"stop","finish_reason":"error"}]}"#,
            r#"{"choices":[{}]} ."#,
            r#"{"choices":[{"finish_reason":"error"}]}"#,
            r#"{"choices":[{}],"error":{"message":"no"}}"#,
            r#"{"choices":[{}]"#,
            r#"{"detail":"no"}"#,
            "[]",
            "",
        ] {
            assert_eq!(tokens(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_reply_becomes_one_event() {
        let reply = br#"{"id":"1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":null,
            "tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"x":1}"#;
        let event = reply_as_event(reply).expect("an event");
        insta::assert_snapshot!(String::from_utf8_lossy(&event).trim_end(), @r#"data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"finish_reason":"tool_calls","delta":{"role":"assistant","content":null,"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"},"index":0}]}}],"x":1}"#);
        assert_eq!(reply_as_event(b"[]"), None);
        assert_eq!(reply_as_event(b"{}"), None);
    }
}
