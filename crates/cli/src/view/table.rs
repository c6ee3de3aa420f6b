//! Tables that fit the width and never cut an id.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};

use super::bold;

/// A table on its way.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) align: Align,
    /// Columns with a higher rank are left out first where the width is short; 0 always stays.
    pub(crate) rank: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The text, and the titles of the columns that did not fit.
    pub(crate) fn render(&self, width: Option<usize>) -> (String, Vec<&'static str>) {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let mut hidden = Vec::new();
        loop {
            let grid = self.grid(&shown);
            let needed: usize =
                grid.column_max_content_widths().iter().map(|width| usize::from(*width) + 2).sum::<usize>();
            let next = shown
                .iter()
                .copied()
                .filter_map(|index| self.columns.get(index).map(|column| (column.rank, index)))
                .filter(|(rank, _)| *rank > 0)
                .max();
            match (width, next) {
                (Some(width), Some((_, index))) if needed > width + 2 => {
                    shown.retain(|kept| *kept != index);
                    hidden.extend(self.columns.get(index).map(|column| column.title));
                }
                _ => {
                    let lines = grid.lines().map(|line| line.trim_end().to_owned());
                    let lines =
                        lines.enumerate().map(|(index, line)| if index == 0 { bold(&line) } else { line });
                    return (lines.collect::<Vec<_>>().join("\n") + "\n", hidden);
                }
            }
        }
    }

    fn grid(&self, shown: &[usize]) -> Grid {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let titles = shown.iter().filter_map(|index| self.columns.get(*index));
        grid.set_header(titles.map(|column| cell(column.title, column.align)));
        for row in &self.rows {
            grid.add_row(shown.iter().filter_map(|index| {
                let column = self.columns.get(*index)?;
                Some(cell(row.get(*index)?, column.align))
            }));
        }
        for column in grid.column_iter_mut() {
            column.set_padding((0, 2));
        }
        grid
    }
}

fn cell(text: &str, align: Align) -> Cell {
    Cell::new(text).set_alignment(match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    })
}
