//! What help tells beside the commands: one table a topic, which the reference and the man pages print as well.

use std::fmt::Write as _;

use crate::exit::Exit;

/// Something to read about that is no command.
pub(crate) struct Topic {
    /// As it is typed behind `openclaw help`.
    pub(crate) name: &'static str,
    /// What it is about, as a fragment.
    pub(crate) about: &'static str,
    /// What it has in two columns.
    pub(crate) rows: fn() -> Vec<(String, &'static str)>,
    /// What holds for all rows, one sentence a line.
    pub(crate) notes: &'static str,
}

/// All topics, in the order in which they are listed.
pub(crate) const TOPICS: [Topic; 3] = [
    Topic {
        name: "exit-codes",
        about: "what the program's exit code says",
        rows: || {
            let codes = EXIT_CODES.iter().map(|(exit, meaning)| (exit.code().to_string(), *meaning));
            codes.collect()
        },
        notes: "\
A reader that goes away, as `head` does, is no failure.
`openclaw models status --check` ends with 1 where no token is found.",
    },
    Topic {
        name: "environment",
        about: "which variables are read",
        rows: || rows(ENVIRONMENT),
        notes: "\
A variable that is empty counts as unset, but for OPENCLAW_GATEWAY_PORT and HF_BILL_TO.
A flag goes before its variable, but for --profile, and a variable before the config.
Of the tokens the first one in this order is used; `openclaw models status` says which.",
    },
    Topic {
        name: "files",
        about: "where settings, the token and lists are kept",
        rows: || rows(FILES),
        notes: "\
`~/.openclaw` is the state folder; OPENCLAW_STATE_DIR or --profile names another.
A file that does not parse is never rewritten, and an edit changes only what it names.
Beside a file that is edited there may be a lock, which stays empty.",
    },
];

const EXIT_CODES: &[(Exit, &str)] = &[
    (Exit::Quiet, "all was done"),
    (Exit::Failure, "something failed that has no code of its own"),
    (Exit::Usage, "the command line or the config is wrong"),
    (Exit::Unavailable, "the model or its provider cannot answer now"),
    (Exit::Auth, "the token is missing, refused, lacks a permission, or has no credits left"),
    (Exit::Network, "the network is dead or too slow"),
    (Exit::Truncated, "the answer broke off"),
    (Exit::Interrupted, "Ctrl-C"),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("HUGGINGFACE_HUB_TOKEN", "the token"),
    ("HF_TOKEN", "the token"),
    ("HUGGING_FACE_HUB_TOKEN", "the token"),
    ("HF_TOKEN_PATH", "the token file of Hugging Face's own tools"),
    ("HF_HOME", "the folder of that file, `token`"),
    ("XDG_CACHE_HOME", "where `huggingface/token` is looked for, after HF_HOME"),
    ("OPENCLAW_LOAD_SHELL_ENV", "1 asks the login shell for the token where nothing else has one"),
    ("OPENCLAW_SHELL_ENV_TIMEOUT_MS", "how long the login shell may take, in milliseconds; 15000 unless set"),
    ("OPENCLAW_SHELL_ENV_RUNNING", "set for that login shell, so that it does not ask again"),
    ("SHELL", "which login shell that is"),
    ("OPENCLAW_HF_BASE_URL", "the router's address, instead of https://router.huggingface.co/v1"),
    ("HF_ENDPOINT", "the Hub's address, where tokens are checked"),
    ("HF_BILL_TO", "the organisation to bill"),
    ("SSL_CERT_FILE", "a PEM file of authorities to trust in place of the system's"),
    ("HTTPS_PROXY", "the proxy towards https addresses"),
    ("HTTP_PROXY", "the proxy towards http addresses"),
    ("ALL_PROXY", "the proxy towards both"),
    ("NO_PROXY", "hosts without a proxy, with commas between"),
    ("OPENCLAW_GATEWAY_PORT", "the gateway's port"),
    ("OPENCLAW_GATEWAY_TOKEN", "a key of the gateway, before `gateway.auth.token` of the config"),
    ("OPENCLAW_GATEWAY_PASSWORD", "the same where `gateway.auth.mode` is `password`"),
    ("LISTEN_FDS", "set by systemd: the gateway is handed a socket to listen on"),
    ("LISTEN_PID", "to which process"),
    ("NOTIFY_SOCKET", "set by systemd: whom the gateway tells that it is ready"),
    ("XDG_RUNTIME_DIR", "where systemd's manager of a user's services is reached"),
    ("XDG_CONFIG_HOME", "where its units are, in `systemd/user`; `~/.config` unless set"),
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "where the gateway sends traces and metrics, in a build with the feature `otlp`",
    ),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "the whole address for traces alone"),
    ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "the whole address for metrics alone"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "`http/protobuf`, the one that is spoken"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "the same for traces alone"),
    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "the same for metrics alone"),
    ("OTEL_TRACES_EXPORTER", "`none` sends no traces"),
    ("OTEL_METRICS_EXPORTER", "`none` sends no metrics"),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "milliseconds that a call to the collector may take; 10000 unless set"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "headers for that collector, `name=value` with commas between"),
    ("OTEL_SDK_DISABLED", "`true` keeps the gateway from sending anything there"),
    ("OTEL_SERVICE_NAME", "what the gateway is called there; `openclaw-gateway` unless set"),
    (
        "OPENCLAW_GATEWAY_STATE",
        "the server by which gateways share cooldowns, limits and spend, unless `--state` names one",
    ),
    ("OPENCLAW_STATE_DIR", "the state folder, instead of `~/.openclaw`"),
    ("OPENCLAW_CONFIG_PATH", "the config, instead of `openclaw.json` in the state folder"),
    ("OPENCLAW_AGENT_DIR", "the agent's folder, instead of `agents/main/agent` in the state folder"),
    ("OPENCLAW_HOME", "the home folder, before HOME"),
    ("HOME", "the home folder"),
    ("USERPROFILE", "the home folder where HOME is not set"),
    ("OPENCLAW_LOG", "anything is as good as --verbose"),
    ("OPENCLAW_COMPLETE", "set by the script of `openclaw completions`: complete for this shell"),
    ("COLUMNS", "how wide the terminal is"),
    ("NO_COLOR", "anything switches colour off"),
    ("CLICOLOR", "0 switches colour off"),
    ("CLICOLOR_FORCE", "1 switches colour on, in a pipe too"),
    ("PATH", "where `openclaw doctor` looks for another openclaw"),
    ("TERM", "which terminal; `dumb` has no colour"),
];

