//! What must not leave this crate in an error, and how it is taken out.

use std::fmt;

use crate::Token;
use crate::wire::ChatRequest;

/// The longest text kept of what a server says, in characters.
const MAX_CHARS: usize = 500;
/// How much of a prompt is remembered to recognise it in a server's text.
const PROMPT_HEAD_CHARS: usize = 32;
/// From this length on, the part of a prompt in front of what needs escaping is enough to recognise it.
const PLAIN_MIN_CHARS: usize = 8;
/// Shorter prompts are ordinary words that a server's text may hold by itself.
const PROMPT_MIN_CHARS: usize = 4;

/// Cleans the text of a server before it becomes part of an error.
///
/// Taken out are: the token, anything that looks like one (`hf_…`), the user part of addresses, the beginnings of
/// prompts (a server that quotes a request quotes it from a beginning; the text is cut there), control characters and
/// direction overrides. What is left is at most 500 characters, and `…` where more followed.
///
/// ```
/// use openclaw_hf_client::{Redactor, Token};
///
/// let redactor = Redactor::for_token(Some(&Token::parse("s3cret-token")?));
/// assert_eq!(redactor.clean("bad token\ns3cret-token"), "bad token ***");
/// # Ok::<(), openclaw_hf_client::TokenError>(())
/// ```
#[derive(Clone, Default)]
pub struct Redactor {
    token: Option<Token>,
    prompts: Vec<Head>,
}

/// How a prompt begins.
#[derive(Clone)]
struct Head {
    text: String,
    /// Whether there is nothing behind it.
    is_whole: bool,
}

impl Head {
    /// `None` for what is too short to be told from ordinary words.
    fn of(prompt: &str) -> Option<Self> {
        let prompt = prompt.trim();
        if prompt.chars().count() < PROMPT_MIN_CHARS {
            return None;
        }
        // A server that quotes a request escapes quotes, line ends and the like, each in its own way.
        let is_plain = |c: &char| c.is_ascii() && !c.is_control() && !matches!(c, '"' | '\'' | '\\');
        let plain: String = prompt.chars().take_while(is_plain).take(PROMPT_HEAD_CHARS).collect();
        let text = if plain.len() >= PLAIN_MIN_CHARS {
            plain
        } else {
            prompt.chars().take(PROMPT_HEAD_CHARS).collect()
        };
        Some(Self { is_whole: text == prompt, text })
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("prompts", &self.prompts.len()).finish_non_exhaustive()
    }
}

impl Redactor {
    /// Knows only the token.
    pub fn for_token(token: Option<&Token>) -> Self {
        Self { token: token.cloned(), prompts: Vec::new() }
    }

    /// Knows also how each text of `request` begins.
    #[must_use]
    pub fn with_prompts(mut self, request: &ChatRequest) -> Self {
        self.prompts.extend(request.texts().filter_map(Head::of));
        self
    }

    /// `text` without what must not be shown; empty when nothing is left.
    pub fn clean(&self, text: &str) -> String {
        let mut text = self.without_token(text);
        for prompt in &self.prompts {
            text = without_prompt(text, prompt);
        }
        bounded(&without_user_parts(&without_tokens(&text)))
    }

    /// As [`clean`](Self::clean) for a name that decisions depend on, which may by chance be what a prompt says.
    pub(crate) fn clean_name(&self, name: &str) -> String {
        // Nearly every name is a slug or an id in which there is nothing to clean.
        let is_plain = name.len() <= MAX_CHARS
            && name.bytes().all(|byte| byte.is_ascii_graphic())
            // Searching for more than one byte costs ten times as much, and few names need it.
            && !(name.contains('_') && name.contains("hf_"))
            && !(name.contains(':') && name.contains("://"))
            && self.token.as_ref().map(Token::expose).is_none_or(|token| {
                name.len() < token.len() || !name.contains(token)
            });
        if is_plain {
            return name.to_owned();
        }
        bounded(&without_user_parts(&without_tokens(&self.without_token(name))))
    }

    fn without_token(&self, text: &str) -> String {
        match self.token.as_ref().map(Token::expose).filter(|token| !token.is_empty()) {
            Some(token) => text.replace(token, "***"),
            None => text.to_owned(),
        }
    }
}

fn without_prompt(mut text: String, prompt: &Head) -> String {
    if prompt.is_whole {
        return text.replace(&prompt.text, "[prompt]");
    }
    if let Some(at) = text.find(&prompt.text) {
        // Where the quotation ends is not known, so nothing behind its beginning is kept.
        text.truncate(at);
        text.push_str("[prompt]");
    }
    text
}

