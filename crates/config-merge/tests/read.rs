//! What is read from the files that are shared with OpenClaw, and where.

use std::path::Path;

#[path = "support/examples.rs"]
mod examples;

use examples::EXAMPLES;
use insta::assert_snapshot;
use openclaw_catalog::{Catalog, Layer, Origin, RouterList};
use openclaw_config_merge::{Aliases, Config, Named, Places, Reference, check, named, store};
use openclaw_json5_edit::Document;

/// A config on disk, read back.
fn load(text: &str) -> (Document, Config) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, text).expect("it is written");
    let loaded = store::read(&path).expect("it loads");
    (loaded.document.expect("it is there"), loaded.config)
}

#[test]
fn s17_the_seven_examples_load_and_validate_as_written() {
    let mut report = String::new();
    for (name, text) in EXAMPLES {
        let (document, config) = load(text);
        assert_eq!(check(&document, &config), [], "{name}");
        report.push_str(&format!("{name}\n  primary {}\n", config.primary().unwrap_or("-")));
        for fallback in config.fallbacks() {
            report.push_str(&format!("  fallback {fallback}\n"));
        }
        for (alias, text) in Aliases::of(&config).iter() {
            report.push_str(&format!("  {alias} = {text}\n"));
        }
    }
    assert_snapshot!(report, @"
    default
      primary huggingface/deepseek-ai/DeepSeek-R1
    aliases
      primary -
      DeepSeek R1 (fast) = huggingface/deepseek-ai/DeepSeek-R1
      DeepSeek R1 (cheap) = huggingface/deepseek-ai/DeepSeek-R1:cheapest
    fallback
      primary huggingface/deepseek-ai/DeepSeek-R1
      fallback huggingface/Qwen/Qwen3-8B
      DeepSeek R1 = huggingface/deepseek-ai/DeepSeek-R1
      Qwen3 8B = huggingface/Qwen/Qwen3-8B
    variants
      primary huggingface/Qwen/Qwen3-8B
      Qwen3 8B = huggingface/Qwen/Qwen3-8B
      Qwen3 8B (cheapest) = huggingface/Qwen/Qwen3-8B:cheapest
      Qwen3 8B (fastest) = huggingface/Qwen/Qwen3-8B:fastest
    three models
      primary huggingface/deepseek-ai/DeepSeek-V3.2
      fallback huggingface/meta-llama/Llama-3.3-70B-Instruct
      fallback huggingface/openai/gpt-oss-120b
      DeepSeek V3.2 = huggingface/deepseek-ai/DeepSeek-V3.2
      Llama 3.3 70B = huggingface/meta-llama/Llama-3.3-70B-Instruct
      GPT-OSS 120B = huggingface/openai/gpt-oss-120b
    pinned
      primary huggingface/deepseek-ai/DeepSeek-R1:together
      DeepSeek R1 (Together) = huggingface/deepseek-ai/DeepSeek-R1:together
    suffixes
      primary huggingface/Qwen/Qwen2.5-7B-Instruct:cheapest
      Qwen2.5 7B = huggingface/Qwen/Qwen2.5-7B-Instruct
      Qwen2.5 7B (cheap) = huggingface/Qwen/Qwen2.5-7B-Instruct:cheapest
      DeepSeek R1 (fast) = huggingface/deepseek-ai/DeepSeek-R1:fastest
      Llama 3.1 8B = huggingface/meta-llama/Llama-3.1-8B-Instruct
    ");
}

#[test]
fn s06_the_default_is_read_at_primary_or_as_a_text() {
    for text in [
        r#"{ agents: { defaults: { model: { primary: "huggingface/a/b" } } } }"#,
        r#"{ agents: { defaults: { model: "huggingface/a/b" } } }"#,
    ] {
        assert_eq!(load(text).1.primary(), Some("huggingface/a/b"), "{text}");
    }
    assert_eq!(load("{}").1.primary(), None);
}

#[test]
fn s07_fallbacks_are_an_ordered_list() {
    let (_, config) =
        load(r#"{ agents: { defaults: { model: { fallbacks: ["huggingface/b/2", "huggingface/a/1"] } } } }"#);
    assert_eq!(config.fallbacks(), ["huggingface/b/2", "huggingface/a/1"]);
}

#[test]
fn s12_an_alias_names_a_model_in_any_case_and_with_spaces() {
    let (_, config) = load(EXAMPLES[1].1);
    let aliases = Aliases::of(&config);
    let resolved = aliases.resolve(" deepseek r1 (CHEAP) ");
    assert_eq!(
        resolved,
        Reference::HuggingFace("huggingface/deepseek-ai/DeepSeek-R1:cheapest".parse().expect("a reference"))
    );
    assert_eq!(aliases.resolve("nothing"), Reference::UnknownWord("nothing".to_owned()));
    assert_eq!(aliases.resolve("anthropic/claude/x"), Reference::Foreign("anthropic/claude/x".to_owned()));
    assert!(matches!(aliases.resolve("Qwen/"), Reference::Malformed(_)));
}

#[test]
fn of_two_models_with_one_alias_the_later_counts() {
    let (document, config) = load(
        r#"{ agents: { defaults: { models: {
        "huggingface/a/1": { alias: "Same" }, "huggingface/a/2": { alias: "same" } } } } }"#,
    );
    assert_eq!(Aliases::of(&config).get("SAME"), Some("huggingface/a/2"));
    assert_eq!(check(&document, &config).len(), 1);
}

