//! What the sandbox says: a short text that depends on the request alone.

use serde_json::{Map, Value, json};

/// How much of the question is repeated, in characters.
const ECHO: usize = 160;

const THOUGHT: &str = "The question is read, the rehearsal is planned, the answer follows. ";
const PADDING: &str = "Word after word the rehearsal goes on. ";

/// What a request body asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    /// The last user message on one line, cut to a readable length.
    question: String,
    /// Words in all messages: a rough count is enough to rehearse with.
    prompt_tokens: usize,
    /// `max_tokens`, else `max_completion_tokens`.
    limit: Option<usize>,
    pub(crate) stream: bool,
    pub(crate) include_usage: bool,
}

impl Ask {
    /// Reads the body; the error names the parameter that is wrong and says how.
    pub(crate) fn read(body: &Map<String, Value>) -> Result<Self, (&'static str, &'static str)> {
        let messages = body
            .get("messages")
            .and_then(Value::as_array)
            .filter(|messages| !messages.is_empty())
            .ok_or(("messages", "expected a non-empty array of messages"))?;
        let texts: Vec<String> = messages.iter().map(text_of).collect();
        let prompt_tokens = texts.iter().map(|text| text.split_whitespace().count()).sum();
        let asked = messages
            .iter()
            .zip(&texts)
            .rev()
            .find(|(message, _)| message.get("role").and_then(Value::as_str) == Some("user"))
            .map(|(_, text)| text)
            .or(texts.last());
        Ok(Self {
            question: asked.map(|text| on_one_line(text)).unwrap_or_default(),
            prompt_tokens,
            limit: limit(body)?,
            stream: body.get("stream").and_then(Value::as_bool).unwrap_or(false),
            include_usage: body
                .get("stream_options")
                .and_then(|options| options.get("include_usage"))
                .and_then(Value::as_bool)
                .unwrap_or(false),
        })
    }
}

fn limit(body: &Map<String, Value>) -> Result<Option<usize>, (&'static str, &'static str)> {
    for key in ["max_tokens", "max_completion_tokens"] {
        match body.get(key) {
            None | Some(Value::Null) => {}
            Some(value) => {
                let count = value.as_u64().filter(|&count| count > 0);
                let count = count.ok_or((key, "expected a whole number above 0"))?;
                return Ok(Some(usize::try_from(count).unwrap_or(usize::MAX)));
            }
        }
    }
    Ok(None)
}

/// The text of a message whose content is a string or a list of parts.
fn text_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts: Vec<&str> =
                parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect();
            texts.join(" ")
        }
        _ => String::new(),
    }
}

fn on_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(ECHO) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Why the answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    Stop,
    Length,
}

impl Finish {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
        }
    }
}

/// An answer in words, each with the blank that follows it; one word counts as one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) thoughts: Vec<String>,
    pub(crate) words: Vec<String>,
    pub(crate) finish: Finish,
    pub(crate) prompt_tokens: usize,
}

impl Answer {
    /// Composes the answer of `provider` for `model`, at least `at_least` words long.
    pub(crate) fn compose(ask: &Ask, model: &str, provider: &str, thinks: bool, at_least: usize) -> Self {
        let mut text = format!(
            "You asked: \u{201c}{}\u{201d} This is a rehearsal: the sandbox answers for {model} as {provider} would, \
             no model has run and nothing was spent.",
            ask.question
        );
        let missing = at_least.saturating_sub(text.split_inclusive(' ').count());
        if missing > 0 {
            text.push(' ');
            for word in PADDING.split_inclusive(' ').cycle().take(missing) {
                text.push_str(word);
            }
            text.truncate(text.trim_end().len());
        }
        let mut thoughts = if thinks { words(THOUGHT) } else { Vec::new() };
        let mut words = words(&text);
        let limit = ask.limit.unwrap_or(usize::MAX);
        let finish = if thoughts.len() + words.len() > limit { Finish::Length } else { Finish::Stop };
        // Thought is paid from the same purse: a small limit leaves no words at all.
        thoughts.truncate(limit);
        words.truncate(limit - thoughts.len());
        Self { thoughts, words, finish, prompt_tokens: ask.prompt_tokens }
    }

