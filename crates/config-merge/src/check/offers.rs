//! Every reference that a config names, and whether anybody offers it.

use openclaw_catalog::{Availability, Catalog, Offer};
use openclaw_json5_edit::Path;
use openclaw_model_ref::ModelRef;

use crate::aliases::{Aliases, Reference};
use crate::schema::{Config, ModelChoice, PROVIDER};

/// A reference that a config names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Where, as a path.
    pub path: Path,
    /// What it is there for.
    pub role: Role,
    /// The text as it stands there; of an entry, its id.
    pub text: String,
    /// What it refers to.
    pub reference: Reference,
    /// Whether it can be had now; of another provider's it is not known.
    pub availability: Availability,
    /// The providers that offer the model now, whichever is asked for, in the order of the list.
    pub offered_by: Vec<String>,
}

/// What a reference is there for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// `agents.defaults.model.primary`
    Default,
    /// `agents.defaults.model.fallbacks[]`
    Fallback,
    /// A key of `agents.defaults.models`.
    Settings {
        /// Its alias, where it has one.
        alias: Option<String>,
    },
    /// `models.providers.huggingface.models[].id`
    Entry,
}

/// Every reference that a config names, the default model first, with what a catalogue knows of it.
#[must_use]
pub fn named(config: &Config, catalog: &Catalog) -> Vec<Named> {
    let aliases = Aliases::of(config);
    let defaults = Path::keys(["agents", "defaults"]);
    let model = defaults.clone().key("model");
    let at = |path, role, text: &str, reference| look_up(catalog, path, role, text, reference);
    let mut all = Vec::new();
    if let Some(primary) = config.primary() {
        let is_text = matches!(config.agents.defaults.model, Some(ModelChoice::Ref(_)));
        let path = if is_text { model.clone() } else { model.clone().key("primary") };
        all.push(at(path, Role::Default, primary, aliases.resolve_in_file(primary)));
    }
    for (index, text) in config.fallbacks().iter().enumerate() {
        let path = model.clone().key("fallbacks").index(index);
        all.push(at(path, Role::Fallback, text, aliases.resolve_in_file(text)));
    }
    for (text, settings) in &config.agents.defaults.models {
        let path = defaults.clone().key("models").key(text.as_str());
        let role = Role::Settings { alias: settings.alias.clone() };
        all.push(at(path, role, text, Reference::in_file(text)));
    }
    let entries = config.provider().map(|provider| provider.models.as_slice()).unwrap_or_default();
    for (index, entry) in entries.iter().enumerate() {
        let path = Path::keys(["models", "providers", PROVIDER, "models"]).index(index);
        // One that cannot be read is told by `check`.
        if let Ok(reference) = ModelRef::parse_implied(&entry.id) {
            all.push(at(path, Role::Entry, &entry.id, Reference::HuggingFace(reference)));
        }
    }
    all
}

fn look_up(catalog: &Catalog, path: Path, role: Role, text: &str, reference: Reference) -> Named {
    let (availability, offered_by) = match &reference {
        Reference::HuggingFace(model) => {
            let offers = catalog.get(model.hub_id()).map(|known| known.offers()).unwrap_or_default();
            let live = offers.iter().filter(|offer| offer.is_live());
            (catalog.availability(model), live.map(|offer: &Offer| offer.provider.clone()).collect())
        }
        _ => (Availability::Unknown, Vec::new()),
    };
    Named { path, role, text: text.to_owned(), reference, availability, offered_by }
}
