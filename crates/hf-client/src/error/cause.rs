//! What is below an error, as text that may be shown.

use std::fmt;

use crate::Redactor;

/// Longer chains repeat themselves.
const MAX_LEVELS: usize = 8;

/// One level of a chain. The levels of the HTTP stack are copied as cleaned text, so that nothing in them can show an
/// address with a password, and none of their types becomes part of this crate's interface.
#[derive(Debug)]
pub(crate) struct Cause {
    text: String,
    next: Option<Box<Cause>>,
}

impl Cause {
    /// What the server says; cleaned already.
    pub(crate) fn server_says(message: &str) -> Self {
        Self { text: format!("the server says `{message}`"), next: None }
    }

    /// The levels below `error`.
    pub(crate) fn chain(error: &dyn std::error::Error, redactor: &Redactor) -> Option<Self> {
        let levels = std::iter::successors(error.source(), |level| level.source()).take(MAX_LEVELS);
        let texts: Vec<String> = levels.map(|level| redactor.clean(&level.to_string())).collect();
        texts
            .into_iter()
            .filter(|text| !text.is_empty())
            .rev()
            .fold(None, |next, text| Some(Self { text, next: next.map(Box::new) }))
    }

    /// `first` with `second` below it.
    pub(crate) fn append(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match first {
            None => second,
            Some(mut first) => {
                first.next = Self::append(first.next.take().map(|next| *next), second).map(Box::new);
                Some(first)
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.next.as_deref().map(|next| next as _)
    }
}
