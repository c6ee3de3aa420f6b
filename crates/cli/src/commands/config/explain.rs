//! `openclaw config explain`: which file, line and rule a value comes from.

use openclaw_config_merge::{Explanation, Place, Said, Sources, explain, store};
use openclaw_hf_client::DEFAULT_BASE_URL;
use openclaw_json5_edit::{NewValue, Path};
use serde_json::{Value, json};

use super::parse_path;
use crate::app::{App, env};
use crate::failure::Result;
use crate::out;
use crate::refs::DEFAULT_MODEL;
use crate::view::{Align, Column, Place as Within, Table, bold, json_value, mask_tokens, printable};

pub(super) fn run(app: &App, text: &str, as_json: bool) -> Result<()> {
    let path = parse_path(text)?;
    let loaded = app.config()?;
    let models_json = app.places.models_json();
    let derived = store::read_models_json_text(&models_json).map_err(|error| app.config_failure(&error))?;
    let explanation = explain(
        &Sources {
            config: Some(&loaded),
            models_json: derived.as_ref().map(|document| (models_json.as_path(), document)),
            environment: environment(),
            defaults: defaults(),
        },
        &path,
    );
    let within = Within::of(&path);
    let shown = |value: &NewValue| value_text(value, within);
    if as_json {
        return out::print_json(&as_value(app, &path, &explanation, &shown));
    }
    out::print(&as_text(app, &path, &explanation, &shown))
}

fn base_url() -> Path {
    Path::keys(["models", "providers", "huggingface", "baseUrl"])
}

/// The variables that stand for a path of the config.
fn environment() -> Vec<(Path, String, NewValue)> {
    const BASE: &str = "OPENCLAW_HF_BASE_URL";
    let base = env(BASE).filter(|value| !value.trim().is_empty());
    base.map(|value| (base_url(), BASE.to_owned(), NewValue::from(value))).into_iter().collect()
}

/// What this program takes where nobody says anything.
fn defaults() -> Vec<(Path, NewValue)> {
    let none: [NewValue; 0] = [];
    vec![
        (Path::keys(["agents", "defaults", "model", "primary"]), DEFAULT_MODEL.into()),
        (Path::keys(["agents", "defaults", "model", "fallbacks"]), NewValue::array(none)),
        (Path::keys(["models", "mode"]), "merge".into()),
        (base_url(), DEFAULT_BASE_URL.into()),
        (Path::keys(["env", "shellEnv", "enabled"]), false.into()),
    ]
}

/// A value in one line, secrets left out.
fn value_text(value: &NewValue, within: Within) -> String {
    match json_value(value, within) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn place(app: &App, said: &Said) -> String {
    said.place.as_ref().map_or_else(
        || "-".to_owned(),
        |Place { file, line, column }| format!("{}:{line}:{column}", app.shown(file)),
    )
}

fn as_text(app: &App, path: &Path, explanation: &Explanation, shown: &dyn Fn(&NewValue) -> String) -> String {
    let effective = match &explanation.effective {
        Some(value) => format!("is {}", bold(&printable(&shown(value)))),
        None => "is not set".to_owned(),
    };
    let path = path.to_string();
    let mut text =
        format!("{} {effective}\n{}\n", printable(&mask_tokens(&path)), explanation.rule.sentence());
    if explanation.layers.is_empty() {
        return text;
    }
    let column = |title| Column { title, align: Align::Left, rank: 0 };
    let mut table = Table::new([column("Said by"), column("Value"), column("Where")]);
    for said in &explanation.layers {
        table.row([said.by.to_string(), shown(&said.value), place(app, said)]);
    }
    text.push('\n');
    text.push_str(&table.render(out::width()).0);
    text
}

fn as_value(app: &App, path: &Path, explanation: &Explanation, shown: &dyn Fn(&NewValue) -> String) -> Value {
    json!({
        "path": mask_tokens(&path.to_string()),
        "value": explanation.effective.as_ref().map(shown),
        "rule": explanation.rule.sentence(),
        "layers": explanation.layers.iter().map(|said| json!({
            "by": said.by.to_string(),
            "value": shown(&said.value),
            "file": said.place.as_ref().map(|place| &place.file),
            "line": said.place.as_ref().map(|place| place.line),
            "column": said.place.as_ref().map(|place| place.column),
            "shown": place(app, said),
        })).collect::<Vec<_>>(),
    })
}
