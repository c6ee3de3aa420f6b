//! Where OpenClaw keeps its files.

use std::path::{Path, PathBuf};

/// The folders and files that this program shares with OpenClaw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The user's home folder; `None` where the environment names none.
    pub home: Option<PathBuf>,
    /// `OPENCLAW_STATE_DIR`, or else `~/.openclaw` (`~/.openclaw-<profile>` with a profile).
    pub state_dir: PathBuf,
    /// `OPENCLAW_CONFIG_PATH`, or else `openclaw.json` in the state folder.
    pub config: PathBuf,
    /// `OPENCLAW_AGENT_DIR`, or else `agents/main/agent` in the state folder.
    pub agent_dir: PathBuf,
}

impl Places {
    /// Finds the places by the environment, which is given as a function so that nothing is read behind the caller's
    /// back.
    ///
    /// The home folder is `OPENCLAW_HOME`, `HOME` or `USERPROFILE`, whichever is set first; a leading `~` in the other
    /// variables stands for it.
    /// An empty variable counts as unset.
    ///
    /// ```
    /// use openclaw_config_merge::Places;
    ///
    /// let places = Places::find(&|name| (name == "HOME").then(|| "/home/ada".to_owned()), None);
    /// assert_eq!(places.config.to_str(), Some("/home/ada/.openclaw/openclaw.json"));
    /// ```
    #[must_use]
    pub fn find(env: &dyn Fn(&str) -> Option<String>, profile: Option<&str>) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let home = ["OPENCLAW_HOME", "HOME", "USERPROFILE"].into_iter().find_map(set).map(PathBuf::from);
        let path = |name: &str| set(name).map(|value| expand(&value, home.as_deref()));
        let state_dir = path("OPENCLAW_STATE_DIR").unwrap_or_else(|| {
            let folder = profile.map_or_else(|| ".openclaw".to_owned(), |name| format!(".openclaw-{name}"));
            home.clone().unwrap_or_default().join(folder)
        });
        Self {
            config: path("OPENCLAW_CONFIG_PATH").unwrap_or_else(|| state_dir.join("openclaw.json")),
            agent_dir: path("OPENCLAW_AGENT_DIR").unwrap_or_else(|| state_dir.join("agents/main/agent")),
            state_dir,
            home,
        }
    }

    /// The derived catalogue that OpenClaw keeps: `models.json` in the agent's folder.
    #[must_use]
    pub fn models_json(&self) -> PathBuf {
        self.agent_dir.join("models.json")
    }

    /// Our own cache: `cache` in the state folder.
    #[must_use]
    pub fn cache_dir(&self) -> PathBuf {
        self.state_dir.join("cache")
    }

    /// A path as a person writes it, with `~` for the home folder.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        match self.home.as_deref().filter(|home| home.components().count() > 1) {
            Some(home) => match path.strip_prefix(home) {
                Ok(rest) => Path::new("~").join(rest).display().to_string(),
                Err(_) => path.display().to_string(),
            },
            None => path.display().to_string(),
        }
    }
}

fn expand(text: &str, home: Option<&Path>) -> PathBuf {
    match (text.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(text),
    }
}
