//! What is changed while a gateway runs.

use insta::assert_snapshot;
use openclaw_sandbox::{Fault, Script, When};

use super::{Asked, Gateway, R1, SMALL, STREAM, WHOLE, listed};
use crate::support::{Running, World, steady};

const TAKEN_UP: &str = "the files changed; what they say now holds";
const NOT_TAKEN_UP: &str = "the files changed and cannot be used";

/// A config with a default model and a name for it.
fn config(primary: &str, alias: &str) -> String {
    format!(
        "{{ agents: {{ defaults: {{\n  model: {{ primary: 'huggingface/{primary}' }},\n  models: {{ 'huggingface/{primary}': {{ alias: '{alias}' }} }},\n}} }} }}\n"
    )
}

/// Makes answers of a model take some seconds when they are streamed.
fn slow(world: &World, model: &str) {
    let slow = Script::always(When::model(model), Fault::SlowDrip { ms: 100 });
    world.sandbox().script(vec![slow]).expect("a script");
}

#[test]
fn a_changed_default_is_taken_up_and_an_open_stream_goes_on() {
    let world = listed();
    world.write_config(&config(R1, "one"));
    slow(&world, R1);
    let mut gateway = Gateway::start(&world);
    let stream = gateway.open("one");
    assert_eq!(gateway.ask("two", WHOLE).status, 404);
    world.write_config(&config(SMALL, "two"));
    gateway.says(TAKEN_UP);
    assert_eq!(gateway.ask("default", STREAM).model(), SMALL);
    assert_eq!(gateway.ask("two", WHOLE).model(), SMALL);
    assert_eq!(gateway.ask("one", WHOLE).status, 404);
    let asked = world.sandbox().requests();
    let still_open =
        asked.iter().any(|request| request.model.as_deref() == Some(R1) && request.end_us.is_none());
    assert!(still_open, "the stream has ended before the change: {asked:?}");
    let reply = stream.rest();
    assert!(reply.text().contains("“what a day”"), "{reply:?}");
    assert_eq!(reply.model(), R1);
}

