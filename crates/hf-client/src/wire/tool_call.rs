//! Tool calls, whole and in pieces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use thiserror::Error;

use super::{one_or_many, text, unsigned};

/// The most that the tool calls of one answer may hold together, in bytes.
const LIMIT: usize = 8 * 1024 * 1024;

/// A call that the model wants made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// Its id, to be repeated in the answer; `None` when the provider gave none.
    pub id: Option<String>,
    /// The function, for example `get_weather`.
    pub name: String,
    /// The arguments as JSON text, unchecked: models make mistakes.
    pub arguments: String,
}

impl Serialize for ToolCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a str>,
            r#type: &'static str,
            function: Function<'a>,
        }
        #[derive(Serialize)]
        struct Function<'a> {
            name: &'a str,
            arguments: &'a str,
        }
        Wire {
            id: self.id.as_deref(),
            r#type: "function",
            function: Function { name: &self.name, arguments: &self.arguments },
        }
        .serialize(serializer)
    }
}

/// A piece of a tool call (`delta.tool_calls[]`). Empty ids and names count as not said.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ToolCallDelta {
    /// Which call of the answer this belongs to.
    #[serde(default, deserialize_with = "unsigned")]
    pub index: Option<u64>,
    #[serde(default, deserialize_with = "text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    function: Vec<FunctionDelta>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct FunctionDelta {
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    /// Text, or what some providers send: the object itself.
    #[serde(default)]
    arguments: Value,
}

impl ToolCallDelta {
    /// The id of the call.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty())
    }

    /// The name of the function.
    pub fn name(&self) -> Option<&str> {
        self.function.first()?.name.as_deref().filter(|name| !name.is_empty())
    }

    /// The next piece of the arguments; empty when there is none.
    pub fn arguments(&self) -> String {
        match self.function.first().map(|function| &function.arguments) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(piece)) => piece.clone(),
            Some(whole) => whole.to_string(),
        }
    }

    /// This piece as a whole call, as it is in a reply that was not streamed.
    pub(crate) fn to_call(&self) -> ToolCall {
        ToolCall {
            id: self.id().map(str::to_owned),
            name: self.name().unwrap_or_default().to_owned(),
            arguments: self.arguments(),
        }
    }
}

/// The tool calls of one answer are larger than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the tool calls of the answer are larger than the limit of {limit} bytes")]
pub struct ToolCallError {
    limit: usize,
}

impl ToolCallError {
    /// The limit that was passed, in bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }
}

/// Puts the pieces of tool calls together.
///
/// Pieces belong together by `index`. Without one, a piece that brings a name begins a call and another continues the
/// last. A piece that brings a new id and a name begins a call even under an index that is in use, because some
/// providers number every call 0.
///
/// ```
/// use openclaw_hf_client::{ToolCallAssembler, ToolCallDelta};
///
/// let mut calls = ToolCallAssembler::new();
/// for piece in [
///     r#"{"index":0,"id":"c1","function":{"name":"look","arguments":"{\"at\""}}"#,
///     r#"{"index":0,"id":"","function":{"name":null,"arguments":":1}"}}"#,
/// ] {
///     calls.push(&serde_json::from_str::<ToolCallDelta>(piece)?)?;
/// }
/// let calls = calls.finish();
/// assert_eq!((calls[0].name.as_str(), calls[0].arguments.as_str()), ("look", r#"{"at":1}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ToolCallAssembler {
    calls: Vec<ToolCall>,
    by_index: BTreeMap<u64, usize>,
    bytes: usize,
}

impl ToolCallAssembler {
    /// No calls yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next piece.
    ///
    /// # Errors
    /// [`ToolCallError`] when the calls together grow above 8 MiB.
    pub fn push(&mut self, piece: &ToolCallDelta) -> Result<(), ToolCallError> {
        let arguments = piece.arguments();
        // The fixed part counts the call itself, so that empty calls are bounded too.
        self.bytes +=
            arguments.len() + piece.id().map_or(0, str::len) + piece.name().map_or(0, str::len) + 64;
        if self.bytes > LIMIT {
            return Err(ToolCallError { limit: LIMIT });
        }
        let place = self.place_of(piece);
        if let Some(call) = self.calls.get_mut(place) {
            if call.id.is_none() {
                call.id = piece.id().map(str::to_owned);
            }
            if call.name.is_empty() {
                call.name = piece.name().unwrap_or_default().to_owned();
            }
            call.arguments.push_str(&arguments);
        }
        Ok(())
    }

