//! Real OpenAI clients against the gateway, and the real OpenClaw beside ours, with the sandbox in the router's place.

mod clients;
mod openclaw;
mod page;
mod servers;

use std::path::{Path, PathBuf};

use crate::process::{Outcome, run_cargo, say, workspace};

/// The rows of a table: a short name, and what has to happen.
type Scenarios = [(&'static str, &'static str)];

/// What every client is asked for: a name, as the scripts print it, and what has to happen.
const SCENARIOS: &Scenarios = &[
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
    /// There is no call for it on the other side.
    Lacks,
}

/// One client's or release's column of the table.
#[derive(Debug, PartialEq)]
struct Column {
    client: String,
    version: String,
    /// In the order of the rows.
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

/// Tries what is named against what we build; a run of all is written into its page.
pub(crate) fn run(args: &[String]) -> Outcome {
    match args.split_first() {
        Some((what, names)) if what == "clients" => run_clients(names),
        Some((what, [])) if what == "openclaw" => openclaw::run(&Places::find()?),
        _ => Err("expected `interop clients [NAME …]` or `interop openclaw`".to_owned()),
    }
}

/// Runs the clients that are named, or all.
fn run_clients(names: &[String]) -> Outcome {
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
    let page = names.is_empty().then(|| workspace().join("docs/interop-clients.md"));
    report(&places, SCENARIOS, &columns, page.as_deref())
}

/// Shows the table, keeps it in a page where there is one, and says what failed.
fn report(places: &Places, rows: &Scenarios, columns: &[Column], page: Option<&Path>) -> Outcome {
    say(&format!("\n{}", page::table(rows, columns)));
    if let Some(page) = page {
        page::write(page, rows, columns)?;
    }
    let failures = page::failures(rows, columns);
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("interop: these failed\n\n{failures}\nlogs: {}", places.cache.join("logs").display()))
    }
}
