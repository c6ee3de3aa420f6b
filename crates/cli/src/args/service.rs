//! `openclaw gateway install` and what else has to do with the service.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::gateway::GatewayRun;
use super::infer::patience;

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// Run the gateway as a service of yours, from now on and after every login
    #[command(after_help = "\
Examples:
  openclaw gateway install
  openclaw gateway install --dry-run
  openclaw gateway install --port 8080 --bind lan --allow-host models.example.org

It writes a systemd user unit with its socket, or a launchd agent on macOS, that starts `openclaw gateway run` with
the flags given here, and waits until it answers. Doing it again changes what is to be changed, and nothing else.
No token is written: the service reads `.env` of the state folder, or asks the login shell where `env.shellEnv` is on.")]
    Install(ServiceInstall),
    /// Stop the service and take away what `install` has written
    #[command(after_help = "\
Examples:
  openclaw gateway uninstall

Settings, keys and the token stay.")]
    Uninstall,
    /// Whether the service is installed, runs and answers
    #[command(after_help = "\
Examples:
  openclaw gateway status
  openclaw gateway status --json")]
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Start the service
    #[command(after_help = "\
Examples:
  openclaw gateway start")]
    Start,
    /// Stop the service until it is started or you log in again; running requests may end
    #[command(after_help = "\
Examples:
  openclaw gateway stop")]
    Stop,
    /// Start the service anew, for example after an upgrade; no request is lost
    #[command(after_help = "\
Examples:
  openclaw gateway restart

Running requests may end, and whoever comes meanwhile waits.")]
    Restart,
    /// What the service has said
    #[command(after_help = "\
Examples:
  openclaw gateway logs
  openclaw gateway logs --lines 500
  openclaw gateway logs --follow")]
    Logs {
        /// How many lines
        #[arg(long, short = 'n', value_name = "N", default_value_t = 50)]
        lines: u32,
        /// Go on with what it says from now on
        #[arg(long, short)]
        follow: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ServiceInstall {
    #[command(flatten)]
    pub(crate) run: GatewayRun,
    /// Show what would be written and done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replace a unit of this name that is not ours, and restart a service in which nothing changed
    #[arg(long)]
    pub(crate) force: bool,
    /// Without systemd's sandbox, for kernels and containers that refuse it
    #[arg(long)]
    pub(crate) no_sandbox: bool,
    /// How long to wait for the service to answer
    #[arg(long, value_name = "SECONDS", value_parser = patience, default_value = "20")]
    pub(crate) wait: Duration,
}

/// What runs services of a user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceManager {
    /// Linux
    Systemd,
    /// macOS
    Launchd,
}
