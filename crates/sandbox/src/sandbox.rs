//! The handle: start, script, look, stop.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::fault::{Script, ScriptError};
use crate::options::{Options, StartError};
use crate::requests::Recorded;
use crate::server::{Shared, router};
use crate::wire::{Cut, Door};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;
/// How long a drop waits for the thread; it needs about a millisecond.
const FAREWELL: Duration = Duration::from_secs(1);

/// A running sandbox. It stops when it is dropped.
///
/// It lives on a thread of its own with an event loop of its own: it serves callers with and without a runtime
/// alike, and a test that blocks does not stall it.
///
/// ```
/// use openclaw_sandbox::{Options, Sandbox};
/// let sandbox = Sandbox::start_blocking(Options::default())?;
/// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), openclaw_sandbox::StartError>(())
/// ```
pub struct Sandbox {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    stopped: Mutex<mpsc::Receiver<()>>,
}

impl Sandbox {
    /// Starts one; it listens when this returns.
    ///
    /// # Errors
    /// An address that is not loopback, taken or not allowed; a pace that is not above 0; no thread to be had.
    #[expect(
        clippy::unused_async,
        reason = "callers in a runtime need no second way once starting has to wait"
    )]
    pub async fn start(options: Options) -> Result<Self, StartError> {
        Self::start_blocking(options)
    }

    /// Starts one from code without a runtime; it listens when this returns.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_blocking(options: Options) -> Result<Self, StartError> {
        options.check()?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(StartError::thread)?;
        let runtime = EventLoop(Some(runtime));
        let (listener, addr) =
            runtime.listen(options.addr).map_err(|error| StartError::listen(options.addr, error))?;
        let shared = Arc::new(Shared::new(options));
        let app = router(Arc::clone(&shared)).into_make_service_with_connect_info::<Cut>();
        let (stop, asked_to_stop) = oneshot::channel::<()>();
        let (done, stopped) = mpsc::sync_channel(1);
        let serve = move || {
            runtime.block_on(async {
                tokio::spawn(axum::serve(Door(listener), app).into_future());
                // An error means that the handle is gone without a word: stop too.
                let _ = asked_to_stop.await;
            });
            // Open connections end here, wherever they are.
            drop(runtime);
            // Nobody listens any more when the handle gave up waiting.
            let _ = done.send(());
        };
        std::thread::Builder::new()
            .name("openclaw-sandbox".to_owned())
            .spawn(serve)
            .map_err(StartError::thread)?;
        Ok(Self { addr, shared, stop: Some(stop), stopped: Mutex::new(stopped) })
    }

    /// Where it listens, with the port that was picked.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What `HF_ENDPOINT` would be: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What `OPENAI_BASE_URL` would be: `http://127.0.0.1:40123/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.addr)
    }

    /// Appends faults to those that are waiting, all or none.
    ///
    /// # Errors
    /// A status or header that HTTP cannot carry; then nothing is added.
    pub fn script(&self, scripts: Vec<Script>) -> Result<(), ScriptError> {
        self.shared.scripts.add(scripts).map(|_| ())
    }

    /// The faults that are still waiting, with the `times` that are left.
    #[must_use]
    pub fn scripts(&self) -> Vec<Script> {
        self.shared.scripts.left()
    }

    /// The requests so far, oldest first; control calls are not among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.log.all()
    }

    /// Waits until the requests satisfy `ready`, and returns them; there is no time limit of its own.
    ///
    /// This is how a test sees that a client let go of a stream without sleeping.
    /// It works in every runtime.
    pub async fn requests_when(&self, ready: impl Fn(&[Recorded]) -> bool) -> Vec<Recorded> {
        self.shared.log.when(ready).await
    }

    /// Forgets the waiting faults and the requests so far.
    pub fn clear(&self) {
        self.clear_faults();
        self.clear_requests();
    }

    /// Forgets the waiting faults.
    pub fn clear_faults(&self) {
        self.shared.scripts.clear();
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.log.clear();
    }

    /// Stops it now: open replies are cut, and the port is free when this returns.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error means that the thread has ended already.
            let _ = stop.send(());
        }
        let stopped = self.stopped.get_mut().unwrap_or_else(PoisonError::into_inner);
        // After the time limit the thread is left to end by itself.
        let _ = stopped.recv_timeout(FAREWELL);
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// A runtime that may be dropped anywhere, also inside the runtime of a caller, where a plain one would panic.
struct EventLoop(Option<Runtime>);

impl EventLoop {
    fn listen(&self, addr: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
        let _inside = self.0.as_ref().map(Runtime::enter);
        let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A port that was free a moment ago can be taken again at once; on Windows the option would share it.
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        let listener = socket.listen(BACKLOG)?;
        let addr = listener.local_addr()?;
        Ok((listener, addr))
    }

    fn block_on(&self, work: impl Future<Output = ()>) {
        if let Some(runtime) = &self.0 {
            runtime.block_on(work);
        }
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
