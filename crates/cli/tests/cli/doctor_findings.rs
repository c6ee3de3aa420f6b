//! Every check of `openclaw doctor`: what it finds, why that matters, and what to type.

use std::collections::BTreeSet;
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{Running, TOKEN, World, steady};

/// Nobody listens on port 0, so no gateway is found by chance.
const PORT: (&str, &str) = ("OPENCLAW_GATEWAY_PORT", "0");

/// What was found, check by check.
#[derive(Default)]
struct Report {
    text: String,
    checks: BTreeSet<String>,
}

impl Report {
    /// What a check says of a home; where it is silent, that.
    fn case(&mut self, title: &str, world: &World, check: &str, args: &[&str]) {
        let mut command = world.command(&[&["doctor", "--json"], args].concat());
        if !command.get_envs().any(|(name, _)| name == PORT.0) {
            command.env(PORT.0, PORT.1);
        }
        self.text.push_str(&format!("# {check}: {title}\n"));
        let output = command.output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains(TOKEN), "{title}: {text}");
        let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut is_silent = true;
        for finding in report["findings"].as_array().expect("a list") {
            let field = |name: &str| finding[name].as_str().map(|text| world.stable(text));
            if field("check").as_deref() != Some(check) {
                continue;
            }
            is_silent = false;
            self.checks.insert(check.to_owned());
            let fixable = if finding["fixable"] == true { " (--fix mends it)" } else { "" };
            let level = field("level").unwrap_or_default();
            self.text.push_str(&format!("{level}: {}{fixable}\n", field("what").unwrap_or_default()));
            for (name, text) in [("why", field("why")), ("fix", field("fix")), ("path", field("path"))] {
                if let Some(text) = text {
                    self.text.push_str(&format!("  {name}: {text}\n"));
                }
            }
            let needs = level == "warning" || level == "error";
            assert!(!needs || (finding["why"].is_string() && finding["fix"].is_string()), "{finding}");
        }
        if is_silent {
            self.text.push_str("nothing is said\n");
        }
        self.text.push('\n');
    }

    /// The same, without asking Hugging Face.
    fn offline(&mut self, title: &str, world: &World, check: &str) {
        self.case(title, world, check, &["--offline"]);
    }
}

fn with_config(text: &str) -> World {
    let world = World::onboarded();
    world.write_config(text);
    world
}

fn config_of(fields: &str) -> World {
    with_config(&format!("{{ agents: {{ defaults: {{ {fields} }} }} }}\n"))
}

/// The checks that a page of the docs names.
fn documented() -> BTreeSet<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/doctor.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let names = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_check_has_a_case_in_which_it_speaks() {
    let mut report = Report::default();
    token(&mut report);
    files(&mut report);
    config(&mut report);
    router(&mut report);
    gateway(&mut report);
    surroundings(&mut report);
    assert_eq!(report.checks, documented());
}

fn token(report: &mut Report) {
    let check = "token.present";
    report.offline("a fresh machine", &World::offline(), check);
    report.offline("after onboarding", &World::onboarded(), check);
    report.offline("in the shell", &World::offline().env("HF_TOKEN", TOKEN), check);

    let check = "token.unusable";
    report.offline("two words in a variable", &World::onboarded().env("HF_TOKEN", "two words"), check);
    let config = "{ models: { providers: { huggingface: { apiKey: '${NOT_SET}' } } } }";
    let world = World::offline();
    world.write_config(config);
    report.offline("a variable that is not set", &world, check);
    let config = "{ env: { vars: { HF_TOKEN: 'two words' } } }";
    let world = World::offline();
    world.write_config(config);
    report.offline("two words in the config", &world, check);

    let other = World::onboarded().env("HF_TOKEN", "hf_other_0123456789abcdef");
    report.offline("another one in the shell", &other, "token.shadowed");

    let check = "token.verdict";
    for (title, token) in [
        ("a good one", "hf_canary_1"),
        ("a classic one", "hf_read_1"),
        ("one that is refused", "hf_refused_1"),
        ("one without the permission", "hf_noperm_1"),
        ("one without credits", "hf_nocredit_1"),
    ] {
        report.case(title, &World::new().env("HF_TOKEN", token), check, &[]);
    }
    let world = World::new();
    world.write_state(".env", "HF_TOKEN=hf_refused_1\n");
    report.case("one that was kept and is refused", &world, check, &[]);
    report.case("without a network", &World::offline().env("HF_TOKEN", TOKEN), check, &[]);
    report.offline("offline", &World::onboarded(), check);
    let nowhere =
        "{ models: { providers: { huggingface: { baseUrl: 'https://${NOWHERE}/v1', models: [] } } } }";
    let nowhere = with_config(nowhere).env("OPENCLAW_HF_BASE_URL", "");
    report.case("no address of the router", &nowhere, check, &[]);

    let world = World::onboarded();
    world.write_state("logs/config-audit.jsonl", &format!("{{\"argv\": [\"{TOKEN}\"]}}\n"));
    report.offline("OpenClaw logged its command line", &world, "token.exposed");
}

