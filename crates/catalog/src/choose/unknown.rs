//! What was asked for and an offer does not say.

use std::fmt;

/// One thing that was asked for and that an offer does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Unknown {
    /// Whether it does tool calls. Field `supports_tools`.
    Tools,
    /// Whether it does structured output. Field `supports_structured_output`.
    StructuredOutput,
    /// Whether the model reads images. Field `architecture.input_modalities`.
    ImageInput,
    /// How long its context is. Field `context_length`.
    Context,
    /// What it asks, under a price limit. Field `pricing`.
    Price,
}

impl Unknown {
    const ALL: [Self; 5] =
        [Self::Tools, Self::StructuredOutput, Self::ImageInput, Self::Context, Self::Price];

    /// The word to show: `structured output`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::StructuredOutput => "structured output",
            Self::ImageInput => "images",
            Self::Context => "context",
            Self::Price => "price",
        }
    }
}

/// A set of [`Unknown`]s. [`Display`](fmt::Display) prints `tools, price`, and nothing where it is empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Unknowns(u8);

impl Unknowns {
    /// Whether everything that was asked for is known.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many things are not known.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether this one is not known.
    #[must_use]
    pub const fn contains(self, unknown: Unknown) -> bool {
        self.0 & (1 << unknown as u8) != 0
    }

    /// How much speaks against an offer of which this is not known; less comes first.
    ///
    /// A price outweighs any number of needs: an answer can be looked at, what is spent is spent.
    #[must_use]
    pub const fn doubt(self) -> u32 {
        let price = self.0 & (1 << Unknown::Price as u8);
        self.0.count_ones() + price as u32
    }

    /// What is not known, in the order of [`Unknown`]'s declaration.
    pub fn iter(self) -> impl Iterator<Item = Unknown> {
        Unknown::ALL.into_iter().filter(move |unknown| self.contains(*unknown))
    }

    pub(crate) fn insert(&mut self, unknown: Unknown) {
        self.0 |= 1 << unknown as u8;
    }
}

impl FromIterator<Unknown> for Unknowns {
    fn from_iter<I: IntoIterator<Item = Unknown>>(unknowns: I) -> Self {
        let mut set = Self::default();
        unknowns.into_iter().for_each(|unknown| set.insert(unknown));
        set
    }
}

impl fmt::Display for Unknowns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Unknown::as_str).collect();
        f.pad(&words.join(", "))
    }
}

impl fmt::Debug for Unknowns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unknowns({self})")
    }
}
