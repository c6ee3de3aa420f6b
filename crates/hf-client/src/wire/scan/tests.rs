use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

fn scanned(document: &[u8]) -> Option<&str> {
    let mut scan = Scan::new(document)?;
    let value = scan.value()?;
    scan.end().map(|()| value)
}

#[track_caller]
fn check(document: &str, expected: bool) {
    assert_eq!(scanned(document.as_bytes()).is_some(), expected, "{document}");
    let by_serde = serde_json::from_str::<&RawValue>(document);
    assert_eq!(by_serde.is_ok(), expected, "serde_json judges {document} otherwise");
}

#[test]
fn what_is_json_and_what_is_not() {
    for good in [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "10.5e+3",
        "1E-2",
        "\"\"",
        "\"a\\n\\u00e9\\\"\"",
        "[]",
        "[1, [2]]",
        "{}",
        " {\"a\" : 1 , \"b\":{}} ",
        "\"ü€😀\"",
        "\"\u{7f}\"",
        "123456789012345678901234567890",
        "1e999",
        "\"\\ud800\"",
    ] {
        check(good, true);
    }
    for bad in [
        "",
        " ",
        "nul",
        "True",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "NaN",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"\u{1}\"",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "1 2",
        "[]]",
        "{}}",
        "'a'",
        "// c\n1",
    ] {
        check(bad, false);
    }
    assert_eq!(scanned(b"\"\xff\""), None);
}

#[test]
fn specials_are_found_at_every_place() {
    for length in 0..100 {
        for special in ["\"", "\\", "\n", "\u{1f}"] {
            let text = format!("{}{special}{}", "x".repeat(length), "y\"".repeat(40));
            assert_eq!(plain(text.as_bytes()), length, "{special:?}");
        }
        assert_eq!(plain("é ".repeat(length).as_bytes()), 3 * length);
    }
}

#[test]
fn members_and_items() {
    let mut seen = Vec::new();
    let mut scan = Scan::new(br#" { "a" : [ 1 , "b" ] , "n":null,"t":"x","c":7 }"#).expect("text");
    scan.object(|scan, key, start| {
        match key {
            "a" => scan.array(|scan| {
                seen.push(format!("item {}", scan.value()?));
                Some(())
            })?,
            "c" => seen.push(format!("c {:?}", scan.count()?)),
            _ => seen.push(format!("{key} at {start} {:?}", scan.optional_text()?)),
        }
        Some(())
    })
    .expect("an object");
    scan.end().expect("the end");
    assert_eq!(seen, ["item 1", "item \"b\"", "n at 23 None", "t at 32 Some(\"x\")", "c 7"]);
}

#[test]
fn what_is_left_to_others() {
    let deep = format!("{}{}", "[".repeat(DEPTH + 1), "]".repeat(DEPTH + 1));
    assert_eq!(scanned(deep.as_bytes()), None);
    assert!(serde_json::from_str::<&RawValue>(&deep).is_ok());
    let object = |text: &'static str| Scan::new(text.as_bytes())?.object(|scan, _, _| scan.value().map(drop));
    assert_eq!(object(r#"{"a":1}"#), Some(()));
    assert_eq!(object(r#"{"\u0061":1}"#), None);
    let count = |text: &'static str| Scan::new(text.as_bytes())?.count();
    assert_eq!([count("18446744073709551615"), count("7")], [Some(u64::MAX), Some(7)]);
    assert_eq!([count("18446744073709551616"), count("-1"), count("1.0"), count("\"7\"")], [None; 4]);
}

/// JSON, and what is nearly JSON.
fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| serde_json::json!(number).to_string()),
        any::<String>().prop_map(|text| serde_json::json!(text).to_string()),
        "[-+0-9.eE]{1,6}",
        "\"[ -~\\\\\"]{0,4}\"",
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((".{0,3}", inner), 0..4).prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("{}:{value}", serde_json::json!(key)))
                    .collect();
                format!("{{{}}}", members.join(" ,"))
            }),
        ]
    })
}

proptest! {
    /// It takes what `serde_json` takes, and sees the same, shallow as these are.
    #[test]
    fn both_readers_agree(document in documents(), cut in 0_usize..200, other in any::<u8>()) {
        let mut broken = document.clone().into_bytes();
        if let Some(byte) = broken.get_mut(cut) {
            *byte = other;
        }
        for document in [document.as_bytes(), broken.as_slice()] {
            let by_serde = serde_json::from_slice::<&RawValue>(document).ok().map(RawValue::get);
            prop_assert_eq!(scanned(document), by_serde);
        }
    }
}
