//! A config in which much looks wrong.

use insta::assert_snapshot;

use crate::support::World;

/// Thirty aliases that two models have, and behind them a key that OpenClaw refuses.
fn config() -> String {
    let models: String =
        (0..31).map(|n| format!("\"huggingface/o/m{n}\": {{ alias: \"same\" }},\n")).collect();
    format!("{{ agents: {{ defaults: {{ models: {{\n{models}\"huggingface/o/last\": {{ x: 1 }} }} }} }} }}\n")
}

#[test]
fn validate_tells_the_first_in_words_and_all_in_json() {
    let world = World::offline();
    world.write_config(&config());
    let told = world.run(&["config", "validate"]);
    assert_eq!(told.matches(" --> ").count(), 20, "{told}");
    let ends: Vec<_> =
        told.lines().filter(|line| !line.contains(" warning: ") && !line.contains('|')).collect();
    let ends = ends[ends.len() - 5..].join("\n");
    assert_snapshot!(ends, @"
      --> ~/.openclaw/openclaw.json:21:31
    … and 11 more; `openclaw config validate --json` lists all
    error: `~/.openclaw/openclaw.json` has 1 place to mend

    hint: openclaw config validate --json
    ");
    // What has to be mended is told first, though it stands last.
    let first: Vec<_> = told.lines().skip(2).take(4).collect();
    assert_snapshot!(first.join("\n"), @r#"
      --> ~/.openclaw/openclaw.json:33:25
       |
    33 | "huggingface/o/last": { x: 1 } } } } }
       |                         ^ error: OpenClaw refuses the key `x` here
    "#);
    let output = world.output(&["config", "validate", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["warnings"].as_array().map(Vec::len), Some(30));
    assert_eq!(report["warnings"][29]["line"], 32);
    assert_eq!(report["issues"][0]["line"], 33);
}

#[test]
fn set_tells_first_what_it_brought() {
    let world = World::offline();
    world.write_config(&config());
    let told = world.run(&["config", "set", "agents.defaults.model", "huggingface/o/other", "--dry-run"]);
    assert_eq!(told.matches("warning: ").count(), 20, "{told}");
    let warnings: Vec<_> = told.lines().skip_while(|line| !line.starts_with("warning: ")).collect();
    assert_snapshot!([&warnings[..2], &warnings[20..]].concat().join("\n"), @r#"
    warning: agents.defaults.models: `huggingface/o/other` is not in this list, so OpenClaw will not let a session choose it
    warning: agents.defaults.models["huggingface/o/m1"].alias: `same` is also the alias of `huggingface/o/m0`; this one counts
    … and 12 more; `openclaw config validate --json` lists all
    "#);
}
