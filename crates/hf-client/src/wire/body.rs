//! A chat body as a client of ours wrote it, passed on with nothing but what must change.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem::Finder;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use thiserror::Error;

use super::StreamMode;
use super::scan::Scan;

/// The body of a chat request as a client wrote it.
///
/// What is sent on is made by [`to_bytes`](Self::to_bytes): the same bytes with `model` replaced and put first, since the
/// router routes from a short prefix, and, in a stream, with the usage asked for.
/// Everything else, known here or not, stays as it was written.
///
/// ```
/// use bytes::Bytes;
/// use openclaw_hf_client::ChatBody;
///
/// let sent = Bytes::from_static(br#"{"messages":[{"role":"user","content":"2+2?"}], "model":"my alias", "x": 1.0}"#);
/// let body = ChatBody::read(sent)?;
/// assert_eq!(body.model(), "my alias");
/// assert_eq!(
///     &body.to_bytes("org/name:together")[..],
///     br#"{"model":"org/name:together","messages":[{"role":"user","content":"2+2?"}],"x": 1.0}"#
/// );
///
/// let wrong = ChatBody::read(Bytes::from_static(br#"{"model":"m","messages":"hi"}"#));
/// assert_eq!(wrong.unwrap_err().to_string(), "`messages` is a string, expected an array of messages");
/// # Ok::<(), openclaw_hf_client::ChatBodyError>(())
/// ```
#[derive(Clone)]
pub struct ChatBody {
    bytes: Bytes,
    model: String,
    mode: StreamMode,
    /// Runs of members that are sent as they are.
    kept: Vec<Range<usize>>,
    /// `"stream_options":{…}`, where it is ours.
    stream_options: Option<String>,
    usage: UsageWish,
    asks: Asks,
}

/// Whether the client wants the usage at the end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageWish {
    /// It asked for it.
    Asked,
    /// It did not: the event that holds nothing else is not for it.
    NotAsked,
}

/// What a request asks for, as far as offers differ in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asks {
    /// Field `tools`, not empty.
    pub tools: bool,
    /// Field `response_format`, of type `json_object` or `json_schema`.
    pub structured_output: bool,
    /// A message with an `image_url`.
    pub image: bool,
    /// Field `max_completion_tokens`, or else `max_tokens`; `None` where neither is there.
    pub max_tokens: Option<u64>,
    /// About how many tokens the messages have: a quarter of their bytes, a thousand an image.
    pub prompt_tokens: u64,
}

/// Why a body is no chat request.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChatBodyError {
    /// It is not JSON.
    #[error("the body is not JSON: line {line}, column {column}")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is JSON, and no object.
    #[error("the body is {found}, expected an object")]
    NotAnObject {
        /// What stands there.
        found: &'static str,
    },
    /// A field that is needed is missing.
    #[error("`{field}` is missing, expected {expected}")]
    Missing {
        /// The field.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// A field holds another type.
    #[error("`{field}` is {found}, expected {expected}")]
    Type {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: &'static str,
        /// What should.
        expected: &'static str,
    },
}

impl ChatBodyError {
    /// The field at fault; `None` where it is the whole.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotJson { .. } | Self::NotAnObject { .. } => None,
            Self::Missing { field, .. } | Self::Type { field, .. } => Some(field),
        }
    }
}

