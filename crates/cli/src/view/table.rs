//! Tables that fit the width and never cut an id.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, Width as ComfyWidth, presets,
};
use unicode_width::UnicodeWidthStr as _;

use super::{bold, printable};

/// Columns between two columns.
const GAP: usize = PADDING as usize;
const PADDING: u16 = 2;
/// Prose is not made narrower than this.
const LEAST_PROSE: usize = 20;

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
    /// To the left, and broken between words where the width is short: what is said of a row, never an id.
    Prose,
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
    ///
    /// First words are broken to the next line where a column holds prose, then columns are left out, and where even
    /// those that always stay are too wide, each row becomes lines of its own.
    pub(crate) fn render(&self, width: Option<usize>) -> (String, Vec<&'static str>) {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let mut hidden = Vec::new();
        let Some(width) = width else { return (lines(&self.grid(&shown, None)), hidden) };
        while self.least(&shown) > width {
            let ranked = shown.iter().filter_map(|index| Some((self.columns.get(*index)?.rank, *index)));
            let Some((_, index)) = ranked.filter(|(rank, _)| *rank > 0).max() else { break };
            shown.retain(|kept| *kept != index);
            let title = self.columns.get(index).map(|column| column.title);
            hidden.extend(title.filter(|title| !title.is_empty()));
        }
        let least = self.least(&shown);
        if least > width && shown.len() > 1 {
            return (self.stacked(), Vec::new());
        }
        (lines(&self.grid(&shown, Some(width.saturating_sub(least)))), hidden)
    }

    /// How wide the columns are with prose broken into lines.
    fn least(&self, shown: &[usize]) -> usize {
        let natural = self.grid(shown, None).column_max_content_widths();
        let widths = shown.iter().zip(natural).map(|(index, width)| {
            let width = usize::from(width);
            match self.columns.get(*index) {
                Some(column) if column.align == Align::Prose => width.min(LEAST_PROSE),
                _ => width,
            }
        });
        (widths.sum::<usize>() + GAP * shown.len()).saturating_sub(GAP)
    }

    /// Each row as lines of `title  cell`, an empty line between two.
    fn stacked(&self) -> String {
        let room = self.columns.iter().map(|column| column.title.width()).max().unwrap_or_default();
        let rows = self.rows.iter().map(|row| {
            let cells = self.columns.iter().map(|column| column.title).zip(row);
            cells
                .filter(|(title, cell)| !title.is_empty() && !cell.is_empty())
                .map(|(title, cell)| {
                    let gap = " ".repeat(room.saturating_sub(title.width()) + GAP);
                    format!("{}{gap}{cell}\n", bold(title))
                })
                .collect::<String>()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// With `room` for prose beyond its least width; `None` gives it what it needs.
    fn grid(&self, shown: &[usize], room: Option<usize>) -> Grid {
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
        for (column, index) in grid.column_iter_mut().zip(shown) {
            column.set_padding((0, PADDING));
            let is_prose = self.columns.get(*index).is_some_and(|column| column.align == Align::Prose);
            if let Some(room) = room.filter(|_| is_prose) {
                let most = u16::try_from(LEAST_PROSE + GAP + room).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::UpperBoundary(ComfyWidth::Fixed(most)));
            }
        }
        grid
    }
}

fn lines(grid: &Grid) -> String {
    let lines = grid.lines().map(|line| line.trim_end().to_owned());
    let lines = lines.enumerate().map(|(index, line)| if index == 0 { bold(&line) } else { line });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// What to say of the columns that did not fit; `None` where all did.
pub(crate) fn left_out(hidden: &[&str]) -> Option<String> {
    (!hidden.is_empty()).then(|| format!("hidden for want of width: {}", hidden.join(", ")))
}

fn cell(text: &str, align: Align) -> Cell {
    Cell::new(text).set_alignment(match align {
        Align::Left | Align::Prose => CellAlignment::Left,
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
