//! How a command fails: what, why, and one command that helps.

use std::error::Error;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::exit::Exit;
use crate::view::{mask_tokens, printable};

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// What is printed when a command cannot do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    /// From the outermost to the root.
    causes: Vec<String>,
    /// Lines that show the place, ready to print.
    snippet: Option<String>,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), causes: Vec::new(), snippet: None, hint: None }
    }

    /// Nothing to say and nothing wrong: the reader of the output went away.
    pub(crate) fn quiet() -> Self {
        Self::new(Exit::Quiet, "")
    }

    /// The chain of an error, each level by its own words.
    pub(crate) fn from_error(exit: Exit, what: impl Into<String>, error: &dyn Error) -> Self {
        let mut failure = Self::new(exit, what);
        let mut next = Some(error);
        while let Some(error) = next {
            let words = error.to_string();
            if failure.causes.last() != Some(&words) {
                failure.causes.push(words);
            }
            next = error.source();
        }
        failure
    }

    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    pub(crate) fn snippet(mut self, snippet: impl Into<String>) -> Self {
        self.snippet = Some(snippet.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// For programs, tokens masked; `class` is that of the network's failures.
    pub(crate) fn as_json(&self, class: Option<&str>) -> Value {
        json!({
            "class": class,
            "message": mask_tokens(&self.what),
            "causes": self.causes.iter().map(|cause| mask_tokens(cause)).collect::<Vec<_>>(),
            "hint": self.hint.as_deref().map(mask_tokens),
        })
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// From the outermost to the root.
    pub(crate) fn causes(&self) -> &[String] {
        &self.causes
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The whole text, with a line end; tokens typed in the wrong place are masked, commands of the terminal spelled out.
    pub(crate) fn render(&self) -> String {
        if self.exit == Exit::Quiet {
            return String::new();
        }
        let bold = anstyle::Style::new().bold();
        let red = bold.fg_color(Some(anstyle::AnsiColor::Red.into()));
        let mut text = format!("{red}error:{red:#} {}\n", shown(&self.what));
        for cause in &self.causes {
            // An empty cause is a line all the same.
            for line in cause.split('\n') {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "  {}", shown(line.trim_end_matches('\r')));
            }
        }
        if let Some(snippet) = &self.snippet {
            text.push_str(snippet.trim_end());
            text.push('\n');
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "\n{bold}hint:{bold:#} {}", shown(hint));
        }
        text
    }
}

fn shown(text: &str) -> String {
    printable(&mask_tokens(text)).into_owned()
}
