//! Which offer the router will pick, and which come after it.

use std::cmp::Ordering;
use std::fmt;

use openclaw_model_ref::{RoutingPolicy, Selector};

use crate::money::Price;
use crate::offer::{Offer, OfferStatus};

/// The offers of a model in the order in which a selector prefers them.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking<'a> {
    /// Offers that can be used, best first.
    pub offers: Vec<Ranked<'a>>,
    /// Offers that cannot, with the reason.
    pub excluded: Vec<Excluded<'a>>,
    /// Whether the first of `offers` is what the router is expected to pick.
    ///
    /// False where only the router knows: under `:preferred` the order is in the user's settings, and where no offer
    /// tells its price or its speed there is nothing to compare.
    pub is_predictable: bool,
}

impl<'a> Ranking<'a> {
    /// The offer that the router is expected to pick; `None` where there is no telling.
    ///
    /// It cannot be more than likely: the user may have disabled a provider, and a probe may have run since.
    #[must_use]
    pub fn predicted(&self) -> Option<&'a Offer> {
        self.offers.first().filter(|_| self.is_predictable).map(|ranked| ranked.offer)
    }
}

/// An offer that can be used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Whether the offer tells what the selector compares; those that do not come last, in the router's order.
    pub is_comparable: bool,
}

/// An offer that cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Excluded<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Why not.
    pub reason: Exclusion,
}

/// Why an offer cannot be used.
///
/// [`rank`] knows the first two, as the router does; [`choose`](crate::choose) knows all.
/// [`Display`](fmt::Display) prints a fragment that follows the provider's name: `another provider is pinned`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exclusion {
    /// Its status is not live.
    NotLive(OfferStatus),
    /// The reference pins another provider.
    NotPinned,
    /// Its output price is above the limit.
    AbovePrice {
        /// What it asks.
        output: Price,
        /// The limit.
        max: Price,
    },
    /// Its latest probe of tool calls failed (`supports_tools` is false).
    LacksTools,
    /// Its latest probe of structured output failed (`supports_structured_output` is false).
    LacksStructuredOutput,
    /// The model reads no images, whoever serves it.
    LacksImageInput,
    /// Its context is shorter than what is needed.
    ContextTooSmall {
        /// What it has, in tokens of prompt and answer together.
        offered: u64,
        /// What is needed, likewise.
        needed: u64,
    },
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLive(status) => {
                write!(f, "its status is `{}`, not `live`", status.to_string().escape_debug())
            }
            Self::NotPinned => f.write_str("another provider is pinned"),
            Self::LacksTools => f.write_str("its latest probe of tool calls failed"),
            Self::LacksStructuredOutput => f.write_str("its latest probe of structured output failed"),
            Self::LacksImageInput => f.write_str("the model reads no images"),
            Self::ContextTooSmall { offered, needed } => {
                write!(f, "its context of {offered} tokens is shorter than the {needed} needed")
            }
            Self::AbovePrice { output, max } => {
                write!(f, "its output price of {output} USD per million tokens is above the limit of {max}")
            }
        }
    }
}

/// Ranks offers as the router does.
///
/// | selector | compares |
/// |---|---|
/// | none, `:fastest` | highest throughput, offers without a price included |
/// | `:cheapest` | lowest output price; an offer without a price is never the cheapest |
/// | `:preferred` | nothing: the order is in the user's settings |
/// | `:<provider>` | nothing: that offer alone |
///
/// On a tie the one listed first wins.
///
/// Source: the data behind the comparison table on the Hub, which is also what `GET /v1/models` serves.
///
/// ```
/// use openclaw_catalog::{Offer, OfferStatus, rank};
/// use openclaw_model_ref::{RoutingPolicy, Selector};
///
/// let offers = [
///     Offer { throughput: Some(61.0), ..Offer::new("nscale") },
///     Offer { throughput: Some(410.2), ..Offer::new("groq") },
///     Offer { status: Some(OfferStatus::Staging), ..Offer::new("together") },
/// ];
/// let ranking = rank(&offers, Selector::Auto);
/// assert_eq!(ranking.predicted().expect("one is fastest").provider, "groq");
/// assert_eq!(ranking.excluded[0].reason.to_string(), "its status is `staging`, not `live`");
/// // Nobody tells a price, so there is no telling who is the cheapest.
/// assert!(rank(&offers, Selector::Policy(RoutingPolicy::Cheapest)).predicted().is_none());
/// ```
#[must_use]
pub fn rank<'a>(offers: &'a [Offer], selector: Selector<'_>) -> Ranking<'a> {
    let mut excluded = Vec::new();
    let mut usable = Vec::with_capacity(offers.len());
    for offer in offers {
        match exclusion(offer, selector) {
            Some(reason) => excluded.push(Excluded { offer, reason }),
            None => usable.push(Ranked { offer, is_comparable: is_comparable(offer, selector) }),
        }
    }
    // The sort is stable, which is what lets the first listed win a tie.
    usable.sort_by(|a, b| order(a, b, selector));
    // A single offer needs no comparison.
    let is_predictable = usable.len() == 1 || usable.first().is_some_and(|first| first.is_comparable);
    Ranking { offers: usable, excluded, is_predictable }
}

