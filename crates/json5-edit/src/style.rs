//! What new text should look like, learned from the text around it.

use alloc::string::{String, ToString};

use crate::chars::is_common_identifier;
use crate::document::Document;
use crate::tape::Kind;
use crate::trivia::{Mark, has_break, line_begin, tokens};

/// How many nodes are looked at to learn the style of a file: enough to know it, and little
/// against the cost of parsing.
const SAMPLE: usize = 4096;

/// The style of a whole file. What it does not show is as strict JSON has it, so that an edit
/// does not take a file away from readers of JSON.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) newline: &'static str,
    /// one step of indentation
    pub(crate) unit: String,
    /// after the last member of a container that is spread over lines
    pub(crate) trailing_comma: bool,
    space_before_colon: bool,
    space_after_colon: bool,
    /// after a comma inside a line
    pub(crate) comma_space: bool,
    /// inside the braces of an object on one line
    pub(crate) object_pad: bool,
    /// inside the brackets of an array on one line
    pub(crate) array_pad: bool,
    /// are arrays of plain values spread over lines?
    pub(crate) spread_arrays: bool,
    pub(crate) local: Local,
}

/// The style of keys and strings, which may differ from object to object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Local {
    /// around strings
    pub(crate) quote: char,
    /// no quotes around keys that are identifiers
    pub(crate) bare_keys: bool,
    /// around other keys
    pub(crate) key_quote: char,
}

/// Whether the containers beside a new one are spread over lines; `None` if there are none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape {
    pub(crate) object: Option<bool>,
    pub(crate) array: Option<bool>,
}

/// For and against.
#[derive(Debug, Clone, Copy, Default)]
struct Votes {
    yes: usize,
    no: usize,
}

impl Votes {
    fn add(&mut self, vote: bool) {
        if vote {
            self.yes += 1;
        } else {
            self.no += 1;
        }
    }

    /// The majority, or `otherwise` if nobody voted; a tie is a yes.
    fn decide(self, otherwise: bool) -> bool {
        if self.yes + self.no == 0 { otherwise } else { self.yes >= self.no }
    }
}

/// Votes about keys and strings.
#[derive(Debug, Clone, Copy, Default)]
struct LocalVotes {
    double_quotes: Votes,
    bare_keys: Votes,
    double_key_quotes: Votes,
}

impl LocalVotes {
    fn add(&mut self, doc: &Document, index: u32) {
        let raw = doc.raw(index);
        match doc.tape.node(index).kind {
            Kind::Plain | Kind::Escaped => self.double_quotes.add(raw.starts_with('"')),
            Kind::NameKey | Kind::EscapedNameKey => self.bare_keys.add(true),
            Kind::PlainKey | Kind::EscapedKey => {
                self.double_key_quotes.add(raw.starts_with('"'));
                // a key that must have quotes says nothing about the others
                if doc.key_text(index).is_some_and(|key| is_common_identifier(&key)) {
                    self.bare_keys.add(false);
                }
            }
            _ => {}
        }
    }

    fn decide(self, otherwise: Local) -> Local {
        let is_double = self.double_quotes.decide(otherwise.quote == '"');
        let key_is_double =
            self.double_key_quotes.decide(if self.double_quotes.yes + self.double_quotes.no == 0 {
                otherwise.key_quote == '"'
            } else {
                is_double
            });
        Local {
            quote: if is_double { '"' } else { '\'' },
            bare_keys: self.bare_keys.decide(otherwise.bare_keys),
            key_quote: if key_is_double { '"' } else { '\'' },
        }
    }
}

impl Local {
    /// The style inside one container.
    pub(crate) fn learn(doc: &Document, container: u32, style: &Style) -> Self {
        let mut votes = LocalVotes::default();
        for child in doc.tape.children(container) {
            votes.add(doc, child);
            if doc.key_text(child).is_some() {
                votes.add(doc, child + 1);
            }
        }
        votes.decide(style.local)
    }
}

impl Shape {
    /// How the containers directly inside a container look.
    pub(crate) fn learn(doc: &Document, container: u32) -> Self {
        let (mut object, mut array) = (Votes::default(), Votes::default());
        for child in doc.tape.children(container) {
            let value = if doc.key_text(child).is_some() { child + 1 } else { child };
            let node = doc.tape.node(value);
            let votes = match node.kind {
                Kind::Object => &mut object,
                Kind::Array => &mut array,
                _ => continue,
            };
            if node.next > value + 1 {
                votes.add(is_spread(doc, value));
            }
        }
        let shown = |votes: Votes| (votes.yes + votes.no > 0).then(|| votes.decide(true));
        Self { object: shown(object), array: shown(array) }
    }
}

