use std::time::Duration;

use super::*;
use crate::SseDecoder;

const HOST: &str = "https://router.huggingface.co";

fn refusal(class: Class, status: Option<u16>) -> Refusal {
    Refusal { class, status, message: Some("words of the server".into()), code: None, retry_after: None }
}

fn with_provider(error: Error) -> Error {
    let meta = Meta { status: 200, provider: Some("acme".into()), request_id: Some("id-1".into()) };
    error.answered_by(&meta)
}

fn at(fault: impl Into<Fault>) -> Error {
    Error::at(HOST, fault)
}

/// The message and its causes, as a command line prints them.
fn chain(error: &Error) -> String {
    let levels = std::iter::successors(Some(error as &dyn std::error::Error), |level| level.source());
    levels.map(ToString::to_string).collect::<Vec<_>>().join(" <- ")
}

#[test]
fn refusals() {
    let refused = |class, status| at(refusal(class, Some(status)));
    insta::assert_snapshot!(refused(Class::Auth, 401), @"the token was refused (status 401)");
    insta::assert_snapshot!(refused(Class::Permission, 403), @"the token may not call Inference Providers (status 403)");
    insta::assert_snapshot!(refused(Class::Credits, 402), @"the credits for Inference Providers are used up (status 402)");
    insta::assert_snapshot!(refused(Class::RateLimited, 429), @"`https://router.huggingface.co` takes no more requests for now (status 429)");
    insta::assert_snapshot!(refused(Class::ModelUnsupported, 400), @"no enabled provider serves the model (status 400)");
    insta::assert_snapshot!(refused(Class::InvalidRequest, 422), @"`https://router.huggingface.co` does not accept the request (status 422)");
    insta::assert_snapshot!(refused(Class::ProviderFault, 404), @"`https://router.huggingface.co` refused the request (status 404)");
    insta::assert_snapshot!(refused(Class::ProviderFault, 503), @"`https://router.huggingface.co` failed (status 503)");
    insta::assert_snapshot!(refused(Class::Malformed, 204), @"`https://router.huggingface.co` gave no answer (status 204)");
    insta::assert_snapshot!(with_provider(refused(Class::RateLimited, 429)), @"the provider `acme` takes no more requests for now (status 429)");
    let later =
        Refusal { retry_after: Some(Duration::from_millis(1500)), ..refusal(Class::RateLimited, Some(429)) };
    insta::assert_snapshot!(with_provider(at(later)), @"the provider `acme` takes no more requests for now (status 429, retry after 1.5 s)");
    insta::assert_snapshot!(chain(&refused(Class::Auth, 401)), @"the token was refused (status 401) <- the server says `words of the server`");
    insta::assert_snapshot!(at(refusal(Class::ProviderFault, None)), @"`https://router.huggingface.co` failed");
    let unnumbered =
        Refusal { retry_after: Some(Duration::from_secs(2)), ..refusal(Class::RateLimited, None) };
    insta::assert_snapshot!(at(unnumbered), @"`https://router.huggingface.co` takes no more requests for now (retry after 2 s)");
}

#[test]
fn streams() {
    let stream = |error: StreamError| with_provider(at(error));
    insta::assert_snapshot!(chain(&stream(StreamError::Reported(refusal(Class::ProviderFault, Some(503))))), @"the provider `acme` failed (status 503) within its answer <- the server says `words of the server`");
    insta::assert_snapshot!(stream(StreamError::Reported(refusal(Class::RateLimited, None))), @"the provider `acme` takes no more requests for now within its answer");
    insta::assert_snapshot!(stream(StreamError::NotJson { number: 3 }), @"event 3 of the stream cannot be read, expected a chunk of a chat as JSON (provider `acme`)");
    insta::assert_snapshot!(stream(StreamError::CutEvent), @"the stream ended within an event, expected a finish reason (provider `acme`)");
    insta::assert_snapshot!(stream(StreamError::NoFinishReason), @"the stream ended without a finish reason, expected one (provider `acme`)");
    let mut decoder = SseDecoder::with_limit(4);
    decoder.feed(b"data: long");
    let error = decoder.next_event().and_then(Result::err).expect("too large");
    insta::assert_snapshot!(stream(error.into()), @"an event of the stream is larger than the limit of 4 bytes (provider `acme`)");
}

