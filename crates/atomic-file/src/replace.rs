//! Put new content in place of a file: whole or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use crate::backup::{self, Backups};
use crate::error::{Step, WriteError};
use crate::link::{create_folders, folder_of, resolve, sync_folder};
use crate::load::{Stamp, with_room_for};

/// A temporary file this old belongs to a process that was killed: no write takes as long.
const LEFTOVER_AGE: Duration = Duration::from_secs(60 * 60);
/// Random characters in the name of a temporary file.
const RANDOM_CHARS: usize = 10;

/// How [`replace`] behaves. The default: files 0600, folders 0700, no backups, any old content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplaceOptions {
    /// The mode of a file that did not exist, such as `0o600`. Ignored where there are no modes.
    pub new_file_mode: u32,
    /// The mode of folders that did not exist, such as `0o700`. Ignored where there are no modes.
    pub new_dir_mode: u32,
    /// The mode of a file that did exist.
    pub old_mode: OldMode,
    /// Which copies of the old content to keep; `None` keeps none.
    pub backups: Option<Backups>,
    /// What the old content has to be.
    pub expect: Expect,
}

impl Default for ReplaceOptions {
    fn default() -> Self {
        Self {
            new_file_mode: 0o600,
            new_dir_mode: 0o700,
            old_mode: OldMode::Keep,
            backups: None,
            expect: Expect::Anything,
        }
    }
}

/// What happens to the mode of a file that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldMode {
    /// It stays as it was.
    Keep,
    /// It loses every bit that is not in here: `AtMost(0o600)` takes a file with secrets away from others.
    /// A file whose mode is wider counts as changed even if its bytes are the same.
    AtMost(u32),
}

impl OldMode {
    fn apply(self, mode: u32) -> u32 {
        match self {
            Self::Keep => mode,
            Self::AtMost(most) => mode & most,
        }
    }
}

/// What the file has to be for [`replace`] to go on.
///
/// This catches programs that do not take the [`Lock`](crate::Lock).
/// It is looked at twice, the second time right before the rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Whatever is there is replaced.
    Anything,
    /// There is no file.
    Absent,
    /// The content is still what [`load`](crate::load) read.
    Stamp(Stamp),
}

/// What [`replace`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replaced {
    /// Whether anything was written; `false` means that the file had these bytes already and was not touched.
    pub changed: bool,
    /// Where the old content was kept; `None` where there was none or none was to be kept.
    pub backup: Option<PathBuf>,
    /// The file that was written: the end of the links.
    pub target: PathBuf,
}

/// Makes `bytes` the content of `path`.
///
/// Links are followed and stay; a link to nowhere gets its file. Missing folders are created.
/// The new content is written to a temporary file in the same folder, flushed, given the mode of the old file,
/// renamed over it, and the folder is flushed: who opens the path sees the old content or the new, never a part.
/// The owner and group of the old file are kept where the system allows it (for root, always); otherwise the
/// file becomes the writer's. Extended attributes, access lists and hard links of the old file are not kept.
///
/// A file that has these bytes already is not touched, whatever was expected.
/// Concurrent writers should hold a [`Lock`](crate::Lock), or one change can overwrite another.
/// Temporary files that a killed process left behind over an hour ago are removed.
///
/// ```
/// use openclaw_atomic_file::{Expect, ReplaceOptions, WriteError, load, replace};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("new/settings.json");
/// let new = ReplaceOptions { expect: Expect::Absent, ..ReplaceOptions::default() };
/// assert!(replace(&path, b"{}", &new)?.changed);
/// // The same bytes again touch nothing; other bytes are refused, since a file is there now.
/// assert!(!replace(&path, b"{}", &new)?.changed);
/// assert!(matches!(replace(&path, b"[]", &new), Err(WriteError::Changed { .. })));
/// assert_eq!(load(&path, 100)?.expect("it is there").bytes, b"{}");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// - [`WriteError::Changed`] when [`ReplaceOptions::expect`] is not what is there.
/// - [`WriteError::NotAFile`] for a folder, a pipe or a device.
/// - [`WriteError::Io`] when the system refuses a step: full disk, read-only folder, no permission.
///
/// After each of them the file is whole: the old one, or the new one where only flushing the folder was refused.
pub fn replace(path: &Path, bytes: &[u8], options: &ReplaceOptions) -> Result<Replaced, WriteError> {
    let target = resolve(path)?;
    let old = look(&target)?;
    if let Some(old) = &old
        && keeps_mode(old, options.old_mode)
        && old.len() == bytes.len() as u64
        && same_bytes(&target, bytes)?
    {
        return Ok(Replaced { changed: false, backup: None, target });
    }
    check(&target, old.as_ref(), options.expect)?;

    let folder = folder_of(&target);
    create_folders(folder, options.new_dir_mode)?;
    let new = write_new(&target, bytes, old.as_ref(), options)?;
    let kept = match (&old, options.backups) {
        (Some(_), Some(backups)) => backup::prepare(path, &target, backups)?,
        _ => None,
    };

    // Flushing took its time: look again, so that what is overwritten unseen could only be written just now.
    check(&target, look(&target)?.as_ref(), options.expect)?;
    let backup = kept.map(backup::Prepared::commit).transpose()?;
    new.persist(&target).map_err(|error| WriteError::Io {
        step: Step::Rename,
        path: target.clone(),
        source: error.error,
    })?;
    sync_folder(folder).map_err(|source| WriteError::Io {
        step: Step::SyncFolder,
        path: folder.to_owned(),
        source,
    })?;
    remove_leftovers(&target);
    if let Some(backup) = &backup {
        remove_leftovers(backup);
    }
    Ok(Replaced { changed: true, backup, target })
}

