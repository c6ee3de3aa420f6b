//! What `load`, `replace` and the backups do to real files.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::error::Error;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use openclaw_atomic_file::{
    Backups, Expect, Lock, LockOptions, OldMode, ReplaceOptions, Replaced, Stamp, WriteError, list_backups,
    load, replace, restore,
};
use proptest::prelude::*;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Every name in a folder, sorted: no temporary file may be among them.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn put(path: &Path, text: &str) -> Replaced {
    replace(path, text.as_bytes(), &ReplaceOptions::default()).unwrap()
}

fn put_with_backup(path: &Path, text: &str) -> Replaced {
    let options = ReplaceOptions { backups: Some(Backups::default()), ..ReplaceOptions::default() };
    replace(path, text.as_bytes(), &options).unwrap()
}

/// The message, its causes, and nothing of this machine.
fn shown(error: &dyn Error, folder: &TempDir) -> String {
    let mut lines = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        lines.push(error.to_string());
        cause = error.source();
    }
    lines.join("\n").replace(folder.path().to_str().unwrap(), "/base")
}

#[test]
fn a_new_file_and_its_folders_are_private() {
    let base = folder();
    let path = base.path().join("a/b/c.json");
    let done = put(&path, "one");
    assert!(done.changed);
    assert_eq!(done.backup, None);
    assert_eq!(done.target, path);
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&base.path().join("a")), 0o700);
    assert_eq!(mode(&base.path().join("a/b")), 0o700);
    assert_eq!(names(&base.path().join("a/b")), ["c.json"]);
}

#[test]
fn the_modes_of_new_things_can_be_chosen() {
    let base = folder();
    let path = base.path().join("a/c.json");
    let options = ReplaceOptions { new_file_mode: 0o640, new_dir_mode: 0o750, ..ReplaceOptions::default() };
    replace(&path, b"x", &options).unwrap();
    assert_eq!(mode(&path), 0o640);
    assert_eq!(mode(&base.path().join("a")), 0o750);
}

#[test]
fn the_mode_of_an_old_file_is_kept_or_narrowed() {
    #[track_caller]
    fn check(before: u32, policy: OldMode, after: u32) {
        let base = folder();
        let path = base.path().join("f");
        fs::write(&path, "old").unwrap();
        set_mode(&path, before);
        replace(&path, b"new", &ReplaceOptions { old_mode: policy, ..ReplaceOptions::default() }).unwrap();
        assert_eq!(mode(&path), after, "{before:o} with {policy:?}");
    }
    check(0o644, OldMode::Keep, 0o644);
    check(0o600, OldMode::Keep, 0o600);
    check(0o664, OldMode::Keep, 0o664);
    check(0o400, OldMode::Keep, 0o400);
    check(0o644, OldMode::AtMost(0o600), 0o600);
    check(0o400, OldMode::AtMost(0o600), 0o400);
}

#[test]
fn the_same_bytes_touch_nothing() {
    let base = folder();
    let path = base.path().join("f");
    put(&path, "one");
    let before = fs::metadata(&path).unwrap();
    let done = put_with_backup(&path, "one");
    let after = fs::metadata(&path).unwrap();
    assert!(!done.changed);
    assert_eq!(done.backup, None);
    assert_eq!(
        std::os::unix::fs::MetadataExt::ino(&before),
        std::os::unix::fs::MetadataExt::ino(&after),
        "the file is the same one"
    );
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    assert_eq!(names(base.path()), ["f"]);
}

#[test]
fn the_same_bytes_in_a_mode_that_is_too_wide_are_written_again() {
    let base = folder();
    let path = base.path().join("f");
    put(&path, "one");
    set_mode(&path, 0o644);
    let options = ReplaceOptions { old_mode: OldMode::AtMost(0o600), ..ReplaceOptions::default() };
    assert!(replace(&path, b"one", &options).unwrap().changed);
    assert_eq!(mode(&path), 0o600);
    assert!(!replace(&path, b"one", &options).unwrap().changed);
}

