//! Text to typed config, with the place of whatever is wrong.

use std::fmt;
use std::ops::Range;

use openclaw_json5_edit::{Document, ParseError, Path, Value, ValueKind};
use serde::de::DeserializeOwned;

/// Reads a file of OpenClaw's: the whole of JSON5, then the typed part.
///
/// The document comes first because `json5` has no limit of depth and because it alone knows where things stand.
///
/// # Errors
///
/// The text is no JSON5, or a value that is read has another type.
pub(crate) fn load<T: DeserializeOwned>(text: &str) -> Result<(Document, T), TextError> {
    let document = Document::parse(text).map_err(TextError::from_syntax)?;
    let value = typed(&document)?;
    Ok((document, value))
}

/// Reads the typed part of a document.
pub(crate) fn typed<T: DeserializeOwned>(document: &Document) -> Result<T, TextError> {
    let single;
    let text = if document.duplicates().is_empty() {
        document.as_str()
    } else {
        // OpenClaw takes the last of two equal keys, where json5 takes none.
        single = without_duplicates(document);
        single.as_deref().unwrap_or(document.as_str())
    };
    let mut deserializer = json5::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = to_path(error.path());
        // The value itself where it is there, or else its innermost parent that is.
        let mut place = Some(path.clone());
        let value = std::iter::from_fn(|| {
            let here = place.take()?;
            place = here.parent();
            Some(here)
        })
        .find_map(|path| document.get(&path));
        let span = value.map_or(0..0, |value| value.span());
        let found = value.map(Value::kind);
        let shown = if path.is_root() { "the config".to_owned() } else { format!("`{path}`") };
        let expected = expectation(error.inner());
        // Of a key that nobody knows, the value says nothing; nor does it say anything that a number is one.
        let found = found.filter(|_| !expected.contains(", found the key ") && expected != TOO_LARGE);
        let kind = Kind::Type { place: shown, expected, found };
        TextError { kind: Box::new(kind), span }
    })
}

/// The same values in a text that has each key once; `None` where it cannot be written.
fn without_duplicates(document: &Document) -> Option<String> {
    let empty = Document::parse("null").ok()?;
    let mut edits = empty.edit();
    edits.set(&Path::root(), document.root().to_owned_value());
    edits.apply().ok().map(Document::into_string)
}

/// What is expected in the place of a number that no type holds.
const TOO_LARGE: &str = "expected a smaller number";

/// What was expected; what was found there is left behind, since it may be a secret.
fn expectation(error: &json5::Error) -> String {
    use json5::ErrorCode;
    let thing = match error.code() {
        Some(ErrorCode::ExpectedOpeningBracket) => "an array",
        Some(ErrorCode::ExpectedOpeningBrace) => "an object",
        Some(ErrorCode::ExpectedString) => "a string",
        Some(ErrorCode::ExpectedNumber) => "a number",
        Some(ErrorCode::OverflowParsingNumber) => return TOO_LARGE.to_owned(),
        Some(ErrorCode::ExpectedBool) => "a boolean",
        Some(_) => "another value",
        None => {
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            if let Some((unknown, expected)) =
                words.strip_prefix("unknown field ").and_then(|rest| rest.split_once(", expected "))
            {
                return format!("expected {expected}, found the key {unknown}");
            }
            return match words.rsplit_once(", expected ") {
                Some((_, "u8" | "u16" | "u32" | "u64")) => {
                    "expected a whole number that is not negative".to_owned()
                }
                Some((_, expected)) => format!("expected {expected}"),
                None if words.starts_with("missing field ") => {
                    words.replacen("missing field", "expected the key", 1)
                }
                None => "expected another value".to_owned(),
            };
        }
    };
    format!("expected {thing}")
}

fn to_path(path: &serde_path_to_error::Path) -> Path {
    use serde_path_to_error::Segment;
    path.iter().fold(Path::root(), |path, segment| match segment {
        Segment::Seq { index } => path.index(*index),
        Segment::Map { key } => path.key(key),
        Segment::Enum { .. } | Segment::Unknown => path,
    })
}

/// What is wrong with the text of a config, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextError {
    /// Boxed, since results should stay small.
    kind: Box<Kind>,
    span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Syntax(ParseError),
    Type { place: String, expected: String, found: Option<ValueKind> },
}

impl TextError {
    pub(crate) fn from_syntax(error: ParseError) -> Self {
        Self { span: error.span(), kind: Box::new(Kind::Syntax(error)) }
    }

    /// Where, in bytes of the text.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether the text is no JSON5 at all.
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        matches!(*self.kind, Kind::Syntax(_))
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            Kind::Syntax(error) => error.fmt(f),
            Kind::Type { place, expected, found: Some(found) } => {
                write!(f, "{place}: {expected}, found {found}")
            }
            Kind::Type { place, expected, found: None } => write!(f, "{place}: {expected}"),
        }
    }
}

impl std::error::Error for TextError {}
