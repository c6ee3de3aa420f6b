//! The part of OpenClaw's config that this program reads.
//!
//! Everything else in the file is kept as it stands and never looked at.

use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;
use openclaw_catalog::{Entry, InputKind, Layer, Origin, Price, Pricing};
use openclaw_credentials::{ConfigKey, ConfigKeys, Secret, ShellEnv as ShellEnvKeys, TOKEN_VARIABLES};
use serde::Deserialize;

/// The provider id of this program's models.
pub const PROVIDER: &str = openclaw_model_ref::PROVIDER;

/// `openclaw.json`, as far as it is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Config {
    /// `agents`
    pub agents: Agents,
    /// `models`
    pub models: Models,
    /// `env`
    pub env: Env,
    /// `gateway`
    pub gateway: Gateway,
}

/// `gateway`: what OpenClaw's own gateway and this program's have in common.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Gateway {
    /// `gateway.port`; `None` is 18789.
    #[serde(deserialize_with = "whole")]
    pub port: Option<u64>,
    /// `gateway.bind`: `loopback`, `lan`, …; `None` is `loopback`.
    pub bind: Option<String>,
    /// `gateway.auth`
    pub auth: GatewayAuth,
}

/// `gateway.auth`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GatewayAuth {
    /// `gateway.auth.mode`: `token`, `password`, `none`, …; `None` is not said.
    pub mode: Option<String>,
    /// `gateway.auth.token`; a text (which may be `${NAME}`) or a reference.
    pub token: Option<ConfigKey>,
    /// `gateway.auth.password`; as the token.
    pub password: Option<ConfigKey>,
}

/// `agents`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Agents {
    /// `agents.defaults`
    pub defaults: Defaults,
}

/// `agents.defaults`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Defaults {
    /// `agents.defaults.model`: a reference, or an object with `primary` and `fallbacks`.
    pub model: Option<ModelChoice>,
    /// `agents.defaults.models`: settings by reference, in the order of the file.
    ///
    /// For OpenClaw a map that is not empty is a closed list of what a session may choose.
    pub models: IndexMap<String, ModelSettings>,
    /// `agents.defaults.modelPolicy`: where newer releases keep that list.
    pub model_policy: ModelPolicy,
}

/// `agents.defaults.modelPolicy`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelPolicy {
    /// `allow`: references that a session may choose; `None` or empty allows all.
    pub allow: Option<Vec<String>>,
}

/// `agents.defaults.model`
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelChoice {
    /// `model: "huggingface/…"`
    Ref(String),
    /// `model: { primary, fallbacks }`
    Object {
        /// `primary`; `None` where it is missing.
        primary: Option<String>,
        /// `fallbacks`, tried in order.
        fallbacks: Vec<String>,
    },
}

impl<'de> Deserialize<'de> for ModelChoice {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Choice;
        impl<'de> serde::de::Visitor<'de> for Choice {
            type Value = ModelChoice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model reference, or an object with `primary` and `fallbacks`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ModelChoice::Ref(text.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                #[derive(Default, Deserialize)]
                #[serde(default)]
                struct Object {
                    primary: Option<String>,
                    fallbacks: Vec<String>,
                }
                let Object { primary, fallbacks } =
                    Object::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ModelChoice::Object { primary, fallbacks })
            }
        }
        deserializer.deserialize_any(Choice)
    }
}

/// `agents.defaults.models["<ref>"]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelSettings {
    /// `alias`: the name that is shown, and that can be used instead of the reference.
    pub alias: Option<String>,
}

/// `models`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Models {
    /// `models.mode`; `None` is `merge`.
    pub mode: Option<Mode>,
    /// `models.providers`; foreign ones are kept and not read.
    pub providers: Providers,
}

/// `models.mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mode {
    /// What `models.json` has is merged in.
    Merge,
    /// What `models.json` has does not count.
    Replace,
}

/// `models.providers`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Providers {
    /// `models.providers.huggingface`; `None` where there is no such block.
    pub huggingface: Option<Provider>,
}

/// `models.providers.huggingface`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Provider {
    /// `baseUrl`; `None` is the router's own.
    pub base_url: Option<String>,
    /// `apiKey`; a text (which may be `${NAME}`) or a reference.
    pub api_key: Option<ConfigKey>,
    /// `models`: entries of the user's own.
    pub models: Vec<ModelEntry>,
}

/// `models.providers.huggingface.models[]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ModelEntry {
    /// `id`: `<org>/<name>[:<selector>]`, without the provider.
    pub id: String,
    /// `name`
    pub name: Option<String>,
    /// `alias`; OpenClaw refuses it here, so it is read and never written.
    pub alias: Option<String>,
    /// `reasoning`
    pub reasoning: Option<bool>,
    /// `input`: `text`, `image`, …
    pub input: Option<Vec<String>>,
    /// `cost`
    pub cost: Option<EntryCost>,
    /// `contextWindow`, in tokens.
    #[serde(deserialize_with = "whole")]
    pub context_window: Option<u64>,
    /// `maxTokens`
    #[serde(deserialize_with = "whole")]
    pub max_tokens: Option<u64>,
}

