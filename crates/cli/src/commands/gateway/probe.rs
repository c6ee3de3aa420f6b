//! Who answers on a port of this machine.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::holder::holder;

/// A program on this machine answers at once, or is busy with something else.
const PATIENCE: Duration = Duration::from_secs(2);
/// More than this is no answer of a gateway's.
const MAX_ANSWER: u64 = 64 * 1024;

/// Who answers on a port.
pub(in crate::commands) struct Probe {
    pub(in crate::commands) address: SocketAddr,
    pub(in crate::commands) answer: Answer,
}

/// What comes of asking.
pub(in crate::commands) enum Answer {
    /// Nobody listens.
    Nobody,
    /// Somebody, who is no gateway of this kind; what the system calls it, where it does.
    Another(Option<String>),
    /// A gateway that can be sent requests.
    Ready,
    /// A gateway that cannot, and its own words for it.
    NotReady(String),
}

/// Asks whoever listens there.
pub(in crate::commands) async fn probe(address: SocketAddr) -> Probe {
    let another = || Answer::Another(holder(address));
    let answer = match tokio::time::timeout(PATIENCE, get(address, "/healthz")).await {
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Answer::Nobody,
        Ok(Ok((200, body))) if body == "ok\n" => {
            match tokio::time::timeout(PATIENCE, get(address, "/readyz")).await {
                Ok(Ok((200, _))) => Answer::Ready,
                Ok(Ok((_, body))) => Answer::NotReady(body.trim().escape_debug().to_string()),
                _ => Answer::NotReady("it does not say whether it is ready".to_owned()),
            }
        }
        _ => another(),
    };
    Probe { address, answer }
}

/// One short exchange on this machine: the status and the body.
async fn get(address: SocketAddr, path: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    Ok((status, body.unwrap_or_default()))
}
