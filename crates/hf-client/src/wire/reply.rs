//! What comes back: whole replies and the chunks of a stream.

use std::fmt;

use serde::de::Deserializer;
use serde_json::Value;

use super::{ToolCall, ToolCallDelta, Usage, one_or_many, text, unsigned};

/// Why the model stopped (`finish_reason`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FinishReason {
    /// It was done, or met a stop text.
    Stop,
    /// It met the token limit: the answer is not whole.
    Length,
    /// It wants tools called.
    ToolCalls,
    /// A filter stopped it.
    ContentFilter,
    /// Something else, as it was sent.
    Other(String),
}

impl FinishReason {
    /// The reason as it was sent, for example `tool_calls`.
    pub fn as_str(&self) -> &str {
        match self {
            FinishReason::Stop => "stop",
            FinishReason::Length => "length",
            FinishReason::ToolCalls => "tool_calls",
            FinishReason::ContentFilter => "content_filter",
            FinishReason::Other(reason) => reason,
        }
    }
}

impl FinishReason {
    /// Whether some providers say with it that they failed.
    pub(crate) fn is_error(&self) -> bool {
        self.as_str() == "error"
    }
}

impl From<String> for FinishReason {
    fn from(reason: String) -> Self {
        match reason.as_str() {
            "stop" => FinishReason::Stop,
            "length" => FinishReason::Length,
            "tool_calls" => FinishReason::ToolCalls,
            "content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other(reason),
        }
    }
}

impl fmt::Display for FinishReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An empty reason counts as not said.
fn finish_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<FinishReason>, D::Error> {
    Ok(text(deserializer)?.filter(|reason| !reason.is_empty()).map(FinishReason::from))
}

fn usage<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Usage>, D::Error> {
    Ok(one_or_many::<D, Usage>(deserializer)?.into_iter().find(Usage::says_something))
}

/// One `data:` of a stream. Unknown fields are ignored, and a field of an unexpected type counts as not said.
///
/// ```
/// use openclaw_hf_client::ChatChunk;
///
/// let chunk: ChatChunk = serde_json::from_str(
///     r#"{"id":7,"choices":[{"text":"Hi","seed":2853637492034609700,"delta":{"content":"Hi","tool_calls":null}}]}"#,
/// )?;
/// assert_eq!(chunk.choices[0].delta.content.as_deref(), Some("Hi"));
/// assert!(serde_json::from_str::<ChatChunk>("{}")?.choices.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct ChatChunk {
    /// The provider's id of the answer.
    #[serde(default, deserialize_with = "text")]
    pub id: Option<String>,
    /// The provider's own name of the model, which is not the router's: never use it as one.
    #[serde(default, deserialize_with = "text")]
    pub model: Option<String>,
    /// The alternatives; empty in frames that carry only usage or nothing.
    #[serde(default, deserialize_with = "one_or_many")]
    pub choices: Vec<ChunkChoice>,
    /// Tokens so far or in all, where the provider says so.
    #[serde(default, deserialize_with = "usage")]
    pub usage: Option<Usage>,
    #[serde(default)]
    error: Value,
    #[serde(default, deserialize_with = "text")]
    object: Option<String>,
    #[serde(default, deserialize_with = "text")]
    detail: Option<String>,
    #[serde(default, deserialize_with = "text")]
    message: Option<String>,
}

impl ChatChunk {
    /// Whether this is an error in the place of a chunk.
    pub fn is_error(&self) -> bool {
        says_error(&self.error)
            || self.object.as_deref() == Some("error")
            || (self.choices.is_empty()
                && self.usage.is_none()
                && (self.detail.is_some() || self.message.is_some()))
    }
}

/// Whether the value of an `error` key speaks of one; some providers send an empty one with every chunk.
fn says_error(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// One alternative of a chunk.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct ChunkChoice {
    /// Which alternative; `None` counts as the first.
    #[serde(default, deserialize_with = "unsigned")]
    pub index: Option<u64>,
    /// What is new.
    #[serde(default, deserialize_with = "delta")]
    pub delta: Delta,
    /// Why it ended; `None` while it goes on.
    #[serde(default, deserialize_with = "finish_reason")]
    pub finish_reason: Option<FinishReason>,
}

fn delta<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Delta, D::Error> {
    Ok(one_or_many(deserializer)?.into_iter().next().unwrap_or_default())
}

