//! Who would answer now, why, and who comes behind.

use std::time::Duration;

use openclaw_catalog::{Availability, Expected, Offer};
use openclaw_failover::{ChosenBy, Options, Plan, Target};
use openclaw_model_ref::{RoutingPolicy, Selector};
use serde_json::{Value, json};

use crate::models::pricing;
use crate::state::{Gateway, Snapshot};

/// How many attempts are told; a long chain has more.
const MOST: usize = 16;

/// An attempt of the plan, and how long it is to be left alone yet.
type Standing = (Target, Option<Duration>);

/// What a plain question to the model would be asked of, in order; or why it would be refused.
pub(super) fn next(gateway: &Gateway, snapshot: &Snapshot, key: Option<usize>, named: &str) -> Value {
    let settings = &snapshot.settings;
    let (model, chain) = match snapshot.chain(named, key) {
        Ok(chain) => chain,
        Err(refused) => {
            let error = json!({ "code": refused.code, "message": refused.message });
            return json!({ "asked": named, "model": null, "error": error, "order": [], "more": 0 });
        }
    };
    let plan = Plan::new(&chain, &settings.catalog, Options::default());
    let token = settings.client.token_id();
    let standing = gateway.shared.cooldowns.with(|cooldowns, now| plan.standing(token, cooldowns, now));
    let cooling = cooling(&plan, &standing);
    // The reference as written and the pin of whom it is expected to meet are the same provider.
    let mut seen = std::collections::HashSet::new();
    let order: Vec<Standing> = standing
        .into_iter()
        .filter(|(target, _)| seen.insert((target.model.hub_id().to_owned(), target.provider.clone())))
        .collect();
    let why = why(snapshot, cooling, &order);
    json!({
        "asked": named,
        "model": model.router_id(),
        "why": why,
        "order": order.iter().take(MOST).map(|one| attempt(snapshot, one)).collect::<Value>(),
        "more": order.len().saturating_sub(MOST),
    })
}

/// One attempt, with what is known of the offer.
fn attempt(snapshot: &Snapshot, (target, wait): &Standing) -> Value {
    let known = snapshot.settings.catalog.resolve(&target.model);
    let offer = offer(snapshot, target);
    // The user's own price goes before the router's.
    let asks = match (&known, target.chosen_by) {
        (Some(known), ChosenBy::Router) => Expected::of(&target.model, known).pricing,
        _ => target.pricing,
    };
    let latency = offer.and_then(|offer| offer.first_token_latency);
    json!({
        "model": target.model.router_id(),
        "provider": target.provider,
        "is_fallback": target.chain_index > 0,
        "pricing": asks.map(pricing),
        "throughput": offer.and_then(|offer| offer.throughput),
        "first_token_latency_ms": latency.and_then(|time| u64::try_from(time.as_millis()).ok()),
        "context_length": offer.and_then(|offer| offer.context_length),
        "ready_in_seconds": wait.map(seconds),
    })
}

fn offer<'a>(snapshot: &'a Snapshot, target: &Target) -> Option<&'a Offer> {
    let offers = snapshot.settings.catalog.get(target.model.hub_id())?.offers();
    offers.iter().find(|offer| Some(&offer.provider) == target.provider.as_ref())
}

/// Whole seconds, at least one, since zero would mean now.
fn seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// Whom to name where an attempt is meant.
fn name(target: &Target) -> String {
    target.provider.clone().unwrap_or_else(|| target.model.router_id().to_owned())
}

/// What would come first if nothing had refused, and how many seconds it is to be left alone yet; `None` where it is not.
fn cooling(plan: &Plan, standing: &[Standing]) -> Option<(String, u64)> {
    let wanted = plan.targets().next()?;
    let (target, wait) = standing.iter().find(|(target, _)| *target == wanted)?;
    Some((name(target), seconds((*wait)?)))
}

/// Why the first comes first, as one sentence without a full stop.
fn why(snapshot: &Snapshot, cooling: Option<(String, u64)>, order: &[Standing]) -> String {
    let settings = &snapshot.settings;
    if !settings.has_token {
        return "the gateway has no token of Hugging Face, and the router answers nobody without one"
            .to_owned();
    }
    let Some((first, wait)) = order.first() else { return "there is nothing to ask".to_owned() };
    if let Some(wait) = wait {
        return format!(
            "everything that could answer refused lately; {} is ready first, in {} s",
            name(first),
            seconds(*wait)
        );
    }
    if let Some((refused, wait)) = cooling {
        let instead = match first.chain_index {
            0 => "the next offer comes first".to_owned(),
            _ => format!("the fallback {} comes first", first.model.router_id()),
        };
        return format!(
            "the first choice, {refused}, refused lately and is left alone for {wait} s more, so {instead}"
        );
    }
    if settings.catalog.availability(&first.model) == Availability::NotListed {
        return "the router's list does not have this model, so it is asked as it is and nothing else is"
            .to_owned();
    }
    let speed = offer(snapshot, first).and_then(|offer| offer.throughput);
    let speed = speed.map(|speed| format!(": {speed:.0} tokens a second")).unwrap_or_default();
    let price = first
        .pricing
        .map(|pricing| format!(": {} USD per million tokens", pricing.output))
        .unwrap_or_default();
    match first.model.selector() {
        Selector::Provider(slug) => {
            format!("the model is pinned to {slug}, and no other provider of it is tried")
        }
        Selector::Policy(RoutingPolicy::Cheapest) => {
            format!("with :cheapest the router takes the lowest price of output{price}")
        }
        Selector::Policy(RoutingPolicy::Fastest) => {
            format!("with :fastest the router takes the highest speed{speed}")
        }
        Selector::Policy(policy) => format!(
            "with :{policy} the router takes your own order at huggingface.co/settings/inference-providers, which is not known here"
        ),
        Selector::Auto if first.provider.is_none() => {
            "the router takes the fastest provider, and which one that is is not known here".to_owned()
        }
        Selector::Auto => format!("without a suffix the router takes the fastest{speed}"),
    }
}
