//! What the program `openclaw` understands, as data: for its reference and man pages.
//!
//! The program itself is the binary of this package; nothing here runs a command.

#[expect(unused_imports, reason = "the binary reads what is parsed; here only the command is made")]
mod args;
mod exit;
#[expect(dead_code, reason = "the binary shows topics as a text")]
mod topics;

use clap::CommandFactory as _;

/// The command line: every command, flag and example.
#[must_use]
pub fn command() -> clap::Command {
    args::Cli::command()
}

/// Something to read about that is no command.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Topic {
    /// As it is typed behind `openclaw help`, such as `exit-codes`.
    pub name: &'static str,
    /// What it is about, as a fragment.
    pub about: &'static str,
    /// Its table: a term, and what it means.
    pub rows: Vec<(String, &'static str)>,
    /// What holds for all rows, one sentence a line.
    pub notes: &'static str,
}

/// What `openclaw help TOPIC` tells, in its order.
#[must_use]
pub fn topics() -> Vec<Topic> {
    let topics = topics::TOPICS.iter();
    let public = |topic: &topics::Topic| Topic {
        name: topic.name,
        about: topic.about,
        rows: (topic.rows)(),
        notes: topic.notes,
    };
    topics.map(public).collect()
}
