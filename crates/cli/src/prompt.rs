//! Questions to a person: by `inquire` where the terminal has a cursor to move, and else a line at a time.
//!
//! Each fails with `InquireError::OperationCanceled` or `OperationInterrupted` where the user leaves.

use std::fmt::Display;
use std::io;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use inquire::{Confirm, InquireError, Password, PasswordDisplayMode, Select};

use crate::app::env;
use crate::out;

/// The most rows that a list shows at once.
const ROWS: usize = 12;

/// Whether the terminal can move its cursor; only Windows does not say which kind it is.
pub(crate) fn has_cursor() -> bool {
    match env("TERM").as_deref() {
        Some(kind) => !matches!(kind, "" | "dumb" | "unknown"),
        None => cfg!(windows),
    }
}

/// Asks for a yes or a no; Enter alone is `default`.
pub(crate) fn confirm(question: &str, default: bool) -> Result<bool, InquireError> {
    if has_cursor() {
        return Confirm::new(question).with_default(default).prompt();
    }
    loop {
        match line(&format!("{question} {} ", if default { "(Y/n)" } else { "(y/N)" }))?
            .to_lowercase()
            .as_str()
        {
            "" => return Ok(default),
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => out::say("expected y or n\n"),
        }
    }
}

/// Has one of some rows chosen; Enter alone is the first.
pub(crate) fn choose<T: Display>(
    question: &str,
    mut rows: Vec<T>,
    help: Option<&str>,
) -> Result<T, InquireError> {
    if has_cursor() {
        let select = Select::new(question, rows).with_page_size(page());
        return match help {
            Some(help) => select.with_help_message(help).prompt(),
            None => select.prompt(),
        };
    }
    out::say(&format!("{question}\n"));
    for (index, row) in rows.iter().enumerate() {
        out::say(&format!("{:>3}  {row}\n", index + 1));
    }
    loop {
        let typed = line("[1] > ")?;
        let number = if typed.is_empty() { Some(1) } else { typed.parse::<usize>().ok() };
        match number.and_then(|number| number.checked_sub(1)).filter(|index| *index < rows.len()) {
            Some(index) => return Ok(rows.swap_remove(index)),
            None => out::say(&format!("expected a number from 1 to {}\n", rows.len())),
        }
    }
}

/// Asks for what nobody else should see.
pub(crate) fn secret(question: &str, help: &str) -> Result<String, InquireError> {
    if has_cursor() {
        let password = Password::new(question).without_confirmation();
        return password.with_display_mode(PasswordDisplayMode::Hidden).with_help_message(help).prompt();
    }
    // Before the question, or who answers at once would be seen.
    enable_raw_mode()?;
    out::say(&format!("{question} ({help}): "));
    let typed = unseen();
    disable_raw_mode()?;
    out::say("\n");
    typed
}

/// Reads a line of which nothing is shown, the terminal being raw.
fn unseen() -> Result<String, InquireError> {
    let mut typed = String::new();
    loop {
        match read()? {
            Event::Paste(text) => typed.push_str(&text),
            Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => {}
            Event::Key(KeyEvent { code, modifiers, .. }) => {
                match (code, modifiers.contains(KeyModifiers::CONTROL)) {
                    (KeyCode::Enter, _) | (KeyCode::Char('j' | 'm'), true) => return Ok(typed),
                    (KeyCode::Esc, _) => return Err(InquireError::OperationCanceled),
                    (KeyCode::Char('c' | 'd'), true) => return Err(InquireError::OperationInterrupted),
                    (KeyCode::Char('u'), true) => typed.clear(),
                    (KeyCode::Backspace, _) | (KeyCode::Char('h'), true) => drop(typed.pop()),
                    (KeyCode::Char(letter), false) => typed.push(letter),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// Reads a line, without what is around it; the end of the input leaves.
pub(crate) fn line(question: &str) -> Result<String, InquireError> {
    out::say(question);
    let mut line = String::new();
    match io::stdin().read_line(&mut line)? {
        0 => Err(InquireError::OperationCanceled),
        _ => Ok(line.trim().to_owned()),
    }
}

/// How many rows fit beside question and help.
fn page() -> usize {
    let height = terminal_size::terminal_size().map(|(_, height)| usize::from(height.0));
    height.map_or(ROWS, |height| height.saturating_sub(10).clamp(3, ROWS))
}
