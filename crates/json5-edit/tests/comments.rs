//! What becomes of comments, on random containers in which comments stand wherever they may.

use openclaw_json5_edit::{Document, Path, Segment};
use proptest::prelude::*;

/// What may stand between two tokens; `#` becomes a number, so that every comment is another one.
const GAPS: [&str; 24] = [
    "",
    "",
    "",
    " ",
    "\n",
    "\n  ",
    "\n  ",
    "\n\n  ",
    "\r\n\t",
    "\u{2028}",
    "/* # */",
    " /* # */",
    "/* # */ ",
    "\n  /* # */",
    "\n/* # */\n",
    "/* #\n */",
    "/* # */ \r\n",
    " // #\n",
    "// #\n  ",
    "\n  // #\n",
    "\r\n// #\r\n  ",
    "\n  // #\n\n",
    " // # \n",
    "// #\t\r\n",
];

/// Up to three things between two tokens.
fn gap() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(GAPS.as_slice()), 0..4).prop_map(|parts| parts.concat())
}

/// A container with up to three children, the first of which may be a container, too.
fn container(is_object: bool) -> impl Strategy<Value = String> {
    let child = (gap(), prop_oneof![3 => Just("0"), 1 => Just("{}"), 1 => Just("[{ x: 1 }]")], gap());
    let children = prop::collection::vec(child, 0..4);
    (children, any::<bool>(), gap()).prop_map(move |(children, has_trailing_comma, end)| {
        let mut text = String::from(if is_object { "{" } else { "[" });
        for (at, (before, value, after)) in children.iter().enumerate() {
            text += before;
            if is_object {
                text += ["a: ", "b: ", "c: "][at % 3];
            }
            text += value;
            text += after;
            if at + 1 < children.len() || has_trailing_comma {
                text.push(',');
            }
        }
        text += &end;
        text.push(if is_object { '}' } else { ']' });
        text
    })
}

/// A document with a container, and the path of the container.
fn sample(is_object: bool) -> impl Strategy<Value = (String, Path)> {
    let around = prop_oneof![
        Just(("", "", None)),
        Just(("// #\n", " // #", None)),
        Just(("{ x: ", ", y: 1 /* # */ }", Some("x"))),
        Just(("{\n  x: ", ", // #\n  // #\n  y: 1,\n}", Some("x"))),
    ];
    (container(is_object), around).prop_map(|(container, (before, after, key))| {
        let text = [before, &container, after].concat();
        let mut parts = text.split('#');
        let first = parts.next().unwrap_or_default().to_owned();
        let text = parts.enumerate().fold(first, |text, (number, part)| format!("{text}<{number}>{part}"));
        (text, key.map_or_else(Path::root, |key| Path::keys([key])))
    })
}

/// The comments of a text in which no string has a `/`, sorted.
fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, comment)) = rest.find('/').and_then(|at| rest.split_at_checked(at)) {
        let length = if comment.starts_with("//") {
            comment.find(['\n', '\r', '\u{2028}', '\u{2029}'])
        } else {
            comment.find("*/").map(|at| at + 2)
        };
        let (comment, after) = comment.split_at(length.unwrap_or(comment.len()));
        found.push(comment);
        rest = after;
    }
    found.sort_unstable();
    found
}

fn parse(text: &str) -> Document {
    Document::parse(text).expect("the text is JSON5")
}

/// The document without the value at a path.
fn without(doc: &Document, path: &Path) -> Document {
    let mut edits = doc.edit();
    edits.remove(path);
    edits.apply().expect("the value is there")
}

/// Whether there is more than white space between the brackets of a container.
fn is_filled(raw: &str) -> bool {
    !raw[1..raw.len() - 1].chars().all(json5::char::is_json5_whitespace)
}

