//! From the first start to the first answer.

use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;
use rustix::process::Signal;

use super::{Gateway, R1, SMALL, STREAM, WHOLE, world};
use crate::support::{Running, World, steady};

#[test]
fn the_first_start_makes_a_key_and_the_second_does_not() {
    let world = world();
    let mut gateway = Gateway::start(&world);
    gateway.says("Ctrl-C ends it.");
    gateway.running.signal(Signal::INT);
    let shown = gateway.ends(&world).shown();
    steady! { assert_snapshot!(shown, @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:GATEWAY/v1
    -- err
    A first key, `default`, was made; `openclaw gateway keys show` prints it

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    "); }

    let mode = std::fs::metadata(world.state("gateway.json5")).expect("a file").permissions().mode();
    assert_eq!(format!("{:o}", mode & 0o777), "600");
    let kept = world.read_state("gateway.json5");
    steady! { assert_snapshot!(kept, @r#"
    {
      "keys": {
        "default": {
          "key": "KEY"
        }
      }
    }
    "#); }

    let mut gateway = Gateway::start(&world);
    gateway.says("Ctrl-C ends it.");
    assert_eq!(world.read_state("gateway.json5"), kept, "a second start makes no other");
    assert!(kept.contains(&format!("\"{}\"", gateway.key)), "`keys show` prints what is kept");
    let shown = gateway.stop(&world).shown();
    steady! { assert_snapshot!(shown, @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:GATEWAY/v1
    -- err

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    "); }
}

#[test]
fn the_key_may_be_asked_for_before_the_first_start() {
    let world = world();
    let key = world.stdout(&["gateway", "keys", "show"]);
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.key, key.trim_end());
    assert_eq!(gateway.ask("default", WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    assert!(!told.contains("was made"), "{told}");
}

#[test]
fn whoever_is_first_makes_the_key_for_all() {
    // Not every try has two that look before either writes.
    for _ in 0..5 {
        let world = world();
        let start = || Running::start(&world, &["gateway", "keys", "show"]);
        let started: Vec<_> = std::iter::repeat_with(start).take(12).collect();
        let keys: Vec<_> = started.into_iter().map(|one| one.ends().out).collect();
        assert!(keys.iter().all(|key| key == &keys[0] && key.starts_with("oc-")), "{keys:?}");
        assert_eq!(Gateway::start(&world).key, keys[0].trim_end());
    }
}

/// A config with a default model, a fallback, and names.
const CONFIG: &str = r#"{
  agents: { defaults: {
    model: { primary: "huggingface/Qwen/Qwen3-8B", fallbacks: ["huggingface/deepseek-ai/DeepSeek-R1"] },
    models: { "huggingface/deepseek-ai/DeepSeek-R1:cheapest": { alias: "thinks for itself" } },
  } },
}
"#;

/// Whole and streamed, and from whichever chunks: the same text.
#[track_caller]
fn answers(gateway: &Gateway, named: &str, model: &str) {
    for rest in [WHOLE, STREAM] {
        let reply = gateway.ask(named, rest);
        assert!(reply.text().contains("“what a day”"), "{reply:?}");
        assert_eq!(reply.model(), model, "`{named}`{rest}");
    }
}

#[test]
fn s06_default_is_the_primary_of_the_config() {
    let world = world();
    world.write_config(CONFIG);
    let gateway = Gateway::start(&world);
    answers(&gateway, "default", SMALL);
    // It is no name of a model for the router.
    let asked = world.sandbox().requests();
    assert!(asked.iter().all(|request| request.model.as_deref() != Some("default")), "{asked:?}");
}

#[test]
fn s07_the_fallback_answers_where_the_primary_cannot() {
    use openclaw_sandbox::{Fault, Script, When};
    let world = world();
    world.write_config(CONFIG);
    let gateway = Gateway::start(&world);
    world.sandbox().script(vec![Script::always(When::model(SMALL), Fault::status(503))]).expect("a script");
    answers(&gateway, "default", R1);
}

#[test]
fn s12_an_alias_stands_for_its_model() {
    let world = world();
    world.write_config(CONFIG);
    let gateway = Gateway::start(&world);
    answers(&gateway, "thinks for itself", "deepseek-ai/DeepSeek-R1:cheapest");
    let listed = gateway.models();
    assert_eq!(listed[..3], ["default", "thinks for itself", SMALL], "{listed:?}");
}

#[test]
fn s13_an_id_is_sent_with_its_suffix() {
    let world = world();
    let gateway = Gateway::start(&world);
    answers(&gateway, R1, R1);
    answers(&gateway, "deepseek-ai/DeepSeek-R1:cheapest", "deepseek-ai/DeepSeek-R1:cheapest");
    answers(&gateway, "huggingface/deepseek-ai/DeepSeek-R1:together", "deepseek-ai/DeepSeek-R1:together");
    let refusal = gateway.ask("deepseek", WHOLE).refusal();
    assert_snapshot!(refusal, @"404 model_not_found: `deepseek` is neither an alias nor a model, expected `<org>/<name>`, an alias or `default`; GET /v1/models lists them");
}

#[test]
fn a_port_of_the_environment_is_taken() {
    let world = world().env("OPENCLAW_GATEWAY_PORT", "0");
    let running = Running::start(&world, &["gateway", "run"]);
    assert_ne!(running.address().port(), 18789);
    assert_ne!(running.address().port(), 0);
}

/// Another profile has another state folder, and so other keys.
#[test]
fn a_profile_has_keys_of_its_own() {
    let world = World::offline();
    let one = world.stdout(&["gateway", "keys", "show"]);
    let other = world.stdout(&["--profile", "other", "gateway", "keys", "show"]);
    assert_ne!(one, other);
    assert!(world.home().join(".openclaw-other/gateway.json5").exists());
}
