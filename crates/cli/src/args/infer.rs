//! `openclaw infer` and `chat`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use openclaw_catalog::Price;

/// What is asked instead of what the router does not serve.
const REFUSED: &str = "\
Examples:
  openclaw infer model run --prompt \"What is on it?\" --image photo.png";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw infer model run --prompt \"Why is the sky blue?\"
  git diff | openclaw infer model run --prompt \"Review this\" --stats")]
pub(crate) struct Infer {
    #[command(subcommand)]
    pub(crate) command: InferCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InferCommand {
    /// Chat models
    Model(InferModel),
    /// Images: not served by the router's chat endpoint
    #[command(hide = true, after_help = REFUSED)]
    Image {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Embeddings: not served by the router's chat endpoint
    #[command(hide = true, after_help = REFUSED)]
    Embedding {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Speech: not served by the router's chat endpoint
    #[command(hide = true, after_help = REFUSED)]
    Audio {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw infer model run --prompt \"Why is the sky blue?\"
  git diff | openclaw infer model run --prompt \"Review this\" --stats")]
pub(crate) struct InferModel {
    #[command(subcommand)]
    pub(crate) command: InferModelCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InferModelCommand {
    /// Ask one question; the answer streams to stdout
    Run(Box<Run>),
}

#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  openclaw infer model run --prompt \"Why is the sky blue?\"
  git diff | openclaw infer model run --prompt \"Review this\" --stats
  openclaw infer model run --model openai/gpt-oss-120b:cheapest --prompt Hi --json
  openclaw infer model run --prompt \"What is on it?\" --image photo.png
  openclaw infer model run --prompt \"Sum it up\" --file notes.md --max-price 1

Where a provider refuses, fails or says nothing, the next one is asked at once: first the other offers of the model,
then the fallbacks of the config, all of them. A provider that you pinned (`:together`) is not replaced by another one of
the same model. Every switch is a line on stderr; --no-failover asks once and no more.")]
pub(crate) struct Run {
    /// The question; what is piped in is put behind it
    #[arg(long, value_name = "TEXT")]
    pub(crate) prompt: Option<String>,
    /// A text file to put behind the question; can be given again
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
    /// An image to ask about, as a file (PNG, JPEG, GIF, WebP) or an address; can be given again
    #[arg(long, value_name = "FILE|URL", value_parser = picture)]
    pub(crate) image: Vec<String>,
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// Print one JSON object when the answer is whole or none will come, with every attempt
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  openclaw chat
  openclaw chat --model Qwen/Qwen3-32B:cheapest --stats

In the chat: /model REF asks another model, /retry asks again, /help lists the rest.
Ctrl-C stops the answer, Ctrl-D ends the chat. A line that ends in \\ goes on in the next one.")]
pub(crate) struct Chat {
    #[command(flatten)]
    pub(crate) asking: Asking,
}

/// How a model is asked.
#[derive(Debug, Default, Args)]
pub(crate) struct Asking {
    /// The model, or an alias; the default model where it is left out. The fallbacks of the config come after it
    #[arg(long, value_name = "REF")]
    pub(crate) model: Option<String>,
    /// What the model is told before the question
    #[arg(long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// Say on stderr who answered after which attempts, with tokens, time and estimated cost
    #[arg(long)]
    pub(crate) stats: bool,
    /// Do not show the model's thoughts
    #[arg(long)]
    pub(crate) hide_reasoning: bool,
    /// Print Markdown as it comes, in a terminal too
    #[arg(long)]
    pub(crate) raw: bool,
    /// Bill this organisation
    #[arg(long, value_name = "ORG", env = "HF_BILL_TO", value_parser = organisation)]
    pub(crate) bill_to: Option<String>,
    #[command(flatten)]
    pub(crate) sampling: Sampling,
    #[command(flatten)]
    pub(crate) failover: Failover,
}

/// How the answer is made.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Answer")]
pub(crate) struct Sampling {
    /// Tokens of the answer at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_tokens: Option<u32>,
    /// 0 is always the same, 2 is wild
    #[arg(long, value_name = "0..2", value_parser = temperature)]
    pub(crate) temperature: Option<f64>,
    /// Sample from the likeliest tokens that make up this share
    #[arg(long, value_name = "0..1", value_parser = share)]
    pub(crate) top_p: Option<f64>,
    /// Ask for the same answer again
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) seed: Option<i64>,
    /// End the answer before this text; can be given up to four times
    #[arg(long, value_name = "TEXT")]
    pub(crate) stop: Vec<String>,
    /// How much to think
    #[arg(long, value_name = "HOW")]
    pub(crate) reasoning_effort: Option<Effort>,
}

/// Who is asked when the first one fails.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Failing over")]
pub(crate) struct Failover {
    /// Ask once: no other offer and no fallback
    #[arg(long)]
    pub(crate) no_failover: bool,
    /// Ask first who is known to do this, and last who is known not to
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) needs: Vec<Need>,
    /// Ask nobody who is known to charge more for output, in USD per million tokens
    #[arg(long, value_name = "USD", value_parser = usd)]
    pub(crate) max_price: Option<Price>,
    /// How long one provider may take to begin its answer [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = patience)]
    pub(crate) timeout: Option<Duration>,
}

/// How much a model thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Effort {
    /// Not at all
    None,
    /// As little as possible
    Minimal,
    /// Little
    Low,
    /// The usual amount
    Medium,
    /// Much
    High,
    /// As much as possible
    Xhigh,
}

/// What a request cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Need {
    /// Tool calls
    Tools,
    /// Answers by a JSON schema
    Json,
    /// Images in the question
    Image,
}

/// A price in USD per million tokens.
pub(crate) fn usd(text: &str) -> Result<Price, String> {
    let price = text.parse().ok().and_then(Price::from_usd);
    price.ok_or_else(|| "expected USD per million tokens, such as 0.50".to_owned())
}

fn temperature(text: &str) -> Result<f64, String> {
    up_to(text, 2)
}

fn share(text: &str) -> Result<f64, String> {
    up_to(text, 1)
}

/// A number from 0; what is no number is in no range.
fn up_to(text: &str, most: u8) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| (0.0..=f64::from(most)).contains(number));
    number.ok_or_else(|| format!("expected a number from 0 to {most}"))
}

/// Who pays; it goes into a header, which takes no line break.
fn organisation(text: &str) -> Result<String, String> {
    match text.chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(text.to_owned()),
        false => Err("expected the name of an organisation, such as my-org".to_owned()),
    }
}

/// A file or an address; one without a host leads nowhere.
fn picture(text: &str) -> Result<String, String> {
    let address = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let is_nowhere = |rest: &str| rest.is_empty() || rest.starts_with(['/', '?', '#', ':']);
    match address.is_some_and(is_nowhere) || text == "data:" {
        true => Err("expected a file, or an address such as https://example.org/cat.png".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// A time to wait, in seconds.
pub(super) fn patience(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.001..=86_400.0).contains(seconds));
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "expected seconds, such as 10 or 0.5".to_owned())
}
