//! What the list looks like.

use openclaw_model_ref::ModelRef;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::columns::{Column, Fit};
use super::frame::{Frame, Style};
use super::layout::{Layout, digits, prefix};
use super::offers;
use super::state::{Item, Picker};
use crate::view::{Align, mask_tokens, price, printable, speed, tokens, yes_no};

const COLUMNS: [Column; 5] = [
    Column { title: "$ in", align: Align::Right, least: 6, rank: 1 },
    Column { title: "$ out", align: Align::Right, least: 6, rank: 1 },
    Column { title: "tok/s", align: Align::Right, least: 5, rank: 2 },
    Column { title: "context", align: Align::Right, least: 7, rank: 3 },
    Column { title: "tools", align: Align::Left, least: 5, rank: 4 },
];

/// Draws the list as it is now.
pub(super) fn frame(picker: &Picker<'_>) -> Frame {
    let mut frame = Frame::blank(picker.size);
    let layout = Layout::of(picker);
    question(picker, &mut frame);
    let mut row = 1;
    if let Some(note) = picker.question.note.filter(|_| layout.note > 0) {
        frame.put(0, row, &printable(note), Style::Dim);
        row += 1;
    }
    let seen = list(picker, &layout, &mut frame, &mut row);
    offers::put(picker, &mut frame, row, layout.offers, layout.width);
    row += layout.offers;
    for line in wrapped(&status(picker, &seen), layout.width, layout.status) {
        frame.put(0, row, &line, Style::Dim);
        row += 1;
    }
    if layout.help > 0 {
        let line = wrapped(&help(picker), layout.width.saturating_sub(2), 1).join("");
        frame.put(0, picker.size.height - 1, &format!("[{line}]"), Style::Dim);
    }
    frame
}

fn question(picker: &Picker<'_>, frame: &mut Frame) {
    // On a narrow screen the end of what is typed matters more than the question.
    let typed = mask_tokens(&picker.typed);
    let typed = printable(&typed);
    let room = picker.size.width.saturating_sub(1);
    let asked = format!("? {} ", picker.question.message);
    let asked = if asked.width() + typed.width() <= room { asked.as_str() } else { "? " };
    let column = frame.put(0, 0, asked, Style::Bold);
    let end = frame.put(column, 0, tail(&typed, room.saturating_sub(column)), Style::Plain);
    if typed.is_empty() {
        frame.put(end + 1, 0, "type to filter", Style::Dim);
    }
    frame.caret = Some((end, 0));
}

/// As much of the end of a text as fits.
fn tail(text: &str, room: usize) -> &str {
    let mut rest = text;
    while rest.width() > room {
        let mut letters = rest.chars();
        letters.next();
        rest = letters.as_str();
    }
    rest
}

/// What of the list is on the screen.
struct Seen {
    /// How many items.
    items: usize,
    /// The titles of the columns for which there is no room.
    hidden: Vec<&'static str>,
}

