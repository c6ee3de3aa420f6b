//! Text to [`ModelRef`].

use alloc::format;
use alloc::string::String;
use core::ops::Range;

use crate::error::{ParseError, ParseErrorKind as Kind};
use crate::{ModelRef, PROVIDER};

/// Whether `huggingface/` must stand in front.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Provider {
    Needed,
    MayBeLeftOut,
}

const WHOLE: &str = "`huggingface/<org>/<name>`";
const WHOLE_OR_SHORT: &str = "`<org>/<name>` or `huggingface/<org>/<name>`";

/// A piece of the input with the place where it begins.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
    fn span(self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    fn split(self, separator: char) -> (Self, Option<Self>) {
        match self.text.split_once(separator) {
            Some((left, right)) => (
                Self { text: left, at: self.at },
                Some(Self { text: right, at: self.at + left.len() + separator.len_utf8() }),
            ),
            None => (self, None),
        }
    }

    fn rsplit(self, separator: char) -> (Self, Option<Self>) {
        match self.text.rsplit_once(separator) {
            Some((left, right)) => (
                Self { text: left, at: self.at },
                Some(Self { text: right, at: self.at + left.len() + separator.len_utf8() }),
            ),
            None => (self, None),
        }
    }
}

pub(crate) fn parse(given: &str, provider: Provider) -> Result<ModelRef, ParseError> {
    let whole = match provider {
        Provider::Needed => WHOLE,
        Provider::MayBeLeftOut => WHOLE_OR_SHORT,
    };
    let fail = |kind, span: Range<usize>, expected| {
        let input = String::from(given.trim_end());
        Err(ParseError { kind, input, span, expected })
    };

    if given.len() > ParseError::MAX_LEN {
        return Err(too_long(given, 0..given.len(), "at most 1024 bytes"));
    }
    let text = given.trim();
    let text = Piece { text, at: given.len() - given.trim_start().len() };
    if text.text.is_empty() {
        return fail(Kind::Empty, 0..0, whole);
    }

    let (first, rest) = text.split('/');
    let is_ours = first.text.eq_ignore_ascii_case(PROVIDER);
    let id = match rest {
        None if is_ours => {
            return fail(Kind::EmptyPart, first.span().end..first.span().end, "`/<org>/<name>`");
        }
        None => return fail(Kind::MissingProvider, text.span(), whole),
        Some(rest) if is_ours => rest,
        Some(rest) if first.text.is_empty() => {
            let expected = if provider == Provider::Needed { "`huggingface`" } else { "an organisation" };
            return fail(Kind::EmptyPart, rest.at - 1..rest.at - 1, expected);
        }
        Some(_) if provider == Provider::MayBeLeftOut && text.text.matches('/').count() == 1 => text,
        Some(_) if text.text.matches('/').count() == 1 => {
            return fail(Kind::MissingProvider, text.span(), whole);
        }
        Some(_) => return fail(Kind::ForeignProvider, first.span(), whole),
    };

    if PROVIDER.len() + 1 + id.text.len() > ParseError::MAX_LEN {
        return Err(too_long(given, text.span(), "at most 1012 bytes where the provider is left out"));
    }
    let (org, rest) = id.split('/');
    if org.text.is_empty() {
        return fail(Kind::EmptyPart, org.span(), "an organisation");
    }
    let Some(rest) = rest else {
        check_characters(given, org, "a letter, a digit, `-`, `_` or `.`")?;
        return fail(Kind::EmptyPart, org.span().end..org.span().end, "`/<name>`");
    };
    // The profile is looked for behind the last `/`, then the selector before it.
    let (rest, profile) = rest.rsplit('@');
    if let Some(slash) = rest.text.find('/') {
        let from = rest.at + slash;
        return fail(Kind::TooManyParts, from..rest.span().end, "the end");
    }
    let (name, selector) = rest.split(':');
    if name.text.is_empty() {
        return fail(Kind::EmptyPart, name.span(), "a model name");
    }
    check_characters(given, org, "a letter, a digit, `-`, `_` or `.`")?;
    check_characters(given, name, "a letter, a digit, `-`, `_`, `.` or `:`")?;
    if let Some(selector) = selector {
        if selector.text.is_empty() {
            return fail(
                Kind::EmptyPart,
                selector.span(),
                "`fastest`, `cheapest`, `preferred` or a provider",
            );
        }
        check_characters(given, selector, "a letter, a digit, `-`, `_` or `.`")?;
    }
    if let Some(profile) = profile {
        if profile.text.is_empty() {
            return fail(Kind::EmptyPart, profile.span(), "an auth profile");
        }
        if let Some((at, c)) =
            profile.text.char_indices().find(|(_, c)| c.is_whitespace() || c.is_control() || *c == '/')
        {
            let from = profile.at + at;
            return fail(Kind::UnexpectedCharacter, from..from + c.len_utf8(), "an auth profile");
        }
    }

    let mut text = String::with_capacity(PROVIDER.len() + 1 + id.text.len());
    text.push_str(PROVIDER);
    text.push('/');
    text.push_str(org.text);
    let org_end = text.len();
    text.push('/');
    text.push_str(name.text);
    let name_end = text.len();
    if let Some(selector) = selector {
        text.push(':');
        text.push_str(selector.text);
    }
    let selector_end = text.len();
    if let Some(profile) = profile {
        text.push('@');
        text.push_str(profile.text);
    }
    Ok(ModelRef { text, org_end, name_end, selector_end })
}

fn too_long(given: &str, span: Range<usize>, expected: &'static str) -> ParseError {
    let cut = given.char_indices().map(|(at, _)| at).take_while(|at| *at <= 80).last().unwrap_or(0);
    let input = format!("{}…", given.get(..cut).unwrap_or_default());
    ParseError { kind: Kind::TooLong, input, span, expected }
}

/// Whether the characters of a selector that stands at `at` can stand there.
pub(crate) fn check_selector(given: &str, at: usize, selector: &str) -> Result<(), ParseError> {
    check_characters(given, Piece { text: selector, at }, "a letter, a digit, `-`, `_` or `.`")
}

/// The Hub allows ASCII letters, digits and `-`, `_`, `.` in names; slugs follow the same rule.
fn check_characters(given: &str, piece: Piece<'_>, expected: &'static str) -> Result<(), ParseError> {
    match piece
        .text
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
    {
        None => Ok(()),
        Some((at, c)) => {
            let from = piece.at + at;
            let span = from..from + c.len_utf8();
            // The white space at the end is shown where it is what cannot stand there.
            let shown = given.get(..given.trim_end().len().max(span.end)).unwrap_or(given);
            Err(ParseError { kind: Kind::UnexpectedCharacter, input: String::from(shown), span, expected })
        }
    }
}
