use super::*;

fn input<'a>(env: &'a str, config: &'a str, hub: &'a str) -> EndpointInput<'a> {
    EndpointInput {
        env_base_url: Some(env),
        config_base_url: Some(config),
        hf_endpoint: Some(hub),
        plain_http: PlainHttp::Loopback,
    }
}

/// `origin models chat whoami custom`
#[track_caller]
fn check(env: &str, config: &str, hub: &str, expected: &str) {
    let endpoint = Endpoint::resolve(&input(env, config, hub)).expect("usable addresses");
    let custom = if endpoint.is_custom() { "custom" } else { "router" };
    let found = format!(
        "{:?} {custom} {} {} {}",
        endpoint.origin(),
        endpoint.models_url(),
        endpoint.chat_url(),
        endpoint.whoami_url()
    );
    assert_eq!(found, expected);
}

#[test]
fn the_first_that_is_said_wins() {
    let router = "https://router.huggingface.co/v1/models https://router.huggingface.co/v1/chat/completions https://huggingface.co/api/whoami-v2";
    check("", "", "", &format!("Default router {router}"));
    check(" ", "https://router.huggingface.co/v1", "", &format!("Config router {router}"));
    check("https://router.huggingface.co/v1/", "https://example.org", "", &format!("Env router {router}"));
}

#[test]
fn the_hub_is_asked_where_it_is() {
    check(
        "",
        "",
        "https://hub.example.org/",
        "Default router https://router.huggingface.co/v1/models https://router.huggingface.co/v1/chat/completions https://hub.example.org/api/whoami-v2",
    );
    check(
        "",
        "",
        "https://hub.example.org/mirror",
        "Default router https://router.huggingface.co/v1/models https://router.huggingface.co/v1/chat/completions https://hub.example.org/mirror/api/whoami-v2",
    );
}

#[test]
fn a_custom_base_keeps_its_token() {
    check(
        "",
        "https://proxy.example.org:8443/hf/v1//",
        "https://huggingface.co",
        "Config custom https://proxy.example.org:8443/hf/v1/models https://proxy.example.org:8443/hf/v1/chat/completions https://proxy.example.org:8443/api/whoami-v2",
    );
    check(
        "http://127.0.0.1:9000",
        "",
        "not even an address",
        "Env custom http://127.0.0.1:9000/models http://127.0.0.1:9000/chat/completions http://127.0.0.1:9000/api/whoami-v2",
    );
    // The same name on another port is another host.
    check(
        "https://router.huggingface.co:444/v1",
        "",
        "",
        "Env custom https://router.huggingface.co:444/v1/models https://router.huggingface.co:444/v1/chat/completions https://router.huggingface.co:444/api/whoami-v2",
    );
}

#[test]
fn plain_http_is_for_this_machine() {
    for base in [
        "http://localhost:1/v1",
        "http://a.localhost",
        "http://127.9.9.9",
        "http://[::1]:80",
        "http://[::ffff:127.0.0.1]",
    ] {
        assert!(Endpoint::resolve(&input(base, "", "")).is_ok(), "{base}");
    }
    for base in ["http://example.org", "http://10.0.0.1", "http://localhost.example.org", "http://[::2]"] {
        let error = Endpoint::resolve(&input(base, "", "")).expect_err(base);
        assert_eq!((error.kind(), error.setting()), (EndpointErrorKind::PlainHttp, "OPENCLAW_HF_BASE_URL"));
        let allowed = EndpointInput { plain_http: PlainHttp::Anywhere, ..input(base, "", "") };
        assert!(Endpoint::resolve(&allowed).is_ok(), "{base}");
    }
}

#[track_caller]
fn message(env: &str, config: &str, hub: &str) -> String {
    Endpoint::resolve(&input(env, config, hub)).expect_err("an unusable address").to_string()
}

