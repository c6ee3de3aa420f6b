//! Appends a line to a file, one writer at a time, and lists the backups.
//!
//! `cargo run -p openclaw-atomic-file --example append -- notes.txt "buy milk"`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use openclaw_atomic_file::{Backups, Expect, Lock, LockOptions, ReplaceOptions, list_backups, load, replace};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(line)) = (args.next().map(PathBuf::from), args.next()) else {
        return Err("expected a file and a line".into());
    };
    let _lock = Lock::acquire(&path, &LockOptions { timeout: Duration::from_secs(5), holder: "append" })?;
    let (mut bytes, expect) = match load(&path, 1024 * 1024)? {
        Some(loaded) => (loaded.bytes, Expect::Stamp(loaded.stamp)),
        None => (Vec::new(), Expect::Absent),
    };
    bytes.extend_from_slice(line.as_bytes());
    bytes.push(b'\n');
    let options = ReplaceOptions { backups: Some(Backups::default()), expect, ..ReplaceOptions::default() };
    println!("wrote {}", replace(&path, &bytes, &options)?.target.display());
    for backup in list_backups(&path)? {
        println!("{}: {} bytes", backup.path.display(), backup.len);
    }
    Ok(())
}
