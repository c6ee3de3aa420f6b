//! The upstream: one thread, canned bytes, a write for each chunk, as a provider sends them.

use std::io::{self, Write as _};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::canned::{self, Canned, Kind};
use super::process::{self, Process};
use super::{Outcome, cores, http};

/// The argument that makes this program the upstream.
pub(crate) const PART: &str = "upstream";

/// What the upstream prints before the port that it listens on.
const HELLO: &str = "port ";

/// A running upstream.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) port: u16,
    _process: Process,
}

/// Starts the upstream in a process of its own, on a core.
pub(crate) fn start(core: usize) -> Outcome<Upstream> {
    let this = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let mut command = cores::pinned(core, &this)?;
    command.args([super::PART, PART]);
    let mut process = Process::start("the upstream", command, process::folder()?)?;
    let (port, _) = process.wait_for("port", |process| process.line(HELLO)?.parse().ok())?;
    Ok(Upstream { port, _process: process })
}

/// All that it can say.
struct Replies {
    list: Vec<u8>,
    not_found: Vec<u8>,
    canned: [Canned; Kind::ALL.len()],
}

/// Is the upstream, until it is killed.
pub(crate) fn serve() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.and_then(|runtime| runtime.block_on(accept()));
    served.map_err(|error| format!("the upstream: {error}"))
}

async fn accept() -> io::Result<()> {
    let replies = Arc::new(Replies {
        list: canned::list(),
        not_found: canned::not_found(),
        canned: Kind::ALL.map(Canned::new),
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(io::stdout(), "{HELLO}{}", listener.local_addr()?.port())?;
    loop {
        let (stream, _) = listener.accept().await?;
        let replies = Arc::clone(&replies);
        tokio::spawn(async move {
            // A client that goes away in mid-answer is its own affair; whoever asked for it will tell.
            let _ = answer_all(stream, &replies).await;
        });
    }
}

/// Answers one request after the other, until the client closes.
async fn answer_all(mut stream: TcpStream, replies: &Replies) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        while let Some((head, end)) = request(&buffer) {
            let (line, body) = (buffer.get(..head), buffer.get(head..end));
            answer(&mut stream, replies, line.unwrap_or_default(), body.unwrap_or_default()).await?;
            buffer.drain(..end);
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// Where the head and the body of the first request end, once it is all there.
fn request(buffer: &[u8]) -> Option<(usize, usize)> {
    let head = http::head_end(buffer)?;
    let length = buffer.get(..head).and_then(|head| http::header(head, "content-length"));
    let end = head + length.and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    (buffer.len() >= end).then_some((head, end))
}

async fn answer(stream: &mut TcpStream, replies: &Replies, head: &[u8], body: &[u8]) -> io::Result<()> {
    if head.starts_with(b"GET /v1/models ") {
        return stream.write_all(&replies.list).await;
    }
    let asked = head.starts_with(b"POST /v1/chat/completions ").then(|| model(body)).flatten();
    let found = asked.and_then(|model| replies.canned.iter().find(|it| it.kind.model().as_bytes() == model));
    let Some(canned) = found else {
        return stream.write_all(&replies.not_found).await;
    };
    if canned.kind == Kind::Whole {
        return stream.write_all(&[canned.head.as_slice(), &canned.pieces.concat()].concat()).await;
    }
    stream.write_all(&canned.head).await?;
    let mut due = Instant::now();
    for piece in &canned.pieces {
        stream.write_all(piece).await?;
        if let Some(pace) = canned.kind.pace() {
            // From the start on, so that a late chunk makes no other one late.
            due += pace;
            tokio::time::sleep_until(due).await;
        }
    }
    Ok(())
}

/// The model that is asked, without the provider that a gateway may have chosen: no message names a model.
fn model(body: &[u8]) -> Option<&[u8]> {
    let rest = body.get(http::find(body, b"bench/")?..)?;
    let end = rest.iter().position(|&byte| byte == b'"' || byte == b':')?;
    rest.get(..end)
}
