//! Laws that hold for every document, checked on random ones.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod grammar;
mod oracle;

use grammar::{Layout, Sample};
use openclaw_json5_edit::{Document, EditErrorKind, NewValue, Path, Segment, Value, ValueKind};
use proptest::prelude::*;
use serde::de::IgnoredAny;

fn parse(text: &str) -> Document {
    Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
}

/// The paths of all values but the root; of duplicate keys only the last is reachable.
fn paths(doc: &Document) -> Vec<Path> {
    fn inside(value: Value<'_>, path: &Path, out: &mut Vec<Path>) {
        for member in value.members() {
            let path = path.clone().key(member.key());
            if value.get(&member.key()).map(Value::span) == Some(member.value().span()) {
                out.push(path.clone());
                inside(member.value(), &path, out);
            }
        }
        for (index, item) in value.items().enumerate() {
            let path = path.clone().index(index);
            out.push(path.clone());
            inside(item, &path, out);
        }
    }
    let mut out = Vec::new();
    inside(doc.root(), &Path::root(), &mut out);
    out
}

/// The paths of all objects.
fn objects(doc: &Document) -> Vec<Path> {
    let all = std::iter::once(Path::root()).chain(paths(doc));
    all.filter(|path| doc.get(path).map(Value::kind) == Some(ValueKind::Object)).collect()
}

fn new_value() -> impl Strategy<Value = NewValue> {
    grammar::tree().prop_map(|tree| {
        fn convert(tree: &grammar::Tree) -> NewValue {
            match tree {
                grammar::Tree::Scalar(raw) => NewValue::parse(raw).expect("a scalar"),
                grammar::Tree::Array(items) => NewValue::array(items.iter().map(convert)),
                grammar::Tree::Object(members) => {
                    NewValue::object(members.iter().map(|(key, value)| (key.clone(), convert(value))))
                }
            }
        }
        convert(&tree)
    })
}

fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![Just(Layout::Wild), Just(Layout::Tidy)]
}

fn any_object() -> impl Strategy<Value = Sample> {
    layout().prop_flat_map(grammar::object)
}

fn any_sample() -> impl Strategy<Value = Sample> {
    layout().prop_flat_map(grammar::sample)
}

fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut whole = whole.chars();
    part.chars().all(|c| whole.by_ref().any(|other| other == c))
}

/// The numbers of the comments in a text.
fn comments(text: &str, count: usize) -> Vec<usize> {
    (0..count).filter(|number| text.contains(&format!("<{number}>"))).collect()
}

/// One edit on a document, chosen by indices so that it often fits.
#[derive(Debug, Clone)]
enum Op {
    Set(prop::sample::Index, NewValue),
    Add(prop::sample::Index, String, NewValue),
    Remove(prop::sample::Index),
    Rename(prop::sample::Index, String),
    Append(prop::sample::Index, NewValue),
    InsertAt(prop::sample::Index, usize, NewValue),
    InsertBeside(prop::sample::Index, bool, String, NewValue),
    MoveBeside(prop::sample::Index, prop::sample::Index, bool),
}

fn op() -> impl Strategy<Value = Op> {
    let index = any::<prop::sample::Index>;
    let key = || prop_oneof!["[a-d]", "[a-z]{3}", Just("x-y".to_owned()), Just("\u{e9}".to_owned())];
    prop_oneof![
        (index(), new_value()).prop_map(|(at, value)| Op::Set(at, value)),
        (index(), key(), new_value()).prop_map(|(at, key, value)| Op::Add(at, key, value)),
        index().prop_map(Op::Remove),
        (index(), key()).prop_map(|(at, key)| Op::Rename(at, key)),
        (index(), new_value()).prop_map(|(at, value)| Op::Append(at, value)),
        (index(), 0..3_usize, new_value()).prop_map(|(at, index, value)| Op::InsertAt(at, index, value)),
        (index(), any::<bool>(), key(), new_value())
            .prop_map(|(at, b, key, v)| Op::InsertBeside(at, b, key, v)),
        (index(), index(), any::<bool>()).prop_map(|(from, to, after)| Op::MoveBeside(from, to, after)),
    ]
}

