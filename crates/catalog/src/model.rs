//! The catalog: models whose every field knows where it comes from.

use std::fmt;
use std::sync::Arc;

use openclaw_model_ref::{ModelRef, Selector};

use crate::index::Index;
use crate::money::Pricing;
use crate::name::{derive_name, with_suffix};
use crate::offer::Offer;

/// Where a value comes from, in rising precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Origin {
    /// Made from the id.
    Derived,
    /// The table in this crate.
    BuiltIn,
    /// `GET /v1/models`.
    Discovered,
    /// `models.json` in the agent's folder.
    ModelsJson,
    /// The user's config.
    Config,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Derived => "derived from the id",
            Self::BuiltIn => "built-in table",
            Self::Discovered => "router",
            Self::ModelsJson => "models.json",
            Self::Config => "config",
        })
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Which layer gave it.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    pub(crate) fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// One kind of input that a model reads.
///
/// Source: `architecture.input_modalities` of `GET /v1/models`, or `input` of a config's model entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum InputKind {
    /// Words.
    Text,
    /// Pictures.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
}

impl InputKind {
    const ALL: [Self; 4] = [Self::Text, Self::Image, Self::Audio, Self::Video];

    /// The word on the wire: `image`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }

    /// Reads the word on the wire; `None` for one that this crate does not know.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A set of [`InputKind`]s. [`Display`](fmt::Display) prints `text+image`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct InputKinds(u8);

impl InputKinds {
    /// Text alone.
    pub const TEXT: Self = Self(1);

    /// Whether the kind is in the set.
    #[must_use]
    pub const fn contains(self, kind: InputKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether the set holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds in the order text, image, audio, video.
    pub fn iter(self) -> impl Iterator<Item = InputKind> {
        InputKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<InputKind> for InputKinds {
    fn from_iter<I: IntoIterator<Item = InputKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |set, kind| set | 1 << kind as u8))
    }
}

impl fmt::Display for InputKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(InputKind::as_str).collect();
        f.pad(&words.join("+"))
    }
}

impl fmt::Debug for InputKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InputKinds({self})")
    }
}

/// A model as this program sees it: every layer merged, every field with its origin.
///
/// `None` means that no layer said anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What is sent as `model`: `<org>/<name>[:<selector>]`.
    pub id: String,
    /// A name to show.
    pub name: Sourced<String>,
    /// The name that the user gave it: `agents.defaults.models["huggingface/<id>"].alias`.
    pub alias: Option<Sourced<String>>,
    /// Whether it thinks before it answers.
    pub reasoning: Option<Sourced<bool>>,
    /// What it reads.
    pub input: Option<Sourced<InputKinds>>,
    /// Tokens of prompt and answer together that are safe wherever the router sends the request.
    pub context_window: Option<Sourced<u64>>,
    /// Tokens of one answer at most.
    pub max_tokens: Option<Sourced<u64>>,
    /// Price where no offer tells it.
    pub pricing: Option<Sourced<Pricing>>,
    /// Who offers it now, in the router's order. `None` where the router was not asked or does not list it.
    pub offers: Option<Arc<[Offer]>>,
    /// The layers that name this very id, in rising precedence and without repetition.
    pub named_by: Vec<Origin>,
}

/// Whether a model can be had now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Availability {
    /// The router was not asked.
    Unknown,
    /// So many live offers serve it, at least one.
    Live(usize),
    /// The router lists the model, but no live offer.
    NoLiveOffer,
    /// The router does not list the model.
    NotListed,
}

impl Model {
    pub(crate) fn bare(id: String) -> Self {
        Self {
            name: Sourced::new(derive_name(&id), Origin::Derived),
            id,
            alias: None,
            reasoning: None,
            input: None,
            context_window: None,
            max_tokens: None,
            pricing: None,
            offers: None,
            named_by: Vec::new(),
        }
    }

    /// The name to show: the alias, or else the name.
    #[must_use]
    pub fn label(&self) -> &Sourced<String> {
        self.alias.as_ref().unwrap_or(&self.name)
    }

