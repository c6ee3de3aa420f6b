#![doc = include_str!("../README.md")]

mod backup;
mod error;
mod link;
mod load;
mod lock;
mod replace;

pub use backup::{Backup, Backups, list_backups, restore};
pub use error::{LockError, ReadError, RestoreError, Step, WriteError};
pub use load::{Loaded, Stamp, load};
pub use lock::{Holder, Lock, LockOptions};
pub use replace::{Expect, OldMode, ReplaceOptions, Replaced, replace};