#[test]
fn proxies() {
    let through = |network| at(Fault::Proxy { network, proxy: "http://proxy:3128".to_owned() });
    insta::assert_snapshot!(through(Network::Dns), @"the name of the proxy `http://proxy:3128` was not found");
    insta::assert_snapshot!(through(Network::Refused), @"the proxy `http://proxy:3128` refused the connection");
    insta::assert_snapshot!(through(Network::Unreachable), @"the proxy `http://proxy:3128` is unreachable");
    insta::assert_snapshot!(through(Network::Tls), @"no secure connection to `https://router.huggingface.co` through the proxy `http://proxy:3128`");
    insta::assert_snapshot!(through(Network::Other), @"no connection to `https://router.huggingface.co` through the proxy `http://proxy:3128`");
    assert_eq!(through(Network::Other).class(), Class::Network);
}

#[test]
fn times() {
    let timeout = |phase, after| at(Fault::Timeout { phase, after: Duration::from_millis(after) });
    insta::assert_snapshot!(timeout(TimeoutPhase::Connect, 5_000), @"no connection to `https://router.huggingface.co` within 5 s");
    insta::assert_snapshot!(timeout(TimeoutPhase::FirstByte, 30_000), @"no answer from `https://router.huggingface.co` within 30 s");
    let slow = Fault::TooSlow { what: "the list of models", after: Duration::from_secs(60) };
    insta::assert_snapshot!(at(slow), @"the list of models did not come whole from `https://router.huggingface.co` within 60 s");
    insta::assert_snapshot!(with_provider(timeout(TimeoutPhase::BetweenChunks, 250)), @"the answer of the provider `acme` stopped for 250 ms");
    assert_eq!(timeout(TimeoutPhase::Connect, 1).timeout_phase(), Some(TimeoutPhase::Connect));
    assert_eq!(at(Fault::Cut).timeout_phase(), None);
}

#[test]
fn networks() {
    insta::assert_snapshot!(at(Fault::Network(Network::Dns)), @"the name of `https://router.huggingface.co` was not found");
    insta::assert_snapshot!(at(Fault::Network(Network::Refused)), @"`https://router.huggingface.co` refused the connection");
    insta::assert_snapshot!(at(Fault::Network(Network::Unreachable)), @"`https://router.huggingface.co` is unreachable");
    insta::assert_snapshot!(at(Fault::Network(Network::Tls)), @"no secure connection to `https://router.huggingface.co`");
    insta::assert_snapshot!(at(Fault::Network(Network::Other)), @"no connection to `https://router.huggingface.co`");
    insta::assert_snapshot!(at(Fault::Redirect { status: 302, to: Some("http://example.org".into()) }), @"`https://router.huggingface.co` redirects to `http://example.org` (status 302), which is not followed");
    insta::assert_snapshot!(at(Fault::Redirect { status: 304, to: None }), @"`https://router.huggingface.co` redirects (status 304) without saying where to");
    insta::assert_snapshot!(at(Fault::TooManyRedirects), @"`https://router.huggingface.co` redirects again and again");
    insta::assert_snapshot!(at(Fault::Closed), @"`https://router.huggingface.co` closed the connection before it answered");
    insta::assert_snapshot!(with_provider(at(Fault::Cut)), @"the answer of the provider `acme` was cut off");
}

#[test]
fn replies() {
    insta::assert_snapshot!(at(Fault::NotAnAnswer(NotAnAnswer::Html)), @"`https://router.huggingface.co` answered with a web page, expected JSON");
    insta::assert_snapshot!(at(Fault::NotAnAnswer(NotAnAnswer::Compressed)), @"`https://router.huggingface.co` answered with compressed bytes, expected plain ones");
    insta::assert_snapshot!(at(Fault::NotAnAnswer(NotAnAnswer::NotJson { expected: "a list of models" })), @"`https://router.huggingface.co` answered with something that cannot be read, expected a list of models");
    insta::assert_snapshot!(with_provider(at(Fault::NotAnAnswer(NotAnAnswer::NoChoices))), @"the provider `acme` answered with a reply without `choices`, expected at least one");
    insta::assert_snapshot!(at(Fault::TooLarge { what: "the list of models", limit: 64 }), @"the list of models from `https://router.huggingface.co` is larger than the limit of 64 bytes");
    assert_eq!(at(Fault::TooLarge { what: "the reply", limit: 64 }).limit(), Some(64));
}

