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

/// Sets a new key, compares, removes it and compares with the text before.
#[track_caller]
fn set_and_remove(before: &str, path: &str, value: &str, after: &str) {
    set(before, path, value, after);
    remove(after, path, before);
}

#[test]
fn a_new_key_takes_no_comment() {
    // behind a comma at the end of the line: the comment stays with what it describes
    set_and_remove("{a: 1, /* end */\n}", "b", "1", "{a: 1, /* end */\n  b: 1,\n}");
    set_and_remove("{a: 1, /* one */ // uno\n}", "b", "1", "{a: 1, /* one */ // uno\n  b: 1,\n}");
    set_and_remove("{a: 1, /* x\n y */\n}", "b", "1", "{a: 1, /* x\n y */\n  b: 1,\n}");
    set_and_remove("{a: 1, // end\r\n}", "b", "1", "{a: 1, // end\r\n  b: 1,\r\n}");
    set_and_remove("{\n  a: 1, /* end */\n}", "b", "1", "{\n  a: 1, /* end */\n  b: 1,\n}");
    // behind a comma, before the bracket: it is about neither
    set_and_remove("{a: 1, /* end */ }", "b", "1", "{a: 1, b: 1, /* end */ }");
    set_and_remove("{\n  a: 1, /* end */ }", "b", "1", "{\n  a: 1,\n  b: 1, /* end */ }");
    // before a comma, or without one
    set_and_remove("{a: 1 /* end */, }", "b", "1", "{a: 1 /* end */, b: 1, }");
    set_and_remove("{a: 1 /* end */\n}", "b", "1", "{a: 1 /* end */, b: 1\n}");
    set_and_remove("{\n  a: 1 /* end */\n}", "b", "1", "{\n  a: 1, /* end */\n  b: 1\n}");
    set_and_remove("{\n  a: 1 /* end */ }", "b", "1", "{\n  a: 1, /* end */\n  b: 1 }");
    // a comma beyond comments of nobody
    set_and_remove(
        "{a: 1 /* x */\n /* y */, /* z */\n}",
        "b",
        "1",
        "{a: 1 /* x */, b: 1\n /* y */, /* z */\n}",
    );
    set_and_remove("[1, /* end */\n]", "[1]", "2", "[1, /* end */\n  2,\n]");
    set_and_remove("[1, /* end */ ]", "[1]", "2", "[1, 2, /* end */ ]");
}

#[test]
fn a_new_key_among_comments_alone_takes_none() {
    set_and_remove("{/* c */}", "b", "1", "{/* c */ \"b\": 1}");
    set_and_remove("{/* x\ny */ }", "b", "1", "{/* x\ny */ \"b\": 1 }");
    set_and_remove("{/* x\ny */\n}", "b", "1", "{/* x\ny */\n  \"b\": 1\n}");
    set_and_remove("{ // head\n}", "b", "1", "{ // head\n  \"b\": 1\n}");
    set_and_remove("{/* x\ny */ // head\n}", "b", "1", "{/* x\ny */ // head\n  \"b\": 1\n}");
    set_and_remove("{\n /* a */// b\n}", "b", "1", "{\n /* a */// b\n\n  \"b\": 1\n}");
    set_and_remove("{\n  // c\n}", "b", "1", "{\n  // c\n\n  \"b\": 1\n}");
    set_and_remove("{\n  // c\n\n}", "b", "1", "{\n  // c\n\n  \"b\": 1\n\n}");
    set_and_remove("{\r\n  // c\r\n}", "b", "1", "{\r\n  // c\r\n\r\n  \"b\": 1\r\n}");
    set_and_remove("{\n  // x\n  /* c */ }", "b", "1", "{\n  // x\n  /* c */ \"b\": 1 }");
    set_and_remove("[\n  /* c */]", "[0]", "1", "[\n  /* c */ 1]");
    // on a line that something follows, new text stays on the line
    set_and_remove("{/* c */}", "b", "{c: [{}]}", "{/* c */ \"b\": {\"c\": [{}]}}");
}

