//! What keeps a gateway from starting, and what is said then.

use insta::assert_snapshot;

use super::{Gateway, listed, refused, world};
use crate::support::{World, steady};

const FREE: [&str; 2] = ["--port", "0"];

#[test]
fn without_a_key_it_listens_on_loopback_alone() {
    let world = world();
    let mut report = refused(&world, &["--port", "0", "--bind", "lan", "--auth", "none"]);
    world.write_config(r#"{ gateway: { bind: "lan", auth: { mode: "none" } } }"#);
    report.push_str(&refused(&world, &FREE));
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: without a key the gateway listens on loopback alone, not on `0.0.0.0`

    hint: openclaw gateway run --auth key --bind lan
    exit 2
    -- err
    error: without a key the gateway listens on loopback alone, not on `0.0.0.0`

    hint: openclaw gateway run --auth key --bind lan
    ");
}

/// Only there the system tells it without a tool.
#[cfg(target_os = "linux")]
#[test]
fn a_port_that_is_taken_names_the_holder() {
    let world = world();
    let gateway = Gateway::start(&world);
    let port = gateway.address.port();
    let shown = refused(&world, &["--port", &port.to_string()]);
    let steady = |shown: String, port: u16| {
        shown.replace(&port.to_string(), "PORT").replace(&(port + 1).to_string(), "PORT+1")
    };
    assert!(shown.contains(&format!("`openclaw` (process {})", gateway.running.pid())), "{shown}");
    steady! { assert_snapshot!(steady(shown, port), @"
    exit 2
    -- err
    error: the port PORT is taken by `openclaw` (process PID)

    hint: openclaw gateway run --port PORT+1
    "); }

    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = other.local_addr().expect("an address").port();
    let name = std::fs::read_to_string("/proc/self/comm").expect("a name");
    let shown = refused(&world, &["--port", &port.to_string()]);
    assert!(shown.contains(&format!("`{}` (process {})", name.trim_end(), std::process::id())), "{shown}");
}

#[test]
fn what_cannot_be_listened_on_is_told() {
    let mut report = String::new();
    let world = world();
    for args in [
        &["--port", "99999"][..],
        &["--port", "-1"],
        &["--port", "http"],
        &["--bind", "nonsense"],
        &["--bind", "127.0.0.1:80"],
        &["--auth", "password"],
        &["--drain", "-1"],
        &["--drain", "soon"],
    ] {
        report.push_str(&format!("$ openclaw gateway run {}\n{}", args.join(" "), refused(&world, args)));
    }
    assert_snapshot!(report, @"
    $ openclaw gateway run --port 99999
    exit 2
    -- err
    error: `--port` of `openclaw gateway run` takes no `99999`
      expected a whole number from 0 to 65535

    hint: openclaw gateway run --help
    $ openclaw gateway run --port -1
    exit 2
    -- err
    error: `-1` is no option of `openclaw gateway run`

    hint: openclaw gateway run --help
    $ openclaw gateway run --port http
    exit 2
    -- err
    error: `--port` of `openclaw gateway run` takes no `http`
      expected a whole number

    hint: openclaw gateway run --help
    $ openclaw gateway run --bind nonsense
    exit 2
    -- err
    error: `--bind` of `openclaw gateway run` takes no `nonsense`
      expected `loopback`, `lan` or an IP address

    hint: openclaw gateway run --help
    $ openclaw gateway run --bind 127.0.0.1:80
    exit 2
    -- err
    error: `--bind` of `openclaw gateway run` takes no `127.0.0.1:80`
      expected `loopback`, `lan` or an IP address

    hint: openclaw gateway run --help
    $ openclaw gateway run --auth password
    exit 2
    -- err
    error: `--auth` of `openclaw gateway run` takes no `password`
      expected `key` or `none`

    hint: openclaw gateway run --help
    $ openclaw gateway run --drain -1
    exit 2
    -- err
    error: `-1` is no option of `openclaw gateway run`

    hint: openclaw gateway run --help
    $ openclaw gateway run --drain soon
    exit 2
    -- err
    error: `--drain` of `openclaw gateway run` takes no `soon`
      expected seconds, such as 10 or 0.5

    hint: openclaw gateway run --help
    ");
    // An address for documents, which no machine has; why is said in the system's own words.
    let shown = refused(&world, &["--port", "0", "--bind", "192.0.2.1"]);
    assert!(
        shown.starts_with("exit 2\n-- err\nerror: the gateway cannot listen on `192.0.2.1:0`\n  "),
        "{shown}"
    );
    assert!(shown.ends_with("\nhint: openclaw gateway run --bind loopback --port 0\n"), "{shown}");
}

#[test]
fn what_the_config_says_wrong_is_told() {
    let world = World::offline();
    let mut report = String::new();
    for gateway in [
        "{ bind: 'tailnet' }",
        "{ port: 99999 }",
        "{ port: 'http' }",
        "{ auth: { token: '${UNSET}' } }",
        "{ auth: { token: '${not a name}' } }",
        "{ auth: { token: { source: 'env', id: 'UNSET' } } }",
        "{ auth: { token: { source: 'file', provider: 'default', id: '/key' } } }",
        "{ auth: { mode: 'password', password: '${UNSET}' } }",
    ] {
        world.write_config(&format!("{{ gateway: {gateway} }}\n"));
        let args: &[&str] = if gateway.contains("port") { &[] } else { &FREE };
        report.push_str(&format!("{gateway}\n{}\n", refused(&world, args)));
        // `keys` reads the same and says the same.
        if gateway.contains("auth") {
            let same = world.run(&["gateway", "keys", "show"]);
            assert!(report.ends_with(&format!("{same}\n")), "{same}");
        }
    }
    assert_snapshot!(report, @"
    { bind: 'tailnet' }
    exit 2
    -- err
    error: `gateway.bind` is `tailnet`, which this gateway does not know
      expected `loopback`, `lan` or an IP address

    hint: openclaw gateway run --bind loopback

    { port: 99999 }
    exit 2
    -- err
    error: `gateway.port` is 99999, expected at most 65535

    hint: openclaw config set gateway.port 18789

    { port: 'http' }
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be read; it was left as it is
     --> ~/.openclaw/openclaw.json:1:20
      |
    1 | { gateway: { port: 'http' } }
      |                    ^^^^^^ `gateway.port`: expected a whole number that is not negative, found a string

    hint: openclaw config validate

    { auth: { token: '${UNSET}' } }
    exit 2
    -- err
    error: `gateway.auth.token` cannot be used
      the variable `UNSET` is not set

    hint: openclaw config explain gateway.auth.token

    { auth: { token: '${not a name}' } }
    exit 2
    -- err
    error: `gateway.auth.token` cannot be used
      what follows `${` is no name of a variable, expected capital letters, digits and `_`

    hint: openclaw config explain gateway.auth.token

    { auth: { token: { source: 'env', id: 'UNSET' } } }
    exit 2
    -- err
    error: `gateway.auth.token` cannot be used
      its variable is not set

    hint: openclaw config explain gateway.auth.token

    { auth: { token: { source: 'file', provider: 'default', id: '/key' } } }
    exit 2
    -- err
    error: `gateway.auth.token` cannot be used
      it refers to a file or a command, which is not followed here

    hint: openclaw config explain gateway.auth.token

    { auth: { mode: 'password', password: '${UNSET}' } }
    exit 2
    -- err
    error: `gateway.auth.password` cannot be used
      the variable `UNSET` is not set

    hint: openclaw config explain gateway.auth.password
    ");
    assert!(!world.state("gateway.json5").exists(), "no key is made for a gateway that does not start");
}

#[test]
fn a_file_of_keys_that_cannot_be_read_is_left_as_it_is() {
    let mut report = String::new();
    for text in [
        "{\n  // mine\n  keys: { ci: { key: \"oc-CANARY\" oops } },\n}\n",
        "{ keys: { ci: { key: \"oc-CANARY } } }\n",
        "{ keys: { ci: \"oc-CANARY\" } }\n",
        "{ keys: { ci: { key: 4711471147114711 } } }\n",
        "{ keys: { ci: { key: \"oc-CANARY\", requestPerMinute: 60 } } }\n",
        "{ keys: { ci: { requestsPerMinute: 60 } } }\n",
        "{ keys: { ci: { key: \"oc-CANARY\", requestsPerMinute: -60 } } }\n",
        "{ timeoutSecond: 30 }\n",
        "{ keys: { ci: { key: \" \" } } }\n",
        "{ keys: { 'my key': { key: \"\" } } }\n",
        "{ keys: { ci: { key: \"oc-CANARY\", models: [\"nonsense\"] } } }\n",
        "{ keys: { ci: { key: \"oc-CANARY\", models: [\"other/a/b/c\"] } } }\n",
        "{ keys: { ci: { key: \"oc-CANARY\", usdPerDay: -1 } } }\n",
    ] {
        let world = world();
        world.write_state("gateway.json5", text);
        let shown = refused(&world, &FREE);
        assert!(!shown.contains("CANARY") && !shown.contains("4711"), "a key is shown: {shown}");
        assert!(shown.starts_with("exit 2"), "{shown}");
        report.push_str(&format!("{text}{shown}\n"));
        assert_eq!(world.read_state("gateway.json5"), text);
    }
    assert_snapshot!(report, @r#"
    {
      // mine
      keys: { ci: { key: "oc-CANARY" oops } },
    }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:3:34
      |
    3 |   keys: { ci: { key: "*********" oops } },
      |                                  ^^^^ expected `,` or `}`, found a word without quotes at line 3, column 34

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: { key: "oc-CANARY } } }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:38
      |
    1 | { keys: { ci: { key: "***************
      |                                      ^ expected `"` to end the string, found a line break at line 1, column 38

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: "oc-CANARY" } }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:15
      |
    1 | { keys: { ci: "*********" } }
      |               ^^^^^^^^^^^ `keys.ci`: expected an object, found a string

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: { key: 4711471147114711 } } }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:22
      |
    1 | { keys: { ci: { key: **************** } } }
      |                      ^^^^^^^^^^^^^^^^ `keys.ci.key`: expected a string, found a number

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: { key: "oc-CANARY", requestPerMinute: 60 } } }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:53
      |
    1 | { keys: { ci: { key: "*********", requestPerMinute: 60 } } }
      |                                                     ^^ `keys.ci.requestPerMinute`: expected one of `key`, `requestsPerMinute`, `tokensPerMinute`, `usdPerDay`, `concurrent`, `models`, found the key `requestPerMinute`

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: { requestsPerMinute: 60 } } }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:15
      |
    1 | { keys: { ci: { requestsPerMinute: 60 } } }
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^ `keys.ci`: expected the key `key`, found an object

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: { key: "oc-CANARY", requestsPerMinute: -60 } } }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:54
      |
    1 | { keys: { ci: { key: "*********", requestsPerMinute: -60 } } }
      |                                                      ^^^ `keys.ci.requestsPerMinute`: expected a whole number that is not negative, found a number

    hint: open ~/.openclaw/gateway.json5 in an editor

    { timeoutSecond: 30 }
    exit 2
    -- err
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
     --> ~/.openclaw/gateway.json5:1:18
      |
    1 | { timeoutSecond: 30 }
      |                  ^^ `timeoutSecond`: expected `keys` or `timeoutSeconds`, found the key `timeoutSecond`

    hint: open ~/.openclaw/gateway.json5 in an editor

    { keys: { ci: { key: " " } } }
    exit 2
    -- err
    error: `keys.ci.key` of `~/.openclaw/gateway.json5` cannot be used
      it is empty

    hint: openclaw gateway keys remove ci

    { keys: { 'my key': { key: "" } } }
    exit 2
    -- err
    error: `keys.my key.key` of `~/.openclaw/gateway.json5` cannot be used
      it is empty

    hint: openclaw gateway keys remove 'my key'

    { keys: { ci: { key: "oc-CANARY", models: ["nonsense"] } } }
    exit 2
    -- err
    error: `keys.ci.models` of `~/.openclaw/gateway.json5` cannot be used
      `nonsense` is neither an alias nor a model

    hint: openclaw gateway keys set ci --help

    { keys: { ci: { key: "oc-CANARY", models: ["other/a/b/c"] } } }
    exit 2
    -- err
    error: `keys.ci.models` of `~/.openclaw/gateway.json5` cannot be used
      `other/a/b/c` is neither an alias nor a model

    hint: openclaw gateway keys set ci --help

    { keys: { ci: { key: "oc-CANARY", usdPerDay: -1 } } }
    exit 2
    -- err
    error: `keys.ci.usdPerDay` of `~/.openclaw/gateway.json5` cannot be used
      expected an amount of USD

    hint: openclaw gateway keys set ci --help
    "#);
}

