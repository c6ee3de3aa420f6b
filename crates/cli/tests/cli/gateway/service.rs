//! The gateway as a service, with a stand-in for systemd that starts it for real.

mod spoiled;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process};

use super::client::Asked;
use super::{WHOLE, client, with_token};
use crate::support::{TOKEN, World, steady};

const SYSTEMCTL: &str = include_str!("service/systemctl.sh");
const LAUNCHCTL: &str = include_str!("service/launchctl.sh");

/// A home with a service manager, and a port for the service.
struct Machine {
    world: World,
    port: u16,
}

impl Machine {
    fn new() -> Self {
        Self::of(with_token(World::new()))
    }

    fn of(world: World) -> Self {
        let bin = world.home().join("bin");
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let world = world.env("PATH", &path).env("NO_COLOR", "1");
        std::fs::create_dir_all(&bin).expect("a folder");
        let systemctl = SYSTEMCTL.replace("VERSION", env!("CARGO_PKG_VERSION"));
        let loginctl = "#!/bin/sh\necho \"loginctl $*\" | sed 's/[0-9]\\{1,\\}/UID/' >> \"$HOME/calls\"\necho Linger=no\n";
        let journalctl = "#!/bin/sh\necho \"journalctl $*\"\n";
        let programs = [
            ("systemctl", &*systemctl),
            ("launchctl", LAUNCHCTL),
            ("loginctl", loginctl),
            ("journalctl", journalctl),
        ];
        for (name, text) in programs {
            let path = bin.join(name);
            std::fs::write(&path, text).expect("it is written");
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("it can be run");
        }
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        Self { world, port: free.expect("a port").port() }
    }

    /// What a command says, with what differs from run to run replaced.
    fn run(&self, args: &[&str]) -> String {
        self.steady(&self.world.run(args))
    }

    fn install(&self, args: &[&str]) -> String {
        let port = self.port.to_string();
        self.run(&[&["gateway", "install", "--port", &port], args].concat())
    }

    fn steady(&self, text: &str) -> String {
        let text = text.replace(env!("CARGO_BIN_EXE_openclaw"), "PROGRAM");
        let text =
            text.replace(&self.port.to_string(), "SERVICE").replace(env!("CARGO_PKG_VERSION"), "VERSION");
        self.world.stable(&text)
    }

    /// What was asked of the service manager since this was asked last.
    fn calls(&self) -> String {
        let path = self.world.home().join("calls");
        let calls = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(path);
        let asks = |line: &&str| {
            !line.contains(" show ") && !line.contains(" print ") && !line.contains(" is-active ")
        };
        calls.lines().filter(asks).map(|line| format!("{line}\n")).collect()
    }

    fn unit(&self, ending: &str) -> PathBuf {
        self.world.home().join(".config/systemd/user/openclaw-rs-gateway").with_extension(ending)
    }

    fn pid(&self) -> Option<i32> {
        let pid = std::fs::read_to_string(self.world.home().join("pid")).ok()?;
        pid.trim().parse().ok()
    }