/// Puts the items that are in sight.
fn list(picker: &Picker<'_>, layout: &Layout, frame: &mut Frame, row: &mut usize) -> Seen {
    let prefix = prefix(picker);
    let room = layout.room(picker);
    let items = || picker.items.iter().enumerate().skip(picker.top).take(layout.list);
    let cells: Vec<_> = items().map(|(_, item)| cells(picker, *item)).collect();
    let fit = Fit::of(&COLUMNS, &cells, room.saturating_sub(picker.widest));
    let figures = layout.width.saturating_sub(1 + fit.width());
    if layout.titles > 0 {
        frame.put(prefix, *row, "model", Style::Bold);
        fit.put_titles(frame, figures, *row);
        *row += 1;
    }
    let end = *row + layout.list;
    let mut seen = 0;
    for ((index, item), cells) in items().zip(&cells) {
        let Some(reference) = picker.reference(*item) else { continue };
        let lines = pieces(reference.router_id(), room);
        // An id is shown whole or not at all; only one that is taller than the list is not.
        if *row + lines.len() > end && *row > end - layout.list {
            break;
        }
        seen += 1;
        let is_chosen = index == picker.cursor;
        let style = if is_chosen { Style::Chosen } else { Style::Plain };
        frame.put(0, *row, if is_chosen { "> " } else { "  " }, style);
        if picker.is_many() {
            frame.put(2, *row, &mark(picker, &reference), style);
        }
        fit.put_row(frame, figures, *row, cells, style);
        for line in lines.into_iter().take(end.saturating_sub(*row)) {
            frame.put(prefix, *row, line, style);
            *row += 1;
        }
    }
    if picker.items.is_empty() && layout.list > 0 {
        frame.put(prefix, *row, "nothing matches; Ctrl-U takes the filter away", Style::Plain);
    }
    *row = end;
    Seen { items: seen, hidden: if layout.list > 0 { fit.hidden } else { Vec::new() } }
}

fn mark(picker: &Picker<'_>, reference: &ModelRef) -> String {
    let width = digits(picker);
    match picker.marks.iter().position(|mark| mark == reference) {
        Some(at) => format!("[{:>width$}]", at + 1),
        None => format!("[{:>width$}]", ""),
    }
}

/// A text in pieces that fit a width.
fn pieces(text: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut taken) = (0, 0);
    for (at, letter) in text.char_indices() {
        let letter = letter.width().unwrap_or(0);
        if taken > 0 && taken + letter > width {
            pieces.extend(text.get(start..at));
            (start, taken) = (at, 0);
        }
        taken += letter;
    }
    pieces.extend(text.get(start..));
    pieces
}

/// What stands beside an id.
fn cells(picker: &Picker<'_>, item: Item) -> Vec<String> {
    let facts = picker.facts(item);
    vec![
        price(facts.input),
        price(facts.output),
        speed(facts.speed),
        tokens(facts.context),
        yes_no(facts.tools).to_owned(),
    ]
}

fn status(picker: &Picker<'_>, seen: &Seen) -> Vec<String> {
    let (models, total) = (picker.models, picker.total());
    let mut parts = vec![match picker.items.len() {
        items if items != models => format!("{items} forms of {models} of {total} models"),
        _ => format!("{models} of {total} models"),
    }];
    if picker.items.len() > seen.items && seen.items > 0 {
        parts.push(format!("{} out of sight", picker.items.len() - seen.items));
    }
    if picker.is_many() {
        parts.push(format!("{} marked", picker.marks.len()));
    }
    match seen.hidden.len() {
        0 => {}
        all if all == COLUMNS.len() => parts.push("no room for any figures".to_owned()),
        _ => parts.push(format!("no room for {}", seen.hidden.join(", "))),
    }
    parts.push(format!("by {}", picker.order.name()));
    if picker.unoffered > 0 {
        parts.push(format!("{} hidden, which nobody offers", picker.unoffered));
    }
    parts.push(picker.question.list.to_string());
    parts
}

/// The keys, the most needed first.
fn help(picker: &Picker<'_>) -> Vec<String> {
    let keys: &[&str] = if picker.is_many() {
        &[
            "Space marks",
            "Enter goes on",
            "Esc leaves",
            "Ctrl-S sorts",
            "Ctrl-O offers",
            "Tab policy, provider",
        ]
    } else {
        &["Enter picks", "Esc leaves", "Tab policy, provider", "Ctrl-S sorts", "Ctrl-O offers"]
    };
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// Parts in so many lines; those for which there is no room are left out.
fn wrapped(parts: &[String], width: usize, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    for part in parts {
        let line = done.last_mut().filter(|line| line.width() + 3 + part.width() <= width);
        if let Some(line) = line {
            *line = format!("{line} · {part}");
        } else if done.len() < lines {
            done.push(part.clone());
        }
    }
    done
}
