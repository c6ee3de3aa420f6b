//! What gateways tell each other of their keys.

#[cfg(feature = "redis")]
use std::time::Duration;

#[cfg(feature = "redis")]
use super::{Account, Bucket, DAY, Ledger, Moment};
#[cfg(feature = "redis")]
use crate::KeyLimits;

/// How long a key counts as used.
#[cfg(feature = "redis")]
const BUSY: Duration = Duration::from_secs(10);

/// What running requests hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) running: u32,
    /// Nano-USD that they may still cost.
    pub(crate) reserved: u64,
}

/// What other gateways have not been told yet.
#[derive(Debug, Default)]
pub(super) struct Untold {
    pub(super) requests: Change,
    pub(super) tokens: Change,
    /// Nano-USD.
    pub(super) spent: u64,
}

/// What happened to a bucket: so much was given back, and then so much taken.
///
/// Both are kept, since a bucket has a bottom: what is given back late, when it is filled up again anyway, must not make
/// what is taken behind it less.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) given: f64,
    pub(crate) taken: f64,
}

impl Change {
    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    pub(super) fn take(&mut self, amount: u64) {
        self.taken += amount as f64;
    }

    /// What was taken but not told is simply less.
    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    pub(super) fn give_back(&mut self, amount: u64) {
        let amount = amount as f64;
        let untold = self.taken.min(amount);
        self.taken -= untold;
        self.given += amount - untold;
    }

    #[cfg(feature = "redis")]
    fn is_nothing(self) -> bool {
        self.given <= 0.0 && self.taken <= 0.0
    }

    /// After so long without anybody to tell, what is filled up again need not be told any more.
    #[cfg(feature = "redis")]
    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    fn fade(&mut self, capacity: u64, by: Duration) {
        let filled = by.as_secs_f64() * capacity as f64 / 60.0;
        self.given = (self.given - filled).max(0.0);
        self.taken = (self.taken - filled).max(0.0);
    }
}

/// A bucket, as it is told.
#[cfg(feature = "redis")]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct ToldBucket {
    /// How much a minute fills; zero where there is no limit.
    pub(crate) capacity: u64,
    pub(crate) change: Change,
    /// How much is used as far as is known here, for when nobody else knows.
    pub(crate) level: f64,
}

/// What is told of a key.
#[cfg(feature = "redis")]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) requests: ToldBucket,
    pub(crate) tokens: ToldBucket,
    /// Counted from 1970-01-01 UTC.
    pub(crate) day: u64,
    /// Nano-USD since it was told last.
    pub(crate) spent: u64,
    /// Nano-USD of that day as far as is known here: it cannot be less.
    pub(crate) spent_at_least: u64,
    /// What runs here.
    pub(crate) held: Held,
}

#[cfg(feature = "redis")]
impl Told {
    /// Whether it tells anything that would count twice if it were heard twice.
    pub(crate) fn has_news(&self) -> bool {
        !self.requests.change.is_nothing() || !self.tokens.change.is_nothing() || self.spent > 0
    }
}

/// What is known of a key over all gateways, with what was told.
#[cfg(feature = "redis")]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Heard {
    pub(crate) requests: f64,
    pub(crate) tokens: f64,
    pub(crate) day: u64,
    /// Nano-USD of that day.
    pub(crate) spent: u64,
    /// What runs elsewhere.
    pub(crate) others: Held,
}

#[cfg(feature = "redis")]
impl Bucket {
    fn tell(&mut self, capacity: Option<u64>, change: &mut Change, now: Duration) -> ToldBucket {
        let change = std::mem::take(change);
        let Some(capacity) = capacity else { return ToldBucket::default() };
        self.settle(capacity, now);
        ToldBucket { capacity, change, level: self.used }
    }

    /// What is used over all gateways, and what happened here since it was asked for.
    fn hear(&mut self, used: f64, since: Change, now: Duration) {
        self.used = (used - since.given).max(0.0) + since.taken;
        self.at = now;
    }
}

