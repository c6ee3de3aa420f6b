//! A home of its own for every test, with a sandbox in place of the router.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use openclaw_sandbox::{Options, Sandbox};

#[cfg(unix)]
mod running;

#[cfg(unix)]
pub(crate) use running::{PATIENCE, Running};

/// The token that most tests use; it must never show up in any output.
pub(crate) const TOKEN: &str = "hf_canary_0123456789abcdef";

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/v1";

/// A throw-away home and what the program is told of the network.
pub(crate) struct World {
    folder: tempfile::TempDir,
    sandbox: Option<Sandbox>,
    env: Vec<(String, String)>,
}

impl World {
    /// With a sandbox for a router.
    pub(crate) fn new() -> Self {
        Self::with(Options { fault_models: false, ..Options::default() })
    }

    pub(crate) fn with(options: Options) -> Self {
        let sandbox = Sandbox::start_blocking(options).expect("the sandbox starts");
        Self { sandbox: Some(sandbox), ..Self::offline() }
    }

    /// With nobody to ask.
    pub(crate) fn offline() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), sandbox: None, env: Vec::new() }
    }

    /// With a token kept and a default model set.
    pub(crate) fn onboarded() -> Self {
        let world = Self::new();
        let shown = world.run(&["onboard", "--non-interactive", "--huggingface-api-key", TOKEN]);
        assert!(shown.starts_with("exit 0"), "{shown}");
        world.sandbox().clear_requests();
        world
    }

    /// The same home after the sandbox has gone.
    pub(crate) fn without_sandbox(mut self) -> Self {
        self.sandbox = None;
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("this world has a sandbox")
    }

    pub(crate) fn home(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn state(&self, name: &str) -> PathBuf {
        self.home().join(".openclaw").join(name)
    }

    pub(crate) fn config_path(&self) -> PathBuf {
        self.state("openclaw.json")
    }

    pub(crate) fn write_config(&self, text: &str) {
        self.write_state("openclaw.json", text);
    }

    /// Writes a file of the state folder.
    pub(crate) fn write_state(&self, name: &str, text: &str) {
        let path = self.state(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        std::fs::write(path, text).expect("it is written");
    }

    /// A file of the state folder.
    pub(crate) fn read_state(&self, name: &str) -> String {
        std::fs::read_to_string(self.state(name)).expect("there is a file")
    }

    pub(crate) fn config(&self) -> String {
        std::fs::read_to_string(self.config_path()).expect("there is a config")
    }

    /// Every file below the home with its bytes, for before and after; locks are left out, since they stay empty.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.home().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_none_or(|end| end != "flock") {
                    files.push((path.clone(), std::fs::read(&path).expect("a file")));
                }
            }
        }
        files.sort();
        files
    }

    /// The program with a hermetic environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openclaw"));
        let base = self.sandbox.as_ref().map_or_else(|| NOWHERE.to_owned(), Sandbox::base_url);
        command
            .args(args)
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", "/usr/bin:/bin")
            .env("OPENCLAW_HF_BASE_URL", base)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home())
            .stdin(Stdio::null());
        command
    }

    /// The program under a limit of the shell's, such as `-f 0`, which lets no file grow.
    #[cfg(target_os = "linux")]
    pub(crate) fn limited(&self, limit: &str, args: &[&str]) -> Command {
        // A file that grows too large is an error to be told, and not the end. What others left open is not counted.
        let closed: String = (3..10).map(|file| format!(" {file}>&-")).collect();
        self.by_shell(&format!("trap '' XFSZ; exec{closed}; ulimit {limit}; exec \"$0\" \"$@\""), args)
    }

    /// The program, taken away from the disk as soon as it runs.
    #[cfg(target_os = "linux")]
    pub(crate) fn taken_away(&self, args: &[&str]) -> Command {
        let link = "ln \"$0\" program 2>/dev/null || cp \"$0\" program";
        self.by_shell(&format!("{link}; exec 9<program; rm program; exec /proc/self/fd/9 \"$@\""), args)
    }

    #[cfg(target_os = "linux")]
    fn by_shell(&self, script: &str, args: &[&str]) -> Command {
        let ours = self.command(args);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]).arg(ours.get_program()).args(args).env_clear();
        shell.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.current_dir(self.home()).stdin(Stdio::null());
        shell
    }

    pub(crate) fn output(&self, args: &[&str]) -> Output {
        self.output_of(&mut self.command(args))
    }

    fn output_of(&self, command: &mut Command) -> Output {
        let output = command.output().expect("the program runs");
        let both = [&output.stdout[..], &output.stderr[..]].concat();
        let both = String::from_utf8_lossy(&both);
        assert!(!both.contains(TOKEN), "the token is shown by {command:?}:\n{both}");
        assert!(!both.contains("panicked"), "{both}");
        output
    }

    /// Exit code, stdout and stderr as one text, with what differs from run to run replaced.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        self.run_as(&mut self.command(args))
    }

    /// The same of a command that was made ready.
    pub(crate) fn run_as(&self, command: &mut Command) -> String {
        let output = self.output_of(command);
        let out = String::from_utf8(output.stdout).expect("text");
        let err = String::from_utf8(output.stderr).expect("text");
        self.stable(&Ended { code: output.status.code(), out, err }.shown())
    }

    /// A text with this run's home, port and times replaced.
    pub(crate) fn stable(&self, text: &str) -> String {
        let mut text = text.replace(&self.home().display().to_string(), "HOME");
        if let Some(sandbox) = &self.sandbox {
            text = text.replace(&sandbox.addr().to_string(), "127.0.0.1:PORT");
        }
        text
    }

    /// Stdout of a command that succeeds.
    #[track_caller]
    pub(crate) fn stdout(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?} failed:\n{stderr}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Stdout of a command that succeeds, as JSON.
    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        let text = self.stdout(args);
        assert!(text.starts_with(['{', '[', '"']), "no JSON: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

/// How a program ended, and all that it said.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None`: by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Exit code, stdout and stderr as one text.
    pub(crate) fn shown(&self) -> String {
        let code = self.code.map_or_else(|| "killed".to_owned(), |code| code.to_string());
        let mut shown = format!("exit {code}\n");
        for (name, text) in [("out", &self.out), ("err", &self.err)] {
            if !text.is_empty() {
                shown.push_str(&format!("-- {name}\n{text}"));
            }
        }
        shown
    }
}

/// Insta's filters for figures that differ from run to run.
macro_rules! steady {
    ($($body:tt)*) => {{
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"asked \d+ (s|min) ago", "asked N s ago");
        settings.add_filter(r"first token \d+\.\d\d s", "first token T s");
        settings.add_filter(r"· (-|\d+) tok/s · \d+\.\d\d s", "· V tok/s · T s");
        settings.add_filter(r"within \d+ ms", "within N ms");
        settings.add_filter(r"after \d+(\.\d+)? m?s", "after T");
        settings.add_filter(r#""(firstTokenMs|elapsedMs)": \d+"#, r#""$1": N"#);
        settings.add_filter(r"oc-[0-9a-f]{48}", "KEY");
        settings.add_filter(r"process \d+", "process PID");
        settings.add_filter(r"request id [\w=;-]+", "request id ID");
        settings.add_filter(r#""requestId": "[^"]+""#, r#""requestId": "ID""#);
        settings.bind(|| { $($body)* });
    }};
}
pub(crate) use steady;