#[test]
fn a_removal_leaves_comments_that_may_be_about_something_else() {
    remove("{a: 1, /* two */ b: 2, c: 3}", "b", "{a: 1, /* two */ c: 3}");
    remove("{a: 1, /* two */ b: 2, c: 3}", "a", "{/* two */ b: 2, c: 3}");
    remove("{a: 1, /* end */ b: 2,\n}", "b", "{a: 1, /* end */\n}");
    remove("{a: 1, /* end */ b: 2}", "b", "{a: 1 /* end */}");
    remove(
        "{\n  // above\n  /* before */ a: 1,\n  b: 2,\n}",
        "a",
        "{\n  // above\n  /* before */\n  b: 2,\n}",
    );
    remove("{\n  /* before */ a: 1,\n}", "a", "{\n  /* before */\n}");
    remove("{a: 1\n, /* two */ b: 2\n}", "b", "{a: 1\n /* two */\n}");
    remove("{\n  a: 1\n  /* x */, // y\n  // b\n  b: 2\n}", "b", "{\n  a: 1\n  /* x */ // y\n}");
    remove("[1, /* two */ 2, /* three */ 3]", "[1]", "[1, /* two */ /* three */ 3]");
    check(
        "{a: 1, /* two */ b: 2}",
        |e| {
            e.remove(&p("a")).remove(&p("b"));
        },
        "{/* two */}",
    );
    check(
        "{a: 1, /* two */ b: 2}",
        |e| {
            e.remove(&p("a")).remove(&p("b")).set(&p("c"), 3);
        },
        "{c: 3 /* two */ }",
    );
    // what moves takes it along
    check(
        "{a: 1, /* two */ b: 2}",
        |e| {
            e.move_before(&p("b"), &p("a"));
        },
        "{/* two */ b: 2, a: 1}",
    );
}

#[test]
fn white_space_at_the_end_of_a_line_comment_is_part_of_it() {
    remove("{ a: 1, // note \n  b: 2 }", "b", "{ a: 1 // note \n }");
    remove("{\n  // note \n\n  b: 2 }", "b", "{\n  // note \n }");
    remove("[\n  1, // one\t\r\n  2]", "[1]", "[\n  1 // one\t\r\n]");
    set("[1, // one \n  2]", ".", "[1]", "[1 // one \n]");
    check(
        "{ a: 1, // note \n  b: 2 }",
        |e| {
            e.move_before(&p("b"), &p("a"));
        },
        "{ b: 2, a: 1 // note \n }",
    );
}

#[test]
fn new_values_too_wide_for_a_line_are_spread_where_lines_are() {
    let (x, y) = ("x".repeat(40), "y".repeat(40));
    let value = format!("{{id: '{x}', cost: {{input: 1, tags: ['{y}']}}}}");
    // beside a member on one line, in an object over lines
    set(
        "{\n  a: { id: 'a' },\n}",
        "b",
        &value,
        &format!(
            "{{\n  a: {{ id: 'a' }},\n  b: {{\n    id: '{x}',\n    cost: {{\n      input: 1,\n      tags: ['{y}'],\n    }},\n  }},\n}}"
        ),
    );
    check(
        "[\n  { id: 'a' }\n]",
        |e| {
            e.append(&p("."), v(&value));
        },
        &format!(
            "[\n  {{ id: 'a' }},\n  {{\n    id: '{x}',\n    cost: {{\n      input: 1,\n      tags: ['{y}']\n    }}\n  }}\n]"
        ),
    );
    let list = format!("['{x}', '{y}', 'z']");
    set(
        "{\n  a: ['a'],\n}",
        "b2345678",
        &list,
        &format!("{{\n  a: ['a'],\n  b2345678: [\n    '{x}',\n    '{y}',\n    'z',\n  ],\n}}"),
    );
    // in the place of another value
    set(
        "{\n  a: { id: 'a' },\n  b: 1,\n}",
        "b",
        &value,
        &format!(
            "{{\n  a: {{ id: 'a' }},\n  b: {{\n    id: '{x}',\n    cost: {{\n      input: 1,\n      tags: ['{y}'],\n    }},\n  }},\n}}"
        ),
    );
    // an object on one line stays on one
    set("{a: {id: 'a'}}", "b", &value, &format!("{{a: {{id: 'a'}}, b: {value}}}"));
    set("{a: ['a']}", "b", &list, &format!("{{a: ['a'], b: {list}}}"));
}

