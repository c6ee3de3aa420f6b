//! `openclaw gateway`

use std::convert::Infallible;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use openclaw_credentials::Secret;

use super::infer::patience;
use super::service::{ServiceCommand, ServiceManager};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw gateway run
  openclaw gateway install
  export OPENAI_BASE_URL=http://127.0.0.1:18789/v1 OPENAI_API_KEY=$(openclaw gateway keys show)
  openclaw gateway keys add ci --requests-per-minute 60 --usd-per-day 2.50")]
pub(crate) struct Gateway {
    #[command(subcommand)]
    pub(crate) command: GatewayCommand,
    /// Which service manager, for units that are meant for another machine [default: this machine's]
    #[arg(long, value_name = "WHICH", global = true, hide = true)]
    pub(crate) manager: Option<ServiceManager>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GatewayCommand {
    /// Serve any OpenAI client: aliases, failover, prices and metrics without a changed line
    #[command(after_help = "\
Examples:
  openclaw gateway run
  openclaw gateway run --port 8080 --verbose
  openclaw gateway run --bind lan --allow-host models.example.org
  openclaw gateway run --state redis://127.0.0.1:6379

Served: POST /v1/chat/completions, GET /v1/models, /healthz, /readyz, /metrics.
`model` may be `<org>/<name>` with or without a suffix, an alias, or `default`.
A change of the config, the token or the keys is taken up without a restart. Ctrl-C lets running requests end.")]
    Run(GatewayRun),
    #[command(flatten)]
    Service(ServiceCommand),
    /// Who may use the gateway, and how much
    Keys(GatewayKeys),
}

#[derive(Debug, Default, Args)]
pub(crate) struct GatewayRun {
    /// The port; 0 takes a free one [default: `gateway.port` of the config, or else 18789]
    #[arg(long, value_name = "PORT", env = "OPENCLAW_GATEWAY_PORT")]
    pub(crate) port: Option<u16>,
    /// Where to listen: `loopback`, `lan` (every address), or an address [default: `gateway.bind` of the config, or else loopback]
    #[arg(long, value_name = "WHERE", value_parser = bind)]
    pub(crate) bind: Option<Bind>,
    /// Whether clients need a key; `none` is for loopback alone [default: `gateway.auth.mode` of the config, or else key]
    #[arg(long, value_name = "HOW")]
    pub(crate) auth: Option<Auth>,
    /// Take requests for this name as well, beside localhost and IP addresses
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_host: Vec<String>,
    /// How long running requests may take to end when the gateway is told to stop
    #[arg(long, value_name = "SECONDS", value_parser = patience, default_value = "30")]
    pub(crate) drain: Option<Duration>,
    /// Where a service manager writes what is said here; it is turned over at the start where it is large
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) log_file: Option<PathBuf>,
    /// Share cooldowns, limits and spend with other gateways through this server of Redis or Valkey:
    /// `redis://[user:password@]host[:port][/database]`, `rediss://…` with TLS [default: OPENCLAW_GATEWAY_STATE, or else each gateway counts for itself]
    #[arg(long, value_name = "URL", value_parser = secret)]
    pub(crate) state: Option<Secret>,
}

/// Whatever is typed: the parser would repeat what it refuses, with the password in it.
fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bind {
    /// 127.0.0.1
    Loopback,
    /// Every address of this machine.
    Lan,
    /// This one.
    Address(IpAddr),
}

/// A place to listen, as it is typed or stands in a config.
pub(crate) fn bind(text: &str) -> Result<Bind, String> {
    match text {
        "loopback" => Ok(Bind::Loopback),
        "lan" => Ok(Bind::Lan),
        text => match text.parse() {
            Ok(address) => Ok(Bind::Address(address)),
            Err(_) => Err("expected `loopback`, `lan` or an IP address".to_owned()),
        },
    }
}

