//! `openclaw infer`: ask a model.

use std::io::{IsTerminal as _, Read as _};
use std::time::{Duration, Instant};

use openclaw_catalog::{Cost, Model, rank};
use openclaw_credentials::Found;
use openclaw_hf_client::{ChatEvent, ChatRequest, Client, Error, FinishReason, Message, Options, Usage};
use openclaw_model_ref::ModelRef;
use serde_json::{Value, json};

use super::models::status_source;
use crate::app::{App, Settings};
use crate::args::{InferCommand, InferModelCommand, Run};
use crate::catalogue::{Ask, known};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::{DEFAULT_MODEL, resolve};
use crate::view::{dim, or_unknown, seconds};
use crate::{network, out};

/// What is piped in may not be larger.
const MAX_STDIN: u64 = 8 * 1024 * 1024;

pub(super) fn run(app: &App, command: InferCommand) -> Result<()> {
    match command {
        InferCommand::Model(model) => match model.command {
            InferModelCommand::Run(args) => ask(app, &args),
        },
        InferCommand::Image { .. } => Err(not_served("images are", "text-to-image")),
        InferCommand::Embedding { .. } => Err(not_served("embeddings are", "feature-extraction")),
        InferCommand::Audio { .. } => Err(not_served("speech is", "automatic-speech-recognition")),
    }
}

/// One short question to the default model, at the end of onboarding.
pub(super) fn test(app: &App) -> Result<()> {
    let prompt = "Say hello in five words.".to_owned();
    let args = Run {
        prompt: Some(prompt),
        model: None,
        system: None,
        max_tokens: None,
        temperature: None,
        json: false,
        stats: true,
        hide_reasoning: false,
        bill_to: crate::app::env("HF_BILL_TO"),
    };
    ask(app, &args)
}

/// Only chat completions are served; the rest has a home elsewhere.
fn not_served(what: &str, task: &str) -> Failure {
    Failure::new(Exit::Usage, format!("{what} not served here: the router does chat completions alone"))
        .because("use Hugging Face's own clients: `huggingface_hub` for Python, `@huggingface/inference` for JavaScript")
        .hint(format!("open https://huggingface.co/docs/inference-providers/tasks/{task}"))
}

/// What is asked of whom, with what is known of it.
struct Question {
    reference: ModelRef,
    model: Option<Model>,
    request: ChatRequest,
    found: Found,
}

/// What came back.
#[derive(Default)]
struct Answer {
    text: String,
    reasoning: String,
    finish: Option<FinishReason>,
    usage: Option<Usage>,
    provider: Option<String>,
    request_id: Option<String>,
    first: Option<Duration>,
    elapsed: Duration,
}

fn ask(app: &App, args: &Run) -> Result<()> {
    let settings = Settings::load(app)?;
    let known = known(app, &settings.config, Ask::Never)?;
    let typed = args.model.as_deref().or(settings.config.primary()).unwrap_or(DEFAULT_MODEL);
    let reference =
        resolve(typed, &settings.aliases, Some(&known.catalog), "openclaw infer model run --model")?;
    let model = known.catalog.resolve(&reference);
    let request = request(args, &reference)?;
    let resolution = app.token(&settings.config, None);
    let Some(found) = resolution.token else {
        return Err(Failure::new(Exit::Auth, "there is no token: the router answers nobody without one")
            .hint("openclaw onboard"));
    };
    let endpoint = app.endpoint(&settings.config)?;
    let options = Options { bill_to: args.bill_to.clone(), ..Options::default() };
    let client = network::client_with(app, &endpoint, Some(found.token.clone()), options);
    let question = Question { reference, model, request, found };
    let answer = stream(app, &client, &question, args)?;
    let cost = cost(&question, &answer);
    if args.json {
        out::print_json(&as_json(&question, &answer, cost))?;
    }
    if args.stats {
        out::say(&format!("{}\n", dim(&stats(&question, &answer, cost))));
    }
    if answer.finish == Some(FinishReason::Length) {
        out::warn("the answer reached its limit of tokens; `--max-tokens` sets another");
    }
    Ok(())
}

fn request(args: &Run, reference: &ModelRef) -> Result<ChatRequest> {
    let piped = piped()?;
    let prompt = match (&args.prompt, piped) {
        (Some(prompt), Some(piped)) => format!("{prompt}\n\n{piped}"),
        (Some(prompt), None) => prompt.clone(),
        (None, Some(piped)) => piped,
        (None, None) => String::new(),
    };
    if prompt.trim().is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "there is no question: neither `--prompt` nor anything piped in",
        )
        .hint("openclaw infer model run --prompt \"Why is the sky blue?\""));
    }
    let mut request = ChatRequest::new(reference.router_id());
    request.messages.extend(args.system.as_deref().map(Message::system));
    request.messages.push(Message::user(prompt));
    request.max_tokens = args.max_tokens.map(u64::from);
    request.temperature = args.temperature;
    Ok(request)
}

