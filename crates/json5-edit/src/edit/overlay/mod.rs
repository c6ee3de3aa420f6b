//! What the document will mean: the tape, with the containers that edits touch opened up.

mod actions;
mod assign;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Document;
use crate::edit::error::{EditError, EditErrorKind as K};
use crate::new_value::NewValue;
use crate::path::{Path, Segment};
use crate::tape::to_u32;
use crate::value::{Value, ValueKind, kind_of};

type Result<T = ()> = core::result::Result<T, EditError>;

/// A value in the result.
#[derive(Debug)]
pub(crate) enum Slot {
    /// the value on the tape, untouched
    Tape(u32),
    /// a new value
    New(NewValue),
    /// a container that has been opened
    Open(usize),
}

/// Next to which neighbour a new or moved entry is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    AfterPrevious,
    BeforeNext,
}

/// A member of an object or an item of an array in an opened container.
#[derive(Debug)]
pub(crate) struct Entry {
    /// its node on the tape: of the key in an object, of the value in an array
    pub(crate) origin: Option<u32>,
    /// the key, if it is not that of `origin`; `None` in an array
    pub(crate) key: Option<String>,
    pub(crate) slot: Slot,
    pub(crate) side: Side,
    pub(crate) is_moved: bool,
    pub(crate) is_alive: bool,
    /// an earlier entry with the same key, which this one shadows
    shadows: Option<u32>,
}

/// An array or object that edits touch.
#[derive(Debug)]
pub(crate) struct Container {
    /// its node, if it is in the text
    pub(crate) node: Option<u32>,
    pub(crate) is_object: bool,
    /// those on the tape come first, in the order of the tape
    pub(crate) entries: Vec<Entry>,
    /// how many entries are on the tape
    pub(crate) originals: usize,
    /// indices of entries in the order of the result; may hold removed members of an object
    order: Vec<u32>,
    /// the entry of each key, of duplicates the last
    keys: BTreeMap<String, u32>,
}

impl Container {
    /// The entries of the result, in order.
    pub(crate) fn alive(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let entry = |&id: &u32| Some((id as usize, self.entries.get(id as usize)?));
        self.order.iter().filter_map(entry).filter(|(_, entry)| entry.is_alive)
    }

    /// The entry at an index of an array.
    fn item(&self, index: usize) -> Option<u32> {
        self.order.get(index).copied()
    }

    fn position(&self, id: u32) -> usize {
        self.order.iter().position(|&other| other == id).unwrap_or(self.order.len())
    }

    fn insert(&mut self, position: usize, key: Option<String>, value: NewValue, side: Side) {
        let id = to_u32(self.entries.len());
        if let Some(key) = &key {
            self.keys.insert(key.clone(), id);
        }
        self.entries.push(Entry {
            origin: None,
            key,
            slot: Slot::New(value),
            side,
            is_moved: false,
            is_alive: true,
            shadows: None,
        });
        self.order.insert(position.min(self.order.len()), id);
    }

    fn append(&mut self, key: Option<String>, value: NewValue) {
        self.insert(self.order.len(), key, value, Side::AfterPrevious);
    }

    /// An entry and those that it shadows.
    fn with_shadowed(&self, id: u32) -> Vec<u32> {
        let earlier = |id: &u32| self.entries.get(*id as usize)?.shadows;
        core::iter::successors(Some(id), earlier).collect()
    }
}

/// Where a slot is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Root,
    Entry(usize, u32),
}

/// The document as it will be.
#[derive(Debug)]
pub(crate) struct Overlay<'d> {
    pub(crate) doc: &'d Document,
    pub(crate) root: Slot,
    containers: Vec<Container>,
}

impl<'d> Overlay<'d> {
    pub(crate) fn new(doc: &'d Document) -> Self {
        Self { doc, root: Slot::Tape(0), containers: Vec::new() }
    }

    pub(crate) fn container(&self, id: usize) -> Option<&Container> {
        self.containers.get(id)
    }

    fn max_depth(&self) -> usize {
        self.doc.limits.max_depth.min(crate::Limits::MAX_DEPTH)
    }

    fn check_depth(&self, container: &Path, value: &NewValue) -> Result {
        let max = self.max_depth();
        if container.segments().len() + 1 + value.depth(max) > max {
            return Err(EditError::new(K::TooDeep, container.clone()));
        }
        Ok(())
    }

    /// The opened container around a path and the entry in it.
    fn entry(&mut self, path: &Path) -> Result<(usize, u32)> {
        if path.is_root() {
            return Err(EditError::new(K::Root, path.clone()));
        }
        match self.require(path)? {
            Place::Entry(id, entry) => Ok((id, entry)),
            Place::Root => Err(EditError::new(K::Root, path.clone())),
        }
    }

    /// The same for a member of an object, with the path of the object.
    fn member(&mut self, path: &Path) -> Result<(usize, u32, Path)> {
        let (id, entry) = self.entry(path)?;
        let parent = path.parent().unwrap_or_default();
        if self.containers.get(id).is_some_and(|container| container.is_object) {
            return Ok((id, entry, parent));
        }
        let kinds = K::WrongKind { expected: ValueKind::Object, found: ValueKind::Array };
        Err(EditError::new(kinds, parent))
    }

    fn require(&mut self, path: &Path) -> Result<Place> {
        self.find(path)?.ok_or_else(|| EditError::new(K::NotFound, path.clone()))
    }

    /// The place of a path; opens the containers on the way. `None` if something is missing.
    fn find(&mut self, path: &Path) -> Result<Option<Place>> {
        let mut place = Place::Root;
        for (at, segment) in path.segments().iter().enumerate() {
            let id = self.open_for(place, segment, path, at)?;
            let container = self.containers.get(id);
            let found = container.and_then(|container| match segment {
                Segment::Key(key) => container.keys.get(key).copied(),
                Segment::Index(index) => container.item(*index),
            });
            match found {
                Some(entry) => place = Place::Entry(id, entry),
                None => return Ok(None),
            }
        }
        Ok(Some(place))
    }

