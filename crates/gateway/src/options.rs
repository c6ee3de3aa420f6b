//! What bounds a gateway, for as long as it runs.

use std::time::Duration;

use crate::Hosts;

/// What bounds a gateway, for as long as it runs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which `Host` and `Origin` headers are taken.
    pub hosts: Hosts,
    /// How much is taken.
    pub limits: Limits,
    /// How long is waited for clients.
    pub patience: Patience,
}

/// How much is taken of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One request's body, in bytes. 32 MiB, since images travel in it.
    pub body: usize,
    /// One request's head, in bytes, up to about twice as many. 64 KiB.
    pub head: usize,
    /// The bodies of all running requests together, in bytes. 512 MiB; what is more is answered with 503.
    pub memory: usize,
    /// Requests at once. 4,096; what is more is answered with 503.
    pub requests: usize,
    /// Connections at once. 8,192; further ones wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 32 << 20, head: 64 << 10, memory: 512 << 20, requests: 4_096, connections: 8_192 }
    }
}

/// How long is waited for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a whole head, from the connection or the end of the request before; how long a connection may idle, then. 75 s.
    pub head: Duration,
    /// From one piece of a request's body to the next. 30 s.
    pub body: Duration,
    /// For a client to take any byte of what is sent to it. 60 s.
    pub write: Duration,
    /// For running requests when the gateway is told to stop. 30 s.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(75),
            body: Duration::from_secs(30),
            write: Duration::from_secs(60),
            drain: Duration::from_secs(30),
        }
    }
}
