#![no_std]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod chars;
mod decode;
mod document;
mod edit;
mod error;
mod lookup;
mod new_value;
mod number;
mod parse;
mod path;
mod style;
mod tape;
mod trivia;
mod value;
mod write;

pub use document::{Document, Duplicate, Limits};
pub use edit::{EditError, EditErrorKind, Edits};
pub use error::{ParseError, ParseErrorKind};
pub use lookup::Lookup;
pub use new_value::NewValue;
pub use number::{Number, NumberError};
pub use path::{Path, PathError, PathErrorKind, Segment};
pub use value::{Member, Value, ValueKind};
