//! Our own choice: by needs, by the price of a request, within a limit.

use std::fmt::Write as _;

use insta::assert_snapshot;
use openclaw_catalog::{
    Catalog, Choice, ChoicePolicy, Chosen, Cost, Exclusion, InputKind, InputKinds, Layer, Needs, Offer,
    OfferStatus, Price, Pricing, RouterModel, TokenMix, Unknown, Unknowns, choose, rank,
};
use openclaw_model_ref::{RoutingPolicy, Selector};
use proptest::prelude::*;

fn usd(usd: f64) -> Price {
    Price::from_usd(usd).expect("a price")
}

fn offer(provider: &str, price: Option<(f64, f64)>, throughput: Option<f64>) -> Offer {
    Offer {
        status: Some(OfferStatus::Live),
        pricing: price.map(|(input, output)| Pricing { input: usd(input), output: usd(output) }),
        throughput,
        ..Offer::new(provider)
    }
}

/// Five live offers, of which one says nothing, and one that is being set up.
fn offers() -> Vec<Offer> {
    vec![
        Offer {
            context_length: Some(40_960),
            supports_tools: Some(true),
            supports_structured_output: Some(false),
            ..offer("novita", Some((0.5, 1.5)), Some(30.0))
        },
        Offer {
            context_length: Some(131_072),
            supports_tools: Some(false),
            supports_structured_output: Some(true),
            ..offer("groq", Some((0.3, 2.0)), Some(400.0))
        },
        offer("featherless-ai", None, None),
        Offer {
            context_length: Some(131_072),
            supports_tools: Some(true),
            ..offer("cerebras", None, Some(900.0))
        },
        Offer { status: Some(OfferStatus::Staging), ..offer("sleepy", Some((0.0, 0.0)), Some(1.0)) },
        Offer {
            context_length: Some(65_536),
            supports_tools: Some(true),
            supports_structured_output: Some(true),
            ..offer("together", Some((1.0, 3.0)), Some(50.0))
        },
    ]
}

fn report(chosen: &Chosen<'_>) -> String {
    let mut text = String::new();
    for one in &chosen.offers {
        let cost = one.cost.map_or_else(String::new, |cost| format!(" at {cost}"));
        let open = if one.unknown.is_empty() { String::new() } else { format!(" ({} unknown)", one.unknown) };
        writeln!(text, "{} #{}{cost}{open}", one.offer.provider, one.position).expect("a string takes all");
    }
    for out in &chosen.excluded {
        writeln!(text, "out: {}: {}", out.offer.provider, out.reason).expect("a string takes all");
    }
    text
}

fn chosen(choice: Choice<'_>) -> String {
    report(&choose(&offers(), &choice))
}