/// What is piped in; `None` where a person sits at the keyboard or nothing came.
fn piped() -> Result<Option<String>> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    let read = stdin.lock().take(MAX_STDIN + 1).read_to_string(&mut text);
    let read = read
        .map_err(|error| Failure::from_error(Exit::Usage, "standard input cannot be read as text", &error))?;
    if u64::try_from(read).is_ok_and(|read| read > MAX_STDIN) {
        return Err(Failure::new(
            Exit::Usage,
            format!("expected at most {} MiB on standard input", MAX_STDIN >> 20),
        ));
    }
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// Sends the question; prints the answer as it comes, unless it is wanted as JSON.
fn stream(app: &App, client: &Client, question: &Question, args: &Run) -> Result<Answer> {
    let asked = Instant::now();
    let model = question.reference.router_id();
    let what = format!("waiting for {model}");
    network::wait_then(app, &what, client.chat_stream(&question.request), async |opened| {
        let failed =
            |error: &Error| network::chat_failure(error, model, &status_source(app, &question.found.source));
        let mut stream = opened.map_err(|error| failed(&error))?;
        let mut answer = Answer { first: Some(asked.elapsed()), ..Answer::default() };
        let shows_thought = !args.json && !args.hide_reasoning && std::io::stderr().is_terminal();
        let mut printed = Printed::default();
        while let Some(event) = stream.next().await {
            match event {
                Ok(ChatEvent::Content(text)) => {
                    if !args.json {
                        printed.content(&text)?;
                    }
                    answer.text.push_str(&text);
                }
                Ok(ChatEvent::Reasoning(text)) => {
                    if shows_thought {
                        printed.thought(&text);
                    }
                    answer.reasoning.push_str(&text);
                }
                Ok(ChatEvent::Finish(reason)) => answer.finish = Some(reason),
                Ok(ChatEvent::Usage(usage)) => answer.usage = Some(usage),
                Ok(_) => {}
                Err(error) => {
                    printed.end()?;
                    return Err(failed(&error));
                }
            }
        }
        printed.end()?;
        answer.provider.clone_from(&stream.meta().provider);
        answer.request_id.clone_from(&stream.meta().request_id);
        answer.elapsed = asked.elapsed();
        Ok(answer)
    })?
}

/// What stands on the screen, so that a thought and the answer do not run into each other.
#[derive(Default)]
struct Printed {
    ends_in_line: bool,
    has_content: bool,
    in_thought: bool,
}

impl Printed {
    fn content(&mut self, text: &str) -> Result<()> {
        if self.in_thought {
            out::say("\n\n");
            self.in_thought = false;
        }
        self.has_content = true;
        self.ends_in_line = text.ends_with('\n');
        out::print(&printable(text))
    }

    fn thought(&mut self, text: &str) {
        self.in_thought = true;
        out::say(&dim(&printable(text)));
    }

    fn end(&mut self) -> Result<()> {
        if self.in_thought {
            out::say("\n");
        }
        if self.has_content && !self.ends_in_line {
            out::print("\n")?;
        }
        self.has_content = false;
        Ok(())
    }
}

/// A model's text without what would command the terminal.
fn printable(text: &str) -> String {
    if std::io::stdout().is_terminal() {
        text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
    } else {
        text.to_owned()
    }
}

/// Tokens times the price of who answered; `None` where either is not known.
fn cost(question: &Question, answer: &Answer) -> Option<Cost> {
    let usage = answer.usage.as_ref()?;
    let provider = answer.provider.as_deref()?;
    let offer = question.model.as_ref()?.offers().iter().find(|offer| offer.provider == provider)?;
    Some(offer.pricing?.cost(usage.prompt_tokens?, usage.completion_tokens?))
}

fn predicted(question: &Question) -> Option<String> {
    let offers = question.model.as_ref()?.offers();
    Some(rank(offers, question.reference.selector()).predicted()?.provider.clone())
}

fn stats(question: &Question, answer: &Answer, cost: Option<Cost>) -> String {
    let who = match (&answer.provider, predicted(question)) {
        (Some(provider), Some(predicted)) if *provider == predicted => {
            format!("{provider} answered, as predicted")
        }
        (Some(provider), Some(predicted)) => format!("{provider} answered, where {predicted} was predicted"),
        (Some(provider), None) => format!("{provider} answered"),
        (None, _) => "who answered is not told".to_owned(),
    };
    let usage = answer.usage.as_ref();
    let speed = usage
        .and_then(|usage| usage.completion_tokens)
        .zip(answer.first)
        .map(|(tokens, first)| (tokens, answer.elapsed.saturating_sub(first).as_secs_f64()))
        .filter(|(_, time)| *time > 0.001)
        .map(|(tokens, time)| {
            #[expect(clippy::cast_precision_loss, reason = "counts of tokens are far below 2^53")]
            let speed = tokens as f64 / time;
            format!("{speed:.0}")
        });
    format!(
        "{who} · {} tokens in, {} out · first token {} · {} tok/s · {} · {} USD",
        or_unknown(usage.and_then(|usage| usage.prompt_tokens)),
        or_unknown(usage.and_then(|usage| usage.completion_tokens)),
        seconds(answer.first),
        or_unknown(speed),
        seconds(Some(answer.elapsed)),
        or_unknown(cost.map(|cost| format!("about {cost}"))),
    )
}

fn as_json(question: &Question, answer: &Answer, cost: Option<Cost>) -> Value {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    json!({
        "ok": true,
        "model": question.reference.as_str(),
        "provider": answer.provider,
        "predictedProvider": predicted(question),
        "requestId": answer.request_id,
        "text": answer.text,
        "reasoning": Some(&answer.reasoning).filter(|text| !text.is_empty()),
        "finishReason": answer.finish.as_ref().map(FinishReason::as_str),
        "usage": answer.usage.as_ref().map(|usage| json!({
            "promptTokens": usage.prompt_tokens,
            "completionTokens": usage.completion_tokens,
            "totalTokens": usage.total_tokens,
        })),
        "estimatedCostUsd": cost.map(|cost| cost.to_string()),
        "firstTokenMs": answer.first.map(millis),
        "elapsedMs": millis(answer.elapsed),
    })
}
