//! What goes over the wire: chat requests, whole replies, and the chunks of a stream.

mod body;
#[cfg(feature = "http")]
mod glance;
mod lenient;
mod message;
mod reply;
mod request;
mod scan;
mod tool_call;
mod usage;

pub use body::{Asks, ChatBody, ChatBodyError, UsageWish};
pub use message::{Content, Message, Part, Role};
pub use reply::{ChatChunk, ChatReply, ChunkChoice, Delta, FinishReason, ReplyChoice};
pub use request::{
    ChatRequest, JsonSchema, ReasoningEffort, RequestError, ResponseFormat, StreamMode, Tool, ToolChoice,
};
pub use tool_call::{ToolCall, ToolCallAssembler, ToolCallDelta, ToolCallError};
pub use usage::Usage;

#[cfg(feature = "http")]
pub(crate) use glance::{glance_reply, reply_as_event};
pub(crate) use lenient::{one_or_many, text, unsigned};
pub(crate) use scan::{Once, Scan};
