//! From the overlay to splices.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::layout::{Layout, Unit};
use super::overlay::{Container, Entry, Overlay, Side, Slot};
use super::splice::{Splice, apply_within};
use crate::chars::is_line_terminator;
use crate::new_value::NewValue;
use crate::parse::skip_space;
use crate::style::{Local, Shape, Style};
use crate::trivia::{
    Mark, Token, before_break, blank_above, has_break, line_begin, line_end, space_before, tokens,
};
use crate::value::{Value, ValueKind};
use crate::write::{Writer, push_key};

pub(crate) struct Renderer<'o> {
    overlay: &'o Overlay<'o>,
    text: &'o str,
    style: Style,
}

/// The text of a new or moved entry, with the place where a comma goes.
struct Piece {
    before_comma: String,
    after_comma: String,
    ends_in_line_comment: bool,
    side: Side,
}

/// One container while it is rendered.
struct Place<'c> {
    container: &'c Container,
    layout: Layout,
    local: Local,
    shape: Shape,
    /// of the line on which the container begins
    indent: &'c str,
    /// of its children
    inside: String,
    /// may its content take several lines?
    is_spread: bool,
}

impl<'o> Renderer<'o> {
    pub(crate) fn splices(overlay: &'o Overlay<'o>) -> Vec<Splice> {
        let mut out = Vec::new();
        if matches!(overlay.root, Slot::Tape(_)) {
            return out;
        }
        let renderer = Self { overlay, text: overlay.doc.as_str(), style: Style::learn(overlay.doc) };
        let writer = Writer { style: &renderer.style, local: &renderer.style.local };
        renderer.slot(&overlay.root, 0, "", true, &writer, Shape::default(), &mut out);
        out
    }

    /// The splices for a slot that stands where the node `old` is.
    #[expect(clippy::too_many_arguments, reason = "the place of a value is all of these, and only here")]
    fn slot(
        &self,
        slot: &Slot,
        old: u32,
        indent: &str,
        is_spread: bool,
        writer: &Writer<'_>,
        shape: Shape,
        out: &mut Vec<Splice>,
    ) {
        let new = match slot {
            Slot::Tape(_) => return,
            Slot::New(value) => value,
            Slot::Open(id) => match self.overlay.container(*id) {
                None => return,
                Some(container) if container.node == Some(old) => {
                    return self.container(container, old, indent, is_spread, out);
                }
                Some(_) => &self.overlay.to_value(*id),
            },
        };
        let value = Value { doc: self.overlay.doc, index: old };
        if value.to_owned_value() == *new {
            return;
        }
        let mut text = String::new();
        match (new, value.kind(), value.raw().chars().next()) {
            (NewValue::String(new), ValueKind::String, Some(quote)) => {
                crate::write::push_string(&mut text, new, quote);
            }
            _ => writer.value(&mut text, new, indent, is_spread, shape),
        }
        let Range { start, end } = value.span();
        out.push(Splice::replace(start, end, text));
    }

