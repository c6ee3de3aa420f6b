//! `openclaw doctor`

use clap::Args;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag")]
#[command(after_help = "\
Examples:
  openclaw doctor
  openclaw doctor --offline
  openclaw doctor --fix --dry-run
  openclaw doctor --fix --yes
  openclaw doctor --json | jq '.findings[] | select(.level == \"error\")'

Looked at: the token, who may read the files with secrets, the config and every model that it names, the router,
the gateway and what it would see as a daemon, clock, proxies, certificates, and another openclaw beside this one.
No question is asked of a model, so it costs nothing.
Exit codes: 0 no error was found, 1 at least one was, 2 the config cannot be read.")]
pub(crate) struct Doctor {
    /// Mend what can be mended safely, after showing it: modes of files, repeated fallbacks, a list that shuts models out
    #[arg(long)]
    pub(crate) fix: bool,
    /// With `--fix`, do not ask before writing
    #[arg(long, short, requires = "fix", visible_alias = "non-interactive")]
    pub(crate) yes: bool,
    /// With `--fix`, show what would be mended, and write nothing
    #[arg(long, requires = "fix", conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Ask nobody but this machine
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
