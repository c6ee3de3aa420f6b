//! What was looked at, what was found, and what won.

use std::fmt;
use std::path::{Path, PathBuf};

use openclaw_atomic_file::ReadError;
use thiserror::Error;

#[cfg(feature = "shell")]
use crate::shell::ShellError;
use crate::token::{Token, TokenError};

/// What [`resolve`](crate::resolve) found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resolution {
    /// The token that counts; `None` when no place has a usable one.
    pub token: Option<Found>,
    /// Every place that was looked at, the one that wins over all others first.
    pub places: Vec<Place>,
}

/// A token and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The token.
    pub token: Token,
    /// Where it is from.
    pub source: Source,
}

/// One place and what is in it. Display: `HF_TOKEN in the environment: used`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Place {
    /// Which place.
    pub source: Source,
    /// What is in it.
    pub outcome: Outcome,
}

/// A place a token can come from.
///
/// Display says it as a person would: `HF_TOKEN in the environment`.
/// [`Source::name`] is its name for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A flag of the command line.
    Flag,
    /// Standard input.
    Stdin,
    /// Typed at a prompt.
    Prompt,
    /// An environment variable.
    Environment {
        /// Such as `HF_TOKEN`.
        name: &'static str,
    },
    /// The `.env` of the state folder.
    StateFile {
        /// Such as `HF_TOKEN`; `None` when the file sets no token.
        name: Option<&'static str>,
        /// Such as `/home/ann/.openclaw/.env`.
        path: PathBuf,
    },
    /// `models.providers.huggingface.apiKey` of the config.
    ConfigKey {
        /// The variable it refers to; `None` when it is the token itself, or not a variable alone.
        variable: Option<String>,
    },
    /// OpenClaw's store of auth profiles.
    AuthProfile {
        /// Such as `huggingface:default`; `None` when there is no profile of this provider.
        profile: Option<String>,
        /// Such as `/home/ann/.openclaw/agents/main/agent/auth-profiles.json`.
        path: PathBuf,
    },
    /// `env.vars` of the config.
    ConfigVars {
        /// Such as `HF_TOKEN`; `None` when it sets no token.
        name: Option<&'static str>,
    },
    /// The login shell's environment.
    LoginShell {
        /// Such as `HF_TOKEN`; `None` when it has no token, or was not asked.
        name: Option<&'static str>,
    },
    /// The token file of Hugging Face's own clients.
    HfTokenFile {
        /// Such as `/home/ann/.cache/huggingface/token`; `None` when there is no home folder to look in.
        path: Option<PathBuf>,
    },
}

impl Source {
    /// A name that stays the same, for JSON: `flag`, `stdin`, `prompt`, `environment`, `state-env-file`,
    /// `config-api-key`, `auth-profile`, `config-env-vars`, `login-shell`, `hf-token-file`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Stdin => "stdin",
            Self::Prompt => "prompt",
            Self::Environment { .. } => "environment",
            Self::StateFile { .. } => "state-env-file",
            Self::ConfigKey { .. } => "config-api-key",
            Self::AuthProfile { .. } => "auth-profile",
            Self::ConfigVars { .. } => "config-env-vars",
            Self::LoginShell { .. } => "login-shell",
            Self::HfTokenFile { .. } => "hf-token-file",
        }
    }

    /// The variable it is in; `None` where no variable is involved.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Environment { name } => Some(name),
            Self::StateFile { name, .. } | Self::ConfigVars { name } | Self::LoginShell { name } => *name,
            Self::ConfigKey { variable } => variable.as_deref(),
            _ => None,
        }
    }

    /// The file it is in; `None` where no file of its own is involved (the config's path is its reader's).
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::StateFile { path, .. } | Self::AuthProfile { path, .. } => Some(path),
            Self::HfTokenFile { path } => path.as_deref(),
            _ => None,
        }
    }

    /// Whether it outlives the command: anything but what was given to it and its environment.
    pub fn is_stored(&self) -> bool {
        !matches!(self, Self::Flag | Self::Stdin | Self::Prompt | Self::Environment { .. })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("the command line"),
            Self::Stdin => f.write_str("standard input"),
            Self::Prompt => f.write_str("the prompt"),
            Self::Environment { name } => write!(f, "{name} in the environment"),
            Self::StateFile { name: Some(name), path } => write!(f, "{name} in {}", path.display()),
            Self::StateFile { name: None, path } => write!(f, "{}", path.display()),
            Self::ConfigKey { variable: None } => {
                f.write_str("models.providers.huggingface.apiKey in the config")
            }
            Self::ConfigKey { variable: Some(variable) } => {
                write!(f, "models.providers.huggingface.apiKey in the config, which is {variable}")
            }
            Self::AuthProfile { profile: Some(profile), path } => {
                write!(f, "auth profile {profile} in {}", path.display())
            }
            Self::AuthProfile { profile: None, path } => write!(f, "auth profiles in {}", path.display()),
            Self::ConfigVars { name: Some(name) } => write!(f, "env.vars.{name} in the config"),
            Self::ConfigVars { name: None } => f.write_str("env.vars in the config"),
            Self::LoginShell { name: Some(name) } => write!(f, "{name} in the login shell"),
            Self::LoginShell { name: None } => f.write_str("the login shell"),
            Self::HfTokenFile { path: Some(path) } => {
                write!(f, "Hugging Face's token file {}", path.display())
            }
            Self::HfTokenFile { path: None } => f.write_str("Hugging Face's token file"),
        }
    }
}

