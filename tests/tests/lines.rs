//! An edit of a config of 300 lines changes the lines that it means, and no other.

use std::time::Duration;

use openclaw_config_merge::store::{EditOptions, Write, edit};
use openclaw_config_merge::{AliasChange, FallbackChange, PrimaryChange, Wanted, merge};
use openclaw_json5_edit::{Document, Edits, NewValue, Path};
use openclaw_model_ref::ModelRef;
use similar::{ChangeTag, TextDiff};

const CONFIG: &str = include_str!("../fixtures/openclaw.json5");

fn p(path: &str) -> Path {
    path.parse().expect("a path")
}

fn v(json5: &str) -> NewValue {
    NewValue::parse(json5).expect("a value")
}

fn model(text: &str) -> ModelRef {
    ModelRef::parse_implied(text).expect("a reference")
}

/// Only the lines that differ, with their number in the text that they are of.
fn changed(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let line = |change: similar::Change<&str>| {
        let (sign, number) = match change.tag() {
            ChangeTag::Equal => return None,
            ChangeTag::Delete => ('-', change.old_index()),
            ChangeTag::Insert => ('+', change.new_index()),
        };
        Some(format!("{}{sign}{}", number.map_or(0, |number| number + 1), change.value()))
    };
    diff.iter_all_changes().filter_map(line).collect()
}

/// The changed lines of an edit through the store, which also writes and reads the file.
#[track_caller]
fn by(change: impl for<'e, 'd> Fn(&'e mut Edits<'d>) -> &'e mut Edits<'d>) -> String {
    saved(|document| {
        let mut edits = document.edit();
        change(&mut edits);
        edits.apply().expect("it applies")
    })
}

#[track_caller]
fn merged(wanted: &Wanted) -> String {
    saved(|document| merge(document, wanted).expect("it merges").document)
}

#[track_caller]
fn saved(change: impl Fn(&Document) -> Document) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, CONFIG).expect("a file");
    let options = EditOptions { holder: "test", timeout: Duration::from_secs(10), write: Write::ToDisk };
    edit(&path, &options, |document, _| Ok::<_, std::convert::Infallible>((change(document), ())))
        .expect("it is saved");
    let after = std::fs::read_to_string(&path).expect("a file");
    changed(CONFIG, &after)
}

#[test]
fn the_config_is_long_and_has_many_habits() {
    assert!(CONFIG.lines().count() > 300);
    let document = Document::parse(CONFIG).expect("JSON5");
    assert!(document.duplicates().is_empty());
    assert!(CONFIG.matches("// ").count() > 35 && CONFIG.contains("/*") && CONFIG.contains('\t'));
}

