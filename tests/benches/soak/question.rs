//! What one client asks once, and how it behaves.

use std::time::Duration;

use serde_json::json;

use super::dice::Dice;
use super::gateway::KEY;
use super::models::{LONG, NAMES};

/// The beginning of the body's key that names a question.
pub(crate) const MARK: &str = "soak-";

/// How a client behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It reads all as it comes.
    Steady,
    /// It goes away after a while, mostly before anything has come.
    LeavesEarly(Duration),
    /// It goes away after so many events.
    LeavesAfter(usize),
    /// It has little room, and is slower than the provider.
    Slow,
}

/// What one client asks once.
#[derive(Debug)]
pub(crate) struct Question {
    /// No two are the same.
    pub(crate) mark: String,
    pub(crate) text: String,
    pub(crate) manner: Manner,
    /// Words that are to be answered.
    pub(crate) words: usize,
    /// Whether the usage is to come as the last event.
    pub(crate) wants_usage: bool,
    model: &'static str,
}

impl Question {
    pub(crate) fn new(client: u32, round: u32, dice: &mut Dice) -> Self {
        let manner = match dice.between(1, 100) {
            1 => Manner::Slow,
            2..=3 => Manner::LeavesEarly(Duration::from_millis(dice.between(0, 3_000))),
            4..=6 => Manner::LeavesAfter(usize::try_from(dice.between(1, 30)).unwrap_or(1)),
            _ => Manner::Steady,
        };
        let (model, words) = match manner {
            Manner::Slow => (LONG.id, super::WORDS),
            _ => (dice.one_of(&NAMES), usize::try_from(dice.between(45, 80)).unwrap_or(45)),
        };
        Self {
            mark: format!("{MARK}{client}-{round}"),
            text: format!("what does client {client} hear in round {round} of {:016x}?", dice.next()),
            manner,
            words,
            wants_usage: dice.one_in(2),
            model,
        }
    }

    /// The request, byte for byte.
    pub(crate) fn request(&self, port: u16) -> Vec<u8> {
        let mut body = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": "You answer in short sentences." },
                { "role": "user", "content": self.text },
            ],
            "stream": true,
            "max_tokens": self.words,
        });
        body[&self.mark] = json!(true);
        if self.wants_usage {
            body["stream_options"] = json!({ "include_usage": true });
        }
        let body = body.to_string();
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n\
             Content-Type: application/json\r\nAuthorization: Bearer {KEY}\r\nContent-Length: {}\r\n\r\n",
            body.len(),
        );
        [head, body].concat().into_bytes()
    }
}
