//! How the children of a container lie in the text, and which comments belong to which.
//!
//! The rule has two halves, and together they keep every comment that an edit does not mean.
//!
//! - What is removed takes along only the comments that can be about nothing else: those on the
//!   lines directly above it, if it is the first on its line; those between it and its comma on its
//!   line; and those behind its comma, if the line ends with them. A comment before it on its line
//!   may be about what stands before that, another child or the container, and stays.
//! - What is new goes where no comment of the text becomes one of those: behind the comments of the
//!   child before it, on a new line if the line ends with them, and with a blank line between where
//!   it would be the first child below comments of nobody.
//!
//! What moves loses nothing, so it also takes along a comment before it on its line.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Document;
use crate::trivia::{Mark, Token, breaks, has_break, indent_of, tokens};

/// A child with the comments that belong to it: those on the lines directly above it or before it
/// on its line, and those behind it on its line.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// where its first comment, or itself, begins
    pub(crate) start: usize,
    /// the same without comments that may be about what stands before: they stay if it is removed
    pub(crate) own_start: usize,
    /// the child: from its key or value to the end of its value
    pub(crate) body: core::ops::Range<usize>,
    /// the comma behind it
    pub(crate) comma: Option<usize>,
    /// is the comma between `body` and `end`? If not, comments of nobody stand before it.
    pub(crate) comma_inside: bool,
    /// where its comma or last comment ends
    pub(crate) end: usize,
    pub(crate) ends_in_line_comment: bool,
    /// comments behind it, the last of them a block comment, and no comma on the line
    pub(crate) has_bare_tail: bool,
    /// comments behind its comma
    pub(crate) has_late_tail: bool,
    /// the indentation if the child is the first on its line
    pub(crate) indent: Option<String>,
    /// comments that belong to nobody stand between this unit and what comes before it
    pub(crate) strangers_before: bool,
}

impl Unit {
    /// The comma that does not stand between `start` and `end`.
    pub(crate) fn far_comma(&self) -> Option<usize> {
        self.comma.filter(|_| !self.comma_inside)
    }

    /// Where a comma is put that it lacks between `start` and `end`.
    pub(crate) fn comma_place(&self) -> usize {
        let is_behind_comments = self.has_bare_tail && self.indent.is_none();
        if is_behind_comments { self.end } else { self.body.end }
    }
}

/// The children of a container.
#[derive(Debug)]
pub(crate) struct Layout {
    /// after the opening bracket
    pub(crate) open: usize,
    /// before the closing bracket
    pub(crate) close: usize,
    pub(crate) units: Vec<Unit>,
    /// comments that belong to nobody stand before the closing bracket
    pub(crate) strangers_at_end: bool,
}

impl Layout {
    pub(crate) fn of(doc: &Document, container: u32) -> Self {
        let text = doc.text.as_str();
        let node = doc.tape.node(container);
        let (open, close) = (node.start as usize + 1, (node.end as usize).saturating_sub(1));
        let mut units: Vec<Unit> = Vec::new();
        for child in doc.tape.children(container) {
            let value = if doc.key_text(child).is_some() { child + 1 } else { child };
            let body = doc.tape.node(child).start as usize..doc.tape.node(value).end as usize;
            let unit = lead(text, units.last_mut(), open, body);
            units.push(unit);
        }
        let strangers_at_end = match units.last_mut() {
            Some(last) => {
                let tail = tokens(text, last.body.end, close);
                let taken = trail(text, last, &tail, close);
                tail.iter().skip(taken).any(|token| token.is_comment()) || !last.comma_inside
            }
            None => !tokens(text, open, close).is_empty(),
        };
        Self { open, close, units, strangers_at_end }
    }
}

/// Gives the comments between two children to the one before, the one after, or nobody, and makes
/// the unit of the one after.
fn lead(text: &str, previous: Option<&mut Unit>, open: usize, body: core::ops::Range<usize>) -> Unit {
    let is_first = previous.is_none();
    let (gap, mut rest) = match previous {
        Some(unit) => {
            let gap = tokens(text, unit.body.end, body.start);
            let taken = trail(text, unit, &gap, body.start);
            (gap, taken)
        }
        None => (tokens(text, open, body.start), 0),
    };
    let comma = gap.iter().position(|token| token.mark == Mark::Comma).map_or(0, |at| at + 1);
    let before_comma = gap.get(rest..comma).is_some_and(|between| between.iter().any(|t| t.is_comment()));
    rest = rest.max(comma);
    let free = gap.get(rest..).unwrap_or_default();
    let mut start = body.start;
    let about_container = if is_first { same_line(text, open, free) } else { 0 };
    let mut kept = free.len();
    for token in free.iter().skip(about_container).rev() {
        if breaks(text, token.end, start) > 1 {
            break;
        }
        start = token.start;
        kept -= 1;
    }
    let indent = indent_of(text, body.start).map(String::from);
    let mut above = free.iter().skip(kept).filter(|_| indent.is_some());
    let own_start = above.find(|token| indent_of(text, token.start).is_some());
    Unit {
        start,
        own_start: own_start.map_or(body.start, |token| token.start),
        comma: None,
        comma_inside: true,
        end: body.end,
        ends_in_line_comment: false,
        has_bare_tail: false,
        has_late_tail: false,
        indent,
        strangers_before: kept > 0 || before_comma,
        body,
    }
}

/// How many of the tokens behind `pos` stand on its line. A comment of several lines ends none.
pub(crate) fn same_line(text: &str, pos: usize, behind: &[Token]) -> usize {
    let mut end = pos;
    let is_next = |token: &&Token| !has_break(text, core::mem::replace(&mut end, token.end), token.start);
    behind.iter().take_while(is_next).count()
}

/// Takes the comments that stand behind a child on its line, and its comma. `next` is where the
/// next child begins, or the closing bracket. Returns how many tokens are taken from the front of the gap.
fn trail(text: &str, unit: &mut Unit, gap: &[Token], next: usize) -> usize {
    let comma = gap.iter().position(|token| token.mark == Mark::Comma);
    unit.comma = comma.and_then(|at| gap.get(at)).map(|token| token.start);
    let until_comma = gap.get(..comma.unwrap_or(gap.len())).unwrap_or_default();
    let mut taken = same_line(text, unit.end, until_comma);
    if let Some(last) = taken.checked_sub(1).and_then(|last| until_comma.get(last)) {
        unit.end = last.end;
        unit.ends_in_line_comment = last.mark == Mark::LineComment;
    }
    unit.has_bare_tail = taken > 0 && !unit.ends_in_line_comment;
    let Some(at) = comma else { return taken };
    if taken < at {
        unit.comma_inside = false;
        return taken;
    }
    taken = at + 1;
    unit.ends_in_line_comment = false;
    unit.has_bare_tail = false;
    unit.end = gap.get(at).map_or(unit.end, |token| token.end);
    // those after the comma, if their line ends there: else they are about the next child
    let after = gap.get(taken..).unwrap_or_default();
    let count = same_line(text, unit.end, after);
    let following = after.get(count).map_or(next, |token| token.start);
    if let Some(last) = count.checked_sub(1).and_then(|last| after.get(last))
        && has_break(text, last.end, following)
    {
        unit.end = last.end;
        unit.ends_in_line_comment = last.mark == Mark::LineComment;
        unit.has_late_tail = true;
        taken += count;
    }
    taken
}