    /// Something that the stand-in goes by.
    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.world.home().join(name), text).expect("it is written");
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(pid) = self.pid().and_then(Pid::from_raw) {
            // One that has ended already is as good.
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

#[test]
fn s08_a_service_is_installed_and_sees_the_token() {
    let machine = Machine::new();
    let installed = machine.install(&[]);
    assert_snapshot!(installed, @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service openclaw-rs-gateway.service
    -- err
    ~/.config/systemd/user/openclaw-rs-gateway.service was written
    ~/.config/systemd/user/openclaw-rs-gateway.socket was written
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    The service sees the token: HF_TOKEN in ~/.openclaw/.env
    It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine
    ");
    assert_snapshot!(machine.calls(), @"
    systemctl --user show-environment
    systemctl --user daemon-reload
    systemctl --user enable --quiet openclaw-rs-gateway.service openclaw-rs-gateway.socket
    systemctl --user reset-failed openclaw-rs-gateway.service openclaw-rs-gateway.socket
    systemctl --user start openclaw-rs-gateway.socket
    systemctl --user start --no-block openclaw-rs-gateway.service
    loginctl show-user UID --property=Linger
    ");
    let unit = std::fs::read_to_string(machine.unit("service")).expect("a unit");
    assert!(!unit.contains(TOKEN), "{unit}");
    let pid = machine.pid().expect("it runs");
    for file in ["cmdline", "environ"] {
        let told = std::fs::read(format!("/proc/{pid}/{file}")).expect("it runs");
        assert!(!String::from_utf8_lossy(&told).contains(TOKEN), "{file} shows the token");
    }
    let key = machine.world.stdout(&["gateway", "keys", "show"]);
    let address = ([127, 0, 0, 1], machine.port).into();
    let reply = Asked::post(address, key.trim_end(), &client::question("default", WHOLE)).rest();
    assert!(reply.text().contains("“what a day”"), "{reply:?}");

    let status = machine.run(&["gateway", "status"]);
    steady! { assert_snapshot!(status, @"
    exit 0
    -- out
    service   openclaw-rs-gateway.service, installed, starts at login
    file      ~/.config/systemd/user/openclaw-rs-gateway.service
    file      ~/.config/systemd/user/openclaw-rs-gateway.socket
    state     running, process PID, 11.2 MiB
    address   http://127.0.0.1:SERVICE/v1, takes requests
    version   VERSION
    "); }

    // Doing it again does nothing.
    assert_snapshot!(machine.install(&[]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service openclaw-rs-gateway.service
    -- err
    ~/.config/systemd/user/openclaw-rs-gateway.service is as it should be
    ~/.config/systemd/user/openclaw-rs-gateway.socket is as it should be
    The service sees the token: HF_TOKEN in ~/.openclaw/.env
    It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine
    ");
    assert_eq!(machine.pid(), Some(pid));
    machine.calls();

    assert_snapshot!(machine.run(&["gateway", "restart"]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service openclaw-rs-gateway.service
    -- err
    It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine
    ");
    assert_ne!(machine.pid(), Some(pid));
    assert_snapshot!(machine.calls(), @"
    systemctl --user show-environment
    systemctl --user start openclaw-rs-gateway.socket
    systemctl --user restart --no-block openclaw-rs-gateway.service
    loginctl show-user UID --property=Linger
    ");

    assert_snapshot!(machine.run(&["gateway", "stop"]), @"
    exit 0
    -- err
    The service is stopped; it starts again at the next login, or with `openclaw gateway start`
    ");
    assert_snapshot!(machine.calls(), @"
    systemctl --user show-environment
    systemctl --user stop openclaw-rs-gateway.socket openclaw-rs-gateway.service
    ");
    let status = machine.run(&["gateway", "status"]);
    steady! { assert_snapshot!(status, @"
    exit 0
    -- out
    service   openclaw-rs-gateway.service, installed, starts at login
    file      ~/.config/systemd/user/openclaw-rs-gateway.service
    file      ~/.config/systemd/user/openclaw-rs-gateway.socket
    state     stopped
    address   http://127.0.0.1:SERVICE/v1, nobody answers
    -- err
    warning: it does not run
      hint: openclaw gateway start
    "); }
    assert_snapshot!(machine.run(&["gateway", "start"]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service openclaw-rs-gateway.service
    -- err
    It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine
    ");

    machine.calls();
    assert_snapshot!(machine.run(&["gateway", "uninstall"]), @"
    exit 0
    -- err
    ~/.config/systemd/user/openclaw-rs-gateway.service was taken away
    ~/.config/systemd/user/openclaw-rs-gateway.socket was taken away
    The service is gone; settings, keys and the token stay
    ");
    assert_snapshot!(machine.calls(), @"
    systemctl --user show-environment
    systemctl --user disable --now --quiet openclaw-rs-gateway.socket openclaw-rs-gateway.service
    systemctl --user daemon-reload
    systemctl --user reset-failed openclaw-rs-gateway.service openclaw-rs-gateway.socket
    ");
    assert!(!machine.unit("service").exists() && !machine.unit("socket").exists());
    assert!(machine.world.read_state(".env").contains(TOKEN), "the token stays");
    assert_snapshot!(machine.run(&["gateway", "uninstall"]), @"
    exit 0
    -- err
    No service of this program is installed
    ");
    assert_snapshot!(machine.run(&["gateway", "start"]), @"
    exit 2
    -- err
    error: the service is not installed

    hint: openclaw gateway install
    ");
}

#[test]
fn a_changed_flag_restarts_it_and_another_port_takes_another_socket() {
    let machine = Machine::new();
    machine.install(&[]);
    let pid = machine.pid();
    machine.calls();
    assert_snapshot!(machine.install(&["--allow-host", "models.example.org"]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service openclaw-rs-gateway.service
    -- err
    --- ~/.config/systemd/user/openclaw-rs-gateway.service
    +++ ~/.config/systemd/user/openclaw-rs-gateway.service
    @@ -12,7 +12,7 @@
     [Service]
     Type=notify
     NotifyAccess=main
    -ExecStart=PROGRAM gateway run --port SERVICE
    +ExecStart=PROGRAM gateway run --port SERVICE --allow-host models.example.org
     Environment=OPENCLAW_HF_BASE_URL=http://127.0.0.1:PORT/v1
     Restart=on-failure
     RestartSec=1
    ~/.config/systemd/user/openclaw-rs-gateway.socket is as it should be
    The service sees the token: HF_TOKEN in ~/.openclaw/.env
    It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine
    ");
    assert_snapshot!(machine.calls(), @"
    systemctl --user show-environment
    systemctl --user daemon-reload
    systemctl --user enable --quiet openclaw-rs-gateway.service openclaw-rs-gateway.socket
    systemctl --user start openclaw-rs-gateway.socket
    systemctl --user restart --no-block openclaw-rs-gateway.service
    loginctl show-user UID --property=Linger
    ");
    assert_ne!(machine.pid(), pid);

    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let other = free.expect("a port").port().to_string();
    let moved = machine.run(&["gateway", "install", "--port", &other]);
    assert!(moved.contains(&format!("http://127.0.0.1:{other}/v1")), "{moved}");
    assert_snapshot!(machine.calls(), @"
    systemctl --user show-environment
    systemctl --user daemon-reload
    systemctl --user enable --quiet openclaw-rs-gateway.service openclaw-rs-gateway.socket
    systemctl --user stop openclaw-rs-gateway.socket openclaw-rs-gateway.service
    systemctl --user reset-failed openclaw-rs-gateway.service openclaw-rs-gateway.socket
    systemctl --user start openclaw-rs-gateway.socket
    systemctl --user start --no-block openclaw-rs-gateway.service
    loginctl show-user UID --property=Linger
    ");
}

#[test]
fn a_dry_run_shows_the_units_and_does_nothing() {
    let machine = Machine::new();
    let before = machine.world.files();
    assert_snapshot!(machine.install(&["--dry-run"]), @"
    exit 0
    -- out
    # ~/.config/systemd/user/openclaw-rs-gateway.service
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
    ExecStart=PROGRAM gateway run --port SERVICE
    Environment=OPENCLAW_HF_BASE_URL=http://127.0.0.1:PORT/v1
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
    ReadWritePaths=HOME/.openclaw

    [Install]
    WantedBy=default.target
    Also=openclaw-rs-gateway.socket

    # ~/.config/systemd/user/openclaw-rs-gateway.socket
    # Written by `openclaw gateway install`, which writes it anew.
    # What is your own belongs into `systemctl --user edit openclaw-rs-gateway.socket`.
    [Unit]
    Description=Socket of the OpenClaw gateway: who comes while it is restarted waits here

    [Socket]
    ListenStream=127.0.0.1:SERVICE

    [Install]
    WantedBy=sockets.target

    -- err
    Nothing was written
    The service sees the token: HF_TOKEN in ~/.openclaw/.env
    ");
    assert_eq!(machine.world.files(), before);
}

#[test]
fn a_unit_of_somebody_else_is_left_alone() {
    let machine = Machine::new();
    let unit = machine.unit("service");
    std::fs::create_dir_all(unit.parent().expect("a folder")).expect("it is made");
    std::fs::write(&unit, "[Service]\nExecStart=/bin/true\n").expect("it is written");
    assert_snapshot!(machine.install(&[]), @"
    exit 2
    -- err
    error: `~/.config/systemd/user/openclaw-rs-gateway.service` is there, and was not written by this program

    hint: openclaw gateway install --force
    ");
    assert_snapshot!(machine.run(&["gateway", "uninstall"]), @"
    exit 0
    -- err
    warning: `~/.config/systemd/user/openclaw-rs-gateway.service` was not written by this program and stays
    No service of this program is installed
    ");
    assert_eq!(std::fs::read_to_string(&unit).expect("it stays"), "[Service]\nExecStart=/bin/true\n");
    let forced = machine.install(&["--force"]);
    assert!(forced.starts_with("exit 0"), "{forced}");
}

#[test]
fn a_machine_without_systemd_is_told_what_to_do_instead() {
    let machine = Machine::new();
    machine.put("no-bus", "");
    let before = machine.world.files();
    assert_snapshot!(machine.install(&[]), @"
    exit 1
    -- err
    error: there is no systemd that runs services of this user
      Failed to connect to bus: No medium found
      XDG_RUNTIME_DIR is not set, as after `su` and in containers

    hint: openclaw gateway run
    ");
    assert_snapshot!(machine.run(&["gateway", "stop"]), @"
    exit 1
    -- err
    error: there is no systemd that runs services of this user
      Failed to connect to bus: No medium found
      XDG_RUNTIME_DIR is not set, as after `su` and in containers

    hint: openclaw gateway run
    ");
    assert_eq!(machine.world.files().len(), before.len() + 1, "nothing but the calls is written");
    let status = machine.run(&["gateway", "status"]);
    assert!(status.contains("not installed"), "{status}");

    std::fs::remove_file(machine.world.home().join("bin/systemctl")).expect("it was there");
    let machine = Machine { world: World::offline().env("PATH", "/nowhere"), port: machine.port };
    assert_snapshot!(machine.install(&[]), @"
    exit 1
    -- err
    error: there is no `systemctl` on this machine to run services with
      No such file or directory (os error 2)

    hint: openclaw gateway run
    ");
    assert_snapshot!(machine.run(&["gateway", "logs"]), @"
    exit 1
    -- err
    error: there is no `journalctl` on this machine to run services with
      No such file or directory (os error 2)

    hint: openclaw gateway run
    ");
}

#[test]
fn a_token_of_the_shell_alone_is_told_with_what_mends_it() {
    let machine = Machine::of(World::new().env("HF_TOKEN", TOKEN));
    assert_snapshot!(machine.install(&[]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service openclaw-rs-gateway.service
    -- err
    ~/.config/systemd/user/openclaw-rs-gateway.service was written
    ~/.config/systemd/user/openclaw-rs-gateway.socket was written
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    warning: the service does not see the token: it is HF_TOKEN in the environment, which is this shell's alone
      hint: printenv HF_TOKEN | openclaw onboard --non-interactive --huggingface-api-key -
    warning: it runs and takes no requests: no token of Hugging Face
      hint: openclaw doctor
    It ends when you log out; `loginctl enable-linger` lets it run on, and start with the machine
    ");
    let status = machine.run(&["gateway", "status"]);
    steady! { assert_snapshot!(status, @"
    exit 0
    -- out
    service   openclaw-rs-gateway.service, installed, starts at login
    file      ~/.config/systemd/user/openclaw-rs-gateway.service
    file      ~/.config/systemd/user/openclaw-rs-gateway.socket
    state     running, process PID, 11.2 MiB
    address   http://127.0.0.1:SERVICE/v1, takes no requests: no token of Hugging Face
    version   VERSION
    -- err
    warning: it takes no requests
      hint: openclaw doctor
    "); }
    let without = Machine::new();
    let without = Machine {
        world: World::new().env("PATH", &format!("{}/bin:/usr/bin:/bin", without.world.home().display())),
        port: without.port,
    };
    let told = without.install(&["--dry-run"]);
    assert!(told.contains("warning: there is no token"), "{told}");
}

#[test]
fn what_cannot_be_installed_is_told_before_anything_is_written() {
    let machine =
        Machine::of(with_token(World::new()).env("HTTPS_PROXY", "http://me:secret@proxy.example.org:3128"));
    let mut report = machine.install(&[]);
    assert!(!report.contains("secret"), "{report}");
    let machine = Machine::new();
    report += &machine.run(&["gateway", "install", "--port", "0"]);
    report += &machine.install(&["--auth", "none", "--bind", "lan"]);
    let _taken = TcpListener::bind(("127.0.0.1", machine.port)).expect("it is free");
    let taken = machine.install(&[]);
    let next = (machine.port + 1).to_string();
    let (head, rest) = taken.split_once("taken by `").expect("who it is");
    let (_, rest) = rest.split_once('`').expect("a name");
    report += &format!("{head}taken by `NAME`{rest}").replace(&next, "PORT+1");
    steady! { assert_snapshot!(report, @"
    exit 2
    -- err
    error: HTTPS_PROXY holds a user or a password, which may not stand in a unit file

    hint: env -u HTTPS_PROXY openclaw gateway install
    exit 2
    -- err
    error: a service needs a port that stays, and 0 is another one each time

    hint: openclaw gateway install --port 18789
    exit 2
    -- err
    error: without a key the gateway listens on loopback alone, not on `0.0.0.0`

    hint: openclaw gateway run --auth key --bind lan
    exit 2
    -- err
    error: the port SERVICE is taken by `NAME` (process PID)

    hint: openclaw gateway install --port PORT+1
    "); }
    assert!(!machine.unit("service").exists());
}

#[test]
fn the_log_is_the_journal() {
    let machine = Machine::new();
    assert_snapshot!(machine.run(&["gateway", "logs", "--lines", "7", "--follow"]), @"
    exit 0
    -- out
    journalctl --user --unit openclaw-rs-gateway.service --lines 7 --follow
    ");
}

/// On a Mac, with a stand-in for launchd.
#[test]
fn s08_launchd_runs_it_the_same_way() {
    let machine = Machine::new();
    let launchd = |args: &[&str]| machine.run(&[&["gateway", "--manager", "launchd"], args].concat());
    let port = machine.port.to_string();
    assert_snapshot!(launchd(&["install", "--port", &port]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service ai.openclaw-rs.gateway
    -- err
    ~/Library/LaunchAgents/ai.openclaw-rs.gateway.plist was written
    A first key, `default`, was made; `openclaw gateway keys show` prints it
    The service sees the token: HF_TOKEN in ~/.openclaw/.env
    ");
    assert_snapshot!(machine.calls(), @"
    launchctl enable gui/UID/ai.openclaw-rs.gateway
    launchctl bootstrap gui/UID HOME/Library/LaunchAgents/ai.openclaw-rs.gateway.plist
    ");
    let pid = machine.pid();
    let status = launchd(&["status"]);
    steady! { assert_snapshot!(status, @"
    exit 0
    -- out
    service   ai.openclaw-rs.gateway, installed
    file      ~/Library/LaunchAgents/ai.openclaw-rs.gateway.plist
    state     running, process PID
    address   http://127.0.0.1:SERVICE/v1, takes requests
    "); }
    assert_snapshot!(launchd(&["install", "--port", &port]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service ai.openclaw-rs.gateway
    -- err
    ~/Library/LaunchAgents/ai.openclaw-rs.gateway.plist is as it should be
    The service sees the token: HF_TOKEN in ~/.openclaw/.env
    ");
    assert_eq!(machine.pid(), pid);
    machine.calls();

    assert_snapshot!(launchd(&["restart"]), @"
    exit 0
    -- out
    Gateway on http://127.0.0.1:SERVICE/v1, as the service ai.openclaw-rs.gateway
    ");
    assert_ne!(machine.pid(), pid);
    assert_snapshot!(machine.calls(), @"
    launchctl kill SIGTERM gui/UID/ai.openclaw-rs.gateway
    launchctl kickstart gui/UID/ai.openclaw-rs.gateway
    ");
    // The log of both starts.
    let log = launchd(&["logs"]);
    assert_eq!(log.matches("Gateway on http://127.0.0.1:SERVICE/v1\n").count(), 2, "{log}");

    launchd(&["install", "--port", &port, "--drain", "5"]);
    assert_snapshot!(machine.calls(), @"
    launchctl enable gui/UID/ai.openclaw-rs.gateway
    launchctl bootout gui/UID/ai.openclaw-rs.gateway
    launchctl bootstrap gui/UID HOME/Library/LaunchAgents/ai.openclaw-rs.gateway.plist
    ");
    assert_snapshot!(launchd(&["stop"]), @"
    exit 0
    -- err
    The service is stopped; it starts again at the next login, or with `openclaw gateway start`
    ");
    assert_snapshot!(launchd(&["uninstall"]), @"
    exit 0
    -- err
    ~/Library/LaunchAgents/ai.openclaw-rs.gateway.plist was taken away
    The service is gone; settings, keys and the token stay
    ");
    assert_snapshot!(machine.calls(), @"launchctl bootout gui/UID/ai.openclaw-rs.gateway");
    assert!(!machine.world.home().join("Library/LaunchAgents/ai.openclaw-rs.gateway.plist").exists());
}

#[test]
fn a_profile_has_a_service_of_its_own() {
    let machine = Machine::new();
    let shown = machine.install(&["--dry-run", "--profile", "work"]);
    assert!(shown.contains("~/.config/systemd/user/openclaw-rs-gateway-work.service"), "{shown}");
    assert!(shown.contains("ExecStart=PROGRAM gateway run --profile work --port SERVICE\n"), "{shown}");
    assert!(shown.contains("ReadWritePaths=HOME/.openclaw-work\n"), "{shown}");
}

/// Where systemd is installed it says itself what it makes of the units.
#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    let machine = Machine::new();
    machine.install(&["--allow-host", "a name", "--drain", "90"]);
    let runtime = machine.world.home().join("runtime");
    std::fs::create_dir(&runtime).expect("it is made");
    let verify = std::process::Command::new("systemd-analyze")
        .args(["--user", "verify"])
        .args([machine.unit("service"), machine.unit("socket")])
        .env_clear()
        .envs([
            ("PATH", "/usr/bin:/bin".as_ref()),
            ("HOME", machine.world.home()),
            ("XDG_RUNTIME_DIR", &runtime),
        ])
        .output();
    // Elsewhere the snapshots have to do.
    let Ok(verify) = verify else { return };
    let told = String::from_utf8_lossy(&verify.stderr);
    // What systemd before 254 does not know is how it waits longer and longer; it waits a second, then.
    let is_new = |line: &&str| line.contains("'RestartSteps'") || line.contains("'RestartMaxDelaySec'");
    let wrong: Vec<_> = told.lines().filter(|line| !is_new(line)).collect();
    assert!(wrong.is_empty() && verify.status.success(), "{told}");
}