/// Replaces every `hf_…` that is long enough to be a token.
fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("hf_") {
        let (before, found) = rest.split_at(at);
        let end = found.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(found.len());
        let (word, after) = found.split_at(end);
        out.push_str(before);
        // `hf_hub` and the like are words.
        out.push_str(if word.len() >= 12 { "hf_***" } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Replaces the `user:password` of every `scheme://user:password@host`.
fn without_user_parts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '`'))
            .unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((_, host)) => {
                out.push_str("***@");
                out.push_str(host);
            }
            None => out.push_str(authority),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// One line of at most [`MAX_CHARS`] printable characters.
fn bounded(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || !is_printable(c)).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            // A space at the limit would only stand in front of what tells that more follows.
            if count + 1 >= MAX_CHARS {
                out.push('…');
                return out;
            }
            out.push(' ');
            count += 1;
        }
        for character in word.chars() {
            if count >= MAX_CHARS {
                out.push('…');
                return out;
            }
            out.push(character);
            count += 1;
        }
    }
    out
}

/// Not a control character, not one that reorders or hides the text around it.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Message, Part, ToolCall};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let request = ChatRequest {
            messages: vec![
                Message::user("short prompt"),
                Message::user("a prompt that is long enough to be known only by how it begins"),
                Message::user("abc"),
                Message::user("two \"words\" of a prompt that is escaped"),
                Message::user("first line\nsecond line"),
            ],
            ..ChatRequest::new("org/name")
        };
        let redactor =
            Redactor::for_token(Some(&Token::parse("tok-123").expect("a token"))).with_prompts(&request);
        assert_eq!(redactor.clean(text), expected);
    }

    #[test]
    fn tokens_are_replaced() {
        check("bad tok-123.", "bad ***.");
        check("Bearer hf_abcdefghijklmnop failed", "Bearer hf_*** failed");
        check("hf_oauth_abcdefgh and hf_hub", "hf_*** and hf_hub");
    }

    #[test]
    fn prompts_are_replaced() {
        check("cannot say `short prompt` twice", "cannot say `[prompt]` twice");
        check("input: a prompt that is long enough to be known only by how", "input: [prompt]");
        check(r#"[{'content': 'first line\nsecond line'}]"#, "[{'content': '[prompt]");
        check("cannot say two \"words\" of a prompt that is escaped", "cannot say [prompt]");
        check("abc is too short to hide", "abc is too short to hide");
    }

    #[test]
    fn everything_that_was_written_counts_as_a_prompt() {
        let request = ChatRequest {
            messages: vec![
                Message::user(vec![Part::ImageUrl {
                    url: "https://example.org/private.png".into(),
                    detail: None,
                }]),
                Message {
                    tool_calls: vec![ToolCall { arguments: "{private: 1}".into(), ..ToolCall::default() }],
                    reasoning_content: Some("private thought".into()),
                    ..Message::assistant("private answer")
                },
            ],
            tool_prompt: Some("private tools".into()),
            ..ChatRequest::new("org/name")
        };
        let redactor = Redactor::default().with_prompts(&request);
        for text in [
            "https://example.org/private.png",
            "{private: 1}",
            "private thought",
            "private answer",
            "private tools",
        ] {
            assert_eq!(redactor.clean(text), "[prompt]");
        }
    }

    #[test]
    fn a_name_is_not_taken_for_a_prompt() {
        let request = ChatRequest { messages: vec![Message::user("acme")], ..ChatRequest::new("org/name") };
        let redactor =
            Redactor::for_token(Some(&Token::parse("tok-123").expect("a token"))).with_prompts(&request);
        assert_eq!((redactor.clean_name("acme"), redactor.clean("acme")), ("acme".into(), "[prompt]".into()));
        assert_eq!(redactor.clean_name("tok-123\n"), "***");
    }

    #[test]
    fn user_parts_of_addresses_are_replaced() {
        check("see http://me:pw@host:1/x and https://host/@a", "see http://***@host:1/x and https://host/@a");
        check("http://a@b@c/d", "http://***@c/d");
        check("://", "://");
    }

    #[test]
    fn control_characters_become_one_space() {
        check("\u{1b}[31mred\r\n\t\u{0}x\u{202e}y\u{feff}", "[31mred x y");
        check(" \n ", "");
    }

    #[test]
    fn the_length_is_bounded() {
        let long = "ä".repeat(MAX_CHARS + 1);
        let expected = format!("{}…", "ä".repeat(MAX_CHARS));
        check(&long, &expected);
        check(&"ä".repeat(MAX_CHARS), &"ä".repeat(MAX_CHARS));
        for word in [MAX_CHARS - 2, MAX_CHARS - 1, MAX_CHARS] {
            let cut = Redactor::for_token(None).clean(&format!("{} more words", "ä".repeat(word)));
            assert!(
                cut.ends_with('…') && cut.chars().count() <= MAX_CHARS + 1,
                "{word}: {}",
                cut.chars().count()
            );
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let redactor = Redactor::for_token(Some(&Token::parse("tok-123").expect("a token")));
        insta::assert_snapshot!(format!("{redactor:?}"), @"Redactor { prompts: 0, .. }");
    }
}
