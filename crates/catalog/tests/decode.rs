//! The reply of `GET /v1/models`: what is read, what is left out, and what is said of it.

use insta::{assert_debug_snapshot, assert_snapshot};
use openclaw_catalog::{RouterList, RouterModel};
use proptest::prelude::*;

fn decode(text: &str) -> RouterList {
    serde_json::from_str(text).expect("the reply has a list under `data`")
}

fn one(text: &str) -> RouterModel {
    decode(&format!(r#"{{"object":"list","data":[{text}]}}"#)).models.remove(0)
}

#[test]
fn s09_the_reply_is_a_list_of_models_with_their_offers() {
    let list = decode(
        r#"{"object":"list","data":[{"id":"acme/Think-1","object":"model","created":1776837885,"owned_by":"acme",
        "architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},
        "providers":[{"provider":"novita","status":"live","context_length":65536,"pricing":{"input":1.69,"output":3.38},
          "is_free":false,"supports_tools":true,"supports_structured_output":false,"first_token_latency_ms":588.4,
          "throughput":24.69124008437934,"is_model_author":false}]}]}"#,
    );
    assert!(list.warnings.is_empty(), "{:?}", list.warnings);
    assert_debug_snapshot!(list.models, @r#"
    [
        RouterModel {
            id: "acme/Think-1",
            name: None,
            owned_by: Some(
                "acme",
            ),
            created: Some(
                1776837885,
            ),
            input: Some(
                InputKinds(text+image),
            ),
            offers: [
                Offer {
                    provider: "novita",
                    status: Some(
                        Live,
                    ),
                    context_length: Some(
                        65536,
                    ),
                    pricing: Some(
                        Pricing {
                            input: Price(
                                1690000,
                            ),
                            output: Price(
                                3380000,
                            ),
                        },
                    ),
                    is_free: Some(
                        false,
                    ),
                    supports_tools: Some(
                        true,
                    ),
                    supports_structured_output: Some(
                        false,
                    ),
                    first_token_latency: Some(
                        588.4ms,
                    ),
                    throughput: Some(
                        24.69124008437934,
                    ),
                    is_model_author: Some(
                        false,
                    ),
                },
            ],
        },
    ]
    "#);
}