#[test]
fn a_value() {
    insta::assert_snapshot!(by(|e| e.set(&p("agents.defaults.timeoutSeconds"), 900)), @"
    27-      timeoutSeconds: 0x258, // ten minutes
    27+      timeoutSeconds: 900, // ten minutes
    ");
    insta::assert_snapshot!(by(|e| e.set(&p("channels.discord.historyLimit"), 5)), @"
    131-      historyLimit: 20,
    131+      historyLimit: 5,
    ");
    insta::assert_snapshot!(by(|e| e.set(&p("tools.exec.security"), "full")), @r#"
    218-      security: "allowlist",   // three spaces, and they stay
    218+      security: "full",   // three spaces, and they stay
    "#);
    insta::assert_snapshot!(by(|e| e.set(&p("channels.discord.dmPolicy"), "it's open")), @r"
    123-      dmPolicy: 'allowlist',
    123+      dmPolicy: 'it\'s open',
    ");
    insta::assert_snapshot!(by(|e| e.set(&p("agents.defaults.heartbeat.prompt"), "Well?")), @r#"
    32-      heartbeat: { every: "30m", target: "last", prompt: "Anything to do? \
    33-If not, say nothing." },
    32+      heartbeat: { every: "30m", target: "last", prompt: "Well?" },
    "#);
}

#[test]
fn an_equal_value() {
    assert_eq!(by(|e| e.set(&p("agents.defaults.timeoutSeconds"), 600)), "");
    let same = "{ask: 'on-miss', host: 'gateway', security: 'allowlist', timeoutSec: 120.0, \
                 safeBins: ['ls', 'cat', 'rg']}";
    assert_eq!(by(|e| e.set(&p("tools.exec"), v(same))), "");
}

#[test]
fn a_new_key() {
    insta::assert_snapshot!(by(|e| e.set(&p("tools.exec.pathPrepend"), v("['~/bin']"))), @r#"222+      pathPrepend: ["~/bin"],"#);
    insta::assert_snapshot!(by(|e| e.set(&p("env.vars.LANG"), "C.UTF-8")), @r#"
    243-      "PAGER": "less -R"
    243+      "PAGER": "less -R",
    244+      "LANG": "C.UTF-8"
    "#);
    insta::assert_snapshot!(by(|e| e.set(&p("gateway.reload.deferralTimeoutMs"), 1000)), @"
    261-      debounceMs: 300
    261+      debounceMs: 300,
    262+      deferralTimeoutMs: 1000
    ");
    insta::assert_snapshot!(by(|e| e.set(&p("plugins.entries.memory.enabled"), true)), @"
    292+
    293+      memory: {
    294+        enabled: true,
    295+      },
    ");
    insta::assert_snapshot!(by(|e| e.set(&p("ui.assistant.name"), "Claw")), @r##"
    305-  ui: { seamColor: "#ff4500" },
    305+  ui: { seamColor: "#ff4500", assistant: { name: "Claw" } },
    "##);
    insta::assert_snapshot!(by(|e| e.set(&p("broadcast.strategy"), "parallel")), @r#"
    297-  broadcast: {},
    297+  broadcast: {
    298+    strategy: "parallel",
    299+  },
    "#);
    insta::assert_snapshot!(by(|e| e.set(&p("update.channel"), "stable")), @r#"
    309+  update: {
    310+    channel: "stable",
    311+  },
    "#);
    insta::assert_snapshot!(by(|e| e.set(&p("logging.file"), "/tmp/claw.log")), @r#"
    237-    consoleStyle: "pretty", redactSensitive: "tools",
    237+    consoleStyle: "pretty", redactSensitive: "tools", file: "/tmp/claw.log",
    "#);
}

#[test]
fn a_removal() {
    insta::assert_snapshot!(by(|e| e.remove(&p("agents.defaults.timeoutSeconds"))), @"27-      timeoutSeconds: 0x258, // ten minutes");
    insta::assert_snapshot!(by(|e| e.remove(&p("agents.list[1].workspace"))), @r#"
    40-        // reads and writes in one folder only
    41-        workspace: "~/notes",
    "#);
    insta::assert_snapshot!(by(|e| e.remove(&p("env.vars.PAGER"))), @r#"
    242-      "EDITOR": "nvim",
    243-      "PAGER": "less -R"
    242+      "EDITOR": "nvim"
    "#);
    insta::assert_snapshot!(by(|e| e.remove(&p("skills.entries.summarise"))), @"284-      'summarise': { enabled: false }, // too chatty");
    insta::assert_snapshot!(by(|e| e.remove(&p("agents.defaults.model.fallbacks[2]"))), @"
    14-          /* not ours, but kept */
    15-          'ollama/llama3.3',
    ");
    insta::assert_snapshot!(by(|e| e.remove(&p("hooks.mappings[0]"))), @r#"
    272-      // one a day is enough
    273-      { match: { path: "backup" }, action: "agent", name: "Backup" },
    "#);
    insta::assert_snapshot!(by(|e| e.remove(&p("meta"))), @r#"
    306-
    307-  // the last key, and nothing comes after it
    308-  meta: { lastTouchedVersion: "2026.11.2" },
    "#);
}

#[test]
fn an_item() {
    insta::assert_snapshot!(by(|e| e.append(&p("agents.defaults.model.fallbacks"), "huggingface/a/b")), @r#"16+          "huggingface/a/b","#);
    insta::assert_snapshot!(by(|e| e.append(&p("tools.allow"), "group:ui")), @r#"
    214-    "allow": [ 'group:fs', 'group:web' ],
    214+    "allow": [ 'group:fs', 'group:web', 'group:ui' ],
    "#);
    insta::assert_snapshot!(by(|e| e.append(&p("bindings"), v("{agentId: 'main'}"))), @r#"
    298-  bindings: [],
    298+  bindings: [
    299+    {
    300+      agentId: "main",
    301+    },
    302+  ],
    "#);
    insta::assert_snapshot!(by(|e| e.insert_at(&p("channels.slack.allowFrom"), 1, "U98")), @"180+        'U98',");
}

#[test]
fn a_name_and_a_place() {
    insta::assert_snapshot!(by(|e| e.rename(&p("channels.matrix"), "matrix-old")), @r#"
    156-    "matrix": {
    156+    "matrix-old": {
    "#);
    insta::assert_snapshot!(by(|e| e.rename(&p("skills.entries.summarise"), "summary")), @"
    284-      'summarise': { enabled: false }, // too chatty
    284+      summary: { enabled: false }, // too chatty
    ");
    insta::assert_snapshot!(by(|e| e.move_after(&p("tools.exec.ask"), &p("tools.exec.host"))), @r#"
    218+      ask: "on-miss",
    219-      ask: "on-miss",
    "#);
}

#[test]
fn several_at_once() {
    let change =
        by(|e| e.set(&p("cron.enabled"), false).remove(&p("hooks.path")).set(&p("talk.speed"), v("1.5")));
    insta::assert_snapshot!(change, @r#"
    267-  cron: { enabled: true, maxConcurrentRuns: 2 },
    267+  cron: { enabled: false, maxConcurrentRuns: 2 },
    270-    path: "/hooks",
    302+    speed: 1.5,
    "#);
}

#[test]
fn a_merge() {
    let primary = PrimaryChange::Set(model("zai-org/GLM-4.7:cheapest"));
    insta::assert_snapshot!(merged(&Wanted { primary, ..Wanted::default() }), @r#"
    10-        primary: "huggingface/Qwen/Qwen3-8B:fastest",
    10+        primary: "huggingface/zai-org/GLM-4.7:cheapest",
    26+        "huggingface/zai-org/GLM-4.7:cheapest": {},
    "#);
    let fallbacks = FallbackChange::Append(vec![model("Qwen/Qwen3-32B")]);
    insta::assert_snapshot!(merged(&Wanted { fallbacks, ..Wanted::default() }), @r#"
    16+          "huggingface/Qwen/Qwen3-32B",
    27+        "huggingface/Qwen/Qwen3-32B": {},
    "#);
    let fallbacks = FallbackChange::Remove(model("zai-org/GLM-4.7"));
    insta::assert_snapshot!(merged(&Wanted { fallbacks, ..Wanted::default() }), @r#"12-          "huggingface/zai-org/GLM-4.7", // when the queue is long"#);
    let aliases = vec![
        (model("deepseek-ai/DeepSeek-R1:cheapest"), AliasChange::Set("deep (cheap)".to_owned())),
        (model("Qwen/Qwen3-8B:fastest"), AliasChange::Remove("quick".to_owned())),
    ];
    insta::assert_snapshot!(merged(&Wanted { aliases, ..Wanted::default() }), @r#"
    20-        "huggingface/Qwen/Qwen3-8B:fastest": { alias: "quick" }, // what I type most
    20+        "huggingface/Qwen/Qwen3-8B:fastest": {}, // what I type most
    24-        "huggingface/deepseek-ai/DeepSeek-R1:cheapest": {},
    24+        "huggingface/deepseek-ai/DeepSeek-R1:cheapest": {
    25+          alias: "deep (cheap)",
    26+        },
    "#);
}
