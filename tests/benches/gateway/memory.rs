//! What a proxy holds: after its start, and while very many streams are open.

use std::path::Path;
use std::sync::Arc;

use openclaw_tests::bench::{Report, Target};

use super::canned::{Canned, Kind};
use super::contest::{Proxy, median, micros};
use super::cores::Cores;
use super::upstream::Upstream;
use super::{Outcome, ROUNDS, account, load, nginx, ours};

const STREAMS: usize = 1_000;

/// What one proxy showed in one round.
struct Seen {
    ready_ms: f64,
    idle_mib: f64,
    loaded_mib: f64,
}

/// Every round has proxies that were just started: what was freed once is not asked for again.
pub(crate) async fn open_streams(
    upstream: &Upstream,
    nginx: &Path,
    gateway: &Path,
    cores: Cores,
    report: &mut Report,
) -> Outcome {
    let canned = Arc::new(Canned::new(Kind::Slow));
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(look(nginx::start(nginx, cores.proxy, upstream.port)?, &canned).await?);
        ours.push(look(ours::start(gateway, cores.proxy, upstream.port)?, &canned).await?);
    }
    let of = |seen: &[Seen], figure: fn(&Seen) -> f64| median(seen.iter().map(figure));
    report.figure("started, nginx", of(&theirs, |seen| seen.ready_ms), "ms");
    report.figure("started, gateway", of(&ours, |seen| seen.ready_ms), "ms");
    report.figure("idle memory, nginx's worker", of(&theirs, |seen| seen.idle_mib), "MiB");
    let idle = of(&ours, |seen| seen.idle_mib);
    report.promise("idle memory, gateway", idle, "MiB", Target::AtMost(12.0));
    let (what, loaded) = ("memory with 1,000 open streams, nginx's worker", |seen: &Seen| seen.loaded_mib);
    report.figure(what, of(&theirs, loaded), "MiB");
    let what = "memory with 1,000 open streams, gateway";
    report.promise(what, of(&ours, loaded), "MiB", Target::AtMost(64.0));
    Ok(())
}

async fn look(proxy: Proxy, canned: &Arc<Canned>) -> Outcome<Seen> {
    let idle_mib = account::resident_mib(proxy.pid)?;
    let loaded = load::hold(proxy.port, proxy.pid, canned, STREAMS).await;
    let loaded_mib = loaded.map_err(|why| format!("through {}: {why}", proxy.name))?;
    Ok(Seen { ready_ms: micros(proxy.ready) / 1e3, idle_mib, loaded_mib })
}
