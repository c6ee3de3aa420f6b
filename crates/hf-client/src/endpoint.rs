//! Where calls go.

use std::fmt;
use std::net::IpAddr;

use thiserror::Error;
use url::{Host, Url};

/// The router's base address, used when nothing else is said.
pub const DEFAULT_BASE_URL: &str = "https://router.huggingface.co/v1";
/// The Hub's address, used when nothing else is said.
pub const DEFAULT_HF_ENDPOINT: &str = "https://huggingface.co";

/// Where an address comes from, and which one wins: environment, then config, then default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseOrigin {
    /// Built in.
    Default,
    /// `models.providers.huggingface.baseUrl`.
    Config,
    /// `OPENCLAW_HF_BASE_URL`.
    Env,
}

/// Where `http` addresses may lead. `https` may lead anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// To this machine only (`localhost`, `127.0.0.0/8`, `::1`), so that no token crosses a network unencrypted.
    #[default]
    Loopback,
    /// Anywhere, because the user said so.
    Anywhere,
}

/// What is known about addresses; empty and blank texts count as not said.
#[derive(Clone, Copy, Debug, Default)]
pub struct EndpointInput<'a> {
    /// `OPENCLAW_HF_BASE_URL`.
    pub env_base_url: Option<&'a str>,
    /// `models.providers.huggingface.baseUrl`.
    pub config_base_url: Option<&'a str>,
    /// `HF_ENDPOINT`, the Hub's address; not used with a custom base.
    pub hf_endpoint: Option<&'a str>,
    /// Where `http` may lead.
    pub plain_http: PlainHttp,
}

/// The addresses of all calls.
///
/// ```
/// use openclaw_hf_client::{Endpoint, EndpointInput};
///
/// let endpoint = Endpoint::resolve(&EndpointInput {
///     env_base_url: Some("http://127.0.0.1:9000/v1/"),
///     config_base_url: Some("https://router.huggingface.co/v1"),
///     ..EndpointInput::default()
/// })?;
/// assert_eq!(endpoint.chat_url().as_str(), "http://127.0.0.1:9000/v1/chat/completions");
/// // The token of a custom base stays with it.
/// assert_eq!(endpoint.whoami_url().as_str(), "http://127.0.0.1:9000/api/whoami-v2");
/// assert!(endpoint.is_custom());
///
/// let far = EndpointInput { env_base_url: Some("http://example.org/v1"), ..EndpointInput::default() };
/// assert_eq!(
///     Endpoint::resolve(&far).unwrap_err().to_string(),
///     "`OPENCLAW_HF_BASE_URL` is `http://example.org/v1`, expected https: http is for this machine only"
/// );
/// # Ok::<(), openclaw_hf_client::EndpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    origin: BaseOrigin,
    models: Url,
    chat: Url,
    whoami: Url,
    is_custom: bool,
}

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{setting}` is `{shown}`, expected {expected}")]
pub struct EndpointError {
    setting: &'static str,
    /// The address without a user part.
    shown: String,
    expected: EndpointErrorKind,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointErrorKind {
    /// It cannot be read as one.
    NotAnAddress,
    /// Neither `https` nor `http`.
    Scheme,
    /// `http` to another machine.
    PlainHttp,
    /// A user name or a password in it.
    UserPart,
    /// A query or a fragment in it.
    QueryOrFragment,
}

impl fmt::Display for EndpointErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EndpointErrorKind::NotAnAddress => "an address such as `https://example.org/v1`",
            EndpointErrorKind::Scheme => "it to begin with `https://` or `http://`",
            EndpointErrorKind::PlainHttp => "https: http is for this machine only",
            EndpointErrorKind::UserPart => "no user name and no password in it",
            EndpointErrorKind::QueryOrFragment => "it to end before `?` and `#`",
        })
    }
}

impl EndpointError {
    /// What is wrong.
    pub fn kind(&self) -> EndpointErrorKind {
        self.expected
    }

    /// The setting that holds the address, for example `OPENCLAW_HF_BASE_URL`.
    pub fn setting(&self) -> &'static str {
        self.setting
    }
}

