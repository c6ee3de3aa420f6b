//! `openclaw models`

use clap::{Args, Subcommand, ValueEnum};
use openclaw_catalog::Price;

use super::{Need, Writing, usd};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  openclaw models                                what is set
  openclaw models list --all --sort price
  openclaw models set deepseek-ai/DeepSeek-R1:cheapest
  openclaw models route Qwen/Qwen3-32B")]
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
#[command(after_help = "\
Examples:
  openclaw models status
  openclaw models status --json
  openclaw models status --check")]
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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw models set                               pick one from the list
  openclaw models set deepseek-ai/DeepSeek-R1
  openclaw models set huggingface/Qwen/Qwen3-8B:cheapest
  openclaw models set \"DeepSeek R1 (fast)\"          an alias of yours

In the list, type to filter by id, name, owner or provider; Tab or `:` opens the policies and the
providers of a model; Ctrl-S sorts by price, speed, context or name; Ctrl-O shows all offers.")]
pub(crate) struct Set {
    /// `[huggingface/]<org>/<name>[:fastest|:cheapest|:preferred|:<provider>]`, or an alias; without it a list to pick from is shown
    #[arg(value_name = "REF")]
    pub(crate) model: Option<String>,
    /// Accept a model that the router does not list
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) writing: Writing,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw models aliases
  openclaw models aliases add fast huggingface/Qwen/Qwen3-8B:fastest
  openclaw models aliases remove fast")]
pub(crate) struct Aliases {
    #[command(subcommand)]
    pub(crate) command: Option<AliasesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AliasesCommand {
    /// List them
    #[command(after_help = "\
Examples:
  openclaw models aliases list
  openclaw models aliases list --plain")]
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
    #[command(after_help = "\
Examples:
  openclaw models aliases remove fast
  openclaw models aliases remove \"DeepSeek R1 (cheap)\" --dry-run")]
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
#[command(after_help = "\
Examples:
  openclaw models fallbacks
  openclaw models fallbacks add Qwen/Qwen3-8B
  openclaw models fallbacks remove Qwen/Qwen3-8B")]
pub(crate) struct Fallbacks {
    #[command(subcommand)]
    pub(crate) command: Option<FallbacksCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FallbacksCommand {
    /// List them in order
    #[command(after_help = "\
Examples:
  openclaw models fallbacks list
  openclaw models fallbacks list --json")]
    List(Listing),
    /// Add one at the end
    #[command(after_help = "\
Examples:
  openclaw models fallbacks add Qwen/Qwen3-8B
  openclaw models fallbacks add Qwen/Qwen3-32B:cheapest --dry-run")]
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
    #[command(after_help = "\
Examples:
  openclaw models fallbacks remove Qwen/Qwen3-8B")]
    Remove {
        /// The model, or an alias
        #[arg(value_name = "REF")]
        model: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// Take all out
    #[command(after_help = "\
Examples:
  openclaw models fallbacks clear
  openclaw models fallbacks clear --dry-run")]
    Clear {
        #[command(flatten)]
        writing: Writing,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  openclaw models explain deepseek-ai/DeepSeek-R1:cheapest
  openclaw models explain Qwen/Qwen3-8B --offline --json")]
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
