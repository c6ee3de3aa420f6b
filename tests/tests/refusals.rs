//! What the system refuses: a full disk, a folder without permission. The config stays as it was.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

const EDITOR: &str = env!("CARGO_BIN_EXE_edit-config");

/// What the editor says, with the folder's name taken out, and that it failed.
#[track_caller]
fn refused(mut command: Command, folder: &Path) -> String {
    let output = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout).replace(&folder.display().to_string(), "/folder");
    assert_eq!(output.status.code(), Some(1), "{said}{output:?}");
    said.trim_end().to_owned()
}

/// The editor with no more than some KB for any file: a write is cut off in the middle, as on a full disk.
fn on_a_full_disk(file: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    // The shell ignores the signal and sets the limit; both are inherited by what it becomes.
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"", EDITOR])
        .arg(file)
        .args(["new", "1"]);
    command
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_leaves_the_config() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("openclaw.json");
    let text = format!("{{\n  // {}\n  plugins: {{}},\n}}\n", "long ".repeat(20_000));
    fs::write(&file, &text).expect("a file");
    insta::assert_snapshot!(refused(on_a_full_disk(&file), folder.path()), @"the config cannot be saved: could not write a new copy of `/folder/openclaw.json`: File too large (os error 27)");
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
    assert_eq!(names(folder.path()), ["openclaw.json", "openclaw.json.flock"], "no temporary file is left");
}

/// Root may write anywhere, so the editor is someone else where this test is root.
fn as_somebody(folder: &Path, file: &Path) -> Command {
    let program = folder.join("edit-config");
    // Not `fs::copy`: a child of another test could inherit the open copy and keep it from being run.
    assert!(Command::new("cp").arg(EDITOR).arg(&program).status().expect("cp runs").success());
    let mut command = Command::new(&program);
    if fs::metadata(folder).expect("a folder").uid() == 0 {
        command.uid(65534).gid(65534);
    }
    command.arg(file).args(["new", "1"]).current_dir("/");
    command
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_read_only_folder_leaves_the_config() {
    let base = tempfile::tempdir().expect("a folder");
    set_mode(base.path(), 0o755);
    let folder = base.path().join("state");
    fs::create_dir(&folder).expect("a folder");
    let file = folder.join("openclaw.json");
    fs::write(&file, "{ /* mine */ }").expect("a file");
    set_mode(&file, 0o666);
    // First without a lock file, which cannot be made; then with one, so that the save itself is refused.
    set_mode(&folder, 0o555);
    insta::assert_snapshot!(refused(as_somebody(base.path(), &file), base.path()), @"the config cannot be locked: could not open the lock file `/folder/state/openclaw.json.flock`: Permission denied (os error 13)");
    assert_eq!(names(&folder), ["openclaw.json"]);
    let lock = folder.join("openclaw.json.flock");
    fs::write(&lock, "").expect("a file");
    set_mode(&lock, 0o666);
    insta::assert_snapshot!(refused(as_somebody(base.path(), &file), base.path()), @"the config cannot be saved: could not create a new file in `/folder/state`: Permission denied (os error 13)");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "{ /* mine */ }");
    assert_eq!(names(&folder), ["openclaw.json", "openclaw.json.flock"], "no temporary file is left");
    set_mode(&folder, 0o755);
}

#[test]
fn a_config_that_cannot_be_read_is_left() {
    let base = tempfile::tempdir().expect("a folder");
    set_mode(base.path(), 0o777);
    let file = base.path().join("openclaw.json");
    fs::write(&file, "{}").expect("a file");
    set_mode(&file, 0o000);
    insta::assert_snapshot!(refused(as_somebody(base.path(), &file), base.path()), @"the config cannot be read: could not read `/folder/openclaw.json`: Permission denied (os error 13)");
    set_mode(&file, 0o600);
    assert_eq!(fs::read_to_string(&file).expect("a file"), "{}");
}

#[test]
fn a_folder_in_the_place_of_the_config_is_left() {
    let base = tempfile::tempdir().expect("a folder");
    let file = base.path().join("openclaw.json");
    fs::create_dir(&file).expect("a folder");
    let mut command = Command::new(EDITOR);
    command.arg(&file).args(["new", "1"]);
    insta::assert_snapshot!(refused(command, base.path()), @"the config cannot be read: `/folder/openclaw.json` is not a regular file");
    assert!(file.is_dir());
}
