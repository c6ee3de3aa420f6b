//! How each provider bends the common format; the served offer decides.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::answer::Answer;

/// `created` of every completion: fixed, so that a reply depends on its request alone.
const CREATED: u64 = 1_786_000_000;

/// The frame that ends a stream.
pub(crate) const DONE: &[u8] = b"data: [DONE]\n\n";

/// Where thinking goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thought {
    /// `delta.reasoning`
    Reasoning,
    /// `delta.reasoning_content`
    ReasoningContent,
    /// `<think>…</think>` in the content
    Tags,
}

/// Which chunks carry `usage` without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UsageIn {
    Nothing,
    LastChunk,
    EveryChunk,
}

/// The order and the extras of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A first chunk with the role, then text, then a chunk with only `finish_reason`.
    Plain,
    /// Plain, with `content_filter_results` in each choice.
    Filtered,
    /// The last word carries `finish_reason`, a `stop_reason` and the usage.
    Joined,
    /// `text`, a `seed` near 2^61, `token_id`, `tool_calls: null`, the role on each chunk.
    Together,
    /// No `finish_reason` while there is none, `time_info` at the end.
    Cerebras,
    /// An empty `id`, the role on each chunk, `system_fingerprint`.
    Tgi,
}

/// The habits of one provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    shape: Shape,
    thought: Thought,
    usage: UsageIn,
    /// Whether the stream ends with `[DONE]`.
    done: bool,
}

impl Dialect {
    pub(crate) fn of(provider: &str) -> Self {
        let plain = Self {
            shape: Shape::Plain,
            thought: Thought::ReasoningContent,
            usage: UsageIn::Nothing,
            done: true,
        };
        match provider {
            "together" => Self {
                shape: Shape::Together,
                thought: Thought::Reasoning,
                usage: UsageIn::LastChunk,
                ..plain
            },
            "cerebras" => Self {
                shape: Shape::Cerebras,
                thought: Thought::Reasoning,
                usage: UsageIn::LastChunk,
                done: false,
            },
            "novita" => Self { shape: Shape::Filtered, usage: UsageIn::EveryChunk, ..plain },
            "fireworks-ai" => Self { usage: UsageIn::LastChunk, ..plain },
            "groq" => Self { thought: Thought::Reasoning, ..plain },
            "nscale" | "ovhcloud" => Self { shape: Shape::Joined, usage: UsageIn::LastChunk, ..plain },
            "hf-inference" => Self { shape: Shape::Tgi, thought: Thought::Tags, ..plain },
            "featherless-ai" => Self { thought: Thought::Tags, ..plain },
            _ => plain,
        }
    }
}

/// The provider's own name of a model: never usable as an id of the router.
fn own_name(provider: &str, id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or(id).to_lowercase();
    match provider {
        "fireworks-ai" => format!("accounts/fireworks/models/{}", name.replace('.', "p")),
        "cerebras" | "groq" | "zai-org" => name,
        "novita" => id.to_lowercase(),
        "together" => format!("{id}-Turbo"),
        _ => id.to_owned(),
    }
}

