//! Every way in which a provider can fail: what the user sees, and who was asked how often.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use openclaw_sandbox::{Ending, Endpoint, ErrorForm, Fault, Recorded, Script, When};

use crate::support::{World, steady};

const ASK: [&str; 5] = ["infer", "model", "run", "--prompt", "Hi"];

/// Who was asked what, in one line.
fn asked(world: &World) -> String {
    let one = |request: &Recorded| {
        let suffix = request.suffix.as_deref().map(|suffix| format!(":{suffix}")).unwrap_or_default();
        let model = request.model.as_deref().unwrap_or("-");
        let provider = request.provider.as_deref().unwrap_or("nobody");
        format!("{}{suffix} at {provider}", model.rsplit('/').next().unwrap_or(model))
    };
    let requests = world.sandbox().requests();
    let chats: Vec<_> = requests.iter().filter(|request| request.stream.is_some()).map(one).collect();
    format!("{} requests: {}", chats.len(), chats.join(", "))
}

fn with_retry_after() -> Fault {
    let mut fault = Fault::status(429);
    if let Fault::Status { retry_after, headers, .. } = &mut fault {
        *retry_after = Some(30);
        headers.insert("x-inference-provider".to_owned(), "fireworks-ai".to_owned());
    }
    fault
}

/// How long an attempt waits for the first word, in the table of faults.
const TIMEOUT: Duration = Duration::from_millis(400);

/// What the program may take besides what it has to wait for: its start, a reply that is read, another request.
/// Without optimisation and on an idle machine that is a tenth of a second.
const AT_MOST: Duration = Duration::from_millis(1500);

/// How long it takes, from the start of the program to its end.
#[derive(Clone, Copy)]
enum Takes {
    /// Nothing is waited for.
    NoWait,
    /// The first provider gets its time, all of it, and no more.
    Timeout,
}

impl Takes {
    fn of(fault: &Fault) -> Self {
        if matches!(fault, Fault::Hang) { Self::Timeout } else { Self::NoWait }
    }

    fn bounds(self) -> RangeInclusive<Duration> {
        match self {
            Self::NoWait => Duration::ZERO..=AT_MOST,
            Self::Timeout => TIMEOUT..=TIMEOUT + AT_MOST,
        }
    }
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = self.bounds().into_inner();
        match self {
            Self::NoWait => write!(f, "under {:.1} s", most.as_secs_f64()),
            Self::Timeout => write!(f, "{:.1} to {:.1} s", least.as_secs_f64(), most.as_secs_f64()),
        }
    }
}

