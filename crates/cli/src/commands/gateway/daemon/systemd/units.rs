//! The texts of the systemd user units.

use std::fmt::Write as _;
use std::path::Path;

use super::super::OURS;
use super::super::plan::{Plan, Sandbox};

/// Folders that `PrivateTmp` hides.
const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// What the sandbox is made of, as far as a manager without privileges can make one.
///
/// `PrivateUsers` comes first: without it a user's manager has no right to make the others, and up to version 253
/// leaves those of the file system out without a word.
///
/// Absent on purpose: `ProtectHome`, since the state folder is there; `ProtectKernelTunables`, which containers refuse
/// and which a user cannot write anyway; `MemoryDenyWriteExecute`, since the login shell that `env.shellEnv` asks may
/// start programs that make code.
const FENCES: &str = "\
PrivateUsers=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
";

/// The unit of the gateway.
pub(super) fn service(plan: &Plan<'_>, name: &str) -> String {
    let mut text = head(name, "service");
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\
[Unit]
Description=OpenClaw gateway: any OpenAI client, answered by Hugging Face
Documentation={}/blob/main/docs/service.md
Wants={name}.socket
After={name}.socket
# It is started again however often it fails: a router or a network that is away for a day ends nothing,
# and a config that is mended is taken up within a minute.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={}
",
        env!("CARGO_PKG_REPOSITORY"),
        command(&plan.words()),
    );
    for (variable, value) in &plan.environment.0 {
        let _ = writeln!(text, "Environment={}", quoted(&format!("{variable}={value}")));
    }
    let _ = write!(
        text,
        "\
Restart=on-failure
RestartSec=1
RestartSteps=6
RestartMaxDelaySec=60
# Running requests may end first, which `--drain` bounds.
TimeoutStopSec={}
KillMode=mixed
UMask=0077
SyslogIdentifier=openclaw-gateway
MemoryMax=2G
TasksMax=256
",
        plan.stop_patience().as_secs(),
    );
    if plan.sandbox == Sandbox::On {
        let _ = write!(text, "\n{FENCES}ReadWritePaths={}\n", quoted(&plan.state_dir.to_string_lossy()));
        let is_temporary = |path: &Path| TEMPORARY.iter().any(|folder| path.starts_with(folder));
        if !is_temporary(plan.state_dir) && !is_temporary(&plan.program) {
            text.push_str("PrivateTmp=yes\n");
        }
    }
    let _ = write!(text, "\n[Install]\nWantedBy=default.target\nAlso={name}.socket\n");
    text
}

/// The unit of its socket.
pub(super) fn socket(plan: &Plan<'_>, name: &str) -> String {
    let ip = plan.address.ip();
    // An address of a network that is not there yet can be waited at.
    let free = if ip.is_loopback() || ip.is_unspecified() { "" } else { "FreeBind=yes\n" };
    format!(
        "{}\
[Unit]
Description=Socket of the OpenClaw gateway: who comes while it is restarted waits here

[Socket]
ListenStream={}
{free}
[Install]
WantedBy=sockets.target
",
        head(name, "socket"),
        plan.address,
    )
}

fn head(name: &str, kind: &str) -> String {
    format!(
        "# {OURS}, which writes it anew.\n# What is your own belongs into `systemctl --user edit {name}.{kind}`.\n"
    )
}

