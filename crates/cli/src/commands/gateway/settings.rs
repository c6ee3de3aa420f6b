//! From the user's files to what a gateway works by.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use openclaw_config_merge::Config;
use openclaw_config_merge::schema::GatewayAuth;
use openclaw_credentials::{ConfigKey, EnvFile, RefSource, Secret, Token, env_path, fill_in};
use openclaw_gateway::{Key, KeyLimits, Keys, Listed, Settings, Watched, new_key};
use openclaw_hf_client::{Client, Endpoint, Options};
use openclaw_json5_edit::Path as JsonPath;

use super::file::{self, OwnTimeouts};
use crate::app::{self, App};
use crate::args::Auth;
use crate::catalogue;
use crate::commands::token;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::{self, default_model, fallbacks, resolve_in_file};
use crate::{network, out};

/// A whole reply that is larger is none of a language model.
const MAX_REPLY: usize = 16 * 1024 * 1024;

/// The name of the key of OpenClaw's own.
pub(super) const SHARED_KEY: &str = "gateway.auth";

/// Reads the files again and again, and keeps what need not be made anew.
pub(super) struct Loader {
    pub(super) app: App,
    pub(super) auth: Option<Auth>,
    /// Where the gateway listens.
    ip: IpAddr,
    /// The client as it was, so that its connections live on where nothing about them changed.
    client: Mutex<Option<(Endpoint, Option<Token>, Client)>>,
    /// Why there is no token, as it was looked for last.
    no_token: Mutex<Option<String>>,
}

impl Loader {
    pub(super) fn new(app: App, auth: Option<Auth>, ip: IpAddr) -> Self {
        Self { app, auth, ip, client: Mutex::default(), no_token: Mutex::default() }
    }

    /// The settings of the files as they are now, with a list that was fetched or else the kept one.
    pub(super) fn load(&self, listed: Option<Listed>) -> Result<Settings> {
        let app = &self.app;
        // Looked at before they are read, so that a change in between is seen.
        let state = &app.places.state_dir;
        let paths = [app.places.config.clone(), app.places.models_json(), file::path(app), env_path(state)];
        let mut watched: Vec<Watched> = paths.into_iter().map(Watched::now).collect();
        let loaded = app.config()?;
        watched.extend(loaded.included.iter().map(|included| Watched::now(&included.path)));
        let settings = app::Settings::of(loaded.config.clone());
        let config = &settings.config;
        let endpoint = app.endpoint(config)?;
        let resolution = app.token(config, None);
        // Hugging Face's own file, OpenClaw's profiles, …
        let places = resolution.places.iter().filter_map(|place| place.source.path());
        watched.extend(places.filter(|path| **path != env_path(state)).map(Watched::now));
        let no_token = resolution.token.is_none().then(|| token::none(app, &resolution));
        // A panic while holding the lock leaves nothing half-made in there.
        *self.no_token.lock().unwrap_or_else(PoisonError::into_inner) = no_token;
        let token = resolution.token.map(|found| found.token);
        let own = file::read(app)?;
        // Another address has another list.
        let listed = listed.filter(|listed| listed.endpoint == endpoint).map(|listed| listed.list);
        let list = listed.or_else(|| catalogue::kept(app, &endpoint).map(|(list, _)| list));
        let keys = self.keys(config, own.keys(app, &settings.aliases)?)?;
        let has_token = token.is_some();
        let client = self.client(&endpoint, token);
        let fresh = Settings::new(client, catalogue::merged(app, config, list), primary(&settings)?, keys);
        Ok(Settings {
            has_token,
            fallbacks: fallbacks(app, &settings),
            aliases: settings.aliases,
            first_byte: OwnTimeouts::or(own.timeouts.first_byte, fresh.first_byte),
            total: OwnTimeouts::or(own.timeouts.total, fresh.total),
            whole_first_byte: OwnTimeouts::or(own.timeouts.whole_first_byte, fresh.whole_first_byte),
            whole_total: OwnTimeouts::or(own.timeouts.whole_total, fresh.whole_total),
            watched,
            ..fresh
        })
    }

