//! What the last hour came to: counts by minute and the latest moves to another offer. No clock: times are arguments.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use openclaw_failover::Class;
use openclaw_hf_client::Switch;
use openclaw_model_ref::ModelRef;

/// How many minutes are kept, the running one among them.
pub(crate) const MINUTES: usize = 60;
/// How many moves are kept.
const MOVES: usize = 50;
/// A provider's name is kept up to this length, since it comes from outside.
const LONGEST_NAME: usize = 64;

/// The last hour. Of bounded size, and cheap on the way of requests: one lock and a handful of additions.
///
/// All times are counted from the same moment, when the gateway began.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    /// A ring: minute `n` is kept at `n % MINUTES`.
    minutes: [Minute; MINUTES],
    moves: VecDeque<Move>,
    /// When the router's list was last fetched, in seconds; below zero where that was before the gateway began.
    listed: Option<i64>,
}

impl Default for Inner {
    fn default() -> Self {
        Self { minutes: [Minute::default(); MINUTES], moves: VecDeque::new(), listed: None }
    }
}

/// What a minute came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Minute {
    /// Which one, counted from when the gateway began.
    number: u64,
    /// Requests that were answered.
    pub(crate) answered: u64,
    /// Requests that nobody answered, or whose answer broke off.
    pub(crate) failed: u64,
    /// Requests that the client gave up.
    pub(crate) aborted: u64,
    /// Moves to another offer, in the order of [`Class::ALL`].
    pub(crate) moved: [u64; Class::ALL.len()],
    /// Tokens of prompts.
    pub(crate) input: u64,
    /// Tokens of answers.
    pub(crate) output: u64,
    /// Estimated cost.
    pub(crate) nano_usd: u64,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ended {
    /// `answered`, `aborted`, or a class.
    pub(crate) result: &'static str,
    /// Tokens of the prompt.
    pub(crate) input: u64,
    /// Tokens of the answer.
    pub(crate) output: u64,
    /// Estimated cost; zero where it is not known.
    pub(crate) nano_usd: u64,
}

/// A move from what failed to what was asked next. It holds no word of a question or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) at: Duration,
    /// What was asked, with its suffix.
    pub(crate) model: ModelRef,
    /// Who failed, as far as it is known.
    pub(crate) from: Option<Box<str>>,
    pub(crate) class: Class,
    /// The HTTP status; `None` where there was no reply.
    pub(crate) status: Option<u16>,
    /// What was asked next.
    pub(crate) to_model: ModelRef,
    /// Who was expected to answer it; `None` where there was no telling.
    pub(crate) to: Option<Box<str>>,
}

impl Move {
    /// `None` where nothing failed.
    pub(crate) fn of(switch: &Switch<'_>, at: Duration) -> Option<Self> {
        let Switch { failed, next, .. } = switch;
        Some(Self {
            at,
            model: failed.model.clone(),
            from: failed.provider.as_deref().or(failed.expected.as_deref()).map(short),
            class: failed.result.err()?,
            status: failed.status,
            to_model: next.target.model.clone(),
            to: next.target.provider.as_deref().map(short),
        })
    }
}

/// A name from outside, cut where it is longer than any that is known.
fn short(name: &str) -> Box<str> {
    name.chars().take(LONGEST_NAME).collect::<String>().into()
}

impl Minute {
    fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.aborted += other.aborted;
        for (sum, more) in self.moved.iter_mut().zip(other.moved) {
            *sum += more;
        }
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
        self.nano_usd = self.nano_usd.saturating_add(other.nano_usd);
    }

    /// Moves of all classes.
    pub(crate) fn moves(&self) -> u64 {
        self.moved.iter().sum()
    }
}

fn number(at: Duration) -> u64 {
    at.as_secs() / 60
}

impl Inner {
    /// The running minute, emptied where it held one of an hour ago.
    fn minute(&mut self, at: Duration) -> Option<&mut Minute> {
        let number = number(at);
        let place = usize::try_from(number).ok()? % MINUTES;
        let minute = self.minutes.get_mut(place)?;
        if minute.number != number {
            *minute = Minute { number, ..Minute::default() };
        }
        Some(minute)
    }
}

impl Recent {
    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        // A panic while holding the lock leaves nothing half-made in there.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a request that ended.
    pub(crate) fn ended(&self, ended: Ended, at: Duration) {
        self.with(|inner| {
            let Some(minute) = inner.minute(at) else { return };
            match ended.result {
                "answered" => minute.answered += 1,
                "aborted" => minute.aborted += 1,
                _ => minute.failed += 1,
            }
            minute.input = minute.input.saturating_add(ended.input);
            minute.output = minute.output.saturating_add(ended.output);
            minute.nano_usd = minute.nano_usd.saturating_add(ended.nano_usd);
        });
    }

