//! `${VAR}` in a text of the config.

use crate::config_key::is_variable;
use crate::resolution::PlaceError;
use crate::secret::Secret;

/// Replaces every `${NAME}` by what `lookup` says; `$${NAME}` becomes the text `${NAME}`.
/// A name is `[A-Z_][A-Z0-9_]*`, as OpenClaw has it.
pub(crate) fn expand(text: &Secret, lookup: &dyn Fn(&str) -> Option<Secret>) -> Result<Secret, PlaceError> {
    let mut rest = text.expose();
    let mut expanded = String::with_capacity(rest.len());
    while let Some(at) = rest.find("${") {
        let (before, reference) = rest.split_at(at);
        let (name, after) = reference
            .strip_prefix("${")
            .and_then(|inner| inner.split_once('}'))
            .filter(|(name, _)| is_variable(name))
            .ok_or(PlaceError::BadReference)?;
        match before.strip_suffix('$') {
            Some(before) => {
                expanded.push_str(before);
                expanded.push_str("${");
                expanded.push_str(name);
                expanded.push('}');
            }
            None => {
                let value =
                    lookup(name).ok_or_else(|| PlaceError::VariableNotSet { name: name.to_owned() })?;
                expanded.push_str(before);
                expanded.push_str(value.expose());
            }
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(Secret::new(expanded))
}

/// A text of the config with every `${NAME}` filled in, for values that are no secrets, such as a base URL.
///
/// `$${NAME}` becomes the text `${NAME}`; an empty variable counts as not set.
///
/// ```
/// use openclaw_credentials::fill_in;
///
/// let env = |name: &str| (name == "HOST").then(|| "127.0.0.1:9000".to_owned());
/// assert_eq!(fill_in("http://${HOST}/v1", &env)?, "http://127.0.0.1:9000/v1");
/// assert_eq!(fill_in("${PORT}", &env).unwrap_err().to_string(), "the variable `PORT` is not set");
/// # Ok::<(), openclaw_credentials::PlaceError>(())
/// ```
///
/// # Errors
/// A variable that is not set, or `${` without a name and `}` behind it.
pub fn fill_in(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, PlaceError> {
    let lookup = |name: &str| env(name).filter(|value| !value.is_empty()).map(Secret::new);
    Ok(expand(&Secret::new(text), &lookup)?.expose().to_owned())
}

/// The name, if the whole text is one `${NAME}`.
pub(crate) fn only_variable(text: &Secret) -> Option<&str> {
    let name = text.expose().strip_prefix("${")?.strip_suffix('}')?;
    is_variable(name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<Secret> {
        match name {
            "A" => Some(Secret::new("one")),
            "B_2" => Some(Secret::new("${A}")),
            _ => None,
        }
    }

    #[track_caller]
    fn check(text: &str, expect: Result<&str, &str>) {
        let got = expand(&Secret::new(text), &lookup).map_err(|error| error.to_string());
        assert_eq!(got.as_ref().map(Secret::expose).map_err(String::as_str), expect, "{text}");
    }

    #[test]
    fn templates() {
        check("", Ok(""));
        check("plain", Ok("plain"));
        check("$A", Ok("$A"));
        check("${A}", Ok("one"));
        check("x${A}y${A}z", Ok("xoneyonez"));
        // What comes in is not expanded again.
        check("${B_2}", Ok("${A}"));
        check("$${A}", Ok("${A}"));
        check("$${UNSET}", Ok("${UNSET}"));
        check("$$${A}", Ok("$${A}"));
        check("${C}", Err("the variable `C` is not set"));
        check(
            "${a}",
            Err("what follows `${` is no name of a variable, expected capital letters, digits and `_`"),
        );
        check(
            "${A",
            Err("what follows `${` is no name of a variable, expected capital letters, digits and `_`"),
        );
        check(
            "${1}",
            Err("what follows `${` is no name of a variable, expected capital letters, digits and `_`"),
        );
    }

    #[test]
    fn one_variable_alone() {
        assert_eq!(only_variable(&Secret::new("${HF_TOKEN}")), Some("HF_TOKEN"));
        assert_eq!(only_variable(&Secret::new("x${HF_TOKEN}")), None);
        assert_eq!(only_variable(&Secret::new("${A}${B}")), None);
    }
}