#[test]
fn messages() {
    insta::assert_snapshot!(message("router", "", ""), @"`OPENCLAW_HF_BASE_URL` is `router`, expected an address such as `https://example.org/v1`");
    insta::assert_snapshot!(message("", "ftp://example.org", ""), @"`models.providers.huggingface.baseUrl` is `ftp://example.org`, expected it to begin with `https://` or `http://`");
    insta::assert_snapshot!(message("", "", "http://example.org"), @"`HF_ENDPOINT` is `http://example.org`, expected https: http is for this machine only");
    insta::assert_snapshot!(message("https://me:secret@example.org/v1", "", ""), @"`OPENCLAW_HF_BASE_URL` is `https://***@example.org/v1`, expected no user name and no password in it");
    insta::assert_snapshot!(message("https://example.org/v1?key=secret", "", ""), @"`OPENCLAW_HF_BASE_URL` is `https://example.org/v1…`, expected it to end before `?` and `#`");
    insta::assert_snapshot!(message("me:secret@example.org", "", ""), @"`OPENCLAW_HF_BASE_URL` is `***@example.org`, expected it to begin with `https://` or `http://`");
    insta::assert_snapshot!(message("//me:secret@example.org", "", ""), @"`OPENCLAW_HF_BASE_URL` is `***@example.org`, expected an address such as `https://example.org/v1`");
    insta::assert_snapshot!(message("https://", "", ""), @"`OPENCLAW_HF_BASE_URL` is `https://`, expected an address such as `https://example.org/v1`");
}

/// The lock file leaves the tables of Unicode out of the program.
#[test]
fn a_host_in_other_letters_is_given_in_ascii() {
    insta::assert_snapshot!(message("https://m\u{fc}ller.example/v1", "", ""), @"`OPENCLAW_HF_BASE_URL` is `https://müller.example/v1`, expected an address such as `https://example.org/v1`");
    check(
        "https://xn--mller-kva.example/v1",
        "",
        "",
        "Env custom https://xn--mller-kva.example/v1/models https://xn--mller-kva.example/v1/chat/completions https://xn--mller-kva.example/api/whoami-v2",
    );
}

#[test]
fn no_error_shows_a_password() {
    for base in [
        "https://me:secret@example.org/v1",
        "https://me:secret@",
        "https://me:sec/ret@example.org:port",
        "me:secret@example.org",
        "//me:secret@example.org",
        "https://example.org?token=secret",
        "http://example.org#secret",
        "https:/me:secret@example.org:99999",
    ] {
        let error = Endpoint::resolve(&input(base, "", "")).expect_err(base);
        let all = format!("{error} {error:?} {error:#?}");
        assert!(!all.contains("secret") && !all.contains("sec/ret"), "{all}");
    }
}

#[test]
fn cache_keys() {
    let key = |base: &str| Endpoint::resolve(&input(base, "", "")).expect(base).cache_key();
    insta::assert_snapshot!(key(DEFAULT_BASE_URL), @"router.huggingface.co-v1-bc10c39f50bf3c3b");
    insta::assert_snapshot!(key("http://127.0.0.1:9000/V1"), @"127.0.0.1-9000-v1-01fa8ddad267782d");
    insta::assert_snapshot!(key("http://[::1]/"), @"1-eb10bc344d701ef3");
    assert_eq!(key("https://router.huggingface.co/v1/"), key(DEFAULT_BASE_URL));
    assert_ne!(key("https://example.org/a-b"), key("https://example.org/a/b"));
    assert_ne!(key("https://example.org"), key("http://localhost"));
}

proptest::proptest! {
    #[test]
    fn any_text_is_decided(text in "(https?://)?[a-z0-9.:@/?#\\[\\]]{0,30}") {
        if let Ok(endpoint) = Endpoint::resolve(&input(&text, "", "")) {
            let key = endpoint.cache_key();
            proptest::prop_assert!(key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-'));
            let again = Endpoint::resolve(&input(endpoint.base_url().as_str(), "", "")).expect("a base is a base");
            proptest::prop_assert_eq!(again.base_url(), endpoint.base_url());
        }
    }
}
