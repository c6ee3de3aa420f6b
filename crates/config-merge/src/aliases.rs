//! Words that stand for references.

use openclaw_model_ref::{ModelRef, ParseError, ParseErrorKind};

use crate::schema::Config;

/// What a text in a config or on a command line refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A model of Hugging Face.
    HuggingFace(ModelRef),
    /// A model of another provider, which is kept and not used.
    Foreign(String),
    /// A word that is no alias.
    UnknownWord(String),
    /// A text that begins like a reference and is none.
    Malformed(ParseError),
}

impl Reference {
    /// Reads a reference as it stands in a file: the provider is needed, and any other provider is foreign.
    #[must_use]
    pub fn in_file(text: &str) -> Self {
        match text.parse::<ModelRef>() {
            Ok(model) => Self::HuggingFace(model),
            Err(error) => match error.kind() {
                ParseErrorKind::ForeignProvider => Self::Foreign(text.trim().to_owned()),
                ParseErrorKind::MissingProvider if text.contains('/') => {
                    Self::Foreign(text.trim().to_owned())
                }
                ParseErrorKind::MissingProvider => Self::UnknownWord(text.trim().to_owned()),
                _ => Self::Malformed(error),
            },
        }
    }
}

/// The aliases of a config: `agents.defaults.models["<ref>"].alias`.
///
/// A word is looked up without regard to case and white space around it, one that is spelled exactly so first; where two
/// models have the same alias, the later one in the file counts, as in OpenClaw.
///
/// ```
/// use openclaw_config_merge::{Aliases, Reference, store};
/// use std::path::Path;
///
/// let text = r#"{ agents: { defaults: { models: { "huggingface/Qwen/Qwen3-8B": { alias: "The small one" } } } } }"#;
/// let aliases = Aliases::of(&store::parse(Path::new("openclaw.json"), text)?);
/// let small = "huggingface/Qwen/Qwen3-8B".parse()?;
/// assert_eq!(aliases.resolve(" the small ONE"), Reference::HuggingFace(small));
/// assert_eq!(aliases.resolve("the large one"), Reference::UnknownWord("the large one".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    /// Alias and the reference's text, in the order of the file.
    pairs: Vec<(String, String)>,
}

impl Aliases {
    /// The aliases of a config.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let pairs = config.agents.defaults.models.iter();
        Self {
            pairs: pairs
                .filter_map(|(text, settings)| {
                    Some((settings.alias.as_ref()?.trim().to_owned(), text.clone()))
                })
                .filter(|(alias, _)| !alias.is_empty())
                .collect(),
        }
    }

    /// Each alias with the text of its reference, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(alias, text)| (alias.as_str(), text.as_str()))
    }

    /// The text of the reference that a word stands for.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<&str> {
        self.find(word).map(|(_, text)| text)
    }

    /// The alias as it is written, with the text of its reference. What is spelled exactly so comes first.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<(&str, &str)> {
        let exact = word.trim();
        let word = exact.to_lowercase();
        let pairs = || self.pairs.iter().rev();
        let found = pairs().find(|(alias, _)| alias == exact);
        let found = found.or_else(|| pairs().find(|(alias, _)| alias.to_lowercase() == word));
        found.map(|(alias, text)| (alias.as_str(), text.as_str()))
    }

    /// Reads what stands in a config: a reference with its provider, or else an alias.
    #[must_use]
    pub fn resolve_in_file(&self, text: &str) -> Reference {
        let aliased = if text.contains('/') { None } else { self.get(text) };
        Reference::in_file(aliased.unwrap_or(text))
    }

    /// Reads what a person typed: a reference with or without its provider, or else an alias.
    ///
    /// A text with a `/` is always a reference, so that an alias can never shadow a model.
    #[must_use]
    pub fn resolve(&self, typed: &str) -> Reference {
        if !typed.contains('/') {
            return match self.get(typed) {
                Some(text) => Reference::in_file(text),
                None => Reference::UnknownWord(typed.trim().to_owned()),
            };
        }
        match ModelRef::parse_implied(typed) {
            Ok(model) => Reference::HuggingFace(model),
            Err(error) if error.kind() == ParseErrorKind::ForeignProvider => {
                Reference::Foreign(typed.trim().to_owned())
            }
            Err(error) => Reference::Malformed(error),
        }
    }
}
