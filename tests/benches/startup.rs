//! How long the program takes to begin and end, and what it takes of memory, against a program that does nothing.

#[path = "gateway/binary.rs"]
mod binary;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use openclaw_hf_client::{Endpoint, EndpointInput};
use openclaw_tests::bench::{Report, Target, float, median, time};
use openclaw_tests::lists::router_list;

type Outcome<T = ()> = Result<T, String>;

const ROUNDS: usize = 31;
const MODELS: usize = 200;
const OFFERS: usize = 3;
const BASE: &str = "http://127.0.0.1:9/v1";
/// The argument that makes this program one that starts another and tells what that took at its highest.
const PEAK: &str = "--peak-of";

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip_while(|arg| arg != PEAK).skip(1);
    let outcome = match args.next() {
        Some(program) => tell_peak(Command::new(program).args(args)),
        None => measure(),
    };
    outcome.unwrap_or_else(|why| {
        let _ = writeln!(std::io::stderr(), "startup: {why}");
        ExitCode::FAILURE
    })
}

/// What is run, and what is promised of its time in ms.
struct Case {
    what: &'static str,
    program: PathBuf,
    args: &'static [&'static str],
    target: Option<f64>,
}

fn measure() -> Outcome<ExitCode> {
    let ours = binary::program()?;
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    furnish(home.path())?;
    let mut cases = vec![Case { what: "/bin/true", program: "/bin/true".into(), args: &[], target: None }];
    let own = [
        ("openclaw --version", &["--version"][..], 5.0),
        ("openclaw models list, 200 rows", &["models", "list", "--all"], 20.0),
        ("openclaw models status", &["models", "status"], 15.0),
    ];
    cases.extend(own.map(|(what, args, ms)| Case { what, program: ours.clone(), args, target: Some(ms) }));
    if let Some(aichat) = on_path("aichat") {
        let theirs = [("aichat --version", &["--version"][..]), ("aichat --list-models", &["--list-models"])];
        cases.extend(theirs.map(|(what, args)| Case { what, program: aichat.clone(), args, target: None }));
    }
    let mut times = vec![Vec::with_capacity(ROUNDS); cases.len()];
    for round in 0..=ROUNDS {
        for (case, times) in cases.iter().zip(&mut times) {
            let mut command = case.command(home.path());
            let mut status = None;
            let elapsed = time(|| status = command.status().ok());
            if !status.is_some_and(|status| status.success()) {
                return Err(format!("`{}` failed: {status:?}", case.what));
            }
            // The first fills the caches of the system.
            if round > 0 {
                times.push(elapsed);
            }
        }
    }
    let mut report = Report::new("startup");
    let nothing = times.first().map(|times| median(times)).unwrap_or_default();
    for (case, times) in cases.iter().zip(&times) {
        let ms = millis(median(times));
        match case.target {
            Some(target) => report.promise(case.what, ms, "ms", Target::AtMost(target)),
            None => report.figure(case.what, ms, "ms"),
        }
        if case.program != Path::new("/bin/true") {
            report.figure(format!("{} / /bin/true", case.what), ms / millis(nothing), "×");
        }
    }
    for case in &cases {
        let mib = peak(case, home.path())?;
        match case.target {
            Some(_) => report.promise(format!("{}, peak", case.what), mib, "MiB", Target::AtMost(10.0)),
            None => report.figure(format!("{}, peak", case.what), mib, "MiB"),
        }
    }
    if on_path("aichat").is_none() {
        let _ = writeln!(std::io::stderr(), "startup: aichat is not installed, so it is not compared");
    }
    Ok(report.finish())
}

impl Case {
    fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.args);
        in_home(&mut command, home);
        command
    }
}

fn in_home(command: &mut Command, home: &Path) {
    command.env_clear().env("HOME", home).env("OPENCLAW_HF_BASE_URL", BASE).current_dir(home);
    // aichat lists nothing where it is not told whom it speaks to.
    command.env("AICHAT_PLATFORM", "openai").env("OPENAI_API_KEY", "none");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A config with a default and a fallback, and a list as if the router had just been asked.
fn furnish(home: &Path) -> Outcome {
    let input = EndpointInput { env_base_url: Some(BASE), ..EndpointInput::default() };
    let endpoint = Endpoint::resolve(&input).map_err(|error| error.to_string())?;
    let folder = home.join(".openclaw/cache");
    let list = folder.join(format!("models-{}.json", endpoint.cache_key()));
    let config = "{ agents: { defaults: { model: { primary: 'huggingface/org-0/Model-0B-Instruct', \
                  fallbacks: ['huggingface/org-1/Model-1B-Instruct'] } } } } // mine\n";
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(list, router_list(MODELS, OFFERS)))
        .and_then(|()| fs::write(home.join(".openclaw/openclaw.json"), config))
        .map_err(|error| format!("a home for the program: {error}"))
}

/// The most memory that a run takes, in MiB, as the median of five.
fn peak(case: &Case, home: &Path) -> Outcome<f64> {
    let this = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let mut peaks = Vec::new();
    for _ in 0..5 {
        let mut command = Command::new(&this);
        command.arg(PEAK).arg(&case.program).args(case.args);
        in_home(&mut command, home);
        let output = command.stdout(Stdio::piped()).output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        peaks.push(text.trim().parse::<usize>().map_err(|error| format!("`{text}` as a peak: {error}"))?);
    }
    peaks.sort_unstable();
    Ok(float(peaks.get(2).copied().unwrap_or_default()) / 1024.0)
}

/// In a process of its own and of little memory, since the system tells only the most that any child took.
#[expect(clippy::print_stdout, reason = "the answer to the process that started this one")]
fn tell_peak(command: &mut Command) -> Outcome<ExitCode> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| format!("`{:?}`: {error}", command.get_program()))?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    println!("{}", usage.max_rss());
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
