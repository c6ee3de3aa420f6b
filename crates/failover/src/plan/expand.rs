//! From a chain of references to slots.

use std::collections::{HashMap, HashSet};

use openclaw_catalog::{
    Candidate, Choice, ChoicePolicy, Chosen, Excluded, Exclusion, Model, Offer, Unknown, Unknowns, predict,
};
use openclaw_model_ref::{ModelRef, ParseError, Selector};

use super::{LeftOut, Plan, Reference, Slot};
use crate::Options;

/// What to choose offers by under a selector.
pub(super) fn choice<'a>(selector: Selector<'a>, options: &Options) -> Choice<'a> {
    let choice = Choice::for_selector(selector);
    let policy = match (choice.policy, options.mix) {
        (ChoicePolicy::Cheapest, Some(mix)) => ChoicePolicy::CheapestForMix(mix),
        (policy, _) => policy,
    };
    Choice { policy, needs: options.needs, max_price: options.max_price, ..choice }
}

/// Collects the slots of a plan.
pub(super) struct Expander<'a> {
    /// The same number for the same model.
    families: HashMap<&'a str, usize>,
    /// By family: what stands in the plan, or will.
    seen: Vec<Suffixes<'a>>,
    /// By place in the chain: whether an equal reference stands before.
    repeats: Vec<bool>,
    /// What is known to lack a need, for the very end.
    lacking: Vec<Slot>,
    plan: Plan,
}

/// The suffixes of one model. Most models have a handful, and looking through those is quicker than hashing.
#[derive(Default)]
struct Suffixes<'a> {
    few: Vec<&'a str>,
    many: HashSet<&'a str>,
}

impl<'a> Suffixes<'a> {
    const FEW: usize = 32;

    /// False where it was there already.
    fn insert(&mut self, suffix: &'a str) -> bool {
        if self.few.contains(&suffix) {
            return false;
        }
        if self.few.len() < Self::FEW {
            if self.few.is_empty() {
                self.few.reserve(12);
            }
            self.few.push(suffix);
            return true;
        }
        self.many.insert(suffix)
    }
}

/// How a reference as written stands to needs and limit.
enum Fit {
    /// As far as is known it may be sent, and this much is open.
    Open(Unknowns),
    /// The offer that it is expected to meet lacks something.
    Lacks,
    /// That offer asks too much.
    TooDear,
}

impl<'a> Expander<'a> {
    pub(super) fn new(chain: &'a [ModelRef], options: Options) -> Self {
        let mut families = HashMap::with_capacity(chain.len());
        let mut seen: Vec<Suffixes<'_>> = Vec::with_capacity(chain.len());
        // All that the user wrote is seen before anything is pinned, so that a pin stands where the user wrote it.
        let repeats = chain
            .iter()
            .map(|model| {
                let next = families.len();
                let family = *families.entry(model.hub_id()).or_insert(next);
                if family == seen.len() {
                    seen.push(Suffixes::default());
                }
                let suffix = model.selector().suffix().unwrap_or_default();
                seen.get_mut(family).is_some_and(|seen| !seen.insert(suffix))
            })
            .collect();
        let plan = Plan {
            references: Vec::with_capacity(chain.len()),
            slots: Vec::with_capacity(chain.len() * 12),
            left_out: Vec::new(),
            options,
        };
        Self { families, seen, repeats, lacking: Vec::new(), plan }
    }

    pub(super) fn finish(mut self) -> Plan {
        self.plan.slots.append(&mut self.lacking);
        self.plan
    }

    /// Adds a reference of the chain with what the catalog knows of its model.
    pub(super) fn add(&mut self, chain_index: usize, model: &'a ModelRef, listed: Option<&'a Model>) {
        if self.repeats.get(chain_index).copied().unwrap_or_default() {
            return;
        }
        let family = self.families.get(model.hub_id()).copied().unwrap_or_default();
        let reference = self.plan.references.len();
        let selector = model.selector();
        let choice = choice(selector, &self.plan.options);
        let mut chosen = listed.map(|listed| listed.choose(&choice)).unwrap_or_default();
        let expected = listed.and_then(|listed| expected(listed, selector));
        self.plan.references.push(Reference {
            model: model.clone(),
            chain_index,
            family,
            offers: listed.and_then(|listed| listed.offers.clone()),
            expected,
        });

        let is_pinned = matches!(selector, Selector::Provider(_));
        let meets = expected.and_then(|index| listed?.offers().get(index));
        let too_dear = meets.and_then(|offer| above_price(offer, &self.plan.options));
        let fit = match too_dear {
            Some(_) => Fit::TooDear,
            None => fit(&chosen, meets, &self.plan.options),
        };
        if is_pinned {
            // The user's own pin is sent whatever its offer is like, unless it is too dear.
            chosen.excluded = too_dear.into_iter().collect();
        }
        self.leave_out(chain_index, meets, chosen.excluded, &fit);
        let mut behind = None;
        match fit {
            Fit::Open(unknown) => {
                let slot = Slot { reference, pin: None, unknown };
                match chosen.offers.first() {
                    Some(best) if best.unknown.doubt() < unknown.doubt() => behind = Some(slot),
                    _ => self.plan.slots.push(slot),
                }
            }
            Fit::Lacks => {
                self.lacking.push(Slot { reference, pin: None, unknown: Unknowns::default() });
            }
            Fit::TooDear => {}
        }
        if !is_pinned && let Some(seen) = self.seen.get_mut(family) {
            for Candidate { offer, position, unknown, .. } in chosen.offers {
                // A provider named like a policy could not be pinned.
                if can_pin(model, &offer.provider) && seen.insert(&offer.provider) {
                    self.plan.slots.push(Slot { reference, pin: Some(position), unknown });
                }
            }
        }
        self.plan.slots.extend(behind);
    }

