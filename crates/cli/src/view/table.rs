//! Tables that fit the width and never cut an id.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};

use super::{bold, printable};

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

    /// Adds a row; of what comes from outside nothing can command the terminal.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter().map(|cell| printable(&cell).into_owned());
        self.rows.push(cells.collect());
    }

    /// The text, and the titles of the columns that did not fit; one without a title is not missed.
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
                    let title = self.columns.get(index).map(|column| column.title);
                    hidden.extend(title.filter(|title| !title.is_empty()));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let column = |title, rank| Column { title, align: Align::Left, rank };
        let mut table = Table::new([column("", 3), column("Name", 0), column("JSON", 2)]);
        table.row(["1".to_owned(), "a\u{1b}[2J\nb".to_owned(), "yes".to_owned()]);
        table
    }

    #[test]
    fn a_column_without_a_title_is_not_missed() {
        assert_eq!(table().render(Some(16)).1, ["JSON"]);
        assert_eq!(table().render(None).1, [""; 0]);
    }

    #[test]
    fn a_cell_stays_one_line_and_commands_nothing() {
        let (text, _) = table().render(None);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("a\\u{1b}[2J\\nb"), "{text}");
    }
}
