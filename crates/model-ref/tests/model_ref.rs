//! Every form that is read, every message, and the laws.

use insta::assert_snapshot;
use openclaw_model_ref::{ModelRef, ParseErrorKind, RoutingPolicy, Selector};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, hub_id: &str, selector: Selector<'_>, printed: &str) {
    let model: ModelRef = text.parse().expect("it is a reference");
    assert_eq!(model.hub_id(), hub_id);
    assert_eq!(model.selector(), selector);
    assert_eq!(model.to_string(), printed);
    assert_eq!(
        printed.parse::<ModelRef>().expect("it is a reference"),
        model,
        "what is printed is read as the same"
    );
}

#[test]
fn s13_a_suffix_chooses_how_the_router_picks_the_backend() {
    use RoutingPolicy::{Cheapest, Fastest, Preferred};
    use Selector::{Auto, Policy, Provider};
    check("huggingface/Qwen/Qwen3-8B", "Qwen/Qwen3-8B", Auto, "huggingface/Qwen/Qwen3-8B");
    check(
        "huggingface/Qwen/Qwen3-8B:fastest",
        "Qwen/Qwen3-8B",
        Policy(Fastest),
        "huggingface/Qwen/Qwen3-8B:fastest",
    );
    check(
        "huggingface/Qwen/Qwen3-8B:cheapest",
        "Qwen/Qwen3-8B",
        Policy(Cheapest),
        "huggingface/Qwen/Qwen3-8B:cheapest",
    );
    check(
        "huggingface/Qwen/Qwen3-8B:preferred",
        "Qwen/Qwen3-8B",
        Policy(Preferred),
        "huggingface/Qwen/Qwen3-8B:preferred",
    );
    check(
        "huggingface/Qwen/Qwen3-8B:together",
        "Qwen/Qwen3-8B",
        Provider("together"),
        "huggingface/Qwen/Qwen3-8B:together",
    );
    // Gone from the router, still a reference.
    check(
        "huggingface/Qwen/Qwen3-8B:sambanova",
        "Qwen/Qwen3-8B",
        Provider("sambanova"),
        "huggingface/Qwen/Qwen3-8B:sambanova",
    );
    // Policies are spelled exactly; what is not one is sent as written.
    check(
        "huggingface/Qwen/Qwen3-8B:Fastest",
        "Qwen/Qwen3-8B",
        Provider("Fastest"),
        "huggingface/Qwen/Qwen3-8B:Fastest",
    );
}

#[test]
fn s13_policies_lock_the_provider_choice() {
    for (suffix, locked) in
        [("", false), (":fastest", true), (":cheapest", true), (":preferred", true), (":together", false)]
    {
        let model: ModelRef = format!("huggingface/openai/gpt-oss-120b{suffix}").parse().unwrap();
        assert_eq!(model.is_locked(), locked, "{suffix}");
    }
}

#[test]
fn s16_a_reference_is_provider_org_and_model() {
    let model: ModelRef = "huggingface/meta-llama/Llama-3.3-70B-Instruct".parse().unwrap();
    assert_eq!(
        (model.org(), model.name(), model.hub_id(), model.router_id(), model.as_str()),
        (
            "meta-llama",
            "Llama-3.3-70B-Instruct",
            "meta-llama/Llama-3.3-70B-Instruct",
            "meta-llama/Llama-3.3-70B-Instruct",
            "huggingface/meta-llama/Llama-3.3-70B-Instruct",
        )
    );
}

#[test]
fn s18_without_a_suffix_the_router_decides() {
    let model: ModelRef = "huggingface/zai-org/GLM-4.7".parse().unwrap();
    assert_eq!(model.selector(), Selector::Auto);
    assert_eq!(model.router_id(), "zai-org/GLM-4.7", "nothing is added to what is sent");
}

