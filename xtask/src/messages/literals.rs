//! The texts of a source file that may be shown.

use std::str::FromStr as _;

use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};

/// A text in the code.
pub(super) struct Literal {
    pub(super) text: String,
    pub(super) line: usize,
}

/// What is never shown: the reasons of a panic that cannot be, of a lint, and what only tests see.
const UNSEEN_BEFORE: &[&str] =
    &["expect", "reason", "feature", "cfg", "target_os", "rename", "path", "include_str"];

/// All texts but those in comments, tests and the reasons of lints.
pub(super) fn of(source: &str) -> Result<Vec<Literal>, LexError> {
    let mut found = Vec::new();
    collect(TokenStream::from_str(source)?, &mut found);
    Ok(found)
}

fn collect(stream: TokenStream, found: &mut Vec<Literal>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => {
                let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                let is_attribute = group.delimiter() == Delimiter::Bracket
                    && matches!(before, Some(TokenTree::Punct(mark)) if matches!(mark.as_char(), '#' | '!'));
                let first = group.stream().into_iter().next().map(|first| first.to_string());
                let first = first.unwrap_or_default();
                if is_attribute && first == "cfg" && group.stream().to_string().contains("test") {
                    at = behind_item(&tokens, at);
                    continue;
                }
                let is_unseen = matches!(before, Some(TokenTree::Ident(name)) if name == "expect");
                // Comments of the docs come as attributes too; those of the command line are in the reference.
                let is_comment =
                    is_attribute && matches!(&*first, "doc" | "expect" | "allow" | "cfg" | "serde");
                if !is_unseen && !is_comment {
                    collect(group.stream(), found);
                }
            }
            TokenTree::Literal(literal) => {
                let named = at.checked_sub(2).and_then(|at| tokens.get(at));
                let is_unseen = matches!(named, Some(TokenTree::Ident(name)) if UNSEEN_BEFORE.iter().any(|it| name == it));
                if !is_unseen && let Some(text) = text_of(&literal.to_string()) {
                    found.push(Literal { text, line: literal.span().start().line });
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
        at += 1;
    }
}

/// Behind the item that an attribute belongs to: its block, or its semicolon.
fn behind_item(tokens: &[TokenTree], attribute: usize) -> usize {
    let rest = tokens.iter().enumerate().skip(attribute + 1);
    let end = rest.filter(|(_, token)| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    });
    end.map(|(at, _)| at + 1).next().unwrap_or(tokens.len())
}

/// The value of a literal that is a text.
fn text_of(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        let hashes = raw.chars().take_while(|&c| c == '#').count();
        let inner = raw.get(hashes + 1..raw.len().checked_sub(hashes + 1)?)?;
        return Some(inner.to_owned());
    }
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next()? {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            // The line goes on without what it is indented by.
            '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            'u' => {
                let digits: String = chars.by_ref().skip(1).take_while(|&c| c != '}').collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            'x' => {
                let digits: String = chars.by_ref().take(2).collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            other => text.push(other),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_and_what_is_not() {
        let source = r##"
            /// Not this.
            #[error("the key `{0}` is not known")]
            struct A;
            #[expect(clippy::panic, reason = "nor this")]
            fn a() { b("shown", r#"raw "too""#, 'c', b"bytes"); c.expect("never seen"); d("two\n    \
                lines \u{201c}q\""); }
            #[cfg(test)]
            mod tests { fn t() { e("a test's own") } }
            fn f() { g("last") }
        "##;
        let texts: Vec<String> = of(source).expect("Rust").into_iter().map(|literal| literal.text).collect();
        assert_eq!(
            texts,
            ["the key `{0}` is not known", "shown", "raw \"too\"", "two\n    lines \u{201c}q\"", "last"]
        );
    }
}