#[test]
fn a_config_that_cannot_be_read_keeps_it_from_starting() {
    let world = world();
    world.write_config("{ agents: { defaults: { model: 'huggingface/Qwen/Qwen3-8B' oops } } }\n");
    assert_snapshot!(refused(&world, &FREE), @"
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be read; it was left as it is
     --> ~/.openclaw/openclaw.json:1:60
      |
    1 | { agents: { defaults: { model: 'huggingface/Qwen/Qwen3-8B' oops } } }
      |                                                            ^^^^ expected `,` or `}`, found a word without quotes at line 1, column 60

    hint: openclaw config validate
    ");
}

/// A default model of another provider is no reason not to serve the others.
#[test]
fn a_default_of_another_provider_is_passed_over() {
    let world = listed();
    let with =
        |model: &str| world.write_config(&format!("{{ agents: {{ defaults: {{ model: {model} }} }} }}\n"));
    with("{ primary: 'openrouter/anthropic/claude', fallbacks: ['huggingface/Qwen/Qwen3-8B'] }");
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask("default", "").model(), super::SMALL);
    let told = gateway.stop(&world).err;
    assert!(!told.contains("warning"), "{told}");

    with("'openrouter/anthropic/claude'");
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask("default", "").model(), super::R1);
    assert_snapshot!(gateway.ask("openrouter/anthropic/claude", "").refusal(), @"404 model_not_found: `openrouter/anthropic/claude` is a model of another provider; this gateway asks Hugging Face alone");
    let told = gateway.stop(&world).err;
    assert_snapshot!(told, @"
    warning: the default model `openrouter/anthropic/claude` cannot be asked here; `default` stands for huggingface/deepseek-ai/DeepSeek-R1

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}