impl fmt::Debug for ChatBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes are somebody's words: they do not belong in a log.
        f.debug_struct("ChatBody")
            .field("model", &self.model)
            .field("mode", &self.mode)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl ChatBody {
    /// Reads a body as far as it must be known.
    ///
    /// Of a field that is there twice the last counts.
    ///
    /// # Errors
    /// [`ChatBodyError`] where it is no JSON object, or `model`, `messages` or `stream` are not what they must be.
    pub fn read(bytes: Bytes) -> Result<Self, ChatBodyError> {
        let members = Members::read(&bytes)?;
        let model = members.text("model", "a model such as `org/name`")?;
        let messages = members
            .get("messages")
            .ok_or(ChatBodyError::Missing { field: "messages", expected: "an array of messages" })?;
        if !messages.starts_with('[') {
            return Err(wrong("messages", messages, "an array of messages"));
        }
        let mode = match members.get("stream") {
            None | Some("false" | "null") => StreamMode::Whole,
            Some("true") => StreamMode::Stream,
            Some(other) => return Err(wrong("stream", other, "true or false")),
        };
        let asks = asks_of(&members, messages);
        let (usage, stream_options) = match mode {
            StreamMode::Whole => (UsageWish::Asked, None),
            StreamMode::Stream => usage_wish(members.get("stream_options")),
        };
        let dropped = |key: &str| key == "model" || (key == "stream_options" && stream_options.is_some());
        let mut kept: Vec<Range<usize>> = Vec::with_capacity(2);
        let mut is_run = false;
        for member in &members.all {
            match kept.last_mut() {
                _ if dropped(&member.key) => is_run = false,
                Some(run) if is_run => run.end = member.whole.end,
                _ => {
                    kept.push(member.whole.clone());
                    is_run = true;
                }
            }
        }
        drop(members);
        Ok(Self { bytes, model, mode, kept, stream_options, usage, asks })
    }

    /// The model as the client named it.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether the client wants the answer as it is made.
    #[must_use]
    pub fn mode(&self) -> StreamMode {
        self.mode
    }

    /// Whether the client wants the usage at the end of a stream.
    #[must_use]
    pub fn usage_wish(&self) -> UsageWish {
        self.usage
    }

    /// What it asks for.
    #[must_use]
    pub fn asks(&self) -> Asks {
        self.asks
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none; never, since an object has its braces.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The body to send to the router, with `model` in the place of the client's.
    #[must_use]
    pub fn to_bytes(&self, model: &str) -> Bytes {
        let mut out = Vec::with_capacity(self.bytes.len() + model.len() + 64);
        out.extend_from_slice(b"{\"model\":");
        // Writing a text into a Vec cannot fail.
        let _ = serde_json::to_writer(&mut out, model);
        if let Some(options) = &self.stream_options {
            out.push(b',');
            out.extend_from_slice(options.as_bytes());
        }
        for run in &self.kept {
            out.push(b',');
            out.extend_from_slice(self.bytes.get(run.clone()).unwrap_or_default());
        }
        out.push(b'}');
        out.into()
    }
}

/// Stands twice in each image: as its type and as its key. Made once, since that takes longer than to search.
static IMAGE_URL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"image_url\""));

fn asks_of(members: &Members<'_>, messages: &str) -> Asks {
    #[derive(serde::Deserialize)]
    struct Format<'a> {
        #[serde(borrow, default)]
        r#type: Cow<'a, str>,
    }
    let format = members.get("response_format").and_then(|raw| serde_json::from_str::<Format<'_>>(raw).ok());
    let number = |field| members.get(field).and_then(|raw| raw.parse().ok());
    let images = IMAGE_URL.find_iter(messages.as_bytes()).count() / 2;
    let images = images as u64;
    let bytes = messages.len() as u64;
    Asks {
        tools: members.get("tools").is_some_and(|raw| !matches!(raw, "null" | "[]")),
        structured_output: format
            .is_some_and(|format| matches!(&*format.r#type, "json_object" | "json_schema")),
        image: images > 0,
        max_tokens: number("max_completion_tokens").or_else(|| number("max_tokens")),
        prompt_tokens: if images > 0 { (bytes / 4).min(8_000) + images * 1_000 } else { bytes / 4 },
    }
}

/// Whether the usage was asked for, and the member that asks for it where that is ours.
fn usage_wish(options: Option<&str>) -> (UsageWish, Option<String>) {
    let options = options.filter(|raw| *raw != "null").unwrap_or("{}");
    // Whatever else it is, the provider may say what is wrong with it.
    let Ok(members) = Members::read(options.as_bytes()) else { return (UsageWish::Asked, None) };
    if members.get("include_usage") == Some("true") {
        return (UsageWish::Asked, None);
    }
    let mut ours = String::with_capacity(options.len() + 48);
    ours.push_str("\"stream_options\":{");
    // As they were written: a number that was read and printed again need not be the same.
    for member in members.all.iter().filter(|member| member.key != "include_usage") {
        ours.push_str(options.get(member.whole.clone()).unwrap_or_default());
        ours.push(',');
    }
    ours.push_str("\"include_usage\":true}");
    (UsageWish::NotAsked, Some(ours))
}

/// The members of the body's object.
struct Members<'a> {
    all: Vec<Member<'a>>,
}

struct Member<'a> {
    key: Cow<'a, str>,
    value: &'a str,
    /// From the key's quote to the value's end.
    whole: Range<usize>,
}

