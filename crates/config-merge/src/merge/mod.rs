//! What is wanted, merged into what the user has, rule by rule.

mod rule;
mod rules;

use std::collections::HashSet;
use std::fmt;

use openclaw_catalog::Model;
use openclaw_json5_edit::{Document, EditError, Edits, NewValue, Path};
use openclaw_model_ref::ModelRef;

use crate::load::{TextError, typed};
use crate::schema::Config;

pub use rule::MergeRule;

/// What the config should say after a merge. The default wants nothing.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `agents.defaults.model.primary`
    pub primary: PrimaryChange,
    /// `agents.defaults.model.fallbacks`
    pub fallbacks: FallbackChange,
    /// `agents.defaults.models["<ref>"].alias`
    pub aliases: Vec<(ModelRef, AliasChange)>,
    /// The base URL of the block `models.providers.huggingface`; `None` leaves the block alone.
    pub provider: Option<String>,
    /// Models that `models.providers.huggingface.models` should list.
    pub models: Vec<WantedModel>,
    /// The ids that the router lists now; `None` where it was not asked.
    pub served: Option<HashSet<String>>,
    /// The config with its includes in place, as [`Loaded::effective`](crate::store::Loaded::effective) has it; `None`
    /// where it has none.
    ///
    /// What an included file says is there already, and is neither said again nor taken out.
    pub whole: Option<Document>,
}

/// What happens to the default model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PrimaryChange {
    /// It stays.
    #[default]
    Keep,
    /// It is set where there is none.
    IfMissing(ModelRef),
    /// It is set.
    Set(ModelRef),
}

/// What happens to the fallbacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FallbackChange {
    /// They stay.
    #[default]
    Keep,
    /// These are put behind those that are there.
    Append(Vec<ModelRef>),
    /// This one is taken out.
    Remove(ModelRef),
    /// All are taken out.
    Clear,
    /// Those that are the default model, or stand there before, are taken out.
    Tidy,
}

/// What happens to an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasChange {
    /// The model gets this alias.
    Set(String),
    /// The model's alias is taken away, where it is this one.
    Remove(String),
}

/// A model that the provider block should list.
#[derive(Debug, Clone)]
pub struct WantedModel {
    /// What is known of it.
    pub model: Model,
    /// Whether the user chose it; in mode `replace` nothing else is added.
    pub is_chosen: bool,
}

/// A merged document and what was done to it.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The document; its text is the old one, byte for byte, where nothing had to change.
    pub document: Document,
    /// What was done, and what was left alone on purpose.
    pub report: MergeReport,
}

/// What a merge did, as data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// In the order of the rules.
    pub steps: Vec<Step>,
}

impl MergeReport {
    /// The steps that changed something.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.effect != Effect::Kept)
    }
}

/// One thing that one rule did. [`Display`](fmt::Display) prints a line for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which rule.
    pub rule: MergeRule,
    /// Where in the document.
    pub path: Path,
    /// What happened there.
    pub effect: Effect,
    /// Which model or provider it is about. Never a secret.
    pub subject: String,
}

/// What happened to a place of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It was not there and is now.
    Added,
    /// It has another value now.
    Changed,
    /// It is gone.
    Removed,
    /// It was left as it is.
    Kept,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.effect {
            Effect::Added => "added",
            Effect::Changed => "changed",
            Effect::Removed => "removed",
            Effect::Kept => "kept",
        };
        write!(f, "{verb} {} ({}: {})", self.path, self.rule, self.subject)
    }
}

/// Why a merge was not made.
#[derive(Debug)]
#[non_exhaustive]
pub enum MergeError {
    /// The document has a value of another type where this program reads.
    Text(TextError),
    /// The edits do not fit the document.
    Edit(EditError),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("the config cannot be read"),
            Self::Edit(_) => f.write_str("the change does not fit the config"),
        }
    }
}

impl std::error::Error for MergeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Text(error) => Some(error),
            Self::Edit(error) => Some(error),
        }
    }
}

/// Merges what is wanted into a document.
///
/// Nothing that is not named by a rule is touched; merging the same again changes no byte.
///
/// ```
/// use openclaw_config_merge::{PrimaryChange, Wanted, merge};
/// use openclaw_json5_edit::Document;
///
/// let document = Document::parse("{\n  // mine\n  agents: { defaults: {} },\n}\n")?;
/// let wanted = Wanted {
///     primary: PrimaryChange::IfMissing("huggingface/Qwen/Qwen3-8B".parse()?),
///     ..Wanted::default()
/// };
/// let merged = merge(&document, &wanted)?;
/// assert_eq!(
///     merged.document.as_str(),
///     "{\n  // mine\n  agents: { defaults: { model: { primary: \"huggingface/Qwen/Qwen3-8B\" } } },\n}\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A value that is read, there or in [`Wanted::whole`], has another type, or an edit does not fit; the document is as it
/// was.
pub fn merge(document: &Document, wanted: &Wanted) -> Result<Merged, MergeError> {
    let config: Config = typed(document).map_err(MergeError::Text)?;
    let whole = match &wanted.whole {
        Some(whole) => typed(whole).map_err(MergeError::Text)?,
        None => config.clone(),
    };
    let edits = document.edit();
    let mut merging = Merging { document, config, whole, wanted, edits, report: MergeReport::default() };
    for rule in MergeRule::ALL {
        rule.apply(&mut merging);
    }
    let document = merging.edits.apply().map_err(MergeError::Edit)?;
    Ok(Merged { document, report: merging.report })
}

/// A merge on its way.
struct Merging<'a> {
    document: &'a Document,
    /// What the document itself says.
    config: Config,
    /// What it says with its includes.
    whole: Config,
    wanted: &'a Wanted,
    edits: Edits<'a>,
    report: MergeReport,
}

impl Merging<'_> {
    fn step(&mut self, rule: MergeRule, path: Path, effect: Effect, subject: impl Into<String>) {
        self.report.steps.push(Step { rule, path, effect, subject: subject.into() });
    }

    /// Sets a value and says so.
    fn set(&mut self, rule: MergeRule, path: Path, value: impl Into<NewValue>, subject: impl Into<String>) {
        let effect = if self.document.get(&path).is_some() { Effect::Changed } else { Effect::Added };
        self.edits.set(&path, value);
        self.step(rule, path, effect, subject);
    }

    /// Does the document itself say something there?
    fn has(&self, path: &Path) -> bool {
        self.document.get(path).is_some()
    }

    /// Does it, or a file that it includes?
    fn is_said(&self, path: &Path) -> bool {
        self.has(path) || self.wanted.whole.as_ref().is_some_and(|whole| whole.get(path).is_some())
    }
}
