//! The login shell, played by scripts.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use openclaw_credentials::{ConfigKeys, Resolution, Search, ShellEnv, resolve};
use tempfile::TempDir;

const TOKEN: &str = "hf_shell0shell0shell0shell";

struct Shell {
    base: TempDir,
}

impl Shell {
    fn new(script: &str) -> Self {
        let shell = Self { base: tempfile::tempdir().unwrap() };
        // Written by another process: one that is forked from here meanwhile could hold the file open for writing,
        // and then it cannot be run.
        let mut writer = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(shell.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let script = script.replace("{base}", shell.base.path().to_str().unwrap());
        writer.stdin.take().unwrap().write_all(format!("#!/bin/sh\n{script}\n").as_bytes()).unwrap();
        assert!(writer.wait().unwrap().success());
        shell
    }

    fn path(&self) -> PathBuf {
        self.base.path().join("shell")
    }

    fn fifo(&self, name: &str) -> PathBuf {
        let path = self.base.path().join(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    fn resolve(&self, env: &[(&str, &str)], timeout: Option<u64>) -> Resolution {
        resolve_with(&self.path(), self.base.path(), env, timeout)
    }

    fn line(&self, env: &[(&str, &str)], timeout: Option<u64>) -> String {
        shell_line(&self.resolve(env, timeout)).replace(self.base.path().to_str().unwrap(), "/base")
    }
}

fn resolve_with(shell: &Path, base: &Path, env: &[(&str, &str)], timeout: Option<u64>) -> Resolution {
    let lookup = |name: &str| match name {
        "SHELL" => Some(shell.to_str().unwrap().to_owned()),
        _ => env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()),
    };
    let shell_env = ShellEnv { enabled: true, timeout: timeout.map(Duration::from_millis) };
    let config = ConfigKeys { shell_env, ..ConfigKeys::default() };
    resolve(&Search {
        given: None,
        env: &lookup,
        home: Some(base),
        state_dir: &base.join(".openclaw"),
        config,
    })
}

fn shell_line(resolution: &Resolution) -> String {
    let lines: Vec<String> = resolution
        .places
        .iter()
        .filter(|place| place.source.name() == "login-shell")
        .map(ToString::to_string)
        .collect();
    lines.join("\n")
}

/// Runs what it is told, as a shell does, after the given lines of a profile.
fn profile(lines: &str) -> String {
    format!(
        "test \"$1 $2\" = '-l -c' || exit 9\nunset HF_TOKEN HUGGINGFACE_HUB_TOKEN HUGGING_FACE_HUB_TOKEN\n{lines}\neval \"$3\""
    )
}

#[test]
fn what_a_profile_exports_is_found() {
    let shell = Shell::new(&profile(&format!(
        "echo welcome; printf 'HF_TOKEN=hf_noise\\0'\nexport HF_TOKEN={TOKEN}"
    )));
    let resolution = shell.resolve(&[], None);
    assert_eq!(resolution.token.as_ref().unwrap().token.expose(), TOKEN);
    assert_eq!(shell_line(&resolution), "HF_TOKEN in the login shell: used");
}

#[test]
fn the_names_have_their_order_in_the_shell_too() {
    let shell = Shell::new(&profile(&format!(
        "export HUGGING_FACE_HUB_TOKEN={TOKEN} HF_TOKEN={TOKEN} HUGGINGFACE_HUB_TOKEN=hf_first"
    )));
    assert_snapshot!(shell.line(&[], None), @r"
    HUGGINGFACE_HUB_TOKEN in the login shell: used
    HF_TOKEN in the login shell: another token, not used
    HUGGING_FACE_HUB_TOKEN in the login shell: another token, not used
    ");
}

#[test]
fn a_real_shell_answers() {
    let base = tempfile::tempdir().unwrap();
    let line = shell_line(&resolve_with(Path::new("/bin/sh"), base.path(), &[], None));
    // Whatever this machine's profile exports, the shell has said it.
    assert!(line.ends_with("not set") || line.contains("in the login shell:"), "{line}");
}

#[test]
fn a_shell_without_a_token() {
    let shell = Shell::new(&profile(""));
    assert_snapshot!(shell.line(&[], None), @"the login shell: not set");
}

#[test]
fn the_shell_is_asked_only_when_it_is_wanted_and_needed() {
    let shell = Shell::new(&profile(&format!("touch {{base}}/asked\nexport HF_TOKEN={TOKEN}")));
    let asked = shell.base.path().join("asked");
    assert_snapshot!(shell.line(&[("HF_TOKEN", "hf_env")], None), @"the login shell: not asked, a token was found before");
    assert_snapshot!(shell.line(&[("OPENCLAW_SHELL_ENV_RUNNING", "1")], None), @"the login shell: switched off");

    let off = |value: &str| {
        let lookup = |name: &str| match name {
            "SHELL" => Some(shell.path().to_str().unwrap().to_owned()),
            "OPENCLAW_LOAD_SHELL_ENV" => Some(value.to_owned()),
            _ => None,
        };
        let state_dir = shell.base.path();
        let config = ConfigKeys::default();
        shell_line(&resolve(&Search { given: None, env: &lookup, home: None, state_dir, config }))
    };
    assert_eq!(off("0"), "the login shell: switched off");
    assert_eq!(off(""), "the login shell: switched off");
    assert!(!asked.exists());
    assert_eq!(off("1"), "HF_TOKEN in the login shell: used");
    assert!(asked.exists());
}

#[test]
fn a_shell_that_starts_this_program_is_told_so() {
    let shell = Shell::new(&profile("export HF_TOKEN=hf_running_$OPENCLAW_SHELL_ENV_RUNNING"));
    assert_eq!(shell.resolve(&[], None).token.unwrap().token.expose(), "hf_running_1");
}

#[test]
fn shells_that_do_not_answer() {
    let line = |script: &str| Shell::new(script).line(&[], None);
    assert_snapshot!(line("exit 3"), @"the login shell: the login shell `/base/shell` ended without printing its environment");
    assert_snapshot!(line("echo 'HF_TOKEN=hf_no_marker'"), @"the login shell: the login shell `/base/shell` ended without printing its environment");
    assert_snapshot!(line("while :; do echo noise noise noise noise noise noise; done"), @"the login shell: the login shell `/base/shell` printed more than 2097152 bytes");

    let base = tempfile::tempdir().unwrap();
    let resolution = resolve_with(&base.path().join("gone"), base.path(), &[], None);
    let line = shell_line(&resolution).replace(base.path().to_str().unwrap(), "/base");
    assert_snapshot!(line, @"the login shell: could not start the login shell `/base/gone`");
}

/// A shell that waits for ever on a pipe nobody writes to, with a helper in the background that does too.
const STUCK: &str = "exec 3> {base}/alive\ncat < {base}/never &\ncat < {base}/never";

/// Says when the last process that has `alive` open for writing is gone.
fn until_all_are_gone(alive: PathBuf) -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut rest = Vec::new();
        File::open(alive).unwrap().read_to_end(&mut rest).unwrap();
        sender.send(()).unwrap();
    });
    receiver
}

