//! The real OpenClaw and ours in the same home, in turn, without a network.

mod checks;
mod install;
mod world;

use super::servers;
use super::{Column, Places, Scenarios, Verdict, report};
use crate::process::{Outcome, run_cargo, say, workspace};
use install::{RELEASES, install};
use world::World;

/// What is tried, and what has to happen.
const SCENARIOS: &Scenarios = &[
    ("ours-read", "what we write has the same default, fallbacks and aliases there"),
    ("ours-valid", "its own check of the config has nothing to say"),
    ("our-files", "our own files in the state folder are left alone and in nobody's way"),
    ("our-token", "the token that we keep is found there"),
    ("theirs-read", "what its onboarding writes is valid here, with the same default and aliases"),
    ("their-token", "the token that its onboarding keeps is found here"),
    ("our-edits", "our edits of its config change the lines that they name and no others"),
    ("in-turn", "four writers in turn: both read the same at the end, and nothing of the user's is lost"),
    ("their-doctor", "its `doctor --fix` ends, and our files and what the config says stay"),
    ("examples", "the specification's seven configs are read alike and are not rewritten"),
];

/// Installs the releases, tries everything with each, and writes the page.
pub(super) fn run(places: &Places) -> Outcome {
    run_cargo(&["build", "--quiet", "--locked", "--package", "openclaw-cli"], &[])?;
    let node = install::node(places)?;
    let sandbox = servers::sandbox(places)?;
    let mut columns = Vec::new();
    for release in RELEASES {
        let program = install(places, &node, release)?;
        say(&format!("== OpenClaw {}\n", release.version));
        let world = World::new(places, &node, release, program, sandbox.base_url());
        let verdicts = SCENARIOS.iter().map(|(name, _)| {
            say(&format!("   {name}\n"));
            // A check that cannot be made has failed.
            checks::check(&world, name).unwrap_or_else(Verdict::Fails)
        });
        columns.push(Column {
            client: "OpenClaw".to_owned(),
            version: release.version.to_owned(),
            verdicts: verdicts.collect(),
        });
    }
    report(places, SCENARIOS, &columns, Some(&workspace().join("docs/interop-openclaw.md")))
}
