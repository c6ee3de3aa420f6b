//! When a fault happens, and how often.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use super::Fault;

/// The part of the router that a request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Endpoint {
    /// `POST /v1/chat/completions`
    Chat,
    /// `GET /v1/models` and `GET /v1/models/{org}/{name}`
    Models,
    /// `GET /api/whoami-v2`
    Whoami,
}

/// Which requests a script is for; every condition that is given must hold, none means all requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// `None`: all three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Endpoint>,
    /// `org/name` without a suffix. `None`: any, or no model at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The slug that the request would be routed to: `together`. `None`: any, or none at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

impl When {
    /// Every request to `endpoint`.
    #[must_use]
    pub fn path(endpoint: Endpoint) -> Self {
        Self { path: Some(endpoint), ..Self::default() }
    }

    /// Every chat that asks for `id` (`org/name`), whatever the suffix.
    #[must_use]
    pub fn model(id: impl Into<String>) -> Self {
        Self { model: Some(id.into()), ..Self::path(Endpoint::Chat) }
    }

    /// Every chat that is routed to `slug`.
    #[must_use]
    pub fn provider(slug: impl Into<String>) -> Self {
        Self { provider: Some(slug.into()), ..Self::path(Endpoint::Chat) }
    }

    fn holds(&self, endpoint: Endpoint, model: Option<&str>, provider: Option<&str>) -> bool {
        self.path.is_none_or(|path| path == endpoint)
            && self.model.as_deref().is_none_or(|wanted| Some(wanted) == model)
            && self.provider.as_deref().is_none_or(|wanted| Some(wanted) == provider)
    }
}

/// A fault, the requests it happens to, and how often it does.
///
/// **Shape**: `{"when": {"path": "chat", "provider": "together"}, "times": 2, "fault": {"kind": "hang"}}`.
/// The first script that fits and is not used up wins.
///
/// ```
/// use openclaw_sandbox::{Fault, Options, Sandbox, Script, When};
///
/// let sandbox = Sandbox::start_blocking(Options::default())?;
/// sandbox.script(vec![Script::once(When::model("Qwen/Qwen3-8B"), Fault::status(429))])?;
/// assert_eq!(sandbox.scripts().len(), 1);
///
/// let error = sandbox.script(vec![Script::always(When::default(), Fault::status(99))]).unwrap_err();
/// assert!(error.to_string().contains("99"), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Left out: every request.
    #[serde(default)]
    pub when: When,
    /// How many requests it happens to. `None`, or left out: always.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens.
    pub fault: Fault,
}

impl Script {
    /// The fault happens to the next request that fits, and then no more.
    #[must_use]
    pub const fn once(when: When, fault: Fault) -> Self {
        Self { when, times: Some(1), fault }
    }

    /// The fault happens to every request that fits.
    #[must_use]
    pub const fn always(when: When, fault: Fault) -> Self {
        Self { when, times: None, fault }
    }
}

/// A script that cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    at: usize,
    kind: ScriptErrorKind,
}

/// Why a script cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScriptErrorKind {
    /// A status outside 200 to 599, or a redirect outside 300 to 399.
    Status(u16),
    /// A header whose name or value HTTP does not allow.
    Header(String),
}

impl ScriptError {
    /// Which script of the list, from 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.at
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn kind(&self) -> &ScriptErrorKind {
        &self.kind
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "script {}: ", self.at)?;
        match &self.kind {
            ScriptErrorKind::Status(code) => {
                write!(f, "status `{code}` cannot be sent, expected 200 to 599 (a redirect: 300 to 399)")
            }
            ScriptErrorKind::Header(text) => {
                write!(
                    f,
                    "header `{}` cannot be sent, expected a name and value that HTTP allows",
                    text.escape_debug()
                )
            }
        }
    }
}

impl std::error::Error for ScriptError {}

/// Whether every script can be played.
pub(crate) fn check(scripts: &[Script]) -> Result<(), ScriptError> {
    for (at, script) in scripts.iter().enumerate() {
        playable(&script.fault).map_err(|kind| ScriptError { at, kind })?;
    }
    Ok(())
}

fn playable(fault: &Fault) -> Result<(), ScriptErrorKind> {
    let value = |text: &str| {
        HeaderValue::from_str(text).map(|_| ()).map_err(|_| ScriptErrorKind::Header(text.to_owned()))
    };
    let status = |code: u16, range: std::ops::RangeInclusive<u16>| {
        if range.contains(&code) { Ok(()) } else { Err(ScriptErrorKind::Status(code)) }
    };
    match fault {
        Fault::Status { code, content_type, headers, .. } => {
            status(*code, 200..=599)?;
            if let Some(text) = content_type {
                value(text)?;
            }
            for (name, text) in headers {
                name.parse::<HeaderName>().map_err(|_| ScriptErrorKind::Header(name.clone()))?;
                value(text)?;
            }
            Ok(())
        }
        Fault::Html { code } => status(*code, 200..=599),
        Fault::Redirect { to, code } => {
            status(*code, 300..=399)?;
            value(to)
        }
        Fault::WrongContentType { content_type } => value(content_type),
        _ => Ok(()),
    }
}

