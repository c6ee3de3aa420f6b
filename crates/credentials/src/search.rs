//! The one order in which places are asked, for discovery and chat alike.

use std::path::Path;
#[cfg(all(feature = "shell", unix))]
use std::time::Duration;

use openclaw_atomic_file::load;

use crate::TOKEN_VARIABLES;
use crate::config_key::{ConfigKey, ConfigKeys, RefSource, is_variable};
use crate::env_file::EnvFile;
use crate::hf_file;
use crate::profiles;
use crate::resolution::{Found, Outcome, Place, PlaceError, Resolution, Source, Unsupported};
use crate::secret::Secret;
#[cfg(all(feature = "shell", unix))]
use crate::shell;
use crate::store::{MAX_ENV_BYTES, env_path};
use crate::template::{expand, only_variable};
use crate::token::{Token, trim};

const MAX_TOKEN_FILE_BYTES: u64 = 64 * 1024;
const MAX_PROFILES_BYTES: u64 = 4 * 1024 * 1024;
/// Set for the login shell: a profile that starts this program again must not start the shell again.
pub(crate) const RUNNING_VARIABLE: &str = "OPENCLAW_SHELL_ENV_RUNNING";
#[cfg(all(feature = "shell", unix))]
const DEFAULT_SHELL_TIMEOUT: Duration = Duration::from_secs(15);
/// Longer than anyone waits; keeps sums of times from overflowing.
#[cfg(all(feature = "shell", unix))]
const MAX_SHELL_TIMEOUT: Duration = Duration::from_secs(600);

/// Everything that [`resolve`] looks at. Nothing else is asked: no other variable, no current folder.
pub struct Search<'a> {
    /// What was given to this very command; `None` when nothing was.
    pub given: Option<Given>,
    /// The environment, such as `&|name| std::env::var(name).ok()`.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// The home folder, for `~` and Hugging Face's token file; `None` when it is not known.
    pub home: Option<&'a Path>,
    /// OpenClaw's state folder, such as `/home/ann/.openclaw`.
    pub state_dir: &'a Path,
    /// What the config says.
    pub config: ConfigKeys,
}

/// A token that was given to this command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The text as it came.
    pub text: Secret,
    /// How it came.
    pub via: Via,
}

/// How a token was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// A flag, such as `--huggingface-api-key`.
    Flag,
    /// Standard input.
    Stdin,
    /// A prompt.
    Prompt,
}

/// Looks for the token in every place, in this order; the first usable one counts:
///
/// 1. what was given to the command
/// 2. `HUGGINGFACE_HUB_TOKEN`, `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN` in the environment
/// 3. the same three in `<state>/.env`
/// 4. `models.providers.huggingface.apiKey` of the config
/// 5. OpenClaw's auth profiles (`$OPENCLAW_AGENT_DIR` or `<state>/agents/main/agent`)
/// 6. the three variables in `env.vars` of the config
/// 7. the login shell, if switched on, and only if nothing was found before (feature `shell`)
/// 8. the token file of Hugging Face's clients
///
/// Empty values count as not set. A place with something unusable is passed over and reported
/// ([`Resolution::problems`]), but for a token that was given: then nothing else is taken for it.
///
/// ```
/// use openclaw_credentials::{ConfigKeys, Search, resolve};
/// use std::path::Path;
///
/// let state_dir = Path::new("/nonexistent/.openclaw");
/// let look = |env: &dyn Fn(&str) -> Option<String>| {
///     resolve(&Search { given: None, env, home: None, state_dir, config: ConfigKeys::default() })
/// };
/// let resolution = look(&|name| (name == "HF_TOKEN").then(|| "hf_example".to_owned()));
/// let found = resolution.token.expect("it is in the environment");
/// assert_eq!(found.source.to_string(), "HF_TOKEN in the environment");
///
/// // What cannot be a token is passed over, and told.
/// let resolution = look(&|name| (name == "HF_TOKEN").then(|| "two words".to_owned()));
/// assert!(resolution.token.is_none());
/// let problem = resolution.problems().next().expect("one place is of no use");
/// assert_eq!(
///     problem.to_string(),
///     "HF_TOKEN in the environment: the token has white space at position 4, expected letters, digits and signs only"
/// );
/// ```
pub fn resolve(search: &Search<'_>) -> Resolution {
    let mut walk = Walk { found: None, places: Vec::new() };
    if let Some(given) = &search.given {
        let source = match given.via {
            Via::Flag => Source::Flag,
            Via::Stdin => Source::Stdin,
            Via::Prompt => Source::Prompt,
        };
        walk.offer(source, Content::Text(given.text.clone()));
        if walk.places.iter().any(|place| place.outcome.is_problem()) {
            return walk.finish();
        }
    }
    for name in TOKEN_VARIABLES {
        walk.offer(Source::Environment { name }, (search.env)(name).map(Secret::new).into());
    }
    let state = state_file(&mut walk, search.state_dir);
    let variables = Variables { search, state };
    config_key(&mut walk, search, &variables);
    auth_profiles(&mut walk, search, &variables);
    config_vars(&mut walk, search, &variables);
    login_shell(&mut walk, search);
    hf_token_file(&mut walk, search);
    walk.finish()
}