#[test]
fn every_field_of_an_offer_but_the_provider_may_be_missing() {
    let model = one(
        r#"{"id":"acme/x","providers":[{"provider":"featherless-ai","status":"live","is_model_author":false},{"provider":"bare"}]}"#,
    );
    assert_debug_snapshot!(model.offers, @r#"
    [
        Offer {
            provider: "featherless-ai",
            status: Some(
                Live,
            ),
            context_length: None,
            pricing: None,
            is_free: None,
            supports_tools: None,
            supports_structured_output: None,
            first_token_latency: None,
            throughput: None,
            is_model_author: Some(
                false,
            ),
        },
        Offer {
            provider: "bare",
            status: None,
            context_length: None,
            pricing: None,
            is_free: None,
            supports_tools: None,
            supports_structured_output: None,
            first_token_latency: None,
            throughput: None,
            is_model_author: None,
        },
    ]
    "#);
}

#[test]
fn a_model_may_have_no_offers() {
    assert_eq!(one(r#"{"id":"acme/x","providers":[]}"#).offers, []);
    assert_eq!(one(r#"{"id":"acme/x"}"#).offers, []);
    assert_eq!(one(r#"{"id":"acme/x","providers":null}"#).offers, []);
}

#[test]
fn s11_the_first_name_that_is_not_blank_is_taken() {
    assert_eq!(one(r#"{"id":"a/x","display_name":"Shown","title":"Title"}"#).name.as_deref(), Some("Title"));
    assert_eq!(one(r#"{"id":"a/x","name":"  ","display_name":" Shown "}"#).name.as_deref(), Some("Shown"));
    assert_eq!(one(r#"{"id":"a/x","name":null}"#).name, None);
}

#[test]
fn what_is_odd_is_left_out_and_said() {
    let list = decode(
        r#"{"data":[
        7, {"object":"model"}, {"id":"  "}, {"id":42}, {"id":"a/x"}, {"id":"a/x","owned_by":"again"},
        {"id":"a/y","owned_by":[],"created":-3,"name":{},"providers":[
            null, {"status":"live"}, {"provider":"p","status":7,"context_length":"many","pricing":{"input":1},
            "supports_tools":"yes","first_token_latency_ms":-1,"throughput":1e999,"is_free":0},
            {"provider":"p"}, {"provider":"q","context_length":0,"pricing":{"input":-1,"output":2}}, {"provider":"r","context_length":131072.0,"pricing":"free"}]},
        {"id":"a/z","providers":{"a":1},"architecture":[]},
        {"id":"a/w","providers":"none","architecture":{"input_modalities":["text","smell",3]}}
        ]}"#.replace("1e999", "1e300").as_str(),
    );
    let told: Vec<_> = list.warnings.iter().map(ToString::to_string).collect();
    assert_snapshot!(told.join("\n"), @"
    row 0: it is no object
    row 1: it has no `id`
    row 2: it has no `id`
    row 3: `id` is a number that does not fit
    row 3: it has no `id`
    `a/x`: it is listed twice
    `a/y`: `owned_by` is a list
    `a/y`: `created` is a number that does not fit
    `a/y`: `name` is an object
    `a/y`: `status` is a number that does not fit
    `a/y`: `context_length` is a text
    `a/y`: `pricing` is incomplete
    `a/y`: `supports_tools` is a text
    `a/y`: `first_token_latency_ms` is a number that does not fit
    `a/y`: `is_free` is a number that does not fit
    `a/y`: `context_length` is a number that does not fit
    `a/y`: `pricing` is incomplete
    `a/y`: an offer is no object
    `a/y`: an offer has no `provider`
    `a/y`: `p` is listed twice
    `a/z`: `providers` is an object
    `a/w`: `providers` is a text
    ");
    let ids: Vec<_> = list.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["a/x", "a/y", "a/z", "a/w"]);
    assert_eq!(list.models[1].offers[2].context_length, Some(131_072));
}

#[test]
fn unknown_statuses_are_kept_and_not_live() {
    let model = one(
        r#"{"id":"a/x","providers":[{"provider":"p","status":"paused"},{"provider":"q"},{"provider":"r","status":"staging"}]}"#,
    );
    let live: Vec<_> = model.offers.iter().map(|offer| (offer.provider.as_str(), offer.is_live())).collect();
    assert_eq!(live, [("p", false), ("q", true), ("r", false)]);
    assert_eq!(model.offers[0].status.as_ref().map(ToString::to_string).as_deref(), Some("paused"));
}

#[test]
fn ten_thousand_rows_are_read_and_warnings_stay_bounded() {
    let rows: Vec<_> =
        (0..10_000).map(|n| format!(r#"{{"id":"acme/m{n}","created":"odd","providers":[]}}"#)).collect();
    let list = decode(&format!(r#"{{"data":[{}]}}"#, rows.join(",")));
    assert_eq!(list.models.len(), 10_000);
    assert_eq!(list.warnings.len(), RouterList::MAX_WARNINGS);
    assert_eq!(list.more_warnings, 10_000 - RouterList::MAX_WARNINGS);
}

#[test]
fn a_reply_without_a_list_is_an_error() {
    let mut told = String::new();
    for text in
        ["", "[]", "null", "7", "{}", r#"{"data":{}}"#, r#"{"data":null}"#, r#"{"error":"no"}"#, "<html>"]
    {
        let error = serde_json::from_str::<RouterList>(text).expect_err("it has no list");
        told.push_str(&format!("{text:16} {error}\n"));
    }
    assert_snapshot!(told, @r#"
                     EOF while parsing a value at line 1 column 0
    []               invalid type: sequence, expected an object with a list of models under `data` at line 1 column 0
    null             invalid type: null, expected an object with a list of models under `data` at line 1 column 4
    7                invalid type: integer `7`, expected an object with a list of models under `data` at line 1 column 1
    {}               expected a list of models under `data`, found none at line 1 column 2
    {"data":{}}      invalid type: map, expected a list of models under `data` at line 1 column 8
    {"data":null}    invalid type: null, expected a list of models under `data` at line 1 column 12
    {"error":"no"}   expected a list of models under `data`, found none at line 1 column 14
    <html>           expected value at line 1 column 1
    "#);
}

proptest! {
    /// Whatever JSON a reply holds, it is read or refused, and each id comes once.
    #[test]
    fn any_json_is_read_or_refused(rows in proptest::collection::vec(any_json(), 0..6)) {
        let text = serde_json::json!({ "data": rows }).to_string();
        let list: RouterList = serde_json::from_str(&text).unwrap();
        let mut ids: Vec<_> = list.models.iter().map(|model| &model.id).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), list.models.len());
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let key = prop_oneof![
        "id|name|created|owned_by|providers|provider|status|pricing|input|output|architecture|throughput",
        "input_modalities|context_length|first_token_latency_ms|is_free|supports_tools|other",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "[a-z/:-]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}
