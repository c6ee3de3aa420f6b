//! Every message, read by a person before it was put here.

use insta::assert_snapshot;
use openclaw_json5_edit::{Document, Limits, NewValue, Number, Path};

/// One line for each text: the text, the kind of error and the message.
fn parse_errors(texts: &[&str]) -> String {
    let limits = Limits { max_depth: 3, max_bytes: 60 };
    let lines = texts.iter().map(|text| match Document::parse_with(*text, &limits) {
        Ok(_) => format!("{text:?} is fine"),
        Err(error) => {
            let opened = error.opened().map_or(String::new(), |span| format!(" opened {span:?}"));
            format!("{text:?} {:?} {:?}{opened}\n    {error}", error.kind(), error.span())
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn of_values() {
    assert_snapshot!(parse_errors(&[
        "", "  // x", "undefined", "{a: None}", "{key: hf_secret_token}", "[1 2]", "[1, }", "[1}", "[x]", "[", "{a: 1",
        "{a: 1 b: 2}", "{a: 1]", "{a}", "{a:}", "{-a: 1}", "{a-b: 1}", "{1: 1}", "{} {}", "1 x", "}", "{a: `x`}",
        "{a: \u{85}1}", "[\u{200B}]", "{a: #}", "{a: 1\n\n  b: 2}",
    ]), @r#"
    "" UnexpectedEnd 0..0
        expected a value, found the end of the text at line 1, column 1
    "  // x" UnexpectedEnd 6..6
        expected a value, found the end of the text at line 1, column 7
    "undefined" Unexpected 0..9
        expected a value, found `undefined` at line 1, column 1
    "{a: None}" Unexpected 4..8 opened 0..1
        expected a value, found `None` at line 1, column 5
    "{key: hf_secret_token}" Unexpected 6..21 opened 0..1
        expected a value, found a word without quotes at line 1, column 7
    "[1 2]" Unexpected 3..4 opened 0..1
        expected `,` or `]`, found `2` at line 1, column 4
    "[1, }" Unexpected 4..5 opened 0..1
        expected a value or `]`, found `}` at line 1, column 5
    "[1}" Unexpected 2..3 opened 0..1
        expected `,` or `]`, found `}` at line 1, column 3
    "[x]" Unexpected 1..2 opened 0..1
        expected a value or `]`, found `x` at line 1, column 2
    "[" UnexpectedEnd 1..1 opened 0..1
        expected a value or `]`, found the end of the text at line 1, column 2
    "{a: 1" UnexpectedEnd 5..5 opened 0..1
        expected `,` or `}`, found the end of the text at line 1, column 6
    "{a: 1 b: 2}" Unexpected 6..7 opened 0..1
        expected `,` or `}`, found `b` at line 1, column 7
    "{a: 1]" Unexpected 5..6 opened 0..1
        expected `,` or `}`, found `]` at line 1, column 6
    "{a}" Unexpected 2..3 opened 0..1
        expected `:` after the key, found `}` at line 1, column 3
    "{a:}" Unexpected 3..4 opened 0..1
        expected a value, found `}` at line 1, column 4
    "{-a: 1}" Unexpected 1..2 opened 0..1
        expected a key or `}`, found `-` at line 1, column 2
    "{a-b: 1}" Unexpected 2..3 opened 0..1
        expected `:` after the key, found `-` at line 1, column 3
    "{1: 1}" Unexpected 1..2 opened 0..1
        expected a key or `}`, found `1` at line 1, column 2
    "{} {}" TrailingText 3..4
        expected the end of the text, found `{` at line 1, column 4
    "1 x" TrailingText 2..3
        expected the end of the text, found `x` at line 1, column 3
    "}" Unexpected 0..1
        expected a value, found `}` at line 1, column 1
    "{a: `x`}" Unexpected 4..5 opened 0..1
        expected a value, found a backtick at line 1, column 5
    "{a: \u{85}1}" Unexpected 4..6 opened 0..1
        expected a value, found U+0085 at line 1, column 5
    "[\u{200b}]" Unexpected 1..4 opened 0..1
        expected a value or `]`, found U+200B at line 1, column 2
    "{a: #}" Unexpected 4..5 opened 0..1
        expected a value, found `#` at line 1, column 5
    "{a: 1\n\n  b: 2}" Unexpected 9..10 opened 0..1
        expected `,` or `}`, found `b` at line 3, column 3
    "#);
}

#[test]
fn of_strings() {
    assert_snapshot!(parse_errors(&[
        "'a", "\"a", "'a\nb'", "\"a\rb\"", "'\\", "'\\1'", "'\\01'", "'\\x4'", "'\\xg0'", "'\\u12'", "'\\uD800'",
        "'\\uDC00'", "'\\uD83D\\u0041'", "'\\u12", "{'a: 1}",
    ]), @r#"
    "'a" UnclosedString 2..2 opened 0..1
        expected `'` to end the string, found the end of the text at line 1, column 3
    "\"a" UnclosedString 2..2 opened 0..1
        expected `"` to end the string, found the end of the text at line 1, column 3
    "'a\nb'" LineBreakInString 2..3 opened 0..1
        expected `'` to end the string, found a line break at line 1, column 3
    "\"a\rb\"" LineBreakInString 2..3 opened 0..1
        expected `"` to end the string, found a line break at line 1, column 3
    "'\\" UnclosedString 2..2 opened 0..1
        expected a character after `\`, found the end of the text at line 1, column 3
    "'\\1'" InvalidEscape 1..3 opened 0..1
        expected an escape that is not octal, such as `\x07`, found `\1` at line 1, column 2
    "'\\01'" InvalidEscape 1..4 opened 0..1
        expected an escape that is not octal, such as `\x07`, found `\01` at line 1, column 2
    "'\\x4'" InvalidEscape 4..5 opened 0..1
        expected two hexadecimal digits after `\x`, found `'` at line 1, column 5
    "'\\xg0'" InvalidEscape 3..4 opened 0..1
        expected two hexadecimal digits after `\x`, found `g` at line 1, column 4
    "'\\u12'" InvalidEscape 5..6 opened 0..1
        expected four hexadecimal digits after `\u`, found `'` at line 1, column 6
    "'\\uD800'" LoneSurrogate 1..7 opened 0..1
        expected a low surrogate, `\uDC00` to `\uDFFF`, after a high one, found `\uD800` alone at line 1, column 2
    "'\\uDC00'" LoneSurrogate 1..7 opened 0..1
        expected a high surrogate, `\uD800` to `\uDBFF`, before a low one, found `\uDC00` alone at line 1, column 2
    "'\\uD83D\\u0041'" LoneSurrogate 1..7 opened 0..1
        expected a low surrogate, `\uDC00` to `\uDFFF`, after a high one, found `\uD83D` alone at line 1, column 2
    "'\\u12" UnclosedString 5..5 opened 0..1
        expected four hexadecimal digits after `\u`, found the end of the text at line 1, column 6
    "{'a: 1}" UnclosedString 7..7 opened 1..2
        expected `'` to end the string, found the end of the text at line 1, column 8
    "#);
}

#[test]
fn of_numbers() {
    assert_snapshot!(parse_errors(&["01", "-", "+x", "- 1", ".", "1e", "1e+", "0x", "0xg", "1_000", "1n", "1.2.3", "-Inf", "Infinity1", "1"]), @r#"
    "01" InvalidNumber 1..2
        expected no digit after a leading `0`, found `1` at line 1, column 2
    "-" UnexpectedEnd 1..1
        expected a digit, `.`, `Infinity` or `NaN`, found the end of the text at line 1, column 2
    "+x" InvalidNumber 1..2
        expected a digit, `.`, `Infinity` or `NaN`, found `x` at line 1, column 2
    "- 1" InvalidNumber 1..2
        expected a digit, `.`, `Infinity` or `NaN`, found a space at line 1, column 2
    "." UnexpectedEnd 1..1
        expected a digit, found the end of the text at line 1, column 2
    "1e" UnexpectedEnd 2..2
        expected a digit of the exponent, found the end of the text at line 1, column 3
    "1e+" UnexpectedEnd 3..3
        expected a digit of the exponent, found the end of the text at line 1, column 4
    "0x" UnexpectedEnd 2..2
        expected a hexadecimal digit after `0x`, found the end of the text at line 1, column 3
    "0xg" InvalidNumber 2..3
        expected a hexadecimal digit after `0x`, found `g` at line 1, column 3
    "1_000" InvalidNumber 1..2
        expected the end of the number, found `_` at line 1, column 2
    "1n" InvalidNumber 1..2
        expected the end of the number, found `n` at line 1, column 2
    "1.2.3" InvalidNumber 3..4
        expected the end of the number, found `.` at line 1, column 4
    "-Inf" InvalidNumber 1..2
        expected a digit, `.`, `Infinity` or `NaN`, found `I` at line 1, column 2
    "Infinity1" Unexpected 0..9
        expected a value, found a word without quotes at line 1, column 1
    "1" is fine
    "#);
}

#[test]
fn of_names_and_comments() {
    assert_snapshot!(parse_errors(&["{\\x61: 1}", "{\\", "{\\u0031: 1}", "{a\\u002D: 1}", "{\\uD835: 1}", "/", "/x", "/* x", "{/* x }", "{a /", "1/"]), @r#"
    "{\\x61: 1}" InvalidEscape 2..3 opened 0..1
        expected `u` after `\` in a key without quotes, found `x` at line 1, column 3
    "{\\" UnexpectedEnd 2..2 opened 0..1
        expected `u` after `\` in a key without quotes, found the end of the text at line 1, column 3
    "{\\u0031: 1}" InvalidIdentifier 1..7 opened 0..1
        expected the escape of a letter, `$` or `_`, found `\u0031` at line 1, column 2
    "{a\\u002D: 1}" InvalidIdentifier 2..8 opened 0..1
        expected the escape of a letter, digit, `$` or `_`, found `\u002D` at line 1, column 3
    "{\\uD835: 1}" LoneSurrogate 1..7 opened 0..1
        expected a low surrogate, `\uDC00` to `\uDFFF`, after a high one, found `\uD835` alone at line 1, column 2
    "/" UnexpectedEnd 1..1
        expected `/` or `*` to begin a comment, found the end of the text at line 1, column 2
    "/x" Unexpected 1..2
        expected `/` or `*` to begin a comment, found `x` at line 1, column 2
    "/* x" UnclosedComment 4..4 opened 0..2
        expected `*/` to end the comment, found the end of the text at line 1, column 5
    "{/* x }" UnclosedComment 7..7 opened 1..3
        expected `*/` to end the comment, found the end of the text at line 1, column 8
    "{a /" UnexpectedEnd 4..4 opened 0..1
        expected `/` or `*` to begin a comment, found the end of the text at line 1, column 5
    "1/" UnexpectedEnd 2..2
        expected `/` or `*` to begin a comment, found the end of the text at line 1, column 3
    "#);
}

#[test]
fn of_limits() {
    let long = "'".repeat(3) + &"\u{e9}".repeat(40);
    assert_snapshot!(parse_errors(&["[[[1]]]", "[[[[1]]]]", "{a: [{b: {}}]}", &long]), @r#"
    "[[[1]]]" is fine
    "[[[[1]]]]" TooDeep 3..4 opened 2..3
        expected at most 3 levels of nesting, found `[` at line 1, column 4
    "{a: [{b: {}}]}" TooDeep 9..10 opened 5..6
        expected at most 3 levels of nesting, found `{` at line 1, column 10
    "'''éééééééééééééééééééééééééééééééééééééééé" TooLarge 59..83
        expected at most 60 bytes, found 83 at line 1, column 32
    "#);
}

#[test]
fn of_positions() {
    assert_snapshot!(parse_errors(&[
        "\u{FEFF}x", "\n\u{FEFF}x", "\r\n\r\nx", "\r\rx", "\n\rx", "/*\u{2028}*/ x", "'\u{1F600}\u{e9}' x", "'\u{1F600}", "[\r\n1\r\n2]",
    ]), @r#"
    "\u{feff}x" Unexpected 3..4
        expected a value, found `x` at line 1, column 1
    "\n\u{feff}x" Unexpected 4..5
        expected a value, found `x` at line 2, column 2
    "\r\n\r\nx" Unexpected 4..5
        expected a value, found `x` at line 3, column 1
    "\r\rx" Unexpected 2..3
        expected a value, found `x` at line 3, column 1
    "\n\rx" Unexpected 2..3
        expected a value, found `x` at line 3, column 1
    "/*\u{2028}*/ x" Unexpected 8..9
        expected a value, found `x` at line 1, column 7
    "'😀é' x" TrailingText 9..10
        expected the end of the text, found `x` at line 1, column 6
    "'😀" UnclosedString 5..5 opened 0..1
        expected `'` to end the string, found the end of the text at line 1, column 3
    "[\r\n1\r\n2]" Unexpected 6..7 opened 0..1
        expected `,` or `]`, found `2` at line 3, column 1
    "#);
}

#[test]
fn of_paths() {
    let texts = [
        "",
        "a.",
        "a..b",
        ".a",
        "a[",
        "a[]",
        "a[0",
        "a]b",
        "a[0]b",
        "a['x]",
        "a['x'",
        "a['\\1']",
        "a[99999999999999999999]",
        "a\\",
        "a[\"\\uD800\"]",
        "[0].",
        "a[0]]",
    ];
    let lines = texts.map(|text| match text.parse::<Path>() {
        Ok(path) => format!("{text:?} is {path}"),
        Err(error) => format!("{text:?} {:?} {:?}\n    {error}", error.kind(), error.span()),
    });
    assert_snapshot!(lines.join("\n"), @r#"
    "" NoKey 0..0
        expected a key or `[`, found the end of the path
    "a." NoKey 2..2
        expected a key after `.`, found the end of the path
    "a..b" NoKey 2..3
        expected a key after `.`, found `.`
    ".a" NoKey 0..1
        expected a key or `[`, found `.`
    "a[" Bracket 2..2
        expected an index or a key after `[`, found the end of the path
    "a[]" Bracket 2..3
        expected an index or a key after `[`, found `]`
    "a[0" Bracket 3..3
        expected `]`, found the end of the path
    "a]b" Unexpected 1..2
        expected `.` or `[`, found `]`
    "a[0]b" Unexpected 4..5
        expected `.` or `[`, found `b`
    "a['x]" Quote 5..5
        expected `'` to end the string, found the end of the path
    "a['x'" Bracket 5..5
        expected `]`, found the end of the path
    "a['\\1']" Quote 3..5
        expected an escape that is not octal, such as `\x07`, found `\1`
    "a[99999999999999999999]" IndexTooLarge 2..22
        expected an index that fits a machine word, found `99999999999999999999`
    "a\\" NoKey 2..2
        expected a character after `\`, found the end of the path
    "a[\"\\uD800\"]" Quote 3..9
        expected a low surrogate, `\uDC00` to `\uDFFF`, after a high one, found `\uD800` alone
    "[0]." NoKey 4..4
        expected a key after `.`, found the end of the path
    "a[0]]" Unexpected 4..5
        expected `.` or `[`, found `]`
    "#);
}

#[test]
fn of_edits() {
    let limits = Limits { max_depth: 4, max_bytes: 80 };
    let doc =
        Document::parse_with("{a: 1, b: [1], c: {d: null}, e: 1, e: 2, 'x y': 's'}", &limits).expect("JSON5");
    let path = |text: &str| text.parse::<Path>().expect("a path");
    let deep = || NewValue::parse("[[1]]").expect("JSON5");
    let mut lines = Vec::new();
    let mut case = |edit: &dyn Fn(&mut openclaw_json5_edit::Edits<'_>)| {
        let mut edits = doc.edit();
        edit(&mut edits);
        lines.push(match edits.apply() {
            Ok(edited) => edited.to_string(),
            Err(error) => format!("{:?} {:?} at {}\n    {error}", error.kind(), error.edit(), error.path()),
        });
    };
    case(&|e| {
        e.remove(&path("f"));
    });
    case(&|e| {
        e.set(&path("f"), 1).remove(&path("b[1]"));
    });
    case(&|e| {
        e.set(&path("a.b.c"), 1);
    });
    case(&|e| {
        e.set(&path("b.x"), 1);
    });
    case(&|e| {
        e.set(&path("c[0]"), 1);
    });
    case(&|e| {
        e.set(&path("c.d.e"), 1);
    });
    case(&|e| {
        e.set(&path("['x y'].z"), 1);
    });
    case(&|e| {
        e.set(&path("b[2]"), 1);
    });
    case(&|e| {
        e.set(&path("n[1]"), 1);
    });
    case(&|e| {
        e.append(&path("a"), 1);
    });
    case(&|e| {
        e.insert_at(&path("b"), 3, 1);
    });
    case(&|e| {
        e.insert_at(&path("n"), 0, 1);
    });
    case(&|e| {
        e.insert_before(&path("a"), "b", 1);
    });
    case(&|e| {
        e.insert_after(&path("b[0]"), "x", 1);
    });
    case(&|e| {
        e.rename(&path("a"), "b");
    });
    case(&|e| {
        e.rename(&path("b[0]"), "x");
    });
    case(&|e| {
        e.remove(&path("."));
    });
    case(&|e| {
        e.move_before(&path("a"), &path("c.d"));
    });
    case(&|e| {
        e.move_after(&path("e"), &path("a"));
    });
    case(&|e| {
        e.set(&path("a"), 1).set(&path("c.d"), deep());
    });
    case(&|e| {
        e.set(&path("q.w.e.r.t"), 1);
    });
    case(&|e| {
        e.append(&path("b"), deep()).append(&path("b"), NewValue::array([deep()]));
    });
    case(&|e| {
        e.set(&path("a"), "x".repeat(40));
    });
    assert_snapshot!(lines.join("\n"), @r#"
    NotFound Some(0) at f
        edit 1, remove `f`: expected a value at `f`, found nothing
    NotFound Some(1) at b[1]
        edit 2, remove `b[1]`: expected a value at `b[1]`, found nothing
    WrongKind { expected: Object, found: Number } Some(0) at a
        edit 1, set `a.b.c`: expected an object at `a`, found a number
    WrongKind { expected: Object, found: Array } Some(0) at b
        edit 1, set `b.x`: expected an object at `b`, found an array
    WrongKind { expected: Array, found: Object } Some(0) at c
        edit 1, set `c[0]`: expected an array at `c`, found an object
    WrongKind { expected: Object, found: Null } Some(0) at c.d
        edit 1, set `c.d.e`: expected an object at `c.d`, found null
    WrongKind { expected: Object, found: String } Some(0) at ["x y"]
        edit 1, set `["x y"].z`: expected an object at `["x y"]`, found a string
    IndexOutOfRange { length: 1 } Some(0) at b[2]
        edit 1, set `b[2]`: expected an index within the array, found `b[2]` where the array has 1 item
    IndexOutOfRange { length: 0 } Some(0) at n[1]
        edit 1, set `n[1]`: expected an index within the array, found `n[1]` where the array has 0 items
    WrongKind { expected: Array, found: Number } Some(0) at a
        edit 1, append to `a`: expected an array at `a`, found a number
    IndexOutOfRange { length: 1 } Some(0) at b[3]
        edit 1, insert into `b`: expected an index within the array, found `b[3]` where the array has 1 item
    NotFound Some(0) at n
        edit 1, insert into `n`: expected a value at `n`, found nothing
    KeyExists Some(0) at b
        edit 1, insert before `a`: expected a new key, found `b` in the object already
    WrongKind { expected: Object, found: Array } Some(0) at b
        edit 1, insert after `b[0]`: expected an object at `b`, found an array
    KeyExists Some(0) at b
        edit 1, rename `a`: expected a new key, found `b` in the object already
    WrongKind { expected: Object, found: Array } Some(0) at b
        edit 1, rename `b[0]`: expected an object at `b`, found an array
    Root Some(0) at .
        edit 1, remove `.`: expected a key or an index, found the root
    NotSiblings Some(0) at c.d
        edit 1, move `a`: expected a place in the same container, found `c.d`
    Duplicate Some(0) at e
        edit 1, move `e`: expected one key, found `e` several times in the object
    {a: 1, b: [1], c: {d: [[1]]}, e: 1, e: 2, 'x y': 's'}
    TooDeep Some(0) at q.w.e.r.t
        edit 1, set `q.w.e.r.t`: expected a result within the depth limit, found a deeper one
    TooDeep Some(1) at b[2]
        edit 2, append to `b`: expected a result within the depth limit, found a deeper one
    TooLarge None at .
        expected a result within the size limit, found a larger one
    "#);
}

#[test]
fn of_numbers_alone() {
    assert_snapshot!("hf_secret".parse::<Number>().expect_err("no number"), @"not a JSON5 number");
}