/// Whether clients need a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Auth {
    /// They do
    Key,
    /// Whoever reaches the port may ask
    None,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw gateway keys
  export OPENAI_API_KEY=$(openclaw gateway keys show)
  openclaw gateway keys add ci --requests-per-minute 60 --models small,huggingface/Qwen/Qwen3-32B
  openclaw gateway keys set ci --usd-per-day 2.50 --requests-per-minute none
  openclaw gateway keys remove ci

They are kept in `gateway.json5` in the state folder, mode 0600; a running gateway takes a change up at once.
`gateway.auth` of the config and OPENCLAW_GATEWAY_TOKEN are keys too.")]
pub(crate) struct GatewayKeys {
    #[command(subcommand)]
    pub(crate) command: Option<KeysCommand>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List the keys and their limits, without the keys themselves
    #[command(after_help = "\
Examples:
  openclaw gateway keys list
  openclaw gateway keys list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a key, for a client's environment
    #[command(after_help = "\
Examples:
  export OPENAI_API_KEY=$(openclaw gateway keys show)
  openclaw gateway keys show ci")]
    Show {
        /// Which one [default: the first]
        name: Option<String>,
    },
    /// Make a key
    #[command(after_help = "\
Examples:
  openclaw gateway keys add ci
  openclaw gateway keys add ci --requests-per-minute 60 --usd-per-day 2.50
  openclaw gateway keys add guest --models Qwen/Qwen3-8B --concurrent 2")]
    Add {
        /// What to call it
        name: String,
        #[command(flatten)]
        limits: KeyLimits,
    },
    /// Change the limits of a key
    #[command(after_help = "\
Examples:
  openclaw gateway keys set ci --usd-per-day 5
  openclaw gateway keys set ci --requests-per-minute none")]
    Set {
        /// Which one
        name: String,
        #[command(flatten)]
        limits: KeyLimits,
    },
    /// Take a key away
    #[command(after_help = "\
Examples:
  openclaw gateway keys remove ci")]
    Remove {
        /// Which one
        name: String,
    },
}

/// How much a key may ask for; `none` takes a limit away.
#[derive(Debug, Default, Args)]
pub(crate) struct KeyLimits {
    /// Requests in a minute
    #[arg(long, value_name = "N", value_parser = limit::<u32>)]
    pub(crate) requests_per_minute: Option<Limit<u32>>,
    /// Tokens of prompts and answers in a minute
    #[arg(long, value_name = "N", value_parser = limit::<u32>)]
    pub(crate) tokens_per_minute: Option<Limit<u32>>,
    /// Estimated cost in a day, in USD; the day begins at midnight UTC
    #[arg(long, value_name = "USD", value_parser = limit::<Usd>)]
    pub(crate) usd_per_day: Option<Limit<Usd>>,
    /// Requests at once
    #[arg(long, value_name = "N", value_parser = limit::<u32>)]
    pub(crate) concurrent: Option<Limit<u32>>,
    /// The models that may be asked, references or aliases, with commas between; one without a suffix allows all suffixes
    #[arg(long, value_name = "MODELS")]
    pub(crate) models: Option<String>,
}

/// A limit that is set or taken away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Limit<T> {
    /// `none`
    None,
    /// So much.
    Some(T),
}

/// An amount of money as it is typed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usd(pub(crate) f64);

impl std::str::FromStr for Usd {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let amount = text.parse().ok().filter(|usd: &f64| (0.0..=1e6).contains(usd));
        amount.map(Self).ok_or(())
    }
}

/// What can be limited, and in which words.
trait Limited: std::str::FromStr {
    const EXPECTED: &str;
}

impl Limited for u32 {
    const EXPECTED: &str = "a whole number of at most 4294967295";
}

impl Limited for Usd {
    const EXPECTED: &str = "USD of at most 1000000, such as 2.50";
}

fn limit<T: Limited>(text: &str) -> Result<Limit<T>, String> {
    if text == "none" {
        return Ok(Limit::None);
    }
    text.parse().map(Limit::Some).map_err(|_| format!("expected {}, or `none`", T::EXPECTED))
}
