//! `gateway.json5`: what the gateway has of its own, since OpenClaw refuses unknown keys in its config.

use std::path::{Path, PathBuf};
use std::time::Duration;

use openclaw_catalog::{Cost, Price};
use openclaw_config_merge::store::{self, EditOptions, Write};
use openclaw_config_merge::{Aliases, Reference};
use openclaw_credentials::Secret;
use openclaw_gateway::{Key, KeyLimits};
use openclaw_json5_edit::Document;
use serde::Deserialize;

use crate::app::App;
use crate::commands::models::{LOCK_TIMEOUT, edit_failure};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::quoted;
use crate::view::snippet;

/// What stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::commands) struct Own {
    /// Keys by name, in the order of the file.
    pub(super) keys: indexmap::IndexMap<String, OwnKey>,
    /// `timeoutSeconds`
    #[serde(rename = "timeoutSeconds")]
    pub(super) timeouts: OwnTimeouts,
}

/// One key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OwnKey {
    pub(super) key: Secret,
    #[serde(default)]
    pub(super) requests_per_minute: Option<u32>,
    #[serde(default)]
    pub(super) tokens_per_minute: Option<u64>,
    #[serde(default)]
    pub(super) usd_per_day: Option<f64>,
    #[serde(default)]
    pub(super) concurrent: Option<u32>,
    #[serde(default)]
    pub(super) models: Option<Vec<String>>,
}

/// How long to wait for providers, in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OwnTimeouts {
    /// One attempt, to the first byte of a stream.
    pub(super) first_byte: Option<f64>,
    /// All attempts together.
    pub(super) total: Option<f64>,
    /// One attempt, to the first byte of a whole reply.
    pub(super) whole_first_byte: Option<f64>,
    /// All attempts together.
    pub(super) whole_total: Option<f64>,
}

/// Where it is.
pub(in crate::commands) fn path(app: &App) -> PathBuf {
    app.places.state_dir.join("gateway.json5")
}

/// Reads it; a file that is not there has nothing in it.
pub(in crate::commands) fn read(app: &App) -> Result<Own> {
    match store::read_as::<Own>(&path(app)) {
        Ok(found) => Ok(found.map(|(_, own)| own).unwrap_or_default()),
        Err(error) => Err(failure(app, &error)),
    }
}

fn failure(app: &App, error: &store::ConfigError) -> Failure {
    let shown = app.shown(error.path());
    let hint = format!("open {shown} in an editor");
    match error.place() {
        Some((text, span)) => {
            Failure::new(Exit::Usage, format!("`{shown}` cannot be read; it was left as it is"))
                .snippet(snippet(&shown, text, span, &error.to_string()))
                .hint(hint)
        }
        None => Failure::from_error(Exit::Usage, format!("`{shown}` cannot be read"), error).hint(hint),
    }
}

/// Changes it under its lock, keeping every comment.
pub(super) fn edit<T>(
    app: &App,
    holder: &str,
    mut change: impl FnMut(&Document, &Own) -> Result<(Document, T)>,
) -> Result<T> {
    let path = path(app);
    let options = EditOptions { holder, timeout: LOCK_TIMEOUT, write: Write::ToDisk };
    let edited = store::edit_as(&path, &options, |document, own| change(document, own));
    match edited {
        Ok(edited) => {
            private(&path);
            Ok(edited.outcome)
        }
        Err(store::EditError::Config(error)) => Err(failure(app, &error)),
        Err(store::EditError::Change(failure)) => Err(failure),
        Err(error) => Err(edit_failure(app, &path, error).hint("openclaw gateway keys list")),
    }
}

/// Takes the file away from others, if somebody made it readable.
fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if let Ok(metadata) = std::fs::metadata(path)
            && metadata.permissions().mode() & 0o077 != 0
        {
            // Where that fails the file stays as its owner made it.
            let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

impl Own {
    /// The keys with their limits.
    pub(super) fn keys(&self, app: &App, aliases: &Aliases) -> Result<Vec<Key>> {
        self.keys.iter().map(|(name, own)| own.to_key(app, name, aliases)).collect()
    }
}

impl OwnKey {
    fn to_key(&self, app: &App, name: &str, aliases: &Aliases) -> Result<Key> {
        let wrong = |field: &str, why: String| {
            let shown = app.shown(&path(app));
            Failure::new(Exit::Usage, format!("`keys.{name}.{field}` of `{shown}` cannot be used"))
                .because(why)
                .hint(format!("openclaw gateway keys set {} --help", quoted(name)))
        };
        if self.key.expose().trim().is_empty() {
            return Err(wrong("key", "it is empty".to_owned())
                .hint(format!("openclaw gateway keys remove {}", quoted(name))));
        }
        let per_day = match self.usd_per_day {
            None => None,
            Some(usd) => {
                // One price of a million tokens is as many USD as that amount.
                let amount = Price::from_usd(usd).map(|amount| amount.micro_usd().saturating_mul(1000));
                let amount =
                    amount.ok_or_else(|| wrong("usdPerDay", "expected an amount of USD".to_owned()))?;
                Some(Cost::from_nano_usd(amount))
            }
        };
        let models = match &self.models {
            None => None,
            Some(models) => {
                let resolved = models.iter().map(|text| match aliases.resolve(text) {
                    Reference::HuggingFace(model) => Ok(model),
                    _ => Err(wrong(
                        "models",
                        format!("`{}` is neither an alias nor a model", text.escape_debug()),
                    )),
                });
                Some(resolved.collect::<Result<Vec<_>>>()?)
            }
        };
        Ok(Key {
            name: name.into(),
            secret: self.key.clone(),
            limits: KeyLimits {
                requests_per_minute: self.requests_per_minute,
                tokens_per_minute: self.tokens_per_minute,
                per_day,
                concurrent: self.concurrent,
                models,
            },
        })
    }
}

impl OwnTimeouts {
    /// A time of the file, or the default.
    pub(super) fn or(seconds: Option<f64>, default: Duration) -> Duration {
        let said = seconds.filter(|seconds| (0.001..=86_400.0).contains(seconds));
        said.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(default)
    }
}