#[cfg(feature = "redis")]
impl Ledger {
    /// What other gateways are to be told of a key now; from then on it is told.
    pub(crate) fn tell(&mut self, key: &str, limits: &KeyLimits, now: Moment) -> Told {
        if !self.by_key.contains_key(key) {
            self.by_key.insert(key.to_owned(), Account::default());
        }
        let Some(account) = self.by_key.get_mut(key) else { return Told::default() };
        account.turn_to(now.day());
        let Account { requests, tokens, untold, .. } = account;
        Told {
            requests: requests.tell(
                limits.requests_per_minute.map(u64::from),
                &mut untold.requests,
                now.since,
            ),
            tokens: tokens.tell(limits.tokens_per_minute, &mut untold.tokens, now.since),
            day: account.day,
            spent: std::mem::take(&mut account.untold.spent),
            spent_at_least: account.spent,
            held: Held { running: account.running, reserved: account.reserved },
        }
    }

    /// Takes up what is known over all gateways, with what was told of the key.
    pub(crate) fn hear(&mut self, key: &str, told: &Told, heard: Heard, now: Moment) {
        let Some(account) = self.by_key.get_mut(key) else { return };
        account.turn_to(now.day());
        let Untold { requests, tokens, spent } = &account.untold;
        if told.requests.capacity > 0 {
            account.requests.hear(heard.requests, *requests, now.since);
        }
        if told.tokens.capacity > 0 {
            account.tokens.hear(heard.tokens, *tokens, now.since);
        }
        // Another machine's day may begin a moment sooner or later.
        if heard.day == account.day {
            account.spent = account.spent.max(heard.spent.saturating_add(*spent));
        }
        account.others = heard.others;
    }

    /// Nobody could be told anything for so long.
    pub(crate) fn alone(&mut self, key: &str, limits: &KeyLimits, elapsed: Duration) {
        let Some(account) = self.by_key.get_mut(key) else { return };
        account.others = Held::default();
        let elapsed = elapsed.min(Duration::from_secs(DAY));
        account.untold.requests.fade(limits.requests_per_minute.unwrap_or_default().into(), elapsed);
        account.untold.tokens.fade(limits.tokens_per_minute.unwrap_or_default(), elapsed);
    }

    /// Whether the key was used lately, or anything of it is to be told.
    pub(crate) fn is_busy(&self, key: &str, now: Moment) -> bool {
        self.by_key.get(key).is_some_and(|account| {
            let Untold { requests, tokens, spent } = &account.untold;
            let is_recent = account.asked.is_some_and(|asked| now.since < asked + BUSY);
            is_recent || account.running > 0 || *spent > 0 || !requests.is_nothing() || !tokens.is_nothing()
        })
    }
}

#[cfg(all(test, feature = "redis"))]
mod tests {
    use super::super::{Estimate, Used};
    use super::*;
    use openclaw_catalog::Cost;

    fn at(seconds: u64) -> Moment {
        Moment {
            since: Duration::from_secs(seconds),
            wall: Duration::from_secs(20_000 * DAY + DAY - 100 + seconds),
        }
    }

    const LIMITS: KeyLimits = KeyLimits {
        requests_per_minute: Some(60),
        tokens_per_minute: Some(600),
        per_day: Some(Cost::from_nano_usd(1_000)),
        concurrent: Some(3),
        models: None,
    };

