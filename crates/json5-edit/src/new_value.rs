//! An owned value: what an edit writes.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Document;
use crate::error::ParseError;
use crate::number::Number;
use crate::value::ValueKind;

/// A value without a place in a text: what edits write, and what a [`Value`](crate::Value) means.
///
/// Two values are equal if a reader sees the same: numbers as [`Number`] says, objects with the
/// same keys and values in any order, of duplicate keys the last.
///
/// ```
/// use openclaw_json5_edit::{Document, NewValue};
///
/// let value = NewValue::parse("{ b: [1.0, 'x'], a: null, /* of two */ a: true }")?;
/// assert_eq!(value, NewValue::object([("a", true.into()), ("b", NewValue::array([1.into(), "x".into()]))]));
/// assert_eq!(Document::parse("[0x1, \"x\"]")?.root().to_owned_value(), NewValue::array([1.into(), "x".into()]));
/// # Ok::<(), openclaw_json5_edit::ParseError>(())
/// ```
#[derive(Debug, Clone, Eq)]
pub enum NewValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// a number, as it will be written
    Number(Number),
    /// a string, decoded
    String(String),
    /// an array
    Array(Vec<NewValue>),
    /// an object, in the order in which it will be written; of duplicate keys the last value is
    /// written, at the place of the first
    Object(Vec<(String, NewValue)>),
}

impl NewValue {
    /// Reads a value from JSON5 text; its comments and notation are not kept, but numbers stay as
    /// they are written.
    ///
    /// # Errors
    /// If the text is not JSON5 within the default [`Limits`](crate::Limits).
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Ok(Document::parse(text)?.root().to_owned_value())
    }

    /// An array of the given items.
    pub fn array(items: impl IntoIterator<Item = NewValue>) -> Self {
        Self::Array(items.into_iter().collect())
    }

    /// An object of the given keys and values.
    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, NewValue)>) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// What the value is.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Null => ValueKind::Null,
            Self::Bool(_) => ValueKind::Bool,
            Self::Number(_) => ValueKind::Number,
            Self::String(_) => ValueKind::String,
            Self::Array(_) => ValueKind::Array,
            Self::Object(_) => ValueKind::Object,
        }
    }

    /// Keeps of duplicate keys the last value, at the place of the first, in this object only.
    pub(crate) fn drop_shadowed(&mut self) {
        let Self::Object(members) = self else { return };
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, (key, _)) in members.iter().enumerate() {
            last.insert(key, at);
        }
        if last.len() == members.len() {
            return;
        }
        // where each value goes: the place of its key's first member
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let mut kept: Vec<(String, Self)> = Vec::with_capacity(last.len());
        for (key, value) in core::mem::take(members) {
            match first.get(&key).and_then(|&at| kept.get_mut(at)) {
                Some(member) => member.1 = value,
                None => {
                    first.insert(key.clone(), kept.len());
                    kept.push((key, value));
                }
            }
        }
        *members = kept;
    }

    /// How many brackets are open at its deepest place; stops counting above `enough`.
    pub(crate) fn depth(&self, enough: usize) -> usize {
        let mut deepest = 0;
        let mut rest = Vec::from([(self, 0)]);
        while let Some((value, outside)) = rest.pop() {
            let depth = outside + usize::from(matches!(value, Self::Array(_) | Self::Object(_)));
            deepest = deepest.max(depth);
            if deepest > enough {
                return deepest;
            }
            match value {
                Self::Array(items) => rest.extend(items.iter().map(|item| (item, depth))),
                Self::Object(members) => rest.extend(members.iter().map(|(_, value)| (value, depth))),
                _ => {}
            }
        }
        deepest
    }
}

impl PartialEq for NewValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => as_map(a) == as_map(b),
            _ => false,
        }
    }
}

/// The last of duplicate keys replaces the ones before it.
fn as_map(members: &[(String, NewValue)]) -> BTreeMap<&str, &NewValue> {
    members.iter().map(|(key, value)| (key.as_str(), value)).collect()
}

impl From<bool> for NewValue {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<&str> for NewValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for NewValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<&String> for NewValue {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl From<Cow<'_, str>> for NewValue {
    fn from(text: Cow<'_, str>) -> Self {
        Self::String(text.into_owned())
    }
}

impl From<Number> for NewValue {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

macro_rules! from_number {
    ($($number:ty)*) => {$(
        impl From<$number> for NewValue {
            fn from(n: $number) -> Self {
                Self::Number(n.into())
            }
        }
    )*};
}
from_number!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f64);

impl<T: Into<NewValue>> From<Vec<T>> for NewValue {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<NewValue>> From<Option<T>> for NewValue {
    /// `None` is `null`.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
