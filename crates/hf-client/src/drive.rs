//! The one loop that asks one offer after another.

mod asking;
mod begun;
mod body;
mod cooldowns;
mod driven;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use openclaw_failover::{Attempt, Class, Plan, Stop, StopReason, Trail, TrailEntry};

pub use body::{DrivenBody, DrivenStream, DrivenWhole, drive_body};
pub use cooldowns::SharedCooldowns;
pub use driven::Driven;

use asking::Asking;

use crate::{ChatRequest, Client, Error};

/// A move from what failed to what is asked next, told before the next request leaves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Switch<'a> {
    /// What failed, as it stands in the trail.
    pub failed: &'a TrailEntry,
    /// Why.
    pub error: &'a Error,
    /// What is asked next.
    pub next: &'a Attempt,
}

/// Nobody answered.
///
/// `Display` says why nothing more was tried; the last refusal follows through [`source`](StdError::source).
#[derive(Debug)]
pub struct DriveError(Box<Repr>);

#[derive(Debug)]
struct Repr {
    stop: Stop,
    last: Option<Error>,
}

impl DriveError {
    /// Why nothing more was tried.
    #[must_use]
    pub fn reason(&self) -> StopReason {
        self.0.stop.reason
    }

    /// What was tried.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        &self.0.stop.trail
    }

    /// What the last attempt failed of; `None` where nothing was sent.
    #[must_use]
    pub fn last(&self) -> Option<&Error> {
        self.0.last.as_ref()
    }

    /// The class to judge the whole by; `None` where nothing was sent.
    ///
    /// What stopped the run is what tells; where all was tried, a refusal tells more than a reply that could not be
    /// read, that more than one that broke off, and that more than one that did not come in time.
    #[must_use]
    pub fn class(&self) -> Option<Class> {
        match self.reason() {
            StopReason::TokenRefused(class) | StopReason::AfterFirstByte(class) => Some(class),
            StopReason::InvalidRequest => Some(Class::InvalidRequest),
            StopReason::NetworkDown => Some(Class::Network),
            _ => {
                let failed = self.trail().entries().iter().filter_map(|entry| entry.result.err());
                failed.min_by_key(|class| match class {
                    Class::Auth | Class::Permission | Class::Credits => 0,
                    Class::InvalidRequest => 1,
                    Class::RateLimited => 2,
                    Class::ProviderFault => 3,
                    Class::ModelUnsupported => 4,
                    Class::Malformed => 5,
                    Class::Truncated => 6,
                    Class::Timeout => 7,
                    Class::Network => 8,
                })
            }
        }
    }
}

impl fmt::Display for DriveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nobody answered: {}", self.0.stop.reason)
    }
}

impl StdError for DriveError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.last.as_ref().map(|error| error as _)
    }
}

/// Asks what a plan holds, one after another, until one begins to answer.
///
/// Each attempt sends `request` with the attempt's own model in the place of `request.model`; the other fields stay.
/// The next one leaves as soon as a refusal is read; only the one repetition after a dead network waits.
/// `on_switch` is called before each attempt but the first.
/// An attempt has the plan's time to its first event, which has come and is no error when this returns.
/// From then on nothing is requested again, whatever becomes of the answer.
///
/// Safe to cancel: dropping the future closes the connection, and what was noted in the cooldowns by then stays.
///
/// ```no_run
/// # async fn run(client: openclaw_hf_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use openclaw_catalog::{Catalog, Layer};
/// use openclaw_failover::{Options, Plan};
/// use openclaw_hf_client::{ChatEvent, ChatRequest, Message, SharedCooldowns, drive};
///
/// let catalog = Catalog::merge([Layer::discovered(client.list_models().await?.list.models)]);
/// let chain = ["huggingface/Qwen/Qwen3-32B".parse()?, "huggingface/openai/gpt-oss-120b:cheapest".parse()?];
/// let plan = Plan::new(&chain, &catalog, Options::default());
/// let request = ChatRequest { messages: vec![Message::user("2+2?")], ..ChatRequest::default() };
///
/// let cooldowns = SharedCooldowns::default(); // kept for as long as the program runs
/// let mut answer =
///     drive(&client, plan, &cooldowns, &request, |switch| eprintln!("{}", switch.failed)).await?;
/// while let Some(event) = answer.next().await {
///     if let ChatEvent::Content(text) = event? {
///         print!("{text}");
///     }
/// }
/// eprintln!("{}", answer.trail());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`DriveError`] where nobody began to answer: it has the reason, the trail and the last refusal.
pub async fn drive(
    client: &Client,
    plan: impl Into<Arc<Plan>>,
    cooldowns: &SharedCooldowns,
    request: &ChatRequest,
    on_switch: impl FnMut(Switch<'_>),
) -> Result<Driven, DriveError> {
    let mut request = request.clone();
    let mut asking = Asking::new(client, plan, cooldowns, on_switch);
    loop {
        let turn = asking.next().await?;
        turn.model().clone_into(&mut request.model);
        match client.chat_stream_within(&request, turn.first_byte()).await {
            Ok(stream) => return Ok(Driven::new(stream, asking.begun(turn, Instant::now()))),
            Err(error) => asking.failed(turn, error),
        }
    }
}