#[test]
fn a_line_has_a_hundred_characters_with_its_comma() {
    // `  b: { id: '…' },` is 16 characters without the text
    let check_width = |count: usize, is_spread: bool| {
        let text = "\u{e9}".repeat(count);
        let value =
            if is_spread { format!("{{\n    id: '{text}',\n  }}") } else { format!("{{ id: '{text}' }}") };
        let after = format!("{{\n  a: {{ id: 'a' }},\n  b: {value},\n}}");
        set("{\n  a: { id: 'a' },\n}", "b", &format!("{{id: '{text}'}}"), &after);
        set("{\n  a: { id: 'a' },\n  b: 1,\n}", "b", &format!("{{id: '{text}'}}"), &after);
    };
    check_width(84, false);
    check_width(85, true);
}

#[test]
fn no_edit_changes_nothing() {
    let text = "\u{FEFF}// a\r\n{ a : +.5e1 , 'b':\t[ 1,/* x */ ] }\r\n\r\n";
    check(text, |_| {}, text);
}

#[test]
fn values_are_replaced_in_their_kind_and_style() {
    // an array or object in the place of a plain value
    set("{\n  a: 1,\n}", "a", "{b: 1}", "{\n  a: {\n    b: 1,\n  },\n}");
    set("{\n  a: 1,\n}", "a", "['x', 'y']", "{\n  a: [\"x\", \"y\"],\n}");
    set("{a: 1}", "a", "{b: [1, {}]}", "{a: {b: [1, {}]}}");
    set("{\"a\":1}", "a", "{b:[1,2]}", "{\"a\":{\"b\":[1,2]}}");
    set("{a: {b: 1}}", "a", "null", "{a: null}");
    // strings keep their quotes; other values take the quotes around
    set("{a: 'x', b: 1}", "b", "'y'", "{a: 'x', b: 'y'}");
    set("{a: \"x\", b: 'y'}", "a", "'\\''", "{a: \"'\", b: 'y'}");
    set("1 // one", ".", "2", "2 // one");
    set("// c\n'x'\n", ".", "'y'", "// c\n'y'\n");
    set("// c\n1\n", ".", "{a: [1]}", "// c\n{\n  \"a\": [1]\n}\n");
    // numbers are written as they are given
    set("{a: 1}", "a", "0xFF", "{a: 0xFF}");
    set("{a: 1}", "a", "-Infinity", "{a: -Infinity}");
    check(
        "{a: 1}",
        |e| {
            e.set(&p("a"), 0.1);
        },
        "{a: 0.1}",
    );
    check(
        "{a: 1}",
        |e| {
            e.set(&p("a"), u64::MAX);
        },
        "{a: 18446744073709551615}",
    );
}

#[test]
fn an_object_over_an_object_changes_what_differs() {
    set(
        "{\n  a: {\n    // one\n    x: 1, // uno\n    // two\n    y: 2,\n  },\n}",
        "a",
        "{y: 3, x: 1, z: 4}",
        "{\n  a: {\n    // one\n    x: 1, // uno\n    // two\n    y: 3,\n    z: 4,\n  },\n}",
    );
    set("{\n  a: {\n    x: 1,\n    y: 2,\n  },\n}", "a", "{y: 2}", "{\n  a: {\n    y: 2,\n  },\n}");
    set("{a: {x: 1}}", "a", "{y: 2}", "{a: {y: 2}}");
    set("{a: {x: 1}}", "a", "{}", "{a: {}}");
}

#[test]
fn an_array_over_an_array_changes_what_differs() {
    let text = "[\n  'a', // one\n  'b', // two\n  'c', // three\n]";
    set(text, ".", "['a', 'c']", "[\n  'a', // one\n  'c', // three\n]");
    set(text, ".", "['a', 'b', 'x', 'c']", "[\n  'a', // one\n  'b', // two\n  'x',\n  'c', // three\n]");
    set(text, ".", "['a', 'x', 'c']", "[\n  'a', // one\n  'x', // two\n  'c', // three\n]");
    set(text, ".", "['c']", "[\n  'c', // three\n]");
    set(text, ".", "[]", "[]");
    set("[1, 2, 3]", ".", "[0, 1, 2, 3, 4]", "[0, 1, 2, 3, 4]");
}

