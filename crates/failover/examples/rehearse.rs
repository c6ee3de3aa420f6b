//! Rehearses a chain against providers that fail, on a clock that is a number.
//!
//! `cargo run -p openclaw-failover --example rehearse`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::time::Duration;

use openclaw_catalog::{Catalog, Layer, RouterList};
use openclaw_failover::{Class, Cooldowns, Options, Outcome, Plan, Run, Step, Stop, Target, TokenId};

const REPLY: &str = r#"{"object":"list","data":[
    {"id":"Qwen/Qwen3-32B","providers":[
        {"provider":"groq","status":"live","throughput":410.2},
        {"provider":"nscale","status":"live","throughput":61.0}]},
    {"id":"zai-org/GLM-4.6","providers":[{"provider":"together","status":"live","throughput":90.0}]}]}"#;

/// How long an answer or a refusal takes here.
const TAKES: Duration = Duration::from_millis(12);

fn main() -> Result<(), Box<dyn Error>> {
    let list: RouterList = serde_json::from_str(REPLY)?;
    let catalog = Catalog::merge([Layer::discovered(list.models)]);
    let chain = ["huggingface/Qwen/Qwen3-32B".parse()?, "huggingface/zai-org/GLM-4.6:together".parse()?];
    let plan = Plan::new(&chain, &catalog, Options::default());
    println!("the plan:\n{plan}");

    let mut cooldowns = Cooldowns::default();
    let groq_is_busy = |target: &Target| match target.provider.as_deref() {
        Some("groq") => Outcome {
            status: Some(429),
            provider: Some("groq".to_owned()),
            retry_after: Some(Duration::from_secs(30)),
            ..Outcome::failed(Class::RateLimited, TAKES)
        },
        _ => Outcome::answered(TAKES),
    };
    show("groq is busy", &drive(&plan, &mut cooldowns, Duration::ZERO, groq_is_busy));
    // It is not asked again while it cools down.
    show("one second later", &drive(&plan, &mut cooldowns, Duration::from_secs(1), groq_is_busy));

    let refuses_token = |_: &Target| Outcome { status: Some(401), ..Outcome::failed(Class::Auth, TAKES) };
    show("the token is refused", &drive(&plan, &mut Cooldowns::default(), Duration::ZERO, refuses_token));
    let is_cut = |_: &Target| Outcome {
        status: Some(200),
        first_byte_sent: true,
        ..Outcome::failed(Class::Truncated, TAKES)
    };
    show("cut in the middle", &drive(&plan, &mut Cooldowns::default(), Duration::ZERO, is_cut));
    Ok(())
}

/// Asks on until there is a stop; `reply` is the world.
fn drive(
    plan: &Plan,
    cooldowns: &mut Cooldowns,
    mut now: Duration,
    reply: impl Fn(&Target) -> Outcome,
) -> Stop {
    let mut run = Run::new(plan.clone(), TokenId(1), now);
    loop {
        match run.next(cooldowns, now) {
            Step::Stop(stop) => return stop,
            Step::Attempt(attempt) => {
                now += attempt.pause + TAKES;
                let outcome = reply(&attempt.target);
                run.record(attempt, outcome, cooldowns, now);
            }
        }
    }
}

fn show(title: &str, stop: &Stop) {
    println!("\n{title}: {}\n{}", stop.reason, stop.trail);
}
