//! Any edits on any document: what is named changes, what is not stays.

use openclaw_json5_edit::{Document, EditError, EditErrorKind, Path, Segment, Value, ValueKind};
use serde::de::IgnoredAny;

use super::beyond::is_beyond_json5;
use super::script::{Step, steps};
use super::texts::{comments, is_subsequence, lost_comment, split_script};

pub(super) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (script, text) = split_script(text);
    let Ok(doc) = Document::parse(text) else { return };
    let steps = steps(script, &doc);
    for step in &steps {
        if let Some(edited) = apply(&doc, std::slice::from_ref(step)) {
            alone(&doc, step, &edited);
        }
    }
    together(&doc, &steps);
}

/// The edited document; `None` where the edits do not fit.
fn apply(doc: &Document, steps: &[Step]) -> Option<Document> {
    match try_apply(doc, steps) {
        Ok(edited) => Some(edited),
        Err(error) => {
            assert_ne!(error.kind(), EditErrorKind::Mismatch, "{error}");
            assert!(!error.to_string().contains(['\n', '\r']), "more than one line: {error:?}");
            None
        }
    }
}

fn try_apply(doc: &Document, steps: &[Step]) -> Result<Document, EditError> {
    let mut edits = doc.edit();
    for step in steps {
        step.add(&mut edits);
    }
    edits.apply()
}

/// A batch does what its edits do one by one.
fn together(doc: &Document, steps: &[Step]) {
    let batch = apply(doc, steps);
    let mut one_by_one = Ok(doc.clone());
    for step in steps {
        one_by_one = one_by_one.and_then(|doc| try_apply(&doc, std::slice::from_ref(step)));
    }
    match (batch, one_by_one) {
        (Some(batch), Ok(one_by_one)) => {
            let [batch, one_by_one] =
                [batch, one_by_one].map(|doc| format!("{:?}", doc.root().to_owned_value()));
            assert_eq!(batch, one_by_one, "{steps:?}");
        }
        (None, Err(_)) => {}
        // A batch may pass through a depth that it does not end with.
        (Some(_), Err(error)) => assert_eq!(error.kind(), EditErrorKind::TooDeep, "{error} alone: {steps:?}"),
        (None, Ok(_)) => assert!(steps.is_empty(), "refused in a batch only: {steps:?}"),
    }
}

/// What holds for one edit that was made.
fn alone(doc: &Document, step: &Step, edited: &Document) {
    let shown = || format!("{step:?}\n--- before\n{doc}\n--- after\n{edited}");
    let text = edited.as_str();
    let again = Document::parse(text).map(|again| again.root().to_owned_value());
    assert_eq!(again, Ok(edited.root().to_owned_value()), "{}", shown());
    if !is_beyond_json5(edited.root()) {
        assert!(json5::from_str::<IgnoredAny>(text).is_ok(), "json5 refuses it: {}", shown());
    }
    match step {
        Step::Set(path, value) => {
            let found = edited.get(path).map(Value::to_owned_value);
            assert_eq!(found.as_ref(), Some(value), "what is set is got: {}", shown());
            let same = try_apply(edited, std::slice::from_ref(step)).map(Document::into_string);
            assert_eq!(same.as_deref(), Ok(text), "an equal value changes no byte: {}", shown());
            match doc.get(path) {
                Some(old) => only_within(doc, old.span(), edited, &shown),
                None => {
                    only_added(doc, path, edited, &shown);
                    removal_restores(doc, path, edited, &shown);
                }
            }
        }
        Step::Append(path, value) => {
            let last = edited.get(path).and_then(|array| array.items().last()).map(Value::to_owned_value);
            assert_eq!(last.as_ref(), Some(value), "{}", shown());
            only_added(doc, path, edited, &shown);
        }
        Step::InsertAt(path, index, value) => {
            let found = edited.get(&path.clone().index(*index)).map(Value::to_owned_value);
            assert_eq!(found.as_ref(), Some(value), "{}", shown());
            only_added(doc, path, edited, &shown);
        }
        Step::InsertBefore(path, key, value) | Step::InsertAfter(path, key, value) => {
            let parent = path.parent().unwrap_or_default();
            let found = edited.get(&parent.clone().key(key.as_str())).map(Value::to_owned_value);
            assert_eq!(found.as_ref(), Some(value), "{}", shown());
            only_added(doc, &parent, edited, &shown);
        }
        Step::Rename(path, key) => {
            let renamed = edited.get(&path.parent().unwrap_or_default().key(key.as_str()));
            let before = doc.get(path).map(Value::raw);
            assert_eq!(renamed.map(Value::raw), before, "{}", shown());
            assert_eq!(comments(doc.as_str()), comments(text), "{}", shown());
        }
        Step::Remove(path) => removed(doc, path, edited, &shown),
        Step::MoveBefore(path, _) | Step::MoveAfter(path, _) => {
            assert_eq!(lost_comment(doc.as_str(), text), None, "{}", shown());
            assert_eq!(comments(doc.as_str()).len(), comments(text).len(), "{}", shown());
            if matches!(path.segments().last(), Some(Segment::Key(_))) {
                let [before, after] = [doc, edited].map(|doc| doc.root().to_owned_value());
                assert_eq!(before, after, "the order of keys means nothing: {}", shown());
            }
        }
    }
}

