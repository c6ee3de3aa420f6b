//! `openclaw gateway keys`

use openclaw_config_merge::Aliases;
use openclaw_json5_edit::{Document, NewValue, Path as JsonPath};
use serde_json::{Value, json};

use super::file::{self, Own, OwnKey};
use super::settings::{SHARED_KEY, ensure_key, made_key, shared_key};
use crate::app::App;
use crate::args::{GatewayKeys, KeyLimits, KeysCommand, Limit, Usd};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::quoted;
use crate::view::{Align, Column, Table, UNKNOWN, left_out};

pub(super) fn run(app: &App, args: GatewayKeys) -> Result<()> {
    match args.command {
        None => list(app, args.json),
        Some(KeysCommand::List { json }) => list(app, json || args.json),
        Some(KeysCommand::Show { name }) => show(app, name.as_deref()),
        Some(KeysCommand::Add { name, limits }) => add(app, &name, &limits),
        Some(KeysCommand::Set { name, limits }) => set(app, &name, &limits),
        Some(KeysCommand::Remove { name }) => remove(app, &name),
    }
}

fn list(app: &App, as_json: bool) -> Result<()> {
    let config = app.config()?.config;
    let own = file::read(app)?;
    let shared = shared_key(app, &config.gateway.auth)?.is_some();
    if as_json {
        let shared = shared.then(|| json!({ "name": SHARED_KEY }));
        let keys = shared.into_iter().chain(own.keys.iter().map(|(name, key)| as_value(name, key)));
        return out::print_json(&json!({ "keys": keys.collect::<Vec<_>>() }));
    }
    if !shared && own.keys.is_empty() {
        return out::print(
            "There is no key yet; `openclaw gateway run` makes the first, `openclaw gateway keys add NAME` another.\n",
        );
    }
    let column = |title, align, rank| Column { title, align, rank };
    let mut table = Table::new([
        column("Name", Align::Left, 0),
        column("requests/min", Align::Right, 1),
        column("tokens/min", Align::Right, 2),
        column("USD/day", Align::Right, 0),
        column("at once", Align::Right, 3),
        column("Models", Align::Left, 0),
    ]);
    let or_none = |value: Option<String>| value.unwrap_or_else(|| UNKNOWN.to_owned());
    if shared {
        let mut row = vec![SHARED_KEY.to_owned()];
        row.extend(std::iter::repeat_n(UNKNOWN.to_owned(), 4));
        row.push("all".to_owned());
        table.row(row);
    }
    for (name, key) in &own.keys {
        table.row(vec![
            name.clone(),
            or_none(key.requests_per_minute.map(|n| n.to_string())),
            or_none(key.tokens_per_minute.map(|n| n.to_string())),
            or_none(key.usd_per_day.map(|usd| format!("{usd:.2}"))),
            or_none(key.concurrent.map(|n| n.to_string())),
            key.models.as_ref().map_or_else(|| "all".to_owned(), |models| models.join(", ")),
        ]);
    }
    let (text, hidden) = table.render(out::width());
    out::print(&text)?;
    if let Some(hidden) = left_out(&hidden) {
        out::say(&format!("{hidden}\n"));
    }
    Ok(())
}

fn as_value(name: &str, key: &OwnKey) -> Value {
    json!({
        "name": name,
        "requestsPerMinute": key.requests_per_minute,
        "tokensPerMinute": key.tokens_per_minute,
        "usdPerDay": key.usd_per_day,
        "concurrent": key.concurrent,
        "models": key.models,
    })
}

/// Prints a key: the one place where that is meant to happen.
fn show(app: &App, name: Option<&str>) -> Result<()> {
    let config = app.config()?.config;
    if name.is_none_or(|name| name == SHARED_KEY)
        && let Some(secret) = shared_key(app, &config.gateway.auth)?
    {
        return out::print(&format!("{}\n", secret.expose()));
    }
    if name.is_none() {
        // The first start of the gateway would make it; whoever sets up the client first gets the same one.
        ensure_key(app, None)?;
    }
    let own = file::read(app)?;
    let found = match name {
        Some(name) => own.keys.get(name),
        None => own.keys.values().next(),
    };
    match (found, name) {
        (Some(key), _) => out::print(&format!("{}\n", key.key.expose())),
        (None, Some(name)) => Err(unknown(name, &own, |near| format!("show {near}"))),
        (None, None) => Err(Failure::new(Exit::Usage, "no key is needed: `gateway.auth.mode` is `none`")
            .hint("openclaw gateway keys add default")),
    }
}

/// `again` is the command with a better name.
fn unknown(name: &str, own: &Own, again: impl FnOnce(&str) -> String) -> Failure {
    let failure = Failure::new(Exit::Usage, format!("there is no key `{}`", name.escape_debug()));
    let near = own.keys.keys().map(|key| (strsim::damerau_levenshtein(key, name), key));
    // Of a name of two letters everything of two letters would be near.
    match near.filter(|(distance, key)| *distance <= 2 && *distance < key.chars().count()).min() {
        Some((_, near)) => failure.hint(format!("openclaw gateway keys {}", again(&quoted(near)))),
        None => failure.hint("openclaw gateway keys list"),
    }
}

