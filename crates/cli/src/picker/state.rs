//! What the list is like now, and what a key makes of it. It knows no terminal.

use std::collections::HashSet;

use openclaw_catalog::Catalog;
use openclaw_model_ref::ModelRef;

use super::filter::{Filter, Order, Query};
use super::frame::Size;
use super::layout::Layout;
use super::rows::{Facts, Form, Row, own, rows};
use super::{Count, Question};
use crate::refs::DEFAULT_MODEL;

/// The most letters of a filter; a longer paste is no id.
const MAX_TYPED: usize = 256;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Paste(String),
    Backspace,
    /// Takes the last word away.
    Word,
    /// Takes all away.
    Clear,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    /// Types the rest of the id, and opens its forms.
    Complete,
    Sort,
    /// All offers in place of the list, and back.
    Offers,
    Enter,
    Leave,
}

/// Where a key leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Stay,
    /// These were picked, in this order.
    Picked(Vec<ModelRef>),
    /// Nothing was.
    Left,
}

/// A line of the list: a form of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) row: usize,
    pub(super) form: Form,
}

/// The list.
pub(super) struct Picker<'a> {
    pub(super) question: &'a Question<'a>,
    rows: Vec<Row<'a>>,
    pub(super) typed: String,
    pub(super) order: Order,
    /// What fits, in order.
    pub(super) items: Vec<Item>,
    /// How many models have one there.
    pub(super) models: usize,
    /// The columns of the widest id there.
    pub(super) widest: usize,
    /// The item that Enter picks.
    pub(super) cursor: usize,
    /// The first item on the screen.
    pub(super) top: usize,
    /// In the order in which they were marked.
    pub(super) marks: Vec<ModelRef>,
    pub(super) shows_offers: bool,
    pub(super) size: Size,
    /// Models that are not here because nobody offers them.
    pub(super) unoffered: usize,
    /// References that are not to be picked.
    taken: HashSet<&'a str>,
    filter: Filter,
}

impl<'a> Picker<'a> {
    pub(super) fn new(question: &'a Question<'a>, size: Size) -> Self {
        let taken: HashSet<_> = question.taken.iter().map(ModelRef::as_str).collect();
        let found = rows(question.catalog, |reference| {
            taken.contains(reference.as_str())
                || question.not.as_ref().is_some_and(|not| not.base() == *reference)
        });
        let mut rows = found.rows;
        let current = question.current.as_ref();
        if let Some(current) = current
            && !rows.iter().any(|row| row.reference == *current)
        {
            // A pin of the user's is a row too, so that Enter keeps it.
            rows.insert(0, own(current, question.catalog));
        }
        let mut picker = Self {
            question,
            rows,
            typed: String::new(),
            order: Order::Best,
            items: Vec::new(),
            models: 0,
            widest: 0,
            cursor: 0,
            top: 0,
            marks: Vec::new(),
            shows_offers: false,
            size,
            unoffered: found.unoffered,
            taken,
            filter: Filter::new(),
        };
        picker.refresh();
        picker
    }