#[test]
fn links_stay_and_their_ends_are_written() {
    let base = folder();
    let dotfiles = base.path().join("dotfiles");
    let state = base.path().join("state");
    fs::create_dir_all(&dotfiles).unwrap();
    fs::create_dir_all(&state).unwrap();
    fs::write(dotfiles.join("real.json"), "old").unwrap();
    symlink("../dotfiles/real.json", state.join("one")).unwrap();
    symlink("one", state.join("two")).unwrap();

    let done = put_with_backup(&state.join("two"), "new");
    assert_eq!(fs::read_to_string(dotfiles.join("real.json")).unwrap(), "new");
    assert!(fs::symlink_metadata(state.join("one")).unwrap().is_symlink());
    assert!(fs::symlink_metadata(state.join("two")).unwrap().is_symlink());
    assert_eq!(fs::canonicalize(done.target).unwrap(), fs::canonicalize(dotfiles.join("real.json")).unwrap());
    // The backup stands beside the name that was given, not among the dotfiles.
    assert_eq!(names(&dotfiles), ["real.json"]);
    assert_eq!(names(&state), ["one", "two", "two.bak"]);
    assert_eq!(load(&state.join("two"), 10).unwrap().unwrap().bytes, b"new");
}

#[test]
fn a_link_to_nowhere_gets_its_file() {
    let base = folder();
    let link = base.path().join("link");
    symlink(base.path().join("not/yet/there.json"), &link).unwrap();
    assert_eq!(load(&link, 10).unwrap(), None);
    let done = put(&link, "new");
    assert_eq!(done.target, base.path().join("not/yet/there.json"));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&link).unwrap(), "new");
}

