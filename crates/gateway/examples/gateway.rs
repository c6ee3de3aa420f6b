//! A gateway before a router on this machine: one request with a key and one without, then both end.
//!
//! `cargo run -p openclaw-gateway --example gateway`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::net::SocketAddr;

use openclaw_catalog::{Catalog, Layer};
use openclaw_credentials::Secret;
use openclaw_gateway::{Gateway, Key, KeyLimits, Keys, Options, Settings, serve};
use openclaw_hf_client::{Client, Endpoint, EndpointInput, Token};
use openclaw_sandbox::{Fault, Sandbox, Script, When};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start_blocking(openclaw_sandbox::Options::default())?;
    let base = sandbox.base_url();
    let input = EndpointInput { env_base_url: Some(&base), ..EndpointInput::default() };
    let client = Client::new(
        Endpoint::resolve(&input)?,
        Some(Token::parse("hf_rehearsal")?),
        openclaw_hf_client::Options::default(),
    );
    let catalog = Catalog::merge([Layer::discovered(client.list_models().await?.list.models)]);

    let limits = KeyLimits { requests_per_minute: Some(60), ..KeyLimits::default() };
    let keys = Keys::Required(vec![Key { name: "ci".into(), secret: Secret::new("oc-secret"), limits }]);
    let settings =
        Settings::new(client, catalog, "huggingface/deepseek-ai/DeepSeek-R1:fastest".parse()?, keys);
    let gateway = Gateway::new(settings, Options::default());

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = {
        let gateway = gateway.clone();
        tokio::spawn(async move {
            let until = async {
                // Either way it is time to end.
                let _asked_or_gone = stopped.await;
            };
            serve(&gateway, listener, until).await
        })
    };

    // The first provider that is asked refuses; the client does not notice.
    sandbox.script(vec![Script::once(When::default(), Fault::status(503))])?;
    for key in ["oc-secret", "a guess"] {
        let reply = ask(address, key).await?;
        let heads = reply.lines().take_while(|line| !line.is_empty());
        for line in heads.filter(|line| line.starts_with("HTTP/1.1") || line.starts_with("x-openclaw-model"))
        {
            println!("{line}");
        }
    }
    // Nobody is left to tell where the server has ended already.
    let _told = stop.send(());
    println!("requests cut at the end: {}", served.await??.cut);
    Ok(())
}

/// What any OpenAI client sends, by hand.
async fn ask(address: SocketAddr, key: &str) -> Result<String, Box<dyn Error>> {
    let body = r#"{"model":"default","messages":[{"role":"user","content":"hi"}]}"#;
    let mut socket = TcpStream::connect(address).await?;
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await?;
    let mut reply = String::new();
    socket.read_to_string(&mut reply).await?;
    Ok(reply)
}
