//! Asking one offer after another, against a router that misbehaves as told.

mod support;

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use openclaw_catalog::{Catalog, Layer};
use openclaw_failover::{Options, Plan, StopReason};
use openclaw_hf_client::{
    ChatBody, ChatEvent, Class, Client, DriveError, Driven, DrivenBody, Error, SharedCooldowns, TimeoutPhase,
    drive, drive_body,
};
use openclaw_model_ref::ModelRef;
use openclaw_sandbox::{Ending, ErrorForm, Fault, Sandbox, Script, When};
use support::{PROMPT, assert_private, client, request};

/// The router, a client for it, and what it lists.
struct World {
    sandbox: Sandbox,
    client: Client,
    catalog: Catalog,
    cooldowns: SharedCooldowns,
}

impl World {
    async fn new() -> Self {
        let options = openclaw_sandbox::Options::default();
        let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
        let client = client(&sandbox.base_url());
        let list = client.list_models().await.expect("a list").list;
        sandbox.clear_requests();
        let catalog = Catalog::merge([Layer::discovered(list.models)]);
        Self { sandbox, client, catalog, cooldowns: SharedCooldowns::default() }
    }

    async fn failing(scripts: impl IntoIterator<Item = Script>) -> Self {
        let world = Self::new().await;
        world.sandbox.script(scripts.into_iter().collect()).expect("it is scripted");
        world
    }

    fn plan(&self, chain: &[&str], options: Options) -> Plan {
        let chain: Vec<ModelRef> =
            chain.iter().map(|text| format!("huggingface/{text}").parse().expect("a reference")).collect();
        Plan::new(&chain, &self.catalog, options)
    }

