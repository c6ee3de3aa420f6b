//! `openclaw onboard`

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw onboard
  openclaw onboard --auth-choice huggingface-api-key
  openclaw onboard --non-interactive --mode local \\
    --auth-choice huggingface-api-key --huggingface-api-key \"$HF_TOKEN\"
  openclaw onboard --non-interactive --huggingface-api-key - < token.txt

In the list of models, type to filter by id, name, owner or provider; Tab or `:` opens the policies
and the providers of a model; Ctrl-S sorts by price, speed, context or name; Ctrl-O shows all offers.

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
