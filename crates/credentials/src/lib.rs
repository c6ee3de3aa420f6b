#![doc = include_str!("../README.md")]

mod config_key;
mod env_file;
#[cfg(feature = "search")]
mod hf_file;
#[cfg(feature = "search")]
mod profiles;
#[cfg(feature = "search")]
mod resolution;
#[cfg(feature = "search")]
mod search;
mod secret;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "shell")]
mod shell;
#[cfg(feature = "search")]
mod store;
#[cfg(feature = "search")]
mod template;
mod token;

pub use config_key::{ConfigKey, ConfigKeys, RefSource, SecretRef, ShellEnv};
pub use env_file::{EnvFile, EnvFileError};
#[cfg(feature = "search")]
pub use resolution::{Found, Outcome, Place, PlaceError, Resolution, Shadowing, Source, Unsupported};
#[cfg(feature = "search")]
pub use search::{Given, Search, Via, resolve, resolve_for_daemon};
pub use secret::Secret;
#[cfg(feature = "shell")]
pub use shell::ShellError;
#[cfg(feature = "search")]
pub use store::{Forgotten, StoreError, Stored, env_path, forget, store};
#[cfg(feature = "search")]
pub use template::fill_in;
pub use token::{CharClass, Token, TokenError};

/// The environment variables that hold a token; the first that is set wins.
///
/// The first two are OpenClaw's, in its order; the last is an older name of Hugging Face's own clients.
pub const TOKEN_VARIABLES: [&str; 3] = ["HUGGINGFACE_HUB_TOKEN", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];
