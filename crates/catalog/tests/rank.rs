//! The router's choice, as the facts about its comparison table have it.

use std::fmt::Write as _;

use insta::assert_snapshot;
use openclaw_catalog::{Exclusion, Offer, OfferStatus, Price, Pricing, rank};
use openclaw_model_ref::{RoutingPolicy, Selector};
use proptest::prelude::*;

fn offer(provider: &str, price: Option<(f64, f64)>, throughput: Option<f64>) -> Offer {
    Offer {
        status: Some(OfferStatus::Live),
        pricing: price.map(|(input, output)| Pricing {
            input: Price::from_usd(input).expect("a price"),
            output: Price::from_usd(output).expect("a price"),
        }),
        throughput,
        ..Offer::new(provider)
    }
}

fn report(offers: &[Offer], selector: Selector<'_>) -> String {
    let ranking = rank(offers, selector);
    let mut text = format!("predicted: {}\n", ranking.predicted().map_or("-", |offer| &offer.provider));
    for ranked in &ranking.offers {
        let mark = if ranked.is_comparable { "" } else { " (not comparable)" };
        writeln!(text, "{}{mark}", ranked.offer.provider).expect("a string takes all");
    }
    for out in &ranking.excluded {
        writeln!(text, "out: {} {:?}", out.offer.provider, out.reason).expect("a string takes all");
    }
    text
}

fn offers() -> Vec<Offer> {
    vec![
        offer("novita", Some((0.7, 2.5)), Some(31.0)),
        offer("fireworks-ai", None, Some(120.5)),
        Offer { status: Some(OfferStatus::Error), ..offer("deepinfra", Some((0.1, 0.1)), Some(500.0)) },
        offer("together", Some((3.0, 7.0)), Some(48.25)),
        offer("featherless-ai", None, None),
    ]
}

#[test]
fn s13_fastest_is_the_highest_throughput_unpriced_included() {
    assert_snapshot!(report(&offers(), Selector::Policy(RoutingPolicy::Fastest)), @"
    predicted: fireworks-ai
    fireworks-ai
    together
    novita
    featherless-ai (not comparable)
    out: deepinfra NotLive(Error)
    ");
}

#[test]
fn s18_without_a_suffix_the_router_picks_as_for_fastest() {
    let offers = offers();
    assert_eq!(
        rank(&offers, Selector::Auto).offers,
        rank(&offers, Selector::Policy(RoutingPolicy::Fastest)).offers
    );
}

#[test]
fn s13_cheapest_is_the_lowest_output_price_and_unpriced_never() {
    assert_snapshot!(report(&offers(), Selector::Policy(RoutingPolicy::Cheapest)), @"
    predicted: novita
    novita
    together
    fireworks-ai (not comparable)
    featherless-ai (not comparable)
    out: deepinfra NotLive(Error)
    ");
}

#[test]
fn the_first_listed_wins_a_tie_even_if_another_has_a_lower_input_price() {
    let tied = [offer("a", Some((0.5, 1.2)), Some(9.0)), offer("b", Some((0.45, 1.2)), Some(9.0))];
    for policy in [RoutingPolicy::Cheapest, RoutingPolicy::Fastest] {
        assert_eq!(rank(&tied, Selector::Policy(policy)).predicted().unwrap().provider, "a");
    }
}

#[test]
fn cheapest_ignores_the_input_price() {
    let offers = [offer("ovhcloud", Some((0.47, 3.19)), None), offer("deepinfra", Some((0.32, 3.20)), None)];
    assert_eq!(
        rank(&offers, Selector::Policy(RoutingPolicy::Cheapest)).predicted().unwrap().provider,
        "ovhcloud"
    );
}

#[test]
fn preferred_is_known_to_the_router_alone() {
    assert_snapshot!(report(&offers(), Selector::Policy(RoutingPolicy::Preferred)), @"
    predicted: -
    novita (not comparable)
    fireworks-ai (not comparable)
    together (not comparable)
    featherless-ai (not comparable)
    out: deepinfra NotLive(Error)
    ");
}

#[test]
fn s13_a_pin_is_that_provider_and_no_other() {
    assert_snapshot!(report(&offers(), Selector::Provider("together")), @"
    predicted: together
    together
    out: novita NotPinned
    out: fireworks-ai NotPinned
    out: deepinfra NotPinned
    out: featherless-ai NotPinned
    ");
    let gone = offers();
    let ranking = rank(&gone, Selector::Provider("sambanova"));
    assert_eq!(ranking.predicted(), None);
    assert!(ranking.excluded.iter().all(|out| out.reason == Exclusion::NotPinned));
}

#[test]
fn where_nothing_tells_its_price_there_is_no_prediction() {
    let unpriced = [offer("a", None, Some(1.0)), offer("b", None, Some(2.0))];
    assert_eq!(rank(&unpriced, Selector::Policy(RoutingPolicy::Cheapest)).predicted(), None);
    assert_eq!(
        rank(&unpriced[..1], Selector::Policy(RoutingPolicy::Cheapest)).predicted().unwrap().provider,
        "a"
    );
    assert_eq!(rank(&[], Selector::Auto).predicted(), None);
}

proptest! {
    /// Every offer is ranked or excluded, none twice, whatever the selector.
    #[test]
    fn no_offer_is_lost(
        rows in proptest::collection::vec((proptest::option::of(0.0..9.0), proptest::option::of(0.0..500.0), any::<bool>()), 0..12),
        choice in 0..5usize,
    ) {
        let offers: Vec<_> = rows.iter().enumerate().map(|(n, (price, speed, live))| {
            let mut offer = offer(&format!("p{n}"), price.map(|p| (p, p)), *speed);
            if !live { offer.status = Some(OfferStatus::Staging); }
            offer
        }).collect();
        let selector = [
            Selector::Auto, Selector::Policy(RoutingPolicy::Fastest), Selector::Policy(RoutingPolicy::Cheapest),
            Selector::Policy(RoutingPolicy::Preferred), Selector::Provider("p3"),
        ][choice];
        let ranking = rank(&offers, selector);
        let mut names: Vec<_> = ranking.offers.iter().map(|r| &r.offer.provider).chain(ranking.excluded.iter().map(|e| &e.offer.provider)).collect();
        names.sort();
        let mut expected: Vec<_> = offers.iter().map(|o| &o.provider).collect();
        expected.sort();
        prop_assert_eq!(names, expected);
        prop_assert!(ranking.offers.iter().all(|r| r.offer.is_live()));
    }
}
