//! The log of a service whose manager writes it into a file and never turns it over.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::out;

/// What is larger is turned over at the next start.
const LARGEST: u64 = 10 * 1024 * 1024;

/// Turns a log over that has become too large; where that fails it is told, and the gateway goes on.
pub(super) fn turn_over(path: &Path) {
    if let Err(error) = turned_over(path, LARGEST) {
        out::warn(&format!("`{}` is large and cannot be turned over: {error}", path.display()));
    }
}

/// Copied and emptied rather than renamed: the manager has it open, and what is said from now on is appended.
fn turned_over(path: &Path, largest: u64) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.len() > largest => {}
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    std::fs::copy(path, path.with_added_extension("1"))?;
    File::options().write(true).open(path)?.set_len(0)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_large_log_is_turned_over_and_appended_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("gateway.log");
        turned_over(&path, 3).expect("there is none");
        let mut log = File::options().create(true).append(true).open(&path).expect("a file");
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).ok();
        log.write_all(b"one").expect("written");
        turned_over(&path, 3).expect("it is small");
        assert_eq!(read("gateway.log.1"), None);
        log.write_all(b"!").expect("written");
        turned_over(&path, 3).expect("turned over");
        log.write_all(b"two").expect("written");
        assert_eq!(read("gateway.log").as_deref(), Some("two"));
        assert_eq!(read("gateway.log.1").as_deref(), Some("one!"));
    }
}
