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
    let name = id.rsplit('/').next().unwrap_or(id);
    if let Some((base, suffix)) = name.split_once(':')
        && !suffix.is_empty()
    {
        return with_suffix(&derive_name(base), suffix);
    }
    let mut shown = String::with_capacity(name.len());
    for word in name.split(['-', '_']).filter(|word| !word.is_empty()) {
        if !shown.is_empty() {
            shown.push(' ');
        }
        let mut letters = word.chars();
        shown.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        shown.push_str(letters.as_str());
    }
    if shown.is_empty() { id.to_owned() } else { shown }
}

/// The name of an entry whose id has a suffix.
pub(crate) fn with_suffix(name: &str, suffix: &str) -> String {
    format!("{name} ({suffix})")
}