/// The offer that the router is expected to pick: what [`Ranking::predicted`] of [`rank`] gives, without the ranking.
///
/// ```
/// use openclaw_catalog::{Offer, predict, rank};
/// use openclaw_model_ref::Selector;
///
/// let offers = [Offer { throughput: Some(40.0), ..Offer::new("nscale") }, Offer { throughput: Some(90.0), ..Offer::new("groq") }];
/// assert_eq!(predict(&offers, Selector::Auto).map(|offer| &*offer.provider), Some("groq"));
/// assert_eq!(predict(&offers, Selector::Auto), rank(&offers, Selector::Auto).predicted());
/// ```
#[must_use]
pub fn predict<'a>(offers: &'a [Offer], selector: Selector<'_>) -> Option<&'a Offer> {
    let mut usable = offers
        .iter()
        .filter(|offer| exclusion(offer, selector).is_none())
        .map(|offer| Ranked { offer, is_comparable: is_comparable(offer, selector) });
    let first = usable.next()?;
    let (mut best, mut is_alone) = (first, true);
    for other in usable {
        is_alone = false;
        if order(&other, &best, selector) == Ordering::Less {
            best = other;
        }
    }
    (is_alone || best.is_comparable).then_some(best.offer)
}

/// Why the router will not send a request there.
fn exclusion(offer: &Offer, selector: Selector<'_>) -> Option<Exclusion> {
    match (&offer.status, selector) {
        (_, Selector::Provider(slug)) if offer.provider != slug => Some(Exclusion::NotPinned),
        (Some(status), _) if !offer.is_live() => Some(Exclusion::NotLive(status.clone())),
        _ => None,
    }
}

fn is_comparable(offer: &Offer, selector: Selector<'_>) -> bool {
    match selector {
        Selector::Auto | Selector::Policy(RoutingPolicy::Fastest) => offer.throughput.is_some(),
        Selector::Policy(RoutingPolicy::Cheapest) => offer.pricing.is_some(),
        Selector::Provider(_) => true,
        Selector::Policy(_) => false,
    }
}

/// Less is better.
fn order(a: &Ranked<'_>, b: &Ranked<'_>, selector: Selector<'_>) -> Ordering {
    b.is_comparable.cmp(&a.is_comparable).then_with(|| match selector {
        Selector::Auto | Selector::Policy(RoutingPolicy::Fastest) => faster(a.offer, b.offer),
        Selector::Policy(RoutingPolicy::Cheapest) => cheaper(a.offer, b.offer),
        Selector::Provider(_) | Selector::Policy(_) => Ordering::Equal,
    })
}

/// Less is faster; equal where one of them does not tell.
fn faster(a: &Offer, b: &Offer) -> Ordering {
    match (a.throughput, b.throughput) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        _ => Ordering::Equal,
    }
}

/// Less has the lower output price; equal where one of them does not tell.
fn cheaper(a: &Offer, b: &Offer) -> Ordering {
    match (a.pricing, b.pricing) {
        (Some(a), Some(b)) => a.output.cmp(&b.output),
        _ => Ordering::Equal,
    }
}
