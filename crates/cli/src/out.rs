//! Data goes to stdout, everything else to stderr.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::view::{harmless, json, mask_tokens, printable};

/// Prints data, as it is to a program, harmless to a terminal.
///
/// Where the reader went away there is nothing left to do, which is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let text = if io::stdout().is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    let mut stdout = anstream::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::quiet()),
        Err(error) => Err(unwritten(&error)),
    }
}

/// What is told where the output cannot go where it should.
pub(crate) fn unwritten(error: &io::Error) -> Failure {
    Failure::from_error(Exit::Failure, "the output cannot be written", error).hint("df -h")
}

/// Prints a value as JSON, indented, with a line end.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<()> {
    print(&json(&format!("{value:#}\n")))
}

/// Prints words for a person to stderr, without tokens and commands of the terminal; they are not data, so a closed stderr is not told.
pub(crate) fn say(text: &str) {
    let text = mask_tokens(text);
    let text = harmless(&text);
    let mut stderr = anstream::stderr();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// Prints words of this program's own to stderr, which hold no secret: the tokens in them are there to be copied.
pub(crate) fn say_examples(text: &str) {
    let mut stderr = anstream::stderr();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// Prints a warning.
pub(crate) fn warn(text: &str) {
    let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    say(&format!("{style}warning:{style:#} {}\n", printable(text)));
}

/// The width to fit into; `None` where stdout is no terminal, since a program reads it, or where it is not known.
pub(crate) fn width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let by_hand = std::env::var("COLUMNS").ok().and_then(|text| columns(&text));
    by_hand.or_else(|| {
        let (width, _) = terminal_size::terminal_size()?;
        (width.0 > 0).then_some(usize::from(width.0))
    })
}

/// A width that was given by hand; 0 and nonsense are none.
fn columns(text: &str) -> Option<usize> {
    text.trim().parse().ok().filter(|width| *width > 0)
}

/// Whether a person sits at both ends.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn a_width_of_nothing_is_none() {
        for (text, width) in
            [("80", Some(80)), (" 72 ", Some(72)), ("0", None), ("", None), ("-1", None), ("wide", None)]
        {
            assert_eq!(columns(text), width, "{text}");
        }
    }
}
