//! The same list a line at a time, for terminals that know no cursor, and for whoever hears the screen.

use std::io;

use inquire::InquireError;

use super::Question;
use super::frame::Size;
use super::state::{Key, Picker, Step};
use crate::out;
use crate::prompt;
use crate::view::{price, printable, speed, tokens};

/// The most rows that are listed at once.
const ROWS: usize = 20;

/// Asks a line at a time until something is picked or the input ends.
///
/// # Errors
///
/// The terminal cannot be read.
pub(super) fn run(question: &Question<'_>) -> io::Result<Step> {
    let mut picker = Picker::new(question, Size { width: 80, height: ROWS + 4 });
    let at_once = picker.highlighted().filter(|_| !picker.is_many());
    out::say(&format!("{}\n", question.message));
    out::say(match &at_once {
        Some(_) => {
            "Type a model, or a part of its name to see which there are; `:` shows the forms of one.\n"
        }
        None => "Type a model, or a part of its name to see which there are; an empty line goes on.\n",
    });
    loop {
        let asked =
            at_once.as_ref().map_or_else(|| "> ".to_owned(), |model| format!("[{}] > ", model.router_id()));
        let line = match prompt::line(&asked) {
            Ok(line) => line,
            Err(InquireError::IO(error)) => return Err(error),
            Err(_) => return Ok(Step::Left),
        };
        if line.is_empty() {
            return Ok(Step::Picked(at_once.map_or(picker.marks, |model| vec![model])));
        }
        if let Some(step) = answer(&mut picker, &line) {
            return Ok(step);
        }
    }
}

/// Takes a line: the number of a row that was listed, a whole id, or a part of one.
fn answer(picker: &mut Picker<'_>, line: &str) -> Option<Step> {
    let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let listed = number.filter(|at| !picker.typed.is_empty() && *at < picker.items.len().min(ROWS));
    if let Some(at) = listed {
        picker.on(Key::Home);
        (0..at).for_each(|_| drop(picker.on(Key::Down)));
        return take(picker);
    }
    picker.on(Key::Clear);
    picker.on(Key::Paste(line.to_owned()));
    let is_whole =
        picker.highlighted().is_some_and(|model| [model.router_id(), model.as_str()].contains(&line));
    if picker.items.len() == 1 || is_whole {
        return take(picker);
    }
    list(picker);
    None
}

/// Picks what the cursor is on, or marks it where there may be more.
fn take(picker: &mut Picker<'_>) -> Option<Step> {
    if !picker.is_many() {
        return Some(picker.on(Key::Enter));
    }
    picker.on(Key::Char(' '));
    picker.on(Key::Clear);
    let marks: Vec<_> = picker.marks.iter().map(|mark| mark.router_id()).collect();
    out::say(&format!("so far: {}\n", if marks.is_empty() { "none".to_owned() } else { marks.join(", ") }));
    None
}

fn list(picker: &Picker<'_>) {
    if picker.items.is_empty() {
        out::say("nothing matches\n");
    }
    for (index, item) in picker.items.iter().take(ROWS).enumerate() {
        let Some(reference) = picker.reference(*item) else { continue };
        let facts = picker.facts(*item);
        out::say(&format!(
            "{:>3}  {}  {}/{} · {} tok/s · {}\n",
            index + 1,
            printable(reference.router_id()),
            price(facts.input),
            price(facts.output),
            speed(facts.speed),
            tokens(facts.context),
        ));
    }
    if picker.items.len() > ROWS {
        out::say(&format!("     and {} more\n", picker.items.len() - ROWS));
    }
}
