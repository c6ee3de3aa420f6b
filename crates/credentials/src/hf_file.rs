//! The token file that Hugging Face's own clients write.

use std::path::{Path, PathBuf};

/// `HF_TOKEN_PATH`, else `$HF_HOME/token`, else `$XDG_CACHE_HOME/huggingface/token`, else
/// `~/.cache/huggingface/token`; `None` where none of them is known.
pub(crate) fn path(env: &dyn Fn(&str) -> Option<String>, home: Option<&Path>) -> Option<PathBuf> {
    let set =
        |name: &str| env(name).filter(|value| !value.trim().is_empty()).map(|value| expand(&value, home));
    set("HF_TOKEN_PATH")
        .or_else(|| set("HF_HOME").map(|folder| folder.join("token")))
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("huggingface").join("token")))
        .or_else(|| home.map(|home| home.join(".cache").join("huggingface").join("token")))
}

/// `~` and `~/…` are the home folder. `~ann` stays: looking up other users is not worth it.
pub(crate) fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) => match rest.strip_prefix('/') {
            Some(rest) => home.join(rest),
            None => PathBuf::from(path),
        },
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(env: &[(&str, &str)], home: Option<&str>, expect: Option<&str>) {
        let lookup =
            |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(path(&lookup, home.map(Path::new)).as_deref(), expect.map(Path::new));
    }

    #[test]
    fn places_of_the_token_file() {
        let all = [("HF_TOKEN_PATH", "/t/file"), ("HF_HOME", "/hf"), ("XDG_CACHE_HOME", "/xdg")];
        check(&all, Some("/home/ann"), Some("/t/file"));
        check(&all[1..], Some("/home/ann"), Some("/hf/token"));
        check(&all[2..], Some("/home/ann"), Some("/xdg/huggingface/token"));
        check(&[], Some("/home/ann"), Some("/home/ann/.cache/huggingface/token"));
        check(&[], None, None);
        check(&[("HF_TOKEN_PATH", ""), ("HF_HOME", "~/hf")], Some("/home/ann"), Some("/home/ann/hf/token"));
        check(&[("HF_TOKEN_PATH", "~")], Some("/home/ann"), Some("/home/ann"));
        check(&[("HF_TOKEN_PATH", "~bob/t")], Some("/home/ann"), Some("~bob/t"));
        check(&[("HF_TOKEN_PATH", "~/t")], None, Some("~/t"));
    }
}
