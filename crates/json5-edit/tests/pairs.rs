//! Every pair of edits on objects of many layouts: none may fail to say what was asked for, and
//! both in one batch do what they do one after the other.

use openclaw_json5_edit::{Document, EditErrorKind, Edits, Path};

type Edit = Box<dyn Fn(&mut Edits<'_>)>;

const LAYOUTS: [&str; 10] = [
    "{a:{},b:null,// <0>\nc:null,\n  $:null\n\r\n\u{2029},}",
    "{ a: 1, b: 2, /* c */ c: 3, $: 4 }",
    "{\n  // a\n  a: 1, // aa\n\n  b: 2,\n  // c\n  c: 3, /* cc */\n  $: 4 // d\n}",
    "{\n  a: 1, b: 2, // b\n  c: 3, $: 4, // tail\n}",
    "{ a: 1 // a\n, b: 2 // b\n, c: 3\n// of nobody\n\n, $: 4\n}",
    "{ // head\n  a: 1, // a\n  b: 2 /* b */, /* c */ c: 3, // c\n  $: 4 } // end",
    "{a:1/* a */,/* b */b:2,c:3// c\n,$:4/* d */,/* e */}",
    "{\n\n  /* head */\n\n  a: 1,\n\n  /* nobody */\n\n  b: 2,\n\n  c: 3,\n\n  $: 4,\n\n  /* tail */\n\n}",
    "{a: 1, b: 2, c: 3\n// x\n// y\n, // z\n$: 4\n/* w */ , }",
    "{\r  a: 1,\u{2028}  b: 2,\r\n  c: 3,\n  $: 4}",
];

fn edits() -> Vec<(String, Edit)> {
    let keys = ["a", "b", "c", "$"];
    let path = |key: &str| Path::keys([key]);
    let mut edits: Vec<(String, Edit)> = Vec::new();
    for key in keys {
        let at = path(key);
        edits.push((format!("remove {key}"), Box::new(move |e| _ = e.remove(&at))));
        let at = path(key);
        edits.push((format!("set {key}"), Box::new(move |e| _ = e.set(&at, "x"))));
        let at = path(key);
        edits.push((format!("rename {key}"), Box::new(move |e| _ = e.rename(&at, "r-r"))));
        let at = path(key);
        edits.push((format!("insert after {key}"), Box::new(move |e| _ = e.insert_after(&at, "n", 1))));
        let at = path(key);
        edits.push((format!("insert before {key}"), Box::new(move |e| _ = e.insert_before(&at, "m", 1))));
        for other in keys {
            let (from, to) = (path(key), path(other));
            edits.push((format!("{key} after {other}"), Box::new(move |e| _ = e.move_after(&from, &to))));
            let (from, to) = (path(key), path(other));
            edits.push((format!("{key} before {other}"), Box::new(move |e| _ = e.move_before(&from, &to))));
        }
    }
    edits.push(("set z".to_owned(), Box::new(move |e| _ = e.set(&Path::keys(["z"]), 1))));
    edits
}

/// The comments of a layout, none of which has a string.
fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('/') {
        rest = &rest[at..];
        let length =
            if rest.starts_with("//") { rest.find(['\n', '\r']) } else { rest.find("*/").map(|at| at + 2) };
        let (comment, after) = rest.split_at(length.unwrap_or(rest.len()));
        found.push(comment);
        rest = after;
    }
    found
}

fn check(doc: &Document, batch: &[&(String, Edit)]) {
    let names = || batch.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    let mut together = doc.edit();
    for (_, edit) in batch {
        edit(&mut together);
    }
    let together = together.apply().map_err(|error| error.kind());
    let one_by_one = batch.iter().try_fold(doc.clone(), |doc, (_, edit)| {
        let mut single = doc.edit();
        edit(&mut single);
        single.apply().map_err(|error| error.kind())
    });
    assert_ne!(together.as_ref().err(), Some(&EditErrorKind::Mismatch), "{:?} in {doc}", names());
    if let (Ok(edited), false) = (&together, names().iter().any(|name| name.starts_with("remove"))) {
        for comment in comments(doc.as_str()) {
            assert!(edited.as_str().contains(comment), "{:?} lost {comment} of {doc}", names());
        }
    }
    let shown = |result: Result<Document, EditErrorKind>| {
        result.map(|doc| format!("{:?}", doc.root().to_owned_value()))
    };
    assert_eq!(shown(together), shown(one_by_one), "{:?} in {doc}", names());
}

#[test]
fn all_pairs() {
    let edits = edits();
    for layout in LAYOUTS {
        let doc = Document::parse(layout).expect("JSON5");
        for first in &edits {
            for second in &edits {
                check(&doc, &[first, second]);
            }
        }
    }
}