#[test]
fn s14_suffixed_forms_are_entries_of_their_own_with_their_own_alias() {
    let (_, config) = load(
        r#"{
  agents: { defaults: { models: { "huggingface/Qwen/Qwen3-8B:fastest": { alias: "quick" } } } },
  models: { providers: { huggingface: { baseUrl: "https://router.huggingface.co/v1", api: "openai-completions", models: [
    { id: "Qwen/Qwen3-8B:fastest", name: "Quick Qwen", contextWindow: 9000 },
    { id: "Qwen/Qwen3-8B", name: "Plain Qwen" },
  ] } } },
}"#,
    );
    let catalog = Catalog::merge([Layer::built_in()].into_iter().chain(config.layers(None)));
    let fast = catalog.get("Qwen/Qwen3-8B:fastest").expect("its own entry");
    let plain = catalog.get("Qwen/Qwen3-8B").expect("its own entry");
    assert_eq!((fast.label().value.as_str(), fast.name.value.as_str()), ("quick", "Quick Qwen"));
    assert_eq!(fast.context_window.map(|s| s.value), Some(9000));
    assert_eq!(
        (plain.label().value.as_str(), plain.context_window.map(|s| s.value)),
        ("Plain Qwen", Some(40_960))
    );
}

#[test]
fn s15_entries_of_the_config_and_of_models_json_are_kept_over_discovery() {
    let folder = tempfile::tempdir().expect("a folder");
    let json = folder.path().join("models.json");
    std::fs::write(
        &json,
        r#"{"providers":{"huggingface":{"baseUrl":"x","api":"openai-completions","apiKey":"HF_TOKEN","models":[
            {"id":"Qwen/Qwen3-8B","name":"From models.json","maxTokens":77,"cost":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0}},
            {"id":"mine/Local","name":"Hand-made"}]}}}"#,
    )
    .expect("it is written");
    let json = store::read_models_json(&json).expect("it loads").expect("it is there");
    let (_, config) = load(
        r#"{ models: { providers: { huggingface: { models: [{ id: "Qwen/Qwen3-8B", name: "From the config", alias: "inline" }] } } } }"#,
    );
    let list = serde_json::from_str::<RouterList>(
        r#"{"data":[{"id":"Qwen/Qwen3-8B","name":"From the router","providers":[{"provider":"p","status":"live","context_length":5}]}]}"#,
    )
    .expect("a list");
    let layers = [Layer::built_in(), Layer::discovered(list.models)].into_iter();
    let catalog = Catalog::merge(layers.chain(config.layers(Some(&json))));
    let model = catalog.get("Qwen/Qwen3-8B").expect("it is known");
    assert_eq!((model.name.value.as_str(), model.name.origin), ("From the config", Origin::Config));
    assert_eq!(model.alias.as_ref().map(|s| s.value.as_str()), Some("inline"));
    assert_eq!(model.max_tokens.map(|s| (s.value, s.origin)), Some((77, Origin::ModelsJson)));
    assert_eq!(model.context_window.map(|s| (s.value, s.origin)), Some((5, Origin::Discovered)));
    assert_eq!(model.pricing.map(|s| s.origin), Some(Origin::BuiltIn), "a price of zero is not said");
    assert_eq!(catalog.get("mine/Local").map(|m| m.name.value.as_str()), Some("Hand-made"));

    let (_, replace) = load(r#"{ models: { mode: "replace" } }"#);
    let catalog = Catalog::merge(replace.layers(Some(&json)));
    assert!(catalog.get("mine/Local").is_none(), "models.json does not count in mode replace");
}

