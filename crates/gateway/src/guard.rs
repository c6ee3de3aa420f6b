//! Which addresses a request may name, so that a web page cannot reach the gateway through a browser.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Which `Host` and `Origin` headers are taken.
///
/// A page that rebinds its name to 127.0.0.1 sends its own name as `Host`, so every name but `localhost` must be listed;
/// an IP address cannot be rebound.
/// A page anywhere sends its `Origin`; only one of this machine, of the host that the request names or of a listed name
/// may ask. An IP address alone says nothing there: anybody can put a page on one.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// Names that are taken beside `localhost` and IP addresses, without a port.
    pub names: Vec<String>,
}

/// What is wrong with the address that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Foreign {
    Host(String),
    Origin(String),
}

impl Hosts {
    /// Whether the headers name this gateway.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Foreign> {
        let text = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        // HTTP/1.0 knows no `Host`, and no browser speaks it.
        if let Some(host) = text(HOST)
            && !self.takes(&host)
        {
            return Err(Foreign::Host(host.into_owned()));
        }
        if let Some(origin) = text(ORIGIN) {
            let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            let is_taken = host.and_then(name_of).is_some_and(|name| {
                let is_loopback = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
                let is_here = text(HOST).is_some_and(|host| name_of(&host) == Some(name));
                is_loopback || is_here || self.is_named(name)
            });
            if !is_taken {
                return Err(Foreign::Origin(origin.into_owned()));
            }
        }
        Ok(())
    }

    fn takes(&self, authority: &str) -> bool {
        name_of(authority).is_some_and(|name| name.parse::<IpAddr>().is_ok() || self.is_named(name))
    }

    fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("localhost")
            || self.names.iter().any(|taken| taken.eq_ignore_ascii_case(name))
    }
}

/// The name or the address before the port; `None` where it is neither.
fn name_of(authority: &str) -> Option<&str> {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').filter(|(_, port)| is_port(port)).map(|(address, _)| address),
        None => match authority.rsplit_once(':') {
            Some((name, port)) => port.bytes().all(|byte| byte.is_ascii_digit()).then_some(name),
            None => Some(authority),
        },
    }
}

fn is_port(text: &str) -> bool {
    text.is_empty()
        || text.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: Option<&str>, origin: Option<&str>, is_taken: bool) {
        let hosts = Hosts { names: vec!["models.example.org".to_owned()] };
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().expect("a header"));
            }
        }
        assert_eq!(hosts.check(&headers).is_ok(), is_taken, "{host:?} {origin:?}");
    }

    #[test]
    fn hosts() {
        for taken in [
            "127.0.0.1",
            "127.0.0.1:18789",
            "[::1]:18789",
            "[::1]",
            "localhost:1",
            "LOCALHOST",
            "192.168.0.7:80",
        ] {
            check(Some(taken), None, true);
        }
        check(Some("models.example.org:443"), None, true);
        check(None, None, true);
        for foreign in
            ["evil.example", "localhost.evil.example:18789", "[::1", "[evil]", "127.0.0.1.evil", "a:b", ""]
        {
            check(Some(foreign), None, false);
        }
    }

    #[test]
    fn origins() {
        check(Some("127.0.0.1"), Some("http://127.0.0.1:18789"), true);
        check(Some("127.0.0.1"), Some("http://localhost:3000"), true);
        check(Some("127.0.0.1"), Some("https://models.example.org"), true);
        check(Some("127.0.0.1"), Some("http://[::1]:3000"), true);
        // The gateway's own page, on another machine's screen.
        check(Some("192.168.0.7:18789"), Some("http://192.168.0.7:18789"), true);
        check(Some("[fd00::7]:18789"), Some("http://[fd00::7]:18789"), true);
        for foreign in [
            "https://evil.example",
            "null",
            "file://",
            "http://evil.example:18789",
            "127.0.0.1",
            "http://203.0.113.5",
            "http://[2001:db8::5]",
            "http://192.168.0.8:18789",
        ] {
            check(Some("127.0.0.1"), Some(foreign), false);
            check(Some("192.168.0.7:18789"), Some(foreign), false);
        }
    }
}
