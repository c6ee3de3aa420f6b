//! Changes a config in a folder of its own: by rules, under a lock, with a backup; and refuses a broken one.
//!
//! `cargo run -p openclaw-config-merge --example merge`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::fs;
use std::time::Duration;

use openclaw_config_merge::store::{EditOptions, Write, edit, read};
use openclaw_config_merge::{
    AliasChange, FallbackChange, PrimaryChange, Sources, Wanted, check, explain, merge,
};

const CONFIG: &str = r#"// Do not touch on Fridays.
{
  agents: {
    defaults: {
      model: { primary: 'huggingface/Qwen/Qwen3-8B' }, // the small one
    },
  },
  gatewy: { port: 18789 }, // a typo, kept and told
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("openclaw.json");
    fs::write(&path, CONFIG)?;

    let wanted = Wanted {
        primary: PrimaryChange::Set("huggingface/zai-org/GLM-4.7:cheapest".parse()?),
        fallbacks: FallbackChange::Append(vec!["huggingface/Qwen/Qwen3-8B".parse()?]),
        aliases: vec![("huggingface/Qwen/Qwen3-8B".parse()?, AliasChange::Set("small".to_owned()))],
        ..Wanted::default()
    };
    let options =
        EditOptions { holder: "the example", timeout: Duration::from_secs(5), write: Write::ToDisk };
    let edited = edit(&path, &options, |document, _| {
        merge(document, &wanted).map(|merged| (merged.document, merged.report))
    })?;
    println!("{}", edited.after);
    for step in &edited.outcome.steps {
        println!("{step}");
    }
    println!("a backup is kept: {}", edited.backup.is_some());

    // The same again changes no byte.
    let again = edit(&path, &options, |document, _| {
        merge(document, &wanted).map(|merged| (merged.document, merged.report))
    })?;
    println!("changed again: {}\n", again.is_changed());

    let loaded = read(&path)?;
    if let Some(document) = &loaded.document {
        for finding in check(document, &loaded.config) {
            println!("{}: {}", finding.path, finding.message);
        }
    }
    let key = "agents.defaults.model.primary".parse()?;
    let explanation = explain(&Sources { config: Some(&loaded), ..Sources::default() }, &key);
    for said in &explanation.layers {
        let line = said.place.as_ref().map_or(0, |place| place.line);
        println!("{key}: said by the {}, line {line}", said.by);
    }

    // What does not parse is never rewritten.
    fs::write(&path, "{ agents: { defaults: } }")?;
    match edit(&path, &options, |document, _| {
        merge(document, &wanted).map(|merged| (merged.document, merged.report))
    }) {
        Ok(_) => println!("\nit was changed"),
        Err(error) => {
            let mut level: Option<&dyn Error> = Some(&error);
            let mut lines = Vec::new();
            while let Some(error) = level {
                lines.push(error.to_string().replace(&folder.path().display().to_string(), "…"));
                level = error.source();
            }
            println!("\nrefused: {}", lines.join(": "));
        }
    }
    println!("and left as it was: {}", fs::read_to_string(&path)? == "{ agents: { defaults: } }");
    Ok(())
}
