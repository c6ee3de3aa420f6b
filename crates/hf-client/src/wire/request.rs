//! The body of `POST /chat/completions`.

use std::fmt;

use bytes::Bytes;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;

use super::{Content, Message};

/// Whether the answer comes in one piece or as it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamMode {
    /// One JSON document.
    Whole,
    /// Server-sent events, with the usage at the end.
    Stream,
}

/// A chat request. `None` means the field is not sent and the provider's default holds.
///
/// `Debug` shows the model and sizes, never text.
///
/// ```
/// use openclaw_hf_client::{ChatRequest, Message, StreamMode};
///
/// let request = ChatRequest {
///     messages: vec![Message::user("2+2?")],
///     max_tokens: Some(64),
///     ..ChatRequest::new("org/name:fastest")
/// };
/// let body = request.to_body(StreamMode::Whole)?;
/// assert_eq!(
///     &body[..],
///     br#"{"model":"org/name:fastest","messages":[{"role":"user","content":"2+2?"}],"max_tokens":64}"#
/// );
///
/// // A key that the struct or the client owns cannot be sent a second time.
/// let mut twice = request;
/// twice.extra.insert("max_tokens".into(), 8.into());
/// assert_eq!(
///     twice.to_body(StreamMode::Whole).unwrap_err().to_string(),
///     "the extra parameter `max_tokens` is set twice, expected it once"
/// );
/// # Ok::<(), openclaw_hf_client::RequestError>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// `org/name`, with a policy or provider where one is wanted: `org/name:cheapest`, `org/name:together`.
    pub model: String,
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// The most tokens to produce; thought counts, so a small number can leave the answer empty.
    pub max_tokens: Option<u64>,
    /// 0 to 2; higher is more varied.
    pub temperature: Option<f64>,
    /// 0 to 1: the share of probability that is sampled from.
    pub top_p: Option<f64>,
    /// Asks for repeatable sampling.
    pub seed: Option<i64>,
    /// Up to four texts that end the answer.
    pub stop: Vec<String>,
    /// -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// -2 to 2.
    pub presence_penalty: Option<f64>,
    /// Whether to send the probabilities of the tokens.
    pub logprobs: Option<bool>,
    /// How many alternatives to send per token, 0 to 5.
    pub top_logprobs: Option<u32>,
    /// Functions that the model may call.
    pub tools: Vec<Tool>,
    /// Whether and which of them it calls.
    pub tool_choice: Option<ToolChoice>,
    /// Text put in front of the tools.
    pub tool_prompt: Option<String>,
    /// The form of the answer. Providers differ in what they take: pin one that lists structured output.
    pub response_format: Option<ResponseFormat>,
    /// How much to think.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// Further parameters, passed through as they are, after all others. `stream` and `stream_options` belong to the
    /// client.
    pub extra: Map<String, Value>,
}

/// Why a request cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A number that JSON cannot hold.
    #[error("`{field}` is not a finite number, expected one")]
    NotFinite {
        /// The field.
        field: &'static str,
    },
    /// A key of `extra` that is sent already.
    #[error("the extra parameter `{key}` is set twice, expected it once")]
    SetTwice {
        /// The key.
        key: String,
    },
    /// A key of `extra` that the client sets.
    #[error("the extra parameter `{key}` is set by the client, expected another")]
    Reserved {
        /// The key.
        key: String,
    },
    /// The request could not be written as JSON.
    #[error("the request cannot be written as JSON")]
    Unwritable,
}

impl ChatRequest {
    /// A request for `model` with nothing else set.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// Every text that a person may have written, for taking them out of a server's error text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let messages = self.messages.iter().flat_map(|message| {
            let content = message.content.iter().flat_map(Content::addresses_and_texts);
            let calls = message.tool_calls.iter().map(|call| call.arguments.as_str());
            content.chain(calls).chain(message.reasoning_content.as_deref())
        });
        messages.chain(self.tool_prompt.as_deref())
    }

    /// The body. `model` is the first key, because the router routes from a short prefix of the body.
    ///
    /// # Errors
    /// [`RequestError`] when a number is not finite or `extra` has a key that is sent already.
    pub fn to_body(&self, mode: StreamMode) -> Result<Bytes, RequestError> {
        let numbers = [
            ("temperature", self.temperature),
            ("top_p", self.top_p),
            ("frequency_penalty", self.frequency_penalty),
            ("presence_penalty", self.presence_penalty),
        ];
        for (field, number) in numbers {
            if number.is_some_and(|number| !number.is_finite()) {
                return Err(RequestError::NotFinite { field });
            }
        }
        for key in self.extra.keys() {
            if key == "stream" || key == "stream_options" {
                return Err(RequestError::Reserved { key: key.clone() });
            }
            if self.sends(key) {
                return Err(RequestError::SetTwice { key: key.clone() });
            }
        }
        match serde_json::to_vec(&Body { request: self, mode }) {
            Ok(body) => Ok(body.into()),
            Err(_) => Err(RequestError::Unwritable),
        }
    }

    /// Whether the struct itself sends `key`.
    fn sends(&self, key: &str) -> bool {
        match key {
            "model" | "messages" => true,
            "max_tokens" => self.max_tokens.is_some(),
            "temperature" => self.temperature.is_some(),
            "top_p" => self.top_p.is_some(),
            "seed" => self.seed.is_some(),
            "stop" => !self.stop.is_empty(),
            "frequency_penalty" => self.frequency_penalty.is_some(),
            "presence_penalty" => self.presence_penalty.is_some(),
            "logprobs" => self.logprobs.is_some(),
            "top_logprobs" => self.top_logprobs.is_some(),
            "tools" => !self.tools.is_empty(),
            "tool_choice" => self.tool_choice.is_some(),
            "tool_prompt" => self.tool_prompt.is_some(),
            "response_format" => self.response_format.is_some(),
            "reasoning_effort" => self.reasoning_effort.is_some(),
            _ => false,
        }
    }
}

