//! One writer at a time, across processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::error::{LockError, Step, WriteError};
use crate::link::{beside, create_folders, folder_of, resolve};

/// The first wait between two tries; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(1);
/// Short enough that nobody notices, long enough to cost nothing.
const LONGEST_WAIT: Duration = Duration::from_millis(25);
/// More than any holder writes.
const MAX_HOLDER_BYTES: u64 = 1024;
/// A label is for a person to read in one line.
const MAX_LABEL_CHARS: usize = 100;

/// How [`Lock::acquire`] behaves.
#[derive(Debug, Clone, Copy)]
pub struct LockOptions<'a> {
    /// How long to wait for another holder; zero tries once.
    pub timeout: Duration,
    /// What is told to those who wait in vain, such as `openclaw config set`. Never put a secret into it.
    pub holder: &'a str,
}

/// Who holds a lock, as written in its side file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The process id.
    pub pid: u32,
    /// Since when.
    pub since: SystemTime,
    /// What it called itself, such as `openclaw config set`.
    pub label: String,
}

/// The right to change one file, until it is dropped.
///
/// The lock sits on a side file, `<target>.flock`, because the target itself is renamed over: a lock on the old
/// inode would guard nothing.
/// It is not called `<target>.lock`, since programs for which a file of that name *is* the lock, such as OpenClaw,
/// would wait for the one that stays.
/// It is advisory: it excludes those who ask, threads of this process included.
/// The kernel gives it up when the process ends, however it ends, so a side file that was left behind never blocks.
///
/// **The side file stays.** Removing it would let one process lock the removed file while another creates and
/// locks a new one of the same name. When someone else removes it, the next one to ask notices and starts over.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Locks `target`, waiting as long as the options say, and writes into the side file who did.
    ///
    /// A link is followed first: two names of one file share one lock.
    /// Missing folders are created with mode 0700.
    ///
    /// ```
    /// use openclaw_atomic_file::{Lock, LockError, LockOptions};
    /// use std::time::Duration;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("settings.json");
    /// let lock = Lock::acquire(&path, &LockOptions { timeout: Duration::ZERO, holder: "first" })?;
    /// // Another one waits in vain, and learns for whom.
    /// let error = Lock::acquire(&path, &LockOptions { timeout: Duration::ZERO, holder: "second" }).unwrap_err();
    /// assert!(matches!(error, LockError::Timeout { .. }));
    /// assert!(error.to_string().contains("first"), "{error}");
    /// drop(lock);
    /// assert!(Lock::acquire(&path, &LockOptions { timeout: Duration::ZERO, holder: "second" }).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - [`LockError::Timeout`] names the holder where that is known.
    /// - [`LockError::Io`] when the side file cannot be created or locked.
    pub fn acquire(target: &Path, options: &LockOptions<'_>) -> Result<Self, LockError> {
        let target = resolve(target).map_err(from_write)?;
        create_folders(folder_of(&target), 0o700).map_err(from_write)?;
        let path = beside(&target, ".flock");
        let failed = |step, source| LockError::Io { step, path: path.clone(), source };

        let start = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let file = open(&path).map_err(|source| failed(Step::OpenLock, source))?;
            match file.try_lock() {
                Ok(()) if still_named(&file, &path) => {
                    let mut lock = Self { file, path: path.clone() };
                    lock.write_holder(options.holder).map_err(|source| failed(Step::NameHolder, source))?;
                    return Ok(lock);
                }
                // The side file was removed between opening and locking: try the new one at once.
                Ok(()) => {}
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(source)) => return Err(failed(Step::Lock, source)),
                Err(TryLockError::WouldBlock) => {
                    let waited = start.elapsed();
                    let Some(left) = options.timeout.checked_sub(waited).filter(|left| !left.is_zero())
                    else {
                        let holder = read_holder(file);
                        return Err(LockError::Timeout { path, waited: options.timeout, holder });
                    };
                    thread::sleep(wait.min(left));
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    /// The side file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write_holder(&mut self, label: &str) -> io::Result<()> {
        let label: String =
            label.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_LABEL_CHARS).collect();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.file.set_len(0)?;
        self.file.rewind()?;
        // One write, so that a reader sees all of it or nothing.
        self.file.write_all(format!("pid={}\nsince={since}\nlabel={label}\n", std::process::id()).as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Neither failure can be reported from here or hurts: a stale name blocks nobody, and closing the file unlocks it.
        let _emptied = self.file.set_len(0);
        // Said aloud rather than left to closing: a child that is just being started may still share the handle.
        let _unlocked = self.file.unlock();
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Whether `path` still leads to the file that was locked.
#[cfg(unix)]
fn still_named(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(locked), Ok(named)) => locked.dev() == named.dev() && locked.ino() == named.ino(),
        _ => false,
    }
}

/// An open file cannot be removed here.
#[cfg(not(unix))]
fn still_named(_file: &File, _path: &Path) -> bool {
    true
}

fn read_holder(file: File) -> Option<Holder> {
    let mut text = String::new();
    file.take(MAX_HOLDER_BYTES).read_to_string(&mut text).ok()?;
    parse_holder(&text)
}

fn parse_holder(text: &str) -> Option<Holder> {
    let mut lines = text.lines();
    let pid = lines.next()?.strip_prefix("pid=")?.parse().ok()?;
    let seconds = lines.next()?.strip_prefix("since=")?.parse().ok()?;
    let since = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    let label = lines.next()?.strip_prefix("label=")?;
    // Whatever wrote the file, one line of it is shown, and no control character.
    let label = label.chars().filter(|c| !c.is_control()).take(MAX_LABEL_CHARS).collect();
    Some(Holder { pid, since, label })
}

/// Finding the place of the lock is the same work as finding the place of the file.
fn from_write(error: WriteError) -> LockError {
    match error {
        WriteError::Io { step, path, source } => LockError::Io { step, path, source },
        WriteError::Changed { path } | WriteError::NotAFile { path } => {
            LockError::Io { step: Step::OpenLock, path, source: io::Error::from(io::ErrorKind::InvalidInput) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: Option<(u32, &str)>) {
        let holder = parse_holder(text);
        assert_eq!(holder.as_ref().map(|h| (h.pid, h.label.as_str())), expect, "{text:?}");
    }

    #[test]
    fn holder_lines() {
        check("pid=7\nsince=1700000000\nlabel=openclaw config set\n", Some((7, "openclaw config set")));
        check("pid=7\nsince=1700000000\nlabel=", Some((7, "")));
        check("pid=7\nsince=1700000000\nlabel=a\u{1b}[31mb\n", Some((7, "a[31mb")));
        check("", None);
        check("pid=7\n", None);
        check("pid=-7\nsince=1\nlabel=x\n", None);
        check("pid=7\nsince=99999999999999999999\nlabel=x\n", None);
        check("pid=7\nsince=18446744073709551615\nlabel=x\n", None);
    }

    proptest! {
        #[test]
        fn any_text_reads_without_a_panic(text in ".{0,200}") {
            if let Some(holder) = parse_holder(&text) {
                prop_assert!(!holder.label.contains('\n'));
            }
        }
    }
}
