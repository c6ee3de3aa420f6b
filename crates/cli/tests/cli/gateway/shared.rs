//! Several gateways that share cooldowns, limits and spend through a real server of Redis or Valkey.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use rustix::process::Signal;

use super::{Gateway, R1, client, listed, refused, until, world};
use crate::store::Store;
use crate::support::PATIENCE;

const PASSWORD: &str = "canary-p@ss";

/// How old what a gateway knows of the others may be.
const STALE: Duration = Duration::from_millis(350);

fn url(store: &Store) -> String {
    format!("redis://127.0.0.1:{}", store.port())
}

#[test]
fn an_address_that_cannot_be_one_is_refused_without_being_repeated() {
    let world = world();
    for url in ["redis://:canary@", "https://:canary@localhost", "redis://localhost/canary", "canary", ""] {
        let told = refused(&world, &["--port", "0", "--state", url]);
        assert!(told.starts_with("exit 2") && !told.contains("canary"), "{told}");
    }
    assert_snapshot!(refused(&world, &["--port", "0", "--state", "http://:canary@localhost"]), @"
    exit 2
    -- err
    error: `--state` is no address of a server for shared state
      its scheme is none of `redis`, `rediss`, `valkey` and `valkeys`

    hint: openclaw gateway run --state redis://127.0.0.1:6379
    ");
    let world = world.env("OPENCLAW_GATEWAY_STATE", "redis://:canary@host?a=b");
    assert_snapshot!(refused(&world, &["--port", "0"]), @"
    exit 2
    -- err
    error: `OPENCLAW_GATEWAY_STATE` is no address of a server for shared state
      `?` and `#` have no meaning in it; in a password they are written `%3F` and `%23`

    hint: openclaw gateway run --state redis://127.0.0.1:6379
    ");
}

#[test]
fn a_unit_holds_no_password() {
    let world = world();
    let told = world.run(&["gateway", "install", "--dry-run", "--state", "redis://:canary@localhost"]);
    assert_snapshot!(told, @"
    exit 2
    -- err
    error: `--state` has a password, and a unit must not hold one
      the service reads `OPENCLAW_GATEWAY_STATE=…` from ~/.openclaw/.env, once it stands there

    hint: openclaw gateway install
    ");
}

#[test]
fn what_becomes_of_the_server_is_told() {
    let Some(mut store) = Store::start(&["--requirepass", PASSWORD]) else { return };
    let world = listed();
    let said = format!("redis://:canary-p%40ss@127.0.0.1:{}/1", store.port());
    let env = std::fs::read_to_string(world.state(".env")).expect("a file");
    world.write_state(".env", &format!("{env}OPENCLAW_GATEWAY_STATE={said}\n"));
    let mut gateway = Gateway::start(&world);
    gateway.says("Ctrl-C ends it.");
    let kept = |gateway: &Gateway| gateway.get("/v1/openclaw/status").json()["state"]["kept"].to_string();
    assert_eq!(kept(&gateway), "\"shared\"");
    store.kill();
    gateway.says("counts for itself");
    assert_eq!(kept(&gateway), "\"lost\"");
    assert_eq!(gateway.get("/readyz").status, 200);
    store.again();
    gateway.says("are shared at");
    assert_eq!(kept(&gateway), "\"shared\"");
    let ended = gateway.stop(&world);
    assert!(!ended.err.contains("canary"), "{}", ended.err);
    // How the end of a connection looks is up to the moment.
    let (before, rest) = ended.err.split_once("`: ").expect("a reason");
    let (_, after) = rest.split_once("; until").expect("an end");
    let told = format!("{before}`: WHY; until{after}").replace(&store.port().to_string(), "STORE");
    assert_snapshot!(told, @"
    cooldowns, limits and spend are shared at `redis://127.0.0.1:STORE/1`
    A first key, `default`, was made; `openclaw gateway keys show` prints it

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    warning: cooldowns, limits and spend cannot be shared at `redis://127.0.0.1:STORE/1`: WHY; until they can, this gateway counts for itself
    cooldowns, limits and spend are shared at `redis://127.0.0.1:STORE/1`
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

#[test]
fn a_password_in_sight_is_warned_of() {
    let Some(store) = Store::start(&["--requirepass", PASSWORD]) else { return };
    let world = listed();
    let said = format!("redis://:canary-p%40ss@127.0.0.1:{}", store.port());
    let mut gateway = Gateway::with(&world, &["--state", &said]);
    gateway.says("Ctrl-C ends it.");
    let ended = gateway.stop(&world);
    assert!(!ended.err.contains("canary"), "{}", ended.err);
    assert_snapshot!(ended.err.replace(&store.port().to_string(), "STORE"), @"
    warning: whoever may list processes sees the password in `--state`; OPENCLAW_GATEWAY_STATE, in the environment or in `.env` of the state folder, keeps it out of sight
    cooldowns, limits and spend are shared at `redis://127.0.0.1:STORE/0`
    A first key, `default`, was made; `openclaw gateway keys show` prints it

    Point any OpenAI client there:

      OPENAI_BASE_URL=http://127.0.0.1:GATEWAY/v1 OPENAI_API_KEY=$(openclaw gateway keys show) your-program

    Or open http://127.0.0.1:GATEWAY/ in a browser: models, prices, a place to ask, and what failed over.

    Ctrl-C ends it.
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    ");
}

#[test]
fn what_is_spent_at_one_gateway_is_known_at_the_next_though_the_first_is_gone() {
    let Some(store) = Store::start(&[]) else { return };
    let world = listed();
    let key = world.stdout(&["gateway", "keys", "add", "ci", "--usd-per-day", "0.0005"]);
    let key = key.trim_end();
    let gateway = Gateway::with(&world, &["--state", &url(&store)]);
    while gateway.ask_as(key, R1, "").status == 200 {}
    // It tells the last when it ends.
    gateway.stop(&world);
    let kept = store.ask("KEYS *").join(" ");
    assert!(kept.contains("openclaw:{v1}:key:ci") && !kept.contains(key), "{kept}");
    std::fs::remove_file(world.state("cache/gateway-spent.json")).expect("it is there");
    let gateway = Gateway::with(&world, &["--state", &url(&store)]);
    assert_eq!(gateway.ask_as(key, R1, "").status, 429);
}

/// Clients of a balancer that knows three gateways, and asks the next one where none listens.
struct Load<'a> {
    addresses: [SocketAddr; 3],
    key: &'a str,
    turn: AtomicUsize,
    is_over: AtomicBool,
    /// Which gateway, and when it had answered.
    answered: Mutex<Vec<(usize, Instant)>>,
    /// Which gateway, and when it was asked.
    lost: Mutex<Vec<(usize, Instant)>>,
}

impl Load<'_> {
    fn client(&self) {
        while !self.is_over.load(Ordering::Relaxed) {
            let first = self.turn.fetch_add(1, Ordering::Relaxed);
            let connected = (first..first + 3).find_map(|turn| {
                let gateway = turn % 3;
                Some((gateway, TcpStream::connect(self.addresses[gateway]).ok()?))
            });
            let (gateway, socket) = connected.expect("a gateway listens");
            let asked = Instant::now();
            match self.ask(gateway, socket) {
                Ok(reply) => {
                    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
                    self.answered.lock().expect("the answers").push((gateway, Instant::now()));
                }
                Err(_) => self.lost.lock().expect("the lost").push((gateway, asked)),
            }
        }
    }

    /// The whole reply; none where the connection broke.
    fn ask(&self, gateway: usize, mut socket: TcpStream) -> std::io::Result<String> {
        socket.set_read_timeout(Some(PATIENCE))?;
        let body = client::question(&format!("{R1}:novita"), r#","max_tokens":50"#);
        let (address, key, length) = (self.addresses[gateway], self.key, body.len());
        write!(
            socket,
            "POST /v1/chat/completions HTTP/1.1\r\nconnection: close\r\nhost: {address}\r\n\
             authorization: Bearer {key}\r\ncontent-length: {length}\r\n\r\n{body}"
        )?;
        let mut reply = String::new();
        socket.read_to_string(&mut reply)?;
        match reply.ends_with('}') {
            true => Ok(reply),
            false => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn answers(&self) -> usize {
        self.answered.lock().expect("the answers").len()
    }

    /// Until so many more were answered.
    fn more(&self, count: usize) {
        let before = self.answers();
        until(|| (self.answers() >= before + count).then_some(()));
    }
}

#[test]
fn neither_a_gateway_nor_the_server_that_dies_costs_a_request_that_another_could_serve() {
    let Some(mut store) = Store::start(&[]) else { return };
    let world = listed();
    let key = world.stdout(&["gateway", "keys", "add", "ci", "--usd-per-day", "100"]);
    let key = key.trim_end();
    let gateways = [(); 3].map(|()| Gateway::with(&world, &["--state", &url(&store)]));
    let load = Load {
        addresses: [0, 1, 2].map(|index: usize| gateways[index].address),
        key,
        turn: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
        answered: Mutex::default(),
        lost: Mutex::default(),
    };
    let (mut killed, mut gone) = (None, None);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| load.client());
        }
        load.more(60);
        // Without a word, as the system does where memory is short.
        gateways[2].running.signal(Signal::KILL);
        killed = Some(Instant::now());
        load.more(60);
        store.kill();
        gone = Some(Instant::now());
        load.more(60);
        store.again();
        load.more(60);
        load.is_over.store(true, Ordering::Relaxed);
    });
    let (killed, gone) = (killed.expect("it was killed"), gone.expect("it was killed"));
    // Only who was being answered by the one that was killed has lost anything, and there are six clients.
    let lost = load.lost.lock().expect("the lost");
    assert!(lost.len() <= 6, "{} were lost", lost.len());
    for (gateway, asked) in lost.iter() {
        assert_eq!(*gateway, 2);
        assert!(*asked < killed + Duration::from_secs(1), "asked long after it was killed");
    }
    // What was spent is known at both that are left, but for what could not be told or heard before an end.
    let spent = |gateway: &Gateway| {
        let status = client::Asked::get(gateway.address, "/v1/openclaw/status", key).rest().json();
        let usd = status["key"]["spent_today_usd"].as_str().and_then(|usd| usd.parse::<f64>().ok());
        usd.expect("an amount")
    };
    let question = client::question(&format!("{R1}:novita"), r#","max_tokens":50"#);
    let reply = client::Asked::post(gateways[0].address, key, &question).rest();
    let one = reply.header("x-openclaw-cost").and_then(|cost| cost.parse::<f64>().ok()).expect("a cost");
    let answered = load.answered.lock().expect("the answers");
    let around = |end: Instant, at: Instant| at + STALE > end && at < end + STALE;
    let unsure = answered
        .iter()
        .filter(|(gateway, at)| (*gateway == 2 && around(killed, *at)) || around(gone, *at))
        .count();
    let answers = answered.len() + 1;
    let (least, most) = (answers.saturating_sub(unsure), answers + unsure + lost.len());
    let deadline = Instant::now() + PATIENCE;
    loop {
        let counts = [spent(&gateways[0]), spent(&gateways[1])].map(|usd| (usd / one).round());
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let is_known = counts[0] == counts[1] && counts[0] >= least as f64 && counts[0] <= most as f64;
        if is_known {
            break;
        }
        assert!(Instant::now() < deadline, "{counts:?} are known, expected {least} to {most} at both");
    }
}

#[test]
fn a_server_with_tls_is_trusted_by_its_authority_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let signed = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path.display().to_string()
    };
    let certificate = file("certificate.pem", signed.cert.pem());
    let key = file("key.pem", signed.signing_key.serialize_pem());
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr());
    let port = port.expect("a port").port().to_string();
    let tls = ["--tls-port", &port, "--tls-cert-file", &certificate, "--tls-key-file", &key];
    let args = [&tls[..], &["--tls-ca-cert-file", &certificate, "--tls-auth-clients", "no"]].concat();
    let Some(_store) = Store::start(&args) else { return };
    let said = format!("rediss://127.0.0.1:{port}");

    let world = listed().env("SSL_CERT_FILE", &certificate);
    let mut gateway = Gateway::with(&world, &["--state", &said]);
    let told = gateway.says("Ctrl-C ends it.");
    assert!(told.contains(&format!("are shared at `{said}/0`")), "{told}");
    gateway.stop(&world);

    let world = listed();
    let mut gateway = Gateway::with(&world, &["--state", &said]);
    let told = gateway.says("Ctrl-C ends it.");
    assert!(told.contains("cannot be shared") && told.to_lowercase().contains("certificate"), "{told}");
}
