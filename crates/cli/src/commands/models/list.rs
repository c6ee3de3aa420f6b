//! `openclaw models list`

use std::cmp::Ordering;

use openclaw_catalog::{Availability, Price};
use serde_json::{Value, json};

use super::rows::{Row, all, configured};
use super::{ask, ask_only_if_told};
use crate::app::{App, Settings};
use crate::args::{List, SortKey};
use crate::catalogue::{Known, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::view::{Align, Column, Table, dim, left_out, price, speed, tokens, yes_no};

pub(super) fn run(app: &App, args: &List) -> Result<()> {
    let settings = Settings::load(app)?;
    // What is configured is shown at once; only the whole list is worth a wait.
    let ask = if args.all { ask(&args.freshness) } else { ask_only_if_told(&args.freshness) };
    let known = known(app, &settings.config, ask)?;
    known.list.warn();
    let rows = if args.all {
        all(&settings.config, &known.catalog)
    } else {
        configured(&settings.config, &known.catalog)
    };
    let before = rows.len();
    let max_price = args
        .max_price
        .map(|usd| {
            Price::from_usd(usd).ok_or_else(|| {
                Failure::new(
                    Exit::Usage,
                    format!("expected a price in USD per million tokens, found `{usd}`"),
                )
                .hint("openclaw models list --all --max-price 1.50")
            })
        })
        .transpose()?;
    let mut rows: Vec<_> = rows.into_iter().filter(|row| is_wanted(row, args, max_price)).collect();
    if let Some(key) = args.sort {
        rows.sort_by(|a, b| compare(a, b, key));
    }
    if args.json {
        let has_token = app.token(&settings.config, None).token.is_some();
        return out::print_json(&as_json(&rows, has_token, &known));
    }
    if args.plain {
        let lines: String = rows.iter().map(|row| format!("{}\n", row.key)).collect();
        return out::print(&lines);
    }
    if rows.is_empty() {
        let why = match (before, args.all) {
            (0, false) => "no model is configured; `openclaw models list --all` shows every one".to_owned(),
            _ => format!("none of {before} models fits; `openclaw models list --all` shows every one"),
        };
        out::say(&format!("{why}\n"));
        return Ok(());
    }
    let (text, hidden) = table(&rows).render(out::width());
    out::print(&text)?;
    let mut note = format!("{} of {before} models, {}", rows.len(), known.list);
    if let Some(hidden) = left_out(&hidden) {
        note.push_str(&format!("; {hidden}"));
    }
    out::say(&format!("{}\n", dim(&note)));
    Ok(())
}

fn is_wanted(row: &Row, args: &List, max_price: Option<Price>) -> bool {
    let offers = row.model.as_ref().map(openclaw_catalog::Model::offers).unwrap_or_default();
    let contains = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let by_filter = args.filter.as_ref().is_none_or(|part| {
        contains(&row.key, part)
            || contains(row.label(), part)
            || row.model.as_ref().is_some_and(|model| contains(&model.name.value, part))
            || offers.iter().any(|offer| contains(&offer.provider, part))
    });
    let by_provider = args.provider.as_ref().is_none_or(|name| {
        row.key.split('/').next().is_some_and(|provider| provider.eq_ignore_ascii_case(name))
            || offers.iter().any(|offer| offer.is_live() && offer.provider.eq_ignore_ascii_case(name))
    });
    let output = row.expected().and_then(|expected| expected.pricing).map(|pricing| pricing.output);
    // Every model here is answered by the router.
    !args.local
        && by_filter
        && by_provider
        && (!args.tools || row.tools() == Some(true))
        && args.min_context.is_none_or(|least| row.context().is_some_and(|context| context >= least))
        && max_price.is_none_or(|most| output.is_some_and(|output| output <= most))
}

/// Rows that do not tell come last.
fn compare(a: &Row, b: &Row, key: SortKey) -> Ordering {
    let unknown_last = |a: Option<u64>, b: Option<u64>| match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    match key {
        SortKey::Name => a.key.to_lowercase().cmp(&b.key.to_lowercase()),
        SortKey::Price => {
            let output = |row: &Row| Some(row.expected()?.pricing?.output.micro_usd());
            unknown_last(output(a), output(b))
        }
        SortKey::Context => {
            unknown_last(a.context().map(|n| u64::MAX - n), b.context().map(|n| u64::MAX - n))
        }
        SortKey::Speed => {
            let speed = |row: &Row| row.expected().and_then(|expected| expected.throughput());
            match (speed(a), speed(b)) {
                (Some(a), Some(b)) => b.total_cmp(&a),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }
        }
    }
}

fn table(rows: &[Row]) -> Table {
    let column = |title, align, rank| Column { title, align, rank };
    let mut table = Table::new([
        column("Model", Align::Left, 0),
        column("Name", Align::Left, 6),
        column("Input", Align::Left, 7),
        column("Context", Align::Right, 2),
        column("$ in", Align::Right, 3),
        column("$ out", Align::Right, 1),
        column("tok/s", Align::Right, 4),
        column("Tools", Align::Left, 5),
        column("Offers", Align::Right, 8),
        column("Tags", Align::Left, 3),
    ]);
    for row in rows {
        let expected = row.expected();
        let pricing = expected.as_ref().and_then(|expected| expected.pricing);
        table.row([
            row.key.clone(),
            row.label().to_owned(),
            row.model
                .as_ref()
                .and_then(|model| model.input)
                .map_or("-".to_owned(), |input| input.value.to_string()),
            tokens(row.context()),
            price(pricing.map(|pricing| pricing.input)),
            price(pricing.map(|pricing| pricing.output)),
            speed(expected.and_then(|expected| expected.throughput())),
            yes_no(row.tools()).to_owned(),
            match row.availability {
                Availability::Live(count) => count.to_string(),
                Availability::Unknown => "-".to_owned(),
                Availability::NoLiveOffer | Availability::NotListed => "0".to_owned(),
            },
            row.tags.join(","),
        ]);
    }
    table
}

/// OpenClaw's shape, with fields of our own behind its own.
fn as_json(rows: &[Row], has_token: bool, known: &Known) -> Value {
    let models: Vec<_> = rows
        .iter()
        .map(|row| {
            let expected = row.expected();
            json!({
                "key": row.key,
                "name": row.label(),
                "input": row.model.as_ref().and_then(|model| model.input).map(|input| input.value.to_string()),
                "contextWindow": row.context(),
                "local": false,
                "available": has_token && row.reference.is_some() && !row.is_missing(),
                "tags": row.tags,
                "missing": row.is_missing(),
                "maxTokens": row.model.as_ref().and_then(|model| model.max_tokens).map(|max| max.value),
                "reasoning": row.model.as_ref().and_then(|model| model.reasoning).map(|flag| flag.value),
                "pricing": expected.as_ref().and_then(|expected| expected.pricing).map(super::explain::pricing_json),
                "throughput": expected.as_ref().and_then(|expected| expected.throughput()),
                "supportsTools": row.tools(),
                "likelyProvider": expected.as_ref().and_then(|e| e.offer).map(|offer| &offer.provider),
                "liveOffers": match row.availability {
                    Availability::Live(count) => Some(count),
                    Availability::NoLiveOffer | Availability::NotListed => Some(0),
                    Availability::Unknown => None,
                },
            })
        })
        .collect();
    json!({ "count": models.len(), "models": models, "catalogue": known.as_json() })
}
