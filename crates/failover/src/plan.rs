//! What can be tried for a chain of references, in the order in which to try it.

mod expand;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use openclaw_catalog::{Catalog, Choice, Exclusion, Offer, Pricing, Unknowns, choose};
use openclaw_model_ref::{ModelRef, Selector};

use crate::cooldown::{CooldownKey, Cooldowns, TokenId};
use crate::{ChosenBy, Options};
use expand::Expander;

/// What can be tried for a chain of references, in the order in which to try it.
///
/// Each reference expands to itself, as the user wrote it, and then to the offers that its policy ranks, pinned one by
/// one.
/// A reference that the user pinned expands to itself alone, since a pin may be about privacy.
/// Nothing is sent twice: of references that send the same the first counts, and where the user wrote a pin it stands where the
/// user wrote it.
///
/// Under needs or a price limit:
/// - a reference whose expected offer leaves more open than the best pin does comes behind its pins;
/// - a reference whose expected offer is known to lack a need comes behind everything, since one wrong request would end
///   the chain; it is kept, since probes err;
/// - what is known to ask more than the limit is left out.
///
/// A plan is made in one pass over the references and their offers, and borrows nothing.
#[derive(Debug, Clone)]
pub struct Plan {
    references: Vec<Reference>,
    slots: Vec<Slot>,
    left_out: Vec<LeftOut>,
    options: Options,
}

/// A reference of the chain.
#[derive(Debug, Clone)]
struct Reference {
    model: ModelRef,
    chain_index: usize,
    /// A number that references of the same model share.
    family: usize,
    /// The model's offers, which the slots point into.
    offers: Option<Arc<[Offer]>>,
    /// Which of them the router is expected to pick; where the user pinned one, that.
    expected: Option<usize>,
}

impl Reference {
    fn offers(&self) -> &[Offer] {
        self.offers.as_deref().unwrap_or_default()
    }

    fn offer(&self, index: Option<usize>) -> Option<&Offer> {
        self.offers().get(index?)
    }
}

/// One thing to try: small, since most plans are hardly begun.
#[derive(Debug, Clone, Copy)]
struct Slot {
    reference: usize,
    /// The offer to pin; `None` is the reference as written.
    pin: Option<usize>,
    unknown: Unknowns,
}

/// One thing to try.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// What to send: [`ModelRef::router_id`] goes into the field `model`.
    pub model: ModelRef,
    /// Which reference of the chain it belongs to: 0 is the primary.
    pub chain_index: usize,
    /// Who chose the provider.
    pub chosen_by: ChosenBy,
    /// The pinned provider, or the one that the router is expected to choose; `None` where there is no telling.
    pub provider: Option<String>,
    /// What that provider asks; `None` is unknown, not free.
    pub pricing: Option<Pricing>,
    /// What was asked for and is not known of it.
    pub unknown: Unknowns,
}

impl fmt::Display for Target {
    /// Prints what is sent and, where the router chooses, whom it is expected to choose.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.model.router_id())?;
        if let Some(provider) = &self.provider
            && self.chosen_by == ChosenBy::Router
        {
            write!(f, " at {}?", provider.escape_debug())?;
        }
        match self.unknown.is_empty() {
            true => Ok(()),
            false => write!(f, " ({} unknown)", self.unknown),
        }
    }
}

/// An offer that is not tried, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Which reference of the chain it belongs to: 0 is the primary.
    pub chain_index: usize,
    /// The provider.
    pub provider: String,
    /// Whether the reference as written is left out with it, since the user pinned this offer or the router may choose
    /// it; false where only a pin of the plan's own is.
    pub is_as_written: bool,
    /// Why.
    pub reason: Exclusion,
}

impl Plan {
    /// Plans a chain: the primary and all fallbacks, aliases resolved.
    ///
    /// A model that the catalog has no offers of is tried as written.
    ///
    /// ```
    /// use openclaw_catalog::{Catalog, Layer};
    /// use openclaw_failover::{Options, Plan};
    /// use openclaw_model_ref::ModelRef;
    ///
    /// let chain: Vec<ModelRef> =
    ///     ["huggingface/Qwen/Qwen3-32B", "huggingface/zai-org/GLM-4.6:together"].map(|text| text.parse().unwrap()).into();
    /// let plan = Plan::new(&chain, &Catalog::merge([Layer::built_in()]), Options::default());
    /// assert_eq!(plan.to_string(), "1. Qwen/Qwen3-32B\n2. zai-org/GLM-4.6:together");
    /// ```
    #[must_use]
    pub fn new(chain: &[ModelRef], catalog: &Catalog, options: Options) -> Self {
        let mut expander = Expander::new(chain, options);
        for (chain_index, model) in chain.iter().enumerate() {
            expander.add(chain_index, model, catalog.get(model.hub_id()));
        }
        expander.finish()
    }

