//! What can be typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use openclaw_catalog::Price;

const ABOUT: &str = "Hugging Face Inference from one small binary";
const AFTER_HELP: &str = "\
Examples:
  openclaw demo                                  see it all, without a token or a network
  openclaw onboard                               set up Hugging Face in a minute
  openclaw models list --all                     every model with price, speed and context
  openclaw infer model run --prompt \"Why is the sky blue?\"
  openclaw chat                                  talk to a model

Files: ~/.openclaw/openclaw.json (settings), ~/.openclaw/.env (the token).
Exit codes: 0 ok, 1 failure, 2 usage or config, 3 model or provider unavailable, 4 token or credits,
5 network or timeout, 6 answer truncated, 130 interrupted.";

#[derive(Debug, Parser)]
#[command(name = "openclaw", version, about = ABOUT, after_help = AFTER_HELP, propagate_version = true)]
#[command(max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Use the state folder `~/.openclaw-NAME` instead of `~/.openclaw`
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub(crate) profile: Option<String>,
    /// Say on stderr which requests are sent and how long they take; never what is asked or answered
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up Hugging Face: token, default model, fallbacks
    Onboard(Onboard),
    /// See and choose models
    Models(Models),
    /// Read and change settings without losing a comment
    Config(Config),
    /// Ask a model
    Infer(Infer),
    /// Talk to a model, with all that was said kept in mind
    Chat(Chat),
    /// Run a Hugging Face router lookalike on this machine, to rehearse without spending credit
    Sandbox(Sandbox),
    /// Walk through everything on the sandbox: no token, no network, nothing of yours is touched
    Demo(Demo),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  openclaw completions bash > ~/.local/share/bash-completion/completions/openclaw"
    )]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw onboard
  openclaw onboard --auth-choice huggingface-api-key
  openclaw onboard --non-interactive --mode local \\
    --auth-choice huggingface-api-key --huggingface-api-key \"$HF_TOKEN\"
  openclaw onboard --non-interactive --huggingface-api-key - < token.txt

Running it again keeps what you have: settings, comments, entries of your own and the default model.")]
pub(crate) struct Onboard {
    /// Ask nothing; take everything from flags and the environment
    #[arg(long)]
    pub(crate) non_interactive: bool,
    /// Where models run: only `local` (this machine calls the router) is known
    #[arg(long, value_name = "MODE", default_value = "local", value_parser = ["local"])]
    pub(crate) mode: String,
    /// Which provider and which kind of key
    #[arg(long, value_name = "CHOICE", value_parser = ["huggingface-api-key"])]
    pub(crate) auth_choice: Option<String>,
    /// The token; `-` reads it from standard input, which keeps it out of the process list
    #[arg(long, value_name = "TOKEN", hide_env_values = true)]
    pub(crate) huggingface_api_key: Option<String>,
    /// Make this the default model, even where another is set
    #[arg(long, value_name = "REF")]
    pub(crate) model: Option<String>,
    /// Keep the token without asking Hugging Face whether it works
    #[arg(long)]
    pub(crate) skip_verify: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Flags that OpenClaw's own onboarding wants and this one does not need
    #[command(flatten)]
    pub(crate) accepted: AcceptedFlags,
}

