//! Who refused lately, and until when to ask others first.

use std::collections::HashMap;
use std::time::Duration;

/// Which token a request was sent with, without the token: a hash that the caller makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(pub u64);

/// What cools down: one offer, for one token.
///
/// With another token the same offer may have quota left, and another offer of the same model is another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CooldownKey<'a> {
    /// The token.
    pub token: TokenId,
    /// The id on the Hub: `Qwen/Qwen3-32B`.
    pub model: &'a str,
    /// The provider: `groq`; `None` for whatever the router chooses, where `model` carries the policy's suffix.
    pub provider: Option<&'a str>,
}

/// Who refused lately, and until when to ask others first.
///
/// A cooldown changes the order of attempts and never their number.
/// Times are durations since a moment of the caller's, always the same one, on a clock that does not go back.
///
/// ```
/// use openclaw_failover::{CooldownKey, Cooldowns, TokenId};
/// use std::time::Duration;
///
/// let mut cooldowns = Cooldowns::default();
/// let groq = CooldownKey { token: TokenId(7), model: "Qwen/Qwen3-32B", provider: Some("groq") };
/// let now = Duration::from_secs(100);
///
/// assert_eq!(cooldowns.refused(groq, None, now), Duration::from_secs(101));
/// assert_eq!(cooldowns.ready_at(groq), Some(Duration::from_secs(101)));
/// cooldowns.succeeded(groq);
/// assert_eq!(cooldowns.ready_at(groq), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cooldowns {
    /// By model, since a lookup by a borrowed triple would have to copy it; a model has few offers.
    by_model: HashMap<Box<str>, Vec<Entry>>,
    len: usize,
    /// At how many entries to look for old ones.
    prune_at: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    token: TokenId,
    provider: Option<Box<str>>,
    /// How often in a row, not counting refusals while it was cooling.
    refusals: u32,
    until: Duration,
}

impl Entry {
    fn is(&self, key: CooldownKey<'_>) -> bool {
        self.token == key.token && self.provider.as_deref() == key.provider
    }

    /// Whether it has been ready for so long that it counts as new.
    fn is_forgotten(&self, now: Duration) -> bool {
        self.until.saturating_add(Cooldowns::LONGEST) < now
    }
}

impl Cooldowns {
    /// The first cooldown without a `Retry-After`, and the shortest with one; each further one is twice as long.
    pub const FIRST: Duration = Duration::from_secs(1);
    /// The longest cooldown, whatever `Retry-After` says.
    ///
    /// An offer that has been ready for as long counts as one that never refused.
    pub const LONGEST: Duration = Duration::from_secs(300);

    /// How many entries are kept before old ones are looked for.
    const PRUNE_FROM: usize = 1024;

    /// Notes a refusal and returns when the offer is ready again.
    ///
    /// `retry_after` is what the server asked for; `None` doubles the last cooldown.
    /// A refusal while the offer is cooling does not count again, so that a burst is one refusal; it may only lengthen
    /// the wait.
    pub fn refused(
        &mut self,
        key: CooldownKey<'_>,
        retry_after: Option<Duration>,
        now: Duration,
    ) -> Duration {
        let Some(entry) = self.refusing(key, now) else { return now };
        let doubled = Self::FIRST
            .saturating_mul(1_u32.checked_shl(entry.refusals.saturating_sub(1)).unwrap_or(u32::MAX));
        let wait = retry_after.unwrap_or(doubled).clamp(Self::FIRST, Self::LONGEST);
        entry.until = entry.until.max(now.saturating_add(wait));
        entry.until
    }

    /// Takes up a refusal that another program met, for which the offer is ready at `until`, and returns when it is
    /// ready now: the later of both, and no later than [`Cooldowns::LONGEST`] from now.
    ///
    /// It counts like a refusal of one's own, so that programs that tell each other wait in step.
    /// What is past, or earlier than what is known, changes nothing.
    pub fn merge(&mut self, key: CooldownKey<'_>, until: Duration, now: Duration) -> Option<Duration> {
        let until = until.min(now.saturating_add(Self::LONGEST));
        let known = self.ready_at(key);
        if until <= now || known.is_some_and(|known| until <= known) {
            return known;
        }
        let entry = self.refusing(key, now)?;
        entry.until = until;
        Some(until)
    }

    /// The entry of an offer that refuses now, which is counted.
    fn refusing(&mut self, key: CooldownKey<'_>, now: Duration) -> Option<&mut Entry> {
        self.prune(now);
        if !self.by_model.contains_key(key.model) {
            self.by_model.insert(key.model.into(), Vec::new());
        }
        let entries = self.by_model.get_mut(key.model)?;
        let entry = match entries.iter().position(|entry| entry.is(key)) {
            Some(index) => entries.get_mut(index),
            None => {
                self.len += 1;
                let provider = key.provider.map(Box::from);
                entries.push(Entry { token: key.token, provider, refusals: 0, until: Duration::ZERO });
                entries.last_mut()
            }
        }?;
        if entry.refusals > 0 && entry.is_forgotten(now) {
            entry.refusals = 0;
        }
        if entry.refusals == 0 || entry.until <= now {
            entry.refusals = entry.refusals.saturating_add(1);
        }
        Some(entry)
    }

    /// Notes a success: the offer is ready, and its next cooldown is the first again.
    pub fn succeeded(&mut self, key: CooldownKey<'_>) {
        let Some(entries) = self.by_model.get_mut(key.model) else { return };
        let before = entries.len();
        entries.retain(|entry| !entry.is(key));
        self.len -= before - entries.len();
        if entries.is_empty() {
            self.by_model.remove(key.model);
        }
    }

    /// When the offer is ready again, which may be past; `None` where it did not refuse.
    #[must_use]
    pub fn ready_at(&self, key: CooldownKey<'_>) -> Option<Duration> {
        let entries = self.by_model.get(key.model)?;
        entries.iter().find(|entry| entry.is(key)).map(|entry| entry.until)
    }

    /// All that refused and have not succeeded since, in no order, with the moment from which each is ready.
    pub fn iter(&self) -> impl Iterator<Item = (CooldownKey<'_>, Duration)> {
        self.by_model.iter().flat_map(|(model, entries)| {
            entries.iter().map(move |entry| {
                let provider = entry.provider.as_deref();
                (CooldownKey { token: entry.token, model, provider }, entry.until)
            })
        })
    }

    /// How many refused and have not succeeded since.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Drops what is forgotten anyway, so that a long life does not fill the memory.
    fn prune(&mut self, now: Duration) {
        if self.len < self.prune_at.max(Self::PRUNE_FROM) {
            return;
        }
        self.by_model.retain(|_, entries| {
            entries.retain(|entry| !entry.is_forgotten(now));
            !entries.is_empty()
        });
        self.len = self.by_model.values().map(Vec::len).sum();
        // Looking costs as much as there is, so the next look is as far away.
        self.prune_at = self.len.saturating_mul(2);
    }
}
