//! What each key has used, against its limits. No clock: times are arguments.

mod told;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use openclaw_catalog::Cost;

use crate::KeyLimits;
pub(crate) use told::Held;
use told::Untold;
#[cfg(feature = "redis")]
pub(crate) use told::{Heard, Told, ToldBucket};

/// What a key has spent on a day, to be kept over a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The key's name.
    pub key: String,
    /// The day, counted from 1970-01-01 UTC.
    pub day: u64,
    /// Estimated cost of that day so far.
    pub cost: Cost,
}

/// The moment of a request: on a clock that does not go back, and by the calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Since the gateway began.
    pub(crate) since: Duration,
    /// Since 1970-01-01 UTC.
    pub(crate) wall: Duration,
}

const DAY: u64 = 24 * 60 * 60;

impl Moment {
    fn day(self) -> u64 {
        self.wall.as_secs() / DAY
    }

    /// Until the next midnight UTC.
    fn until_midnight(self) -> Duration {
        Duration::from_secs(DAY - self.wall.as_secs() % DAY)
    }
}

/// What a request is expected to use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Estimate {
    pub(crate) tokens: u64,
    pub(crate) cost: u64,
}

/// A limit that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Over {
    pub(crate) limit: Limit,
    pub(crate) retry_after: Duration,
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Requests(u32),
    Tokens(u64),
    PerDay(Cost),
    Concurrent(u32),
}

impl Limit {
    /// The name in metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Requests(_) => "requests_per_minute",
            Self::Tokens(_) => "tokens_per_minute",
            Self::PerDay(_) => "usd_per_day",
            Self::Concurrent(_) => "concurrent",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requests(1) => f.write_str("1 request a minute"),
            Self::Requests(n) => write!(f, "{n} requests a minute"),
            Self::Tokens(1) => f.write_str("1 token a minute"),
            Self::Tokens(n) => write!(f, "{n} tokens a minute"),
            Self::PerDay(cost) => write!(f, "{cost} USD a day"),
            Self::Concurrent(1) => f.write_str("1 request at once"),
            Self::Concurrent(n) => write!(f, "{n} requests at once"),
        }
    }
}

/// What each key has used. Keys are told apart by name, so that a new limit does not forget what was used.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    by_key: HashMap<String, Account>,
}

#[derive(Debug, Default)]
struct Account {
    requests: Bucket,
    tokens: Bucket,
    day: u64,
    /// Nano-USD of that day.
    spent: u64,
    /// Nano-USD that running requests may still cost.
    reserved: u64,
    running: u32,
    /// When it was used last.
    #[cfg(feature = "redis")]
    asked: Option<Duration>,
    /// What other gateways have running.
    others: Held,
    /// What other gateways have not been told yet.
    untold: Untold,
}

/// So much in a minute: full at first, filled evenly, below zero where more was used than was there.
#[derive(Debug, Default)]
struct Bucket {
    /// What was used and is not filled up yet.
    used: f64,
    at: Duration,
}