/// The headers that a provider adds to every reply, unasked.
pub(crate) fn add_headers(provider: &str, headers: &mut HeaderMap) {
    let extras: &[(&'static str, &'static str)] = match provider {
        "cerebras" => &[
            ("x-ratelimit-limit-requests-day", "14400"),
            ("x-ratelimit-limit-tokens-minute", "60000"),
            ("x-ratelimit-remaining-requests-day", "14399"),
            ("x-ratelimit-remaining-tokens-minute", "59000"),
            ("x-ratelimit-reset-requests-day", "33011.4"),
            ("x-ratelimit-reset-tokens-minute", "11.4"),
        ],
        // A retry-after on a 200: to be ignored.
        "together" => &[
            ("retry-after", "2"),
            ("x-ratelimit-limit", "60"),
            ("x-ratelimit-remaining", "59"),
            ("x-ratelimit-reset", "1"),
        ],
        "fireworks-ai" => &[("x-ratelimit-limit-requests", "6000"), ("fireworks-prompt-tokens", "1")],
        "novita" => &[("inference-id", "sandbox-billing-id")],
        _ => &[],
    };
    for &(name, value) in extras {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// One frame of a stream and how many tokens are out with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) tokens: usize,
    pub(crate) bytes: Bytes,
}

/// What one chunk adds.
#[derive(Clone, Copy)]
enum Part<'a> {
    Role,
    Thought(&'a str),
    Word(&'a str),
    Nothing,
}

/// A completion on its way out.
pub(crate) struct Completion<'a> {
    dialect: Dialect,
    answer: &'a Answer,
    id: String,
    model: String,
}

impl<'a> Completion<'a> {
    /// `id` is the router's id of the model, `number` the number of the request.
    pub(crate) fn new(answer: &'a Answer, provider: &str, id: &str, number: u64) -> Self {
        Self {
            dialect: Dialect::of(provider),
            answer,
            id: format!("chatcmpl-sandbox-{number}"),
            model: own_name(provider, id),
        }
    }

    /// The whole reply in one JSON object.
    pub(crate) fn to_json(&self) -> Value {
        let (thoughts, words) = (self.answer.thoughts.concat(), self.answer.words.concat());
        let mut message = Map::new();
        message.insert("role".into(), "assistant".into());
        match self.dialect.thought {
            Thought::Tags if !thoughts.is_empty() => {
                message.insert("content".into(), format!("<think>\n{thoughts}\n</think>\n\n{words}").into());
            }
            thought => {
                message.insert("content".into(), words.into());
                if !thoughts.is_empty() {
                    message.insert(thought.key().into(), thoughts.into());
                }
            }
        }
        let mut choice = Map::new();
        choice.insert("index".into(), 0.into());
        if self.dialect.shape == Shape::Together {
            message.insert("tool_calls".into(), json!([]));
            choice.insert("logprobs".into(), Value::Null);
            choice.insert("seed".into(), self.seed().into());
        }
        choice.insert("message".into(), message.into());
        choice.insert("finish_reason".into(), self.answer.finish.as_str().into());
        if self.dialect.shape == Shape::Filtered {
            choice.insert("content_filter_results".into(), unfiltered());
        }
        json!({
            "id": self.id,
            "object": "chat.completion",
            "created": CREATED,
            "model": self.model,
            "choices": [choice],
            "usage": self.answer.usage(self.answer.tokens()),
        })
    }

    /// The reply as frames of an event stream, `[DONE]` included where the provider sends it.
    pub(crate) fn to_chunks(&self, include_usage: bool) -> Vec<Chunk> {
        let finish = self.answer.finish.as_str();
        let total = self.answer.tokens();
        let mut out = Vec::with_capacity(total + 4);
        let mut tokens = 0;
        if !matches!(self.dialect.shape, Shape::Together | Shape::Tgi) {
            out.push(self.frame(Part::Role, None, 0));
        }
        let tagged = self.dialect.thought == Thought::Tags && !self.answer.thoughts.is_empty();
        if tagged {
            out.push(self.frame(Part::Word("<think>\n"), None, 0));
        }
        for thought in &self.answer.thoughts {
            tokens += 1;
            let part = if tagged { Part::Word(thought) } else { Part::Thought(thought) };
            out.push(self.frame(part, None, tokens));
        }
        if tagged {
            out.push(self.frame(Part::Word("\n</think>\n\n"), None, tokens));
        }
        let joined = self.dialect.shape == Shape::Joined && !self.answer.words.is_empty();
        for word in &self.answer.words {
            tokens += 1;
            let last = joined && tokens == total;
            out.push(self.frame(Part::Word(word), last.then_some(finish), tokens));
        }
        if !joined {
            out.push(self.frame(Part::Nothing, Some(finish), total));
        }
        if include_usage {
            let value = json!({
                "id": self.id,
                "object": "chat.completion.chunk",
                "created": CREATED,
                "model": self.model,
                "choices": [],
                "usage": self.answer.usage(total),
            });
            out.push(Chunk { tokens: total, bytes: event(&value) });
        }
        if self.dialect.done {
            out.push(Chunk { tokens: total, bytes: Bytes::from_static(DONE) });
        }
        out
    }

    fn frame(&self, part: Part<'_>, finish: Option<&str>, tokens: usize) -> Chunk {
        let usage = match self.dialect.usage {
            UsageIn::EveryChunk => Some(self.answer.usage(tokens)),
            UsageIn::LastChunk if finish.is_some() => Some(self.answer.usage(tokens)),
            UsageIn::LastChunk | UsageIn::Nothing => None,
        };
        let value = match self.dialect.shape {
            Shape::Plain | Shape::Filtered | Shape::Joined => self.plain(part, finish, usage),
            Shape::Together => self.together(part, finish, usage.as_ref()),
            Shape::Cerebras => self.cerebras(part, finish, usage),
            Shape::Tgi => self.tgi(part, finish),
        };
        Chunk { tokens, bytes: event(&value) }
    }

    fn delta(&self, part: Part<'_>) -> Map<String, Value> {
        let mut delta = Map::new();
        match part {
            Part::Role => {
                delta.insert("role".into(), "assistant".into());
                if self.dialect.shape != Shape::Cerebras {
                    delta.insert("content".into(), "".into());
                }
            }
            Part::Thought(text) => {
                delta.insert(self.dialect.thought.key().into(), text.into());
            }
            Part::Word(text) => {
                delta.insert("content".into(), text.into());
            }
            Part::Nothing => {}
        }
        delta
    }

    fn plain(&self, part: Part<'_>, finish: Option<&str>, usage: Option<Value>) -> Value {
        let mut choice = Map::new();
        choice.insert("index".into(), 0.into());
        choice.insert("delta".into(), self.delta(part).into());
        choice.insert("finish_reason".into(), finish.into());
        match self.dialect.shape {
            Shape::Joined if finish.is_some() => {
                choice.insert("stop_reason".into(), Value::Null);
            }
            Shape::Filtered => {
                choice.insert("content_filter_results".into(), unfiltered());
            }
            _ => {}
        }
        let mut chunk = Map::new();
        chunk.insert("id".into(), self.id.as_str().into());
        chunk.insert("object".into(), "chat.completion.chunk".into());
        chunk.insert("created".into(), CREATED.into());
        chunk.insert("model".into(), self.model.as_str().into());
        chunk.insert("choices".into(), json!([choice]));
        if let Some(usage) = usage {
            chunk.insert("usage".into(), usage);
        }
        chunk.into()
    }

    fn together(&self, part: Part<'_>, finish: Option<&str>, usage: Option<&Value>) -> Value {
        let (text, thought) = match part {
            Part::Word(text) => (text, None),
            Part::Thought(text) => ("", Some(text)),
            Part::Role | Part::Nothing => ("", None),
        };
        let mut delta = Map::new();
        delta.insert("token_id".into(), (hash(thought.unwrap_or(text)) % 128_000).into());
        delta.insert("role".into(), "assistant".into());
        delta.insert("content".into(), text.into());
        if let Some(thought) = thought {
            delta.insert("reasoning".into(), thought.into());
        }
        delta.insert("tool_calls".into(), Value::Null);
        json!({
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": CREATED,
            "choices": [{
                "index": 0,
                "text": text,
                "logprobs": null,
                "finish_reason": finish,
                "seed": self.seed(),
                "delta": delta,
            }],
            "model": self.model,
            "usage": usage,
        })
    }

    fn cerebras(&self, part: Part<'_>, finish: Option<&str>, usage: Option<Value>) -> Value {
        let mut choice = Map::new();
        choice.insert("delta".into(), self.delta(part).into());
        if let Some(finish) = finish {
            choice.insert("finish_reason".into(), finish.into());
        }
        choice.insert("index".into(), 0.into());
        let mut chunk = Map::new();
        chunk.insert("id".into(), self.id.as_str().into());
        chunk.insert("choices".into(), json!([choice]));
        chunk.insert("created".into(), CREATED.into());
        chunk.insert("model".into(), self.model.as_str().into());
        chunk.insert("object".into(), "chat.completion.chunk".into());
        if let Some(usage) = usage {
            chunk.insert("usage".into(), usage);
            chunk.insert(
                "time_info".into(),
                json!({ "queue_time": 0.0004, "prompt_time": 0.0021, "completion_time": 0.0119, "total_time": 0.0144 }),
            );
        }
        chunk.into()
    }

    fn tgi(&self, part: Part<'_>, finish: Option<&str>) -> Value {
        let text = match part {
            Part::Word(text) | Part::Thought(text) => text,
            Part::Role | Part::Nothing => "",
        };
        json!({
            "object": "chat.completion.chunk",
            "id": "",
            "created": CREATED,
            "model": self.model,
            "system_fingerprint": "3.3.4-sandbox",
            "choices": [{
                "index": 0,
                "delta": { "role": "assistant", "content": text },
                "logprobs": null,
                "finish_reason": finish,
            }],
            "usage": null,
        })
    }

    /// Close to 2^61, where a float would lose digits.
    fn seed(&self) -> u64 {
        (1 << 61) | (hash(&self.id) >> 4)
    }
}

impl Thought {
    const fn key(self) -> &'static str {
        match self {
            Self::Reasoning => "reasoning",
            Self::ReasoningContent | Self::Tags => "reasoning_content",
        }
    }
}

fn unfiltered() -> Value {
    json!({ "hate": { "filtered": false }, "violence": { "filtered": false } })
}

/// A value as one server-sent event.
pub(crate) fn event(value: &Value) -> Bytes {
    Bytes::from(format!("data: {value}\n\n"))
}

/// FNV-1a: the same text gives the same figure in every build.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