/// The provider that the router picks for the default model misbehaves; the others are well.
#[test]
fn whatever_the_first_provider_does_there_is_an_answer_or_a_reason() {
    let faults = [
        ("429 without Retry-After", Fault::status(429)),
        ("429 with Retry-After", with_retry_after()),
        ("404 of a provider", Fault::status(404)),
        ("408", Fault::status(408)),
        ("500", Fault::status(500)),
        ("502 as HTML", Fault::Html { code: 502 }),
        ("503", Fault::status(503)),
        ("a page with status 200", Fault::Html { code: 200 }),
        ("hang", Fault::Hang),
        ("closed before the reply", Fault::CloseBeforeReply { ending: Ending::Close }),
        ("reset before the reply", Fault::CloseBeforeReply { ending: Ending::Reset }),
        ("slow drip", Fault::SlowDrip { ms: 1 }),
        ("late", Fault::Delay { ms: 5 }),
        ("cut before the first word", Fault::CutStream { after: 0, ending: Ending::Close }),
        ("cut after the first word", Fault::CutStream { after: 3, ending: Ending::Close }),
        ("reset after the first word", Fault::CutStream { after: 3, ending: Ending::Reset }),
        ("ended after the first word", Fault::CutStream { after: 3, ending: Ending::Clean }),
        ("an error before the first word", Fault::ErrorEvent { after: 0, form: ErrorForm::Object }),
        ("an error after the first word", Fault::ErrorEvent { after: 3, form: ErrorForm::String }),
        ("no JSON before the first word", Fault::InvalidJson { after: 0 }),
        ("no JSON after the first word", Fault::InvalidJson { after: 3 }),
        ("gzip bomb", Fault::GzipBomb { bytes: 512 << 20 }),
        ("500 MB", Fault::HugeBody { bytes: 500_000_000 }),
        ("redirect to another host", Fault::Redirect { to: "https://example.org/v1".to_owned(), code: 307 }),
        ("wrong content type", Fault::WrongContentType { content_type: "text/plain".to_owned() }),
        ("empty body", Fault::EmptyBody),
        ("another shape", Fault::OtherShape),
        ("no [DONE]", Fault::NoDone),
        ("empty frames", Fault::EmptyFrames),
        ("split bytes", Fault::SplitBytes { size: 1 }),
        ("CR LF", Fault::CrLf),
    ];
    let world = World::onboarded();
    let mut report = String::new();
    let timeout = TIMEOUT.as_secs_f64().to_string();
    let ask = [&ASK[..], &["--timeout", &timeout]].concat();
    for (name, fault) in faults {
        let takes = Takes::of(&fault);
        let script = [Script::always(When::provider("fireworks-ai"), fault)];
        let run = || {
            world.sandbox().clear();
            world.sandbox().script(script.to_vec()).expect("it is scripted");
            let started = Instant::now();
            (world.run(&ask), started.elapsed())
        };
        // What else the machine does only ever adds, so of three runs the quickest tells what is ours.
        let (mut shown, mut took) = run();
        for _ in 0..2 {
            if took > *takes.bounds().end() {
                let (again, quicker) = run();
                (shown, took) = (again, took.min(quicker));
            }
        }
        assert!(takes.bounds().contains(&took), "{name} took {took:?}, not {takes}");
        assert!(!shown.contains("exit 0") || shown.contains("You asked: “Hi”"), "{name}: {shown}");
        report.push_str(&format!("# {name}: {takes}, {}\n{shown}\n", asked(&world)));
    }
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"This is a rehearsal: .*nothing was spent\.", "…");
    settings.bind(|| steady!(assert_snapshot!(report, @"
    # 429 without Retry-After: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) refused (429): trying together

    # 429 with Retry-After: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai refused (429): trying together

    # 404 of a provider: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (404): trying together

    # 408: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (408): trying together

    # 500: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (500): trying together

    # 502 as HTML: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (502): trying together

    # 503: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (503): trying together

    # a page with status 200: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) sends no answer that can be read: trying together

    # hang: 0.4 to 1.9 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) takes too long: trying together

    # closed before the reply: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed: trying together

    # reset before the reply: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed: trying together

    # slow drip: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …

    # late: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …

    # cut before the first word: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai gave no answer: trying together

    # cut after the first word: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 6
    -- err
    error: the answer of `deepseek-ai/DeepSeek-R1` broke off
      the answer of the provider `fireworks-ai` was cut off
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # reset after the first word: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 6
    -- err
    error: the answer of `deepseek-ai/DeepSeek-R1` broke off
      the answer of the provider `fireworks-ai` was cut off
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # ended after the first word: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 6
    -- err
    error: the answer of `deepseek-ai/DeepSeek-R1` broke off
      the stream ended without a finish reason, expected one (provider `fireworks-ai`)
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # an error before the first word: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai failed: trying together

    # an error after the first word: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 6
    -- err
    error: the answer of `deepseek-ai/DeepSeek-R1` broke off
      the provider `fireworks-ai` failed within its answer
      the engine stopped in the middle of the answer
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # no JSON before the first word: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai sends no answer that can be read: trying together

    # no JSON after the first word: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 6
    -- err
    error: the answer of `deepseek-ai/DeepSeek-R1` broke off
      event 4 of the stream cannot be read, expected a chunk of a chat as JSON (provider `fireworks-ai`)
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # gzip bomb: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai sends no answer that can be read: trying together

    # 500 MB: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai sends no answer that can be read: trying together

    # redirect to another host: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (307): trying together

    # wrong content type: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …

    # empty body: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai gave no answer: trying together

    # another shape: under 1.5 s, 2 requests: DeepSeek-R1 at fireworks-ai, DeepSeek-R1:together at together
    exit 0
    -- out
    You asked: “Hi” …
    -- err
    fireworks-ai gave no answer: trying together

    # no [DONE]: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …

    # empty frames: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …

    # split bytes: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …

    # CR LF: under 1.5 s, 1 requests: DeepSeek-R1 at fireworks-ai
    exit 0
    -- out
    You asked: “Hi” …
    ")));
}

#[test]
fn of_seventeen_models_the_seventeenth_answers() {
    let world = World::onboarded();
    let listed = world.json(&["models", "list", "--all", "--json"]);
    let pins: Vec<String> = listed["models"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|model| model["key"].as_str().expect("a key").to_owned())
        .take(17)
        .collect();
    assert_eq!(pins.len(), 17, "the sandbox lists as many");
    let fallbacks = pins[1..].iter().map(|pin| format!("'{pin}'")).collect::<Vec<_>>().join(",");
    world.write_config(&format!(
        "{{agents:{{defaults:{{model:{{primary:'{}',fallbacks:[{fallbacks}]}}}}}}}}",
        pins[0]
    ));
    let refusing = pins[..16].iter().map(|pin| {
        let id = pin.strip_prefix("huggingface/").expect("a reference");
        Script::always(When::model(id), Fault::status(429))
    });
    world.sandbox().script(refusing.collect()).expect("it is scripted");
    let answer = world.json(&[&ASK[..], &["--json"]].concat());
    let attempts = answer["attempts"].as_array().expect("attempts");
    assert_eq!(answer["model"].as_str(), Some(pins[0].as_str()));
    assert_eq!(answer["answeredModel"].as_str(), Some(pins[16].as_str()));
    let chats = world.sandbox().requests().iter().filter(|request| request.stream.is_some()).count();
    assert_eq!(chats, attempts.len(), "each attempt is one request");
    let (last, refused) = attempts.split_last().expect("attempts");
    assert!(refused.iter().all(|attempt| attempt["result"] == "rate_limited"), "{answer}");
    assert_eq!(last["result"], "answered");
    for pin in &pins {
        assert!(attempts.iter().any(|attempt| attempt["model"] == pin.as_str()), "{pin} is tried");
    }
}

#[test]
fn the_stats_tell_every_attempt() {
    let world = World::onboarded();
    world.write_config(
        "{agents:{defaults:{model:{primary:'huggingface/deepseek-ai/DeepSeek-R1:together',\
         fallbacks:['huggingface/Qwen/Qwen3-8B']}}}}",
    );
    world
        .sandbox()
        .script(vec![Script::always(When::provider("together"), Fault::status(503))])
        .expect("it is scripted");
    steady!(assert_snapshot!(world.run(&[&ASK[..], &["--stats"]].concat()), @"
    exit 0
    -- out
    You asked: “Hi” This is a rehearsal: the sandbox answers for Qwen/Qwen3-8B as nscale would, no model has run and nothing was spent.
    -- err
    together failed (503): trying Qwen/Qwen3-8B
    1. deepseek-ai/DeepSeek-R1:together: provider_fault (503) after T, cooled for 1 s
    2. Qwen/Qwen3-8B at nscale: answered after T
    nscale answered with Qwen/Qwen3-8B at attempt 2, where together was predicted · 1 token in, 34 out · first token T s · V tok/s · T s · about 0.00000619 USD
    "));
}

#[test]
fn a_model_given_by_hand_keeps_the_fallbacks_and_can_be_asked_alone() {
    let world = World::onboarded();
    world.write_config(
        "{agents:{defaults:{model:{primary:'huggingface/zai-org/GLM-4.7',\
         fallbacks:['huggingface/Qwen/Qwen3-8B']},\
         models:{'huggingface/deepseek-ai/DeepSeek-R1:novita':{alias:'thinker'}}}}}",
    );
    let fault = Script::always(When::model("deepseek-ai/DeepSeek-R1"), Fault::status(500));
    world.sandbox().script(vec![fault]).expect("it is scripted");
    let shown = world.run(&[&ASK[..], &["--model", "thinker"]].concat());
    assert!(shown.starts_with("exit 0"), "{shown}");
    assert_snapshot!(asked(&world), @"2 requests: DeepSeek-R1:novita at novita, Qwen3-8B at nscale");
    world.sandbox().clear_requests();
    steady!(assert_snapshot!(world.run(&[&ASK[..], &["--model", "thinker", "--no-failover"]].concat()), @"
    exit 3
    -- err
    error: the provider of `deepseek-ai/DeepSeek-R1:novita` failed
      `http://127.0.0.1:PORT` failed (status 500)
      Internal Server Error
      request id ID
      nobody else was asked, by `--no-failover`

    hint: openclaw models route deepseek-ai/DeepSeek-R1:novita --refresh
    "));
    assert_snapshot!(asked(&world), @"1 requests: DeepSeek-R1:novita at novita");
}

#[test]
fn a_slip_of_the_hand_is_not_answered_by_another_model() {
    let world = World::onboarded();
    world.write_config(
        "{agents:{defaults:{model:{primary:'huggingface/acme/gone',fallbacks:['huggingface/Qwen/Qwen3-8B']}}}}",
    );
    let mut report = String::new();
    for model in ["deepseek-ai/DeepSeek-R11:cheapest", "acme/none"] {
        report.push_str(&format!(
            "$ --model {model}\n{}",
            world.run(&[&ASK[..], &["--model", model]].concat())
        ));
        report.push_str(&format!("{}\n\n", asked(&world)));
        world.sandbox().clear_requests();
    }
    // Nobody mistyped what stands in the config: there the fallbacks are for days like this.
    report.push_str(&format!("$\n{}{}\n", world.run(&ASK), asked(&world)));
    steady!(assert_snapshot!(report, @"
    $ --model deepseek-ai/DeepSeek-R11:cheapest
    exit 3
    -- err
    error: nobody serves `deepseek-ai/DeepSeek-R11:cheapest` for this account
      no enabled provider serves the model (status 400)
      The requested model 'deepseek-ai/DeepSeek-R11:cheapest' does not exist.
      request id ID
      no fallback was asked, since the router does not list this model
      the nearest that it lists is `deepseek-ai/DeepSeek-R1`

    hint: openclaw infer model run --model deepseek-ai/DeepSeek-R1:cheapest
    1 requests: DeepSeek-R11:cheapest at nobody

    $ --model acme/none
    exit 3
    -- err
    error: nobody serves `acme/none` for this account
      no enabled provider serves the model (status 400)
      The requested model 'acme/none' does not exist.
      request id ID
      no fallback was asked, since the router does not list this model

    hint: openclaw models route acme/none --refresh
    1 requests: none at nobody

    $
    exit 0
    -- out
    You asked: “Hi” This is a rehearsal: the sandbox answers for Qwen/Qwen3-8B as nscale would, no model has run and nothing was spent.
    -- err
    acme/gone does not serve the model (400): trying Qwen/Qwen3-8B
    2 requests: gone at nobody, Qwen3-8B at nscale
    "));
}

#[test]
fn a_price_limit_keeps_the_dear_ones_out() {
    let world = World::onboarded();
    let cheap =
        world.run(&[&ASK[..], &["--max-price", "3", "--model", "deepseek-ai/DeepSeek-R1:cheapest"]].concat());
    assert!(cheap.starts_with("exit 0"), "{cheap}");
    assert_snapshot!(asked(&world), @"1 requests: DeepSeek-R1:cheapest at novita");
    world.sandbox().clear_requests();
    steady!(assert_snapshot!(
        world.run(&[&ASK[..], &["--max-price", "0.01", "--model", "deepseek-ai/DeepSeek-R1:together"]].concat()), @"
    exit 3
    -- err
    error: there is nobody to ask for `deepseek-ai/DeepSeek-R1:together` within these limits
      together: its output price of 6.80 USD per million tokens is above the limit of 0.01

    hint: openclaw models route deepseek-ai/DeepSeek-R1:together
    "));
    assert_snapshot!(asked(&world), @"0 requests:");
}

/// In the list that is kept groq is slow, so together is expected, within the limit; by now groq is the quickest.
#[test]
fn who_answers_above_the_price_limit_is_told() {
    let world = World::onboarded();
    let kept = world.files().into_iter().filter(|(path, _)| path.starts_with(world.state("cache")));
    let mut is_slower = false;
    for (path, bytes) in kept {
        let list = String::from_utf8(bytes).expect("text");
        is_slower |= list.contains("902.1153");
        std::fs::write(path, list.replace("902.1153", "2.1153")).expect("it is written");
    }
    assert!(is_slower, "the list has groq's speed");
    let ask = [&ASK[..], &["--model", "openai/gpt-oss-20b", "--stats", "--max-price"]].concat();
    steady!(assert_snapshot!(world.run(&[&ask[..], &["0.3"]].concat()), @"
    exit 0
    -- out
    You asked: “Hi” This is a rehearsal: the sandbox answers for openai/gpt-oss-20b as groq would, no model has run and nothing was spent.
    -- err
    groq answered, where together was predicted · 1 token in, 23 out · first token T s · V tok/s · T s · about 0.0000116 USD
    warning: groq answered, which asks 0.50 USD per million tokens of output, above `--max-price`
    "));
    assert_snapshot!(asked(&world), @"1 requests: gpt-oss-20b at groq");
    // The same answer within the limit: nothing to tell.
    let within = world.run(&[&ask[..], &["0.5"]].concat());
    assert!(within.contains("groq answered") && !within.contains("--max-price"), "{within}");
    let json = world.output(&[&ask[..], &["0.3", "--json"]].concat());
    assert!(String::from_utf8_lossy(&json.stderr).contains("above `--max-price`"), "{json:?}");
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).is_ok(), "{json:?}");
}

#[test]
fn json_of_a_failure_has_the_error_and_every_attempt() {
    let world = World::onboarded();
    world
        .sandbox()
        .script(vec![Script::always(When::default(), Fault::status(503))])
        .expect("it is scripted");
    let ask = [&ASK[..], &["--model", "openai/gpt-oss-20b:groq", "--json"]].concat();
    steady!(assert_snapshot!(world.run(&ask), @r#"
    exit 3
    -- out
    {
      "ok": false,
      "error": {
        "class": "provider_fault",
        "message": "the provider of `openai/gpt-oss-20b:groq` failed",
        "causes": [
          "`http://127.0.0.1:PORT` failed (status 503)",
          "503 Service Unavailable",
          "request id ID"
        ],
        "hint": "openclaw models route openai/gpt-oss-20b:groq --refresh"
      },
      "model": "huggingface/openai/gpt-oss-20b:groq",
      "answeredModel": null,
      "provider": null,
      "predictedProvider": "groq",
      "requestId": null,
      "text": "",
      "reasoning": null,
      "finishReason": null,
      "usage": null,
      "estimatedCostUsd": null,
      "firstTokenMs": null,
      "elapsedMs": N,
      "attempts": [
        {
          "model": "huggingface/openai/gpt-oss-20b:groq",
          "chosenBy": "user",
          "expectedProvider": "groq",
          "provider": null,
          "result": "provider_fault",
          "status": 503,
          "elapsedMs": N,
          "cooledMs": 1000
        }
      ]
    }
    -- err
    error: the provider of `openai/gpt-oss-20b:groq` failed
      `http://127.0.0.1:PORT` failed (status 503)
      503 Service Unavailable
      request id ID

    hint: openclaw models route openai/gpt-oss-20b:groq --refresh
    "#));
}

#[test]
fn json_of_a_failure_before_anybody_was_asked_has_no_attempt() {
    let world = World::offline();
    let output = world.output(&[&ASK[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(4));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(told["ok"], false);
    assert_eq!(told["attempts"], serde_json::json!([]));
    assert_eq!(told["error"]["class"], serde_json::Value::Null);
    assert_eq!(told["error"]["hint"], "openclaw onboard");
}

#[test]
fn who_asks_without_a_list_gets_one_first() {
    let world = World::new().env("HF_TOKEN", "hf_x");
    let fault = Script::always(When::provider("fireworks-ai"), Fault::status(429));
    world.sandbox().script(vec![fault]).expect("it is scripted");
    let shown = world.run(&ASK);
    assert!(shown.starts_with("exit 0"), "{shown}");
    let paths: Vec<_> = world.sandbox().requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/v1/models", "/v1/chat/completions", "/v1/chat/completions"]);
}

/// The list is not needed for an answer, so it may take no longer than one may.
#[test]
fn a_list_that_does_not_come_holds_nobody_up_for_longer_than_an_answer_may() {
    let world = World::new().env("HF_TOKEN", "hf_x");
    let silent = Script::always(When::path(Endpoint::Models), Fault::Hang);
    world.sandbox().script(vec![silent]).expect("it is scripted");
    let timeout = TIMEOUT.as_secs_f64().to_string();
    for ask in [&ASK[..], &["chat"]] {
        let started = Instant::now();
        let shown = world.run(&[ask, &["--timeout", &timeout]].concat());
        let took = started.elapsed();
        assert!(shown.starts_with("exit 0"), "{shown}");
        let (least, most) = Takes::Timeout.bounds().into_inner();
        assert!((least..=most).contains(&took), "{ask:?} took {took:?}");
    }
    assert_snapshot!(world.run(&["chat", "--timeout", &timeout]), @"
    exit 0
    -- err
    warning: the router's list did not come within 0.4 s; showing the built-in table
    ");
}

/// Between the two there is no pause; a loaded machine without optimisation gets more than it takes.
#[test]
fn the_next_request_leaves_as_soon_as_the_refusal_is_read() {
    let world = World::onboarded();
    let fault = Script::always(When::provider("fireworks-ai"), Fault::status(429));
    world.sandbox().script(vec![fault]).expect("it is scripted");
    let answer = world.json(&[&ASK[..], &["--json"]].concat());
    assert_eq!(answer["provider"], "together");
    let requests = world.sandbox().requests();
    let gap = requests[1].at_us.saturating_sub(requests[0].end_us.expect("it was refused"));
    assert!(gap < 100_000, "{gap} µs between the refusal and the next request");
}
