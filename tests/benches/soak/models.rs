//! The models that are asked, and which of their offers go wrong.
//!
//! They are the sandbox's; the first offer of each is the one that is asked first, and goes wrong.

/// A model of the sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Model {
    pub(crate) id: &'static str,
    /// The offers that go wrong now and then; the others never do.
    pub(crate) faulty: &'static [&'static str],
}

/// The config's default: all its offers go wrong, so that some requests end at the fallback.
pub(crate) const PRIMARY: Model = Model {
    id: "deepseek-ai/DeepSeek-R1",
    faulty: &["fireworks-ai", "together", "novita", "featherless-ai"],
};

/// The config's fallback. `deepinfra` never goes wrong, so that there is an answer for everybody.
pub(crate) const FALLBACK: Model =
    Model { id: "deepseek-ai/DeepSeek-V3.2", faulty: &["fireworks-ai", "novita"] };

/// The model of slow readers: fast enough for an answer that no socket's buffer holds.
pub(crate) const LONG: Model = Model { id: "openai/gpt-oss-120b", faulty: &["cerebras", "baseten"] };

pub(crate) const ALL: [Model; 6] = [
    PRIMARY,
    FALLBACK,
    LONG,
    Model { id: "Qwen/Qwen2.5-7B-Instruct", faulty: &["together", "nscale"] },
    Model { id: "zai-org/GLM-4.7", faulty: &["together", "novita"] },
    Model { id: "moonshotai/Kimi-K2.5", faulty: &["fireworks-ai", "novita"] },
];

/// The alias that the config has for the primary.
pub(crate) const ALIAS: &str = "soaked";

/// What clients say for a model, the long one aside.
pub(crate) const NAMES: [&str; 10] = [
    "default",
    ALIAS,
    "deepseek-ai/DeepSeek-R1",
    "huggingface/deepseek-ai/DeepSeek-R1:cheapest",
    "deepseek-ai/DeepSeek-V3.2",
    "deepseek-ai/DeepSeek-V3.2:cheapest",
    "Qwen/Qwen2.5-7B-Instruct",
    "zai-org/GLM-4.7",
    "moonshotai/Kimi-K2.5",
    "huggingface/moonshotai/Kimi-K2.5:fastest",
];
