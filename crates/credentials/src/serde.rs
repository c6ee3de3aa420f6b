//! Secrets out of a file, refused without being quoted.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};

use crate::{ConfigKey, RefSource, Secret, SecretRef};

/// From a string; anything else is refused without being named.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked for a string, a format refuses another type itself, and quotes it.
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

/// Serde's own refusals quote the value they refuse; these do not.
impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("a boolean"), &self))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("bytes"), &self))
    }
}

impl<'de> Deserialize<'de> for RefSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Read as a secret, so that a key pasted into the wrong place is not quoted in an error.
        let text = Secret::deserialize(deserializer)?;
        Ok(match text.expose() {
            "env" => Self::Env,
            "file" => Self::File,
            "exec" => Self::Exec,
            _ => Self::Other,
        })
    }
}

impl<'de> Deserialize<'de> for ConfigKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConfigKeyVisitor)
    }
}

struct ConfigKeyVisitor;

impl<'de> Visitor<'de> for ConfigKeyVisitor {
    type Value = ConfigKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a reference with `source` and `id`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ConfigKey, E> {
        Ok(ConfigKey::Text(Secret::new(text)))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<ConfigKey, E> {
        Ok(ConfigKey::Text(Secret::new(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ConfigKey, A::Error> {
        SecretRef::deserialize(de::value::MapAccessDeserializer::new(map)).map(ConfigKey::Reference)
    }

    // A key of digits alone is refused without being quoted.
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<ConfigKey, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<ConfigKey, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<ConfigKey, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn keys_from_a_config() {
        let read = |text: &str| serde_json::from_str::<ConfigKey>(text).unwrap();
        assert_eq!(read(r#""hf_abc""#), ConfigKey::Text(Secret::new("hf_abc")));
        assert_eq!(
            read(r#"{"source":"env","provider":"default","id":"HF_TOKEN"}"#),
            ConfigKey::Reference(SecretRef {
                source: RefSource::Env,
                provider: "default".to_owned(),
                id: "HF_TOKEN".to_owned()
            })
        );
        let source = |text: &str| match read(text) {
            ConfigKey::Reference(reference) => reference.source,
            ConfigKey::Text(_) => panic!("{text} is a reference"),
        };
        assert_eq!(source(r#"{"source":"file","id":"/run/key"}"#), RefSource::File);
        assert_eq!(source(r#"{"source":"exec","id":"pass"}"#), RefSource::Exec);
        assert_eq!(source(r#"{"source":"vault","id":"x"}"#), RefSource::Other);
    }

    #[test]
    fn refusals_do_not_quote() {
        let key = |text: &str| serde_json::from_str::<ConfigKey>(text).unwrap_err().to_string();
        let secret = |text: &str| serde_json::from_str::<Secret>(text).unwrap_err().to_string();
        assert_snapshot!(key("123456"), @"invalid type: a number, expected a string or a reference with `source` and `id` at line 1 column 6");
        assert_snapshot!(key("-1.5"), @"invalid type: a number, expected a string or a reference with `source` and `id` at line 1 column 4");
        assert_snapshot!(key(r#"{"source":42,"id":"x"}"#), @"invalid type: a number, expected a string at line 1 column 12");
        assert_snapshot!(key(r#"{"source":"env"}"#), @"missing field `id` at line 1 column 16");
        assert_snapshot!(secret("123456"), @"invalid type: a number, expected a string at line 1 column 6");
        assert_snapshot!(secret("true"), @"invalid type: a boolean, expected a string at line 1 column 4");
    }
}
