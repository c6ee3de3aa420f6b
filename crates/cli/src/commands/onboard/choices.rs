//! What can be picked, a row each.

use std::cell::RefCell;
use std::fmt;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use openclaw_catalog::{Catalog, Model, Offer, rank};
use openclaw_model_ref::{ModelRef, RoutingPolicy, Selector};

use crate::refs::DEFAULT_MODEL;
use crate::view::{Expected, calls_tools, price, speed, tokens};

/// A model that can be picked.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) reference: ModelRef,
    row: String,
    /// What a filter is matched against.
    search: String,
}

impl Choice {
    /// A row of which nothing but the reference is shown.
    pub(super) fn plain(reference: ModelRef) -> Self {
        let row = reference.router_id().to_owned();
        Self { search: row.clone(), row, reference }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.row)
    }
}

/// Whether the forms with a policy are rows of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Forms {
    Plain,
    WithPolicies,
}

/// The models of the catalogue that can be had, the specification's default first, then by name.
pub(super) fn models(catalog: &Catalog, forms: Forms) -> Vec<Choice> {
    let mut models: Vec<_> = catalog
        .models()
        .iter()
        .filter(|model| !model.id.contains(':'))
        .filter(|model| !catalog.has_discovery() || model.offers().iter().any(Offer::is_live))
        .filter_map(|model| Some((ModelRef::parse_implied(&model.id).ok()?, model)))
        .collect();
    models.sort_by_cached_key(|(reference, model)| {
        (reference.as_str() != DEFAULT_MODEL, model.label().value.to_lowercase())
    });
    let width = models.iter().map(|(reference, _)| reference.hub_id().len()).max().unwrap_or_default() + 10;
    let mut choices = Vec::new();
    for (reference, model) in models {
        choices.push(choice(reference.clone(), model, width));
        if forms == Forms::WithPolicies {
            for policy in [RoutingPolicy::Fastest, RoutingPolicy::Cheapest] {
                // Both selectors are well formed, so there is no error to tell.
                choices.extend(
                    reference
                        .with_selector(Selector::Policy(policy))
                        .ok()
                        .map(|form| choice(form, model, width)),
                );
            }
        }
    }
    choices
}

fn choice(reference: ModelRef, model: &Model, width: usize) -> Choice {
    let expected = Expected::of(&reference, model);
    let pricing = expected.pricing;
    let row = format!(
        "{:width$} {:>6} {:>6}/{:<6} {:>4} tok/s{}",
        reference.router_id(),
        tokens(model.context_window.map(|context| context.value)),
        price(pricing.map(|pricing| pricing.input)),
        price(pricing.map(|pricing| pricing.output)),
        speed(expected.throughput()),
        if calls_tools(model) == Some(true) { " tools" } else { "" },
    );
    let providers: Vec<_> = model.offers().iter().map(|offer| offer.provider.as_str()).collect();
    let search = format!("{} {} {}", reference.router_id(), model.label().value, providers.join(" "));
    Choice { reference, row: row.trim_end().to_owned(), search }
}

/// Who may answer.
#[derive(Debug, Clone)]
pub(super) enum Backend {
    /// Whoever the router picks; the name is the likely one.
    Router(Option<String>),
    /// This provider and no other.
    Pinned { provider: String, row: String },
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Router(Some(likely)) => write!(f, "let the router decide (now likely {likely})"),
            Self::Router(None) => f.write_str("let the router decide"),
            Self::Pinned { row, .. } => f.write_str(row),
        }
    }
}

/// The backends of a model, the router's own choice first.
pub(super) fn backends(model: &Model) -> Vec<Backend> {
    let ranking = rank(model.offers(), Selector::Auto);
    let likely = ranking.predicted().map(|offer| offer.provider.clone());
    let width = ranking.offers.iter().map(|ranked| ranked.offer.provider.len()).max().unwrap_or_default();
    let pinned = ranking.offers.iter().map(|ranked| {
        let offer = ranked.offer;
        let row = format!(
            "{:width$} {:>6} {:>6}/{:<6} {:>4} tok/s",
            offer.provider,
            tokens(offer.context_length),
            price(offer.pricing.map(|pricing| pricing.input)),
            price(offer.pricing.map(|pricing| pricing.output)),
            speed(offer.throughput),
        );
        Backend::Pinned { provider: offer.provider.clone(), row }
    });
    std::iter::once(Backend::Router(likely)).chain(pinned).collect()
}

/// How well a row fits what was typed; `None` hides it.
pub(super) struct Fuzzy {
    matcher: RefCell<Matcher>,
}

