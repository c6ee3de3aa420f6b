//! Layers to catalog: who wins, where each field comes from, what a suffix inherits.

use std::fmt::Write as _;

use insta::assert_snapshot;
use openclaw_catalog::{
    Availability, Catalog, Entry, Layer, Model, Origin, Price, Pricing, RouterList, derive_name,
};
use openclaw_model_ref::ModelRef;
use proptest::prelude::*;

fn discovered(data: &str) -> Layer {
    let list: RouterList = serde_json::from_str(&format!(r#"{{"data":[{data}]}}"#)).expect("a list");
    assert_eq!(list.warnings, []);
    Layer::discovered(list.models)
}

fn config(entries: impl IntoIterator<Item = Entry>) -> Layer {
    Layer { origin: Origin::Config, entries: entries.into_iter().collect() }
}

fn entry(id: &str) -> Entry {
    Entry { id: id.to_owned(), ..Entry::default() }
}

fn model_ref(text: &str) -> ModelRef {
    ModelRef::parse_implied(text).expect("a reference")
}

/// Every field with its origin, a line each.
fn report(model: &Model) -> String {
    let mut text = format!("{}\n", model.id);
    let mut line = |field: &str, value: Option<(String, Origin)>| {
        if let Some((value, origin)) = value {
            writeln!(text, "  {field:8} {value:24} {origin}").expect("a string takes all");
        }
    };
    line("name", Some((model.name.value.clone(), model.name.origin)));
    line("alias", model.alias.clone().map(|s| (s.value, s.origin)));
    line("reasons", model.reasoning.map(|s| (s.value.to_string(), s.origin)));
    line("input", model.input.map(|s| (s.value.to_string(), s.origin)));
    line("context", model.context_window.map(|s| (s.value.to_string(), s.origin)));
    line("max", model.max_tokens.map(|s| (s.value.to_string(), s.origin)));
    line("price", model.pricing.map(|s| (format!("{} {}", s.value.input, s.value.output), s.origin)));
    text
}

const R1: &str = r#"{"id":"deepseek-ai/DeepSeek-R1","architecture":{"input_modalities":["text"]},"providers":[
    {"provider":"together","status":"live","context_length":131072,"pricing":{"input":3,"output":7}},
    {"provider":"gone","status":"error","context_length":1024},
    {"provider":"novita","status":"live","context_length":64001,"pricing":{"input":0.7,"output":2.5}},
    {"provider":"featherless-ai","status":"live"}]}"#;

