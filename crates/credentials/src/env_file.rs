//! A `.env` file: read as OpenClaw reads it, edited without touching anything else.

mod parse;

use std::error::Error;
use std::fmt;
use std::ops::Range;

use secrecy::zeroize::Zeroizing;

use crate::secret::Secret;
use parse::{Entry, decode};

/// The text of a `.env` file and where its variables are.
///
/// Read by the rules of the `dotenv` that OpenClaw uses: `export ` in front, `NAME=value` or `NAME: value`,
/// single, double or back quotes (which may span lines), `\n` and `\r` within double quotes, comments, any line
/// ends. The last of several lines of one name counts. Nothing is expanded: a `$` in a secret is a `$`.
/// Lines that say nothing are kept as they are.
/// One oddity is not shared: there a line end counts as white space around `=`, so that a value may begin in a later
/// line than its name; here both stand in one line.
///
/// ```
/// use openclaw_credentials::EnvFile;
/// let mut file = EnvFile::parse("# mine\nexport HF_TOKEN='hf_old' # laptop\nOTHER=1\n");
/// assert_eq!(file.get("HF_TOKEN").unwrap().expose(), "hf_old");
/// file.set("HF_TOKEN", "hf_new")?;
/// assert_eq!(file.as_str(), "# mine\nexport HF_TOKEN=hf_new # laptop\nOTHER=1\n");
/// # Ok::<(), openclaw_credentials::EnvFileError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EnvFile {
    text: Zeroizing<String>,
    entries: Vec<Entry>,
}

impl EnvFile {
    /// Reads any text; there is no text that is refused.
    pub fn parse(text: &str) -> Self {
        Self { entries: parse::entries(text), text: Zeroizing::new(text.to_owned()) }
    }

    /// The value of a variable, without its quotes; `None` where no line sets it. Line ends in it are `\n`.
    pub fn get(&self, name: &str) -> Option<Secret> {
        self.effective(name).map(|entry| Secret::new(decode(self.slice(&entry.value))))
    }

    /// The names that are set, in the order of the file; a name that is set twice comes twice.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| self.slice(&entry.name))
    }

    /// The text of the file.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Sets a variable: in the line that counts, or in a new line at the end.
    ///
    /// Of an existing line only the value changes: `export`, spaces and a comment behind it stay. The value is quoted
    /// only when it must be. A value that is there already changes nothing.
    ///
    /// # Errors
    /// - [`EnvFileError::BadName`] for a name that is not `[A-Za-z_][A-Za-z0-9_]*`.
    /// - [`EnvFileError::NotRepresentable`] for a value that no way of quoting would bring back the same, such as
    ///   one with all three kinds of quotes, or with `\r`. The file is as it was then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), EnvFileError> {
        if !is_name(name) {
            return Err(EnvFileError::BadName);
        }
        let effective = self.entries.iter().rposition(|entry| self.slice(&entry.name) == name);
        if self.get(name).is_some_and(|old| old.expose() == value) {
            return Ok(());
        }
        // A new line comes after all others.
        let at = effective.unwrap_or(self.entries.len());
        for raw in parse::encodings(value) {
            let edited = match effective.and_then(|at| self.entries.get(at)) {
                Some(entry) => self.with_value(entry, &raw),
                None => self.with_line(name, &raw),
            };
            // Read again before it is believed: a quote elsewhere in the file may pair up with one in here.
            let edited = Self::parse(&edited);
            let same_value = edited.get(name).is_some_and(|new| new.expose() == value);
            if same_value && edited.others(at) == self.others(at) {
                *self = edited;
                return Ok(());
            }
        }
        Err(EnvFileError::NotRepresentable { name: name.to_owned() })
    }

    /// Removes every line that sets a variable and says whether there was one.
    ///
    /// # Errors
    /// [`EnvFileError::NotRepresentable`] when the rest would then be read differently, which takes an unclosed
    /// quote in front. The file is as it was then.
    pub fn remove(&mut self, name: &str) -> Result<bool, EnvFileError> {
        let mut edited = Zeroizing::new(String::with_capacity(self.text.len()));
        let mut rest = 0;
        let mut found = false;
        for entry in self.entries.iter().filter(|entry| self.slice(&entry.name) == name) {
            edited.push_str(self.slice(&(rest..entry.line.start)));
            rest = entry.line.end;
            found = true;
        }
        if !found {
            return Ok(false);
        }
        edited.push_str(self.slice(&(rest..self.text.len())));
        let edited = Self::parse(&edited);
        let kept = |file: &Self| -> Vec<(String, Secret)> {
            file.pairs().filter(|(other, _)| other != name).collect()
        };
        if edited.effective(name).is_some() || kept(&edited) != kept(self) {
            return Err(EnvFileError::NotRepresentable { name: name.to_owned() });
        }
        *self = edited;
        Ok(true)
    }

    fn effective(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| self.slice(&entry.name) == name)
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn pairs(&self) -> impl Iterator<Item = (String, Secret)> {
        self.entries
            .iter()
            .map(|entry| (self.slice(&entry.name).to_owned(), Secret::new(decode(self.slice(&entry.value)))))
    }

    /// All variables but the one at this position.
    fn others(&self, at: usize) -> Vec<(String, Secret)> {
        self.pairs().enumerate().filter(|(here, _)| *here != at).map(|(_, pair)| pair).collect()
    }

    fn with_value(&self, entry: &Entry, raw: &str) -> Zeroizing<String> {
        let (before, after) =
            (self.slice(&(0..entry.value.start)), self.slice(&(entry.value.end..self.text.len())));
        // `NAME=# why` has a comment right behind a value that is not there.
        let gap = if after.starts_with('#') { " " } else { "" };
        Zeroizing::new([before, raw, gap, after].concat())
    }

    fn with_line(&self, name: &str, raw: &str) -> Zeroizing<String> {
        let text = self.text.as_str();
        let line_end = match text.find(['\r', '\n']).and_then(|at| text.get(at..)) {
            Some(rest) if rest.starts_with("\r\n") => "\r\n",
            Some(rest) if rest.starts_with('\r') => "\r",
            _ => "\n",
        };
        let unfinished = !text.is_empty() && text != "\u{feff}" && !text.ends_with(['\r', '\n']);
        let gap = if unfinished { line_end } else { "" };
        Zeroizing::new([text, gap, name, "=", raw, line_end].concat())
    }
}

/// Prints the names, never a value.
impl fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EnvFile").field(&self.names().collect::<Vec<_>>()).finish()
    }
}

/// Stricter than reading is: every shell and every service manager knows such a name.
fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|&b| b == b'_' || b.is_ascii_alphabetic())
        && bytes.iter().all(|&b| b == b'_' || b.is_ascii_alphanumeric())
}

/// Why a `.env` file was not edited. Never holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvFileError {
    /// Not a name of a variable. It is not printed: it may be a value in the wrong place.
    BadName,
    /// The format has no way to say it without changing the meaning of something.
    NotRepresentable {
        /// The variable.
        name: String,
    },
}

impl fmt::Display for EnvFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName => f.write_str("not a name of a variable, expected letters, digits and `_`"),
            Self::NotRepresentable { name } => {
                write!(f, "a `.env` file cannot hold this value of `{name}`, or not beside the other lines")
            }
        }
    }
}

impl Error for EnvFileError {}

#[cfg(test)]
mod tests;
