//! Each kind of edit, on the overlay.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::{Overlay, Place, Result, Side, normal};
use crate::edit::error::{EditError, EditErrorKind as K};
use crate::new_value::NewValue;
use crate::path::{Path, Segment};
use crate::value::ValueKind;

impl Overlay<'_> {
    pub(crate) fn set(&mut self, path: &Path, value: &NewValue) -> Result {
        let max = self.max_depth();
        if path.segments().len() > max || path.segments().len() + value.depth(max) > max {
            return Err(EditError::new(K::TooDeep, path.clone()));
        }
        let mut place = Place::Root;
        for (at, segment) in path.segments().iter().enumerate() {
            let id = self.open_for(place, segment, path, at)?;
            let rest = path.segments().get(at + 1..).unwrap_or_default();
            let Some(container) = self.containers.get_mut(id) else { return Ok(()) };
            let (found, key) = match segment {
                Segment::Key(key) => (container.keys.get(key).copied(), Some(key.clone())),
                Segment::Index(index) => {
                    let length = container.order.len();
                    if *index > length {
                        return Err(EditError::new(K::IndexOutOfRange { length }, path.prefix(at + 1)));
                    }
                    (container.item(*index), None)
                }
            };
            let Some(entry) = found else {
                let value = nested(rest, value, path, at)?;
                container.append(key, value);
                return Ok(());
            };
            place = Place::Entry(id, entry);
        }
        self.assign(place, value);
        Ok(())
    }

    pub(crate) fn append(&mut self, path: &Path, value: &NewValue) -> Result {
        match self.find(path)? {
            None => self.set(path, &NewValue::Array(Vec::from([value.clone()]))),
            Some(place) => {
                let id = self.open(place, ValueKind::Array, path)?;
                let length = self.containers.get(id).map_or(0, |container| container.order.len());
                self.set(&path.clone().index(length), value)
            }
        }
    }

    pub(crate) fn insert_at(&mut self, path: &Path, index: usize, value: &NewValue) -> Result {
        let place = self.require(path)?;
        let id = self.open(place, ValueKind::Array, path)?;
        self.check_depth(path, value)?;
        let Some(container) = self.containers.get_mut(id) else { return Ok(()) };
        let length = container.order.len();
        if index > length {
            return Err(EditError::new(K::IndexOutOfRange { length }, path.clone().index(index)));
        }
        let side = if index == length { Side::AfterPrevious } else { Side::BeforeNext };
        container.insert(index, None, normal(value), side);
        Ok(())
    }

    pub(crate) fn insert_beside(
        &mut self,
        sibling: &Path,
        after: bool,
        key: &str,
        value: &NewValue,
    ) -> Result {
        let (id, entry, parent) = self.member(sibling)?;
        self.check_depth(&parent, value)?;
        let Some(container) = self.containers.get_mut(id) else { return Ok(()) };
        if container.keys.contains_key(key) {
            return Err(EditError::new(K::KeyExists, parent.key(key)));
        }
        let position = container.position(entry) + usize::from(after);
        let side = if after { Side::AfterPrevious } else { Side::BeforeNext };
        container.insert(position, Some(key.to_owned()), normal(value), side);
        Ok(())
    }

    pub(crate) fn rename(&mut self, path: &Path, key: &str) -> Result {
        let (id, entry, parent) = self.member(path)?;
        let Some(Segment::Key(old)) = path.segments().last() else { return Ok(()) };
        if old == key {
            return Ok(());
        }
        let Some(container) = self.containers.get_mut(id) else { return Ok(()) };
        if container.keys.contains_key(key) {
            return Err(EditError::new(K::KeyExists, parent.key(key)));
        }
        for same in container.with_shadowed(entry) {
            if let Some(entry) = container.entries.get_mut(same as usize) {
                entry.key = Some(key.to_owned());
            }
        }
        container.keys.remove(old);
        container.keys.insert(key.to_owned(), entry);
        Ok(())
    }

    pub(crate) fn remove(&mut self, path: &Path) -> Result {
        let (id, entry) = self.entry(path)?;
        let Some(container) = self.containers.get_mut(id) else { return Ok(()) };
        for same in container.with_shadowed(entry) {
            if let Some(entry) = container.entries.get_mut(same as usize) {
                entry.is_alive = false;
            }
        }
        match path.segments().last() {
            Some(Segment::Key(key)) => {
                container.keys.remove(key);
            }
            Some(Segment::Index(index)) => {
                container.order.remove(*index);
            }
            None => {}
        }
        Ok(())
    }

    pub(crate) fn move_beside(&mut self, path: &Path, sibling: &Path, after: bool) -> Result {
        let (id, entry) = self.entry(path)?;
        if path.parent() != sibling.parent() {
            return Err(EditError::new(K::NotSiblings, sibling.clone()));
        }
        let (_, target) = self.entry(sibling)?;
        let Some(container) = self.containers.get_mut(id) else { return Ok(()) };
        for (id, path) in [(entry, path), (target, sibling)] {
            if container.with_shadowed(id).len() > 1 {
                return Err(EditError::new(K::Duplicate, path.clone()));
            }
        }
        let neighbour = |from: usize, id: u32| {
            let between = if after { container.order.get(..from) } else { container.order.get(from + 1..) };
            let mut between: Vec<u32> = between.unwrap_or_default().to_vec();
            if after {
                between.reverse();
            }
            let is_alive = |id: &u32| container.entries.get(*id as usize).is_some_and(|entry| entry.is_alive);
            between.into_iter().find(is_alive) == Some(id)
        };
        let from = container.position(entry);
        if entry == target || neighbour(from, target) {
            return Ok(());
        }
        container.order.remove(from);
        let position = container.position(target) + usize::from(after);
        container.order.insert(position, entry);
        if let Some(entry) = container.entries.get_mut(entry as usize) {
            entry.is_moved = true;
            entry.side = if after { Side::AfterPrevious } else { Side::BeforeNext };
        }
        Ok(())
    }
}

/// The value inside the containers that the rest of a path needs.
fn nested(rest: &[Segment], value: &NewValue, path: &Path, at: usize) -> Result<NewValue> {
    let mut result = normal(value);
    for (back, segment) in rest.iter().rev().enumerate() {
        result = match segment {
            Segment::Key(key) => NewValue::Object(Vec::from([(key.clone(), result)])),
            Segment::Index(0) => NewValue::Array(Vec::from([result])),
            Segment::Index(_) => {
                let length = at + 1 + rest.len() - back;
                return Err(EditError::new(K::IndexOutOfRange { length: 0 }, path.prefix(length)));
            }
        };
    }
    Ok(result)
}
