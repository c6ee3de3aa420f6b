//! Several processes on one file, killed ones, full disks and folders without permission.
//!
//! A child is this very test program, started again for one test with `ATOMIC_FILE_CHILD` naming the file.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use openclaw_atomic_file::{
    Backups, Expect, Lock, LockOptions, ReplaceOptions, Step, list_backups, load, replace,
};

const CHILD: &str = "ATOMIC_FILE_CHILD";
const INCREMENTS: u64 = 25;

/// The file that this process is to work on as a child; `None` in the test run itself.
fn child_file() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// This program again, for the one test of this name, on `file`.
fn child(program: &Path, test: &str, file: &Path) -> Command {
    let mut command = Command::new(program);
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command.env(CHILD, file).stdin(Stdio::null());
    command
}

fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

fn increment(path: &Path) {
    let _lock =
        Lock::acquire(path, &LockOptions { timeout: Duration::from_secs(120), holder: "counter" }).unwrap();
    let (count, expect) = match load(path, 100).unwrap() {
        Some(loaded) => {
            (String::from_utf8(loaded.bytes).unwrap().parse::<u64>().unwrap(), Expect::Stamp(loaded.stamp))
        }
        None => (0, Expect::Absent),
    };
    let options = ReplaceOptions { expect, backups: Some(Backups::default()), ..ReplaceOptions::default() };
    replace(path, (count + 1).to_string().as_bytes(), &options).unwrap();
}

/// As a child: increments. As a test: eight such children lose no increment.
#[test]
fn eight_processes_lose_no_increment() {
    if let Some(file) = child_file() {
        for _ in 0..INCREMENTS {
            increment(&file);
        }
        return;
    }
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("counter");
    let children: Vec<Child> = (0..8)
        .map(|_| {
            child(&this_program(), "eight_processes_lose_no_increment", &file)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), (8 * INCREMENTS).to_string());
    let backups: Vec<u64> = list_backups(&file)
        .unwrap()
        .iter()
        .map(|backup| fs::read_to_string(&backup.path).unwrap().parse().unwrap())
        .collect();
    assert_eq!(backups, [199, 198, 197, 196, 195]);
}

/// 200 KB of one letter: a torn write would show another letter or another length.
fn letters(letter: u8) -> Vec<u8> {
    vec![letter; 200_000]
}

/// As a child: writes for ever, a byte to stdout after each write. As a test: kills such children.
#[test]
fn a_kill_leaves_a_whole_file_and_no_lock() {
    if let Some(file) = child_file() {
        let mut out = std::io::stdout().lock();
        let options = ReplaceOptions { backups: Some(Backups { keep: 2 }), ..ReplaceOptions::default() };
        for letter in (b'a'..=b'z').cycle() {
            let lock = LockOptions { timeout: Duration::from_secs(60), holder: "writer" };
            let _lock = Lock::acquire(&file, &lock).unwrap();
            replace(&file, &letters(letter), &options).unwrap();
            out.write_all(b"\x01").unwrap();
            out.flush().unwrap();
        }
    }
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("f");
    fs::write(&file, letters(b'-')).unwrap();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut written = 0;
    for round in 0..60 {
        let mut child = child(&this_program(), "a_kill_leaves_a_whole_file_and_no_lock", &file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Let it get to its first write, then strike at some moment of a later one.
        let mut out = child.stdout.take().unwrap();
        let mut byte = [0];
        while byte != [1] {
            out.read_exact(&mut byte).unwrap();
        }
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        for _ in 0..random % 2_000_000 {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let content = fs::read(&file).unwrap();
        assert_eq!(content, letters(content[0]), "round {round}: the file is whole");
        written += usize::from(content[0] != b'-');
        for backup in list_backups(&file).unwrap() {
            let content = fs::read(&backup.path).unwrap();
            assert_eq!(content, letters(content[0]), "round {round}: the backup is whole");
        }
        let lock = LockOptions { timeout: Duration::ZERO, holder: "parent" };
        drop(Lock::acquire(&file, &lock).unwrap());
    }
    assert_eq!(written, 60);
}

/// Runs `test` as a child that can write no file beyond some KB: a write is cut off in the middle, as on a full disk.
fn cut_off(test: &str, file: &Path) {
    // The shell ignores the signal and sets the limit; both are inherited by what it becomes.
    let output = Command::new("/bin/sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""])
        .arg(this_program())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, file)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("refused as it should be"), "{text}{output:?}");
}

#[test]
fn a_write_that_is_cut_off_leaves_the_old_file() {
    if let Some(file) = child_file() {
        let error = replace(&file, &letters(b'n'), &ReplaceOptions::default()).unwrap_err();
        assert_eq!(error.step(), Some(Step::WriteNew));
        assert_eq!(error.io_kind(), Some(std::io::ErrorKind::FileTooLarge));
        assert!(std::error::Error::source(&error).is_some());
        println!("refused as it should be");
        return;
    }
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("f");
    fs::write(&file, "old").unwrap();
    cut_off("a_write_that_is_cut_off_leaves_the_old_file", &file);
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn a_backup_that_is_cut_off_leaves_the_file_and_the_ring() {
    if let Some(file) = child_file() {
        let options = ReplaceOptions { backups: Some(Backups::default()), ..ReplaceOptions::default() };
        let error = replace(&file, b"new", &options).unwrap_err();
        assert_eq!(error.step(), Some(Step::KeepBackup));
        assert_eq!(error.io_kind(), Some(std::io::ErrorKind::FileTooLarge));
        println!("refused as it should be");
        return;
    }
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("f");
    fs::write(&file, letters(b'o')).unwrap();
    fs::write(base.path().join("f.bak"), "older").unwrap();
    cut_off("a_backup_that_is_cut_off_leaves_the_file_and_the_ring", &file);
    assert_eq!(fs::read(&file).unwrap(), letters(b'o'));
    assert_eq!(fs::read_to_string(base.path().join("f.bak")).unwrap(), "older");
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 2, "no temporary file is left");
}

/// A reader that takes no lock, while the file is replaced again and again.
#[test]
fn a_reader_never_sees_a_part() {
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("f");
    fs::write(&file, letters(b'-')).unwrap();
    let done = AtomicBool::new(false);
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Acquire) {
                let bytes = load(&file, 1_000_000).unwrap().unwrap().bytes;
                assert_eq!(bytes, letters(bytes[0]));
                reads += 1;
            }
            reads
        });
        let written: Vec<_> = (b'a'..=b'z')
            .cycle()
            .take(100)
            .map(|letter| replace(&file, &letters(letter), &ReplaceOptions::default()))
            .collect();
        // Before anything can fail here: the reader would go on for ever.
        done.store(true, Ordering::Release);
        assert!(written.iter().all(|result| result.as_ref().is_ok_and(|done| done.changed)));
        reader.join().unwrap()
    });
    assert!(reads > 0);
}

