//! The reference and the man pages, which the program's own help makes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::process::{Outcome, run_cargo, say, workspace};

/// What is made, below `docs`; nothing else in `docs` is touched.
const PAGE: &str = "cli.md";
const MAN: &str = "man";

/// Writes them anew, or with `--check` only says whether they are.
pub(crate) fn run(args: &[String]) -> Outcome {
    let is_check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("`codegen` takes `--check` or nothing".to_owned()),
    };
    let docs = workspace().join("docs");
    let fresh = workspace().join("target").join("codegen");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(told(&fresh))?;
    }
    let into = fresh.display().to_string();
    run_cargo(
        &["run", "--quiet", "--locked", "-p", "openclaw-cli", "--example", "reference", "--", &into],
        &[],
    )?;
    let (old, new) = (files(&docs)?, files(&fresh)?);
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    let stale: Vec<_> = names.filter(|name| old.get(*name) != new.get(*name)).collect();
    if stale.is_empty() {
        return Ok(());
    }
    if is_check {
        let names: Vec<_> = stale.iter().map(|name| name.to_string_lossy()).collect();
        return Err(format!("`cargo xtask codegen` makes these otherwise: {}", names.join(", ")));
    }
    for name in stale {
        let path = docs.join(name);
        match new.get(name) {
            None => fs::remove_file(&path).map_err(told(&path))?,
            Some(bytes) => {
                fs::create_dir_all(docs.join(MAN)).map_err(told(&docs))?;
                fs::write(&path, bytes).map_err(told(&path))?;
            }
        }
        say(&format!("docs/{}\n", name.to_string_lossy()));
    }
    Ok(())
}

/// The files that are made, by their path below a folder.
fn files(folder: &Path) -> Outcome<BTreeMap<OsString, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let page = folder.join(PAGE);
    if page.exists() {
        files.insert(PAGE.into(), fs::read(&page).map_err(told(&page))?);
    }
    let man = folder.join(MAN);
    if man.exists() {
        for entry in fs::read_dir(&man).map_err(told(&man))? {
            let path = entry.map_err(told(&man))?.path();
            let name = Path::new(MAN).join(path.file_name().unwrap_or_default());
            files.insert(name.into(), fs::read(&path).map_err(told(&path))?);
        }
    }
    Ok(files)
}

fn told(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("`{}`: {error}", path.display())
}
