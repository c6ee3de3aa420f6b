//! A client's body is passed on with its model replaced and nothing else changed.

use bytes::Bytes;
use openclaw_hf_client::{ChatBody, StreamMode, UsageWish};
use serde_json::{Map, Value};

pub(super) fn check(data: &[u8]) {
    let read = ChatBody::read(Bytes::copy_from_slice(data));
    // What serde_json calls an object with these fields, and nothing else, is a chat request.
    let plain = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    let Ok(sent) = serde_json::from_slice::<Map<String, Value>>(plain) else {
        // It may be deeper or hold larger numbers than a `Value` can; then the provider is asked.
        return;
    };
    let is_chat = sent.get("model").is_some_and(Value::is_string)
        && sent.get("messages").is_some_and(Value::is_array)
        && sent.get("stream").is_none_or(|stream| stream.is_boolean() || stream.is_null());
    let body = match read {
        Ok(body) => body,
        Err(error) => {
            assert!(!is_chat, "refused: {error}");
            assert!(!error.to_string().contains('\n'), "one line");
            return;
        }
    };
    assert!(is_chat, "taken for a chat request");
    let model = "org/name:\"quoted\"";
    let passed = body.to_bytes(model);
    let mut passed: Map<String, Value> = serde_json::from_slice(&passed).expect("JSON, with the model first");
    assert_eq!(passed.keys().next().map(String::as_str), Some("model"));
    assert_eq!(passed.remove("model"), Some(model.into()));
    let mut wanted = sent.clone();
    assert_eq!(wanted.remove("model"), Some(body.model().into()));
    let is_stream = sent.get("stream") == Some(&Value::Bool(true));
    assert_eq!(body.mode(), if is_stream { StreamMode::Stream } else { StreamMode::Whole });
    if body.usage_wish() == UsageWish::NotAsked {
        assert!(is_stream, "nobody else needs to ask");
        let options = passed.remove("stream_options").expect("it is asked for");
        let mut theirs = wanted.remove("stream_options").unwrap_or_default();
        if theirs.is_null() {
            theirs = Value::Object(Map::new());
        }
        theirs["include_usage"] = true.into();
        assert_eq!(options, theirs);
    }
    assert_eq!(passed, wanted);
}