/// The scripts that are waiting for their request.
#[derive(Debug, Default)]
pub(crate) struct Scripts(Mutex<Vec<Script>>);

impl Scripts {
    fn lock(&self) -> MutexGuard<'_, Vec<Script>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends; the error leaves the list as it was.
    pub(crate) fn add(&self, scripts: Vec<Script>) -> Result<usize, ScriptError> {
        check(&scripts)?;
        let mut list = self.lock();
        list.extend(scripts);
        Ok(list.len())
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// What is left, with the remaining `times`.
    pub(crate) fn left(&self) -> Vec<Script> {
        self.lock().clone()
    }

    /// The fault for this request, if any; a script that is used up disappears.
    pub(crate) fn take(
        &self,
        endpoint: Endpoint,
        model: Option<&str>,
        provider: Option<&str>,
    ) -> Option<Fault> {
        let mut list = self.lock();
        list.retain(|script| script.times != Some(0));
        let script = list.iter_mut().find(|script| script.when.holds(endpoint, model, provider))?;
        if let Some(times) = &mut script.times {
            *times -= 1;
        }
        let fault = script.fault.clone();
        list.retain(|script| script.times != Some(0));
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_must_hold() {
        let fits = |when: &When| {
            [
                when.holds(Endpoint::Chat, Some("a/b"), Some("together")),
                when.holds(Endpoint::Chat, Some("a/b"), None),
                when.holds(Endpoint::Chat, Some("a/c"), Some("together")),
                when.holds(Endpoint::Models, None, None),
            ]
        };
        assert_eq!(fits(&When::default()), [true, true, true, true]);
        assert_eq!(fits(&When::path(Endpoint::Chat)), [true, true, true, false]);
        assert_eq!(fits(&When::model("a/b")), [true, true, false, false]);
        assert_eq!(fits(&When::provider("together")), [true, false, true, false]);
        assert_eq!(
            fits(&When { model: Some("a/b".into()), ..When::provider("together") }),
            [true, false, false, false]
        );
    }

    #[test]
    fn the_first_that_fits_is_used_up_first() {
        let scripts = Scripts::default();
        let added = scripts.add(vec![
            Script { times: Some(0), ..Script::once(When::default(), Fault::NoDone) },
            Script { times: Some(2), ..Script::once(When::provider("together"), Fault::Hang) },
            Script::always(When::path(Endpoint::Chat), Fault::EmptyBody),
        ]);
        assert_eq!(added, Ok(3));
        let take = |provider| scripts.take(Endpoint::Chat, Some("a/b"), Some(provider));
        assert_eq!(take("novita"), Some(Fault::EmptyBody));
        assert_eq!(take("together"), Some(Fault::Hang));
        assert_eq!(take("together"), Some(Fault::Hang));
        assert_eq!(take("together"), Some(Fault::EmptyBody));
        assert_eq!(scripts.take(Endpoint::Whoami, None, None), None);
        assert_eq!(scripts.left().len(), 1);
        scripts.clear();
        assert_eq!(scripts.left(), []);
    }

    #[test]
    fn a_list_with_one_bad_script_changes_nothing() {
        #[track_caller]
        fn check(fault: &str, expect: &str) {
            let scripts = Scripts::default();
            let bad = Script::once(When::default(), serde_json::from_str(fault).unwrap());
            let good = Script::once(When::default(), Fault::Hang);
            let error = scripts.add(vec![good, bad]).unwrap_err();
            assert_eq!(error.index(), 1);
            assert_eq!(error.to_string(), expect);
            assert_eq!(scripts.left(), []);
        }
        let status = "expected 200 to 599 (a redirect: 300 to 399)";
        check(r#"{"kind":"status","code":99}"#, &format!("script 1: status `99` cannot be sent, {status}"));
        check(r#"{"kind":"html","code":600}"#, &format!("script 1: status `600` cannot be sent, {status}"));
        check(
            r#"{"kind":"redirect","to":"/","code":200}"#,
            &format!("script 1: status `200` cannot be sent, {status}"),
        );
        let header = "expected a name and value that HTTP allows";
        check(
            r#"{"kind":"redirect","to":"a\nb"}"#,
            &format!("script 1: header `a\\nb` cannot be sent, {header}"),
        );
        check(
            r#"{"kind":"status","code":429,"headers":{"a b":"c"}}"#,
            &format!("script 1: header `a b` cannot be sent, {header}"),
        );
    }
}
