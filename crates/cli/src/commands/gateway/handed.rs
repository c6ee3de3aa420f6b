//! What a service manager hands over to the gateway, and what it is told.

use std::net::{SocketAddr, TcpListener};

use crate::failure::Result;

/// The socket that the service manager holds, so that whoever comes while the gateway is restarted waits in it;
/// `None` where there is no such manager.
///
/// Call it before there are threads: it takes the variables that tell of it out of the environment, so that no child
/// believes the socket to be its own.
pub(super) fn listener() -> Result<Option<TcpListener>> {
    #[cfg(unix)]
    {
        use crate::exit::Exit;
        use crate::failure::Failure;
        let handed = listenfd::ListenFd::from_env().take_tcp_listener(0);
        handed.map_err(|error| {
            Failure::from_error(Exit::Usage, "the socket of the service manager cannot be used", &error)
                .hint("env -u LISTEN_FDS openclaw gateway run")
        })
    }
    #[cfg(not(unix))]
    Ok(None)
}

/// Tells that requests are answered from now on, and by which version.
pub(super) fn ready(bound: SocketAddr) {
    #[cfg(unix)]
    {
        use sd_notify::NotifyState;
        let status = format!("openclaw {} on {bound}", env!("CARGO_PKG_VERSION"));
        // Where nobody listens to it, nothing depends on it.
        let _ = sd_notify::notify(&[NotifyState::Ready, NotifyState::Status(&status)]);
    }
    #[cfg(not(unix))]
    let _ = bound;
}

/// Tells that the gateway is about to end.
pub(super) fn stopping() {
    #[cfg(unix)]
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
}
