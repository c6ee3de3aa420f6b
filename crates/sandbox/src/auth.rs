//! Who is asking: the token's text decides everything.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The user whom every accepted token belongs to.
pub(crate) const USER: &str = "sandbox-user";
/// The only organisation that may be named in `X-HF-Bill-To`.
pub(crate) const ORG: &str = "sandbox-org";

const USER_ID: &str = "5a0db0c00000000000000001";
const ORG_ID: &str = "5a0db0c00000000000000002";
const CALL: &str = "inference.serverless.write";

/// What a token may do; its text decides.
///
/// Source: the `Authorization: Bearer …` header.
/// The longest matching beginning wins, so `hf_read_anything` is [`Read`](Self::Read).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenKind {
    /// No `Authorization` header, or one that is not `Bearer`.
    Missing,
    /// `hf_…`: a fine-grained token that may call Inference Providers.
    Granted,
    /// `hf_read…`: a classic read token, which may call too.
    Read,
    /// `hf_noperm…`: a fine-grained token without `inference.serverless.write`.
    NoPermission,
    /// `hf_nocredit…`: may call, but the month's credits are used up.
    NoCredit,
    /// `hf_refused…`, and every token that does not begin with `hf_`.
    Refused,
}

impl TokenKind {
    /// The kind of a bare token, without `Bearer`.
    ///
    /// ```
    /// use openclaw_sandbox::TokenKind;
    /// assert_eq!(TokenKind::of("hf_anything"), TokenKind::Granted);
    /// assert_eq!(TokenKind::of("hf_noperm_1"), TokenKind::NoPermission);
    /// assert_eq!(TokenKind::of("sk-other"), TokenKind::Refused);
    /// ```
    #[must_use]
    pub fn of(token: &str) -> Self {
        let Some(rest) = token.strip_prefix("hf_") else { return Self::Refused };
        if rest.is_empty() || rest.starts_with("refused") {
            Self::Refused
        } else if rest.starts_with("noperm") {
            Self::NoPermission
        } else if rest.starts_with("nocredit") {
            Self::NoCredit
        } else if rest.starts_with("read") {
            Self::Read
        } else {
            Self::Granted
        }
    }

    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Self::Missing };
        value
            .to_str()
            .ok()
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map_or(Self::Refused, |(_, token)| Self::of(token.trim()))
    }

    /// The kind as it stands in the request log and in JSON: `no-permission`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Granted => "granted",
            Self::Read => "read",
            Self::NoPermission => "no-permission",
            Self::NoCredit => "no-credit",
            Self::Refused => "refused",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of `GET /api/whoami-v2`, or `None` for a token that is refused.
pub(crate) fn whoami(token: TokenKind) -> Option<Value> {
    let access = match token {
        TokenKind::Missing | TokenKind::Refused => return None,
        TokenKind::Read => json!({
            "displayName": "sandbox read token",
            "role": "read",
            "createdAt": "2026-07-23T00:00:00.000Z",
        }),
        TokenKind::Granted | TokenKind::NoCredit => {
            fine_grained(&["repo.content.read", CALL, "user.billing.read"], &[CALL, "org.billing.read"])
        }
        TokenKind::NoPermission => fine_grained(&["repo.content.read", "repo.write"], &["repo.content.read"]),
    };
    Some(json!({
        "type": "user",
        "id": USER_ID,
        "name": USER,
        "fullname": "Sandbox User",
        "isPro": false,
        "emailVerified": true,
        "canPay": false,
        "billingMode": "prepaid",
        "periodEnd": 1_785_542_400,
        "avatarUrl": "/avatars/sandbox-user.svg",
        "orgs": [{
            "type": "org",
            "id": ORG_ID,
            "name": ORG,
            "fullname": "Sandbox Org",
            "email": null,
            "canPay": true,
            "billingMode": "postpaid",
            "periodEnd": 1_785_542_400,
            "plan": "team",
            "avatarUrl": "/avatars/sandbox-org.svg",
            "roleInOrg": "write",
        }],
        "auth": { "type": "access_token", "accessToken": access },
    }))
}

fn fine_grained(for_user: &[&str], for_org: &[&str]) -> Value {
    json!({
        "displayName": "sandbox token",
        "role": "fineGrained",
        "createdAt": "2026-07-23T00:00:00.000Z",
        "fineGrained": {
            "canReadGatedRepos": false,
            "global": ["discussion.write"],
            "scoped": [
                { "entity": { "_id": USER_ID, "type": "user", "name": USER }, "permissions": for_user },
                { "entity": { "_id": ORG_ID, "type": "org", "name": ORG }, "permissions": for_org },
            ],
        },
    })
}

/// Whom a call may not be billed to, if that is so: `user …` or `org …`.
pub(crate) fn may_not_bill(token: TokenKind, bill_to: Option<&HeaderValue>) -> Option<String> {
    let org = bill_to.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
    match org.filter(|name| !name.is_empty()) {
        Some(name) if name == ORG && token != TokenKind::NoPermission => None,
        Some(name) => Some(format!("org {name}")),
        None if token == TokenKind::NoPermission => Some(format!("user {USER}")),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_decides() {
        #[track_caller]
        fn check(token: &str, expect: TokenKind) {
            assert_eq!(TokenKind::of(token), expect, "{token}");
        }
        check("hf_abc", TokenKind::Granted);
        check("hf_oauth_abc", TokenKind::Granted);
        check("hf_read", TokenKind::Read);
        check("hf_read_abc", TokenKind::Read);
        check("hf_noperm", TokenKind::NoPermission);
        check("hf_nocredit2", TokenKind::NoCredit);
        check("hf_refused", TokenKind::Refused);
        check("hf_", TokenKind::Refused);
        check("sk-abc", TokenKind::Refused);
        check("", TokenKind::Refused);
    }

    #[test]
    fn the_header_is_read_leniently() {
        #[track_caller]
        fn check(value: &'static str, expect: TokenKind) {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(TokenKind::of_headers(&headers), expect, "{value}");
        }
        check("Bearer hf_x", TokenKind::Granted);
        check("bearer  hf_x ", TokenKind::Granted);
        check("Basic hf_x", TokenKind::Refused);
        check("hf_x", TokenKind::Refused);
        assert_eq!(TokenKind::of_headers(&HeaderMap::new()), TokenKind::Missing);
    }

    #[test]
    fn only_the_own_org_may_pay() {
        #[track_caller]
        fn check(token: TokenKind, bill_to: Option<&'static str>, expect: Option<&str>) {
            let header = bill_to.map(HeaderValue::from_static);
            assert_eq!(may_not_bill(token, header.as_ref()).as_deref(), expect);
        }
        check(TokenKind::Granted, None, None);
        check(TokenKind::Granted, Some("sandbox-org"), None);
        check(TokenKind::Granted, Some("acme"), Some("org acme"));
        check(TokenKind::NoPermission, None, Some("user sandbox-user"));
        check(TokenKind::NoPermission, Some("sandbox-org"), Some("org sandbox-org"));
    }
}
