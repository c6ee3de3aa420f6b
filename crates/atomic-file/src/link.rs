//! Where a path leads.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Step, WriteError};

/// As many links in a row as Linux follows.
const MAX_LINKS: usize = 40;

/// Follows symbolic links in the last component, also a link to a file that does not exist yet.
/// Links among the folders before it are left to the operating system.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, WriteError> {
    let failed =
        |path: &Path, source| WriteError::Io { step: Step::FollowLink, path: path.to_owned(), source };
    let mut here = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&here) {
            Ok(found) if found.file_type().is_symlink() => {
                let next = fs::read_link(&here).map_err(|source| failed(&here, source))?;
                // An absolute `next` replaces the folder, as it should.
                here = folder_of(&here).join(next);
            }
            Ok(_) => return Ok(here),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(here),
            Err(error) => return Err(failed(&here, error)),
        }
    }
    Err(failed(path, io::Error::new(io::ErrorKind::InvalidInput, "more than 40 links in a row")))
}

/// The folder that holds `path`; `.` for a bare file name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => path,
    }
}

/// `path` with `suffix` added to its last component: `a/b.json` + `.flock` = `a/b.json.flock`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Creates the missing folders on the way to `folder` and flushes each one's parent, so that they outlive a power cut.
pub(crate) fn create_folders(folder: &Path, mode: u32) -> Result<(), WriteError> {
    let failed =
        |path: &Path, source| WriteError::Io { step: Step::CreateFolder, path: path.to_owned(), source };
    let mut missing = Vec::new();
    for ancestor in folder.ancestors() {
        if ancestor.as_os_str().is_empty() {
            break;
        }
        match fs::metadata(ancestor) {
            Ok(found) if found.is_dir() => break,
            Ok(_) => return Err(failed(ancestor, io::Error::from(io::ErrorKind::NotADirectory))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(ancestor),
            // A file stands where a folder should be: its own turn comes further up and names it.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => missing.push(ancestor),
            Err(error) => return Err(failed(ancestor, error)),
        }
    }
    for folder in missing.into_iter().rev() {
        match new_folder(folder, mode) {
            Ok(()) => sync_folder(folder_of(folder)).map_err(|source| failed(folder, source))?,
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(failed(folder, error)),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn new_folder(folder: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(mode).create(folder)
}

#[cfg(not(unix))]
fn new_folder(folder: &Path, _mode: u32) -> io::Result<()> {
    fs::create_dir(folder)
}

/// Makes a rename in `folder` survive a power cut.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    match fs::File::open(folder).and_then(|handle| handle.sync_all()) {
        // Some file systems cannot flush a folder; there is nothing to be had then.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// A folder cannot be opened for flushing here; the system journals renames by itself.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