    /// That there is no token, why, and what sets one up; `None` where there is one.
    pub(super) fn no_token(&self) -> Option<String> {
        self.no_token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn client(&self, endpoint: &Endpoint, token: Option<Token>) -> Client {
        // A panic while holding the lock leaves nothing half-made in there.
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((old_endpoint, old_token, client)) = &*kept
            && old_endpoint == endpoint
            && *old_token == token
        {
            return client.clone();
        }
        let mut options = Options { bill_to: app::env("HF_BILL_TO"), ..Options::default() };
        options.limits.reply = MAX_REPLY;
        let client = network::client_with(&self.app, endpoint, token.clone(), options);
        *kept = Some((endpoint.clone(), token, client.clone()));
        client
    }

    /// Who may ask: OpenClaw's own key, and those of our file.
    fn keys(&self, config: &Config, own: Vec<Key>) -> Result<Keys> {
        let auth = &config.gateway.auth;
        let is_open = match self.auth {
            Some(auth) => auth == Auth::None,
            None => auth.mode.as_deref() == Some("none"),
        };
        if is_open && !self.ip.is_loopback() {
            return Err(Failure::new(
                Exit::Usage,
                format!("without a key the gateway listens on loopback alone, not on `{}`", self.ip),
            )
            .hint("openclaw gateway run --auth key --bind lan"));
        }
        if is_open {
            return Ok(Keys::Open);
        }
        let shared = shared_key(&self.app, auth)?.map(|secret| Key {
            name: SHARED_KEY.into(),
            secret,
            limits: KeyLimits::default(),
        });
        Ok(Keys::Required(shared.into_iter().chain(own).collect()))
    }
}

/// The default model; where the config has one of another provider, its first fallback that can be asked here.
fn primary(settings: &app::Settings) -> Result<openclaw_model_ref::ModelRef> {
    let Some(text) = settings.config.primary() else { return default_model() };
    let candidates = std::iter::once(text).chain(settings.config.fallbacks().iter().map(String::as_str));
    for text in candidates {
        if let Ok(model) = resolve_in_file(text, &settings.aliases, None, "openclaw models set") {
            return Ok(model);
        }
    }
    let shown = text.escape_debug();
    out::warn(&format!(
        "the default model `{shown}` cannot be asked here; `default` stands for {}",
        refs::DEFAULT_MODEL
    ));
    default_model()
}

/// OpenClaw's key: from the environment, or else from `gateway.auth`.
pub(super) fn shared_key(app: &App, auth: &GatewayAuth) -> Result<Option<Secret>> {
    let lookup =
        |name: &str| app::env(name).filter(|value| !value.is_empty()).or_else(|| of_env_file(app, name));
    let wants_password = auth.mode.as_deref() == Some("password");
    let (variable, configured, key) = match wants_password {
        true => ("OPENCLAW_GATEWAY_PASSWORD", &auth.password, "gateway.auth.password"),
        false => ("OPENCLAW_GATEWAY_TOKEN", &auth.token, "gateway.auth.token"),
    };
    if let Some(value) = lookup(variable) {
        return Ok(Some(Secret::new(value)));
    }
    let unusable = |why: String| {
        Failure::new(Exit::Usage, format!("`{key}` cannot be used"))
            .because(why)
            .hint(format!("openclaw config explain {key}"))
    };
    let value = match configured {
        None => return Ok(None),
        Some(ConfigKey::Text(text)) => {
            fill_in(text.expose(), &lookup).map_err(|error| unusable(error.to_string()))?
        }
        Some(ConfigKey::Reference(reference)) if reference.source == RefSource::Env => {
            lookup(&reference.id).ok_or_else(|| unusable("its variable is not set".to_owned()))?
        }
        Some(ConfigKey::Reference(_)) => {
            return Err(unusable("it refers to a file or a command, which is not followed here".to_owned()));
        }
    };
    Ok(Some(Secret::new(value)).filter(|secret| !secret.expose().trim().is_empty()))
}

/// A variable of `<state>/.env`.
pub(super) fn of_env_file(app: &App, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(env_path(&app.places.state_dir)).ok()?;
    EnvFile::parse(&text).get(name).map(|value| value.expose().to_owned()).filter(|value| !value.is_empty())
}

/// A key that nobody has yet.
pub(super) fn made_key() -> Result<Secret> {
    new_key().map_err(|error| {
        Failure::from_error(Exit::Failure, "no key can be made", &error).hint("openclaw doctor")
    })
}

/// Makes the first key where there is none; returns its name.
pub(super) fn ensure_key(app: &App, auth: Option<Auth>) -> Result<Option<&'static str>> {
    const NAME: &str = "default";
    let config = app.config()?.config;
    let is_open = auth.map_or(config.gateway.auth.mode.as_deref() == Some("none"), |auth| auth == Auth::None);
    if is_open || shared_key(app, &config.gateway.auth)?.is_some() || !file::read(app)?.keys.is_empty() {
        return Ok(None);
    }
    let key = made_key()?;
    file::edit(app, "gateway run", |document, own| {
        if !own.keys.is_empty() {
            // Another gateway was quicker.
            return Ok((document.clone(), None));
        }
        let mut edits = document.edit();
        edits.set(&JsonPath::root().key("keys").key(NAME).key("key"), key.expose());
        let edited = edits.apply().map_err(|error| {
            Failure::from_error(Exit::Failure, "no key can be kept", &error)
                .hint("openclaw gateway keys list")
        })?;
        Ok((edited, Some(NAME)))
    })
}
