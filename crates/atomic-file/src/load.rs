//! Read a file whole, with a limit, and remember what it said.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read};
use std::path::Path;

use crate::error::ReadError;

/// What [`load`] read.
#[derive(Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The content.
    pub bytes: Vec<u8>,
    /// What the content was, for [`Expect::Stamp`](crate::Expect::Stamp).
    pub stamp: Stamp,
}

/// Never prints the content: files that are read here hold tokens.
impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded").field("len", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Tells two contents apart: their length and a 64-bit hash.
///
/// Good for "did someone change it meanwhile" within one run; not for storing, and not against someone who
/// wants a collision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    len: u64,
    hash: u64,
}

impl Stamp {
    /// The stamp of this content.
    ///
    /// ```
    /// use openclaw_atomic_file::Stamp;
    /// assert_eq!(Stamp::of(b"a"), Stamp::of(b"a"));
    /// assert_ne!(Stamp::of(b"a"), Stamp::of(b"b"));
    /// ```
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        Self { len: bytes.len() as u64, hash: hasher.finish() }
    }

    /// The length of the content, in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the content was empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Reads the file that `path` leads to, following links.
///
/// `None` means that there is no such file, which a link to nowhere also says.
/// `max_bytes` is the largest length that is accepted, in bytes.
///
/// ```
/// use openclaw_atomic_file::{ReadError, load};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("token");
/// assert!(load(&path, 4)?.is_none());
/// std::fs::write(&path, "hf_abc")?;
/// assert!(matches!(load(&path, 4), Err(ReadError::TooLarge { .. })));
/// assert_eq!(load(&path, 6)?.expect("it is there").bytes, b"hf_abc");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// - [`ReadError::NotAFile`] for a folder, a pipe or a device (which could block for ever).
/// - [`ReadError::TooLarge`] for more than `max_bytes`.
/// - [`ReadError::Io`] when the system refuses.
pub fn load(path: &Path, max_bytes: u64) -> Result<Option<Loaded>, ReadError> {
    let failed = |source| ReadError::Io { path: path.to_owned(), source };
    let len = match fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(ReadError::NotAFile { path: path.to_owned() }),
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = with_room_for(len.min(max_bytes));
    // One byte more than allowed tells "too large" from "just fits", also for a file that is growing.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > max_bytes {
        return Err(ReadError::TooLarge { path: path.to_owned(), max_bytes });
    }
    let stamp = Stamp::of(&bytes);
    Ok(Some(Loaded { bytes, stamp }))
}

/// Room for so many bytes and one more, which tells that there are no more; else a read begins with 32 bytes.
pub(crate) fn with_room_for(len: u64) -> Vec<u8> {
    /// More is taken as it comes: a length is only what the system said a moment ago.
    const MOST: usize = 16 * 1024 * 1024;
    Vec::with_capacity(usize::try_from(len).unwrap_or(MOST).min(MOST) + 1)
}
