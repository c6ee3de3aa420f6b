//! Layers to catalog.

use crate::built_in::built_in;
use crate::index::Index;
use crate::model::{Catalog, InputKinds, Model, Origin, Sourced};
use crate::money::Pricing;
use crate::name::with_suffix;
use crate::offer::Offer;
use crate::router::RouterModel;

/// What one source says of models.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The source, which decides the precedence.
    pub origin: Origin,
    /// One entry a model; of entries with the same id, a later one only fills what the earlier left out.
    pub entries: Vec<Entry>,
}

/// What one source says of one model. `None` means "not said".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// `<org>/<name>[:<selector>]`.
    pub id: String,
    /// A name to show.
    pub name: Option<String>,
    /// A name that the user gave it.
    pub alias: Option<String>,
    /// Whether it thinks before it answers.
    pub reasoning: Option<bool>,
    /// What it reads.
    pub input: Option<InputKinds>,
    /// Tokens of prompt and answer together.
    pub context_window: Option<u64>,
    /// Tokens of one answer at most.
    pub max_tokens: Option<u64>,
    /// Price per million tokens.
    pub pricing: Option<Pricing>,
    /// Who offers it.
    pub offers: Option<Vec<Offer>>,
}

impl Layer {
    /// The table in this crate.
    #[must_use]
    pub fn built_in() -> Self {
        Self { origin: Origin::BuiltIn, entries: built_in() }
    }

    /// The router's reply.
    #[must_use]
    pub fn discovered(models: Vec<RouterModel>) -> Self {
        let entries = models.into_iter().map(Entry::from).collect();
        Self { origin: Origin::Discovered, entries }
    }
}

impl From<RouterModel> for Entry {
    /// The context window is the smallest of the live offers that tell theirs, since the router may choose any.
    fn from(model: RouterModel) -> Self {
        let live = model.offers.iter().filter(|offer| offer.is_live());
        Self {
            id: model.id,
            name: model.name,
            input: model.input,
            context_window: live.filter_map(|offer| offer.context_length).min(),
            offers: Some(model.offers),
            ..Self::default()
        }
    }
}

impl Catalog {
    /// Merges layers field by field: for each field the layer with the highest [`Origin`] that says something wins.
    ///
    /// An id with a suffix is a model of its own that inherits what it does not say from the id without it.
    /// The order of the layers given does not matter; within one origin the earlier layer wins.
    ///
    /// ```
    /// use openclaw_catalog::{Catalog, Entry, Layer, Origin};
    ///
    /// let mine = Entry { id: "Qwen/Qwen3-8B".into(), name: Some("My Qwen".into()), ..Entry::default() };
    /// let catalog = Catalog::merge([
    ///     Layer::built_in(),
    ///     Layer { origin: Origin::Config, entries: vec![mine] },
    /// ]);
    /// let model = catalog.get("Qwen/Qwen3-8B").expect("it is in both");
    /// assert_eq!(model.name.value, "My Qwen");
    /// assert_eq!(model.name.origin, Origin::Config);
    /// assert_eq!(model.context_window.map(|s| s.origin), Some(Origin::BuiltIn));
    /// ```
    #[must_use]
    pub fn merge(layers: impl IntoIterator<Item = Layer>) -> Self {
        let mut layers: Vec<_> = layers.into_iter().collect();
        layers.sort_by_key(|layer| std::cmp::Reverse(layer.origin));
        let size = layers.iter().map(|layer| layer.entries.len()).max().unwrap_or_default();
        let mut catalog = Self {
            models: Vec::with_capacity(size),
            by_id: Index::with_capacity(size),
            asked: layers.iter().any(|layer| layer.origin == Origin::Discovered),
        };
        for Layer { origin, entries } in layers {
            for mut entry in entries {
                let Self { models, by_id, .. } = &mut catalog;
                let next = models.len();
                let index = by_id.insert(&entry.id, next, |index| Some(&models.get(index)?.id));
                if index == next {
                    models.push(Model::bare(std::mem::take(&mut entry.id)));
                }
                if let Some(model) = models.get_mut(index) {
                    model.fill(entry, origin);
                }
            }
        }
        catalog.inherit();
        catalog
    }

    /// Gives each suffixed entry what it does not say itself.
    fn inherit(&mut self) {
        for index in 0..self.models.len() {
            let Some(model) = self.models.get(index) else { continue };
            let Some((base, suffix)) = split_suffix(&model.id) else { continue };
            let Some(base) = self.get(base) else { continue };
            let (base, suffix) = (base.clone(), suffix.to_owned());
            if let Some(model) = self.models.get_mut(index) {
                model.inherit(base, &suffix);
            }
        }
    }
}

/// The id without its suffix, and the suffix; `None` where it has none.
fn split_suffix(id: &str) -> Option<(&str, &str)> {
    let name = id.rfind('/').map_or(0, |slash| slash + 1);
    let colon = name + id.get(name..)?.find(':')?;
    id.get(..colon).zip(id.get(colon + 1..))
}

impl Model {
    /// Takes what is not yet said; layers come in falling precedence.
    fn fill(&mut self, entry: Entry, origin: Origin) {
        let Entry { id: _, name, alias, reasoning, input, context_window, max_tokens, pricing, offers } =
            entry;
        if let Some(name) = name
            && self.name.origin == Origin::Derived
        {
            self.name = Sourced::new(name, origin);
        }
        take(&mut self.alias, alias, origin);
        take(&mut self.reasoning, reasoning, origin);
        take(&mut self.input, input, origin);
        take(&mut self.context_window, context_window, origin);
        take(&mut self.max_tokens, max_tokens, origin);
        take(&mut self.pricing, pricing, origin);
        if self.offers.is_none() {
            self.offers = offers.map(Into::into);
        }
        if self.named_by.first() != Some(&origin) {
            self.named_by.insert(0, origin);
        }
    }

    /// The alias is the entry's own, and the name gets the suffix: two rows with one name could not be told apart.
    fn inherit(&mut self, base: Self, suffix: &str) {
        if self.name.origin == Origin::Derived {
            self.name = Sourced::new(with_suffix(&base.name.value, suffix), base.name.origin);
        }
        self.reasoning = self.reasoning.or(base.reasoning);
        self.input = self.input.or(base.input);
        self.context_window = self.context_window.or(base.context_window);
        self.max_tokens = self.max_tokens.or(base.max_tokens);
        self.pricing = self.pricing.or(base.pricing);
        self.offers = self.offers.take().or(base.offers);
    }
}

fn take<T>(field: &mut Option<Sourced<T>>, value: Option<T>, origin: Origin) {
    if field.is_none() {
        *field = value.map(|value| Sourced::new(value, origin));
    }
}
