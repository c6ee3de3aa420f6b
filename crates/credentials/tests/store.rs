//! What keeping and forgetting a token does to `<state>/.env`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::error::Error;
use std::fs;
use std::iter;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use openclaw_atomic_file::{Lock, LockError, LockOptions};
use openclaw_credentials::{ConfigKeys, Search, StoreError, Token, env_path, forget, resolve, store};
use tempfile::TempDir;

const NEW: &str = "hf_new0new0new0new0new0";

fn new_token() -> Token {
    Token::parse(NEW).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// A state folder whose `.env` says this.
fn state(content: &[u8]) -> (TempDir, PathBuf) {
    let base = tempfile::tempdir().unwrap();
    let state = base.path().join(".openclaw");
    fs::create_dir(&state).unwrap();
    fs::write(state.join(".env"), content).unwrap();
    (base, state)
}

fn chain(error: &dyn Error, base: &TempDir) -> String {
    let mut lines = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        lines.push(error.to_string());
        cause = error.source();
    }
    lines.join("\n").replace(base.path().to_str().unwrap(), "/base")
}

#[test]
fn a_first_token() {
    let base = tempfile::tempdir().unwrap();
    let state = base.path().join("a/.openclaw");
    let stored = store(&state, &new_token()).unwrap();
    assert_eq!(stored.path, state.join(".env"));
    assert_eq!(stored.path, env_path(&state));
    assert_eq!((stored.name, stored.changed, stored.replaced_other_name), ("HF_TOKEN", true, false));
    assert_eq!(fs::read_to_string(&stored.path).unwrap(), format!("HF_TOKEN={NEW}\n"));
    assert_eq!(mode(&stored.path), 0o600);
    assert_eq!(mode(&state), 0o700);
    let again = store(&state, &new_token()).unwrap();
    assert!(!again.changed);
}

#[track_caller]
fn check(before: &str, after: &str, name: &str) {
    let (_base, state) = state(before.as_bytes());
    let stored = store(&state, &new_token()).unwrap();
    assert_eq!(fs::read_to_string(&stored.path).unwrap(), after.replace("NEW", NEW));
    assert_eq!(stored.name, name);
    assert_eq!(stored.replaced_other_name, name != "HF_TOKEN");
    assert_eq!(mode(&stored.path), 0o600, "the mode is narrowed");
    // What was stored is what is found, which is the whole point of choosing the name.
    let config = ConfigKeys::default();
    let found = resolve(&Search { given: None, env: &|_| None, home: None, state_dir: &state, config });
    assert_eq!(found.token.unwrap().token, new_token());
    let mut names: Vec<_> = fs::read_dir(&state)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".env", ".env.flock"], "no copy of the old token is left");
}

#[test]
fn other_lines_stay() {
    check("# mine\r\nA='b' # c\r\n", "# mine\r\nA='b' # c\r\nHF_TOKEN=NEW\r\n", "HF_TOKEN");
    check(
        "A=1\nexport HF_TOKEN=\"hf_old\" # laptop\nB=2",
        "A=1\nexport HF_TOKEN=NEW # laptop\nB=2",
        "HF_TOKEN",
    );
    check("HF_TOKEN=hf_1\nHF_TOKEN=hf_2\n", "HF_TOKEN=hf_1\nHF_TOKEN=NEW\n", "HF_TOKEN");
    check(
        "HUGGING_FACE_HUB_TOKEN=hf_weaker\n",
        "HUGGING_FACE_HUB_TOKEN=hf_weaker\nHF_TOKEN=NEW\n",
        "HF_TOKEN",
    );
}

#[test]
fn a_name_that_wins_is_replaced_instead() {
    check("HUGGINGFACE_HUB_TOKEN=hf_old\n", "HUGGINGFACE_HUB_TOKEN=NEW\n", "HUGGINGFACE_HUB_TOKEN");
    check(
        "HF_TOKEN=hf_older\nHUGGINGFACE_HUB_TOKEN=hf_old\n",
        "HF_TOKEN=hf_older\nHUGGINGFACE_HUB_TOKEN=NEW\n",
        "HUGGINGFACE_HUB_TOKEN",
    );
    // An empty one wins over nothing.
    check("HUGGINGFACE_HUB_TOKEN=\n", "HUGGINGFACE_HUB_TOKEN=\nHF_TOKEN=NEW\n", "HF_TOKEN");
}

