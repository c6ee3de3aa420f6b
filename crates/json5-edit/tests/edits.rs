//! What edits do to a text, whole texts compared.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use openclaw_json5_edit::{Document, Edits, NewValue, Path};

#[track_caller]
fn check(before: &str, edit: impl FnOnce(&mut Edits<'_>), after: &str) {
    let doc = Document::parse(before).expect("the text before is JSON5");
    let mut edits = doc.edit();
    edit(&mut edits);
    let edited = edits.apply().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(edited.as_str(), after, "\n--- found ---\n{}\n--- wanted ---\n{after}", edited.as_str());
}

#[track_caller]
fn p(path: &str) -> Path {
    path.parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
fn v(json5: &str) -> NewValue {
    NewValue::parse(json5).unwrap_or_else(|error| panic!("{json5}: {error}"))
}

#[track_caller]
fn set(before: &str, path: &str, value: &str, after: &str) {
    check(
        before,
        |e| {
            e.set(&p(path), v(value));
        },
        after,
    );
}

#[track_caller]
fn remove(before: &str, path: &str, after: &str) {
    check(
        before,
        |e| {
            e.remove(&p(path));
        },
        after,
    );
}

#[test]
fn setting_a_value_keeps_all_around_it() {
    set("{a: 1}", "a", "2", "{a: 2}");
    set("{a: 1, // one\n}", "a", "2", "{a: 2, // one\n}");
    set("{ a /* x */ : /* y */ 1 /* z */ }", "a", "[]", "{ a /* x */ : /* y */ [] /* z */ }");
    set("{a: 'x', b: \"y\"}", "a", "'z'", "{a: 'z', b: \"y\"}");
    set("{a: \"x\"}", "a", "'it\\'s \"q\"'", r#"{a: "it's \"q\""}"#);
    set("{a: 'x'}", "a", "'it\\'s \"q\"'", r#"{a: 'it\'s "q"'}"#);
    set("{a: 1, a: 2}", "a", "3", "{a: 1, a: 3}");
    set("{a: 'x'}", "a", "'\\u2028\\u0001\\n'", "{a: '\\u2028\\u0001\\n'}");
}

#[test]
fn an_equal_value_changes_no_byte() {
    for (text, value) in [
        ("{a: 0x10}", "16"),
        ("{a: 1.50}", "1.5"),
        ("{a: 'x'}", "\"x\""),
        ("{a: '\\x41\\\nb'}", "'Ab'"),
        ("{a: [1, /* two */ 2,]}", "[1, 2]"),
        ("{a: {b: 1, /* c */ c: 2,}}", "{c: 2, b: 1.0}"),
        ("{a: NaN}", "-NaN"),
        ("{a: -0}", "-0.0"),
    ] {
        set(text, "a", value, text);
    }
    set("{a: 0}", "a", "-0", "{a: -0}");
}

#[test]
fn appending_a_key_follows_the_object() {
    set("{a: 1}", "b", "2", "{a: 1, b: 2}");
    set("{ a: 1 }", "b", "2", "{ a: 1, b: 2 }");
    set("{ a: 1, }", "b", "2", "{ a: 1, b: 2, }");
    set("{\"a\":1}", "b", "2", "{\"a\":1,\"b\":2}");
    set("{\n  a: 1,\n}", "b", "2", "{\n  a: 1,\n  b: 2,\n}");
    set("{\n  a: 1\n}", "b", "2", "{\n  a: 1,\n  b: 2\n}");
    set("{\n  a: 1 // one\n}", "b", "2", "{\n  a: 1, // one\n  b: 2\n}");
    set("{\n  \"a\": 1\n}", "b", "2", "{\n  \"a\": 1,\n  \"b\": 2\n}");
    set("{\n  a: 1\n}", "b-c", "2", "{\n  a: 1,\n  \"b-c\": 2\n}");
    set("{\r\n\ta: 1\r\n}\r\n", "b", "2", "{\r\n\ta: 1,\r\n\tb: 2\r\n}\r\n");
    set("{\r\ta: 1\r}\r", "b.c", "2", "{\r\ta: 1,\r\tb: {\r\t\tc: 2\r\t}\r}\r");
    set("{a: 1 /* x */}", "b", "2", "{a: 1 /* x */, b: 2}");
    set("{\n  a: 1\n  // tail\n}", "b", "2", "{\n  a: 1,\n  b: 2\n  // tail\n}");
    set("{\n\n  a: 1,\n\n}", "b", "2", "{\n\n  a: 1,\n  b: 2,\n\n}");
}

#[test]
fn an_empty_container_is_filled() {
    set("{}", "a", "1", "{\n  \"a\": 1\n}");
    set("{}", "a.b", "'x'", "{\n  \"a\": {\n    \"b\": \"x\"\n  }\n}");
    set("{a: {}}", "a.b", "1", "{a: {b: 1}}");
    set("{\n  a: {},\n}", "a.b", "1", "{\n  a: {\n    b: 1,\n  },\n}");
    set("{\n  a: [],\n}", "a[0]", "1", "{\n  a: [1],\n}");
    set("{\n  // c\n}", "a", "1", "{\n  // c\n\n  \"a\": 1\n}");
    set("{ // c\n}", "a", "1", "{ // c\n  \"a\": 1\n}");
    set("{ /* c */ }", "a", "1", "{ /* c */ \"a\": 1 }");
}

#[test]
fn removing_takes_the_comments_that_belong() {
    remove("{a: 1}", "a", "{}");
    remove("{ a: 1, b: 2 }", "a", "{ b: 2 }");
    remove("{ a: 1, b: 2 }", "b", "{ a: 1 }");
    remove("{ a: 1, b: 2, c: 3 }", "b", "{ a: 1, c: 3 }");
    remove("{\n  // one\n  a: 1, // uno\n  // two\n  b: 2,\n}", "a", "{\n  // two\n  b: 2,\n}");
    remove("{\n  a: 1, // uno\n  b: 2 // due\n}", "b", "{\n  a: 1 // uno\n}");
    remove("{\n  // head\n\n  // one\n  a: 1,\n}", "a", "{\n  // head\n}");
    remove("{ a: 1, // x\n  b: 2 }", "b", "{ a: 1 // x\n }");
    remove("{a: 1, b: 2, a: 3}", "a", "{b: 2}");
    remove("[1, 2, 3]", "[1]", "[1, 3]");
}
