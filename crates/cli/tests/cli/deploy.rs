//! What `deploy` holds fits the program, and fits together.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::gateway::client::{Asked, question};
use crate::store::Store;
use crate::support::{PATIENCE, Running, TOKEN, World};

const KUBERNETES: [&str; 5] = ["kustomization", "namespace", "gateway", "valkey", "network"];

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(deploy().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document of a file.
fn yaml(path: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn compose() -> Value {
    yaml("compose/compose.yaml").remove(0)
}

fn manifest(file: &str, kind: &str) -> Value {
    let found = yaml(&format!("kubernetes/{file}.yaml")).into_iter().find(|one| one["kind"] == kind);
    found.unwrap_or_else(|| panic!("{file} has no {kind}"))
}

#[track_caller]
fn words(list: &Value) -> Vec<String> {
    let words = list.as_array().unwrap_or_else(|| panic!("no list: {list}")).iter();
    words.map(|word| word.as_str().unwrap_or_else(|| panic!("no text: {word}")).to_owned()).collect()
}

/// The arguments of a gateway in compose, with the defaults of their variables.
fn compose_args(service: &Value) -> Vec<String> {
    let args = words(&service["command"]).into_iter();
    args.map(|arg| match arg.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(variable) => variable.split_once(":-").expect("a default").1.to_owned(),
        None => arg,
    })
    .collect()
}

fn container() -> Value {
    manifest("gateway", "Deployment")["spec"]["template"]["spec"]["containers"][0].clone()
}

/// What a flag is set to, as `--flag value` or `--flag=value`.
#[track_caller]
fn flag(args: &[String], name: &str) -> String {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == name {
            return rest.next().expect("a value").clone();
        }
        if let Some(value) = arg.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            return value.to_owned();
        }
    }
    panic!("no {name} in {args:?}")
}

#[track_caller]
fn parses(args: &[String]) {
    let line = std::iter::once("openclaw").chain(args.iter().map(String::as_str));
    if let Err(error) = openclaw_cli::command().try_get_matches_from(line) {
        panic!("{args:?}: {error}");
    }
}

#[track_caller]
fn seconds(text: &str) -> u64 {
    text.trim_end_matches('s').parse().unwrap_or_else(|_| panic!("`{text}` are no seconds"))
}

#[test]
fn every_command_line_parses_and_every_variable_is_read() {
    let compose = compose();
    let topics = openclaw_cli::topics();
    let known = topics.iter().flat_map(|topic| topic.rows.clone()).map(|(term, _)| term).collect::<Vec<_>>();
    for gateway in ["gateway-1", "gateway-2", "gateway-3"] {
        let service = &compose["services"][gateway];
        parses(&compose_args(service));
        let names = service["environment"].as_object().expect("variables").keys();
        for name in names {
            assert!(known.contains(name), "{name} is not read");
        }
    }
    let container = container();
    parses(&words(&container["args"]));
    for variable in container["env"].as_array().expect("variables") {
        let name = variable["name"].as_str().expect("a name");
        assert!(known.iter().any(|known| known == name), "{name} is not read");
    }
    let dockerfile = text("Dockerfile");
    let line = |name: &str| {
        let found = dockerfile.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_else(|| panic!("no {name}")).trim().to_owned()
    };
    let list = |text: &str| words(&serde_json::from_str(text).expect("a list"));
    assert_eq!(list(&line("ENTRYPOINT")), ["openclaw"]);
    parses(&list(&line("CMD")));
    assert_eq!(line("EXPOSE"), "18789");
    assert!(
        line("FROM rust:").starts_with(concat!(env!("CARGO_PKG_RUST_VERSION"), "-")),
        "another toolchain"
    );
    assert_ne!(line("USER"), "0:0");
}

