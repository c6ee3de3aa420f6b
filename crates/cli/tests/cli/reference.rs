//! What help, the reference and the tables of topics promise, held against the parser and the sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Command;

/// The words of a line as a shell reads them, up to a pipe, a redirection or a remark behind two spaces.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '|' | '>' | '<') => break,
            (None, ' ') => {
                words.extend(word.take());
                if chars.peek() == Some(&' ') {
                    break;
                }
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(chars.next()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Why the program would not take a line; `None` where it does.
pub(crate) fn refusal(line: &str) -> Option<String> {
    let error = openclaw_cli::command().try_get_matches_from(words(line)).err()?;
    error.use_stderr().then(|| format!("{line}\n{error}"))
}

/// Every command of the tree with the words that lead to it.
fn every(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    found.push((path.to_owned(), help));
    for sub in command.get_subcommands() {
        every(sub, &format!("{path} {}", sub.get_name()), found);
    }
}

#[test]
fn every_command_has_examples_that_the_parser_takes() {
    let mut commands = Vec::new();
    every(&openclaw_cli::command(), "openclaw", &mut commands);
    assert!(commands.len() > 35, "{}", commands.len());
    let mut examples = 0;
    let mut wrong = Vec::new();
    for (path, help) in commands {
        if !help.starts_with("Examples:\n") {
            wrong.push(format!("{path} has no examples"));
        }
        let joined = help.replace("\\\n", " ");
        for line in joined.lines().filter_map(|line| line.strip_prefix("  ")) {
            // A line may begin with another program or a variable.
            let Some(at) = line.find("openclaw ").filter(|at| *at == 0 || line[..*at].ends_with("| ")) else {
                continue;
            };
            let command: Vec<_> = line[at..].split("  ").filter(|part| !part.is_empty()).collect();
            let command = if joined.contains("--non-interactive --mode") && line.contains("--mode") {
                command.join(" ")
            } else {
                command.first().copied().unwrap_or_default().to_owned()
            };
            examples += 1;
            wrong.extend(refusal(&command));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples > 60, "{examples}");
}

#[test]
fn what_the_parser_refuses_is_seen() {
    assert!(refusal("openclaw models lst").is_some());
    assert!(refusal("openclaw models list --all --plain | fzf").is_none());
    assert!(refusal("openclaw models set 'DeepSeek R1 (fast)'   an alias").is_none());
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The names in a text that are read as variables, or look like variables of this program, of Hugging Face or of
/// OpenTelemetry.
fn variables(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut names = BTreeSet::new();
    // Every second piece stands between quotes.
    let pieces: Vec<_> = text.split('"').collect();
    for pair in pieces.windows(2) {
        let [before, name] = pair else { continue };
        let is_name = name.len() > 3
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let reads = ["env(", "env)(", "set(", "path(", "env = ", "var(", "var_os("];
        let ours = ["OPENCLAW_", "HF_", "HUGGINGFACE_", "HUGGING_FACE_", "OTEL_"];
        let is_read = reads.iter().any(|read| before.ends_with(read));
        if is_name && (is_read || ours.iter().any(|start| name.starts_with(start))) {
            names.insert((*name).to_owned());
        }
    }
    names
}

#[test]
fn every_variable_that_the_sources_read_is_in_the_table() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(crates).expect("a folder") {
        sources(&entry.expect("an entry").path().join("src"), &mut files);
    }
    let read: BTreeSet<_> = files
        .iter()
        .filter(|path| !path.ends_with("cli/src/topics.rs"))
        .flat_map(|path| variables(&std::fs::read_to_string(path).expect("a text")))
        .collect();
    assert!(read.contains("HF_TOKEN") && read.contains("SSL_CERT_FILE"), "{read:?}");
    let topics = openclaw_cli::topics();
    let table = topics.iter().find(|topic| topic.name == "environment").expect("a topic");
    let told: BTreeSet<_> = table.rows.iter().map(|(name, _)| name.clone()).collect();
    let missing: Vec<_> = read.difference(&told).collect();
    assert!(missing.is_empty(), "not in `openclaw help environment`: {missing:?}");
    assert_eq!(told.len(), table.rows.len(), "one row for each");
}

#[test]
fn every_exit_code_is_in_the_table() {
    let source = include_str!("../../src/exit.rs");
    let codes = source.lines().filter_map(|line| line.split_once("=> ")?.1.strip_suffix(','));
    let codes: BTreeSet<_> = codes.collect();
    assert_eq!(codes.len(), 8, "{codes:?}");
    let topics = openclaw_cli::topics();
    let table = topics.iter().find(|topic| topic.name == "exit-codes").expect("a topic");
    let told: BTreeSet<_> = table.rows.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(told, codes);
}

#[test]
fn the_page_has_every_command_and_every_topic() {
    let page = include_str!("../../../../docs/cli.md");
    let mut commands = Vec::new();
    every(&openclaw_cli::command(), "openclaw", &mut commands);
    for (path, _) in
        commands.iter().filter(|(path, _)| !path.starts_with("openclaw infer ") || path.contains("model"))
    {
        assert!(page.contains(&format!("\n## {path}\n")), "{path}");
    }
    for topic in openclaw_cli::topics() {
        assert!(page.contains(&format!("\n## openclaw help {}\n", topic.name)), "{}", topic.name);
    }
}
