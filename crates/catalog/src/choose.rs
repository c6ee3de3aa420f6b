//! Which offer to pin ourselves, by what the request needs and what its tokens cost.

mod unknown;

use openclaw_model_ref::{RoutingPolicy, Selector};

use crate::model::{InputKind, InputKinds, Model};
use crate::money::{Cost, Price};
use crate::offer::Offer;
use crate::rank::{Excluded, Exclusion};

pub use unknown::{Unknown, Unknowns};

/// What to choose an offer by.
///
/// ```
/// use openclaw_catalog::{Choice, ChoicePolicy, Needs, Price, TokenMix};
///
/// let choice = Choice {
///     policy: ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 20_000, output_tokens: 500 }),
///     needs: Needs { tools: true, min_context: Some(32_768), ..Needs::default() },
///     max_price: Some(Price::from_micro_usd(2_000_000)), // 2 USD per million tokens
///     ..Choice::default()
/// };
/// # let _ = choice;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice<'a> {
    /// What is compared.
    pub policy: ChoicePolicy,
    /// What the request cannot do without.
    pub needs: Needs,
    /// The highest output price allowed, per million tokens; `None` is no limit.
    ///
    /// An offer that asks more is excluded.
    /// One that does not tell its price may ask more: it is kept, after all that do, and marked [`Unknown::Price`].
    pub max_price: Option<Price>,
    /// The only provider allowed: `together`; `None` allows all.
    pub provider: Option<&'a str>,
}

impl<'a> Choice<'a> {
    /// What a selector asks for, without needs and without a limit.
    ///
    /// Nothing, `:fastest` and `:preferred` compare speed: the first is what the router does by itself, and the order of
    /// the last is known to the router alone.
    #[must_use]
    pub fn for_selector(selector: Selector<'a>) -> Self {
        let policy = match selector {
            Selector::Policy(RoutingPolicy::Cheapest) => ChoicePolicy::Cheapest,
            Selector::Auto | Selector::Policy(_) | Selector::Provider(_) => ChoicePolicy::Fastest,
        };
        let provider = match selector {
            Selector::Provider(slug) => Some(slug),
            Selector::Auto | Selector::Policy(_) => None,
        };
        Self { policy, provider, ..Self::default() }
    }
}

/// What is compared among the offers that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ChoicePolicy {
    /// Highest throughput, as under `:fastest`.
    #[default]
    Fastest,
    /// Lowest output price, as under `:cheapest`; an offer without a price comes after all with one.
    Cheapest,
    /// Lowest cost of one request of this size, its input included, which no suffix of the router can say.
    CheapestForMix(TokenMix),
}

/// How many tokens go in and come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TokenMix {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: u64,
}

/// What a request cannot do without.
///
/// An offer that is known to lack it is excluded; one that does not say is kept, after those that are known to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Needs {
    /// Tool calls.
    pub tools: bool,
    /// A `response_format` with a JSON schema.
    pub structured_output: bool,
    /// Images in the prompt. A matter of the model, not of the offer: only [`Model::choose`] can know.
    pub image: bool,
    /// Tokens of prompt and answer together; `None` is no demand.
    pub min_context: Option<u64>,
}

/// The offers of a model in the order in which to try them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen<'a> {
    /// Offers that can be used, best first.
    pub offers: Vec<Candidate<'a>>,
    /// Offers that cannot, in the order given, with the first reason found.
    pub excluded: Vec<Excluded<'a>>,
}

/// An offer that can be used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Its place in the list that was given, counted from 0.
    pub position: usize,
    /// What the tokens of [`ChoicePolicy::CheapestForMix`] cost there; `None` under another policy or without a price.
    pub cost: Option<Cost>,
    /// What was asked for and the offer does not say.
    pub unknown: Unknowns,
}

/// Chooses among offers by what a request needs and costs.
///
/// Where [`rank`](crate::rank) predicts what the router does with a suffix, this decides what to pin ourselves.
/// In this order:
///
/// 1. under a price limit, offers with a price;
/// 2. offers that leave fewer needs open;
/// 3. offers that tell what the policy compares;
/// 4. what the policy compares;
/// 5. the place in the list.
///
/// Reasons to exclude are looked for in the order of [`Exclusion`]'s declaration, after the pin.
///
/// ```
/// use openclaw_catalog::{Choice, ChoicePolicy, Offer, Price, Pricing, TokenMix, choose};
///
/// let offer = |provider, input, output| Offer {
///     pricing: Some(Pricing { input: Price::from_micro_usd(input), output: Price::from_micro_usd(output) }),
///     ..Offer::new(provider)
/// };
/// let offers = [offer("ovhcloud", 470_000, 3_190_000), offer("deepinfra", 320_000, 3_200_000)];
/// let policy = ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 10_000, output_tokens: 500 });
///
/// let chosen = choose(&offers, &Choice { policy, ..Choice::default() });
/// assert_eq!(chosen.offers[0].offer.provider, "deepinfra"); // `:cheapest` would take the other
/// assert_eq!(chosen.offers[0].cost.unwrap().to_string(), "0.0048");
/// ```
#[must_use]
pub fn choose<'a>(offers: &'a [Offer], choice: &Choice<'_>) -> Chosen<'a> {
    choose_for(offers, None, choice)
}

