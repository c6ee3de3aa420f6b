//! A reference prints as it was read, and its parts make it up.

use openclaw_model_ref::{ModelRef, PROVIDER, ParseError, RoutingPolicy, Selector};

pub(super) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let strict = text.parse::<ModelRef>();
    let implied = ModelRef::parse_implied(text);
    if let Ok(strict) = &strict {
        assert_eq!(implied.as_ref(), Ok(strict), "with its provider it reads the same both ways");
    }
    for model in [&strict, &implied] {
        match model {
            Ok(model) => parts(model),
            Err(error) => refusal(text, error),
        }
    }
}

fn parts(model: &ModelRef) {
    let printed = model.to_string();
    assert_eq!(printed.parse().as_ref(), Ok(model), "it prints what it reads");
    assert_eq!(printed, model.as_str());
    assert_eq!(model.hub_id(), format!("{}/{}", model.org(), model.name()));
    let suffix = model.selector().suffix().map(|suffix| format!(":{suffix}")).unwrap_or_default();
    assert_eq!(model.router_id(), format!("{}{suffix}", model.hub_id()));
    let profile = model.auth_profile().map(|profile| format!("@{profile}")).unwrap_or_default();
    assert_eq!(printed, format!("huggingface/{}{profile}", model.router_id()));
    assert_eq!(model.base().router_id(), model.hub_id());
    // The organisation of that name has to be written behind the provider.
    if !model.org().eq_ignore_ascii_case(PROVIDER) {
        let implied = ModelRef::parse_implied(model.router_id());
        assert_eq!(implied.as_ref().map(ModelRef::router_id), Ok(model.router_id()));
    }
    assert_eq!(model.with_selector(model.selector()).as_ref(), Ok(model));
    for policy in RoutingPolicy::ALL {
        let locked = model.with_selector(Selector::Policy(policy)).expect("a policy fits every model");
        assert!(locked.is_locked() && locked.base() == model.base());
    }
}

fn refusal(text: &str, error: &ParseError) {
    assert!(text.get(error.span()).is_some(), "the span is not of the text: {error:?}");
    assert!(!error.to_string().contains(['\n', '\r']), "more than one line: {error:?}");
}
