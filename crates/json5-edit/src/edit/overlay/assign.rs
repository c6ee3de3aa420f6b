//! A value over another: only what differs changes.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Overlay, Place, Side, Slot, normal};
use crate::new_value::NewValue;
use crate::path::Path;
use crate::value::ValueKind;

impl Overlay<'_> {
    /// Puts a value into a place where one stands already, changing only what differs.
    pub(super) fn assign(&mut self, place: Place, value: &NewValue) {
        let kind = self.kind(self.slot(place));
        match value {
            NewValue::Object(_) if kind == ValueKind::Object => {
                if let (Ok(id), NewValue::Object(members)) =
                    (self.open(place, kind, &Path::root()), normal(value))
                {
                    self.assign_object(id, &members);
                }
            }
            NewValue::Array(items) if kind == ValueKind::Array => {
                if let Ok(id) = self.open(place, kind, &Path::root()) {
                    self.assign_array(id, items);
                }
            }
            _ => {
                let is_same = self.equals(self.slot(place), value);
                if let (false, Some(slot)) = (is_same, self.slot_mut(place)) {
                    *slot = Slot::New(normal(value));
                }
            }
        }
    }

    fn assign_object(&mut self, id: usize, members: &[(String, NewValue)]) {
        let wanted: BTreeMap<&str, ()> = members.iter().map(|(key, _)| (key.as_str(), ())).collect();
        let Some(container) = self.containers.get_mut(id) else { return };
        let unwanted: Vec<String> =
            container.keys.keys().filter(|key| !wanted.contains_key(key.as_str())).cloned().collect();
        for key in unwanted {
            for entry in
                container.keys.remove(&key).map_or(Vec::new(), |entry| container.with_shadowed(entry))
            {
                if let Some(entry) = container.entries.get_mut(entry as usize) {
                    entry.is_alive = false;
                }
            }
        }
        for (key, value) in members {
            let Some(container) = self.containers.get_mut(id) else { return };
            match container.keys.get(key) {
                Some(&entry) => self.assign(Place::Entry(id, entry), value),
                None => container.append(Some(key.clone()), normal(value)),
            }
        }
    }

    /// Items equal at both ends stay; those between are set one by one, then added or removed.
    fn assign_array(&mut self, id: usize, items: &[NewValue]) {
        let Some(container) = self.containers.get(id) else { return };
        let same = |entry: Option<&u32>, item: Option<&NewValue>| {
            let entry = entry.and_then(|&entry| container.entries.get(entry as usize));
            matches!((entry, item), (Some(entry), Some(item)) if self.equals(&entry.slot, item))
        };
        let old = container.order.as_slice();
        let shorter = old.len().min(items.len());
        let front = (0..shorter).take_while(|&at| same(old.get(at), items.get(at))).count();
        let back = (0..shorter - front)
            .take_while(|&at| same(old.iter().rev().nth(at), items.iter().rev().nth(at)))
            .count();
        let (old_end, new_end) = (old.len() - back, items.len() - back);
        let both = old_end.min(new_end);
        for at in front..both {
            let entry = self.containers.get(id).and_then(|container| container.item(at));
            if let (Some(entry), Some(item)) = (entry, items.get(at)) {
                self.assign(Place::Entry(id, entry), item);
            }
        }
        let Some(container) = self.containers.get_mut(id) else { return };
        for gone in container.order.drain(both..old_end) {
            if let Some(entry) = container.entries.get_mut(gone as usize) {
                entry.is_alive = false;
            }
        }
        for at in both..new_end {
            if let Some(item) = items.get(at) {
                container.insert(at, None, normal(item), Side::AfterPrevious);
            }
        }
    }
}
