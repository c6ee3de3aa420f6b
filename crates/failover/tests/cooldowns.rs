//! How long an offer is left alone.

mod support;

use std::time::Duration;

use openclaw_failover::{CooldownKey, Cooldowns, TokenId};
use proptest::prelude::*;
use support::{TOKEN, millis, secs};

const GROQ: CooldownKey<'static> = CooldownKey { token: TOKEN, model: "org/a", provider: Some("groq") };

#[test]
fn without_a_word_from_the_server_it_doubles_from_one_second_to_five_minutes() {
    let mut cooldowns = Cooldowns::default();
    let mut now = secs(50);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let ready = cooldowns.refused(GROQ, None, now);
        waits.push((ready - now).as_secs());
        now = ready;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
}

#[test]
fn retry_after_counts_between_one_second_and_five_minutes() {
    #[track_caller]
    fn check(retry_after: Duration, expected: Duration) {
        let mut cooldowns = Cooldowns::default();
        assert_eq!(cooldowns.refused(GROQ, Some(retry_after), secs(9)), secs(9) + expected);
    }
    check(secs(30), secs(30));
    check(Duration::ZERO, secs(1));
    check(millis(1500), millis(1500));
    check(secs(86_400), secs(300));
    check(Duration::MAX, secs(300));
}

#[test]
fn a_burst_is_one_refusal() {
    let mut cooldowns = Cooldowns::default();
    for _ in 0..100 {
        cooldowns.refused(GROQ, None, millis(10));
    }
    assert_eq!(cooldowns.ready_at(GROQ), Some(millis(1010)));
}

#[test]
fn a_refusal_while_cooling_may_only_lengthen_the_wait() {
    let mut cooldowns = Cooldowns::default();
    assert_eq!(cooldowns.refused(GROQ, Some(secs(60)), secs(0)), secs(60));
    assert_eq!(cooldowns.refused(GROQ, Some(secs(2)), secs(1)), secs(60));
    assert_eq!(cooldowns.refused(GROQ, Some(secs(90)), secs(2)), secs(92));
}

#[test]
fn a_success_starts_over() {
    let mut cooldowns = Cooldowns::default();
    cooldowns.refused(GROQ, None, secs(0));
    cooldowns.refused(GROQ, None, secs(1));
    cooldowns.succeeded(GROQ);
    assert!(cooldowns.is_empty());
    assert_eq!(cooldowns.ready_at(GROQ), None);
    assert_eq!(cooldowns.refused(GROQ, None, secs(10)), secs(11));
}

#[test]
fn what_was_ready_for_five_minutes_starts_over() {
    let mut cooldowns = Cooldowns::default();
    cooldowns.refused(GROQ, None, secs(0));
    assert_eq!(cooldowns.refused(GROQ, None, secs(301)), secs(303));
    assert_eq!(cooldowns.refused(GROQ, None, secs(604)), secs(605));
}

#[test]
fn token_model_and_provider_cool_apart() {
    let mut cooldowns = Cooldowns::default();
    cooldowns.refused(GROQ, None, secs(0));
    for other in [
        CooldownKey { token: TokenId(2), ..GROQ },
        CooldownKey { model: "org/b", ..GROQ },
        CooldownKey { provider: Some("nscale"), ..GROQ },
        CooldownKey { provider: None, ..GROQ },
    ] {
        assert_eq!(cooldowns.ready_at(other), None, "{other:?}");
        cooldowns.succeeded(other);
    }
    assert_eq!(cooldowns.iter().collect::<Vec<_>>(), [(GROQ, secs(1))]);
}

#[test]
fn of_a_refusal_elsewhere_the_later_instant_holds() {
    let mut cooldowns = Cooldowns::default();
    assert_eq!(cooldowns.merge(GROQ, secs(10), secs(4)), Some(secs(10)));
    assert_eq!(cooldowns.merge(GROQ, secs(8), secs(5)), Some(secs(10)), "an earlier one changes nothing");
    assert_eq!(cooldowns.merge(GROQ, secs(12), secs(6)), Some(secs(12)));
    assert_eq!(cooldowns.refused(GROQ, Some(secs(30)), secs(7)), secs(37));
    assert_eq!(cooldowns.ready_at(GROQ), Some(secs(37)));
    // What is past is no news, and nobody may block an offer for longer than five minutes.
    let other = CooldownKey { model: "org/b", ..GROQ };
    assert_eq!(cooldowns.merge(other, secs(3), secs(3)), None);
    assert_eq!(cooldowns.merge(other, Duration::MAX, secs(3)), Some(secs(303)));
    assert_eq!(cooldowns.len(), 2);
}

#[test]
fn programs_that_tell_each_other_wait_in_step() {
    let (mut one, mut two) = (Cooldowns::default(), Cooldowns::default());
    let mut now = secs(0);
    let mut waits = Vec::new();
    for _ in 0..5 {
        let ready = one.refused(GROQ, None, now);
        assert_eq!(two.merge(GROQ, ready, now), Some(ready));
        // Told again, a hair later, it is the same refusal.
        two.merge(GROQ, ready + millis(2), now);
        waits.push((ready - now).as_secs());
        now = ready + millis(2);
        std::mem::swap(&mut one, &mut two);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16]);
}

#[test]
fn old_entries_do_not_pile_up() {
    let mut cooldowns = Cooldowns::default();
    for n in 0..20_000_u64 {
        let model = format!("org/{n}");
        cooldowns.refused(CooldownKey { model: &model, ..GROQ }, None, secs(n));
    }
    assert!(cooldowns.len() < 2_000, "{}", cooldowns.len());
    assert_eq!(cooldowns.iter().count(), cooldowns.len());
}

#[test]
fn the_end_of_time_is_no_overflow() {
    let mut cooldowns = Cooldowns::default();
    assert_eq!(cooldowns.refused(GROQ, None, Duration::MAX), Duration::MAX);
    assert_eq!(cooldowns.refused(GROQ, None, Duration::ZERO), Duration::MAX);
}

proptest! {
    /// Whatever happens, an offer is ready between one second and five minutes after its latest refusal.
    #[test]
    fn it_is_always_bounded(events in proptest::collection::vec((0..900_u64, proptest::option::of(0..9_000_u64), any::<bool>()), 1..40)) {
        let mut cooldowns = Cooldowns::default();
        let mut now = Duration::ZERO;
        for (pause, retry_after, succeeds) in events {
            now += secs(pause);
            if succeeds {
                cooldowns.succeeded(GROQ);
                prop_assert!(cooldowns.is_empty());
            } else {
                let ready = cooldowns.refused(GROQ, retry_after.map(secs), now);
                prop_assert!(ready >= now + Cooldowns::FIRST && ready <= now + Cooldowns::LONGEST);
                prop_assert_eq!(cooldowns.ready_at(GROQ), Some(ready));
                prop_assert_eq!(cooldowns.len(), 1);
            }
        }
    }
}
