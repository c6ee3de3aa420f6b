//! Why a batch of edits cannot be applied.

use alloc::boxed::Box;
use core::fmt;

use crate::path::Path;
use crate::value::ValueKind;

/// Why a batch of edits cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EditErrorKind {
    /// There is nothing at the path.
    NotFound,
    /// A step of the path, or the edit, wants another kind of value than stands there.
    WrongKind {
        /// What the edit wants: an array or an object.
        expected: ValueKind,
        /// What stands there.
        found: ValueKind,
    },
    /// The array is too short.
    IndexOutOfRange {
        /// How many items it has.
        length: usize,
    },
    /// The object has the new key already.
    KeyExists,
    /// The root has no key, no place and cannot be removed.
    Root,
    /// The two places are not in the same container.
    NotSiblings,
    /// The object has the key more than once: another order would change which one counts.
    Duplicate,
    /// The result would be nested deeper than the document's limit.
    TooDeep,
    /// The result would have more bytes than the document's limit.
    TooLarge,
    /// The text that came out does not say what was asked for: a bug in this crate, found before
    /// anyone wrote the text.
    Mismatch,
}

/// Why a batch of edits cannot be applied; nothing of it is.
///
/// ```
/// use openclaw_json5_edit::{Document, EditErrorKind, Path};
///
/// let doc = Document::parse("{ port: 80 }")?;
/// let mut edits = doc.edit();
/// edits.set(&Path::keys(["host"]), "a").set(&Path::keys(["port", "web"]), 8080);
/// let error = edits.apply().unwrap_err();
/// assert_eq!(error.to_string(), "edit 2, set `port.web`: expected an object at `port`, found a number");
/// assert_eq!(error.edit(), Some(1));
/// assert!(matches!(error.kind(), EditErrorKind::WrongKind { .. }));
/// # Ok::<(), openclaw_json5_edit::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: EditErrorKind,
    /// which edit, what it does, and its path
    edit: Option<(usize, &'static str, Path)>,
    /// where it fails
    at: Path,
}

impl EditError {
    pub(crate) fn new(kind: EditErrorKind, at: Path) -> Self {
        Self(Box::new(Inner { kind, edit: None, at }))
    }

    pub(crate) fn of(mut self, number: usize, verb: &'static str, path: &Path) -> Self {
        self.0.edit = Some((number, verb, path.clone()));
        self
    }

    /// Why it failed.
    #[must_use]
    pub fn kind(&self) -> EditErrorKind {
        self.0.kind
    }

    /// Which edit of the batch failed, counted from 0; `None` if it is the result as a whole.
    #[must_use]
    pub fn edit(&self) -> Option<usize> {
        self.0.edit.as_ref().map(|(number, ..)| *number)
    }

    /// Where it failed: the path of the edit, or the part of it that is in the way.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.at
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, edit, at } = &*self.0;
        if let Some((number, verb, path)) = edit {
            write!(f, "edit {}, {verb} `{path}`: ", number + 1)?;
        }
        match kind {
            EditErrorKind::NotFound => write!(f, "expected a value at `{at}`, found nothing"),
            EditErrorKind::WrongKind { expected, found } => {
                write!(f, "expected {expected} at `{at}`, found {found}")
            }
            EditErrorKind::IndexOutOfRange { length } => {
                write!(f, "expected an index within the array, found `{at}` where the array has {length}")?;
                f.write_str(if *length == 1 { " item" } else { " items" })
            }
            EditErrorKind::KeyExists => write!(f, "expected a new key, found `{at}` in the object already"),
            EditErrorKind::Root => f.write_str("expected a key or an index, found the root"),
            EditErrorKind::NotSiblings => write!(f, "expected a place in the same container, found `{at}`"),
            EditErrorKind::Duplicate => {
                write!(f, "expected one key, found `{at}` several times in the object")
            }
            EditErrorKind::TooDeep => {
                f.write_str("expected a result within the depth limit, found a deeper one")
            }
            EditErrorKind::TooLarge => {
                f.write_str("expected a result within the size limit, found a larger one")
            }
            EditErrorKind::Mismatch => {
                write!(f, "expected the edited text to say what was asked for, found another value at `{at}`")
            }
        }
    }
}

impl core::error::Error for EditError {}
