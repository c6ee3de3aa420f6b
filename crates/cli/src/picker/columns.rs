//! Columns beside an id: which of them fit.

use unicode_width::UnicodeWidthStr as _;

use super::frame::{Frame, Style};
use crate::view::Align;

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) align: Align,
    /// It is never narrower, so that it does not move while the list is scrolled.
    pub(super) least: usize,
    /// Columns with a higher rank are left out first; 0 always stays.
    pub(super) rank: u8,
}

/// What stands between two columns.
const GAP: usize = 2;

/// The columns that fit.
pub(super) struct Fit {
    /// Each with its place among all and its width.
    shown: Vec<(usize, Column, usize)>,
    /// The titles of those that do not.
    pub(super) hidden: Vec<&'static str>,
}

impl Fit {
    /// Chooses among columns by the rows that are to be shown; each of the columns takes a gap in front as well.
    pub(super) fn of(columns: &[Column], rows: &[Vec<String>], room: usize) -> Self {
        let width = |index: usize, column: &Column| {
            let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
            cells.chain([column.title.width(), column.least]).max().unwrap_or_default()
        };
        let mut shown: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| (index, *column, width(index, column)))
            .collect();
        let mut hidden = Vec::new();
        while taken(&shown) > room {
            let last = shown.iter().enumerate().filter(|(_, (_, column, _))| column.rank > 0);
            let Some((at, _)) = last.max_by_key(|(_, (_, column, _))| column.rank) else { break };
            hidden.push(shown.remove(at).1.title);
        }
        hidden.reverse();
        Self { shown, hidden }
    }

    /// How wide they are together, gaps included.
    pub(super) fn width(&self) -> usize {
        taken(&self.shown)
    }

    pub(super) fn put_titles(&self, frame: &mut Frame, column: usize, row: usize) {
        let titles: Vec<_> = self.shown.iter().map(|(_, column, _)| column.title).collect();
        self.put(frame, column, row, titles, Style::Bold);
    }

    pub(super) fn put_row(
        &self,
        frame: &mut Frame,
        column: usize,
        row: usize,
        cells: &[String],
        style: Style,
    ) {
        let cells = self.shown.iter().map(|(index, _, _)| cells.get(*index).map_or("", String::as_str));
        self.put(frame, column, row, cells.collect(), style);
    }

    fn put(&self, frame: &mut Frame, mut column: usize, row: usize, cells: Vec<&str>, style: Style) {
        for ((_, kind, width), cell) in self.shown.iter().zip(cells) {
            column += GAP;
            let pad = if kind.align == Align::Right { width.saturating_sub(cell.width()) } else { 0 };
            frame.put(column + pad, row, cell, style);
            column += width;
        }
    }
}

fn taken(shown: &[(usize, Column, usize)]) -> usize {
    shown.iter().map(|(_, _, width)| width + GAP).sum()
}