/// What a chunk adds, or what a reply's message holds.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct Delta {
    /// Text of the answer.
    #[serde(default, deserialize_with = "text")]
    pub content: Option<String>,
    /// Text instead of an answer.
    #[serde(default, deserialize_with = "text")]
    pub refusal: Option<String>,
    /// Pieces of tool calls.
    #[serde(default, deserialize_with = "one_or_many")]
    pub tool_calls: Vec<ToolCallDelta>,
    // The three spellings of one thing. Not aliases: some providers send two of them in one chunk.
    #[serde(default, deserialize_with = "text")]
    reasoning: Option<String>,
    #[serde(default, deserialize_with = "text")]
    reasoning_content: Option<String>,
    #[serde(default, deserialize_with = "text")]
    reasoning_text: Option<String>,
}

impl Delta {
    /// Thought, from whichever field holds it: `reasoning`, `reasoning_content` or `reasoning_text`.
    pub fn reasoning(&self) -> Option<&str> {
        [&self.reasoning, &self.reasoning_content, &self.reasoning_text]
            .into_iter()
            .filter_map(Option::as_deref)
            .find(|text| !text.is_empty())
    }

    /// The content, unless it is the filler (`None`, `null`) that some providers put beside tool calls.
    pub(crate) fn real_content(&self) -> Option<&str> {
        let is_filler = |text: &&str| !self.tool_calls.is_empty() && matches!(*text, "None" | "null");
        self.content.as_deref().filter(|text| !text.is_empty() && !is_filler(text))
    }
}

/// A whole reply. Unknown fields are ignored, and a field of an unexpected type counts as not said.
///
/// ```
/// use openclaw_hf_client::ChatReply;
///
/// let reply: ChatReply = serde_json::from_str(
///     r#"{"choices":[{"message":{"role":"assistant","content":"<think>2+2</think>4"},"finish_reason":"stop"}]}"#,
/// )?;
/// assert_eq!(reply.content(), Some("4".to_owned()));
/// assert_eq!(reply.reasoning(), Some("2+2".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct ChatReply {
    /// The provider's id of the answer.
    #[serde(default, deserialize_with = "text")]
    pub id: Option<String>,
    /// The provider's own name of the model, which is not the router's: never use it as one.
    #[serde(default, deserialize_with = "text")]
    pub model: Option<String>,
    /// The alternatives.
    #[serde(default, deserialize_with = "one_or_many")]
    pub choices: Vec<ReplyChoice>,
    /// Tokens; `None` when the provider did not say.
    #[serde(default, deserialize_with = "usage")]
    pub usage: Option<Usage>,
    #[serde(default)]
    error: Value,
}

/// One alternative of a reply.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
pub struct ReplyChoice {
    /// Which alternative; `None` counts as the first.
    #[serde(default, deserialize_with = "unsigned")]
    pub index: Option<u64>,
    /// The message.
    #[serde(default, deserialize_with = "delta")]
    pub message: Delta,
    /// Why it ended.
    #[serde(default, deserialize_with = "finish_reason")]
    pub finish_reason: Option<FinishReason>,
}

impl ChatReply {
    /// The text of the first alternative, without thought.
    pub fn content(&self) -> Option<String> {
        self.split().1
    }

    /// The thought of the first alternative.
    pub fn reasoning(&self) -> Option<String> {
        self.split().0
    }

    /// The tool calls of the first alternative.
    pub fn tool_calls(&self) -> Vec<ToolCall> {
        // In a whole reply every entry is a call, whatever index it carries.
        self.message()
            .map(|message| message.tool_calls.iter().map(ToolCallDelta::to_call).collect())
            .unwrap_or_default()
    }

    /// Why the first alternative ended; `None` when the provider did not say.
    pub fn finish_reason(&self) -> Option<&FinishReason> {
        self.choices.first()?.finish_reason.as_ref()
    }

    /// Whether this is an error in the place of a reply.
    pub fn is_error(&self) -> bool {
        says_error(&self.error)
    }

    fn message(&self) -> Option<&Delta> {
        self.choices.first().map(|choice| &choice.message)
    }

