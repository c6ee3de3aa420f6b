//! `openclaw models explain`: every field with its origin.

use openclaw_catalog::{Expected, Model, Origin, Pricing, Sourced};
use openclaw_model_ref::{ModelRef, Selector};
use serde_json::{Value, json};

use super::ask_only_if_told;
use crate::app::{App, Settings};
use crate::args::Explain;
use crate::catalogue::known;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::{check, resolve};
use crate::view::{Align, Column, Table, tokens};

pub(super) fn run(app: &App, args: &Explain) -> Result<()> {
    let settings = Settings::load(app)?;
    let known = known(app, &settings.config, ask_only_if_told(&args.freshness))?;
    known.list.warn();
    let reference = resolve(&args.model, &settings.aliases, Some(&known.catalog), "openclaw models explain")?;
    let Some(model) = known.catalog.resolve(&reference) else {
        check(&reference, &known.catalog, false, "openclaw models explain")?;
        return Err(Failure::new(Exit::Unavailable, format!("nothing is known of `{}`", reference.hub_id()))
            .because(format!("the catalogue is the {}", known.list))
            .hint(format!("openclaw models explain {} --refresh", reference.router_id())));
    };
    let fields = fields(&reference, &model);
    if args.json {
        let members: serde_json::Map<_, _> = fields
            .iter()
            .map(|field| (field.name.to_owned(), json!({ "value": field.json, "origin": field.origin })))
            .collect();
        return out::print_json(&json!({
            "key": reference.as_str(),
            "locked": reference.is_locked(),
            "namedBy": model.named_by.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "fields": members,
            "catalogue": known.as_json(),
        }));
    }
    let mut table = Table::new([
        Column { title: "Field", align: Align::Left, rank: 0 },
        Column { title: "Value", align: Align::Left, rank: 0 },
        Column { title: "From", align: Align::Prose, rank: 0 },
    ]);
    for field in fields {
        table.row([field.name.to_owned(), field.text, field.origin]);
    }
    out::print(&format!("{reference}\n\n{}", table.render(out::width()).0))
}

struct Field {
    name: &'static str,
    text: String,
    json: Value,
    origin: String,
}

fn fields(reference: &ModelRef, model: &Model) -> Vec<Field> {
    fn field<T>(
        name: &'static str,
        value: Option<&Sourced<T>>,
        text: impl Fn(&T) -> String,
        json: impl Fn(&T) -> Value,
    ) -> Field {
        match value {
            Some(sourced) => Field {
                name,
                text: text(&sourced.value),
                json: json(&sourced.value),
                origin: sourced.origin.to_string(),
            },
            None => Field { name, text: "-".to_owned(), json: Value::Null, origin: "nobody says".to_owned() },
        }
    }
    let routing = match reference.selector() {
        Selector::Auto => "the router decides, today as for :fastest".to_owned(),
        Selector::Policy(policy) => format!("the router decides by :{policy}; the provider is locked"),
        Selector::Provider(slug) => format!("pinned to {slug}"),
    };
    let expected = Expected::of(reference, model);
    let pricing =
        expected.pricing.zip(expected.pricing_origin).map(|(value, origin)| Sourced { value, origin });
    vec![
        Field {
            name: "routing",
            text: routing.clone(),
            json: routing.into(),
            origin: "the suffix".to_owned(),
        },
        field("name", Some(&model.name), String::clone, |name| name.as_str().into()),
        field("alias", model.alias.as_ref(), String::clone, |alias| alias.as_str().into()),
        field(
            "reasoning",
            model.reasoning.as_ref(),
            |flag| crate::view::yes_no(Some(*flag)).to_owned(),
            |flag| (*flag).into(),
        ),
        field("input", model.input.as_ref(), ToString::to_string, |input| input.to_string().into()),
        field(
            "contextWindow",
            model.context_window.as_ref(),
            |n| format!("{n} ({})", tokens(Some(*n))),
            |n| (*n).into(),
        ),
        field("maxTokens", model.max_tokens.as_ref(), u64::to_string, |n| (*n).into()),
        field(
            "pricing",
            pricing.as_ref(),
            |pricing| format!("{} in, {} out (USD per million tokens)", pricing.input, pricing.output),
            |pricing| pricing_json(*pricing),
        ),
        Field {
            name: "offers",
            text: match model.offers.as_ref() {
                Some(offers) => {
                    let live =
                        offers.iter().filter(|offer| offer.is_live()).map(|offer| offer.provider.as_str());
                    live.collect::<Vec<_>>().join(", ")
                }
                None => "-".to_owned(),
            },
            json: model.offers.as_ref().map_or(Value::Null, |offers| {
                offers.iter().filter(|offer| offer.is_live()).map(|offer| offer.provider.as_str()).collect()
            }),
            origin: if model.offers.is_some() {
                Origin::Discovered.to_string()
            } else {
                "nobody says".to_owned()
            },
        },
    ]
}

/// A price in USD per million tokens, as numbers.
pub(super) fn pricing_json(pricing: Pricing) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "prices are far below 2^53 micro-USD")]
    let usd = |price: openclaw_catalog::Price| price.micro_usd() as f64 / 1e6;
    json!({ "input": usd(pricing.input), "output": usd(pricing.output) })
}
