//! The benches: one file each in `tests/benches`, all built optimised.

use crate::page;
use crate::process::{Outcome, run_cargo, workspace};

/// The page with the tables; the gateway's is in its own.
const PAGE: &str = "docs/benchmarks.md";
const GATEWAYS_PAGE: &str = "docs/gateway.md";

/// What is asked for.
#[derive(Debug, PartialEq)]
struct Request {
    names: Vec<String>,
    /// JSON in the place of tables.
    json: bool,
    /// The tables go into the docs.
    keep: bool,
}

/// Runs one bench, or with `all` every one.
pub(crate) fn run(args: &[String]) -> Outcome {
    let request = request(args, &known()?)?;
    for name in &request.names {
        let mut call = vec!["bench", "--quiet", "--package", "openclaw-tests", "--bench", name];
        if request.json {
            call.extend(["--", "--json"]);
        }
        run_cargo(&call, &[])?;
        if request.keep {
            keep(name)?;
        }
    }
    Ok(())
}

fn request(args: &[String], known: &[String]) -> Outcome<Request> {
    let (flags, names): (Vec<_>, Vec<_>) = args.iter().partition(|arg| arg.starts_with('-'));
    let mut request = Request { names: Vec::new(), json: false, keep: false };
    for flag in flags {
        match flag.as_str() {
            "--json" => request.json = true,
            "--keep" => request.keep = true,
            other => return Err(format!("expected `--json` or `--keep`, found `{other}`")),
        }
    }
    request.names = match names.as_slice() {
        [all] if *all == "all" => known.to_vec(),
        [name] if known.contains(name) => vec![(*name).clone()],
        _ => return Err(format!("expected one of {}, or `all`", known.join(", "))),
    };
    Ok(request)
}

/// Puts the table that a bench has left in `target/bench` into the docs.
fn keep(name: &str) -> Outcome {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), Into::into);
    let file = target.join("bench").join(format!("{name}.txt"));
    let table = std::fs::read_to_string(&file).map_err(|error| format!("`{}`: {error}", file.display()))?;
    let (page, place) = if name == "gateway" { (GATEWAYS_PAGE, "measured") } else { (PAGE, name) };
    page::put(&workspace().join(page), place, &format!("```text\n{table}```\n"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &str, expect: Result<(&str, bool, bool), &str>) {
        let args: Vec<_> = args.split_whitespace().map(str::to_owned).collect();
        let found = request(&args, &["merge".to_owned(), "sse".to_owned()]);
        let found = found.map(|request| (request.names.join(" "), request.json, request.keep));
        let expect = expect.map(|(names, json, keep)| (names.to_owned(), json, keep));
        assert_eq!(found, expect.map_err(str::to_owned), "{args:?}");
    }

    #[test]
    fn requests() {
        check("sse", Ok(("sse", false, false)));
        check("--json all", Ok(("merge sse", true, false)));
        check("all --keep", Ok(("merge sse", false, true)));
        check("", Err("expected one of merge, sse, or `all`"));
        check("soak", Err("expected one of merge, sse, or `all`"));
        check("sse --fast", Err("expected `--json` or `--keep`, found `--fast`"));
    }
}
