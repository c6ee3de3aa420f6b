//! Real OpenAI clients against the gateway, with the sandbox in the router's place.

mod clients;
mod page;
mod servers;

use std::path::{Path, PathBuf};

use crate::process::{Outcome, run_cargo, say, workspace};

/// What every client is asked for: a name, as the scripts print it, and what has to happen.
const SCENARIOS: &[(&str, &str)] = &[
    ("models", "lists the alias and the refs"),
    ("retrieve", "one model whose id has a slash in it"),
    ("chat", "an answer in one piece, with its usage"),
    ("stream", "an answer in pieces, ended properly"),
    ("stream-usage", "the usage at the end of a stream"),
    ("alias", "an alias with a space in it as the model"),
    ("failover", "the first offer says 429, the next one answers"),
    ("tools", "a request with tools is answered"),
    ("structured", "a request with a JSON schema is answered"),
    ("error-key", "a wrong key is the client's own error, with a message"),
    ("error-model", "so is a model that nobody has"),
    ("error-param", "so is a request that the provider refuses as wrong"),
    ("cut-stream", "an answer that breaks off is an error, not an end"),
    ("embeddings", "what is not served is a 404 that says so"),
    ("abort", "a stream that is left early disturbs nobody"),
];

/// What came of one scenario with one client.
#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    /// It went as described.
    Ok,
    /// It did not, and why.
    Fails(String),
    /// The client has no call for it.
    Lacks,
}

/// One client's column of the table.
#[derive(Debug, PartialEq)]
struct Column {
    client: String,
    version: String,
    /// In the order of [`SCENARIOS`].
    verdicts: Vec<Verdict>,
}

/// Where the parts are.
struct Places {
    /// `xtask/interop/clients`: a script a client, and what is to be installed.
    scripts: PathBuf,
    /// `target/interop`: what is installed, and the logs of the last run.
    cache: PathBuf,
    /// `openclaw`, as cargo builds it beside this program.
    openclaw: PathBuf,
}

impl Places {
    fn find() -> Outcome<Self> {
        let this = std::env::current_exe().map_err(|error| format!("this program's own place: {error}"))?;
        let debug = this.parent().unwrap_or(Path::new("."));
        Ok(Self {
            scripts: workspace().join("xtask/interop/clients"),
            cache: debug.parent().unwrap_or(debug).join("interop"),
            openclaw: debug.join(format!("openclaw{}", std::env::consts::EXE_SUFFIX)),
        })
    }
}

/// Runs the clients that are named, or all; only a run of all is written into the page.
pub(crate) fn run(args: &[String]) -> Outcome {
    let names = match args.split_first() {
        Some((what, names)) if what == "clients" => names,
        _ => return Err("expected `interop clients [NAME …]`".to_owned()),
    };
    let places = Places::find()?;
    let known = clients::known(&places.scripts)?;
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(format!("expected clients of {}, found `{name}`", known.join(", ")));
    }
    clients::install(&places)?;
    run_cargo(&["build", "--quiet", "--locked", "--package", "openclaw-cli"], &[])?;

    let sandbox = servers::sandbox(&places)?;
    let mut columns = Vec::new();
    for script in known.iter().filter(|script| names.is_empty() || names.contains(script)) {
        say(&format!("== {script}\n"));
        // A gateway each: what one client's refusals cooled down is no business of the next one.
        let gateway = servers::gateway(&places, script, sandbox.base_url())?;
        columns.push(clients::run(&places, script, gateway.base_url())?);
        gateway.stop()?;
    }
    say(&format!("\n{}", page::table(&columns)));
    if names.is_empty() {
        page::write(&workspace().join("docs/interop-clients.md"), &columns)?;
    }
    let failures = page::failures(&columns);
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("interop: these failed\n\n{failures}\nlogs: {}", places.cache.join("logs").display()))
    }
}
