//! Which file, line and rule a value comes from.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};

use openclaw_json5_edit::{Document, NewValue, Path, Segment};

use crate::schema::{Mode, PROVIDER};
use crate::store::Loaded;

/// Everything that may say something at a path.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    /// The config; `None` where there is no file.
    pub config: Option<&'a Loaded>,
    /// `models.json` with its text; `None` where there is none.
    pub models_json: Option<(&'a FilePath, &'a Document)>,
    /// Variables of the environment that stand for a path: the path, the variable's name, its value.
    pub environment: Vec<(Path, String, NewValue)>,
    /// What holds where nobody says anything.
    pub defaults: Vec<(Path, NewValue)>,
}

/// The value at a path and everything that had a say.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The value that holds; `None` where nobody says anything.
    pub effective: Option<NewValue>,
    /// What each layer says, the strongest first.
    pub layers: Vec<Said>,
    /// Why it is that one.
    pub rule: ReadRule,
}

/// What one layer says at a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The layer.
    pub by: ValueLayer,
    /// What it says. It may be a secret: whoever shows it masks it by its path.
    pub value: NewValue,
    /// Where; `None` for what stands in no file.
    pub place: Option<Place>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

/// A layer of values, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueLayer {
    /// A variable of the environment, by its name.
    Environment(String),
    /// The config itself.
    Config,
    /// A file that the config includes.
    Included,
    /// `models.json`.
    ModelsJson,
    /// What holds where nobody says anything.
    Default,
}

impl fmt::Display for ValueLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment ({name})"),
            Self::Config => f.write_str("config"),
            Self::Included => f.write_str("included file"),
            Self::ModelsJson => f.write_str("models.json"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Why a value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadRule {
    /// Nobody says anything.
    NotSaid,
    /// One layer alone says something.
    OnlyOne,
    /// A variable of the environment wins over every file.
    EnvironmentWins,
    /// The config wins over the files that it includes.
    ConfigWins,
    /// Of several included files the one that is read last wins.
    LastIncludeWins,
    /// Objects and lists of the config and its includes are joined.
    Joined,
    /// Of two equal keys the later one counts.
    LastKeyCounts,
    /// The config and its includes win over `models.json`.
    ConfigOverModelsJson,
    /// A file wins over what holds by default.
    FileOverDefault,
}

impl ReadRule {
    /// The rule in words.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotSaid => "nobody says anything",
            Self::OnlyOne => "only one says anything",
            Self::EnvironmentWins => "a variable of the environment wins over every file",
            Self::ConfigWins => "the config wins over the files that it includes",
            Self::LastIncludeWins => "of several included files the one that is read last wins",
            Self::Joined => "objects and lists of the config and its includes are joined",
            Self::LastKeyCounts => "of two equal keys the later one counts",
            Self::ConfigOverModelsJson => "the config wins over models.json",
            Self::FileOverDefault => "a file wins over what holds by default",
        }
    }
}

/// Explains the value at a path.
///
/// ```
/// use openclaw_config_merge::{ReadRule, Sources, explain, store};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("openclaw.json");
/// std::fs::write(&path, "{\n  gateway: { port: 18789 },\n}\n")?;
/// let loaded = store::read(&path)?;
/// let sources = Sources { config: Some(&loaded), ..Sources::default() };
///
/// let port = explain(&sources, &"gateway.port".parse()?);
/// assert_eq!(port.rule, ReadRule::OnlyOne);
/// assert_eq!(port.layers[0].place.as_ref().map(|place| place.line), Some(2));
///
/// let bind = explain(&sources, &"gateway.bind".parse()?);
/// assert_eq!((bind.effective, bind.rule), (None, ReadRule::NotSaid));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn explain(sources: &Sources<'_>, path: &Path) -> Explanation {
    let mut layers: Vec<Said> = Vec::new();
    for (at, name, value) in &sources.environment {
        if at == path {
            let by = ValueLayer::Environment(name.clone());
            layers.push(Said { by, value: value.clone(), place: None });
        }
    }
    let mut repeated = false;
    if let Some(loaded) = sources.config {
        if let Some(document) = &loaded.document {
            layers.extend(said(ValueLayer::Config, &loaded.path, document, path));
            repeated = document.duplicates().iter().any(|duplicate| is_on_the_way(&duplicate.path, path));
        }
        for included in loaded.included.iter().rev() {
            if let Some(inner) = below(&included.at, path) {
                layers.extend(said(ValueLayer::Included, &included.path, &included.document, &inner));
            }
        }
    }
    let ignores = sources.config.is_some_and(|loaded| loaded.config.models.mode == Some(Mode::Replace));
    if let Some((file, document)) = sources.models_json.filter(|_| !ignores)
        && let Some(inner) = below(&Path::keys(["models"]), path)
        && inner.segments().get(1) == Some(&Segment::Key(PROVIDER.to_owned()))
    {
        layers.extend(said(ValueLayer::ModelsJson, file, document, &inner));
    }
    for (at, value) in &sources.defaults {
        if at == path {
            layers.push(Said { by: ValueLayer::Default, value: value.clone(), place: None });
        }
    }
    let joined = sources.config.and_then(Loaded::effective).and_then(|document| document.get(path));
    let strongest = layers.first();
    let effective = match strongest.map(|said| &said.by) {
        Some(ValueLayer::Config | ValueLayer::Included) => {
            joined.map(openclaw_json5_edit::Value::to_owned_value)
        }
        _ => strongest.map(|said| said.value.clone()),
    };
    let rule = rule(&layers, effective.as_ref(), repeated);
    Explanation { effective, layers, rule }
}

fn rule(layers: &[Said], effective: Option<&NewValue>, repeated: bool) -> ReadRule {
    let Some(first) = layers.first() else { return ReadRule::NotSaid };
    let has = |wanted: &ValueLayer| layers.iter().any(|said| said.by == *wanted);
    match &first.by {
        ValueLayer::Environment(_) if layers.len() > 1 => ReadRule::EnvironmentWins,
        ValueLayer::Config | ValueLayer::Included if effective != Some(&first.value) => ReadRule::Joined,
        ValueLayer::Config if repeated => ReadRule::LastKeyCounts,
        ValueLayer::Config if has(&ValueLayer::Included) => ReadRule::ConfigWins,
        ValueLayer::Included if layers.iter().skip(1).any(|said| said.by == ValueLayer::Included) => {
            ReadRule::LastIncludeWins
        }
        ValueLayer::Config | ValueLayer::Included if has(&ValueLayer::ModelsJson) => {
            ReadRule::ConfigOverModelsJson
        }
        _ if layers.len() == 1 => ReadRule::OnlyOne,
        _ => ReadRule::FileOverDefault,
    }
}

fn said(by: ValueLayer, file: &FilePath, document: &Document, path: &Path) -> Option<Said> {
    let value = document.get(path)?;
    let (line, column) = value.line_column();
    let place = Some(Place { file: file.to_owned(), line, column });
    Some(Said { by, value: value.to_owned_value(), place })
}

/// The rest of a path below another; `None` where it is not below.
fn below(at: &Path, path: &Path) -> Option<Path> {
    let rest = path.segments().strip_prefix(at.segments())?;
    Some(rest.iter().cloned().collect())
}

fn is_on_the_way(at: &Path, path: &Path) -> bool {
    path.segments().starts_with(at.segments())
}