impl Model {
    /// [`choose`] among this model's offers, with what is known of its input.
    #[must_use]
    pub fn choose(&self, choice: &Choice<'_>) -> Chosen<'_> {
        choose_for(self.offers(), self.input.map(|input| input.value), choice)
    }
}

fn choose_for<'a>(offers: &'a [Offer], input: Option<InputKinds>, choice: &Choice<'_>) -> Chosen<'a> {
    let mut chosen = Chosen { offers: Vec::with_capacity(offers.len()), excluded: Vec::new() };
    for (position, offer) in offers.iter().enumerate() {
        match judge(offer, input, choice) {
            Err(reason) => chosen.excluded.push(Excluded { offer, reason }),
            Ok(unknown) => {
                let cost = pico_usd(offer, choice.policy)
                    .map(|pico| Cost::from_nano_usd(u64::try_from(pico.div_ceil(1000)).unwrap_or(u64::MAX)));
                chosen.offers.push(Candidate { offer, position, cost, unknown });
            }
        }
    }
    // The sort is stable, which is what lets the first listed win a tie.
    chosen.offers.sort_by_key(|candidate| key(candidate, choice.policy));
    chosen
}

/// What candidates are sorted by; less is better.
///
/// In one number, which is quick to compare: how much is in doubt, whether what the policy compares is not told, and that.
fn key(candidate: &Candidate<'_>, policy: ChoicePolicy) -> u128 {
    const VALUE_BITS: u32 = 112;
    let Candidate { offer, unknown, .. } = candidate;
    let value = match policy {
        ChoicePolicy::Fastest => offer.throughput.map(|speed| u128::from(falling(speed))),
        ChoicePolicy::Cheapest => offer.pricing.map(|pricing| u128::from(pricing.output.micro_usd())),
        // Not the cost in nano-USD, which rounds small differences away.
        ChoicePolicy::CheapestForMix(_) => pico_usd(offer, policy),
    };
    let class = u128::from(unknown.doubt()) * 2 + u128::from(value.is_none());
    (class << VALUE_BITS) | value.unwrap_or_default().min((1 << VALUE_BITS) - 1)
}

/// A number that is less where the speed is higher, in the order of [`f64::total_cmp`].
fn falling(speed: f64) -> u64 {
    let bits = speed.to_bits();
    let is_negative = bits >> 63 == 1;
    if is_negative { bits } else { !(bits | 1 << 63) }
}

/// What the offer leaves open, or why it is out.
fn judge(offer: &Offer, input: Option<InputKinds>, choice: &Choice<'_>) -> Result<Unknowns, Exclusion> {
    let Choice { needs, max_price, provider, .. } = choice;
    if provider.is_some_and(|slug| offer.provider != slug) {
        return Err(Exclusion::NotPinned);
    }
    if let Some(status) = &offer.status
        && !offer.is_live()
    {
        return Err(Exclusion::NotLive(status.clone()));
    }
    let mut unknown = Unknowns::default();
    let mut need = |has: Option<bool>, what, lacks| match has {
        Some(true) => Ok(()),
        Some(false) => Err(lacks),
        None => {
            unknown.insert(what);
            Ok(())
        }
    };
    // The limit first: who hears only of a lacking tool might send the request all the same.
    if let Some(max) = *max_price {
        let output = offer.pricing.map(|pricing| pricing.output);
        let lacks = Exclusion::AbovePrice { output: output.unwrap_or(max), max };
        need(output.map(|output| output <= max), Unknown::Price, lacks)?;
    }
    if needs.tools {
        need(offer.supports_tools, Unknown::Tools, Exclusion::LacksTools)?;
    }
    if needs.structured_output {
        need(offer.supports_structured_output, Unknown::StructuredOutput, Exclusion::LacksStructuredOutput)?;
    }
    if needs.image {
        // A model that is said to read nothing at all is not known either.
        let reads = input.filter(|kinds| !kinds.is_empty()).map(|kinds| kinds.contains(InputKind::Image));
        need(reads, Unknown::ImageInput, Exclusion::LacksImageInput)?;
    }
    if let Some(needed) = needs.min_context {
        let offered = offer.context_length;
        let lacks = Exclusion::ContextTooSmall { offered: offered.unwrap_or_default(), needed };
        need(offered.map(|offered| offered >= needed), Unknown::Context, lacks)?;
    }
    Ok(unknown)
}

/// What the mix costs in pico-USD, the unit of a micro-USD per million tokens times a token.
fn pico_usd(offer: &Offer, policy: ChoicePolicy) -> Option<u128> {
    let ChoicePolicy::CheapestForMix(mix) = policy else { return None };
    let pricing = offer.pricing?;
    let times = |price: Price, tokens: u64| u128::from(price.micro_usd()) * u128::from(tokens);
    Some(times(pricing.input, mix.input_tokens).saturating_add(times(pricing.output, mix.output_tokens)))
}

#[cfg(test)]
mod tests {
    use super::falling;

    #[test]
    fn falling_is_the_total_order_turned_round() {
        let speeds = [
            f64::NAN,
            f64::INFINITY,
            1e9,
            2.5,
            2.0,
            f64::MIN_POSITIVE,
            0.0,
            -0.0,
            -1.0,
            f64::NEG_INFINITY,
            -f64::NAN,
        ];
        for (a, b) in speeds.iter().flat_map(|a| speeds.iter().map(move |b| (a, b))) {
            assert_eq!(falling(*a).cmp(&falling(*b)), b.total_cmp(a), "{a} and {b}");
        }
    }
}