    fn container(
        &self,
        container: &Container,
        node: u32,
        indent: &str,
        may_spread: bool,
        out: &mut Vec<Splice>,
    ) {
        let layout = Layout::of(self.overlay.doc, node);
        let known = layout.units.iter().find_map(|unit| unit.indent.clone());
        let is_spread = match layout.units.first() {
            Some(_) => known.is_some(),
            None => may_spread || has_break(self.text, layout.open, layout.close),
        };
        let place = Place {
            local: Local::learn(self.overlay.doc, node, &self.style),
            shape: Shape::learn(self.overlay.doc, node),
            inside: known.unwrap_or_else(|| [indent, &self.style.unit].concat()),
            container,
            layout,
            indent,
            is_spread,
        };
        let mut kept = Vec::new();
        let mut pieces: Vec<Piece> = Vec::new();
        // where the pieces go: after how many kept children
        let mut gaps: Vec<(usize, Range<usize>)> = Vec::new();
        for (id, entry) in place.container.alive() {
            let unit = place.layout.units.get(id);
            if let (Some(unit), false) = (unit, entry.is_moved) {
                self.entry(&place, entry, unit, out);
                kept.push(id);
                continue;
            }
            pieces.push(match unit {
                Some(unit) => self.moved(&place, entry, unit),
                None => self.new_piece(&place, entry),
            });
            match gaps.last_mut() {
                Some((after, range)) if *after == kept.len() => range.end = pieces.len(),
                _ => gaps.push((kept.len(), pieces.len() - 1..pieces.len())),
            }
        }
        if pieces.is_empty() && kept.len() == place.container.originals {
            return;
        }
        if kept.is_empty() {
            self.fill(&place, &pieces, out);
            return;
        }
        // before the pieces, since splices at one place keep their order
        let is_last_new = place.container.alive().last().is_some_and(|(id, _)| kept.last() != Some(&id));
        // a trailing comma beyond comments of nobody serves whoever is last now
        let last = place.layout.units.len().checked_sub(1);
        let is_last_gone = !is_last_new && kept.last().copied() != last;
        let inherits_comma =
            is_last_gone && place.layout.units.last().is_some_and(|unit| unit.far_comma().is_some());
        self.commas(&place, &kept, is_last_new, inherits_comma, out);
        for (after, range) in gaps {
            let unit = |at: usize| kept.get(at).and_then(|&id| place.layout.units.get(id));
            let previous = after.checked_sub(1).and_then(unit);
            let pieces = pieces.get(range).unwrap_or_default();
            self.gap(&place, pieces, previous, unit(after), out);
        }
        self.removals(&place, &kept, inherits_comma, out);
    }

    /// Splices inside an entry that stays where it is: its key and its value.
    fn entry(&self, place: &Place<'_>, entry: &Entry, unit: &Unit, out: &mut Vec<Splice>) {
        let Some(origin) = entry.origin else { return };
        if let Some(key) = &entry.key {
            let raw = self.overlay.doc.raw(origin);
            let quote =
                raw.chars().next().filter(|c| matches!(c, '"' | '\'')).unwrap_or(place.local.key_quote);
            let mut text = String::new();
            push_key(&mut text, key, &Local { key_quote: quote, ..place.local });
            let Range { start, end } = self.overlay.doc.tape.node(origin).range();
            out.push(Splice::replace(start, end, text));
        }
        let old = if place.container.is_object { origin + 1 } else { origin };
        let indent = unit.indent.as_deref().unwrap_or(place.indent);
        let writer = Writer { style: &self.style, local: &place.local };
        let shape = self.shape_beside(place, entry);
        self.slot(&entry.slot, old, indent, unit.indent.is_some(), &writer, shape, out);
    }

    /// A value that takes the place of another looks like its siblings, of which the old one is no longer one.
    fn shape_beside(&self, place: &Place<'_>, entry: &Entry) -> Shape {
        let is_container = matches!(&entry.slot, Slot::New(NewValue::Array(_) | NewValue::Object(_)));
        if is_container { place.shape } else { Shape::default() }
    }

    fn new_piece(&self, place: &Place<'_>, entry: &Entry) -> Piece {
        let mut text = String::new();
        if let Some(key) = &entry.key {
            push_key(&mut text, key, &place.local);
            self.style.push_colon(&mut text);
        }
        let writer = Writer { style: &self.style, local: &place.local };
        let value = self.overlay.slot_value(&entry.slot);
        writer.value(&mut text, &value, &place.inside, place.is_spread, place.shape);
        Piece {
            before_comma: text,
            after_comma: String::new(),
            ends_in_line_comment: false,
            side: entry.side,
        }
    }

