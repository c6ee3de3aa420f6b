//! Ranking and choosing among ten offers, against the barest sort of the same list.

use std::process::ExitCode;
use std::time::Duration;

use openclaw_catalog::{Choice, ChoicePolicy, Needs, Offer, Price, RouterList, TokenMix, choose, rank};
use openclaw_model_ref::{RoutingPolicy, Selector};
use openclaw_tests::bench::{Report, median, time};
use openclaw_tests::lists::{MOST_OFFERS, router_list};

const ROUNDS: usize = 15;
const MODELS: usize = 2_000;

fn main() -> ExitCode {
    let list: RouterList = serde_json::from_str(&router_list(MODELS, MOST_OFFERS)).expect("it is a list");
    let needs = Needs { tools: true, min_context: Some(32_768), ..Needs::default() };
    let mix = ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 20_000, output_tokens: 500 });
    let for_mix =
        Choice { policy: mix, needs, max_price: Some(Price::from_micro_usd(2_000_000)), provider: None };
    let plain = Choice::for_selector(Selector::Policy(RoutingPolicy::Cheapest));
    type Way<'a> = (&'a str, Box<dyn Fn(&[Offer]) -> usize + 'a>);
    let ways: [Way<'_>; 6] = [
        ("a bare sort by speed", Box::new(bare)),
        (
            "rank, `:fastest`",
            Box::new(|offers| rank(offers, Selector::Policy(RoutingPolicy::Fastest)).offers.len()),
        ),
        (
            "rank, `:cheapest`",
            Box::new(|offers| rank(offers, Selector::Policy(RoutingPolicy::Cheapest)).offers.len()),
        ),
        ("rank, a pin", Box::new(|offers| rank(offers, Selector::Provider("groq")).offers.len())),
        ("choose, the cheapest", Box::new(|offers| choose(offers, &plain).offers.len())),
        (
            "choose, for a mix of tokens under needs and a limit",
            Box::new(|offers| choose(offers, &for_mix).offers.len()),
        ),
    ];
    let mut times = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for _ in 0..ROUNDS {
        for ((_, way), times) in ways.iter().zip(&mut times) {
            times.push(time(|| list.models.iter().map(|model| way(&model.offers)).sum::<usize>()));
        }
    }
    let mut report = Report::new("rank");
    let each: Vec<f64> = times.iter().map(|times| nanos(median(times))).collect();
    let bare = each.first().copied().unwrap_or_default();
    for ((what, _), each) in ways.iter().zip(each) {
        report.figure(format!("{what}, of {MOST_OFFERS} offers"), each, "ns");
        report.figure(format!("{what} / a bare sort"), each / bare, "×");
    }
    report.finish()
}

/// What ranking is at the least: references to what is live, sorted by one number.
fn bare(offers: &[Offer]) -> usize {
    let mut live: Vec<_> = offers.iter().filter(|offer| offer.is_live()).collect();
    live.sort_by(|a, b| b.throughput.unwrap_or(-1.0).total_cmp(&a.throughput.unwrap_or(-1.0)));
    live.len()
}

/// Of one model.
#[expect(clippy::cast_precision_loss, reason = "a count far below 2^53")]
fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9 / MODELS as f64
}