    /// Drives to the end; the switches as they were told.
    async fn ask_with(&self, plan: Plan) -> (Result<Driven, DriveError>, Vec<String>) {
        let mut switches = Vec::new();
        let told = |switch: openclaw_hf_client::Switch<'_>| {
            switches.push(format!("{} -> {}", switch.failed.result_name(), switch.next.target));
        };
        let outcome = drive(&self.client, plan, &self.cooldowns, &request(), told).await;
        if let Err(error) = &outcome {
            error.last().into_iter().for_each(assert_private);
        }
        (outcome, switches)
    }

    async fn ask(&self, chain: &[&str]) -> (Result<Driven, DriveError>, Vec<String>) {
        self.ask_with(self.plan(chain, Options::default())).await
    }

    /// What was asked of whom, one request a line.
    fn asked(&self) -> String {
        let requests = self.sandbox.requests();
        let lines = requests.iter().map(|request| {
            let suffix = request.suffix.as_deref().map(|suffix| format!(":{suffix}")).unwrap_or_default();
            format!(
                "{}{suffix} at {}",
                request.model.as_deref().unwrap_or("-"),
                request.provider.as_deref().unwrap_or("-")
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

const R1: &str = "deepseek-ai/DeepSeek-R1";

async fn text(driven: &mut Driven) -> Result<String, Error> {
    let mut text = String::new();
    while let Some(event) = driven.next().await {
        if let ChatEvent::Content(piece) = event? {
            text.push_str(&piece);
        }
    }
    Ok(text)
}

/// A trail without what differs from run to run.
fn steady(trail: &openclaw_failover::Trail) -> String {
    let entries = trail.entries().iter().map(|entry| {
        let provider = entry.provider.as_deref().unwrap_or("-");
        let expected = entry.expected.as_deref().unwrap_or("-");
        let status = entry.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        format!(
            "{} (expected {expected}, says {provider}): {} {status}",
            entry.model.router_id(),
            entry.result_name()
        )
    });
    entries.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_first_that_answers_is_the_only_one_asked() {
    let world = World::new().await;
    let (driven, switches) = world.ask(&[R1, "Qwen/Qwen3-8B"]).await;
    let mut driven = driven.expect("an answer");
    assert!(driven.trail().entries().is_empty(), "its end is not known yet");
    let answer = text(&mut driven).await.expect("a whole answer");
    assert!(answer.contains(PROMPT), "{answer}");
    assert_eq!(switches, Vec::<String>::new());
    assert_snapshot!(world.asked(), @"deepseek-ai/DeepSeek-R1 at fireworks-ai");
    assert_snapshot!(steady(driven.trail()), @"deepseek-ai/DeepSeek-R1 (expected fireworks-ai, says fireworks-ai): answered 200");
    assert_eq!(driven.target().provider.as_deref(), Some("fireworks-ai"));
    assert!(driven.next().await.is_none(), "nothing follows the end");
    assert_eq!(driven.trail().entries().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_followed_at_once_by_the_next_offer() {
    let fault = Fault::status(429);
    let world = World::failing([Script::always(When::provider("fireworks-ai"), fault)]).await;
    let (driven, switches) = world.ask(&[R1]).await;
    let mut driven = driven.expect("an answer");
    text(&mut driven).await.expect("a whole answer");
    assert_snapshot!(switches.join("\n"), @"rate_limited -> deepseek-ai/DeepSeek-R1:together");
    assert_snapshot!(steady(driven.trail()), @"
    deepseek-ai/DeepSeek-R1 (expected fireworks-ai, says -): rate_limited 429
    deepseek-ai/DeepSeek-R1:together (expected together, says together): answered 200
    ");
    let requests = world.sandbox.requests();
    let refused = requests[0].end_us.expect("it was answered");
    let gap = Duration::from_micros(requests[1].at_us.saturating_sub(refused));
    // The budget is a millisecond; a loaded machine without optimisation gets more, but never a pause.
    assert!(gap < Duration::from_millis(100), "{gap:?}");

    // It is cooling: the next question does not ask it first.
    world.sandbox.clear_requests();
    world.ask(&[R1]).await.0.expect("an answer");
    assert_snapshot!(world.asked(), @"deepseek-ai/DeepSeek-R1:together at together");
}

/// From asking to the first word, with nothing cooling, and how many requests it took.
async fn first_word(world: &World, model: &str) -> (Duration, usize) {
    world.sandbox.clear_requests();
    let (plan, request) = (world.plan(&[model], Options::default()), request());
    let cooldowns = SharedCooldowns::default();
    let asked = Instant::now();
    let mut driven = drive(&world.client, plan, &cooldowns, &request, |_| ()).await.expect("an answer");
    loop {
        let event = driven.next().await.expect("a word");
        if matches!(event.expect("it is whole"), ChatEvent::Content(_)) {
            break;
        }
    }
    let waited = asked.elapsed();
    assert_eq!(driven.meta().provider.as_deref(), Some("together"));
    text(&mut driven).await.expect("the rest");
    (waited, world.sandbox.requests().len())
}

/// Medians of five, alone and behind a refusal; in turns, so that whatever else the machine does meets both.
async fn medians(world: &World) -> (Duration, Duration) {
    let (mut alone, mut behind) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let (waited, requests) = first_word(world, "deepseek-ai/DeepSeek-R1:together").await;
        assert_eq!(requests, 1, "nobody refuses");
        alone.push(waited);
        let (waited, requests) = first_word(world, R1).await;
        assert_eq!(requests, 2, "the first one refuses");
        behind.push(waited);
    }
    alone.sort_unstable();
    behind.sort_unstable();
    (alone[2], behind[2])
}

/// The budget is 50 ms. The refused request may take as long again as one that is answered, here and now: that is
/// 3 ms without optimisation on an idle machine, and ten times that on a busy one, which has three rounds besides.
#[tokio::test]
async fn a_refusal_delays_the_first_word_by_less_than_50_ms() {
    let fault = Fault::status(429);
    let world = World::failing([Script::always(When::provider("fireworks-ai"), fault)]).await;
    let mut rounds = Vec::new();
    for _ in 0..3 {
        let (alone, behind) = medians(&world).await;
        if behind <= alone * 2 + Duration::from_millis(50) {
            return;
        }
        rounds.push(format!("{behind:?} behind a refusal, {alone:?} alone"));
    }
    assert_eq!(rounds, Vec::<String>::new(), "one round is within the budget");
}

#[tokio::test]
async fn a_pin_of_the_users_goes_on_to_the_next_model() {
    let world = World::failing([Script::always(When::provider("together"), Fault::status(503))]).await;
    let (driven, _) = world.ask(&["deepseek-ai/DeepSeek-R1:together", "Qwen/Qwen3-8B"]).await;
    driven.expect("an answer");
    assert_snapshot!(world.asked(), @"
    deepseek-ai/DeepSeek-R1:together at together
    Qwen/Qwen3-8B at nscale
    ");
}

#[tokio::test]
async fn of_seventeen_models_the_last_one_answers() {
    let world = World::new().await;
    let pins: Vec<String> = world
        .catalog
        .models()
        .iter()
        .filter_map(|model| {
            let offer = model.offers().iter().find(|offer| offer.is_live())?;
            Some(format!("{}:{}", model.id, offer.provider))
        })
        .take(17)
        .collect();
    let chain: Vec<&str> = pins.iter().map(String::as_str).collect();
    assert_eq!(chain.len(), 17, "the sandbox lists as many");
    let refusing = chain[..16].iter().map(|pin| {
        let (model, _) = pin.split_once(':').expect("a pin");
        Script::always(When::model(model), Fault::status(429))
    });
    world.sandbox.script(refusing.collect()).expect("it is scripted");
    let (driven, switches) = world.ask(&chain).await;
    let driven = driven.expect("the last one answers");
    assert_eq!(driven.target().model.router_id(), chain[16]);
    assert_eq!((world.sandbox.requests().len(), switches.len()), (17, 16));
}

#[tokio::test]
async fn what_cannot_help_is_not_tried() {
    let mut report = String::new();
    for (code, why) in
        [(401, StopReason::TokenRefused(Class::Auth)), (402, StopReason::TokenRefused(Class::Credits))]
    {
        let world = World::failing([Script::always(When::default(), Fault::status(code))]).await;
        let error = world.ask(&[R1, "Qwen/Qwen3-8B"]).await.0.expect_err("it is refused");
        assert_eq!((error.reason(), world.sandbox.requests().len()), (why, 1), "{code}");
        report.push_str(&format!("{code}: {error}\n"));
    }
    for code in [400, 422] {
        // The usual 400 of the router is about the model; this one is about the request.
        let body = Some(r#"{"error":{"message":"max_tokens must be positive"}}"#.to_owned());
        let mut fault = Fault::status(code);
        if let Fault::Status { body: said, .. } = &mut fault {
            *said = body;
        }
        let world = World::failing([Script::always(When::default(), fault)]).await;
        let error = world.ask(&[R1, "Qwen/Qwen3-8B"]).await.0.expect_err("it is refused");
        assert_eq!(
            (error.reason(), error.class(), world.sandbox.requests().len()),
            (StopReason::InvalidRequest, Some(Class::InvalidRequest), 1),
            "{code}"
        );
        report.push_str(&format!("{code}: {error}\n"));
    }
    assert_snapshot!(report, @"
    401: nobody answered: the token was refused (`auth`), and would be everywhere
    402: nobody answered: the token was refused (`credits`), and would be everywhere
    400: nobody answered: the request itself was refused
    422: nobody answered: the request itself was refused
    ");
}

/// What fails before anything of an answer is seen.
fn early_faults() -> Vec<Fault> {
    vec![
        Fault::status(404),
        Fault::status(408),
        Fault::status(429),
        Fault::status(500),
        Fault::status(503),
        Fault::Html { code: 502 },
        Fault::Html { code: 200 },
        Fault::CloseBeforeReply { ending: Ending::Close },
        Fault::CloseBeforeReply { ending: Ending::Reset },
        Fault::CutStream { after: 0, ending: Ending::Close },
        Fault::ErrorEvent { after: 0, form: ErrorForm::String },
        Fault::InvalidJson { after: 0 },
        Fault::GzipBomb { bytes: 512 << 20 },
        Fault::HugeBody { bytes: 512 << 20 },
        Fault::Redirect { to: "http://127.0.0.1:9/".to_owned(), code: 307 },
        Fault::EmptyBody,
        Fault::OtherShape,
    ]
}

#[tokio::test]
async fn every_failure_before_the_first_event_moves_on() {
    for fault in early_faults() {
        let kind = fault.kind();
        let world = World::failing([Script::once(When::provider("fireworks-ai"), fault)]).await;
        let mut driven = world.ask(&[R1]).await.0.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let answer = text(&mut driven).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert!(answer.contains(PROMPT), "{kind}: {answer}");
        assert_eq!(driven.meta().provider.as_deref(), Some("together"), "{kind}");
        assert_eq!(world.sandbox.requests().len(), 2, "{kind}: {}", world.asked());
    }
}

/// A body as a client of a gateway writes it.
fn body(rest: &str) -> ChatBody {
    let sent = format!(
        r#"{{"messages":[{{"role":"user","content":"{PROMPT}"}}],"model":"mine","odd":[1.0]{rest}}}"#
    );
    ChatBody::read(sent.into()).expect("a body")
}

impl World {
    /// The bytes that are passed on, who gave them and how they end.
    async fn pass(&self, body: &ChatBody) -> Result<(String, Option<String>, Result<(), Error>), DriveError> {
        let plan = self.plan(&[R1], Options::default());
        Ok(match drive_body(&self.client, plan, &self.cooldowns, body, |_| ()).await? {
            DrivenBody::Whole(whole) => {
                let text = String::from_utf8_lossy(whole.body()).into_owned();
                assert_eq!(whole.trail().last().map(|entry| entry.result), Some(Ok(())));
                (text, whole.meta().provider.clone(), Ok(()))
            }
            DrivenBody::Stream(mut stream) => {
                let mut text = String::new();
                let mut end = Ok(());
                while let Some(bytes) = stream.next().await {
                    match bytes {
                        Ok(bytes) => text.push_str(&String::from_utf8_lossy(&bytes)),
                        Err(error) => end = Err(error),
                    }
                }
                assert!(stream.next().await.is_none(), "it is over");
                let last = stream.trail().last().expect("an attempt");
                assert_eq!(last.result, end.as_ref().map_or_else(|error| Err(error.class()), |()| Ok(())));
                (text, stream.meta().provider.clone(), end)
            }
        })
    }
}

#[tokio::test]
async fn a_body_that_is_passed_on_moves_on_as_well() {
    let late = [
        Fault::CutStream { after: 3, ending: Ending::Close },
        Fault::CutStream { after: 3, ending: Ending::Reset },
        Fault::ErrorEvent { after: 3, form: ErrorForm::Object },
        Fault::InvalidJson { after: 3 },
    ];
    let of_streams = early_faults().into_iter().map(|fault| (fault, r#","stream":true"#));
    // A whole reply is held until it is whole, so that nothing is too late for it.
    let of_wholes = early_faults().into_iter().chain(late).map(|fault| (fault, ""));
    for (fault, rest) in of_streams.chain(of_wholes) {
        let kind = format!("{}{rest}", fault.kind());
        let world = World::failing([Script::once(When::provider("fireworks-ai"), fault)]).await;
        let (text, provider, end) = world.pass(&body(rest)).await.unwrap_or_else(|e| panic!("{kind}: {e:?}"));
        end.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert!(text.contains(PROMPT.split(' ').next().unwrap_or_default()), "{kind}: {text}");
        assert!(!text.contains("[DONE]"), "{kind}: {text}");
        assert_eq!(provider.as_deref(), Some("together"), "{kind}");
        let requests = world.sandbox.requests();
        assert_eq!(requests.len(), 2, "{kind}: {}", world.asked());
        assert_eq!(requests[0].body_keys[0], "model", "{kind}");
        assert!(requests.iter().all(|request| request.body_keys.contains(&"odd".to_owned())), "{kind}");
    }
}

#[tokio::test]
async fn a_stream_that_is_passed_on_and_breaks_is_an_error() {
    for fault in [
        Fault::CutStream { after: 3, ending: Ending::Clean },
        Fault::CutStream { after: 3, ending: Ending::Reset },
        Fault::ErrorEvent { after: 3, form: ErrorForm::Object },
        Fault::InvalidJson { after: 3 },
    ] {
        let kind = fault.kind();
        let world = World::failing([Script::always(When::default(), fault)]).await;
        let (text, _, end) = world.pass(&body(r#","stream":true"#)).await.expect("it begins");
        assert_private(&end.expect_err(kind));
        assert!(text.starts_with("data: {") && text.ends_with("\n\n"), "{kind}: {text}");
        assert_eq!(world.sandbox.requests().len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn after_the_first_event_nothing_is_requested_again() {
    for fault in [
        Fault::CutStream { after: 3, ending: Ending::Clean },
        Fault::CutStream { after: 3, ending: Ending::Reset },
        Fault::ErrorEvent { after: 3, form: ErrorForm::Object },
        Fault::InvalidJson { after: 3 },
    ] {
        let kind = fault.kind();
        let world = World::failing([Script::always(When::default(), fault)]).await;
        let mut driven = world.ask(&[R1]).await.0.expect("it begins");
        let error = text(&mut driven).await.expect_err("it breaks off");
        assert_private(&error);
        assert!(driven.next().await.is_none());
        assert_eq!(world.sandbox.requests().len(), 1, "{kind}");
        let last = driven.trail().last().expect("an attempt");
        assert!(last.first_byte_sent && last.result == Err(error.class()), "{kind}: {last}");
        assert!(last.cooled_for.is_some(), "{kind}: it is asked later next time");
    }
}

#[tokio::test]
async fn what_does_not_come_in_time_is_left() {
    let world = World::failing([Script::always(When::provider("fireworks-ai"), Fault::Hang)]).await;
    let options = Options { first_byte: support::SHORT, ..Options::default() };
    let driven = world.ask_with(world.plan(&[R1], options)).await.0.expect("an answer");
    assert_eq!(driven.meta().provider.as_deref(), Some("together"));
    assert_eq!(driven.trail().last().map(|entry| entry.result), Some(Err(Class::Timeout)));
    assert!(driven.time_to_first_event() >= support::SHORT, "the time begins with the first request");
}

#[tokio::test]
async fn the_time_for_all_attempts_is_a_limit() {
    let world = World::failing([Script::always(When::default(), Fault::Hang)]).await;
    let total = Duration::from_millis(150);
    let options = Options { first_byte: Duration::from_millis(100), total, ..Options::default() };
    let started = Instant::now();
    let error = world.ask_with(world.plan(&[R1], options)).await.0.expect_err("nobody answers");
    assert!(started.elapsed() >= total, "{:?}", started.elapsed());
    assert_eq!((error.reason(), error.class()), (StopReason::OutOfTime, Some(Class::Timeout)));
    assert_eq!(error.trail().entries().len(), 2, "the second gets what is left");
    let phase = error.last().and_then(Error::timeout_phase);
    assert_eq!(phase, Some(TimeoutPhase::FirstByte));
}

#[tokio::test]
async fn a_dead_network_is_tried_once_more() {
    let world = World::new().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let nowhere = client(&format!("http://{free}/v1"));
    let pause = Duration::from_millis(30);
    let plan = world.plan(&[R1, "Qwen/Qwen3-8B"], Options { network_pause: pause, ..Options::default() });
    let started = Instant::now();
    let mut switches = 0;
    let outcome = drive(&nowhere, plan, &world.cooldowns, &request(), |_| switches += 1).await;
    let error = outcome.expect_err("nobody listens");
    assert!(started.elapsed() >= pause && started.elapsed() < Duration::from_secs(3));
    assert_eq!((error.reason(), error.class()), (StopReason::NetworkDown, Some(Class::Network)));
    assert_eq!((error.trail().entries().len(), switches), (2, 1));
}

#[tokio::test]
async fn an_empty_plan_sends_nothing() {
    let world = World::new().await;
    let error = world.ask(&[]).await.0.expect_err("there is nothing to ask");
    assert_eq!((error.reason(), error.class()), (StopReason::NothingToTry, None));
    assert!(error.last().is_none() && world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn dropping_it_lets_go_of_the_connection() {
    let world = World::failing([Script::always(When::default(), Fault::Hang)]).await;
    let plan = world.plan(&[R1], Options::default());
    let request = request();
    tokio::select! {
        outcome = drive(&world.client, plan, &world.cooldowns, &request, |_| ()) => panic!("{outcome:?}"),
        _ = world.sandbox.requests_when(|requests| !requests.is_empty()) => {}
    }
    let dropped = openclaw_sandbox::ReplyState::Dropped;
    world.sandbox.requests_when(|requests| requests.iter().all(|one| one.state == dropped)).await;
    assert_eq!(world.sandbox.requests().len(), 1);
    assert!(world.cooldowns.with(|cooldowns, _| cooldowns.is_empty()), "an attempt without an end is none");
}

#[test]
fn it_can_run_on_any_thread() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let client = client("http://127.0.0.1:9/v1");
    let (cooldowns, request) = (SharedCooldowns::default(), request());
    let plan = Plan::new(&[], &Catalog::merge([]), Options::default());
    drop(assert_send(drive(&client, plan, &cooldowns, &request, |_| ())));
}
