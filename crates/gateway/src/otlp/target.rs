//! Where to send, as OpenTelemetry's own variables say.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use openclaw_credentials::Secret;
use thiserror::Error;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
const PROTOCOLS: [&str; 3] = [
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
];
/// The one that is spoken, which is also OpenTelemetry's default.
const PROTOCOL: &str = "http/protobuf";

/// Where traces and metrics are sent, by OTLP over HTTP with protobuf.
///
/// ```
/// use openclaw_gateway::OtlpTarget;
///
/// let vars = |name: &str| match name {
///     "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://localhost:4318".to_owned()),
///     "OTEL_EXPORTER_OTLP_HEADERS" => Some("x-api-key=secret".to_owned()),
///     _ => None,
/// };
/// let target = OtlpTarget::from_vars(&vars)?.expect("an endpoint is named");
/// assert_eq!(target.traces.as_deref(), Some("http://localhost:4318/v1/traces"));
/// assert!(!format!("{target:?}").contains("secret"));
///
/// assert!(OtlpTarget::from_vars(&|_| None)?.is_none());
/// # Ok::<(), openclaw_gateway::OtlpError>(())
/// ```
#[derive(Clone)]
pub struct OtlpTarget {
    /// The whole address for traces: `http://localhost:4318/v1/traces`; `None` sends none.
    pub traces: Option<String>,
    /// The whole address for metrics; `None` sends none.
    pub metrics: Option<String>,
    /// Headers of every call, such as the collector's key.
    pub headers: Vec<(String, Secret)>,
    /// What this gateway is called among others: `service.name`.
    pub service_name: String,
    /// How long one call may take. 10 s.
    pub timeout: Duration,
}

impl fmt::Debug for OtlpTarget {
    /// Without the queries of the addresses, which may hold a collector's key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { traces, metrics, headers, service_name, timeout } = self;
        let shown = |address: &Option<String>| address.as_deref().map(without_query);
        f.debug_struct("OtlpTarget")
            .field("traces", &shown(traces))
            .field("metrics", &shown(metrics))
            .field("headers", headers)
            .field("service_name", service_name)
            .field("timeout", timeout)
            .finish()
    }
}

fn without_query(address: &str) -> String {
    match address.split_once('?') {
        Some((place, _)) => format!("{place}?…"),
        None => address.to_owned(),
    }
}

/// A path below an address, before its query.
fn below(base: &str, path: &str) -> String {
    let (place, query) = base.split_at(base.find('?').unwrap_or(base.len()));
    format!("{}/{path}{query}", place.trim_end_matches('/'))
}

/// Why nothing can be sent. None of these holds a value of a variable that may hold a secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OtlpError {
    /// An address that is none.
    #[error("`{variable}` is no address, expected one such as `http://localhost:4318`")]
    Endpoint {
        /// Where it stands.
        variable: &'static str,
    },
    /// An address with a user or a password, which an error would show.
    #[error("`{variable}` holds a user or a password, expected them in `OTEL_EXPORTER_OTLP_HEADERS`")]
    User {
        /// Where it stands.
        variable: &'static str,
    },
    /// A way of sending that is not spoken.
    #[error("`{variable}` is `{}`, expected `http/protobuf`", found.escape_debug())]
    Protocol {
        /// Where it stands.
        variable: &'static str,
        /// What stands there.
        found: String,
    },
    /// Headers that cannot be read.
    #[error("`OTEL_EXPORTER_OTLP_HEADERS` cannot be read, expected `name=value,name=value`")]
    Headers,
    /// A time that is none.
    #[error("`OTEL_EXPORTER_OTLP_TIMEOUT` is `{}`, expected milliseconds", found.escape_debug())]
    Timeout {
        /// What stands there.
        found: String,
    },
    /// The system does not let it begin.
    #[error("traces and metrics cannot be sent")]
    Start(#[source] Box<dyn StdError + Send + Sync>),
}

