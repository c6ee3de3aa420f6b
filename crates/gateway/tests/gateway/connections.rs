//! Connections: their limits, and their end.

use std::time::Duration;

use openclaw_gateway::{Drained, Limits, Options, Patience};
use openclaw_sandbox::{Fault, Script, When};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{KEY, Plan, R1, STREAM, World, bearer, body};

fn impatient(patience: Patience) -> Plan {
    Plan { options: Options { patience, ..Options::default() }, ..Plan::default() }
}

/// A question's head with its length.
fn question(world: &World, body: &str) -> String {
    let length = format!("content-length: {}", body.len());
    world.head("POST", "/v1/chat/completions", &[bearer(KEY), length])
}

/// What comes until the connection ends.
async fn rest_of(mut socket: TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut bytes)).await;
    // A reset is an end too.
    drop(read.expect("it ends"));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let limits = Limits { body: 1_000, memory: 1_500, ..Limits::default() };
    let plan = Plan { options: Options { limits, ..Options::default() }, ..Plan::default() };
    let world = World::with(plan).await;
    let large = body(R1, &format!(r#","x":"{}""#, "y".repeat(1_000)));
    assert_eq!(
        world.post(&large, &[bearer(KEY)]).await.refusal(),
        "413 invalid_request_error body_too_large: the body is larger than 1000 bytes"
    );
    // Without a length it is noticed on the way.
    let head =
        world.head("POST", "/v1/chat/completions", &[bearer(KEY), "transfer-encoding: chunked".to_owned()]);
    let chunked = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    assert_eq!(world.send(&head, chunked.as_bytes()).await.status, 413);
    let head =
        format!("GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-large: {}\r\n\r\n", "y".repeat(200_000));
    let reply = rest_of(world.open(&head, b"").await).await;
    assert!(reply.starts_with("HTTP/1.1 431 "), "{reply}");
    assert_eq!(world.ask(R1, "").await.status, 200);
}

#[tokio::test]
async fn a_body_is_read_to_its_end_however_it_comes() {
    let world = World::new().await;
    let sent = body(R1, &format!(r#","x":"{}""#, "y".repeat(300_000)));
    assert_eq!(world.post(&sent, &[bearer(KEY)]).await.status, 200);
    // Many pieces, all of them there at once: each must have the next one read, though none comes that would wake anybody.
    let head =
        world.head("POST", "/v1/chat/completions", &[bearer(KEY), "transfer-encoding: chunked".to_owned()]);
    for size in [7, 1_000, 100_000] {
        let pieces = sent.as_bytes().chunks(size).map(|piece| {
            let piece = str::from_utf8(piece).expect("ASCII");
            format!("{:x}\r\n{piece}\r\n", piece.len())
        });
        let chunked = pieces.collect::<String>() + "0\r\n\r\n";
        assert_eq!(world.send(&head, chunked.as_bytes()).await.status, 200, "pieces of {size} bytes");
    }
}

#[tokio::test]
async fn more_at_once_than_fits_is_told_to_come_again() {
    let limits = Limits { requests: 1, ..Limits::default() };
    let plan = Plan { options: Options { limits, ..Options::default() }, ..Plan::default() };
    let world = World::with(plan).await;
    world.sandbox.script(vec![Script::once(When::default(), Fault::Hang)]).expect("it is scripted");
    let sent = body(R1, "");
    let hanging = world.open(&question(&world, &sent), sent.as_bytes()).await;
    world.sandbox.requests_when(|requests| !requests.is_empty()).await;
    insta::assert_snapshot!(world.ask(R1, "").await.refusal(), @"503 (retry after 1) overloaded_error gateway_busy: the gateway is at its limit: as many requests as it takes at once run already");
    drop(hanging);
    world.told("aborted").await;
    assert_eq!(world.ask(R1, "").await.status, 200);
}

#[tokio::test]
async fn clients_that_stop_sending_are_let_go() {
    let patience =
        Patience { head: Duration::from_millis(80), body: Duration::from_millis(80), ..Patience::default() };
    let world = World::with(impatient(patience)).await;
    let half = rest_of(world.open("POST /v1/chat/comp", b"").await).await;
    assert!(half.is_empty() || half.starts_with("HTTP/1.1 408"), "{half}");
    let head = world.head("POST", "/v1/chat/completions", &[bearer(KEY), "content-length: 500".to_owned()]);
    let reply = rest_of(world.open(&head, br#"{"messages":"#).await).await;
    assert!(reply.starts_with("HTTP/1.1 408 ") && reply.contains("the body stopped coming"), "{reply}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_let_go_and_the_provider_too() {
    let patience = Patience { write: Duration::from_millis(200), ..Patience::default() };
    let sandbox = openclaw_sandbox::Options { answer_words: 60_000, ..Default::default() };
    let world = World::with(Plan { sandbox, ..impatient(patience) }).await;
    let sent = body(R1, STREAM);
    let socket = world.open(&question(&world, &sent), sent.as_bytes()).await;
    world.told("aborted").await;
    drop(socket);
}

#[tokio::test]
async fn running_requests_end_before_the_gateway_does() {
    let mut world = World::failing([Script::always(When::default(), Fault::SlowDrip { ms: 15 })]).await;
    let sent = body(R1, STREAM);
    let mut socket = world.open(&question(&world, &sent), sent.as_bytes()).await;
    // A connection on which nothing is asked is not waited for.
    let idle = world.open("", b"").await;
    let half = world.open("POST /v1/chat/comp", b"").await;
    let mut begun = [0; 16];
    socket.read_exact(&mut begun).await.expect("it begins");
    world.stop();
    assert_eq!(rest_of(idle).await, "");
    assert_eq!(rest_of(half).await, "", "half a head is no request");
    let rest = rest_of(socket).await;
    assert!(rest.contains("data: [DONE]\n\n"), "{rest}");
    assert_eq!(world.ended().await, Drained { cut: 0 });
    assert!(TcpStream::connect(world.address).await.is_err(), "nobody listens any more");
    assert_eq!(world.gateway.running(), 0);
}

/// Who was let in is answered, even where nothing was said yet.
#[tokio::test]
async fn a_request_that_is_on_its_way_is_answered_by_the_one_that_let_it_in() {
    let mut world = World::new().await;
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(TcpStream::connect(world.address).await.expect("it listens"));
    }
    // The last to come is counted, so all were let in.
    while !world.get("/metrics").await.body.contains("openclaw_connections 9\n") {
        tokio::task::yield_now().await;
    }
    world.stop();
    while TcpStream::connect(world.address).await.is_ok() {}
    let sent = body(R1, "");
    let question = question(&world, &sent) + &sent;
    for socket in &mut sockets {
        socket.write_all(question.as_bytes()).await.expect("it is taken");
    }
    for socket in sockets {
        let reply = rest_of(socket).await;
        assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    }
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let patience = Patience { drain: Duration::from_millis(100), ..Patience::default() };
    let mut world = World::with(impatient(patience)).await;
    world.sandbox.script(vec![Script::always(When::default(), Fault::Hang)]).expect("it is scripted");
    let sent = body(R1, "");
    let socket = world.open(&question(&world, &sent), sent.as_bytes()).await;
    world.sandbox.requests_when(|requests| !requests.is_empty()).await;
    assert_eq!(world.ended().await, Drained { cut: 1 });
    assert_eq!(rest_of(socket).await, "");
    assert_eq!(world.gateway.running(), 0);
}

#[tokio::test]
async fn a_panic_in_one_request_harms_no_other() {
    let world = World::with(Plan { panics_at: Some("default"), ..Plan::default() }).await;
    insta::assert_snapshot!(world.ask("default", "").await.refusal(), @"500 server_error internal_error: the gateway failed at this request; the others go on");
    assert_eq!(world.ask(R1, "").await.status, 200);
    assert_eq!(world.gateway.running(), 0);
    assert!(world.get("/metrics").await.body.contains("openclaw_panics_total 1"));
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let world = World::new().await;
    let sent = body(R1, "");
    let head = question(&world, &sent).replace("connection: close\r\n", "");
    let mut socket = TcpStream::connect(world.address).await.expect("it listens");
    for _ in 0..3 {
        socket.write_all(&[head.as_bytes(), sent.as_bytes()].concat()).await.expect("it is sent");
        let mut reply = Vec::new();
        while !reply.ends_with(b"}") || !String::from_utf8_lossy(&reply).contains("total_tokens") {
            let mut some = [0; 4096];
            let n = socket.read(&mut some).await.expect("it is read");
            assert!(n > 0, "it ended: {}", String::from_utf8_lossy(&reply));
            reply.extend_from_slice(&some[..n]);
        }
        assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn what_was_pipelined_behind_a_request_is_no_part_of_it() {
    let world = World::new().await;
    let sent = body(R1, "");
    let first = question(&world, &sent).replace("connection: close\r\n", "");
    let second = world.head("GET", "/healthz", &[]);
    let both = format!("{first}{sent}{second}");
    let mut socket = TcpStream::connect(world.address).await.expect("it listens");
    socket.write_all(both.as_bytes()).await.expect("it is sent");
    let replies = rest_of(socket).await;
    assert_eq!(replies.matches("HTTP/1.1 200 OK").count(), 2, "{replies}");
    assert!(replies.ends_with("ok\n"), "{replies}");
}
