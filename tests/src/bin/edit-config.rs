//! Edits a config again and again, for the tests of several processes.
//!
//! `edit-config FILE NAME COUNT [--step]` sets `plugins.NAME_0`, `plugins.NAME_1`, … to a text, each in an edit of its
//! own, and prints `made` after each.
//! With `--step` it prints `loaded` between loading and saving, and waits for a line on stdin.
//! A refusal is printed with its causes, and ends the program with code 1.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use openclaw_config_merge::store::{EditOptions, Write, edit};
use openclaw_json5_edit::{EditError, Path};

struct Args {
    file: PathBuf,
    name: String,
    count: u32,
    pause: Pause,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    Never,
    AfterLoading,
}

fn args() -> Option<Args> {
    let mut args = std::env::args().skip(1);
    let (file, name, count) = (args.next()?.into(), args.next()?, args.next()?.parse().ok()?);
    let pause = match args.next().as_deref() {
        None => Pause::Never,
        Some("--step") => Pause::AfterLoading,
        Some(_) => return None,
    };
    Some(Args { file, name, count, pause })
}

fn main() -> ExitCode {
    let Some(args) = args() else { return ExitCode::from(2) };
    let Err(error) = run(&args) else { return ExitCode::SUCCESS };
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    if say(&line).is_ok() { ExitCode::FAILURE } else { ExitCode::from(3) }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let options =
        EditOptions { holder: "edit-config", timeout: Duration::from_secs(120), write: Write::ToDisk };
    for n in 0..args.count {
        let at = Path::keys(["plugins".to_owned(), format!("{}_{n}", args.name)]);
        edit(&args.file, &options, |document, _| {
            if args.pause == Pause::AfterLoading {
                say("loaded").map_err(Refused::Talk)?;
                io::stdin().lock().read_line(&mut String::new()).map_err(Refused::Talk)?;
            }
            let mut edits = document.edit();
            edits.set(&at, format!("edit {n} of {}", args.name));
            edits.apply().map(|document| (document, ())).map_err(Refused::Misfit)
        })?;
        say("made")?;
    }
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Why the change itself was not made.
#[derive(Debug)]
enum Refused {
    Misfit(EditError),
    Talk(io::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misfit(error) => error.fmt(f),
            Self::Talk(error) => error.fmt(f),
        }
    }
}

impl Error for Refused {}
