//! Whether every message that a person may see is seen somewhere first: in a snapshot, a test or the docs.

mod allowed;
mod literals;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Outcome, say, workspace};

/// Fewer fixed words than these are no sentence: labels, keys, parts of a line.
const WORDS: usize = 3;

/// Fails where a message is nowhere to be read but in the code that says it.
pub(crate) fn run() -> Outcome {
    let root = workspace();
    let corpus = Corpus::read(root)?;
    let mut unseen = Vec::new();
    let mut used = BTreeSet::new();
    let mut count = 0_usize;
    for file in files(&root.join("crates"), &is_source)? {
        let text = read(&file)?;
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let literals =
            literals::of(&text).map_err(|error| format!("{shown} cannot be read as Rust: {error}"))?;
        for literal in literals {
            let Some(fixed) = longest_fixed(&literal.text) else { continue };
            count += 1;
            if corpus.has(&fixed) {
                continue;
            }
            match allowed::ALLOWED.iter().find(|(words, _)| *words == fixed) {
                Some((words, _)) => _ = used.insert(*words),
                None => unseen.push(format!("{shown}:{}: {fixed}", literal.line)),
            }
        }
    }
    let stale = allowed::ALLOWED.iter().map(|(words, _)| words).filter(|words| !used.contains(*words));
    unseen.extend(stale.map(|words| format!("xtask/src/messages/allowed.rs: needless: {words}")));
    if unseen.is_empty() {
        say(&format!("messages: {count}, of which {} are seen in no test\n", used.len()));
        return Ok(());
    }
    Err(format!(
        "messages that no snapshot, test or page has (put them into one, or into allowed.rs with a reason):\n  {}",
        unseen.join("\n  ")
    ))
}

/// All that tests and docs show, white space evened out.
struct Corpus(String);

impl Corpus {
    fn read(root: &Path) -> Outcome<Self> {
        let mut all = String::new();
        for folder in ["crates", "docs", "tests", "xtask/src/interop"] {
            for file in files(&root.join(folder), &is_witness)? {
                all.push_str(&even(
                    &read(&file)?.replace("\\\"", "\"").replace("\\n", " ").replace("\\\n", " "),
                ));
                all.push('\n');
            }
        }
        for page in ["README.md", "SECURITY.md"] {
            let path = root.join(page);
            if path.exists() {
                all.push_str(&even(&read(&path)?));
            }
        }
        // Tests that stand at the end of the code that they test.
        for file in files(&root.join("crates"), &is_source)? {
            if let Some((_, tests)) = read(&file)?.split_once("#[cfg(test)]\nmod ") {
                all.push_str(&even(&tests.replace("\\\"", "\"").replace("\\n", " ")));
                all.push('\n');
            }
        }
        Ok(Self(all))
    }

    fn has(&self, words: &str) -> bool {
        self.0.contains(words)
    }
}

/// Code that may speak to a person.
fn is_source(path: &Path) -> bool {
    let is_rust = path.extension().is_some_and(|end| end == "rs");
    let has = |part: &str| path.components().any(|component| component.as_os_str() == part);
    // The lookalike speaks the router's words, and an example its own.
    is_rust && has("src") && !is_test(path) && !has("sandbox") && !has("examples")
}

fn is_test(path: &Path) -> bool {
    path.components().any(|component| component.as_os_str() == "tests")
        || path.file_name().is_some_and(|name| name == "tests.rs")
}

/// Where a message may be seen.
fn is_witness(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    matches!(end, "snap" | "md" | "1" | "txt") || (end == "rs" && is_test(path))
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The files of a folder and of all below it.
fn files(folder: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> Outcome<Vec<PathBuf>> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name == "target") {
                continue;
            }
            found.extend(files(&path, is_wanted)?);
        } else if is_wanted(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Runs of white space as one space.
fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The longest part of a format string between its arguments; `None` where that is no sentence.
fn longest_fixed(text: &str) -> Option<String> {
    let text = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let parts = text.split('{').enumerate().map(|(n, part)| match n {
        0 => part,
        _ => part.split_once('}').map_or("", |(_, behind)| behind),
    });
    // Of several lines each stands in a snapshot, but perhaps not one below the other.
    let lines =
        parts.flat_map(str::lines).map(|part| even(&part.replace('\u{1}', "{").replace('\u{2}', "}")));
    let longest = lines.max_by_key(|part| part.len())?;
    let words = longest.split(' ').filter(|word| word.len() > 1 && word.chars().all(is_letter)).count();
    (words >= WORDS).then_some(longest)
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\'' | '’' | ',' | '.' | ':' | ';' | '-' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_words() {
        let fixed = |text| longest_fixed(text);
        assert_eq!(fixed("the file {path} is not there any more").as_deref(), Some("is not there any more"));
        assert_eq!(fixed("an {{odd}} thing to say").as_deref(), Some("an {odd} thing to say"));
        assert_eq!(fixed("one\ntwo words and three"), Some("two words and three".to_owned()));
        assert_eq!(fixed("{a}: {b}"), None);
        assert_eq!(fixed("x-openclaw-cost"), None);
    }
}