    #[test]
    fn what_happened_is_told_once() {
        let mut ledger = Ledger::default();
        assert!(!ledger.is_busy("k", at(0)));
        let estimate = Estimate { tokens: 100, cost: 40 };
        let running = ledger.admit("k", &LIMITS, estimate, at(0)).expect("it fits");
        let ended = ledger.admit("k", &LIMITS, estimate, at(0)).expect("it fits");
        ledger.settle("k", &ended, Used { tokens: Some(30), cost: Some(10) }, at(0));
        let told = ledger.tell("k", &LIMITS, at(0));
        let bucket =
            |capacity, given, taken, level| ToldBucket { capacity, change: Change { given, taken }, level };
        assert_eq!(
            told,
            Told {
                requests: bucket(60, 0.0, 2.0, 2.0),
                // The estimate of what ended was never told, and need not be given back.
                tokens: bucket(600, 0.0, 130.0, 130.0),
                day: 20_000,
                spent: 10,
                spent_at_least: 10,
                held: Held { running: 1, reserved: 40 },
            }
        );
        let again = ledger.tell("k", &LIMITS, at(0));
        assert!(told.has_news() && !again.has_news());
        // What was told is given back when it turns out to be less.
        ledger.settle("k", &running, Used { tokens: Some(30), cost: Some(5) }, at(1));
        let told = ledger.tell("k", &LIMITS, at(1));
        assert_eq!(told.tokens.change, Change { given: 100.0, taken: 30.0 });
        assert_eq!((told.spent, told.spent_at_least, told.held), (5, 15, Held::default()));
        assert!(ledger.is_busy("k", at(9)) && !ledger.is_busy("k", at(10)));
    }

    #[test]
    fn what_is_heard_counts_with_what_happened_since() {
        let mut ledger = Ledger::default();
        let estimate = Estimate { tokens: 100, cost: 40 };
        let told = ledger.tell("k", &LIMITS, at(0));
        let grant = ledger.admit("k", &LIMITS, estimate, at(0)).expect("it fits");
        let heard = Heard {
            requests: 10.0,
            tokens: 450.0,
            day: 20_000,
            spent: 900,
            others: Held { running: 1, reserved: 20 },
        };
        ledger.hear("k", &told, heard, at(0));
        let over = |ledger: &mut Ledger, estimate, now| {
            ledger.admit("k", &LIMITS, estimate, now).err().map(|over| over.limit.as_str())
        };
        // 450 and 100 of 600 tokens are used; 900, 20 and 40 of 1,000 nano-USD are spent or may be.
        assert_eq!(over(&mut ledger, Estimate { tokens: 51, cost: 0 }, at(0)), Some("tokens_per_minute"));
        assert_eq!(over(&mut ledger, Estimate { tokens: 0, cost: 41 }, at(0)), Some("usd_per_day"));
        assert_eq!(over(&mut ledger, Estimate { tokens: 50, cost: 40 }, at(0)), None);
        assert_eq!(over(&mut ledger, Estimate::default(), at(30)), Some("concurrent"));
        // Of those that cannot be heard any more, nothing is held back.
        ledger.alone("k", &LIMITS, Duration::from_secs(1));
        assert_eq!(over(&mut ledger, Estimate::default(), at(30)), None);
        ledger.settle("k", &grant, Used { tokens: None, cost: Some(7) }, at(30));
        assert_eq!(ledger.spent_today("k", at(30)).nano_usd(), 907);
        // A server that lost its data knows less, which changes nothing; nor does another day's spend.
        let told = ledger.tell("k", &LIMITS, at(30));
        ledger.hear("k", &told, Heard { day: 20_000, spent: 3, ..heard }, at(30));
        ledger.hear("k", &told, Heard { day: 20_001, spent: 5_000, ..heard }, at(30));
        assert_eq!(ledger.spent_today("k", at(30)).nano_usd(), 907);
    }

    #[test]
    fn what_is_filled_up_again_meanwhile_need_not_be_told() {
        let mut ledger = Ledger::default();
        let grant = ledger.admit("k", &LIMITS, Estimate { tokens: 100, cost: 0 }, at(0)).expect("it fits");
        ledger.settle("k", &grant, Used { tokens: Some(100), cost: Some(10) }, at(0));
        ledger.alone("k", &LIMITS, Duration::from_secs(4));
        let told = ledger.tell("k", &LIMITS, at(4));
        assert_eq!((told.tokens.change.taken, told.requests.change.taken, told.spent), (60.0, 0.0, 10));
        // A day that is over is not told any more.
        let grant = ledger.admit("k", &LIMITS, Estimate::default(), at(99)).expect("it fits");
        ledger.settle("k", &grant, Used { tokens: None, cost: Some(10) }, at(99));
        let told = ledger.tell("k", &LIMITS, at(100));
        assert_eq!((told.day, told.spent, told.spent_at_least), (20_001, 0, 0));
    }
}
