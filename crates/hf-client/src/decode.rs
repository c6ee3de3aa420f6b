//! A chat stream's bytes to what a terminal prints, without I/O.

use std::collections::VecDeque;
use std::fmt;

use thiserror::Error;

use crate::sse::{DEFAULT_EVENT_LIMIT, Event, SseDecoder, SseError};
use crate::think::{Segment, ThinkSplitter};
use crate::wire::{
    ChatChunk, ChatReply, ChunkChoice, FinishReason, ToolCall, ToolCallAssembler, ToolCallError, Usage,
};
use crate::{Class, Redactor, Refusal, classify_in_band};

/// What a chat stream says, in the order in which it says it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// The next piece of the answer; never empty.
    Content(String),
    /// The next piece of the thought in front of it; never empty.
    Reasoning(String),
    /// A whole tool call, given when the model is done with all of them.
    ToolCall(ToolCall),
    /// Why the answer ended. Comes once.
    Finish(FinishReason),
    /// Tokens: the last that the provider said. Comes once, at the very end, if at all.
    Usage(Usage),
}

/// Why a stream is not an answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StreamError {
    /// An event is too large.
    #[error(transparent)]
    TooLarge(#[from] SseError),
    /// The tool calls are too large.
    #[error(transparent)]
    ToolCallsTooLarge(#[from] ToolCallError),
    /// An event is not JSON.
    #[error("event {number} of the stream cannot be read, expected a chunk of a chat as JSON")]
    NotJson {
        /// Which event, counted from 1.
        number: u64,
    },
    /// The provider reported an error in the place of a chunk.
    #[error("the provider reported an error in the stream")]
    Reported(Refusal),
    /// The stream ended within an event.
    #[error("the stream ended within an event, expected a finish reason")]
    CutEvent,
    /// The stream ended without a finish reason.
    #[error("the stream ended without a finish reason, expected one")]
    NoFinishReason,
}

impl StreamError {
    /// What to do next: what the error inside the stream says, truncated where it was cut, malformed in any other case.
    ///
    /// ```
    /// use openclaw_hf_client::{ChatDecoder, Class};
    ///
    /// let mut decoder = ChatDecoder::default();
    /// decoder.feed(b"data: {\"choices\":[{\"delta\":{}}]}\n\n");
    /// decoder.finish();
    /// let error = std::iter::from_fn(|| decoder.next_event()).find_map(Result::err).expect("it was cut");
    /// assert_eq!(error.class(), Class::Truncated);
    /// ```
    pub fn class(&self) -> Class {
        match self {
            Self::Reported(refusal) => refusal.class,
            Self::NoFinishReason | Self::CutEvent => Class::Truncated,
            _ => Class::Malformed,
        }
    }
}

/// Decodes a chat stream from bytes, however they arrive.
///
/// Of several alternatives only the first is decoded.
///
/// ```
/// use openclaw_hf_client::{ChatDecoder, ChatEvent, FinishReason, StreamError};
///
/// let mut decoder = ChatDecoder::default();
/// decoder.feed(b"data: {\"choices\":[{\"delta\":{\"content\":\"4\"}}]}\n\n");
/// assert_eq!(decoder.next_event(), Some(Ok(ChatEvent::Content("4".into()))));
/// assert_eq!(decoder.next_event(), None);
///
/// // An end without a finish reason is not an answer.
/// let mut cut = decoder.clone();
/// cut.finish();
/// assert_eq!(cut.next_event(), Some(Err(StreamError::NoFinishReason)));
///
/// decoder.feed(b"data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
/// assert_eq!(decoder.next_event(), Some(Ok(ChatEvent::Finish(FinishReason::Stop))));
/// assert_eq!(decoder.next_event(), None);
/// assert!(decoder.is_over());
/// ```
#[derive(Clone)]
pub struct ChatDecoder {
    sse: SseDecoder,
    redactor: Redactor,
    think: ThinkSplitter,
    tools: ToolCallAssembler,
    queue: VecDeque<ChatEvent>,
    failure: Option<StreamError>,
    number: u64,
    finish_reason: Option<FinishReason>,
    usage: Option<Usage>,
    ended: bool,
    over: bool,
}

impl Default for ChatDecoder {
    fn default() -> Self {
        Self::new(DEFAULT_EVENT_LIMIT, Redactor::default())
    }
}

impl fmt::Debug for ChatDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatDecoder")
            .field("sse", &self.sse)
            .field("events", &self.number)
            .field("finish_reason", &self.finish_reason)
            .field("usage", &self.usage)
            .finish_non_exhaustive()
    }
}

impl ChatDecoder {
    /// A decoder that takes no event of more than `event_limit` bytes and cleans the texts of errors with `redactor`.
    pub fn new(event_limit: usize, redactor: Redactor) -> Self {
        Self {
            sse: SseDecoder::with_limit(event_limit),
            redactor,
            think: ThinkSplitter::new(),
            tools: ToolCallAssembler::new(),
            queue: VecDeque::new(),
            failure: None,
            number: 0,
            finish_reason: None,
            usage: None,
            ended: false,
            over: false,
        }
    }

    /// Adds bytes of the stream. Ignored when it is over.
    pub fn feed(&mut self, bytes: &[u8]) {
        if !self.over {
            self.sse.feed(bytes);
        }
    }

    /// Says that no byte follows.
    pub fn finish(&mut self) {
        self.ended = true;
        self.sse.finish();
    }

