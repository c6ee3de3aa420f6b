//! Whatever a refusal says, its message is one short line without the token.
//! First line: status, then `Retry-After`, then `X-Error-Message`, with `|` between them; then the body.

use std::time::{Duration, UNIX_EPOCH};

use openclaw_hf_client::{Redactor, Refusal, ReplyHead, Token, classify, classify_in_band};

const SECRET: &str = "s3cret-of-the-seed";

pub(super) fn check(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (head, rest) = data.split_at(end);
    let body = rest.get(1..).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let mut fields = head.split('|');
    let mut field = || fields.next().map(str::trim).filter(|text| !text.is_empty());
    let head = ReplyHead {
        status: field().and_then(|status| status.parse().ok()).unwrap_or(500),
        retry_after: field(),
        error_message: field(),
        now: UNIX_EPOCH + Duration::from_secs(784_111_770),
    };
    let redactor = Redactor::for_token(Some(&Token::parse(SECRET).expect("a token")));

    let refusal = classify(&head, body, &redactor);
    assert_eq!(refusal.status, Some(head.status));
    if let Some(wait) = refusal.retry_after {
        assert!(matches!(head.status, 429 | 503) && wait <= Duration::from_secs(86_400), "{refusal:?}");
    }
    clean(&refusal);

    let in_band = classify_in_band(body, &redactor);
    assert_eq!(in_band.retry_after, None);
    clean(&in_band);
}

fn clean(refusal: &Refusal) {
    for text in [&refusal.message, &refusal.code].into_iter().flatten() {
        // 500, perhaps a space, and the mark of what was cut off.
        assert!(!text.is_empty() && text.chars().count() <= 502, "{refusal:?}");
        assert!(!text.chars().any(char::is_control), "{refusal:?}");
        assert!(!text.contains(SECRET), "{refusal:?}");
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let token = text.match_indices("hf_").find(|(at, _)| {
            let rest = text.get(*at..).unwrap_or_default();
            rest.len() - rest.trim_start_matches(is_word).len() >= 12
        });
        assert_eq!(token, None, "{refusal:?}");
    }
}
