//! The config on disk: nothing is lost, whoever else writes.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use openclaw_atomic_file::{Lock, LockOptions};
use openclaw_config_merge::store::{EditError, EditOptions, Write, edit};
use openclaw_config_merge::{MergeError, PrimaryChange, Wanted, merge};
use openclaw_json5_edit::{Document, Path as At};

fn options(write: Write) -> EditOptions<'static> {
    EditOptions { holder: "test", timeout: Duration::from_secs(10), write }
}

fn set_primary(document: &Document, model: &str) -> Result<(Document, ()), MergeError> {
    let primary = PrimaryChange::Set(model.parse().expect("a reference"));
    merge(document, &Wanted { primary, ..Wanted::default() }).map(|merged| (merged.document, ()))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("it is there")
}

#[test]
fn a_new_config_is_made_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/openclaw.json");
    let edited = edit(&path, &options(Write::ToDisk), |document, _| set_primary(document, "huggingface/a/b"))
        .expect("it is made");
    assert!(edited.is_changed() && edited.before.is_empty() && edited.backup.is_none());
    insta::assert_snapshot!(read(&path), @r#"
    {
      "agents": {
        "defaults": {
          "model": {
            "primary": "huggingface/a/b"
          }
        }
      }
    }
    "#);
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&folder.path().join("new"))), (0o600, 0o700));
}

#[test]
fn an_edit_that_changes_nothing_touches_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    let text = "{ agents: { defaults: { model: 'huggingface/a/b' } }, // mine\n}";
    std::fs::write(&path, text).expect("it is written");
    let before = std::fs::metadata(&path).and_then(|m| m.modified()).expect("a time");
    let edited = edit(&path, &options(Write::ToDisk), |document, _| set_primary(document, "huggingface/a/b"))
        .expect("it is fine");
    assert!(!edited.is_changed());
    assert_eq!(read(&path), text);
    assert_eq!(std::fs::metadata(&path).and_then(|m| m.modified()).expect("a time"), before);
    assert!(!folder.path().join("openclaw.json.bak").exists());

    let missing = folder.path().join("none.json");
    let nothing = |document: &Document, _: &_| Ok::<_, Infallible>((document.clone(), ()));
    edit(&missing, &options(Write::ToDisk), nothing).expect("it is fine");
    assert!(!missing.exists(), "a file that would say nothing is not made");
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, "{}").expect("it is written");
    let edited = edit(&path, &options(Write::DryRun), |document, _| set_primary(document, "huggingface/a/b"))
        .expect("it is fine");
    assert!(edited.after.contains("huggingface/a/b"));
    assert_eq!(read(&path), "{}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "not even a lock");
}

#[test]
fn a_config_that_does_not_load_is_never_rewritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    for text in ["{ agents: ", "{ models: { mode: 7 } }", "\u{feff}", "not json"] {
        std::fs::write(&path, text).expect("it is written");
        let error =
            edit(&path, &options(Write::ToDisk), |document, _| set_primary(document, "huggingface/a/b"));
        assert!(matches!(error, Err(EditError::Config(_))), "{text}");
        assert_eq!(read(&path), text);
    }
    std::fs::write(&path, [b'{', 0xff, b'}']).expect("it is written");
    let error = edit(&path, &options(Write::ToDisk), |document, _| set_primary(document, "huggingface/a/b"))
        .expect_err("it is no text");
    assert_eq!(error.to_string(), "expected UTF-8, found something else at byte 1");
}

#[test]
fn a_result_that_would_not_load_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, "{}").expect("it is written");
    let error = edit(&path, &options(Write::ToDisk), |document, _| {
        let mut edits = document.edit();
        edits.set(&At::keys(["models", "mode"]), 7);
        edits.apply().map(|document| (document, ()))
    })
    .expect_err("the mode is a word");
    insta::assert_snapshot!(
        format!("{error}: {}", std::error::Error::source(&error).expect("a cause")), @"the config would not load after this change: `models.mode`: expected another value, found a number"
    );
    assert_eq!(read(&path), "{}");
}

#[test]
fn a_program_that_knows_no_lock_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, "{ ours: 1 }").expect("it is written");
    let mut calls = 0;
    edit(&path, &options(Write::ToDisk), |document, _| {
        calls += 1;
        if calls == 1 {
            std::fs::write(&path, "{ ours: 1, theirs: 2 }").expect("it is written");
        }
        set_primary(document, "huggingface/a/b")
    })
    .expect("it is made on the new text");
    assert_eq!(calls, 2);
    insta::assert_snapshot!(read(&path), @r#"{ ours: 1, theirs: 2, agents: { defaults: { model: { primary: "huggingface/a/b" } } } }"#);
}

#[test]
fn a_change_that_no_longer_fits_is_refused_with_both_texts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, "{ ours: 1 }").expect("it is written");
    let mut calls = 0;
    let error = edit(&path, &options(Write::ToDisk), |document, _| {
        calls += 1;
        if calls == 1 {
            std::fs::write(&path, "{ theirs: 2 }").expect("it is written");
        }
        let mut edits = document.edit();
        edits.remove(&At::keys(["ours"]));
        edits.apply().map(|document| (document, ()))
    })
    .expect_err("what was to go is gone");
    let EditError::Overtaken { before, now, error: Some(why) } = error else { panic!("{error:?}") };
    assert_eq!((before.as_str(), now.as_str()), ("{ ours: 1 }", "{ theirs: 2 }"));
    insta::assert_snapshot!(why, @"edit 1, remove `ours`: expected a value at `ours`, found nothing");
    assert_eq!(read(&path), "{ theirs: 2 }");
}

#[test]
fn another_program_that_never_stops_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    let mut calls = 0;
    let error = edit(&path, &options(Write::ToDisk), |document, _| {
        calls += 1;
        std::fs::write(&path, format!("{{ theirs: {calls} }}")).expect("it is written");
        set_primary(document, "huggingface/a/b")
    })
    .expect_err("it gives up");
    assert!(matches!(error, EditError::Overtaken { error: None, .. }), "{error:?}");
    assert_eq!(read(&path), format!("{{ theirs: {calls} }}"));
}

#[test]
fn writers_in_turn_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for n in 0..10 {
                    edit(path, &options(Write::ToDisk), |document, _| {
                        let mut edits = document.edit();
                        edits.set(&At::keys(["plugins".to_owned(), format!("w{writer}n{n}")]), n);
                        edits.apply().map(|document| (document, ()))
                    })
                    .expect("it is made");
                }
            });
        }
    });
    let document = Document::parse(read(&path)).expect("JSON5");
    let plugins = document.get(&At::keys(["plugins"])).expect("it is there");
    assert_eq!(plugins.members().count(), 40);
}

#[test]
fn a_lock_that_cannot_be_had_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    let at_once = EditOptions { timeout: Duration::ZERO, ..options(Write::ToDisk) };
    let said = || {
        let nothing = |document: &Document, _: &_| Ok::<_, Infallible>((document.clone(), ()));
        edit(&path, &at_once, nothing).expect_err("it cannot be locked").to_string()
    };
    let ask = LockOptions { timeout: Duration::ZERO, holder: "test" };
    let lock = Lock::acquire(&path, &ask).expect("nobody has it");
    insta::assert_snapshot!(said(), @"the config is being edited by another program");
    let side_file = lock.path().to_owned();
    drop(lock);
    std::fs::remove_file(&side_file).expect("it is there");
    std::fs::create_dir(&side_file).expect("a folder in its place");
    insta::assert_snapshot!(said(), @"the config cannot be locked");
}
