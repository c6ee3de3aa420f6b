//! What a gateway works by at one moment, made from the user's files by whoever runs it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use openclaw_catalog::Catalog;
use openclaw_config_merge::Aliases;
use openclaw_hf_client::Client;
use openclaw_model_ref::ModelRef;

use crate::Keys;

/// A file that settings were read from, as it was right before that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    path: PathBuf,
    /// When it was last changed and how large it was; `None` where there was none.
    stamp: Option<(SystemTime, u64)>,
}

impl Watched {
    /// A file as it is now. Look first and read then, so that a change in between is seen.
    #[must_use]
    pub fn now(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let stamp = std::fs::metadata(&path)
            .ok()
            .and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        Self { path, stamp }
    }

    /// The same file as it is now.
    pub(crate) fn again(&self) -> Self {
        Self::now(&self.path)
    }
}

/// What a gateway works by at one moment. Replaced as a whole: see [`Gateway::replace`](crate::Gateway::replace).
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where requests go, with the token of Hugging Face.
    pub client: Client,
    /// Whether that client has a token; without one the router answers nobody.
    pub has_token: bool,
    /// What is known of models and offers.
    pub catalog: Catalog,
    /// Words that stand for references: `agents.defaults.models["…"].alias`.
    pub aliases: Aliases,
    /// The model that `default` stands for: `agents.defaults.model.primary`.
    pub primary: ModelRef,
    /// What is asked behind the model of the request: `agents.defaults.model.fallbacks`.
    pub fallbacks: Vec<ModelRef>,
    /// Who may ask.
    pub keys: Keys,
    /// How long an attempt may take to its first byte in a stream. 30 s.
    pub first_byte: Duration,
    /// How long all attempts together may take to the first byte in a stream. 120 s.
    pub total: Duration,
    /// How long an attempt may take to the first byte of a whole reply, which comes when all of it is made. 90 s.
    pub whole_first_byte: Duration,
    /// How long all attempts together may take to the first byte of a whole reply. 180 s.
    pub whole_total: Duration,
    /// The files that all this was read from; [`upkeep`](crate::upkeep) reads them anew where one changes.
    pub watched: Vec<Watched>,
}

impl Settings {
    /// Settings with no aliases, fallbacks or files, and the default times.
    #[must_use]
    pub fn new(client: Client, catalog: Catalog, primary: ModelRef, keys: Keys) -> Self {
        Self {
            client,
            has_token: true,
            catalog,
            aliases: Aliases::default(),
            primary,
            fallbacks: Vec::new(),
            keys,
            first_byte: Duration::from_secs(30),
            total: Duration::from_secs(120),
            whole_first_byte: Duration::from_secs(90),
            whole_total: Duration::from_secs(180),
            watched: Vec::new(),
        }
    }
}
