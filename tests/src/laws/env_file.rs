//! A `.env` file: first line a name, second line a value (`\n` is a line end), then the file.

use openclaw_credentials::EnvFile;

const SECRET: &str = "hf_secretOfTheSeed0123";

pub(super) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (name, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (value, text) = rest.split_once('\n').unwrap_or((rest, ""));
    let value = value.replace("\\n", "\n");

    let file = EnvFile::parse(text);
    assert_eq!(file.as_str(), text);
    let mut secret = file.clone();
    if secret.set("SECRET_OF_THE_SEED", SECRET).is_ok() && !text.contains(SECRET) {
        assert!(!format!("{secret:?}").contains(SECRET), "{secret:?}");
    }

    let mut set = file.clone();
    if set.set(name, &value).is_ok() {
        assert_eq!(set.get(name).map(|secret| secret.expose().to_owned()).as_deref(), Some(value.as_str()));
        assert_eq!(others(&set, name), others(&file, name), "the others stay");
        let text = set.as_str().to_owned();
        set.set(name, &value).expect("it is there");
        assert_eq!(set.as_str(), text, "a value that is there changes nothing");
        if file.get(name).is_none() {
            assert!(text.starts_with(file.as_str()), "a new line comes at the end");
        }
    } else {
        assert_eq!(set.as_str(), file.as_str(), "what is refused changes nothing");
    }

    let mut removed = set.clone();
    if let Ok(found) = removed.remove(name) {
        assert_eq!(found, set.get(name).is_some());
        assert!(removed.get(name).is_none());
        assert_eq!(others(&removed, name), others(&set, name), "the others stay");
    } else {
        assert_eq!(removed.as_str(), set.as_str(), "what is refused changes nothing");
    }
}

/// Every variable with the value that counts.
fn values(file: &EnvFile) -> Vec<(String, String)> {
    let value = |name: &str| file.get(name).map(|secret| secret.expose().to_owned()).unwrap_or_default();
    file.names().map(|name| (name.to_owned(), value(name))).collect()
}

fn others(file: &EnvFile, name: &str) -> Vec<(String, String)> {
    values(file).into_iter().filter(|(other, _)| other != name).collect()
}
