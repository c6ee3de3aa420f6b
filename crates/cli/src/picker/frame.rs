//! What is on the screen, a cell at a time, and what has to be written to get from one to the next.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{Attribute, Color, Print, ResetColor, SetAttribute, SetForegroundColor};
use crossterm::terminal::{Clear, ClearType};
use unicode_width::UnicodeWidthChar as _;

/// Columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: usize,
    pub(super) height: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Style {
    #[default]
    Plain,
    /// Matters less.
    Dim,
    /// A heading.
    Bold,
    /// The row that Enter picks.
    Chosen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    /// A letter of two columns is followed by a cell without any.
    letter: Option<char>,
    style: Style,
}

const BLANK: Cell = Cell { letter: Some(' '), style: Style::Plain };

/// A changed cell in between that is as cheap to write anew as to jump over.
const JUMP: usize = 6;

/// A whole screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    size: Size,
    cells: Vec<Cell>,
    /// Column and row of the cursor; `None` hides it.
    pub(super) caret: Option<(usize, usize)>,
}

impl Frame {
    pub(super) fn blank(size: Size) -> Self {
        Self { size, cells: vec![BLANK; size.width * size.height], caret: None }
    }

    /// Puts a text there and returns the column behind it; what does not fit is not shown.
    ///
    /// Letters without a width of their own are left out.
    pub(super) fn put(&mut self, mut column: usize, row: usize, text: &str, style: Style) -> usize {
        for letter in text.chars() {
            let width = letter.width().unwrap_or(0);
            if width == 0 {
                continue;
            }
            if row >= self.size.height || column + width > self.size.width {
                break;
            }
            for place in 0..width {
                if let Some(cell) = self.cells.get_mut(row * self.size.width + column + place) {
                    *cell = Cell { letter: (place == 0).then_some(letter), style };
                }
            }
            column += width;
        }
        column
    }

    fn row(&self, row: usize) -> &[Cell] {
        let start = row * self.size.width;
        self.cells.get(start..start + self.size.width).unwrap_or_default()
    }

    /// Writes what differs from what is on the screen, which must be of the same size.
    pub(super) fn paint(&self, out: &mut impl Write, before: &Self, has_styles: bool) -> io::Result<()> {
        let mut brush = Brush { style: Style::Plain, has_styles };
        queue!(out, Hide)?;
        for row in 0..self.size.height {
            let (new, old) = (self.row(row), before.row(row));
            let text_end = new.iter().rposition(|cell| *cell != BLANK).map_or(0, |last| last + 1);
            for (start, end) in changes(new, old) {
                queue!(out, MoveTo(narrow(start), narrow(row)))?;
                for cell in new.get(start..end.min(text_end)).unwrap_or_default() {
                    brush.turn_to(out, cell.style)?;
                    if let Some(letter) = cell.letter {
                        queue!(out, Print(letter))?;
                    }
                }
                brush.turn_to(out, Style::Plain)?;
                if end > text_end {
                    // Nothing comes behind it, so one command blanks the rest of the line.
                    queue!(out, Clear(ClearType::UntilNewLine))?;
                    break;
                }
            }
        }
        if let Some((column, row)) = self.caret {
            queue!(out, MoveTo(narrow(column), narrow(row)), Show)?;
        }
        out.flush()
    }
}

/// Where cells differ: starts and ends, rising, changes that are near each other in one.
fn changes(new: &[Cell], old: &[Cell]) -> Vec<(usize, usize)> {
    let mut changes: Vec<(usize, usize)> = Vec::new();
    let differs = new.iter().zip(old).enumerate().filter(|(_, (new, old))| new != old);
    for (column, _) in differs {
        match changes.last_mut() {
            Some((_, end)) if column <= *end + JUMP => *end = column + 1,
            _ => changes.push((column, column + 1)),
        }
    }
    for (start, end) in &mut changes {
        // Neither half of a wide letter is written alone.
        while *start > 0 && new.get(*start).is_some_and(|cell| cell.letter.is_none()) {
            *start -= 1;
        }
        while new.get(*end).is_some_and(|cell| cell.letter.is_none()) {
            *end += 1;
        }
    }
    changes
}

/// The style in which the terminal writes now.
struct Brush {
    style: Style,
    has_styles: bool,
}

impl Brush {
    fn turn_to(&mut self, out: &mut impl Write, style: Style) -> io::Result<()> {
        if style == self.style || !self.has_styles {
            return Ok(());
        }
        if self.style != Style::Plain {
            queue!(out, SetAttribute(Attribute::Reset), ResetColor)?;
        }
        self.style = style;
        match style {
            Style::Plain => Ok(()),
            Style::Dim => queue!(out, SetAttribute(Attribute::Dim)),
            Style::Bold => queue!(out, SetAttribute(Attribute::Bold)),
            Style::Chosen => queue!(out, SetForegroundColor(Color::Cyan), SetAttribute(Attribute::Bold)),
        }
    }
}

/// A place on a screen, which never has more columns than this.
fn narrow(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

#[cfg(test)]
impl Frame {
    /// The text on it, without blanks at the ends of lines.
    pub(super) fn text(&self) -> String {
        let line = |row| self.row(row).iter().filter_map(|cell| cell.letter).collect::<String>();
        (0..self.size.height).map(|row| line(row).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}
