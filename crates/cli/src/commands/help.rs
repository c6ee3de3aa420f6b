//! `openclaw help`: commands, and what is no command.

use clap::{Command, CommandFactory as _};

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::topics::TOPICS;

pub(super) fn run(words: &[String]) -> Result<()> {
    if let [word] = words
        && let Some(topic) = TOPICS.iter().find(|topic| topic.name == *word)
    {
        return out::print(&topic.text());
    }
    let mut command = Cli::command();
    command.build();
    for (at, word) in words.iter().enumerate() {
        match command.find_subcommand(word).cloned() {
            Some(next) => command = next,
            None => return Err(unknown(&command, &words[..at], word)),
        }
    }
    // As `--help` chooses between a short and a long layout, so does this.
    let asked = ["openclaw"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    let help = match Cli::command().try_get_matches_from(asked) {
        Err(told) if !told.use_stderr() => told.render(),
        // A command that takes any words took `--help` for one of them.
        _ => command.render_long_help(),
    };
    out::print(&help.ansi().to_string())
}

/// What was likely meant by a word that is neither a command nor a topic.
fn unknown(command: &Command, before: &[String], word: &str) -> Failure {
    let topics = TOPICS.iter().map(|topic| topic.name).filter(|_| before.is_empty());
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name);
    let near = commands
        .chain(topics)
        .map(|name| (strsim::damerau_levenshtein(name, word), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .min()
        .map(|(_, name)| name);
    let path: Vec<_> = ["openclaw", "help"].into_iter().chain(before.iter().map(String::as_str)).collect();
    let path = path.join(" ");
    let failure = Failure::new(Exit::Usage, format!("there is no help about `{}`", word.escape_debug()));
    match near {
        Some(near) => failure.hint(format!("{path} {near}")),
        None => failure.because("expected a command or a topic").hint(path),
    }
}