#[test]
fn a_shell_that_hangs_is_ended_with_all_it_started() {
    let shell = Shell::new(STUCK);
    shell.fifo("never");
    let gone = until_all_are_gone(shell.fifo("alive"));
    let start = Instant::now();
    assert_snapshot!(shell.line(&[], Some(300)), @"the login shell: the login shell `/base/shell` did not answer within 300 ms");
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    gone.recv_timeout(Duration::from_secs(20)).unwrap();
}

#[test]
fn the_timeout_is_the_configs_then_the_environments() {
    let shell = Shell::new("cat < {base}/never");
    shell.fifo("never");
    let env = [("OPENCLAW_SHELL_ENV_TIMEOUT_MS", "20")];
    assert_snapshot!(shell.line(&env, None), @"the login shell: the login shell `/base/shell` did not answer within 20 ms");
    assert_snapshot!(shell.line(&env, Some(10)), @"the login shell: the login shell `/base/shell` did not answer within 10 ms");
    assert_snapshot!(shell.line(&env, Some(0)), @"the login shell: the login shell `/base/shell` did not answer within 20 ms");
}

#[test]
fn something_left_in_the_background_does_not_hold_the_answer_up() {
    let shell = Shell::new(&profile(&format!("cat < {{base}}/never &\nexport HF_TOKEN={TOKEN}")));
    let never = shell.fifo("never");
    let start = Instant::now();
    assert_eq!(shell.line(&[], None), "HF_TOKEN in the login shell: used");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    // It lives on, as the agents that profiles start are meant to: it still takes what is written, and ends.
    fs::write(never, "bye").unwrap();
}

#[test]
fn a_shell_that_stays_after_its_answer_is_ended() {
    let lines = format!("exec 3> {{base}}/alive\nexport HF_TOKEN={TOKEN}");
    let shell = Shell::new(&format!("{}\nexec cat < {{base}}/never", profile(&lines)));
    shell.fifo("never");
    let gone = until_all_are_gone(shell.fifo("alive"));
    assert_eq!(shell.line(&[], None), "HF_TOKEN in the login shell: used");
    gone.recv_timeout(Duration::from_secs(20)).unwrap();
}

#[test]
fn nothing_a_shell_prints_is_printed() {
    let shell = Shell::new("echo CANARY; echo CANARY >&2; exit 1");
    let resolution = shell.resolve(&[], None);
    let printed = format!("{resolution:?} {}", shell_line(&resolution));
    assert!(!printed.contains("CANARY"), "{printed}");
}