    fn leave_out(
        &mut self,
        chain_index: usize,
        expected: Option<&Offer>,
        excluded: Vec<Excluded<'_>>,
        fit: &Fit,
    ) {
        self.plan.left_out.extend(excluded.into_iter().map(|out| LeftOut {
            chain_index,
            provider: out.offer.provider.clone(),
            is_as_written: matches!((fit, &out.reason), (Fit::TooDear, Exclusion::AbovePrice { .. }))
                && expected.is_none_or(|offer| std::ptr::eq(offer, out.offer)),
            reason: out.reason,
        }));
    }
}

/// The place of the offer that a reference is expected to meet.
fn expected(listed: &Model, selector: Selector<'_>) -> Option<usize> {
    match selector {
        // A pin meets its offer whether that is live or not.
        Selector::Provider(slug) => listed.offers().iter().position(|offer| offer.provider == slug),
        Selector::Auto | Selector::Policy(_) => {
            let predicted = predict(listed.offers(), selector)?;
            listed.offers().iter().position(|offer| std::ptr::eq(offer, predicted))
        }
    }
}

/// The offer as one that asks too much, if it does.
fn above_price<'a>(offer: &'a Offer, options: &Options) -> Option<Excluded<'a>> {
    let (output, max) = (offer.pricing?.output, options.max_price?);
    (output > max).then_some(Excluded { offer, reason: Exclusion::AbovePrice { output, max } })
}

fn fit(chosen: &Chosen<'_>, meets: Option<&Offer>, options: &Options) -> Fit {
    let Some(meets) = meets else {
        // Nobody knows whom the router will choose: only what is known of all is known.
        let mut out =
            chosen.excluded.iter().map(|out| &out.reason).filter(|reason| may_be_met(reason)).peekable();
        if chosen.offers.is_empty() && out.peek().is_some() {
            return match out.any(|reason| matches!(reason, Exclusion::AbovePrice { .. })) {
                true => Fit::TooDear,
                false => Fit::Lacks,
            };
        }
        if chosen.offers.is_empty() || out.peek().is_some() {
            return Fit::Open(asked(options));
        }
        return Fit::Open(chosen.offers.iter().flat_map(|one| one.unknown.iter()).collect());
    };
    if let Some(one) = chosen.offers.iter().find(|one| std::ptr::eq(one.offer, meets)) {
        return Fit::Open(one.unknown);
    }
    match chosen.excluded.iter().find(|out| std::ptr::eq(out.offer, meets)).map(|out| &out.reason) {
        Some(reason) if may_be_met(reason) => Fit::Lacks,
        // A user's pin of an offer that is not live.
        Some(_) | None => Fit::Open(asked(options)),
    }
}

/// Whether the router may choose an offer all the same that we left out for this.
fn may_be_met(reason: &Exclusion) -> bool {
    !matches!(reason, Exclusion::NotLive(_) | Exclusion::NotPinned)
}

/// All that the options ask for.
fn asked(options: &Options) -> Unknowns {
    let needs = options.needs;
    [
        needs.tools.then_some(Unknown::Tools),
        needs.structured_output.then_some(Unknown::StructuredOutput),
        needs.image.then_some(Unknown::ImageInput),
        needs.min_context.map(|_| Unknown::Context),
        options.max_price.map(|_| Unknown::Price),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a provider's name can be sent as a pin of this model.
fn can_pin(model: &ModelRef, provider: &str) -> bool {
    !provider.is_empty()
        && provider.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && matches!(Selector::from_suffix(provider), Selector::Provider(_))
        && model.as_str().len() + 1 + provider.len() <= ParseError::MAX_LEN
}
