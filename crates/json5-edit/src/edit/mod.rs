//! Batches of edits.

mod error;
mod layout;
mod overlay;
mod render;
mod splice;
mod verify;

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::Document;
use crate::error::ParseErrorKind;
use crate::new_value::NewValue;
use crate::path::Path;

pub use error::{EditError, EditErrorKind};
use overlay::Overlay;
use render::Renderer;
use splice::apply;

/// Edits of a [`Document`] that are applied together, or not at all.
///
/// Each edit sees what the ones before it did, so that `set a.b`, `set a.c` and `remove a.b` in
/// one batch do what they do one after the other. Only the bytes that must change do: white
/// space, comments, quotes and order of everything else stay, new text looks like what stands
/// around it. Of duplicate keys the last, which is the one that counts, is edited.
///
/// A removal takes the comments that can be about nothing else: on the lines directly above, between
/// the value and its comma on its line, and behind that comma if the line ends with them. Nothing
/// new is put where it would take a comment for its own, so removing it leaves every comment.
///
/// ```
/// use openclaw_json5_edit::{Document, Path};
///
/// let doc = Document::parse("{\n  // where to listen\n  port: 80, // web\n}\n")?;
/// let mut edits = doc.edit();
/// edits.set(&"port".parse()?, 8080).set(&"tls.cert".parse()?, "a.pem");
/// let edited = edits.apply()?;
/// assert_eq!(edited.as_str(), "\
/// {
///   // where to listen
///   port: 8080, // web
///   tls: {
///     cert: \"a.pem\",
///   },
/// }
/// ");
///
/// // what cannot be done changes nothing and says which edit it was
/// let mut edits = doc.edit();
/// edits.remove(&Path::keys(["host"]));
/// assert_eq!(edits.apply().unwrap_err().to_string(), "edit 1, remove `host`: expected a value at `host`, found nothing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "edits do nothing before `apply`"]
pub struct Edits<'d> {
    doc: &'d Document,
    edits: Vec<Edit>,
}

#[derive(Debug, Clone)]
struct Edit {
    path: Path,
    action: Action,
}

#[derive(Debug, Clone)]
enum Action {
    Set(NewValue),
    Append(NewValue),
    InsertAt(usize, NewValue),
    InsertBefore(String, NewValue),
    InsertAfter(String, NewValue),
    Rename(String),
    Remove,
    MoveBefore(Path),
    MoveAfter(Path),
}

impl Action {
    fn verb(&self) -> &'static str {
        match self {
            Self::Set(_) => "set",
            Self::Append(_) => "append to",
            Self::InsertAt(..) => "insert into",
            Self::InsertBefore(..) => "insert before",
            Self::InsertAfter(..) => "insert after",
            Self::Rename(_) => "rename",
            Self::Remove => "remove",
            Self::MoveBefore(_) | Self::MoveAfter(_) => "move",
        }
    }
}

impl<'d> Edits<'d> {
    /// Begins a batch for a document: the same as [`Document::edit`].
    pub fn new(doc: &'d Document) -> Self {
        Self { doc, edits: Vec::new() }
    }

    /// Puts a value at a path, and creates the objects and arrays on the way that are missing.
    ///
    /// A value that equals the one there changes no byte. An object over an object and an array
    /// over an array change only what differs, so that the comments inside stay. An index that
    /// equals the array's length appends.
    pub fn set(&mut self, path: &Path, value: impl Into<NewValue>) -> &mut Self {
        self.push(path, Action::Set(value.into()))
    }

    /// Adds a value at the end of the array at a path; creates the array if nothing is there.
    pub fn append(&mut self, array: &Path, value: impl Into<NewValue>) -> &mut Self {
        self.push(array, Action::Append(value.into()))
    }

    /// Puts a value into the array at a path so that it has the given index afterwards.
    pub fn insert_at(&mut self, array: &Path, index: usize, value: impl Into<NewValue>) -> &mut Self {
        self.push(array, Action::InsertAt(index, value.into()))
    }