/// A whole number however it is written: `131072`, `131072.0` and `1.31072e5` are the same in JSON5.
fn whole<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    struct Whole;
    impl serde::de::Visitor<'_> for Whole {
        type Value = Option<u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number that is not negative")
        }

        fn visit_u64<E>(self, n: u64) -> Result<Self::Value, E> {
            Ok(Some(n))
        }

        fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<Self::Value, E> {
            u64::try_from(n).map(Some).map_err(|_| E::invalid_type(serde::de::Unexpected::Signed(n), &self))
        }

        fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Self::Value, E> {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the range is checked, and whole numbers below 2^53 are exact"
            )]
            if n.fract() == 0.0 && (0.0..9e15).contains(&n) {
                return Ok(Some(n as u64));
            }
            Err(E::invalid_type(serde::de::Unexpected::Float(n), &self))
        }
    }
    deserializer.deserialize_any(Whole)
}

/// `cost` of a model entry, in USD per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EntryCost {
    /// `input`
    pub input: f64,
    /// `output`
    pub output: f64,
}

/// `env`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Env {
    /// `env.vars`
    pub vars: IndexMap<String, Secret>,
    /// `env.shellEnv`
    pub shell_env: ShellEnv,
    /// `env.HUGGINGFACE_HUB_TOKEN`
    #[serde(rename = "HUGGINGFACE_HUB_TOKEN")]
    pub huggingface_hub_token: Option<Secret>,
    /// `env.HF_TOKEN`
    #[serde(rename = "HF_TOKEN")]
    pub hf_token: Option<Secret>,
    /// `env.HUGGING_FACE_HUB_TOKEN`
    #[serde(rename = "HUGGING_FACE_HUB_TOKEN")]
    pub hugging_face_hub_token: Option<Secret>,
}

/// `env.shellEnv`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ShellEnv {
    /// `enabled`
    pub enabled: Option<bool>,
    /// `timeoutMs`
    #[serde(deserialize_with = "whole")]
    pub timeout_ms: Option<u64>,
}

/// `models.json`, as far as it is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ModelsJson {
    /// `providers`
    pub providers: Providers,
}

impl Config {
    /// `agents.defaults.model.primary`, or `agents.defaults.model` where that is a text.
    #[must_use]
    pub fn primary(&self) -> Option<&str> {
        match self.agents.defaults.model.as_ref()? {
            ModelChoice::Ref(primary) => Some(primary),
            ModelChoice::Object { primary, .. } => primary.as_deref(),
        }
    }

    /// `agents.defaults.model.fallbacks`
    #[must_use]
    pub fn fallbacks(&self) -> &[String] {
        match &self.agents.defaults.model {
            Some(ModelChoice::Object { fallbacks, .. }) => fallbacks,
            _ => &[],
        }
    }

    /// `models.providers.huggingface`
    #[must_use]
    pub fn provider(&self) -> Option<&Provider> {
        self.models.providers.huggingface.as_ref()
    }

    /// What the config says of tokens, for `openclaw_credentials::resolve`.
    #[must_use]
    pub fn credential_keys(&self) -> ConfigKeys {
        let env = &self.env;
        let own = [&env.huggingface_hub_token, &env.hf_token, &env.hugging_face_hub_token];
        let own = TOKEN_VARIABLES.into_iter().zip(own);
        ConfigKeys {
            api_key: self.provider().and_then(|provider| provider.api_key.clone()),
            vars: env
                .vars
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .chain(own.filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))))
                .collect(),
            shell_env: ShellEnvKeys {
                enabled: env.shell_env.enabled.unwrap_or(false),
                timeout: env.shell_env.timeout_ms.map(Duration::from_millis),
            },
        }
    }

    /// Every layer that the user's files make, for [`openclaw_catalog::Catalog::merge`].
    ///
    /// `models.json` does not count in mode `replace`.
    #[must_use]
    pub fn layers(&self, models_json: Option<&ModelsJson>) -> Vec<Layer> {
        let mut entries = Vec::new();
        for (text, settings) in &self.agents.defaults.models {
            if let (Ok(model), Some(alias)) = (text.parse::<openclaw_model_ref::ModelRef>(), &settings.alias)
            {
                let id = model.router_id().to_owned();
                entries.push(Entry { id, alias: Some(alias.clone()), ..Entry::default() });
            }
        }
        entries.extend(self.provider().into_iter().flat_map(Provider::entries));
        let mut layers = vec![Layer { origin: Origin::Config, entries }];
        if self.models.mode != Some(Mode::Replace)
            && let Some(provider) = models_json.and_then(|json| json.providers.huggingface.as_ref())
        {
            layers.push(Layer { origin: Origin::ModelsJson, entries: provider.entries().collect() });
        }
        layers
    }
}

impl Provider {
    fn entries(&self) -> impl Iterator<Item = Entry> {
        self.models.iter().filter(|entry| !entry.id.is_empty()).map(ModelEntry::to_entry)
    }
}

impl ModelEntry {
    fn to_entry(&self) -> Entry {
        // OpenClaw writes zero for every price that it does not know.
        let price = |cost: EntryCost| {
            if cost.input == 0.0 && cost.output == 0.0 {
                return None;
            }
            Price::from_usd(cost.input)
                .zip(Price::from_usd(cost.output))
                .map(|(input, output)| Pricing { input, output })
        };
        let kinds =
            |words: &Vec<String>| words.iter().filter_map(|word| InputKind::from_word(word)).collect();
        Entry {
            id: self.id.clone(),
            name: self.name.clone(),
            alias: self.alias.clone(),
            reasoning: self.reasoning,
            input: self.input.as_ref().map(kinds),
            context_window: self.context_window,
            max_tokens: self.max_tokens,
            pricing: self.cost.and_then(price),
            offers: None,
        }
    }
}