#[test]
fn fastest_puts_offers_without_a_speed_last() {
    assert_snapshot!(chosen(Choice::default()), @"
    cerebras #3
    groq #1
    together #5
    novita #0
    featherless-ai #2
    out: sleepy: its status is `staging`, not `live`
    ");
}

#[test]
fn cheapest_puts_priced_offers_before_unpriced_ones() {
    assert_snapshot!(chosen(Choice { policy: ChoicePolicy::Cheapest, ..Choice::default() }), @"
    novita #0
    groq #1
    together #5
    featherless-ai #2
    cerebras #3
    out: sleepy: its status is `staging`, not `live`
    ");
}

#[test]
fn a_mix_heavy_on_input_chooses_another_than_the_output_price() {
    let policy = ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 100_000, output_tokens: 1_000 });
    assert_snapshot!(chosen(Choice { policy, ..Choice::default() }), @"
    groq #1 at 0.032
    novita #0 at 0.0515
    together #5 at 0.103
    featherless-ai #2
    cerebras #3
    out: sleepy: its status is `staging`, not `live`
    ");
}

#[test]
fn a_missing_flag_is_unknown_and_comes_after_a_known_yes() {
    let needs = Needs { tools: true, ..Needs::default() };
    assert_snapshot!(chosen(Choice { needs, ..Choice::default() }), @"
    cerebras #3
    together #5
    novita #0
    featherless-ai #2 (tools unknown)
    out: groq: its latest probe of tool calls failed
    out: sleepy: its status is `staging`, not `live`
    ");
}

#[test]
fn fewer_unknowns_come_first_whatever_the_speed() {
    let needs = Needs { tools: true, structured_output: true, image: true, min_context: Some(65_536) };
    assert_snapshot!(chosen(Choice { needs, ..Choice::default() }), @"
    together #5 (images unknown)
    cerebras #3 (structured output, images unknown)
    featherless-ai #2 (tools, structured output, images, context unknown)
    out: novita: its latest probe of structured output failed
    out: groq: its latest probe of tool calls failed
    out: sleepy: its status is `staging`, not `live`
    ");
}

#[test]
fn a_context_that_is_too_short_is_out() {
    let needs = Needs { min_context: Some(100_000), ..Needs::default() };
    assert_snapshot!(chosen(Choice { needs, ..Choice::default() }), @"
    cerebras #3
    groq #1
    featherless-ai #2 (context unknown)
    out: novita: its context of 40960 tokens is shorter than the 100000 needed
    out: sleepy: its status is `staging`, not `live`
    out: together: its context of 65536 tokens is shorter than the 100000 needed
    ");
}

#[test]
fn under_a_price_limit_the_unpriced_come_last_even_when_faster() {
    assert_snapshot!(chosen(Choice { max_price: Some(usd(2.0)), ..Choice::default() }), @"
    groq #1
    novita #0
    cerebras #3 (price unknown)
    featherless-ai #2 (price unknown)
    out: sleepy: its status is `staging`, not `live`
    out: together: its output price of 3.00 USD per million tokens is above the limit of 2.00
    ");
}

#[test]
fn under_a_price_limit_a_price_outweighs_a_known_need() {
    let needs = Needs { structured_output: true, ..Needs::default() };
    let offers = [
        Offer { supports_structured_output: Some(true), ..offer("unpriced", None, Some(9.0)) },
        offer("priced", Some((1.0, 1.0)), Some(1.0)),
    ];
    let choice = Choice { needs, max_price: Some(usd(1.0)), ..Choice::default() };
    assert_snapshot!(report(&choose(&offers, &choice)), @"
    priced #1 (structured output unknown)
    unpriced #0 (price unknown)
    ");
}

#[test]
fn a_price_above_the_limit_is_told_before_a_lacking_need() {
    let offers = [Offer { supports_tools: Some(false), ..offer("a", Some((1.0, 3.0)), None) }];
    let needs = Needs { tools: true, ..Needs::default() };
    let choice = Choice { needs, max_price: Some(usd(2.0)), ..Choice::default() };
    assert_snapshot!(report(&choose(&offers, &choice)), @"out: a: its output price of 3.00 USD per million tokens is above the limit of 2.00");
}

#[test]
fn a_pin_leaves_one() {
    let choice = Choice::for_selector(Selector::Provider("together"));
    assert_snapshot!(chosen(choice), @"
    together #5
    out: novita: another provider is pinned
    out: groq: another provider is pinned
    out: featherless-ai: another provider is pinned
    out: cerebras: another provider is pinned
    out: sleepy: another provider is pinned
    ");
}

#[test]
fn the_model_says_whether_it_reads_images() {
    #[track_caller]
    fn check(input: Option<InputKinds>, expected: &str) {
        let id = "org/name".to_owned();
        let offers = vec![offer("a", None, None)];
        let listed = RouterModel { id, name: None, owned_by: None, created: None, input, offers };
        let catalog = Catalog::merge([Layer::discovered(vec![listed])]);
        let needs = Needs { image: true, ..Needs::default() };
        let model = catalog.get("org/name").expect("it is listed");
        assert_eq!(report(&model.choose(&Choice { needs, ..Choice::default() })).trim_end(), expected);
    }
    check(Some([InputKind::Text, InputKind::Image].into_iter().collect()), "a #0");
    check(Some(InputKinds::TEXT), "out: a: the model reads no images");
    check(Some(InputKinds::default()), "a #0 (images unknown)");
    check(None, "a #0 (images unknown)");
}

#[test]
fn the_first_listed_wins_every_tie() {
    let tied = [offer("a", Some((0.5, 1.2)), Some(9.0)), offer("b", Some((0.5, 1.2)), Some(9.0))];
    for policy in [
        ChoicePolicy::Fastest,
        ChoicePolicy::Cheapest,
        ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 1, output_tokens: 1 }),
    ] {
        let choice = Choice { policy, ..Choice::default() };
        assert_eq!(choose(&tied, &choice).offers[0].offer.provider, "a", "{policy:?}");
    }
}

#[test]
fn a_difference_below_a_nano_dollar_still_decides() {
    let offers = [offer("b", Some((0.000_002, 1.0)), None), offer("a", Some((0.000_001, 1.0)), None)];
    let policy = ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 1, output_tokens: 0 });
    let chosen = choose(&offers, &Choice { policy, ..Choice::default() });
    assert_eq!(chosen.offers[0].offer.provider, "a");
    assert_eq!(chosen.offers[0].cost, chosen.offers[1].cost);
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let most = Price::from_micro_usd(u64::MAX);
    let offers = [Offer { pricing: Some(Pricing { input: most, output: most }), ..Offer::new("a") }];
    let policy = ChoicePolicy::CheapestForMix(TokenMix { input_tokens: u64::MAX, output_tokens: u64::MAX });
    let chosen = choose(&offers, &Choice { policy, ..Choice::default() });
    assert_eq!(chosen.offers[0].cost, Some(Cost::from_nano_usd(u64::MAX)));
}

#[test]
fn selectors_say_what_is_compared() {
    #[track_caller]
    fn check(selector: Selector<'_>, policy: ChoicePolicy, provider: Option<&str>) {
        assert_eq!(Choice::for_selector(selector), Choice { policy, provider, ..Choice::default() });
    }
    check(Selector::Auto, ChoicePolicy::Fastest, None);
    check(Selector::Policy(RoutingPolicy::Fastest), ChoicePolicy::Fastest, None);
    check(Selector::Policy(RoutingPolicy::Preferred), ChoicePolicy::Fastest, None);
    check(Selector::Policy(RoutingPolicy::Cheapest), ChoicePolicy::Cheapest, None);
    check(Selector::Provider("groq"), ChoicePolicy::Fastest, Some("groq"));
}

#[test]
fn a_status_of_the_router_is_escaped() {
    let reason = Exclusion::NotLive(OfferStatus::Other("a\u{1b}[31m".to_owned()));
    assert_snapshot!(reason.to_string(), @r"its status is `a\u{1b}[31m`, not `live`");
}

#[test]
fn a_set_of_unknowns_is_a_set() {
    let set: Unknowns = [Unknown::Price, Unknown::Tools, Unknown::Tools].into_iter().collect();
    assert_eq!(set.len(), 2);
    assert_eq!(set.iter().collect::<Vec<_>>(), [Unknown::Tools, Unknown::Price]);
    assert_snapshot!(format!("{set:?} {:?}", Unknowns::default()), @"Unknowns(tools, price) Unknowns()");
}

fn any_offers() -> impl Strategy<Value = Vec<Offer>> {
    let flag = || proptest::option::of(any::<bool>());
    let row = (
        proptest::option::of((0..9_u64, 0..9_u64)),
        proptest::option::of(0.0..500.0),
        proptest::option::of(0..9_u64),
        flag(),
        flag(),
        proptest::bool::weighted(0.9),
    );
    proptest::collection::vec(row, 0..12).prop_map(|rows| {
        let offer = |(n, (price, throughput, context_length, tools, structured, live))| Offer {
            status: Some(if live { OfferStatus::Live } else { OfferStatus::Error }),
            pricing: Option::map(price, |(input, output)| Pricing {
                input: Price::from_micro_usd(input),
                output: Price::from_micro_usd(output),
            }),
            throughput,
            context_length,
            supports_tools: tools,
            supports_structured_output: structured,
            ..Offer::new(format!("p{n}"))
        };
        rows.into_iter().enumerate().map(offer).collect()
    })
}

fn any_choice() -> impl Strategy<Value = Choice<'static>> {
    let policy = prop_oneof![
        Just(ChoicePolicy::Fastest),
        Just(ChoicePolicy::Cheapest),
        (0..9_u64, 0..9_u64).prop_map(|(input_tokens, output_tokens)| {
            ChoicePolicy::CheapestForMix(TokenMix { input_tokens, output_tokens })
        }),
    ];
    let needs = (any::<bool>(), any::<bool>(), proptest::option::of(0..9_u64)).prop_map(
        |(tools, structured_output, min_context)| Needs {
            tools,
            structured_output,
            image: false,
            min_context,
        },
    );
    (policy, needs, proptest::option::of(0..9_u64)).prop_map(|(policy, needs, max)| Choice {
        policy,
        needs,
        max_price: max.map(Price::from_micro_usd),
        provider: None,
    })
}

proptest! {
    /// Every offer is chosen or excluded, none twice.
    #[test]
    fn no_offer_is_lost(offers in any_offers(), choice in any_choice()) {
        let chosen = choose(&offers, &choice);
        let mut names: Vec<_> = chosen.offers.iter().map(|one| &one.offer.provider)
            .chain(chosen.excluded.iter().map(|out| &out.offer.provider)).collect();
        names.sort();
        let mut expected: Vec<_> = offers.iter().map(|offer| &offer.provider).collect();
        expected.sort();
        prop_assert_eq!(names, expected);
    }

    /// What is chosen is live, lacks nothing that is known to be lacking, and asks no more than the limit.
    #[test]
    fn nothing_unfit_is_chosen(offers in any_offers(), choice in any_choice()) {
        for one in choose(&offers, &choice).offers {
            prop_assert!(one.offer.is_live());
            prop_assert!(!choice.needs.tools || one.offer.supports_tools != Some(false));
            prop_assert!(!choice.needs.structured_output || one.offer.supports_structured_output != Some(false));
            if let (Some(needed), Some(offered)) = (choice.needs.min_context, one.offer.context_length) {
                prop_assert!(offered >= needed);
            }
            if let (Some(max), Some(pricing)) = (choice.max_price, one.offer.pricing) {
                prop_assert!(pricing.output <= max);
            }
            prop_assert_eq!(&offers[one.position], one.offer);
        }
    }

    /// Under a price limit nothing unpriced stands before something priced; otherwise fewer unknowns come first.
    #[test]
    fn what_is_known_comes_first(offers in any_offers(), choice in any_choice()) {
        let chosen = choose(&offers, &choice);
        for pair in chosen.offers.windows(2) {
            let key = |one: &openclaw_catalog::Candidate<'_>| (one.unknown.contains(Unknown::Price), one.unknown.len());
            prop_assert!(key(&pair[0]) <= key(&pair[1]));
            if key(&pair[0]) == key(&pair[1]) && choice.policy != ChoicePolicy::Fastest {
                prop_assert!(pair[0].offer.pricing.is_some() || pair[1].offer.pricing.is_none());
            }
        }
    }

    /// Without needs and without a limit the order is the one predicted for the router.
    #[test]
    fn without_needs_it_is_the_routers_order(offers in any_offers()) {
        for selector in [Selector::Auto, Selector::Policy(RoutingPolicy::Cheapest)] {
            let ours: Vec<_> = choose(&offers, &Choice::for_selector(selector)).offers.iter().map(|one| one.position).collect();
            let theirs = rank(&offers, selector);
            let theirs: Vec<_> = theirs.offers.iter()
                .map(|one| offers.iter().position(|offer| std::ptr::eq(offer, one.offer)).unwrap()).collect();
            prop_assert_eq!(ours, theirs);
        }
    }

    /// The first of the cheapest for a mix costs no more than any other priced offer of its standing.
    #[test]
    fn the_cheapest_for_a_mix_is_the_cheapest(offers in any_offers(), input_tokens in 0..99_u64, output_tokens in 0..99_u64) {
        let policy = ChoicePolicy::CheapestForMix(TokenMix { input_tokens, output_tokens });
        let chosen = choose(&offers, &Choice { policy, ..Choice::default() });
        let costs: Vec<_> = chosen.offers.iter().filter_map(|one| one.cost).collect();
        prop_assert!(costs.is_sorted());
    }
}
