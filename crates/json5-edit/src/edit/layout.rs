//! How the children of a container lie in the text, and which comments belong to which.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Document;
use crate::trivia::{Mark, Token, breaks, has_break, line_begin, tokens};

/// A child with the comments that belong to it: those on the lines directly above it, and those
/// behind it on its line.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// where its first comment, or itself, begins
    pub(crate) start: usize,
    /// the child: from its key or value to the end of its value
    pub(crate) body: core::ops::Range<usize>,
    /// the comma behind it
    pub(crate) comma: Option<usize>,
    /// is the comma between `body` and `end`? If not, comments of nobody stand before it.
    pub(crate) comma_inside: bool,
    /// where its comma or last comment ends
    pub(crate) end: usize,
    pub(crate) ends_in_line_comment: bool,
    /// comments behind it, all of them block comments, and no comma
    pub(crate) has_bare_tail: bool,
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

    pub(crate) fn has_strangers(&self) -> bool {
        self.strangers_at_end || self.units.iter().any(|unit| unit.strangers_before)
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
    let mut kept = free.len();
    for token in free.iter().rev() {
        // behind an opening bracket a comment is about the container
        let is_about_container = is_first && !has_break(text, open, token.start);
        if breaks(text, token.end, start) > 1 || is_about_container {
            break;
        }
        start = token.start;
        kept -= 1;
    }
    let indent = line_begin(text, body.start).and_then(|begin| text.get(begin..body.start)).map(String::from);
    Unit {
        start,
        comma: None,
        comma_inside: true,
        end: body.end,
        ends_in_line_comment: false,
        has_bare_tail: false,
        indent,
        strangers_before: kept > 0 || before_comma,
        body,
    }
}

/// Takes the comments that stand behind a child on its line, and its comma. `next` is where the
/// next child begins, or the closing bracket. Returns how many tokens are taken from the front of the gap.
fn trail(text: &str, unit: &mut Unit, gap: &[Token], next: usize) -> usize {
    let comma = gap.iter().position(|token| token.mark == Mark::Comma);
    unit.comma = comma.and_then(|at| gap.get(at)).map(|token| token.start);
    let mut taken = 0;
    let until_comma = gap.get(..comma.unwrap_or(gap.len())).unwrap_or_default();
    for token in until_comma {
        if has_break(text, unit.end, token.start) {
            break;
        }
        unit.end = token.end;
        unit.ends_in_line_comment = token.mark == Mark::LineComment;
        taken += 1;
    }
    let Some(at) = comma else {
        unit.has_bare_tail = taken > 0 && !unit.ends_in_line_comment;
        return taken;
    };
    if taken < at {
        unit.comma_inside = false;
        return taken;
    }
    taken = at + 1;
    unit.ends_in_line_comment = false;
    unit.end = gap.get(at).map_or(unit.end, |token| token.end);
    // those after the comma, if their line ends there: else they are about the next child
    let after = gap.get(taken..).unwrap_or_default();
    let mut end = unit.end;
    let mut count = 0;
    for token in after {
        if has_break(text, end, token.start) {
            break;
        }
        end = token.end;
        count += 1;
    }
    let following = after.get(count).map_or(next, |token| token.start);
    let is_followed = !has_break(text, end, following);
    if count > 0 && !is_followed {
        unit.end = end;
        unit.ends_in_line_comment = after.get(count - 1).is_some_and(|token| token.mark == Mark::LineComment);
        taken += count;
    }
    taken
}