    /// How many attempts there are at most, the one repeated after a dead network aside.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is nothing to try.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// What can be tried, in order; cooldowns may change the order in a run.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        (0..self.slots.len()).filter_map(|slot| self.target(slot))
    }

    /// The same in the order in which a run that begins now asks, each with how long it is to be left alone yet; `None`
    /// where nothing that it is expected to meet has refused lately.
    ///
    /// What is ready comes first; behind it what is cooling, the soonest ready first.
    #[must_use]
    pub fn standing(
        &self,
        token: TokenId,
        cooldowns: &Cooldowns,
        now: Duration,
    ) -> Vec<(Target, Option<Duration>)> {
        let waits = (0..self.slots.len()).map(|slot| {
            let ready_at = self.ready_at(slot, token, cooldowns).filter(|at| *at > now);
            (slot, ready_at.map(|at| at.saturating_sub(now)))
        });
        let mut waits: Vec<_> = waits.collect();
        // Stable: of what is ready at the same time the plan's order counts.
        waits.sort_by_key(|(_, wait)| wait.unwrap_or_default());
        waits.into_iter().filter_map(|(slot, wait)| Some((self.target(slot)?, wait))).collect()
    }

    /// The offers that are not tried, by reference, in no order that matters.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// What bounds this plan and its run.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    fn slot(&self, slot: usize) -> Option<(&Slot, &Reference)> {
        let slot = self.slots.get(slot)?;
        Some((slot, self.references.get(slot.reference)?))
    }

    pub(crate) fn target(&self, slot: usize) -> Option<Target> {
        let (slot, reference) = self.slot(slot)?;
        let offer = reference.offer(slot.pin.or(reference.expected));
        let (model, chosen_by) = match (slot.pin, reference.model.selector()) {
            // The slug was looked at when the plan was made.
            (Some(_), _) => {
                (reference.model.with_selector(Selector::Provider(&offer?.provider)).ok()?, ChosenBy::Plan)
            }
            (None, Selector::Provider(_)) => (reference.model.clone(), ChosenBy::User),
            (None, _) => (reference.model.clone(), ChosenBy::Router),
        };
        let provider = match reference.model.selector() {
            Selector::Provider(slug) => Some(slug.to_owned()),
            _ => offer.map(|offer| offer.provider.clone()),
        };
        Some(Target {
            model,
            chain_index: reference.chain_index,
            chosen_by,
            provider,
            pricing: offer.and_then(|offer| offer.pricing),
            unknown: slot.unknown,
        })
    }

    /// Which reference a slot belongs to, as an index below [`Plan::references`].
    pub(crate) fn reference_of(&self, slot: usize) -> Option<usize> {
        self.slots.get(slot).map(|slot| slot.reference)
    }

    /// How many references there are.
    pub(crate) fn references(&self) -> usize {
        self.references.len()
    }

    /// Whether a slot cannot help either where the router said that nobody serves the model of `other`.
    pub(crate) fn is_as_unsupported_as(&self, slot: usize, other: usize) -> bool {
        match (self.slot(slot), self.slot(other)) {
            (Some((slot, of_slot)), Some((_, of_other))) => {
                let is_users_pin =
                    slot.pin.is_none() && matches!(of_slot.model.selector(), Selector::Provider(_));
                of_slot.family == of_other.family && !is_users_pin
            }
            _ => false,
        }
    }

    /// When a slot is ready; `None` where nothing that it is expected to meet has refused.
    pub(crate) fn ready_at(&self, slot: usize, token: TokenId, cooldowns: &Cooldowns) -> Option<Duration> {
        let (slot, reference) = self.slot(slot)?;
        let provider = match reference.model.selector() {
            Selector::Provider(slug) => Some(slug),
            _ => reference.offer(slot.pin.or(reference.expected)).map(|offer| offer.provider.as_str()),
        };
        let hub_id = reference.model.hub_id();
        let of_offer = provider
            .and_then(|slug| cooldowns.ready_at(CooldownKey { token, model: hub_id, provider: Some(slug) }));
        let model = reference.model.router_id();
        let of_choice = match slot.pin {
            None => cooldowns.ready_at(CooldownKey { token, model, provider: None }),
            Some(_) => None,
        };
        of_offer.max(of_choice)
    }

    /// What a provider asks for the model of a slot; `None` where it is not known.
    pub(crate) fn pricing_at(&self, slot: usize, provider: &str) -> Option<Pricing> {
        let (_, reference) = self.slot(slot)?;
        reference.offers().iter().find(|offer| offer.provider == provider)?.pricing
    }

    /// Who offers the model of a slot, `but` aside, as what to send.
    pub(crate) fn alternatives(&self, slot: usize, but: Option<&str>) -> Vec<String> {
        let Some((_, reference)) = self.slot(slot) else { return Vec::new() };
        let choice = Choice { provider: None, ..expand::choice(reference.model.selector(), &self.options) };
        let chosen = choose(reference.offers(), &choice);
        let others =
            chosen.offers.iter().map(|one| one.offer.provider.as_str()).filter(|slug| but != Some(slug));
        others.map(|slug| format!("{}:{slug}", reference.model.hub_id())).collect()
    }
}

impl fmt::Display for Plan {
    /// Prints one target a line, numbered from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, target) in self.targets().enumerate() {
            let newline = if place == 0 { "" } else { "\n" };
            write!(f, "{newline}{}. {target}", place + 1)?;
        }
        Ok(())
    }
}
