//! Commas, and children that go.

use alloc::vec::Vec;

use super::{Place, Renderer};
use crate::edit::layout::Unit;
use crate::edit::splice::Splice;
use crate::parse::skip_space;
use crate::trivia::{
    Mark, Token, before_break, blank_above, has_break, line_begin, line_end, space_before, tokens,
};

/// Where what is taken away with a child begins.
pub(super) struct Gone {
    pub(super) start: usize,
    /// comments that stay stand between it and what comes before it
    pub(super) strangers_before: bool,
}

impl Renderer<'_> {
    /// A child that moves takes along comments that one that is removed leaves.
    pub(super) fn gone(place: &Place<'_>, id: usize) -> Option<Gone> {
        let unit = place.layout.units.get(id)?;
        let entry = place.container.entries.get(id)?;
        let start = if entry.is_alive && entry.is_moved { unit.start } else { unit.own_start };
        Some(Gone { start, strangers_before: unit.strangers_before || start != unit.start })
    }

    /// Do comments of nobody stand in a container of which no child stays?
    pub(super) fn has_strangers(place: &Place<'_>) -> bool {
        let mut gone = (0..place.layout.units.len()).filter_map(|id| Self::gone(place, id));
        place.layout.strangers_at_end || gone.any(|gone| gone.strangers_before)
    }

    /// Gives every child that stays the comma it needs, and takes the one it must not have.
    pub(super) fn commas(
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
                    out.push(Splice::insert(unit.comma_place(), ","));
                }
                (Some(comma), false) => out.push(Splice::delete(comma, comma + 1)),
                _ => {}
            }
        }
    }

    /// Takes away the children that do not stay.
    pub(super) fn removals(
        &self,
        place: &Place<'_>,
        kept: &[usize],
        inherits_comma: bool,
        out: &mut Vec<Splice>,
    ) {
        let units = place.layout.units.as_slice();
        let mut kept = kept.iter().copied().peekable();
        let mut at = 0;
        while at < units.len() {
            if kept.next_if_eq(&at).is_some() {
                at += 1;
                continue;
            }
            let first = at;
            let is_joined = |at: usize| Self::gone(place, at).is_some_and(|gone| !gone.strangers_before);
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

    pub(super) fn remove_far_comma(&self, unit: &Unit, out: &mut Vec<Splice>) {
        if let Some(comma) = unit.far_comma() {
            out.push(Splice::delete(comma, comma + 1));
        }
    }

    /// Takes away the children from `first` up to, without, `after`, between which only white
    /// space stands.
    fn remove_run(&self, place: &Place<'_>, first: usize, after: usize, out: &mut Vec<Splice>) {
        let units = place.layout.units.as_slice();
        let (Some(head), Some(tail)) = (Self::gone(place, first), units.get(after - 1)) else { return };
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
            // white space at the end of a line comment is part of it
            let before = self.before(place, first, start);
            let mut from = before.map_or_else(|| space_before(text, start), |token| token.end);
            // the line break that ends a comment has to stay
            if place.keeps_breaks || before.is_some_and(|token| token.mark == Mark::LineComment) {
                from = line_end(text, from).unwrap_or(from).min(start);
            } else {
                // pieces may be put before the line break
                from = before_break(text, from).unwrap_or(from).min(start);
            }
            out.push(Splice::delete(from, end));
        } else {
            let until = skip_space(text, end).min(place.layout.close);
            let is_up_to_next = next.is_none_or(|next| next.start == until);
            let until = if is_up_to_next { until } else { before_break(text, end).unwrap_or(until) };
            out.push(Splice::delete(start, until));
        }
    }

    /// The last that stands between the child before `at` and what goes away with the child at `at`.
    fn before(&self, place: &Place<'_>, at: usize, start: usize) -> Option<Token> {
        let units = place.layout.units.as_slice();
        let from =
            at.checked_sub(1).and_then(|before| units.get(before)).map_or(place.layout.open, |u| u.body.end);
        tokens(self.text, from, start).last().copied()
    }
}