/// The file that is to be replaced; `None` where there is none.
fn look(target: &Path) -> Result<Option<Metadata>, WriteError> {
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(_) => Err(WriteError::NotAFile { path: target.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(WriteError::Io { step: Step::ReadOld, path: target.to_owned(), source }),
    }
}

fn check(target: &Path, old: Option<&Metadata>, expect: Expect) -> Result<(), WriteError> {
    let as_expected = match (expect, old) {
        (Expect::Anything, _) | (Expect::Absent, None) => true,
        (Expect::Absent, Some(_)) | (Expect::Stamp(_), None) => false,
        (Expect::Stamp(stamp), Some(old)) => {
            old.len() == stamp.len() && Stamp::of(&read_old(target, stamp.len())?) == stamp
        }
    };
    if as_expected { Ok(()) } else { Err(WriteError::Changed { path: target.to_owned() }) }
}

fn same_bytes(target: &Path, bytes: &[u8]) -> Result<bool, WriteError> {
    Ok(read_old(target, bytes.len() as u64)? == bytes)
}

/// Reads one byte more than `len`, so that a longer file does not look the same.
fn read_old(target: &Path, len: u64) -> Result<Vec<u8>, WriteError> {
    let mut bytes = with_room_for(len);
    File::open(target)
        .and_then(|file| file.take(len.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|source| WriteError::Io { step: Step::ReadOld, path: target.to_owned(), source })?;
    Ok(bytes)
}

fn write_new(
    target: &Path,
    bytes: &[u8],
    old: Option<&Metadata>,
    options: &ReplaceOptions,
) -> Result<NamedTempFile, WriteError> {
    let mut new = temporary(target)?;
    let failed = |source| WriteError::Io { step: Step::WriteNew, path: target.to_owned(), source };
    // The file itself says what the system said; the other one would name a path that nobody knows.
    new.as_file_mut().write_all(bytes).map_err(failed)?;
    dress(new.as_file(), old, options).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    Ok(new)
}

/// A file of mode 0600 beside `target`, removed when it is dropped.
pub(crate) fn temporary(target: &Path) -> Result<NamedTempFile, WriteError> {
    let folder = folder_of(target);
    let (prefix, suffix) = temporary_name(target.file_name().unwrap_or_default());
    let mut refused = None;
    tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(suffix)
        .rand_bytes(RANDOM_CHARS)
        .make_in(folder, |path| create_private(path).inspect_err(|error| refused = error.raw_os_error()))
        .map_err(|error| WriteError::Io {
            step: Step::CreateTemporary,
            path: folder.to_owned(),
            // tempfile adds the path, with its random name, to what the system said.
            source: refused.map_or(error, io::Error::from_raw_os_error),
        })
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn temporary_name(name: &OsStr) -> (OsString, &'static str) {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    (prefix, ".tmp")
}

/// Removes what killed processes left behind. Best effort: the write itself has succeeded.
fn remove_leftovers(target: &Path) {
    let (prefix, suffix) = temporary_name(target.file_name().unwrap_or_default());
    let Some(long_ago) = SystemTime::now().checked_sub(LEFTOVER_AGE) else { return };
    let Ok(entries) = fs::read_dir(folder_of(target)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name
            .as_encoded_bytes()
            .strip_prefix(prefix.as_encoded_bytes())
            .and_then(|rest| rest.strip_suffix(suffix.as_bytes()))
            .is_some_and(|random| {
                random.len() == RANDOM_CHARS && random.iter().all(u8::is_ascii_alphanumeric)
            });
        let is_old = || {
            entry.metadata().is_ok_and(|found| {
                found.is_file() && found.modified().is_ok_and(|modified| modified < long_ago)
            })
        };
        if is_ours && is_old() {
            let _removed = fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn keeps_mode(old: &Metadata, policy: OldMode) -> bool {
    let mode = mode_of(old);
    policy.apply(mode) == mode
}

#[cfg(not(unix))]
fn keeps_mode(_old: &Metadata, _policy: OldMode) -> bool {
    true
}

#[cfg(unix)]
fn mode_of(file: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o7777
}

/// Gives the new file the owner and mode of the old one.
#[cfg(unix)]
fn dress(new: &File, old: Option<&Metadata>, options: &ReplaceOptions) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let mut mode = options.new_file_mode;
    if let Some(old) = old {
        mode = options.old_mode.apply(mode_of(old));
        let now = new.metadata()?;
        let (uid, gid) = (old.uid(), old.gid());
        if (now.uid(), now.gid()) != (uid, gid) && fchown(new, Some(uid), Some(gid)).is_err() {
            // Only root may give a file away; its group can often be kept, and if not, the writer's is used.
            let _group_kept = fchown(new, None, Some(gid));
        }
    }
    // After the owner: changing that clears some bits.
    new.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn dress(new: &File, old: Option<&Metadata>, _options: &ReplaceOptions) -> io::Result<()> {
    match old {
        Some(old) => new.set_permissions(old.permissions()),
        None => Ok(()),
    }
}

/// The mode a backup of `old` gets: its own, but for the owner alone.
#[cfg(unix)]
pub(crate) fn make_private(backup: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    backup.set_permissions(fs::Permissions::from_mode(mode_of(old) & 0o600))
}

#[cfg(not(unix))]
pub(crate) fn make_private(_backup: &File, _old: &Metadata) -> io::Result<()> {
    Ok(())
}
