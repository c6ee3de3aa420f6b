//! Which rows fit what was typed, and in which order they come.

use std::cmp::{Ordering, Reverse};

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher};

use super::rows::Row;

/// What was typed, in its two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    /// Words of the id, the name or a provider; all of them must fit.
    pub(super) words: String,
    /// What stands behind a `:`, a part of a suffix; `None` where there is no `:`.
    pub(super) suffix: Option<String>,
}

impl Query {
    /// Reads what was typed; a whole reference is one too.
    pub(super) fn of(typed: &str) -> Self {
        let typed = typed.trim_start();
        let typed = match typed.split_at_checked("huggingface/".len()) {
            Some((provider, rest)) if provider.eq_ignore_ascii_case("huggingface/") => rest,
            _ => typed,
        };
        let (words, suffix) = match typed.split_once(':') {
            Some((words, suffix)) => (words, Some(suffix.trim().to_lowercase())),
            None => (typed, None),
        };
        Self { words: words.to_owned(), suffix }
    }
}

/// Finds rows; what was found last is kept, since the next look is mostly for one letter more.
pub(super) struct Filter {
    matcher: Matcher,
    words: String,
    /// Places of the rows that fitted, rising; `None` before the first look.
    found: Option<Vec<usize>>,
}

/// A row that fits, and how well: more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) row: usize,
    pub(super) score: u32,
}

impl Filter {
    pub(super) fn new() -> Self {
        Self { matcher: Matcher::new(Config::DEFAULT), words: String::new(), found: None }
    }

    /// The rows that fit all words, in the order of the rows. These must be the same at every call.
    ///
    /// Where some have the words as they are typed, those that merely have their letters in order are left out.
    pub(super) fn find(&mut self, rows: &[Row<'_>], words: &str) -> Vec<Found> {
        let words = words.to_lowercase();
        let atoms: Vec<_> = words.split_whitespace().map(Word::of).collect();
        let candidates = match self.found.take() {
            // What does not fit some letters does not fit more of them.
            Some(found) if words.starts_with(&self.words) => found,
            _ => (0..rows.len()).collect(),
        };
        let found: Vec<_> = candidates
            .into_iter()
            .filter_map(|row| Some((row, fit(&mut self.matcher, rows.get(row)?, &atoms)?)))
            .collect();
        self.words = words;
        self.found = Some(found.iter().map(|(row, _)| *row).collect());
        let has_whole = found.iter().any(|(_, fit)| fit.is_whole);
        found
            .into_iter()
            .filter(|(_, fit)| fit.is_whole || !has_whole)
            .map(|(row, fit)| Found { row, score: fit.score })
            .collect()
    }
}

/// A word, as it is looked for.
struct Word<'w> {
    text: &'w str,
    /// Its letters in order, others between them.
    letters: Atom,
    /// As it is typed.
    whole: Atom,
}

impl<'w> Word<'w> {
    fn of(text: &'w str) -> Self {
        let atom = |kind| Atom::new(text, CaseMatching::Ignore, Normalization::Smart, kind, false);
        Self { text, letters: atom(AtomKind::Fuzzy), whole: atom(AtomKind::Substring) }
    }
}

/// How a row fits.
struct Fit {
    score: u32,
    /// Whether every word is there as it is typed.
    is_whole: bool,
}

/// How a row fits; `None` where some word is neither in the id and the name nor in a provider's.
fn fit(matcher: &mut Matcher, row: &Row<'_>, words: &[Word<'_>]) -> Option<Fit> {
    let mut fit = Fit { score: 0, is_whole: true };
    for word in words {
        let text = row.search.slice(..);
        // A provider's name has to be spelled out, or some provider would fit nearly every word.
        let has_provider =
            || row.offers().iter().any(|offer| offer.provider.to_lowercase().contains(word.text));
        match word.letters.score(text, matcher) {
            Some(score) => {
                fit.score += u32::from(score);
                fit.is_whole = fit.is_whole && (word.whole.score(text, matcher).is_some() || has_provider());
            }
            None if has_provider() => fit.score += 1,
            None => return None,
        }
    }
    Some(fit)
}

/// The order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The best match first; as listed where nothing was typed.
    Best,
    /// By id.
    Name,
    /// The cheapest output first.
    Price,
    /// Most tokens per second first.
    Speed,
    /// The largest context first.
    Context,
}

impl Order {
    pub(super) const ALL: [Self; 5] = [Self::Best, Self::Price, Self::Speed, Self::Context, Self::Name];

    /// The one that comes after this.
    pub(super) fn next(self) -> Self {
        let mut orders = Self::ALL.into_iter().cycle().skip_while(|order| *order != self);
        orders.nth(1).unwrap_or(Self::Best)
    }

    /// What it goes by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Best => "best match",
            Self::Name => "name",
            Self::Price => "price",
            Self::Speed => "speed",
            Self::Context => "context",
        }
    }

    /// Sorts what was found; rows that do not tell come last, and equals stay as listed.
    pub(super) fn sort(self, rows: &[Row<'_>], found: &mut [Found]) {
        let facts = |found: &Found| rows.get(found.row).map(|row| row.facts).unwrap_or_default();
        // Of two that fit as well the shorter one is nearer to what was typed.
        let fit = |found: &Found| {
            let width = if found.score == 0 { 0 } else { rows.get(found.row).map_or(0, |row| row.width) };
            (Reverse(found.score), width)
        };
        if self == Self::Name {
            found.sort_by_cached_key(|found| {
                rows.get(found.row).map(|row| row.reference.router_id().to_lowercase())
            });
            return;
        }
        // One sort with every order inside: each sort of its own is five thousand bytes of the program.
        found.sort_by(|a, b| match self {
            Self::Best | Self::Name => fit(a).cmp(&fit(b)),
            Self::Price => known_first(facts(a).output, facts(b).output, Ord::cmp),
            Self::Speed => known_first(facts(a).speed, facts(b).speed, |a, b| b.total_cmp(a)),
            Self::Context => known_first(facts(a).context, facts(b).context, |a, b| b.cmp(a)),
        });
    }
}

fn known_first<T>(a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(&a, &b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
