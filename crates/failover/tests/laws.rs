//! What holds for every chain, every catalog and every sequence of failures.

mod support;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use openclaw_catalog::{Catalog, Needs, Offer, OfferStatus, Price, Pricing};
use openclaw_failover::{
    Class, CooldownKey, Cooldowns, Decision, OnInvalidRequest, Options, Outcome, Plan, Run, Step, StopReason,
};
use openclaw_model_ref::ModelRef;
use proptest::prelude::*;
use support::{TOKEN, catalog, chain, millis, secs};

const MODELS: [&str; 4] = ["org/a", "org/b", "org/c", "org/d"];
const PROVIDERS: [&str; 5] = ["p0", "p1", "p2", "p3", "p4"];

fn any_offers() -> impl Strategy<Value = Vec<Offer>> {
    let flag = || proptest::option::of(any::<bool>());
    let row = (
        0..PROVIDERS.len(),
        proptest::option::of(0.0..9.0),
        proptest::option::of(0..5_u64),
        flag(),
        proptest::bool::weighted(0.8),
    );
    proptest::collection::vec(row, 0..6).prop_map(|rows| {
        rows.into_iter()
            .map(|(provider, throughput, price, tools, live)| Offer {
                status: Some(if live { OfferStatus::Live } else { OfferStatus::Error }),
                throughput,
                pricing: price
                    .map(Price::from_micro_usd)
                    .map(|price| Pricing { input: price, output: price }),
                supports_tools: tools,
                ..Offer::new(PROVIDERS[provider])
            })
            .collect()
    })
}

/// The last model is listed nowhere.
fn any_catalog() -> impl Strategy<Value = Catalog> {
    proptest::collection::vec(any_offers(), 3).prop_map(|offers| catalog(MODELS.into_iter().zip(offers)))
}

fn any_chain() -> impl Strategy<Value = Vec<ModelRef>> {
    let suffix = prop_oneof![
        Just(String::new()),
        Just(":fastest".to_owned()),
        Just(":cheapest".to_owned()),
        Just(":preferred".to_owned()),
        (0..PROVIDERS.len()).prop_map(|n| format!(":{}", PROVIDERS[n])),
    ];
    proptest::collection::vec((0..MODELS.len(), suffix), 0..8).prop_map(|refs| {
        let refs: Vec<_> =
            refs.into_iter().map(|(model, suffix)| format!("{}{suffix}", MODELS[model])).collect();
        chain(&refs.iter().map(String::as_str).collect::<Vec<_>>())
    })
}

fn any_outcome(first_byte: bool) -> impl Strategy<Value = Outcome> {
    (
        0..Class::ALL.len(),
        prop_oneof![Just(None), Just(Some(429)), Just(Some(503)), Just(Some(500))],
        proptest::option::of(0..PROVIDERS.len()),
        proptest::option::of(0..9_000_u64),
        proptest::bool::weighted(if first_byte { 0.1 } else { 0.0 }),
        0..40_000_u64,
    )
        .prop_map(|(class, status, provider, retry_after, first_byte_sent, elapsed)| Outcome {
            status,
            provider: provider.map(|n| PROVIDERS[n].to_owned()),
            retry_after: retry_after.map(secs),
            first_byte_sent,
            ..Outcome::failed(Class::ALL[class], millis(elapsed))
        })
}

/// Refusals of an earlier time.
fn any_cooldowns() -> impl Strategy<Value = Cooldowns> {
    let refusal = (0..MODELS.len(), proptest::option::of(0..PROVIDERS.len()), 0..300_u64);
    proptest::collection::vec(refusal, 0..20).prop_map(|refusals| {
        let mut cooldowns = Cooldowns::default();
        for (model, provider, wait) in refusals {
            let provider = provider.map(|n| PROVIDERS[n]);
            let key = CooldownKey { token: TOKEN, model: MODELS[model], provider };
            cooldowns.refused(key, Some(secs(wait)), Duration::ZERO);
        }
        cooldowns
    })
}

