//! What the environment says of proxies.

use std::fmt;

use url::Url;

/// Each with its older spelling; either counts.
const NAMES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// What the environment says of proxies.
///
/// ```
/// use openclaw_hf_client::ProxySettings;
///
/// let env = |name: &str| (name == "HTTP_PROXY").then(|| "http://me:secret@proxy.example.org:3128".to_owned());
/// let settings = ProxySettings::of(&env);
/// assert_eq!(settings.variables[0].to_string(), "HTTP_PROXY is http://proxy.example.org:3128");
/// assert!(settings.catches_loopback());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxySettings {
    /// The variables that name a proxy, HTTPS first.
    pub variables: Vec<ProxyVariable>,
    /// Hosts that are reached without one (`NO_PROXY`); empty where nothing is said.
    pub exempt: Vec<String>,
}

/// A variable that names a proxy.
///
/// Display: `HTTPS_PROXY is http://proxy.example.org:3128`; user names and passwords are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyVariable {
    /// Such as `HTTPS_PROXY`.
    pub name: &'static str,
    /// Scheme, host and port; or why it cannot be used.
    pub address: Result<String, ProxyProblem>,
}

/// Why a proxy cannot be used. What stands there is not said: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyProblem {
    /// It is no address.
    NotAnAddress,
    /// It is a proxy of another kind than HTTP.
    Scheme,
}

impl fmt::Display for ProxyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProxyProblem::NotAnAddress => "no address of a proxy, expected one such as `http://proxy:3128`",
            ProxyProblem::Scheme => {
                "a proxy of a kind that is not used here, expected `http://` or `https://`"
            }
        })
    }
}

impl fmt::Display for ProxyVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Ok(address) => write!(f, "{} is {address}", self.name),
            Err(problem) => write!(f, "{} is {problem}", self.name),
        }
    }
}

impl ProxySettings {
    /// Reads them from the environment, which is given as a function; empty variables count as unset.
    pub fn of(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let variables = NAMES.into_iter().filter_map(|name| {
            let address = address(set(name)?.trim());
            Some(ProxyVariable { name, address })
        });
        let exempt = set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default();
        let exempt = exempt.split(',').map(str::trim).filter(|host| !host.is_empty());
        Self { variables: variables.collect(), exempt: exempt.map(str::to_owned).collect() }
    }

    /// Whether programs that follow these variables ask a proxy for `http://127.0.0.1`, where a local gateway is.
    pub fn catches_loopback(&self) -> bool {
        let plain = |variable: &&ProxyVariable| !variable.name.eq_ignore_ascii_case("HTTPS_PROXY");
        self.variables.iter().filter(plain).any(|variable| variable.address.is_ok())
            && !self.exempt.iter().any(|host| covers_loopback(host))
    }
}

fn covers_loopback(host: &str) -> bool {
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    matches!(host, "*" | "127.0.0.1" | "127.*") || host.starts_with("127.0.0.") && host.contains('/')
}

fn address(text: &str) -> Result<String, ProxyProblem> {
    // A host alone is read as one that speaks HTTP.
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&text).map_err(|_| ProxyProblem::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ProxyProblem::Scheme);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ProxyProblem::NotAnAddress)?;
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    Ok(format!("{}://{host}{port}", url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> ProxySettings {
        let find =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        ProxySettings::of(&find)
    }

    #[test]
    fn each_variable_says_where_it_leads_and_no_password() {
        let settings = of(&[
            ("https_proxy", "proxy:3128"),
            ("HTTP_PROXY", "http://user:secret@[::1]:8080/x"),
            ("ALL_PROXY", "socks5://localhost:1080"),
            ("all_proxy", "http://"),
            ("HTTPS_PROXY", "  "),
            ("http_proxy", "http://ho st"),
        ]);
        let shown: Vec<_> = settings.variables.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        https_proxy is http://proxy:3128
        HTTP_PROXY is http://[::1]:8080
        http_proxy is no address of a proxy, expected one such as `http://proxy:3128`
        ALL_PROXY is a proxy of a kind that is not used here, expected `http://` or `https://`
        all_proxy is no address of a proxy, expected one such as `http://proxy:3128`
        ");
    }

    #[test]
    fn a_local_gateway_is_caught_unless_it_is_exempt() {
        let proxy = ("HTTP_PROXY", "proxy:3128");
        assert!(of(&[proxy]).catches_loopback());
        assert!(of(&[proxy, ("NO_PROXY", "localhost,example.org")]).catches_loopback());
        for exempt in ["127.0.0.1", "a, 127.0.0.0/8", "*", "127.0.0.1:18789"] {
            assert!(!of(&[proxy, ("no_proxy", exempt)]).catches_loopback(), "{exempt}");
        }
        assert!(!of(&[("HTTPS_PROXY", "proxy:3128")]).catches_loopback());
        assert!(!of(&[("HTTP_PROXY", "http://")]).catches_loopback());
        assert!(!of(&[]).catches_loopback());
    }
}
