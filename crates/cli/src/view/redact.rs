//! Secrets out of what is shown.

/// Parts of a key's name that make its value a secret.
const SECRET_KEYS: [&str; 5] = ["apikey", "token", "secret", "password", "authorization"];

/// What a secret begins with, wherever it stands.
const PREFIXES: [&str; 3] = ["hf_", "api_org_", "sk-"];

/// Whether the value at this key is never shown.
pub(crate) fn is_secret_path(path: &str) -> bool {
    let last = path.rsplit(['.', '[']).next().unwrap_or(path).to_lowercase();
    let last = last.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').replace(['_', '-'], "");
    // `maxTokens` and the like are numbers of tokens.
    SECRET_KEYS.iter().any(|key| last.contains(key)) && !last.ends_with("tokens")
}

/// A text of the same length in bytes, with secrets masked by asterisks.
///
/// A line is masked behind a key whose name tells a secret, up to a name in `${…}`, which is none; tokens by their
/// prefix wherever they stand.
pub(crate) fn redact(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r']) {
        shown.push_str(&redact_line(line));
    }
    shown
}

fn redact_line(line: &str) -> String {
    let mut masked: Vec<(usize, usize)> = Vec::new();
    let lower = line.to_ascii_lowercase();
    for prefix in PREFIXES {
        for (at, _) in lower.match_indices(prefix) {
            let is_inside_word = line
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_some_and(|c| c.is_alphanumeric() || c == '_');
            let from = at + prefix.len();
            let end = end_of_word(line, from);
            if !is_inside_word && end > from {
                masked.push((from, end));
            }
        }
    }
    for (colon, _) in line.match_indices(':') {
        let key = line.get(..colon).unwrap_or_default();
        let key_start = key.rfind(['{', ',', ' ', '\t']).map_or(0, |at| at + 1);
        if is_secret_path(key.get(key_start..).unwrap_or_default()) {
            let value = line.get(colon + 1..).unwrap_or_default();
            let from =
                colon + 1 + value.len() - value.trim_start_matches([' ', '\t', '"', '\'', '{', '[']).len();
            let rest = line.get(from..).unwrap_or_default();
            if !rest.starts_with("${") {
                let len = rest.find(['"', '\'', ',', '}', ']', '\n', '\r']).unwrap_or(rest.len());
                masked.push((from, from + len));
            }
        }
    }
    if masked.is_empty() {
        return line.to_owned();
    }
    line.char_indices()
        .flat_map(|(at, c)| {
            let is_masked = masked.iter().any(|(from, to)| (*from..*to).contains(&at));
            // One asterisk a byte keeps every place where it was.
            let times = if is_masked { c.len_utf8() } else { 1 };
            std::iter::repeat_n(if is_masked { '*' } else { c }, times)
        })
        .collect()
}

fn end_of_word(line: &str, from: usize) -> usize {
    let rest = line.get(from..).unwrap_or_default();
    from + rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(redact(text), shown);
        assert_eq!(redact(text).len(), text.len());
    }

    #[test]
    fn secrets_are_masked_in_place() {
        check("a: \"hf_abcDEF123\", // hf_x", "a: \"hf_*********\", // hf_*");
        check("{ apiKey: 'geheim', b: 1 }", "{ apiKey: '******', b: 1 }");
        check("  \"token\": \"gehéim\"\n", "  \"token\": \"*******\"\n");
        check("auth: { mode: 'token', token: 'abc'", "auth: { mode: 'token', token: '***'");
        check("apiKey: \"${MY_KEY}\"", "apiKey: \"${MY_KEY}\"");
        check("maxTokens: 8192, contextWindow: 5", "maxTokens: 8192, contextWindow: 5");
        check("id: \"openai/gpt-oss-120b\"", "id: \"openai/gpt-oss-120b\"");
        check("apiKey: \"unclosed\n", "apiKey: \"********\n");
    }

    #[test]
    fn paths_of_secrets_are_known() {
        for path in [
            "models.providers.huggingface.apiKey",
            "gateway.auth.token",
            "env.vars.HF_TOKEN",
            "x[\"API_KEY\"]",
        ] {
            assert!(is_secret_path(path), "{path}");
        }
        for path in ["agents.defaults.model", "models[0].maxTokens", "token.count"] {
            assert!(!is_secret_path(path), "{path}");
        }
    }
}
