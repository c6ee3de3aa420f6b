//! A device that has its model in a config of its own, without the standard library.
#![no_std]

extern crate alloc;

use alloc::string::String;

use openclaw_json5_edit::{Document, EditError, ParseError, Path};
use openclaw_model_ref::{ModelRef, Selector};

/// What went wrong.
#[derive(Debug)]
pub enum Error {
    /// The config is none.
    Config(ParseError),
    /// The config cannot take the change.
    Edit(EditError),
    /// The config names no model.
    NoModel,
    /// What it names is none.
    Model(openclaw_model_ref::ParseError),
}

/// The model that a config names under `model`.
///
/// # Errors
/// See [`Error`].
pub fn model(config: &str) -> Result<ModelRef, Error> {
    let document = Document::parse(config).map_err(Error::Config)?;
    let value =
        document.get(&Path::keys(["model"])).and_then(|value| value.as_str()).ok_or(Error::NoModel)?;
    value.parse().map_err(Error::Model)
}

/// The config with its model pinned to a provider; all else stays.
///
/// # Errors
/// See [`Error`].
pub fn pin(config: &str, provider: &str) -> Result<String, Error> {
    let pinned = model(config)?.with_selector(Selector::Provider(provider)).map_err(Error::Model)?;
    let document = Document::parse(config).map_err(Error::Config)?;
    let mut edits = document.edit();
    edits.set(&Path::keys(["model"]), pinned.as_str());
    edits.apply().map(Document::into_string).map_err(Error::Edit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaw_json5_edit::ParseErrorKind;

    const CONFIG: &str = "{\n  model: 'huggingface/Qwen/Qwen3-8B', // the small one\n}\n";

    #[test]
    fn a_model_is_pinned_and_the_comment_stays() {
        assert_eq!(
            pin(CONFIG, "nscale").unwrap(),
            "{\n  model: 'huggingface/Qwen/Qwen3-8B:nscale', // the small one\n}\n"
        );
    }

    #[test]
    fn what_is_wrong_can_be_told_apart() {
        assert!(matches!(model("{ model: "), Err(Error::Config(error)) if error.span() == (9..9)));
        assert!(matches!(model("{}"), Err(Error::NoModel)));
        assert!(matches!(model("{ model: 'x' }"), Err(Error::Model(error)) if error.input() == "x"));
        assert!(
            matches!(model("{ a: 1 b: 2 }"), Err(Error::Config(error)) if error.kind() != ParseErrorKind::UnexpectedEnd)
        );
    }
}
