//! `openclaw config diff` and `restore`: what was, and back to it.

use std::time::SystemTime;

use openclaw_atomic_file::{Backup, list_backups};
use openclaw_config_merge::store::{self, Broken, EditError, EditOptions, Write};

use crate::app::App;
use crate::commands::models::{LOCK_TIMEOUT, edit_failure};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::view::{Align, Column, Table, age, diff};

/// What has changed since a backup was made.
pub(super) fn since(app: &App, n: u8) -> Result<()> {
    let edited = restored(app, n, Broken::Allowed, Write::DryRun)?;
    // The other way round: from the backup to what stands there now.
    let text = diff(&app.shown(&edited.path), &edited.after, &edited.before);
    print_diff(app, &text)
}

pub(super) fn print_diff(app: &App, text: &str) -> Result<()> {
    if text.is_empty() {
        return out::print(&format!("{} would not change\n", app.shown(&app.places.config)));
    }
    out::print(text)
}

pub(super) fn restore(app: &App, n: u8, force: bool, dry_run: bool) -> Result<()> {
    let broken = if force { Broken::Allowed } else { Broken::Refused };
    let edited = restored(app, n, broken, if dry_run { Write::DryRun } else { Write::ToDisk })?;
    let shown = app.shown(&edited.path);
    out::print(&diff(&shown, &edited.before, &edited.after))?;
    match (edited.is_changed(), dry_run) {
        (false, _) => out::print(&format!("{shown} says all this already\n")),
        (true, true) => Ok(()),
        (true, false) => out::print(&format!("Restored backup {n}; what stood there is now backup 0\n")),
    }
}

fn restored(app: &App, n: u8, broken: Broken, write: Write) -> Result<store::Edited> {
    let options = EditOptions { holder: "config restore", timeout: LOCK_TIMEOUT, write };
    store::restore(&app.places.config, n, broken, &options).map_err(|error| match error {
        EditError::Result { error, .. } => {
            Failure::new(Exit::Usage, format!("backup {n} would not load; nothing was changed"))
                .because(error.to_string())
                .hint(format!("openclaw config restore {n} --force"))
        }
        error => edit_failure(app, &app.places.config, error),
    })
}

pub(super) fn list(app: &App) -> Result<()> {
    let path = &app.places.config;
    let backups = list_backups(path).map_err(|error| {
        Failure::from_error(Exit::Failure, "the backups cannot be listed", &error)
            .hint("openclaw config file")
    })?;
    if backups.is_empty() {
        out::say(&format!("no backups of {}; the first change makes one\n", app.shown(path)));
        return Ok(());
    }
    let column = |title, align| Column { title, align, rank: 0 };
    let mut table = Table::new([
        column("", Align::Right),
        column("Replaced", Align::Left),
        column("Bytes", Align::Right),
        column("File", Align::Left),
    ]);
    for Backup { n, path, len, replaced_at, .. } in &backups {
        let since = replaced_at.and_then(|at| SystemTime::now().duration_since(at).ok());
        let when = since.map_or_else(|| "-".to_owned(), |since| format!("{} ago", age(since)));
        table.row([n.to_string(), when, len.to_string(), app.shown(path)]);
    }
    out::print(&table.render(out::width()).0)
}
