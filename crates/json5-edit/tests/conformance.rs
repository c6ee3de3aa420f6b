//! What is JSON5 and what is not, by section of the specification; json5 has to agree.

use openclaw_json5_edit::{Document, Value, ValueKind};
use serde::de::IgnoredAny;

/// A value as text: numbers as `f64`, strings decoded.
fn show(value: Value<'_>) -> String {
    match value.kind() {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool => format!("{:?}", value.as_bool().expect("a boolean")),
        ValueKind::Number => format!("{:?}", value.as_f64().expect("a number")),
        ValueKind::String => format!("{:?}", value.as_str().expect("a string")),
        ValueKind::Array => format!("[{}]", value.items().map(show).collect::<Vec<_>>().join(" ")),
        ValueKind::Object => {
            let members =
                value.members().map(|member| format!("{:?}:{}", member.key(), show(member.value())));
            format!("{{{}}}", members.collect::<Vec<_>>().join(" "))
        }
    }
}

#[track_caller]
fn accept(cases: &[(&str, &str)]) {
    for (text, shown) in cases {
        match Document::parse(*text) {
            Ok(doc) => assert_eq!(&show(doc.root()), shown, "in {text:?}"),
            Err(error) => assert_eq!(Err(error), Ok(()), "in {text:?}"),
        }
        assert!(json5::from_str::<IgnoredAny>(text).is_ok(), "json5 refuses {text:?}");
    }
}

#[track_caller]
fn reject(cases: &[&str]) {
    for text in cases {
        assert!(Document::parse(*text).is_err(), "accepted {text:?}");
        assert!(json5::from_str::<IgnoredAny>(text).is_err(), "json5 accepts {text:?}");
    }
}

