//! The bearer token.

use std::fmt;

/// A token that `Debug` does not print and that has no `Display`.
///
/// ```
/// use openclaw_hf_client::Token;
///
/// let token = Token::parse("hf_example")?;
/// assert_eq!(format!("{token:?}"), "Token(***)");
/// assert_eq!(token.expose(), "hf_example");
/// # Ok::<(), openclaw_hf_client::TokenError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Reads a token: visible ASCII, with nothing around it.
    ///
    /// # Errors
    /// [`TokenError`] when it is empty or has a character that a header cannot hold.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        let is_token = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self(text.to_owned())).ok_or(TokenError)
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

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token is not one, expected visible ASCII")]
pub struct TokenError;
