//! From the overlay to splices.

mod place;
mod remove;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use crate::edit::layout::{Layout, Unit};
use crate::edit::overlay::{Container, Entry, Overlay, Side, Slot};
use crate::edit::splice::{Splice, apply_within};
use crate::edit::verify::same;
use crate::new_value::NewValue;
use crate::style::{Local, Shape, Style};
use crate::trivia::{Mark, column, has_break, indent_of, line_end, tokens};
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
    /// do lines end in it above the child?
    has_lines_above: bool,
    ends_in_line_comment: bool,
    side: Side,
}

impl Piece {
    /// Does a line have to end between this piece and the next, so that no comment changes hands?
    fn is_parted(&self, next: Option<&Self>) -> bool {
        self.ends_in_line_comment || next.is_some_and(|next| next.has_lines_above)
    }
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
    /// is a line comment put behind a child, so that the line break there has to stay?
    keeps_breaks: bool,
}

impl<'o> Renderer<'o> {
    pub(crate) fn splices(overlay: &'o Overlay<'o>) -> Vec<Splice> {
        let mut out = Vec::new();
        if matches!(overlay.root, Slot::Tape(_)) {
            return out;
        }
        let renderer = Self { overlay, text: overlay.doc.as_str(), style: Style::learn(overlay.doc) };
        let writer = Writer { style: &renderer.style, local: &renderer.style.local, column: 0 };
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
        if same(new, value) {
            return;
        }
        let Range { start, end } = value.span();
        let mut text = String::new();
        match (new, value.kind(), value.raw().chars().next()) {
            (NewValue::String(new), ValueKind::String, Some(quote)) => {
                crate::write::push_string(&mut text, new, quote);
            }
            _ => {
                // only what may be spread asks for it, and that begins near the start of its line
                let column = if is_spread { column(self.text, start) } else { 0 };
                Writer { column, ..*writer }.value(&mut text, new, indent, is_spread, shape);
            }
        }
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
        let mut known = layout.units.iter().find_map(|unit| unit.indent.clone());
        let is_spread = if layout.units.is_empty() {
            match tokens(self.text, layout.open, layout.close).last() {
                // comments that no line break follows are followed by what is new on their line
                Some(comment) => {
                    known = indent_of(self.text, comment.start).map(String::from);
                    line_end(self.text, comment.end).is_some()
                }
                None => may_spread || has_break(self.text, layout.open, layout.close),
            }
        } else {
            known.is_some()
        };
        let mut place = Place {
            local: Local::learn(self.overlay.doc, node, &self.style),
            shape: Shape::learn(self.overlay.doc, node),
            inside: known.unwrap_or_else(|| [indent, &self.style.unit].concat()),
            container,
            layout,
            indent,
            is_spread,
            keeps_breaks: false,
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
        place.keeps_breaks = pieces.iter().any(|piece| piece.ends_in_line_comment);
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
        let writer = Writer { style: &self.style, local: &place.local, column: 0 };
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
        let column = place.inside.chars().count();
        let writer = Writer { style: &self.style, local: &place.local, column };
        let value = self.overlay.slot_value(&entry.slot);
        writer.value(&mut text, &value, &place.inside, place.is_spread, place.shape);
        Piece {
            before_comma: text,
            after_comma: String::new(),
            has_lines_above: false,
            ends_in_line_comment: false,
            side: entry.side,
        }
    }

    /// The text of a child that goes elsewhere, its comments and edits included.
    fn moved(&self, place: &Place<'_>, entry: &Entry, unit: &Unit) -> Piece {
        let mut inside = Vec::new();
        self.entry(place, entry, unit, &mut inside);
        let comma = unit.comma.filter(|_| unit.comma_inside);
        // behind a block comment, which would be about what comes behind the comma
        let last = tokens(self.text, unit.body.end, comma.unwrap_or(unit.end)).last().copied();
        let place_of_comma =
            last.filter(|token| token.mark == Mark::BlockComment).map_or(unit.body.end, |token| token.end);
        let before_comma = apply_within(self.text, unit.start, place_of_comma, inside);
        let tail = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        let after_comma = match comma {
            Some(at) => [tail(place_of_comma, at), tail(at + 1, unit.end)].concat(),
            None => tail(place_of_comma, unit.end).to_string(),
        };
        Piece {
            // splices inside one entry never overlap; were it so, the check of the result would fail
            before_comma: before_comma.unwrap_or_default(),
            after_comma,
            has_lines_above: has_break(self.text, unit.start, unit.body.start),
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
}
