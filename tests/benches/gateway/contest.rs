//! The sides that are compared, and the figures of their rounds.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::canned::{Canned, Kind};
use super::cores::Cores;
use super::load::{self, Run};
use super::process::Process;
use super::upstream::Upstream;
use super::{Outcome, ROUNDS, bare, nginx, ours};

/// A running proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    /// The process that does the work.
    pub(crate) pid: u32,
    /// How long it took to begin.
    pub(crate) ready: Duration,
    pub(crate) _process: Process,
}

/// All sides, up at once.
pub(crate) struct Contest {
    upstream: u16,
    nginx: Proxy,
    bare: Proxy,
    gateway: Proxy,
}

/// One figure of each side, or many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sides<T> {
    pub(crate) direct: T,
    pub(crate) nginx: T,
    pub(crate) bare: T,
    pub(crate) gateway: T,
}

impl Contest {
    /// Starts both proxies and warms all up, so that connections and lists are there.
    pub(crate) async fn begin(
        upstream: &Upstream,
        nginx: &Path,
        gateway: &Path,
        cores: Cores,
    ) -> Outcome<Self> {
        let upstream = upstream.port;
        let nginx = nginx::start(nginx, cores.proxy, upstream)?;
        let bare = bare::start(cores.proxy, upstream)?;
        let gateway = ours::start(gateway, cores.proxy, upstream)?;
        let contest = Self { upstream, nginx, bare, gateway };
        for kind in [Kind::Whole, Kind::Burst] {
            contest.round(&Arc::new(Canned::new(kind)), 64, 4).await?;
        }
        Ok(contest)
    }

    /// Several rounds, in each of which all sides are loaded in turn.
    pub(crate) async fn rounds(
        &self,
        kind: Kind,
        connections: usize,
        each: usize,
    ) -> Outcome<Vec<Sides<Run>>> {
        let canned = Arc::new(Canned::new(kind));
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            rounds.push(self.round(&canned, connections, each).await?);
        }
        Ok(rounds)
    }

    async fn round(&self, canned: &Arc<Canned>, connections: usize, each: usize) -> Outcome<Sides<Run>> {
        let proxied = async |proxy: &Proxy| {
            let run = load::run(proxy.port, Some(proxy.pid), canned, connections, each).await;
            run.map_err(|why| format!("through {}: {why}", proxy.name))
        };
        let direct = load::run(self.upstream, None, canned, connections, each).await;
        Ok(Sides {
            direct: direct.map_err(|why| format!("direct: {why}"))?,
            nginx: proxied(&self.nginx).await?,
            bare: proxied(&self.bare).await?,
            gateway: proxied(&self.gateway).await?,
        })
    }
}

impl Sides<f64> {
    /// The median of a figure over all rounds, for each side.
    pub(crate) fn medians(rounds: &[Sides<Run>], figure: impl Fn(&Run) -> f64) -> Self {
        let side = |of: fn(&Sides<Run>) -> &Run| median(rounds.iter().map(|round| figure(of(round))));
        Self {
            direct: side(|round| &round.direct),
            nginx: side(|round| &round.nginx),
            bare: side(|round| &round.bare),
            gateway: side(|round| &round.gateway),
        }
    }
}

/// The median of some figures; zero of none.
pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// A time in µs.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