impl Fuzzy {
    pub(super) fn new() -> Self {
        Self { matcher: RefCell::new(Matcher::new(Config::DEFAULT)) }
    }

    pub(super) fn score(&self, typed: &str, choice: &Choice) -> Option<i64> {
        if typed.trim().is_empty() {
            return Some(0);
        }
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        let mut buffer = Vec::new();
        let text = Utf32Str::new(&choice.search, &mut buffer);
        pattern.score(text, &mut self.matcher.borrow_mut()).map(i64::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaw_catalog::Layer;

    fn built_in(forms: Forms) -> Vec<Choice> {
        models(&Catalog::merge([Layer::built_in()]), forms)
    }

    #[test]
    fn the_default_model_comes_first_and_each_has_its_policies() {
        let rows: Vec<_> = built_in(Forms::WithPolicies).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(rows.join("\n"), @"
        deepseek-ai/DeepSeek-R1                        64k   0.70/2.50      - tok/s
        deepseek-ai/DeepSeek-R1:fastest                64k   0.70/2.50      - tok/s
        deepseek-ai/DeepSeek-R1:cheapest               64k   0.70/2.50      - tok/s
        deepseek-ai/DeepSeek-V3.2                     163k  0.269/0.40      - tok/s
        deepseek-ai/DeepSeek-V3.2:fastest             163k  0.269/0.40      - tok/s
        deepseek-ai/DeepSeek-V3.2:cheapest            163k  0.269/0.40      - tok/s
        zai-org/GLM-4.7                               204k   0.60/2.20      - tok/s
        zai-org/GLM-4.7:fastest                       204k   0.60/2.20      - tok/s
        zai-org/GLM-4.7:cheapest                      204k   0.60/2.20      - tok/s
        openai/gpt-oss-120b                           131k   0.05/0.25      - tok/s
        openai/gpt-oss-120b:fastest                   131k   0.05/0.25      - tok/s
        openai/gpt-oss-120b:cheapest                  131k   0.05/0.25      - tok/s
        moonshotai/Kimi-K2.5                          262k   0.50/2.80      - tok/s
        moonshotai/Kimi-K2.5:fastest                  262k   0.50/2.80      - tok/s
        moonshotai/Kimi-K2.5:cheapest                 262k   0.50/2.80      - tok/s
        meta-llama/Llama-3.1-8B-Instruct               16k   0.02/0.05      - tok/s
        meta-llama/Llama-3.1-8B-Instruct:fastest       16k   0.02/0.05      - tok/s
        meta-llama/Llama-3.1-8B-Instruct:cheapest      16k   0.02/0.05      - tok/s
        meta-llama/Llama-3.3-70B-Instruct             131k  0.135/0.40      - tok/s
        meta-llama/Llama-3.3-70B-Instruct:fastest     131k  0.135/0.40      - tok/s
        meta-llama/Llama-3.3-70B-Instruct:cheapest    131k  0.135/0.40      - tok/s
        Qwen/Qwen2.5-7B-Instruct                       32k   0.30/0.30      - tok/s
        Qwen/Qwen2.5-7B-Instruct:fastest               32k   0.30/0.30      - tok/s
        Qwen/Qwen2.5-7B-Instruct:cheapest              32k   0.30/0.30      - tok/s
        Qwen/Qwen3-32B                                 32k   0.08/0.25      - tok/s
        Qwen/Qwen3-32B:fastest                         32k   0.08/0.25      - tok/s
        Qwen/Qwen3-32B:cheapest                        32k   0.08/0.25      - tok/s
        Qwen/Qwen3-8B                                  40k   0.07/0.18      - tok/s
        Qwen/Qwen3-8B:fastest                          40k   0.07/0.18      - tok/s
        Qwen/Qwen3-8B:cheapest                         40k   0.07/0.18      - tok/s
        ");
        assert_eq!(built_in(Forms::Plain).len() * 3, rows.len());
    }

    #[test]
    fn typing_filters_by_id_name_and_owner() {
        let fuzzy = Fuzzy::new();
        let found = |typed: &str| -> Vec<String> {
            built_in(Forms::Plain)
                .iter()
                .filter(|choice| fuzzy.score(typed, choice).is_some())
                .map(|choice| choice.reference.name().to_owned())
                .collect()
        };
        assert_eq!(found("kimi"), ["Kimi-K2.5"]);
        assert_eq!(found("gpt oss"), ["gpt-oss-120b"]);
        assert_eq!(found("zai"), ["GLM-4.7"]);
        assert_eq!(found("").len(), 10);
        assert!(found("no such thing").is_empty());
    }
}