#[test]
fn s10_discovery_and_the_built_in_table_are_merged_field_by_field() {
    let catalog = Catalog::merge([Layer::built_in(), discovered(R1)]);
    let known = catalog.get("deepseek-ai/DeepSeek-R1").unwrap();
    assert_snapshot!(report(known), @"
    deepseek-ai/DeepSeek-R1
      name     DeepSeek R1              built-in table
      reasons  true                     built-in table
      input    text                     router
      context  64001                    router
      max      8192                     built-in table
      price    0.70 2.50                built-in table
    ");
    assert_eq!(known.named_by, [Origin::BuiltIn, Origin::Discovered]);
}

#[test]
fn s10_without_discovery_the_built_in_table_is_used_alone() {
    let catalog = Catalog::merge([Layer::built_in()]);
    assert!(!catalog.has_discovery());
    assert_eq!(catalog.availability(&model_ref("deepseek-ai/DeepSeek-R1")), Availability::Unknown);
    assert_eq!(catalog.models().len(), 10);
}

#[test]
fn s16_the_built_in_table_has_the_ten_models_with_their_metadata() {
    let catalog = Catalog::merge([Layer::built_in()]);
    let text: String = catalog.models().iter().map(report).collect();
    assert_snapshot!(text, @"
    deepseek-ai/DeepSeek-R1
      name     DeepSeek R1              built-in table
      reasons  true                     built-in table
      input    text                     built-in table
      context  64000                    built-in table
      max      8192                     built-in table
      price    0.70 2.50                built-in table
    deepseek-ai/DeepSeek-V3.2
      name     DeepSeek V3.2            built-in table
      reasons  false                    built-in table
      input    text                     built-in table
      context  163840                   built-in table
      max      8192                     built-in table
      price    0.269 0.40               built-in table
    Qwen/Qwen3-8B
      name     Qwen3 8B                 built-in table
      reasons  true                     built-in table
      input    text                     built-in table
      context  40960                    built-in table
      max      8192                     built-in table
      price    0.07 0.18                built-in table
    Qwen/Qwen2.5-7B-Instruct
      name     Qwen2.5 7B Instruct      built-in table
      reasons  false                    built-in table
      input    text                     built-in table
      context  32768                    built-in table
      max      8192                     built-in table
      price    0.30 0.30                built-in table
    Qwen/Qwen3-32B
      name     Qwen3 32B                built-in table
      reasons  true                     built-in table
      input    text                     built-in table
      context  32768                    built-in table
      max      8192                     built-in table
      price    0.08 0.25                built-in table
    meta-llama/Llama-3.3-70B-Instruct
      name     Llama 3.3 70B Instruct   built-in table
      reasons  false                    built-in table
      input    text                     built-in table
      context  131072                   built-in table
      max      8192                     built-in table
      price    0.135 0.40               built-in table
    meta-llama/Llama-3.1-8B-Instruct
      name     Llama 3.1 8B Instruct    built-in table
      reasons  false                    built-in table
      input    text                     built-in table
      context  16384                    built-in table
      max      8192                     built-in table
      price    0.02 0.05                built-in table
    openai/gpt-oss-120b
      name     GPT-OSS 120B             built-in table
      reasons  true                     built-in table
      input    text                     built-in table
      context  131072                   built-in table
      max      8192                     built-in table
      price    0.05 0.25                built-in table
    zai-org/GLM-4.7
      name     GLM 4.7                  built-in table
      reasons  true                     built-in table
      input    text                     built-in table
      context  204800                   built-in table
      max      8192                     built-in table
      price    0.60 2.20                built-in table
    moonshotai/Kimi-K2.5
      name     Kimi K2.5                built-in table
      reasons  true                     built-in table
      input    text+image               built-in table
      context  262144                   built-in table
      max      8192                     built-in table
      price    0.50 2.80                built-in table
    ");
}

#[test]
fn s15_what_the_user_wrote_wins_over_every_other_layer() {
    let mine = Entry {
        name: Some("My R1".to_owned()),
        context_window: Some(32_000),
        reasoning: Some(false),
        ..entry("deepseek-ai/DeepSeek-R1")
    };
    let json =
        Entry { name: Some("Theirs".to_owned()), max_tokens: Some(99), ..entry("deepseek-ai/DeepSeek-R1") };
    let layers = [
        Layer::built_in(),
        discovered(R1),
        Layer { origin: Origin::ModelsJson, entries: vec![json] },
        config([mine]),
    ];
    let catalog = Catalog::merge(layers.clone());
    assert_snapshot!(report(catalog.get("deepseek-ai/DeepSeek-R1").unwrap()), @"
    deepseek-ai/DeepSeek-R1
      name     My R1                    config
      reasons  false                    config
      input    text                     router
      context  32000                    config
      max      99                       models.json
      price    0.70 2.50                built-in table
    ");

    let reversed = Catalog::merge(layers.into_iter().rev());
    assert_eq!(catalog.models(), reversed.models(), "the order of the layers does not matter");
}

#[test]
fn s12_an_alias_is_the_name_that_is_shown() {
    let catalog = Catalog::merge([
        Layer::built_in(),
        config([Entry { alias: Some("Fast one".to_owned()), ..entry("Qwen/Qwen3-8B") }]),
    ]);
    let known = catalog.get("Qwen/Qwen3-8B").unwrap();
    assert_eq!(known.label().value, "Fast one");
    assert_eq!(known.name.value, "Qwen3 8B", "the name itself stays");
}

#[test]
fn s14_a_suffixed_form_is_an_entry_of_its_own_that_inherits_what_it_does_not_say() {
    let catalog = Catalog::merge([
        Layer::built_in(),
        discovered(R1),
        config([
            Entry { alias: Some("Cheap".to_owned()), ..entry("deepseek-ai/DeepSeek-R1:cheapest") },
            Entry { context_window: Some(1000), ..entry("deepseek-ai/DeepSeek-R1:fastest") },
            Entry { alias: Some("Base".to_owned()), ..entry("deepseek-ai/DeepSeek-R1") },
        ]),
    ]);
    let text: String = ["", ":cheapest", ":fastest"]
        .iter()
        .map(|suffix| report(catalog.get(&format!("deepseek-ai/DeepSeek-R1{suffix}")).unwrap()))
        .collect();
    assert_snapshot!(text, @"
    deepseek-ai/DeepSeek-R1
      name     DeepSeek R1              built-in table
      alias    Base                     config
      reasons  true                     built-in table
      input    text                     router
      context  64001                    router
      max      8192                     built-in table
      price    0.70 2.50                built-in table
    deepseek-ai/DeepSeek-R1:cheapest
      name     DeepSeek R1 (cheapest)   built-in table
      alias    Cheap                    config
      reasons  true                     built-in table
      input    text                     router
      context  64001                    router
      max      8192                     built-in table
      price    0.70 2.50                built-in table
    deepseek-ai/DeepSeek-R1:fastest
      name     DeepSeek R1 (fastest)    built-in table
      reasons  true                     built-in table
      input    text                     router
      context  1000                     config
      max      8192                     built-in table
      price    0.70 2.50                built-in table
    ");
    assert_eq!(catalog.get("deepseek-ai/DeepSeek-R1:cheapest").unwrap().offers().len(), 4);
}

#[test]
fn the_safe_context_of_an_unpinned_reference_is_the_minimum_over_live_offers() {
    let catalog = Catalog::merge([discovered(R1)]);
    let context =
        |text: &str| catalog.resolve(&model_ref(text)).and_then(|m| m.context_window).map(|s| s.value);
    assert_eq!(context("deepseek-ai/DeepSeek-R1"), Some(64_001), "not 1024, which is not live");
    assert_eq!(context("deepseek-ai/DeepSeek-R1:fastest"), Some(64_001));
    assert_eq!(context("deepseek-ai/DeepSeek-R1:together"), Some(131_072), "a pin has its offer's own");
    assert_eq!(context("deepseek-ai/DeepSeek-R1:featherless-ai"), Some(64_001), "which is not told here");
    assert_eq!(context("deepseek-ai/Other"), None);
}

#[test]
fn a_pin_has_its_offers_own_price_unless_the_user_says_otherwise() {
    let told = Pricing { input: Price::from_micro_usd(1), output: Price::from_micro_usd(2) };
    let catalog = Catalog::merge([Layer::built_in(), discovered(R1)]);
    let pinned = catalog.resolve(&model_ref("deepseek-ai/DeepSeek-R1:together")).unwrap();
    assert_eq!(pinned.pricing.unwrap().value.output.to_string(), "7.00");
    let mine = config([Entry { pricing: Some(told), ..entry("deepseek-ai/DeepSeek-R1:together") }]);
    let catalog = Catalog::merge([Layer::built_in(), discovered(R1), mine]);
    let pinned = catalog.resolve(&model_ref("deepseek-ai/DeepSeek-R1:together")).unwrap();
    assert_eq!((pinned.pricing.unwrap().value, pinned.pricing.unwrap().origin), (told, Origin::Config));
}

#[test]
fn availability_is_what_the_list_tells() {
    let catalog = Catalog::merge([
        Layer::built_in(),
        discovered(&format!(
            r#"{R1},{{"id":"a/empty","providers":[]}},{{"id":"a/down","providers":[{{"provider":"p","status":"error"}}]}}"#
        )),
    ]);
    for (text, expected) in [
        ("deepseek-ai/DeepSeek-R1", Availability::Live(3)),
        ("deepseek-ai/DeepSeek-R1:cheapest", Availability::Live(3)),
        ("deepseek-ai/DeepSeek-R1:together", Availability::Live(1)),
        ("deepseek-ai/DeepSeek-R1:gone", Availability::NoLiveOffer),
        ("deepseek-ai/DeepSeek-R1:nobody", Availability::NoLiveOffer),
        ("a/empty", Availability::NoLiveOffer),
        ("a/down", Availability::NoLiveOffer),
        ("Qwen/Qwen3-8B", Availability::NotListed),
    ] {
        assert_eq!(catalog.availability(&model_ref(text)), expected, "{text}");
    }
}

#[test]
fn s11_display_name_is_derived_from_the_id() {
    for (id, name) in [
        ("deepseek-ai/DeepSeek-R1", "DeepSeek R1"),
        ("zai-org/GLM-4.7", "GLM 4.7"),
        ("acme/tiny_model--v2", "Tiny Model V2"),
        ("Qwen/Qwen3-8B:fastest", "Qwen3 8B (fastest)"),
        ("acme/éa-b", "Éa B"),
        ("plain", "Plain"),
        ("acme/--", "acme/--"),
        ("", ""),
    ] {
        assert_eq!(derive_name(id), name, "{id}");
    }
    let catalog = Catalog::merge([discovered(r#"{"id":"a/New-Thing","owned_by":"a"}"#)]);
    let known = catalog.get("a/New-Thing").unwrap();
    assert_eq!((known.name.value.as_str(), known.name.origin), ("New Thing", Origin::Derived));
}

#[test]
fn s11_a_name_from_the_api_wins_over_the_derived_one() {
    let catalog =
        Catalog::merge([Layer::built_in(), discovered(r#"{"id":"Qwen/Qwen3-8B","title":"Qwen Three"}"#)]);
    let known = catalog.get("Qwen/Qwen3-8B").unwrap();
    assert_eq!((known.name.value.as_str(), known.name.origin), ("Qwen Three", Origin::Discovered));
}

#[test]
fn of_two_entries_with_one_id_the_first_wins() {
    let first = Entry { name: Some("First".to_owned()), ..entry("a/b") };
    let second = Entry { name: Some("Second".to_owned()), max_tokens: Some(5), ..entry("a/b") };
    let catalog = Catalog::merge([config([first, second])]);
    assert_eq!(catalog.models().len(), 1);
    assert_snapshot!(report(catalog.get("a/b").unwrap()), @"
    a/b
      name     First                    config
      max      5                        config
    ");
}

#[test]
fn money_is_printed_in_usd() {
    for (micro, shown) in
        [(0, "0.00"), (1, "0.000001"), (269_000, "0.269"), (400_000, "0.40"), (7_000_000, "7.00")]
    {
        assert_eq!(Price::from_micro_usd(micro).to_string(), shown);
    }
    assert_eq!(Price::from_usd(0.269), Some(Price::from_micro_usd(269_000)));
    for odd in [-0.1, -4e-7, f64::NAN, f64::INFINITY, 1e7] {
        assert_eq!(Price::from_usd(odd), None, "{odd}");
    }
    let pricing = Pricing { input: Price::from_micro_usd(500_000), output: Price::from_micro_usd(2_800_000) };
    assert_eq!(pricing.cost(1_000_000, 0).to_string(), "0.50");
    assert_eq!(pricing.cost(12, 57).to_string(), "0.0001656");
    assert_eq!(pricing.cost(u64::MAX, u64::MAX).nano_usd(), u64::MAX, "it saturates");
}

proptest! {
    /// Merging what was merged changes nothing, and every id of every layer is there once.
    #[test]
    fn every_id_is_kept_once(ids in proptest::collection::vec("[ab]/[xyz]{1,2}(:fastest)?", 0..12)) {
        let layers: Vec<_> = ids.iter().enumerate().map(|(n, id)| {
            let origin = [Origin::Config, Origin::Discovered, Origin::ModelsJson][n % 3];
            Layer { origin, entries: vec![entry(id), entry(id)] }
        }).collect();
        let twice = layers.iter().cloned().chain(layers.iter().cloned());
        let once = Catalog::merge(layers.clone());
        let again = Catalog::merge(twice);
        prop_assert_eq!(again.models(), once.models());
        let mut expected = ids.clone();
        expected.sort();
        expected.dedup();
        let mut found: Vec<_> = once.models().iter().map(|model| model.id.clone()).collect();
        found.sort();
        prop_assert_eq!(found, expected);
    }
}
