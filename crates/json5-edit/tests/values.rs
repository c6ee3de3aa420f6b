//! Looking things up, and what numbers and values mean.

use openclaw_json5_edit::{Document, Lookup, NewValue, Number, Path, Segment, Value, ValueKind};

#[track_caller]
fn doc(text: &str) -> Document {
    Document::parse(text).expect("JSON5")
}

#[test]
fn duplicates_are_found_at_every_depth() {
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let found: Vec<_> = doc(text)
            .duplicates()
            .into_iter()
            .map(|duplicate| {
                let keys = duplicate.spans.iter().map(|span| text[span.clone()].to_owned());
                (duplicate.path.to_string(), keys.collect::<Vec<_>>())
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, keys)| ((*path).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect()))
            .collect();
        assert_eq!(found, expected, "in {text}");
    }
    check("{a: 1, b: {a: 2}}", &[]);
    check("1", &[]);
    check("{a: 1, 'a': 2, b: 3, \"\\x61\": 4}", &[("a", &["a", "'a'", "\"\\x61\""])]);
    check("{b: 1, a: 2, a: 3, b: 4}", &[("b", &["b", "b"]), ("a", &["a", "a"])]);
    check(
        "{x: [0, {k: 1, y: {}, k: 2}], z: {'p.q': {m: 1, m: 1}}}",
        &[("x[1].k", &["k", "k"]), ("z[\"p.q\"].m", &["m", "m"])],
    );
    check("[[{a: 1}], {a: 1, a: 2}]", &[("[1].a", &["a", "a"])]);
}

#[test]
fn paths_lead_to_values() {
    let text = "{\n  a: {'b.c': [10, {d: 'x'}]}, a2: null,\n  k: 1, k: 2,\n}";
    let doc = doc(text);
    let raw = |path: &str| doc.get(&path.parse().expect("a path")).map(Value::raw);
    assert_eq!(raw("a['b.c'][0]"), Some("10"));
    assert_eq!(raw(r"a.b\.c[1].d"), Some("'x'"));
    assert_eq!(raw("k"), Some("2"));
    assert_eq!(raw("."), Some(text));
    for missing in ["b", "a.b", "a[0]", "a['b.c'][2]", "a['b.c'].x", "a2.x", "k.k"] {
        assert_eq!(raw(missing), None, "{missing}");
    }
    let value = doc.get(&Path::keys(["a", "b.c"]).index(1).key("d")).expect("it is there");
    assert_eq!(value.line_column(), (2, 23));
    assert_eq!(doc.line_column(usize::MAX), (4, 2));
    let members: Vec<_> =
        doc.root().members().map(|member| (member.key().into_owned(), &text[member.key_span()])).collect();
    assert_eq!(members.len(), 4);
    assert_eq!(members.first().map(|(key, raw)| (key.as_str(), *raw)), Some(("a", "a")));
    assert_eq!(doc.root().items().count(), 0);
    assert_eq!(doc.root().kind(), ValueKind::Object);
}

#[test]
fn many_lookups_are_as_each_alone() {
    let doc = doc("{a: {'b.c': [10, {d: 'x'}]}, a2: null, k: 1, '\\x6b': 2}");
    let mut lookup = Lookup::new(&doc);
    let paths =
        ["a", "a[0]", "a['b.c']", "a['b.c'][1].d", "a['b.c'].x", "a['b.c'][2]", "a2.x", "a2[0]", "k", "."];
    for path in paths.into_iter().chain(paths) {
        let path = path.parse().expect("a path");
        assert_eq!(lookup.get(&path).map(Value::span), doc.get(&path).map(Value::span), "{path}");
    }
}

#[test]
fn many_places_are_as_each_alone() {
    let text = "\u{FEFF}{a: 'ä',\r\n\n  b: 1,\r c: 'é', // ö\n}\r\n";
    let doc = doc(text);
    let all = || 0..=text.len() + 1;
    let each: Vec<_> = all().map(|offset| doc.line_column(offset)).collect();
    assert_eq!(doc.line_columns(all()).collect::<Vec<_>>(), each);
    assert_eq!(each.last(), Some(&(6, 1)));
    let back: Vec<_> = doc.line_columns(all().rev()).collect();
    assert_eq!(back.into_iter().rev().collect::<Vec<_>>(), each);
    assert_eq!(doc.line_columns([20, 20, 4]).collect::<Vec<_>>(), [each[20], each[20], each[4]]);
}

