//! What a chain expands to.

mod support;

use insta::assert_snapshot;
use openclaw_catalog::{Catalog, InputKind, InputKinds, Layer, Needs, Offer, OfferStatus, TokenMix};
use openclaw_failover::{ChosenBy, Options, Plan};
use support::{catalog, catalog_reading, chain, offer, priced, two_models, usd};

/// The plan, then what is left out.
fn report(plan: &Plan) -> String {
    let mut text = plan.to_string();
    for out in plan.left_out() {
        let mark = if out.is_as_written { " and the reference" } else { "" };
        text.push_str(&format!("\nout of {}: {}{mark}: {}", out.chain_index, out.provider, out.reason));
    }
    text.trim_start().to_owned()
}

fn plan(refs: &[&str]) -> String {
    planned(refs, Options::default())
}

fn planned(refs: &[&str], options: Options) -> String {
    report(&Plan::new(&chain(refs), &two_models(), options))
}

#[test]
fn a_reference_expands_to_itself_and_then_to_its_offers() {
    assert_snapshot!(plan(&["org/a", "org/b"]), @"
    1. org/a at three?
    2. org/a:three
    3. org/a:two
    4. org/a:one
    5. org/b at four?
    6. org/b:four
    ");
}

#[test]
fn pins_follow_the_policy_and_the_unpriced_come_last_under_cheapest() {
    assert_snapshot!(plan(&["org/a:cheapest"]), @"
    1. org/a:cheapest at one?
    2. org/a:one
    3. org/a:two
    4. org/a:three
    ");
}

#[test]
fn preferred_is_not_predicted_and_its_pins_go_by_speed() {
    assert_snapshot!(plan(&["org/a:preferred"]), @"
    1. org/a:preferred
    2. org/a:three
    3. org/a:two
    4. org/a:one
    ");
}

#[test]
fn a_pin_of_the_user_expands_to_itself_alone() {
    assert_snapshot!(plan(&["org/a:two", "org/b"]), @"
    1. org/a:two
    2. org/b at four?
    3. org/b:four
    ");
}

#[test]
fn a_pin_of_the_user_stands_where_the_user_wrote_it() {
    assert_snapshot!(plan(&["org/a", "org/b", "org/a:three"]), @"
    1. org/a at three?
    2. org/a:two
    3. org/a:one
    4. org/b at four?
    5. org/b:four
    6. org/a:three
    ");
}

#[test]
fn nothing_is_sent_twice() {
    assert_snapshot!(plan(&["org/a", "org/a:cheapest", "org/a", "org/a@work", "org/a:cheapest"]), @"
    1. org/a at three?
    2. org/a:three
    3. org/a:two
    4. org/a:one
    5. org/a:cheapest at one?
    ");
}

#[test]
fn what_nobody_lists_is_tried_as_written() {
    assert_snapshot!(plan(&["org/unknown", "org/unknown:two", "org/a:gone"]), @"
    1. org/unknown
    2. org/unknown:two
    3. org/a:gone
    ");
    assert_snapshot!(
        report(&Plan::new(&chain(&["Qwen/Qwen3-8B"]), &Catalog::merge([Layer::built_in()]), Options::default())),
        @"1. Qwen/Qwen3-8B"
    );
}

#[test]
fn an_empty_chain_is_an_empty_plan() {
    let plan = Plan::new(&[], &two_models(), Options::default());
    assert!(plan.is_empty());
    assert_eq!(plan.to_string(), "");
}

#[test]
fn what_is_not_live_is_left_out_unless_the_user_pinned_it() {
    let down = Offer { status: Some(OfferStatus::Error), ..offer("down", 99.0) };
    let catalog = catalog([("org/a", vec![down, offer("up", 1.0)])]);
    let plan = |refs: &[&str]| report(&Plan::new(&chain(refs), &catalog, Options::default()));
    assert_snapshot!(plan(&["org/a"]), @"
    1. org/a at up?
    2. org/a:up
    out of 0: down: its status is `error`, not `live`
    ");
    assert_snapshot!(plan(&["org/a:down"]), @"1. org/a:down");
}

#[test]
fn a_provider_that_cannot_be_a_suffix_is_not_pinned() {
    let names = ["fastest", "a b", "", "a:b", "a/b", "fine"];
    let catalog = catalog([("org/a", names.iter().map(|name| offer(name, 1.0)).collect())]);
    let plan = Plan::new(&chain(&["org/a:preferred"]), &catalog, Options::default());
    assert_snapshot!(report(&plan), @"
    1. org/a:preferred
    2. org/a:fine
    ");
    assert_eq!(plan.len(), plan.targets().count());
}

#[test]
fn a_pin_that_makes_the_reference_too_long_is_left_alone() {
    let id = format!("org/{}", "n".repeat(1000));
    let catalog = catalog([(id.as_str(), vec![offer("a", 2.0), offer("a-very-long-name", 1.0)])]);
    let plan = Plan::new(&chain(&[&id]), &catalog, Options::default());
    let pins: Vec<_> = plan.targets().filter_map(|target| target.provider).collect();
    assert_eq!(pins, ["a", "a"]);
    assert_eq!(plan.len(), 2);
}

#[test]
fn a_target_tells_what_is_known_of_it() {
    let plan = Plan::new(&chain(&["org/a:cheapest", "org/a:two@work"]), &two_models(), Options::default());
    let targets: Vec<_> = plan.targets().collect();
    let first = &targets[0];
    assert_eq!((first.chain_index, first.chosen_by), (0, ChosenBy::Router));
    assert_eq!(first.provider.as_deref(), Some("one"));
    assert_eq!(first.pricing.map(|pricing| pricing.output), Some(usd(1.0)));
    assert_eq!(targets[1].chosen_by, ChosenBy::Plan);
    let last = targets.last().expect("there are some");
    assert_eq!((last.chain_index, last.chosen_by), (1, ChosenBy::User));
    assert_eq!(last.model.as_str(), "huggingface/org/a:two@work");
    assert_eq!(last.pricing.map(|pricing| pricing.output), Some(usd(2.0)));
}

#[test]
fn under_cheapest_the_size_of_the_request_decides_the_pins() {
    let catalog = catalog([("org/a", vec![priced("out", 1.0, 3.0, 1.0), priced("in", 1.0, 1.0, 2.0)])]);
    let mix = Some(TokenMix { input_tokens: 10_000, output_tokens: 10 });
    let plan = Plan::new(&chain(&["org/a:cheapest"]), &catalog, Options { mix, ..Options::default() });
    assert_snapshot!(plan, @"
    1. org/a:cheapest at out?
    2. org/a:in
    3. org/a:out
    ");
}

#[test]
fn above_the_price_limit_nothing_is_sent() {
    let limit = |usd_per_million| Options { max_price: Some(usd(usd_per_million)), ..Options::default() };
    // The fastest does not tell its price, so the reference comes behind what is known to be cheap enough.
    assert_snapshot!(planned(&["org/a"], limit(1.5)), @"
    1. org/a:one
    2. org/a:three (price unknown)
    3. org/a at three? (price unknown)
    out of 0: two: its output price of 2.00 USD per million tokens is above the limit of 1.50
    ");
    assert_snapshot!(planned(&["org/a:two", "org/b"], limit(1.5)), @"
    out of 0: two and the reference: its output price of 2.00 USD per million tokens is above the limit of 1.50
    out of 1: four and the reference: its output price of 4.00 USD per million tokens is above the limit of 1.50
    ");
    // The router's own order may lead to `two`.
    assert_snapshot!(planned(&["org/a:preferred"], limit(1.5)), @"
    1. org/a:one
    2. org/a:three (price unknown)
    3. org/a:preferred (price unknown)
    out of 0: two: its output price of 2.00 USD per million tokens is above the limit of 1.50
    ");
    assert_snapshot!(planned(&["org/b:preferred"], limit(1.5)), @"out of 0: four and the reference: its output price of 4.00 USD per million tokens is above the limit of 1.50");
    assert_snapshot!(planned(&["org/unknown"], limit(1.5)), @"1. org/unknown (price unknown)");
}

#[test]
fn what_lacks_a_need_comes_behind_everything() {
    let with_tools = |provider, speed, tools| Offer { supports_tools: tools, ..offer(provider, speed) };
    let catalog = catalog([
        (
            "org/a",
            vec![
                with_tools("no", 9.0, Some(false)),
                with_tools("yes", 1.0, Some(true)),
                with_tools("unsaid", 5.0, None),
            ],
        ),
        ("org/b", vec![with_tools("unsaid", 9.0, None), with_tools("yes", 1.0, Some(true))]),
        ("org/c", vec![with_tools("yes", 1.0, Some(true))]),
    ]);
    let needs = Needs { tools: true, ..Needs::default() };
    let plan =
        |refs: &[&str]| report(&Plan::new(&chain(refs), &catalog, Options { needs, ..Options::default() }));
    assert_snapshot!(plan(&["org/a:no", "org/a", "org/b", "org/c:preferred"]), @"
    1. org/a:yes
    2. org/a:unsaid (tools unknown)
    3. org/b:yes
    4. org/b:unsaid (tools unknown)
    5. org/b at unsaid? (tools unknown)
    6. org/c:preferred at yes?
    7. org/c:yes
    8. org/a:no
    9. org/a at no?
    out of 1: no: its latest probe of tool calls failed
    ");
}

#[test]
fn an_image_goes_to_the_models_that_read_images_first() {
    let both: InputKinds = [InputKind::Text, InputKind::Image].into_iter().collect();
    let catalog = catalog_reading([
        ("org/text", Some(InputKinds::TEXT), vec![offer("one", 1.0)]),
        ("org/both", Some(both), vec![offer("one", 1.0)]),
    ]);
    let needs = Needs { image: true, ..Needs::default() };
    let plan =
        Plan::new(&chain(&["org/text", "org/both"]), &catalog, Options { needs, ..Options::default() });
    assert_snapshot!(report(&plan), @"
    1. org/both at one?
    2. org/both:one
    3. org/text at one?
    out of 0: one: the model reads no images
    ");
}
