//! What can be typed.

mod config;
mod doctor;
mod gateway;
mod infer;
mod models;
mod onboard;
mod service;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use config::{Config, ConfigCommand};
pub(crate) use doctor::Doctor;
pub(crate) use gateway::{
    Auth, Bind, Gateway, GatewayCommand, GatewayKeys, GatewayRun, KeyLimits, KeysCommand, Limit, Usd, bind,
};
pub(crate) use infer::{Asking, Chat, Effort, Infer, InferCommand, InferModelCommand, Need, Run, usd};
pub(crate) use models::{
    AliasesCommand, Explain, FallbacksCommand, Freshness, List, Listing, Models, ModelsCommand, Route, Set,
    SortKey, Status,
};
pub(crate) use onboard::Onboard;
pub(crate) use service::{ServiceCommand, ServiceInstall, ServiceManager};

const ABOUT: &str = "Hugging Face Inference from one small binary";
const AFTER_HELP: &str = "\
Examples:
  openclaw demo                                  see it all, without a token or a network
  openclaw onboard                               set up Hugging Face in a minute
  openclaw models list --all                     every model with price, speed and context
  openclaw infer model run --prompt \"Why is the sky blue?\"
  openclaw chat                                  talk to a model
  openclaw gateway run                           serve any OpenAI client on this machine

Topics (openclaw help TOPIC):
  exit-codes   what the program's exit code says
  environment  which variables are read
  files        where settings, the token and lists are kept";

#[derive(Debug, Parser)]
#[command(name = "openclaw", version, about = ABOUT, after_help = AFTER_HELP, propagate_version = true)]
#[command(max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// A shell that asks for completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
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
    /// Serve any OpenAI client on this machine, with failover, prices and metrics
    Gateway(Gateway),
    /// Look for what keeps things from working, and say what to type about it
    Doctor(Doctor),
    /// Run a Hugging Face router lookalike on this machine, to rehearse without spending credit
    Sandbox(Sandbox),
    /// Walk through everything on the sandbox: no token, no network, nothing of yours is touched
    Demo(Demo),
    /// Print what makes a shell complete commands, models, aliases, config paths and keys
    #[command(after_help = "\
Examples:
  openclaw completions bash > ~/.local/share/bash-completion/completions/openclaw
  openclaw completions zsh > \"${fpath[1]}/_openclaw\"
  openclaw completions fish > ~/.config/fish/completions/openclaw.fish
  openclaw completions powershell >> $PROFILE

Models come from the list that was kept last, and from the config: nothing is asked for.")]
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Help for a command, or about exit codes, the environment and files
    #[command(after_help = "\
Examples:
  openclaw help
  openclaw help models list
  openclaw help exit-codes")]
    Help {
        /// A command, or a topic: exit-codes, environment, files
        #[arg(value_name = "COMMAND|TOPIC")]
        words: Vec<String>,
    },
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
#[command(after_help = "\
Examples:
  openclaw demo
  openclaw demo --keep ./rehearsal")]
pub(crate) struct Demo {
    /// Keep the throw-away home in this new or empty folder instead of deleting it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
}
