//! What is compared while requests are answered.

use std::time::Duration;

use openclaw_tests::bench::{Report, Target, float, per_mille};

use super::Outcome;
use super::canned::Kind;
use super::contest::{Contest, Sides, micros};
use super::load::{Reply, Run};

/// Whole replies on many connections: what a request costs, and how many can be had.
pub(crate) async fn busy(contest: &Contest, report: &mut Report) -> Outcome {
    let rounds = contest.rounds(Kind::Whole, 64, 600).await?;
    let rate = Sides::medians(&rounds, |run| count(run) / run.took.as_secs_f64());
    report.figure("whole, 64 connections, direct", rate.direct, "requests/s");
    report.figure("whole, 64 connections, nginx", rate.nginx, "requests/s");
    report.figure("whole, 64 connections, bare", rate.bare, "requests/s");
    report.figure("whole, 64 connections, gateway", rate.gateway, "requests/s");
    let ratio = rate.gateway / rate.nginx;
    report.promise("whole, 64 connections, gateway / nginx", ratio, "×", Target::AtLeast(0.8));

    let cpu = Sides::medians(&rounds, |run| micros(run.cpu) / count(run));
    report.figure("whole, CPU of a request, nginx", cpu.nginx, "µs");
    report.figure("whole, CPU of a request, bare", cpu.bare, "µs");
    report.figure("whole, CPU of a request, gateway", cpu.gateway, "µs");
    report.figure("whole, CPU of a request, bare / nginx", cpu.bare / cpu.nginx, "×");
    report.figure("whole, CPU of a request, gateway / bare", cpu.gateway / cpu.bare, "×");
    let ratio = cpu.gateway / cpu.nginx;
    report.promise("whole, CPU of a request, gateway / nginx", ratio, "×", Target::AtMost(1.5));
    Ok(())
}

/// Whole replies one after the other: what a proxy adds to one.
pub(crate) async fn alone(contest: &Contest, report: &mut Report) -> Outcome {
    let rounds = contest.rounds(Kind::Whole, 1, 3_000).await?;
    let p50 = Sides::medians(&rounds, |run| half(run, |reply| reply.took));
    report.figure("whole, 1 connection, p50, direct", p50.direct, "µs");
    report.figure("whole, 1 connection, p50, nginx", p50.nginx, "µs");
    report.figure("whole, 1 connection, p50, gateway", p50.gateway, "µs");
    let (nginx, gateway) = (p50.nginx - p50.direct, p50.gateway - p50.direct);
    report.figure("whole, 1 connection, added by nginx", nginx, "µs");
    report.figure("whole, 1 connection, added by bare", p50.bare - p50.direct, "µs");
    report.figure("whole, 1 connection, added by the gateway", gateway, "µs");
    let ratio = gateway / nginx;
    report.promise("whole, 1 connection, added, gateway / nginx", ratio, "×", Target::AtMost(1.5));
    Ok(())
}

/// Streams that come as fast as they can, one after the other: what a chunk costs, how late the first one is.
///
/// Where the upstream writes chunk by chunk, the proxy is woken for nearly each; where it writes several
/// at once, a proxy that passes on all that it has read pays for them together.
pub(crate) async fn burst(contest: &Contest, report: &mut Report) -> Outcome {
    let mut rounds = Vec::new();
    for (what, kind, each) in [("a write each", Kind::Burst, 400), ("16 a write", Kind::Gathered, 1_000)] {
        rounds = contest.rounds(kind, 1, each).await?;
        let cpu = Sides::medians(&rounds, |run| micros(run.cpu) / count(run) / float(kind.chunks()));
        report.figure(format!("burst, {what}, CPU of a chunk, nginx"), cpu.nginx, "µs");
        report.figure(format!("burst, {what}, CPU of a chunk, bare"), cpu.bare, "µs");
        let ours = format!("burst, {what}, CPU of a chunk, gateway");
        report.promise(ours, cpu.gateway, "µs", Target::AtMost(2.0));
        report.figure(
            format!("burst, {what}, CPU of a chunk, gateway / nginx"),
            cpu.gateway / cpu.nginx,
            "×",
        );
    }
    // Of the last alone: 200 writes hold the core that the load may share with the upstream, so that a first
    // chunk which comes by way of another core is read when all are written.
    let first = Sides::medians(&rounds, |run| half(run, |reply| reply.first));
    report.figure("burst, 16 a write, first chunk, direct", first.direct, "µs");
    let (nginx, gateway) = (first.nginx - first.direct, first.gateway - first.direct);
    report.figure("burst, 16 a write, first chunk behind direct, nginx", nginx, "µs");
    report.figure("burst, 16 a write, first chunk behind direct, bare", first.bare - first.direct, "µs");
    let ours = "burst, 16 a write, first chunk behind direct, gateway";
    report.promise(ours, gateway, "µs", Target::AtMost(200.0));
    Ok(())
}

/// Streams at the pace of a model: no event may wait for the next one.
pub(crate) async fn paced(contest: &Contest, report: &mut Report) -> Outcome {
    let rounds = contest.rounds(Kind::Paced, 16, 1).await?;
    let gap = Sides::medians(&rounds, |run| {
        let gaps: Vec<Duration> = run.replies.iter().flat_map(|reply| &reply.gaps).copied().collect();
        micros(per_mille(&gaps, 990)) / 1e3
    });
    report.figure("a chunk every 5 ms, p99 of the gaps, direct", gap.direct, "ms");
    report.figure("a chunk every 5 ms, p99 of the gaps, nginx", gap.nginx, "ms");
    report.figure("a chunk every 5 ms, p99 of the gaps, gateway", gap.gateway, "ms");
    let more = gap.gateway - gap.direct;
    report.promise("a chunk every 5 ms, p99, gateway - direct", more, "ms", Target::AtMost(5.0));
    Ok(())
}

/// The median of a time of each reply, in µs.
fn half(run: &Run, time: impl Fn(&Reply) -> Duration) -> f64 {
    let times: Vec<Duration> = run.replies.iter().map(time).collect();
    micros(per_mille(&times, 500))
}

fn count(run: &Run) -> f64 {
    float(run.replies.len())
}
