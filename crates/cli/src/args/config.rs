//! `openclaw config`

use clap::{Args, Subcommand};

use super::Writing;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw config get agents.defaults.model.primary
  openclaw config set agents.defaults.model.primary huggingface/Qwen/Qwen3-8B
  openclaw config get 'agents.defaults.models[\"huggingface/Qwen/Qwen3-8B\"]'
  openclaw config validate")]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a value
    #[command(after_help = "\
Examples:
  openclaw config get agents.defaults.model.primary
  openclaw config get models.providers.huggingface --json")]
    Get {
        /// Keys with dots between them; keys with dots or slashes in brackets: `models["a/b.c"]`
        path: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Set a value; comments, order and style of the file stay
    #[command(after_help = "\
Examples:
  openclaw config set agents.defaults.model.primary huggingface/Qwen/Qwen3-8B
  openclaw config set agents.defaults.model.fallbacks '[\"huggingface/Qwen/Qwen3-32B\"]' --strict-json
  openclaw config set gateway.port 8080 --dry-run")]
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
    #[command(after_help = "\
Examples:
  openclaw config unset agents.defaults.model.fallbacks
  openclaw config unset gateway.port --dry-run")]
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
    #[command(after_help = "\
Examples:
  openclaw config file
  openclaw config file --profile work")]
    File,
    /// Check syntax, types, references and spelling
    #[command(after_help = "\
Examples:
  openclaw config validate
  openclaw config validate --json")]
    Validate {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
