//! How the lines of the screen are shared out.

use super::state::Picker;

/// The widest that a line is made; figures far from their id are hard to follow.
pub(super) const WIDEST: usize = 100;

/// Below this width the status needs two lines.
const NARROW: usize = 64;

/// Lines for each part; the question itself always has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) note: usize,
    pub(super) titles: usize,
    pub(super) list: usize,
    /// The offers of what the cursor is on.
    pub(super) offers: usize,
    pub(super) status: usize,
    pub(super) help: usize,
    /// Columns.
    pub(super) width: usize,
}

impl Layout {
    /// The list comes first, the offers last.
    pub(super) fn of(picker: &Picker<'_>) -> Self {
        let (width, height) = (picker.size.width, picker.size.height);
        let status = match height {
            0..5 => 0,
            9.. if width < NARROW => 2,
            _ => 1,
        };
        let help = usize::from(height >= 6);
        let mut titles = usize::from(height >= 7);
        let note = usize::from(picker.question.note.is_some() && height >= 9);
        let rest = height.saturating_sub(1 + note + status + help + titles);
        let offers = match rest {
            _ if picker.shows_offers => rest + std::mem::take(&mut titles),
            0..14 => 0,
            _ => (rest * 2 / 5).min(10),
        };
        let list = if picker.shows_offers { 0 } else { rest - offers };
        Self { note, titles, list, offers, status, help, width: width.min(WIDEST) }
    }

    /// How many columns there are for an id behind the pointer and the mark.
    pub(super) fn room(&self, picker: &Picker<'_>) -> usize {
        self.width.saturating_sub(prefix(picker) + 1)
    }
}

/// The columns of the pointer, and of the marks where there are some.
pub(super) fn prefix(picker: &Picker<'_>) -> usize {
    if picker.is_many() { 2 + 3 + digits(picker) } else { 2 }
}

/// How wide the number in a mark is.
pub(super) fn digits(picker: &Picker<'_>) -> usize {
    picker.marks.len().max(1).to_string().len()
}