fn value() -> impl Strategy<Value = &'static str> {
    prop::sample::select(["1", "[]", "{y: 1}", "[1, 2]", "[{y: {z: []}}]"].as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_new_key_and_its_removal_keep_every_comment_and_byte((text, object) in sample(true), value in value()) {
        let doc = parse(&text);
        let path = object.clone().key("new");
        let mut edits = doc.edit();
        edits.set(&path, openclaw_json5_edit::NewValue::parse(value).expect("JSON5"));
        let with = edits.apply().expect("applies");
        prop_assert_eq!(comments(with.as_str()), comments(&text), "{}", with);
        let without = without(&with, &path);
        prop_assert_eq!(comments(without.as_str()), comments(&text), "{}", with);
        if is_filled(doc.get(&object).expect("it is there").raw()) {
            prop_assert_eq!(without.as_str(), text, "{}", with);
        }
    }

    #[test]
    fn a_new_item_and_its_removal_keep_every_comment_and_byte((text, array) in sample(false), value in value()) {
        let doc = parse(&text);
        let length = doc.get(&array).expect("it is there").items().count();
        let mut edits = doc.edit();
        edits.append(&array, openclaw_json5_edit::NewValue::parse(value).expect("JSON5"));
        let with = edits.apply().expect("applies");
        prop_assert_eq!(comments(with.as_str()), comments(&text), "{}", with);
        let without = without(&with, &array.clone().index(length));
        prop_assert_eq!(comments(without.as_str()), comments(&text), "{}", with);
        if is_filled(doc.get(&array).expect("it is there").raw()) {
            prop_assert_eq!(without.as_str(), text, "{}", with);
        }
    }

    #[test]
    fn a_key_beside_another_and_its_removal_keep_every_comment(
        (text, object) in sample(true),
        at in any::<prop::sample::Index>(),
        is_after in any::<bool>(),
    ) {
        let doc = parse(&text);
        let keys: Vec<_> = doc.get(&object).expect("it is there").members().map(|member| member.key()).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let sibling = object.clone().key(keys[at.index(keys.len())].clone());
        let mut edits = doc.edit();
        if is_after {
            edits.insert_after(&sibling, "new", 1);
        } else {
            edits.insert_before(&sibling, "new", 1);
        }
        let with = edits.apply().expect("applies");
        prop_assert_eq!(comments(with.as_str()), comments(&text), "{}", with);
        let without = without(&with, &object.key("new"));
        prop_assert_eq!(comments(without.as_str()), comments(&text), "{}", with);
    }

    #[test]
    fn an_item_in_the_middle_and_its_removal_keep_every_comment(
        (text, array) in sample(false),
        at in any::<prop::sample::Index>(),
    ) {
        let doc = parse(&text);
        let index = at.index(doc.get(&array).expect("it is there").items().count() + 1);
        let mut edits = doc.edit();
        edits.insert_at(&array, index, 1);
        let with = edits.apply().expect("applies");
        prop_assert_eq!(comments(with.as_str()), comments(&text), "{}", with);
        let without = without(&with, &array.index(index));
        prop_assert_eq!(comments(without.as_str()), comments(&text), "{}", with);
    }

    #[test]
    fn several_new_keys_and_their_removal_keep_every_comment((text, object) in sample(true), is_reversed in any::<bool>()) {
        let doc = parse(&text);
        let mut keys = ["k", "l", "m"];
        let mut edits = doc.edit();
        for key in keys {
            edits.set(&object.clone().key(key), 1);
        }
        let mut edited = edits.apply().expect("applies");
        prop_assert_eq!(comments(edited.as_str()), comments(&text), "{}", edited);
        if is_reversed {
            keys.reverse();
        }
        for key in keys {
            edited = without(&edited, &object.clone().key(key));
            prop_assert_eq!(comments(edited.as_str()), comments(&text), "{}", edited);
        }
    }

    #[test]
    fn a_removal_takes_no_comment_that_stands_behind_another_comma((text, object) in sample(true), at in any::<prop::sample::Index>()) {
        let doc = parse(&text);
        let members: Vec<_> = doc.get(&object).expect("it is there").members().collect();
        if members.is_empty() {
            return Ok(());
        }
        let at = at.index(members.len());
        let edited = without(&doc, &[object.segments(), &[Segment::Key(members[at].key().into_owned())]].concat().into_iter().collect());
        // what is gone stood directly around the member: up to its neighbours on both sides
        let from = at.checked_sub(1).map_or(0, |before| members[before].value().span().end);
        let to = members.get(at + 1).map_or(text.len(), |after| after.key_span().start);
        let line = text[from..members[at].key_span().start].rfind(['\n', '\r', '\u{2028}']).map_or(from, |line| from + line);
        let left = comments(edited.as_str());
        // those before it on its line, and all of other children
        let stay = [&text[..from], &text[line..members[at].key_span().start], &text[to..]];
        for comment in stay.into_iter().filter(|part| !part.trim_start().starts_with("*/")).flat_map(comments) {
            prop_assert!(left.contains(&comment), "{} is gone: {}", comment, edited);
        }
    }
}
