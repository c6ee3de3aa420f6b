//! What can be picked, a row each.

use std::cell::RefCell;
use std::fmt;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use openclaw_catalog::{Catalog, Expected, Model, Offer, rank};
use openclaw_model_ref::{ModelRef, RoutingPolicy, Selector};

use crate::refs::DEFAULT_MODEL;
use crate::view::{calls_tools, price, printable, speed, tokens};

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
        f.write_str(&printable(&self.row))
    }
}

/// Whether the forms with a policy are rows of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Forms {
    Plain,
    WithPolicies,
}

/// The models of the catalogue that can be had, the specification's default first, then by name.
/// `columns` is how wide a row may be; what does not fit is left out, ids never.
pub(super) fn models(catalog: &Catalog, forms: Forms, columns: usize) -> Vec<Choice> {
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
    let longest = models.iter().map(|(reference, _)| reference.hub_id().len()).max().unwrap_or_default();
    let width = longest + if forms == Forms::WithPolicies { ":preferred".len() } else { 0 };
    let layout = Layout::fitting(columns, width);
    let mut choices = Vec::new();
    for (reference, model) in models {
        choices.push(choice(reference.clone(), model, &layout));
        if forms == Forms::WithPolicies {
            for policy in RoutingPolicy::ALL {
                // Both selectors are well formed, so there is no error to tell.
                choices.extend(
                    reference
                        .with_selector(Selector::Policy(policy))
                        .ok()
                        .map(|form| choice(form, model, &layout)),
                );
            }
        }
    }
    choices
}

/// How a row is laid out.
struct Layout {
    /// How wide the id is.
    id: usize,
    /// How many of the details fit, the most telling first: price, speed, context, tools.
    details: usize,
}

impl Layout {
    /// What each detail takes, a space in front included.
    const WIDTHS: [usize; 4] = [14, 11, 7, 6];

    fn fitting(columns: usize, id: usize) -> Self {
        let mut room = columns.saturating_sub(id);
        let fits = |width: &&usize| {
            let does = room >= **width;
            room = room.saturating_sub(**width);
            does
        };
        Self { id, details: Self::WIDTHS.iter().take_while(fits).count() }
    }
}

