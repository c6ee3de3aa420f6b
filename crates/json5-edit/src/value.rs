//! A borrowed view of one value of a document.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::decode::unescape;
use crate::document::{Document, unquoted};
use crate::new_value::NewValue;
use crate::number::{self, Number};
use crate::tape::{Children, Kind};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// `1`, `.5`, `0xFF`, `-Infinity`, `NaN`
    Number,
    /// `"text"` or `'text'`
    String,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

impl fmt::Display for ValueKind {
    /// With its article: `a number`, `an object`, `null`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// One value of a [`Document`]: a cheap, copyable view that decodes only when asked.
///
/// ```
/// use openclaw_json5_edit::{Document, ValueKind};
///
/// let doc = Document::parse("{\n  name: 'caf\\u00E9', // short\n}")?;
/// let name = doc.root().get("name").expect("it is there");
/// assert_eq!(name.kind(), ValueKind::String);
/// assert_eq!(name.raw(), r"'caf\u00E9'");
/// assert_eq!(name.as_str().as_deref(), Some("café"));
/// assert_eq!(name.line_column(), (2, 9));
/// assert!(doc.root().get("port").is_none());
/// # Ok::<(), openclaw_json5_edit::ParseError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Value<'d> {
    pub(crate) doc: &'d Document,
    pub(crate) index: u32,
}

impl<'d> Value<'d> {
    /// What the value is.
    #[must_use]
    pub fn kind(self) -> ValueKind {
        kind_of(self.doc.tape.node(self.index).kind)
    }

    /// The bytes of the document that the value takes, quotes and brackets included.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        self.doc.tape.node(self.index).range()
    }

    /// The text of the value as it stands in the document.
    #[must_use]
    pub fn raw(self) -> &'d str {
        self.doc.raw(self.index)
    }

    /// Line and column where the value begins: see [`Document::line_column`].
    #[must_use]
    pub fn line_column(self) -> (usize, usize) {
        self.doc.line_column(self.span().start)
    }

    /// Is it `null`?
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == ValueKind::Null
    }

    /// The boolean; `None` if it is none.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.doc.tape.node(self.index).kind {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// The decoded string, borrowed if it has no escapes; `None` if it is no string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        match self.doc.tape.node(self.index).kind {
            Kind::Plain => Some(Cow::Borrowed(unquoted(self.raw()))),
            Kind::Escaped => Some(unescape(unquoted(self.raw()))),
            _ => None,
        }
    }

    /// The nearest `f64`: ±Infinity beyond its range, `-0.0` for `-0`. `None` if it is no number.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        (self.kind() == ValueKind::Number).then(|| number::to_f64(self.raw()))
    }

    /// The number if it is an integer from 0 to `u64::MAX`, however it is written: `16`, `0x10`,
    /// `1.6e1`. `None` otherwise.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        if self.kind() == ValueKind::Number { number::to_u64(self.raw()) } else { None }
    }

    /// The number if it is an integer from `i64::MIN` to `i64::MAX`, however it is written.
    /// `None` otherwise.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        if self.kind() == ValueKind::Number { number::to_i64(self.raw()) } else { None }
    }

    /// The members of an object in the order of the text, duplicates included; nothing if it is
    /// no object.
    pub fn members(self) -> impl Iterator<Item = Member<'d>> + use<'d> {
        let is_object = self.kind() == ValueKind::Object;
        let children = is_object.then(|| self.doc.tape.children(self.index));
        children.into_iter().flatten().map(move |key| Member { doc: self.doc, key })
    }

    /// The items of an array; nothing if it is no array.
    pub fn items(self) -> impl Iterator<Item = Value<'d>> + use<'d> {
        let is_array = self.kind() == ValueKind::Array;
        let children: Option<Children<'d>> = is_array.then(|| self.doc.tape.children(self.index));
        children.into_iter().flatten().map(move |index| Value { doc: self.doc, index })
    }

    /// The value of a key, compared after decoding; of duplicates the last, which is the one that
    /// counts. `None` if there is none or this is no object.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'d>> {
        self.members().filter(|member| member.is(key)).last().map(Member::value)
    }

    /// The item at an index, from 0. `None` if there is none or this is no array.
    #[must_use]
    pub fn at(self, index: usize) -> Option<Value<'d>> {
        self.items().nth(index)
    }

    /// The value without its text: comments and notation are gone, of duplicate keys only the last
    /// value remains, at the place of the first.
    #[must_use]
    pub fn to_owned_value(self) -> NewValue {
        match self.kind() {
            ValueKind::Null => NewValue::Null,
            ValueKind::Bool => NewValue::Bool(self.as_bool().unwrap_or_default()),
            ValueKind::Number => NewValue::Number(Number::from_checked(self.raw())),
            ValueKind::String => NewValue::String(self.as_str().unwrap_or_default().into_owned()),
            ValueKind::Array => NewValue::Array(self.items().map(Self::to_owned_value).collect()),
            ValueKind::Object => {
                let members = self.members().map(|m| (m.key().into_owned(), m.value().to_owned_value()));
                let mut object = NewValue::Object(members.collect::<Vec<_>>());
                object.drop_shadowed();
                object
            }
        }
    }
}

pub(crate) fn kind_of(kind: Kind) -> ValueKind {
    match kind {
        Kind::True | Kind::False => ValueKind::Bool,
        Kind::Number => ValueKind::Number,
        Kind::Plain | Kind::Escaped => ValueKind::String,
        Kind::Array => ValueKind::Array,
        Kind::Object => ValueKind::Object,
        // a key is never the index of a value
        Kind::Null | Kind::NameKey | Kind::EscapedNameKey | Kind::PlainKey | Kind::EscapedKey => {
            ValueKind::Null
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("kind", &self.kind()).field("span", &self.span()).finish()
    }
}

/// A key and its value in an object of a [`Document`].
#[derive(Clone, Copy)]
pub struct Member<'d> {
    doc: &'d Document,
    key: u32,
}

impl<'d> Member<'d> {
    /// The decoded key, borrowed if it has no escapes.
    #[must_use]
    pub fn key(self) -> Cow<'d, str> {
        self.doc.key_text(self.key).unwrap_or_default()
    }

    /// The bytes of the document that the key takes, quotes included.
    #[must_use]
    pub fn key_span(self) -> Range<usize> {
        self.doc.tape.node(self.key).range()
    }

    /// The value.
    #[must_use]
    pub fn value(self) -> Value<'d> {
        Value { doc: self.doc, index: self.key + 1 }
    }

    fn is(self, key: &str) -> bool {
        match self.doc.tape.node(self.key).kind {
            Kind::NameKey => self.doc.raw(self.key) == key,
            _ => self.key() == key,
        }
    }
}

impl fmt::Debug for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("key", &self.key()).field("value", &self.value()).finish()
    }
}