fn command(words: &[String]) -> String {
    let mut words = words.iter();
    // In the program's path no variable is looked for, and `$$` would be two.
    let program = words.next().map(|word| quoted(word));
    let arguments = words.map(|word| quoted(&word.replace('$', "$$")));
    program.into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// A word of a unit file; in quotes only where it needs them.
fn quoted(word: &str) -> String {
    let word = word.replace('%', "%%");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,%@+*$~".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    let mut text = String::from('"');
    for c in word.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            // A line end would begin another setting.
            c if c.is_control() => text.extend(format!("\\u{:04x}", u32::from(c)).chars()),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use insta::assert_snapshot;
    use openclaw_credentials::Secret;

    use super::*;
    use crate::args::{Auth, Bind, GatewayRun};
    use crate::commands::gateway::daemon::environment::Environment;

    const NAME: &str = "openclaw-rs-gateway";

    fn plan(run: &GatewayRun) -> Plan<'_> {
        Plan {
            program: PathBuf::from("/home/ada/.local/bin/openclaw"),
            profile: None,
            run,
            address: "127.0.0.1:18789".parse().expect("an address"),
            state_dir: Path::new("/home/ada/.openclaw"),
            environment: Environment::default(),
            sandbox: Sandbox::On,
        }
    }

    #[test]
    fn the_units_of_an_installation_without_flags() {
        let run = GatewayRun::default();
        assert_snapshot!(service(&plan(&run), NAME), @"
        # Written by `openclaw gateway install`, which writes it anew.
        # What is your own belongs into `systemctl --user edit openclaw-rs-gateway.service`.
        [Unit]
        Description=OpenClaw gateway: any OpenAI client, answered by Hugging Face
        Documentation=https://github.com/openclaw/openclaw-rs/blob/main/docs/service.md
        Wants=openclaw-rs-gateway.socket
        After=openclaw-rs-gateway.socket
        # It is started again however often it fails: a router or a network that is away for a day ends nothing,
        # and a config that is mended is taken up within a minute.
        StartLimitIntervalSec=0

        [Service]
        Type=notify
        NotifyAccess=main
        ExecStart=/home/ada/.local/bin/openclaw gateway run
        Restart=on-failure
        RestartSec=1
        RestartSteps=6
        RestartMaxDelaySec=60
        # Running requests may end first, which `--drain` bounds.
        TimeoutStopSec=45
        KillMode=mixed
        UMask=0077
        SyslogIdentifier=openclaw-gateway
        MemoryMax=2G
        TasksMax=256

        PrivateUsers=yes
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        ProtectSystem=strict
        PrivateDevices=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallErrorNumber=EPERM
        ReadWritePaths=/home/ada/.openclaw
        PrivateTmp=yes

        [Install]
        WantedBy=default.target
        Also=openclaw-rs-gateway.socket
        ");
        assert_snapshot!(socket(&plan(&run), NAME), @"
        # Written by `openclaw gateway install`, which writes it anew.
        # What is your own belongs into `systemctl --user edit openclaw-rs-gateway.socket`.
        [Unit]
        Description=Socket of the OpenClaw gateway: who comes while it is restarted waits here

        [Socket]
        ListenStream=127.0.0.1:18789

        [Install]
        WantedBy=sockets.target
        ");
    }

    #[test]
    fn the_units_with_every_flag_and_names_that_need_care() {
        let run = GatewayRun {
            port: Some(8080),
            bind: Some(Bind::Address("192.0.2.7".parse().expect("an address"))),
            auth: Some(Auth::Key),
            allow_host: vec!["a.example.org".to_owned(), "b $HOME".to_owned()],
            drain: Some(Duration::from_millis(90_500)),
            log_file: None,
            state: Some(Secret::new("redis://192.0.2.8:6379")),
        };
        let plan = Plan {
            program: PathBuf::from("/tmp/50% off \"here\"/openclaw"),
            profile: Some("work"),
            address: "192.0.2.7:8080".parse().expect("an address"),
            environment: Environment(vec![
                ("HF_HOME", "/home/ada/my files\\x".to_owned()),
                ("HTTPS_PROXY", "http://proxy:3128".to_owned()),
            ]),
            sandbox: Sandbox::Off,
            ..plan(&run)
        };
        let name = "openclaw-rs-gateway-work";
        assert_snapshot!(service(&plan, name), @r#"
        # Written by `openclaw gateway install`, which writes it anew.
        # What is your own belongs into `systemctl --user edit openclaw-rs-gateway-work.service`.
        [Unit]
        Description=OpenClaw gateway: any OpenAI client, answered by Hugging Face
        Documentation=https://github.com/openclaw/openclaw-rs/blob/main/docs/service.md
        Wants=openclaw-rs-gateway-work.socket
        After=openclaw-rs-gateway-work.socket
        # It is started again however often it fails: a router or a network that is away for a day ends nothing,
        # and a config that is mended is taken up within a minute.
        StartLimitIntervalSec=0

        [Service]
        Type=notify
        NotifyAccess=main
        ExecStart="/tmp/50%% off \"here\"/openclaw" gateway run --profile work --state redis://192.0.2.8:6379 --port 8080 --bind 192.0.2.7 --auth key --allow-host a.example.org --allow-host "b $$HOME" --drain 90.5
        Environment="HF_HOME=/home/ada/my files\\x"
        Environment=HTTPS_PROXY=http://proxy:3128
        Restart=on-failure
        RestartSec=1
        RestartSteps=6
        RestartMaxDelaySec=60
        # Running requests may end first, which `--drain` bounds.
        TimeoutStopSec=105
        KillMode=mixed
        UMask=0077
        SyslogIdentifier=openclaw-gateway
        MemoryMax=2G
        TasksMax=256

        [Install]
        WantedBy=default.target
        Also=openclaw-rs-gateway-work.socket
        "#);
        assert_snapshot!(socket(&plan, name), @"
        # Written by `openclaw gateway install`, which writes it anew.
        # What is your own belongs into `systemctl --user edit openclaw-rs-gateway-work.socket`.
        [Unit]
        Description=Socket of the OpenClaw gateway: who comes while it is restarted waits here

        [Socket]
        ListenStream=192.0.2.7:8080
        FreeBind=yes

        [Install]
        WantedBy=sockets.target
        ");
    }

    #[test]
    fn a_sandbox_that_would_hide_the_program_or_the_state_does_not() {
        let run = GatewayRun::default();
        let there = Plan { state_dir: Path::new("/var/tmp/state"), ..plan(&run) };
        assert!(service(&plan(&run), NAME).contains("PrivateTmp=yes"));
        assert!(!service(&there, NAME).contains("PrivateTmp"));
        let there = Plan { program: PathBuf::from("/tmp/openclaw"), ..plan(&run) };
        assert!(!service(&there, NAME).contains("PrivateTmp"));
    }

    #[test]
    fn no_text_can_begin_another_setting() {
        assert_eq!(quoted("a\nExecStart=/bin/false"), "\"a\\u000aExecStart=/bin/false\"");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("100%"), "100%%");
    }
}