#[test]
fn the_same_token_in_a_file_that_others_may_read() {
    let (_base, state) = state(format!("HF_TOKEN={NEW}\n").as_bytes());
    fs::set_permissions(state.join(".env"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(store(&state, &new_token()).unwrap().changed);
    assert_eq!(mode(&state.join(".env")), 0o600);
}

#[test]
fn a_linked_file_is_written_at_its_end() {
    let (base, state) = state(b"");
    fs::remove_file(state.join(".env")).unwrap();
    fs::write(base.path().join("secrets"), "A=1\n").unwrap();
    symlink("../secrets", state.join(".env")).unwrap();
    store(&state, &new_token()).unwrap();
    assert_eq!(fs::read_to_string(base.path().join("secrets")).unwrap(), format!("A=1\nHF_TOKEN={NEW}\n"));
    assert!(fs::symlink_metadata(state.join(".env")).unwrap().is_symlink());
}

#[test]
fn forgetting() {
    #[track_caller]
    fn check(before: &str, after: &str, names: &[&str]) {
        let (_base, state) = state(before.as_bytes());
        let forgotten = forget(&state).unwrap();
        assert_eq!(forgotten.names, names);
        assert_eq!(fs::read_to_string(forgotten.path).unwrap(), after);
    }
    check("", "", &[]);
    check("A=1\n", "A=1\n", &[]);
    check("A=1\nHF_TOKEN=hf_a\n# end\n", "A=1\n# end\n", &["HF_TOKEN"]);
    check(
        "HF_TOKEN=a\nHF_TOKEN=b\nHUGGING_FACE_HUB_TOKEN=c\nHUGGINGFACE_HUB_TOKEN=d\n",
        "",
        &["HUGGINGFACE_HUB_TOKEN", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
    );
}

#[test]
fn forgetting_creates_nothing() {
    let base = tempfile::tempdir().unwrap();
    let forgotten = forget(&base.path().join("state")).unwrap();
    assert_eq!(forgotten.names, [""; 0]);
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
}

#[test]
fn what_stands_in_the_way() {
    let (base, folder) = state(b"HF_TOKEN=\xff\n");
    let error = store(&folder, &new_token()).unwrap_err();
    assert_snapshot!(chain(&error, &base), @"`/base/.openclaw/.env` is not UTF-8 text");
    assert_eq!(fs::read(folder.join(".env")).unwrap(), b"HF_TOKEN=\xff\n");
    assert_snapshot!(chain(&forget(&folder).unwrap_err(), &base), @"`/base/.openclaw/.env` is not UTF-8 text");

    let (base, folder) = state(&vec![b'#'; 1024 * 1024 + 1]);
    assert_snapshot!(chain(&store(&folder, &new_token()).unwrap_err(), &base), @r"
    could not read the file of tokens
    `/base/.openclaw/.env` is larger than the allowed 1048576 bytes
    ");

    let base = tempfile::tempdir().unwrap();
    fs::write(base.path().join("file"), "").unwrap();
    assert_snapshot!(chain(&store(&base.path().join("file"), &new_token()).unwrap_err(), &base), @r"
    could not get the file of tokens for writing
    could not follow the link `/base/file/.env`
    Not a directory (os error 20)
    ");

    // Removing the token's line would pair two quotes that have nothing to do with each other.
    let text = b"B='open\nHF_TOKEN=\"'\"\nC='\n";
    let (base, folder) = state(text);
    assert_snapshot!(chain(&forget(&folder).unwrap_err(), &base), @r"
    could not change `/base/.openclaw/.env`
    a `.env` file cannot hold this value of `HF_TOKEN`, or not beside the other lines
    ");
    assert_eq!(fs::read(folder.join(".env")).unwrap(), text);
}

#[test]
fn another_writer_is_waited_for() {
    let (_base, state) = state(b"");
    let options = LockOptions { timeout: Duration::ZERO, holder: "test" };
    let held = Lock::acquire(&env_path(&state), &options).unwrap();
    thread::scope(|scope| {
        let storing = scope.spawn(|| store(&state, &new_token()));
        // Under the lock this is the only writer; what is stored afterwards keeps it.
        fs::write(env_path(&state), "A=1\n").unwrap();
        drop(held);
        assert!(storing.join().unwrap().unwrap().changed);
    });
    assert_eq!(fs::read_to_string(env_path(&state)).unwrap(), format!("A=1\nHF_TOKEN={NEW}\n"));
}

#[test]
fn errors_are_silent_about_what_is_in_the_file() {
    let (_base, state) = state(b"HF_TOKEN=CANARY\xff\n");
    let error: StoreError = store(&state, &new_token()).unwrap_err();
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains("CANARY") && !printed.contains(NEW), "{printed}");
}

/// The lock is held for moments, so it is asked for until it is held.
#[test]
fn who_waits_is_told_who_keeps_a_token() {
    let (base, state) = state(b"");
    let is_over = AtomicBool::new(false);
    let told = thread::scope(|scope| {
        scope.spawn(|| {
            let deadline = Instant::now() + Duration::from_secs(20);
            for token in [NEW, "hf_old0old0old0old0old0"].into_iter().cycle() {
                if is_over.load(Ordering::Relaxed) || Instant::now() > deadline {
                    break;
                }
                store(&state, &Token::parse(token).unwrap()).unwrap();
            }
        });
        let options = LockOptions { timeout: Duration::ZERO, holder: "test" };
        let named = |error: &LockError| matches!(error, LockError::Timeout { holder: Some(_), .. });
        let deadline = Instant::now() + Duration::from_secs(20);
        let tries = iter::repeat_with(|| Lock::acquire(&env_path(&state), &options).err());
        let told = tries.take_while(|_| Instant::now() < deadline).flatten().find(named);
        is_over.store(true, Ordering::Relaxed);
        chain(&told.unwrap(), &base)
    });
    let told = told.replace(&std::process::id().to_string(), "PID");
    assert_snapshot!(told, @"`/base/.openclaw/.env.flock` is still held by process PID (`openclaw: keeping a token`) after 0 s");
}
