//! `openclaw doctor`: what keeps things from working, and what to type about it.
//!
//! Everything that takes time is asked at once and first; then each part looks at what is there.

mod ask;
mod catalogue;
mod config;
mod files;
mod finding;
mod fix;
mod gateway;
mod surroundings;
mod token;
mod view;

use openclaw_config_merge::store::{self, Loaded};
use openclaw_config_merge::{Aliases, Config};
use openclaw_credentials::Resolution;

use crate::app::App;
use crate::args::Doctor;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use ask::Answers;
use finding::{FIX, Finding, Level};

pub(super) fn run(app: &App, args: &Doctor) -> Result<()> {
    let subject = Subject::read(app);
    let answers = ask::ask(app, &subject, args.offline)?;
    let mut findings = examine(app, &subject, &answers);
    let mut fixes = fix::Fixes::default();
    if args.fix {
        fixes = fix::run(app, args, &subject)?;
        if fixes.are_done() {
            // The files are others now; what others said of the token and the models is the same.
            findings = examine(app, &Subject::read(app), &answers);
        }
    }
    view::print(args, &findings, &fixes)?;
    match subject.broken {
        Some(failure) => Err(failure),
        None => verdict(&findings),
    }
}

/// What is looked at: the config as it is, and where the token comes from.
struct Subject {
    /// `None` where it cannot be read.
    loaded: Option<Loaded>,
    /// Why it cannot be read.
    broken: Option<Failure>,
    /// The place of that, as `line 3, column 5: …`.
    broken_at: String,
    /// The default where it cannot be read.
    config: Config,
    aliases: Aliases,
    resolution: Resolution,
}

impl Subject {
    fn read(app: &App) -> Self {
        let (loaded, broken, broken_at) = match store::read(&app.places.config) {
            Ok(loaded) => (Some(loaded), None, String::new()),
            Err(error) => (None, Some(app.config_failure(&error)), error.to_string()),
        };
        let config = loaded.as_ref().map(|loaded| loaded.config.clone()).unwrap_or_default();
        let resolution = app.token(&config, None);
        Self { loaded, broken, broken_at, aliases: Aliases::of(&config), config, resolution }
    }
}

fn examine(app: &App, subject: &Subject, answers: &Answers) -> Vec<Finding> {
    let mut findings = token::look(app, subject, answers);
    findings.extend(files::look(app, subject));
    findings.extend(config::look(app, subject, answers));
    findings.extend(catalogue::look(app, answers));
    findings.extend(gateway::look(app, subject, answers));
    findings.extend(surroundings::look(app, subject, answers));
    findings
}

/// How it ends: an error is one, and says what to type first.
fn verdict(findings: &[Finding]) -> Result<()> {
    let errors: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Error).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let count = if errors.len() == 1 { "1 error".to_owned() } else { format!("{} errors", errors.len()) };
    let failure = Failure::new(Exit::Failure, format!("{count} found"));
    Err(match errors.iter().any(|finding| finding.is_mendable) {
        true => failure.hint(FIX),
        false => failure.hint(first.fix.clone().unwrap_or_else(|| FIX.to_owned())),
    })
}
