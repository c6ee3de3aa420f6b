//! Nothing that is secret reaches the output, however it is written and wherever it was typed.

use crate::support::World;

/// Every secret in it has a name of its own, `CANARY` and a number.
const CONFIG: &str = r#"{
  // apiKey: "CANARY01"
  agents: { defaults: { model: { primary: "huggingface/Qwen/Qwen3-8B", fallbacks: [] } } },
  models: {
    providers: {
      huggingface: {
        apiKey:
          "CANARY02",
        baseUrl: "http://user:CANARY03@127.0.0.1:9/v1",
        headers: { "Authorization": "Bearer a, CANARY04", Cookie: 'q="CANARY05', "X-Auth": "${A}CANARY06", "X-Plain": "CANARY07" },
      },
      other: {
        baseUrl: "https:\/\/user:CANARY08@example.org",
        api\u004bey: "ab'CANARY09",
        apiKeys: ["x",
          "CANARY10"],
        secret: { source: "env", id:
          "CANARY11", deep: [{ pin: 9911223344 }] },
      },
    },
  },
  gateway: { auth: { mode: "token", token: "x}CANARY12", password /*c*/: "CANARY13" } },
  env: { vars: { MY_PASSWD: "CANARY14", OPENAI_KEY: 'CANARY15' }, SOMETHING: "CANARY16" },
  key: "CANARY17",
  long: { token: "CANARY18 \
CANARY19" },
  hooks: { url: "https://example.org/?a=1&token=CANARY20" },
  named: "${MY_NAME}",
  passphrase: "${MY_NAME}",
}
"#;

/// What none of them may look like in an output.
const CANARIES: [&str; 3] = ["CANARY", "9911223344", "LEAK"];

#[track_caller]
fn assert_kept(shown: &str, args: &[&str]) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "`{canary}` is shown by {args:?}:\n{shown}");
    }
}

/// Paths from the root of the config to everything below, and to what is not there.
fn paths() -> Vec<&'static str> {
    vec![
        ".",
        "models",
        "models.providers",
        "models.providers.huggingface",
        "models.providers.huggingface.apiKey",
        "models.providers.huggingface.baseUrl",
        "models.providers.huggingface.headers",
        "models.providers.huggingface.headers.Cookie",
        "models.providers.huggingface.headers['X-Plain']",
        "models.providers.other",
        "models.providers.other.apiKey",
        "models.providers.other.apiKeys",
        "models.providers.other.apiKeys[1]",
        "models.providers.other.secret",
        "models.providers.other.secret.id",
        "models.providers.other.secret.deep[0].pin",
        "models.providers.other.baseUrl",
        "gateway.auth",
        "gateway.auth.token",
        "env",
        "env.vars",
        "env.vars.MY_PASSWD",
        "env.SOMETHING",
        "key",
        "long",
        "long.token",
        "hooks",
        "hooks.url",
    ]
}

#[test]
fn no_command_shows_a_secret_of_the_config() {
    let world = World::offline().env("CANARY_IS_NO_NAME", "x");
    world.write_config(CONFIG);
    let mut shown = String::new();
    for path in paths() {
        for args in [
            &["config", "get", path][..],
            &["config", "get", path, "--json"],
            &["config", "explain", path],
            &["config", "explain", path, "--json"],
            &["config", "unset", path, "--dry-run"],
        ] {
            let text = world.run(args);
            assert_kept(&text, args);
            shown.push_str(&text);
        }
        assert!(world.run(&["config", "get", path]).starts_with("exit 0"), "{path} is there");
    }
    for args in [
        &["config", "diff"][..],
        &["config", "diff", "agents.defaults.model.primary", "huggingface/a/b"],
        &["config", "set", "models.providers.huggingface.apiKey", "LEAK", "--dry-run"],
        &["config", "set", "models.providers.huggingface.headers", "{ a: 'LEAK' }", "--dry-run"],
        &["config", "set", "env.vars.NEW", "LEAK", "--dry-run"],
        &["config", "set", "models.providers.other", "{ baseUrl: 'ftp://u:LEAK@h' }", "--dry-run"],
        &["config", "validate"],
        &["config", "validate", "--json"],
        &["models", "status"],
        &["models", "status", "--json"],
        &["models", "list"],
        &["models", "list", "--json"],
        &["models", "set", "Qwen/Qwen3-32B", "--dry-run"],
        &["models", "aliases", "add", "x", "Qwen/Qwen3-8B", "--dry-run"],
        &["onboard", "--non-interactive", "--dry-run", "--skip-verify"],
        &["onboard", "--non-interactive", "--dry-run", "--json", "--huggingface-api-key", "LEAK-1234567890"],
        &[],
    ] {
        let text = world.run(args);
        assert_kept(&text, args);
        shown.push_str(&text);
    }
    assert_eq!(world.config(), CONFIG, "nothing of that writes");
    // The test would prove little if nothing but errors were shown.
    for part in
        ["__OPENCLAW_REDACTED__", "********", "${MY_NAME}", "mode: \"token\"", "MY_PASSWD", "X-Plain", "@@ "]
    {
        assert!(shown.contains(part), "`{part}` is not shown:\n{shown}");
    }

    world.stdout(&["config", "set", "models.providers.huggingface.apiKey", "LEAK"]);
    for args in [&["config", "diff", "--since", "0"][..], &["config", "restore", "0", "--dry-run"]] {
        let text = world.run(args);
        assert_kept(&text, args);
        assert!(text.contains("@@ "), "{text}");
    }
}

