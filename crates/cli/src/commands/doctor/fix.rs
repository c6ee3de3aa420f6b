//! What can be mended without a decision: shown first, then asked, then done.

use openclaw_config_merge::{FallbackChange, Wanted, merge};

use super::Subject;
use super::files::{Loose, loose};
use crate::app::App;
use crate::args::Doctor;
use crate::commands::models::{Save, merge_failure, save, whole};
use crate::commands::onboard::agrees;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::view::diff;

/// What was mended, or would be.
#[derive(Default)]
pub(super) struct Fixes {
    /// Each as a command or a place.
    pub(super) what: Vec<String>,
    is_written: bool,
}

impl Fixes {
    /// Whether anything was written.
    pub(super) fn are_done(&self) -> bool {
        self.is_written && !self.what.is_empty()
    }
}

pub(super) fn run(app: &App, args: &Doctor, subject: &Subject) -> Result<Fixes> {
    let (loose, _) = loose(app, subject);
    let mut what: Vec<_> = loose.iter().map(|file| file.command(app)).collect();
    let mut shown: String = what.iter().map(|command| format!("{command}\n")).collect();
    // A config that cannot be read is never rewritten.
    let changes_config = subject.loaded.as_ref().is_some_and(|loaded| loaded.document.is_some());
    if changes_config {
        let (changes, steps) = mend_config(app, true)?;
        shown.push_str(&changes);
        what.extend(steps);
    }
    if what.is_empty() {
        out::say("Nothing here can be mended without you.\n");
        return Ok(Fixes::default());
    }
    if !args.yes && !args.dry_run && !out::is_interactive() {
        return Err(Failure::new(Exit::Usage, "there is no terminal to ask on, and nothing was mended")
            .hint("openclaw doctor --fix --yes"));
    }
    if args.dry_run {
        if !args.json {
            out::print(&format!("{shown}\n"))?;
        }
        return Ok(Fixes { what, is_written: false });
    }
    out::say(&format!("{shown}\n"));
    if !args.yes && !agrees("Do this?")? {
        out::say("Nothing was mended.\n");
        return Ok(Fixes::default());
    }
    if changes_config {
        mend_config(app, false)?;
    }
    for file in &loose {
        make_private(app, file)?;
    }
    Ok(Fixes { what, is_written: true })
}

/// Tidies the fallbacks and widens a list that shuts models out; the difference, and each step of it.
fn mend_config(app: &App, dry_run: bool) -> Result<(String, Vec<String>)> {
    let whole = whole(app)?;
    let wanted = Wanted { fallbacks: FallbackChange::Tidy, whole, ..Wanted::default() };
    let how = Save { holder: "doctor --fix", dry_run, show: false };
    let edited = save(app, &how, |document| {
        let merged = merge(document, &wanted).map_err(|error| merge_failure(app, document, &error))?;
        Ok((merged.document, merged.report))
    })?;
    let steps = edited.outcome.changes().map(ToString::to_string).collect();
    Ok((diff(&app.shown(&edited.path), &edited.before, &edited.after), steps))
}

#[cfg(unix)]
fn make_private(app: &App, file: &Loose) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = std::fs::Permissions::from_mode(file.mode & file.wanted);
    std::fs::set_permissions(&file.path, permissions).map_err(|error| {
        let what = format!("the mode of `{}` cannot be changed", app.shown(&file.path));
        Failure::from_error(Exit::Failure, what, &error).hint(format!("sudo {}", file.command(app)))
    })
}

#[cfg(not(unix))]
fn make_private(_app: &App, _file: &Loose) -> Result<()> {
    Ok(())
}
