use super::*;

/// `status body` → `class | message | code`.
#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    assert_eq!(line(&classify(&ReplyHead::new(status), body.as_bytes(), &Redactor::default())), expected);
}

#[track_caller]
fn check_in_band(body: &str, expected: &str) {
    assert_eq!(line(&classify_in_band(body.as_bytes(), &Redactor::default())), expected);
}

fn line(refusal: &Refusal) -> String {
    let show = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    format!("{} | {} | {}", refusal.class, show(&refusal.message), show(&refusal.code))
}

#[test]
fn unauthorized() {
    check(401, r#"{"error":"Wrong name or password."}"#, "auth | Wrong name or password. | -");
    check(401, "<!doctype html><html><head><title>Sign in</title></head></html>", "auth | Sign in | -");
    check(401, "<html><body>no title</body></html>", "auth | - | -");
    check(401, "", "auth | - | -");
}

#[test]
fn payment_required() {
    check(
        402,
        r#"{"error":"Your monthly included credits are gone."}"#,
        "credits | Your monthly included credits are gone. | -",
    );
    check(402, r#"{"error":{"message":"NOT_ENOUGH_BALANCE"}}"#, "credits | NOT_ENOUGH_BALANCE | -");
    check(
        429,
        r#"{"error":"You used up your monthly included credits"}"#,
        "credits | You used up your monthly included credits | -",
    );
    check(
        403,
        r#"{"error":"org acme has exceeded your team's spending limit"}"#,
        "credits | org acme has exceeded your team's spending limit | -",
    );
}

#[test]
fn forbidden() {
    let words = "not sufficient permissions for Inference Providers on behalf of user someone";
    check(403, &format!(r#"{{"error":"{words}"}}"#), &format!("permission | {words} | -"));
    let words = "not sufficient permissions for Inference Providers on behalf of org acme";
    check(403, &format!(r#"{{"error":{{"message":"{words}"}}}}"#), &format!("permission | {words} | -"));
    check(
        403,
        r#"{"error":"Access to this gated model was not granted"}"#,
        "provider_fault | Access to this gated model was not granted | -",
    );
    check(403, "<html><title>Attention | 1010</title></html>", "provider_fault | Attention | 1010 | -");
    check(403, "", "provider_fault | - | -");
}

#[test]
fn unsupported_models() {
    check(
        400,
        r#"{"error":{"message":"Nobody has 'a/b'.","type":"invalid_request_error","param":"model","code":"model_not_supported"}}"#,
        "model_unsupported | Nobody has 'a/b'. | model_not_supported",
    );
    check(
        400,
        r#"{"error":{"message":"No 'a/b'.","code":"model_not_found"}}"#,
        "model_unsupported | No 'a/b'. | model_not_found",
    );
    check(
        404,
        r#"{"error":{"message":"No 'a/b'.","code":"model_not_found"}}"#,
        "model_unsupported | No 'a/b'. | model_not_found",
    );
    check(
        400,
        r#"{"error":"Model not supported by provider acme"}"#,
        "model_unsupported | Model not supported by provider acme | -",
    );
    check(
        400,
        r#"{"error":"'a/b' is not supported by any provider here"}"#,
        "model_unsupported | 'a/b' is not supported by any provider here | -",
    );
    check(
        404,
        r#"{"message":"The requested model a/b does not exist"}"#,
        "model_unsupported | The requested model a/b does not exist | -",
    );
}

#[test]
fn invalid_requests() {
    check(
        400,
        r#"{"error":{"message":"bad top_p","type":"invalid_request_error","code":null}}"#,
        "invalid_request | bad top_p | invalid_request_error",
    );
    check(
        400,
        r#"{"object":"error","message":"bad seed","type":"BadRequestError","code":400}"#,
        "invalid_request | bad seed | BadRequestError",
    );
    check(422, r#"{"detail":"bad field"}"#, "invalid_request | bad field | -");
    check(
        422,
        r#"{"detail":[{"type":"missing","loc":["body","messages",0,"role"],"msg":"Field required","input":"PRIVATE"}]}"#,
        "invalid_request | body.messages.0.role: Field required | missing",
    );
    check(422, r#"{"errors":["first","second"]}"#, "invalid_request | first | -");
    check(413, "Payload too large", "invalid_request | Payload too large | -");
    check(400, r#"{"error":"{\"message\":\"inner\",\"code\":\"x\"}"}"#, "invalid_request | inner | x");
    check(400, r#"{"error":{"message":{"error":{"message":"deep"}}}}"#, "invalid_request | deep | -");
    check(400, r#""just a string""#, "invalid_request | just a string | -");
    check(400, r#"[{"error":"in a list"}]"#, "invalid_request | in a list | -");
    check(400, r#"{"error":{"message":"cut"#, r#"invalid_request | {"error":{"message":"cut | -"#);
    check(400, r#"{"unknown":1}"#, "invalid_request | - | -");
    check(400, "12", "invalid_request | 12 | -");
    check(400, "null", "invalid_request | null | -");
}

#[test]
fn faults_of_one_provider() {
    check(404, "404 page not found", "provider_fault | 404 page not found | -");
    check(408, r#"{"error":"late"}"#, "provider_fault | late | -");
    check(410, r#"{"error":"gone"}"#, "provider_fault | gone | -");
    check(500, "<html><head><TITLE lang=en> 500 Oops </TITLE></head>", "provider_fault | 500 Oops | -");
    check(502, "", "provider_fault | - | -");
    check(502, "\u{1}\u{0}binary", "provider_fault | - | -");
    check(
        503,
        r#"{"error":"Model is loading","estimated_time":20.5}"#,
        "provider_fault | Model is loading | -",
    );
    check(504, "<html>", "provider_fault | - | -");
    check(529, r#"{"error":{"message":"overloaded"}}"#, "provider_fault | overloaded | -");
}

#[test]
fn rate_limits() {
    check(
        429,
        r#"{"error":{"message":"slow down","type":"engine","code":"engine_overloaded"}}"#,
        "rate_limited | slow down | engine_overloaded",
    );
    check(429, r#"{"message":"Too many","code":"too_many"}"#, "rate_limited | Too many | too_many");
    check(429, "", "rate_limited | - | -");
}

#[test]
fn what_is_no_answer() {
    check(302, "", "provider_fault | - | -");
    check(204, "", "malformed | - | -");
    check(700, "", "malformed | - | -");
}

#[test]
fn errors_inside_a_success() {
    check_in_band(r#"{"error":"text"}"#, "provider_fault | text | -");
    check_in_band(
        r#"{"error":{"message":"text","type":"server_error"}}"#,
        "provider_fault | text | server_error",
    );
    check_in_band(r#"{"error":{"message":"wait","code":429}}"#, "rate_limited | wait | -");
    check_in_band(r#"{"error":{"message":"wait","code":"429"}}"#, "rate_limited | wait | -");
    check_in_band(
        r#"{"error":{"message":"wait","code":"rate_limit_exceeded"}}"#,
        "rate_limited | wait | rate_limit_exceeded",
    );
    check_in_band(
        r#"{"error":{"message":"too long","type":"invalid_request_error"}}"#,
        "invalid_request | too long | invalid_request_error",
    );
    check_in_band(r#"{"object":"error","message":"too long","code":400}"#, "invalid_request | too long | -");
    check_in_band(
        r#"{"error":{"message":"x","code":"model_not_supported"}}"#,
        "model_unsupported | x | model_not_supported",
    );
    // Between the router and the provider …
    check_in_band(r#"{"error":{"message":"bad key","code":401}}"#, "provider_fault | bad key | -");
    check_in_band(r#"{"error":{"message":"balance","code":402}}"#, "provider_fault | balance | -");
    // … but not in the router's words.
    check_in_band(
        r#"{"error":{"message":"no pre-paid credits left","code":402}}"#,
        "credits | no pre-paid credits left | -",
    );
    check_in_band(r#"{"error":{"message":"x","code":7}}"#, "provider_fault | x | -");
    check_in_band(r#"{"detail":"text"}"#, "provider_fault | text | -");
}

#[test]
fn retry_after_counts_only_where_it_is_meant() {
    for (status, expected) in [(429, Some(2)), (503, Some(2)), (500, None), (200, None), (403, None)] {
        let head = ReplyHead { retry_after: Some("2"), ..ReplyHead::new(status) };
        let refusal = classify(&head, b"", &Redactor::default());
        assert_eq!(refusal.retry_after, expected.map(Duration::from_secs), "{status}");
    }
}

#[test]
fn the_header_speaks_when_the_body_does_not() {
    let head = ReplyHead { error_message: Some("from the header"), ..ReplyHead::new(401) };
    let said = |body: &str| classify(&head, body.as_bytes(), &Redactor::default()).message;
    assert_eq!(said("<html>").as_deref(), Some("from the header"));
    assert_eq!(said(r#"{"error":"from the body"}"#).as_deref(), Some("from the body"));
}

#[test]
fn nothing_private_is_repeated() {
    let redactor = Redactor::for_token(Some(&crate::Token::parse("tok-123456").expect("a token")));
    let body = br#"{"error":{"message":"token tok-123456 refused","code":"tok-123456"}}"#;
    assert_eq!(line(&classify(&ReplyHead::new(401), body, &redactor)), "auth | token *** refused | ***");
}

proptest::proptest! {
    #[test]
    fn any_body_has_a_class(status in 0u16..1000, body in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..200)) {
        let refusal = classify(&ReplyHead::new(status), &body, &Redactor::default());
        proptest::prop_assert_eq!(refusal.status, Some(status));
        if let Some(message) = refusal.message {
            proptest::prop_assert!(!message.is_empty() && message.chars().count() <= 501 && !message.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_class_depends_on_the_status_only_when_nothing_is_said(status in 400u16..600) {
        let expected = match status {
            401 => Class::Auth,
            402 => Class::Credits,
            429 => Class::RateLimited,
            400 | 405 | 406 | 411 | 413..=417 | 422 | 431 => Class::InvalidRequest,
            _ => Class::ProviderFault,
        };
        proptest::prop_assert_eq!(classify(&ReplyHead::new(status), b"", &Redactor::default()).class, expected);
    }
}
