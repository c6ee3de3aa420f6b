//! The page for people: four files that are part of the program, and ask nothing of another host.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use crate::chat::{check_host, count};
use crate::state::Gateway;

/// A file of the page.
struct File {
    kind: &'static str,
    text: &'static str,
    /// Differs where the text does.
    hash: u64,
}

const HTML: File = file("text/html; charset=utf-8", include_str!("page/index.html"));
const CSS: File = file("text/css; charset=utf-8", include_str!("page/page.css"));
const MARK: File = file("image/svg+xml", include_str!("page/mark.svg"));
/// One module, told in parts.
const JS: File = file(
    "text/javascript; charset=utf-8",
    concat!(
        include_str!("page/base.js"),
        include_str!("page/now.js"),
        include_str!("page/hour.js"),
        include_str!("page/plot.js"),
        include_str!("page/models.js"),
        include_str!("page/ask.js"),
        include_str!("page/main.js"),
    ),
);

/// The paths of the files.
pub(crate) const PATHS: [&str; 4] = ["/", "/page.css", "/page.js", "/page.svg"];

/// Only what comes from here may be loaded or asked, nothing may be made into HTML by a script, and nobody may put the
/// page into a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

const fn file(kind: &'static str, text: &'static str) -> File {
    // FNV-1a: nobody has a reason to make it collide.
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    File { kind, text, hash }
}

/// A file of the page. It needs no key, since it holds nothing of anybody: what it shows it asks for with one.
pub(crate) async fn page(State(gateway): State<Gateway>, uri: Uri, headers: HeaderMap) -> Response {
    if let Err(refused) = check_host(&headers, &gateway) {
        count(&gateway, &refused);
        return refused.into_response();
    }
    let file = match uri.path() {
        "/page.css" => &CSS,
        "/page.js" => &JS,
        "/page.svg" => &MARK,
        _ => &HTML,
    };
    let tag = format!("\"{:016x}\"", file.hash);
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let mut response = match known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => file.text.into_response(),
    };
    let to = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, file.kind),
        // Asked for anew each time, since the program may be another by then.
        (CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("content-security-policy"), POLICY),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        to.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        to.insert(ETAG, tag);
    }
    response
}
