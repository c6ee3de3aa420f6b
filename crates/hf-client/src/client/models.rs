//! The list of models, as bytes.

use bytes::Bytes;

/// The body of `GET /models`, which the catalogue decodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelsBody {
    /// JSON at first sight: it begins with `{` or `[`.
    pub bytes: Bytes,
}

/// The body, if it looks like JSON.
pub(super) fn checked(bytes: Bytes) -> Option<ModelsBody> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).trim_ascii_start();
    matches!(text.first(), Some(b'{' | b'[')).then_some(ModelsBody { bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_json() {
        for (body, expected) in [
            ("{}", true),
            (" \r\n[]", true),
            ("\u{feff}{}", true),
            ("", false),
            ("<html>", false),
            ("null", false),
            ("x{}", false),
        ] {
            assert_eq!(checked(Bytes::from_static(body.as_bytes())).is_some(), expected, "{body:?}");
        }
    }
}
