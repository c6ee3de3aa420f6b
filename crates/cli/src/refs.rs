//! From what was typed to a model that can be had.

use openclaw_catalog::{Availability, Catalog, Offer};
use openclaw_config_merge::{Aliases, Reference};
use openclaw_model_ref::{ModelRef, ParseError, Selector};

use crate::app::{App, Settings};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;

/// The model for which S05 of the specification asks.
pub(crate) const DEFAULT_MODEL: &str = "huggingface/deepseek-ai/DeepSeek-R1";

/// The default model as a value.
pub(crate) fn default_model() -> Result<ModelRef> {
    DEFAULT_MODEL.parse().map_err(malformed)
}

/// Reads a reference or an alias. `again` is the command to which a better one can be put.
pub(crate) fn resolve(
    typed: &str,
    aliases: &Aliases,
    catalog: Option<&Catalog>,
    again: &str,
) -> Result<ModelRef> {
    if looks_like_a_token(typed) {
        return Err(Failure::new(Exit::Usage, "that looks like a token, where a model was expected")
            .hint("openclaw onboard"));
    }
    read(aliases.resolve(typed), aliases, catalog, again)
}

/// As [`resolve`], for what stands in a config, where the provider is not left out.
pub(crate) fn resolve_in_file(
    text: &str,
    aliases: &Aliases,
    catalog: Option<&Catalog>,
    again: &str,
) -> Result<ModelRef> {
    read(aliases.resolve_in_file(text), aliases, catalog, again)
}

fn read(reference: Reference, aliases: &Aliases, catalog: Option<&Catalog>, again: &str) -> Result<ModelRef> {
    match reference {
        Reference::HuggingFace(model) => Ok(model),
        Reference::Foreign(text) => Err(Failure::new(
            Exit::Usage,
            format!(
                "`{}` is a model of another provider; this program asks Hugging Face alone",
                text.escape_debug()
            ),
        )
        .hint("openclaw models list --all")),
        Reference::UnknownWord(word) => {
            let shown = word.escape_debug().to_string();
            let failure = Failure::new(Exit::Usage, format!("`{shown}` is neither an alias nor a model"))
                .because("expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`");
            let near = nearest_alias(&word, aliases).or_else(|| {
                catalog.and_then(|catalog| nearest(&word, catalog)).map(|model| model.id.clone())
            });
            Err(match near {
                Some(near) => failure.hint(format!("{again} {}", quoted(&near))),
                None => failure.hint("openclaw models list --all"),
            })
        }
        Reference::Malformed(error) => Err(malformed(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what an error is mapped by")]
fn malformed(error: ParseError) -> Failure {
    Failure::new(Exit::Usage, error.to_string()).hint("openclaw models list --all --plain")
}

/// The fallbacks of the config; what cannot be asked is said and passed over.
pub(crate) fn fallbacks(app: &App, settings: &Settings) -> Vec<ModelRef> {
    let mut models = Vec::new();
    for text in settings.config.fallbacks() {
        match settings.aliases.resolve_in_file(text) {
            Reference::HuggingFace(model) => models.push(model),
            // Those of other providers are OpenClaw's business.
            Reference::Foreign(text) if !app.verbose => drop(text),
            _ => out::warn(&format!("the fallback `{}` cannot be asked here", text.escape_debug())),
        }
    }
    models
}

/// Whether a word is far more likely a token than the name of anything.
pub(crate) fn looks_like_a_token(word: &str) -> bool {
    let word = word.trim();
    word.strip_prefix("hf_")
        .is_some_and(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).count() >= 16)
}

/// A word as it can be typed in a shell.
pub(crate) fn quoted(word: &str) -> String {
    // Only a word that begins with `=` is more than itself to a shell.
    let is_plain =
        |c: char| c.is_alphanumeric() || "-_./:".contains(c) || (c == '=' && word.starts_with('-'));
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn nearest_alias(word: &str, aliases: &Aliases) -> Option<String> {
    let distance = |alias: &str| strsim::damerau_levenshtein(&alias.to_lowercase(), &word.to_lowercase());
    aliases
        .iter()
        .map(|(alias, _)| (distance(alias), alias))
        .filter(|(distance, alias)| *distance <= 2.max(alias.chars().count() / 3))
        .min()
        .map(|(_, alias)| alias.to_owned())
}

/// The listed model whose id is most like what was typed, and never the same.
pub(crate) fn nearest<'a>(typed: &str, catalog: &'a Catalog) -> Option<&'a openclaw_catalog::Model> {
    let typed_id = typed.trim().to_lowercase();
    let typed_name = typed_id.rsplit('/').next().unwrap_or_default().to_owned();
    catalog
        .models()
        .iter()
        .filter(|model| model.id != typed && !model.id.contains(':'))
        .filter(|model| !catalog.has_discovery() || model.offers().iter().any(Offer::is_live))
        .map(|model| {
            let id = model.id.to_lowercase();
            let name = id.rsplit('/').next().unwrap_or_default();
            // The name counts most: people mistake the organisation more often than the model.
            let whole = strsim::jaro_winkler(&typed_id, &id);
            let part = strsim::jaro_winkler(&typed_name, name);
            (whole.max(part * 0.98), model)
        })
        .filter(|(likeness, _)| *likeness > 0.82)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, model)| model)
}

