//! Asks a router whose first provider refuses, on this machine and without a token, and shows who answered.
//!
//! `cargo run -p openclaw-hf-client --example failover`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;

use openclaw_catalog::{Catalog, Layer};
use openclaw_failover::{Options as PlanOptions, Plan};
use openclaw_hf_client::{
    ChatEvent, ChatRequest, Client, Endpoint, EndpointInput, Message, Options, SharedCooldowns, Token, drive,
};
use openclaw_sandbox::{Fault, Sandbox, Script, When};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start_blocking(openclaw_sandbox::Options::default())?;
    let base = sandbox.base_url();
    let client = |token: &str| -> Result<Client, Box<dyn Error>> {
        let input = EndpointInput { env_base_url: Some(&base), ..EndpointInput::default() };
        Ok(Client::new(Endpoint::resolve(&input)?, Some(Token::parse(token)?), Options::default()))
    };

    let asked = client("hf_rehearsal")?;
    let list = asked.list_models().await?.list;
    println!("{} models are listed", list.models.len());
    let catalog = Catalog::merge([Layer::discovered(list.models)]);
    let chain =
        ["huggingface/Qwen/Qwen3-32B:fastest".parse()?, "huggingface/deepseek-ai/DeepSeek-R1".parse()?];
    let plan = Plan::new(&chain, &catalog, PlanOptions::default());
    let first = plan.targets().next().and_then(|target| target.provider).ok_or("nobody offers it")?;
    sandbox.script(vec![Script::once(When::provider(first), Fault::status(503))])?;

    let request = ChatRequest { messages: vec![Message::user("2+2?")], ..ChatRequest::default() };
    let cooldowns = SharedCooldowns::default();
    let mut answer = drive(&asked, plan.clone(), &cooldowns, &request, |switch| {
        println!("refused: {}", switch.failed.model);
    })
    .await?;
    let mut text = String::new();
    while let Some(event) = answer.next().await {
        if let ChatEvent::Content(piece) = event? {
            text.push_str(&piece);
        }
    }
    println!("answered: {} words", text.split_whitespace().count());
    for entry in answer.trail().entries() {
        println!("  {} {}", entry.model.router_id(), entry.result_name());
    }

    // A refused token is refused everywhere: nothing more is asked.
    let refused = client("hf_refused")?;
    match drive(&refused, plan, &cooldowns, &request, |_| {}).await {
        Ok(_) => println!("it was answered"),
        Err(error) => {
            let class = error.class().map_or("none", |class| class.as_str());
            println!("{error}; class {class}, after {} attempt", error.trail().entries().len());
        }
    }
    Ok(())
}