impl Endpoint {
    /// Decides where calls go: environment, then config, then the router.
    ///
    /// A base counts as custom when it is not on the router's own host. whoami is asked at `HF_ENDPOINT`, or, with a
    /// custom base, at that base's host, so that its token never goes to another.
    ///
    /// # Errors
    /// [`EndpointError`] when the address that wins, or `HF_ENDPOINT` where it is used, cannot be used.
    pub fn resolve(input: &EndpointInput<'_>) -> Result<Self, EndpointError> {
        let (origin, setting, text) = if let Some(text) = said(input.env_base_url) {
            (BaseOrigin::Env, "OPENCLAW_HF_BASE_URL", text)
        } else if let Some(text) = said(input.config_base_url) {
            (BaseOrigin::Config, "models.providers.huggingface.baseUrl", text)
        } else {
            (BaseOrigin::Default, "base address", DEFAULT_BASE_URL)
        };
        let base = parse(setting, text, input.plain_http)?;
        let router = parse("base address", DEFAULT_BASE_URL, PlainHttp::Loopback)?;
        let is_custom = base.origin() != router.origin();
        let hub = if is_custom {
            let mut hub = base.clone();
            hub.set_path("");
            hub
        } else {
            parse("HF_ENDPOINT", said(input.hf_endpoint).unwrap_or(DEFAULT_HF_ENDPOINT), input.plain_http)?
        };
        Ok(Self {
            models: below(&base, "models"),
            chat: below(&base, "chat/completions"),
            whoami: below(&hub, "api/whoami-v2"),
            base,
            origin,
            is_custom,
        })
    }

    /// The base, without a slash at its end unless it is nothing but a host: `https://router.huggingface.co/v1`.
    pub fn base_url(&self) -> &Url {
        &self.base
    }

    /// Where the base comes from.
    pub fn origin(&self) -> BaseOrigin {
        self.origin
    }

    /// `GET` lists the models.
    pub fn models_url(&self) -> &Url {
        &self.models
    }

    /// `POST` chats.
    pub fn chat_url(&self) -> &Url {
        &self.chat
    }

    /// `GET` tells whose token it is.
    pub fn whoami_url(&self) -> &Url {
        &self.whoami
    }

    /// Whether calls go to another host than the router's.
    pub fn is_custom(&self) -> bool {
        self.is_custom
    }

    /// A name for what is cached per base, safe as a file name everywhere: a readable part and a hash, for example
    /// `router.huggingface.co-v1-bc10c39f50bf3c3b`. It is the same in every release.
    pub fn cache_key(&self) -> String {
        let text = self.base.as_str();
        let readable = text.split_once("://").map_or(text, |(_, rest)| rest).to_ascii_lowercase();
        let readable: String = readable
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
            .take(60)
            .collect();
        format!("{}-{:016x}", readable.trim_matches(['-', '.']), fnv1a(text.as_bytes()))
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn parse(setting: &'static str, text: &str, plain_http: PlainHttp) -> Result<Url, EndpointError> {
    let error = |expected| EndpointError { setting, shown: shown(text), expected };
    let mut url = Url::parse(text).map_err(|_| error(EndpointErrorKind::NotAnAddress))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error(EndpointErrorKind::UserPart));
    }
    match url.scheme() {
        "https" => {}
        "http" if plain_http == PlainHttp::Anywhere || is_loopback(&url) => {}
        "http" => return Err(error(EndpointErrorKind::PlainHttp)),
        _ => return Err(error(EndpointErrorKind::Scheme)),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(error(EndpointErrorKind::QueryOrFragment));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address as far as it may be shown: what stands before an `@` can be a password even where the text is not an
/// address, and a query can hold a key.
fn shown(text: &str) -> String {
    let (scheme, rest) = match text.find("://") {
        Some(at) => text.split_at(at + 3),
        None => ("", text),
    };
    let (mark, rest) = rest.rsplit_once('@').map_or(("", rest), |(_, rest)| ("***@", rest));
    let end = rest.find(['?', '#']);
    let (rest, more) = end.map_or((rest, ""), |at| (rest.get(..at).unwrap_or_default(), "…"));
    let shown = format!("{scheme}{mark}{rest}{more}");
    shown.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// FNV-1a, 64 bits: the standard library's hashes differ between releases.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Scheme and host of an address, which is all of it that errors show: `https://example.org:8443`.
pub(crate) fn host_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests;