#[test]
fn setups() {
    let path = || "/etc/ca.pem".into();
    insta::assert_snapshot!(Error::before(Setup::CaFileUnreadable { path: path() }), @"the CA file `/etc/ca.pem` cannot be read");
    insta::assert_snapshot!(Error::before(Setup::CaFileWithoutCertificates { path: path() }), @"the CA file `/etc/ca.pem` holds no certificate, expected PEM");
    insta::assert_snapshot!(Error::before(Setup::NoTlsProvider), @"no TLS provider is installed, expected one (feature `tls-ring`)");
    assert!(Error::before(Setup::NoClient).is_setup() && !at(Fault::Closed).is_setup());
    insta::assert_snapshot!(Error::before(Setup::NoClient), @"the HTTP client cannot be set up");
    insta::assert_snapshot!(Error::before(Setup::NotAHeader { what: "the token" }), @"the token holds characters that a header cannot, expected visible ASCII");
    insta::assert_snapshot!(Error::before(RequestError::NotFinite { field: "top_p" }), @"`top_p` is not a finite number, expected one");
}

#[test]
fn classes() {
    for class in Class::ALL {
        assert_eq!(at(refusal(class, None)).class(), class);
        assert_eq!(at(StreamError::Reported(refusal(class, None))).class(), class);
    }
    for (fault, class) in [
        (Fault::Stream(StreamError::NoFinishReason), Class::Truncated),
        (Fault::Stream(StreamError::CutEvent), Class::Truncated),
        (Fault::Cut, Class::Truncated),
        (Fault::Stream(StreamError::NotJson { number: 1 }), Class::Malformed),
        (Fault::NotAnAnswer(NotAnAnswer::Html), Class::Malformed),
        (Fault::TooLarge { what: "the reply", limit: 1 }, Class::Malformed),
        (Fault::Timeout { phase: TimeoutPhase::Connect, after: Duration::ZERO }, Class::Timeout),
        (Fault::Network(Network::Dns), Class::Network),
        (Fault::Redirect { status: 302, to: None }, Class::ProviderFault),
        (Fault::Closed, Class::ProviderFault),
        (Fault::Request(RequestError::Unwritable), Class::InvalidRequest),
        (Fault::Setup(Setup::NoClient), Class::InvalidRequest),
    ] {
        assert_eq!(at(fault).class(), class);
    }
}

#[test]
fn accessors() {
    let refusal = Refusal {
        code: Some("busy".into()),
        retry_after: Some(Duration::from_secs(2)),
        ..refusal(Class::ProviderFault, Some(503))
    };
    let error = with_provider(at(refusal));
    assert_eq!(
        (error.status(), error.provider(), error.request_id()),
        (Some(503), Some("acme"), Some("id-1"))
    );
    assert_eq!((error.message(), error.code()), (Some("words of the server"), Some("busy")));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    let error = at(Fault::Closed);
    assert_eq!((error.status(), error.provider(), error.request_id()), (None, None, None));
    assert_eq!((error.message(), error.code(), error.retry_after(), error.limit()), (None, None, None, None));
}

#[test]
fn a_chain_is_copied_as_cleaned_text() {
    #[derive(Debug)]
    struct Level(&'static str, Option<Box<Level>>);
    impl fmt::Display for Level {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl std::error::Error for Level {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|level| level as _)
        }
    }
    let below = Level("proxy http://me:secret@host failed", Some(Box::new(Level("refused", None))));
    let error = at(Fault::Closed).because(&Level("top", Some(Box::new(below))), &Redactor::default());
    insta::assert_snapshot!(chain(&error), @"`https://router.huggingface.co` closed the connection before it answered <- proxy http://***@host failed <- refused");
    let both = at(refusal(Class::Auth, Some(401)))
        .because(&Level("top", Some(Box::new(Level("reset", None)))), &Redactor::default());
    insta::assert_snapshot!(chain(&both), @"the token was refused (status 401) <- the server says `words of the server` <- reset");
    assert!(!format!("{error:?} {error:#?}").contains("secret"));
}
