//! The load: connections that are kept, each with one request at a time, and every reply checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinError, JoinSet};

use super::canned::Canned;
use super::http::{self, Body};
use super::{Outcome, account};

/// A run that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// So many streams are opened at once, so that none waits in a full queue for the kernel's second try.
const WAVE: usize = 50;

/// How often the memory is looked at while streams are open.
const LOOK: Duration = Duration::from_millis(20);

/// What one run gave.
#[derive(Debug)]
pub(crate) struct Run {
    /// From the first request to the last reply.
    pub(crate) took: Duration,
    /// What the proxy spent on it.
    pub(crate) cpu: Duration,
    pub(crate) replies: Vec<Reply>,
}

/// The times of one reply.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// Until all of it was there.
    pub(crate) took: Duration,
    /// Until the first of the body was there.
    pub(crate) first: Duration,
    /// Between one event and the next, where the upstream paces them.
    pub(crate) gaps: Vec<Duration>,
}

/// Asks `each` times on every connection; opening them is no part of the run.
pub(crate) async fn run(
    port: u16,
    pid: Option<u32>,
    canned: &Arc<Canned>,
    connections: usize,
    each: usize,
) -> Outcome<Run> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Client::open(port, canned).await?);
    }
    let cpu = || pid.map_or(Ok(Duration::ZERO), account::cpu_time);
    let (before, start) = (cpu()?, Instant::now());
    let mut tasks = JoinSet::new();
    for mut client in clients {
        tasks.spawn(async move {
            let mut replies = Vec::with_capacity(each);
            for _ in 0..each {
                replies.push(client.ask(|| {}).await?);
            }
            Ok(replies)
        });
    }
    let all = async {
        let mut replies = Vec::with_capacity(connections * each);
        while let Some(ended) = tasks.join_next().await {
            replies.append(&mut whole(ended)?);
        }
        Ok::<_, String>(replies)
    };
    let replies = tokio::time::timeout(LIMIT, all).await.map_err(|_| hangs())??;
    Ok(Run { took: start.elapsed(), cpu: cpu()?.saturating_sub(before), replies })
}

/// Holds so many streams open at once and gives the most MiB that the proxy had in the meantime.
pub(crate) async fn hold(port: u16, pid: u32, canned: &Arc<Canned>, streams: usize) -> Outcome<f64> {
    let begun = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for n in 1..=streams {
        let mut client = Client::open(port, canned).await?;
        let begun = Arc::clone(&begun);
        tasks.spawn(async move { client.ask(|| _ = begun.fetch_add(1, Ordering::Relaxed)).await });
        if n % WAVE == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let start = Instant::now();
    let (mut most, mut together) = (0.0_f64, false);
    while !tasks.is_empty() {
        most = most.max(account::resident_mib(pid)?);
        while let Some(ended) = tasks.try_join_next() {
            whole(ended)?;
        }
        together |= tasks.len() == streams && begun.load(Ordering::Relaxed) == streams;
        if start.elapsed() > LIMIT {
            return Err(hangs());
        }
        tokio::time::sleep(LOOK).await;
    }
    together.then_some(most).ok_or_else(|| format!("{streams} streams were never open at the same time"))
}

fn whole<T>(ended: Result<Outcome<T>, JoinError>) -> Outcome<T> {
    ended.map_err(|error| format!("the load failed: {error}"))?
}

fn hangs() -> String {
    format!("no end after {LIMIT:?}")
}

/// A connection, and what is asked on it again and again.
struct Client {
    stream: TcpStream,
    canned: Arc<Canned>,
    request: Vec<u8>,
    /// What was read and belongs to no reply yet.
    unread: Vec<u8>,
    body: Vec<u8>,
}

impl Client {
    async fn open(port: u16, canned: &Arc<Canned>) -> Outcome<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        Ok(Self {
            stream: stream.map_err(|error| format!("no connection to port {port}: {error}"))?,
            canned: Arc::clone(canned),
            request: canned.kind.request(port),
            unread: Vec::with_capacity(32 * 1024),
            body: Vec::new(),
        })
    }

    /// Asks once; `begins` is called when the first of the body is there.
    async fn ask(&mut self, begins: impl FnOnce()) -> Outcome<Reply> {
        let start = Instant::now();
        let sent = self.stream.write_all(&self.request).await;
        sent.map_err(|error| format!("a request could not be sent: {error}"))?;
        let end = loop {
            match http::head_end(&self.unread) {
                Some(end) => break end,
                None => self.read().await?,
            }
        };
        let mut left = self.head(end)?;
        self.unread.drain(..end);
        self.body.clear();
        let (mut reply, mut begins) = (Reply::default(), Some(begins));
        let (mut scanned, mut last) = (0, None);
        loop {
            let used = left.feed(&self.unread, &mut self.body)?;
            self.unread.drain(..used);
            if !self.body.is_empty()
                && let Some(begins) = begins.take()
            {
                reply.first = start.elapsed();
                begins();
            }
            if self.canned.kind.pace().is_some() {
                let events = ends_of_events(self.body.get(scanned..).unwrap_or_default());
                for _ in 0..events {
                    let now = Instant::now();
                    reply.gaps.extend(last.map(|last| now.duration_since(last)));
                    last = Some(now);
                }
                // One byte back: the two line ends of an event may come apart.
                scanned = self.body.len().saturating_sub(1);
            }
            if matches!(left, Body::Done) {
                break;
            }
            self.read().await?;
        }
        reply.took = start.elapsed();
        self.canned.check(&self.body)?;
        Ok(reply)
    }

    /// The body that the head announces, if it is the head of a good reply.
    fn head(&self, end: usize) -> Outcome<Body> {
        let head = self.unread.get(..end).unwrap_or_default();
        if !head.starts_with(b"HTTP/1.1 200 ") {
            let shown = String::from_utf8_lossy(&self.unread);
            return Err(format!("a request for {} is answered with `{shown}`", self.canned.kind.model()));
        }
        Body::of(head)
    }

    async fn read(&mut self) -> Outcome {
        match self.stream.read_buf(&mut self.unread).await {
            Ok(0) => Err(format!("the connection ended in a reply of {}", self.canned.kind.model())),
            Ok(_) => Ok(()),
            Err(error) => Err(format!("the connection broke: {error}")),
        }
    }
}

fn ends_of_events(bytes: &[u8]) -> usize {
    bytes.windows(2).filter(|pair| pair == b"\n\n").count()
}