/// Adds an operation to a batch. The paths are those of `doc`, which may be another state.
fn add(edits: &mut openclaw_json5_edit::Edits<'_>, doc: &Document, op: &Op) {
    let paths = paths(doc);
    let at = |index: &prop::sample::Index| {
        if paths.is_empty() { Path::root() } else { paths[index.index(paths.len())].clone() }
    };
    match op {
        Op::Set(index, value) => edits.set(&at(index), value.clone()),
        Op::Add(index, key, value) => edits.set(&at(index).key(key.as_str()), value.clone()),
        Op::Remove(index) => edits.remove(&at(index)),
        Op::Rename(index, key) => edits.rename(&at(index), key.as_str()),
        Op::Append(index, value) => edits.append(&at(index), value.clone()),
        Op::InsertAt(index, item, value) => edits.insert_at(&at(index), *item, value.clone()),
        Op::InsertBeside(index, false, key, value) => {
            edits.insert_before(&at(index), key.as_str(), value.clone())
        }
        Op::InsertBeside(index, true, key, value) => {
            edits.insert_after(&at(index), key.as_str(), value.clone())
        }
        Op::MoveBeside(from, to, after) => {
            let from = at(from);
            let siblings: Vec<_> = paths.iter().filter(|path| path.parent() == from.parent()).collect();
            let to =
                if siblings.is_empty() { Path::root() } else { siblings[to.index(siblings.len())].clone() };
            if *after { edits.move_after(&from, &to) } else { edits.move_before(&from, &to) }
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_grammar_makes_is_read_as_the_oracle_reads_it(sample in any_sample()) {
        let doc = parse(&sample.text);
        let oracle: oracle::Oracle = json5::from_str(&sample.text).expect("json5 reads it");
        prop_assert!(oracle.agrees(doc.root()), "{:?}", doc.root().to_owned_value());
        prop_assert_eq!(doc.as_str(), sample.text.as_str());
    }

    #[test]
    fn what_the_oracle_refuses_is_refused_and_nothing_else(text in grammar::mutated()) {
        let theirs = json5::from_str::<IgnoredAny>(&text);
        let ours = Document::parse(text.as_str());
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "ours {:?}, theirs {:?}", ours.err(), theirs.err());
        if let Err(error) = ours {
            prop_assert!(text.get(error.span()).is_some());
            prop_assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn setting_a_scalar_changes_only_its_bytes(sample in any_sample(), at in any::<prop::sample::Index>(), raw in grammar::scalar()) {
        let doc = parse(&sample.text);
        let paths = paths(&doc);
        if paths.is_empty() {
            return Ok(());
        }
        let path = &paths[at.index(paths.len())];
        let value = NewValue::parse(&raw).expect("a scalar");
        let span = doc.get(path).expect("listed").span();
        let mut edits = doc.edit();
        edits.set(path, value.clone());
        let edited = edits.apply().expect("applies");
        prop_assert_eq!(edited.get(path).expect("still there").to_owned_value(), value);
        let (before, after) = (&sample.text[..span.start], &sample.text[span.end..]);
        prop_assert!(edited.as_str().starts_with(before) && edited.as_str().ends_with(after));
    }

    #[test]
    fn what_is_set_is_got(sample in any_sample(), at in any::<prop::sample::Index>(), value in new_value()) {
        let doc = parse(&sample.text);
        let paths: Vec<_> = std::iter::once(Path::root()).chain(paths(&doc)).collect();
        let path = &paths[at.index(paths.len())];
        let mut edits = doc.edit();
        edits.set(path, value.clone());
        let edited = edits.apply().expect("applies");
        prop_assert_eq!(edited.get(path).expect("still there").to_owned_value(), value.clone());
        let mut again = edited.edit();
        again.set(path, value);
        let again = again.apply().expect("applies");
        prop_assert_eq!(again.as_str(), edited.as_str());
    }

    #[test]
    fn a_new_key_only_adds_and_its_removal_restores(sample in any_object(), at in any::<prop::sample::Index>(), value in new_value()) {
        let doc = parse(&sample.text);
        let objects = objects(&doc);
        let object = &objects[at.index(objects.len())];
        let path = object.clone().key("new key");
        let mut edits = doc.edit();
        edits.set(&path, value.clone());
        let with = edits.apply().expect("applies");
        prop_assert_eq!(with.get(&path).expect("it was set").to_owned_value(), value);
        prop_assert_eq!(comments(with.as_str(), sample.comments).len(), sample.comments);
        let raw = doc.get(object).expect("listed").raw();
        let is_blank = raw[1..raw.len() - 1].chars().all(json5::char::is_json5_whitespace);
        prop_assert!(is_blank || is_subsequence(doc.as_str(), with.as_str()), "{}", with);
        let mut edits = with.edit();
        edits.remove(&path);
        let without = edits.apply().expect("applies");
        // white space alone between brackets is not kept
        let span = doc.get(object).expect("listed").span();
        let wanted = if is_blank {
            [&sample.text[..span.start], "{}", &sample.text[span.end..]].concat()
        } else {
            sample.text.clone()
        };
        prop_assert_eq!(without.as_str(), wanted, "{}", with);
    }

    #[test]
    fn removing_only_takes_away(sample in any_sample(), at in any::<prop::sample::Index>()) {
        let doc = parse(&sample.text);
        let paths = paths(&doc);
        if paths.is_empty() {
            return Ok(());
        }
        let path = &paths[at.index(paths.len())];
        let mut edits = doc.edit();
        edits.remove(path);
        let edited = edits.apply().expect("applies");
        prop_assert!(is_subsequence(edited.as_str(), doc.as_str()));
        // what stands inside other members stays
        let parent = doc.get(&path.parent().expect("not the root")).expect("listed");
        let others = parent.members().filter(|member| path.segments().last() != Some(&Segment::Key(member.key().into_owned())));
        let others = others.map(|member| member.key_span().start..member.value().span().end);
        let items = parent.items().enumerate().filter(|(index, _)| path.segments().last() != Some(&Segment::Index(*index)));
        for span in others.chain(items.map(|(_, item)| item.span())) {
            prop_assert!(edited.as_str().contains(&sample.text[span]));
        }
    }

    #[test]
    fn a_batch_does_what_its_edits_do_one_by_one(sample in any_sample(), ops in prop::collection::vec(op(), 1..5)) {
        let doc = parse(&sample.text);
        let mut batch = doc.edit();
        let mut one_by_one = doc.clone();
        let mut failure = None;
        for op in &ops {
            add(&mut batch, &one_by_one, op);
            let mut single = one_by_one.edit();
            add(&mut single, &one_by_one, op);
            match single.apply() {
                Ok(next) => one_by_one = next,
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        match (batch.apply(), failure) {
            (Ok(edited), None) => {
                prop_assert_eq!(format!("{:?}", edited.root().to_owned_value()), format!("{:?}", one_by_one.root().to_owned_value()));
            }
            (Err(error), Some(failure)) => {
                prop_assert_eq!(error.kind(), failure.kind());
                prop_assert_ne!(error.kind(), EditErrorKind::Mismatch);
            }
            (Ok(edited), Some(failure)) => prop_assert!(false, "{failure} alone, but {edited}"),
            (Err(error), None) => prop_assert!(false, "{error} in a batch only"),
        }
    }

    #[test]
    fn a_path_reads_back(segments in prop::collection::vec(prop_oneof![
        any::<String>().prop_map(Segment::Key),
        "[a-z0-9.\\[\\]'\"\\\\ -]{0,6}".prop_map(Segment::Key),
        (0..1000_usize).prop_map(Segment::Index),
    ], 0..5)) {
        let path: Path = segments.into_iter().collect();
        prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path.clone()), "{}", path);
    }

    #[test]
    fn no_path_text_panics(text in "[a-z0-9.\\[\\]'\"\\\\ \u{e9}]{0,12}") {
        if let Ok(path) = text.parse::<Path>() {
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        }
    }

    #[test]
    fn any_f64_reads_back(n in any::<f64>()) {
        let number = openclaw_json5_edit::Number::from(n);
        let again = parse(number.as_str()).root().as_f64().expect("a number");
        prop_assert!(again.to_bits() == n.to_bits() || (again.is_nan() && n.is_nan()), "{number}");
    }
}
