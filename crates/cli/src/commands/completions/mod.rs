//! Shell completions: the program answers the shell itself, so that models, aliases, paths and keys are those of now.
//!
//! Whatever cannot be read is left out: a shell that completes has no place for an error. Nothing is asked for.

mod bash;
mod fish;
mod paths;
mod powershell;
mod words;
mod zsh;

use std::ffi::OsStr;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Elvish, EnvCompleter, Shells};

use crate::args::{Cli, Shell};
use crate::failure::Result;
use crate::out;
use words::Kept;

/// Which shell asks; set by the scripts that `openclaw completions` prints.
const VARIABLE: &str = "OPENCLAW_COMPLETE";

const SHELLS: Shells<'static> =
    Shells(&[&bash::Bash, &Elvish, &fish::Fish, &powershell::PowerShell, &zsh::Zsh]);

/// Prints the script that has a shell ask this program.
pub(super) fn run(shell: Shell) -> Result<()> {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &bash::Bash,
        Shell::Elvish => &Elvish,
        Shell::Fish => &fish::Fish,
        Shell::Powershell => &powershell::PowerShell,
        Shell::Zsh => &zsh::Zsh,
    };
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "openclaw", "openclaw", "openclaw", &mut script)
        .map_err(|error| out::unwritten(&error))?;
    out::print(&String::from_utf8_lossy(&script))
}

/// Answers a shell that asks for completions; false where none does, which is nearly always.
pub(crate) fn answered() -> bool {
    if std::env::var_os(VARIABLE).is_none() {
        return false;
    }
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(command).var(VARIABLE).shells(SHELLS);
    // A person who presses Tab is told nothing of what went wrong: no candidates say it.
    asked.try_complete(std::env::args_os(), folder.as_deref()).unwrap_or(true)
}

/// What an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    /// Several, with commas between.
    Models,
    Alias,
    Provider,
    Path,
    Key,
    Help,
}

/// The command line, with what its arguments take.
fn command() -> Command {
    with_candidates(Cli::command(), "")
}

fn with_candidates(command: Command, parent: &str) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|arg| match kind(parent, &name, &arg) {
        Some(kind) => arg.add(ArgValueCompleter::new(move |word: &OsStr| candidates(kind, word))),
        None => arg,
    });
    command.mut_subcommands(|sub| with_candidates(sub, &name))
}

fn kind(parent: &str, command: &str, arg: &Arg) -> Option<Kind> {
    let shown = arg.get_value_names().and_then(|names| names.first()).map(|name| name.as_str());
    match (parent, command, arg.get_id().as_str()) {
        _ if shown == Some("REF") => Some(Kind::Model),
        _ if shown == Some("MODELS") => Some(Kind::Models),
        ("aliases", "remove", "alias") => Some(Kind::Alias),
        ("models", "list", "provider") => Some(Kind::Provider),
        ("config", _, "path") => Some(Kind::Path),
        ("keys", "show" | "set" | "remove", "name") => Some(Kind::Key),
        ("openclaw", "help", "words") => Some(Kind::Help),
        _ => None,
    }
}

fn candidates(kind: Kind, word: &OsStr) -> Vec<CompletionCandidate> {
    let Some(word) = word.to_str() else { return Vec::new() };
    if kind == Kind::Help {
        return words::help(word);
    }
    let Some(kept) = Kept::read() else { return Vec::new() };
    match kind {
        Kind::Model => kept.models(word),
        Kind::Models => {
            let (before, last) = word.split_at(word.rfind(',').map_or(0, |comma| comma + 1));
            let models = kept.models(last);
            models.into_iter().map(|model| model.add_prefix(before)).collect()
        }
        Kind::Alias => kept.aliases(word),
        Kind::Provider => kept.providers(word),
        Kind::Path => paths::paths(kept.document(), word),
        Kind::Key => kept.keys(word),
        Kind::Help => Vec::new(),
    }
}
