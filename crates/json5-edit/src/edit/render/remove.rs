//! Commas, and children that go.

use alloc::vec::Vec;

use super::{Place, Renderer};
use crate::edit::layout::Unit;
use crate::edit::splice::Splice;
use crate::parse::skip_space;
use crate::trivia::{
    Mark, Token, before_break, blank_above, has_break, line_begin, line_end, space_before, tokens,
};

impl Renderer<'_> {
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

    pub(super) fn remove_far_comma(&self, unit: &Unit, out: &mut Vec<Splice>) {
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
            if place.keeps_breaks || ended.is_some_and(|token| token.end == from) {
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

    /// What stands between the child before `at` and the comments of the child at `at`.
    fn gap_before(&self, place: &Place<'_>, at: usize) -> Vec<Token> {
        let units = place.layout.units.as_slice();
        let from =
            at.checked_sub(1).and_then(|before| units.get(before)).map_or(place.layout.open, |u| u.body.end);
        tokens(self.text, from, units.get(at).map_or(from, |unit| unit.start))
    }
}