#[test]
fn missing_containers_are_created() {
    set("{\n\ta: 1\n}", "b.c.d", "2", "{\n\ta: 1,\n\tb: {\n\t\tc: {\n\t\t\td: 2\n\t\t}\n\t}\n}");
    set("{\n    a: 1,\n}", "b.c", "2", "{\n    a: 1,\n    b: {\n        c: 2,\n    },\n}");
    set("{a: 1}", "b.c.d", "2", "{a: 1, b: {c: {d: 2}}}");
    set("{ a: { b: 1 } }", "c.d", "2", "{ a: { b: 1 }, c: { d: 2 } }");
    set("{\n  a: 1\n}", "b[0].c", "2", "{\n  a: 1,\n  b: [\n    {\n      c: 2\n    }\n  ]\n}");
    set("[]", "[0]", "1", "[1]");
    set("[{}]", "[0].a", "1", "[{\"a\": 1}]");
}

#[test]
fn new_members_look_like_their_siblings() {
    let models = "{\n  models: {\n    \"org/a\": { alias: 'a' },\n  },\n  name: 'x',\n}";
    set(
        models,
        "models['org/b'].alias",
        "'b'",
        "{\n  models: {\n    \"org/a\": { alias: 'a' },\n    \"org/b\": { alias: 'b' },\n  },\n  name: 'x',\n}",
    );
    set("{\n  'a': 'x'\n}", "b", "'y'", "{\n  'a': 'x',\n  'b': 'y'\n}");
    set("{\n  a: 'x'\n}", "b c", "'y'", "{\n  a: 'x',\n  'b c': 'y'\n}");
    set("{\n  'a-b': 1,\n  c: 2\n}", "d", "3", "{\n  'a-b': 1,\n  c: 2,\n  d: 3\n}");
    set("{\n  a : 1,\n}", "b", "2", "{\n  a : 1,\n  b : 2,\n}");
    set(
        "{\n  a: [\n    1,\n  ],\n}",
        "b",
        "[1, 2]",
        "{\n  a: [\n    1,\n  ],\n  b: [\n    1,\n    2,\n  ],\n}",
    );
    set("{a: 1}", "\u{e9}t\u{e9}", "2", "{a: 1, \u{e9}t\u{e9}: 2}");
    // a letter of Unicode 18, which other readers may not know
    set("{a: 1}", "\u{558}", "2", "{a: 1, \"\u{558}\": 2}");
    set("{a: 1}", "['']", "2", "{a: 1, \"\": 2}");
    set("{a: 1}", "null", "2", "{a: 1, null: 2}");
    let wide = format!("['{}', '{}']", "x".repeat(60), "y".repeat(60));
    let after =
        format!("{{\n  a: 1,\n  b: [\n    \"{}\",\n    \"{}\"\n  ]\n}}", "x".repeat(60), "y".repeat(60));
    set("{\n  a: 1\n}", "b", &wide, &after);
}

#[test]
fn arrays_grow_in_their_layout() {
    check(
        "[1, 2]",
        |e| {
            e.append(&p("."), 3);
        },
        "[1, 2, 3]",
    );
    check(
        "[1, 2,]",
        |e| {
            e.append(&p("."), 3);
        },
        "[1, 2, 3,]",
    );
    check(
        "[\n  1,\n  2,\n]",
        |e| {
            e.append(&p("."), 3);
        },
        "[\n  1,\n  2,\n  3,\n]",
    );
    check(
        "[\n  1,\n  2 // two\n]",
        |e| {
            e.append(&p("."), 3);
        },
        "[\n  1,\n  2, // two\n  3\n]",
    );
    check(
        "[\n  1, 2,\n  3, 4,\n]",
        |e| {
            e.append(&p("."), 5);
        },
        "[\n  1, 2,\n  3, 4, 5,\n]",
    );
    check(
        "['a']",
        |e| {
            e.append(&p("."), "b");
        },
        "['a', 'b']",
    );
    check(
        "[1, 3]",
        |e| {
            e.insert_at(&p("."), 1, 2);
        },
        "[1, 2, 3]",
    );
    check(
        "[2]",
        |e| {
            e.insert_at(&p("."), 0, 1);
        },
        "[1, 2]",
    );
    check(
        "[\n  // two\n  2,\n]",
        |e| {
            e.insert_at(&p("."), 0, 1);
        },
        "[\n  1,\n  // two\n  2,\n]",
    );
    check(
        "[1 // one\n, 2]",
        |e| {
            e.append(&p("."), 3);
        },
        "[1 // one\n, 2, 3]",
    );
    check(
        "{a: 1}",
        |e| {
            e.append(&p("b"), 1).append(&p("b"), 2);
        },
        "{a: 1, b: [1, 2]}",
    );
    check(
        "[[1], [2]]",
        |e| {
            e.append(&p("."), v("[3]"));
        },
        "[[1], [2], [3]]",
    );
}

