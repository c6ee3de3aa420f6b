//! `openclaw infer model run`

use std::io::Write as _;
use std::process::Stdio;

use insta::assert_snapshot;
use openclaw_sandbox::{Ending, Endpoint, ErrorForm, Fault, Options, Script, When};

use crate::support::{World, steady};

const ASK: [&str; 5] = ["infer", "model", "run", "--prompt", "Why is the sky blue?"];

fn with(extra: &[&'static str]) -> Vec<&'static str> {
    ASK.iter().chain(extra).copied().collect()
}

#[test]
fn s01_an_answer_streams_to_stdout_and_says_who_gave_it() {
    let world = World::onboarded();
    steady!(
        assert_snapshot!(world.run(&with(&["--model", "deepseek-ai/DeepSeek-R1:cheapest", "--stats"])), @"
        exit 0
        -- out
        You asked: “Why is the sky blue?” This is a rehearsal: the sandbox answers for deepseek-ai/DeepSeek-R1 as novita would, no model has run and nothing was spent.
        -- err
        novita answered, as predicted · 5 tokens in, 38 out · first token T s · V tok/s · T s · about 0.0000967 USD
        ")
    );
    let requests = world.sandbox().requests();
    assert_eq!(requests.len(), 1, "one question is one request");
    assert_eq!(requests[0].path, "/v1/chat/completions");
    assert_eq!(requests[0].body_keys[0], "model", "the router routes from the first key");
    assert_eq!(requests[0].suffix.as_deref(), Some("cheapest"), "the suffix is sent verbatim");
}

#[test]
fn the_answer_as_json() {
    let world = World::onboarded();
    let shown = world.run(&with(&["--json", "--model", "openai/gpt-oss-120b:together"]));
    steady!(assert_snapshot!(shown, @r#"
    exit 0
    -- out
    {
      "ok": true,
      "error": null,
      "model": "huggingface/openai/gpt-oss-120b:together",
      "answeredModel": "huggingface/openai/gpt-oss-120b:together",
      "provider": "together",
      "predictedProvider": "together",
      "requestId": "ID",
      "text": "You asked: “Why is the sky blue?” This is a rehearsal: the sandbox answers for openai/gpt-oss-120b as together would, no model has run and nothing was spent.",
      "reasoning": "The question is read, the rehearsal is planned, the answer follows. ",
      "finishReason": "stop",
      "usage": {
        "promptTokens": 5,
        "completionTokens": 38,
        "totalTokens": 43
      },
      "estimatedCostUsd": "0.00002355",
      "firstTokenMs": N,
      "elapsedMs": N,
      "attempts": [
        {
          "model": "huggingface/openai/gpt-oss-120b:together",
          "chosenBy": "user",
          "expectedProvider": "together",
          "provider": "together",
          "result": "answered",
          "status": 200,
          "elapsedMs": N,
          "cooledMs": null
        }
      ]
    }
    "#));
}

#[test]
fn what_is_piped_in_stands_behind_the_prompt() {
    let world = World::onboarded();
    let mut child = world
        .command(&["infer", "model", "run", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("a pipe").write_all("What is 2+2?\n".as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    let shown = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && shown.contains("What is 2+2?"), "{shown}");
}

#[test]
fn every_provider_dialect_gives_the_same_answer() {
    let world = World::onboarded();
    for provider in ["together", "novita", "fireworks-ai", "cerebras"] {
        let models = world.stdout(&["models", "list", "--all", "--plain", "--provider", provider]);
        let model = models.lines().next().unwrap_or_else(|| panic!("{provider} offers something"));
        let shown = world.run(&[&ASK[..], &["--model", &format!("{model}:{provider}")]].concat());
        assert!(shown.starts_with("exit 0") && shown.contains("Why is the sky blue?"), "{provider}: {shown}");
    }
}

#[test]
fn every_failure_says_what_why_and_what_to_do() {
    let mut report = String::new();
    let mut tell = |name: &str, world: &World| {
        report.push_str(&format!("# {name}\n{}\n", world.run(&ASK)));
    };
    for (name, token) in [
        ("a token that is refused", "hf_refused_abc"),
        ("a token without the permission", "hf_noperm_abc"),
        ("no credits", "hf_nocredit_abc"),
    ] {
        tell(name, &World::new().env("HF_TOKEN", token));
    }
    tell("no token", &World::new());
    tell("nobody listens", &World::offline().env("HF_TOKEN", "hf_x"));
    let faults = [
        ("rate limited", Fault::status(429)),
        ("server error", Fault::status(500)),
        ("html", Fault::Html { code: 502 }),
        ("html with 200", Fault::Html { code: 200 }),
        ("closed", Fault::CloseBeforeReply { ending: Ending::Close }),
        ("cut", Fault::CutStream { after: 3, ending: Ending::Clean }),
        ("error event", Fault::ErrorEvent { after: 0, form: ErrorForm::Object }),
        ("no json", Fault::InvalidJson { after: 0 }),
        ("empty", Fault::EmptyBody),
        ("redirect", Fault::Redirect { to: "https://example.org/v1".to_owned(), code: 307 }),
    ];
    for (name, fault) in faults {
        let world = World::new().env("HF_TOKEN", "hf_x");
        world
            .sandbox()
            .script(vec![Script::always(When::path(Endpoint::Chat), fault)])
            .expect("it is scripted");
        tell(name, &world);
        let chats = world.sandbox().requests().iter().filter(|request| request.stream.is_some()).count();
        // The default model has four live offers, and the router is asked for its own choice first.
        let begun = name == "cut";
        assert_eq!(chats, if begun { 1 } else { 5 }, "{name}");
    }
    steady!(assert_snapshot!(report, @"
    # a token that is refused
    exit 4
    -- err
    error: the token was refused (status 401)
      Invalid username or password.
      request id ID
      it came from HF_TOKEN in the environment

    hint: openclaw onboard

    # a token without the permission
    exit 4
    -- err
    error: the token lacks the permission to call Inference Providers
      the token may not call Inference Providers (status 403)
      This authentication method does not have sufficient permissions to call Inference Providers on behalf of user sandbox-user
      request id ID
      it came from HF_TOKEN in the environment
      make one with the permission at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard

    # no credits
    exit 4
    -- err
    error: there are no credits left
      the credits for Inference Providers are used up (status 402)
      You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits.
      request id ID

    hint: open https://huggingface.co/settings/billing

    # no token
    exit 4
    -- err
    error: there is no token: the router answers nobody without one

    hint: openclaw onboard

    # nobody listens
    exit 5
    -- err
    the router cannot be reached: trying once more
    error: the router cannot be reached
      `http://127.0.0.1:9` refused the connection

    hint: openclaw models list --refresh --verbose

    # rate limited
    exit 3
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) refused (429): trying together
    together refused (429): trying novita
    novita refused (429): trying featherless-ai
    featherless-ai refused (429): trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai?: rate_limited (429) after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: rate_limited (429) after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: rate_limited (429) after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: rate_limited (429) after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: rate_limited (429) after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` takes no more requests for now (status 429)
      The engine is currently overloaded, please try again later
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # server error
    exit 3
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (500): trying together
    together failed (500): trying novita
    novita failed (500): trying featherless-ai
    featherless-ai failed (500): trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai?: provider_fault (500) after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: provider_fault (500) after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: provider_fault (500) after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: provider_fault (500) after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: provider_fault (500) after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` failed (status 500)
      Internal Server Error
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # html
    exit 3
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (502): trying together
    together failed (502): trying novita
    novita failed (502): trying featherless-ai
    featherless-ai failed (502): trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai?: provider_fault (502) after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: provider_fault (502) after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: provider_fault (502) after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: provider_fault (502) after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: provider_fault (502) after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` failed (status 502)
      502 Bad Gateway
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # html with 200
    exit 3
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) sends no answer that can be read: trying together
    together sends no answer that can be read: trying novita
    novita sends no answer that can be read: trying featherless-ai
    featherless-ai sends no answer that can be read: trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai?: malformed after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: malformed after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: malformed after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: malformed after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: malformed after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` answered with a web page, expected JSON
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # closed
    exit 3
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed: trying together
    together failed: trying novita
    novita failed: trying featherless-ai
    featherless-ai failed: trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai?: provider_fault after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: provider_fault after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: provider_fault after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: provider_fault after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: provider_fault after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` closed the connection before it answered

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # cut
    exit 6
    -- err
    error: the answer of `deepseek-ai/DeepSeek-R1` broke off
      the stream ended without a finish reason, expected one (provider `fireworks-ai`)
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # error event
    exit 3
    -- err
    fireworks-ai failed: trying together
    together failed: trying novita
    novita failed: trying featherless-ai
    featherless-ai failed: trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai: provider_fault after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: provider_fault after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: provider_fault after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: provider_fault after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: provider_fault after T, cooled for 1 s
      the last one: the provider `fireworks-ai` failed within its answer
      the engine stopped in the middle of the answer
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # no json
    exit 3
    -- err
    fireworks-ai sends no answer that can be read: trying together
    together sends no answer that can be read: trying novita
    novita sends no answer that can be read: trying featherless-ai
    featherless-ai sends no answer that can be read: trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai: malformed after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: malformed after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: malformed after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: malformed after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: malformed after T, cooled for 1 s
      the last one: event 1 of the stream cannot be read, expected a chunk of a chat as JSON (provider `fireworks-ai`)
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # empty
    exit 3
    -- err
    fireworks-ai gave no answer: trying together
    together gave no answer: trying novita
    novita gave no answer: trying featherless-ai
    featherless-ai gave no answer: trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai: truncated after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: truncated after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: truncated after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: truncated after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: truncated after T, cooled for 1 s
      the last one: the stream ended without a finish reason, expected one (provider `fireworks-ai`)
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    # redirect
    exit 3
    -- err
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) failed (307): trying together
    together failed (307): trying novita
    novita failed (307): trying featherless-ai
    featherless-ai failed (307): trying fireworks-ai
    error: nobody answered for `deepseek-ai/DeepSeek-R1`, in 5 attempts
      1. deepseek-ai/DeepSeek-R1 at fireworks-ai?: provider_fault (307) after T, cooled for 1 s
      2. deepseek-ai/DeepSeek-R1:together: provider_fault (307) after T, cooled for 1 s
      3. deepseek-ai/DeepSeek-R1:novita: provider_fault (307) after T, cooled for 1 s
      4. deepseek-ai/DeepSeek-R1:featherless-ai: provider_fault (307) after T, cooled for 1 s
      5. deepseek-ai/DeepSeek-R1:fireworks-ai: provider_fault (307) after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` redirects to `https://example.org` (status 307), which is not followed
      request id ID

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh
    "));
}

#[test]
fn what_the_environment_has_wrong_is_not_the_models_fault() {
    let ca = World::new().env("HF_TOKEN", "hf_x").env("SSL_CERT_FILE", "/nonexistent/ca.pem");
    let proxy = World::new().env("HF_TOKEN", "hf_x").env("http_proxy", "http://me:secret@127.0.0.1:9");
    let payer = World::new().env("HF_TOKEN", "hf_x").env("HF_BILL_TO", "déjà-vu");
    let report = [ca, proxy, payer].map(|world| world.run(&ASK)).join("\n");
    steady!(assert_snapshot!(report, @"
    exit 2
    -- err
    error: the client cannot be set up
      the CA file `/nonexistent/ca.pem` cannot be read

    hint: unset SSL_CERT_FILE

    exit 5
    -- err
    the router cannot be reached: trying once more
    error: the router cannot be reached
      the proxy `http://127.0.0.1:9` refused the connection

    hint: openclaw models list --refresh --verbose

    exit 2
    -- err
    error: the variable `HF_BILL_TO` is `déjà-vu`, which is no value of `--bill-to`
      expected the name of an organisation, such as my-org

    hint: unset HF_BILL_TO
    "));
}

/// What has begun ends with 6 whatever broke it, and what said nothing does not.
#[test]
fn the_exit_code_says_whether_an_answer_had_begun() {
    let world = World::with(Options { fault_models: true, ..Options::default() }).env("HF_TOKEN", "hf_x");
    let mut report = String::new();
    for model in ["error-event", "invalid-json", "empty-body", "other-shape"] {
        let model = format!("sandbox/{model}");
        report += &world.run(&[&ASK[..], &["--no-failover", "--model", &model]].concat());
        report.push('\n');
    }
    steady!(assert_snapshot!(report, @"
    exit 6
    -- out
    You asked: “Why is 
    -- err
    error: the answer of `sandbox/error-event` broke off
      the provider `novita` failed within its answer
      the engine stopped in the middle of the answer
      request id ID

    hint: openclaw models route sandbox/error-event --refresh

    exit 6
    -- out
    You asked: “Why is 
    -- err
    error: the answer of `sandbox/invalid-json` broke off
      event 6 of the stream cannot be read, expected a chunk of a chat as JSON (provider `novita`)
      request id ID

    hint: openclaw models route sandbox/invalid-json --refresh

    exit 3
    -- err
    error: `sandbox/empty-body` gave no answer
      the stream ended without a finish reason, expected one (provider `novita`)
      request id ID
      nobody else was asked, by `--no-failover`

    hint: openclaw models route sandbox/empty-body --refresh

    exit 3
    -- err
    error: `sandbox/other-shape` gave no answer
      the stream ended without a finish reason, expected one (provider `novita`)
      request id ID
      nobody else was asked, by `--no-failover`

    hint: openclaw models route sandbox/other-shape --refresh
    "));
}

#[test]
fn a_model_that_nobody_serves_is_told_by_the_router() {
    let world = World::onboarded();
    steady!(assert_snapshot!(world.run(&with(&["--model", "acme/none"])), @"
    exit 3
    -- err
    error: nobody serves `acme/none` for this account
      no enabled provider serves the model (status 400)
      The requested model 'acme/none' does not exist.
      request id ID

    hint: openclaw models route acme/none --refresh
    "));
}

#[test]
fn a_question_is_needed() {
    let world = World::onboarded();
    assert_snapshot!(world.run(&["infer", "model", "run"]), @r#"
    exit 2
    -- err
    error: there is no question: neither `--prompt` nor anything piped in

    hint: openclaw infer model run --prompt "Why is the sky blue?"
    "#);
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn s01_what_is_no_chat_is_sent_elsewhere() {
    let world = World::onboarded();
    let mut report = String::new();
    for what in ["image", "embedding", "audio"] {
        report.push_str(&world.run(&["infer", what, "generate", "--prompt", "a cat"]));
    }
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: images are not served here: the router does chat completions alone
      use Hugging Face's own clients: `huggingface_hub` for Python, `@huggingface/inference` for JavaScript

    hint: open https://huggingface.co/docs/inference-providers/tasks/text-to-image
    exit 2
    -- err
    error: embeddings are not served here: the router does chat completions alone
      use Hugging Face's own clients: `huggingface_hub` for Python, `@huggingface/inference` for JavaScript

    hint: open https://huggingface.co/docs/inference-providers/tasks/feature-extraction
    exit 2
    -- err
    error: speech is not served here: the router does chat completions alone
      use Hugging Face's own clients: `huggingface_hub` for Python, `@huggingface/inference` for JavaScript

    hint: open https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition
    ");
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let world = World::onboarded();
    let mut child =
        world.command(&ASK).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_organisation_that_pays_is_named_to_the_router() {
    let world = World::onboarded();
    world.run(&with(&["--bill-to", "sandbox-org"]));
    assert_eq!(world.sandbox().requests()[0].header("x-hf-bill-to"), Some("sandbox-org"));
    steady!(assert_snapshot!(world.run(&with(&["--bill-to", "another-org"])), @"
    exit 4
    -- err
    error: the token lacks the permission to call Inference Providers
      the token may not call Inference Providers (status 403)
      This authentication method does not have sufficient permissions to call Inference Providers on behalf of org another-org
      request id ID
      it came from HF_TOKEN in ~/.openclaw/.env
      make one with the permission at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained

    hint: openclaw onboard
    "));
}

#[test]
fn files_and_images_go_with_the_question() {
    let world = World::onboarded();
    std::fs::write(world.home().join("notes.md"), "The sky is blue.").expect("it is written");
    let png = [&[0x89, b'P', b'N', b'G'][..], &[0; 3000]].concat();
    std::fs::write(world.home().join("sky.png"), png).expect("it is written");
    let text = world.stdout(&with(&["--file", "notes.md"]));
    assert!(text.contains("`notes.md`:") && text.contains("The sky is blue."), "{text}");
    world.sandbox().clear_requests();
    world.stdout(&with(&["--image", "sky.png", "--image", "https://example.org/b.png"]));
    let size = world.sandbox().requests()[0].header("content-length").and_then(|size| size.parse().ok());
    assert!(size.is_some_and(|size: usize| size > 4000), "the image is in the body: {size:?}");

    world.sandbox().clear_requests();
    let mut report = String::new();
    for args in [["--image", "notes.md"], ["--image", "none.png"], ["--file", "sky.png"]] {
        report.push_str(&world.run(&with(&args)));
    }
    assert_snapshot!(report, @r#"
    exit 2
    -- err
    error: `notes.md` is no image that is known here
      expected PNG, JPEG, GIF or WebP

    hint: openclaw infer model run --help
    exit 2
    -- err
    error: `none.png` cannot be read
      No such file or directory (os error 2)

    hint: openclaw infer model run --help
    exit 2
    -- err
    error: `sky.png` cannot be read as text
      expected UTF-8, found something else at byte 0

    hint: openclaw infer model run --prompt "What is on it?" --image sky.png
    "#);
    assert_eq!(world.sandbox().requests().len(), 0);
}

#[test]
fn every_parameter_is_sent_by_its_name() {
    let world = World::onboarded();
    world.stdout(&with(&[
        "--system",
        "Be brief.",
        "--max-tokens",
        "9",
        "--temperature",
        "0.5",
        "--top-p",
        "0.9",
        "--seed",
        "-7",
        "--stop",
        "END",
        "--reasoning-effort",
        "low",
    ]));
    assert_snapshot!(world.sandbox().requests()[0].body_keys.join(" "), @"model stream stream_options messages max_tokens temperature top_p seed stop reasoning_effort");
    assert_snapshot!(world.run(&with(&["--timeout", "0", "--max-price", "cheap"])), @"
    exit 2
    -- err
    error: `--timeout` of `openclaw infer model run` takes no `0`
      expected seconds, such as 10 or 0.5

    hint: openclaw infer model run --help
    ");
}
