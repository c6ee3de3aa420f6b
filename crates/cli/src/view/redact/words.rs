//! What is secret by its own look, wherever it stands.

use std::borrow::Cow;
use std::ops::Range;

use super::names::Place;

/// What a token begins with.
const PREFIXES: [&str; 3] = ["hf_", "api_org_", "sk-"];

/// Fewer characters behind a prefix are no token.
const SHORTEST: usize = 8;

/// Tokens by their prefix or behind `Bearer`, user and password in a URL, values in its query or of a flag whose name
/// tells a secret; not in order.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for prefix in PREFIXES {
        let mut done = 0;
        for (at, _) in text.match_indices(prefix) {
            if at < done {
                continue;
            }
            let from = at + prefix.len();
            let end = end_of_token(text, from);
            // `task-…` is a word; the names before an underscore are none.
            if end - from >= SHORTEST
                && (prefix != "sk-" || !ends_in_word(text.get(..at).unwrap_or_default()))
            {
                found.push(from..end);
                done = end;
            }
        }
    }
    let lower = text.to_ascii_lowercase();
    for (at, word) in lower.match_indices("bearer ") {
        let from = at + word.len();
        let end = until(text, from, |c| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c)));
        if end - from >= SHORTEST {
            found.push(from..end);
        }
    }
    for (at, mark) in text.match_indices("://") {
        let from = at + mark.len();
        // A password may hold quotes.
        let end =
            until(text, from, |c| c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#' | '\\'));
        if let Some(user) =
            text.get(from..end).and_then(|authority| authority.rfind('@')).filter(|len| *len > 0)
        {
            found.push(from..from + user);
        }
    }
    for (at, _) in text.match_indices('=') {
        let before = text.get(..at).unwrap_or_default();
        let behind = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let name = before.get(behind.len()..).unwrap_or_default();
        let flag =
            name.strip_prefix("--").filter(|_| behind.is_empty() || behind.ends_with(char::is_whitespace));
        let is_name = flag.is_some() || behind.ends_with(['?', '&']);
        let name = flag.unwrap_or(name);
        let end = until(text, at + 1, |c| ends_url(c) || matches!(c, '&' | '#'));
        if is_name && end > at + 1 && Place::Plain.member(name) == Place::Secret {
            found.push(at + 1..end);
        }
    }
    // What another masked stays as it did.
    found.retain(|range| text.get(range.clone()).is_some_and(|part| part.contains(|c| c != '*')));
    found
}

/// A text for a person, with secrets by their look masked; the number of asterisks tells nothing.
pub(crate) fn mask_tokens(text: &str) -> Cow<'_, str> {
    let found = super::joined(ranges(text));
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for range in found {
        shown.push_str(text.get(done..range.start).unwrap_or_default());
        shown.push_str("********");
        done = range.end;
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Where a token ends: a point belongs to it only within.
fn end_of_token(text: &str, from: usize) -> usize {
    let end = until(text, from, |c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let token = text.get(from..end).unwrap_or_default();
    from + token.trim_end_matches('.').len()
}

fn until(text: &str, from: usize, is_end: impl Fn(char) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.find(is_end).unwrap_or(rest.len())
}

fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '<' | '>')
}

/// Whether a letter or digit stands last; the end of a colour is none.
fn ends_in_word(before: &str) -> bool {
    let Some(text) = before.strip_suffix('m') else {
        return before.ends_with(char::is_alphanumeric);
    };
    let text = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == ';');
    !text.ends_with("\u{1b}[")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_urls_are_masked_wherever_they_stand() {
        #[track_caller]
        fn check(text: &str, shown: &str) {
            assert_eq!(mask_tokens(text), shown);
            assert_eq!(mask_tokens(shown), shown, "twice");
        }
        check("found `hf_abcdEFGH12345`.", "found `hf_********`.");
        check("hf_abcdefgh.", "hf_********.");
        check("sk-proj-abc_def.ghi, api_org_12345678", "sk-********, api_org_********");
        check("'\u{1b}[33msk-12345678\u{1b}[0m'", "'\u{1b}[33msk-********\u{1b}[0m'");
        check("'\u{1b}[1;33mhf_12345678\u{1b}[0m'", "'\u{1b}[1;33mhf_********\u{1b}[0m'");
        check(
            "a task-force-of-words; hf_short; HF_TOKEN_PATH",
            "a task-force-of-words; hf_short; HF_TOKEN_PATH",
        );
        check("https://u:p@w@h:1/x@y", "https://********@h:1/x@y");
        check("https://u:p'w@h", "https://********@h");
        check("see https://h/x, ask a@b", "see https://h/x, ask a@b");
        check("http://h/?a=1&api_key=geheim&b=2#x", "http://h/?a=1&api_key=********&b=2#x");
        check("serve --api-key=geheim --port=1", "serve --api-key=******** --port=1");
        check("a--token=b", "a--token=b");
        check("https://***@h/?token=***", "https://***@h/?token=***");
        check("https://h/?tokenType=fineGrained", "https://h/?tokenType=fineGrained");
        check("bearer ABCDEFGHIJ==", "bearer ********");
        check("the bearer is there", "the bearer is there");
    }
}
