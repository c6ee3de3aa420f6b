#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

mod error;
mod parse;
mod selector;
#[cfg(feature = "serde")]
mod serde;

pub use error::{ParseError, ParseErrorKind};
pub use selector::{RoutingPolicy, Selector};

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// The provider id that every reference of this crate carries.
pub const PROVIDER: &str = "huggingface";

/// A model that Hugging Face routes, as people write it in configs and on command lines.
///
/// Shape: `huggingface/<org>/<name>[:<selector>][@<auth profile>]`, for example
/// `huggingface/deepseek-ai/DeepSeek-R1:cheapest`.
///
/// [`FromStr`] wants the provider, as files do; [`ModelRef::parse_implied`] also takes `<org>/<name>`, as a command
/// line does.
/// The provider is matched without regard to case and printed in lower case; all else is kept as written, so
/// [`Display`](fmt::Display) prints what `FromStr` reads.
/// References are ordered by their text.
///
/// ```
/// use openclaw_model_ref::{ModelRef, ParseErrorKind};
///
/// let model: ModelRef = "HuggingFace/Qwen/Qwen3-8B:nscale".parse()?;
/// assert_eq!(model.as_str(), "huggingface/Qwen/Qwen3-8B:nscale");
/// assert_eq!((model.org(), model.name()), ("Qwen", "Qwen3-8B"));
/// assert_eq!(model.base().router_id(), "Qwen/Qwen3-8B");
///
/// let error = "Qwen/Qwen3-8B".parse::<ModelRef>().unwrap_err();
/// assert_eq!(error.kind(), ParseErrorKind::MissingProvider);
/// # Ok::<(), openclaw_model_ref::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelRef {
    /// The whole canonical text.
    text: String,
    /// Where the parts of `text` end.
    org_end: usize,
    name_end: usize,
    selector_end: usize,
}

impl ModelRef {
    /// Reads a reference in which the provider may be left out: `Qwen/Qwen3-8B:fastest`.
    ///
    /// Two parts are an organisation and a name, of which the organisation is not [`PROVIDER`]; three parts must begin
    /// with it, and behind it an organisation may bear its name, too.
    ///
    /// # Errors
    ///
    /// As for [`FromStr`], but a missing provider is none.
    pub fn parse_implied(text: &str) -> Result<Self, ParseError> {
        parse::parse(text, parse::Provider::MayBeLeftOut)
    }

    /// The organisation (or user) that owns the model on the Hub: `deepseek-ai`.
    #[must_use]
    pub fn org(&self) -> &str {
        self.part(PROVIDER.len() + 1, self.org_end)
    }

    /// The name of the model within its organisation: `DeepSeek-R1`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.part(self.org_end + 1, self.name_end)
    }

    /// The id on the Hub, which is the id in `GET /v1/models` (`data[].id`): `deepseek-ai/DeepSeek-R1`.
    #[must_use]
    pub fn hub_id(&self) -> &str {
        self.part(PROVIDER.len() + 1, self.name_end)
    }

    /// What goes into the `model` field of a request: the id and the suffix, verbatim.
    ///
    /// `deepseek-ai/DeepSeek-R1:cheapest`
    #[must_use]
    pub fn router_id(&self) -> &str {
        self.part(PROVIDER.len() + 1, self.selector_end)
    }

    /// How the router picks the backend.
    #[must_use]
    pub fn selector(&self) -> Selector<'_> {
        match self.selector_end {
            end if end == self.name_end => Selector::Auto,
            end => Selector::from_suffix(self.part(self.name_end + 1, end)),
        }
    }

    /// The auth profile that OpenClaw's files may pin with a trailing `@<profile>`; `None` where nothing is pinned.
    ///
    /// It is never sent to the router.
    #[must_use]
    pub fn auth_profile(&self) -> Option<&str> {
        match self.part(self.selector_end, self.text.len()) {
            "" => None,
            pinned => pinned.get(1..),
        }
    }

    /// Whether the router alone chooses the backend: true for `:fastest`, `:cheapest` and `:preferred`.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self.selector(), Selector::Policy(_))
    }

    /// The whole reference, provider included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same model with another selector.
    ///
    /// # Errors
    ///
    /// A provider slug that is empty, too long, or has a character that cannot stand in one.
    pub fn with_selector(&self, selector: Selector<'_>) -> Result<Self, ParseError> {
        let mut text = String::with_capacity(self.text.len() + 16);
        text.push_str(self.part(0, self.name_end));
        if let Some(suffix) = selector.suffix() {
            text.push(':');
            text.push_str(suffix);
        }
        text.push_str(self.part(self.selector_end, self.text.len()));
        let model = text.parse()?;
        // An `@` was read as the beginning of a profile, and white space at the end was not.
        if let Some(suffix) = selector.suffix() {
            parse::check_selector(&text, self.name_end + 1, suffix)?;
        }
        Ok(model)
    }

    /// The same model without a selector and without an auth profile.
    #[must_use]
    pub fn base(&self) -> Self {
        let text = String::from(self.part(0, self.name_end));
        Self { text, org_end: self.org_end, name_end: self.name_end, selector_end: self.name_end }
    }

    /// The bounds come from the parser and lie on character boundaries, so the fallback is never taken.
    fn part(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }
}

impl FromStr for ModelRef {
    type Err = ParseError;

    /// Reads `huggingface/<org>/<name>[:<selector>]`; white space around it is ignored.
    ///
    /// # Errors
    ///
    /// The provider is missing or another one, a part is missing or empty, or a character cannot stand where it is.
    /// Each carries the byte span in the text that was given and says what was expected there.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse::parse(text, parse::Provider::Needed)
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModelRef({:?})", self.text)
    }
}

impl AsRef<str> for ModelRef {
    fn as_ref(&self) -> &str {
        &self.text
    }
}