    /// What a provider asks; `None` where it does not offer the model, or nobody knows.
    #[must_use]
    pub fn pricing_of(&self, provider: &str) -> Option<Pricing> {
        self.offers().iter().find(|offer| offer.provider == provider)?.pricing
    }

    /// The offers, none where they are not known.
    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        self.offers.as_deref().unwrap_or_default()
    }
}

/// Models by id, in order of precedence: config, `models.json`, router, built-in.
///
/// Made by [`Catalog::merge`].
///
/// ```
/// use openclaw_catalog::{Availability, Catalog, Layer};
///
/// let catalog = Catalog::merge([Layer::built_in()]);
/// let pinned = "huggingface/Qwen/Qwen3-8B:nscale".parse()?;
/// assert_eq!(catalog.resolve(&pinned).expect("it is in the table").name.value, "Qwen3 8B (nscale)");
/// // The router was not asked, so nobody knows whether it can be had.
/// assert_eq!(catalog.availability(&pinned), Availability::Unknown);
/// assert!(catalog.resolve(&"huggingface/acme/none".parse()?).is_none());
/// # Ok::<(), openclaw_model_ref::ParseError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub(crate) models: Vec<Model>,
    pub(crate) by_id: Index,
    pub(crate) asked: bool,
}

impl Catalog {
    /// All models.
    #[must_use]
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Whether a reply of the router is among the layers.
    #[must_use]
    pub fn has_discovery(&self) -> bool {
        self.asked
    }

    /// The entry of exactly this id, suffix included.
    #[must_use]
    pub fn get(&self, router_id: &str) -> Option<&Model> {
        let index = self.by_id.find(router_id, |index| Some(&self.models.get(index)?.id))?;
        self.models.get(index)
    }

    /// What is known of a reference, whether or not it has an entry of its own.
    ///
    /// A suffix inherits from the model without it; a pinned provider narrows context and price to its offer, unless
    /// the user's files say otherwise.
    /// `None` where neither the reference nor its base is known.
    #[must_use]
    pub fn resolve(&self, model: &ModelRef) -> Option<Model> {
        let own = self.get(model.router_id());
        let mut found = match own {
            Some(own) => own.clone(),
            None => {
                let base = self.get(model.hub_id())?;
                let mut found = base.clone();
                found.id = model.router_id().to_owned();
                found.alias = None;
                found.named_by.clear();
                if let Some(suffix) = model.selector().suffix() {
                    found.name.value = with_suffix(&found.name.value, suffix);
                }
                found
            }
        };
        if let Selector::Provider(slug) = model.selector() {
            let pinned = found.offers().iter().find(|offer| offer.provider == slug).cloned();
            if let Some(offer) = pinned {
                let narrow =
                    |origin: Option<Origin>| origin.is_none_or(|origin| origin <= Origin::Discovered);
                if let Some(context) = offer.context_length
                    && narrow(found.context_window.map(|s| s.origin))
                {
                    found.context_window = Some(Sourced::new(context, Origin::Discovered));
                }
                if let Some(pricing) = offer.pricing
                    && narrow(found.pricing.map(|s| s.origin))
                {
                    found.pricing = Some(Sourced::new(pricing, Origin::Discovered));
                }
            }
        }
        Some(found)
    }

    /// Whether a reference can be had now, as far as the router's list tells.
    #[must_use]
    pub fn availability(&self, model: &ModelRef) -> Availability {
        if !self.asked {
            return Availability::Unknown;
        }
        let Some(offers) = self.get(model.hub_id()).and_then(|base| base.offers.as_deref()) else {
            return Availability::NotListed;
        };
        let live = offers.iter().filter(|offer| {
            offer.is_live()
                && match model.selector() {
                    Selector::Provider(slug) => offer.provider == slug,
                    Selector::Auto | Selector::Policy(_) => true,
                }
        });
        match live.count() {
            0 => Availability::NoLiveOffer,
            count => Availability::Live(count),
        }
    }
}
