//! The config on disk: find it, load it, edit it under a lock, save it whole or not at all.

use std::convert::Infallible;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use openclaw_atomic_file::{
    Backups, Expect, Lock, LockError, LockOptions, ReadError, ReplaceOptions, WriteError,
};
use openclaw_json5_edit::Document;
use serde::de::DeserializeOwned;

use crate::include::{self, Included};
use crate::load::{TextError, load, typed};
use crate::schema::{Config, ModelsJson};

/// A config larger than this is refused.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What a new config begins with.
const EMPTY: &str = "{\n}\n";

/// How often an edit is made anew because the file changed under it.
const TRIES: usize = 5;

/// A config as it is on disk.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Where it is, or would be.
    pub path: PathBuf,
    /// Its text; `None` where there is no file.
    pub document: Option<Document>,
    /// The part that is read, with its includes in place; the default where there is no file.
    pub config: Config,
    /// The files that it includes.
    pub included: Vec<Included>,
    /// The values with the includes in place; `None` where there are none.
    whole: Option<Document>,
}

impl Loaded {
    /// The values as they hold, with the includes in place; `None` where there is no file.
    #[must_use]
    pub fn effective(&self) -> Option<&Document> {
        self.whole.as_ref().or(self.document.as_ref())
    }
}

/// Reads the config.
///
/// ```
/// use openclaw_config_merge::store::read;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("openclaw.json");
/// assert!(read(&path)?.document.is_none());
///
/// std::fs::write(&path, r#"{ agents: { defaults: { model: "huggingface/Qwen/Qwen3-8B" } } }"#)?;
/// assert_eq!(read(&path)?.config.primary(), Some("huggingface/Qwen/Qwen3-8B"));
///
/// std::fs::write(&path, "{ agents: { defaults: 1 } }")?;
/// let error = read(&path).unwrap_err();
/// assert_eq!(error.place().map(|(_, span)| span), Some(22..23));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// The file cannot be read, is no JSON5, or has a value of another type where this program reads.
pub fn read(path: &Path) -> Result<Loaded, ConfigError> {
    let mut loaded = Loaded {
        path: path.to_owned(),
        document: None,
        config: Config::default(),
        included: Vec::new(),
        whole: None,
    };
    let Some((document, config)) = read_file::<Config>(path)? else { return Ok(loaded) };
    loaded.config = config;
    if let Some(whole) = include::resolve(path, &document)? {
        loaded.config = typed(&whole.document).map_err(|error| {
            let why = format!("with its includes in place, {error}");
            ConfigError::new(path, Problem::Include(why))
        })?;
        loaded.included = whole.included;
        loaded.whole = Some(whole.document);
    }
    loaded.document = Some(document);
    Ok(loaded)
}

/// Reads `models.json` as a document; `None` where there is none.
///
/// # Errors
///
/// As for [`read`].
pub fn read_models_json_text(path: &Path) -> Result<Option<Document>, ConfigError> {
    Ok(read_file::<ModelsJson>(path)?.map(|(document, _)| document))
}

/// Puts a backup back in the config's place, under its lock; what stands there becomes a backup itself.
///
/// `n` is 0 for the latest, as in [`openclaw_atomic_file::list_backups`].
///
/// # Errors
///
/// As for [`edit`]; there is no such backup; or the backup would not load, unless `broken` allows it.
pub fn restore(
    path: &Path,
    n: u8,
    broken: Broken,
    options: &EditOptions<'_>,
) -> Result<Edited, EditError<NoBackup>> {
    let fail = |problem| EditError::Config(ConfigError::new(path, problem));
    let backups = openclaw_atomic_file::list_backups(path).map_err(|error| fail(Problem::Read(error)))?;
    let Some(backup) = backups.iter().find(|backup| backup.n == n) else {
        return Err(EditError::Change(NoBackup { n, count: backups.len() }));
    };
    let lock = LockOptions { timeout: options.timeout, holder: options.holder };
    let _lock = match options.write {
        Write::ToDisk => Some(Lock::acquire(path, &lock).map_err(EditError::Lock)?),
        Write::DryRun => None,
    };
    let after = read_text(&backup.path, MAX_BYTES).map_err(EditError::Config)?.unwrap_or_default();
    let before = read_text(path, MAX_BYTES).map_err(EditError::Config)?.unwrap_or_default();
    if broken == Broken::Refused
        && let Err(error) = load::<Config>(&after)
    {
        return Err(EditError::Result { text: after, error });
    }
    let mut edited = Edited { path: path.to_owned(), before, after, backup: None, outcome: () };
    if options.write == Write::ToDisk && edited.is_changed() {
        let replace = ReplaceOptions { backups: Some(Backups::default()), ..ReplaceOptions::default() };
        let replaced = openclaw_atomic_file::replace(path, edited.after.as_bytes(), &replace);
        edited.backup = replaced.map_err(EditError::Write)?.backup;
    }
    Ok(edited)
}

/// Whether a backup that would not load may be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It may.
    Allowed,
    /// It may not.
    Refused,
}