fn add(app: &App, name: &str, limits: &KeyLimits) -> Result<()> {
    let is_name = !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !is_name {
        return Err(Failure::new(Exit::Usage, format!("`{}` is no name for a key", name.escape_debug()))
            .because("expected at most 64 letters, digits, `-`, `_` and `.`")
            .hint("openclaw gateway keys add ci"));
    }
    if name == SHARED_KEY {
        return Err(Failure::new(Exit::Usage, format!("`{name}` is the key of OpenClaw's own config"))
            .hint("openclaw gateway keys add ci"));
    }
    check_numbers(limits, || format!("openclaw gateway keys add {name}"))?;
    check_models(app, &format!("add {name}"), limits)?;
    let key = made_key()?;
    file::edit(app, "gateway keys add", |document, own| {
        if own.keys.contains_key(name) {
            return Err(Failure::new(Exit::Usage, format!("there is a key `{name}` already"))
                .hint(format!("openclaw gateway keys set {name} --help")));
        }
        change(document, |edits| {
            edits.set(&place(name).key("key"), key.expose());
            set_limits(edits, name, limits);
        })
    })?;
    out::say(&format!("Key `{name}` is kept in {}\n", app.shown(&file::path(app))));
    out::print(&format!("{}\n", key.expose()))
}

fn set(app: &App, name: &str, limits: &KeyLimits) -> Result<()> {
    let KeyLimits { requests_per_minute, tokens_per_minute, usd_per_day, concurrent, models } = limits;
    let says_nothing = requests_per_minute.is_none()
        && tokens_per_minute.is_none()
        && usd_per_day.is_none()
        && concurrent.is_none()
        && models.is_none();
    if says_nothing {
        return Err(
            Failure::new(Exit::Usage, "no limit was given to set").hint("openclaw gateway keys set --help")
        );
    }
    check_numbers(limits, || format!("openclaw gateway keys remove {}", quoted(name)))?;
    check_models(app, &format!("set {}", quoted(name)), limits)?;
    file::edit(app, "gateway keys set", |document, own| {
        if !own.keys.contains_key(name) {
            return Err(unknown(name, own, |near| format!("set {near} --help")));
        }
        change(document, |edits| set_limits(edits, name, limits))
    })?;
    out::print(&format!("Limits of `{name}` set\n"))
}

fn remove(app: &App, name: &str) -> Result<()> {
    file::edit(app, "gateway keys remove", |document, own| {
        if !own.keys.contains_key(name) {
            return Err(unknown(name, own, |near| format!("remove {near}")));
        }
        change(document, |edits| {
            edits.remove(&place(name));
        })
    })?;
    out::print(&format!("Key `{name}` removed\n"))
}

fn place(name: &str) -> JsonPath {
    JsonPath::root().key("keys").key(name)
}

fn change(
    document: &Document,
    make: impl FnOnce(&mut openclaw_json5_edit::Edits<'_>),
) -> Result<(Document, ())> {
    let mut edits = document.edit();
    make(&mut edits);
    let edited = edits.apply();
    edited.map(|document| (document, ())).map_err(|error| {
        Failure::from_error(Exit::Failure, "the keys cannot be changed; they were left as they are", &error)
            .hint("openclaw gateway keys list")
    })
}

/// A limit of nothing is a key that opens nothing; `instead` is what was likely meant.
fn check_numbers(limits: &KeyLimits, instead: impl FnOnce() -> String) -> Result<()> {
    let numbers = [
        ("--requests-per-minute", limits.requests_per_minute),
        ("--tokens-per-minute", limits.tokens_per_minute),
        ("--concurrent", limits.concurrent),
    ];
    let Some((flag, _)) = numbers.into_iter().find(|(_, limit)| *limit == Some(Limit::Some(0))) else {
        return Ok(());
    };
    Err(Failure::new(Exit::Usage, format!("with `{flag} 0` the key would open nothing"))
        .because("expected at least 1, or `none` for no limit")
        .hint(instead()))
}

/// A model that is none would make the gateway refuse the file.
fn check_models(app: &App, command: &str, limits: &KeyLimits) -> Result<()> {
    let models = listed(limits.models.as_deref());
    if models.as_ref().is_some_and(Vec::is_empty) {
        return Err(Failure::new(Exit::Usage, "`--models` names no model, expected some or `none`")
            .hint("openclaw models list --all"));
    }
    let aliases = Aliases::of(&app.config()?.config);
    let again = format!("openclaw gateway keys {command} --models");
    for text in models.unwrap_or_default() {
        crate::refs::resolve(&text, &aliases, None, &again)?;
    }
    Ok(())
}

/// The models of a list with commas; `None` for `none`.
fn listed(models: Option<&str>) -> Option<Vec<String>> {
    let models = models.filter(|models| *models != "none")?;
    Some(models.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect())
}

fn set_limits(edits: &mut openclaw_json5_edit::Edits<'_>, name: &str, limits: &KeyLimits) {
    let mut put = |field: &str, value: Option<NewValue>| {
        let path = place(name).key(field);
        match value {
            Some(value) => edits.set(&path, value),
            None => edits.remove(&path),
        };
    };
    let number = |limit: Limit<u32>| match limit {
        Limit::None => None,
        Limit::Some(n) => Some(NewValue::from(u64::from(n))),
    };
    if let Some(limit) = limits.requests_per_minute {
        put("requestsPerMinute", number(limit));
    }
    if let Some(limit) = limits.tokens_per_minute {
        put("tokensPerMinute", number(limit));
    }
    if let Some(limit) = limits.usd_per_day {
        put(
            "usdPerDay",
            match limit {
                Limit::None => None,
                Limit::Some(Usd(usd)) => Some(NewValue::from(usd)),
            },
        );
    }
    if let Some(limit) = limits.concurrent {
        put("concurrent", number(limit));
    }
    if let Some(models) = &limits.models {
        let listed = listed(Some(models));
        put("models", listed.map(|models| NewValue::array(models.into_iter().map(NewValue::from))));
    }
}
