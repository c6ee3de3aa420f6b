#![doc = include_str!("../README.md")]

mod classify;
#[cfg(feature = "http")]
mod client;
mod decode;
#[cfg(feature = "http")]
mod drive;
#[cfg(feature = "http")]
mod endpoint;
#[cfg(feature = "http")]
mod error;
mod meta;
#[cfg(feature = "http")]
mod proxy;
mod redact;
mod relay;
mod retry_after;
mod sse;
mod think;
mod whoami;
mod wire;

pub use classify::{Refusal, ReplyHead, classify, classify_in_band};
#[cfg(feature = "http")]
pub use client::{
    ChatAnswer, ChatStream, Client, Limits, ModelsAnswer, Options, Proxies, RawReply, Summary, Timeouts,
    check_ca_file,
};
pub use decode::{ChatDecoder, ChatEvent, StreamError};
#[cfg(feature = "http")]
pub use drive::{
    DriveError, Driven, DrivenBody, DrivenStream, DrivenWhole, SharedCooldowns, Switch, drive, drive_body,
};
#[cfg(feature = "http")]
pub use endpoint::{
    BaseOrigin, DEFAULT_BASE_URL, DEFAULT_HF_ENDPOINT, Endpoint, EndpointError, EndpointErrorKind,
    EndpointInput, PlainHttp,
};
#[cfg(feature = "http")]
pub use error::{Error, TimeoutPhase};
pub use meta::Meta;
pub use openclaw_credentials::{Token, TokenError};
pub use openclaw_failover::Class;
#[cfg(feature = "http")]
pub use proxy::{ProxyProblem, ProxySettings, ProxyVariable};
pub use redact::Redactor;
pub use relay::Relay;
pub use retry_after::{parse_http_date, parse_retry_after};
pub use sse::{DEFAULT_EVENT_LIMIT, Event, SseDecoder, SseError};
pub use think::{Segment, ThinkSplitter};
pub use whoami::{INFERENCE_PERMISSION, MissingPermission, Permission, TokenRole, Whoami};
pub use wire::{
    Asks, ChatBody, ChatBodyError, ChatChunk, ChatReply, ChatRequest, ChunkChoice, Content, Delta,
    FinishReason, JsonSchema, Message, Part, ReasoningEffort, ReplyChoice, RequestError, ResponseFormat,
    Role, StreamMode, Tool, ToolCall, ToolCallAssembler, ToolCallDelta, ToolCallError, ToolChoice, Usage,
    UsageWish,
};
