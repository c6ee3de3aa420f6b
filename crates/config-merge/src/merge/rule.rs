//! The rules by name.

use std::fmt;

use super::{Merging, rules};

/// One rule of merging; each is one function and has one test of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MergeRule {
    /// See [`MergeRule::sentence`], as for all others.
    KeepForeignProviders,
    /// `models.providers.huggingface.baseUrl`
    KeepBaseUrl,
    /// `models.providers.huggingface`
    CompleteProvider,
    /// `models.providers.huggingface.models[]`
    KeepEntries,
    /// `models.providers.huggingface.models[].alias`
    KeepInlineAlias,
    /// `models.providers.huggingface.models[]`
    KeepDuplicates,
    /// `models.providers.huggingface.models[]`
    KeepCaseTwins,
    /// `models.providers.huggingface.models[]`
    KeepVanished,
    /// `models.mode`
    RespectReplaceMode,
    /// `models.providers.huggingface.models[]`
    AppendModels,
    /// `models.providers.huggingface.models[]`
    AppendSuffixedForms,
    /// `agents.defaults.model.primary`
    KeepPrimary,
    /// `agents.defaults.model.primary`
    SetPrimary,
    /// `agents.defaults.model.fallbacks`
    AppendFallbacks,
    /// `agents.defaults.model.fallbacks`
    RemoveFallbacks,
    /// `agents.defaults.models["<ref>"].alias`
    SetAlias,
    /// `agents.defaults.models["<ref>"].alias`
    RemoveAlias,
    /// `agents.defaults.models`, `agents.defaults.modelPolicy.allow`
    WidenAllowlist,
}

impl MergeRule {
    /// All rules, in the order in which they are applied.
    pub const ALL: [Self; 18] = [
        Self::KeepPrimary,
        Self::SetPrimary,
        Self::AppendFallbacks,
        Self::RemoveFallbacks,
        Self::SetAlias,
        Self::RemoveAlias,
        Self::WidenAllowlist,
        Self::KeepForeignProviders,
        Self::KeepBaseUrl,
        Self::CompleteProvider,
        Self::KeepEntries,
        Self::KeepInlineAlias,
        Self::KeepDuplicates,
        Self::KeepCaseTwins,
        Self::KeepVanished,
        Self::RespectReplaceMode,
        Self::AppendModels,
        Self::AppendSuffixedForms,
    ];

    /// The name of the rule, of its function and of its test.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeepForeignProviders => "keep_foreign_providers",
            Self::KeepBaseUrl => "keep_base_url",
            Self::CompleteProvider => "complete_provider",
            Self::KeepEntries => "keep_entries",
            Self::KeepInlineAlias => "keep_inline_alias",
            Self::KeepDuplicates => "keep_duplicates",
            Self::KeepCaseTwins => "keep_case_twins",
            Self::KeepVanished => "keep_vanished",
            Self::RespectReplaceMode => "respect_replace_mode",
            Self::AppendModels => "append_models",
            Self::AppendSuffixedForms => "append_suffixed_forms",
            Self::KeepPrimary => "keep_primary",
            Self::SetPrimary => "set_primary",
            Self::AppendFallbacks => "append_fallbacks",
            Self::RemoveFallbacks => "remove_fallbacks",
            Self::SetAlias => "set_alias",
            Self::RemoveAlias => "remove_alias",
            Self::WidenAllowlist => "widen_allowlist",
        }
    }

    /// The rule in words.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::KeepForeignProviders => "providers other than huggingface are not touched",
            Self::KeepBaseUrl => "a baseUrl that is there stays, whatever it is",
            Self::CompleteProvider => {
                "the huggingface block gets the baseUrl, api and models that OpenClaw needs"
            }
            Self::KeepEntries => "an entry that is there stays as it is, every field",
            Self::KeepInlineAlias => "an alias inside an entry stays, though OpenClaw refuses it there",
            Self::KeepDuplicates => "of two entries with one id both stay, and the first counts",
            Self::KeepCaseTwins => "an entry that differs only by case stays, and no second one is added",
            Self::KeepVanished => "an entry that the router no longer lists stays",
            Self::RespectReplaceMode => "in mode \"replace\" only models that the user chose are added",
            Self::AppendModels => "a model that is not listed is put behind those that are",
            Self::AppendSuffixedForms => {
                "a form with a suffix is an entry of its own, with a name that tells it"
            }
            Self::KeepPrimary => "a default model that is there stays unless another is asked for",
            Self::SetPrimary => "the default model is set where it is asked for, in the form that is there",
            Self::AppendFallbacks => {
                "a fallback is put behind those that are there, once, and never the default"
            }
            Self::RemoveFallbacks => {
                "a fallback is taken out only by name, with all others, or where it is one twice"
            }
            Self::SetAlias => "a model has one alias, and its other settings stay",
            Self::RemoveAlias => "an alias is taken away, and the model's other settings stay",
            Self::WidenAllowlist => {
                "a list of allowed models that is not empty gets the default and all fallbacks"
            }
        }
    }

    pub(super) fn apply(self, merging: &mut Merging<'_>) {
        match self {
            Self::KeepForeignProviders => rules::keep_foreign_providers(merging),
            Self::KeepBaseUrl => rules::keep_base_url(merging),
            Self::CompleteProvider => rules::complete_provider(merging),
            Self::KeepEntries => rules::keep_entries(merging),
            Self::KeepInlineAlias => rules::keep_inline_alias(merging),
            Self::KeepDuplicates => rules::keep_duplicates(merging),
            Self::KeepCaseTwins => rules::keep_case_twins(merging),
            Self::KeepVanished => rules::keep_vanished(merging),
            Self::RespectReplaceMode => rules::respect_replace_mode(merging),
            Self::AppendModels => rules::append_models(merging),
            Self::AppendSuffixedForms => rules::append_suffixed_forms(merging),
            Self::KeepPrimary => rules::keep_primary(merging),
            Self::SetPrimary => rules::set_primary(merging),
            Self::AppendFallbacks => rules::append_fallbacks(merging),
            Self::RemoveFallbacks => rules::remove_fallbacks(merging),
            Self::SetAlias => rules::set_alias(merging),
            Self::RemoveAlias => rules::remove_alias(merging),
            Self::WidenAllowlist => rules::widen_allowlist(merging),
        }
    }
}

impl fmt::Display for MergeRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
