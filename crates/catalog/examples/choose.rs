//! Reads a reply of `GET /v1/models`, predicts the router's choice, and makes a better one for a given request.
//!
//! `cargo run -p openclaw-catalog --example choose`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;

use openclaw_catalog::{Catalog, Choice, ChoicePolicy, Layer, Needs, RouterList, TokenMix, rank};
use openclaw_model_ref::ModelRef;

/// As the router sends it, with an offer that makes no sense and one that says next to nothing.
const REPLY: &str = r#"{"object":"list","data":[{"id":"Qwen/Qwen3-32B","providers":[
    {"provider":"groq","status":"live","context_length":131072,"pricing":{"input":0.29,"output":0.59},
     "throughput":410.2,"supports_tools":true},
    {"provider":"nscale","status":"live","context_length":40960,"pricing":{"input":0.08,"output":0.25},
     "throughput":61.0,"supports_tools":false},
    {"provider":"novita","status":"live","pricing":{"input":0.05,"output":0.60},"supports_tools":true},
    {"provider":"together","status":"staging","pricing":{"input":-1,"output":"free"}},
    {"provider":"featherless-ai","status":"live"}]}]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let list: RouterList = serde_json::from_str(REPLY)?;
    for warning in &list.warnings {
        println!("passed over: {warning}");
    }
    let catalog = Catalog::merge([Layer::built_in(), Layer::discovered(list.models)]);

    for text in ["huggingface/Qwen/Qwen3-32B:fastest", "huggingface/Qwen/Qwen3-32B:cheapest"] {
        let reference: ModelRef = text.parse()?;
        let model = catalog.resolve(&reference).ok_or("nobody knows this model")?;
        let ranking = rank(model.offers(), reference.selector());
        let predicted = ranking.predicted().map_or("nobody can tell", |offer| offer.provider.as_str());
        println!("\n{}: {predicted}", reference.router_id());
        for out in &ranking.excluded {
            println!("  not {}: {}", out.offer.provider, out.reason);
        }
    }

    // What no suffix says: a long question with tools, a short answer, and the cost of both.
    let reference: ModelRef = "huggingface/Qwen/Qwen3-32B".parse()?;
    let model = catalog.resolve(&reference).ok_or("nobody knows this model")?;
    let chosen = model.choose(&Choice {
        policy: ChoicePolicy::CheapestForMix(TokenMix { input_tokens: 30_000, output_tokens: 400 }),
        needs: Needs { tools: true, ..Needs::default() },
        ..Choice::default()
    });
    println!("\n30,000 tokens in, 400 out, with tools:");
    for candidate in &chosen.offers {
        let cost = candidate.cost.map_or("-".to_owned(), |cost| format!("{cost} USD"));
        let open = if candidate.unknown.is_empty() {
            String::new()
        } else {
            format!(", does not say: {}", candidate.unknown)
        };
        println!("  {} {cost}{open}", candidate.offer.provider);
    }
    for out in &chosen.excluded {
        println!("  not {}: {}", out.offer.provider, out.reason);
    }

    // What nobody lists is no error: it may be new.
    let unknown: ModelRef = "huggingface/org/new-model".parse()?;
    println!("\n{unknown}: {:?}", catalog.availability(&unknown));
    Ok(())
}
