//! A secret that can stand in an `Authorization` header.

use std::error::Error;
use std::fmt;

use crate::secret::Secret;

/// Longer than any token; a whole file that was named by mistake is not sent anywhere.
const MAX_BYTES: usize = 4096;
/// From this length on, four characters tell a reader which token it is and nobody else anything.
const MIN_CHARS_FOR_HINT: usize = 20;

/// A checked token: 1 to 4096 visible ASCII characters, such as `hf_…` with 34 letters and digits after it.
///
/// Debug prints [`Token::hint`]; there is no Display.
///
/// ```
/// use openclaw_credentials::Token;
/// let token = Token::parse(" hf_example0123456789abcdefghij\r\n")?;
/// assert!(token.looks_like_hf());
/// assert_eq!(token.hint(), "hf_…ghij");
/// # Ok::<(), openclaw_credentials::TokenError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Secret);

impl Token {
    /// Reads a token, leaving out white space, line ends and a byte order mark around it.
    ///
    /// # Errors
    /// - [`TokenError::Empty`] when nothing is left.
    /// - [`TokenError::TooLong`] above 4096 bytes.
    /// - [`TokenError::BadCharacter`] for a character that cannot stand in a header; says where, not which.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let token = trim(text);
        if token.is_empty() {
            return Err(TokenError::Empty);
        }
        if token.len() > MAX_BYTES {
            return Err(TokenError::TooLong { bytes: token.len() });
        }
        match token.chars().enumerate().find_map(|(at, c)| CharClass::of(c).map(|class| (at, class))) {
            Some((at, class)) => Err(TokenError::BadCharacter { position: at + 1, class }),
            None => Ok(Self(Secret::new(token))),
        }
    }

    /// The token itself, for the header and for the file it is kept in.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether it begins with `hf_`, as every token of Hugging Face does. Others can be meant for a custom base URL.
    pub fn looks_like_hf(&self) -> bool {
        self.expose().starts_with("hf_")
    }

    /// A form that is safe to print: `hf_…` and, from 20 characters on, the last four: `hf_…ghij`.
    ///
    /// A token without the prefix shows no prefix: `…ghij`.
    pub fn hint(&self) -> String {
        let token = self.expose();
        let prefix = if self.looks_like_hf() { "hf_" } else { "" };
        let end = match token.len().checked_sub(4) {
            Some(start) if token.len() >= MIN_CHARS_FOR_HINT => token.get(start..).unwrap_or_default(),
            _ => "",
        };
        format!("{prefix}…{end}")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.hint())
    }
}

/// What stands around a token in files and pasted text, and is no part of it.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Why a text is no token. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// Nothing but white space.
    Empty,
    /// More than 4096 bytes.
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// A character that cannot stand in an HTTP header.
    BadCharacter {
        /// Which character, counted from 1 after trimming.
        position: usize,
        /// What sort of character it is.
        class: CharClass,
    },
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the token is empty"),
            Self::TooLong { bytes } => {
                write!(f, "the token has {bytes} bytes, expected at most {MAX_BYTES}")
            }
            Self::BadCharacter { position, class } => write!(
                f,
                "the token has {class} at position {position}, expected letters, digits and signs only"
            ),
        }
    }
}

impl Error for TokenError {}

/// A sort of character that a token cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CharClass {
    /// A space, a tab, a line end.
    WhiteSpace,
    /// Another control character.
    Control,
    /// A character outside ASCII.
    NonAscii,
}

impl CharClass {
    /// `None` for a character that a token may have.
    fn of(c: char) -> Option<Self> {
        match c {
            '\u{21}'..='\u{7e}' => None,
            c if c.is_whitespace() => Some(Self::WhiteSpace),
            c if c.is_control() => Some(Self::Control),
            _ => Some(Self::NonAscii),
        }
    }
}

impl fmt::Display for CharClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WhiteSpace => "white space",
            Self::Control => "a control character",
            Self::NonAscii => "a character outside ASCII",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use proptest::prelude::*;

    #[track_caller]
    fn good(text: &str, token: &str, hint: &str) {
        let parsed = Token::parse(text).unwrap();
        assert_eq!(parsed.expose(), token);
        assert_eq!(parsed.hint(), hint);
        assert_eq!(format!("{parsed:?}"), format!("Token({hint})"));
    }

    #[test]
    fn tokens() {
        good("hf_0123456789abcdefghij", "hf_0123456789abcdefghij", "hf_…ghij");
        good("\u{feff}  hf_0123456789abcdefghij\r\n", "hf_0123456789abcdefghij", "hf_…ghij");
        good("hf_0123456789abcdef", "hf_0123456789abcdef", "hf_…");
        good("hf_0123456789abcdefg", "hf_0123456789abcdefg", "hf_…defg");
        good("hf_", "hf_", "hf_…");
        good("sk-0123456789abcdefghij", "sk-0123456789abcdefghij", "…ghij");
        good("x", "x", "…");
        good("!~", "!~", "…");
    }

    #[track_caller]
    fn bad(text: &str) -> String {
        Token::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn refusals() {
        assert_snapshot!(bad(""), @"the token is empty");
        assert_snapshot!(bad(" \r\n\t"), @"the token is empty");
        assert_snapshot!(bad(&"x".repeat(4097)), @"the token has 4097 bytes, expected at most 4096");
        assert!(Token::parse(&"x".repeat(4096)).is_ok());
        assert_snapshot!(bad("Bearer hf_abc"), @"the token has white space at position 7, expected letters, digits and signs only");
        assert_snapshot!(bad("hf_a\nb"), @"the token has white space at position 5, expected letters, digits and signs only");
        assert_snapshot!(bad("hf_\u{7f}"), @"the token has a control character at position 4, expected letters, digits and signs only");
        assert_snapshot!(bad("hé_"), @"the token has a character outside ASCII at position 2, expected letters, digits and signs only");
    }

    proptest! {
        #[test]
        fn what_is_accepted_can_stand_in_a_header(text in any::<String>()) {
            if let Ok(token) = Token::parse(&text) {
                prop_assert!(token.expose().bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(Token::parse(token.expose()), Ok(token.clone()));
                prop_assert!(token.expose().len() < 5 || !token.hint().contains(token.expose()));
            }
        }
    }
}
