//! Who may answer, a row each.

use std::fmt;

use openclaw_catalog::{Model, rank};
use openclaw_model_ref::{ModelRef, Selector};

use crate::view::{price, printable, speed, tokens};

/// Who may answer.
#[derive(Debug, Clone)]
pub(super) enum Backend {
    /// Whoever the router picks; the name is the likely one.
    Router(Option<String>),
    /// This provider and no other.
    Pinned { reference: ModelRef, row: String },
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Router(Some(likely)) => {
                write!(f, "let the router decide (now likely {})", printable(likely))
            }
            Self::Router(None) => f.write_str("let the router decide"),
            Self::Pinned { row, .. } => f.write_str(&printable(row)),
        }
    }
}

/// The backends of a model that can be chosen, the router's own choice first.
pub(super) fn backends(reference: &ModelRef, model: &Model) -> Vec<Backend> {
    let ranking = rank(model.offers(), Selector::Auto);
    let likely = ranking.predicted().map(|offer| offer.provider.clone());
    let width = ranking.offers.iter().map(|ranked| ranked.offer.provider.len()).max().unwrap_or_default();
    let pinned = ranking.offers.iter().filter_map(|ranked| {
        let offer = ranked.offer;
        // Not every name can stand behind a colon.
        let reference = reference.with_selector(Selector::Provider(&offer.provider)).ok();
        let reference = reference.filter(|pinned| matches!(pinned.selector(), Selector::Provider(_)))?;
        let row = format!(
            "{:width$} {:>6} {:>6}/{:<6} {:>4} tok/s",
            offer.provider,
            tokens(offer.context_length),
            price(offer.pricing.map(|pricing| pricing.input)),
            price(offer.pricing.map(|pricing| pricing.output)),
            speed(offer.throughput),
        );
        Some(Backend::Pinned { reference, row })
    });
    std::iter::once(Backend::Router(likely)).chain(pinned).collect()
}