#[test]
fn the_provider_is_read_in_any_case_and_printed_in_lower_case() {
    check(
        " HuggingFace/Qwen/Qwen3-8B:cheapest\n",
        "Qwen/Qwen3-8B",
        Selector::Policy(RoutingPolicy::Cheapest),
        "huggingface/Qwen/Qwen3-8B:cheapest",
    );
}

#[test]
fn the_provider_may_be_left_out_on_a_command_line_only() {
    let model = ModelRef::parse_implied("Qwen/Qwen3-8B:together").unwrap();
    assert_eq!(model.as_str(), "huggingface/Qwen/Qwen3-8B:together");
    assert_eq!(ModelRef::parse_implied(model.as_str()).unwrap(), model);
    // An organisation may bear the provider's name only behind the provider.
    assert_eq!("huggingface/huggingface/x".parse::<ModelRef>().unwrap().org(), "huggingface");
    assert_eq!("Qwen/Qwen3-8B".parse::<ModelRef>().unwrap_err().kind(), ParseErrorKind::MissingProvider);
}

#[test]
fn an_auth_profile_is_kept_and_never_sent() {
    let model: ModelRef = "huggingface/Qwen/Qwen3-8B:cheapest@work".parse().unwrap();
    assert_eq!(model.router_id(), "Qwen/Qwen3-8B:cheapest");
    assert_eq!(model.auth_profile(), Some("work"));
    assert_eq!(model.to_string(), "huggingface/Qwen/Qwen3-8B:cheapest@work");
    assert_eq!(model.base().as_str(), "huggingface/Qwen/Qwen3-8B");
}

#[test]
fn the_selector_can_be_changed() {
    let model: ModelRef = "huggingface/Qwen/Qwen3-8B:cheapest@work".parse().unwrap();
    let fastest = model.with_selector(Selector::Policy(RoutingPolicy::Fastest)).unwrap();
    assert_eq!(fastest.as_str(), "huggingface/Qwen/Qwen3-8B:fastest@work");
    assert_eq!(model.with_selector(Selector::Auto).unwrap().as_str(), "huggingface/Qwen/Qwen3-8B@work");
    let bare: ModelRef = "huggingface/a/b".parse().unwrap();
    for (slug, message) in [
        ("no good", "found ' ' at byte 18 of `huggingface/a/b:no good`"),
        ("x@y", "found '@' at byte 17 of `huggingface/a/b:x@y`"),
        ("x ", "found ' ' at byte 17 of `huggingface/a/b:x `"),
    ] {
        let error = bare.with_selector(Selector::Provider(slug)).unwrap_err();
        assert_eq!(error.kind(), ParseErrorKind::UnexpectedCharacter);
        assert_eq!(error.to_string(), format!("expected a letter, a digit, `-`, `_` or `.`, {message}"));
    }
    for (slug, kind) in [
        ("", ParseErrorKind::EmptyPart),
        ("x/y", ParseErrorKind::TooManyParts),
        (&"x".repeat(1024), ParseErrorKind::TooLong),
    ] {
        assert_eq!(bare.with_selector(Selector::Provider(slug)).unwrap_err().kind(), kind);
    }
}

#[test]
fn what_is_read_without_its_provider_is_read_with_it() {
    let name = |length: usize| format!(" o/{}", "n".repeat(length));
    let longest = ModelRef::parse_implied(&name(1010)).unwrap();
    assert_eq!(longest.as_str().len(), 1024);
    assert_eq!(longest.to_string().parse::<ModelRef>().unwrap(), longest);
    let error = ModelRef::parse_implied(&name(1011)).unwrap_err();
    assert_eq!(error.kind(), ParseErrorKind::TooLong);
    assert_snapshot!(error, @"expected at most 1012 bytes where the provider is left out, found 1013 bytes");
}