#[test]
fn the_token() {
    let mut report = Report::default();
    token(&mut report);
    steady! { assert_snapshot!(report.text, @"
    # token.present: a fresh machine
    error: there is no token
      why: without one no model answers
      fix: openclaw onboard

    # token.present: after onboarding
    ok: hf_…cdef from HF_TOKEN in ~/.openclaw/.env

    # token.present: in the shell
    ok: hf_…cdef from HF_TOKEN in the environment

    # token.unusable: two words in a variable
    warning: HF_TOKEN in the environment: the token has white space at position 4, expected letters, digits and signs only
      why: it would win over the other places, and is passed over
      fix: unset HF_TOKEN

    # token.unusable: a variable that is not set
    warning: models.providers.huggingface.apiKey in the config, which is NOT_SET: the variable `NOT_SET` is not set
      why: it would win over the other places, and is passed over
      fix: openclaw config unset models.providers.huggingface.apiKey

    # token.unusable: two words in the config
    warning: env.vars.HF_TOKEN in the config: the token has white space at position 4, expected letters, digits and signs only
      why: it would win over the other places, and is passed over
      fix: openclaw config unset env.vars.HF_TOKEN

    # token.shadowed: another one in the shell
    warning: HF_TOKEN in the environment hides another token: HF_TOKEN in ~/.openclaw/.env
      why: the stored token has no effect in this shell, and a daemon uses it all the same
      fix: unset HF_TOKEN

    # token.verdict: a good one
    ok: Token verified (user sandbox-user): it may call Inference Providers

    # token.verdict: a classic one
    ok: Token verified (user sandbox-user): it may call Inference Providers

    # token.verdict: one that is refused
    error: Token refused: Invalid username or password.
      why: every question is refused; make a new one at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
      fix: unset HF_TOKEN && openclaw onboard

    # token.verdict: one without the permission
    error: Token lacks a permission: `inference.serverless.write` for the user `sandbox-user`
      why: every question is refused; make one with the permission at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
      fix: unset HF_TOKEN && openclaw onboard

    # token.verdict: one without credits
    ok: Token verified (user sandbox-user): it may call Inference Providers

    # token.verdict: one that was kept and is refused
    error: Token refused: Invalid username or password.
      why: every question is refused; make a new one at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
      fix: openclaw onboard

    # token.verdict: without a network
    warning: Token not verified: `http://127.0.0.1:9` refused the connection
      why: whether it works is not known
      fix: openclaw doctor --verbose

    # token.verdict: offline
    note: the token cannot be checked offline
      fix: openclaw doctor

    # token.verdict: no address of the router
    note: the token cannot be checked: the router's address cannot be used

    # token.exposed: OpenClaw logged its command line
    warning: the token stands in clear text in ~/.openclaw/logs/config-audit.jsonl
      why: OpenClaw logs the command line of every change, and logs are copied and sent around
      fix: rm ~/.openclaw/logs/config-audit.jsonl
      path: ~/.openclaw/logs/config-audit.jsonl
    "); }
}

fn files(report: &mut Report) {
    let check = "files.mode";
    report.offline("after onboarding", &World::onboarded(), check);
    let kept = World::offline();
    std::fs::create_dir(kept.state("")).expect("a folder");
    std::fs::set_permissions(kept.state(""), std::fs::Permissions::from_mode(0o700))
        .expect("the mode is set");
    report.offline("a folder alone", &kept, check);
    let world = World::onboarded();
    world.write_state("gateway.json5", "{ keys: { ci: { key: 'oc-0123456789' } } }");
    for (name, mode) in [("", 0o755), (".env", 0o644), ("gateway.json5", 0o640), ("openclaw.json", 0o644)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(world.state(name), permissions).expect("the mode is set");
    }
    report.offline("open to everybody", &world, check);

    let check = "files.kind";
    let world = World::offline();
    std::fs::create_dir_all(world.state(".env")).expect("a folder");
    report.offline("a folder for a file", &world, check);
    let world = World::offline();
    std::fs::write(world.home().join(".openclaw"), "").expect("a file");
    report.offline("a file for a folder", &world, check);
}

#[test]
fn modes_of_files() {
    let mut report = Report::default();
    files(&mut report);
    assert_snapshot!(report.text, @"
    # files.mode: after onboarding
    ok: 2 files and folders with secrets, for their owner alone

    # files.mode: a folder alone
    ok: 1 file or folder with secrets, for their owner alone

    # files.mode: open to everybody
    warning: ~/.openclaw has mode 755, expected 700 (--fix mends it)
      why: others on this machine can list what is in there
      fix: chmod 700 ~/.openclaw
      path: ~/.openclaw
    error: ~/.openclaw/.env has mode 644, expected 600 (--fix mends it)
      why: it holds a secret, and others on this machine can read it
      fix: chmod 600 ~/.openclaw/.env
      path: ~/.openclaw/.env
    error: ~/.openclaw/gateway.json5 has mode 640, expected 600 (--fix mends it)
      why: it holds a secret, and others on this machine can read it
      fix: chmod 600 ~/.openclaw/gateway.json5
      path: ~/.openclaw/gateway.json5

    # files.kind: a folder for a file
    error: ~/.openclaw/.env is a folder, expected a file
      why: no token can be kept there
      fix: mv ~/.openclaw/.env ~/.openclaw/.env.old
      path: ~/.openclaw/.env

    # files.kind: a file for a folder
    error: ~/.openclaw is a file, expected a folder
      why: nothing can be kept there
      fix: mv ~/.openclaw ~/.openclaw.old
      path: ~/.openclaw
    ");
}

fn config(report: &mut Report) {
    let r1 = "huggingface/deepseek-ai/DeepSeek-R1";
    let check = "config.syntax";
    report.offline("none", &World::offline(), check);
    report.offline("after onboarding", &World::onboarded(), check);
    report.offline("a brace too few", &with_config("{ agents: {\n"), check);

    let check = "config.key";
    report.offline("misspelt", &config_of("modle: {}"), check);
    report.offline("twice", &config_of("model: {}, model: {}"), check);
    let refused = "{ models: { providers: { huggingface: { apiKeys: 'x', baseUrl: '', models: [] } } } }";
    report.offline("one that OpenClaw refuses", &with_config(refused), check);
    let refused = config_of(&format!("models: {{ '{r1}': {{ nick: 'r1' }} }}"));
    report.offline("one that OpenClaw refuses for a model", &refused, check);

    let check = "config.reference";
    report.offline(
        "no alias",
        &config_of(&format!("model: {{ primary: '{r1}', fallbacks: ['nope'] }}")),
        check,
    );
    report.offline("no reference", &config_of("model: { primary: 'huggingface/only' }"), check);

    let twice = format!("model: {{ primary: '{r1}', fallbacks: ['{r1}', '{r1}'] }}");
    report.offline("the default model again", &config_of(&twice), "config.fallback");

    let check = "config.allowlist";
    let shut = format!(
        "model: {{ primary: '{r1}', fallbacks: ['huggingface/Qwen/Qwen3-8B', 'anthropic/claude'] }}, models: {{ '{r1}': {{}} }}"
    );
    report.offline("fallbacks that are shut out", &config_of(&shut), check);
    let policy =
        format!("model: {{ primary: '{r1}' }}, modelPolicy: {{ allow: ['huggingface/Qwen/Qwen3-8B'] }}");
    report.offline("a policy without the default model", &config_of(&policy), check);

    let check = "config.alias";
    let small = "huggingface/Qwen/Qwen3-8B";
    let same = format!("models: {{ '{r1}': {{ alias: 'a' }}, '{small}': {{ alias: 'A' }} }}");
    report.offline("two of one name", &config_of(&same), check);
    let odd = format!("models: {{ '{r1}': {{ alias: 'a/b' }}, '{small}': {{ alias: '' }} }}");
    report.offline("ones that cannot be used", &config_of(&odd), check);

    let entries =
        "{ models: { providers: { huggingface: { baseUrl: 'https://router.huggingface.co/v1', models: [
        { name: 'nothing' }, { id: 'one', name: 'One' }, { id: 'Qwen/Qwen3-8B' },
        { id: 'Qwen/Qwen3-8B', name: 'again' } ] } } } }";
    report.offline("entries", &with_config(entries), "config.entry");

    let check = "config.offer";
    let lost = "model: { primary: 'huggingface/deepseek-ai/DeepSeek-R11', fallbacks: ['huggingface/nobody/Knows'] }, \
        models: { 'huggingface/gone/Away': { alias: 'old' }, 'huggingface/gone/Too': {} }";
    report.case("models that the router no longer lists", &config_of(lost), check, &[]);
    let pinned = format!("model: {{ primary: '{r1}:nobody' }}");
    report.case("a provider that does not offer it", &config_of(&pinned), check, &[]);

    let foreign = format!("model: {{ primary: '{r1}', fallbacks: ['anthropic/claude', 'openai/gpt'] }}");
    report.offline("others' models", &config_of(&foreign), "config.foreign");
    report.offline("no default model", &config_of(""), "config.default");
}