const FILES: &[(&str, &str)] = &[
    ("~/.openclaw/openclaw.json", "settings, in JSON5; shared with OpenClaw"),
    (
        "~/.openclaw/openclaw.json.bak",
        "the latest backup of it; `openclaw config restore --list` lists them all",
    ),
    ("~/.openclaw/.env", "the token, mode 0600; shared with OpenClaw"),
    ("~/.openclaw/gateway.json5", "the gateway's keys and limits, mode 0600"),
    ("~/.openclaw/logs/gateway.log", "on macOS, what the gateway says as a service"),
    ("~/.config/systemd/user/openclaw-rs-gateway.*", "on Linux, the units of the gateway as a service"),
    ("~/Library/LaunchAgents/ai.openclaw-rs.gateway.plist", "on macOS, its agent"),
    ("~/.openclaw/cache/models-*.json", "the router's list as it was fetched last, one for each address"),
    ("~/.openclaw/cache/gateway-spent.json", "what each key of the gateway has spent today"),
    ("~/.openclaw/agents/main/agent/models.json", "OpenClaw's own list of models; read, never written"),
    ("~/.openclaw/agents/main/agent/auth-profiles.json", "OpenClaw's own tokens; read, never written"),
    ("~/.cache/huggingface/token", "the token of Hugging Face's own tools; read, never written"),
];

fn rows(table: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    table.iter().map(|(term, meaning)| ((*term).to_owned(), *meaning)).collect()
}

impl Topic {
    /// For a terminal: what stands in the first column, and what it means.
    pub(crate) fn text(&self) -> String {
        let rows = (self.rows)();
        let width = rows.iter().map(|(term, _)| term.len()).max().unwrap_or_default();
        let mut text = format!("{}: {}\n\n", self.name, self.about);
        for (term, meaning) in rows {
            // Writing to a String cannot fail.
            let _ = if width + meaning.len() <= 96 {
                writeln!(text, "  {term:width$}  {meaning}")
            } else {
                writeln!(text, "  {term}\n      {meaning}")
            };
        }
        let _ = writeln!(text, "\n{}", self.notes);
        text
    }
}