#[test]
fn paths_have_parts() {
    let path: Path = "a.b[0]".parse().expect("a path");
    assert_eq!(path.segments().last(), Some(&Segment::Index(0)));
    assert_eq!(path.parent(), Some(Path::keys(["a", "b"])));
    assert_eq!(Path::root().parent(), None);
    assert_eq!(".".parse(), Ok(Path::root()));
    for (text, shown) in [
        ("a[b]", "a.b"),
        ("a['']", "a[\"\"]"),
        ("a['0']", "a.0"),
        ("a[00]", "a[0]"),
        (r"a[\]]", "a[\"]\"]"),
        ("a[ 1]", "a[\" 1\"]"),
        ("caf\u{e9}", "caf\u{e9}"),
        ("a-b.c_d", "a-b.c_d"),
        ("['\\n\"']", r#"["\n\""]"#),
        ("models[org/name:fast].alias", "models[\"org/name:fast\"].alias"),
    ] {
        assert_eq!(text.parse::<Path>().map(|path| path.to_string()), Ok(shown.to_owned()), "{text}");
    }
}

#[test]
fn numbers_are_compared_exactly() {
    let equal = |a: &str, b: &str| a.parse::<Number>().expect("a number") == b.parse().expect("a number");
    for (a, b) in [
        ("1", "1.0"),
        ("1", "+1"),
        ("1", "0x1"),
        ("1e3", "1000"),
        ("1.5e-3", ".0015"),
        ("100e-2", "1."),
        ("0", "0.0e5"),
        ("0", "0x0"),
        ("-0", "-0.0"),
        ("NaN", "-NaN"),
        ("Infinity", "+Infinity"),
        ("0xFFFFFFFFFFFFFFFFF", "295147905179352825855"),
        ("1e99999999999999999999", "1e99999999999999999998"),
        ("0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "0x01fffffffffffffffffffffffffffffffff"),
    ] {
        assert!(equal(a, b), "{a} {b}");
    }
    for (a, b) in [
        ("0", "-0"),
        ("1", "-1"),
        ("9007199254740993", "9007199254740992"),
        ("1e400", "Infinity"),
        ("0.1", "0.10000000000000001"),
        ("Infinity", "-Infinity"),
        ("NaN", "0"),
        ("1e1", "1e2"),
        ("10", "1"),
        ("0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "1"),
    ] {
        assert!(!equal(a, b), "{a} {b}");
    }
}

#[test]
fn numbers_become_integers_if_they_are() {
    let number = |text: &str| text.parse::<Number>().expect("a number");
    for (text, unsigned, signed) in [
        ("1.5e1", Some(15), Some(15)),
        ("0x10", Some(16), Some(16)),
        ("-0", Some(0), Some(0)),
        ("-1", None, Some(-1)),
        ("1.5", None, None),
        ("18446744073709551615", Some(u64::MAX), None),
        ("18446744073709551616", None, None),
        ("-9223372036854775808", None, Some(i64::MIN)),
        ("-9223372036854775809", None, None),
        ("1e400", None, None),
        ("1e-400", None, None),
        ("Infinity", None, None),
        ("NaN", None, None),
    ] {
        assert_eq!(number(text).as_u64(), unsigned, "{text}");
        assert_eq!(number(text).as_i64(), signed, "{text}");
        assert_eq!(doc(text).root().as_u64(), unsigned, "{text}");
    }
    for (n, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1e300, "1e300"),
        (1.5e-7, "1.5e-7"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-Infinity"),
        (1e15, "1000000000000000"),
    ] {
        assert_eq!(Number::from(n).as_str(), text);
    }
}

#[test]
fn values_are_compared_by_what_a_reader_sees() {
    let value = |text: &str| NewValue::parse(text).expect("JSON5");
    assert_eq!(value("{a: 1, b: [2]}"), value("{b: [0x2], 'a': 1.0}"));
    assert_eq!(value("{a: 1, a: 2}"), value("{a: 2}"));
    let twice = NewValue::object([("a", 1.into()), ("b", 2.into()), ("a", 3.into())]);
    assert_eq!(twice, value("{a: 3, b: 2}"));
    assert_ne!(value("[1, 2]"), value("[2, 1]"));
    assert_ne!(value("{a: 1}"), value("{a: 1, b: null}"));
    assert_ne!(value("'1'"), value("1"));
    assert_eq!(NewValue::from(None::<bool>), NewValue::Null);
    assert_eq!(NewValue::from(vec!["a"]), value("['a']"));
    // duplicates are written once, at the place of the first
    let empty = doc("[]");
    let mut edits = empty.edit();
    edits.set(&Path::root(), twice);
    assert_eq!(edits.apply().expect("applies").as_str(), "{\n  \"a\": 3,\n  \"b\": 2\n}");
}