impl Bucket {
    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    fn settle(&mut self, capacity: u64, now: Duration) {
        let filled = now.saturating_sub(self.at).as_secs_f64() * capacity as f64 / 60.0;
        self.used = (self.used - filled).max(0.0);
        self.at = now;
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    fn take(&mut self, amount: u64) {
        self.used += amount as f64;
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    fn give_back(&mut self, amount: u64) {
        self.used = (self.used - amount as f64).max(0.0);
    }

    /// How long until `amount` more fits.
    #[expect(clippy::cast_precision_loss, reason = "a count of a minute is far below 2^53")]
    fn wait_for(&self, amount: u64, capacity: u64) -> Option<Duration> {
        let over = self.used + amount as f64 - capacity as f64;
        if over <= 1e-9 {
            return None;
        }
        let seconds = over * 60.0 / (capacity as f64).max(1e-9);
        // A limit of nothing is never over; a day says as much, and every client can count it.
        let day = Duration::from_secs(DAY);
        Some(Duration::try_from_secs_f64(seconds).map_or(day, |wait| wait.min(day)))
    }
}

/// A request that was let in; give it back with [`Ledger::settle`].
#[derive(Debug)]
pub(crate) struct Grant {
    estimate: Estimate,
    /// Whether its tokens are counted: without a limit nothing would fill them up again.
    counts_tokens: bool,
}

impl Ledger {
    /// Lets a request in, or says which limit is reached and until when.
    pub(crate) fn admit(
        &mut self,
        key: &str,
        limits: &KeyLimits,
        estimate: Estimate,
        now: Moment,
    ) -> Result<Grant, Over> {
        if !self.by_key.contains_key(key) {
            self.by_key.insert(key.to_owned(), Account::default());
        }
        let counts_tokens = limits.tokens_per_minute.is_some();
        let grant = Grant { estimate, counts_tokens };
        let Some(account) = self.by_key.get_mut(key) else { return Ok(grant) };
        account.turn_to(now.day());
        #[cfg(feature = "redis")]
        {
            account.asked = Some(now.since);
        }
        let over = |limit, retry_after| Err(Over { limit, retry_after });
        if let Some(most) = limits.concurrent
            && account.running.saturating_add(account.others.running) >= most
        {
            return over(Limit::Concurrent(most), Duration::from_secs(1));
        }
        if let Some(most) = limits.per_day {
            let reserved = account.reserved.saturating_add(account.others.reserved);
            let asked = account.spent.saturating_add(reserved).saturating_add(estimate.cost);
            if asked > most.nano_usd() || account.spent >= most.nano_usd() {
                return over(Limit::PerDay(most), now.until_midnight());
            }
        }
        if let Some(most) = limits.tokens_per_minute {
            account.tokens.settle(most, now.since);
            // A request that is larger than the limit gets through where nothing else was used.
            if let Some(wait) = account.tokens.wait_for(estimate.tokens.clamp(1, most.max(1)), most) {
                return over(Limit::Tokens(most), wait);
            }
        }
        if let Some(most) = limits.requests_per_minute {
            account.requests.settle(most.into(), now.since);
            if let Some(wait) = account.requests.wait_for(1, most.into()) {
                return over(Limit::Requests(most), wait);
            }
            account.requests.take(1);
            account.untold.requests.take(1);
        }
        if counts_tokens {
            account.tokens.take(estimate.tokens);
            account.untold.tokens.take(estimate.tokens);
        }
        account.running += 1;
        account.reserved = account.reserved.saturating_add(estimate.cost);
        Ok(grant)
    }

    /// Notes what a request used in truth; `None` where it is not known, which counts as estimated.
    pub(crate) fn settle(&mut self, key: &str, grant: &Grant, used: Used, now: Moment) {
        let Some(account) = self.by_key.get_mut(key) else { return };
        account.turn_to(now.day());
        let Grant { estimate, counts_tokens } = grant;
        account.running = account.running.saturating_sub(1);
        account.reserved = account.reserved.saturating_sub(estimate.cost);
        let (cost, tokens) = (used.cost.unwrap_or(estimate.cost), used.tokens.unwrap_or(estimate.tokens));
        account.spent = account.spent.saturating_add(cost);
        account.untold.spent = account.untold.spent.saturating_add(cost);
        if *counts_tokens {
            account.tokens.give_back(estimate.tokens);
            account.tokens.take(tokens);
            account.untold.tokens.give_back(estimate.tokens);
            account.untold.tokens.take(tokens);
        }
    }

    /// What was spent, by key.
    pub(crate) fn spent(&self) -> Vec<Spent> {
        let accounts = self.by_key.iter().filter(|(_, account)| account.spent > 0);
        let mut spent: Vec<Spent> = accounts
            .map(|(key, account)| Spent {
                key: key.clone(),
                day: account.day,
                cost: Cost::from_nano_usd(account.spent),
            })
            .collect();
        spent.sort_by(|one, other| one.key.cmp(&other.key));
        spent
    }

    /// What a key spent today.
    pub(crate) fn spent_today(&self, key: &str, now: Moment) -> Cost {
        let account = self.by_key.get(key).filter(|account| account.day == now.day());
        Cost::from_nano_usd(account.map_or(0, |account| account.spent))
    }

    /// Takes up what was spent before.
    pub(crate) fn restore(&mut self, spent: Vec<Spent>) {
        for Spent { key, day, cost } in spent {
            let account = self.by_key.entry(key).or_default();
            account.day = day;
            account.spent = cost.nano_usd();
        }
    }
}

/// What a request used in truth. `None` is not known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) tokens: Option<u64>,
    pub(crate) cost: Option<u64>,
}

impl Account {
    fn turn_to(&mut self, day: u64) {
        if self.day != day {
            self.day = day;
            self.spent = 0;
            // Nobody asks any more what a day that is over cost.
            self.untold.spent = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment {
            since: Duration::from_secs(seconds),
            wall: Duration::from_secs(20_000 * DAY + DAY - 100 + seconds),
        }
    }

    fn usd(nano: u64) -> Cost {
        Cost::from_nano_usd(nano)
    }

    #[test]
    fn requests_in_a_minute() {
        let mut ledger = Ledger::default();
        let limits = KeyLimits { requests_per_minute: Some(2), ..KeyLimits::default() };
        let mut ask = |seconds| {
            let admitted = ledger.admit("k", &limits, Estimate::default(), at(seconds));
            if let Ok(grant) = &admitted {
                ledger.settle("k", grant, Used::default(), at(seconds));
            }
            admitted.map(|_| ()).map_err(|over| over.retry_after.as_secs())
        };
        assert_eq!(
            [ask(0), ask(0), ask(0), ask(29), ask(30), ask(30)],
            [Ok(()), Ok(()), Err(30), Err(1), Ok(()), Err(30)]
        );
    }

    #[test]
    fn tokens_in_a_minute_are_what_was_used_in_truth() {
        let mut ledger = Ledger::default();
        let limits = KeyLimits { tokens_per_minute: Some(600), ..KeyLimits::default() };
        let estimate = Estimate { tokens: 100, cost: 0 };
        let grant = ledger.admit("k", &limits, estimate, at(0)).expect("it fits");
        ledger.settle("k", &grant, Used { tokens: Some(900), cost: None }, at(0));
        let over = ledger.admit("k", &limits, estimate, at(0)).expect_err("too many");
        assert_eq!((over.limit, over.retry_after), (Limit::Tokens(600), Duration::from_secs(40)));
        assert!(ledger.admit("k", &limits, estimate, at(40)).is_ok());
        // One that is larger than the limit gets through, once.
        let large = Estimate { tokens: 5_000, cost: 0 };
        assert!(ledger.admit("other", &limits, large, at(0)).is_ok());
        assert!(ledger.admit("other", &limits, large, at(60)).is_err());
    }

    #[test]
    fn nobody_is_told_to_wait_for_longer_than_a_day() {
        let mut ledger = Ledger::default();
        let limits = KeyLimits { requests_per_minute: Some(0), ..KeyLimits::default() };
        let over = ledger.admit("k", &limits, Estimate::default(), at(0)).expect_err("none at all");
        assert_eq!(over.retry_after, Duration::from_secs(DAY));
    }

    #[test]
    fn a_limit_of_tokens_that_is_new_knows_nothing_of_before() {
        let mut ledger = Ledger::default();
        let estimate = Estimate { tokens: 6_000, cost: 0 };
        for _ in 0..40 {
            let grant = ledger.admit("k", &KeyLimits::default(), estimate, at(0)).expect("no limit");
            ledger.settle("k", &grant, Used { tokens: Some(6_000), cost: None }, at(0));
        }
        let limits = KeyLimits { tokens_per_minute: Some(20_000), ..KeyLimits::default() };
        assert!(ledger.admit("k", &limits, estimate, at(62)).is_ok());
    }

    #[test]
    fn what_is_running_counts_as_estimated() {
        let mut ledger = Ledger::default();
        let limits = KeyLimits { per_day: Some(usd(100)), concurrent: Some(3), ..KeyLimits::default() };
        let estimate = Estimate { tokens: 0, cost: 40 };
        let first = ledger.admit("k", &limits, estimate, at(0)).expect("it fits");
        let second = ledger.admit("k", &limits, estimate, at(0)).expect("it fits");
        let over = ledger.admit("k", &limits, estimate, at(0)).expect_err("it might be too much");
        assert_eq!((over.limit, over.retry_after), (Limit::PerDay(usd(100)), Duration::from_secs(100)));
        ledger.settle("k", &first, Used { tokens: None, cost: Some(10) }, at(0));
        let third = ledger.admit("k", &limits, estimate, at(0)).expect("10 + 40 + 40 fit");
        ledger.settle("k", &second, Used::default(), at(0));
        ledger.settle("k", &third, Used { tokens: None, cost: Some(60) }, at(0));
        assert_eq!(ledger.spent(), [Spent { key: "k".to_owned(), day: 20_000, cost: usd(110) }]);
        assert!(ledger.admit("k", &limits, Estimate::default(), at(99)).is_err());
        assert!(ledger.admit("k", &limits, estimate, at(100)).is_ok(), "the next day begins anew");
    }

    #[test]
    fn requests_at_once() {
        let mut ledger = Ledger::default();
        let limits = KeyLimits { concurrent: Some(1), ..KeyLimits::default() };
        let grant = ledger.admit("k", &limits, Estimate::default(), at(0)).expect("it fits");
        let over = ledger.admit("k", &limits, Estimate::default(), at(0)).expect_err("one runs");
        assert_eq!(
            (over.limit.to_string().as_str(), over.limit.as_str()),
            ("1 request at once", "concurrent")
        );
        ledger.settle("k", &grant, Used::default(), at(0));
        assert!(ledger.admit("k", &limits, Estimate::default(), at(0)).is_ok());
    }

    #[test]
    fn what_was_spent_outlives_a_restart() {
        let mut ledger = Ledger::default();
        ledger.restore(vec![Spent { key: "k".to_owned(), day: 20_000, cost: usd(100) }]);
        let limits = KeyLimits { per_day: Some(usd(100)), ..KeyLimits::default() };
        assert!(ledger.admit("k", &limits, Estimate::default(), at(0)).is_err());
        assert!(ledger.admit("k", &limits, Estimate::default(), at(100)).is_ok());
    }
}
