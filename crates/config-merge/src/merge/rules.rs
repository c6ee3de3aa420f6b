//! One function a rule. Each says what it does in its [`MergeRule::sentence`].

use std::collections::HashSet;

use openclaw_catalog::{InputKind, Model};
use openclaw_json5_edit::{NewValue, Path};
use openclaw_model_ref::ModelRef;

use super::{AliasChange, Effect, FallbackChange, MergeRule as Rule, Merging, PrimaryChange, WantedModel};
use crate::schema::{Mode, ModelChoice, ModelEntry, ModelSettings, PROVIDER};

/// The wire protocol by OpenClaw's name for it.
const API: &str = "openai-completions";

fn provider() -> Path {
    Path::keys(["models", "providers", PROVIDER])
}

fn entries() -> Path {
    provider().key("models")
}

fn default_model() -> Path {
    Path::keys(["agents", "defaults", "model"])
}

fn default_models() -> Path {
    Path::keys(["agents", "defaults", "models"])
}

/// Whether two texts name the same model; the case of the provider does not matter.
fn is_same(text: &str, model: &ModelRef) -> bool {
    text.parse::<ModelRef>().is_ok_and(|other| other == *model)
}

impl Merging<'_> {
    /// The entries of the document itself, which steps name by their index.
    fn listed(&self) -> Vec<ModelEntry> {
        self.config.provider().map(|provider| provider.models.clone()).unwrap_or_default()
    }

    /// The default model as it will be.
    fn primary_after(&self) -> Option<String> {
        match &self.wanted.primary {
            PrimaryChange::Set(model) => Some(model.to_string()),
            PrimaryChange::IfMissing(model) => {
                Some(self.whole.primary().map_or_else(|| model.to_string(), str::to_owned))
            }
            PrimaryChange::Keep => self.whole.primary().map(str::to_owned),
        }
    }

    /// The fallbacks that will be put behind those that are there.
    fn new_fallbacks(&self) -> Vec<ModelRef> {
        let FallbackChange::Append(wanted) = &self.wanted.fallbacks else { return Vec::new() };
        let primary = self.primary_after();
        let mut new: Vec<ModelRef> = Vec::new();
        for model in wanted {
            let known = self.whole.fallbacks().iter().chain(&primary).any(|text| is_same(text, model));
            if !known && !new.contains(model) {
                new.push(model.clone());
            }
        }
        new
    }

    /// The fallbacks as they will be.
    fn fallbacks_after(&self) -> Vec<String> {
        let there = self.whole.fallbacks().iter();
        match &self.wanted.fallbacks {
            FallbackChange::Keep => there.cloned().collect(),
            FallbackChange::Append(_) => {
                there.cloned().chain(self.new_fallbacks().iter().map(ToString::to_string)).collect()
            }
            FallbackChange::Remove(model) => there.filter(|text| !is_same(text, model)).cloned().collect(),
            FallbackChange::Clear => Vec::new(),
            FallbackChange::Tidy => {
                let repeated = self.repeated(self.whole.fallbacks());
                let kept = there.enumerate().filter(|(index, _)| !repeated.contains(index));
                kept.map(|(_, text)| text.clone()).collect()
            }
        }
    }

    /// Which of these fallbacks are the default model or stand there before, by index.
    fn repeated(&self, fallbacks: &[String]) -> Vec<usize> {
        let primary = self.primary_after();
        let is_repeated = |index: usize, text: &String| {
            let mut earlier = fallbacks.iter().take(index).chain(&primary);
            match text.parse() {
                Ok(model) => earlier.any(|other| is_same(other, &model)),
                Err(_) => earlier.any(|other| other == text),
            }
        };
        let repeated = fallbacks.iter().enumerate().filter(|(index, text)| is_repeated(*index, text));
        repeated.map(|(index, _)| index).collect()
    }

    /// The wanted models that no entry names, in any case of letters.
    fn unlisted(&self) -> Vec<WantedModel> {
        let entries = self.whole.provider().into_iter().flat_map(|provider| &provider.models);
        let listed: HashSet<_> = entries.map(|entry| entry.id.to_lowercase()).collect();
        let mut seen = HashSet::new();
        self.wanted
            .models
            .iter()
            .filter(|wanted| !listed.contains(&wanted.model.id.to_lowercase()))
            .filter(|wanted| wanted.is_chosen || self.whole.models.mode != Some(Mode::Replace))
            .filter(|wanted| seen.insert(wanted.model.id.to_lowercase()))
            .cloned()
            .collect()
    }

    fn append_entries(&mut self, rule: Rule, models: &[WantedModel]) {
        if self.wanted.provider.is_none() {
            return;
        }
        for WantedModel { model, .. } in models {
            self.edits.append(&entries(), entry(model));
            self.step(rule, entries(), Effect::Added, &model.id);
        }
    }
}

