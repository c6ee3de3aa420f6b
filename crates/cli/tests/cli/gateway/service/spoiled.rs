//! What the manager, the system or another program keeps a service from.

use insta::assert_snapshot;

use super::*;

#[test]
fn a_service_that_ends_by_itself_is_told() {
    let machine = Machine::new();
    machine.install(&[]);
    machine.world.write_config("{ gateway: { bind: \"nowhere\" } }");
    let pid = machine.pid().and_then(Pid::from_raw).expect("it runs");
    kill_process(pid, Signal::TERM).expect("it is there");
    super::super::until(|| machine.run(&["gateway", "status"]).contains("failing").then_some(()));
    assert_snapshot!(machine.run(&["gateway", "restart"]), @"
    exit 1
    -- err
    error: the gateway ends as soon as it is started
      it ended with exit code 2
      it is tried again and again

    hint: openclaw gateway logs
    ");
    // What systemd ends with where the kernel refuses the sandbox.
    machine.put("exit", "226");
    assert_snapshot!(machine.run(&["gateway", "restart"]), @"
    exit 1
    -- err
    error: this machine's kernel refuses the sandbox of the service
      systemd's exit code for it is 226

    hint: openclaw gateway install --no-sandbox
    ");
}

#[test]
fn what_is_not_as_it_should_be_is_told_by_status() {
    let machine = Machine::new();
    machine.install(&[]);
    machine.put("version", "0.0.1");
    machine.put("more", "NeedDaemonReload=yes\nDropInPaths=/etc/a.conf\nNRestarts=3\n");
    machine.world.write_config("{ gateway: { port: 1 } }");
    let status = machine.run(&["gateway", "status"]);
    steady! { assert_snapshot!(status, @"
    exit 0
    -- out
    service   openclaw-rs-gateway.service, installed, starts at login
    file      ~/.config/systemd/user/openclaw-rs-gateway.service
    file      ~/.config/systemd/user/openclaw-rs-gateway.socket
    state     running, process PID, 11.2 MiB, started again 3 times
    drop-in   /etc/a.conf
    address   http://127.0.0.1:SERVICE/v1, takes requests
    version   0.0.1
    -- err
    warning: the unit changed on disk since systemd read it
      hint: systemctl --user daemon-reload
    warning: version 0.0.1 runs, and this is VERSION
      hint: openclaw gateway restart
    "); }
    let mut json = machine.world.json(&["gateway", "status", "--json"]);
    for (key, value) in [("pid", 1), ("uptimeSeconds", 1)] {
        if !json["service"][key].is_null() {
            json["service"][key] = value.into();
        }
    }
    assert_snapshot!(machine.steady(&format!("{json:#}")), @r#"
    {
      "version": "VERSION",
      "service": {
        "name": "openclaw-rs-gateway.service",
        "installed": true,
        "files": [
          "HOME/.config/systemd/user/openclaw-rs-gateway.service",
          "HOME/.config/systemd/user/openclaw-rs-gateway.socket"
        ],
        "enabled": true,
        "state": "running",
        "pid": 1,
        "uptimeSeconds": null,
        "memoryBytes": 11744051,
        "restarts": 3,
        "lastEnding": null,
        "version": "0.0.1",
        "changedOnDisk": true,
        "dropIns": [
          "/etc/a.conf"
        ]
      },
      "gateway": {
        "url": "http://127.0.0.1:SERVICE/v1",
        "answers": "ready"
      },
      "findings": [
        {
          "what": "the unit changed on disk since systemd read it",
          "fix": "systemctl --user daemon-reload"
        },
        {
          "what": "version 0.0.1 runs, and this is VERSION",
          "fix": "openclaw gateway restart"
        }
      ]
    }
    "#);
}

#[test]
fn a_service_that_is_slow_to_answer_is_told() {
    let machine = Machine::new();
    machine.put("slow", "");
    let told = machine.install(&["--wait", "0.2"]);
    let (_, told) = told.split_once("error: ").expect("an error");
    assert_snapshot!(told, @"
    nothing answers on 127.0.0.1:SERVICE after 0.2 s
      the service is starting

    hint: openclaw gateway logs
    ");
}

#[test]
fn what_the_manager_refuses_is_passed_on() {
    let machine = Machine::new();
    machine.put("refuse", "daemon-reload");
    let told = machine.install(&[]);
    let (_, told) = told.split_once("error: ").expect("an error");
    assert_snapshot!(told, @"
    `systemctl --user daemon-reload` failed
      Failed to connect to the manager: Connection reset by peer

    hint: openclaw gateway logs
    ");
}

#[test]
fn a_mac_without_a_login_and_one_without_a_folder_for_the_log() {
    let machine = Machine::new();
    let launchd = |args: &[&str]| machine.install(&[&["--manager", "launchd"], args].concat());
    machine.world.write_state("logs", "no folder");
    let told = launchd(&[]);
    let (_, told) = told.split_once("error: ").expect("an error");
    assert_snapshot!(told, @"
    the folder of the log cannot be made
      File exists (os error 17)

    hint: ls -l HOME/.openclaw/logs
    ");
    machine.put("no-bus", "");
    assert_snapshot!(launchd(&[]), @"
    exit 1
    -- err
    error: there is no launchd that runs services of this user
      Could not find domain for
      it is there where you are logged in at the screen

    hint: openclaw gateway run
    ");
}

/// It is waited for as long as the agent lets it take.
#[test]
fn a_service_that_does_not_end_is_told() {
    let machine = Machine::new();
    let launchd = ["--manager", "launchd"];
    assert!(machine.install(&launchd).starts_with("exit 0"));
    let agent = machine.world.home().join("Library/LaunchAgents/ai.openclaw-rs.gateway.plist");
    let text = std::fs::read_to_string(&agent).expect("an agent");
    assert!(text.contains("<integer>45</integer>"), "{text}");
    let text = text.replace("<integer>45</integer>", "<integer>1</integer>");
    std::fs::write(agent, text).expect("it is written");
    machine.put("stuck", "");
    assert_snapshot!(machine.run(&[&["gateway", "stop"], &launchd[..]].concat()), @"
    exit 1
    -- err
    error: the service does not end
      Boot-out failed: 36: Operation now in progress

    hint: openclaw gateway logs
    ");
    assert!(machine.pid().is_some());
}

#[test]
fn a_unit_that_is_no_file_is_told() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.unit("service")).expect("it is made");
    assert_snapshot!(machine.install(&[]), @"
    exit 1
    -- err
    error: `~/.config/systemd/user/openclaw-rs-gateway.service` cannot be read
      `HOME/.config/systemd/user/openclaw-rs-gateway.service` is not a regular file

    hint: ls -l HOME/.config/systemd/user/openclaw-rs-gateway.service
    ");
}

#[test]
fn another_token_in_the_shell_is_told() {
    let machine = Machine::of(with_token(World::new()).env("HF_TOKEN", "hf_another_0123456789abcdef"));
    let told = machine.install(&["--dry-run"]);
    let (_, told) = told.split_once("-- err\n").expect("words");
    assert_snapshot!(told, @"
    Nothing was written
    warning: the service uses another token than this shell: HF_TOKEN in ~/.openclaw/.env, not HF_TOKEN in the environment
    ");
}

/// A program that is gone from the disk, and does not answer where something else listens.
#[test]
fn a_service_that_runs_and_does_not_answer_is_told() {
    let machine = Machine::new();
    machine.world.write_config(&format!("{{ gateway: {{ port: {} }} }}", machine.port));
    machine.run(&["gateway", "install"]);
    machine.run(&["gateway", "stop"]);
    machine.put("more", "UnitFileState=disabled\nNRestarts=1\n");
    machine.world.write_config("{ gateway: { port: 1 } }");
    let program = machine.world.home().join("program");
    std::fs::copy("/bin/sleep", &program).expect("it is copied");
    let mut child = std::process::Command::new(&program).arg("60").spawn().expect("it runs");
    std::fs::remove_file(program).expect("it was there");
    machine.put("pid", &child.id().to_string());
    let listener = TcpListener::bind(("127.0.0.1", machine.port)).expect("it is free");
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let status = machine.run(&["gateway", "status"]);
    let (head, rest) = status.split_once("v1, `").expect("who it is");
    let (_, rest) = rest.split_once('`').expect("a name");
    let status = format!("{head}v1, `NAME`{rest}");
    steady! { assert_snapshot!(status, @"
    exit 0
    -- out
    service   openclaw-rs-gateway.service, installed, does not start at login
    file      ~/.config/systemd/user/openclaw-rs-gateway.service
    file      ~/.config/systemd/user/openclaw-rs-gateway.socket
    state     running, process PID, 11.2 MiB, started again once
    address   http://127.0.0.1:SERVICE/v1, `NAME` (process PID) listens there and does not answer as a gateway
    version   VERSION
    -- err
    warning: it does not start at login
      hint: openclaw gateway install
    warning: it runs and does not answer
      hint: openclaw gateway logs
    warning: its program was replaced since it started
      hint: openclaw gateway restart
    warning: it listens on 127.0.0.1:SERVICE, and the settings say 127.0.0.1:1
      hint: openclaw gateway install
    "); }
    child.kill().and_then(|()| child.wait()).expect("it ends");
    std::fs::remove_file(machine.world.home().join("pid")).expect("it was put there");
}

#[cfg(target_os = "linux")]
#[test]
fn a_unit_that_cannot_be_written_and_a_manager_that_cannot_be_run_are_told() {
    let machine = Machine::new();
    let port = machine.port.to_string();
    let install = ["gateway", "install", "--port", &port];
    let full = machine.world.run_as(&mut machine.world.limited("-f 1", &install));
    assert_snapshot!(machine.steady(&full), @"
    exit 1
    -- err
    error: `~/.config/systemd/user/openclaw-rs-gateway.service` cannot be written
      could not write a new copy of `HOME/.config/systemd/user/openclaw-rs-gateway.service`
      File too large (os error 27)

    hint: openclaw gateway install --dry-run
    ");
    assert!(!machine.unit("service").exists());
    let bin = machine.world.home().join("bin");
    std::fs::set_permissions(bin.join("systemctl"), PermissionsExt::from_mode(0o644)).expect("it is there");
    let refused = machine.world.run_as(machine.world.command(&install).env("PATH", bin));
    assert_snapshot!(machine.steady(&refused), @"
    exit 1
    -- err
    error: `systemctl` cannot be started
      Permission denied (os error 13)

    hint: openclaw gateway run
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_was_taken_away_cannot_be_started_by_a_manager() {
    let machine = Machine::new();
    let port = machine.port.to_string();
    let mut gone = machine.world.taken_away(&["gateway", "install", "--port", &port]);
    assert_snapshot!(machine.steady(&machine.world.run_as(&mut gone)), @"
    exit 1
    -- err
    error: it cannot be told where this program is
      No such file or directory (os error 2)

    hint: openclaw gateway install
    ");
    assert!(!machine.unit("service").exists());
}

/// A disk that is not there.
#[test]
fn a_state_folder_that_leads_nowhere_is_told_before_anything_is_written() {
    let machine = Machine::of(World::new().env("HF_TOKEN", TOKEN).env("OPENCLAW_GATEWAY_TOKEN", "oc-1"));
    let link = machine.world.home().join(".openclaw");
    std::os::unix::fs::symlink("/nowhere/at/all", link).expect("it is made");
    assert_snapshot!(machine.install(&[]), @"
    exit 1
    -- err
    error: `~/.openclaw` cannot be made
      File exists (os error 17)

    hint: ls -l HOME/.openclaw
    ");
    assert!(!machine.unit("service").exists());
}