impl OtlpTarget {
    /// The target that OpenTelemetry's variables name; `None` where they name none, or switch it off.
    ///
    /// Source: `OTEL_EXPORTER_OTLP_ENDPOINT`, `…_TRACES_ENDPOINT` and `…_METRICS_ENDPOINT`, `…_HEADERS`, `…_TIMEOUT`,
    /// `…_PROTOCOL`, `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_SERVICE_NAME`, `OTEL_SDK_DISABLED`.
    ///
    /// # Errors
    /// [`OtlpError`] where one of them cannot be meant.
    pub fn from_vars(var: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, OtlpError> {
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        if var("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let base = var(ENDPOINT).map(|base| checked(ENDPOINT, base)).transpose()?;
        let of = |exporter, variable: &'static str, path| -> Result<Option<String>, OtlpError> {
            if var(exporter).is_some_and(|value| value == "none") {
                return Ok(None);
            }
            match var(variable) {
                Some(own) => checked(variable, own).map(Some),
                None => Ok(base.as_ref().map(|base| below(base, path))),
            }
        };
        let traces = of("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "v1/traces")?;
        let metrics = of("OTEL_METRICS_EXPORTER", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "v1/metrics")?;
        if traces.is_none() && metrics.is_none() {
            return Ok(None);
        }
        for variable in PROTOCOLS {
            if let Some(found) = var(variable).filter(|found| found != PROTOCOL) {
                return Err(OtlpError::Protocol { variable, found });
            }
        }
        let timeout = match var(TIMEOUT) {
            None => Duration::from_secs(10),
            Some(found) => match found.parse() {
                Ok(millis) => Duration::from_millis(millis),
                Err(_) => return Err(OtlpError::Timeout { found }),
            },
        };
        Ok(Some(Self {
            traces,
            metrics,
            headers: var(HEADERS).map(|text| headers(&text)).transpose()?.unwrap_or_default(),
            service_name: var("OTEL_SERVICE_NAME").unwrap_or_else(|| "openclaw-gateway".to_owned()),
            timeout,
        }))
    }
}

/// An address of HTTP.
fn checked(variable: &'static str, text: String) -> Result<String, OtlpError> {
    let uri = text.parse::<axum::http::Uri>().map_err(|_| OtlpError::Endpoint { variable })?;
    let is_http =
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty());
    match uri.authority() {
        Some(authority) if is_http && authority.as_str().contains('@') => Err(OtlpError::User { variable }),
        Some(_) if is_http => Ok(text),
        _ => Err(OtlpError::Endpoint { variable }),
    }
}

/// `name=value,name=value`; values are percent-encoded, which the exporter undoes.
fn headers(text: &str) -> Result<Vec<(String, Secret)>, OtlpError> {
    let mut headers = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or(OtlpError::Headers)?;
        let (name, value) = (name.trim(), value.trim());
        if axum::http::HeaderName::try_from(name).is_err() {
            return Err(OtlpError::Headers);
        }
        headers.push((name.to_owned(), Secret::new(value)));
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(vars: &[(&str, &str)]) -> Result<Option<OtlpTarget>, String> {
        let var = |name: &str| {
            let found = vars.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        OtlpTarget::from_vars(&var).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_showing_it() {
        for variable in
            [ENDPOINT, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"]
        {
            let refused = target(&[(variable, "https://ada:canary@collector.example:4318")]);
            let expected = format!(
                "`{variable}` holds a user or a password, expected them in `OTEL_EXPORTER_OTLP_HEADERS`"
            );
            assert_eq!(refused.expect_err("it is refused"), expected);
        }
    }

    #[test]
    fn each_signal_has_its_own_address_or_the_common_one() {
        let found = target(&[
            (ENDPOINT, "http://localhost:4318/"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://m.example/in"),
        ]);
        let found = found.expect("they can be read").expect("an endpoint");
        assert_eq!(found.traces.as_deref(), Some("http://localhost:4318/v1/traces"));
        assert_eq!(found.metrics.as_deref(), Some("https://m.example/in"));
        assert_eq!(found.service_name, "openclaw-gateway");
        assert_eq!(found.timeout, Duration::from_secs(10));
    }

    #[test]
    fn a_key_in_the_common_address_stays_behind_the_path_and_is_not_shown() {
        let found = target(&[(ENDPOINT, "https://c.example/in/?key=secret")]);
        let found = found.expect("they can be read").expect("an endpoint");
        assert_eq!(found.traces.as_deref(), Some("https://c.example/in/v1/traces?key=secret"));
        insta::assert_snapshot!(format!("{found:?}"), @r#"OtlpTarget { traces: Some("https://c.example/in/v1/traces?…"), metrics: Some("https://c.example/in/v1/metrics?…"), headers: [], service_name: "openclaw-gateway", timeout: 10s }"#);
    }

    #[test]
    fn nothing_is_sent_where_it_is_not_asked_for_or_switched_off() {
        let on = (ENDPOINT, "http://localhost:4318");
        let off = |vars: &[(&str, &str)]| target(vars).expect("they can be read").is_none();
        assert!(off(&[]));
        assert!(off(&[(ENDPOINT, "")]));
        assert!(off(&[on, ("OTEL_SDK_DISABLED", "true")]));
        assert!(off(&[on, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")]));
        let traces =
            target(&[on, ("OTEL_METRICS_EXPORTER", "none")]).expect("they can be read").expect("traces");
        assert!(traces.traces.is_some() && traces.metrics.is_none());
    }

    #[test]
    fn what_cannot_be_meant_is_told_without_its_value_where_that_may_be_a_secret() {
        let on = (ENDPOINT, "http://localhost:4318");
        let told = |vars: &[(&str, &str)]| target(vars).expect_err("it cannot be meant");
        insta::assert_snapshot!(told(&[(ENDPOINT, "ftp://user:secret@host")]), @"`OTEL_EXPORTER_OTLP_ENDPOINT` is no address, expected one such as `http://localhost:4318`");
        insta::assert_snapshot!(told(&[on, (PROTOCOLS[0], "grpc")]), @"`OTEL_EXPORTER_OTLP_PROTOCOL` is `grpc`, expected `http/protobuf`");
        insta::assert_snapshot!(told(&[on, (HEADERS, "secret")]), @"`OTEL_EXPORTER_OTLP_HEADERS` cannot be read, expected `name=value,name=value`");
        insta::assert_snapshot!(told(&[on, (TIMEOUT, "soon")]), @"`OTEL_EXPORTER_OTLP_TIMEOUT` is `soon`, expected milliseconds");
    }

    #[test]
    fn headers_are_secrets() {
        let found =
            target(&[(ENDPOINT, "http://localhost:4318"), (HEADERS, "x-a=one, authorization=Basic%20two")]);
        let found = found.expect("they can be read").expect("an endpoint");
        let headers: Vec<_> =
            found.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        assert_eq!(headers, [("x-a", "one"), ("authorization", "Basic%20two")]);
        let shown = format!("{found:?}");
        assert!(!shown.contains("one") && !shown.contains("two"), "{shown}");
    }
}