    /// Thought and answer.
    fn split(&self) -> (Option<String>, Option<String>) {
        use crate::think::{Segment, ThinkSplitter};

        let Some(message) = self.message() else { return (None, None) };
        let mut thought = message.reasoning().map(str::to_owned);
        let mut answer = None;
        let mut splitter = ThinkSplitter::new();
        let segments = message.real_content().map(|content| splitter.push(content)).unwrap_or_default();
        for segment in segments.into_iter().chain(splitter.finish()) {
            let (text, target) = match segment {
                Segment::Reasoning(text) => (text, &mut thought),
                Segment::Content(text) => (text, &mut answer),
            };
            target.get_or_insert_with(String::new).push_str(&text);
        }
        (thought, answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn chunk(json: &str) -> ChatChunk {
        serde_json::from_str(json).expect("a chunk")
    }

    fn read(body: &[u8]) -> Result<ChatReply, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// Content, reasoning and finish reason of the first choice.
    #[track_caller]
    fn check(json: &str, content: Option<&str>, reasoning: Option<&str>, finish: Option<&str>) {
        let chunk = chunk(json);
        let choice = chunk.choices.first().cloned().unwrap_or_default();
        assert_eq!(choice.delta.real_content(), content);
        assert_eq!(choice.delta.reasoning(), reasoning);
        assert_eq!(choice.finish_reason.as_ref().map(FinishReason::as_str), finish);
        assert!(!chunk.is_error());
    }

    #[test]
    fn chunks_of_many_providers() {
        check("{}", None, None, None);
        check(r#"{"choices":[]}"#, None, None, None);
        check(r#"{"choices":null}"#, None, None, None);
        check(r#"{"choices":[{}]}"#, None, None, None);
        check(r#"{"choices":[null]}"#, None, None, None);
        check(r#"{"choices":[{"delta":null,"finish_reason":""}]}"#, None, None, None);
        check(r#"{"choices":[{"delta":{"role":"assistant"},"index":0}],"error":null}"#, None, None, None);
        check(
            r#"{"object":"chat.completion.chunk","id":"","choices":[{"index":0,"delta":{"role":"assistant","content":"Sun"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
            Some("Sun"),
            None,
            None,
        );
        check(
            r#"{"choices":[{"text":"Sun","seed":9007199254740993000,"delta":{"token_id":4,"content":"Sun","tool_calls":null}}],"error":{}}"#,
            Some("Sun"),
            None,
            None,
        );
        check(
            r#"{"choices":[{"delta":{"content":"d"},"finish_reason":"length"}]}"#,
            Some("d"),
            None,
            Some("length"),
        );
        check(r#"{"choices":{"delta":{"content":[{"type":"text","text":"d"}]}}}"#, Some("d"), None, None);
        check(r#"{"choices":[{"delta":{"reasoning":"r","reasoning_content":"r"}}]}"#, None, Some("r"), None);
        check(r#"{"choices":[{"delta":{"reasoning":"","reasoning_content":"r"}}]}"#, None, Some("r"), None);
        check(r#"{"choices":[{"delta":{"reasoning_text":"r","content":null}}]}"#, None, Some("r"), None);
        check(
            r#"{"choices":[{"delta":{"content":"None","tool_calls":{"function":{"name":"f"}}}}]}"#,
            None,
            None,
            None,
        );
        check(r#"{"choices":[{"delta":{"content":"None","tool_calls":[]}}]}"#, Some("None"), None, None);
    }

    #[test]
    fn errors_in_the_place_of_a_chunk() {
        for json in [
            r#"{"error":"text"}"#,
            r#"{"error":{"message":"text"}}"#,
            r#"{"error":["text"]}"#,
            r#"{"error":true}"#,
            r#"{"object":"error","message":"text","code":400}"#,
            r#"{"detail":"text"}"#,
            r#"{"message":"text"}"#,
        ] {
            assert!(chunk(json).is_error(), "{json}");
        }
    }

    #[test]
    fn usage_is_found_or_not_said() {
        assert_eq!(
            chunk(r#"{"usage":{"prompt_tokens":17}}"#).usage.and_then(|usage| usage.prompt_tokens),
            Some(17)
        );
        assert_eq!(chunk(r#"{"usage":{}}"#).usage, None);
        assert_eq!(chunk(r#"{"usage":null}"#).usage, None);
        assert_eq!(chunk(r#"{"usage":"much"}"#).usage, None);
    }

    #[test]
    fn finish_reasons_round_trip() {
        for reason in ["stop", "length", "tool_calls", "content_filter", "eos_token"] {
            assert_eq!(FinishReason::from(reason.to_owned()).to_string(), reason);
        }
    }

    #[test]
    fn replies() {
        let reply = read(
            br#"{"id":"r1","model":"inner/name","choices":[{"index":0,"message":{"role":"assistant","content":null,
                "reasoning_content":"hm","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},
                {"id":"","function":{"name":"g","arguments":{"x":1}}}]},"finish_reason":"tool_calls"}],"usage":{"total_tokens":3}}"#,
        )
        .expect("a reply");
        assert_eq!((reply.content(), reply.reasoning()), (None, Some("hm".to_owned())));
        assert_eq!(reply.finish_reason(), Some(&FinishReason::ToolCalls));
        let calls = reply.tool_calls();
        assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>(), ["f", "g"]);
        assert_eq!(calls[1], ToolCall { id: None, name: "g".into(), arguments: r#"{"x":1}"#.into() });
        assert!(!reply.is_error());

        assert!(read(br#"{"error":"text"}"#).expect("a reply").is_error());
        assert!(read(br#"{"choices":[]} trailing"#).is_err());
        assert_eq!(ChatReply::default().content(), None);
        assert!(ChatReply::default().tool_calls().is_empty());
    }
}
