//! Does the edited text say what was asked for?

use super::error::{EditError, EditErrorKind};
use super::overlay::{Overlay, Slot};
use crate::document::Document;
use crate::new_value::NewValue;
use crate::path::Path;
use crate::value::{Value, ValueKind};

/// Compares the overlay with an edited document: kinds, keys in order, values.
pub(crate) fn check(overlay: &Overlay<'_>, edited: &Document) -> Result<(), EditError> {
    let mut path = Path::root();
    if slot(overlay, &overlay.root, edited.root(), &mut path) {
        Ok(())
    } else {
        Err(EditError::new(EditErrorKind::Mismatch, path))
    }
}

/// Leaves in `path` the place of the first difference.
fn slot(overlay: &Overlay<'_>, wanted: &Slot, found: Value<'_>, path: &mut Path) -> bool {
    match wanted {
        // an untouched value keeps its bytes
        Slot::Tape(node) => overlay.doc.raw(*node) == found.raw(),
        Slot::New(value) => same(value, found),
        Slot::Open(id) => {
            let Some(container) = overlay.container(*id) else { return false };
            let mut wanted = container.alive();
            if container.is_object {
                let mut members = found.members();
                found.kind() == ValueKind::Object
                    && members.by_ref().all(|member| {
                        wanted.next().is_some_and(|(_, entry)| {
                            let key = overlay.key(entry);
                            let inside = slot_at(overlay, &entry.slot, member.value(), path, |path| {
                                path.key(key.as_str())
                            });
                            member.key() == key && inside
                        })
                    })
                    && wanted.next().is_none()
            } else {
                found.kind() == ValueKind::Array
                    && found.items().enumerate().all(|(at, item)| {
                        wanted.next().is_some_and(|(_, entry)| {
                            slot_at(overlay, &entry.slot, item, path, |path| path.index(at))
                        })
                    })
                    && wanted.next().is_none()
            }
        }
    }
}

fn slot_at(
    overlay: &Overlay<'_>,
    wanted: &Slot,
    found: Value<'_>,
    path: &mut Path,
    step: impl FnOnce(Path) -> Path,
) -> bool {
    if matches!(wanted, Slot::Tape(_)) {
        return slot(overlay, wanted, found, path);
    }
    let outside = path.clone();
    *path = step(core::mem::take(path));
    let is_same = slot(overlay, wanted, found, path);
    if is_same {
        *path = outside;
    }
    is_same
}

/// The same value, and of objects the same keys in the same order, each once.
pub(crate) fn same(wanted: &NewValue, found: Value<'_>) -> bool {
    match wanted {
        NewValue::Null => found.is_null(),
        NewValue::Bool(wanted) => found.as_bool() == Some(*wanted),
        NewValue::Number(number) => {
            found.kind() == ValueKind::Number && crate::number::same(number.as_str(), found.raw())
        }
        NewValue::String(wanted) => found.as_str().is_some_and(|text| text == wanted.as_str()),
        NewValue::Array(items) => {
            let mut wanted = items.iter();
            found.kind() == ValueKind::Array
                && found.items().all(|item| wanted.next().is_some_and(|wanted| same(wanted, item)))
                && wanted.next().is_none()
        }
        NewValue::Object(members) => {
            let mut wanted = members.iter();
            found.kind() == ValueKind::Object
                && found.members().all(|member| {
                    wanted.next().is_some_and(|(key, value)| {
                        member.key() == key.as_str() && same(value, member.value())
                    })
                })
                && wanted.next().is_none()
        }
    }
}
