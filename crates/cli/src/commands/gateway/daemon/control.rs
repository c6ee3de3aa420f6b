//! `openclaw gateway start`, `stop`, `restart` and `logs`

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use super::status::address;
use super::tool::missing;
use super::wait::{Answering, until_it_answers};
use super::{Manager, OURS, near};
use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::{network, out};

/// How long a start may take.
const START: Duration = Duration::from_secs(20);
/// How long running requests may keep the old process from ending, and then some.
const RESTART: Duration = Duration::from_secs(120);

pub(super) fn start(app: &App, manager: &dyn Manager) -> Result<()> {
    installed(manager)?;
    manager.start()?;
    let address = address(app, manager)?;
    told(manager, address, &until_it_answers(app, manager, address, None, START)?)
}

pub(super) fn restart(app: &App, manager: &dyn Manager) -> Result<()> {
    installed(manager)?;
    let before = manager.state()?.pid;
    manager.restart()?;
    let address = address(app, manager)?;
    told(manager, address, &until_it_answers(app, manager, address, before, RESTART)?)
}

pub(super) fn stop(app: &App, manager: Box<dyn Manager>) -> Result<()> {
    installed(&*manager)?;
    network::wait(app, "running requests", async {
        // On a thread of its own, so that Ctrl-C and the spinner go on.
        let stopped = tokio::task::spawn_blocking(move || manager.stop()).await;
        stopped.unwrap_or_else(|_| {
            Err(Failure::new(Exit::Failure, "the service could not be stopped")
                .hint("openclaw gateway status"))
        })
    })??;
    out::say("The service is stopped; it starts again at the next login, or with `openclaw gateway start`\n");
    Ok(())
}

pub(super) fn logs(manager: &dyn Manager, lines: u32, follow: bool) -> Result<()> {
    let words = manager.logs(lines, follow);
    let Some((program, args)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(args);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        Err(missing(program, &command.exec()))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(|error| missing(program, &error))?;
        match status.success() {
            true => Ok(()),
            false => Err(Failure::new(Exit::Failure, format!("`{program}` failed"))),
        }
    }
}

/// Fails where the service is not installed, or cannot be.
fn installed(manager: &dyn Manager) -> Result<()> {
    manager.check()?;
    let is_ours = |text: String| text.contains(OURS);
    if manager.paths().iter().any(|path| std::fs::read_to_string(path).is_ok_and(is_ours)) {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "the service is not installed").hint("openclaw gateway install"))
}

/// Says how the service answers.
pub(super) fn told(manager: &dyn Manager, address: SocketAddr, answering: &Answering) -> Result<()> {
    out::print(&format!("Gateway on http://{}/v1, as the service {}\n", near(address), manager.service()))?;
    if let Answering::NotReady(why) = answering {
        out::warn(&format!("it runs and takes no requests: {why}"));
        out::say("  hint: openclaw doctor\n");
    }
    if manager.lingers() == Some(false) {
        out::say(
            "It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine\n",
        );
    }
    Ok(())
}
