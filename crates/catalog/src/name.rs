//! Display names from ids.

/// A name to show for a model of which only the id is known.
///
/// The part behind the last `/`, with a space for each run of `-` and `_`, and the first letter of each word in upper
/// case: `deepseek-ai/DeepSeek-R1` is "DeepSeek R1".
/// A suffix is put in parentheses: `Qwen/Qwen3-8B:fastest` is "Qwen3 8B (fastest)".
///
/// ```
/// assert_eq!(openclaw_catalog::derive_name("zai-org/GLM-4.7:fastest"), "GLM 4.7 (fastest)");
/// ```
#[must_use]
pub fn derive_name(id: &str) -> String {
    // By bytes, since a list may have a hundred thousand: what is looked for is ASCII, and no byte of another letter is.
    let name = match id.bytes().rposition(|byte| byte == b'/') {
        Some(slash) => id.get(slash + 1..).unwrap_or_default(),
        None => id,
    };
    if let Some(colon) = name.bytes().position(|byte| byte == b':')
        && let (Some(base), Some(suffix)) = (name.get(..colon), name.get(colon + 1..))
        && !suffix.is_empty()
    {
        return with_suffix(&derive_name(base), suffix);
    }
    let mut shown = String::with_capacity(name.len());
    let mut start = 0;
    while start < name.len() {
        let rest = name.get(start..).unwrap_or_default();
        let end = rest.bytes().position(|byte| byte == b'-' || byte == b'_').unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        if !word.is_empty() {
            push_word(&mut shown, word);
        }
        start += end + 1;
    }
    if shown.is_empty() { id.to_owned() } else { shown }
}

/// A word behind those that are there, with its first letter in upper case.
fn push_word(shown: &mut String, word: &str) {
    if !shown.is_empty() {
        shown.push(' ');
    }
    match word.as_bytes().first() {
        Some(first) if first.is_ascii() => {
            shown.push(char::from(first.to_ascii_uppercase()));
            shown.push_str(word.get(1..).unwrap_or_default());
        }
        _ => {
            let mut letters = word.chars();
            shown.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            shown.push_str(letters.as_str());
        }
    }
}

/// The name of an entry whose id has a suffix.
pub(crate) fn with_suffix(name: &str, suffix: &str) -> String {
    format!("{name} ({suffix})")
}
