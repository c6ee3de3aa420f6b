//! Scripts two faults, meets them with a bare socket, and looks at what was recorded.
//!
//! `cargo run -p openclaw-sandbox --example faults`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use openclaw_sandbox::{Fault, Options, Sandbox, Script, When};

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start_blocking(Options::default())?;
    sandbox.script(vec![
        Script::once(When::provider("together"), Fault::status(429)),
        Script::once(When::provider("together"), Fault::status(503)),
    ])?;
    for _ in 0..3 {
        println!("{}", ask(&sandbox, "deepseek-ai/DeepSeek-R1:together")?);
    }
    // A token that is none is refused as the router refuses it.
    println!("{}", ask_as(&sandbox, "Qwen/Qwen3-32B", "no-token")?);

    for request in sandbox.requests() {
        println!("{} {}: {}", request.method, request.path, request.fault.as_deref().unwrap_or("no fault"));
    }
    sandbox.shutdown();
    Ok(())
}

fn ask(sandbox: &Sandbox, model: &str) -> Result<String, Box<dyn Error>> {
    ask_as(sandbox, model, "hf_rehearsal")
}

/// The first line of the reply.
fn ask_as(sandbox: &Sandbox, model: &str, token: &str) -> Result<String, Box<dyn Error>> {
    let body = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}]}}"#);
    let mut socket = TcpStream::connect(sandbox.addr())?;
    write!(
        socket,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        sandbox.addr(),
        body.len(),
    )?;
    let mut reply = String::new();
    socket.read_to_string(&mut reply)?;
    Ok(reply.lines().next().unwrap_or_default().to_owned())
}