/// An entry as OpenClaw's strict reader takes it; `alias` is not among its keys.
///
/// Only what does not change from day to day: a price or a context that were written here would win over what the router
/// says tomorrow.
fn entry(model: &Model) -> NewValue {
    let mut members =
        vec![("id", NewValue::from(model.id.as_str())), ("name", NewValue::from(model.name.value.as_str()))];
    if let Some(reasoning) = model.reasoning {
        members.push(("reasoning", reasoning.value.into()));
    }
    if let Some(input) = model.input {
        // Older releases know these two alone.
        let kinds = input.value.iter().filter(|kind| matches!(kind, InputKind::Text | InputKind::Image));
        members.push(("input", NewValue::array(kinds.map(|kind| kind.as_str().into()))));
    }
    NewValue::object(members)
}

pub(super) fn keep_foreign_providers(merging: &mut Merging<'_>) {
    if merging.wanted.provider.is_none() {
        return;
    }
    let providers = Path::keys(["models", "providers"]);
    let foreign: Vec<String> = merging
        .document
        .get(&providers)
        .into_iter()
        .flat_map(|value| value.members())
        .map(|member| member.key().into_owned())
        .filter(|key| key != PROVIDER)
        .collect();
    for key in foreign {
        merging.step(Rule::KeepForeignProviders, providers.clone().key(key.as_str()), Effect::Kept, key);
    }
}

pub(super) fn keep_base_url(merging: &mut Merging<'_>) {
    let Some(wanted) = &merging.wanted.provider else { return };
    let there = merging.whole.provider().and_then(|provider| provider.base_url.as_ref());
    if there.is_some_and(|there| there != wanted) {
        merging.step(Rule::KeepBaseUrl, provider().key("baseUrl"), Effect::Kept, PROVIDER);
    }
}

pub(super) fn complete_provider(merging: &mut Merging<'_>) {
    let Some(base_url) = &merging.wanted.provider else { return };
    for (key, value) in
        [("baseUrl", base_url.as_str().into()), ("api", API.into()), ("models", NewValue::array([]))]
    {
        let path = provider().key(key);
        if !merging.is_said(&path) {
            merging.set(Rule::CompleteProvider, path, value, PROVIDER);
        }
    }
}

pub(super) fn keep_entries(merging: &mut Merging<'_>) {
    for (index, entry) in merging.listed().iter().enumerate() {
        if merging.wanted.models.iter().any(|wanted| wanted.model.id == entry.id) {
            merging.step(Rule::KeepEntries, entries().index(index), Effect::Kept, &entry.id);
        }
    }
}

pub(super) fn keep_inline_alias(merging: &mut Merging<'_>) {
    for (index, entry) in merging.listed().iter().enumerate() {
        if entry.alias.is_some() {
            let path = entries().index(index).key("alias");
            merging.step(Rule::KeepInlineAlias, path, Effect::Kept, &entry.id);
        }
    }
}

pub(super) fn keep_duplicates(merging: &mut Merging<'_>) {
    let mut seen = HashSet::new();
    for (index, entry) in merging.listed().iter().enumerate() {
        if !seen.insert(entry.id.clone()) {
            merging.step(Rule::KeepDuplicates, entries().index(index), Effect::Kept, &entry.id);
        }
    }
}

pub(super) fn keep_case_twins(merging: &mut Merging<'_>) {
    for (index, entry) in merging.listed().iter().enumerate() {
        let is_twin = |id: &str| id != entry.id && id.eq_ignore_ascii_case(&entry.id);
        if merging.wanted.models.iter().any(|wanted| is_twin(&wanted.model.id)) {
            merging.step(Rule::KeepCaseTwins, entries().index(index), Effect::Kept, &entry.id);
        }
    }
}

