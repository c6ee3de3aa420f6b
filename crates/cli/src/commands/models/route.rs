//! `openclaw models route`: who offers a model, ranked, and who will likely answer.

use openclaw_catalog::{Exclusion, Offer, Ranking, rank};
use openclaw_model_ref::{ModelRef, RoutingPolicy, Selector};
use serde_json::{Value, json};

use super::ask;
use super::explain::pricing_json;
use crate::app::{App, Settings};
use crate::args::Route;
use crate::catalogue::{Known, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::{DEFAULT_MODEL, check, resolve};
use crate::view::{Align, Column, Table, bold, dim, price, seconds, speed, tokens, yes_no};

pub(super) fn run(app: &App, args: &Route) -> Result<()> {
    let settings = Settings::load(app)?;
    let known = known(app, &settings.config, ask(&args.freshness))?;
    known.list.warn();
    let typed = args.model.as_deref().or(settings.config.primary()).unwrap_or(DEFAULT_MODEL);
    let reference = resolve(typed, &settings.aliases, Some(&known.catalog), "openclaw models route")?;
    check(&reference, &known.catalog, false, "openclaw models route")?;
    let model = known.catalog.resolve(&reference);
    let offers = model.as_ref().and_then(|model| model.offers.as_deref());
    let Some(offers) = offers else {
        return Err(Failure::new(
            Exit::Unavailable,
            format!("it is not known who offers `{}`", reference.hub_id()),
        )
        .because("the router was not asked: the built-in table has no offers")
        .hint(format!("openclaw models route {} --refresh", reference.router_id())));
    };
    let ranking = rank(offers, reference.selector());
    if args.json {
        return out::print_json(&as_json(&reference, &ranking, &known));
    }
    out::print(&as_text(&reference, &ranking))?;
    out::say(&format!("{}\n", dim(&format!("catalogue: {}", known.list))));
    Ok(())
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
        column("Note", Align::Left, 2),
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
        Some(provider) => format!("{} will likely answer", bold(provider)),
        None if ranking.offers.is_empty() => "nobody can answer now".to_owned(),
        None => "who will answer is known to the router alone".to_owned(),
    };
    let hidden = if hidden.is_empty() {
        String::new()
    } else {
        format!("\nhidden for want of width: {}\n", hidden.join(", "))
    };
    format!("{reference}\n{}\n\n{text}{hidden}\n{answer}\n", rule(reference.selector()))
}

fn cells(position: String, offer: &Offer, note: String) -> [String; 10] {
    [
        position,
        offer.provider.clone(),
        price(offer.pricing.map(|pricing| pricing.input)),
        price(offer.pricing.map(|pricing| pricing.output)),
        speed(offer.throughput),
        seconds(offer.first_token_latency),
        tokens(offer.context_length),
        yes_no(offer.supports_tools).to_owned(),
        yes_no(offer.supports_structured_output).to_owned(),
        note,
    ]
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
        "catalogue": known.list.to_string(),
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
