//! Cooldowns, limits and spend shared with other gateways by way of Redis or Valkey.
//!
//! Requests never wait for it: they go by what this gateway knows, and ten times a second it tells what changed here
//! and hears what changed elsewhere, in one round trip.

mod cooling;
mod exchange;
mod url;

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError};

pub use self::url::{StateUrl, StateUrlError};
use crate::key::random;
use crate::state::{Event, Gateway};
use crate::{Key, NewKeyError};
use cooling::Cooling;
use exchange::{Answer, Message};

/// From the end of one exchange to the next.
const PACE: Duration = Duration::from_millis(100);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(1);
/// How long an exchange may take.
const ANSWER: Duration = Duration::from_millis(250);
/// The pause after a failure, doubled each time up to [`AGAIN_AT_MOST`].
const AGAIN: Duration = Duration::from_millis(100);
const AGAIN_AT_MOST: Duration = Duration::from_secs(5);
/// Of how many keys that were used lately one exchange tells; where there are more, they take turns.
const BUSY: usize = 256;
/// Of how many others it hears; they take turns as well, since the server pays for each.
const IDLE: usize = 32;
/// Of how many keys the first exchange hears.
const FIRST: usize = 2_048;

/// What a gateway shares with others by way of a server; run it beside [`serve`](crate::serve).
///
/// Where the server cannot be reached, the gateway goes on with what it knows and what it counts itself, says so once
/// ([`Event::StateLost`]), and tries again and again.
/// What it counted meanwhile is told when the server is back.
pub struct Sharing {
    gateway: Gateway,
    url: StateUrl,
    /// Which of the gateways this is; another one with every start.
    name: String,
    turn: u64,
    connection: Option<MultiplexedConnection>,
    /// What was told without an answer, and so perhaps in vain.
    unsure: Option<Message>,
    cooling: Cooling,
    /// Which key comes first where they take turns.
    next_key: usize,
    /// Whether anything was heard yet.
    has_heard: bool,
    again: Duration,
    /// When the others could be told something, or had to be given up on, for the last time.
    last: Instant,
}