/// What a service manager gives a program that it starts, as far as it matters here, and where an agent's files are.
const DAEMON_VARIABLES: [&str; 6] = ["HOME", "USER", "LOGNAME", "SHELL", "PATH", "OPENCLAW_AGENT_DIR"];

/// As [`resolve`], for a program that a service manager starts: what the shell of today exports is not there.
///
/// ```
/// # use std::path::Path;
/// use openclaw_credentials::{ConfigKeys, Search, resolve, resolve_for_daemon};
///
/// let env = |name: &str| (name == "HF_TOKEN").then(|| "hf_example".to_owned());
/// let state_dir = Path::new("/nonexistent/.openclaw");
/// let search =
///     Search { given: None, env: &env, home: None, state_dir, config: ConfigKeys::default() };
/// assert!(resolve(&search).token.is_some());
/// assert!(resolve_for_daemon(&search).token.is_none());
/// ```
pub fn resolve_for_daemon(search: &Search<'_>) -> Resolution {
    let env = |name: &str| DAEMON_VARIABLES.contains(&name).then(|| (search.env)(name))?;
    resolve(&Search { given: None, env: &env, config: search.config.clone(), ..*search })
}

/// What is in a place, before it is checked.
enum Content {
    Nothing,
    Text(Secret),
    Failed(PlaceError),
    Foreign(Unsupported),
}

impl From<Option<Secret>> for Content {
    fn from(text: Option<Secret>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

impl From<Result<Option<Secret>, PlaceError>> for Content {
    fn from(text: Result<Option<Secret>, PlaceError>) -> Self {
        text.map_or_else(Self::Failed, Self::from)
    }
}

struct Walk {
    found: Option<Found>,
    places: Vec<Place>,
}

impl Walk {
    fn offer(&mut self, source: Source, content: Content) {
        let outcome = match content {
            Content::Nothing => Outcome::NotSet,
            Content::Failed(error) => Outcome::Unreadable(error),
            Content::Foreign(what) => Outcome::Unsupported(what),
            Content::Text(text) if trim(text.expose()).is_empty() => Outcome::Empty,
            Content::Text(text) => match (Token::parse(text.expose()), &self.found) {
                (Err(error), _) => Outcome::Invalid(error),
                (Ok(token), Some(found)) => Outcome::Shadowed { differs: token != found.token },
                (Ok(token), None) => {
                    self.found = Some(Found { token, source: source.clone() });
                    Outcome::Used
                }
            },
        };
        self.note(source, outcome);
    }

    fn note(&mut self, source: Source, outcome: Outcome) {
        self.places.push(Place { source, outcome });
    }

    fn finish(self) -> Resolution {
        Resolution { token: self.found, places: self.places }
    }
}

/// `None` where there is no such file.
fn read_text(path: &Path, max_bytes: u64) -> Result<Option<Secret>, PlaceError> {
    let Some(loaded) = load(path, max_bytes).map_err(PlaceError::File)? else { return Ok(None) };
    match String::from_utf8(loaded.bytes) {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(_) => Err(PlaceError::NotUtf8 { path: path.to_owned() }),
    }
}

/// Reads `<state>/.env`, offers its tokens, and returns it for what else it may hold.
fn state_file(walk: &mut Walk, state_dir: &Path) -> EnvFile {
    let path = env_path(state_dir);
    let source = |name| Source::StateFile { name, path: path.clone() };
    let file = match read_text(&path, MAX_ENV_BYTES) {
        Ok(Some(text)) => EnvFile::parse(text.expose()),
        Ok(None) => EnvFile::parse(""),
        Err(error) => {
            walk.note(source(None), Outcome::Unreadable(error));
            return EnvFile::parse("");
        }
    };
    let tokens: Vec<_> =
        TOKEN_VARIABLES.into_iter().filter_map(|name| Some((name, file.get(name)?))).collect();
    if tokens.is_empty() {
        walk.note(source(None), Outcome::NotSet);
    }
    for (name, text) in tokens {
        walk.offer(source(Some(name)), Content::Text(text));
    }
    file
}

/// What a `${VAR}` or a reference can name: the environment, then `<state>/.env`, then `env.vars`.
struct Variables<'a> {
    search: &'a Search<'a>,
    state: EnvFile,
}

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<Secret> {
        let of_config = || self.of_config(name)?.ok();
        self.outer(name).or_else(of_config).filter(is_set)
    }