    /// Counts a move and keeps it.
    pub(crate) fn moved(&self, moved: Move) {
        self.with(|inner| {
            let class = Class::ALL.iter().position(|class| *class == moved.class);
            if let Some(minute) = inner.minute(moved.at)
                && let Some(count) = class.and_then(|class| minute.moved.get_mut(class))
            {
                *count += 1;
            }
            if inner.moves.len() >= MOVES {
                inner.moves.pop_back();
            }
            inner.moves.push_front(moved);
        });
    }

    /// Notes that the router's list was fetched so long ago.
    pub(crate) fn listed(&self, age: Duration, at: Duration) {
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        self.with(|inner| inner.listed = Some(seconds(at).saturating_sub(seconds(age))));
    }

    /// How long ago the router's list was fetched, in seconds; `None` where it never was.
    pub(crate) fn list_age(&self, at: Duration) -> Option<u64> {
        let listed = self.with(|inner| inner.listed)?;
        let now = i64::try_from(at.as_secs()).ok()?;
        u64::try_from(now.saturating_sub(listed)).ok()
    }

    /// The minutes of the last hour, the running one last; and the moves of that hour, the latest first.
    pub(crate) fn hour(&self, at: Duration) -> (Vec<Minute>, Vec<Move>) {
        let newest = number(at);
        self.with(|inner| {
            let minutes = (0..MINUTES as u64).rev().map(|back| {
                let number = newest.checked_sub(back);
                let kept = inner.minutes.iter().find(|minute| Some(minute.number) == number);
                kept.copied().unwrap_or_default()
            });
            let hour = |moved: &&Move| newest - number(moved.at).min(newest) < MINUTES as u64;
            (minutes.collect(), inner.moves.iter().filter(hour).cloned().collect())
        })
    }
}

/// What minutes came to in all.
pub(crate) fn sum(minutes: &[Minute]) -> Minute {
    let mut all = Minute::default();
    for minute in minutes {
        all.add(minute);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60 + 59)
    }

    fn moved(minutes: u64) -> Move {
        let model: ModelRef = "huggingface/a/b".parse().expect("a reference");
        Move {
            at: at(minutes),
            model: model.clone(),
            from: Some("one".into()),
            class: Class::RateLimited,
            status: Some(429),
            to_model: model,
            to: None,
        }
    }

    #[test]
    fn an_hour_is_sixty_minutes_and_what_is_older_is_forgotten() {
        let recent = Recent::default();
        let answered = Ended { result: "answered", input: 3, output: 5, nano_usd: 7 };
        recent.ended(answered, at(0));
        recent.ended(answered, at(0));
        recent.ended(Ended { result: "timeout", ..Ended::default() }, at(59));
        recent.ended(Ended { result: "aborted", ..Ended::default() }, at(59));
        let counts = |now| {
            let (minutes, _) = recent.hour(at(now));
            assert_eq!(minutes.len(), MINUTES);
            let all = sum(&minutes);
            (all.answered, all.failed, all.aborted, all.input, all.output, all.nano_usd)
        };
        assert_eq!(counts(0), (2, 0, 0, 6, 10, 14));
        assert_eq!(counts(59), (2, 1, 1, 6, 10, 14));
        assert_eq!(counts(60), (0, 1, 1, 0, 0, 0), "nobody asked since, and the minute is gone all the same");
        assert_eq!(recent.hour(at(59)).0.first().map(|minute| minute.answered), Some(2), "the oldest first");
        recent.ended(answered, at(60));
        assert_eq!(counts(60), (1, 1, 1, 3, 5, 7), "its place in the ring is taken anew");
        assert_eq!(counts(1_000), (0, 0, 0, 0, 0, 0));
    }

    #[test]
    fn fifty_moves_are_kept_and_all_are_counted() {
        let recent = Recent::default();
        for minute in 0..70 {
            recent.moved(moved(minute));
        }
        let (minutes, moves) = recent.hour(at(69));
        assert_eq!((sum(&minutes).moves(), moves.len()), (60, 50));
        assert_eq!(moves.first().map(|moved| moved.at), Some(at(69)), "the latest first");
        assert_eq!(recent.hour(at(100)).1.len(), 29, "those of the hour alone");
    }

    #[test]
    fn a_name_from_outside_is_kept_short() {
        assert_eq!(short(&"é".repeat(1_000)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn a_list_may_be_older_than_the_gateway() {
        let recent = Recent::default();
        assert_eq!(recent.list_age(at(1)), None);
        recent.listed(Duration::from_secs(300), Duration::from_secs(2));
        assert_eq!(recent.list_age(Duration::from_secs(12)), Some(310));
    }
}
