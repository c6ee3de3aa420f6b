//! Serves a sandbox until Ctrl-C: `cargo run -p openclaw-sandbox --example serve -- 127.0.0.1:8400`.

use std::error::Error;
use std::net::SocketAddr;

use openclaw_sandbox::{Options, Pace, Sandbox};

fn main() -> Result<(), Box<dyn Error>> {
    let addr: SocketAddr = std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:8400").parse()?;
    let pace = Pace::Offer { times: 1.0 };
    let sandbox = Sandbox::start_blocking(Options { addr, pace, fault_models: true, ..Options::default() })?;

    #[expect(clippy::print_stdout, reason = "an example that tells where it listens")]
    {
        println!("export OPENAI_BASE_URL={} OPENAI_API_KEY=hf_rehearsal", sandbox.base_url());
    }
    loop {
        std::thread::park();
    }
}