/// What is in a place.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The token that counts.
    Used,
    /// A token, but another place wins over this one.
    Shadowed {
        /// Whether it is another token than the one that counts.
        differs: bool,
    },
    /// Nothing.
    NotSet,
    /// An empty text, which counts as nothing.
    Empty,
    /// A text that cannot be a token.
    Invalid(TokenError),
    /// Something that could not be read.
    Unreadable(PlaceError),
    /// Something that this program does not read.
    Unsupported(Unsupported),
    /// Not looked at, since it was not switched on.
    Disabled,
    /// Not looked at, since there was a token already and asking costs time.
    NotAsked,
}

impl Outcome {
    /// A name that stays the same, for JSON: `used`, `shadowed`, `not-set`, `empty`, `invalid`, `unreadable`,
    /// `unsupported`, `disabled`, `not-asked`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Shadowed { .. } => "shadowed",
            Self::NotSet => "not-set",
            Self::Empty => "empty",
            Self::Invalid(_) => "invalid",
            Self::Unreadable(_) => "unreadable",
            Self::Unsupported(_) => "unsupported",
            Self::Disabled => "disabled",
            Self::NotAsked => "not-asked",
        }
    }

    /// Whether there is something in the place that could not be used.
    pub fn is_problem(&self) -> bool {
        matches!(self, Self::Invalid(_) | Self::Unreadable(_) | Self::Unsupported(_))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Used => f.write_str("used"),
            Self::Shadowed { differs: false } => f.write_str("the same token"),
            Self::Shadowed { differs: true } => f.write_str("another token, not used"),
            Self::NotSet => f.write_str("not set"),
            Self::Empty => f.write_str("empty"),
            Self::Invalid(error) => error.fmt(f),
            Self::Unreadable(error) => error.fmt(f),
            Self::Unsupported(what) => what.fmt(f),
            Self::Disabled => f.write_str("switched off"),
            Self::NotAsked => f.write_str("not asked, a token was found before"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.outcome)
    }
}

/// Why a place could not be read. Never holds what is in it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The file could not be read.
    #[error(transparent)]
    File(ReadError),
    /// The file is not text.
    #[error("`{}` is not UTF-8 text", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// The file is not JSON.
    #[error("`{}` is not JSON at line {line}, column {column}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// A `${VAR}` or a reference names a variable that is not set, or is empty.
    #[error("the variable `{name}` is not set")]
    VariableNotSet {
        /// The variable.
        name: String,
    },
    /// A `${` without the name of a variable behind it. What stands there is not said: it may be a secret in the wrong place.
    #[error("what follows `${{` is no name of a variable, expected capital letters, digits and `_`")]
    BadReference,
    /// An `env` reference whose `id` is no name of a variable.
    #[error("the `id` of the reference is no name of a variable, expected capital letters, digits and `_`")]
    BadReferenceId,
    /// The login shell did not say.
    #[cfg(feature = "shell")]
    #[error(transparent)]
    Shell(ShellError),
}

/// What is there but is not read by this program, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unsupported {
    /// A reference with `source: "file"`.
    FileReference,
    /// A reference with `source: "exec"`.
    ExecReference,
    /// A reference with a source that is not known.
    UnknownReference,
    /// An auth profile of type `oauth`.
    OauthProfile,
    /// An auth profile of a type that is not known.
    ProfileType,
    /// The login shell, where the feature `shell` is off or the system is not Unix.
    LoginShell,
    /// The database in which newer releases of OpenClaw keep credentials.
    SqliteStore,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileReference => {
                "a reference to a file is not followed, expected `source: \"env\"` or the token in HF_TOKEN"
            }
            Self::ExecReference => {
                "a reference to a command is not followed, expected `source: \"env\"` or the token in HF_TOKEN"
            }
            Self::UnknownReference => "a reference of an unknown kind, expected `source: \"env\"`",
            Self::OauthProfile => "a sign-in through the browser is not used, expected a token in HF_TOKEN",
            Self::ProfileType => "a profile of an unknown type, expected `api_key` or `token`",
            Self::LoginShell => "no login shell is asked here, expected the token in HF_TOKEN",
            Self::SqliteStore => {
                "OpenClaw's database may hold a token that is not read here, expected it in the .env beside it too"
            }
        })
    }
}

/// An environment variable that hides another token that was stored.
///
/// Display: `HF_TOKEN in the environment hides another token: HF_TOKEN in /home/ann/.openclaw/.env`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shadowing<'a> {
    /// The variable.
    pub by: &'a Source,
    /// The first place whose token is hidden.
    pub hidden: &'a Source,
}

impl fmt::Display for Shadowing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hides another token: {}", self.by, self.hidden)
    }
}

impl Resolution {
    /// The environment variable that counts and the first stored token that it hides; `None` when the token is not
    /// from the environment, or nothing else is stored.
    pub fn shadowing(&self) -> Option<Shadowing<'_>> {
        let by = &self.token.as_ref()?.source;
        if !matches!(by, Source::Environment { .. }) {
            return None;
        }
        let hidden = self.places.iter().find(|place| {
            place.source.is_stored() && matches!(place.outcome, Outcome::Shadowed { differs: true })
        })?;
        Some(Shadowing { by, hidden: &hidden.source })
    }

    /// The places that could not be used and would have won: worth a warning, since the user may think that one counts.
    pub fn problems(&self) -> impl Iterator<Item = &Place> {
        self.places
            .iter()
            .take_while(|place| !matches!(place.outcome, Outcome::Used))
            .filter(|place| place.outcome.is_problem())
    }
}
