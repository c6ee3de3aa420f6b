//! What the body of a refusal says, in any of the forms that the router and its providers use.

use serde_json::{Map, Value};

/// How deep texts inside of texts are looked for.
const MAX_DEPTH: usize = 4;

/// What a body says; nothing of it is cleaned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: Option<String>,
    pub(super) code: Option<String>,
    /// OpenAI's `type`, for example `invalid_request_error`.
    pub(super) kind: Option<String>,
    /// A status named in the body: a numeric `code`, `status` or `status_code`.
    pub(super) status: Option<u16>,
}

impl Said {
    fn fill(&mut self, other: Said) {
        self.text = self.text.take().or(other.text);
        self.code = self.code.take().or(other.code);
        self.kind = self.kind.take().or(other.kind);
        self.status = self.status.or(other.status);
    }
}

/// Reads JSON of any form, the title of a page, or plain text.
pub(super) fn read(body: &[u8]) -> Said {
    if body.contains(&0) {
        // Bytes of something else; they say nothing.
        return Said::default();
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[', '"'])
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        return read_value(&value, 0);
    }
    let text = if text.starts_with('<') { title(text).unwrap_or_default() } else { text.to_owned() };
    Said { text: Some(text).filter(|text| !text.is_empty()), ..Said::default() }
}

fn read_value(value: &Value, depth: usize) -> Said {
    if depth > MAX_DEPTH {
        return Said::default();
    }
    match value {
        Value::String(text) => read_text(text, depth),
        Value::Object(map) => read_map(map, depth),
        Value::Array(items) => read_items(items, depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => Said::default(),
    }
}

/// A text; sometimes it is a provider's JSON body once more.
fn read_text(text: &str, depth: usize) -> Said {
    let text = text.trim();
    if text.starts_with('{')
        && let Ok(inner) = serde_json::from_str::<Value>(text)
    {
        let said = read_value(&inner, depth + 1);
        if said.text.is_some() {
            return said;
        }
    }
    Said { text: Some(text.to_owned()).filter(|text| !text.is_empty()), ..Said::default() }
}

fn read_map(map: &Map<String, Value>, depth: usize) -> Said {
    let mut said = Said::default();
    for key in ["code", "status_code", "status", "http_status_code"] {
        match map.get(key) {
            Some(Value::Number(number)) => said.status = said.status.or(number.as_u64().and_then(status)),
            Some(Value::String(text)) => match text.parse().ok().and_then(status) {
                Some(number) => said.status = said.status.or(Some(number)),
                None if key == "code" && !text.is_empty() => said.code = Some(text.clone()),
                None => {}
            },
            _ => {}
        }
    }
    if let Some(Value::String(kind)) = map.get("type") {
        said.kind = Some(kind.clone()).filter(|kind| !kind.is_empty());
    }
    // Never `input` or `body`: that is where validators quote the request.
    for key in ["error", "message", "detail", "errors", "msg", "error_message"] {
        if said.text.is_some() {
            break;
        }
        if let Some(value) = map.get(key) {
            said.fill(read_value(value, depth + 1));
        }
    }
    said
}

/// The first that says something; for a validator's entries `where: what`.
fn read_items(items: &[Value], depth: usize) -> Said {
    for item in items {
        let mut said = read_value(item, depth + 1);
        if let (Some(text), Some(Value::Array(path))) = (&said.text, item.get("loc")) {
            said.text = Some(format!("{}: {text}", place(path)));
        }
        if said.text.is_some() {
            return said;
        }
    }
    Said::default()
}

/// `["body","messages",0]` as `body.messages.0`.
fn place(path: &[Value]) -> String {
    let steps = path.iter().map(|step| match step {
        Value::String(name) => name.clone(),
        other => other.to_string(),
    });
    steps.collect::<Vec<_>>().join(".")
}

fn status(number: u64) -> Option<u16> {
    u16::try_from(number).ok().filter(|number| (400..600).contains(number))
}

/// The title of an HTML page.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let from = lower.find("<title")?;
    let from = from + lower.get(from..)?.find('>')? + 1;
    let to = from + lower.get(from..)?.find("</title")?;
    Some(page.get(from..to)?.trim().to_owned())
}