pub(super) fn keep_vanished(merging: &mut Merging<'_>) {
    let Some(served) = &merging.wanted.served else { return };
    for (index, entry) in merging.listed().iter().enumerate() {
        let base = entry.id.split(':').next().unwrap_or(&entry.id);
        if !served.contains(base) {
            merging.step(Rule::KeepVanished, entries().index(index), Effect::Kept, &entry.id);
        }
    }
}

pub(super) fn respect_replace_mode(merging: &mut Merging<'_>) {
    if merging.whole.models.mode == Some(Mode::Replace)
        && merging.wanted.models.iter().any(|wanted| !wanted.is_chosen)
    {
        merging.step(Rule::RespectReplaceMode, Path::keys(["models", "mode"]), Effect::Kept, "replace");
    }
}

pub(super) fn append_models(merging: &mut Merging<'_>) {
    let plain: Vec<_> =
        merging.unlisted().into_iter().filter(|wanted| !wanted.model.id.contains(':')).collect();
    merging.append_entries(Rule::AppendModels, &plain);
}

pub(super) fn append_suffixed_forms(merging: &mut Merging<'_>) {
    let suffixed: Vec<_> =
        merging.unlisted().into_iter().filter(|wanted| wanted.model.id.contains(':')).collect();
    merging.append_entries(Rule::AppendSuffixedForms, &suffixed);
}

pub(super) fn keep_primary(merging: &mut Merging<'_>) {
    if let (PrimaryChange::IfMissing(wanted), Some(there)) =
        (&merging.wanted.primary, merging.whole.primary())
        && !is_same(there, wanted)
    {
        let there = there.to_owned();
        merging.step(Rule::KeepPrimary, default_model(), Effect::Kept, there);
    }
}

pub(super) fn set_primary(merging: &mut Merging<'_>) {
    let model = match &merging.wanted.primary {
        PrimaryChange::Set(model) => model,
        PrimaryChange::IfMissing(model) if merging.whole.primary().is_none() => model,
        _ => return,
    };
    if merging.whole.primary().is_some_and(|there| is_same(there, model)) {
        return;
    }
    let text = model.to_string();
    let path = match merging.whole.agents.defaults.model {
        // A text makes way for an object only where fallbacks come.
        Some(ModelChoice::Ref(_)) if merging.new_fallbacks().is_empty() => default_model(),
        // Then it comes with them: see `append_fallbacks`.
        Some(ModelChoice::Ref(_)) => {
            return merging.step(Rule::SetPrimary, default_model().key("primary"), Effect::Changed, text);
        }
        _ => default_model().key("primary"),
    };
    merging.set(Rule::SetPrimary, path, text.as_str(), text.as_str());
}

pub(super) fn append_fallbacks(merging: &mut Merging<'_>) {
    let new = merging.new_fallbacks();
    if new.is_empty() {
        return;
    }
    let texts = || new.iter().map(|model| NewValue::from(model.as_str()));
    let path = default_model().key("fallbacks");
    match &merging.whole.agents.defaults.model {
        Some(ModelChoice::Ref(_)) => {
            let primary = merging.primary_after().unwrap_or_default();
            let object = NewValue::object([
                ("primary", NewValue::from(primary.as_str())),
                ("fallbacks", NewValue::array(texts())),
            ]);
            merging.edits.set(&default_model(), object);
        }
        _ if merging.has(&path) => {
            for text in texts() {
                merging.edits.append(&path, text);
            }
        }
        _ => {
            merging.edits.set(&path, NewValue::array(texts()));
        }
    }
    for model in &new {
        merging.step(Rule::AppendFallbacks, path.clone(), Effect::Added, model.as_str());
    }
}

pub(super) fn remove_fallbacks(merging: &mut Merging<'_>) {
    let repeated = match &merging.wanted.fallbacks {
        FallbackChange::Tidy => merging.repeated(merging.config.fallbacks()),
        _ => Vec::new(),
    };
    let is_removed = |index: usize, text: &str| match &merging.wanted.fallbacks {
        FallbackChange::Remove(model) => is_same(text, model),
        FallbackChange::Clear => true,
        FallbackChange::Tidy => repeated.contains(&index),
        FallbackChange::Keep | FallbackChange::Append(_) => false,
    };
    let path = default_model().key("fallbacks");
    let there = merging.config.fallbacks().iter().enumerate();
    let removed: Vec<_> = there
        .filter(|(index, text)| is_removed(*index, text))
        .map(|(index, text)| (index, text.clone()))
        .collect();
    // From the back, since each edit sees what the ones before it left.
    for (index, text) in removed.into_iter().rev() {
        merging.edits.remove(&path.clone().index(index));
        merging.step(Rule::RemoveFallbacks, path.clone().index(index), Effect::Removed, text);
    }
}