    /// Tokens produced in all.
    pub(crate) fn tokens(&self) -> usize {
        self.thoughts.len() + self.words.len()
    }

    /// The `usage` object once `produced` tokens are out.
    pub(crate) fn usage(&self, produced: usize) -> Value {
        json!({
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": produced,
            "total_tokens": self.prompt_tokens + produced,
        })
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(body: &Value) -> Result<Ask, (&'static str, &'static str)> {
        Ask::read(body.as_object().unwrap())
    }

    fn answer(body: &Value, thinks: bool, at_least: usize) -> Answer {
        Answer::compose(&ask(body).unwrap(), "org/name", "together", thinks, at_least)
    }

    #[test]
    fn the_last_user_message_is_the_question() {
        #[track_caller]
        fn check(messages: &Value, question: &str, tokens: usize) {
            let ask = ask(&json!({ "messages": messages })).unwrap();
            assert_eq!((ask.question.as_str(), ask.prompt_tokens), (question, tokens));
        }
        check(&json!([{ "role": "user", "content": "why\n  not?" }]), "why not?", 2);
        check(
            &json!([{ "role": "user", "content": "one" }, { "role": "assistant", "content": "two words" }]),
            "one",
            3,
        );
        check(&json!([{ "role": "system", "content": "be kind" }]), "be kind", 2);
        check(
            &json!([{ "role": "user", "content": [{ "type": "text", "text": "what is" }, { "type": "image_url" },
                { "type": "text", "text": "this?" }] }]),
            "what is this?",
            3,
        );
        check(&json!([{ "role": "user" }]), "", 0);
        check(&json!([7]), "", 0);
    }

    #[test]
    fn a_long_question_is_cut_between_characters() {
        let long = "ä".repeat(ECHO + 1);
        let got = ask(&json!({ "messages": [{ "role": "user", "content": long }] })).unwrap();
        assert_eq!(got.question, format!("{}…", "ä".repeat(ECHO)));
    }

    #[test]
    fn wrong_parameters_are_named() {
        #[track_caller]
        fn check(body: &Value, param: &str) {
            assert_eq!(ask(body).map_err(|(param, _)| param), Err(param));
        }
        check(&json!({}), "messages");
        check(&json!({ "messages": [] }), "messages");
        check(&json!({ "messages": "hi" }), "messages");
        check(&json!({ "messages": [{}], "max_tokens": 0 }), "max_tokens");
        check(&json!({ "messages": [{}], "max_tokens": -1 }), "max_tokens");
        check(&json!({ "messages": [{}], "max_completion_tokens": "9" }), "max_completion_tokens");
    }

    #[test]
    fn the_answer_is_readable() {
        let got = answer(&json!({ "messages": [{ "role": "user", "content": "why not?" }] }), false, 0);
        insta::assert_snapshot!(got.words.concat(), @"You asked: “why not?” This is a rehearsal: the sandbox answers for org/name as together would, no model has run and nothing was spent.");
        assert_eq!(got.finish, Finish::Stop);
    }

    #[test]
    fn the_limit_counts_thoughts_too() {
        #[track_caller]
        fn check(limit: usize, thinks: bool, expect: (usize, usize, Finish)) {
            let body = json!({ "messages": [{ "role": "user", "content": "hi" }], "max_tokens": limit });
            let got = answer(&body, thinks, 0);
            assert_eq!((got.thoughts.len(), got.words.len(), got.finish), expect);
        }
        check(3, false, (0, 3, Finish::Length));
        check(3, true, (3, 0, Finish::Length));
        check(12, true, (11, 1, Finish::Length));
        check(1_000, false, (0, 23, Finish::Stop));
        check(23, false, (0, 23, Finish::Stop));
        check(22, false, (0, 22, Finish::Length));
    }

    #[test]
    fn an_answer_is_padded_to_the_wanted_length() {
        let body = json!({ "messages": [{ "role": "user", "content": "hi" }] });
        assert_eq!(answer(&body, false, 500).words.len(), 500);
        assert_eq!(answer(&body, false, 5).words.len(), 23);
    }
}