impl<'a> Members<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ChatBodyError> {
        match Self::scan(bytes) {
            Some(members) => Ok(members),
            None => Self::read_closely(bytes),
        }
    }

    /// The usual case, in one pass.
    fn scan(bytes: &'a [u8]) -> Option<Self> {
        let mark = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let mut scan = Scan::new(bytes)?.skip_bytes(mark);
        let mut all = Vec::with_capacity(8);
        scan.object(|scan, key, start| {
            let value = scan.value()?;
            all.push(Member { key: Cow::Borrowed(key), value, whole: start..scan.at() });
            Some(())
        })?;
        scan.end().map(|()| Self { all })
    }

    /// What is unusual, and what is wrong.
    fn read_closely(bytes: &'a [u8]) -> Result<Self, ChatBodyError> {
        let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let found = body.trim_ascii_start().first().copied();
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let read = deserializer
            .deserialize_map(Fields { bytes })
            .and_then(|members| deserializer.end().map(|()| members));
        read.map_err(|error| match found {
            // A body that is cut is not said to be of another type.
            Some(first) if first != b'{' && !error.is_eof() => {
                match serde_json::from_slice::<&RawValue>(body) {
                    Ok(raw) => ChatBodyError::NotAnObject { found: kind_of(raw.get()) },
                    Err(error) => not_json(&error),
                }
            }
            _ => not_json(&error),
        })
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.all.iter().rev().find(|member| member.key == key).map(|member| member.value)
    }

    fn text(&self, field: &'static str, expected: &'static str) -> Result<String, ChatBodyError> {
        let raw = self.get(field).ok_or(ChatBodyError::Missing { field, expected })?;
        let plain = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        match plain {
            Some(plain) if !plain.contains('\\') => Ok(plain.to_owned()),
            _ => serde_json::from_str(raw).map_err(|_| wrong(field, raw, expected)),
        }
    }
}

fn not_json(error: &serde_json::Error) -> ChatBodyError {
    ChatBodyError::NotJson { line: error.line().max(1), column: error.column().max(1) }
}

fn wrong(field: &'static str, raw: &str, expected: &'static str) -> ChatBodyError {
    ChatBodyError::Type { field, found: kind_of(raw), expected }
}

fn kind_of(raw: &str) -> &'static str {
    match raw.bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

struct Fields<'a> {
    bytes: &'a [u8],
}

impl<'a> Visitor<'a> for Fields<'a> {
    type Value = Members<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
        let mut all = Vec::with_capacity(8);
        while let Some(Key(key)) = map.next_key()? {
            let value = map.next_value::<&RawValue>()?.get();
            // Both are parts of `bytes`, so the difference is the place.
            let start = (value.as_ptr() as usize).saturating_sub(self.bytes.as_ptr() as usize);
            let whole = key_start(self.bytes, start)..start + value.len();
            all.push(Member { key, value, whole });
        }
        Ok(Members { all })
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Where the key in front of a value begins: nothing but white space and the colon is between the two.
fn key_start(bytes: &[u8], value: usize) -> usize {
    let before = bytes.get(..value).unwrap_or_default();
    let Some(close) = before.iter().rposition(|&byte| byte == b'"') else { return value };
    let mut at = close;
    while let Some(quote) = before.get(..at).unwrap_or_default().iter().rposition(|&byte| byte == b'"') {
        let head = before.get(..quote).unwrap_or_default();
        // A quote behind an odd number of backslashes is part of the key.
        if head.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 0 {
            return quote;
        }
        at = quote;
    }
    value
}

#[cfg(test)]
mod tests;
