//! The table that serves where the router cannot be asked.

use crate::merge::Entry;
use crate::model::{InputKind, InputKinds};
use crate::money::{Price, Pricing};

struct Row {
    id: &'static str,
    name: &'static str,
    reasoning: bool,
    reads_images: bool,
    context_window: u64,
    max_tokens: u64,
    /// Micro-USD per million tokens, in and out.
    price: (u64, u64),
}

/// Prices and contexts are those that the router listed in 2026: the context is the smallest of its live offers, the
/// price that of the cheapest priced one.
/// They are a help where the router cannot be asked, not a quotation.
const TABLE: [Row; 10] = [
    Row {
        id: "deepseek-ai/DeepSeek-R1",
        name: "DeepSeek R1",
        reasoning: true,
        reads_images: false,
        context_window: 64_000,
        max_tokens: 8_192,
        price: (700_000, 2_500_000),
    },
    Row {
        id: "deepseek-ai/DeepSeek-V3.2",
        name: "DeepSeek V3.2",
        reasoning: false,
        reads_images: false,
        context_window: 163_840,
        max_tokens: 8_192,
        price: (269_000, 400_000),
    },
    Row {
        id: "Qwen/Qwen3-8B",
        name: "Qwen3 8B",
        reasoning: true,
        reads_images: false,
        context_window: 40_960,
        max_tokens: 8_192,
        price: (70_000, 180_000),
    },
    Row {
        id: "Qwen/Qwen2.5-7B-Instruct",
        name: "Qwen2.5 7B Instruct",
        reasoning: false,
        reads_images: false,
        context_window: 32_768,
        max_tokens: 8_192,
        price: (300_000, 300_000),
    },
    Row {
        id: "Qwen/Qwen3-32B",
        name: "Qwen3 32B",
        reasoning: true,
        reads_images: false,
        context_window: 32_768,
        max_tokens: 8_192,
        price: (80_000, 250_000),
    },
    Row {
        id: "meta-llama/Llama-3.3-70B-Instruct",
        name: "Llama 3.3 70B Instruct",
        reasoning: false,
        reads_images: false,
        context_window: 131_072,
        max_tokens: 8_192,
        price: (135_000, 400_000),
    },
    Row {
        id: "meta-llama/Llama-3.1-8B-Instruct",
        name: "Llama 3.1 8B Instruct",
        reasoning: false,
        reads_images: false,
        context_window: 16_384,
        max_tokens: 8_192,
        price: (20_000, 50_000),
    },
    Row {
        id: "openai/gpt-oss-120b",
        name: "GPT-OSS 120B",
        reasoning: true,
        reads_images: false,
        context_window: 131_072,
        max_tokens: 8_192,
        price: (50_000, 250_000),
    },
    Row {
        id: "zai-org/GLM-4.7",
        name: "GLM 4.7",
        reasoning: true,
        reads_images: false,
        context_window: 204_800,
        max_tokens: 8_192,
        price: (600_000, 2_200_000),
    },
    Row {
        id: "moonshotai/Kimi-K2.5",
        name: "Kimi K2.5",
        reasoning: true,
        reads_images: true,
        context_window: 262_144,
        max_tokens: 8_192,
        price: (500_000, 2_800_000),
    },
];

/// The models that are known without asking the router, as entries of a layer.
#[must_use]
pub fn built_in() -> Vec<Entry> {
    TABLE.iter().map(Row::entry).collect()
}

impl Row {
    fn entry(&self) -> Entry {
        let kinds = [InputKind::Text, InputKind::Image];
        Entry {
            id: self.id.to_owned(),
            name: Some(self.name.to_owned()),
            reasoning: Some(self.reasoning),
            input: Some(kinds.into_iter().take(1 + usize::from(self.reads_images)).collect::<InputKinds>()),
            context_window: Some(self.context_window),
            max_tokens: Some(self.max_tokens),
            pricing: Some(Pricing {
                input: Price::from_micro_usd(self.price.0),
                output: Price::from_micro_usd(self.price.1),
            }),
            ..Entry::default()
        }
    }
}
