//! S08 of the specification: whether the service will see the token.

use std::time::Duration;

use openclaw_config_merge::Config;
use openclaw_credentials::{Search, Source, resolve};

use super::environment::Environment;
use crate::app::{App, env};
use crate::commands::models::status_source;
use crate::commands::token;
use crate::out;

/// The login shell is not waited for any longer here, whatever the config allows it.
const SHELL_PATIENCE: Duration = Duration::from_secs(5);

/// Says it where the service will not see the token that this shell has, or another one, and what mends that.
pub(super) fn tell(app: &App, config: &Config, environment: &Environment) {
    let seen = |name: &str| environment.seen(&env, name);
    let keys = || {
        let mut keys = config.credential_keys();
        keys.shell_env.timeout = Some(keys.shell_env.timeout.unwrap_or(SHELL_PATIENCE).min(SHELL_PATIENCE));
        keys
    };
    let there = resolve(&Search { env: &seen, ..app.search(keys()) }).token;
    let resolution = resolve(&app.search(keys()));
    match (there, &resolution.token) {
        (None, None) => {
            out::warn("there is no token: the router answers nobody without one");
            hint(&token::mend(app, &resolution));
        }
        (None, Some(here)) => {
            let source = status_source(app, &here.source);
            out::warn(&format!(
                "the service does not see the token: it is {source}, which is this shell's alone"
            ));
            hint(&mend(&here.source));
        }
        (Some(there), Some(here)) if there.token != here.token => {
            let (there, here) = (status_source(app, &there.source), status_source(app, &here.source));
            out::warn(&format!("the service uses another token than this shell: {there}, not {here}"));
        }
        (Some(there), _) => {
            let source = status_source(app, &there.source);
            out::say(&format!("The service sees the token: {source}\n"));
        }
    }
}

fn hint(command: &str) {
    out::say(&format!("  hint: {command}\n"));
}

/// What puts a token where the service looks; it goes through a pipe, since a command line can be read by others.
fn mend(source: &Source) -> String {
    match source {
        Source::Environment { name } => {
            format!("printenv {name} | openclaw onboard --non-interactive --huggingface-api-key -")
        }
        _ => "openclaw onboard".to_owned(),
    }
}
