//! The sandbox and the gateway, as processes of the command line.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::Places;
use crate::process::Outcome;

/// What the clients have to send to the gateway.
pub(super) const KEY: &str = "interop-key";

/// The gateway's config; the names in it are those of `harness/given.json`.
const CONFIG: &str = "\
{
  agents: {
    defaults: {
      model: {
        primary: 'huggingface/deepseek-ai/DeepSeek-R1',
        fallbacks: ['huggingface/Qwen/Qwen3-8B'],
      },
      models: {
        'huggingface/deepseek-ai/DeepSeek-R1': {},
        'huggingface/deepseek-ai/DeepSeek-R1:fastest': { alias: 'DeepSeek R1 (fast)' },
        'huggingface/Qwen/Qwen3-8B': { alias: 'small' },
      },
    },
  },
}
";

/// How long a server may take to say where it is.
const START: Duration = Duration::from_secs(30);

/// A server that listens until it is dropped.
pub(super) struct Server {
    name: String,
    log: PathBuf,
    process: Child,
    base_url: String,
}

impl Server {
    /// Waits for the line with the address, the first one on stdout; stderr goes to a log.
    fn start(places: &Places, name: &str, command: &mut Command) -> Outcome<Self> {
        let (log, stderr) = places.log(name)?;
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .map_err(|error| format!("`{}` could not be started: {error}", places.openclaw.display()))?;
        let stdout = process.stdout.take();
        let mut server = Self { name: name.to_owned(), log, process, base_url: String::new() };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // Read on after the first line: a full pipe would hold the server up.
            for line in
                stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines()).map_while(Result::ok)
            {
                let _ = sender.send(line);
            }
        });
        let line =
            receiver.recv_timeout(START).map_err(|_| server.failure("did not say where it listens"))?;
        match line.split_once(" on ") {
            Some((_, base_url)) => server.base_url = base_url.to_owned(),
            None => return Err(server.failure(&format!("said `{line}` instead of where it listens"))),
        }
        Ok(server)
    }

    /// Where clients find it: `http://127.0.0.1:4010/v1`.
    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Ends it; an error if it has ended by itself.
    pub(super) fn stop(mut self) -> Outcome {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.failure(&format!("ended by itself ({status})"))),
            Err(error) => Err(self.failure(&error.to_string())),
        }
    }

    fn failure(&self, what: &str) -> String {
        format!("{} {what}; see {}", self.name, self.log.display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The lookalike of the router, with the models that always misbehave.
pub(super) fn sandbox(places: &Places) -> Outcome<Server> {
    let mut command = Command::new(&places.openclaw);
    command.env_clear().env("HOME", places.home("sandbox")?);
    command.args(["sandbox", "--port", "0", "--faults", "--speed", "0"]);
    Server::start(places, "sandbox", &mut command)
}

/// A gateway with a home of its own, which knows of no router but the sandbox.
pub(super) fn gateway(places: &Places, client: &str, router: &str) -> Outcome<Server> {
    let home = places.home("gateway")?;
    let config = home.join("openclaw.json");
    fs::write(&config, CONFIG).map_err(|error| format!("{}: {error}", config.display()))?;
    let mut command = Command::new(&places.openclaw);
    command.env_clear().env("HOME", &home).env("OPENCLAW_STATE_DIR", &home);
    command.env("OPENCLAW_HF_BASE_URL", router).env("HF_TOKEN", "hf_interop_token");
    command.env("OPENCLAW_GATEWAY_TOKEN", KEY).args(["gateway", "run", "--port", "0"]);
    Server::start(places, &format!("gateway-{client}"), &mut command)
}

impl Places {
    /// An empty folder to be somebody's home.
    pub(super) fn home(&self, of: &str) -> Outcome<PathBuf> {
        let home = self.cache.join("home").join(of);
        if home.exists() {
            fs::remove_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
        }
        create(&home)?;
        Ok(home)
    }

    /// A new log, and where it is.
    pub(super) fn log(&self, of: &str) -> Outcome<(PathBuf, File)> {
        let folder = self.cache.join("logs");
        create(&folder)?;
        let path = folder.join(format!("{of}.log"));
        let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((path, file))
    }
}

/// A folder, with those around it.
pub(super) fn create(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
