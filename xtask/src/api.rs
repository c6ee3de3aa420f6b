//! What each library offers to those who use it, kept in `docs/api`, so that a change of it is seen.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::Value;

use crate::process::{Outcome, cargo_output, run_cargo, say, workspace};

/// The form of rustdoc's JSON that is read: that of Rust 1.95. It changes with most releases.
const FORMAT: u64 = 57;

/// Names the real rustdoc where this program stands in for it.
const RUSTDOC: &str = "XTASK_RUSTDOC";

/// What to do where this machine's rustdoc writes another form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OtherForm {
    /// Say so, and be content: the gate has to pass with any newer toolchain.
    Pass,
    /// Fail.
    Refuse,
}

/// Writes what each library offers anew, or with `--check` only says whether that is as it was.
pub(crate) fn run(args: &[String], other: OtherForm) -> Outcome {
    let is_check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("`api` takes `--check` or nothing".to_owned()),
    };
    let libraries = libraries()?;
    let Some(fresh) = fresh(&libraries)? else {
        let why = format!("this rustdoc does not write form {FORMAT}, that of Rust 1.95");
        return match other {
            OtherForm::Pass => {
                say(&format!("api: not compared: {why}\n"));
                Ok(())
            }
            OtherForm::Refuse => Err(format!("api: {why}")),
        };
    };
    let folder = workspace().join("docs/api");
    let mut changed = Vec::new();
    for (library, text) in &fresh {
        let path = folder.join(format!("{library}.txt"));
        let old = fs::read_to_string(&path).unwrap_or_default();
        if old == *text {
            continue;
        }
        changed.push(format!("docs/api/{library}.txt\n{}", difference(&old, text)));
        if !is_check {
            fs::create_dir_all(&folder).map_err(told(&folder))?;
            fs::write(&path, text).map_err(told(&path))?;
        }
    }
    let changed = changed.join("\n");
    if is_check && !changed.is_empty() {
        return Err(format!("`cargo xtask api` makes these otherwise:\n{changed}"));
    }
    say(&changed);
    Ok(())
}

/// Stands in for rustdoc where cargo calls it, so that only rustdoc is told to write what is not stable: told to cargo
/// as well, all that is compiled would be compiled anew. `None` where this program was called for itself.
pub(crate) fn as_rustdoc() -> Option<ExitCode> {
    let rustdoc = std::env::var_os(RUSTDOC)?;
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let status = Command::new(rustdoc).args(args).env("RUSTC_BOOTSTRAP", "1").status();
    let code = status.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(ExitCode::from(code.unwrap_or(1)))
}

/// The packages that are libraries for others, by name.
fn libraries() -> Outcome<Vec<String>> {
    let metadata = cargo_output(&["metadata", "--format-version", "1", "--no-deps", "--locked"])?;
    let metadata: Value = serde_json::from_slice(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let packages = metadata["packages"].as_array().ok_or("`cargo metadata` lists no packages")?;
    let names = packages.iter().filter_map(|package| package["name"].as_str());
    let names = names.filter(|name| name.starts_with("openclaw-"));
    Ok(names.filter(|name| !["openclaw-cli", "openclaw-tests"].contains(name)).map(str::to_owned).collect())
}

/// What they offer, by name; `None` where rustdoc writes another form.
fn fresh(libraries: &[String]) -> Outcome<Option<BTreeMap<String, String>>> {
    let this = std::env::current_exe().map_err(|error| format!("this program's own place: {error}"))?;
    let this = this.to_str().ok_or("this program's own place is no text")?;
    let rustdoc = std::env::var("RUSTDOC").unwrap_or_else(|_| "rustdoc".to_owned());
    // The workspace as a whole, as the gate's other steps build it, so that nothing is compiled twice.
    let call = [
        "doc",
        "--quiet",
        "--workspace",
        "--lib",
        "--exclude",
        "openclaw-cli",
        "--exclude",
        "openclaw-tests",
        "--no-deps",
        "--all-features",
        "--locked",
    ];
    let flags = "-Z unstable-options --output-format json";
    run_cargo(&call, &[("RUSTDOC", this), (RUSTDOC, &rustdoc), ("RUSTDOCFLAGS", flags)])?;

    let doc = target()?.join("doc");
    let mut fresh = BTreeMap::new();
    for library in libraries {
        let path = doc.join(format!("{}.json", library.replace('-', "_")));
        let bytes = fs::read(&path).map_err(told(&path))?;
        let json: Value =
            serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        if json["format_version"].as_u64() != Some(FORMAT) {
            return Ok(None);
        }
        let api = public_api::Builder::from_rustdoc_json(&path)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .build()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        fresh.insert(library.clone(), text(api.items().map(ToString::to_string)));
    }
    Ok(Some(fresh))
}

/// A line an item, but for the methods of a trait: what they look like is known from the trait that is implemented.
fn text(items: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    // How a method of the trait that is implemented begins; none is one of an inherent block.
    let mut of_trait: Option<String> = None;
    for item in items {
        if item.starts_with("impl") {
            let target =
                item.split_once(" for ").map(|(_, rest)| rest.split(" where ").next().unwrap_or(rest));
            of_trait = target.map(|target| format!("pub fn {target}::"));
            if item.contains(" core::marker::StructuralPartialEq for ") {
                continue;
            }
        } else if of_trait.as_ref().is_some_and(|method| item.starts_with(method)) {
            continue;
        }
        text.push_str(&item);
        text.push('\n');
    }
    text
}

/// The folder in which cargo builds.
fn target() -> Outcome<PathBuf> {
    let metadata = cargo_output(&["metadata", "--format-version", "1", "--no-deps", "--locked"])?;
    let metadata: Value = serde_json::from_slice(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    Ok(metadata["target_directory"].as_str().ok_or("`cargo metadata` names no target folder")?.into())
}

/// The lines that are in one text only.
fn difference(old: &str, new: &str) -> String {
    let only = |these: &str, those: &str, sign: char| {
        let those: std::collections::BTreeSet<_> = those.lines().collect();
        let lines = these.lines().filter(|line| !those.contains(line));
        lines.fold(String::new(), |text, line| format!("{text}  {sign} {line}\n"))
    };
    only(old, new, '-') + &only(new, old, '+')
}

fn told(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("`{}`: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_traits_are_left_out_and_those_of_the_type_are_kept() {
        let items = [
            "pub struct a::B<T>",
            "impl<T> a::B<T>",
            "pub fn a::B<T>::new() -> Self",
            "impl<T> core::clone::Clone for a::B<T> where T: core::clone::Clone",
            "pub fn a::B<T>::clone(&self) -> a::B<T>",
            "impl<T> core::marker::StructuralPartialEq for a::B<T>",
            "pub fn a::free()",
        ];
        assert_eq!(
            text(items.map(str::to_owned).into_iter()),
            "pub struct a::B<T>\nimpl<T> a::B<T>\npub fn a::B<T>::new() -> Self\n\
             impl<T> core::clone::Clone for a::B<T> where T: core::clone::Clone\npub fn a::free()\n"
        );
    }

    #[test]
    fn a_difference_has_the_lines_of_one_side() {
        assert_eq!(difference("a\nb\n", "b\nc\n"), "  - a\n  + c\n");
        assert_eq!(difference("a\n", "a\n"), "");
    }
}