#[test]
fn members_are_put_beside_others() {
    let text = "{\n  // one\n  a: 1, // uno\n\n  // two\n  b: 2,\n}";
    check(
        text,
        |e| {
            e.insert_before(&p("b"), "x", 0);
        },
        "{\n  // one\n  a: 1, // uno\n\n  x: 0,\n  // two\n  b: 2,\n}",
    );
    check(
        text,
        |e| {
            e.insert_after(&p("a"), "x", 0);
        },
        "{\n  // one\n  a: 1, // uno\n  x: 0,\n\n  // two\n  b: 2,\n}",
    );
    check(
        text,
        |e| {
            e.insert_before(&p("a"), "x", 0);
        },
        "{\n  x: 0,\n  // one\n  a: 1, // uno\n\n  // two\n  b: 2,\n}",
    );
    check(
        "{ a: 1 }",
        |e| {
            e.insert_before(&p("a"), "x", 0);
        },
        "{ x: 0, a: 1 }",
    );
    check(
        "{\n  // one\n  /* uno */ a: 1}",
        |e| {
            e.insert_before(&p("a"), "x", 0);
        },
        "{\n  x: 0,\n  // one\n  /* uno */ a: 1}",
    );
    check(
        "{a: 1\n/* of nobody */, /* b */\n/* bb */ b: 2}",
        |e| {
            e.insert_before(&p("b"), "x", 0);
        },
        "{a: 1\n/* of nobody */, x: 0,\n  /* b */\n/* bb */ b: 2}",
    );
    check(
        "{a: 1, b: 2}",
        |e| {
            e.insert_after(&p("a"), "x", 0);
        },
        "{a: 1, x: 0, b: 2}",
    );
    check(
        "{a: 1, b: 2}",
        |e| {
            e.insert_after(&p("b"), "x", 0);
        },
        "{a: 1, b: 2, x: 0}",
    );
}

#[test]
fn keys_are_renamed_with_quotes_only_where_they_are_needed() {
    let rename = |before: &str, path: &str, key: &str, after: &str| {
        check(
            before,
            |e| {
                e.rename(&p(path), key);
            },
            after,
        );
    };
    rename("{a: 1, /* c */ b: 2}", "a", "x", "{x: 1, /* c */ b: 2}");
    rename("{a: 1, b: 2}", "a", "x-y", "{\"x-y\": 1, b: 2}");
    rename("{'a-b': 1, c: 2}", "a-b", "x", "{x: 1, c: 2}");
    rename("{\"a\": 1, \"b\": 2}", "a", "x", "{\"x\": 1, \"b\": 2}");
    rename("{'a': 1}", "a", "it's", "{'it\\'s': 1}");
    rename("{a: 1}", "a", "a", "{a: 1}");
    rename("{\\u0061: 1}", "a", "b", "{b: 1}");
    rename("{a: 1, a: 2}", "a", "b", "{b: 1, b: 2}");
    rename("{a: {b: {c: 1}}}", "a.b", "x", "{a: {x: {c: 1}}}");
}

