//! One error type for each operation that can fail.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lock::Holder;

/// Why [`Lock::acquire`](crate::Lock::acquire) failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// Someone else held the lock until the time was over.
    Timeout {
        /// The side file, such as `/home/ann/.openclaw/openclaw.json.flock`.
        path: PathBuf,
        /// How long it was waited for.
        waited: Duration,
        /// Who held it; `None` where the side file does not say (yet).
        holder: Option<Holder>,
    },
    /// The operating system refused a step.
    Io {
        /// What was being done.
        step: Step,
        /// To which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout { path, waited, holder: Some(holder) } => write!(
                f,
                "`{}` is still held by process {} (`{}`) after {}",
                path.display(),
                holder.pid,
                holder.label,
                Seconds(*waited)
            ),
            Self::Timeout { path, waited, holder: None } => {
                write!(f, "`{}` is still held by another process after {}", path.display(), Seconds(*waited))
            }
            Self::Io { step, path, .. } => write!(f, "could not {step} `{}`", path.display()),
        }
    }
}

impl Error for LockError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Timeout { .. } => None,
            Self::Io { source, .. } => Some(source),
        }
    }
}

/// Why [`load`](crate::load) or [`list_backups`](crate::list_backups) failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The path leads to a folder, a pipe or a device.
    NotAFile {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file is larger than the caller allows.
    TooLarge {
        /// The path as it was given.
        path: PathBuf,
        /// The limit, in bytes.
        max_bytes: u64,
    },
    /// The operating system refused to read.
    Io {
        /// The path as it was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl ReadError {
    /// The path that could not be read.
    pub fn path(&self) -> &Path {
        match self {
            Self::NotAFile { path } | Self::TooLarge { path, .. } | Self::Io { path, .. } => path,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFile { path } => write!(f, "`{}` is not a regular file", path.display()),
            Self::TooLarge { path, max_bytes } => {
                write!(f, "`{}` is larger than the allowed {max_bytes} bytes", path.display())
            }
            Self::Io { path, .. } => write!(f, "could not read `{}`", path.display()),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::NotAFile { .. } | Self::TooLarge { .. } => None,
        }
    }
}

/// Why [`replace`](crate::replace) failed.
///
/// Whatever the variant, the old file is whole and no temporary file is left.
/// Only [`Step::SyncFolder`] is reported after the new content is in place: it may then not survive a power cut.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The file is not what [`Expect`](crate::Expect) said: someone else wrote it in the meantime.
    Changed {
        /// The file, after links.
        path: PathBuf,
    },
    /// The path leads to a folder, a pipe or a device, which is never replaced.
    NotAFile {
        /// The file, after links.
        path: PathBuf,
    },
    /// The operating system refused a step.
    Io {
        /// What was being done.
        step: Step,
        /// To which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl WriteError {
    /// The path that the failing step was about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Changed { path } | Self::NotAFile { path } | Self::Io { path, .. } => path,
        }
    }

    /// The step that the operating system refused; `None` where it was not asked.
    pub fn step(&self) -> Option<Step> {
        match self {
            Self::Io { step, .. } => Some(*step),
            Self::Changed { .. } | Self::NotAFile { .. } => None,
        }
    }

    /// What kind of refusal it was; `None` where the system was not asked.
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match self {
            Self::Io { source, .. } => Some(source.kind()),
            Self::Changed { .. } | Self::NotAFile { .. } => None,
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { path } => {
                write!(f, "`{}` was changed by another program since it was read", path.display())
            }
            Self::NotAFile { path } => write!(f, "`{}` is not a regular file", path.display()),
            Self::Io { step, path, .. } => write!(f, "could not {step} `{}`", path.display()),
        }
    }
}

impl Error for WriteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Changed { .. } | Self::NotAFile { .. } => None,
        }
    }
}

/// Why [`restore`](crate::restore) failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum RestoreError {
    /// There is no backup of this number.
    NoSuchBackup {
        /// Where it would be.
        path: PathBuf,
    },
    /// The backup could not be read.
    Read(ReadError),
    /// The file could not be replaced by it.
    Write(WriteError),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchBackup { path } => write!(f, "there is no backup `{}`", path.display()),
            Self::Read(_) => f.write_str("the backup could not be read"),
            Self::Write(_) => f.write_str("the backup could not be put back"),
        }
    }
}

impl Error for RestoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoSuchBackup { .. } => None,
            Self::Read(source) => Some(source),
            Self::Write(source) => Some(source),
        }
    }
}

/// What was being done when the operating system refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Following a symbolic link.
    FollowLink,
    /// Creating a missing folder, or flushing the one around it.
    CreateFolder,
    /// Reading the file that is to be replaced.
    ReadOld,
    /// Creating the temporary file beside it.
    CreateTemporary,
    /// Writing, flushing or setting the mode of the temporary file.
    WriteNew,
    /// Copying the old content into a backup, moving older backups up, or flushing their folder.
    KeepBackup,
    /// Renaming the temporary file over the old one.
    Rename,
    /// Flushing the folder after the rename.
    SyncFolder,
    /// Opening the side file of a lock.
    OpenLock,
    /// Locking it.
    Lock,
    /// Writing the holder into it.
    NameHolder,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FollowLink => "follow the link",
            Self::CreateFolder => "create the folder",
            Self::ReadOld => "read",
            Self::CreateTemporary => "create a new file in",
            Self::WriteNew => "write a new copy of",
            Self::KeepBackup => "keep the backup",
            Self::Rename => "put the new copy in place of",
            Self::SyncFolder => "flush the folder",
            Self::OpenLock => "open the lock file",
            Self::Lock => "lock",
            Self::NameHolder => "write the holder into",
        })
    }
}

/// `1.5 s`: three digits after the point at most.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.3}", self.0.as_secs_f64());
        write!(f, "{} s", text.trim_end_matches('0').trim_end_matches('.'))
    }
}
