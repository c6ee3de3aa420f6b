//! What `cargo xtask instructions` counts: the pure crates at their daily work, each case alone in a run of its own.
//!
//! `instructions` lists the cases; `instructions CASE` prepares one and runs its function in [`cases`], which is all
//! that is counted.

use std::hint::black_box;
use std::process::ExitCode;

use bytes::Bytes;
use openclaw_catalog::{Catalog, Layer, RouterList};
use openclaw_json5_edit::Document;
use openclaw_model_ref::ModelRef;
use openclaw_tests::lists::{MOST_OFFERS, id, router_list};
use openclaw_tests::streams::chat_stream;

const CONFIG: &str = include_str!("../../fixtures/openclaw.json5");
const NAMES: [&str; 14] = [
    "model_ref_parse",
    "catalog_decode",
    "catalog_merge",
    "catalog_rank",
    "catalog_choose",
    "json5_parse",
    "json5_edit",
    "config_merge",
    "env_file",
    "failover_plan",
    "failover_run",
    "sse_decode",
    "relay",
    "chat_body",
];

fn main() -> ExitCode {
    let case = std::env::args().nth(1);
    match case.as_deref().map(run) {
        None => {
            for name in NAMES {
                say(name);
            }
            ExitCode::SUCCESS
        }
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::from(2),
    }
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn say(line: &str) {
    println!("{line}");
}

/// Prepares a case and runs it; false where there is none of that name.
fn run(case: &str) -> bool {
    match case {
        "model_ref_parse" => drop(black_box(cases::model_ref_parse(&references()))),
        "catalog_decode" => drop(black_box(cases::catalog_decode(&router_list(200, 3)))),
        "catalog_merge" => drop(black_box(cases::catalog_merge(list(200, 3)))),
        "catalog_rank" => _ = black_box(cases::catalog_rank(&catalog(50))),
        "catalog_choose" => _ = black_box(cases::catalog_choose(&catalog(50))),
        "json5_parse" => drop(black_box(cases::json5_parse(CONFIG.to_owned()))),
        "json5_edit" => drop(black_box(cases::json5_edit(&config()))),
        "config_merge" => drop(black_box(cases::config_merge(&config(), &wanted()))),
        "env_file" => {
            drop(black_box(cases::env_file(&"export SOME_NAME='some value' # and why\n".repeat(40))));
        }
        "failover_plan" => drop(black_box(cases::failover_plan(&chain(20), &catalog(20)))),
        "failover_run" => _ = black_box(cases::failover_run(cases::failover_plan(&chain(20), &catalog(20)))),
        "sse_decode" => _ = black_box(cases::sse_decode(&chat_stream(200))),
        "relay" => _ = black_box(cases::relay(&chat_stream(200))),
        "chat_body" => drop(black_box(cases::chat_body(body()))),
        _ => return false,
    }
    true
}

fn references() -> Vec<String> {
    let suffixes = ["", ":fastest", ":cheapest", ":together", ":some-provider"];
    (0..200)
        .zip(suffixes.iter().cycle())
        .map(|(n, suffix)| format!("huggingface/{}{suffix}", id(n)))
        .collect()
}

fn chain(length: usize) -> Vec<ModelRef> {
    (0..length).map(|n| ModelRef::parse_implied(&id(n)).expect("a reference")).collect()
}

fn list(models: usize, offers: usize) -> RouterList {
    serde_json::from_str(&router_list(models, offers)).expect("a list")
}

fn catalog(models: usize) -> Catalog {
    Catalog::merge([Layer::discovered(list(models, MOST_OFFERS).models)])
}

fn config() -> Document {
    Document::parse(CONFIG).expect("it is JSON5")
}

fn wanted() -> openclaw_config_merge::Wanted {
    openclaw_config_merge::Wanted {
        primary: openclaw_config_merge::PrimaryChange::Set(chain(1).remove(0)),
        ..openclaw_config_merge::Wanted::default()
    }
}

fn body() -> Bytes {
    let text =
        "Compare the two ways of keeping a list in order and say which one you would take. ".repeat(40);
    Bytes::from(format!(
        r#"{{"messages":[{{"role":"system","content":"Be short."}},{{"role":"user","content":"{text}"}}],"model":"org-0/Model-0B-Instruct","max_tokens":512,"stream":true}}"#
    ))
}

/// What is counted. Never inlined, so that each is a function of its own.
mod cases {
    use bytes::Bytes;
    use openclaw_catalog::{Catalog, Choice, ChoicePolicy, Layer, Needs, Price, RouterList, TokenMix, rank};
    use openclaw_config_merge::{Merged, Wanted, merge};
    use openclaw_credentials::EnvFile;
    use openclaw_failover::{Class, Cooldowns, Options, Outcome, Plan, Run, Step, TokenId};
    use openclaw_hf_client::{ChatBody, Relay, SseDecoder, UsageWish};
    use openclaw_json5_edit::{Document, Path};
    use openclaw_model_ref::{ModelRef, RoutingPolicy, Selector};
    use std::time::Duration;

    #[inline(never)]
    pub(crate) fn model_ref_parse(texts: &[String]) -> Vec<ModelRef> {
        texts.iter().map(|text| text.parse().expect("a reference")).collect()
    }

    #[inline(never)]
    pub(crate) fn catalog_decode(text: &str) -> RouterList {
        serde_json::from_str(text).expect("a list")
    }

    #[inline(never)]
    pub(crate) fn catalog_merge(list: RouterList) -> Catalog {
        Catalog::merge([Layer::built_in(), Layer::discovered(list.models)])
    }

    #[inline(never)]
    pub(crate) fn catalog_rank(catalog: &Catalog) -> usize {
        let by = |policy| {
            let models = catalog.models().iter();
            models.map(|model| rank(model.offers(), Selector::Policy(policy)).offers.len()).sum::<usize>()
        };
        by(RoutingPolicy::Fastest) + by(RoutingPolicy::Cheapest)
    }

    #[inline(never)]
    pub(crate) fn catalog_choose(catalog: &Catalog) -> usize {
        let choice = Choice {
            policy: ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 20_000, output_tokens: 500 }),
            needs: Needs { tools: true, min_context: Some(32_768), ..Needs::default() },
            max_price: Some(Price::from_micro_usd(2_000_000)),
            ..Choice::default()
        };
        catalog.models().iter().map(|model| model.choose(&choice).offers.len()).sum()
    }

    #[inline(never)]
    pub(crate) fn json5_parse(text: String) -> Document {
        Document::parse(text).expect("it is JSON5")
    }

    #[inline(never)]
    pub(crate) fn json5_edit(document: &Document) -> Document {
        let mut edits = document.edit();
        for n in 0..20 {
            edits.set(&Path::keys(["plugins".to_owned(), format!("key{n}")]), n);
        }
        edits.apply().expect("it applies")
    }

    #[inline(never)]
    pub(crate) fn config_merge(document: &Document, wanted: &Wanted) -> Merged {
        merge(document, wanted).expect("it merges")
    }

    #[inline(never)]
    pub(crate) fn env_file(text: &str) -> EnvFile {
        let mut file = EnvFile::parse(text);
        file.set("HF_TOKEN", "hf_a_new_one").expect("it can be set");
        file
    }

    #[inline(never)]
    pub(crate) fn failover_plan(chain: &[ModelRef], catalog: &Catalog) -> Plan {
        Plan::new(chain, catalog, Options::default())
    }

    #[inline(never)]
    pub(crate) fn failover_run(plan: Plan) -> usize {
        let mut cooldowns = Cooldowns::default();
        let now = Duration::from_millis(5);
        let mut run = Run::new(plan, TokenId(1), Duration::ZERO);
        while let Step::Attempt(attempt) = run.next(&cooldowns, now) {
            let outcome = Outcome::failed(Class::RateLimited, Duration::from_millis(2));
            run.record(attempt, outcome, &mut cooldowns, now);
        }
        run.trail().entries().len()
    }

    #[inline(never)]
    pub(crate) fn sse_decode(stream: &[u8]) -> usize {
        let mut decoder = SseDecoder::new();
        let mut seen = 0;
        for piece in stream.chunks(1400) {
            decoder.feed(piece);
            while let Some(event) = decoder.next_event() {
                seen += event.expect("it fits").data.len();
            }
        }
        seen
    }

    #[inline(never)]
    pub(crate) fn relay(stream: &[u8]) -> usize {
        let mut relay = Relay::new(UsageWish::Asked);
        let mut seen = 0;
        for piece in stream.chunks(1400) {
            relay.feed(piece);
            seen += relay.take().len();
        }
        seen
    }

    #[inline(never)]
    pub(crate) fn chat_body(bytes: Bytes) -> Bytes {
        ChatBody::read(bytes).expect("a request").to_bytes("org-1/Model-1B-Instruct:together")
    }
}
