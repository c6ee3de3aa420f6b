//! What a key has spent is remembered.

use insta::assert_snapshot;

use super::{Gateway, R1, STREAM, WHOLE, world};
use crate::support::World;

const KEPT: &str = "cache/gateway-spent.json";

/// Asks until the key's limit of cost is reached; the last refusal.
fn spend(gateway: &Gateway, key: &str) -> String {
    for mode in [WHOLE, STREAM].into_iter().cycle().take(100) {
        let reply = gateway.ask_as(key, R1, mode);
        if reply.status != 200 {
            return reply.refusal();
        }
    }
    panic!("the limit is never reached");
}

fn limited() -> (World, String) {
    let world = world();
    let key = world.stdout(&["gateway", "keys", "add", "ci", "--usd-per-day", "0.0005"]);
    (world, key.trim_end().to_owned())
}

#[test]
fn a_limit_of_a_day_outlives_a_restart() {
    let (world, key) = limited();
    let gateway = Gateway::start(&world);
    let refusal = spend(&gateway, &key);
    assert_snapshot!(refusal, @"429 key_limit_usd_per_day: the key `ci` has reached its limit of 0.0005 USD a day");
    gateway.stop(&world);
    let kept = world.read_state(KEPT);
    let entries: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(entries[0]["key"], "ci", "{kept}");
    assert!(entries[0]["nanoUsd"].as_u64() > Some(0), "{kept}");
    assert!(!kept.contains("oc-"), "{kept}");

    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask_as(&key, R1, WHOLE).refusal(), refusal);
    gateway.stop(&world);
    // It is that file which remembers.
    std::fs::remove_file(world.state(KEPT)).expect("it is there");
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask_as(&key, R1, WHOLE).status, 200);
}

#[test]
fn what_was_spent_another_day_counts_no_longer() {
    let (world, key) = limited();
    world.write_state(KEPT, r#"[{"key":"ci","day":19000,"nanoUsd":999999999999}]"#);
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask_as(&key, R1, WHOLE).status, 200);
}

#[test]
fn what_was_spent_and_cannot_be_read_is_told() {
    let (world, key) = limited();
    world.write_state(KEPT, "[{");
    let mut gateway = Gateway::start(&world);
    gateway.says("warning");
    assert_eq!(gateway.ask_as(&key, R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    assert_snapshot!(told, @"

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    warning: what was spent before cannot be read from `HOME/.openclaw/cache/gateway-spent.json`: EOF while parsing an object at line 1 column 2
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

#[test]
fn what_was_spent_and_cannot_be_kept_is_told() {
    let (world, key) = limited();
    let gateway = Gateway::start(&world);
    std::fs::create_dir_all(world.state(KEPT)).expect("a folder in the way");
    assert_eq!(gateway.ask_as(&key, R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    let (_, told) = told.split_once("Ctrl-C ends it.\n").expect("it runs");
    assert_snapshot!(told, @"
    Stopping: running requests may end; once more ends at once
    warning: what was spent cannot be kept in `HOME/.openclaw/cache/gateway-spent.json`: `HOME/.openclaw/cache/gateway-spent.json` is not a regular file
    Gateway stopped; every request has ended
    ");
}
