//! A text is JSON5 for us where it is for json5, and means the same.

use openclaw_json5_edit::{Document, NewValue, ParseErrorKind, Path};
use serde::de::IgnoredAny;

use super::beyond::is_beyond_json5;
use super::oracle::Oracle;

pub(super) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let doc = match Document::parse(text) {
        Ok(doc) => doc,
        Err(error) => {
            assert!(text.get(error.span()).is_some(), "the span is not of the text: {error:?}");
            assert!(!error.to_string().contains(['\n', '\r']), "more than one line: {error:?}");
            // json5 has no limit of depth: what is too deep for us may end the process there.
            if !matches!(error.kind(), ParseErrorKind::TooDeep | ParseErrorKind::TooLarge) {
                assert!(json5::from_str::<IgnoredAny>(text).is_err(), "json5 accepts it: {error}");
            }
            return;
        }
    };
    assert_eq!(doc.as_str(), text);
    match json5::from_str::<Oracle>(text) {
        Ok(oracle) => assert!(oracle.agrees(doc.root()), "json5 reads {oracle:?}"),
        Err(error) => assert!(is_beyond_json5(doc.root()), "json5 refuses it: {error}"),
    }

    let value = doc.root().to_owned_value();
    let mut same = doc.edit();
    same.set(&Path::root(), value.clone());
    let same = same.apply().expect("it is there already");
    assert_eq!(same.as_str(), text, "an equal value changes no byte");

    let new = Document::parse("null").expect("JSON5");
    let mut edits = new.edit();
    edits.set(&Path::root(), value.clone());
    let printed = edits.apply().expect("a value that was read can be written").into_string();
    assert_eq!(NewValue::parse(&printed), Ok(value), "what is printed reads back: {printed}");

    for duplicate in doc.duplicates() {
        // The object around it may be shadowed itself, so that no path leads there.
        let is_key =
            |span: &std::ops::Range<usize>| text.get(span.clone()).is_some_and(|key| !key.is_empty());
        assert!(duplicate.spans.len() > 1 && duplicate.spans.iter().all(is_key), "{duplicate:?}");
    }
}