    /// The text of a child that goes elsewhere, its comments and edits included.
    fn moved(&self, place: &Place<'_>, entry: &Entry, unit: &Unit) -> Piece {
        let mut inside = Vec::new();
        self.entry(place, entry, unit, &mut inside);
        let before_comma = apply_within(self.text, unit.start, unit.body.end, inside);
        let comma = unit.comma.filter(|_| unit.comma_inside);
        let tail = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        let after_comma = match comma {
            Some(at) => [tail(unit.body.end, at), tail(at + 1, unit.end)].concat(),
            None => tail(unit.body.end, unit.end).to_string(),
        };
        Piece {
            // splices inside one entry never overlap; were it so, the check of the result would fail
            before_comma: before_comma.unwrap_or_default(),
            after_comma,
            ends_in_line_comment: unit.ends_in_line_comment,
            side: entry.side,
        }
    }

    /// Does the last child, or what takes its place, have a comma?
    fn has_trailing_comma(&self, place: &Place<'_>) -> bool {
        match place.layout.units.last() {
            Some(unit) => unit.comma.is_some(),
            None => place.is_spread && self.style.trailing_comma,
        }
    }

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
    fn gap(
        &self,
        place: &Place<'_>,
        pieces: &[Piece],
        previous: Option<&Unit>,
        next: Option<&Unit>,
        out: &mut Vec<Splice>,
    ) {
        let is_before =
            |piece: &Piece| next.is_some() && (previous.is_none() || piece.side == Side::BeforeNext);
        let split = pieces.iter().position(is_before).unwrap_or(pieces.len());
        let (behind, before) = pieces.split_at_checked(split).unwrap_or((pieces, &[]));
        if let (Some(unit), false) = (previous, behind.is_empty()) {
            self.behind(place, behind, unit, next.is_none(), out);
        }
        if let (Some(unit), false) = (next, before.is_empty()) {
            let mut text = String::new();
            for piece in before {
                text.push_str(&piece.before_comma);
                text.push(',');
                text.push_str(&piece.after_comma);
                let separator = match &unit.indent {
                    Some(indent) => self.line(indent),
                    None if piece.ends_in_line_comment => self.line(&place.inside),
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
            text.push(',');
        }
        let mut after_line_comment = unit.ends_in_line_comment;
        let starts_line = far_comma.is_none() && (unit.indent.is_some() || after_line_comment);
        for (at, piece) in pieces.iter().enumerate() {
            let is_line = unit.indent.is_some() || after_line_comment;
            text.push_str(if is_line { &line } else { self.space() });
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
    fn fill(&self, place: &Place<'_>, pieces: &[Piece], out: &mut Vec<Splice>) {
        let layout = &place.layout;
        if pieces.is_empty() {
            if layout.has_strangers() {
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
        let ends_in_line_comment = pieces.last().is_some_and(|piece| piece.ends_in_line_comment);
        if ends_in_line_comment && line_end(self.text, last.end).is_none() {
            text.push_str(&self.line(place.indent));
        }
        if layout.has_strangers() {
            out.push(Splice::insert(first.start, text));
            for unit in &layout.units {
                out.push(Splice::delete(unit.start, unit.end));
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
                let is_line = spread || piece.ends_in_line_comment;
                if is_line {
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
        if !has_breaks {
            let joined = self.joined(place, pieces, false, false);
            out.push(Splice::insert(last.end, [" ", joined.as_str()].concat()));
            return;
        }
        let indent = line_begin(self.text, last.start).and_then(|begin| self.text.get(begin..last.start));
        let newline = self.newline_at(last.end);
        let mut text = String::from(newline);
        if indent.is_some() {
            // a blank line, or the comment would be about the first piece
            text.push_str(newline);
        }
        text.push_str(indent.unwrap_or(&place.inside));
        text.push_str(&self.joined(place, pieces, true, self.style.trailing_comma));
        if line_end(self.text, last.end).is_none() {
            text.push_str(&self.line(place.indent));
        }
        out.push(Splice::insert(before_break(self.text, last.end).unwrap_or(last.end), text));
    }

    /// Gives every child that stays the comma it needs, and takes the one it must not have.
    fn commas(
        &self,
        place: &Place<'_>,
        kept: &[usize],
        is_last_new: bool,
        inherits_comma: bool,
        out: &mut Vec<Splice>,
    ) {
        for (at, &id) in kept.iter().enumerate() {
            let Some(unit) = place.layout.units.get(id) else { continue };
            let is_last = at + 1 == kept.len() && !is_last_new;
            let wants = !is_last || (self.has_trailing_comma(place) && !inherits_comma);
            match (unit.comma, wants) {
                (None, true) => {
                    let behind_comment = unit.has_bare_tail && unit.indent.is_none();
                    let at = if behind_comment { unit.end } else { unit.body.end };
                    out.push(Splice::insert(at, ","));
                }
                (Some(comma), false) => out.push(Splice::delete(comma, comma + 1)),
                _ => {}
            }
        }
    }

    /// Takes away the children that do not stay.
    fn removals(&self, place: &Place<'_>, kept: &[usize], inherits_comma: bool, out: &mut Vec<Splice>) {
        let units = place.layout.units.as_slice();
        let mut kept = kept.iter().copied().peekable();
        let mut at = 0;
        while at < units.len() {
            if kept.next_if_eq(&at).is_some() {
                at += 1;
                continue;
            }
            let first = at;
            let is_joined = |at: usize| units.get(at).is_some_and(|unit| !unit.strangers_before);
            at += 1;
            while at < units.len() && kept.peek() != Some(&at) && is_joined(at) {
                at += 1;
            }
            let with_comma = at - usize::from(inherits_comma && at == units.len());
            for unit in units.get(first..with_comma).unwrap_or_default() {
                self.remove_far_comma(unit, out);
            }
            self.remove_run(place, first, at, out);
        }
    }

    fn remove_far_comma(&self, unit: &Unit, out: &mut Vec<Splice>) {
        if let Some(comma) = unit.far_comma() {
            out.push(Splice::delete(comma, comma + 1));
        }
    }

    /// Takes away the children from `first` up to, without, `after`, between which only white
    /// space stands.
    fn remove_run(&self, place: &Place<'_>, first: usize, after: usize, out: &mut Vec<Splice>) {
        let units = place.layout.units.as_slice();
        let (Some(head), Some(tail)) = (units.get(first), units.get(after - 1)) else { return };
        let (text, start, end) = (self.text, head.start, tail.end);
        let next = units.get(after);
        if let (Some(line), Some(below)) = (line_begin(text, start), line_end(text, end)) {
            // whole lines; at the end of the container the blank line above goes, too
            let blank = blank_above(text, line)
                .filter(|&blank| next.is_none() && space_before(text, blank) > place.layout.open);
            out.push(Splice::delete(blank.unwrap_or(line), below));
            return;
        }
        let shares_line =
            next.filter(|next| skip_space(text, end) == next.start && !has_break(text, end, next.start));
        if let Some(next) = shares_line {
            out.push(Splice::delete(start, next.start));
        } else if first > 0 || head.strangers_before {
            let mut from = space_before(text, start);
            // the line break that ends a comment has to stay
            let gap = self.gap_before(place, first);
            let ended = gap.last().filter(|token| token.mark == Mark::LineComment);
            if ended.is_some_and(|token| token.end == from) {
                from = line_end(text, from).unwrap_or(start).min(start);
            } else {
                // pieces may be put before the line break
                from = before_break(text, from).unwrap_or(from).min(start);
            }
            out.push(Splice::delete(from, end));
        } else {
            let until = skip_space(text, end).min(place.layout.close);
            out.push(Splice::delete(start, until));
        }
    }

    /// What stands between the child before `at` and the comments of the child at `at`.
    fn gap_before(&self, place: &Place<'_>, at: usize) -> Vec<Token> {
        let units = place.layout.units.as_slice();
        let from =
            at.checked_sub(1).and_then(|before| units.get(before)).map_or(place.layout.open, |u| u.body.end);
        tokens(self.text, from, units.get(at).map_or(from, |unit| unit.start))
    }
}
