//! What is too slow for the gate: every crate on its own, as whoever picks it up gets it.

mod tools;

use serde_json::Value;

use crate::api::{self, OtherForm};
use crate::process::{Outcome, cargo_output, run_cargo, say};
use crate::{examples, layers};

/// One part of the audit.
struct Part {
    name: &'static str,
    run: fn(&[Package]) -> Outcome,
}

/// In the order in which they run: what is quick comes first.
const PARTS: &[Part] = &[
    Part { name: "layers", run: |_| layers::run() },
    Part { name: "api", run: |_| api::run(&["--check".to_owned()], OtherForm::Refuse) },
    Part { name: "examples", run: |_| examples::run(&[]) },
    Part { name: "deny", run: |_| deny() },
    Part { name: "no-std", run: |_| no_std() },
    Part { name: "downstream", run: |_| downstream() },
    Part { name: "features", run: features },
    Part { name: "package", run: |_| package() },
];

/// Crates that promise to do without the standard library.
const NO_STD: &[&str] = &["openclaw-model-ref", "openclaw-json5-edit"];
/// A system that has none.
const BARE_TARGET: &str = "thumbv7em-none-eabi";

/// Runs the parts that are named, or all; goes on where one fails, and tells at the end. A crate's name behind `features`
/// runs that part for this crate alone.
pub(crate) fn run(args: &[String]) -> Outcome {
    let mut packages = packages()?;
    let parts = match args {
        [part, of @ ..] if part == "features" && !of.is_empty() => {
            packages.retain(|package| of.iter().any(|name| package.name == format!("openclaw-{name}")));
            if packages.len() != of.len() {
                return Err(format!("expected crates behind `features`, found `{}`", of.join(" ")));
            }
            std::slice::from_ref(part)
        }
        _ => args,
    };
    let names: Vec<_> = PARTS.iter().map(|part| part.name).collect();
    if let Some(unknown) = parts.iter().find(|part| !names.contains(&part.as_str())) {
        return Err(format!("expected parts of {}, found `{unknown}`", names.join(", ")));
    }
    let mut failed = Vec::new();
    for part in PARTS.iter().filter(|part| parts.is_empty() || parts.iter().any(|name| name == part.name)) {
        if let Err(why) = (part.run)(&packages) {
            say(&format!("\naudit: {}: {why}\n", part.name));
            failed.push(format!("{}: {why}", part.name));
        }
    }
    if failed.is_empty() {
        say("\naudit: all is as it should be\n");
        return Ok(());
    }
    Err(format!("audit:\n{}", failed.join("\n")))
}

/// One of our crates that others can pick up.
struct Package {
    name: String,
    /// Its features but `default`, sorted.
    features: Vec<String>,
}

fn packages() -> Outcome<Vec<Package>> {
    let metadata = cargo_output(&["metadata", "--format-version", "1", "--no-deps", "--locked"])?;
    let metadata: Value = serde_json::from_slice(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let list = metadata["packages"].as_array().ok_or("`cargo metadata` lists no packages")?;
    let unpublished = list.iter().filter(|package| package["publish"].is_null());
    let package = |package: &Value| {
        let names = package["features"].as_object().into_iter().flat_map(|features| features.keys());
        Some(Package {
            name: package["name"].as_str()?.to_owned(),
            features: names.filter(|name| *name != "default").cloned().collect(),
        })
    };
    Ok(unpublished.filter_map(package).collect())
}

/// The ways in which a crate can be picked up, as arguments of cargo: without features, with each alone, as it comes, and
/// with all.
fn ways(package: &Package) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    if package.features.is_empty() {
        return vec![Vec::new()];
    }
    let mut ways = vec![words(&["--no-default-features"])];
    ways.extend(
        package.features.iter().map(|feature| words(&["--no-default-features", "--features", feature])),
    );
    ways.extend([Vec::new(), words(&["--all-features"])]);
    ways
}

/// Each crate builds without a warning and passes its tests alone, in every way in which it can be picked up.
fn features(packages: &[Package]) -> Outcome {
    let mut failed = Vec::new();
    for package in packages {
        for way in ways(package) {
            let way: Vec<_> = way.iter().map(String::as_str).collect();
            let call = |command: &[&'static str], behind: &[&'static str]| -> Vec<&str> {
                let of = ["--quiet", "--locked", "--package", &package.name];
                [command, &of, &way, behind].concat()
            };
            // Not by RUSTFLAGS, which would have all dependencies built anew.
            let lint = call(&["clippy", "--all-targets"], &["--", "-D", "warnings"]);
            for call in [lint, call(&["test"], &[])] {
                if let Err(why) = run_cargo(&call, &[]) {
                    failed.push(why);
                }
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// Those that promise to do without the standard library build for a system that has none.
fn no_std() -> Outcome {
    tools::target(BARE_TARGET)?;
    for package in NO_STD {
        let call = ["build", "--quiet", "--locked", "--package", package, "--target", BARE_TARGET];
        run_cargo(&call, &[])?;
        run_cargo(&[&call[..], &["--all-features"]].concat(), &[])?;
    }
    Ok(())
}

/// Workspaces of others, which use each crate as a stranger would.
fn downstream() -> Outcome {
    let manifest = "tests/downstream/Cargo.toml";
    run_cargo(&["test", "--quiet", "--workspace", "--locked", "--manifest-path", manifest], &[])
}

/// Licences, versions that are there twice, and where crates come from: what needs no network.
fn deny() -> Outcome {
    tools::installed("cargo-deny", tools::DENY)?;
    // It looks at what other systems need as well, which nothing here has built.
    run_cargo(&["fetch", "--quiet", "--locked"], &[])?;
    run_cargo(&["deny", "--offline", "--all-features", "check", "licenses", "bans", "sources"], &[])
}

/// Each crate can be published: it builds from nothing but what is in its package.
fn package() -> Outcome {
    // These two are never published, and read files of the others.
    let unpublished = ["--exclude", "openclaw-tests", "--exclude", "xtask"];
    run_cargo(
        &[&["package", "--quiet", "--workspace", "--locked", "--allow-dirty"][..], &unpublished].concat(),
        &[],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_tried_in_every_way() {
        let package = |features: &[&str]| Package {
            name: "openclaw-x".to_owned(),
            features: features.iter().map(|&name| name.to_owned()).collect(),
        };
        assert_eq!(ways(&package(&[])), [Vec::<String>::new()]);
        assert_eq!(
            ways(&package(&["a", "b"])).iter().map(|way| way.join(" ")).collect::<Vec<_>>(),
            [
                "--no-default-features",
                "--no-default-features --features a",
                "--no-default-features --features b",
                "",
                "--all-features",
            ]
        );
    }
}
