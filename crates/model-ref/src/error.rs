//! What can be wrong with a reference, and where.

use core::fmt;
use core::ops::Range;

use alloc::string::String;

/// Why a text is no model reference: what was found where, and what was expected there.
///
/// ```
/// use openclaw_model_ref::{ModelRef, ParseErrorKind};
///
/// let error = "huggingface/Qwen/".parse::<ModelRef>().unwrap_err();
/// assert_eq!(error.kind(), ParseErrorKind::EmptyPart);
/// assert_eq!(error.span(), 17..17);
/// assert_eq!(error.expected(), "a model name");
/// assert_eq!(error.to_string(), "expected a model name at the end of `huggingface/Qwen/`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    pub(crate) kind: ParseErrorKind,
    pub(crate) input: String,
    pub(crate) span: Range<usize>,
    pub(crate) expected: &'static str,
}

/// The kinds of [`ParseError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// There is no text.
    Empty,
    /// The text does not begin with `huggingface/`: a word, or an id without its provider.
    MissingProvider,
    /// The text names another provider: `anthropic/claude/…`. Keep such references; they are not ours to judge.
    ForeignProvider,
    /// An organisation, a name, a selector or an auth profile is empty or missing.
    EmptyPart,
    /// There are more parts than a reference has.
    TooManyParts,
    /// A character cannot stand where it is.
    UnexpectedCharacter,
    /// The text is longer than [`ParseError::MAX_LEN`].
    TooLong,
}

impl ParseError {
    /// The longest text that is read, in bytes, with its provider.
    pub const MAX_LEN: usize = 1024;

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// Where it is wrong, in bytes of the text that was given; empty where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What was expected at [`ParseError::span`], as a phrase: `a model name`.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// The text that was given, cut where it is too long to be shown.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = self.expected;
        // Whatever was typed, a message is one line.
        let input = self.input.escape_debug();
        let found = self.input.get(self.span.clone()).unwrap_or_default();
        let character = found.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
        let found = found.escape_debug();
        match self.kind {
            ParseErrorKind::Empty => write!(f, "expected {expected}, found nothing"),
            ParseErrorKind::MissingProvider => write!(f, "expected {expected}, found `{input}`"),
            ParseErrorKind::ForeignProvider => {
                write!(f, "expected {expected}, found the provider `{found}` in `{input}`")
            }
            ParseErrorKind::EmptyPart if self.span.start >= self.input.len() => {
                write!(f, "expected {expected} at the end of `{input}`")
            }
            ParseErrorKind::EmptyPart => {
                write!(f, "expected {expected} at byte {} of `{input}`", self.span.start)
            }
            ParseErrorKind::TooManyParts => {
                write!(f, "expected {expected} before `{found}` in `{input}`")
            }
            ParseErrorKind::UnexpectedCharacter => {
                write!(f, "expected {expected}, found {character:?} at byte {} of `{input}`", self.span.start,)
            }
            ParseErrorKind::TooLong => write!(f, "expected {expected}, found {} bytes", self.span.len()),
        }
    }
}

impl core::error::Error for ParseError {}
