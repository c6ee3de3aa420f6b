//! Asks a server a question and prints the answer as it comes.
//!
//! `cargo run -p openclaw-hf-client --example ask -- http://127.0.0.1:8080/v1 org/name "2+2?"`
//!
//! A token is taken from `HF_TOKEN`; a server of one's own may need none.

use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use openclaw_hf_client::{ChatEvent, ChatRequest, Client, Endpoint, EndpointInput, Message, Options, Token};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let levels = std::iter::successors(Some(&*error), |level| (**level).source());
            let lines: Vec<String> = levels.map(ToString::to_string).collect();
            // Nobody is left to tell when this fails.
            let _told = writeln!(stderr(), "error: {}", lines.join("\n  because: "));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, model, question] = arguments.as_slice() else {
        return Err("expected three arguments: an address, a model and a question".into());
    };
    let endpoint =
        Endpoint::resolve(&EndpointInput { env_base_url: Some(base), ..EndpointInput::default() })?;
    let token = std::env::var("HF_TOKEN").ok().map(|text| Token::parse(&text)).transpose()?;
    let client = Client::new(endpoint, token, Options::default());
    let request = ChatRequest { messages: vec![Message::user(question.as_str())], ..ChatRequest::new(model) };

    let mut stream = client.chat_stream(&request).await?;
    let mut out = stdout();
    while let Some(event) = stream.next().await {
        match event? {
            ChatEvent::Content(text) => write!(out, "{text}")?,
            ChatEvent::Reasoning(text) => write!(out, "{text}")?,
            ChatEvent::ToolCall(call) => writeln!(out, "{}({})", call.name, call.arguments)?,
            _ => {}
        }
        out.flush()?;
    }
    let summary = stream.summary();
    writeln!(
        out,
        "\n\n{} answered; first event after {:?}, all after {:?}",
        stream.meta().provider.as_deref().unwrap_or("an unnamed provider"),
        summary.time_to_first_event,
        summary.elapsed
    )?;
    Ok(())
}