impl fmt::Debug for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharing").field("url", &self.url).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Sharing {
    /// Nothing is told before [`Sharing::first`] or [`Sharing::run`].
    ///
    /// # Errors
    /// The system gives no random numbers, of which the name is made that this gateway goes by.
    pub fn new(gateway: &Gateway, url: StateUrl) -> Result<Self, NewKeyError> {
        Ok(Self {
            gateway: gateway.clone(),
            url,
            name: random::<8>()?,
            turn: 0,
            connection: None,
            unsure: None,
            cooling: Cooling::default(),
            next_key: 0,
            has_heard: false,
            again: AGAIN,
            last: Instant::now(),
        })
    }

    /// Hears once what the others know, so that the first request is held to it; takes 1.25 s at most.
    pub async fn first(&mut self) {
        // Whether that went well has been told.
        let _ = self.step().await;
    }

    /// Goes on for as long as it is polled.
    pub async fn run(&mut self) -> ! {
        loop {
            let pause = match self.step().await {
                Ok(()) => PACE,
                Err(Lost) => {
                    let pause = self.again;
                    self.again = pause.saturating_mul(2).min(AGAIN_AT_MOST);
                    pause
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Tells the others the last, for the end of the program; takes 1.5 s at most.
    pub async fn leave(mut self) {
        let is_behind = self.unsure.is_some();
        if self.step().await.is_ok() && is_behind {
            // Whether that went well has been told.
            let _ = self.step().await;
        }
    }

    /// One exchange.
    async fn step(&mut self) -> Result<(), Lost> {
        let gateway = self.gateway.clone();
        let metrics = &gateway.shared.metrics;
        match self.exchange().await {
            Ok(()) => {
                metrics.exchanged("ok");
                self.again = AGAIN;
                if gateway.change_standing(Standing::Shared) {
                    metrics.state_shared(true);
                    gateway.tell(Event::StateShared { at: &self.url.to_string() });
                }
                Ok(())
            }
            Err(error) => {
                metrics.exchanged("failed");
                self.connection = None;
                self.give_up();
                if gateway.change_standing(Standing::Lost) {
                    metrics.state_shared(false);
                    let why = self.url.hide(&why(&error));
                    gateway.tell(Event::StateLost { at: &self.url.to_string(), why: &why });
                }
                Err(Lost)
            }
        }
    }

    async fn exchange(&mut self) -> Result<(), RedisError> {
        let mut connection = match &self.connection {
            Some(connection) => connection.clone(),
            None => {
                let connected = within(CONNECT, "connecting", connect(&self.url)).await?;
                self.connection.insert(connected).clone()
            }
        };
        let message = match self.unsure.take() {
            Some(message) => message,
            None => self.message(),
        };
        // Kept before it is sent: what is dropped on the way was perhaps heard.
        let message = self.unsure.insert(message);
        let answer = within(ANSWER, "the answer", message.send(&mut connection, &self.name)).await?;
        if let Some(message) = self.unsure.take() {
            self.hear(&message, answer);
            self.has_heard = true;
        }
        self.last = Instant::now();
        Ok(())
    }

    /// What is to be told now.
    fn message(&mut self) -> Message {
        let snapshot = self.gateway.snapshot();
        let keys = snapshot.settings.keys.all();
        let mut limited: Vec<&Key> = keys.iter().filter(|key| key.limits.counts()).collect();
        if !limited.is_empty() {
            let turn = self.next_key % limited.len();
            limited.rotate_left(turn);
            self.next_key = turn + IDLE;
        }
        let idle = if self.has_heard { IDLE } else { FIRST };
        let accounts: Vec<_> = self.gateway.ledger(|ledger, now| {
            let (busy, others): (Vec<&Key>, Vec<&Key>) =
                limited.into_iter().partition(|key| ledger.is_busy(&key.name, now));
            let told = |key: &Key| (Arc::clone(&key.name), ledger.tell(&key.name, &key.limits, now));
            busy.into_iter().take(BUSY).chain(others.into_iter().take(idle)).map(told).collect()
        });
        let cooldowns = &self.gateway.shared.cooldowns;
        let cooled = cooldowns.with(|cooldowns, now| self.cooling.tell(cooldowns, now));
        let turn = match accounts.iter().any(|(_, told)| told.has_news()) {
            true => {
                self.turn += 1;
                self.turn
            }
            false => 0,
        };
        Message { turn, accounts, cooled, version: self.cooling.version().to_owned() }
    }

    fn hear(&mut self, message: &Message, answer: Answer) {
        self.gateway.ledger(|ledger, now| {
            for ((key, told), heard) in message.accounts.iter().zip(answer.accounts) {
                ledger.hear(key, told, heard, now);
            }
        });
        self.gateway.shared.cooldowns.with(|cooldowns, now| {
            self.cooling.hear(answer.version, &answer.cooling, cooldowns, now);
        });
    }

    /// Goes on with what is known here.
    fn give_up(&mut self) {
        let elapsed = self.last.elapsed();
        self.last = Instant::now();
        self.cooling.forget();
        if let Some(message) = &mut self.unsure {
            message.grow_old();
        }
        let snapshot = self.gateway.snapshot();
        self.gateway.ledger(|ledger, _| {
            for key in snapshot.settings.keys.all() {
                ledger.alone(&key.name, &key.limits, elapsed);
            }
        });
    }
}

/// Whether others can be told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Shared,
    Lost,
}

impl Standing {
    /// The word in the status.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Lost => "lost",
        }
    }
}

/// Nobody could be told anything.
struct Lost;

/// A clause for a person.
fn why(error: &RedisError) -> String {
    match (error.kind(), error.code()) {
        (ErrorKind::AuthenticationFailed, _) => "it refuses the password".to_owned(),
        (_, Some("NOAUTH")) => "it wants a password".to_owned(),
        (_, Some("READONLY")) => "it is a copy, which takes no changes".to_owned(),
        (_, Some("LOADING")) => "it is still reading its data".to_owned(),
        (ErrorKind::Parse, _) => "its answer is none of this program's script".to_owned(),
        (_, Some("NOPERM")) => "its user may not run `EVAL` on keys that begin with `openclaw:`".to_owned(),
        _ => error.to_string(),
    }
}

async fn connect(url: &StateUrl) -> Result<MultiplexedConnection, RedisError> {
    // Times are limited by `within`, which says what took too long.
    let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    let client = Client::open(url.connection()?)?;
    client.get_multiplexed_async_connection_with_config(&config).await
}

async fn within<T>(
    limit: Duration,
    what: &str,
    future: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, RedisError> {
    tokio::time::timeout(limit, future).await.unwrap_or_else(|_| {
        let told = format!("{what} took longer than {} ms", limit.as_millis());
        Err(io::Error::new(io::ErrorKind::TimedOut, told).into())
    })
}