    /// The calls, in the order in which they began; one without a name and arguments is left out.
    pub fn finish(&mut self) -> Vec<ToolCall> {
        self.by_index.clear();
        self.bytes = 0;
        let mut calls = std::mem::take(&mut self.calls);
        calls.retain(|call| !call.name.is_empty() || !call.arguments.is_empty());
        calls
    }

    /// Where in `calls` the piece belongs; begins a call when it belongs to none.
    fn place_of(&mut self, piece: &ToolCallDelta) -> usize {
        let known = match piece.index {
            Some(index) => self.by_index.get(&index).copied(),
            None => self.calls.len().checked_sub(1),
        };
        let continues = known.and_then(|place| self.calls.get(place)).is_some_and(|call| {
            let is_named_anew = piece.name().is_some() && !call.name.is_empty();
            let has_other_id =
                piece.id().is_some_and(|id| call.id.as_deref().is_some_and(|known| known != id));
            if piece.index.is_some() { !(is_named_anew && has_other_id) } else { !is_named_anew }
        });
        match known.filter(|_| continues) {
            Some(place) => place,
            None => {
                let place = self.calls.len();
                self.calls.push(ToolCall::default());
                if let Some(index) = piece.index {
                    self.by_index.insert(index, place);
                }
                place
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&str], expected: &[(Option<&str>, &str, &str)]) {
        let mut assembler = ToolCallAssembler::new();
        for piece in pieces {
            let piece: ToolCallDelta = serde_json::from_str(piece).expect("a piece");
            assembler.push(&piece).expect("small");
        }
        let calls = assembler.finish();
        let found: Vec<_> = calls
            .iter()
            .map(|call| (call.id.as_deref(), call.name.as_str(), call.arguments.as_str()))
            .collect();
        assert_eq!(found, expected);
        assert!(assembler.finish().is_empty());
    }

    #[test]
    fn by_index() {
        check(
            &[
                r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#,
                r#"{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{"}}"#,
                r#"{"index":0,"function":{"arguments":"1"}}"#,
                r#"{"index":1,"function":{"arguments":"}"}}"#,
            ],
            &[(Some("a"), "f", "1"), (Some("b"), "g", "{}")],
        );
    }

    #[test]
    fn empty_ids_and_null_names_say_nothing() {
        check(
            &[
                r#"{"index":0,"id":"","function":{"name":null,"arguments":"{\"a\""}}"#,
                r#"{"index":0,"id":"x","function":{"name":"f","arguments":":1}"}}"#,
            ],
            &[(Some("x"), "f", r#"{"a":1}"#)],
        );
    }

    #[test]
    fn repeated_names_and_changing_ids_do_not_begin_a_call() {
        check(
            &[
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}"#,
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"2"}}"#,
                r#"{"index":0,"id":"b","function":{"arguments":"3"}}"#,
            ],
            &[(Some("a"), "f", "123")],
        );
    }

    #[test]
    fn every_call_numbered_zero() {
        check(
            &[
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}"#,
                r#"{"index":0,"id":"b","function":{"name":"f","arguments":"2"}}"#,
                r#"{"index":0,"function":{"arguments":"3"}}"#,
            ],
            &[(Some("a"), "f", "1"), (Some("b"), "f", "23")],
        );
    }

    #[test]
    fn without_index() {
        check(
            &[
                r#"{"id":"a","function":{"name":"f","arguments":"1"}}"#,
                r#"{"function":{"arguments":"2"}}"#,
                r#"{"function":{"name":"g","arguments":"3"}}"#,
            ],
            &[(Some("a"), "f", "12"), (None, "g", "3")],
        );
    }

    #[test]
    fn arguments_as_an_object() {
        check(
            &[r#"{"index":0,"function":{"name":"f","arguments":{"a":[1,null]}}}"#],
            &[(None, "f", r#"{"a":[1,null]}"#)],
        );
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        check(
            &["{}", r#"{"index":5,"function":null}"#, r#"{"index":"6","function":{"arguments":null}}"#],
            &[],
        );
    }

    #[test]
    fn the_size_is_bounded() {
        let mut assembler = ToolCallAssembler::new();
        let piece: ToolCallDelta = serde_json::from_value(serde_json::json!({
            "index": 0, "function": { "arguments": "x".repeat(LIMIT / 2) },
        }))
        .expect("a piece");
        assert_eq!(assembler.push(&piece), Ok(()));
        let error = assembler.push(&piece).expect_err("too much");
        assert_eq!(error.limit(), LIMIT);
        insta::assert_snapshot!(error, @"the tool calls of the answer are larger than the limit of 8388608 bytes");
    }
}
