//! What every command starts from: where things are and what the config says.

use std::path::{Path, PathBuf};

use openclaw_config_merge::{Aliases, Config, Places, store};
use openclaw_credentials::{ConfigKeys, Given, Resolution, Search, resolve};
use openclaw_hf_client::{Endpoint, EndpointInput};

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::quoted;
use crate::view::snippet;

/// The program's surroundings, read once.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) places: Places,
    /// Where Hugging Face's own files lie, which is not OpenClaw's home.
    user_home: Option<PathBuf>,
    /// The profile, where one was asked for.
    pub(crate) profile: Option<String>,
    pub(crate) verbose: bool,
}

/// A variable of the environment; one that is no text counts as unset.
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl App {
    pub(crate) fn new(global: &Global) -> Result<Self> {
        if let Some(profile) = &global.profile
            && (profile.is_empty()
                || !profile.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
        {
            return Err(Failure::new(
                Exit::Usage,
                format!(
                    "expected a profile of letters, digits, `-` and `_`, found `{}`",
                    profile.escape_debug()
                ),
            )
            .hint("openclaw --profile work models status"));
        }
        let places = Places::find(&env, global.profile.as_deref());
        if places.home.is_none() && !places.state_dir.is_absolute() {
            return Err(Failure::new(
                Exit::Usage,
                "there is no home folder: neither HOME nor OPENCLAW_STATE_DIR is set",
            )
            .hint("OPENCLAW_STATE_DIR=/path/to/state openclaw models status"));
        }
        Ok(Self {
            places,
            user_home: env("HOME").or_else(|| env("USERPROFILE")).map(PathBuf::from),
            profile: global.profile.clone(),
            verbose: global.verbose || env("OPENCLAW_LOG").is_some_and(|level| !level.is_empty()),
        })
    }

    /// As [`new`](Self::new), and says where a profile does not count.
    pub(crate) fn telling(global: &Global) -> Result<Self> {
        let app = Self::new(global)?;
        let is_set = |name: &str| env(name).is_some_and(|value| !value.trim().is_empty());
        let variable = ["OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH"].into_iter().find(|name| is_set(name));
        if let (Some(profile), Some(variable)) = (&app.profile, variable) {
            // As OpenClaw has it, so that both programs mean the same files.
            out::warn(&format!(
                "`--profile {profile}` does not count where {variable} says which files are meant"
            ));
        }
        Ok(app)
    }

    /// The home folder as every program but OpenClaw takes it.
    pub(crate) fn user_home(&self) -> Option<&Path> {
        self.user_home.as_deref()
    }

    /// The config as it is on disk.
    pub(crate) fn config(&self) -> Result<store::Loaded> {
        store::read(&self.places.config).map_err(|error| self.config_failure(&error))
    }

    /// How a config that cannot be read is told: where, what, and how to look again.
    pub(crate) fn config_failure(&self, error: &store::ConfigError) -> Failure {
        let shown = self.places.shown(error.path());
        match error.place() {
            Some((text, span)) => {
                Failure::new(Exit::Usage, format!("`{shown}` cannot be read; it was left as it is"))
                    .snippet(snippet(&shown, text, span, &error.to_string()))
                    .hint("openclaw config validate")
            }
            None => Failure::from_error(Exit::Usage, format!("`{shown}` cannot be read"), error)
                .hint("openclaw config file"),
        }
    }

    /// Where the router is, by environment and config.
    pub(crate) fn endpoint(&self, config: &Config) -> Result<Endpoint> {
        let from_env = env("OPENCLAW_HF_BASE_URL").filter(|text| !text.trim().is_empty());
        let hf_endpoint = env("HF_ENDPOINT").filter(|text| !text.trim().is_empty());
        let from_config = config.provider().and_then(|provider| provider.base_url.as_deref());
        // The environment wins, so then the config's needs no filling in.
        let from_config = from_config.filter(|_| from_env.is_none());
        let from_config = from_config.map(filled_in).transpose()?;
        let input = EndpointInput {
            env_base_url: from_env.as_deref(),
            config_base_url: from_config.as_deref(),
            hf_endpoint: hf_endpoint.as_deref(),
            ..EndpointInput::default()
        };
        Endpoint::resolve(&input).map_err(|error| {
            Failure::from_error(Exit::Usage, "the router's address cannot be used", &error)
                .hint("openclaw help environment")
        })
    }

    /// Where the token comes from.
    pub(crate) fn token(&self, config: &Config, given: Option<Given>) -> Resolution {
        resolve(&Search { given, ..self.search(config.credential_keys()) })
    }

    /// Where a token is looked for, by what the config says of it.
    pub(crate) fn search(&self, config: ConfigKeys) -> Search<'_> {
        let home = self.user_home.as_deref();
        Search { given: None, env: &env, home, state_dir: &self.places.state_dir, config }
    }

    pub(crate) fn shown(&self, path: &Path) -> String {
        self.places.shown(path)
    }

    /// A path as it can be typed in a shell.
    pub(crate) fn typed(&self, path: &Path) -> String {
        let shown = self.shown(path);
        match shown.strip_prefix("~/") {
            Some(rest) if quoted(rest) == rest => shown,
            _ => quoted(&path.display().to_string()),
        }
    }
}

/// The config's base URL with `${NAME}` filled in from the environment, as OpenClaw does.
fn filled_in(text: &str) -> Result<String> {
    openclaw_credentials::fill_in(text, &env).map_err(|error| {
        Failure::from_error(Exit::Usage, "`models.providers.huggingface.baseUrl` cannot be used", &error)
            .hint("openclaw config explain models.providers.huggingface.baseUrl")
    })
}

/// The config with its aliases.
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) aliases: Aliases,
}

impl Settings {
    pub(crate) fn load(app: &App) -> Result<Self> {
        Ok(Self::of(app.config()?.config))
    }

    pub(crate) fn of(config: Config) -> Self {
        Self { aliases: Aliases::of(&config), config }
    }
}
