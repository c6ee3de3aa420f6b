//! Writes the reference and the man pages into a folder: `cargo run --example reference -- FOLDER`.
//!
//! `cargo xtask codegen` calls it, and puts what has changed into `docs`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::roff::{Roff, bold, roman};
use openclaw_cli::Topic;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("expected a folder")?;
    let man = folder.join("man");
    fs::create_dir_all(&man)?;
    // The same on every machine: no width of a terminal, no values of this environment.
    let command = without_values(openclaw_cli::command().term_width(100));
    fs::write(folder.join("cli.md"), page(command.clone())?)?;
    clap_mangen::generate_to(command, &man)?;
    add_topics(&man.join("openclaw.1"))
}

fn without_values(command: Command) -> Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(without_values)
}

/// The reference in Markdown.
fn page(mut command: Command) -> Result<String, std::fmt::Error> {
    command.build();
    let mut page = "# Command line reference\n\n\
        Every command as `--help` tells it, then the topics of `openclaw help`.\n\
        `cargo xtask codegen` makes this page.\n"
        .to_owned();
    sections(&command, &mut page)?;
    for Topic { name, about, rows, notes, .. } in openclaw_cli::topics() {
        write!(page, "\n## openclaw help {name}\n\nThis is {about}.\n\n| | |\n|---|---|\n")?;
        for (term, meaning) in rows {
            writeln!(page, "| `{term}` | {meaning} |")?;
        }
        writeln!(page, "\n{notes}")?;
    }
    Ok(page)
}

fn sections(command: &Command, page: &mut String) -> std::fmt::Result {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let help = command.clone().render_long_help().to_string();
    let help: Vec<_> = help.lines().map(str::trim_end).collect();
    write!(page, "\n## {name}\n\n```text\n{}\n```\n", help.join("\n").trim())?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        // The help of `help` within a command says nothing of its own.
        if sub.get_name() != "help" || name == "openclaw" {
            sections(sub, page)?;
        }
    }
    Ok(())
}

/// Puts the topics at the end of the first man page.
fn add_topics(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut page = fs::read(path)?;
    for Topic { name, rows, notes, .. } in openclaw_cli::topics() {
        let mut roff = Roff::new();
        roff.control("SH", [name.replace('-', " ").to_uppercase().as_str()]);
        for (term, meaning) in rows {
            roff.control("TP", []).text([bold(term)]).text([roman(meaning)]);
        }
        roff.control("PP", []).text([roman(notes)]);
        roff.to_writer(&mut page)?;
    }
    fs::write(path, page)?;
    Ok(())
}
