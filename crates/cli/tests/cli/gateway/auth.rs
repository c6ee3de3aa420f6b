//! Who may ask, by environment and config.

use insta::assert_snapshot;

use super::{Asked, Gateway, R1, TOKEN, WHOLE, client, world};
use crate::support::{Running, World};

/// What whoever has this key is answered; with an empty one nothing is sent.
#[track_caller]
fn check(world: &World, args: &[&str], taken: &[&str], refused: &[&str]) -> Running {
    let args = [&["gateway", "run", "--port", "0"], args].concat();
    let running = Running::start(world, &args);
    let address = running.address();
    for (keys, status) in [(taken, 200), (refused, 401)] {
        for key in keys {
            let reply = Asked::post(address, key, &client::question(R1, WHOLE)).rest();
            assert_eq!(reply.status, status, "`{key}`: {reply:?}");
        }
    }
    running
}

/// No key is made and kept where another place has one.
#[track_caller]
fn makes_none(world: &World) {
    assert!(!world.state("gateway.json5").exists());
}

#[test]
fn a_key_of_the_environment_is_the_key() {
    let world = world().env("OPENCLAW_GATEWAY_TOKEN", "key-of-env");
    check(&world, &[], &["key-of-env"], &["", "key-of-en", "key-of-env2"]);
    makes_none(&world);
    assert_eq!(world.stdout(&["gateway", "keys", "show"]), "key-of-env\n");
    makes_none(&world);
}

#[test]
fn a_key_of_the_state_folder_is_the_key() {
    let world = world();
    world.write_state(".env", &format!("HF_TOKEN={TOKEN}\nOPENCLAW_GATEWAY_TOKEN=key-of-file\n"));
    check(&world, &[], &["key-of-file"], &[""]);
    makes_none(&world);
}

#[test]
fn a_key_of_the_config_is_the_key() {
    let world = world().env("MY_KEY", "key-of-variable");
    for (token, key) in [
        (r#""key-of-config""#, "key-of-config"),
        (r#""${MY_KEY}""#, "key-of-variable"),
        (r#"{ source: "env", id: "MY_KEY" }"#, "key-of-variable"),
    ] {
        world.write_config(&format!("{{ gateway: {{ auth: {{ token: {token} }} }} }}"));
        check(&world, &[], &[key], &["", "${MY_KEY}", "MY_KEY"]);
        assert_eq!(world.stdout(&["gateway", "keys", "show"]), format!("{key}\n"));
    }
    makes_none(&world);
    // The environment wins, as it does for OpenClaw.
    let world = world.env("OPENCLAW_GATEWAY_TOKEN", "key-of-env");
    check(&world, &[], &["key-of-env"], &["key-of-variable"]);
}

#[test]
fn a_password_is_the_key_where_the_mode_says_so() {
    let world = world();
    world.write_config(
        r#"{ gateway: { auth: { mode: "password", token: "not-this", password: "open sesame" } } }"#,
    );
    check(&world, &[], &["open sesame"], &["", "not-this", "open"]);
    makes_none(&world);
    let world = world.env("OPENCLAW_GATEWAY_PASSWORD", "shibboleth");
    check(&world, &[], &["shibboleth"], &["open sesame"]);
}

#[test]
fn keys_of_our_own_go_beside_it() {
    let world = world();
    world.write_config(r#"{ gateway: { auth: { token: "key-of-config" } } }"#);
    let added = world.stdout(&["gateway", "keys", "add", "ci"]);
    check(&world, &[], &["key-of-config", added.trim_end()], &[""]);
}

#[test]
fn on_loopback_no_key_is_needed_where_one_says_so() {
    let world = world();
    let mut running = check(&world, &["--auth", "none"], &["", "anything"], &[]);
    let told = running.says("Ctrl-C ends it.").replace(&running.address().to_string(), "127.0.0.1:GATEWAY");
    assert_snapshot!(told, @"

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=any your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    ");
    makes_none(&world);
    world.write_config(r#"{ gateway: { auth: { mode: "none" } } }"#);
    check(&world, &[], &["", "anything"], &[]);
    makes_none(&world);
    // The flag wins over the config.
    let gateway = Gateway::with(&world, &["--auth", "key"]);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    assert_eq!(gateway.ask_as("", R1, WHOLE).status, 401);
}

#[test]
fn who_has_no_key_is_told_how_to_get_one() {
    let world = world();
    let gateway = Gateway::start(&world);
    let mut report = String::new();
    for key in ["", "oc-wrong", TOKEN] {
        report.push_str(&gateway.ask_as(key, R1, WHOLE).refusal());
    }
    assert_snapshot!(report, @"
    401 invalid_api_key: a key of this gateway is needed, as `Authorization: Bearer …`; `openclaw gateway keys show` prints it
    401 invalid_api_key: that is no key of this gateway; `openclaw gateway keys show` prints one
    401 invalid_api_key: that is a token of Hugging Face; this gateway has its own and wants a key, which `openclaw gateway keys show` prints
    ");
    assert_eq!(world.sandbox().requests().iter().filter(|request| request.stream.is_some()).count(), 0);
    // The probes tell nothing, and so need none.
    for path in ["/healthz", "/readyz"] {
        assert_eq!(Asked::get(gateway.address, path, "").rest().status, 200, "{path}");
    }
    for path in ["/v1/models", "/metrics"] {
        assert_eq!(Asked::get(gateway.address, path, "").rest().status, 401, "{path}");
    }
}

#[test]
fn the_config_names_the_port() {
    let world = world();
    // One that was free a moment ago.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    world.write_config(&format!("{{ gateway: {{ port: {port}, bind: 'loopback' }} }}"));
    let running = Running::start(&world, &["gateway", "run"]);
    assert_eq!(running.address().port(), port);
    // The flag wins.
    let running = Running::start(&world, &["gateway", "run", "--port", "0"]);
    assert_ne!(running.address().port(), port);
}