#[test]
fn ports_names_and_times_fit_together() {
    let compose = compose();
    let nginx = text("compose/nginx.conf");
    let services = compose["services"].as_object().expect("services");
    let args = compose_args(&compose["services"]["gateway-1"]);
    let port = flag(&args, "--port");
    let gateways: Vec<&String> = services.keys().filter(|name| name.starts_with("gateway-")).collect();
    assert_eq!(gateways.len(), 3);
    for gateway in gateways {
        assert!(nginx.contains(&format!("server {gateway}:{port} ")), "nginx does not know {gateway}:{port}");
    }
    let grace = seconds(compose["services"]["gateway-1"]["stop_grace_period"].as_str().expect("a time"));
    assert!(grace > seconds(&flag(&args, "--drain")), "it is killed while it lets requests end");
    let balancer = compose["services"]["balancer"]["ports"][0].as_str().expect("a port");
    assert!(nginx.contains(&format!("listen {};", balancer.rsplit(':').next().expect("a port"))));
    assert!(balancer.starts_with("127.0.0.1:"), "there is no TLS before it");

    let (pod, container) =
        (manifest("gateway", "Deployment")["spec"]["template"]["spec"].clone(), container());
    let args = words(&container["args"]);
    assert_eq!(flag(&args, "--port"), container["ports"][0]["containerPort"].to_string());
    assert_eq!(flag(&args, "--bind"), "lan");
    let name = &container["ports"][0]["name"];
    for (probe, path) in
        [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")]
    {
        let get = &container[probe]["httpGet"];
        assert_eq!((&get["port"], get["path"].as_str()), (name, Some(path)), "{probe}");
    }
    let service = manifest("gateway", "Service");
    assert_eq!(&service["spec"]["ports"][0]["targetPort"], name);
    let labels = &manifest("gateway", "Deployment")["spec"]["template"]["metadata"]["labels"];
    for selector in [
        &service["spec"]["selector"],
        &manifest("gateway", "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        &manifest("network", "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ] {
        assert_eq!(selector, labels);
    }
    let closed = container["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64().expect("seconds");
    let grace = pod["terminationGracePeriodSeconds"].as_u64().expect("seconds");
    assert!(grace > closed + seconds(&flag(&args, "--drain")), "it is killed while it lets requests end");
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    let memory = container["resources"]["limits"]["memory"].as_str().expect("a limit");
    assert!(
        memory.trim_end_matches("Mi").parse::<u32>().expect("MiB") > 512 + 64,
        "bodies alone may take 512 MiB"
    );
    let budget = manifest("gateway", "PodDisruptionBudget")["spec"]["minAvailable"].as_u64();
    assert!(budget < manifest("gateway", "Deployment")["spec"]["replicas"].as_u64());

    // What is named is there.
    let resources = words(&manifest("kustomization", "Kustomization")["resources"]);
    for resource in &resources {
        assert!(deploy().join("kubernetes").join(resource).exists(), "{resource} is missing");
    }
    assert_eq!(resources.len() + 1, KUBERNETES.len());
    let secret = yaml("kubernetes/secret.example.yaml").remove(0);
    let given = secret["stringData"].as_object().expect("texts");
    let wanted = container["env"].as_array().expect("variables").iter().filter_map(|variable| {
        let key = &variable["valueFrom"]["secretKeyRef"];
        (key["name"] == "openclaw").then(|| key["key"].as_str().expect("a key").to_owned())
    });
    let mut wanted: Vec<String> = wanted.collect();
    wanted.extend(["VALKEY_PASSWORD".to_owned(), "gateway.json5".to_owned()]);
    for key in wanted {
        assert!(given.contains_key(&key), "the secret has no {key}");
    }
    // No file that is checked in has a secret in it.
    for file in ["compose/.env.example", "kubernetes/secret.example.yaml", "kubernetes/gateway.yaml"] {
        let text = text(file);
        let has_token = text.split("hf_").skip(1).any(|rest| !rest.starts_with("REPLACE_ME"));
        let has_key = text.split("oc-").skip(1).any(|rest| !rest.starts_with("REPLACE_ME"));
        assert!(!has_token && !has_key, "{file} holds a secret");
    }
}

/// The manifests' own gateway: its arguments on a port of loopback, its files, its variables.
#[test]
fn the_manifests_gateway_starts_and_holds_to_the_secrets_keys() {
    let Some(store) = Store::start(&[]) else { return };
    let secret = yaml("kubernetes/secret.example.yaml").remove(0);
    let keys = secret["stringData"]["gateway.json5"].as_str().expect("a text");
    let world = World::new().env("HF_TOKEN", TOKEN);
    world.write_state("gateway.json5", keys);
    let config = deploy().join("kubernetes/openclaw.json");
    assert_eq!(text("kubernetes/openclaw.json"), text("compose/openclaw.json"));
    let said = secret["stringData"]["OPENCLAW_GATEWAY_STATE"].as_str().expect("a URL");
    assert!(said.starts_with("redis://:REPLACE_ME@valkey:6379/"), "{said}");
    let world = world
        .env("OPENCLAW_CONFIG_PATH", config.to_str().expect("a path"))
        .env("OPENCLAW_GATEWAY_STATE", &format!("redis://127.0.0.1:{}", store.port()));
    let validated = world.run(&["config", "validate"]);
    assert!(validated.starts_with("exit 0"), "{validated}");
    let args = words(&container()["args"]).into_iter().map(|arg| match arg.split_once('=') {
        Some(("--port", _)) => "--port=0".to_owned(),
        Some(("--bind", _)) => "--bind=loopback".to_owned(),
        _ => arg,
    });
    let args: Vec<String> = args.collect();
    let mut running = Running::start(&world, &args.iter().map(String::as_str).collect::<Vec<_>>());
    let address = running.address();
    running.says("Ctrl-C ends it.");
    assert_eq!(Asked::get(address, "/readyz", "").rest().status, 200);
    let ask = |key: &str| Asked::post(address, key, &question("thinker", "")).rest().status;
    assert_eq!((ask("oc-REPLACE_ME"), ask("oc-REPLACE_ME_TOO"), ask("oc-nobody")), (200, 200, 401));
    // It tells the last when it ends.
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.ends().code, Some(0));
    let kept = store.ask("KEYS openclaw:{v1}:key:*");
    assert!(kept.iter().any(|line| line == "openclaw:{v1}:key:ci"), "{kept:?}");
}

/// nginx with the compose file's own configuration, before three gateways.
struct Balancer {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Balancer {
    /// `None` where nginx is not installed.
    fn start(gateways: &[SocketAddr]) -> Option<Self> {
        let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists());
        let Some(nginx) = nginx else {
            assert!(std::env::var_os("OPENCLAW_TESTS_NEED_STORE").is_none(), "nginx is not installed");
            #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
            {
                eprintln!("SKIPPED: nginx is not installed");
            }
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port").port();
        let mut config = text("compose/nginx.conf")
            .replace("listen 8080;", &format!("listen 127.0.0.1:{port};"))
            .replace("/tmp/", &format!("{}/", folder.path().display()))
            .replace("worker_processes auto;", "worker_processes 1;");
        for (index, gateway) in gateways.iter().enumerate() {
            let named = format!("gateway-{}:18789", index + 1);
            assert!(config.contains(&named), "{named}");
            config = config.replace(&named, &gateway.to_string());
        }
        let path = folder.path().join("nginx.conf");
        std::fs::write(&path, config).expect("a file");
        let nginx = |args: &[&str]| {
            let mut command = Command::new(nginx);
            command.arg("-p").arg(folder.path()).arg("-c").arg(&path).args(args).stdin(Stdio::null());
            command
        };
        let tested = nginx(&["-t", "-q"]).output().expect("nginx runs");
        assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
        let child = nginx(&["-g", "daemon off;"]).stderr(Stdio::null()).spawn().expect("nginx starts");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let balancer = Self { child, address, _folder: folder };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "nginx does not listen");
        }
        Some(balancer)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // Its master ends the workers; killed, it would leave them behind.
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

#[test]
fn the_balancer_streams_and_passes_by_a_gateway_that_is_gone() {
    let Some(store) = Store::start(&[]) else { return };
    let world = World::new()
        .env("HF_TOKEN", TOKEN)
        .env("OPENCLAW_GATEWAY_TOKEN", "a-key")
        .env("OPENCLAW_GATEWAY_STATE", &format!("redis://127.0.0.1:{}", store.port()));
    let mut gateways: Vec<Running> = (0..3)
        .map(|_| {
            let mut running = Running::start(&world, &["gateway", "run", "--port", "0"]);
            running.says("Ctrl-C ends it.");
            running
        })
        .collect();
    let addresses: Vec<SocketAddr> = gateways.iter().map(Running::address).collect();
    let Some(balancer) = Balancer::start(&addresses) else { return };
    let ask = |rest: &str| {
        Asked::post(balancer.address, "a-key", &question("deepseek-ai/DeepSeek-R1", rest)).rest()
    };
    assert!(ask(r#","stream":true"#).body.contains("data: [DONE]"));
    assert_eq!(Asked::get(balancer.address, "/metrics", "a-key").rest().status, 404);
    // The balancer goes on with the two others when one is gone.
    let gone = gateways.pop().expect("three");
    gone.signal(rustix::process::Signal::TERM);
    assert_eq!(gone.ends().code, Some(0));
    let statuses: Vec<u16> = (0..30).map(|_| ask("").status).collect();
    assert_eq!(statuses, [200; 30]);
}