/// There is no backup of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoBackup {
    /// The number that was asked for.
    pub n: u8,
    /// How many there are.
    pub count: usize,
}

impl fmt::Display for NoBackup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            0 => f.write_str("there is no backup yet; the first change makes one"),
            count => write!(f, "there is no backup {}; there are {count}, counted from 0", self.n),
        }
    }
}

impl std::error::Error for NoBackup {}

/// Reads the typed part of a text as if it stood at `path`.
///
/// # Errors
///
/// As for [`read`].
pub fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let fail = |error| ConfigError::new(path, Problem::Text { text: text.to_owned(), error });
    load(text).map(|(_, config)| config).map_err(fail)
}

/// Reads `models.json`; `None` where there is none.
///
/// # Errors
///
/// As for [`read`].
pub fn read_models_json(path: &Path) -> Result<Option<ModelsJson>, ConfigError> {
    Ok(read_file(path)?.map(|(_, json)| json))
}

/// Reads any JSON5 file into a type of the caller's, with the place of whatever is wrong; `None` where there is none.
///
/// # Errors
///
/// As for [`read`].
pub fn read_as<T: DeserializeOwned>(path: &Path) -> Result<Option<(Document, T)>, ConfigError> {
    read_file(path)
}

fn read_file<T: DeserializeOwned>(path: &Path) -> Result<Option<(Document, T)>, ConfigError> {
    let Some(text) = read_text(path, MAX_BYTES)? else { return Ok(None) };
    load(&text).map(Some).map_err(|error| ConfigError::new(path, Problem::Text { text, error }))
}

/// The text of a file; `None` where there is none.
pub(crate) fn read_text(path: &Path, max_bytes: u64) -> Result<Option<String>, ConfigError> {
    let fail = |problem| ConfigError::new(path, problem);
    let loaded = openclaw_atomic_file::load(path, max_bytes).map_err(|error| fail(Problem::Read(error)))?;
    let Some(loaded) = loaded else { return Ok(None) };
    text_of(loaded.bytes).map(Some).map_err(|at| fail(Problem::NotUtf8 { at }))
}

fn text_of(bytes: Vec<u8>) -> Result<String, usize> {
    String::from_utf8(bytes).map_err(|error| error.utf8_error().valid_up_to())
}

/// How an edit is made.
#[derive(Debug, Clone, Copy)]
pub struct EditOptions<'a> {
    /// Who edits, for those who wait for the lock: `models set`.
    pub holder: &'a str,
    /// How long to wait for the lock.
    pub timeout: Duration,
    /// Whether to write; without, everything else is done, checks included.
    pub write: Write,
}

/// Whether an edit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// It is.
    ToDisk,
    /// It is only made, to show what would change.
    DryRun,
}

/// An edit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited<T = ()> {
    /// The file.
    pub path: PathBuf,
    /// Its text before; empty where there was no file.
    pub before: String,
    /// Its text now, or as it would be.
    pub after: String,
    /// Where the old text is kept; `None` where nothing was written or there was no file.
    pub backup: Option<PathBuf>,
    /// What the edit had to say.
    pub outcome: T,
}