/// No byte before or behind the span is another one.
fn only_within(doc: &Document, span: std::ops::Range<usize>, edited: &Document, shown: &dyn Fn() -> String) {
    let text = doc.as_str();
    let (before, after) =
        (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
    let is_outside_same = edited.as_str().starts_with(before)
        && edited.as_str().ends_with(after)
        && edited.as_str().len() >= before.len() + after.len();
    assert!(is_outside_same, "bytes outside the value changed: {}", shown());
}

/// Nothing was taken away, but white space alone between brackets.
fn only_added(doc: &Document, path: &Path, edited: &Document, shown: &dyn Fn() -> String) {
    assert_eq!(lost_comment(doc.as_str(), edited.as_str()), None, "{}", shown());
    if !nearest(doc, path).is_some_and(is_blank) {
        assert!(is_subsequence(doc.as_str(), edited.as_str()), "something is gone: {}", shown());
    }
}

/// The innermost container on the way to a path that is there.
fn nearest<'d>(doc: &'d Document, path: &Path) -> Option<Value<'d>> {
    let mut place = Some(path.clone());
    std::iter::from_fn(|| {
        let here = place.take()?;
        place = here.parent();
        Some(here)
    })
    .find_map(|path| doc.get(&path))
}

/// Whether there is nothing but white space between the brackets.
fn is_blank(container: Value<'_>) -> bool {
    let raw = container.raw();
    let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    matches!(container.kind(), ValueKind::Array | ValueKind::Object)
        && inside.chars().all(json5::char::is_json5_whitespace)
}

/// Setting a new key and removing it gives the old text.
fn removal_restores(doc: &Document, path: &Path, edited: &Document, shown: &dyn Fn() -> String) {
    let Some(object) = path.parent().and_then(|parent| doc.get(&parent)) else { return };
    if object.kind() != ValueKind::Object {
        return;
    }
    let restored = apply(edited, &[Step::Remove(path.clone())]);
    let span = object.span();
    let text = doc.as_str();
    let wanted = if is_blank(object) {
        // White space alone between brackets is not kept.
        let (before, after) = (text.get(..span.start), text.get(span.end..));
        [before.unwrap_or_default(), "{}", after.unwrap_or_default()].concat()
    } else {
        text.to_owned()
    };
    assert_eq!(restored.map(Document::into_string), Some(wanted), "removing it again: {}", shown());
}

/// A removal only takes away, and nothing from inside a neighbour.
fn removed(doc: &Document, path: &Path, edited: &Document, shown: &dyn Fn() -> String) {
    assert!(is_subsequence(edited.as_str(), doc.as_str()), "something was added: {}", shown());
    let (Some(parent), Some(last)) = (path.parent(), path.segments().last()) else { return };
    let Some(parent) = doc.get(&parent) else { return };
    let members = parent
        .members()
        .filter(|member| *last != Segment::Key(member.key().into_owned()))
        .map(|member| member.key_span().start..member.value().span().end);
    let items = parent
        .items()
        .enumerate()
        .filter(|(index, _)| *last != Segment::Index(*index))
        .map(|(_, item)| item.span());
    for span in members.chain(items) {
        let neighbour = doc.as_str().get(span).unwrap_or_default();
        assert!(edited.as_str().contains(neighbour), "`{neighbour}` is gone: {}", shown());
    }
}