#[test]
fn values() {
    accept(&[
        ("null", "null"),
        ("true", "true"),
        ("false", "false"),
        ("1", "1.0"),
        ("'a'", r#""a""#),
        ("[]", "[]"),
        ("{}", "{}"),
        ("[null,true,false,NaN,Infinity]", "[null true false NaN inf]"),
    ]);
    reject(&[
        "",
        " ",
        "\n",
        "// only a comment",
        "/* only a comment */",
        "undefined",
        "None",
        "nul",
        "nulll",
        "True",
        "TRUE",
        "tru\\u0065",
        "null null",
        "1 2",
        "{} {}",
        "[] 1",
        "'a' 'b'",
        "\u{0}",
        "#",
        "`a`",
        "()",
        "a",
        "null,",
        ",",
        ":",
        "}",
        "]",
        "{]",
        "[}",
        "nullx",
        "null\u{e9}",
        "true1",
    ]);
}

#[test]
fn objects() {
    accept(&[
        ("{a:1}", r#"{"a":1.0}"#),
        ("{'a':1}", r#"{"a":1.0}"#),
        ("{\"a\":1}", r#"{"a":1.0}"#),
        ("{a:1,}", r#"{"a":1.0}"#),
        ("{a:1,b:2}", r#"{"a":1.0 "b":2.0}"#),
        ("{a:1,a:2}", r#"{"a":1.0 "a":2.0}"#),
        ("{'':1}", r#"{"":1.0}"#),
        ("{__proto__:1}", r#"{"__proto__":1.0}"#),
        ("{null:1,true:2,false:3}", r#"{"null":1.0 "true":2.0 "false":3.0}"#),
        ("{Infinity:1,NaN:2,undefined:3}", r#"{"Infinity":1.0 "NaN":2.0 "undefined":3.0}"#),
        ("{if:1,class:2,new:3}", r#"{"if":1.0 "class":2.0 "new":3.0}"#),
        ("{a:{b:{c:{}}}}", r#"{"a":{"b":{"c":{}}}}"#),
        ("{'a b':1,'a-b':2,'1':3}", r#"{"a b":1.0 "a-b":2.0 "1":3.0}"#),
        ("{'\\x61':1}", r#"{"a":1.0}"#),
        ("{'a\\\nb':1}", r#"{"ab":1.0}"#),
    ]);
    reject(&[
        "{",
        "{a",
        "{a:",
        "{a:1",
        "{a:1,",
        "{,}",
        "{a:1,,}",
        "{,a:1}",
        "{a}",
        "{a,}",
        "{a 1}",
        "{a=1}",
        "{a::1}",
        "{a:}",
        "{:1}",
        "{a:1 b:2}",
        "{a:1;b:2}",
        "{1:1}",
        "{-a:1}",
        "{a-b:1}",
        "{a.b:1}",
        "{[a]:1}",
        "{{}:1}",
        "{'a:1}",
        "{...a}",
        "{#a:1}",
        "{a:1]",
        "{@:1}",
    ]);
}

#[test]
fn arrays() {
    accept(&[
        ("[1]", "[1.0]"),
        ("[1,]", "[1.0]"),
        ("[1,2,3]", "[1.0 2.0 3.0]"),
        ("[[],[[]],{}]", "[[] [[]] {}]"),
        ("[\n1\n,\n2\n,\n]", "[1.0 2.0]"),
        ("['a',\"b\",null]", r#"["a" "b" null]"#),
    ]);
    reject(&[
        "[", "[1", "[1,", "[,]", "[1,,]", "[,1]", "[1 2]", "[1;2]", "[1]]", "[[1]", "[a]", "[1:2]", "[...1]",
    ]);
}

#[test]
fn strings() {
    accept(&[
        ("''", r#""""#),
        ("\"\"", r#""""#),
        ("'\"'", r#""\"""#),
        ("\"'\"", r#""'""#),
        ("'\\''", r#""'""#),
        ("\"\\\"\"", r#""\"""#),
        ("'\\\\'", r#""\\""#),
        ("'\\/'", r#""/""#),
        ("'\\b\\f\\n\\r\\t\\v\\0'", r#""\u{8}\u{c}\n\r\t\u{b}\0""#),
        ("'\\0a'", r#""\0a""#),
        ("'\\x41\\x7a'", r#""Az""#),
        ("'\\u0041\\u00e9\\u00E9'", r#""Aéé""#),
        ("'\\uD83D\\uDE00'", r#""😀""#),
        ("'\\uDBFF\\uDFFF'", r#""\u{10ffff}""#),
        ("'\\a\\q\\$\\ '", r#""aq$ ""#),
        ("'\\\u{e9}\\\u{1F600}'", r#""é😀""#),
        ("'a\\\nb'", r#""ab""#),
        ("'a\\\r\nb'", r#""ab""#),
        ("'a\\\rb'", r#""ab""#),
        ("'a\\\u{2028}b\\\u{2029}c'", r#""abc""#),
        ("'a\\\n\\\n\\\nb'", r#""ab""#),
        ("'\u{2028}\u{2029}'", r#""\u{2028}\u{2029}""#),
        ("'\t\u{1}\u{7f}'", r#""\t\u{1}\u{7f}""#),
        ("'\u{0}'", r#""\0""#),
        ("'// /* */'", r#""// /* */""#),
        ("'\u{FEFF}'", r#""\u{feff}""#),
        ("'caf\u{e9} \u{1F600}'", r#""café 😀""#),
        ("'\\u2028'", r#""\u{2028}""#),
        ("'\\X41\\U0041'", r#""X41U0041""#),
    ]);
    reject(&[
        "'",
        "\"",
        "'a",
        "'a\"",
        "'\\",
        "'\\'",
        "'a\nb'",
        "'a\rb'",
        "\"a\r\nb\"",
        "'\\1'",
        "'\\9'",
        "'\\01'",
        "'\\00'",
        "'\\x'",
        "'\\x4'",
        "'\\x4g'",
        "'\\u'",
        "'\\u1'",
        "'\\u12'",
        "'\\u123'",
        "'\\u12g4'",
        "'\\u{41}'",
        "'\\uD800'",
        "'\\uDC00'",
        "'\\uD83Dx'",
        "'\\uD83D\\n'",
        "'\\uD83D\\u0041'",
        "'\\uD83D\\uD83D'",
        "'\\uDE00\\uD83D'",
        "'a''b'",
        "'\\uD83D\\",
        "'\\uD83D\\u",
    ]);
}

#[test]
fn numbers() {
    accept(&[
        ("0", "0.0"),
        ("-0", "-0.0"),
        ("+0", "0.0"),
        ("0.", "0.0"),
        (".0", "0.0"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("5.e3", "5000.0"),
        (".5e-3", "0.0005"),
        ("+1", "1.0"),
        ("-1", "-1.0"),
        ("+.5", "0.5"),
        ("-.5", "-0.5"),
        ("1e3", "1000.0"),
        ("1E+3", "1000.0"),
        ("1e-3", "0.001"),
        ("0e0", "0.0"),
        ("1e400", "inf"),
        ("-1e400", "-inf"),
        ("1e-400", "0.0"),
        ("0x0", "0.0"),
        ("0x1F", "31.0"),
        ("0XfF", "255.0"),
        ("-0x1F", "-31.0"),
        ("+0xa", "10.0"),
        ("0x00ff", "255.0"),
        ("0xFFFFFFFFFFFFFFFF", "1.8446744073709552e19"),
        ("0x20000000000001", "9007199254740992.0"),
        ("Infinity", "inf"),
        ("+Infinity", "inf"),
        ("-Infinity", "-inf"),
        ("NaN", "NaN"),
        ("+NaN", "NaN"),
        ("-NaN", "NaN"),
        ("18446744073709551615", "1.8446744073709552e19"),
        ("340282366920938463463374607431768211456", "3.402823669209385e38"),
        ("0.1", "0.1"),
        ("5e-324", "5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e308"),
    ]);
    reject(&[
        "00",
        "01",
        "-01",
        "08",
        "0_1",
        "1_000",
        "1n",
        "1a",
        "1.2.3",
        "1..",
        "..1",
        ".",
        "-",
        "+",
        "+.",
        "-.",
        ".e1",
        "1e",
        "1e+",
        "1e-",
        "1e1.5",
        "1e1e1",
        "0x",
        "0xg",
        "0x1.8",
        "0x1p3",
        "x1",
        "0b1",
        "0o7",
        "1,2",
        "++1",
        "--1",
        "+-1",
        "- 1",
        "-\n1",
        "+/**/1",
        "infinity",
        "nan",
        "Inf",
        "-Inf",
        "Infinityx",
        "Infinity1",
        "NaNN",
        "-null",
        "+true",
        "+'1'",
        "1e 1",
        "0x 1",
        "1\u{e9}",
        "\u{FF11}",
        "\u{2212}1",
        "1\\u0030",
    ]);
}

#[test]
fn comments() {
    accept(&[
        ("1//", "1.0"),
        ("1// x", "1.0"),
        ("// x\n1", "1.0"),
        ("// x\r1", "1.0"),
        ("// x\r\n1", "1.0"),
        ("// x\u{2028}1", "1.0"),
        ("// x\u{2029}1", "1.0"),
        ("// \u{2027}\u{202A}\u{e2}\n1", "1.0"),
        ("/**/1", "1.0"),
        ("/***/1", "1.0"),
        ("/* * / ** */1", "1.0"),
        ("/*/ x */1", "1.0"),
        ("/* // */1", "1.0"),
        ("// /*\n1", "1.0"),
        ("/* a\n b */1", "1.0"),
        ("1/**//**///", "1.0"),
        ("/*0*/{/*1*/a/*2*/:/*3*/1/*4*/,/*5*/}/*6*/", r#"{"a":1.0}"#),
        ("//0\n{//1\na//2\n://3\n1//4\n,//5\n}//6", r#"{"a":1.0}"#),
        ("[/**/1/**/,/**/2/**/]", "[1.0 2.0]"),
        ("['/*',1,'*/']", r#"["/*" 1.0 "*/"]"#),
        ("// \u{85} no line break\n1", "1.0"),
    ]);
    reject(&[
        "/",
        "1/",
        "/ /1",
        "/*",
        "/* *",
        "/*/",
        "/* /* */ */1",
        "1 // x\n2",
        "1/* *",
        "# x\n1",
        "<!-- -->1",
        "/* */",
        "/+1",
        "{/a:1}",
        "[1/]",
    ]);
}

#[test]
fn white_space() {
    accept(&[
        (" \t\n\r\u{B}\u{C}1", "1.0"),
        ("\u{A0}1\u{A0}", "1.0"),
        ("\u{FEFF}1", "1.0"),
        ("\u{FEFF}{\u{FEFF}a\u{FEFF}:\u{FEFF}1\u{FEFF}}\u{FEFF}", r#"{"a":1.0}"#),
        ("\u{2028}1\u{2029}", "1.0"),
        ("\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}1", "1.0"),
        ("\u{2006}\u{2007}\u{2008}\u{2009}\u{200A}\u{202F}\u{205F}\u{3000}1", "1.0"),
        ("[null\u{A0},true\u{3000}]", "[null true]"),
        ("{\ra\r:\r1\r}\r", r#"{"a":1.0}"#),
        ("{\r\n\ta: 1,\r\n}\r\n", r#"{"a":1.0}"#),
    ]);
    reject(&[
        "\u{85}1",
        "1\u{85}",
        "\u{200B}1",
        "\u{180E}1",
        "\u{2060}1",
        "\u{0}1",
        "1\u{1}",
        "\u{1C}1",
        "\u{200C}1",
        "[1\u{85}]",
    ]);
}

#[test]
fn identifiers() {
    accept(&[
        ("{$:1}", r#"{"$":1.0}"#),
        ("{_:1}", r#"{"_":1.0}"#),
        ("{$_a1:1}", r#"{"$_a1":1.0}"#),
        ("{caf\u{e9}:1}", r#"{"café":1.0}"#),
        ("{\u{43a}\u{43b}\u{44e}\u{447}:1}", r#"{"ключ":1.0}"#),
        ("{\u{540d}\u{524d}:1}", r#"{"名前":1.0}"#),
        ("{\u{1D4D0}:1}", r#"{"𝓐":1.0}"#),
        ("{\u{2160}:1}", r#"{"Ⅰ":1.0}"#),
        ("{\\u0061:1}", r#"{"a":1.0}"#),
        ("{a\\u0062c:1}", r#"{"abc":1.0}"#),
        ("{a\\u0031:1}", r#"{"a1":1.0}"#),
        ("{\\uD835\\uDCD0:1}", r#"{"𝓐":1.0}"#),
        ("{a\u{200C}b\u{200D}:1}", r#"{"a\u{200c}b\u{200d}":1.0}"#),
        ("{a\u{301}:1}", r#"{"a\u{301}":1.0}"#),
        ("{a\u{903}:1}", r#"{"aः":1.0}"#),
        ("{a\u{203F}\u{660}:1}", r#"{"a‿٠":1.0}"#),
        ("{\u{37A}:1}", r#"{"ͺ":1.0}"#),
        ("{\u{FF9E}:1}", r#"{"\u{ff9e}":1.0}"#),
    ]);
    reject(&[
        "{1a:1}",
        "{\u{301}a:1}",
        "{\u{200D}a:1}",
        "{\u{660}:1}",
        "{a\\x62:1}",
        "{\\u0031a:1}",
        "{\\u002D:1}",
        "{a\\u002Db:1}",
        "{a\\u0020:1}",
        "{\\:1}",
        "{a\\",
        "{a\\u006:1}",
        "{\\uD835:1}",
        "{\\uDCD0:1}",
        "{\u{1F600}:1}",
        "{\u{2118}:1}",
        "{a\u{B7}:1}",
        "{a\u{20AC}:1}",
        "{a b:1}",
        "{a\u{85}:1}",
        "{\\u{61}:1}",
        "{\u{2FF}:1}",
    ]);
}

#[test]
fn what_json5_cannot_read() {
    // it has 128 bits for hexadecimal numbers; the specification has no limit
    let long = format!("0x1{}", "0".repeat(40));
    let doc = Document::parse(long.as_str()).expect("JSON5");
    assert_eq!(doc.root().as_f64(), Some(2.0_f64.powi(160)));
    assert!(json5::from_str::<IgnoredAny>(&long).is_err());
    let doc = Document::parse(format!("-0x8{}1", "0".repeat(300))).expect("JSON5");
    assert_eq!(doc.root().as_f64(), Some(-f64::INFINITY));
    // a tie that only the last digit breaks
    let doc = Document::parse(format!("0x20000000000001{}1", "0".repeat(30))).expect("JSON5");
    assert_eq!(doc.root().as_f64(), Some(9_007_199_254_740_994.0 * 2.0_f64.powi(124)));
}

#[test]
fn every_json_document_is_read_as_serde_json_reads_it() {
    for text in [
        r#"{"a":[1,2.5,-3e2,"x\u00e9\n\"\\\/"],"b":{"c":null,"d":true},"":{}}"#,
        r#"[[],[{}],"😀",0.1,1E5,-0.0]"#,
        "\"\\ud83d\\ude00\"",
    ] {
        let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let doc = Document::parse(text).expect("JSON is JSON5");
        fn same(json: &serde_json::Value, ours: Value<'_>) -> bool {
            match json {
                serde_json::Value::Null => ours.is_null(),
                serde_json::Value::Bool(b) => ours.as_bool() == Some(*b),
                serde_json::Value::Number(n) => ours.as_f64() == n.as_f64(),
                serde_json::Value::String(s) => ours.as_str().as_deref() == Some(s),
                serde_json::Value::Array(a) => {
                    a.len() == ours.items().count() && a.iter().zip(ours.items()).all(|(j, o)| same(j, o))
                }
                serde_json::Value::Object(o) => {
                    o.len() == ours.members().count()
                        && o.iter().all(|(k, j)| ours.get(k).is_some_and(|v| same(j, v)))
                }
            }
        }
        assert!(same(&json, doc.root()), "{text}");
    }
}
