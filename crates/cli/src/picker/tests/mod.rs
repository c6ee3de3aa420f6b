//! The list without a terminal.

mod filter;
mod frame;
mod state;
mod view;

use openclaw_catalog::{Catalog, Layer, RouterList};
use openclaw_model_ref::ModelRef;

use super::frame::Size;
use super::state::{Key, Picker, Step};
use super::{Count, Question};
use crate::catalogue::ListState;

/// Seven models of all kinds: with and without prices, speeds and offers.
const LIST: &str = r#"{"object": "list", "data": [
    {"id": "deepseek-ai/DeepSeek-R1", "providers": [
        {"provider": "novita", "status": "live", "context_length": 64000, "pricing": {"input": 0.7, "output": 2.5},
         "supports_tools": true, "supports_structured_output": false, "throughput": 28.4, "first_token_latency_ms": 612},
        {"provider": "together", "status": "live", "context_length": 163840, "supports_tools": true, "throughput": 88},
        {"provider": "sambanova", "status": "error", "context_length": 32768}]},
    {"id": "zai-org/GLM-4.7", "providers": [
        {"provider": "together", "status": "live", "context_length": 202752, "pricing": {"input": 0.45, "output": 2},
         "supports_tools": true, "supports_structured_output": true, "throughput": 73, "first_token_latency_ms": 331},
        {"provider": "novita", "status": "live", "context_length": 204800, "pricing": {"input": 0.6, "output": 2.2},
         "supports_tools": false, "throughput": 35}]},
    {"id": "zai-org/GLM-4.7-Flash", "providers": [
        {"provider": "zai-org", "status": "live", "context_length": 200000}]},
    {"id": "Qwen/Qwen3-8B", "providers": [
        {"provider": "nscale", "status": "live", "context_length": 40960, "pricing": {"input": 0.07, "output": 0.18},
         "throughput": 121.5}]},
    {"id": "nvidia/Llama-3_3-Nemotron-Super-49B-v1_5-Instruct-FP8", "providers": [
        {"provider": "nebius", "status": "live", "context_length": 131072, "pricing": {"input": 0.1, "output": 0.4}}]},
    {"id": "moonshotai/Kimi-K2.5", "providers": [
        {"provider": "groq", "status": "live", "context_length": 262144, "pricing": {"input": 0.5, "output": 2.8},
         "supports_tools": true, "throughput": 210}]},
    {"id": "acme/gone", "providers": [{"provider": "together", "status": "error"}]}
]}"#;

fn catalog() -> Catalog {
    let list: RouterList = serde_json::from_str(LIST).expect("a list");
    Catalog::merge([Layer::discovered(list.models)])
}

fn question(catalog: &Catalog, count: Count) -> Question<'_> {
    let message = if count == Count::One { "Default model" } else { "Fallbacks (optional)" };
    Question {
        message,
        note: None,
        count,
        catalog,
        list: &ListState::Asked,
        current: None,
        not: None,
        taken: Vec::new(),
    }
}

fn size(width: usize, height: usize) -> Size {
    Size { width, height }
}

fn types(picker: &mut Picker<'_>, text: &str) {
    for letter in text.chars() {
        assert_eq!(picker.on(Key::Char(letter)), Step::Stay);
    }
}

/// What is listed, in order.
fn listed(picker: &Picker<'_>) -> Vec<String> {
    let references = picker.items.iter().filter_map(|item| picker.reference(*item));
    references.map(|reference| reference.router_id().to_owned()).collect()
}

fn reference(text: &str) -> ModelRef {
    ModelRef::parse_implied(text).expect("a reference")
}
