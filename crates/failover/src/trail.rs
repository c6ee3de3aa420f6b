//! What was tried, as a value.

use std::fmt;
use std::time::Duration;

use openclaw_catalog::Price;
use openclaw_model_ref::ModelRef;

use crate::{ChosenBy, Class};

/// What was tried, in the order in which it was tried.
///
/// [`Display`](fmt::Display) prints one line an attempt, numbered from 1 and without a newline at the end:
///
/// ```text
/// 1. Qwen/Qwen3-32B at groq: rate_limited (429) after 12 ms, cooled for 30 s
/// 2. Qwen/Qwen3-32B:nscale: answered after 1.3 s
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail {
    entries: Vec<TrailEntry>,
}

impl Trail {
    /// The attempts.
    #[must_use]
    pub fn entries(&self) -> &[TrailEntry] {
        &self.entries
    }

    /// The latest attempt; `None` where nothing was tried.
    #[must_use]
    pub fn last(&self) -> Option<&TrailEntry> {
        self.entries.last()
    }

    /// The same on one line of printable ASCII, for a header: `Qwen/Qwen3-32B@groq=rate_limited, …=answered`.
    #[must_use]
    pub fn compact(&self) -> Compact<'_> {
        Compact(self)
    }

    pub(crate) fn push(&mut self, entry: TrailEntry) {
        self.entries.push(entry);
    }
}

/// One attempt and what it ended in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrailEntry {
    /// What was asked for, with the pin if there was one.
    pub model: ModelRef,
    /// Which reference of the chain it belongs to: 0 is the primary.
    pub chain_index: usize,
    /// Who chose the provider.
    pub chosen_by: ChosenBy,
    /// The pinned provider, or the one expected; `None` where there was no telling.
    pub expected: Option<String>,
    /// Who served or refused it, as the reply says; `None` where it does not.
    pub provider: Option<String>,
    /// Whether the answer came whole, or what kind of failure it was.
    pub result: Result<(), Class>,
    /// The HTTP status; `None` where there was no reply.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether the caller has seen any of the answer.
    pub first_byte_sent: bool,
    /// How long the offer is now left alone; `None` where it is not.
    pub cooled_for: Option<Duration>,
    /// What the provider that the reply names asks for output, where that is above the limit.
    ///
    /// It happens where the router chose another offer than was expected.
    pub above_max_price: Option<Price>,
    /// Who else offers the model, as what to send: `Qwen/Qwen3-32B:nscale`. Filled where it was refused as unsupported.
    pub alternatives: Vec<String>,
}

impl TrailEntry {
    /// `answered`, or the name of the class.
    #[must_use]
    pub fn result_name(&self) -> &'static str {
        match self.result {
            Ok(()) => "answered",
            Err(class) => class.as_str(),
        }
    }

    /// Who served or refused it, where that is not the pin: the name, and whether it is only expected.
    fn at(&self) -> Option<(&str, &'static str)> {
        match (self.provider.as_deref(), self.expected.as_deref()) {
            (Some(said), Some(pinned)) if self.chosen_by != ChosenBy::Router && said == pinned => None,
            (Some(said), _) => Some((said, "")),
            (None, Some(expected)) if self.chosen_by == ChosenBy::Router => Some((expected, "?")),
            (None, _) => None,
        }
    }
}

impl fmt::Display for TrailEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.model.router_id())?;
        if let Some((provider, mark)) = self.at() {
            write!(f, " at {}{mark}", provider.escape_debug())?;
        }
        write!(f, ": {}", self.result_name())?;
        // An error inside a success says more than the status of that success.
        if let Some(status) = self.status
            && self.result.is_err()
            && !(200..300).contains(&status)
        {
            write!(f, " ({status})")?;
        }
        write!(f, " after {}", Short(self.elapsed))?;
        if self.first_byte_sent && self.result.is_err() {
            f.write_str(", the answer had begun")?;
        }
        if let Some(wait) = self.cooled_for {
            write!(f, ", cooled for {}", Short(wait))?;
        }
        if let Some(price) = self.above_max_price {
            write!(f, ", above the price limit at {price} USD per million tokens")?;
        }
        for (place, alternative) in self.alternatives.iter().enumerate() {
            f.write_str(if place == 0 { ", also offered: " } else { " " })?;
            write!(f, "{}", alternative.escape_debug())?;
        }
        Ok(())
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, entry) in self.entries.iter().enumerate() {
            let newline = if place == 0 { "" } else { "\n" };
            write!(f, "{newline}{}. {entry}", place + 1)?;
        }
        Ok(())
    }
}

/// A [`Trail`] on one line of printable ASCII. Made by [`Trail::compact`].
#[derive(Debug, Clone, Copy)]
pub struct Compact<'a>(&'a Trail);

impl fmt::Display for Compact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, entry) in self.0.entries.iter().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            f.write_str(entry.model.router_id())?;
            if let Some((provider, mark)) = entry.at() {
                // The name comes from outside; a header takes no line break, and this line has its own punctuation.
                let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                f.write_str("@")?;
                for (place, part) in provider.split(|c| !is_plain(c)).enumerate() {
                    f.write_str(if place == 0 { "" } else { "?" })?;
                    f.write_str(part)?;
                }
                f.write_str(mark)?;
            }
            f.write_str("=")?;
            f.write_str(entry.result_name())?;
        }
        Ok(())
    }
}

/// A duration as people say it: `12 ms`, `1.3 s`, `300 s`.
struct Short(Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        match (millis / 1000, millis % 1000 / 100) {
            (0, _) => write!(f, "{millis} ms"),
            (seconds, 0) => write!(f, "{seconds} s"),
            (seconds, tenths) => write!(f, "{seconds}.{tenths} s"),
        }
    }
}