    /// Without `env.vars`, whose own texts are expanded by this: so they cannot refer to each other in a circle.
    fn outer(&self, name: &str) -> Option<Secret> {
        let of_env = (self.search.env)(name).map(Secret::new).filter(is_set);
        of_env.or_else(|| self.state.get(name)).filter(is_set)
    }

    /// From `env.vars`.
    fn of_config(&self, name: &str) -> Option<Result<Secret, PlaceError>> {
        let (_, text) = self.search.config.vars.iter().find(|(key, _)| key == name)?;
        Some(expand(text, &|name| self.outer(name)))
    }

    fn required(&self, name: &str) -> Result<Option<Secret>, PlaceError> {
        match self.get(name) {
            Some(value) => Ok(Some(value)),
            None => Err(PlaceError::VariableNotSet { name: name.to_owned() }),
        }
    }

    /// What a key of the config or of a profile means.
    fn content(&self, key: &ConfigKey) -> Content {
        match key {
            // A bare name of a token's variable is no token: OpenClaw writes it for "take it from there".
            ConfigKey::Text(text) => match bare_name(text) {
                Some(name) => self.required(name).into(),
                None => expand(text, &|name| self.get(name)).map(Some).into(),
            },
            ConfigKey::Reference(reference) => match reference.source {
                RefSource::Env if is_variable(&reference.id) => self.required(&reference.id).into(),
                RefSource::Env => Content::Failed(PlaceError::BadReferenceId),
                RefSource::File => Content::Foreign(Unsupported::FileReference),
                RefSource::Exec => Content::Foreign(Unsupported::ExecReference),
                RefSource::Other => Content::Foreign(Unsupported::UnknownReference),
            },
        }
    }
}

fn is_set(text: &Secret) -> bool {
    !trim(text.expose()).is_empty()
}

fn bare_name(text: &Secret) -> Option<&'static str> {
    TOKEN_VARIABLES.into_iter().find(|name| trim(text.expose()) == *name)
}

/// The variable that a key refers to, if it is nothing but that.
fn variable(key: &ConfigKey) -> Option<&str> {
    match key {
        ConfigKey::Text(text) => bare_name(text).or_else(|| only_variable(text)),
        ConfigKey::Reference(reference) => (reference.source == RefSource::Env && is_variable(&reference.id))
            .then_some(reference.id.as_str()),
    }
}

fn config_key(walk: &mut Walk, search: &Search<'_>, variables: &Variables<'_>) {
    match &search.config.api_key {
        None => walk.note(Source::ConfigKey { variable: None }, Outcome::NotSet),
        Some(key) => {
            let variable = variable(key).map(str::to_owned);
            walk.offer(Source::ConfigKey { variable }, variables.content(key));
        }
    }
}

