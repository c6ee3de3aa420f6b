//! zsh, whose script is installed as a function that is read at the first Tab.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::env::{self, EnvCompleter};

use super::bash::typed;

/// Answers the Tab for which zsh reads the file.
const FIRST: &str = r#"
if [[ "${funcstack[1]}" = "_openclaw" ]]; then
    _clap_dynamic_completer_openclaw "$@"
fi
"#;

/// As `clap_complete` has it, but the first Tab is answered too, and words are read as they are meant.
pub(super) struct Zsh;

impl EnvCompleter for Zsh {
    fn name(&self) -> &'static str {
        env::Zsh.name()
    }

    fn is(&self, name: &str) -> bool {
        env::Zsh.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        env::Zsh.write_registration(var, name, bin, completer, buf)?;
        // Read as `_openclaw`, the script has only said who answers from now on.
        buf.write_all(FIRST.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let args = args.iter().map(|word| typed(&word.to_string_lossy()).text.into()).collect();
        env::Zsh.write_complete(command, args, folder, buf)
    }
}
