//! The answer as the client sees it, judged event by event.

use serde::Deserialize;

use super::question::Question;
use super::{Outcome, http};

/// What the head says of an answer.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// The sandbox's number of the request that is answered; it is part of the router's request id.
    pub(crate) number: Option<u64>,
    provider: String,
    /// The model that answers, without a suffix.
    model: String,
    /// Attempts, the one that answers included.
    pub(crate) attempts: usize,
}

impl Head {
    pub(crate) fn read(head: &[u8]) -> Outcome<Self> {
        let header = |name| http::header(head, name).unwrap_or_default();
        let status = head.get(9..12).and_then(|status| str::from_utf8(status).ok()?.parse().ok());
        let status = status.ok_or_else(|| format!("no status: `{}`", String::from_utf8_lossy(head)))?;
        let id = header("x-request-id").split_once("5a0db0c0-").and_then(|(_, id)| id.split(';').next());
        let model = header("x-openclaw-model");
        Ok(Self {
            status,
            number: id.and_then(|id| u64::from_str_radix(id, 16).ok()),
            provider: header("x-openclaw-provider").to_owned(),
            model: model.split_once(':').map_or(model, |(id, _)| id).to_owned(),
            attempts: header("x-openclaw-attempts").split(',').filter(|one| !one.is_empty()).count(),
        })
    }
}

/// What has come of an answer.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// All that was said, thoughts included, in its order.
    text: String,
    /// Events with data.
    pub(crate) events: usize,
    is_finished: bool,
    usage: Option<usize>,
    is_done: bool,
    /// The error that the gateway reports in the place of an end.
    pub(crate) error: Option<String>,
}

/// How a stream ended that HTTP calls whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Whole,
    /// With an error that is told.
    Broke,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    id: String,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(default)]
    error: Option<Reported>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    reasoning: Option<String>,
    #[serde(default)]
    reasoning_content: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    completion_tokens: usize,
}

#[derive(Deserialize)]
struct Reported {
    message: String,
    code: String,
}

impl Answer {
    /// Takes a line of the stream; an error tells what no gateway may send.
    pub(crate) fn line(&mut self, line: &[u8], head: &Head, question: &Question) -> Outcome {
        let line = str::from_utf8(line).map_err(|_| "a line that is no text".to_owned())?;
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() || line.starts_with(':') {
            return Ok(());
        }
        let data = line.strip_prefix("data:").ok_or_else(|| format!("a line `{line}`"))?.trim();
        if self.is_done || self.error.is_some() {
            return Err(format!("something behind the end: `{data}`"));
        }
        self.events += 1;
        if data == "[DONE]" {
            self.is_done = true;
            return Ok(());
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(|error| format!("`{data}`: {error}"))?;
        if let Some(Reported { message, code }) = chunk.error {
            self.error = Some(format!("{code}: {message}"));
            return Ok(());
        }
        let ours = head.number.map(|number| format!("chatcmpl-sandbox-{number}"));
        if !chunk.id.is_empty() && Some(&chunk.id) != ours.as_ref() {
            return Err(format!("an event of `{}` in the answer `{}`", chunk.id, ours.unwrap_or_default()));
        }
        if let Some(usage) = chunk.usage {
            if chunk.choices.is_empty() && !question.wants_usage {
                return Err("a usage that was not asked for".to_owned());
            }
            self.usage = Some(usage.completion_tokens);
        }
        for Choice { delta, finish_reason } in chunk.choices {
            let Delta { content, reasoning, reasoning_content } = delta;
            for said in [reasoning, reasoning_content, content].into_iter().flatten() {
                if self.is_finished && !said.is_empty() {
                    return Err(format!("`{said}` behind the finish reason"));
                }
                self.text.push_str(&said);
            }
            self.is_finished |= finish_reason.is_some();
        }
        Ok(())
    }

    /// Judges all of it; an error tells what is wrong with it.
    pub(crate) fn judge(&self, head: &Head, question: &Question) -> Outcome<Ended> {
        let said = self.text.replace("<think>\n", "").replace("\n</think>\n\n", "");
        let expected = format!(
            "You asked: \u{201c}{}\u{201d} This is a rehearsal: the sandbox answers for {} as {} would,",
            question.text, head.model, head.provider
        );
        // What broke off has a part of it, or nothing but thoughts.
        let begun = said.find("You asked").and_then(|at| said.get(at..)).unwrap_or_default();
        let (shorter, longer) = match begun.len() < expected.len() {
            true => (begun, expected.as_str()),
            false => (expected.as_str(), begun),
        };
        if !longer.starts_with(shorter) {
            return Err(format!("`{begun}` instead of `{expected}`"));
        }
        if self.error.is_some() {
            return match self.text.is_empty() {
                true => Err("an error before anything was said".to_owned()),
                false => Ok(Ended::Broke),
            };
        }
        if !self.is_done {
            return Err("neither `[DONE]` nor an error".to_owned());
        }
        if !self.is_finished {
            return Err("`[DONE]` without a finish reason".to_owned());
        }
        let words = said.split_inclusive(' ').count();
        if words != question.words || begun.len() < expected.len() {
            return Err(format!("{words} words instead of {}: `{said}`", question.words));
        }
        if self.usage.is_some_and(|usage| usage != words) || question.wants_usage && self.usage.is_none() {
            return Err(format!("a usage of {:?} with {words} words", self.usage));
        }
        Ok(Ended::Whole)
    }
}
