//! The list of models in a real terminal, with ten thousand of them: how long a key takes, and how many bytes go out.

#[path = "gateway/binary.rs"]
mod binary;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use expectrl::process::Process as _;
use expectrl::process::unix::{PtyStream, UnixProcess};
use openclaw_hf_client::{Endpoint, EndpointInput};
use openclaw_tests::bench::{Report, Target, median};

type Outcome<T = ()> = Result<T, String>;

const MODELS: usize = 10_000;
const ROUNDS: usize = 15;
const BASE: &str = "http://127.0.0.1:9/v1";

/// What the program writes last whenever it draws: the cursor is shown again.
const DRAWN: &[u8] = b"\x1b[?25h";

/// A key and what it does. The list is as it was at first after the last of them.
const KEYS: [(&str, &str); 12] = [
    ("first letter of a filter", "o"),
    ("second letter", "r"),
    ("third letter", "g"),
    ("a letter taken back", "\x7f"),
    ("the filter taken away", "\x15"),
    ("sort by price", "\x13"),
    ("one row down", "\x1b[B"),
    ("a page down", "\x1b[6~"),
    ("the last row", "\x1b[F"),
    ("`:`, all forms of all models", ":"),
    ("`c`, the cheapest of all models", "c"),
    ("all offers", "\x0f"),
];

fn main() -> ExitCode {
    let mut report = Report::new("picker");
    match measure(&mut report) {
        Ok(()) => report.finish(),
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "picker: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(report: &mut Report) -> Outcome {
    let program = binary::program()?;
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    keep_list(home.path())?;
    let mut opened = Vec::new();
    let mut keys = vec![(Vec::new(), 0_usize); KEYS.len()];
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let mut screen = Screen::open(&program, home.path())?;
        screen.draw()?;
        opened.push(started.elapsed());
        for ((_, key), (times, bytes)) in KEYS.iter().zip(&mut keys) {
            let pressed = Instant::now();
            screen.press(key)?;
            *bytes = screen.draw()?;
            times.push(pressed.elapsed());
        }
    }
    report.figure(format!("{MODELS} models, from the start to the list"), millis(median(&opened)), "ms");
    for ((what, _), (times, bytes)) in KEYS.iter().zip(&keys) {
        report.promise(*what, millis(median(times)), "ms", Target::AtMost(50.0));
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        report.figure(format!("{what}, written"), *bytes as f64, "bytes");
    }
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A list as the router serves it, kept as if it had just been asked.
fn keep_list(home: &Path) -> Outcome {
    let input = EndpointInput { env_base_url: Some(BASE), ..EndpointInput::default() };
    let endpoint = Endpoint::resolve(&input).map_err(|error| error.to_string())?;
    let folder = home.join(".openclaw/cache");
    let offer = |provider: &str, n: usize| {
        format!(
            r#"{{"provider": "{provider}", "status": "live", "context_length": {}, "throughput": {}, "supports_tools": true,
            "pricing": {{"input": 0.1, "output": {}.{}}}, "first_token_latency_ms": 300}}"#,
            4096 + n,
            n % 211,
            n % 30,
            n % 7,
        )
    };
    let model = |n: usize| {
        let offers = [offer("together", n), offer("novita", n + 1), offer("cerebras", n * 2)].join(",");
        format!(r#"{{"id": "org-{}/Model-{n}B-Instruct", "providers": [{offers}]}}"#, n % 97)
    };
    let models: Vec<_> = (0..MODELS).map(model).collect();
    let list = format!(r#"{{"object": "list", "data": [{}]}}"#, models.join(","));
    let file = folder.join(format!("models-{}.json", endpoint.cache_key()));
    fs::create_dir_all(&folder).and_then(|()| fs::write(file, list)).map_err(|error| error.to_string())
}

/// The program in a terminal of eighty columns.
struct Screen {
    process: UnixProcess,
    terminal: PtyStream,
}

impl Screen {
    fn open(program: &Path, home: &Path) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.args(["models", "set", "--dry-run"]).env_clear().env("HOME", home).current_dir(home);
        command.env("TERM", "xterm-256color").env("OPENCLAW_HF_BASE_URL", BASE).stdin(Stdio::inherit());
        let mut process = UnixProcess::spawn_command(command).map_err(|error| error.to_string())?;
        process.set_window_size(80, 24).map_err(|error| error.to_string())?;
        let terminal = process.open_stream().map_err(|error| error.to_string())?;
        Ok(Self { process, terminal })
    }

    fn press(&mut self, key: &str) -> Outcome {
        self.terminal.write_all(key.as_bytes()).map_err(|error| error.to_string())
    }

    /// Reads to the end of a drawing; the number of bytes in it.
    fn draw(&mut self) -> Outcome<usize> {
        let mut drawn = Vec::new();
        let mut buffer = [0; 16 * 1024];
        while !drawn.ends_with(DRAWN) {
            let count = self.terminal.read(&mut buffer).map_err(|error| format!("it ended: {error}"))?;
            drawn.extend_from_slice(buffer.get(..count).unwrap_or_default());
        }
        Ok(drawn.len())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It waits for keys that nobody presses; one that ended already needs no end.
        let _ = self.process.kill(expectrl::process::unix::Signal::SIGKILL);
    }
}