#[test]
fn every_message_says_what_was_expected_and_where() {
    use std::fmt::Write as _;
    let mut report = String::new();
    let long = format!("huggingface/a/{}", "b".repeat(2000));
    for text in [
        "",
        "  ",
        "gpt",
        "huggingface",
        "huggingface/",
        "huggingface//x",
        "huggingface/Qwen",
        "huggingface/Qwen/",
        "/foo",
        "Qwen/Qwen3-8B",
        "anthropic/claude/x",
        "huggingface/a/b/c",
        "huggingface/a/b:",
        "huggingface/a/b:x:y",
        "huggingface/a/b@",
        "huggingface/a/b@c d",
        "huggingface/a b/c",
        "huggingface/a/b c",
        "huggingface/a/ü",
        "huggingface/a/b:\u{7}",
        " huggingface/a/b!",
        "a\rb",
        "a\nb/c/d",
        "huggingface/a/b/\u{1b}[2J",
        &long,
    ] {
        let error = text.parse::<ModelRef>().unwrap_err();
        let shown: String = text.chars().take(24).collect();
        writeln!(report, "{shown:?} {:?} {:?}: {error}", error.kind(), error.span()).unwrap();
    }
    for text in ["", "word", "/x", "a/", "a/b/c", "huggingface/x"] {
        let error = ModelRef::parse_implied(text).unwrap_err();
        writeln!(report, "implied {text:?} {:?} {:?}: {error}", error.kind(), error.span()).unwrap();
    }
    assert_snapshot!(report, @r#"
    "" Empty 0..0: expected `huggingface/<org>/<name>`, found nothing
    "  " Empty 0..0: expected `huggingface/<org>/<name>`, found nothing
    "gpt" MissingProvider 0..3: expected `huggingface/<org>/<name>`, found `gpt`
    "huggingface" EmptyPart 11..11: expected `/<org>/<name>` at the end of `huggingface`
    "huggingface/" EmptyPart 12..12: expected an organisation at the end of `huggingface/`
    "huggingface//x" EmptyPart 12..12: expected an organisation at byte 12 of `huggingface//x`
    "huggingface/Qwen" EmptyPart 16..16: expected `/<name>` at the end of `huggingface/Qwen`
    "huggingface/Qwen/" EmptyPart 17..17: expected a model name at the end of `huggingface/Qwen/`
    "/foo" EmptyPart 0..0: expected `huggingface` at byte 0 of `/foo`
    "Qwen/Qwen3-8B" MissingProvider 0..13: expected `huggingface/<org>/<name>`, found `Qwen/Qwen3-8B`
    "anthropic/claude/x" ForeignProvider 0..9: expected `huggingface/<org>/<name>`, found the provider `anthropic` in `anthropic/claude/x`
    "huggingface/a/b/c" TooManyParts 15..17: expected the end before `/c` in `huggingface/a/b/c`
    "huggingface/a/b:" EmptyPart 16..16: expected `fastest`, `cheapest`, `preferred` or a provider at the end of `huggingface/a/b:`
    "huggingface/a/b:x:y" UnexpectedCharacter 17..18: expected a letter, a digit, `-`, `_` or `.`, found ':' at byte 17 of `huggingface/a/b:x:y`
    "huggingface/a/b@" EmptyPart 16..16: expected an auth profile at the end of `huggingface/a/b@`
    "huggingface/a/b@c d" UnexpectedCharacter 17..18: expected an auth profile, found ' ' at byte 17 of `huggingface/a/b@c d`
    "huggingface/a b/c" UnexpectedCharacter 13..14: expected a letter, a digit, `-`, `_` or `.`, found ' ' at byte 13 of `huggingface/a b/c`
    "huggingface/a/b c" UnexpectedCharacter 15..16: expected a letter, a digit, `-`, `_`, `.` or `:`, found ' ' at byte 15 of `huggingface/a/b c`
    "huggingface/a/ü" UnexpectedCharacter 14..16: expected a letter, a digit, `-`, `_`, `.` or `:`, found 'ü' at byte 14 of `huggingface/a/ü`
    "huggingface/a/b:\u{7}" UnexpectedCharacter 16..17: expected a letter, a digit, `-`, `_` or `.`, found '\u{7}' at byte 16 of `huggingface/a/b:\u{7}`
    " huggingface/a/b!" UnexpectedCharacter 16..17: expected a letter, a digit, `-`, `_`, `.` or `:`, found '!' at byte 16 of ` huggingface/a/b!`
    "a\rb" MissingProvider 0..3: expected `huggingface/<org>/<name>`, found `a\rb`
    "a\nb/c/d" ForeignProvider 0..3: expected `huggingface/<org>/<name>`, found the provider `a\nb` in `a\nb/c/d`
    "huggingface/a/b/\u{1b}[2J" TooManyParts 15..20: expected the end before `/\u{1b}[2J` in `huggingface/a/b/\u{1b}[2J`
    "huggingface/a/bbbbbbbbbb" TooLong 0..2014: expected at most 1024 bytes, found 2014 bytes
    implied "" Empty 0..0: expected `<org>/<name>` or `huggingface/<org>/<name>`, found nothing
    implied "word" MissingProvider 0..4: expected `<org>/<name>` or `huggingface/<org>/<name>`, found `word`
    implied "/x" EmptyPart 0..0: expected an organisation at byte 0 of `/x`
    implied "a/" EmptyPart 2..2: expected a model name at the end of `a/`
    implied "a/b/c" ForeignProvider 0..1: expected `<org>/<name>` or `huggingface/<org>/<name>`, found the provider `a` in `a/b/c`
    implied "huggingface/x" EmptyPart 13..13: expected `/<name>` at the end of `huggingface/x`
    "#);
}

#[test]
#[cfg(feature = "serde")]
fn serde_uses_the_string_form() {
    let model: ModelRef = serde_json::from_str(r#""huggingface/Qwen/Qwen3-8B:fastest""#).unwrap();
    assert_eq!(serde_json::to_string(&model).unwrap(), r#""huggingface/Qwen/Qwen3-8B:fastest""#);
    let error = serde_json::from_str::<ModelRef>(r#""Qwen""#).unwrap_err();
    assert_snapshot!(error, @"expected `huggingface/<org>/<name>`, found `Qwen`");
}

fn part() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._-]{1,12}"
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(
        org in part(), name in part(), selector in proptest::option::of(part()), profile in proptest::option::of(part()),
    ) {
        let mut text = format!("huggingface/{org}/{name}");
        if let Some(selector) = &selector { text.push(':'); text.push_str(selector); }
        if let Some(profile) = &profile { text.push('@'); text.push_str(profile); }
        let model: ModelRef = text.parse().unwrap();
        prop_assert_eq!(model.as_str(), &text);
        prop_assert_eq!(model.org(), &org);
        prop_assert_eq!(model.name(), &name);
        prop_assert_eq!(model.selector().suffix(), selector.as_deref());
        prop_assert_eq!(model.auth_profile(), profile.as_deref());
        prop_assert_eq!(ModelRef::parse_implied(&text).unwrap(), model.clone());
        prop_assert_eq!(model.with_selector(model.selector()).unwrap(), model);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_span_inside_it(text in "(huggingface/)?[a-z/:@ ü.]{0,20}") {
        match text.parse::<ModelRef>() {
            Ok(model) => prop_assert_eq!(model.to_string().parse::<ModelRef>().unwrap(), model),
            Err(error) => {
                prop_assert!(text.get(error.span()).is_some(), "{:?}", error);
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn order_is_the_order_of_the_text(a in part(), b in part()) {
        let (a, b) = (format!("huggingface/{a}/x"), format!("huggingface/{b}/x"));
        prop_assert_eq!(a.parse::<ModelRef>().unwrap().cmp(&b.parse::<ModelRef>().unwrap()), a.cmp(&b));
    }
}
