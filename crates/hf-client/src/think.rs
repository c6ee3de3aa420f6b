//! Thought inside the content: `<think>…</think>` at its start.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";
/// White space in front of the tag that is waited through before it counts as content.
const MAX_LEADING: usize = 64;

/// A piece of the content, told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text of the answer.
    Content(String),
    /// Text of the thought in front of it.
    Reasoning(String),
}

/// Tells thought from answer in content that arrives in pieces.
///
/// A tag counts only at the very start of the content: later on it is what somebody writes about, for example in an
/// answer about this very tag. Tags and the white space in front of the first are dropped, everything else is given
/// unchanged. Thought that is never closed stays thought.
///
/// ```
/// use openclaw_hf_client::{Segment, ThinkSplitter};
///
/// let mut splitter = ThinkSplitter::new();
/// let mut segments = splitter.push("<thi");
/// segments.extend(splitter.push("nk>two</think>4"));
/// segments.extend(splitter.finish());
/// assert_eq!(segments, [Segment::Reasoning("two".into()), Segment::Content("4".into())]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ThinkSplitter {
    state: State,
    /// The start of the content, or what may be the start of a closing tag.
    held: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Thought,
    Answer,
}

impl ThinkSplitter {
    /// A splitter at the start of the content.
    pub fn new() -> Self {
        Self::default()
    }

    /// What can be said after the next piece; at most one segment of each kind, thought first.
    pub fn push(&mut self, piece: &str) -> Vec<Segment> {
        let mut segments = Vec::new();
        if self.state == State::Answer {
            give(&mut segments, Segment::Content, piece);
            return segments;
        }
        self.held.push_str(piece);
        if self.state == State::Start {
            let text = self.held.trim_start();
            if self.held.len() - text.len() > MAX_LEADING {
                self.state = State::Answer;
            } else if let Some(thought) = text.strip_prefix(OPEN) {
                self.held = thought.to_owned();
                self.state = State::Thought;
            } else if !OPEN.starts_with(text) {
                self.state = State::Answer;
            }
            if self.state == State::Answer {
                give(&mut segments, Segment::Content, &std::mem::take(&mut self.held));
            }
        }
        if self.state == State::Thought {
            if let Some((thought, answer)) = self.held.split_once(CLOSE) {
                give(&mut segments, Segment::Reasoning, thought);
                give(&mut segments, Segment::Content, answer);
                self.held = String::new();
                self.state = State::Answer;
            } else {
                let kept = (1..CLOSE.len())
                    .rev()
                    .find(|&length| CLOSE.get(..length).is_some_and(|start| self.held.ends_with(start)))
                    .unwrap_or(0);
                let rest = self.held.split_off(self.held.len() - kept);
                give(&mut segments, Segment::Reasoning, &self.held);
                self.held = rest;
            }
        }
        segments
    }

    /// What was held back when the content is over.
    pub fn finish(&mut self) -> Option<Segment> {
        let held = std::mem::take(&mut self.held);
        let segment = if self.state == State::Thought { Segment::Reasoning } else { Segment::Content };
        self.state = State::Answer;
        (!held.is_empty()).then(|| segment(held))
    }
}

fn give(segments: &mut Vec<Segment>, kind: fn(String) -> Segment, text: &str) {
    if !text.is_empty() {
        segments.push(kind(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Thought and answer, joined.
    fn split<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let mut splitter = ThinkSplitter::new();
        let (mut thought, mut answer) = (String::new(), String::new());
        let mut take = |segment| match segment {
            Segment::Reasoning(text) => {
                assert!(answer.is_empty(), "thought behind the answer");
                thought.push_str(&text);
            }
            Segment::Content(text) => answer.push_str(&text),
        };
        for piece in pieces {
            splitter.push(piece).into_iter().for_each(&mut take);
        }
        splitter.finish().into_iter().for_each(&mut take);
        (thought, answer)
    }

    #[track_caller]
    fn check(text: &str, thought: &str, answer: &str) {
        let expected = (thought.to_owned(), answer.to_owned());
        assert_eq!(split([text]), expected);
        let letters: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(split(letters.iter().map(String::as_str)), expected);
    }

    #[test]
    fn table() {
        check("plain", "", "plain");
        check("", "", "");
        check("<think>a</think>b", "a", "b");
        check("\n <think>\na\n</think>\n\nb", "\na\n", "\n\nb");
        check("<think>never closed </thin", "never closed </thin", "");
        check("<think></think>b", "", "b");
        check("<think>a</think>b<think>c</think>", "a", "b<think>c</think>");
        check("the tag <think> is", "", "the tag <think> is");
        check("</think>b", "", "</think>b");
        check("<thin", "", "<thin");
        check("<thinker>", "", "<thinker>");
        check("<think>a<</think></think>", "a<", "</think>");
        check("  \n", "", "  \n");
        let spaces = " ".repeat(100);
        check(&format!("{spaces}b"), "", &format!("{spaces}b"));
    }

    #[test]
    fn what_cannot_be_a_tag_is_given_at_once() {
        let mut splitter = ThinkSplitter::new();
        assert_eq!(splitter.push("He"), [Segment::Content("He".into())]);
        assert_eq!(splitter.push("<thi"), [Segment::Content("<thi".into())]);
        assert_eq!(splitter.finish(), None);
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same(pieces in proptest::collection::vec(prop_oneof![
            Just("<think>".to_owned()), Just("</think>".to_owned()), Just("<".to_owned()), Just("</thi".to_owned()),
            Just("nk>".to_owned()), Just(" ".to_owned()), "[a-zé<>/]{0,4}",
        ], 0..12)) {
            let whole = pieces.concat();
            prop_assert_eq!(split(pieces.iter().map(String::as_str)), split([whole.as_str()]));
        }
    }
}