/// Runs a test again as a child that is someone else where this one is root, since root may do anything anywhere.
/// It gets a file that everyone may write in a folder of this mode; what the folder holds afterwards is returned.
fn as_someone_else(test: &str, folder_mode: u32) -> Vec<(String, String)> {
    let base = tempfile::tempdir().unwrap();
    fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = base.path().join("program");
    // Not `fs::copy`: a child of another test could inherit the open copy and keep it from being run.
    assert!(Command::new("cp").arg(this_program()).arg(&program).status().unwrap().success());
    let folder = base.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("f");
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(folder_mode)).unwrap();

    let mut command = child(&program, test, &file);
    if fs::metadata(base.path()).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let output = command.current_dir("/").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(output.status.success() && text.contains("refused as it should be"), "{text}{output:?}");
    let mut left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    left.sort();
    left
}

#[test]
fn a_folder_without_permission_leaves_the_old_file() {
    if let Some(file) = child_file() {
        let error = replace(&file, b"new", &ReplaceOptions::default()).unwrap_err();
        assert_eq!(error.step(), Some(Step::CreateTemporary));
        assert_eq!(error.io_kind(), Some(std::io::ErrorKind::PermissionDenied));
        assert_eq!(Some(error.path()), file.parent());
        println!("refused as it should be");
        return;
    }
    let left = as_someone_else("a_folder_without_permission_leaves_the_old_file", 0o555);
    assert_eq!(left, [("f".to_owned(), "old".to_owned())], "no temporary file is left");
}

/// A folder that cannot be read cannot be flushed.
#[test]
fn only_what_fails_after_the_rename_is_the_flushing_of_the_folder() {
    if let Some(file) = child_file() {
        let step = |path: &Path, options: &ReplaceOptions| replace(path, b"new", options).unwrap_err().step();
        let keep = ReplaceOptions { backups: Some(Backups::default()), ..ReplaceOptions::default() };
        assert_eq!(step(&file, &keep), Some(Step::KeepBackup));
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        let missing = file.with_file_name("missing").join("f");
        assert_eq!(step(&missing, &keep), Some(Step::CreateFolder));
        assert_eq!(step(&file, &ReplaceOptions::default()), Some(Step::SyncFolder));
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        println!("refused as it should be");
        return;
    }
    let left = as_someone_else("only_what_fails_after_the_rename_is_the_flushing_of_the_folder", 0o333);
    let content = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(left, [content("f", "new"), content("f.bak", "old")], "no temporary file is left");
}

/// Only root can check that the owner is kept; for others the file is theirs before and after.
#[test]
fn the_owner_is_kept_where_the_system_allows_it() {
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("f");
    fs::write(&file, "old").unwrap();
    let me = fs::metadata(&file).unwrap().uid();
    let owner = if me == 0 { 12345 } else { me };
    std::os::unix::fs::chown(&file, Some(owner), None).unwrap();
    replace(&file, b"new", &ReplaceOptions::default()).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().uid(), owner);
    assert_eq!(fs::read_to_string(&file).unwrap(), "new");
}