fn choice(reference: ModelRef, model: &Model, layout: &Layout) -> Choice {
    let expected = Expected::of(&reference, model);
    let pricing = expected.pricing;
    let details = [
        format!(
            " {:>6}/{:<6}",
            price(pricing.map(|pricing| pricing.input)),
            price(pricing.map(|pricing| pricing.output)),
        ),
        format!(" {:>4} tok/s", speed(expected.throughput())),
        format!(" {:>6}", tokens(model.context_window.map(|context| context.value))),
        if calls_tools(model) == Some(true) { " tools".to_owned() } else { String::new() },
    ];
    let width = layout.id;
    let row = format!(
        "{:width$}{}",
        reference.router_id(),
        details.iter().take(layout.details).cloned().collect::<String>()
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
            Self::Router(Some(likely)) => {
                write!(f, "let the router decide (now likely {})", printable(likely))
            }
            Self::Router(None) => f.write_str("let the router decide"),
            Self::Pinned { row, .. } => f.write_str(&printable(row)),
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
        models(&Catalog::merge([Layer::built_in()]), forms, 100)
    }

    #[test]
    fn the_default_model_comes_first_and_each_has_its_policies() {
        let rows: Vec<_> = built_in(Forms::WithPolicies).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(rows.join("\n"), @"
        deepseek-ai/DeepSeek-R1                       0.70/2.50      - tok/s    64k
        deepseek-ai/DeepSeek-R1:fastest               0.70/2.50      - tok/s    64k
        deepseek-ai/DeepSeek-R1:cheapest              0.70/2.50      - tok/s    64k
        deepseek-ai/DeepSeek-R1:preferred             0.70/2.50      - tok/s    64k
        deepseek-ai/DeepSeek-V3.2                    0.269/0.40      - tok/s   163k
        deepseek-ai/DeepSeek-V3.2:fastest            0.269/0.40      - tok/s   163k
        deepseek-ai/DeepSeek-V3.2:cheapest           0.269/0.40      - tok/s   163k
        deepseek-ai/DeepSeek-V3.2:preferred          0.269/0.40      - tok/s   163k
        zai-org/GLM-4.7                               0.60/2.20      - tok/s   204k
        zai-org/GLM-4.7:fastest                       0.60/2.20      - tok/s   204k
        zai-org/GLM-4.7:cheapest                      0.60/2.20      - tok/s   204k
        zai-org/GLM-4.7:preferred                     0.60/2.20      - tok/s   204k
        openai/gpt-oss-120b                           0.05/0.25      - tok/s   131k
        openai/gpt-oss-120b:fastest                   0.05/0.25      - tok/s   131k
        openai/gpt-oss-120b:cheapest                  0.05/0.25      - tok/s   131k
        openai/gpt-oss-120b:preferred                 0.05/0.25      - tok/s   131k
        moonshotai/Kimi-K2.5                          0.50/2.80      - tok/s   262k
        moonshotai/Kimi-K2.5:fastest                  0.50/2.80      - tok/s   262k
        moonshotai/Kimi-K2.5:cheapest                 0.50/2.80      - tok/s   262k
        moonshotai/Kimi-K2.5:preferred                0.50/2.80      - tok/s   262k
        meta-llama/Llama-3.1-8B-Instruct              0.02/0.05      - tok/s    16k
        meta-llama/Llama-3.1-8B-Instruct:fastest      0.02/0.05      - tok/s    16k
        meta-llama/Llama-3.1-8B-Instruct:cheapest     0.02/0.05      - tok/s    16k
        meta-llama/Llama-3.1-8B-Instruct:preferred    0.02/0.05      - tok/s    16k
        meta-llama/Llama-3.3-70B-Instruct            0.135/0.40      - tok/s   131k
        meta-llama/Llama-3.3-70B-Instruct:fastest    0.135/0.40      - tok/s   131k
        meta-llama/Llama-3.3-70B-Instruct:cheapest   0.135/0.40      - tok/s   131k
        meta-llama/Llama-3.3-70B-Instruct:preferred  0.135/0.40      - tok/s   131k
        Qwen/Qwen2.5-7B-Instruct                      0.30/0.30      - tok/s    32k
        Qwen/Qwen2.5-7B-Instruct:fastest              0.30/0.30      - tok/s    32k
        Qwen/Qwen2.5-7B-Instruct:cheapest             0.30/0.30      - tok/s    32k
        Qwen/Qwen2.5-7B-Instruct:preferred            0.30/0.30      - tok/s    32k
        Qwen/Qwen3-32B                                0.08/0.25      - tok/s    32k
        Qwen/Qwen3-32B:fastest                        0.08/0.25      - tok/s    32k
        Qwen/Qwen3-32B:cheapest                       0.08/0.25      - tok/s    32k
        Qwen/Qwen3-32B:preferred                      0.08/0.25      - tok/s    32k
        Qwen/Qwen3-8B                                 0.07/0.18      - tok/s    40k
        Qwen/Qwen3-8B:fastest                         0.07/0.18      - tok/s    40k
        Qwen/Qwen3-8B:cheapest                        0.07/0.18      - tok/s    40k
        Qwen/Qwen3-8B:preferred                       0.07/0.18      - tok/s    40k
        ");
        assert_eq!(built_in(Forms::Plain).len() * 4, rows.len());
    }

    #[test]
    fn a_narrow_row_leaves_out_details_and_never_cuts_an_id() {
        for columns in [20, 50, 60, 70, 80, 100] {
            let rows = models(&Catalog::merge([Layer::built_in()]), Forms::WithPolicies, columns);
            let longest = rows.iter().map(|row| row.to_string().len()).max().unwrap();
            let ids = rows.iter().map(|row| row.reference.router_id().len()).max().unwrap();
            assert!(longest <= columns.max(ids), "{columns}: {longest}");
            assert!(rows.iter().all(|row| row.to_string().starts_with(row.reference.router_id())));
        }
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
