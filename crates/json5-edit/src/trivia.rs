//! White space, line breaks and comments between tokens of a text that has been parsed.

use alloc::vec::Vec;

use crate::chars::{is_line_terminator, is_space};
use crate::parse::{comment_end, skip_space};

/// What stands between two values beside white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Comma,
    /// also the `:` between a key and its value
    Other,
    LineComment,
    BlockComment,
}

/// A comma or a comment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) mark: Mark,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn is_comment(self) -> bool {
        matches!(self.mark, Mark::LineComment | Mark::BlockComment)
    }
}

/// The commas and comments of a range that holds no value.
pub(crate) fn tokens(text: &str, from: usize, to: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut pos = skip_space(text, from);
    while pos < to {
        let rest = text.get(pos..).unwrap_or_default();
        let (mark, end) = if rest.starts_with("//") {
            (Mark::LineComment, comment_end(text, pos))
        } else if rest.starts_with("/*") {
            (Mark::BlockComment, comment_end(text, pos))
        } else if rest.starts_with(',') {
            (Mark::Comma, pos + 1)
        } else {
            (Mark::Other, pos + rest.chars().next().map_or(1, char::len_utf8))
        };
        tokens.push(Token { mark, start: pos, end });
        pos = skip_space(text, end);
    }
    tokens
}

/// Does a line end somewhere in the range?
pub(crate) fn has_break(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).unwrap_or_default().contains(is_line_terminator)
}

/// How many lines end in the range. CR LF ends one.
pub(crate) fn breaks(text: &str, from: usize, to: usize) -> usize {
    let range = text.get(from..to).unwrap_or_default();
    range.chars().filter(|&c| is_line_terminator(c)).count() - range.matches("\r\n").count()
}

/// Where the white space before `pos` begins.
pub(crate) fn space_before(text: &str, pos: usize) -> usize {
    text.get(..pos).unwrap_or_default().trim_end_matches(is_space).len()
}

/// The beginning of the line of `pos`, if only white space stands between.
/// The beginning of the text does not begin a line: nothing can be put above it.
pub(crate) fn line_begin(text: &str, pos: usize) -> Option<usize> {
    let before = text.get(..pos).unwrap_or_default();
    let unindented = before.trim_end_matches(|c| is_space(c) && !is_line_terminator(c));
    unindented.ends_with(is_line_terminator).then_some(unindented.len())
}

/// The white space before `pos` on its line, if nothing else stands there.
pub(crate) fn indent_of(text: &str, pos: usize) -> Option<&str> {
    text.get(line_begin(text, pos)?..pos)
}

/// How many characters stand before `pos` on its line.
pub(crate) fn column(text: &str, pos: usize) -> usize {
    let before = text.get(..pos).unwrap_or_default();
    before.rsplit(is_line_terminator).next().unwrap_or_default().chars().count()
}

/// The beginning of the next line, if only white space stands between.
pub(crate) fn line_end(text: &str, pos: usize) -> Option<usize> {
    let at = before_break(text, pos)?;
    let tail = text.get(at..)?;
    let length = if tail.starts_with("\r\n") { 2 } else { tail.chars().next()?.len_utf8() };
    Some(at + length)
}

/// The end of the line of `pos`, before its line break, if only white space stands between.
pub(crate) fn before_break(text: &str, pos: usize) -> Option<usize> {
    let rest = text.get(pos..).unwrap_or_default();
    let tail = rest.trim_start_matches(|c| is_space(c) && !is_line_terminator(c));
    tail.starts_with(is_line_terminator).then_some(text.len() - tail.len())
}

/// The beginning of the blank line directly above the line that begins at `line`.
pub(crate) fn blank_above(text: &str, line: usize) -> Option<usize> {
    let before = text.get(..line)?;
    let end = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(is_line_terminator))?.len();
    line_begin(text, end)
}