impl<T> Edited<T> {
    /// Whether any byte differs.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

/// Edits the config under its lock.
///
/// `change` gets the document as it is now, and gives the new one; it is called again on the new text where another
/// program, which does not know the lock, changed the file meanwhile.
/// The result is parsed and typed before it is written, the old file is kept as a backup, and a file whose bytes would
/// not change is not touched.
///
/// # Errors
///
/// Each leaves the file as it was: it cannot be read or locked, `change` refuses, the result would not load, or the
/// system refuses to write.
pub fn edit<T, E>(
    path: &Path,
    options: &EditOptions<'_>,
    change: impl FnMut(&Document, &Config) -> Result<(Document, T), E>,
) -> Result<Edited<T>, EditError<E>> {
    edit_as(path, options, change)
}

/// As [`edit`], for any JSON5 file that loads into a type of the caller's; a new one has mode 0600.
///
/// # Errors
///
/// As for [`edit`].
pub fn edit_as<C: DeserializeOwned, T, E>(
    path: &Path,
    options: &EditOptions<'_>,
    mut change: impl FnMut(&Document, &C) -> Result<(Document, T), E>,
) -> Result<Edited<T>, EditError<E>> {
    let _lock = match options.write {
        Write::ToDisk => {
            let lock = LockOptions { timeout: options.timeout, holder: options.holder };
            Some(Lock::acquire(path, &lock).map_err(EditError::Lock)?)
        }
        Write::DryRun => None,
    };
    let mut tries = TRIES;
    let mut seen: Option<String> = None;
    loop {
        tries -= 1;
        let fail = |problem| EditError::Config(ConfigError::new(path, problem));
        let loaded =
            openclaw_atomic_file::load(path, MAX_BYTES).map_err(|error| fail(Problem::Read(error)))?;
        let (before, expect) = match loaded {
            Some(loaded) => {
                let stamp = loaded.stamp;
                let text = text_of(loaded.bytes).map_err(|at| fail(Problem::NotUtf8 { at }))?;
                (Some(text), Expect::Stamp(stamp))
            }
            None => (None, Expect::Absent),
        };
        let text = before.as_deref().unwrap_or(EMPTY);
        let (document, config) =
            load::<C>(text).map_err(|error| fail(Problem::Text { text: text.to_owned(), error }))?;
        let (after, outcome) = match change(&document, &config) {
            Ok(changed) => changed,
            Err(error) => {
                return Err(match seen {
                    Some(before) => EditError::Overtaken { before, now: text.to_owned(), error: Some(error) },
                    None => EditError::Change(error),
                });
            }
        };
        if let Err(error) = typed::<C>(&after) {
            return Err(EditError::Result { text: after.into_string(), error });
        }
        let is_same = after.as_str() == document.as_str();
        let after = if is_same && before.is_none() { String::new() } else { after.into_string() };
        let before = before.unwrap_or_default();
        let mut edited = Edited { path: path.to_owned(), before, after, backup: None, outcome };
        if options.write == Write::DryRun || !edited.is_changed() {
            return Ok(edited);
        }
        let replace =
            ReplaceOptions { backups: Some(Backups::default()), expect, ..ReplaceOptions::default() };
        match openclaw_atomic_file::replace(path, edited.after.as_bytes(), &replace) {
            Ok(replaced) => {
                edited.backup = replaced.backup;
                return Ok(edited);
            }
            Err(WriteError::Changed { .. }) if tries > 0 => seen = Some(edited.before),
            Err(WriteError::Changed { .. }) => {
                let now = read_text(path, MAX_BYTES).map_err(EditError::Config)?.unwrap_or_default();
                return Err(EditError::Overtaken { before: edited.before, now, error: None });
            }
            Err(error) => return Err(EditError::Write(error)),
        }
    }
}

/// Why a config cannot be read.
#[derive(Debug)]
pub struct ConfigError {
    path: PathBuf,
    /// Boxed, since results should stay small.
    problem: Box<Problem>,
}

#[derive(Debug)]
pub(crate) enum Problem {
    Read(ReadError),
    NotUtf8 {
        at: usize,
    },
    Text {
        text: String,
        error: TextError,
    },
    /// Why an include cannot be followed, as a clause.
    Include(String),
}

impl ConfigError {
    pub(crate) fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem: Box::new(problem) }
    }

    pub(crate) fn syntax(path: &Path, text: String, error: openclaw_json5_edit::ParseError) -> Self {
        Self::new(path, Problem::Text { text, error: TextError::from_syntax(error) })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text and where in it, in bytes; `None` where the file could not be read as text.
    #[must_use]
    pub fn place(&self) -> Option<(&str, Range<usize>)> {
        match &*self.problem {
            Problem::Text { text, error } => Some((text, error.span())),
            Problem::Read(_) | Problem::NotUtf8 { .. } | Problem::Include(_) => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.problem {
            Problem::Read(_) => f.write_str("the config cannot be read"),
            Problem::NotUtf8 { at } => write!(f, "expected UTF-8, found something else at byte {at}"),
            Problem::Text { error, .. } => error.fmt(f),
            Problem::Include(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.problem {
            Problem::Read(error) => Some(error),
            Problem::NotUtf8 { .. } | Problem::Text { .. } | Problem::Include(_) => None,
        }
    }
}

/// Why an edit was not made. `E` is why the change itself refused.
#[derive(Debug)]
#[non_exhaustive]
pub enum EditError<E = Infallible> {
    /// The config cannot be read.
    Config(ConfigError),
    /// Another program holds the lock, or the system refuses to give it.
    Lock(LockError),
    /// The change refused.
    Change(E),
    /// Another program changed the config meanwhile, and the change no longer fits.
    Overtaken {
        /// The text that the change was made for.
        before: String,
        /// The text as it is now.
        now: String,
        /// Why the change does not fit it; `None` where the other program would not stop.
        error: Option<E>,
    },
    /// The result would not load.
    Result {
        /// What would have been written.
        text: String,
        /// What is wrong with it.
        error: TextError,
    },
    /// The system refused to write.
    Write(WriteError),
}

impl<E: fmt::Display> fmt::Display for EditError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Lock(LockError::Timeout { .. }) => {
                f.write_str("the config is being edited by another program")
            }
            Self::Lock(_) => f.write_str("the config cannot be locked"),
            Self::Change(error) => error.fmt(f),
            Self::Overtaken { .. } => f.write_str("the config was changed by another program meanwhile"),
            Self::Result { .. } => f.write_str("the config would not load after this change"),
            Self::Write(_) => f.write_str("the config cannot be saved"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for EditError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Config(error) => error.source(),
            Self::Lock(error) => Some(error),
            Self::Change(error) => error.source(),
            Self::Overtaken { error, .. } => error.as_ref().map(|error| error as _),
            Self::Result { error, .. } => Some(error),
            Self::Write(error) => Some(error),
        }
    }
}