impl fmt::Debug for ChatRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatRequest")
            .field("model", &self.model)
            .field("messages", &self.messages)
            .field("tools", &self.tools.len())
            .finish_non_exhaustive()
    }
}

struct Body<'a> {
    request: &'a ChatRequest,
    mode: StreamMode,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", &request.model)?;
        if self.mode == StreamMode::Stream {
            map.serialize_entry("stream", &true)?;
            map.serialize_entry("stream_options", &serde_json::json!({ "include_usage": true }))?;
        }
        map.serialize_entry("messages", &request.messages)?;
        entry(&mut map, "max_tokens", request.max_tokens.as_ref())?;
        entry(&mut map, "temperature", request.temperature.as_ref())?;
        entry(&mut map, "top_p", request.top_p.as_ref())?;
        entry(&mut map, "seed", request.seed.as_ref())?;
        entry(&mut map, "stop", Some(&request.stop).filter(|stop| !stop.is_empty()))?;
        entry(&mut map, "frequency_penalty", request.frequency_penalty.as_ref())?;
        entry(&mut map, "presence_penalty", request.presence_penalty.as_ref())?;
        entry(&mut map, "logprobs", request.logprobs.as_ref())?;
        entry(&mut map, "top_logprobs", request.top_logprobs.as_ref())?;
        entry(&mut map, "tools", Some(&request.tools).filter(|tools| !tools.is_empty()))?;
        entry(&mut map, "tool_choice", request.tool_choice.as_ref())?;
        entry(&mut map, "tool_prompt", request.tool_prompt.as_ref())?;
        entry(&mut map, "response_format", request.response_format.as_ref())?;
        entry(&mut map, "reasoning_effort", request.reasoning_effort.as_ref())?;
        for (key, value) in &request.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

fn entry<M: SerializeMap, T: Serialize>(map: &mut M, key: &str, value: Option<&T>) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, value),
        None => Ok(()),
    }
}

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its name, for example `get_weather`.
    pub name: String,
    /// What it does, for the model.
    pub description: Option<String>,
    /// The JSON schema of its arguments.
    pub parameters: Value,
}

impl Serialize for Tool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            r#type: &'static str,
            function: Function<'a>,
        }
        #[derive(Serialize)]
        struct Function<'a> {
            name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            parameters: &'a Value,
        }
        Wire {
            r#type: "function",
            function: Function {
                name: &self.name,
                description: self.description.as_deref(),
                parameters: &self.parameters,
            },
        }
        .serialize(serializer)
    }
}

/// Whether the model calls a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// It decides.
    Auto,
    /// It must not.
    None,
    /// It must.
    Required,
    /// It must call this one.
    Function(String),
}

impl Serialize for ToolChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ToolChoice::Auto => serializer.serialize_str("auto"),
            ToolChoice::None => serializer.serialize_str("none"),
            ToolChoice::Required => serializer.serialize_str("required"),
            ToolChoice::Function(name) => {
                serde_json::json!({ "type": "function", "function": { "name": name } }).serialize(serializer)
            }
        }
    }
}

/// The form of the answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Plain text.
    Text,
    /// Any JSON object.
    JsonObject,
    /// JSON by a schema.
    JsonSchema {
        /// The schema and its name.
        json_schema: JsonSchema,
    },
}

/// A named JSON schema.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JsonSchema {
    /// Its name, which some providers demand.
    pub name: String,
    /// What the answer is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The schema.
    pub schema: Value,
    /// Whether the answer must follow it exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

/// How much a thinking model thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ReasoningEffort {
    /// Not at all.
    None,
    /// As little as possible.
    Minimal,
    /// Little.
    Low,
    /// The usual amount.
    Medium,
    /// Much.
    High,
    /// As much as possible.
    Xhigh,
}

#[cfg(test)]
mod tests;
