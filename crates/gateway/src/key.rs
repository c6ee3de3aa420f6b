//! Who may ask, and how much.

use std::fmt;
use std::sync::Arc;

use openclaw_catalog::Cost;
use openclaw_credentials::Secret;
use openclaw_model_ref::ModelRef;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// A key that a client sends as `Authorization: Bearer …`, with a name and limits.
#[derive(Debug, Clone)]
pub struct Key {
    /// What it is called in logs and metrics: `default`.
    pub name: Arc<str>,
    /// What the client sends.
    pub secret: Secret,
    /// How much it may ask for.
    pub limits: KeyLimits,
}

/// How much a key may ask for. `None` is no limit.
///
/// ```
/// use openclaw_gateway::KeyLimits;
///
/// let small = "huggingface/Qwen/Qwen3-8B".parse()?;
/// let limits = KeyLimits { models: Some(vec![small]), ..KeyLimits::default() };
/// assert!(limits.allow(&"huggingface/Qwen/Qwen3-8B:nscale".parse()?));
/// assert!(!limits.allow(&"huggingface/Qwen/Qwen3-32B".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyLimits {
    /// Requests in a minute.
    pub requests_per_minute: Option<u32>,
    /// Tokens of prompts and answers in a minute.
    pub tokens_per_minute: Option<u64>,
    /// Estimated cost in a day, which begins at midnight UTC.
    pub per_day: Option<Cost>,
    /// Requests at once.
    pub concurrent: Option<u32>,
    /// The models that may be asked; one without a suffix allows all suffixes.
    pub models: Option<Vec<ModelRef>>,
}

impl KeyLimits {
    /// Whether there is any limit that is counted.
    pub(crate) fn counts(&self) -> bool {
        let Self { requests_per_minute, tokens_per_minute, per_day, concurrent, models: _ } = self;
        requests_per_minute.is_some()
            || tokens_per_minute.is_some()
            || per_day.is_some()
            || concurrent.is_some()
    }

    /// Whether the model may be asked.
    #[must_use]
    pub fn allow(&self, model: &ModelRef) -> bool {
        self.models.as_ref().is_none_or(|models| {
            models.iter().any(|allowed| match allowed.selector().suffix() {
                None => allowed.hub_id() == model.hub_id(),
                Some(_) => allowed.router_id() == model.router_id(),
            })
        })
    }
}

/// Who may ask.
#[derive(Debug, Clone)]
pub enum Keys {
    /// Whoever reaches the gateway. Only for loopback.
    Open,
    /// Whoever has one of these keys.
    Required(Vec<Key>),
}

impl Keys {
    /// The keys; none where none is needed.
    #[must_use]
    pub fn all(&self) -> &[Key] {
        match self {
            Self::Open => &[],
            Self::Required(keys) => keys,
        }
    }

    /// The place of the key that was sent. Every key is compared whole, so that the time tells nothing.
    pub(crate) fn find(&self, sent: &[u8]) -> Option<usize> {
        let mut found = None;
        for (index, key) in self.all().iter().enumerate() {
            if bool::from(key.secret.expose().as_bytes().ct_eq(sent)) {
                found = Some(index);
            }
        }
        found.filter(|_| !sent.is_empty())
    }
}

/// Why no key can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system gives no random numbers")]
pub struct NewKeyError(());

/// A new key: `oc-` and 48 hexadecimal digits, 192 bits from the system.
///
/// ```
/// let key = openclaw_gateway::new_key()?;
/// assert_eq!(key.expose().len(), 51);
/// # Ok::<(), openclaw_gateway::NewKeyError>(())
/// ```
///
/// # Errors
/// The system gives no random numbers.
pub fn new_key() -> Result<Secret, NewKeyError> {
    Ok(Secret::new(format!("oc-{}", random::<24>()?)))
}

/// So many bytes from the system, in hexadecimal digits.
pub(crate) fn random<const BYTES: usize>() -> Result<String, NewKeyError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| NewKeyError(()))?;
    let mut text = String::with_capacity(2 * BYTES);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_whole_text() {
        let key = |name: &str, secret: &str| Key {
            name: name.into(),
            secret: Secret::new(secret),
            limits: KeyLimits::default(),
        };
        let keys = Keys::Required(vec![key("a", "oc-1"), key("b", "oc-22"), key("empty", "")]);
        assert_eq!(keys.find(b"oc-22"), Some(1));
        for wrong in [&b"oc-2"[..], b"oc-222", b"OC-1", b"", b"a"] {
            assert_eq!(keys.find(wrong), None);
        }
        assert_eq!(Keys::Open.find(b"anything"), None);
    }

    #[test]
    fn models_are_allowed_with_their_suffixes() {
        let model = |text: &str| format!("huggingface/{text}").parse::<ModelRef>().expect("a reference");
        let limits = KeyLimits {
            models: Some(vec![model("Qwen/Qwen3-8B"), model("zai-org/GLM-4.7:together")]),
            ..KeyLimits::default()
        };
        assert!(
            limits.allow(&model("Qwen/Qwen3-8B:cheapest"))
                && limits.allow(&model("zai-org/GLM-4.7:together"))
        );
        assert!(!limits.allow(&model("zai-org/GLM-4.7")) && !limits.allow(&model("Qwen/Qwen3-32B")));
        assert!(KeyLimits::default().allow(&model("a/b")));
    }

    #[test]
    fn keys_differ_and_are_not_shown() {
        let (one, two) = (new_key().expect("a key"), new_key().expect("a key"));
        assert_ne!(one.expose(), two.expose());
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
