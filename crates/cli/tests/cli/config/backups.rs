//! What was, and what would be: `openclaw config diff|restore`.

use insta::assert_snapshot;

use super::*;

#[test]
fn a_config_that_cannot_be_read_leads_to_its_latest_backup() {
    let world = World::offline();
    world.write_config("{ a: [1] }\n");
    world.stdout(&["config", "set", "gateway.port", "18790"]);
    world.write_config("{ a: [1 }\n");
    let validated = world.run(&["config", "validate"]);
    let shown = world.run(&["config", "restore", "--dry-run"]);
    assert_snapshot!(format!("{validated}\n{shown}"), @"
    exit 2
    -- err
    error: `~/.openclaw/openclaw.json` cannot be read; it was left as it is
     --> ~/.openclaw/openclaw.json:1:9
      |
    1 | { a: [1 }
      |         ^ expected `,` or `]`, found `}` at line 1, column 9

    hint: openclaw config restore --dry-run

    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -1 +1 @@
    -{ a: [1 }
    +{ a: [1] }
    ");
}

#[test]
fn diff_shows_and_does_nothing() {
    let world = world();
    let before = world.files();
    assert_snapshot!(world.run(&["config", "diff"]), @r#"
    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -5,6 +5,6 @@
           model: { primary: 'huggingface/Qwen/Qwen3-8B' }, // small
         },
       },
    -  models: { providers: { huggingface: { apiKey: '*********************', headers: { 'x-token': '***' } } } },
    +  models: { providers: { huggingface: { apiKey: '*********************', headers: { 'x-token': '***' }, baseUrl: 'https://router.huggingface.co/v1', api: 'openai-completions', models: [{ id: 'Qwen/Qwen3-8B', name: 'Qwen3 8B', reasoning: true, input: ['text'] }] } } },
       list: [1, 2.5, { "a b": null }],
     }
    "#);
    assert_snapshot!(world.run(&["config", "diff", "agents.defaults.model.primary", "huggingface/zai-org/GLM-4.7"]), @"
    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -2,7 +2,7 @@
     {
       agents: {
         defaults: {
    -      model: { primary: 'huggingface/Qwen/Qwen3-8B' }, // small
    +      model: { primary: 'huggingface/zai-org/GLM-4.7' }, // small
         },
       },
       models: { providers: { huggingface: { apiKey: '*********************', headers: { 'x-token': '***' } } } },
    ");
    assert_snapshot!(world.run(&["config", "diff", "--since", "0"]), @"
    exit 2
    -- err
    error: there is no backup yet; the first change makes one

    hint: openclaw config restore --list
    ");
    assert_snapshot!(world.run(&["config", "diff", "agents"]), @"
    exit 2
    -- err
    error: `openclaw config diff` needs `<VALUE>`

    hint: openclaw config diff --help
    ");
    assert_eq!(world.files(), before);
}

#[test]
fn a_backup_can_be_put_back_and_that_undone() {
    let world = world();
    assert_snapshot!(world.run(&["config", "restore"]), @"
    exit 2
    -- err
    error: there is no backup yet; the first change makes one

    hint: openclaw config restore --list
    ");
    assert_snapshot!(world.run(&["config", "restore", "--list"]), @"
    exit 0
    -- err
    no backups of ~/.openclaw/openclaw.json; the first change makes one
    ");
    for model in ["huggingface/a/1", "huggingface/a/2"] {
        world.stdout(&["config", "set", "agents.defaults.model.primary", model]);
    }
    let after = world.config();
    let listed = world.stdout(&["config", "restore", "--list"]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert_snapshot!(world.run(&["config", "diff", "--since", "1"]), @"
    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -2,7 +2,7 @@
     {
       agents: {
         defaults: {
    -      model: { primary: 'huggingface/Qwen/Qwen3-8B' }, // small
    +      model: { primary: 'huggingface/a/2' }, // small
         },
       },
       models: { providers: { huggingface: { apiKey: '*********************', headers: { 'x-token': '***' } } } },
    ");
    assert!(world.run(&["config", "restore", "1", "--dry-run"]).starts_with("exit 0"));
    assert_eq!(world.config(), after);
    assert_snapshot!(world.run(&["config", "restore", "1"]), @"
    exit 0
    -- out
    --- ~/.openclaw/openclaw.json
    +++ ~/.openclaw/openclaw.json
    @@ -2,7 +2,7 @@
     {
       agents: {
         defaults: {
    -      model: { primary: 'huggingface/a/2' }, // small
    +      model: { primary: 'huggingface/Qwen/Qwen3-8B' }, // small
         },
       },
       models: { providers: { huggingface: { apiKey: '*********************', headers: { 'x-token': '***' } } } },
    Restored backup 1; what stood there is now backup 0
    ");
    assert_eq!(world.config(), CONFIG);
    world.stdout(&["config", "restore"]);
    assert_eq!(world.config(), after);

    std::fs::write(world.state("openclaw.json.bak"), "{ broken").expect("it is written");
    assert_snapshot!(world.run(&["config", "restore"]), @"
    exit 2
    -- err
    error: backup 0 would not load; nothing was changed
      expected `:` after the key, found the end of the text at line 1, column 9

    hint: openclaw config restore 0 --force
    ");
    assert_eq!(world.config(), after);
    assert!(world.run(&["config", "restore", "--force"]).starts_with("exit 0"));
    assert_eq!(world.config(), "{ broken");
    world.stdout(&["config", "restore"]);
    assert_eq!(world.config(), after, "a config that does not load can be replaced by one that does");
}
