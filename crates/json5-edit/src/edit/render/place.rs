//! Where new and moved entries go.

use alloc::string::{String, ToString};

use alloc::vec::Vec;

use super::{Piece, Place, Renderer};
use crate::chars::is_line_terminator;
use crate::edit::layout::{Layout, Unit, same_line};
use crate::edit::overlay::Side;
use crate::edit::splice::Splice;
use crate::trivia::{before_break, has_break, indent_of, line_end, tokens};

impl Renderer<'_> {
    fn line(&self, indent: &str) -> String {
        [self.style.newline, indent].concat()
    }

    /// What stands between two children that share a line.
    fn space(&self) -> &'static str {
        if self.style.comma_space { " " } else { "" }
    }

    /// The line break behind `pos`, which one before it has to match where a file mixes them.
    fn newline_at(&self, pos: usize) -> &str {
        let range = before_break(self.text, pos).zip(line_end(self.text, pos));
        range.and_then(|(from, to)| self.text.get(from..to)).unwrap_or(self.style.newline)
    }

    /// Pieces between two children that stay, or behind or before one.
    pub(super) fn gap(
        &self,
        place: &Place<'_>,
        pieces: &[Piece],
        previous: Option<&Unit>,
        next: Option<&Unit>,
        out: &mut Vec<Splice>,
    ) {
        let is_before = |piece: &Piece| {
            next.is_some_and(|next| {
                // on a line that something begins, a comment above the piece would be about that
                let needs_line = piece.has_lines_above && indent_of(self.text, next.start).is_none();
                previous.is_none() || (piece.side == Side::BeforeNext && !needs_line)
            })
        };
        let split = pieces.iter().position(is_before).unwrap_or(pieces.len());
        let (behind, before) = pieces.split_at_checked(split).unwrap_or((pieces, &[]));
        if let (Some(unit), false) = (previous, behind.is_empty()) {
            self.behind(place, behind, unit, next.is_none(), out);
        }
        if let (Some(unit), false) = (next, before.is_empty()) {
            let mut text = String::new();
            let indent = indent_of(self.text, unit.start).or(unit.indent.as_deref());
            // a comment that ends its line would be about what comes before it on that line
            let has_lines = has_break(self.text, unit.start, unit.body.start);
            let indent = indent.or(has_lines.then_some(place.inside.as_str()));
            for (at, piece) in before.iter().enumerate() {
                text.push_str(&piece.before_comma);
                text.push(',');
                text.push_str(&piece.after_comma);
                let separator = match indent {
                    Some(indent) => self.line(indent),
                    None if piece.is_parted(before.get(at + 1)) => self.line(&place.inside),
                    None => self.space().to_string(),
                };
                text.push_str(&separator);
            }
            out.push(Splice::insert(unit.start, text));
        }
    }

    /// Pieces behind a child that stays.
    fn behind(&self, place: &Place<'_>, pieces: &[Piece], unit: &Unit, is_end: bool, out: &mut Vec<Splice>) {
        let indent = unit.indent.as_deref().unwrap_or(&place.inside);
        let line = [self.newline_at(unit.end), indent].concat();
        let mut text = String::new();
        // a comma that stands beyond comments of nobody comes after the pieces: it is theirs then
        let far_comma = unit.far_comma();
        if far_comma.is_some() {
            out.push(Splice::insert(unit.comma_place(), ","));
        }
        // on the line of a comment behind a comma, a new child would be what that comment is about
        let mut after_line_comment = unit.ends_in_line_comment || unit.has_late_tail;
        let is_line = |piece: &Piece, after_line_comment: bool| {
            unit.indent.is_some() || after_line_comment || piece.has_lines_above
        };
        let starts_line = pieces.first().is_some_and(|piece| is_line(piece, after_line_comment));
        for (at, piece) in pieces.iter().enumerate() {
            text.push_str(if is_line(piece, after_line_comment) { &line } else { self.space() });
            text.push_str(&piece.before_comma);
            let is_last = at + 1 == pieces.len();
            let wants_comma = !(is_last && is_end) || self.has_trailing_comma(place);
            match far_comma.filter(|_| is_last) {
                Some(comma) if !wants_comma => out.push(Splice::delete(comma, comma + 1)),
                None if wants_comma => text.push(','),
                _ => {}
            }
            text.push_str(&piece.after_comma);
            after_line_comment = piece.ends_in_line_comment;
        }
        let line_break = before_break(self.text, unit.end);
        if after_line_comment && line_break.is_none() {
            text.push_str(&self.line(place.indent));
        }
        // behind the white space at the end of the line, if a new line begins there
        let at = if starts_line { line_break.unwrap_or(unit.end) } else { unit.end };
        out.push(Splice::insert(at, text));
    }

    /// Pieces in a container of which no child stays.
    pub(super) fn fill(&self, place: &Place<'_>, pieces: &[Piece], out: &mut Vec<Splice>) {
        let layout = &place.layout;
        if pieces.is_empty() {
            if Self::has_strangers(place) {
                self.removals(place, &[], false, out);
            } else {
                out.push(Splice::delete(layout.open, layout.close));
            }
            return;
        }
        let (Some(first), Some(last)) = (layout.units.first(), layout.units.last()) else {
            self.fill_empty(place, pieces, out);
            return;
        };
        let mut text = self.joined(place, pieces, first.indent.is_some(), self.has_trailing_comma(place));
        let has_strangers = Self::has_strangers(place);
        let ends_in_line_comment = pieces.last().is_some_and(|piece| piece.ends_in_line_comment);
        let before = if has_strangers { first } else { last };
        if ends_in_line_comment && line_end(self.text, before.end).is_none() {
            text.push_str(&self.line(place.indent));
        }
        if has_strangers {
            let start = Self::gone(place, 0).map_or(first.start, |gone| gone.start);
            out.push(Splice::insert(start, text));
            for (id, unit) in layout.units.iter().enumerate() {
                let start = Self::gone(place, id).map_or(unit.start, |gone| gone.start);
                out.push(Splice::delete(start, unit.end));
                self.remove_far_comma(unit, out);
            }
        } else {
            out.push(Splice::replace(first.start, last.end, text));
        }
    }

    fn joined(&self, place: &Place<'_>, pieces: &[Piece], spread: bool, trailing_comma: bool) -> String {
        let mut text = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            text.push_str(&piece.before_comma);
            let is_last = at + 1 == pieces.len();
            if !is_last || trailing_comma {
                text.push(',');
            }
            text.push_str(&piece.after_comma);
            if !is_last {
                if spread || piece.is_parted(pieces.get(at + 1)) {
                    text.push_str(&self.line(&place.inside));
                } else {
                    text.push_str(self.space());
                }
            }
        }
        text
    }

    /// Pieces in a container that has no child in the text.
    fn fill_empty(&self, place: &Place<'_>, pieces: &[Piece], out: &mut Vec<Splice>) {
        let Layout { open, close, .. } = place.layout;
        let comments = tokens(self.text, open, close);
        let has_breaks = has_break(self.text, open, close);
        let Some(last) = comments.last() else {
            let is_plain = !place.container.is_object
                && pieces.iter().all(|piece| !piece.before_comma.contains(is_line_terminator));
            let spread = has_breaks || (place.is_spread && (self.style.spread_arrays || !is_plain));
            let mut text = String::new();
            if spread {
                text.push_str(&self.line(&place.inside));
                text.push_str(&self.joined(place, pieces, true, self.style.trailing_comma));
                text.push_str(&self.line(place.indent));
            } else {
                let pad =
                    if place.container.is_object { self.style.object_pad } else { self.style.array_pad };
                let pad = if pad || close > open { " " } else { "" };
                text.push_str(pad);
                text.push_str(&self.joined(place, pieces, false, false));
                text.push_str(pad);
            }
            out.push(Splice::replace(open, close, text));
            return;
        };
        // without a line break behind the comments, they end where the removal of the pieces ends
        let Some(line_break) = before_break(self.text, last.end) else {
            let joined = self.joined(place, pieces, false, false);
            out.push(Splice::insert(last.end, [" ", joined.as_str()].concat()));
            return;
        };
        let newline = self.newline_at(last.end);
        let mut text = String::from(newline);
        if same_line(self.text, open, &comments) < comments.len() {
            // a blank line, or the comments would be about the first piece
            text.push_str(newline);
        }
        text.push_str(&place.inside);
        text.push_str(&self.joined(place, pieces, true, self.style.trailing_comma));
        out.push(Splice::insert(line_break, text));
    }
}