    /// Takes a whole reply, which some providers send although a stream was asked for.
    pub fn feed_reply(&mut self, reply: &ChatReply) {
        if self.over {
            return;
        }
        self.queue.extend(reply.reasoning().filter(|text| !text.is_empty()).map(ChatEvent::Reasoning));
        self.queue.extend(reply.content().filter(|text| !text.is_empty()).map(ChatEvent::Content));
        self.queue.extend(reply.tool_calls().into_iter().map(ChatEvent::ToolCall));
        self.usage.clone_from(&reply.usage);
        // A whole document is whole: it needs no finish reason to prove it, and none is invented.
        if let Some(reason) = reply.finish_reason() {
            self.finish_with(reason.clone());
        }
        self.end();
    }

    /// The next event; `None` when more bytes are needed or the stream is over.
    ///
    /// # Errors
    /// [`StreamError`], once; after it only `None` follows.
    pub fn next_event(&mut self) -> Option<Result<ChatEvent, StreamError>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(Ok(event));
            }
            if let Some(failure) = self.failure.take() {
                return Some(Err(failure));
            }
            if self.over {
                return None;
            }
            let more = self.read_event();
            match more {
                Ok(true) => {}
                Ok(false) if self.ended => self.end_of_bytes(),
                Ok(false) => return None,
                Err(failure) => {
                    // What was said before the failure has been queued and is given first.
                    self.failure = Some(failure);
                    self.over = true;
                }
            }
        }
    }

    /// Whether nothing more is to come: everything up to `[DONE]`, the end of the bytes or an error has been given.
    pub fn is_over(&self) -> bool {
        self.over && self.queue.is_empty() && self.failure.is_none()
    }

    /// Why the answer ended; `None` while it goes on.
    pub fn finish_reason(&self) -> Option<&FinishReason> {
        self.finish_reason.as_ref()
    }

    /// The last usage that the provider said.
    pub fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    /// Reads one event of the stream, if a whole one is there.
    fn read_event(&mut self) -> Result<bool, StreamError> {
        let Some(event) = self.sse.next_event() else { return Ok(false) };
        let event = event?;
        self.number += 1;
        if event.data.trim().is_empty() {
            return Ok(true);
        }
        if event.is_done() {
            self.end_of_bytes();
            return Ok(true);
        }
        let chunk = match read_chunk(&event, &self.redactor) {
            Ok(chunk) => chunk,
            // An unfinished event behind a finish reason could only have held usage.
            Err(Unreadable::Cut) if self.finish_reason.is_some() => return Ok(true),
            Err(Unreadable::Cut) => return Err(StreamError::CutEvent),
            Err(Unreadable::NotJson) => return Err(StreamError::NotJson { number: self.number }),
            Err(Unreadable::Error(refusal)) => return Err(StreamError::Reported(refusal)),
        };
        if chunk.usage.is_some() {
            self.usage = chunk.usage;
        }
        for choice in chunk.choices.into_iter().filter(|choice| choice.index.unwrap_or(0) == 0) {
            self.take_choice(choice)?;
        }
        Ok(true)
    }

    fn take_choice(&mut self, choice: ChunkChoice) -> Result<(), StreamError> {
        let delta = &choice.delta;
        self.queue.extend(delta.reasoning().map(|text| ChatEvent::Reasoning(text.to_owned())));
        if let Some(content) = delta.real_content() {
            self.queue.extend(self.think.push(content).into_iter().map(ChatEvent::from));
        }
        for piece in &delta.tool_calls {
            self.tools.push(piece)?;
        }
        match choice.finish_reason {
            Some(reason) if reason.is_error() => Err(StreamError::Reported(ended_in_error())),
            Some(reason) => {
                self.finish_with(reason);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn finish_with(&mut self, reason: FinishReason) {
        self.queue.extend(self.think.finish().map(ChatEvent::from));
        self.queue.extend(self.tools.finish().into_iter().map(ChatEvent::ToolCall));
        if self.finish_reason.is_none() {
            self.finish_reason = Some(reason.clone());
            self.queue.push_back(ChatEvent::Finish(reason));
        }
    }

    fn end_of_bytes(&mut self) {
        if self.finish_reason.is_none() {
            self.queue.extend(self.think.finish().map(ChatEvent::from));
            self.failure = Some(StreamError::NoFinishReason);
            self.over = true;
        } else {
            self.end();
        }
    }

    fn end(&mut self) {
        // Tool calls may trail the finish reason.
        self.queue.extend(self.tools.finish().into_iter().map(ChatEvent::ToolCall));
        self.queue.extend(self.usage.clone().map(ChatEvent::Usage));
        self.over = true;
    }
}

impl From<Segment> for ChatEvent {
    fn from(segment: Segment) -> Self {
        match segment {
            Segment::Content(text) => ChatEvent::Content(text),
            Segment::Reasoning(text) => ChatEvent::Reasoning(text),
        }
    }
}

/// What the finish reason `error` means, which comes without a word of explanation.
pub(crate) fn ended_in_error() -> Refusal {
    let message = "the answer ended with the finish reason `error`".to_owned();
    Refusal {
        class: Class::ProviderFault,
        status: None,
        message: Some(message),
        code: None,
        retry_after: None,
    }
}

enum Unreadable {
    Cut,
    NotJson,
    Error(Refusal),
}

fn read_chunk(event: &Event<'_>, redactor: &Redactor) -> Result<ChatChunk, Unreadable> {
    let error = || Unreadable::Error(classify_in_band(event.data.as_bytes(), redactor));
    match serde_json::from_str::<ChatChunk>(event.data) {
        Ok(chunk) if chunk.is_error() || event.name == "error" => Err(error()),
        Ok(chunk) => Ok(chunk),
        Err(_) if !event.terminated => Err(Unreadable::Cut),
        Err(_) if event.name == "error" => Err(error()),
        Err(_) => Err(Unreadable::NotJson),
    }
}

#[cfg(test)]
mod tests;