#[test]
fn a_link_in_a_circle_is_an_error() {
    let base = folder();
    let (a, b) = (base.path().join("a"), base.path().join("b"));
    symlink(&a, &b).unwrap();
    symlink(&b, &a).unwrap();
    let error = replace(&a, b"x", &ReplaceOptions::default()).unwrap_err();
    assert_snapshot!(shown(&error, &base), @r"
    could not follow the link `/base/a`
    more than 40 links in a row
    ");
}

#[test]
fn loading() {
    let base = folder();
    let path = base.path().join("f");
    assert_eq!(load(&path, 10).unwrap(), None);
    fs::write(&path, "0123456789").unwrap();
    let loaded = load(&path, 10).unwrap().unwrap();
    assert_eq!(loaded.bytes, b"0123456789");
    assert_eq!(loaded.stamp, Stamp::of(b"0123456789"));
    assert_eq!(loaded.stamp.len(), 10);
    assert_eq!(format!("{loaded:?}"), "Loaded { len: 10, .. }");

    assert_snapshot!(shown(&load(&path, 9).unwrap_err(), &base), @"`/base/f` is larger than the allowed 9 bytes");
    assert_snapshot!(shown(&load(base.path(), 9).unwrap_err(), &base), @"`/base` is not a regular file");
    assert_snapshot!(shown(&load(Path::new("/dev/zero"), 9).unwrap_err(), &base), @"`/dev/zero` is not a regular file");
    assert_snapshot!(shown(&load(&path.join("below"), 9).unwrap_err(), &base), @r"
    could not read `/base/f/below`
    Not a directory (os error 20)
    ");
}

#[test]
fn what_is_expected_has_to_be_there() {
    #[track_caller]
    fn check(there: Option<&str>, expect: Expect, ok: bool) {
        let base = folder();
        let path = base.path().join("f");
        if let Some(there) = there {
            fs::write(&path, there).unwrap();
        }
        let options =
            ReplaceOptions { expect, backups: Some(Backups::default()), ..ReplaceOptions::default() };
        match replace(&path, b"new", &options) {
            Ok(done) => assert!(ok && done.changed, "{there:?} {expect:?}"),
            Err(error) => {
                assert!(!ok, "{there:?} {expect:?}");
                assert!(matches!(error, WriteError::Changed { .. }));
                assert_eq!(
                    shown(&error, &base),
                    "`/base/f` was changed by another program since it was read"
                );
                assert_eq!(fs::read_to_string(&path).ok().as_deref(), there);
                assert!(names(base.path()).len() <= 1, "nothing else was left");
            }
        }
    }
    check(None, Expect::Anything, true);
    check(None, Expect::Absent, true);
    check(None, Expect::Stamp(Stamp::of(b"old")), false);
    check(None, Expect::Stamp(Stamp::of(b"")), false);
    check(Some("old"), Expect::Anything, true);
    check(Some("old"), Expect::Absent, false);
    check(Some("old"), Expect::Stamp(Stamp::of(b"old")), true);
    check(Some("odd"), Expect::Stamp(Stamp::of(b"old")), false);
    check(Some("older"), Expect::Stamp(Stamp::of(b"old")), false);
}

/// The texts and `/proc` are Linux's.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_said_and_nothing_is_left() {
    let base = folder();
    let file = base.path().join("file");
    fs::write(&file, "old").unwrap();
    fs::create_dir(base.path().join("folder")).unwrap();
    let fail = |path: PathBuf| {
        let error = replace(&path, b"new", &ReplaceOptions::default()).unwrap_err();
        shown(&error, &base)
    };
    assert_snapshot!(fail(base.path().join("folder")), @"`/base/folder` is not a regular file");
    assert_snapshot!(fail("/dev/null".into()), @"`/dev/null` is not a regular file");
    assert_snapshot!(fail(file.join("below")), @r"
    could not follow the link `/base/file/below`
    Not a directory (os error 20)
    ");
    assert_snapshot!(fail("/proc/no-such-folder/f".into()), @r"
    could not create the folder `/proc/no-such-folder`
    No such file or directory (os error 2)
    ");
    assert_snapshot!(fail("/proc/f".into()), @r"
    could not create a new file in `/proc`
    No such file or directory (os error 2)
    ");
    assert_eq!(names(base.path()), ["file", "folder"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
}

/// The number of the error is Linux's.
#[cfg(target_os = "linux")]
#[test]
fn a_backup_that_cannot_be_kept_stops_the_write() {
    let base = folder();
    let path = base.path().join("f");
    put(&path, "old");
    // A folder in the place of the newest backup can be moved up once; the one after it is in its way.
    fs::create_dir_all(base.path().join("f.bak")).unwrap();
    fs::create_dir_all(base.path().join("f.bak.1/full")).unwrap();
    let options = ReplaceOptions { backups: Some(Backups { keep: 2 }), ..ReplaceOptions::default() };
    let error = replace(&path, b"new", &options).unwrap_err();
    assert_eq!(error.step(), Some(openclaw_atomic_file::Step::KeepBackup));
    assert_eq!(error.io_kind(), Some(std::io::ErrorKind::DirectoryNotEmpty));
    assert_snapshot!(shown(&error, &base), @r"
    could not keep the backup `/base/f.bak.1`
    Directory not empty (os error 39)
    ");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(names(base.path()), ["f", "f.bak", "f.bak.1"]);
}

#[test]
fn the_ring_of_backups() {
    let base = folder();
    let path = base.path().join("openclaw.json");
    for n in 0..8 {
        put_with_backup(&path, &format!("content {n}"));
    }
    assert_eq!(
        names(base.path()),
        [
            "openclaw.json",
            "openclaw.json.bak",
            "openclaw.json.bak.1",
            "openclaw.json.bak.2",
            "openclaw.json.bak.3",
            "openclaw.json.bak.4"
        ]
    );
    let backups = list_backups(&path).unwrap();
    let contents: Vec<_> = backups.iter().map(|b| (b.n, fs::read_to_string(&b.path).unwrap())).collect();
    let expect: Vec<_> = (0..5).map(|n| (n, format!("content {}", 6 - n))).collect();
    assert_eq!(contents, expect);
    assert!(backups.iter().all(|backup| backup.len == 9 && backup.replaced_at.is_some()));
}

#[test]
fn a_backup_is_never_wider_than_its_owner() {
    #[track_caller]
    fn check(before: u32, backup: u32) {
        let base = folder();
        let path = base.path().join("f");
        fs::write(&path, "secret").unwrap();
        set_mode(&path, before);
        let done = put_with_backup(&path, "new");
        assert_eq!(mode(&done.backup.unwrap()), backup);
    }
    check(0o644, 0o600);
    check(0o600, 0o600);
    check(0o777, 0o600);
    check(0o440, 0o400);
}

#[test]
fn restoring_can_be_undone() {
    let base = folder();
    let path = base.path().join("f");
    put_with_backup(&path, "one");
    put_with_backup(&path, "two");
    put_with_backup(&path, "three");
    let options = ReplaceOptions { backups: Some(Backups::default()), ..ReplaceOptions::default() };
    restore(&path, 1, &options).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    restore(&path, 0, &options).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "three");
    // The oldest that is kept makes room.
    put_with_backup(&path, "four");
    let two = ReplaceOptions { backups: Some(Backups { keep: 2 }), ..options };
    restore(&path, 1, &two).unwrap();
    let texts = ["f", "f.bak", "f.bak.1"].map(|name| fs::read_to_string(base.path().join(name)).unwrap());
    assert_eq!(texts, ["one", "four", "three"]);
    let error = restore(&path, 200, &options).unwrap_err();
    assert_snapshot!(shown(&error, &base), @"there is no backup `/base/f.bak.200`");

    fs::create_dir(base.path().join("f.bak.9")).unwrap();
    let error = restore(&path, 9, &options).unwrap_err();
    assert_snapshot!(shown(&error, &base), @r"
    the backup could not be read
    `/base/f.bak.9` is not a regular file
    ");
    let options = ReplaceOptions { expect: Expect::Absent, ..options };
    let error = restore(&path, 0, &options).unwrap_err();
    assert_snapshot!(shown(&error, &base), @r"
    the backup could not be put back
    `/base/f` was changed by another program since it was read
    ");
}

#[test]
fn backups_of_what_does_not_exist() {
    let base = folder();
    assert_eq!(list_backups(&base.path().join("f")).unwrap(), []);
    assert_eq!(list_backups(&base.path().join("no/f")).unwrap(), []);
}

#[test]
fn old_leftovers_of_killed_processes_go_and_nothing_else_does() {
    let base = folder();
    let make = |name: &str, age: u64| {
        let file = File::create(base.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    };
    make(".f.aaaaaaaaaa.tmp", 4000);
    make(".f.bbbbbbbbbb.tmp", 10);
    make(".f.short.tmp", 4000);
    make(".f.cccccc.ccc.tmp", 4000);
    make(".g.dddddddddd.tmp", 4000);
    make("f.tmp", 4000);
    put(&base.path().join("f"), "x");
    assert_eq!(
        names(base.path()),
        [".f.bbbbbbbbbb.tmp", ".f.cccccc.ccc.tmp", ".f.short.tmp", ".g.dddddddddd.tmp", "f", "f.tmp"]
    );

    make(".f.bak.aaaaaaaaaa.tmp", 4000);
    make(".f.bak.bbbbbbbbbb.tmp", 10);
    put_with_backup(&base.path().join("f"), "y");
    let of_backups: Vec<_> =
        names(base.path()).into_iter().filter(|name| name.starts_with(".f.bak")).collect();
    assert_eq!(of_backups, [".f.bak.bbbbbbbbbb.tmp"]);
}

#[test]
fn a_lock_is_exclusive_within_a_process_and_its_file_stays_empty() {
    let base = folder();
    let path = base.path().join("new/f");
    let options = LockOptions { timeout: Duration::ZERO, holder: "openclaw config\nset" };
    let first = Lock::acquire(&path, &options).unwrap();
    assert_eq!(first.path(), base.path().join("new/f.flock"));
    assert_eq!(mode(first.path()), 0o600);
    assert_eq!(mode(&base.path().join("new")), 0o700);

    let waiting = LockOptions { timeout: Duration::from_millis(1500), ..options };
    let error = Lock::acquire(&path, &waiting).unwrap_err();
    let shown = shown(&error, &base).replace(&std::process::id().to_string(), "7");
    assert_snapshot!(shown, @"`/base/new/f.flock` is still held by process 7 (`openclaw config set`) after 1.5 s");

    drop(first);
    assert_eq!(fs::read(base.path().join("new/f.flock")).unwrap(), b"");
    drop(Lock::acquire(&path, &options).unwrap());
    assert_eq!(names(&base.path().join("new")), ["f.flock"]);
}

#[test]
fn a_holder_that_does_not_say_who_it_is() {
    let base = folder();
    let file = File::create(base.path().join("f.flock")).unwrap();
    file.lock().unwrap();
    let options = LockOptions { timeout: Duration::ZERO, holder: "x" };
    let error = Lock::acquire(&base.path().join("f"), &options).unwrap_err();
    assert_snapshot!(shown(&error, &base), @"`/base/f.flock` is still held by another process after 0 s");
}

#[test]
fn two_names_of_one_file_share_one_lock() {
    let base = folder();
    symlink("f", base.path().join("link")).unwrap();
    let options = LockOptions { timeout: Duration::ZERO, holder: "x" };
    let _held = Lock::acquire(&base.path().join("link"), &options).unwrap();
    Lock::acquire(&base.path().join("f"), &options).unwrap_err();
}

#[test]
fn a_lock_file_that_was_removed_under_a_waiter_is_made_anew() {
    let base = folder();
    let path = base.path().join("f");
    let options = LockOptions { timeout: Duration::from_secs(20), holder: "x" };
    let first = Lock::acquire(&path, &options).unwrap();
    fs::remove_file(first.path()).unwrap();
    let second = Lock::acquire(&path, &options).unwrap();
    assert!(second.path().exists());
    drop(first);
    let none = LockOptions { timeout: Duration::ZERO, ..options };
    Lock::acquire(&path, &none).unwrap_err();
}

#[test]
fn a_lock_that_cannot_be_taken_says_why() {
    let base = folder();
    let options = LockOptions { timeout: Duration::ZERO, holder: "x" };
    fs::create_dir(base.path().join("f.flock")).unwrap();
    let error = Lock::acquire(&base.path().join("f"), &options).unwrap_err();
    assert_snapshot!(shown(&error, &base), @r"
    could not open the lock file `/base/f.flock`
    Is a directory (os error 21)
    ");
    fs::write(base.path().join("g"), "").unwrap();
    let error = Lock::acquire(&base.path().join("g/h/i"), &options).unwrap_err();
    assert_snapshot!(shown(&error, &base), @r"
    could not follow the link `/base/g/h/i`
    Not a directory (os error 20)
    ");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..8)) {
        let base = folder();
        let path = base.path().join("f");
        let options = ReplaceOptions { backups: Some(Backups::default()), ..ReplaceOptions::default() };
        let mut history: Vec<&[u8]> = Vec::new();
        for content in &contents {
            let done = replace(&path, content, &options).unwrap();
            prop_assert_eq!(done.changed, history.last() != Some(&content.as_slice()));
            if done.changed {
                history.push(content);
            }
            let loaded = load(&path, 1000).unwrap().unwrap();
            prop_assert_eq!(&loaded.bytes, content);
            prop_assert_eq!(loaded.stamp, Stamp::of(content));
        }
        let kept: Vec<Vec<u8>> =
            list_backups(&path).unwrap().iter().map(|backup| fs::read(&backup.path).unwrap()).collect();
        let expect: Vec<Vec<u8>> = history.iter().rev().skip(1).take(5).map(|bytes| bytes.to_vec()).collect();
        prop_assert_eq!(kept, expect);
    }
}
