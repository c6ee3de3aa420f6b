//! Runs, step by step.

mod support;

use std::time::Duration;

use insta::assert_snapshot;
use openclaw_failover::{
    Class, CooldownKey, Decision, OnInvalidRequest, Options, Outcome, Plan, Run, Step, StopReason, TokenId,
};
use support::{Rig, TOKEN, catalog, chain, failed, millis, offer, priced, secs, two_models, usd};

fn rig(refs: &[&str]) -> Rig {
    Rig::new(&two_models(), refs, Options::default())
}

#[test]
fn an_answer_ends_it() {
    let mut rig = rig(&["org/a"]);
    let attempt = rig.attempt();
    assert_eq!((attempt.number, attempt.planned, attempt.pause), (1, 4, Duration::ZERO));
    let outcome = Outcome { provider: Some("three".into()), ..Outcome::answered(millis(340)) };
    assert_eq!(rig.record(attempt, outcome), Decision::Stop(StopReason::Answered));
    let stop = rig.stop();
    assert_eq!(stop.reason, StopReason::Answered);
    assert_snapshot!(stop.trail, @"1. org/a at three: answered after 340 ms");
    assert_eq!(rig.stop(), stop, "it goes on saying so");
}

#[test]
fn a_refusal_moves_on_to_another_offer_and_the_one_that_refused_comes_last() {
    let mut rig = rig(&["org/a", "org/b"]);
    assert_eq!(
        rig.all_fail(Class::RateLimited),
        ["org/a", "org/a:two", "org/a:one", "org/b", "org/a:three", "org/b:four"]
    );
    let stop = rig.stop();
    assert_eq!(stop.reason, StopReason::Exhausted);
    assert_snapshot!(stop.trail, @"
    1. org/a at three?: rate_limited (429) after 10 ms, cooled for 1 s
    2. org/a:two: rate_limited (429) after 10 ms, cooled for 1 s
    3. org/a:one: rate_limited (429) after 10 ms, cooled for 1 s
    4. org/b at four?: rate_limited (429) after 10 ms, cooled for 1 s
    5. org/a:three: rate_limited (429) after 10 ms, cooled for 1 s
    6. org/b:four: rate_limited (429) after 10 ms, cooled for 1 s
    ");
}

#[test]
fn the_17th_model_answers_when_16_refuse() {
    let names: Vec<_> = (1..=17).map(|n| format!("org/m{n}")).collect();
    let catalog = catalog(names.iter().map(|name| (name.as_str(), vec![offer("p", 1.0)])));
    let refs: Vec<_> = names.iter().map(String::as_str).collect();
    let mut rig = Rig::new(&catalog, &refs, Options::default());
    for name in &refs[..16] {
        assert_eq!(rig.fails(Class::RateLimited), **name);
    }
    assert_eq!(rig.ends(Outcome::answered(millis(5))), "org/m17");
    assert_eq!(rig.stop().reason, StopReason::Answered);
}

#[test]
fn a_pin_of_the_user_is_not_widened() {
    let mut rig = rig(&["org/a:two", "org/b"]);
    assert_eq!(rig.all_fail(Class::ProviderFault), ["org/a:two", "org/b", "org/b:four"]);
}

#[test]
fn what_concerns_the_token_stops_at_once() {
    #[track_caller]
    fn check(class: Class) {
        let mut rig = rig(&["org/a", "org/b"]);
        assert_eq!(rig.all_fail(class), ["org/a"]);
        assert_eq!(rig.stop().reason, StopReason::TokenRefused(class));
        assert!(rig.cooldowns.is_empty());
    }
    check(Class::Auth);
    check(Class::Permission);
    check(Class::Credits);
}

#[test]
fn a_dead_network_is_tried_once_more() {
    let mut rig = rig(&["org/a", "org/b"]);
    let first = rig.attempt();
    assert_eq!(rig.record(first.clone(), failed(Class::Network)), Decision::SameAgain);
    let second = rig.attempt();
    assert_eq!(second.target, first.target);
    assert_eq!((second.number, second.pause), (2, millis(250)));
    assert_eq!(second.deadline, millis(10) + millis(250) + secs(30));
    assert_eq!(rig.record(second, failed(Class::Network)), Decision::Stop(StopReason::NetworkDown));
    let stop = rig.stop();
    assert_eq!(stop.reason, StopReason::NetworkDown);
    assert_snapshot!(stop.trail, @"
    1. org/a at three?: network after 10 ms
    2. org/a at three?: network after 10 ms
    ");
    assert!(rig.cooldowns.is_empty());
}

#[test]
fn a_network_that_comes_back_is_not_held_against_the_rest_but_has_no_second_retry() {
    let mut rig = rig(&["org/a"]);
    assert_eq!(rig.fails(Class::Network), "org/a");
    assert_eq!(rig.fails(Class::ProviderFault), "org/a");
    assert_eq!(rig.fails(Class::Network), "org/a:two");
    assert_eq!(rig.stop().reason, StopReason::NetworkDown);
}

#[test]
fn after_the_first_byte_nothing_is_asked_again() {
    for class in Class::ALL {
        let mut rig = rig(&["org/a", "org/b"]);
        let outcome = Outcome { first_byte_sent: true, ..failed(class) };
        assert_eq!(rig.ends(outcome), "org/a");
        assert_eq!(rig.stop().reason, StopReason::AfterFirstByte(class));
    }
}

#[test]
fn a_cut_answer_cools_the_offer_for_the_next_request() {
    let mut first = rig(&["org/a"]);
    first.ends(Outcome { first_byte_sent: true, ..failed(Class::Truncated) });
    assert_snapshot!(first.stop().trail, @"1. org/a at three?: truncated after 10 ms, the answer had begun, cooled for 1 s");
    let mut second = first.again(&two_models(), &["org/a"], millis(20));
    assert_eq!(second.ends(Outcome::answered(millis(5))), "org/a:two");
}

#[test]
fn a_wrong_request_stops_unless_the_options_say_otherwise() {
    let mut strict = rig(&["org/a", "org/b"]);
    assert_eq!(strict.all_fail(Class::InvalidRequest), ["org/a"]);
    assert_eq!(strict.stop().reason, StopReason::InvalidRequest);

    let options = Options { on_invalid_request: OnInvalidRequest::TryNext, ..Options::default() };
    let mut loose = Rig::new(&two_models(), &["org/b", "org/a:one"], options);
    assert_eq!(loose.all_fail(Class::InvalidRequest), ["org/b", "org/b:four", "org/a:one"]);
    assert_eq!(loose.stop().reason, StopReason::Exhausted);
    assert!(loose.cooldowns.is_empty(), "the provider is not to blame");
}

#[test]
fn an_unsupported_model_goes_to_the_next_model_and_lists_who_else_offers_it() {
    let mut rig = rig(&["org/a", "org/a:cheapest", "org/b", "org/a:two"]);
    assert_eq!(rig.fails(Class::ModelUnsupported), "org/a");
    // The router spoke for its other policy and for the pins of the plan too, but not for a pin of the user.
    assert_eq!(rig.fails(Class::ProviderFault), "org/b");
    assert_eq!(rig.fails(Class::ModelUnsupported), "org/a:two");
    assert_eq!(rig.fails(Class::ProviderFault), "org/b:four");
    let stop = rig.stop();
    assert_eq!(stop.reason, StopReason::Exhausted);
    assert_snapshot!(stop.trail, @"
    1. org/a at three?: model_unsupported (400) after 10 ms, also offered: org/a:three org/a:two org/a:one
    2. org/b at four?: provider_fault (502) after 10 ms, cooled for 1 s
    3. org/a:two: model_unsupported (400) after 10 ms, cooled for 1 s, also offered: org/a:three org/a:one
    4. org/b:four: provider_fault (502) after 10 ms, cooled for 1 s
    ");
}

#[test]
fn an_unsupported_pin_of_the_plan_goes_to_the_next_offer() {
    let mut rig = rig(&["org/a", "org/b"]);
    assert_eq!(rig.fails(Class::ProviderFault), "org/a");
    assert_eq!(rig.fails(Class::ModelUnsupported), "org/a:two");
    assert_eq!(rig.fails(Class::ProviderFault), "org/a:one");
}

#[test]
fn an_unsupported_last_model_ends_it() {
    let mut rig = rig(&["org/a"]);
    assert_eq!(rig.all_fail(Class::ModelUnsupported), ["org/a"]);
    assert_eq!(rig.stop().reason, StopReason::Exhausted);
}

#[test]
fn who_refused_is_whom_the_reply_names() {
    let mut rig = rig(&["org/a"]);
    let outcome = Outcome { provider: Some("two".into()), ..failed(Class::RateLimited) };
    assert_eq!(rig.ends(outcome), "org/a");
    let ready = |provider| rig.cooldowns.ready_at(CooldownKey { token: TOKEN, model: "org/a", provider });
    assert_eq!(ready(Some("two")), Some(millis(1010)));
    assert_eq!(ready(Some("three")), None);
    assert_eq!(ready(None), Some(millis(1010)), "the router may choose the same one again");
    assert_eq!(rig.fails(Class::RateLimited), "org/a:three");
}

#[test]
fn where_nobody_knows_who_refused_the_routers_choice_cools() {
    let mut first = rig(&["org/unlisted", "org/b"]);
    assert_eq!(first.fails(Class::Timeout), "org/unlisted");
    let mut second = first.again(&two_models(), &["org/unlisted", "org/b"], millis(20));
    assert_eq!(second.fails(Class::Timeout), "org/b");
}

#[test]
fn retry_after_counts_with_429_and_503_only() {
    #[track_caller]
    fn check(class: Class, status: u16, expected: Duration) {
        let mut rig = rig(&["org/a"]);
        let outcome = Outcome {
            status: Some(status),
            retry_after: Some(secs(30)),
            ..Outcome::failed(class, Duration::ZERO)
        };
        rig.ends(outcome);
        let entry = rig.run.trail().last().expect("one was tried").clone();
        assert_eq!(entry.cooled_for, Some(expected));
    }
    check(Class::RateLimited, 429, secs(30));
    check(Class::ProviderFault, 503, secs(30));
    check(Class::ProviderFault, 502, secs(1));
    check(Class::ProviderFault, 404, secs(1));
    check(Class::RateLimited, 200, secs(1));
    check(Class::Malformed, 200, secs(1));
}

#[test]
fn what_cools_comes_after_what_does_not_in_the_next_request() {
    let mut first = rig(&["org/a", "org/b"]);
    let refused = |rig: &mut Rig| {
        rig.ends(Outcome { retry_after: Some(secs(60)), ..failed(Class::RateLimited) });
    };
    refused(&mut first);
    refused(&mut first);
    let mut second = first.again(&two_models(), &["org/a", "org/b"], secs(30));
    assert_eq!(
        second.all_fail(Class::ProviderFault),
        ["org/a:one", "org/b", "org/b:four", "org/a", "org/a:three", "org/a:two"]
    );
    let mut third = second.again(&two_models(), &["org/a", "org/b"], secs(90));
    assert_eq!(third.ends(Outcome::answered(millis(5))), "org/a");
}

#[test]
fn when_everything_cools_the_one_that_is_ready_first_is_tried() {
    let mut rig = rig(&["org/a:one", "org/a:two", "org/b:four"]);
    for (provider, wait) in [("one", 30), ("two", 10)] {
        let key = CooldownKey { token: TOKEN, model: "org/a", provider: Some(provider) };
        rig.cooldowns.refused(key, Some(secs(wait)), Duration::ZERO);
    }
    let key = CooldownKey { token: TOKEN, model: "org/b", provider: Some("four") };
    rig.cooldowns.refused(key, Some(secs(20)), Duration::ZERO);
    assert_eq!(rig.all_fail(Class::ProviderFault), ["org/a:two", "org/b:four", "org/a:one"]);
}

#[test]
fn another_token_does_not_wait() {
    let mut rig = rig(&["org/a"]);
    rig.fails(Class::RateLimited);
    let plan = Plan::new(&chain(&["org/a"]), &two_models(), Options::default());
    let mut other = Run::new(plan, TokenId(2), rig.now);
    let Step::Attempt(attempt) = other.next(&rig.cooldowns, rig.now) else { panic!("there is one") };
    assert_eq!(attempt.target.model.router_id(), "org/a");
}

#[test]
fn a_success_ends_the_cooldown() {
    let mut rig = rig(&["org/a"]);
    let wrong = Outcome { provider: Some("two".into()), ..failed(Class::ProviderFault) };
    rig.ends(wrong);
    assert_eq!(rig.cooldowns.len(), 2);
    let mut next = rig.again(&two_models(), &["org/a"], secs(10));
    next.ends(Outcome { provider: Some("two".into()), ..Outcome::answered(millis(5)) });
    assert!(next.cooldowns.is_empty());
}

#[test]
fn each_attempt_has_30_s_and_all_have_120_s() {
    let mut rig = rig(&["org/a", "org/b"]);
    let mut deadlines = Vec::new();
    for pause in [30, 25, 30, 30] {
        let attempt = rig.attempt();
        deadlines.push((attempt.deadline - rig.now).as_secs());
        rig.record(attempt, Outcome::failed(Class::Timeout, secs(pause)));
    }
    let last = rig.attempt();
    deadlines.push((last.deadline - rig.now).as_secs());
    assert_eq!(deadlines, [30, 30, 30, 30, 5]);
    rig.record(last, Outcome::failed(Class::Timeout, secs(5)));
    assert_eq!(rig.stop().reason, StopReason::OutOfTime);
}

#[test]
fn the_times_can_be_set() {
    let options = Options { first_byte: secs(2), total: secs(3), ..Options::default() };
    let mut rig = Rig::new(&two_models(), &["org/a"], options);
    let first = rig.attempt();
    assert_eq!(first.deadline, secs(2));
    rig.record(first, Outcome::failed(Class::Timeout, secs(2)));
    assert_eq!(rig.attempt().deadline, secs(3));
}

#[test]
fn a_pause_that_does_not_fit_ends_it() {
    let options = Options { total: millis(200), ..Options::default() };
    let mut rig = Rig::new(&two_models(), &["org/a"], options);
    rig.fails(Class::Network);
    assert_eq!(rig.stop().reason, StopReason::OutOfTime);
}

#[test]
fn attempts_can_be_limited() {
    #[track_caller]
    fn check(most: usize, expected: &[&str]) {
        let options = Options { max_attempts: Some(most), ..Options::default() };
        let mut rig = Rig::new(&two_models(), &["org/a", "org/b"], options);
        assert_eq!(rig.all_fail(Class::RateLimited), expected);
        assert_eq!(rig.stop().reason, StopReason::AttemptLimit);
    }
    check(0, &[]);
    check(1, &["org/a"]);
    check(3, &["org/a", "org/a:two", "org/a:one"]);
}

#[test]
fn an_empty_plan_says_so() {
    let mut rig = rig(&[]);
    assert_eq!(rig.stop().reason, StopReason::NothingToTry);
}

#[test]
fn a_driver_out_of_turn_is_stopped() {
    let mut rig = rig(&["org/a"]);
    let first = rig.attempt();
    assert_eq!(rig.record(first.clone(), failed(Class::RateLimited)), Decision::NextOffer);
    let twice = rig.record(first, failed(Class::RateLimited));
    assert_eq!(twice, Decision::Stop(StopReason::OutOfTurn));
    assert_eq!(rig.run.trail().entries().len(), 1, "what is out of turn changes nothing");
    let open = rig.attempt();
    assert_eq!(open.number, 2);
    assert_eq!(rig.stop().reason, StopReason::OutOfTurn);
}

#[test]
fn a_provider_above_the_price_limit_is_told() {
    let catalog = catalog([("org/a", vec![priced("cheap", 9.0, 1.0, 1.0), priced("dear", 1.0, 9.0, 9.0)])]);
    let options = Options { max_price: Some(usd(2.0)), ..Options::default() };
    let mut rig = Rig::new(&catalog, &["org/a"], options);
    rig.ends(Outcome { provider: Some("dear".into()), ..Outcome::answered(millis(1300)) });
    assert_snapshot!(rig.stop().trail, @"1. org/a at dear: answered after 1.3 s, above the price limit at 9.00 USD per million tokens");
}

#[test]
fn reasons_to_stop_have_words_and_names() {
    let reasons = [
        StopReason::Answered,
        StopReason::AfterFirstByte(Class::Truncated),
        StopReason::TokenRefused(Class::Credits),
        StopReason::InvalidRequest,
        StopReason::NetworkDown,
        StopReason::Exhausted,
        StopReason::OutOfTime,
        StopReason::AttemptLimit,
        StopReason::NothingToTry,
        StopReason::OutOfTurn,
    ];
    let lines: Vec<_> = reasons.iter().map(|reason| format!("{}: {reason}", reason.as_str())).collect();
    assert_snapshot!(lines.join("\n"), @"
    answered: the answer came whole
    after_first_byte: the answer failed (`truncated`) after it had begun
    token_refused: the token was refused (`credits`), and would be everywhere
    invalid_request: the request itself was refused
    network_down: the host could not be reached, twice
    exhausted: everything in the plan was tried
    out_of_time: the time to the first byte is used up
    attempt_limit: the limit of attempts is reached
    nothing_to_try: there is nothing to try
    out_of_turn: an attempt was asked for or told out of turn
    ");
    let names: Vec<_> = Class::ALL.iter().map(|class| class.as_str()).collect();
    assert_snapshot!(names.join(" "), @"auth permission credits rate_limited model_unsupported invalid_request provider_fault network timeout malformed truncated");
}
