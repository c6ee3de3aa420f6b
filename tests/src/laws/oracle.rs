//! What json5 makes of a text.

use openclaw_json5_edit::{Value, ValueKind};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value as json5 gives it, with duplicate keys.
#[derive(Debug)]
pub(super) enum Oracle {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    String(String),
    Array(Vec<Oracle>),
    Object(Vec<(String, Oracle)>),
}

impl<'de> Deserialize<'de> for Oracle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Oracle;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }

            fn visit_unit<E>(self) -> Result<Oracle, E> {
                Ok(Oracle::Null)
            }

            fn visit_bool<E>(self, b: bool) -> Result<Oracle, E> {
                Ok(Oracle::Bool(b))
            }

            fn visit_u64<E>(self, n: u64) -> Result<Oracle, E> {
                Ok(Oracle::Unsigned(n))
            }

            fn visit_i64<E>(self, n: i64) -> Result<Oracle, E> {
                Ok(Oracle::Signed(n))
            }

            fn visit_f64<E>(self, n: f64) -> Result<Oracle, E> {
                Ok(Oracle::Float(n))
            }

            fn visit_str<E>(self, text: &str) -> Result<Oracle, E> {
                Ok(Oracle::String(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Oracle, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Oracle::Array(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Oracle, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Oracle::Object(members))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Oracle {
    /// Whether our value means the same. json5 loses the sign of `-0`, and `==` on floats does not see it.
    pub(super) fn agrees(&self, value: Value<'_>) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Bool(b) => value.as_bool() == Some(*b),
            Self::Unsigned(n) => value.as_u64() == Some(*n),
            Self::Signed(n) => value.as_i64() == Some(*n),
            Self::Float(n) => value.as_f64().is_some_and(|ours| ours == *n || (ours.is_nan() && n.is_nan())),
            Self::String(text) => value.as_str().is_some_and(|ours| ours == text.as_str()),
            Self::Array(items) => {
                value.kind() == ValueKind::Array
                    && value.items().count() == items.len()
                    && value.items().zip(items).all(|(ours, item)| item.agrees(ours))
            }
            Self::Object(members) => {
                value.kind() == ValueKind::Object
                    && value.members().count() == members.len()
                    && value.members().zip(members).all(|(ours, (key, member))| {
                        ours.key() == key.as_str() && member.agrees(ours.value())
                    })
            }
        }
    }
}

/// Whether a document has a number that JSON5 allows and json5 does not read: hexadecimal, above 128 bits, or above
/// 127 with a minus.
pub(super) fn is_beyond_json5(value: Value<'_>) -> bool {
    let raw = value.raw();
    match value.kind() {
        ValueKind::Number => {
            let unsigned = raw.trim_start_matches(['+', '-']);
            let digits =
                unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")).unwrap_or_default();
            let digits = digits.trim_start_matches('0');
            let largest = if raw.starts_with('-') { i128::MAX.unsigned_abs() } else { u128::MAX };
            !digits.is_empty() && u128::from_str_radix(digits, 16).map_or(true, |n| n > largest)
        }
        ValueKind::Array => value.items().any(is_beyond_json5),
        ValueKind::Object => value.members().any(|member| is_beyond_json5(member.value())),
        ValueKind::Null | ValueKind::Bool | ValueKind::String => false,
    }
}
