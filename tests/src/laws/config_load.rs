//! A config of any text loads or is refused, and the refusal holds no secret.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use openclaw_config_merge::{Aliases, check as findings, store};
use openclaw_json5_edit::{Document, NewValue, Path};
use tempfile::TempDir;

const SECRET: &str = "hf_secretOfTheSeed0123";

pub(super) fn check(data: &[u8]) {
    load(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    // What stands where is the fuzzer's; that every text in it is a secret is ours.
    let Ok(doc) = Document::parse(text) else { return };
    let mut edits = doc.edit();
    edits.set(&Path::root(), secret(doc.root().to_owned_value()));
    if let Ok(doc) = edits.apply() {
        load(doc.as_str().as_bytes());
    }
}

/// The value with every text in it replaced, keys aside.
fn secret(value: NewValue) -> NewValue {
    match value {
        NewValue::String(_) => SECRET.into(),
        NewValue::Array(items) => NewValue::array(items.into_iter().map(secret)),
        NewValue::Object(members) => {
            NewValue::object(members.into_iter().map(|(key, value)| (key, secret(value))))
        }
        scalar => scalar,
    }
}

fn load(text: &[u8]) {
    let path = file();
    fs::write(&path, text).expect("a file can be written");
    let mut said = Vec::new();
    match store::read(&path) {
        Ok(loaded) => {
            let document = loaded.document.expect("the file is there");
            assert_eq!(document.as_str().as_bytes(), text);
            // Each of these reads all of the typed part.
            let aliases = Aliases::of(&loaded.config);
            assert!(aliases.iter().all(|(alias, _)| aliases.get(alias).is_some()));
            let keys = loaded.config.credential_keys();
            let findings = findings(&document, &loaded.config);
            for finding in &findings {
                assert!(document.as_str().get(finding.span.clone()).is_some(), "{finding:?}");
            }
            assert!(loaded.config.layers(None).len() == 1 && keys.vars.len() >= loaded.config.env.vars.len());
            said.push(format!("{:?} {keys:?}", loaded.config.env));
            said.extend(loaded.config.provider().map(|provider| format!("{:?}", provider.api_key)));
        }
        Err(error) => {
            if let Some((whole, span)) = error.place() {
                assert!(whole.get(span).is_some(), "the span is not of the text: {error}");
            }
            said.push(error.to_string());
            let mut cause = error.source();
            while let Some(error) = cause {
                said.push(error.to_string());
                cause = error.source();
            }
            assert!(!said.concat().contains(['\n', '\r']), "more than one line: {said:?}");
        }
    }
    let is_a_key = String::from_utf8_lossy(text).contains(&format!("{SECRET}\":"));
    assert!(is_a_key || said.iter().all(|said| !said.contains(SECRET)), "{said:?}");
}

/// One file a process, in a folder of its own that goes with it.
fn file() -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder"));
    // Tests are threads of one process.
    folder.path().join(format!("{:?}.json", std::thread::current().id()))
}
