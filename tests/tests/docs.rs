//! What the pages say of the repository is there.

use std::path::{Path, PathBuf};

/// The pages for people, from the root of the project.
fn pages() -> Vec<PathBuf> {
    let root = root();
    let mut pages = Vec::new();
    for folder in ["", "docs"].map(|folder| root.join(folder)) {
        let entries = std::fs::read_dir(&folder).expect("a folder of pages");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    let crates = std::fs::read_dir(root.join("crates")).expect("the crates");
    pages.extend(crates.map(|entry| entry.expect("a crate").path().join("README.md")));
    pages.sort();
    pages
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project")
}

/// The targets of the links of a page that are neither addresses nor code.
fn links(page: &str) -> Vec<String> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            if !target.contains("://") {
                found.push(target.to_owned());
            }
        }
    }
    found
}

/// The anchors that headings get.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
                .collect::<String>()
                .replace(' ', "-")
        })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(f, a)| (f, Some(a)));
            let target =
                if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            assert!(target.exists(), "{}: `{link}` leads nowhere", page.display());
            if let Some(anchor) = anchor {
                let target = std::fs::read_to_string(&target).expect("a page");
                assert!(anchors(&target).iter().any(|known| known == anchor), "{}: `{link}`", page.display());
            }
            count += 1;
        }
    }
    assert!(count > 30, "only {count} links were found");
}

#[test]
fn the_example_config_is_valid_and_says_what_the_page_says() {
    let page = std::fs::read_to_string(root().join("docs/configuration.md")).expect("the page");
    let text = page.split("```json5\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let document = openclaw_json5_edit::Document::parse(text).expect("it is JSON5");
    let config =
        openclaw_config_merge::store::parse(Path::new("openclaw.json"), text).expect("it is a config");
    assert_eq!(openclaw_config_merge::check(&document, &config), []);
    assert_eq!(config.primary(), Some("huggingface/deepseek-ai/DeepSeek-R1"));
    assert_eq!(config.fallbacks().len(), 2);
}

/// The words in backticks of the last column of a table's row, where that column names tests.
fn named_tests(page: &str) -> Vec<&str> {
    let cells = page.lines().filter(|line| line.starts_with("| ")).filter_map(|line| {
        let mut cells = line.trim_end_matches(" |").rsplit(" | ");
        cells.next()
    });
    let words = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    words.filter(|word| !word.contains(' ') && word.contains('_')).collect()
}

#[test]
fn every_test_that_the_page_of_security_names_is_there() {
    fn add(folder: &Path, sources: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                add(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    let mut sources = String::new();
    for folder in ["crates", "tests/src", "tests/tests"] {
        add(&root().join(folder), &mut sources);
    }
    let page = std::fs::read_to_string(root().join("SECURITY.md")).expect("the page");
    let names = named_tests(&page);
    assert!(names.len() > 60, "only {} tests are named", names.len());
    for name in names {
        let is_there = sources.contains(&format!("fn {name}(")) || sources.contains(&format!("fn {name}<"));
        assert!(is_there, "SECURITY.md names `{name}`, which is no test");
    }
}