#[test]
fn a_config_that_does_not_parse_shows_no_secret_around_the_place() {
    for (good, bad) in [
        ("passphrase:", "oops passphrase:"),
        ("\"CANARY02\",", "\"CANARY02\" oops"),
        ("\"CANARY02\",", "\"CANARY02"),
        ("\"CANARY02\",", "CANARY02,"),
        ("\"ab'CANARY09\"", "'ab'CANARY09'"),
        ("\"x}CANARY12\"", "\"x\"}CANARY12\""),
        ("\"Bearer a, CANARY04\",", "\"Bearer a, CANARY04\" Bearer"),
        ("\"CANARY10\"],", "\"CANARY10\"};"),
        ("\"CANARY13\" } }", "\"CANARY13\" }"),
        ("\"CANARY18 \\", "\"CANARY18"),
        ("'CANARY15'", "'CANARY15"),
    ] {
        assert!(CONFIG.contains(good), "{good}");
        let world = World::offline();
        world.write_config(&CONFIG.replacen(good, bad, 1));
        for args in
            [&["config", "validate"][..], &["config", "validate", "--json"], &["models", "status"], &[]]
        {
            let text = world.run(args);
            assert!(text.starts_with("exit 2"), "{bad} is read:\n{text}");
            assert_kept(&text, args);
        }
    }
}

#[test]
fn a_token_in_the_wrong_place_is_not_echoed() {
    const TOKEN: &str = "hf_LEAKabcdefghijklmnop";
    const SK: &str = "sk-LEAKabcdefghijklmnop";
    const ORG: &str = "api_org_LEAKabcdefghijkl";
    let world = World::onboarded();
    let sentence = format!("use {TOKEN} please");
    let option = format!("--token={TOKEN}");
    let profile = format!("{TOKEN}!");
    let path = format!("a.{TOKEN}.b");
    let url = format!("https://{TOKEN}@example.org/v1");
    for args in [
        &[TOKEN][..],
        &[SK],
        &[ORG],
        &[&sentence],
        &[&option],
        &["onboard", TOKEN],
        &["onboard", "--auth-choice", TOKEN],
        &["onboard", "--non-interactive", "--dry-run", "--custom-model-id", TOKEN],
        &["models", TOKEN],
        &["models", "set", TOKEN],
        &["models", "set", &option],
        &["models", "list", "--sort", SK],
        &["models", "list", "--max-price", TOKEN],
        &["models", "route", TOKEN],
        &["models", "explain", ORG],
        &["models", "aliases", "remove", TOKEN],
        &["models", "fallbacks", "remove", TOKEN],
        &["config", "get", TOKEN],
        &["config", "get", &path],
        &["config", "get", &path, "--json"],
        &["config", "explain", &path],
        &["config", "explain", &path, "--json"],
        &["config", "unset", &path],
        &["config", "set", &path, "1", "--dry-run"],
        &["config", "set", &path, "1"],
        &["config", "unset", &path],
        &["config", "set", "a.b", &url, "--dry-run"],
        &["config", "set", "a.b", TOKEN, "--strict-json"],
        &["--profile", &profile, "models", "status"],
        &["infer", "model", "run", "--model", TOKEN, "--prompt", "x"],
        &["infer", TOKEN],
    ] {
        let text = world.run(args);
        assert_kept(&text, args);
    }
    let text = world.run(&["models", "list", "--sort", TOKEN]);
    assert!(text.contains("error: `--sort` of `openclaw models list` takes no `hf_********`"), "{text}");
    let text = world.run(&["config", "get", TOKEN]);
    assert!(text.contains("error: there is nothing at `hf_********`"), "{text}");
    let text = world.run(&["--profile", &profile, "models", "status"]);
    assert!(text.contains("found `hf_********!`"), "{text}");
}

#[test]
fn nothing_from_outside_commands_the_terminal() {
    let world = World::offline();
    world.write_config(
        "{ agents: { defaults: {\n  model: { primary: 'other/x\u{1b}[2J', fallbacks: ['other/\u{9b}2J', 'other/\u{202e}y'] },\n  models: { 'other/x': { alias: 'a\u{1b}]0;title\u{7}' }, 'other/x\u{1b}[2J': {} },\n} }, x: 'a\u{1b}[2J' oops }",
    );
    let mut report = world.run(&["config", "validate"]);
    world.write_config(&std::fs::read_to_string(world.config_path()).expect("a config").replace(" oops", ""));
    for args in [
        &["config", "validate"][..],
        &["config", "validate", "--json"],
        &["config", "get", "agents", "--json"],
        &["config", "explain", "agents.defaults.model.primary"],
        &["config", "explain", "agents.defaults", "--json"],
        &["config", "diff", "agents.defaults.model.primary", "huggingface/a/b"],
        &["models", "status"],
        &["models", "status", "--json"],
        &["models", "list"],
        &["models", "list", "--json"],
        &["models", "aliases", "list", "--json"],
        &["config", "get", "a\u{1b}[2J"],
        &["a\u{1b}[2J\u{202e}"],
        &["models", "set", "x\u{9b}/y"],
    ] {
        report.push_str(&world.run(args));
    }
    let raw: Vec<_> = report
        .lines()
        .filter(|line| line.contains(|c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)))
        .collect();
    assert!(raw.is_empty(), "{raw:?}");
    assert!(report.contains("other/x\\u{1b}[2J"), "{report}");
}
