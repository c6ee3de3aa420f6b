//! `openclaw models route`: who offers a model, ranked, and who will likely answer.

use openclaw_catalog::{
    Choice, ChoicePolicy, Chosen, Exclusion, Model, Needs, Offer, Price, Ranking, TokenMix, Unknowns, rank,
};
use openclaw_model_ref::{ModelRef, RoutingPolicy, Selector};
use serde_json::{Value, json};

use super::super::infer::needs;
use super::ask;
use super::explain::pricing_json;
use crate::app::{App, Settings};
use crate::args::Route;
use crate::catalogue::{Known, ListState, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::{DEFAULT_MODEL, check, resolve};
use crate::view::{
    Align, Column, Table, UNKNOWN, bold, dim, figures, left_out, price, printable, speed, tokens,
};

pub(super) fn run(app: &App, args: &Route) -> Result<()> {
    let settings = Settings::load(app)?;
    let known = known(app, &settings.config, ask(&args.freshness))?;
    let typed = args.model.as_deref().or(settings.config.primary()).unwrap_or(DEFAULT_MODEL);
    let reference = resolve(typed, &settings.aliases, Some(&known.catalog), "openclaw models route")?;
    if let Err(failure) = check(&reference, &known.catalog, false, "openclaw models route") {
        known.list.warn();
        return Err(failure);
    }
    let model = known.catalog.resolve(&reference);
    let offers = model.as_ref().and_then(|model| model.offers.as_deref());
    let Some(offers) = offers else { return Err(no_offers(&reference, &known.list)) };
    known.list.warn();
    let ranking = rank(offers, reference.selector());
    if let (Some(model), Some(wanted)) = (&model, Wanted::of(args)) {
        let chosen = model.choose(&wanted.choice(reference.selector()));
        if args.json {
            let mut value = as_json(&reference, &ranking, &known);
            wanted.add_to(&mut value, &chosen);
            return out::print_json(&value);
        }
        out::print(&wanted.as_text(&reference, model, &chosen, &ranking))?;
    } else if args.json {
        return out::print_json(&as_json(&reference, &ranking, &known));
    } else {
        out::print(&as_text(&reference, &ranking))?;
    }
    out::say(&format!("{}\n", dim(&format!("catalogue: {}", known.list))));
    Ok(())
}

/// Why it is not known who offers a model: the router's list is not there.
fn no_offers(reference: &ModelRef, list: &ListState) -> Failure {
    let what = format!("it is not known who offers `{}`", reference.hub_id());
    match list {
        ListState::BuiltIn { why: Some(unlisted) } => Failure::new(unlisted.exit, what)
            .because("the router's list cannot be had, and the built-in table has no offers")
            .because(&unlisted.why)
            .hint("openclaw doctor"),
        _ => Failure::new(Exit::Unavailable, what)
            .because("the router was not asked, and the built-in table has no offers")
            .hint(format!("openclaw models route {} --refresh", reference.router_id())),
    }
}

/// What a request needs and may cost, by the flags.
struct Wanted {
    needs: Needs,
    max_price: Option<Price>,
    mix: Option<TokenMix>,
}

impl Wanted {
    /// `None` where no flag asks for anything.
    fn of(args: &Route) -> Option<Self> {
        let mix = match (args.input_tokens, args.output_tokens) {
            (None, None) => None,
            (input, output) => Some(TokenMix {
                input_tokens: input.unwrap_or_default(),
                output_tokens: output.unwrap_or_default(),
            }),
        };
        let is_asked = mix.is_some() || args.max_price.is_some() || !args.needs.is_empty();
        // The question and its answer have to fit into what the provider reads at once.
        let min_context = mix.map(|mix| mix.input_tokens.saturating_add(mix.output_tokens));
        let needs = Needs { min_context, ..needs(&args.needs) };
        is_asked.then_some(Self { needs, max_price: args.max_price, mix })
    }

    fn choice<'a>(&self, selector: Selector<'a>) -> Choice<'a> {
        let choice = Choice::for_selector(selector);
        let policy = self.mix.map_or(choice.policy, ChoicePolicy::CheapestForMix);
        Choice { policy, needs: self.needs, max_price: self.max_price, ..choice }
    }

    fn as_text(
        &self,
        reference: &ModelRef,
        model: &Model,
        chosen: &Chosen<'_>,
        ranking: &Ranking<'_>,
    ) -> String {
        let column = |title, align, rank| Column { title, align, rank };
        let mut table = Table::new([
            column("", Align::Right, 6),
            column("Provider", Align::Left, 0),
            column("$ request", Align::Right, 0),
            column("$ in", Align::Right, 2),
            column("$ out", Align::Right, 1),
            column("tok/s", Align::Right, 1),
            column("Context", Align::Right, 3),
            column("Note", Align::Prose, 0),
        ]);
        let likely = ranking.predicted().map(|offer| offer.provider.as_str());
        let row = |position: String, offer: &Offer, cost: Option<String>, note: String| {
            [
                position,
                offer.provider.clone(),
                cost.unwrap_or_else(|| UNKNOWN.to_owned()),
                price(offer.pricing.map(|pricing| pricing.input)),
                price(offer.pricing.map(|pricing| pricing.output)),
                speed(offer.throughput),
                tokens(offer.context_length),
                note,
            ]
        };
        for (index, one) in chosen.offers.iter().enumerate() {
            let is_likely = likely == Some(one.offer.provider.as_str());
            let note = match (is_likely, untold(one.unknown)) {
                (true, None) => "the router's choice".to_owned(),
                (true, Some(untold)) => format!("the router's choice; {untold}"),
                (false, untold) => untold.unwrap_or_default(),
            };
            let cost = one.cost.map(|cost| cost.to_string());
            table.row(row((index + 1).to_string(), one.offer, cost, note));
        }
        for out in &chosen.excluded {
            let mark = if likely == Some(out.offer.provider.as_str()) { "the router's choice; " } else { "" };
            table.row(row("-".to_owned(), out.offer, None, format!("{mark}left out: {}", out.reason)));
        }
        let (text, hidden) = table.render(out::width());
        let hidden = left_out(&hidden).map_or_else(String::new, |hidden| format!("\n{hidden}\n"));
        let best = chosen.offers.first().map(|one| one.offer.provider.as_str());
        let answer = match (best, likely) {
            (None, _) => match model.offers().len() {
                1 => "the only offer will not do".to_owned(),
                count => format!("none of the {count} offers will do"),
            },
            (Some(best), Some(likely)) if best == likely => {
                format!("{} is the best for this, and the router will likely take it", bold(best))
            }
            (Some(best), Some(likely)) => format!(
                "{} is the best for this; the router will likely take {likely}\npin it: {}:{best}",
                bold(best),
                reference.hub_id()
            ),
            (Some(best), None) => {
                format!("{} is the best for this; pin it: {}:{best}", bold(best), reference.hub_id())
            }
        };
        let what = match self.mix {
            Some(mix) => format!(
                "the lowest cost of one request: {} tokens in, {} out",
                mix.input_tokens, mix.output_tokens
            ),
            None => rule(reference.selector()),
        };
        let answer = self.too_many(chosen).unwrap_or(answer);
        format!("{reference}\n{what}\n\n{text}{hidden}\n{answer}\n")
    }

    /// That nobody is known to hold so many tokens, and who holds the most; `None` where somebody does.
    fn too_many(&self, chosen: &Chosen<'_>) -> Option<String> {
        let needed = self.needs.min_context?;
        if chosen.offers.iter().any(|one| one.offer.context_length.is_some()) {
            return None;
        }
        let too_small = chosen.excluded.iter().filter_map(|out| match out.reason {
            Exclusion::ContextTooSmall { offered, .. } => Some((offered, out.offer.provider.as_str())),
            _ => None,
        });
        let (most, provider) = too_small.max_by_key(|(offered, _)| *offered)?;
        let untold: Vec<_> = chosen.offers.iter().map(|one| printable(&one.offer.provider)).collect();
        let untold = match untold.as_slice() {
            [] => String::new(),
            untold => format!("\nnot told how many they hold: {}", untold.join(", ")),
        };
        let provider = bold(&printable(provider));
        Some(format!(
            "no offer is known to hold {needed} tokens; the largest, {provider}, holds {most}{untold}"
        ))
    }

    /// Adds what is chosen for the request beside what the router does.
    fn add_to(&self, value: &mut Value, chosen: &Chosen<'_>) {
        value["chosen"] = json!({
            "best": chosen.offers.first().map(|one| &one.offer.provider),
            "inputTokens": self.mix.map(|mix| mix.input_tokens),
            "outputTokens": self.mix.map(|mix| mix.output_tokens),
            "offers": chosen.offers.iter().map(|one| json!({
                "provider": one.offer.provider,
                "requestCostUsd": one.cost.map(|cost| cost.to_string()),
                "unknown": one.unknown.iter().map(|unknown| unknown.as_str()).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "excluded": chosen.excluded.iter().map(|out| json!({
                "provider": out.offer.provider,
                "reason": out.reason.to_string(),
            })).collect::<Vec<_>>(),
        });
    }
}

/// What was asked for and is not told.
fn untold(unknown: Unknowns) -> Option<String> {
    (!unknown.is_empty()).then(|| format!("not told: {unknown}"))
}

/// What the selector compares, in words.
fn rule(selector: Selector<'_>) -> String {
    match selector {
        Selector::Auto => "no suffix: the router takes the fastest".to_owned(),
        Selector::Policy(RoutingPolicy::Fastest) => "`:fastest`: the most tokens per second".to_owned(),
        Selector::Policy(RoutingPolicy::Cheapest) => "`:cheapest`: the lowest price of output".to_owned(),
        Selector::Policy(policy) => {
            format!("`:{policy}`: your own order at https://huggingface.co/settings/inference-providers")
        }
        Selector::Provider(slug) => format!("pinned to `{slug}`: no other provider is tried"),
    }
}

fn as_text(reference: &ModelRef, ranking: &Ranking<'_>) -> String {
    let column = |title, align, rank| Column { title, align, rank };
    let mut table = Table::new([
        column("", Align::Right, 6),
        column("Provider", Align::Left, 0),
        column("$ in", Align::Right, 1),
        column("$ out", Align::Right, 0),
        column("tok/s", Align::Right, 0),
        column("First token", Align::Right, 3),
        column("Context", Align::Right, 2),
        column("Tools", Align::Left, 4),
        column("JSON", Align::Left, 5),
        column("Note", Align::Prose, 2),
    ]);
    let likely = ranking.predicted().map(|offer| offer.provider.as_str());
    for (index, ranked) in ranking.offers.iter().enumerate() {
        let note = match (likely == Some(ranked.offer.provider.as_str()), ranked.is_comparable) {
            (true, _) => "likely",
            (false, true) => "",
            (false, false) => match reference.selector() {
                Selector::Policy(RoutingPolicy::Cheapest) => "price not told",
                Selector::Policy(RoutingPolicy::Preferred) => "",
                _ => "speed not told",
            },
        };
        table.row(cells((index + 1).to_string(), ranked.offer, note.to_owned()));
    }
    for out in &ranking.excluded {
        table.row(cells("-".to_owned(), out.offer, reason(&out.reason)));
    }
    let (text, hidden) = table.render(out::width());
    let answer = match likely {
        Some(provider) => format!("{} will likely answer", bold(&printable(provider))),
        None => "who will answer is known to the router alone".to_owned(),
    };
    let hidden = left_out(&hidden).map_or_else(String::new, |hidden| format!("\n{hidden}\n"));
    format!("{reference}\n{}\n\n{text}{hidden}\n{answer}\n", rule(reference.selector()))
}

fn cells(position: String, offer: &Offer, note: String) -> Vec<String> {
    [position, offer.provider.clone()].into_iter().chain(figures(offer)).chain([note]).collect()
}

fn reason(reason: &Exclusion) -> String {
    match reason {
        Exclusion::NotLive(status) => format!("status {status}"),
        Exclusion::NotPinned => "not the one that is pinned".to_owned(),
        other => format!("{other:?}"),
    }
}

fn as_json(reference: &ModelRef, ranking: &Ranking<'_>, known: &Known) -> Value {
    json!({
        "key": reference.as_str(),
        "locked": reference.is_locked(),
        "rule": rule(reference.selector()),
        "predicted": ranking.predicted().map(|offer| &offer.provider),
        "offers": ranking.offers.iter().map(|ranked| {
            let mut value = offer_json(ranked.offer);
            value["comparable"] = ranked.is_comparable.into();
            value
        }).collect::<Vec<_>>(),
        "excluded": ranking.excluded.iter().map(|out| {
            let mut value = offer_json(out.offer);
            value["reason"] = reason(&out.reason).into();
            value
        }).collect::<Vec<_>>(),
        "catalogue": known.as_json(),
    })
}

fn offer_json(offer: &Offer) -> Value {
    json!({
        "provider": offer.provider,
        "status": offer.status.as_ref().map(ToString::to_string),
        "pricing": offer.pricing.map(pricing_json),
        "throughput": offer.throughput,
        "firstTokenLatencyMs": offer.first_token_latency.map(|time| time.as_secs_f64() * 1e3),
        "contextLength": offer.context_length,
        "supportsTools": offer.supports_tools,
        "supportsStructuredOutput": offer.supports_structured_output,
    })
}
