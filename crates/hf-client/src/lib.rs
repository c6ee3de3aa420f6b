#![doc = include_str!("../README.md")]

mod class;
mod classify;
mod redact;
mod retry_after;
mod sse;
mod think;
mod token;
mod wire;

pub use class::Class;
pub use classify::{Refusal, ReplyHead, classify, classify_in_band};
pub use redact::Redactor;
pub use retry_after::parse_retry_after;
pub use sse::{DEFAULT_EVENT_LIMIT, Event, SseDecoder, SseError};
pub use think::{Segment, ThinkSplitter};
pub use token::Token;
pub use wire::{
    ChatChunk, ChatReply, ChatRequest, ChunkChoice, Content, Delta, FinishReason, JsonSchema, Message, Part,
    ReasoningEffort, ReplyChoice, RequestError, ResponseFormat, Role, StreamMode, Tool, ToolCall,
    ToolCallAssembler, ToolCallDelta, ToolCallError, ToolChoice, Usage,
};