#[test]
fn removing_follows_the_layout() {
    remove("{\n  a: 1,\n  b: 2\n}", "b", "{\n  a: 1\n}");
    remove("{\n  a: 1,\n  b: 2\n}", "a", "{\n  b: 2\n}");
    remove("{\n  a: 1,\n\n  b: 2,\n\n  c: 3,\n}", "b", "{\n  a: 1,\n\n\n  c: 3,\n}");
    remove("{\n  a: 1,\n\n  b: 2,\n}", "b", "{\n  a: 1,\n}");
    remove(
        "{\n  // about all\n\n  // about a\n  // and more\n  a: 1,\n  b: 2,\n}",
        "a",
        "{\n  // about all\n\n  b: 2,\n}",
    );
    remove("{ // about all\n  a: 1,\n  b: 2,\n}", "a", "{ // about all\n  b: 2,\n}");
    remove("{a: 1, b: 2 /* two */, c: 3}", "b", "{a: 1, c: 3}");
    remove("{a: 1 /* one */, b: 2}", "a", "{b: 2}");
    remove("{\n  a: 1, b: 2, // two\n  c: 3,\n}", "b", "{\n  a: 1,\n  c: 3,\n}");
    remove("{\n  a: 1, // one\n  b: 2, // two\n  // tail\n}", "b", "{\n  a: 1, // one\n  // tail\n}");
    remove("{\r\n  a: 1,\r\n  b: 2,\r\n}\r\n", "a", "{\r\n  b: 2,\r\n}\r\n");
    remove("{\r\ta: 1,\r\tb: 2\r}", "b", "{\r\ta: 1\r}");
    remove("{\n  a: {\n    b: 1,\n  },\n}", "a.b", "{\n  a: {},\n}");
    remove("[\n  1, // one\n  2, // two\n]", "[0]", "[\n  2, // two\n]");
    remove("[ 1 ]", "[0]", "[]");
    remove("{a: 1\n// of nobody\n\n, b: 2}", "a", "{\n// of nobody\n\n b: 2}");
    remove("{a: 'x', // }\n b: 2}", "a", "{b: 2}");
}

#[test]
fn members_move_with_their_comments() {
    let text = "{\n  // one\n  a: 1, // uno\n  b: 2,\n  // three\n  c: 3 // tre\n}";
    check(
        text,
        |e| {
            e.move_after(&p("a"), &p("c"));
        },
        "{\n  b: 2,\n  // three\n  c: 3, // tre\n  // one\n  a: 1 // uno\n}",
    );
    check(
        text,
        |e| {
            e.move_before(&p("c"), &p("a"));
        },
        "{\n  // three\n  c: 3, // tre\n  // one\n  a: 1, // uno\n  b: 2\n}",
    );
    check(
        text,
        |e| {
            e.move_before(&p("a"), &p("b"));
        },
        text,
    );
    check(
        text,
        |e| {
            e.move_after(&p("b"), &p("a"));
        },
        text,
    );
    check(
        "{a: 1, b: 2, c: 3}",
        |e| {
            e.move_after(&p("a"), &p("b"));
        },
        "{b: 2, a: 1, c: 3}",
    );
    check(
        "[1, 2, 3]",
        |e| {
            e.move_before(&p("[2]"), &p("[0]"));
        },
        "[3, 1, 2]",
    );
    // edits inside come along
    check(
        "{a: {x: 1}, b: 2}",
        |e| {
            e.set(&p("a.x"), 9).rename(&p("a"), "z").move_after(&p("z"), &p("b")).set(&p("z.y"), 8);
        },
        "{b: 2, z: {x: 9, y: 8}}",
    );
    // a line comment does not swallow what comes behind it
    check(
        "{ a: 1, b: 2, // two\n  c: 3 }",
        |e| {
            e.move_before(&p("b"), &p("a"));
        },
        "{ b: 2, // two\n  a: 1,\n  c: 3 }",
    );
}

/// Moves a member or item, compares, removes another one and compares again.
#[track_caller]
fn move_and_remove(
    before: &str,
    (from, is_after, to): (&str, bool, &str),
    after: &str,
    other: &str,
    left: &str,
) {
    check(
        before,
        |e| {
            if is_after {
                e.move_after(&p(from), &p(to))
            } else {
                e.move_before(&p(from), &p(to))
            };
        },
        after,
    );
    remove(after, other, left);
}

