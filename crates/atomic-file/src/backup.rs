//! A ring of old contents beside the file.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::error::{ReadError, RestoreError, Step, WriteError};
use crate::link::{beside, folder_of, sync_folder};
use crate::load::load;
use crate::replace::{ReplaceOptions, Replaced, make_private, replace, temporary};

/// A backup larger than this is not put back: it was not written by this crate's users.
const MAX_RESTORED_BYTES: u64 = 256 * 1024 * 1024;

/// Which old contents [`replace`](crate::replace) keeps.
///
/// The ring is the one OpenClaw has: `openclaw.json.bak` is the newest, then `.bak.1` up to `.bak.4`.
/// It stands beside the path that was given, not at the end of a link, so that a folder of shared dotfiles
/// does not fill with copies of secrets. A backup can be read by its owner at most (mode 0600).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backups {
    /// How many are kept; 0 keeps none.
    pub keep: u8,
}

impl Default for Backups {
    /// Five, as OpenClaw keeps.
    fn default() -> Self {
        Self { keep: 5 }
    }
}

/// One old content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backup {
    /// 0 is the newest.
    pub n: u8,
    /// Where it is, such as `/home/ann/.openclaw/openclaw.json.bak.1`.
    pub path: PathBuf,
    /// Its length, in bytes.
    pub len: u64,
    /// When that content was replaced; `None` where the system does not say.
    pub replaced_at: Option<SystemTime>,
}

/// The backups of `path` that exist, the newest first.
///
/// # Errors
/// [`ReadError::Io`] when the system refuses to look. No folder means no backups.
pub fn list_backups(path: &Path) -> Result<Vec<Backup>, ReadError> {
    let mut backups = Vec::new();
    for n in 0..=u8::MAX {
        let path = backup_path(path, n);
        match fs::metadata(&path) {
            Ok(found) if found.is_file() => {
                backups.push(Backup { n, len: found.len(), replaced_at: found.modified().ok(), path });
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ReadError::Io { path, source }),
        }
    }
    Ok(backups)
}

/// Makes backup `n` of `path` its content again; 0 is the newest.
///
/// With [`ReplaceOptions::backups`] the content that is replaced becomes the newest backup, so this can be
/// undone by the same call. The backup that was put back stays, unless it was the oldest that is kept: it makes room.
///
/// # Errors
/// - [`RestoreError::NoSuchBackup`] when there is none of this number.
/// - [`RestoreError::Read`] and [`RestoreError::Write`] as [`load`](crate::load) and [`replace`](crate::replace) say.
pub fn restore(path: &Path, n: u8, options: &ReplaceOptions) -> Result<Replaced, RestoreError> {
    let backup = backup_path(path, n);
    let loaded = load(&backup, MAX_RESTORED_BYTES).map_err(RestoreError::Read)?;
    let Some(loaded) = loaded else { return Err(RestoreError::NoSuchBackup { path: backup }) };
    replace(path, &loaded.bytes, options).map_err(RestoreError::Write)
}

/// `.bak` for 0, `.bak.1` for 1.
fn backup_path(path: &Path, n: u8) -> PathBuf {
    if n == 0 { beside(path, ".bak") } else { beside(path, &format!(".bak.{n}")) }
}

/// A copy of the old content that is written and flushed, but has no place in the ring yet.
pub(crate) struct Prepared<'a> {
    path: &'a Path,
    copy: NamedTempFile,
    keep: u8,
}

/// Copies the content of `target` for the ring of `path`; `None` where none is to be kept.
/// Nothing that exists is touched, so a full disk is noticed while all is as it was.
pub(crate) fn prepare<'a>(
    path: &'a Path,
    target: &Path,
    backups: Backups,
) -> Result<Option<Prepared<'a>>, WriteError> {
    if backups.keep == 0 {
        return Ok(None);
    }
    let failed = |source| WriteError::Io { step: Step::KeepBackup, path: backup_path(path, 0), source };
    let mut old = File::open(target).map_err(failed)?;
    let mut copy = temporary(&backup_path(path, 0))?;
    io::copy(&mut old, copy.as_file_mut()).map_err(failed)?;
    let found = old.metadata().map_err(failed)?;
    make_private(copy.as_file(), &found).map_err(failed)?;
    copy.as_file().sync_all().map_err(failed)?;
    Ok(Some(Prepared { path, copy, keep: backups.keep }))
}

impl Prepared<'_> {
    /// Moves the older ones up, the oldest out, and takes the first place.
    pub(crate) fn commit(self) -> Result<PathBuf, WriteError> {
        let failed = |path, source| WriteError::Io { step: Step::KeepBackup, path, source };
        for n in (1..self.keep).rev() {
            let (from, to) = (backup_path(self.path, n - 1), backup_path(self.path, n));
            match fs::rename(&from, &to) {
                Ok(()) => {}
                // A gap in the ring stays a gap.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(failed(to, source)),
            }
        }
        let path = backup_path(self.path, 0);
        if let Err(error) = self.copy.persist(&path) {
            return Err(failed(path, error.error));
        }
        // The folder of the new content is flushed later, and with a link this may be another one.
        match sync_folder(folder_of(&path)) {
            Ok(()) => Ok(path),
            Err(source) => Err(failed(path, source)),
        }
    }
}
