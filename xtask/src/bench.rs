//! The benches: one file each in `tests/benches`, all built in release.

use crate::process::{Outcome, run_cargo, workspace};

/// Runs one bench, or with `all` every one; `--json` asks for JSON instead of tables.
pub(crate) fn run(args: &[String]) -> Outcome {
    let known = known()?;
    let (json, names): (Vec<_>, Vec<_>) = args.iter().partition(|arg| *arg == "--json");
    let names: Vec<String> = match names.as_slice() {
        [all] if *all == "all" => known,
        [name] if known.contains(name) => vec![(*name).clone()],
        _ => return Err(format!("expected one of {}, or `all`", known.join(", "))),
    };
    for name in &names {
        let mut call = vec!["bench", "--quiet", "--package", "openclaw-tests", "--bench", name];
        if !json.is_empty() {
            call.extend(["--", "--json"]);
        }
        run_cargo(&call, &[])?;
    }
    Ok(())
}

/// The names of the benches, in the order of the alphabet.
fn known() -> Outcome<Vec<String>> {
    let folder = workspace().join("tests/benches");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    // It judges instead of measuring, and takes its time: `cargo xtask soak`.
    names.retain(|name| name != "soak");
    names.sort();
    Ok(names)
}
