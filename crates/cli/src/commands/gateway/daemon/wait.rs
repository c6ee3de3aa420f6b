//! Waiting for the service to answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::state::{Activity, Ending, State};
use super::{Manager, near};
use crate::app::App;
use crate::commands::gateway::probe::{Answer, probe};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network;

/// How often is looked.
const LOOK: Duration = Duration::from_millis(100);

/// How a service answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answering {
    Ready,
    /// It runs and takes no requests; its own words for it.
    NotReady(String),
}

/// Waits until it answers on an address, as another process than `before` where it is started anew.
pub(super) fn until_it_answers(
    app: &App,
    manager: &dyn Manager,
    address: SocketAddr,
    before: Option<u32>,
    patience: Duration,
) -> Result<Answering> {
    let waiting = async {
        let deadline = Instant::now() + patience;
        loop {
            let state = manager.state()?;
            match state.activity {
                Activity::Running if before.is_none() || state.pid != before => {
                    match probe(near(address)).await.answer {
                        Answer::Ready => return Ok(Answering::Ready),
                        Answer::NotReady(why) => return Ok(Answering::NotReady(why)),
                        Answer::Nobody | Answer::Another(_) => {}
                    }
                }
                Activity::Failing => return Err(failing(&state)),
                _ => {}
            }
            if Instant::now() >= deadline {
                let what = format!("nothing answers on {} after {} s", near(address), patience.as_secs_f64());
                return Err(Failure::new(Exit::Failure, what)
                    .because(format!("the service is {}", state.activity.word()))
                    .hint("openclaw gateway logs"));
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    network::wait(app, "the gateway", waiting)?
}

/// How it is told that a service ends as soon as it is started.
fn failing(state: &State) -> Failure {
    // What systemd itself ends with where it cannot make the sandbox: users, capabilities, namespaces, system calls.
    if let Some(Ending::Code(code @ (217 | 218 | 226 | 228))) = state.ending {
        let what = "this machine's kernel refuses the sandbox of the service";
        return Failure::new(Exit::Failure, what)
            .because(format!("systemd's exit code for it is {code}"))
            .hint("openclaw gateway install --no-sandbox");
    }
    let mut failure = Failure::new(Exit::Failure, "the gateway ends as soon as it is started");
    if let Some(ending) = state.ending {
        failure = failure.because(format!("it ended with {ending}"));
    }
    failure.because("it is tried again and again").hint("openclaw gateway logs")
}