    pub(super) fn catalog(&self) -> &'a Catalog {
        self.question.catalog
    }

    pub(super) fn is_many(&self) -> bool {
        self.question.count == Count::Any
    }

    /// How many models there are to pick from.
    pub(super) fn total(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn row(&self, item: Item) -> Option<&Row<'a>> {
        self.rows.get(item.row)
    }

    pub(super) fn reference(&self, item: Item) -> Option<ModelRef> {
        self.row(item)?.reference(item.form)
    }

    /// What is known of an item.
    pub(super) fn facts(&self, item: Item) -> Facts {
        let Some(row) = self.row(item) else { return Facts::default() };
        if item.form == Form::AsIs {
            return row.facts;
        }
        // A form may have an entry of its own.
        let known =
            row.reference(item.form).and_then(|form| Some(Facts::of(&form, &self.catalog().resolve(&form)?)));
        known.unwrap_or_default()
    }

    /// The reference that Enter picks, or that is marked next.
    pub(super) fn highlighted(&self) -> Option<ModelRef> {
        self.items.get(self.cursor).and_then(|item| self.reference(*item))
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        self.settle();
    }

    pub(super) fn on(&mut self, key: Key) -> Step {
        let page = Layout::of(self).list.max(1);
        let last = self.items.len().saturating_sub(1);
        match key {
            Key::Leave => return Step::Left,
            Key::Enter => return self.enter(),
            Key::Char(' ') if self.is_many() => self.mark(),
            Key::Char(letter) => self.retype(|typed| typed.push(letter)),
            Key::Paste(text) => {
                self.retype(|typed| typed.push_str(text.trim().lines().next().unwrap_or_default()));
            }
            Key::Backspace => self.retype(|typed| {
                typed.pop();
            }),
            Key::Word => self.retype(|typed| {
                let kept = typed.trim_end().trim_end_matches(|letter: char| letter.is_alphanumeric());
                // What parts two words goes with the word before it.
                let kept = if kept.len() == typed.len() {
                    kept.get(..kept.len().saturating_sub(1))
                } else {
                    Some(kept)
                };
                *typed = kept.unwrap_or_default().to_owned();
            }),
            Key::Clear => self.retype(String::clear),
            Key::Complete => {
                if let Some(reference) = self.highlighted() {
                    let opens = reference.router_id() == reference.hub_id();
                    let whole = format!("{}{}", reference.router_id(), if opens { ":" } else { "" });
                    self.retype(|typed| *typed = whole);
                }
            }
            Key::Sort => {
                self.order = self.order.next();
                self.refresh();
                if self.order != Order::Best {
                    self.cursor = 0;
                }
            }
            Key::Offers => self.shows_offers = !self.shows_offers,
            Key::Up => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Key::Down => self.cursor = if self.cursor < last { self.cursor + 1 } else { 0 },
            Key::PageUp => self.cursor = self.cursor.saturating_sub(page),
            Key::PageDown => self.cursor = (self.cursor + page).min(last),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = last,
        }
        self.settle();
        Step::Stay
    }

    fn enter(&self) -> Step {
        if self.is_many() {
            return Step::Picked(self.marks.clone());
        }
        self.highlighted().map_or(Step::Stay, |reference| Step::Picked(vec![reference]))
    }

    fn mark(&mut self) {
        let Some(reference) = self.highlighted() else { return };
        match self.marks.iter().position(|mark| *mark == reference) {
            Some(at) => drop(self.marks.remove(at)),
            None => self.marks.push(reference),
        }
    }

    fn retype(&mut self, change: impl FnOnce(&mut String)) {
        let before = self.typed.clone();
        change(&mut self.typed);
        self.typed = self.typed.chars().filter(|letter| !letter.is_control()).take(MAX_TYPED).collect();
        if self.typed != before {
            self.refresh();
        }
    }

    /// Finds what fits now. The cursor goes to the best, or to what the user has where nothing is typed.
    fn refresh(&mut self) {
        let query = Query::of(&self.typed);
        let mut found = self.filter.find(&self.rows, &query.words);
        self.order.sort(&self.rows, &mut found);
        self.items.clear();
        self.models = 0;
        for found in found {
            let Some(row) = self.rows.get(found.row) else { continue };
            let before = self.items.len();
            match &query.suffix {
                None => self.items.push(Item { row: found.row, form: Form::AsIs }),
                Some(part) => {
                    let is_taken = |form: &Form| {
                        !self.taken.is_empty()
                            && row.reference(*form).is_some_and(|form| self.taken.contains(form.as_str()))
                    };
                    let forms = row.forms(part).filter(|form| !is_taken(form));
                    self.items.extend(forms.map(|form| Item { row: found.row, form }));
                }
            }
            self.models += usize::from(self.items.len() > before);
        }
        let width = |item: &Item| self.rows.get(item.row).map_or(0, |row| row.width(item.form));
        self.widest = self.items.iter().map(width).max().unwrap_or_default();
        self.top = 0;
        self.cursor = if self.typed.is_empty() { self.home() } else { 0 };
        self.settle();
    }

    /// The item of what the user has, or else of the specification's default.
    fn home(&self) -> usize {
        let wanted = self.question.current.as_ref().map_or(DEFAULT_MODEL, ModelRef::as_str);
        let is_it = |item: &Item| self.row(*item).is_some_and(|row| row.reference.as_str() == wanted);
        self.items.iter().position(is_it).unwrap_or(0)
    }

    /// How many lines an item takes, its id being whole whatever the width.
    pub(super) fn lines(&self, item: Item, room: usize) -> usize {
        self.row(item).map_or(1, |row| row.width(item.form).div_ceil(room.max(1)).max(1))
    }

    /// Scrolls so that the cursor is in sight.
    fn settle(&mut self) {
        let layout = Layout::of(self);
        let room = layout.room(self);
        self.cursor = self.cursor.min(self.items.len().saturating_sub(1));
        self.top = self.top.min(self.cursor);
        let lines = |index: usize| self.items.get(index).map_or(1, |item| self.lines(*item, room));
        // From the cursor upwards as far as there is room.
        let mut free = layout.list.saturating_sub(lines(self.cursor));
        let mut first = self.cursor;
        while first > self.top && lines(first - 1) <= free {
            first -= 1;
            free -= lines(first);
        }
        self.top = first;
    }
}
