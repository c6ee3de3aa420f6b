//! How many tokens a call took.

use serde::{Deserialize, Deserializer};

use super::scan::{Once, Scan};
use super::{one_or_many, unsigned};

/// What is more cannot have been used, and would stand in sums for ever.
const MOST: u64 = 1_000_000_000;

/// Tokens, as the provider counted them (`usage`). `None` means it did not say.
///
/// Providers are off by one now and then, and some count thought apart: an estimate, not a bill. More than a billion is as
/// if nothing were said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Usage {
    /// Tokens of the request.
    #[serde(default, deserialize_with = "tokens")]
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, thought included.
    #[serde(default, deserialize_with = "tokens")]
    pub completion_tokens: Option<u64>,
    /// Both.
    #[serde(default, deserialize_with = "tokens")]
    pub total_tokens: Option<u64>,
    #[serde(default, rename = "prompt_tokens_details", deserialize_with = "one_or_many")]
    prompt_details: Vec<Details>,
    #[serde(default, rename = "completion_tokens_details", deserialize_with = "one_or_many")]
    completion_details: Vec<Details>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Details {
    #[serde(default, deserialize_with = "tokens")]
    cached_tokens: Option<u64>,
    #[serde(default, deserialize_with = "tokens")]
    reasoning_tokens: Option<u64>,
}

fn is_possible(count: &u64) -> bool {
    *count <= MOST
}

fn tokens<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    unsigned(deserializer).map(|count| count.filter(is_possible))
}

impl Usage {
    /// Tokens of the request that came from a cache (`prompt_tokens_details.cached_tokens`).
    pub fn cached_tokens(&self) -> Option<u64> {
        self.prompt_details.iter().find_map(|details| details.cached_tokens)
    }

    /// Tokens of thought (`completion_tokens_details.reasoning_tokens`).
    pub fn reasoning_tokens(&self) -> Option<u64> {
        self.completion_details.iter().find_map(|details| details.reasoning_tokens)
    }

    /// What a member `usage` says; `None` where that is nothing.
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let usage = Self::scan(raw).or_else(|| serde_json::from_str(raw).ok())?;
        usage.says_something().then_some(usage)
    }

    /// The usual case, without detours: plain counts, and no details.
    fn scan(raw: &str) -> Option<Self> {
        let mut usage = Self::default();
        let mut seen = Once::default();
        let mut scan = Scan::of(raw);
        scan.object(|scan, key, _| {
            let (bit, count) = match key {
                "prompt_tokens" => (1, &mut usage.prompt_tokens),
                "completion_tokens" => (2, &mut usage.completion_tokens),
                "total_tokens" => (4, &mut usage.total_tokens),
                "prompt_tokens_details" | "completion_tokens_details" => {
                    return scan.optional()?.is_none().then_some(());
                }
                _ => return scan.value().map(drop),
            };
            seen.mark(bit)?;
            *count = Some(scan.count()?).filter(is_possible);
            Some(())
        })?;
        scan.end().map(|()| usage)
    }

    /// Whether anything was counted at all.
    pub(crate) fn says_something(&self) -> bool {
        self.prompt_tokens.or(self.completion_tokens).or(self.total_tokens).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_found() {
        let usage: Usage = serde_json::from_str(
            r#"{"prompt_tokens":9,"completion_tokens":"4","total_tokens":13.0,"queue_time":0.1,
                "prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":3}}"#,
        )
        .expect("usage");
        assert_eq!(
            (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
            (Some(9), Some(4), Some(13))
        );
        assert_eq!((usage.cached_tokens(), usage.reasoning_tokens()), (Some(8), Some(3)));
        assert!(usage.says_something());
    }

    #[test]
    fn what_cannot_have_been_used_is_not_said() {
        for count in ["1000000001", "18446744073709551615", "1e15", "\"5000000000\""] {
            let raw = format!(r#"{{"prompt_tokens":{count},"completion_tokens":4}}"#);
            let usage = Usage::read(&raw).expect("usage");
            assert_eq!((usage.prompt_tokens, usage.completion_tokens), (None, Some(4)), "{raw}");
        }
    }

    #[test]
    fn nothing_said_is_nothing() {
        let usage: Usage = serde_json::from_str(r#"{"prompt_tokens_details":null}"#).expect("usage");
        assert_eq!(usage, Usage::default());
        assert!(!usage.says_something());
        assert_eq!((usage.cached_tokens(), usage.reasoning_tokens()), (None, None));
    }
}