/// What is sent when every attempt fails alike, and why it ends.
fn all_fail(plan: Plan, mut cooldowns: Cooldowns, outcome: &Outcome) -> (Vec<String>, StopReason) {
    let mut run = Run::new(plan, TOKEN, Duration::ZERO);
    let mut sent = Vec::new();
    let mut now = Duration::ZERO;
    loop {
        match run.next(&cooldowns, now) {
            Step::Stop(stop) => return (sent, stop.reason),
            Step::Attempt(attempt) => {
                sent.push(attempt.target.model.router_id().to_owned());
                now += outcome.elapsed;
                run.record(attempt, outcome.clone(), &mut cooldowns, now);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// No attempt twice, but for the one repeated after a dead network; nothing after a stop; no more than one request
    /// after a dead network unless it came back; nothing after the first byte; no more time than there is.
    #[test]
    fn a_run_keeps_its_promises(
        catalog in any_catalog(),
        chain in any_chain(),
        mut cooldowns in any_cooldowns(),
        outcomes in proptest::collection::vec(any_outcome(true), 40),
        try_on in any::<bool>(),
        max_attempts in proptest::option::of(0..9_usize),
    ) {
        let on_invalid_request = if try_on { OnInvalidRequest::TryNext } else { OnInvalidRequest::Stop };
        let options = Options { on_invalid_request, max_attempts, ..Options::default() };
        let plan = Plan::new(&chain, &catalog, options);
        let planned = plan.len();
        let mut run = Run::new(plan, TOKEN, Duration::ZERO);
        let mut now = Duration::ZERO;
        let mut sent: Vec<String> = Vec::new();
        let mut repeats = 0;
        let mut previous: Option<(Outcome, Decision)> = None;
        let mut outcomes = outcomes.into_iter();
        while let Step::Attempt(attempt) = run.next(&cooldowns, now) {
            let id = attempt.target.model.router_id().to_owned();
            prop_assert!(attempt.deadline <= secs(120) && attempt.deadline > now);
            prop_assert!(attempt.deadline - now <= secs(30) + attempt.pause);
            prop_assert!(max_attempts.is_none_or(|most| attempt.number <= most));
            prop_assert_eq!(attempt.number, sent.len() + 1);
            if let Some((outcome, decision)) = &previous {
                prop_assert!(!outcome.first_byte_sent);
                prop_assert!(!matches!(decision, Decision::Stop(_)));
                let class = outcome.result.expect_err("it failed");
                prop_assert!(!class.is_about_the_token());
                if class == Class::Network {
                    prop_assert_eq!(Some(&id), sent.last());
                    repeats += 1;
                } else {
                    prop_assert!(!sent.contains(&id), "{} twice: {:?}", id, sent);
                }
            }
            prop_assert!(repeats <= 1);
            sent.push(id);
            let outcome = outcomes.next().expect("there are more outcomes than attempts");
            now += outcome.elapsed.min(attempt.deadline - now);
            let decision = run.record(attempt, outcome.clone(), &mut cooldowns, now);
            previous = Some((outcome, decision));
        }
        prop_assert!(sent.len() <= planned + 1);
        prop_assert_eq!(run.trail().entries().len(), sent.len());
        prop_assert!(matches!(run.next(&cooldowns, now), Step::Stop(_)));
    }

    /// When all fail with what is the provider's, every reference of the chain is tried, and all of the plan.
    #[test]
    fn every_reference_is_tried(catalog in any_catalog(), chain in any_chain(), cooldowns in any_cooldowns(), class in 0..5_usize) {
        let class = [Class::RateLimited, Class::ProviderFault, Class::Timeout, Class::Malformed, Class::Truncated][class];
        let plan = Plan::new(&chain, &catalog, Options::default());
        let mut planned: Vec<_> = plan.targets().map(|target| target.model.router_id().to_owned()).collect();
        let (mut sent, reason) = all_fail(plan, cooldowns, &Outcome::failed(class, millis(1)));
        for model in &chain {
            prop_assert!(sent.iter().any(|id| id == model.router_id()), "{} is not in {:?}", model, sent);
        }
        prop_assert_eq!(reason, if chain.is_empty() { StopReason::NothingToTry } else { StopReason::Exhausted });
        planned.sort();
        sent.sort();
        prop_assert_eq!(planned, sent);
    }

    /// A cooldown changes the order, and nothing else.
    #[test]
    fn a_cooldown_removes_nothing(catalog in any_catalog(), chain in any_chain(), cooldowns in any_cooldowns()) {
        let outcome = Outcome::failed(Class::ProviderFault, millis(1));
        let plan = Plan::new(&chain, &catalog, Options::default());
        let (mut warm, _) = all_fail(plan.clone(), Cooldowns::default(), &outcome);
        let (mut cool, _) = all_fail(plan, cooldowns, &outcome);
        warm.sort();
        cool.sort();
        prop_assert_eq!(warm, cool);
    }

    /// A dead network costs two requests, whatever the chain.
    #[test]
    fn a_dead_network_costs_two_requests(catalog in any_catalog(), chain in any_chain(), cooldowns in any_cooldowns()) {
        let plan = Plan::new(&chain, &catalog, Options::default());
        let (sent, reason) = all_fail(plan, cooldowns, &Outcome::failed(Class::Network, millis(1)));
        if chain.is_empty() {
            prop_assert_eq!(reason, StopReason::NothingToTry);
        } else {
            prop_assert_eq!(sent.len(), 2);
            prop_assert_eq!(reason, StopReason::NetworkDown);
        }
    }

    /// Nothing stands in a plan twice, pins come after their reference without needs, and each pin is a live offer.
    #[test]
    fn a_plan_is_in_order(catalog in any_catalog(), chain in any_chain()) {
        let plan = Plan::new(&chain, &catalog, Options::default());
        let targets: Vec<_> = plan.targets().collect();
        prop_assert_eq!(targets.len(), plan.len());
        let ids: HashSet<_> = targets.iter().map(|target| target.model.router_id()).collect();
        prop_assert_eq!(ids.len(), targets.len());
        prop_assert!(targets.is_sorted_by_key(|target| target.chain_index));
        let mut first = HashMap::new();
        for target in &targets {
            let written = &chain[target.chain_index];
            let is_written = target.model == *written;
            prop_assert_eq!(*first.entry(target.chain_index).or_insert(is_written), true);
            if !is_written {
                let offers = catalog.get(written.hub_id()).expect("it is listed").offers();
                let slug = target.provider.as_deref().expect("a pin names its provider");
                prop_assert!(offers.iter().any(|offer| offer.provider == slug && offer.is_live()));
            }
        }
    }

    /// Needs move, a price limit removes: what is known to be too dear is never planned, all else is.
    #[test]
    fn needs_lose_no_reference_and_a_limit_holds(catalog in any_catalog(), chain in any_chain(), max in 0..5_u64, tools in any::<bool>()) {
        let needs = Needs { tools, ..Needs::default() };
        let needy = Plan::new(&chain, &catalog, Options { needs, ..Options::default() });
        for model in &chain {
            prop_assert!(needy.targets().any(|target| target.model.router_id() == model.router_id()));
        }
        let max = Price::from_micro_usd(max);
        let limited = Plan::new(&chain, &catalog, Options { needs, max_price: Some(max), ..Options::default() });
        for target in limited.targets() {
            prop_assert!(target.pricing.is_none_or(|pricing| pricing.output <= max), "{}", target);
        }
        for (index, model) in chain.iter().enumerate() {
            let is_planned = limited.targets().any(|target| target.model.router_id() == model.router_id());
            let is_first = !chain[..index].iter().any(|other| other.router_id() == model.router_id());
            let is_told = limited.left_out().iter().any(|out| out.chain_index == index && out.is_as_written);
            prop_assert!(!is_first || is_planned != is_told, "{}", model);
        }
    }
}