/// The key under which a model has its settings: as it is written there, or the canonical text.
fn settings_key(merging: &Merging<'_>, model: &ModelRef) -> String {
    let both = [&merging.config, &merging.whole].into_iter();
    let mut keys = both.flat_map(|config| config.agents.defaults.models.keys());
    let there = keys.find(|text| is_same(text, model));
    there.cloned().unwrap_or_else(|| model.to_string())
}

pub(super) fn set_alias(merging: &mut Merging<'_>) {
    for (model, change) in &merging.wanted.aliases {
        let AliasChange::Set(alias) = change else { continue };
        let key = settings_key(merging, model);
        let there =
            merging.whole.agents.defaults.models.get(&key).and_then(|settings| settings.alias.as_ref());
        if there != Some(alias) {
            let path = default_models().key(key).key("alias");
            merging.set(Rule::SetAlias, path, alias.as_str(), model.as_str());
        }
    }
}

pub(super) fn remove_alias(merging: &mut Merging<'_>) {
    let changes = &merging.wanted.aliases;
    // One model may have settings under several spellings; only those that bear the alias are meant.
    let bears = |key: &str, settings: &ModelSettings| {
        let is_meant = |(model, change): &&(ModelRef, AliasChange)| {
            matches!(change, AliasChange::Remove(alias) if settings.alias.as_ref() == Some(alias))
                && is_same(key, model)
        };
        changes.iter().find(is_meant).map(|(model, _)| model)
    };
    // An alias that makes way for another is gone already.
    let is_set = |key: &str, model: &ModelRef| {
        let sets = |(other, change): &(ModelRef, AliasChange)| {
            other == model && matches!(change, AliasChange::Set(_))
        };
        changes.iter().any(sets) && settings_key(merging, model) == key
    };
    let there = merging.config.agents.defaults.models.iter();
    let removed: Vec<_> = there
        .filter_map(|(key, settings)| Some((key.clone(), bears(key, settings)?)))
        .filter(|(key, model)| !is_set(key, model))
        .collect();
    for (key, model) in removed {
        let path = default_models().key(key).key("alias");
        merging.edits.remove(&path);
        merging.step(Rule::RemoveAlias, path, Effect::Removed, model.as_str());
    }
}

pub(super) fn widen_allowlist(merging: &mut Merging<'_>) {
    let wants_model =
        merging.wanted.primary != PrimaryChange::Keep || merging.wanted.fallbacks != FallbackChange::Keep;
    let adds_alias = |(_, change): &(ModelRef, AliasChange)| matches!(change, AliasChange::Set(_));
    if !wants_model && !merging.wanted.aliases.iter().any(adds_alias) {
        return;
    }
    let defaults = &merging.whole.agents.defaults;
    let new_aliases = merging.wanted.aliases.iter().filter(|change| adds_alias(change));
    let allowed: Vec<ModelRef> = defaults
        .models
        .keys()
        .filter_map(|text| text.parse().ok())
        .chain(new_aliases.map(|(model, _)| model.clone()))
        .collect();
    let map_is_closed = !defaults.models.is_empty() || !allowed.is_empty();
    let policy = defaults.model_policy.allow.clone().unwrap_or_default();
    let mut done: Vec<ModelRef> = Vec::new();
    for text in merging.primary_after().into_iter().chain(merging.fallbacks_after()) {
        let Ok(model) = text.parse::<ModelRef>() else { continue };
        if done.contains(&model) {
            continue;
        }
        if map_is_closed && !allowed.contains(&model) {
            let path = default_models().key(model.as_str());
            let none: [(&str, NewValue); 0] = [];
            merging.set(Rule::WidenAllowlist, path, NewValue::object(none), model.as_str());
        }
        if !policy.is_empty() && !policy.iter().any(|text| is_same(text, &model)) {
            let path = Path::keys(["agents", "defaults", "modelPolicy", "allow"]);
            merging.edits.append(&path, model.as_str());
            merging.step(Rule::WidenAllowlist, path, Effect::Added, model.as_str());
        }
        done.push(model);
    }
}