#[test]
fn the_places_are_openclaws() {
    let find = |vars: &[(&str, &str)], profile: Option<&str>| {
        let vars: Vec<_> = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let places = Places::find(
            &move |name| vars.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
            profile,
        );
        format!(
            "{} {} {}",
            places.state_dir.display(),
            places.config.display(),
            places.models_json().display()
        )
    };
    let home = ("HOME", "/home/ada");
    let table = [
        find(&[home], None),
        find(&[home], Some("work")),
        find(&[home, ("OPENCLAW_HOME", "/srv/oc")], None),
        find(&[home, ("OPENCLAW_STATE_DIR", "~/state"), ("OPENCLAW_CONFIG_PATH", "/etc/oc.json")], None),
        find(&[home, ("OPENCLAW_STATE_DIR", "  ")], None),
        find(&[("USERPROFILE", "/users/ada"), ("OPENCLAW_AGENT_DIR", "/agents/x")], None),
    ];
    assert_snapshot!(table.join("\n"), @"
    /home/ada/.openclaw /home/ada/.openclaw/openclaw.json /home/ada/.openclaw/agents/main/agent/models.json
    /home/ada/.openclaw-work /home/ada/.openclaw-work/openclaw.json /home/ada/.openclaw-work/agents/main/agent/models.json
    /srv/oc/.openclaw /srv/oc/.openclaw/openclaw.json /srv/oc/.openclaw/agents/main/agent/models.json
    /home/ada/state /etc/oc.json /home/ada/state/agents/main/agent/models.json
    /home/ada/.openclaw /home/ada/.openclaw/openclaw.json /home/ada/.openclaw/agents/main/agent/models.json
    /users/ada/.openclaw /users/ada/.openclaw/openclaw.json /agents/x/models.json
    ");
    let places = Places::find(&|name| (name == "HOME").then(|| "/home/ada".to_owned()), None);
    assert_eq!(places.shown(&places.config), "~/.openclaw/openclaw.json");
    assert_eq!(places.shown(Path::new("/etc/x")), "/etc/x");
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_never_with_a_secret() {
    let mut report = String::new();
    for text in [
        "{ agents: { defaults: { model: 7 } } }",
        "{ agents: { defaults: { model: { fallbacks: 'x' } } } }",
        "{ models: { mode: 'append' } }",
        "{ models: { providers: { huggingface: { apiKey: ['hf_secretsecret'] } } } }",
        "{ models: { providers: { huggingface: { models: [{ id: 'a/b' }, { id: 'a/c', contextWindow: 'hf_secretsecret' }] } } } }",
        "{ env: { vars: 'hf_secretsecret' } }",
        "{ env: { vars: { HF_TOKEN: 12345678901234567890 } } }",
        "{ models: { providers: { huggingface: { models: [{ id: 'a/b', cost: { input: 'free', output: 0 } }] } } } }",
        "{ env: { shellEnv: { timeoutMs: 'soon' } } }",
        "{ env: { shellEnv: { timeoutMs: 0x100000000000000000000000000000000 } } }",
        "{ agents: ",
        "{ agents: } ",
        "[]",
        "",
        "{ a: \"hf_secretsecret }",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("openclaw.json");
        std::fs::write(&path, text).expect("it is written");
        let error = store::read(&path).expect_err(text);
        let span = error.place().map(|(_, span)| span);
        report.push_str(&format!("{text}\n  {span:?} {error}\n"));
        let shown = format!("{error} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("hf_secretsecret"), "{shown}");
    }
    assert_snapshot!(report, @r#"
    { agents: { defaults: { model: 7 } } }
      Some(31..32) `agents.defaults.model`: expected a model reference, or an object with `primary` and `fallbacks`, found a number
    { agents: { defaults: { model: { fallbacks: 'x' } } } }
      Some(44..47) `agents.defaults.model.fallbacks`: expected an array, found a string
    { models: { mode: 'append' } }
      Some(18..26) `models.mode`: expected `merge` or `replace`, found a string
    { models: { providers: { huggingface: { apiKey: ['hf_secretsecret'] } } } }
      Some(48..67) `models.providers.huggingface.apiKey`: expected a string or a reference with `source` and `id`, found an array
    { models: { providers: { huggingface: { models: [{ id: 'a/b' }, { id: 'a/c', contextWindow: 'hf_secretsecret' }] } } } }
      Some(92..109) `models.providers.huggingface.models[1].contextWindow`: expected a whole number that is not negative, found a string
    { env: { vars: 'hf_secretsecret' } }
      Some(15..32) `env.vars`: expected an object, found a string
    { env: { vars: { HF_TOKEN: 12345678901234567890 } } }
      Some(27..47) `env.vars.HF_TOKEN`: expected a string, found a number
    { models: { providers: { huggingface: { models: [{ id: 'a/b', cost: { input: 'free', output: 0 } }] } } } }
      Some(77..83) `models.providers.huggingface.models[0].cost.input`: expected a number, found a string
    { env: { shellEnv: { timeoutMs: 'soon' } } }
      Some(32..38) `env.shellEnv.timeoutMs`: expected a whole number that is not negative, found a string
    { env: { shellEnv: { timeoutMs: 0x100000000000000000000000000000000 } } }
      Some(32..67) `env.shellEnv.timeoutMs`: expected a smaller number
    { agents: 
      Some(10..10) expected a value, found the end of the text at line 1, column 11
    { agents: } 
      Some(10..11) expected a value, found `}` at line 1, column 11
    []
      Some(0..2) the config: expected an object, found an array

      Some(0..0) expected a value, found the end of the text at line 1, column 1
    { a: "hf_secretsecret }
      Some(23..23) expected `"` to end the string, found the end of the text at line 1, column 24
    "#);
}

#[test]
fn findings_name_what_looks_wrong() {
    let text = r#"{
  agent: {},
  modles: {},
  agents: { defaults: {
    model: { primery: "x", primary: "huggingface/Qwen", fallbacks: ["huggingface/a/b:", "word", "anthropic/claude/x"] },
    models: { "huggingface/a/b": { alias: "a/b" }, "huggingface/a/c": { alias: " " } },
  } },
  models: { providers: { huggingface: { baseURL: "x", models: [
    { id: "a/b", name: "B", alias: "no" }, { id: "a/b" }, { id: "nonsense", name: "N" }, { name: "none" },
  ] }, other: { baseURL: 1 } } },
  models: { providers: { huggingface: { baseURL: "x", models: [
    { id: "a/b", name: "B", alias: "no" }, { id: "a/b" }, { id: "nonsense", name: "N" }, { name: "none" },
  ] } } },
}
"#;
    let (document, config) = load(text);
    let report: Vec<_> = check(&document, &config)
        .iter()
        .map(|finding| {
            let (line, column) = document.line_column(finding.span.start);
            format!("{line}:{column} {} {}: {}", finding.severity.as_str(), finding.path, finding.message)
        })
        .collect();
    assert_snapshot!(report.join("\n"), @r#"
    2:3 warning agent: `agent` is no known key; did you mean `agents`?
    3:3 warning modles: `modles` is no known key; did you mean `models`?
    5:14 warning agents.defaults.model.primery: `primery` is no known key; did you mean `primary`?
    5:37 error agents.defaults.model.primary: expected `/<name>` at the end of `huggingface/Qwen`
    5:69 error agents.defaults.model.fallbacks[0]: expected `fastest`, `cheapest`, `preferred` or a provider at the end of `huggingface/a/b:`
    5:89 error agents.defaults.model.fallbacks[1]: expected `huggingface/<org>/<name>`, found `word`
    6:13 warning agents.defaults.models: `anthropic/claude/x` is not in this list, so OpenClaw will not let a session choose it
    6:43 warning agents.defaults.models["huggingface/a/b"].alias: `a/b` has a `/`, so it will always be read as a reference
    6:80 warning agents.defaults.models["huggingface/a/c"].alias: this alias is empty
    8:3 warning models: this key stands there again; the last one counts
    11:41 warning models.providers.huggingface.baseURL: `baseURL` is no known key; did you mean `baseUrl`?
    12:36 error models.providers.huggingface.models[0].alias: OpenClaw refuses an `alias` here; it belongs to `agents.defaults.models`
    12:44 error models.providers.huggingface.models[1]: OpenClaw refuses an entry without a `name`
    12:44 warning models.providers.huggingface.models[1]: `a/b` is listed before; the first one counts
    12:65 error models.providers.huggingface.models[2].id: expected `<org>/<name>`, found `nonsense`
    12:90 error models.providers.huggingface.models[3]: this entry has no `id`
    "#);
}

/// A folder of files with the config read from `openclaw.json`.
fn load_folder(files: &[(&str, &str)]) -> Result<store::Loaded, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        std::fs::write(path, text).expect("it is written");
    }
    store::read(&folder.path().join("openclaw.json")).map_err(|error| error.to_string())
}

#[test]
fn includes_are_followed_and_the_config_itself_wins() {
    let loaded = load_folder(&[
        ("openclaw.json", "{ $include: ['base.json5', 'parts/more.json5'], agents: { defaults: { model: { primary: 'huggingface/o/own' } } } }"),
        ("base.json5", "{ agents: { defaults: { model: { primary: 'huggingface/b/base', fallbacks: ['huggingface/b/1'] } } }, models: { mode: 'replace' } }"),
        ("parts/more.json5", "{ agents: { defaults: { model: { fallbacks: ['huggingface/m/2'] }, models: { $include: './names.json' } } } }"),
        ("parts/names.json", "{ \"huggingface/o/own\": { \"alias\": \"mine\" } }"),
    ])
    .expect("it loads");
    let config = &loaded.config;
    assert_eq!(config.primary(), Some("huggingface/o/own"));
    assert_eq!(
        config.fallbacks(),
        ["huggingface/b/1", "huggingface/m/2"],
        "lists stand one behind the other"
    );
    assert_eq!(Aliases::of(config).get("mine"), Some("huggingface/o/own"));
    assert_eq!(config.models.mode, Some(openclaw_config_merge::schema::Mode::Replace));
    let names: Vec<_> = loaded
        .included
        .iter()
        .map(|file| format!("{} {}", file.at, file.path.file_name().expect("a name").display()))
        .collect();
    assert_eq!(names, [". base.json5", "agents.defaults.models names.json", ". more.json5"]);
    assert!(loaded.document.expect("it is there").as_str().contains("$include"), "the text is as it was");
}

#[test]
fn an_include_is_followed_however_its_key_is_spelled() {
    for key in ["'\\x24include'", "$incl\\u0075de"] {
        let config = format!("{{ {key}: './base.json5' }}");
        let base = "{ agents: { defaults: { model: 'huggingface/b/base' } } }";
        let loaded = load_folder(&[("openclaw.json", &config), ("base.json5", base)]).expect("it loads");
        assert_eq!(loaded.config.primary(), Some("huggingface/b/base"), "{key}");
    }
}

#[test]
fn an_include_that_cannot_be_followed_is_told() {
    let deep: Vec<(String, String)> =
        (0..12).map(|n| (format!("d{n}.json"), format!("{{ $include: 'd{}.json' }}", n + 1))).collect();
    let mut deep: Vec<(&str, &str)> =
        deep.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    deep.push(("openclaw.json", "{ $include: 'd0.json' }"));
    // Each part is nested as deep as it may be, or nearly, and both together are not.
    let nested = |inner: &str| format!("{}{inner}{}", "{ a: ".repeat(100), " }".repeat(100));
    let (outer, inner) = (nested("{ $include: 'a.json' }"), nested("1"));
    let mut report = String::new();
    for files in [
        &[("openclaw.json", "{ $include: 'none.json' }")][..],
        &[("openclaw.json", "{ $include: '/etc/hostname' }")],
        &[("openclaw.json", "{ $include: 7 }")],
        &[("openclaw.json", "{ $include: ['a.json', {}] }"), ("a.json", "{}")],
        &[("openclaw.json", "{ $include: 'a.json' }"), ("a.json", "{ $include: 'a.json' }")],
        &[("openclaw.json", "{ $include: 'a.json', agents: {} }"), ("a.json", "[1]")],
        &[("openclaw.json", "{ $include: 'a.json' }"), ("a.json", "{ open")],
        &[("openclaw.json", "{ $include: 'a.json' }"), ("a.json", "{ agents: [] }")],
        &deep,
        &[("openclaw.json", &outer), ("a.json", &inner)],
    ] {
        report.push_str(&load_folder(files).expect_err("it does not load"));
        report.push('\n');
    }
    assert_snapshot!(report, @"
    the included file `none.json` cannot be read: entity not found
    the included file `/etc/hostname` is outside of the config's folder
    expected a file name or a list of them under `$include`
    expected a file name or a list of them under `$include`
    the included file `a.json` includes itself
    `.` has keys beside an included file that is no object
    expected `:` after the key, found the end of the text at line 1, column 7
    with its includes in place, `agents`: expected an object, found an array
    expected at most 10 files that include one another
    the parts do not make one config: edit 1, set `.`: expected a result within the depth limit, found a deeper one
    ");
}

#[test]
fn a_fallback_that_is_one_twice_is_found_once_and_an_alias_is_a_reference() {
    let (document, config) = load(
        r#"{ agents: { defaults: {
        model: { primary: "small", fallbacks: ["huggingface/a/2", "huggingface/a/3", "HuggingFace/a/2", "nobody"] },
        models: { "huggingface/a/1": { alias: "Small" }, "huggingface/a/3": {} },
        modelPolicy: { allow: ["huggingface/a/2"] } } } }"#,
    );
    let report: Vec<_> = check(&document, &config)
        .iter()
        .map(|finding| format!("{:?} {}: {}", finding.kind, finding.path, finding.message))
        .collect();
    assert_snapshot!(report.join("\n"), @"
    RepeatedFallback agents.defaults.model.fallbacks[2]: this fallback stands there before
    NoReference agents.defaults.model.fallbacks[3]: expected `huggingface/<org>/<name>`, found `nobody`
    NotAllowed agents.defaults.models: `huggingface/a/2` is not in this list, so OpenClaw will not let a session choose it
    NotAllowed agents.defaults.modelPolicy.allow: `huggingface/a/3` is not in this list, so OpenClaw will not let a session choose it
    ");
}

#[test]
fn every_reference_is_named_with_what_the_catalogue_knows() {
    let list = r#"{"data":[{"id":"a/1","providers":[{"provider":"p","status":"live"},{"provider":"q","status":"error"}]},
        {"id":"a/2","providers":[{"provider":"q","status":"error"}]}]}"#;
    let list: RouterList = serde_json::from_str(list).expect("a list");
    let catalog = Catalog::merge([Layer::built_in(), Layer::discovered(list.models)]);
    let (_, config) = load(
        r#"{ agents: { defaults: {
        model: { primary: "one", fallbacks: ["huggingface/a/1:q", "huggingface/a/2", "anthropic/c", "huggingface/"] },
        models: { "huggingface/a/1": { alias: "one" }, "huggingface/gone/1": {} } } },
        models: { providers: { huggingface: { models: [{ id: "a/1:fastest" }, { id: "nonsense" }] } } } }"#,
    );
    let report: Vec<_> = named(&config, &catalog)
        .iter()
        .map(|named| {
            let Named { path, role, text, availability, offered_by, .. } = named;
            format!("{path} {role:?} `{text}` {availability:?} {offered_by:?}")
        })
        .collect();
    assert_snapshot!(report.join("\n"), @r#"
    agents.defaults.model.primary Default `one` Live(1) ["p"]
    agents.defaults.model.fallbacks[0] Fallback `huggingface/a/1:q` NoLiveOffer ["p"]
    agents.defaults.model.fallbacks[1] Fallback `huggingface/a/2` NoLiveOffer []
    agents.defaults.model.fallbacks[2] Fallback `anthropic/c` Unknown []
    agents.defaults.model.fallbacks[3] Fallback `huggingface/` Unknown []
    agents.defaults.models["huggingface/a/1"] Settings { alias: Some("one") } `huggingface/a/1` Live(1) ["p"]
    agents.defaults.models["huggingface/gone/1"] Settings { alias: None } `huggingface/gone/1` NotListed []
    models.providers.huggingface.models[0] Entry `a/1:fastest` Live(1) ["p"]
    "#);
}
