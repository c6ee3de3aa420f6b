//! The one place where the HTTP client is built.

use std::path::Path;

use reqwest::Certificate;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;

use super::options::{Options, Proxies};
use crate::error::Setup;
use crate::{Error, Token};

/// Larger files are not lists of authorities; the usual one has a quarter of a MiB.
const MAX_CA_FILE: u64 = 16 * 1024 * 1024;

/// The HTTP client, ready to use.
pub(super) fn build(options: &Options) -> Result<reqwest::Client, Setup> {
    install_tls_provider()?;
    let mut builder = reqwest::Client::builder()
        .connect_timeout(options.timeouts.connect)
        // Redirects are followed by hand, where it is certain that the token stays.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .tcp_nodelay(true);
    if options.proxies == Proxies::Direct {
        builder = builder.no_proxy();
    }
    if let Some(path) = &options.ca_file {
        builder = builder.tls_certs_only(authorities(path)?);
    }
    builder.build().map_err(|_| Setup::NoClient)
}

/// How a secure connection to `url` is made; nothing is read for a plain one.
pub(super) fn tls_config(url: &Url, options: &Options) -> Result<ClientConfig, Setup> {
    install_tls_provider()?;
    let builder = ClientConfig::builder();
    match &options.ca_file {
        Some(path) => {
            let wrong = || Setup::CaFileWithoutCertificates { path: path.clone() };
            let mut roots = RootCertStore::empty();
            for authority in CertificateDer::pem_slice_iter(&pem_of(path)?) {
                roots.add(authority.map_err(|_| wrong())?).map_err(|_| wrong())?;
            }
            if roots.is_empty() {
                return Err(wrong());
            }
            Ok(builder.with_root_certificates(roots).with_no_client_auth())
        }
        None if url.scheme() != "https" => {
            Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        }
        None => Ok(builder.with_platform_verifier().map_err(|_| Setup::NoClient)?.with_no_client_auth()),
    }
}

/// Makes sure that there is a TLS provider: without one the HTTP client panics.
fn install_tls_provider() -> Result<(), Setup> {
    use rustls::crypto::CryptoProvider;

    #[cfg(feature = "tls-ring")]
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread was first; the check below sees its provider.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    CryptoProvider::get_default().map(|_| ()).ok_or(Setup::NoTlsProvider)
}

/// What stands in a file of authorities.
fn pem_of(path: &Path) -> Result<Vec<u8>, Setup> {
    let unreadable = |_| Setup::CaFileUnreadable { path: path.to_owned() };
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_CA_FILE {
        return Err(Setup::CaFileWithoutCertificates { path: path.to_owned() });
    }
    std::fs::read(path).map_err(unreadable)
}

/// How many authorities a PEM file for [`Options::ca_file`] has; at least one.
///
/// # Errors
/// It cannot be read, is too large, or has no certificate.
pub fn check_ca_file(path: &Path) -> Result<usize, Error> {
    authorities(path).map(|found| found.len()).map_err(Error::before)
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, Setup> {
    Certificate::from_pem_bundle(&pem_of(path)?)
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| Setup::CaFileWithoutCertificates { path: path.to_owned() })
}

/// The headers of every call.
pub(super) fn headers(token: Option<&Token>, options: &Options) -> Result<HeaderMap, Setup> {
    let mut headers = HeaderMap::new();
    // Bodies are passed on and measured as they come.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("openclaw/", env!("CARGO_PKG_VERSION"))));
    if let Some(token) = token {
        let mut value = value("the token", &format!("Bearer {}", token.expose()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    if let Some(payer) = &options.bill_to {
        headers.insert(HeaderName::from_static("x-hf-bill-to"), value("the name of the payer", payer)?);
    }
    if let Some(session) = &options.session_id {
        headers.insert(HeaderName::from_static("x-hf-session-id"), value("the session id", session)?);
    }
    Ok(headers)
}

fn value(what: &'static str, text: &str) -> Result<HeaderValue, Setup> {
    let is_visible = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    HeaderValue::from_str(text).ok().filter(|_| is_visible).ok_or(Setup::NotAHeader { what })
}