#[test]
fn what_moves_stays_below_its_comments() {
    move_and_remove(
        "{\n  // about a\n  a: 1, b: 2,\n}",
        ("a", true, "b"),
        "{\n  b: 2,\n  // about a\n  a: 1,\n}",
        "b",
        "{\n  // about a\n  a: 1,\n}",
    );
    move_and_remove(
        "[\n  // about 1\n  1, 2, 3\n]",
        ("[0]", true, "[1]"),
        "[\n  2,\n  // about 1\n  1, 3\n]",
        "[0]",
        "[\n  // about 1\n  1, 3\n]",
    );
    check(
        "[1, 2,\n  // about 3\n  3]",
        |e| {
            e.move_before(&p("[2]"), &p("[1]"));
        },
        "[1,\n  // about 3\n  3, 2]",
    );
    check(
        "[1, 2, 3,\n  // about 4\n  4]",
        |e| {
            e.move_before(&p("[3]"), &p("[1]")).move_before(&p("[3]"), &p("[1]"));
        },
        "[1, 3,\n  // about 4\n  4, 2]",
    );
    // none stays in its place
    check(
        "{ a: 1, b: 2,\n  // about c\n  c: 3, d: 4 }",
        |e| {
            e.move_after(&p("a"), &p("d")).remove(&p("b")).move_before(&p("d"), &p("c"));
            e.move_after(&p("c"), &p("a"));
        },
        "{ d: 4, a: 1,\n  // about c\n  c: 3 }",
    );
}

#[test]
fn what_moves_keeps_its_block_comments_before_its_comma() {
    move_and_remove(
        "{ a: 1, b: 2 /* x */ }",
        ("b", false, "a"),
        "{ b: 2 /* x */, a: 1 }",
        "a",
        "{ b: 2 /* x */ }",
    );
    move_and_remove(
        "{ a: 1, b: 2 /* x */, c: 3 }",
        ("b", false, "a"),
        "{ b: 2 /* x */, a: 1, c: 3 }",
        "b",
        "{ a: 1, c: 3 }",
    );
    move_and_remove(
        "{ a: 1,\n  b: 2 /* x */\n}",
        ("b", false, "a"),
        "{ b: 2 /* x */, a: 1\n}",
        "b",
        "{ a: 1\n}",
    );
    move_and_remove("[1 /* x */, 2]", ("[0]", true, "[1]"), "[2, 1 /* x */]", "[1]", "[2]");
}

#[test]
fn edits_of_a_batch_see_each_other() {
    let text = "{\n  a: 1,\n}";
    check(
        text,
        |e| {
            e.set(&p("b"), 2).set(&p("c"), 3);
        },
        "{\n  a: 1,\n  b: 2,\n  c: 3,\n}",
    );
    check(
        text,
        |e| {
            e.set(&p("m.x.k"), 2).set(&p("m.x.l"), 3).set(&p("m.y"), 4);
        },
        "{\n  a: 1,\n  m: {\n    x: {\n      k: 2,\n      l: 3,\n    },\n    y: 4,\n  },\n}",
    );
    check(
        text,
        |e| {
            e.set(&p("b"), 2).remove(&p("b"));
        },
        text,
    );
    check(
        text,
        |e| {
            e.set(&p("a"), 2).set(&p("a"), 1);
        },
        text,
    );
    check(
        text,
        |e| {
            e.remove(&p("a")).set(&p("b"), 2);
        },
        "{\n  b: 2,\n}",
    );
    check(
        text,
        |e| {
            e.remove(&p("a")).set(&p("a.b"), 2);
        },
        "{\n  a: {\n    b: 2,\n  },\n}",
    );
    check(
        text,
        |e| {
            e.rename(&p("a"), "b").set(&p("b"), 2).set(&p("a"), 3);
        },
        "{\n  b: 2,\n  a: 3,\n}",
    );
    check(
        text,
        |e| {
            e.set(&p("b.c"), 2).remove(&p("b.c"));
        },
        "{\n  a: 1,\n  b: {},\n}",
    );
    check(
        "[1, 2, 3]",
        |e| {
            e.remove(&p("[0]")).remove(&p("[0]")).append(&p("."), 4);
        },
        "[3, 4]",
    );
    check(
        "{a: 1, b: 2, c: 3}",
        |e| {
            e.remove(&p("b")).remove(&p("c")).set(&p("d"), 4);
        },
        "{a: 1, d: 4}",
    );
    check(
        "{a: 1, b: 2}",
        |e| {
            e.remove(&p("a")).remove(&p("b")).set(&p("c"), 3);
        },
        "{c: 3}",
    );
    check(
        "{a: [1], b: [2]}",
        |e| {
            e.append(&p("a"), 8).append(&p("b"), 9);
        },
        "{a: [1, 8], b: [2, 9]}",
    );
}

