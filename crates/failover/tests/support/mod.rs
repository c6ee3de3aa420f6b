//! Catalogs and runs for the tests.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::panic, reason = "a step of another kind than was asked for fails the test")]

use std::time::Duration;

use openclaw_catalog::{Catalog, Entry, InputKinds, Layer, Offer, OfferStatus, Origin, Price, Pricing};
use openclaw_failover::{
    Attempt, Class, Cooldowns, Decision, Options, Outcome, Plan, Run, Step, Stop, TokenId,
};
use openclaw_model_ref::ModelRef;

pub(crate) const TOKEN: TokenId = TokenId(1);

pub(crate) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn usd(usd: f64) -> Price {
    Price::from_usd(usd).expect("a price")
}

/// A live offer with a speed.
pub(crate) fn offer(provider: &str, throughput: f64) -> Offer {
    Offer { status: Some(OfferStatus::Live), throughput: Some(throughput), ..Offer::new(provider) }
}

/// The same with a price for input and output.
pub(crate) fn priced(provider: &str, throughput: f64, input: f64, output: f64) -> Offer {
    Offer { pricing: Some(Pricing { input: usd(input), output: usd(output) }), ..offer(provider, throughput) }
}

/// What the router lists.
pub(crate) fn catalog<'a>(models: impl IntoIterator<Item = (&'a str, Vec<Offer>)>) -> Catalog {
    catalog_reading(models.into_iter().map(|(id, offers)| (id, None, offers)))
}

/// What the router lists, with what the models read.
pub(crate) fn catalog_reading<'a>(
    models: impl IntoIterator<Item = (&'a str, Option<InputKinds>, Vec<Offer>)>,
) -> Catalog {
    let entries = models
        .into_iter()
        .map(|(id, input, offers)| Entry {
            id: id.to_owned(),
            input,
            offers: Some(offers),
            ..Entry::default()
        })
        .collect();
    Catalog::merge([Layer { origin: Origin::Discovered, entries }])
}

/// References without the provider.
pub(crate) fn chain(refs: &[&str]) -> Vec<ModelRef> {
    refs.iter().map(|text| ModelRef::parse_implied(text).expect("a reference")).collect()
}

/// Two models: `org/a` on three offers, the fastest last, and `org/b` on one.
pub(crate) fn two_models() -> Catalog {
    catalog([
        ("org/a", vec![priced("one", 10.0, 1.0, 1.0), priced("two", 20.0, 2.0, 2.0), offer("three", 30.0)]),
        ("org/b", vec![priced("four", 5.0, 4.0, 4.0)]),
    ])
}

/// A run with its cooldowns and its clock.
pub(crate) struct Rig {
    pub(crate) run: Run,
    pub(crate) cooldowns: Cooldowns,
    pub(crate) now: Duration,
}

impl Rig {
    pub(crate) fn new(catalog: &Catalog, refs: &[&str], options: Options) -> Self {
        let run = Run::new(Plan::new(&chain(refs), catalog, options), TOKEN, Duration::ZERO);
        Self { run, cooldowns: Cooldowns::default(), now: Duration::ZERO }
    }

    /// Another run of the same chain, later, with the same cooldowns.
    pub(crate) fn again(self, catalog: &Catalog, refs: &[&str], now: Duration) -> Self {
        let run = Run::new(Plan::new(&chain(refs), catalog, Options::default()), TOKEN, now);
        Self { run, cooldowns: self.cooldowns, now }
    }

    pub(crate) fn step(&mut self) -> Step {
        self.run.next(&self.cooldowns, self.now)
    }

    #[track_caller]
    pub(crate) fn attempt(&mut self) -> Attempt {
        match self.step() {
            Step::Attempt(attempt) => attempt,
            Step::Stop(stop) => panic!("{}: {}", stop.reason, stop.trail),
        }
    }

    #[track_caller]
    pub(crate) fn stop(&mut self) -> Stop {
        match self.step() {
            Step::Stop(stop) => stop,
            Step::Attempt(attempt) => panic!("{}", attempt.target),
        }
    }

    pub(crate) fn record(&mut self, attempt: Attempt, outcome: Outcome) -> Decision {
        self.now += outcome.elapsed;
        self.run.record(attempt, outcome, &mut self.cooldowns, self.now)
    }

    /// Makes the next attempt, which fails after 10 ms, and returns what was sent.
    #[track_caller]
    pub(crate) fn fails(&mut self, class: Class) -> String {
        self.ends(failed(class))
    }

    /// Makes the next attempt, which ends so, and returns what was sent.
    #[track_caller]
    pub(crate) fn ends(&mut self, outcome: Outcome) -> String {
        let attempt = self.attempt();
        let sent = attempt.target.model.router_id().to_owned();
        self.record(attempt, outcome);
        sent
    }

    /// Lets every attempt fail alike and returns what was sent.
    pub(crate) fn all_fail(&mut self, class: Class) -> Vec<String> {
        let mut sent = Vec::new();
        while let Step::Attempt(attempt) = self.step() {
            sent.push(attempt.target.model.router_id().to_owned());
            self.record(attempt, failed(class));
        }
        sent
    }
}

/// A failure after 10 ms with the status that goes with the class.
pub(crate) fn failed(class: Class) -> Outcome {
    let status = match class {
        Class::Auth => Some(401),
        Class::Credits => Some(402),
        Class::Permission => Some(403),
        Class::RateLimited => Some(429),
        Class::ModelUnsupported | Class::InvalidRequest => Some(400),
        Class::ProviderFault => Some(502),
        Class::Malformed | Class::Truncated => Some(200),
        Class::Network | Class::Timeout => None,
    };
    Outcome { status, ..Outcome::failed(class, millis(10)) }
}
