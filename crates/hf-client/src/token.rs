//! The bearer token.

use std::fmt;

/// A token that `Debug` does not print and that has no `Display`.
///
/// ```
/// use openclaw_hf_client::Token;
///
/// let token = Token::new("hf_example");
/// assert_eq!(format!("{token:?}"), "Token(***)");
/// assert_eq!(token.expose(), "hf_example");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Wraps `text` as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token itself, for the one header that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}