#[test]
fn the_config() {
    let mut report = Report::default();
    config(&mut report);
    assert_snapshot!(report.text, @r#"
    # config.syntax: none
    note: there is no config at ~/.openclaw/openclaw.json

    # config.syntax: after onboarding
    ok: ~/.openclaw/openclaw.json can be read (0 fallbacks, 0 aliases)

    # config.syntax: a brace too few
    error: ~/.openclaw/openclaw.json cannot be read: expected a key or `}`, found the end of the text at line 2, column 1
      why: no command that needs it works, here and in OpenClaw
      fix: openclaw config validate
      path: ~/.openclaw/openclaw.json

    # config.key: misspelt
    warning: agents.defaults.modle: `modle` is no known key; did you mean `model`?
      why: what stands there has no effect, and OpenClaw may refuse the whole config
      fix: openclaw config validate
      path: agents.defaults.modle

    # config.key: twice
    warning: agents.defaults.model: this key stands there again; the last one counts
      why: what stands under the first one has no effect
      fix: openclaw config validate
      path: agents.defaults.model

    # config.key: one that OpenClaw refuses
    warning: models.providers.huggingface.apiKeys: `apiKeys` is no known key; did you mean `apiKey`?
      why: what stands there has no effect, and OpenClaw may refuse the whole config
      fix: openclaw config validate
      path: models.providers.huggingface.apiKeys

    # config.key: one that OpenClaw refuses for a model
    error: agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"].nick: OpenClaw refuses the key `nick` here
      why: OpenClaw refuses the whole config for one such key
      fix: openclaw config unset 'agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"].nick'
      path: agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"].nick

    # config.reference: no alias
    error: agents.defaults.model.fallbacks[0]: expected `huggingface/<org>/<name>`, found `nope`
      why: it can never be asked
      fix: openclaw config unset 'agents.defaults.model.fallbacks[0]'
      path: agents.defaults.model.fallbacks[0]

    # config.reference: no reference
    error: agents.defaults.model.primary: expected `/<name>` at the end of `huggingface/only`
      why: it can never be asked
      fix: openclaw config unset agents.defaults.model.primary
      path: agents.defaults.model.primary

    # config.fallback: the default model again
    warning: agents.defaults.model.fallbacks[0]: this fallback is the default model itself (--fix mends it)
      why: it was tried by then, so it is passed over
      fix: openclaw doctor --fix
      path: agents.defaults.model.fallbacks[0]
    warning: agents.defaults.model.fallbacks[1]: this fallback is the default model itself (--fix mends it)
      why: it was tried by then, so it is passed over
      fix: openclaw doctor --fix
      path: agents.defaults.model.fallbacks[1]

    # config.allowlist: fallbacks that are shut out
    warning: agents.defaults.models: `huggingface/Qwen/Qwen3-8B` is not in this list, so OpenClaw will not let a session choose it (--fix mends it)
      why: a list that is not empty shuts out whatever it lacks
      fix: openclaw doctor --fix
      path: agents.defaults.models
    warning: agents.defaults.models: `anthropic/claude` is not in this list, so OpenClaw will not let a session choose it
      why: a list that is not empty shuts out whatever it lacks
      fix: openclaw config set 'agents.defaults.models["anthropic/claude"]' '{}'
      path: agents.defaults.models

    # config.allowlist: a policy without the default model
    warning: agents.defaults.modelPolicy.allow: `huggingface/deepseek-ai/DeepSeek-R1` is not in this list, so OpenClaw will not let a session choose it (--fix mends it)
      why: a list that is not empty shuts out whatever it lacks
      fix: openclaw doctor --fix
      path: agents.defaults.modelPolicy.allow

    # config.alias: two of one name
    warning: agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias: `A` is also the alias of `huggingface/deepseek-ai/DeepSeek-R1`; this one counts
      why: it does not stand for the model that it should
      fix: openclaw config unset 'agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias'
      path: agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias

    # config.alias: ones that cannot be used
    warning: agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"].alias: `a/b` has a `/`, so it will always be read as a reference
      why: it does not stand for the model that it should
      fix: openclaw config unset 'agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"].alias'
      path: agents.defaults.models["huggingface/deepseek-ai/DeepSeek-R1"].alias
    warning: agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias: this alias is empty
      why: it does not stand for the model that it should
      fix: openclaw config unset 'agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias'
      path: agents.defaults.models["huggingface/Qwen/Qwen3-8B"].alias

    # config.entry: entries
    error: models.providers.huggingface.models[0]: this entry has no `id`
      why: OpenClaw refuses the whole config for it
      fix: openclaw config unset 'models.providers.huggingface.models[0]'
      path: models.providers.huggingface.models[0]
    error: models.providers.huggingface.models[1].id: expected `<org>/<name>`, found `one`
      why: OpenClaw refuses the whole config for it
      fix: openclaw config unset 'models.providers.huggingface.models[1]'
      path: models.providers.huggingface.models[1].id
    error: models.providers.huggingface.models[2]: OpenClaw refuses an entry without a `name`
      why: OpenClaw refuses the whole config for it
      fix: openclaw config set 'models.providers.huggingface.models[2].name' 'a name'
      path: models.providers.huggingface.models[2]
    warning: models.providers.huggingface.models[3]: `Qwen/Qwen3-8B` is listed before; the first one counts
      why: only the first has an effect
      fix: openclaw config unset 'models.providers.huggingface.models[3]'
      path: models.providers.huggingface.models[3]

    # config.offer: models that the router no longer lists
    error: agents.defaults.model.primary: the router no longer lists `deepseek-ai/DeepSeek-R11`
      why: every question goes there first
      fix: openclaw models set deepseek-ai/DeepSeek-R1
      path: agents.defaults.model.primary
    warning: agents.defaults.model.fallbacks[0]: the router no longer lists `nobody/Knows`
      why: it helps nobody when the default model fails
      fix: openclaw config unset 'agents.defaults.model.fallbacks[0]'
      path: agents.defaults.model.fallbacks[0]
    warning: agents.defaults.models["huggingface/gone/Away"]: the router no longer lists `gone/Away`
      why: its alias leads nowhere
      fix: openclaw config unset 'agents.defaults.models["huggingface/gone/Away"]'
      path: agents.defaults.models["huggingface/gone/Away"]
    note: agents.defaults.models["huggingface/gone/Too"]: the router no longer lists `gone/Too`
      why: it cannot be asked now
      fix: openclaw config unset 'agents.defaults.models["huggingface/gone/Too"]'
      path: agents.defaults.models["huggingface/gone/Too"]

    # config.offer: a provider that does not offer it
    error: agents.defaults.model.primary: `nobody` does not offer `deepseek-ai/DeepSeek-R1` now; offered by together, novita, fireworks-ai, featherless-ai
      why: every question goes there first
      fix: openclaw models set deepseek-ai/DeepSeek-R1
      path: agents.defaults.model.primary

    # config.foreign: others' models
    note: `anthropic/claude` and 1 more of other providers: kept, and passed over here

    # config.default: no default model
    note: no default model is set, so huggingface/deepseek-ai/DeepSeek-R1 is asked
      fix: openclaw models set huggingface/deepseek-ai/DeepSeek-R1
    "#);
}

fn router(report: &mut Report) {
    let check = "router.address";
    let odd = World::onboarded().env("OPENCLAW_HF_BASE_URL", "ftp://example.org/v1");
    report.case("in the environment", &odd, check, &[]);
    let config = "{ models: { providers: { huggingface: { baseUrl: 'nowhere' } } } }";
    report.case("in the config", &with_config(config).env("OPENCLAW_HF_BASE_URL", ""), check, &["--offline"]);

    let check = "router.reachable";
    report.case("well", &World::onboarded(), check, &[]);
    report.case("without a network", &World::onboarded().without_sandbox(), check, &[]);
    let world = World::onboarded();
    let ill = Script::always(When::path(Endpoint::Models), Fault::status(503));
    world.sandbox().script(vec![ill]).expect("it is scripted");
    report.case("ill", &world, check, &[]);

    let check = "router.list";
    report.offline("none is kept", &World::offline(), check);
    let world = World::onboarded();
    let days = Duration::from_secs(3 * 24 * 3600 + 60);
    dated(&world, SystemTime::now() - days);
    report.offline("an old one", &world, check);
    dated(&world, SystemTime::now() + days);
    report.offline("one from the future", &world, check);
}

/// Dates all that is kept.
fn dated(world: &World, time: SystemTime) {
    for file in std::fs::read_dir(world.state("cache")).expect("a cache") {
        let file = File::options().append(true).open(file.expect("a file").path()).expect("it opens");
        file.set_modified(time).expect("it is set");
    }
}

#[test]
fn the_router() {
    let mut report = Report::default();
    router(&mut report);
    assert_snapshot!(report.text, @"
    # router.address: in the environment
    error: `OPENCLAW_HF_BASE_URL` is `ftp://example.org/v1`, expected it to begin with `https://` or `http://`
      why: nothing can be asked
      fix: unset OPENCLAW_HF_BASE_URL

    # router.address: in the config
    error: `models.providers.huggingface.baseUrl` is `nowhere`, expected an address such as `https://example.org/v1`
      why: nothing can be asked
      fix: openclaw config unset models.providers.huggingface.baseUrl

    # router.reachable: well
    ok: the router lists 31 models

    # router.reachable: without a network
    error: `http://127.0.0.1:9` refused the connection
      why: no model answers without it
      fix: openclaw models list --all --refresh --verbose

    # router.reachable: ill
    error: `http://127.0.0.1:PORT` failed (status 503): 503 Service Unavailable
      why: no model answers without it
      fix: openclaw models list --all --refresh --verbose

    # router.list: none is kept
    note: no list of the router is kept, so only the built-in table is known
      fix: openclaw models list --all --refresh

    # router.list: an old one
    warning: the kept list of the router is 3 days old
      why: providers come and go by the day
      fix: openclaw models list --all --refresh
      path: ~/.openclaw/cache

    # router.list: one from the future
    warning: the kept list of the router is from the future by this machine's clock
      why: how old it is cannot be told
      fix: openclaw models list --all --refresh
      path: ~/.openclaw/cache
    ");
}

fn gateway(report: &mut Report) {
    let check = "gateway.listening";
    report.offline("nobody", &World::onboarded(), check);
    let somebody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = somebody.local_addr().expect("an address").port().to_string();
    let world = World::onboarded().env(PORT.0, &port);
    let mut taken = Report::default();
    taken.offline("somebody else", &world, check);
    // Who holds it is this very test.
    let holder = taken.text.split_once("warning: ").and_then(|(_, rest)| rest.split_once(" holds "));
    let shown = holder.map_or(taken.text.clone(), |(holder, _)| taken.text.replace(holder, "PROGRAM"));
    let next = (port.parse::<u16>().expect("a port").wrapping_add(1)).to_string();
    report.text.push_str(&shown.replace(&port, "PORT").replace(&next, "PORT+1"));
    drop(somebody);
    report.offline("an address that is none", &with_config("{ gateway: { bind: 'moon' } }"), check);

    let world = World::new();
    let running = Running::start(&world, &["gateway", "run", "--port", "0"]);
    let port = running.address().port().to_string();
    let world = world.env(PORT.0, &port);
    for check in [check, "gateway.ready"] {
        let mut one = Report::default();
        one.offline("one without a token", &world, check);
        report.text.push_str(&one.text.replace(&port, "PORT"));
        report.checks.append(&mut one.checks);
    }
    drop(running);
    let world = World::onboarded();
    let running = Running::start(&world, &["gateway", "run", "--port", "0"]);
    let port = running.address().port().to_string();
    report.offline("a good one", &world.env(PORT.0, &port), "gateway.ready");
    drop(running);

    let world = World::onboarded();
    world.write_state("gateway.json5", "{ broken");
    report.offline("its file is broken", &world, "gateway.file");

    let check = "gateway.token";
    report.offline("kept", &World::onboarded(), check);
    report.offline("only in this shell", &World::offline().env("HF_TOKEN", TOKEN), check);
    let other = World::onboarded().env("HF_TOKEN", "hf_other_0123456789abcdef");
    report.offline("another one in this shell", &other, check);
}

#[test]
fn the_gateway() {
    let mut report = Report::default();
    gateway(&mut report);
    assert_snapshot!(report.text, @"
    # gateway.listening: nobody
    note: no gateway runs on 127.0.0.1:0
      fix: openclaw gateway run

    # gateway.listening: somebody else
    warning: PROGRAM holds 127.0.0.1:PORT and is no gateway of this program's
      why: the gateway cannot listen there
      fix: openclaw gateway run --port PORT+1

    # gateway.listening: an address that is none
    warning: `gateway.bind` or `gateway.port` names no address that this gateway can listen on
      why: `openclaw gateway run` refuses to start
      fix: openclaw gateway run --bind loopback --port 18789

    # gateway.listening: one without a token
    ok: a gateway answers on 127.0.0.1:PORT

    # gateway.ready: one without a token
    error: it takes no requests: no token of Hugging Face
      why: every client of it is refused
      fix: openclaw onboard

    # gateway.ready: a good one
    ok: it can be sent requests

    # gateway.file: its file is broken
    error: `~/.openclaw/gateway.json5` cannot be read; it was left as it is
      why: the gateway does not start, or works on by what it read before
      fix: openclaw gateway keys list
      path: ~/.openclaw/gateway.json5

    # gateway.token: kept
    ok: a gateway that a service manager starts sees it: HF_TOKEN in ~/.openclaw/.env

    # gateway.token: only in this shell
    warning: a gateway that a service manager starts does not see the token: it is HF_TOKEN in the environment
      why: a service has nothing of what this shell exports; it reads the .env of the state folder
      fix: printenv HF_TOKEN | openclaw onboard --non-interactive --huggingface-api-key -

    # gateway.token: another one in this shell
    note: a gateway that a service manager starts uses another token: HF_TOKEN in ~/.openclaw/.env
      why: what this shell exports hides it here alone
    ");
}

fn surroundings(report: &mut Report) {
    report.case("as the router's", &World::onboarded(), "surroundings.clock", &[]);

    let check = "surroundings.proxy";
    let proxied = World::onboarded().env("HTTPS_PROXY", "http://user:secret@proxy.example:3128");
    report.offline("one that works", &proxied, check);
    report.offline("one that is none", &World::onboarded().env("ALL_PROXY", "no address"), check);
    let caught =
        World::onboarded().env("HTTP_PROXY", "http://proxy.example:3128").env("NO_PROXY", "intra.example");
    report.offline("one that catches the gateway", &caught, check);

    let check = "surroundings.ca-file";
    report.offline("no such file", &World::onboarded().env("SSL_CERT_FILE", "/no/such/file"), check);
    let world = World::onboarded();
    let own = rcgen::generate_simple_self_signed(["router.example".to_owned()]).expect("a certificate");
    world.write_state("own.pem", &own.cert.pem());
    let own = world.state("own.pem").display().to_string();
    report.offline("one's own", &world.env("SSL_CERT_FILE", &own), check);

    let check = "surroundings.openclaw";
    let world = World::onboarded();
    let folder = world.home().join("node");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("openclaw"), "#!/bin/sh\nexit 9\n").expect("it is written");
    std::fs::write(folder.join("package.json"), r#"{"name": "openclaw", "version": "2026.5.1"}"#)
        .expect("it is written");
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_openclaw")).parent().expect("a folder").to_owned();
    let path = format!("{}:{}:/usr/bin:/bin", folder.display(), own.display());
    let world = world.env("PATH", &path);
    let mut one = Report::default();
    one.offline("another one comes first", &world, check);
    report.text.push_str(&one.text.replace(&own.display().to_string(), "OWN"));
    report.checks.append(&mut one.checks);
    let touched = with_config("{ meta: { lastTouchedVersion: '2026.5.1' } }");
    report.offline("the config's last writer", &touched, check);
}

#[test]
fn the_surroundings() {
    let mut report = Report::default();
    surroundings(&mut report);
    assert_snapshot!(report.text, @"
    # surroundings.clock: as the router's
    ok: this machine's clock agrees with the router's

    # surroundings.proxy: one that works
    note: HTTPS_PROXY is http://proxy.example:3128

    # surroundings.proxy: one that is none
    warning: ALL_PROXY is no address of a proxy, expected one such as `http://proxy:3128`
      why: requests go out without a proxy, or not at all
      fix: unset ALL_PROXY

    # surroundings.proxy: one that catches the gateway
    note: HTTP_PROXY is http://proxy.example:3128
    warning: NO_PROXY lacks 127.0.0.1
      why: clients of the local gateway ask the proxy for it, which cannot reach it
      fix: export NO_PROXY=intra.example,127.0.0.1,localhost

    # surroundings.ca-file: no such file
    error: SSL_CERT_FILE cannot be used: the CA file `/no/such/file` cannot be read
      why: no secure connection can be made
      fix: unset SSL_CERT_FILE

    # surroundings.ca-file: one's own
    note: SSL_CERT_FILE is HOME/.openclaw/own.pem (1 authority, in place of the system's)

    # surroundings.openclaw: another one comes first
    warning: another openclaw is ~/node/openclaw (OpenClaw 2026.5.1), and comes first in PATH
      why: `openclaw` starts that one
      fix: alias openclaw=OWN/openclaw

    # surroundings.openclaw: the config's last writer
    note: OpenClaw 2026.5.1 wrote the config last
      path: meta.lastTouchedVersion
    ");
}

/// The command that doctor names is typed into a shell: the token is kept, and stands on no command line.
#[test]
fn a_token_of_the_shell_alone_is_kept_by_what_doctor_says() {
    let world = World::new().env("HF_TOKEN", TOKEN).env(PORT.0, PORT.1);
    let report = world.json(&["doctor", "--json"]);
    let findings = report["findings"].as_array().expect("a list").iter();
    let mut fixes = findings.filter(|finding| finding["check"] == "gateway.token");
    let fix = fixes.next().and_then(|finding| finding["fix"].as_str()).expect("a fix");
    assert!(!fix.contains(TOKEN) && !fix.contains('$'), "{fix}");
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_openclaw")).parent().expect("a folder");
    let mut shell = Command::new("/bin/sh");
    shell.env_clear().args(["-c", fix]).current_dir(world.home());
    let told = world.command(&[]);
    shell.envs(told.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", format!("{}:/usr/bin:/bin", own.display()));
    let output = shell.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(world.read_state(".env"), format!("HF_TOKEN={TOKEN}\n"));
}
