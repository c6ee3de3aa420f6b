//! Starting, stopping, and clients that leave.

use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};

use openclaw_sandbox::{Fault, Options, ReplyState, Sandbox, Script, StartErrorKind, When};

use crate::client::{CHAT, End, GRANTED, body, get, receive, sandbox, send, wait};

#[test]
fn a_taken_port_is_told() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = other.local_addr().unwrap();
    let error = Sandbox::start_blocking(Options { addr, ..Options::default() }).unwrap_err();
    assert_eq!(error.kind(), &StartErrorKind::Taken(addr));
}

#[test]
fn it_starts_and_fails_to_start_inside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let first = Sandbox::start(Options::default()).await.unwrap();
        let again = Sandbox::start(Options { addr: first.addr(), ..Options::default() }).await;
        assert_eq!(again.unwrap_err().kind(), &StartErrorKind::Taken(first.addr()));
        let open: SocketAddr = "0.0.0.0:0".parse().unwrap();
        let open = Sandbox::start(Options { addr: open, ..Options::default() }).await;
        assert!(matches!(open.unwrap_err().kind(), StartErrorKind::NotLoopback(_)));
        // This blocks the only thread of the caller's runtime, and is answered all the same.
        assert_eq!(get(&first, "/v1/models", &[]).status, 200);
    });
}

#[test]
fn addresses_are_ready_to_use() {
    let sandbox = sandbox();
    let port = sandbox.addr().port();
    assert_eq!(sandbox.origin(), format!("http://127.0.0.1:{port}"));
    assert_eq!(sandbox.base_url(), format!("http://127.0.0.1:{port}/v1"));
    assert_eq!(format!("{sandbox:?}"), format!("Sandbox {{ addr: 127.0.0.1:{port}, .. }}"));
}

#[test]
fn shutdown_cuts_what_is_open_and_frees_the_port() {
    let sandbox = sandbox();
    sandbox.script(vec![Script::always(When::default(), Fault::SlowDrip { ms: 3_600_000 })]).unwrap();
    let stream = send(sandbox.addr(), &format!("POST {CHAT}"), &[GRANTED], &body("Qwen/QwQ-32B", true));
    wait(&sandbox, |all| all.first().is_some_and(|first| first.head_us.is_some()));
    let addr = sandbox.addr();
    sandbox.shutdown();
    assert_ne!(receive(stream).end, End::Complete);
    assert!(TcpStream::connect(addr).is_err());
    let again = Sandbox::start_blocking(Options { addr, ..Options::default() }).unwrap();
    assert_eq!(again.addr(), addr);
}

#[test]
fn a_client_that_leaves_in_mid_stream_is_noticed() {
    let sandbox = sandbox();
    sandbox.script(vec![Script::always(When::default(), Fault::SlowDrip { ms: 50 })]).unwrap();
    let long =
        r#"{"model":"Qwen/Qwen2.5-7B-Instruct","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let mut socket = send(sandbox.addr(), &format!("POST {CHAT}"), &[GRANTED], long);
    assert!(socket.read(&mut [0; 16]).unwrap() > 0);
    drop(socket);
    let all = wait(&sandbox, |all| all[0].state != ReplyState::Open);
    assert_eq!((all[0].state, all[0].status), (ReplyState::Dropped, Some(200)));
}

#[test]
fn many_streams_are_served_at_once() {
    let sandbox = sandbox();
    let body = body("deepseek-ai/DeepSeek-V3.2", true);
    let open: Vec<TcpStream> =
        (0..100).map(|_| send(sandbox.addr(), &format!("POST {CHAT}"), &[GRANTED], &body)).collect();
    assert!(open.into_iter().map(receive).all(|reply| reply.status == 200 && reply.end == End::Complete));
}
