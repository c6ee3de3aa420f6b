//! `$include`: other files read into a config, as OpenClaw does. Nothing here writes.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};

use openclaw_json5_edit::{Document, NewValue, Path};

use crate::store::{ConfigError, Problem, read_text};

/// The key whose value names a file, or several.
pub(crate) const KEY: &str = "$include";

/// How deep includes may nest.
const MAX_DEPTH: usize = 10;

/// An included file larger than this is refused.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// A file that was read into a config.
#[derive(Debug, Clone)]
pub struct Included {
    /// Where in the config its value stands: the object with the `$include`.
    pub at: Path,
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub document: Document,
}

/// A config with its includes in place.
pub(crate) struct Whole {
    pub(crate) document: Document,
    pub(crate) included: Vec<Included>,
}

/// Reads the includes of a config; `None` where it has none.
pub(crate) fn resolve(path: &FilePath, document: &Document) -> Result<Option<Whole>, ConfigError> {
    let text = document.as_str();
    // An escape may stand for any character of the key.
    if !text.contains(KEY) && !text.contains('\\') {
        return Ok(None);
    }
    let folder = path.parent().unwrap_or_else(|| FilePath::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut reading = Reading { folder, files: vec![path.to_owned()], included: Vec::new() };
    let value = reading.value(document.root().to_owned_value(), &Path::root())?;
    if reading.included.is_empty() {
        return Ok(None);
    }
    let fail = |error: &dyn fmt::Display| {
        ConfigError::new(path, Problem::Include(format!("the parts do not make one config: {error}")))
    };
    let empty = Document::parse("null").map_err(|error| fail(&error))?;
    let mut edits = empty.edit();
    edits.set(&Path::root(), value);
    let document = edits.apply().map_err(|error| fail(&error))?;
    Ok(Some(Whole { document, included: reading.included }))
}

struct Reading {
    /// No file outside of this folder is read.
    folder: PathBuf,
    /// The files that lead to where we are.
    files: Vec<PathBuf>,
    included: Vec<Included>,
}

impl Reading {
    fn fail(&self, why: String) -> ConfigError {
        let file = self.files.last().map_or_else(|| FilePath::new(""), PathBuf::as_path);
        ConfigError::new(file, Problem::Include(why))
    }

    fn value(&mut self, value: NewValue, at: &Path) -> Result<NewValue, ConfigError> {
        match value {
            NewValue::Array(items) => {
                let items = items.into_iter().enumerate();
                items
                    .map(|(index, item)| self.value(item, &at.clone().index(index)))
                    .collect::<Result<_, _>>()
                    .map(NewValue::Array)
            }
            NewValue::Object(members) => self.object(members, at),
            scalar => Ok(scalar),
        }
    }

    fn object(&mut self, members: Vec<(String, NewValue)>, at: &Path) -> Result<NewValue, ConfigError> {
        let mut files = None;
        let mut own = Vec::new();
        for (key, value) in members {
            if key == KEY {
                files = Some(self.names(value)?);
            } else {
                let value = self.value(value, &at.clone().key(key.as_str()))?;
                own.push((key, value));
            }
        }
        let Some(files) = files else { return Ok(NewValue::Object(own)) };
        let mut merged: Option<NewValue> = None;
        for name in files {
            let value = self.file(&name, at)?;
            merged = Some(match merged {
                Some(before) => overlay(before, value),
                None => value,
            });
        }
        match merged {
            Some(value) if own.is_empty() => Ok(value),
            Some(value @ NewValue::Object(_)) => Ok(overlay(value, NewValue::Object(own))),
            Some(_) => Err(self.fail(format!("`{at}` has keys beside an included file that is no object"))),
            None => Ok(NewValue::Object(own)),
        }
    }

    fn names(&self, value: NewValue) -> Result<Vec<String>, ConfigError> {
        let wrong = || self.fail(format!("expected a file name or a list of them under `{KEY}`"));
        match value {
            NewValue::String(name) => Ok(vec![name]),
            NewValue::Array(items) => items
                .into_iter()
                .map(|item| match item {
                    NewValue::String(name) => Ok(name),
                    _ => Err(wrong()),
                })
                .collect(),
            _ => Err(wrong()),
        }
    }

    fn file(&mut self, name: &str, at: &Path) -> Result<NewValue, ConfigError> {
        let from = self.files.last().and_then(|file| file.parent()).unwrap_or(&self.folder);
        let shown = name.escape_debug();
        let file = from.join(name).canonicalize().map_err(|error| {
            self.fail(format!("the included file `{shown}` cannot be read: {}", error.kind()))
        })?;
        if !file.starts_with(&self.folder) {
            return Err(self.fail(format!("the included file `{shown}` is outside of the config's folder")));
        }
        if self.files.contains(&file) {
            return Err(self.fail(format!("the included file `{shown}` includes itself")));
        }
        if self.files.len() > MAX_DEPTH {
            return Err(self.fail(format!("expected at most {MAX_DEPTH} files that include one another")));
        }
        let text = read_text(&file, MAX_BYTES)?
            .ok_or_else(|| self.fail(format!("the included file `{shown}` is gone")))?;
        let document =
            Document::parse(text.as_str()).map_err(|error| ConfigError::syntax(&file, text, error))?;
        self.files.push(file.clone());
        let value = self.value(document.root().to_owned_value(), at);
        self.files.pop();
        self.included.push(Included { at: at.clone(), path: file, document });
        value
    }
}

/// `over` on top of `under`: objects member by member, lists one behind the other, all else as `over` has it.
fn overlay(under: NewValue, over: NewValue) -> NewValue {
    match (under, over) {
        (NewValue::Object(mut members), NewValue::Object(over)) => {
            for (key, value) in over {
                match members.iter().position(|(there, _)| *there == key) {
                    Some(index) => {
                        let (key, before) = members.remove(index);
                        members.insert(index, (key, overlay(before, value)));
                    }
                    None => members.push((key, value)),
                }
            }
            NewValue::Object(members)
        }
        (NewValue::Array(mut items), NewValue::Array(over)) => {
            items.extend(over);
            NewValue::Array(items)
        }
        (_, over) => over,
    }
}