    /// Puts a new member directly before the one at `sibling`, in the same object.
    pub fn insert_before(
        &mut self,
        sibling: &Path,
        key: impl Into<String>,
        value: impl Into<NewValue>,
    ) -> &mut Self {
        self.push(sibling, Action::InsertBefore(key.into(), value.into()))
    }

    /// Puts a new member directly after the one at `sibling`, in the same object.
    pub fn insert_after(
        &mut self,
        sibling: &Path,
        key: impl Into<String>,
        value: impl Into<NewValue>,
    ) -> &mut Self {
        self.push(sibling, Action::InsertAfter(key.into(), value.into()))
    }

    /// Gives the member at a path another key; of duplicates all get it.
    pub fn rename(&mut self, path: &Path, key: impl Into<String>) -> &mut Self {
        self.push(path, Action::Rename(key.into()))
    }

    /// Removes the member or item at a path, of duplicates all, with the comments that belong to
    /// it: those on the lines directly above, those between it and its comma on its line, and those
    /// behind its comma if the line ends with them. All others stay.
    pub fn remove(&mut self, path: &Path) -> &mut Self {
        self.push(path, Action::Remove)
    }

    /// Moves the member or item at a path directly before another one of the same container,
    /// with the comments that belong to it.
    pub fn move_before(&mut self, path: &Path, sibling: &Path) -> &mut Self {
        self.push(path, Action::MoveBefore(sibling.clone()))
    }

    /// Moves the member or item at a path directly after another one of the same container,
    /// with the comments that belong to it.
    pub fn move_after(&mut self, path: &Path, sibling: &Path) -> &mut Self {
        self.push(path, Action::MoveAfter(sibling.clone()))
    }

    fn push(&mut self, path: &Path, action: Action) -> &mut Self {
        self.edits.push(Edit { path: path.clone(), action });
        self
    }

    /// Applies the batch: the document with all edits, parsed again and compared with what was
    /// asked for.
    ///
    /// Takes O(size + N log N) time for N edits that add, set, rename or remove members; placing
    /// something inside a container moves four bytes for each later sibling on top of that.
    ///
    /// # Errors
    /// If an edit cannot be made, with its number and reason; or if the result exceeds the
    /// document's [`Limits`](crate::Limits). Nothing is applied then.
    pub fn apply(&self) -> Result<Document, EditError> {
        let mut overlay = Overlay::new(self.doc);
        for (number, edit) in self.edits.iter().enumerate() {
            let result = match &edit.action {
                Action::Set(value) => overlay.set(&edit.path, value),
                Action::Append(value) => overlay.append(&edit.path, value),
                Action::InsertAt(index, value) => overlay.insert_at(&edit.path, *index, value),
                Action::InsertBefore(key, value) => overlay.insert_beside(&edit.path, false, key, value),
                Action::InsertAfter(key, value) => overlay.insert_beside(&edit.path, true, key, value),
                Action::Rename(key) => overlay.rename(&edit.path, key),
                Action::Remove => overlay.remove(&edit.path),
                Action::MoveBefore(sibling) => overlay.move_beside(&edit.path, sibling, false),
                Action::MoveAfter(sibling) => overlay.move_beside(&edit.path, sibling, true),
            };
            result.map_err(|error| error.of(number, edit.action.verb(), &edit.path))?;
        }
        let splices = Renderer::splices(&overlay);
        if splices.is_empty() {
            return verify::check(&overlay, self.doc).map(|()| self.doc.clone());
        }
        let mismatch = || EditError::new(EditErrorKind::Mismatch, Path::root());
        let text = apply(&self.doc.text, splices).ok_or_else(mismatch)?;
        let edited = Document::parse_with(text, &self.doc.limits).map_err(|error| match error.kind() {
            ParseErrorKind::TooDeep => EditError::new(EditErrorKind::TooDeep, Path::root()),
            ParseErrorKind::TooLarge => EditError::new(EditErrorKind::TooLarge, Path::root()),
            _ => mismatch(),
        })?;
        verify::check(&overlay, &edited)?;
        Ok(edited)
    }
}
