//! What the clients saw against what the sandbox was asked.

use std::collections::{BTreeMap, HashMap};

use openclaw_sandbox::{Recorded, ReplyState};

use super::client::{Asked, End};
use super::faults::LATE;
use super::question::MARK;
use super::say;

/// What the comparison gave.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Requests for an answer that the sandbox took.
    pub(crate) requests: usize,
    /// Faults that happened, by kind.
    pub(crate) faults: BTreeMap<String, usize>,
    /// Requests that nobody let go of.
    pub(crate) open: usize,
    /// Questions that were sent again behind the first byte of an answer.
    pub(crate) again: usize,
    /// Answers to the question of somebody else, or to none.
    pub(crate) mixed_up: usize,
    /// Errors in the middle of an answer that the sandbox has not made.
    pub(crate) invented: usize,
    /// Attempts that would have been answered, and were given up for another while the client still waited.
    pub(crate) given_up: usize,
    /// Questions of which the log has lost the beginning.
    pub(crate) forgotten: usize,
}

/// Compares all that was asked with the sandbox's log.
pub(crate) fn compare<'a>(log: &[Recorded], asked: impl Iterator<Item = &'a Asked>) -> Compared {
    let mut compared = Compared::default();
    let mut by_mark: HashMap<&str, Vec<&Recorded>> = HashMap::new();
    for recorded in log {
        let Some(mark) = recorded.body_keys.iter().find(|key| key.starts_with(MARK)) else { continue };
        compared.requests += 1;
        compared.open += usize::from(recorded.state == ReplyState::Open);
        if let Some(fault) = &recorded.fault {
            *compared.faults.entry(fault.clone()).or_default() += 1;
        }
        by_mark.entry(mark).or_default().push(recorded);
    }
    let has_forgotten = log.first().is_some_and(|first| first.number > 1);
    for asked in asked {
        let requests = by_mark.get(asked.mark.as_str()).map(Vec::as_slice).unwrap_or_default();
        let Some(number) = asked.number else { continue };
        let Some(answered) = requests.iter().find(|recorded| recorded.number == number) else {
            match has_forgotten {
                true => compared.forgotten += 1,
                false => {
                    compared.mixed_up += 1;
                    say(&format!(
                        "soak: {} got the answer of request {number}, which is not its own",
                        asked.mark
                    ));
                }
            }
            continue;
        };
        let later: Vec<u64> = requests.iter().map(|one| one.number).filter(|&one| one > number).collect();
        if !later.is_empty() {
            compared.again += 1;
            say(&format!("soak: {} was sent again as {later:?} behind request {number}", asked.mark));
        }
        let earlier = requests.iter().filter(|one| one.number < number && one.fault.is_none());
        for given_up in earlier {
            compared.given_up += 1;
            say(&format!("soak: {} gave up {}", asked.mark, shown(given_up)));
        }
        if let End::Broke(why) = &asked.end
            && !answered.fault.as_deref().is_some_and(|fault| LATE.contains(&fault))
        {
            compared.invented += 1;
            say(&format!("soak: {}: `{why}` behind {}", asked.mark, shown(answered)));
        }
    }
    compared
}

/// A request and its fate on one line.
fn shown(recorded: &Recorded) -> String {
    let Recorded { number, model, suffix, provider, fault, state, at_us, head_us, end_us, .. } = recorded;
    let after = |time: &Option<u64>| time.map(|time| time.saturating_sub(*at_us) / 1_000);
    format!(
        "request {number} for {}:{} at {}, {state:?}, fault {fault:?}, head after {:?} ms, end after {:?} ms",
        model.as_deref().unwrap_or_default(),
        suffix.as_deref().unwrap_or_default(),
        provider.as_deref().unwrap_or_default(),
        after(head_us),
        after(end_us),
    )
}
