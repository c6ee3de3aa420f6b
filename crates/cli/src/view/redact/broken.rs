//! Secrets in a text that does not parse: all that could be one.

use std::ops::Range;

use super::Mask;
use super::names::Place;
use super::words;

/// Bare words of at least so many bytes could be secrets.
const LONG: usize = 12;

/// What to mask: every text in quotes and every long bare word but keys and references to models; every bare value of a
/// key whose name tells a secret. What the caret is under stays, unless it is such a value, stands in quotes or
/// on a line where a quote is not closed.
pub(super) fn masks(text: &str, caret: &Range<usize>) -> Vec<Mask> {
    let mut scan = Scan {
        text,
        at: 0,
        wants_value: false,
        had_value: false,
        is_secret: false,
        outer: Vec::new(),
        open: Vec::new(),
    };
    let mut found: Vec<_> = words::ranges(text);
    let mut bare = Vec::new();
    while let Some(piece) = scan.next_piece() {
        match piece {
            Piece::Key => {}
            Piece::Quoted(range) => {
                if scan.is_secret || !text.get(range.clone()).is_some_and(is_reference) {
                    found.push(range);
                }
            }
            Piece::Word { range, is_value_of_secret: true } => found.push(range),
            Piece::Word { range, is_value_of_secret: false } => bare.push(range),
        }
    }
    let mut open = scan.open.into_iter().peekable();
    found.extend(bare.into_iter().filter(|word| {
        while open.next_if(|lines| lines.end <= word.start).is_some() {}
        // Where quotes do not pair, what stands between them may be what stands outside.
        let is_torn = open.peek().is_some_and(|lines| lines.start <= word.start)
            || text.get(word.end..).is_some_and(|behind| behind.starts_with(['"', '\'']));
        let is_under_caret = word.start < caret.end && caret.start < word.end;
        is_torn || word.len() >= LONG && !is_under_caret
    }));
    found.into_iter().map(|range| Mask { range, is_whole: false }).collect()
}

enum Piece {
    Key,
    /// Without its quotes.
    Quoted(Range<usize>),
    Word {
        range: Range<usize>,
        is_value_of_secret: bool,
    },
}

/// Reads on, whatever comes.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// A `:` came before and no `,` since.
    wants_value: bool,
    /// Something stands there already.
    had_value: bool,
    /// The key before the `:`, or one around, tells a secret.
    is_secret: bool,
    /// Of the brackets around: whether the key before tells a secret, and whether it is `[`, where no keys are.
    outer: Vec<(bool, bool)>,
    /// The lines on which a quote is not closed, in order.
    open: Vec<Range<usize>>,
}

impl Scan<'_> {
    fn next_piece(&mut self) -> Option<Piece> {
        loop {
            let rest = self.text.get(self.at..)?;
            let c = rest.chars().next()?;
            match c {
                '{' | '[' => {
                    self.outer.push((self.is_secret, c == '['));
                    self.begin();
                }
                '}' | ']' => {
                    self.outer.pop();
                    self.begin();
                    self.had_value = true;
                }
                ',' => self.begin(),
                ':' => {
                    self.wants_value = true;
                    self.had_value = false;
                }
                '\n' | '\r' if self.had_value => self.begin(),
                '"' | '\'' => return Some(self.quoted(rest)),
                '/' if rest.starts_with("/*") => {
                    let inner = self.at + 2;
                    let length = rest.split_once("*/").map_or(2, |(comment, _)| comment.len() + 2);
                    self.at += length;
                    let comment = self.text.get(inner..(self.at - 2).max(inner)).unwrap_or_default();
                    if comment.contains(['"', '\''])
                        || comment.split(|c| !is_word(c)).any(|word| word.len() >= LONG)
                    {
                        return Some(Piece::Quoted(inner..inner + comment.len()));
                    }
                    continue;
                }
                _ if is_word(c) => return Some(self.word(rest)),
                _ => {}
            }
            self.at += c.len_utf8();
        }
    }

    fn is_around_secret(&self) -> bool {
        self.outer.last().is_some_and(|(is_secret, _)| *is_secret)
    }

    fn begin(&mut self) {
        self.is_secret = self.is_around_secret();
        self.wants_value = false;
        self.had_value = false;
    }

    fn quoted(&mut self, rest: &str) -> Piece {
        let length = super::string_len(rest, |c| matches!(c, '\n' | '\r'));
        let is_closed = length > 1 && rest.get(length - 1..length) == rest.get(..1);
        let inner = self.at + 1..self.at + length - usize::from(is_closed);
        if !is_closed {
            let before = self.text.get(..self.at).unwrap_or_default();
            self.open.push(before.rfind(['\n', '\r']).map_or(0, |end| end + 1)..self.at + length);
        }
        self.at += length;
        if self.is_key() {
            self.key(inner)
        } else {
            // A word right behind the quotes was meant to stand in them.
            let behind = self.text.get(self.at..).unwrap_or_default();
            let glued = behind.find(|c| !is_word(c)).unwrap_or(behind.len());
            self.had_value = true;
            if glued == 0 {
                return Piece::Quoted(inner);
            }
            self.at += glued;
            Piece::Quoted(inner.start..self.at)
        }
    }

    fn word(&mut self, rest: &str) -> Piece {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let length = rest.get(..length).and_then(|word| word.find("/*")).unwrap_or(length);
        let range = self.at..self.at + length;
        self.at += length;
        if self.is_key() {
            return self.key(range);
        }
        // Behind a value in quotes only a mistake can stand, which is worth showing.
        let is_value_of_secret = self.is_secret && !self.follows_quotes(range.start);
        self.had_value = true;
        Piece::Word { range, is_value_of_secret }
    }

    fn follows_quotes(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or_default();
        before.trim_end_matches([' ', '\t']).ends_with(['"', '\'']) && before.ends_with([' ', '\t'])
    }

    /// Whether a `:` comes next, behind nothing but blanks and comments.
    fn is_key(&self) -> bool {
        if self.wants_value || self.outer.last().is_some_and(|(_, is_array)| *is_array) {
            return false;
        }
        let mut rest = self.text.get(self.at..).unwrap_or_default();
        loop {
            rest = rest.trim_start();
            match rest.strip_prefix("/*").and_then(|inner| inner.split_once("*/")) {
                Some((_, behind)) => rest = behind,
                None => return rest.starts_with(':'),
            }
        }
    }

    fn key(&mut self, range: Range<usize>) -> Piece {
        let name = self.text.get(range).unwrap_or_default();
        // An escape may spell anything.
        let is_secret = name.contains('\\')
            || matches!(Place::Plain.member(name), Place::Secret | Place::Auth | Place::Env);
        self.is_secret = is_secret || self.is_around_secret();
        Piece::Key
    }
}

fn is_word(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '{' | '}' | '[' | ']' | ':' | ',' | '"' | '\''))
}

/// Whether a text in quotes is the name of a model.
fn is_reference(text: &str) -> bool {
    text.strip_prefix("huggingface/").is_some_and(|rest| {
        rest.contains('/')
            && rest.len() <= 120
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ':'))
    })
}