#[test]
fn an_equal_value_in_the_place_of_another_is_written_in_its_own_order() {
    let sets = |before: &str, values: &[(&str, &str)], after: &str| {
        check(
            before,
            |e| {
                for (path, value) in values {
                    e.set(&p(path), v(value));
                }
            },
            after,
        );
    };
    sets("{x: {b: 1, a: 2}}", &[("x", "1"), ("x", "{a: 2, b: 1}")], "{x: {a: 2, b: 1}}");
    sets("{x: {b: 1, /* a */ a: 0x2}}", &[("x", "1"), ("x", "{b: 1, a: 2}")], "{x: {b: 1, /* a */ a: 0x2}}");
    sets("{x: {a: 1, a: 2}}", &[("x", "1"), ("x", "{a: 2}")], "{x: {a: 2}}");
    sets("{x: {b: 1, a: 2}}", &[("x", "1"), ("x", "{}"), ("x.a", "2"), ("x.b", "1")], "{x: {a: 2, b: 1}}");
    sets("[{b: 1, a: 2}]", &[("[0]", "null"), ("[0]", "{a: 2, b: 1}")], "[{a: 2, b: 1}]");
}

#[test]
fn thousands_of_edits_go_into_one_batch() {
    let mut text = String::from("{\n  first: 0,\n  old: {},\n");
    let doc = Document::parse(format!("{text}}}")).expect("JSON5");
    let mut edits = doc.edit();
    for n in 0..8000 {
        edits.set(&Path::keys([format!("key{n}")]), n);
        text.push_str(&format!("  key{n}: {n},\n"));
    }
    let edited = edits.apply().expect("applies");
    assert_eq!(edited.as_str(), format!("{text}}}"));
    let mut edits = edited.edit();
    for n in 0..8000 {
        edits.remove(&Path::keys([format!("key{n}")]));
    }
    assert_eq!(edits.apply().expect("applies").as_str(), doc.as_str());
}

#[test]
fn depth_and_size_are_bounded() {
    let brackets = "[".repeat(100_000);
    let error = Document::parse(brackets.as_str()).expect_err("too deep");
    assert_eq!(error.span(), 128..129);
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Document::parse(nested(128)).is_ok());
    assert!(Document::parse(nested(129)).is_err());
    let limits = openclaw_json5_edit::Limits { max_depth: usize::MAX, max_bytes: usize::MAX };
    let deepest = openclaw_json5_edit::Limits::MAX_DEPTH;
    assert!(Document::parse_with(nested(deepest + 1), &limits).is_err());
    // at the highest depth everything still works on a test thread's stack
    let doc = Document::parse_with(nested(deepest), &limits).expect("deep");
    assert_eq!(doc.root().to_owned_value(), doc.root().to_owned_value());
    let innermost = (0..deepest - 1).fold(Path::root(), |path, _| path.index(0));
    let mut edits = doc.edit();
    edits.append(&innermost, 1);
    assert!(edits.apply().expect("applies").as_str().contains("[[1]"), "{:?}", doc.as_str());
    // a path of a hundred thousand steps is an error, not an overflow
    let path = Path::keys(vec!["a"; 100_000]);
    let doc = Document::parse("{}").expect("JSON5");
    let mut edits = doc.edit();
    edits.set(&path, 1);
    assert_eq!(edits.apply().expect_err("too deep").kind(), openclaw_json5_edit::EditErrorKind::TooDeep);
}
