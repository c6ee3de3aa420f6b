//! Reading what providers send: a field of an unexpected type is treated as not said.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text, or a number as text; of an array of parts the joined `text` of the parts.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Loose::deserialize(deserializer).map(Loose::into_text)
}

/// A count: a number that is not negative, or one written as a string; a fraction is cut off.
pub(crate) fn unsigned<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Loose::deserialize(deserializer).map(|value| match value {
        Loose::Unsigned(number) => Some(number),
        // Through text, so that nothing is cast: what u64 cannot hold is not a count.
        Loose::Float(number) if number >= 0.0 => format!("{:.0}", number.trunc()).parse().ok(),
        Loose::Text(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// An array of objects, one object instead of an array, or nothing; what is not an object is left out.
pub(crate) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ManyVisitor(PhantomData))
}

/// Any JSON value, as far as it is of use.
enum Loose {
    Nothing,
    Text(String),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Loose {
    fn into_text(self) -> Option<String> {
        match self {
            Loose::Nothing => None,
            Loose::Text(text) => Some(text),
            Loose::Unsigned(number) => Some(number.to_string()),
            Loose::Signed(number) => Some(number.to_string()),
            Loose::Float(number) => Some(number.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Loose, E> {
        Ok(Loose::Text(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(u64::try_from(value).map_or(Loose::Signed(value), Loose::Unsigned))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Float(value))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Loose, A::Error> {
        let mut joined = None;
        while let Some(part) = parts.next_element::<Loose>()? {
            if let Loose::Text(text) = part {
                joined.get_or_insert_with(String::new).push_str(&text);
            }
        }
        Ok(joined.map_or(Loose::Nothing, Loose::Text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let mut found = Loose::Nothing;
        while let Some(key) = map.next_key::<String>()? {
            if key == "text" {
                found = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element::<Object<T>>()? {
            all.extend(item.0);
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
    }

    fn visit_str<E>(self, _: &str) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
}

/// An object, or nothing.
struct Object<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "unsigned")]
        count: Option<u64>,
        #[serde(default, deserialize_with = "one_or_many")]
        rows: Vec<Row>,
    }

    #[track_caller]
    fn read(json: &str) -> Row {
        serde_json::from_str(json).expect("valid JSON is always read")
    }

    #[track_caller]
    fn check_text(json: &str, expected: Option<&str>) {
        assert_eq!(read(&format!(r#"{{"text":{json}}}"#)).text.as_deref(), expected, "{json}");
    }

    #[track_caller]
    fn check_count(json: &str, expected: Option<u64>) {
        assert_eq!(read(&format!(r#"{{"count":{json}}}"#)).count, expected, "{json}");
    }

    #[track_caller]
    fn check_rows(json: &str, expected: usize) {
        assert_eq!(read(&format!(r#"{{"rows":{json}}}"#)).rows.len(), expected, "{json}");
    }

    #[test]
    fn texts() {
        check_text(r#""a\nb""#, Some("a\nb"));
        check_text("7", Some("7"));
        check_text("-7", Some("-7"));
        check_text("null", None);
        check_text("true", None);
        check_text("{}", None);
        check_text("[]", None);
        check_text(r#"[{"type":"text","text":"a"},{"type":"image"},null,3,"b"]"#, Some("ab"));
        check_text(r#"{"text":"a"}"#, Some("a"));
    }

    #[test]
    fn counts() {
        check_count("7", Some(7));
        check_count("18446744073709551615", Some(u64::MAX));
        check_count("7.9", Some(7));
        check_count("1e300", None);
        check_count("-1", None);
        check_count("-0.5", None);
        check_count(r#"" 7 ""#, Some(7));
        check_count(r#""seven""#, None);
        check_count("[1]", None);
        check_count("{}", None);
        check_count("false", None);
        check_count("null", None);
    }

    #[test]
    fn rows() {
        check_rows("[{},{}]", 2);
        check_rows("{}", 1);
        check_rows("[{},null,3,\"a\",true,-1,0.5]", 1);
        check_rows("null", 0);
        check_rows("\"a\"", 0);
    }
}
