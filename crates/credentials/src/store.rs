//! Where a token is kept: `<state>/.env`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use openclaw_atomic_file::{
    Expect, Lock, LockError, LockOptions, OldMode, ReadError, ReplaceOptions, Stamp, WriteError, load,
    replace,
};
use thiserror::Error;

use crate::TOKEN_VARIABLES;
use crate::env_file::{EnvFile, EnvFileError};
use crate::token::{Token, trim};

/// A `.env` larger than this is none.
pub(crate) const MAX_ENV_BYTES: u64 = 1024 * 1024;
/// Others hold the lock for some milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// The name a token is kept under: what Hugging Face's own clients read first.
const STORED_NAME: &str = "HF_TOKEN";

/// `<state>/.env`, such as `/home/ann/.openclaw/.env`: the one place that every release of OpenClaw reads.
pub fn env_path(state_dir: &Path) -> PathBuf {
    state_dir.join(".env")
}

/// What [`store`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// The file.
    pub path: PathBuf,
    /// The variable that holds the token now.
    pub name: &'static str,
    /// Whether the file was written; `false` means that the token was in it already.
    pub changed: bool,
    /// Whether `name` is not `HF_TOKEN` but one that stood there and would have won over it.
    pub replaced_other_name: bool,
}

/// What [`forget`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forgotten {
    /// The file.
    pub path: PathBuf,
    /// The variables that were removed; empty when there was none, and then nothing was written.
    pub names: Vec<&'static str>,
}

/// Keeps `token` in `<state>/.env`.
///
/// It is kept as `HF_TOKEN`. Where the file already sets a name that wins over that, `HUGGINGFACE_HUB_TOKEN`, that
/// one is replaced instead, or the new token would have no effect. Every other line stays as it is.
/// The file gets mode 0600, also when it was wider before; a missing folder is created with mode 0700.
/// No backup is kept: it would hold the old token, which may have been replaced because it leaked.
///
/// ```
/// use openclaw_credentials::{Token, forget, store};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let state_dir = folder.path();
/// let token = Token::parse("hf_example")?;
/// assert!(store(state_dir, &token)?.changed);
/// assert!(!store(state_dir, &token)?.changed);
/// assert_eq!(forget(state_dir)?.names, ["HF_TOKEN"]);
///
/// // A folder in the place of the file is left alone.
/// std::fs::create_dir(state_dir.join("other"))?;
/// std::fs::create_dir(state_dir.join("other/.env"))?;
/// assert!(store(&state_dir.join("other"), &token).is_err());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// See [`StoreError`]; the file is as it was then.
pub fn store(state_dir: &Path, token: &Token) -> Result<Stored, StoreError> {
    let path = env_path(state_dir);
    let _lock = lock(&path)?;
    let (mut file, expect) = read(&path)?;
    let is_set = |name: &str| file.get(name).is_some_and(|value| !trim(value.expose()).is_empty());
    let stronger =
        TOKEN_VARIABLES.into_iter().take_while(|name| *name != STORED_NAME).find(|name| is_set(name));
    let name = stronger.unwrap_or(STORED_NAME);
    file.set(name, token.expose()).map_err(|source| StoreError::Edit { path: path.clone(), source })?;
    let changed = write(&path, &file, expect)?;
    Ok(Stored { path, name, changed, replaced_other_name: name != STORED_NAME })
}

/// Removes every token from `<state>/.env`, under each of its three names. Other lines, and the file, stay.
///
/// # Errors
/// See [`StoreError`]; the file is as it was then.
pub fn forget(state_dir: &Path) -> Result<Forgotten, StoreError> {
    let path = env_path(state_dir);
    // Nothing is created just to find that there is nothing.
    if load(&path, MAX_ENV_BYTES).map_err(StoreError::Read)?.is_none() {
        return Ok(Forgotten { path, names: Vec::new() });
    }
    let _lock = lock(&path)?;
    let (mut file, expect) = read(&path)?;
    let mut names = Vec::new();
    for name in TOKEN_VARIABLES {
        if file.remove(name).map_err(|source| StoreError::Edit { path: path.clone(), source })? {
            names.push(name);
        }
    }
    if !names.is_empty() {
        write(&path, &file, expect)?;
    }
    Ok(Forgotten { path, names })
}

fn lock(path: &Path) -> Result<Lock, StoreError> {
    let options = LockOptions { timeout: LOCK_TIMEOUT, holder: "openclaw: keeping a token" };
    Lock::acquire(path, &options).map_err(StoreError::Lock)
}

fn read(path: &Path) -> Result<(EnvFile, Expect), StoreError> {
    let Some(loaded) = load(path, MAX_ENV_BYTES).map_err(StoreError::Read)? else {
        return Ok((EnvFile::parse(""), Expect::Absent));
    };
    let stamp: Stamp = loaded.stamp;
    match std::str::from_utf8(&loaded.bytes) {
        Ok(text) => Ok((EnvFile::parse(text), Expect::Stamp(stamp))),
        Err(_) => Err(StoreError::NotUtf8 { path: path.to_owned() }),
    }
}

fn write(path: &Path, file: &EnvFile, expect: Expect) -> Result<bool, StoreError> {
    let options = ReplaceOptions {
        new_file_mode: 0o600,
        new_dir_mode: 0o700,
        old_mode: OldMode::AtMost(0o600),
        backups: None,
        expect,
    };
    let done = replace(path, file.as_str().as_bytes(), &options).map_err(StoreError::Write)?;
    Ok(done.changed)
}

/// Why the file of tokens was not changed. Never holds anything that is in it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another program is changing it.
    #[error("could not get the file of tokens for writing")]
    Lock(#[source] LockError),
    /// It could not be read.
    #[error("could not read the file of tokens")]
    Read(#[source] ReadError),
    /// It is not text, so nothing can be added to it.
    #[error("`{}` is not UTF-8 text", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// The lines that are in it leave no room for the change.
    #[error("could not change `{}`", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        source: EnvFileError,
    },
    /// It could not be written.
    #[error("could not write the file of tokens")]
    Write(#[source] WriteError),
}