/// Does the first thing inside a container that is not empty stand on a line of its own?
fn is_spread(doc: &Document, container: u32) -> bool {
    let first = doc.tape.node(container + 1);
    has_break(&doc.text, doc.tape.node(container).start as usize, first.start as usize)
}

impl Style {
    pub(crate) fn learn(doc: &Document) -> Self {
        let text = doc.text.as_str();
        let strict = Local { quote: '"', bare_keys: false, key_quote: '"' };
        let mut local = LocalVotes::default();
        let (mut before_colon, mut after_colon, mut comma) =
            (Votes::default(), Votes::default(), Votes::default());
        let (mut object_pad, mut array_pad) = (Votes::default(), Votes::default());
        let (mut trailing, mut spread_arrays) = (Votes::default(), Votes::default());
        let mut unit: Option<String> = None;
        let sample = doc.tape.nodes.len().min(SAMPLE);
        for index in 0..crate::tape::to_u32(sample) {
            local.add(doc, index);
            let node = doc.tape.node(index);
            match node.kind {
                Kind::NameKey | Kind::EscapedNameKey | Kind::PlainKey | Kind::EscapedKey => {
                    let value = doc.tape.node(index + 1);
                    let between = text.get(node.end as usize..value.start as usize).unwrap_or_default();
                    if !between.contains('/') {
                        before_colon.add(between.starts_with([' ', '\t']));
                        after_colon.add(!between.ends_with(':'));
                    }
                }
                Kind::Array | Kind::Object if node.next > index + 1 => {
                    let first = doc.tape.node(index + 1);
                    let (open, close) = (node.start as usize + 1, node.end as usize - 1);
                    let is_array = node.kind == Kind::Array;
                    let mut children = doc.tape.children(index);
                    let value_of = |child: u32| if is_array { child } else { child + 1 };
                    if is_spread(doc, index) {
                        let last = children.last().map_or(index + 1, value_of);
                        let tail = tokens(text, doc.tape.node(last).end as usize, close);
                        trailing.add(tail.iter().any(|token| token.mark == Mark::Comma));
                        if unit.is_none() {
                            unit = step(text, first.start as usize, close);
                        }
                    } else {
                        let pad = text.get(open..first.start as usize).unwrap_or_default();
                        let votes = if is_array { &mut array_pad } else { &mut object_pad };
                        votes.add(pad.starts_with(' '));
                        if let (Some(one), Some(two)) = (children.next(), children.next()) {
                            let from = doc.tape.node(value_of(one)).end as usize;
                            let between =
                                text.get(from..doc.tape.node(two).start as usize).unwrap_or_default();
                            comma.add(!between.ends_with(','));
                        }
                    }
                    if is_array && !matches!(first.kind, Kind::Array | Kind::Object) {
                        spread_arrays.add(is_spread(doc, index));
                    }
                }
                _ => {}
            }
        }
        // a file that puts no space after colons puts none after commas
        let after_colon = after_colon.decide(comma.decide(true));
        Self {
            newline: newline(text),
            unit: unit.unwrap_or_else(|| "  ".to_string()),
            trailing_comma: trailing.decide(false),
            space_before_colon: before_colon.decide(false),
            space_after_colon: after_colon,
            comma_space: comma.decide(after_colon),
            object_pad: object_pad.decide(false),
            array_pad: array_pad.decide(false),
            spread_arrays: spread_arrays.decide(false),
            local: local.decide(strict),
        }
    }

    pub(crate) fn push_colon(&self, out: &mut String) {
        out.push_str(if self.space_before_colon { " :" } else { ":" });
        if self.space_after_colon {
            out.push(' ');
        }
    }
}

/// The indentation that a child has more than the closing bracket.
fn step(text: &str, child: usize, close: usize) -> Option<String> {
    let inner = text.get(line_begin(text, child)?..child)?;
    let outer = text.get(line_begin(text, close)?..close)?;
    let step = inner.strip_prefix(outer)?;
    (!step.is_empty()).then(|| step.to_string())
}

/// How the first line of the text ends.
fn newline(text: &str) -> &'static str {
    match text.find(['\n', '\r']).and_then(|at| text.get(at..)) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}