/// What keeps a model from being had, as far as the list tells.
pub(crate) enum Doubt {
    /// There is only the built-in table, which does not have it.
    Unchecked,
}

/// Whether a model may be chosen: the router lists it with a live offer, or nobody knows.
///
/// # Errors
///
/// The list does not have it; the failure says what is there instead. `force` accepts it all the same.
pub(crate) fn check(model: &ModelRef, catalog: &Catalog, force: bool, again: &str) -> Result<Option<Doubt>> {
    let availability = catalog.availability(model);
    match availability {
        Availability::Live(_) => return Ok(None),
        Availability::Unknown => {
            return Ok(catalog.get(model.hub_id()).is_none().then_some(Doubt::Unchecked));
        }
        Availability::NoLiveOffer | Availability::NotListed if force => return Ok(None),
        Availability::NoLiveOffer | Availability::NotListed => {}
    }
    Err(refusal(model, catalog, availability, again))
}

fn refusal(model: &ModelRef, catalog: &Catalog, availability: Availability, again: &str) -> Failure {
    let id = model.hub_id();
    if availability == Availability::NotListed {
        let failure = Failure::new(Exit::Unavailable, format!("the router does not list `{id}`"));
        return match nearest(id, catalog) {
            Some(near) => failure
                .because(format!("the nearest that it lists is `{}`", near.id))
                .hint(format!("{again} {}", with_suffix_of(&near.id, model))),
            None => failure.hint(listing(model, catalog)),
        };
    }
    let live: Vec<_> = catalog
        .get(id)
        .map(|known| {
            known
                .offers()
                .iter()
                .filter(|offer| offer.is_live())
                .map(|offer| offer.provider.as_str())
                .collect()
        })
        .unwrap_or_default();
    match model.selector() {
        Selector::Provider(slug) if !live.is_empty() => {
            let failure = Failure::new(Exit::Unavailable, format!("`{slug}` does not offer `{id}` now"))
                .because(format!("offered by {}", live.join(", ")));
            let near = nearest_policy(slug).or_else(|| live.first().copied()).unwrap_or(slug);
            failure.hint(format!("{again} {id}:{near}"))
        }
        _ => Failure::new(Exit::Unavailable, format!("nobody offers `{id}` now"))
            .because("the router lists it without a live offer")
            .hint(format!("openclaw models list --all {}", model.org())),
    }
}

/// The list of what is like a model by its name or its owner; of all where nothing is.
fn listing(model: &ModelRef, catalog: &Catalog) -> String {
    let is_found = |part: &&str| {
        let part = part.to_lowercase();
        catalog.models().iter().any(|listed| listed.id.to_lowercase().contains(&part))
    };
    let part = [model.name(), model.org()].into_iter().find(is_found);
    part.map_or_else(
        || "openclaw models list --all".to_owned(),
        |part| format!("openclaw models list --all {part}"),
    )
}

/// The policy that a slug was likely meant to be.
fn nearest_policy(slug: &str) -> Option<&'static str> {
    openclaw_model_ref::RoutingPolicy::ALL
        .into_iter()
        .map(openclaw_model_ref::RoutingPolicy::as_str)
        .find(|policy| strsim::damerau_levenshtein(policy, &slug.to_lowercase()) <= 2)
}

/// An id with the suffix that a reference has.
pub(crate) fn with_suffix_of(id: &str, model: &ModelRef) -> String {
    match model.selector().suffix() {
        Some(suffix) => format!("{id}:{suffix}"),
        None => id.to_owned(),
    }
}
