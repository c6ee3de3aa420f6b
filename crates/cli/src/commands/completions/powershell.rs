//! PowerShell, with words quoted that have to be.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::env::{EnvCompleter, Powershell};

/// As `clap_complete` has it, but a word with spaces is put in quotes, since PowerShell inserts it as it is.
pub(super) struct PowerShell;

impl EnvCompleter for PowerShell {
    fn name(&self) -> &'static str {
        Powershell.name()
    }

    fn is(&self, name: &str) -> bool {
        Powershell.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        Powershell.write_registration(var, name, bin, completer, buf)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let mut lines = Vec::new();
        Powershell.write_complete(command, args, folder, &mut lines)?;
        for line in String::from_utf8_lossy(&lines).lines() {
            match line.split_once('\t') {
                Some((word, about)) => writeln!(buf, "{}\t{about}", quoted(word))?,
                None => writeln!(buf, "{}", quoted(line))?,
            }
        }
        Ok(())
    }
}

fn quoted(word: &str) -> String {
    if word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=".contains(c)) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "''"))
    }
}