#[test]
fn a_broken_config_changes_nothing_until_it_is_mended() {
    let world = listed();
    world.write_config(&config(R1, "one"));
    let mut gateway = Gateway::start(&world);
    assert_eq!(gateway.ask("one", WHOLE).model(), R1);
    world.write_config(&config(SMALL, "two").replace("alias:", "alias"));
    gateway.says(NOT_TAKEN_UP);
    gateway.says("hint:");
    assert_eq!(gateway.ask("one", WHOLE).model(), R1);
    assert_eq!(gateway.ask("two", WHOLE).status, 404);
    world.write_config(&config(SMALL, "two"));
    gateway.says(TAKEN_UP);
    assert_eq!(gateway.ask("two", WHOLE).model(), SMALL);
    let told = gateway.stop(&world).err;
    let (_, told) = told.split_once("Ctrl-C ends it.\n").expect("the start");
    assert_snapshot!(told, @"
    warning: the files changed and cannot be used; what they said before goes on
    error: `~/.openclaw/openclaw.json` cannot be read; it was left as it is
     --> ~/.openclaw/openclaw.json:3:50
      |
    3 |   models: { 'huggingface/Qwen/Qwen3-8B': { alias '***' } },
      |                                                  ^ expected `:` after the key, found `'` at line 3, column 50

    hint: openclaw config validate
    the files changed; what they say now holds
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

#[test]
fn a_file_that_the_config_includes_is_watched_as_well() {
    let world = listed();
    world.write_state("agents.json5", "{ defaults: { model: 'huggingface/deepseek-ai/DeepSeek-R1' } }\n");
    world.write_config("{ agents: { $include: './agents.json5' } }\n");
    let mut gateway = Gateway::start(&world);
    assert_eq!(gateway.ask("default", WHOLE).model(), R1);
    world.write_state("agents.json5", "{ defaults: { model: 'huggingface/Qwen/Qwen3-8B' } }\n");
    gateway.says(TAKEN_UP);
    assert_eq!(gateway.ask("default", WHOLE).model(), SMALL);
}

#[test]
fn a_key_works_as_soon_as_it_is_made_and_no_longer_than_it_is_there() {
    let world = listed();
    let mut gateway = Gateway::start(&world);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let added = world.stdout(&["gateway", "keys", "add", "ci", "--requests-per-minute", "1"]);
    let added = added.trim_end();
    gateway.says(TAKEN_UP);
    assert_eq!(gateway.ask_as(added, R1, WHOLE).status, 200);
    let refusal = gateway.ask_as(added, R1, WHOLE).refusal();

    world.stdout(&["gateway", "keys", "set", "ci", "--requests-per-minute", "none", "--models", SMALL]);
    gateway.says(TAKEN_UP);
    let refusal = refusal + &gateway.ask_as(added, R1, WHOLE).refusal();
    assert_eq!(gateway.ask_as(added, SMALL, WHOLE).status, 200);

    world.stdout(&["gateway", "keys", "remove", "ci"]);
    gateway.says(TAKEN_UP);
    let refusal = refusal + &gateway.ask_as(added, SMALL, WHOLE).refusal();
    assert_eq!(gateway.ask(R1, WHOLE).status, 200, "the other key still works");
    assert_snapshot!(refusal, @"
    429 key_limit_requests_per_minute: the key `ci` has reached its limit of 1 request a minute
    403 model_not_allowed: this key may not ask `deepseek-ai/DeepSeek-R1`; GET /v1/models lists what it may
    401 invalid_api_key: that is no key of this gateway; `openclaw gateway keys show` prints one
    ");
}

#[test]
fn keys_that_cannot_be_read_change_nothing() {
    let world = listed();
    let mut gateway = Gateway::start(&world);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let kept = world.read_state("gateway.json5");
    world.write_state("gateway.json5", &kept.replace("\"key\":", "\"kye\":"));
    gateway.says(NOT_TAKEN_UP);
    gateway.says("hint:");
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    let (_, told) = told.split_once("Ctrl-C ends it.\n").expect("the start");
    steady! { assert_snapshot!(told, @r#"
    warning: the files changed and cannot be used; what they said before goes on
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:4:14
      |
    4 |       "kye": "***************************************************"
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `keys.default.kye`: expected one of `key`, `requestsPerMinute`, `tokensPerMinute`, `usdPerDay`, `concurrent`, `models`, found the key `kye`

    hint: open ~/.openclaw/gateway.json5 in an editor
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    "#); }
}

/// What may not be at the start may not come about later either.
#[test]
fn a_gateway_that_others_reach_goes_on_wanting_a_key() {
    let world = listed();
    let mut gateway = {
        let running = Running::start(&world, &["gateway", "run", "--port", "0", "--bind", "lan"]);
        let address = running.address();
        let key = world.stdout(&["gateway", "keys", "show"]).trim_end().to_owned();
        Gateway { running, address, key }
    };
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    world.write_config("{ gateway: { auth: { mode: 'none' } } }\n");
    gateway.says("the files changed");
    assert_eq!(Asked::get(gateway.address, "/v1/models", "").rest().status, 401);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let told = gateway.stop(&world).err;
    let told = told.replace(&format!("port {}", gateway_port(&told)), "port PORT");
    assert_snapshot!(told, @"
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    warning: the gateway can be reached from other machines, at port PORT; keys travel unencrypted

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    warning: the files changed and cannot be used; what they said before goes on
    error: without a key the gateway listens on loopback alone, not on `0.0.0.0`

    hint: openclaw gateway run --auth key --bind lan
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

/// The port that the warning names.
fn gateway_port(told: &str) -> &str {
    let (_, rest) = told.split_once("at port ").expect("a warning");
    rest.split_once(';').expect("an end").0
}
