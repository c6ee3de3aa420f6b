//! Models as rows of a list.

use std::collections::{HashMap, HashSet};

use openclaw_catalog::{Availability, Catalog, Expected, Model};
use openclaw_config_merge::schema::ModelSettings;
use openclaw_config_merge::{Config, Reference};
use openclaw_model_ref::ModelRef;

use crate::view::calls_tools;

/// A row: a reference and what is known of it.
pub(super) struct Row {
    /// As it stands in the config, or canonical.
    pub(super) key: String,
    /// The parsed reference; `None` for a foreign or malformed one.
    pub(super) reference: Option<ModelRef>,
    pub(super) model: Option<Model>,
    pub(super) availability: Availability,
    pub(super) tags: Vec<String>,
}

impl Row {
    pub(super) fn label(&self) -> &str {
        self.model.as_ref().map_or("-", |model| &model.label().value)
    }

    pub(super) fn context(&self) -> Option<u64> {
        self.model.as_ref()?.context_window.map(|context| context.value)
    }

    pub(super) fn expected(&self) -> Option<Expected<'_>> {
        Some(Expected::of(self.reference.as_ref()?, self.model.as_ref()?))
    }

    pub(super) fn tools(&self) -> Option<bool> {
        calls_tools(self.model.as_ref()?)
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self.availability, Availability::NotListed | Availability::NoLiveOffer)
    }
}

/// What the config says of references, looked up once for all rows.
struct Named<'a> {
    config: &'a Config,
    primary: Option<String>,
    fallbacks: HashMap<String, usize>,
    settings: HashMap<String, &'a ModelSettings>,
}

impl<'a> Named<'a> {
    fn of(config: &'a Config) -> Self {
        let fallbacks = config.fallbacks().iter().enumerate().rev();
        let settings = config.agents.defaults.models.iter();
        Self {
            config,
            primary: config.primary().map(canonical),
            fallbacks: fallbacks.map(|(index, text)| (canonical(text), index)).collect(),
            settings: settings.map(|(text, settings)| (canonical(text), settings)).collect(),
        }
    }

    fn row(&self, key: String, reference: Option<ModelRef>, catalog: &Catalog) -> Row {
        let mut tags = Vec::new();
        if self.primary.as_ref() == Some(&key) {
            tags.push("default".to_owned());
        }
        if let Some(index) = self.fallbacks.get(&key) {
            tags.push(format!("fallback#{}", index + 1));
        }
        let settings = self.settings.get(&key);
        if settings.is_some() {
            tags.push("configured".to_owned());
        }
        if let Some(alias) = settings.and_then(|settings| settings.alias.as_ref()) {
            tags.push(format!("alias:{alias}"));
        }
        let availability =
            reference.as_ref().map_or(Availability::Unknown, |model| catalog.availability(model));
        let model = reference.as_ref().and_then(|reference| catalog.resolve(reference));
        if matches!(availability, Availability::NotListed | Availability::NoLiveOffer) {
            tags.push("missing".to_owned());
        }
        if reference.is_none() {
            let is_foreign = matches!(Reference::in_file(&key), Reference::Foreign(_));
            tags.push(if is_foreign { "foreign" } else { "malformed" }.to_owned());
        }
        Row { key, reference, model, availability, tags }
    }

    /// The models that the config names: default, fallbacks, settings, entries; each once.
    fn rows(&self, catalog: &Catalog) -> Vec<Row> {
        let config = self.config;
        let entries = config.provider().map(|provider| provider.models.as_slice()).unwrap_or_default();
        let entries = entries.iter().map(|entry| format!("huggingface/{}", entry.id));
        let texts = config
            .primary()
            .map(str::to_owned)
            .into_iter()
            .chain(config.fallbacks().iter().cloned())
            .chain(config.agents.defaults.models.keys().cloned())
            .chain(entries);
        let mut seen = HashSet::new();
        texts
            .map(|text| match Reference::in_file(&text) {
                Reference::HuggingFace(model) => (model.to_string(), Some(model)),
                _ => (text, None),
            })
            .filter(|(key, _)| seen.insert(key.clone()))
            .map(|(key, reference)| self.row(key, reference, catalog))
            .collect()
    }
}

/// A reference as it is printed, or the text itself where it is none.
fn canonical(text: &str) -> String {
    text.parse::<ModelRef>().map_or_else(|_| text.to_owned(), |model| model.to_string())
}

/// The models that the config names.
pub(super) fn configured(config: &Config, catalog: &Catalog) -> Vec<Row> {
    Named::of(config).rows(catalog)
}

/// Every model of the catalogue, and what the config names besides.
pub(super) fn all(config: &Config, catalog: &Catalog) -> Vec<Row> {
    let named = Named::of(config);
    let mut rows: Vec<_> = catalog
        .models()
        .iter()
        .filter_map(|model| ModelRef::parse_implied(&model.id).ok())
        .map(|reference| named.row(reference.to_string(), Some(reference), catalog))
        .collect();
    let listed: HashSet<_> = rows.iter().map(|row| row.key.clone()).collect();
    rows.extend(named.rows(catalog).into_iter().filter(|row| !listed.contains(&row.key)));
    rows.sort_by_cached_key(|row| row.key.to_lowercase());
    rows
}
