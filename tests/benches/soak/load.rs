//! All clients at once, with the faults, the config and the metrics beside them.

use std::time::{Duration, Instant};

use openclaw_sandbox::Sandbox;
use tokio::task::JoinSet;

use super::client::{Asked, Client};
use super::dice::Dice;
use super::gateway::{EVERY, Gateway};
use super::verdict::Levels;
use super::{Outcome, faults, metrics};

/// How often faults are laid out, and, each time so many, the gateway is looked at.
const TICK: Duration = Duration::from_millis(50);
const LOOK: u32 = 10;

/// Whose dice are whose; clients follow by number.
const OF_FAULTS: u64 = 1;
const OF_CLIENTS: u64 = 1_000;

/// All clients at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) port: u16,
    pub(crate) streams: u32,
    pub(crate) seed: u64,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) asked: Vec<Asked>,
    pub(crate) took: Duration,
    /// The most that was seen at once.
    pub(crate) most: Levels,
    pub(crate) most_open: f64,
    /// The longest that the gateway took to tell its metrics.
    pub(crate) slowest_metrics: Duration,
}

impl Load {
    /// Lets all ask for a while, at least once, and waits for their last answers.
    pub(crate) async fn run(&self, sandbox: &Sandbox, gateway: &mut Gateway, time: Duration) -> Outcome<Run> {
        let start = Instant::now();
        // A run that goes on after the first one asks other questions, and has other luck.
        let (round, salt) = if time.is_zero() { (0, 0) } else { (1, 1) };
        let mut clients = JoinSet::new();
        for number in 0..self.streams {
            let dice = Dice::new(self.seed + salt, OF_CLIENTS + u64::from(number));
            let client = Client { port: self.port, number, round, dice, stream: None };
            clients.spawn(client.run(start + time));
        }
        let mut dice = Dice::new(self.seed + salt, OF_FAULTS);
        let mut run = Run {
            asked: Vec::new(),
            took: Duration::ZERO,
            most: Levels::of(gateway.pid())?,
            most_open: 0.0,
            slowest_metrics: Duration::ZERO,
        };
        let (mut written, mut tick) = (start, 0_u32);
        while !clients.is_empty() {
            faults::lay_out(sandbox, &mut dice, self.streams)?;
            if written.elapsed() >= EVERY {
                gateway.write()?;
                written = Instant::now();
            }
            if tick % LOOK == 0 {
                let metrics = metrics::read(self.port).await?;
                run.most = run.most.max(Levels::of(gateway.pid())?);
                run.most_open = run.most_open.max(metrics.open_streams);
                run.slowest_metrics = run.slowest_metrics.max(metrics.took);
            }
            while let Some(ended) = clients.try_join_next() {
                run.asked.append(&mut ended.map_err(|error| format!("a client failed: {error}"))?);
            }
            tick = tick.wrapping_add(1);
            tokio::time::sleep(TICK).await;
        }
        run.took = start.elapsed();
        sandbox.clear_faults();
        gateway.write_whole().await?;
        Ok(run)
    }
}
