//! The least that a proxy of our HTTP library costs: it passes everything on, and looks at nothing.
//!
//! What lies between nginx and it is the library's; what lies between it and the gateway is ours.

use std::io::{self, Write as _};
use std::pin::pin;

use hyper::server::conn::http1 as server;
use hyper::service::service_fn;
use hyper::{Request, body::Incoming, client::conn::http1 as client};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::contest::Proxy;
use super::process::{self, Process};
use super::{Outcome, cores};

/// The argument that makes this program such a proxy.
pub(crate) const PART: &str = "bare";

/// What it prints before the port that it listens on.
const HELLO: &str = "port ";

/// Starts it in front of the upstream.
pub(crate) fn start(core: usize, upstream: u16) -> Outcome<Proxy> {
    let this = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let mut command = cores::pinned(core, &this)?;
    command.args([super::PART, PART]).arg(upstream.to_string());
    let mut process = Process::start("the bare proxy", command, process::folder()?)?;
    let (port, ready) = process.wait_for("port", |process| process.line(HELLO)?.parse().ok())?;
    let pid = process.pid();
    Ok(Proxy { name: "the bare proxy", port, pid, ready, _process: process })
}

/// Is the proxy, until it is killed.
pub(crate) fn serve(upstream: &str) -> Outcome {
    let upstream = upstream.parse().map_err(|_| format!("expected a port instead of `{upstream}`"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.and_then(|runtime| runtime.block_on(accept(upstream)));
    served.map_err(|error| format!("the bare proxy: {error}"))
}

async fn accept(upstream: u16) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(io::stdout(), "{HELLO}{}", listener.local_addr()?.port())?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // The load tells what went wrong: its reply is missing.
            let _ = pass(stream, upstream).await;
        });
    }
}

/// One client with a connection of its own to the upstream, both driven by one task, as the gateway does it.
async fn pass(stream: TcpStream, upstream: u16) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let to = TcpStream::connect(("127.0.0.1", upstream)).await?;
    to.set_nodelay(true)?;
    let (sender, behind) = client::Builder::new().handshake(TokioIo::new(to)).await?;
    let sender = tokio::sync::Mutex::new(sender);
    let answer =
        service_fn(async |request: Request<Incoming>| sender.lock().await.send_request(request).await);
    let mut front = pin!(server::Builder::new().serve_connection(TokioIo::new(stream), answer));
    let mut behind = pin!(behind);
    let mut has_ended = false;
    std::future::poll_fn(|cx| {
        use std::future::Future as _;
        // What the front hands on leaves at once, and what comes back at once too.
        for _ in 0..2 {
            if front.as_mut().poll(cx).is_ready() {
                return std::task::Poll::Ready(());
            }
            has_ended = has_ended || behind.as_mut().poll(cx).is_ready();
        }
        std::task::Poll::Pending
    })
    .await;
    Ok(())
}
