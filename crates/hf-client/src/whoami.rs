//! Whose token it is and what it may do.

use serde::Deserialize;

use crate::wire::{one_or_many, text};

/// The permission that a fine-grained token needs.
pub const INFERENCE_PERMISSION: &str = "inference.serverless.write";

/// The reply of `GET /api/whoami-v2`, as far as it is used here. The endpoint limits its rate hard: keep the reply.
///
/// ```
/// use openclaw_hf_client::{Permission, Whoami};
///
/// let whoami: Whoami = serde_json::from_str(
///     r#"{"name":"someone","auth":{"accessToken":{"displayName":"laptop","role":"read"}}}"#,
/// )?;
/// assert_eq!(whoami.token_name(), Some("laptop"));
/// assert_eq!(whoami.may_call_inference(None), Permission::Yes);
///
/// let whoami: Whoami = serde_json::from_str(
///     r#"{"name":"someone","auth":{"accessToken":{"role":"fineGrained","fineGrained":{"scoped":[]}}}}"#,
/// )?;
/// let Permission::No { missing } = whoami.may_call_inference(None) else { panic!("expected a refusal") };
/// assert_eq!(missing.to_string(), "`inference.serverless.write` for the user `someone`");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Whoami {
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    fullname: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    orgs: Vec<Org>,
    #[serde(default, deserialize_with = "one_or_many")]
    auth: Vec<Auth>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Org {
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Auth {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, rename = "accessToken", deserialize_with = "one_or_many")]
    access_token: Vec<AccessToken>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct AccessToken {
    #[serde(default, rename = "displayName", deserialize_with = "text")]
    display_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    role: Option<String>,
    #[serde(default, rename = "fineGrained", deserialize_with = "one_or_many")]
    fine_grained: Vec<FineGrained>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct FineGrained {
    #[serde(default, deserialize_with = "one_or_many")]
    scoped: Vec<Scope>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Scope {
    #[serde(default, deserialize_with = "one_or_many")]
    entity: Vec<Entity>,
    #[serde(default)]
    permissions: serde_json::Value,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Entity {
    #[serde(default, rename = "type", deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
}

impl Scope {
    fn is_for(&self, kind: &str, name: Option<&str>) -> bool {
        self.entity.first().is_some_and(|entity| {
            entity.kind.as_deref() == Some(kind)
                && name.is_none_or(|name| entity.name.as_deref() == Some(name))
        })
    }

    fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str)
    }
}

/// What a token may do (`auth.accessToken.role`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRole {
    /// Read.
    Read,
    /// Read and write.
    Write,
    /// Exactly what it lists.
    FineGrained,
    /// Something else, as it was sent.
    Other(String),
}

/// Whether a token may call Inference Providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It says so.
    Yes,
    /// It says that it may not.
    No {
        /// What it lacks.
        missing: MissingPermission,
    },
    /// It does not say; only a call tells.
    Unknown,
}

/// A permission that a token lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingPermission {
    /// For calls that the user pays.
    User {
        /// The user, where the reply names one.
        name: Option<String>,
    },
    /// For calls that the organisation pays.
    Org {
        /// The organisation.
        name: String,
    },
}

impl std::fmt::Display for MissingPermission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MissingPermission::User { name: Some(name) } => {
                write!(f, "`{INFERENCE_PERMISSION}` for the user `{name}`")
            }
            MissingPermission::User { name: None } => write!(f, "`{INFERENCE_PERMISSION}` for the user"),
            MissingPermission::Org { name } => {
                write!(f, "`{INFERENCE_PERMISSION}` for the organisation `{name}`")
            }
        }
    }
}

impl Whoami {
    /// The user's name (`name`).
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The user's full name (`fullname`).
    pub fn full_name(&self) -> Option<&str> {
        self.fullname.as_deref()
    }

    /// The organisations the user belongs to (`orgs[].name`).
    pub fn orgs(&self) -> impl Iterator<Item = &str> {
        self.orgs.iter().filter_map(|org| org.name.as_deref())
    }

    /// The name that the user gave the token (`auth.accessToken.displayName`).
    pub fn token_name(&self) -> Option<&str> {
        self.token()?.display_name.as_deref()
    }

    /// What the token may do (`auth.accessToken.role`); `None` for what is not an access token.
    pub fn token_role(&self) -> Option<TokenRole> {
        Some(match self.token()?.role.as_deref()? {
            "read" => TokenRole::Read,
            "write" => TokenRole::Write,
            "fineGrained" => TokenRole::FineGrained,
            other => TokenRole::Other(other.to_owned()),
        })
    }

    /// Whether the token may call Inference Providers, paid by the user, or by `bill_to`, which is an organisation or a
    /// resource group.
    ///
    /// Read and write tokens may. A fine-grained token may when it lists `inference.serverless.write` for the payer.
    /// Whether that permission has the same name for an organisation is not documented, so an organisation counts as
    /// refused only when no inference permission at all is listed for it.
    pub fn may_call_inference(&self, bill_to: Option<&str>) -> Permission {
        let is_member = |org: &str| self.orgs().any(|name| name == org);
        match self.token_role() {
            Some(TokenRole::Read | TokenRole::Write) if bill_to.is_none_or(is_member) => Permission::Yes,
            Some(TokenRole::FineGrained) => self.listed(bill_to, is_member),
            _ => Permission::Unknown,
        }
    }