    fn open_for(&mut self, place: Place, segment: &Segment, path: &Path, at: usize) -> Result<usize> {
        let expected = match segment {
            Segment::Key(_) => ValueKind::Object,
            Segment::Index(_) => ValueKind::Array,
        };
        // the path is only cut where it is needed: for the message
        self.open(place, expected, path).map_err(|error| EditError::new(error.kind(), path.prefix(at)))
    }

    fn slot_mut(&mut self, place: Place) -> Option<&mut Slot> {
        match place {
            Place::Root => Some(&mut self.root),
            Place::Entry(id, entry) => {
                Some(&mut self.containers.get_mut(id)?.entries.get_mut(entry as usize)?.slot)
            }
        }
    }

    fn slot(&self, place: Place) -> &Slot {
        let found = match place {
            Place::Root => None,
            Place::Entry(id, entry) => {
                self.containers.get(id).and_then(|container| container.entries.get(entry as usize))
            }
        };
        found.map_or(&self.root, |entry| &entry.slot)
    }

    fn kind(&self, slot: &Slot) -> ValueKind {
        match slot {
            Slot::Tape(node) => kind_of(self.doc.tape.node(*node).kind),
            Slot::New(value) => value.kind(),
            Slot::Open(id) => match self.containers.get(*id) {
                Some(container) if !container.is_object => ValueKind::Array,
                _ => ValueKind::Object,
            },
        }
    }

    /// Opens the container at a place, so that its entries can be changed.
    fn open(&mut self, place: Place, expected: ValueKind, path: &Path) -> Result<usize> {
        let found = self.kind(self.slot(place));
        if found != expected {
            return Err(EditError::new(K::WrongKind { expected, found }, path.clone()));
        }
        let id = self.containers.len();
        let Some(slot) = self.slot_mut(place) else { return Ok(id) };
        let container = match core::mem::replace(slot, Slot::Open(id)) {
            Slot::Open(open) => {
                *slot = Slot::Open(open);
                return Ok(open);
            }
            Slot::Tape(node) => self.open_tape(node),
            Slot::New(value) => open_new(value),
        };
        self.containers.push(container);
        Ok(id)
    }

    fn open_tape(&self, node: u32) -> Container {
        let mut keys = BTreeMap::new();
        let mut entries = Vec::new();
        for child in self.doc.tape.children(node) {
            let key = self.doc.key_text(child);
            let value = if key.is_some() { child + 1 } else { child };
            let shadows = key.and_then(|key| keys.insert(key.into_owned(), to_u32(entries.len())));
            entries.push(Entry {
                origin: Some(child),
                key: None,
                slot: Slot::Tape(value),
                side: Side::AfterPrevious,
                is_moved: false,
                is_alive: true,
                shadows,
            });
        }
        let is_object = kind_of(self.doc.tape.node(node).kind) == ValueKind::Object;
        let order = (0..to_u32(entries.len())).collect();
        let originals = entries.len();
        Container { node: Some(node), is_object, entries, originals, order, keys }
    }

    /// Does a slot mean the same as a value?
    fn equals(&self, slot: &Slot, value: &NewValue) -> bool {
        match slot {
            Slot::Tape(node) => Value { doc: self.doc, index: *node }.to_owned_value() == *value,
            Slot::New(new) => new == value,
            Slot::Open(id) => self.to_value(*id) == *value,
        }
    }

    /// The value of a slot.
    pub(crate) fn slot_value(&self, slot: &Slot) -> NewValue {
        match slot {
            Slot::Tape(node) => Value { doc: self.doc, index: *node }.to_owned_value(),
            Slot::New(value) => value.clone(),
            Slot::Open(id) => self.to_value(*id),
        }
    }

    /// The value of an opened container.
    pub(crate) fn to_value(&self, id: usize) -> NewValue {
        let Some(container) = self.containers.get(id) else { return NewValue::Null };
        let values = container.alive().map(|(_, entry)| self.slot_value(&entry.slot));
        if !container.is_object {
            return NewValue::Array(values.collect());
        }
        let keys = container.alive().map(|(_, entry)| self.key(entry));
        let mut object = NewValue::Object(keys.zip(values).collect());
        object.drop_shadowed();
        object
    }

    /// The key that an entry will have.
    pub(crate) fn key(&self, entry: &Entry) -> String {
        match (&entry.key, entry.origin) {
            (Some(key), _) => key.clone(),
            (None, Some(node)) => self.doc.key_text(node).unwrap_or_default().into_owned(),
            (None, None) => String::new(),
        }
    }
}

fn open_new(value: NewValue) -> Container {
    let mut container = Container {
        node: None,
        is_object: value.kind() == ValueKind::Object,
        entries: Vec::new(),
        originals: 0,
        order: Vec::new(),
        keys: BTreeMap::new(),
    };
    match value {
        NewValue::Object(members) => {
            for (key, value) in members {
                container.append(Some(key), value);
            }
        }
        NewValue::Array(items) => {
            for item in items {
                container.append(None, item);
            }
        }
        _ => {}
    }
    container
}

/// The value without shadowed duplicates at any depth.
fn normal(value: &NewValue) -> NewValue {
    match value {
        NewValue::Array(items) => NewValue::Array(items.iter().map(normal).collect()),
        NewValue::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), normal(value)));
            let mut object = NewValue::Object(members.collect());
            object.drop_shadowed();
            object
        }
        scalar => scalar.clone(),
    }
}
