//! What was tried, as text and as JSON.

mod support;

use insta::assert_snapshot;
use openclaw_failover::{Class, Options, Outcome, Trail};
use support::{Rig, failed, millis, secs, two_models};

fn trail() -> Trail {
    let mut rig = Rig::new(&two_models(), &["org/a", "org/b"], Options::default());
    rig.ends(Outcome {
        provider: Some("three".into()),
        retry_after: Some(secs(30)),
        ..failed(Class::RateLimited)
    });
    rig.ends(Outcome { provider: Some("two".into()), ..failed(Class::ModelUnsupported) });
    rig.ends(Outcome { provider: Some("other".into()), ..failed(Class::ProviderFault) });
    rig.ends(Outcome::failed(Class::Timeout, secs(30)));
    rig.ends(Outcome { status: Some(200), ..Outcome::answered(millis(1250)) });
    rig.stop().trail
}

#[test]
fn one_line_an_attempt() {
    assert_snapshot!(trail(), @"
    1. org/a at three: rate_limited (429) after 10 ms, cooled for 30 s
    2. org/a:two: model_unsupported (400) after 10 ms, cooled for 1 s, also offered: org/a:three org/a:one
    3. org/a:one at other: provider_fault (502) after 10 ms, cooled for 1 s
    4. org/b at four?: timeout after 30 s, cooled for 1 s
    5. org/a:three: answered after 1.2 s
    ");
}

#[test]
fn one_line_in_all() {
    assert_snapshot!(trail().compact(), @"org/a@three=rate_limited, org/a:two=model_unsupported, org/a:one@other=provider_fault, org/b@four?=timeout, org/a:three=answered");
    assert_snapshot!(Trail::default().compact(), @"");
}

#[test]
fn a_name_from_outside_breaks_no_line() {
    let mut rig = Rig::new(&two_models(), &["org/a"], Options::default());
    rig.ends(Outcome { provider: Some("a\r\nX: ü=b, c\u{1b}[0m".into()), ..Outcome::answered(millis(1)) });
    let trail = rig.stop().trail;
    assert_snapshot!(trail, @r"1. org/a at a\r\nX: ü=b, c\u{1b}[0m: answered after 1 ms");
    assert_snapshot!(trail.compact(), @"org/a@a??X????b??c??0m=answered");
}

#[cfg(feature = "serde")]
#[test]
fn json_has_every_field() {
    let json = serde_json::to_string_pretty(&trail().entries()[..2].to_vec()).expect("it has a form");
    assert_snapshot!(json, @r#"
    [
      {
        "model": "org/a",
        "chain_index": 0,
        "chosen_by": "router",
        "expected": "three",
        "provider": "three",
        "result": "rate_limited",
        "status": 429,
        "elapsed_ms": 10,
        "first_byte_sent": false,
        "cooled_ms": 30000,
        "above_max_price_micro_usd": null,
        "alternatives": []
      },
      {
        "model": "org/a:two",
        "chain_index": 0,
        "chosen_by": "plan",
        "expected": "two",
        "provider": "two",
        "result": "model_unsupported",
        "status": 400,
        "elapsed_ms": 10,
        "first_byte_sent": false,
        "cooled_ms": 1000,
        "above_max_price_micro_usd": null,
        "alternatives": [
          "org/a:three",
          "org/a:one"
        ]
      }
    ]
    "#);
    assert_eq!(serde_json::to_value(trail()).expect("it has a form").as_array().map(Vec::len), Some(5));
    let reason = openclaw_failover::StopReason::TokenRefused(Class::Auth);
    assert_eq!(serde_json::to_string(&(reason, Class::Auth)).expect("names"), r#"["token_refused","auth"]"#);
}