    fn listed(&self, bill_to: Option<&str>, is_member: impl Fn(&str) -> bool) -> Permission {
        let Some(listed) = self.token().and_then(|token| token.fine_grained.first()) else {
            return Permission::Unknown;
        };
        let has = |kind: &str, name: Option<&str>, wanted: fn(&str) -> bool| {
            listed
                .scoped
                .iter()
                .filter(|scope| scope.is_for(kind, name))
                .flat_map(Scope::permissions)
                .any(wanted)
        };
        let may_call = |permission: &str| permission == INFERENCE_PERMISSION;
        match bill_to {
            None if has("user", None, may_call) => Permission::Yes,
            None => Permission::No { missing: MissingPermission::User { name: self.name.clone() } },
            Some(org) if has("org", Some(org), may_call) => Permission::Yes,
            Some(org)
                if is_member(org)
                    && !has("org", Some(org), |permission| permission.starts_with("inference.")) =>
            {
                Permission::No { missing: MissingPermission::Org { name: org.to_owned() } }
            }
            Some(_) => Permission::Unknown,
        }
    }

    fn token(&self) -> Option<&AccessToken> {
        self.auth.first()?.access_token.first()
    }

    /// Whether anything of it is what whoami says.
    #[cfg(feature = "http")]
    pub(crate) fn says_something(&self) -> bool {
        self.name.is_some() || self.auth.first().is_some_and(|auth| auth.kind.is_some())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whoami(token: &serde_json::Value) -> Whoami {
        serde_json::from_value(json!({
            "type": "user", "id": 7, "name": "someone", "fullname": "Some One", "isPro": true,
            "orgs": [{ "name": "acme", "plan": "team" }, { "name": "beta" }, { "name": "gamma" }, null],
            "auth": { "type": "access_token", "accessToken": token },
        }))
        .expect("whoami")
    }

    fn fine_grained(scoped: &serde_json::Value) -> Whoami {
        whoami(
            &json!({ "displayName": "laptop", "role": "fineGrained", "fineGrained": { "scoped": scoped } }),
        )
    }

    #[track_caller]
    fn check(whoami: &Whoami, bill_to: Option<&str>, expected: &str) {
        let found = match whoami.may_call_inference(bill_to) {
            Permission::Yes => "yes".to_owned(),
            Permission::No { missing } => format!("no: {missing}"),
            Permission::Unknown => "unknown".to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn fields() {
        let whoami = fine_grained(&json!([]));
        assert_eq!((whoami.name(), whoami.full_name()), (Some("someone"), Some("Some One")));
        assert_eq!(whoami.orgs().collect::<Vec<_>>(), ["acme", "beta", "gamma"]);
        assert_eq!(
            (whoami.token_name(), whoami.token_role()),
            (Some("laptop"), Some(TokenRole::FineGrained))
        );
    }

    #[test]
    fn read_and_write_tokens_may() {
        for role in ["read", "write"] {
            let whoami = whoami(&json!({ "role": role }));
            check(&whoami, None, "yes");
            check(&whoami, Some("acme"), "yes");
            // Perhaps a resource group.
            check(&whoami, Some("5f0c0ffee"), "unknown");
        }
    }

    #[test]
    fn fine_grained_tokens_may_what_they_list() {
        let whoami = fine_grained(&json!([
            { "entity": { "type": "user", "name": "someone" }, "permissions": ["repo.write", "inference.serverless.write"] },
            { "entity": { "type": "org", "name": "acme" }, "permissions": ["inference.serverless.write"] },
            { "entity": { "type": "org", "name": "beta" }, "permissions": ["inference.endpoints.write"] },
            { "entity": { "type": "org", "name": "gamma" }, "permissions": ["org.billing.read", 7] },
        ]));
        check(&whoami, None, "yes");
        check(&whoami, Some("acme"), "yes");
        check(&whoami, Some("beta"), "unknown");
        check(&whoami, Some("gamma"), "no: `inference.serverless.write` for the organisation `gamma`");
        check(&whoami, Some("elsewhere"), "unknown");
    }

    #[test]
    fn the_permission_for_another_payer_does_not_count() {
        let whoami = fine_grained(&json!([
            { "entity": { "type": "org", "name": "acme" }, "permissions": ["inference.serverless.write"] },
            { "entity": { "type": "user", "name": "someone" }, "permissions": ["inference.endpoints.write"] },
            { "entity": null, "permissions": ["inference.serverless.write"] },
            { "entity": { "type": "user" }, "permissions": "inference.serverless.write" },
        ]));
        check(&whoami, None, "no: `inference.serverless.write` for the user `someone`");
        let nameless = Whoami { name: None, ..whoami };
        check(&nameless, None, "no: `inference.serverless.write` for the user");
    }

    #[test]
    fn what_is_not_said_is_unknown() {
        check(&whoami(&json!({ "role": "god" })), None, "unknown");
        check(&whoami(&json!({ "role": "fineGrained" })), None, "unknown");
        check(&whoami(&json!(null)), None, "unknown");
        check(&Whoami::default(), None, "unknown");
        assert_eq!(whoami(&json!({ "role": "god" })).token_role(), Some(TokenRole::Other("god".into())));
    }
}