/// Accepted so that commands written for OpenClaw work here; none of them does anything.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of OpenClaw's")]
pub(crate) struct AcceptedFlags {
    #[arg(long, hide = true)]
    accept_risk: bool,
    #[arg(long, hide = true)]
    skip_health: bool,
    #[arg(long, hide = true)]
    skip_daemon: bool,
    #[arg(long, hide = true)]
    skip_channels: bool,
    #[arg(long, hide = true)]
    skip_skills: bool,
    #[arg(long, hide = true)]
    skip_ui: bool,
    #[arg(long, hide = true)]
    skip_search: bool,
    #[arg(long, hide = true)]
    skip_hooks: bool,
    #[arg(long, hide = true)]
    skip_bootstrap: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub(crate) command: Option<ModelsCommand>,
    #[command(flatten)]
    pub(crate) status: Status,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// Show the default model, fallbacks, aliases and where the token comes from
    Status(Status),
    /// List models with price, speed, context and tools
    List(List),
    /// Set the default model
    Set(Set),
    /// Names of your own for models
    Aliases(Aliases),
    /// Models to try in order when the default one fails
    Fallbacks(Fallbacks),
    /// Show every field of a model and where it comes from
    Explain(Explain),
    /// Show who offers a model, ranked, and who will likely answer
    Route(Route),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  openclaw models status --json")]
pub(crate) struct Status {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the default model alone
    #[arg(long, conflicts_with = "json")]
    pub(crate) plain: bool,
    /// Exit with 1 where no token is found
    #[arg(long)]
    pub(crate) check: bool,
}

/// When the router is asked.
#[derive(Debug, Args)]
pub(crate) struct Freshness {
    /// Ask the router now, even if the kept list is fresh
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Ask nobody; use the kept list or the built-in table
    #[arg(long, conflicts_with = "refresh")]
    pub(crate) offline: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw models list                           the models in your config
  openclaw models list --all --sort price        every model, the cheapest first
  openclaw models list --all --tools --min-context 128000 qwen
  openclaw models list --all --plain | fzf

Prices are in USD per million tokens, of the offer that the router will likely pick; `-` is unknown.")]
pub(crate) struct List {
    /// Only models whose id, name, alias or provider contains this
    pub(crate) filter: Option<String>,
    /// Every known model, not only those in the config
    #[arg(long)]
    pub(crate) all: bool,
    /// Only models of this provider; `huggingface`, or one that answers behind it, such as `together`
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,
    /// Only models that run on this machine; here there are none
    #[arg(long)]
    pub(crate) local: bool,
    /// Only models with an offer that is known to call tools
    #[arg(long)]
    pub(crate) tools: bool,
    /// Only models with at least so many tokens of context
    #[arg(long, value_name = "TOKENS")]
    pub(crate) min_context: Option<u64>,
    /// Only models whose output costs at most so many USD per million tokens
    #[arg(long, value_name = "USD")]
    pub(crate) max_price: Option<f64>,
    /// Order of the rows
    #[arg(long, value_enum, value_name = "KEY")]
    pub(crate) sort: Option<SortKey>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print references alone, one a line
    #[arg(long, conflicts_with = "json")]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) freshness: Freshness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortKey {
    /// By reference
    Name,
    /// Cheapest output first
    Price,
    /// Most tokens per second first
    Speed,
    /// Largest context first
    Context,
}

/// How a writing command behaves.
#[derive(Debug, Args)]
pub(crate) struct Writing {
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw models set deepseek-ai/DeepSeek-R1
  openclaw models set huggingface/Qwen/Qwen3-8B:cheapest
  openclaw models set \"DeepSeek R1 (fast)\"        an alias of yours")]
pub(crate) struct Set {
    /// `[huggingface/]<org>/<name>[:fastest|:cheapest|:preferred|:<provider>]`, or an alias
    #[arg(value_name = "REF")]
    pub(crate) model: String,
    /// Accept a model that the router does not list
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) writing: Writing,
}

