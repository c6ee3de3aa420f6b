//! Takes references apart and says with a caret what is wrong with those that are none.
//!
//! `cargo run -p openclaw-model-ref --example parse -- deepseek-ai/DeepSeek-R1:fastest`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use openclaw_model_ref::{ModelRef, ParseErrorKind, RoutingPolicy, Selector};

const EXAMPLES: [&str; 6] = [
    "huggingface/deepseek-ai/DeepSeek-R1:cheapest",
    "deepseek-ai/DeepSeek-R1:together",
    "Qwen/Qwen3-32B",
    "anthropic/claude/opus",
    "Qwen/",
    "Qwen/Qwen3 32B",
];

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let texts = if given.is_empty() { EXAMPLES.map(String::from).to_vec() } else { given };
    for text in &texts {
        match ModelRef::parse_implied(text) {
            Ok(model) => println!(
                "{model}\n  organisation {}, name {}, {}\n  sent as {}",
                model.org(),
                model.name(),
                routing(model.selector()),
                model.router_id()
            ),
            Err(error) if error.kind() == ParseErrorKind::ForeignProvider => {
                println!("{text}\n  is another provider's");
            }
            Err(error) => {
                let column = text.get(..error.span().start).map_or(0, |before| before.chars().count());
                let width = text.get(error.span()).map_or(0, |part| part.chars().count()).max(1);
                println!("{text}\n{}{} expected {}", " ".repeat(column), "^".repeat(width), error.expected());
            }
        }
    }
}

fn routing(selector: Selector<'_>) -> String {
    match selector {
        Selector::Auto => "the router's choice".to_owned(),
        Selector::Policy(RoutingPolicy::Fastest) => "the fastest".to_owned(),
        Selector::Policy(RoutingPolicy::Cheapest) => "the cheapest".to_owned(),
        Selector::Policy(_) => "by the user's settings".to_owned(),
        Selector::Provider(slug) => format!("at {slug} only"),
    }
}