fn auth_profiles(walk: &mut Walk, search: &Search<'_>, variables: &Variables<'_>) {
    let agent_dir = match (search.env)("OPENCLAW_AGENT_DIR").filter(|folder| !folder.trim().is_empty()) {
        Some(folder) => hf_file::expand(folder.trim(), search.home),
        None => search.state_dir.join("agents").join("main").join("agent"),
    };
    let path = agent_dir.join("auth-profiles.json");
    let source = |profile| Source::AuthProfile { profile, path: path.clone() };
    match read_text(&path, MAX_PROFILES_BYTES) {
        Err(error) => walk.note(source(None), Outcome::Unreadable(error)),
        Ok(None) => walk.note(source(None), Outcome::NotSet),
        Ok(Some(text)) => match profiles::profiles(text.expose()) {
            Err(at) => {
                let error = PlaceError::NotJson { path: path.clone(), line: at.line, column: at.column };
                walk.note(source(None), Outcome::Unreadable(error));
            }
            Ok(found) if found.is_empty() => walk.note(source(None), Outcome::NotSet),
            Ok(found) => {
                for profile in found {
                    let content = match &profile.key {
                        None => Content::Nothing,
                        Some(Err(what)) => Content::Foreign(what.clone()),
                        Some(Ok(key)) => variables.content(key),
                    };
                    walk.offer(source(Some(profile.id)), content);
                }
            }
        },
    }
    let database = search.state_dir.join("state").join("openclaw.sqlite");
    // Whether it can be looked at does not matter: it is not read either way.
    if database.is_file() {
        let source = Source::AuthProfile { profile: None, path: database };
        walk.note(source, Outcome::Unsupported(Unsupported::SqliteStore));
    }
}

fn config_vars(walk: &mut Walk, search: &Search<'_>, variables: &Variables<'_>) {
    let named = |name: &&'static str| search.config.vars.iter().any(|(key, _)| key == name);
    let mut any = false;
    for name in TOKEN_VARIABLES.into_iter().filter(named) {
        any = true;
        let content = variables.of_config(name).transpose().into();
        walk.offer(Source::ConfigVars { name: Some(name) }, content);
    }
    if !any {
        walk.note(Source::ConfigVars { name: None }, Outcome::NotSet);
    }
}

fn login_shell(walk: &mut Walk, search: &Search<'_>) {
    let source = Source::LoginShell { name: None };
    let env = search.env;
    let switched_on = search.config.shell_env.enabled
        || env("OPENCLAW_LOAD_SHELL_ENV").is_some_and(|value| is_true(&value));
    let inside = env(RUNNING_VARIABLE).is_some_and(|value| !value.is_empty());
    if !switched_on || inside {
        return walk.note(source, Outcome::Disabled);
    }
    if walk.found.is_some() {
        return walk.note(source, Outcome::NotAsked);
    }
    ask_shell(walk, search, source);
}

#[cfg(all(feature = "shell", unix))]
fn ask_shell(walk: &mut Walk, search: &Search<'_>, source: Source) {
    match shell::ask(&shell::program(search.env), &TOKEN_VARIABLES, shell_timeout(search)) {
        Err(error) => walk.note(source, Outcome::Unreadable(PlaceError::Shell(error))),
        Ok(found) if found.is_empty() => walk.note(source, Outcome::NotSet),
        Ok(found) => {
            for (name, text) in found {
                walk.offer(Source::LoginShell { name: Some(name) }, Content::Text(text));
            }
        }
    }
}

/// Built without that, or where there are no login shells.
#[cfg(not(all(feature = "shell", unix)))]
fn ask_shell(walk: &mut Walk, _search: &Search<'_>, source: Source) {
    walk.note(source, Outcome::Unsupported(Unsupported::LoginShell));
}

/// The config's, else the environment's, else 15 s, as OpenClaw has it; zero counts as not said.
#[cfg(all(feature = "shell", unix))]
fn shell_timeout(search: &Search<'_>) -> Duration {
    let of_env = || {
        let text = (search.env)("OPENCLAW_SHELL_ENV_TIMEOUT_MS")?;
        text.trim().parse().ok().map(Duration::from_millis)
    };
    let set = |timeout: &Duration| !timeout.is_zero();
    let said = search.config.shell_env.timeout.filter(set).or_else(|| of_env().filter(set));
    said.unwrap_or(DEFAULT_SHELL_TIMEOUT).min(MAX_SHELL_TIMEOUT)
}

fn is_true(text: &str) -> bool {
    ["1", "true", "yes", "on"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

fn hf_token_file(walk: &mut Walk, search: &Search<'_>) {
    let path = hf_file::path(search.env, search.home);
    let content = match &path {
        Some(path) => read_text(path, MAX_TOKEN_FILE_BYTES).into(),
        None => Content::Nothing,
    };
    walk.offer(Source::HfTokenFile { path }, content);
}
