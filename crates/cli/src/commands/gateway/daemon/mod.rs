//! The gateway as a service of the user's: `openclaw gateway install` and its kin.

mod control;
mod environment;
mod install;
mod launchd;
mod plan;
mod state;
mod status;
mod systemd;
mod token;
mod tool;
mod wait;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use crate::app::App;
use crate::args::{ServiceCommand, ServiceManager};
use crate::failure::Result;
use launchd::Launchd;
use plan::{Plan, PlannedFile};
use state::State;
use systemd::Systemd;

/// What every file of ours begins with; another one is not touched unasked.
const OURS: &str = "Written by `openclaw gateway install`";

/// What runs services of a user's on this kind of machine.
trait Manager: Send {
    /// What it calls the service.
    fn service(&self) -> String;
    /// Where its files are, that of the service first.
    fn paths(&self) -> Vec<PathBuf>;
    /// The same with what a plan puts into them.
    fn files(&self, plan: &Plan<'_>) -> Vec<PlannedFile>;
    /// Whether it is there to be talked to.
    fn check(&self) -> Result<()>;
    /// Lets it read the files that were written, now and at every login.
    fn take_up(&self) -> Result<()>;
    /// Begins to start the service; [`state`](Self::state) says how that goes.
    fn start(&self) -> Result<()>;
    /// Begins to start it anew, after running requests have ended.
    fn restart(&self) -> Result<()>;
    /// Stops it until it is started again.
    fn stop(&self) -> Result<()>;
    /// Stops it, and lets the manager not start it at a login, before its files are taken away.
    fn disable(&self) -> Result<()>;
    /// Lets the manager see that the files are gone.
    fn forget(&self) -> Result<()>;
    /// What it says of the service.
    fn state(&self) -> Result<State>;
    /// Whether services go on when the user has logged out; `None` where that is not told.
    fn lingers(&self) -> Option<bool>;
    /// The command that prints what the service said.
    fn logs(&self, lines: u32, follow: bool) -> Vec<String>;
    /// Where the service listens, by one of its files; `None` where that is left to the config.
    fn listens(&self, text: &str) -> Option<SocketAddr>;
}

pub(super) fn run(app: &App, which: Option<ServiceManager>, command: &ServiceCommand) -> Result<()> {
    let here = if cfg!(target_os = "macos") { ServiceManager::Launchd } else { ServiceManager::Systemd };
    let manager: Box<dyn Manager> = match which.unwrap_or(here) {
        ServiceManager::Systemd => Box::new(Systemd::new(app)),
        ServiceManager::Launchd => Box::new(Launchd::new(app)),
    };
    let service = &*manager;
    match command {
        ServiceCommand::Install(args) => install::install(app, service, args),
        ServiceCommand::Uninstall => install::uninstall(app, service),
        ServiceCommand::Status { json } => status::status(app, service, *json),
        ServiceCommand::Start => control::start(app, service),
        ServiceCommand::Stop => control::stop(app, manager),
        ServiceCommand::Restart => control::restart(app, service),
        ServiceCommand::Logs { lines, follow } => control::logs(service, *lines, *follow),
    }
}

/// An address to listen on, as it is reached from this machine.
fn near(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