#[derive(Debug, Args)]
pub(crate) struct Aliases {
    #[command(subcommand)]
    pub(crate) command: Option<AliasesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AliasesCommand {
    /// List them
    List(Listing),
    /// Name a model
    #[command(after_help = "\
Examples:
  openclaw models aliases add fast huggingface/Qwen/Qwen3-8B:fastest
  openclaw models aliases add \"DeepSeek R1 (cheap)\" deepseek-ai/DeepSeek-R1:cheapest")]
    Add {
        /// The name; spaces and parentheses are fine, `/` is not
        alias: String,
        /// The model
        #[arg(value_name = "REF")]
        model: String,
        /// Accept a model that the router does not list
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        writing: Writing,
    },
    /// Take a name away; the model's other settings stay
    Remove {
        /// The name
        alias: String,
        #[command(flatten)]
        writing: Writing,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print without decoration
    #[arg(long, conflicts_with = "json")]
    pub(crate) plain: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Fallbacks {
    #[command(subcommand)]
    pub(crate) command: Option<FallbacksCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FallbacksCommand {
    /// List them in order
    List(Listing),
    /// Add one at the end
    #[command(after_help = "Example:\n  openclaw models fallbacks add Qwen/Qwen3-8B")]
    Add {
        /// The model, or an alias
        #[arg(value_name = "REF")]
        model: String,
        /// Accept a model that the router does not list
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        writing: Writing,
    },
    /// Take one out
    Remove {
        /// The model, or an alias
        #[arg(value_name = "REF")]
        model: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// Take all out
    Clear {
        #[command(flatten)]
        writing: Writing,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  openclaw models explain deepseek-ai/DeepSeek-R1:cheapest")]
pub(crate) struct Explain {
    /// The model, or an alias
    #[arg(value_name = "REF")]
    pub(crate) model: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) freshness: Freshness,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw models route deepseek-ai/DeepSeek-R1:cheapest
  openclaw models route Qwen/Qwen3-32B:cheapest --input-tokens 20000 --output-tokens 500
  openclaw models route zai-org/GLM-4.7 --needs tools,json --max-price 2")]
pub(crate) struct Route {
    /// The model, or an alias; the default model where it is left out
    #[arg(value_name = "REF")]
    pub(crate) model: Option<String>,
    /// Tokens of the question: with it the offers are ranked by what the whole request costs
    #[arg(long, value_name = "N")]
    pub(crate) input_tokens: Option<u64>,
    /// Tokens of the answer, thought included: likewise
    #[arg(long, value_name = "N")]
    pub(crate) output_tokens: Option<u64>,
    /// Leave out who is known not to do this
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) needs: Vec<Need>,
    /// Leave out who charges more for output, in USD per million tokens
    #[arg(long, value_name = "USD", value_parser = usd)]
    pub(crate) max_price: Option<Price>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) freshness: Freshness,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw config get agents.defaults.model.primary
  openclaw config set agents.defaults.model.primary huggingface/Qwen/Qwen3-8B
  openclaw config set 'agents.defaults.models[\"huggingface/Qwen/Qwen3-8B:fastest\"].alias' '\"Quick Qwen\"'
  openclaw config validate")]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a value
    Get {
        /// Keys with dots between them; keys with dots or slashes in brackets: `models["a/b.c"]`
        path: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Set a value; comments, order and style of the file stay
    Set {
        /// Keys with dots between them; keys with dots or slashes in brackets: `models["a/b.c"]`
        path: String,
        /// JSON5, or else a text
        value: String,
        /// Refuse a value that is no JSON5
        #[arg(long)]
        strict_json: bool,
        /// Save what OpenClaw would refuse
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        writing: Writing,
    },
    /// Remove a value, with the comment that belongs to it
    Unset {
        /// Keys with dots between them; keys with dots or slashes in brackets: `models["a/b.c"]`
        path: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// Show which file, line and rule a value comes from
    #[command(after_help = "\
Examples:
  openclaw config explain agents.defaults.model.primary
  openclaw config explain models.providers.huggingface.baseUrl --json")]
    Explain {
        /// Keys with dots between them; keys with dots or slashes in brackets: `models["a/b.c"]`
        path: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what a change would do, as a unified diff, and do nothing
    #[command(after_help = "\
Examples:
  openclaw config diff                           what onboarding again would change
  openclaw config diff agents.defaults.model.primary huggingface/Qwen/Qwen3-8B
  openclaw config diff --since 0                 what has changed since the latest backup")]
    Diff {
        /// What `config set` would be given: a path …
        #[arg(requires = "value")]
        path: Option<String>,
        /// … and a value
        value: Option<String>,
        /// Compare with a backup instead; 0 is the latest
        #[arg(long, value_name = "N", conflicts_with = "path")]
        since: Option<u8>,
    },
    /// Put a backup back; what stands there now becomes a backup itself
    #[command(after_help = "\
Examples:
  openclaw config restore --list
  openclaw config restore                        the latest
  openclaw config restore 2 --dry-run")]
    Restore {
        /// Which one; 0 is the latest
        #[arg(default_value_t = 0)]
        n: u8,
        /// List the backups, and do nothing
        #[arg(long)]
        list: bool,
        /// Put back one that does not load
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        writing: Writing,
    },
    /// Print where the config is
    File,
    /// Check syntax, types, references and spelling
    Validate {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Infer {
    #[command(subcommand)]
    pub(crate) command: InferCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InferCommand {
    /// Chat models
    Model(InferModel),
    /// Images: not served by the router's chat endpoint
    #[command(hide = true)]
    Image {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Embeddings: not served by the router's chat endpoint
    #[command(hide = true)]
    Embedding {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Speech: not served by the router's chat endpoint
    #[command(hide = true)]
    Audio {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

#[derive(Debug, Args)]
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
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) image: Vec<String>,
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// Print one JSON object when the answer is whole, with every attempt
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
    #[arg(long, value_name = "ORG", env = "HF_BILL_TO")]
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
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u32>,
    /// 0 is always the same, 2 is wild
    #[arg(long, value_name = "0..2")]
    pub(crate) temperature: Option<f64>,
    /// Sample from the likeliest tokens that make up this share
    #[arg(long, value_name = "0..1")]
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
fn usd(text: &str) -> Result<Price, String> {
    let price = text.parse().ok().and_then(Price::from_usd);
    price.ok_or_else(|| "expected USD per million tokens, such as 0.50".to_owned())
}

/// A time to wait, in seconds.
fn patience(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.001..=86_400.0).contains(seconds));
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "expected seconds, such as 10 or 0.5".to_owned())
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw sandbox --port 4010
  OPENCLAW_HF_BASE_URL=http://127.0.0.1:4010/v1 HF_TOKEN=hf_anything openclaw models list --all")]
pub(crate) struct Sandbox {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 4010)]
    pub(crate) port: u16,
    /// Answer as slowly as the providers do, this many times faster; 0 answers at once
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// Also list models that fail on purpose, such as `sandbox/status-429`
    #[arg(long)]
    pub(crate) faults: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the throw-away home in this new or empty folder instead of deleting it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
}
