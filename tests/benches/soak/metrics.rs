//! What the gateway counts, as Prometheus would read it.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Outcome;
use super::gateway::KEY;

/// Figures that do not come within this time are as good as none.
const LIMIT: Duration = Duration::from_secs(10);

/// What the gateway counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Metrics {
    pub(crate) in_flight: f64,
    pub(crate) open_streams: f64,
    pub(crate) connections: f64,
    pub(crate) config_ok: f64,
    list_ok: f64,
    pub(crate) panics: f64,
    /// How long it took to tell.
    pub(crate) took: Duration,
}

/// Reads them once, on a connection of its own.
pub(crate) async fn read(port: u16) -> Outcome<Metrics> {
    let start = Instant::now();
    let text = tokio::time::timeout(LIMIT, fetch(port)).await;
    let text = text.map_err(|_| format!("/metrics: no answer after {LIMIT:?}"))?;
    let text = text.map_err(|error| format!("/metrics: {error}"))?;
    if !text.starts_with("HTTP/1.1 200 ") {
        return Err(format!("/metrics is answered with `{text}`"));
    }
    let value = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        value.ok_or_else(|| format!("/metrics has no `{name}`"))
    };
    Ok(Metrics {
        in_flight: value("openclaw_requests_in_flight")?,
        open_streams: value("openclaw_open_streams")?,
        connections: value("openclaw_connections")?,
        config_ok: value("openclaw_config_ok")?,
        list_ok: value("openclaw_list_ok")?,
        panics: value("openclaw_panics_total")?,
        took: start.elapsed(),
    })
}

async fn fetch(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {KEY}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

/// Waits for the router's list: before, the gateway knows no offers to move on to.
pub(crate) async fn listed(port: u16) -> Outcome {
    let start = Instant::now();
    while read(port).await?.list_ok != 1.0 {
        if start.elapsed() > LIMIT {
            return Err(format!("the gateway has no list after {LIMIT:?}"));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Reads them once nothing runs any more, or, where that does not come, as they are then.
pub(crate) async fn at_rest(port: u16) -> Outcome<Metrics> {
    let start = Instant::now();
    loop {
        let metrics = read(port).await?;
        // The one connection is that of the question.
        let is_at_rest =
            metrics.in_flight == 0.0 && metrics.open_streams == 0.0 && metrics.connections <= 1.0;
        if is_at_rest || start.elapsed() > LIMIT {
            return Ok(metrics);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
