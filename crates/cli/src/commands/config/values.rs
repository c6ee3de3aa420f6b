//! Values that load, and that whoever reads them refuses.

use openclaw_config_merge::{Config, Finding, FindingKind, Severity};
use openclaw_hf_client::{Endpoint, EndpointInput};
use openclaw_json5_edit::{Document, Path, Value};

use crate::app::env;
use crate::args::bind;
use crate::commands::gateway::port;

/// Words of OpenClaw's own gateway, which this one does not know.
const ITS_BINDS: [&str; 3] = ["auto", "custom", "tailnet"];

/// All that looks wrong in a config, in the order of its text.
pub(super) fn check(document: &Document, config: &Config) -> Vec<Finding> {
    let mut findings = openclaw_config_merge::check(document, config);
    let told = [
        (["gateway", "port"].as_slice(), port_told(config)),
        (&["gateway", "bind"], bind_told(config)),
        (&["models", "providers", "huggingface", "baseUrl"], base_told(config)),
    ];
    for (keys, told) in told {
        let Some((severity, message)) = told else { continue };
        let path = Path::keys(keys.iter().copied());
        let span = document.get(&path).map_or(0..0, Value::span);
        let path = path.to_string();
        findings.push(Finding { severity, kind: FindingKind::Value, path, span, message, missing: None });
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    findings
}

fn port_told(config: &Config) -> Option<(Severity, String)> {
    Some((Severity::Error, port(config.gateway.port?).err()?))
}

fn bind_told(config: &Config) -> Option<(Severity, String)> {
    let said = config.gateway.bind.as_deref()?;
    let expected = bind(said).err()?;
    Some(match ITS_BINDS.contains(&said) {
        true => (Severity::Warning, format!("{expected}; this one is known to OpenClaw's own gateway alone")),
        false => (Severity::Error, expected),
    })
}

/// The config's own address, whatever the environment says instead; one with a variable that is not set may be right.
fn base_told(config: &Config) -> Option<(Severity, String)> {
    let text = config.provider()?.base_url.as_deref()?;
    let filled = openclaw_credentials::fill_in(text, &env).ok()?;
    let input = EndpointInput { config_base_url: Some(&filled), ..EndpointInput::default() };
    let error = Endpoint::resolve(&input).err()?;
    Some((Severity::Error, format!("expected {}", error.kind())))
}
