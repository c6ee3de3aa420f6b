//! The fixture catalogue: real ids and provider slugs, invented figures of a realistic size.
//!
//! Reading a line: provider, context in tokens, (input, output) in USD per million tokens,
//! (tools, structured output), (milliseconds to the first token, tokens per second).

use super::{Model, Offer, Status};

const TEXT: &[&str] = &["text"];
const SEES: &[&str] = &["text", "image"];

/// Both probes passed.
const BOTH: (bool, bool) = (true, true);
/// Tools work, structured output does not.
const TOOLS: (bool, bool) = (true, false);
/// Both probes failed.
const NEITHER: (bool, bool) = (false, false);

/// An offer that says nothing about itself, as featherless-ai's do.
const fn bare(provider: &'static str) -> Offer {
    Offer {
        provider,
        status: Status::Live,
        context_length: None,
        pricing: None,
        is_free: None,
        supports_tools: None,
        supports_structured_output: None,
        first_token_latency_ms: None,
        throughput: None,
        is_model_author: false,
    }
}

/// Measured, but without a published price.
const fn unpriced(provider: &'static str, context: u32, flags: (bool, bool), speed: (f64, f64)) -> Offer {
    Offer {
        context_length: Some(context),
        supports_tools: Some(flags.0),
        supports_structured_output: Some(flags.1),
        first_token_latency_ms: Some(speed.0),
        throughput: Some(speed.1),
        ..bare(provider)
    }
}

/// An offer with every field.
pub(crate) const fn offer(
    provider: &'static str,
    context: u32,
    price: (f64, f64),
    flags: (bool, bool),
    speed: (f64, f64),
) -> Offer {
    Offer { pricing: Some(price), is_free: Some(false), ..unpriced(provider, context, flags, speed) }
}

/// Priced, but never measured.
const fn unmeasured(provider: &'static str, context: u32, price: (f64, f64)) -> Offer {
    Offer { context_length: Some(context), pricing: Some(price), ..bare(provider) }
}

/// The last probe failed.
const fn failing(provider: &'static str, context: u32, price: (f64, f64)) -> Offer {
    Offer { status: Status::Error, ..unmeasured(provider, context, price) }
}

/// The provider published the model.
const fn by_author(offer: Offer) -> Offer {
    Offer { is_model_author: true, ..offer }
}

const fn text(id: &'static str, created: u64, offers: &'static [Offer]) -> Model {
    Model { id, created, input: TEXT, offers, reasoning: false }
}

const fn sees(id: &'static str, created: u64, offers: &'static [Offer]) -> Model {
    Model { input: SEES, ..text(id, created, offers) }
}

const fn thinks(model: Model) -> Model {
    Model { reasoning: true, ..model }
}

/// Every ordinary model, in the order it is listed.
pub(crate) const FIXTURES: &[Model] = &[
    // Five offers: together listed first, fireworks-ai fastest and unpriced, novita cheapest, one in error.
    thinks(text(
        "deepseek-ai/DeepSeek-R1",
        1_737_331_200,
        &[
            offer("together", 131_072, (2.9, 6.8), BOTH, (342.0, 61.284_093_117_264_05)),
            failing("deepinfra", 65_536, (0.9, 2.6)),
            offer("novita", 64_000, (0.72, 2.45), TOOLS, (1_180.5, 27.905_512_640_381_9)),
            unpriced("fireworks-ai", 163_840, BOTH, (455.2, 88.417_220_905_136_42)),
            bare("featherless-ai"),
        ],
    )),
    text(
        "deepseek-ai/DeepSeek-V3.2",
        1_764_547_200,
        &[
            offer("novita", 163_840, (0.27, 0.41), BOTH, (934.0, 38.120_447_163_902_81)),
            offer("deepinfra", 131_072, (0.26, 0.43), BOTH, (611.3, 29.554_038_116_720_6)),
            unpriced("fireworks-ai", 163_840, BOTH, (520.0, 74.660_913_300_842_7)),
        ],
    ),
    thinks(text(
        "deepseek-ai/DeepSeek-V4-Pro",
        1_776_837_885,
        &[
            offer("novita", 1_048_576, (1.7, 3.4), TOOLS, (1_502.0, 23.870_116_402_995_3)),
            offer("together", 512_000, (2.1, 4.4), BOTH, (640.0, 41.022_780_914_660_2)),
            unpriced("fireworks-ai", 1_048_576, BOTH, (590.6, 46.317_709_228_415_1)),
            bare("featherless-ai"),
            offer("deepinfra", 65_536, (1.75, 3.5), BOTH, (530.1, 33.918_204_556_171)),
        ],
    )),
    thinks(text(
        "Qwen/Qwen3-8B",
        1_745_798_400,
        &[
            offer("nscale", 40_960, (0.07, 0.18), TOOLS, (288.0, 71.204_418_803_725_4)),
            offer("novita", 128_000, (0.035, 0.138), TOOLS, (905.7, 52.660_130_917_248_8)),
            bare("featherless-ai"),
        ],
    )),
    text(
        "Qwen/Qwen2.5-7B-Instruct",
        1_726_444_800,
        &[
            offer("together", 32_768, (0.3, 0.3), BOTH, (201.0, 142.331_906_270_118_4)),
            unmeasured("nscale", 32_768, (0.01, 0.03)),
            bare("featherless-ai"),
        ],
    ),
    // A tie on the output price: nscale is listed first and wins `:cheapest`, though ovhcloud reads cheaper.
    thinks(text(
        "Qwen/Qwen3-32B",
        1_745_798_400,
        &[
            offer("groq", 131_072, (0.29, 0.59), BOTH, (118.0, 402.776_120_993_345_2)),
            offer("nscale", 40_960, (0.1, 0.25), TOOLS, (372.4, 44.018_295_337_106_9)),
            offer("ovhcloud", 32_768, (0.08, 0.25), BOTH, (260.0, 57.441_900_230_081_7)),
            offer("novita", 40_960, (0.1, 0.45), TOOLS, (1_010.2, 31.002_558_176_340_4)),
            offer("cerebras", 65_536, (0.4, 0.8), BOTH, (402.0, 1_604.220_371_552_9)),
        ],
    )),
    text(
        "meta-llama/Llama-3.3-70B-Instruct",
        1_733_443_200,
        &[
            offer("cerebras", 65_536, (0.85, 1.2), BOTH, (310.8, 1_911.704_336_129_5)),
            offer("groq", 131_072, (0.59, 0.79), TOOLS, (140.0, 288.450_277_116_903)),
            offer("together", 131_072, (0.88, 0.88), BOTH, (265.0, 96.108_344_502_771_3)),
            offer("novita", 131_072, (0.135, 0.4), TOOLS, (820.9, 33.714_902_008_155_5)),
            offer("ovhcloud", 131_072, (0.74, 0.74), BOTH, (295.0, 48.903_116_257_044_2)),
            unpriced("scaleway", 100_000, BOTH, (240.0, 51.337_002_419_860_8)),
            failing("nscale", 131_072, (0.2, 0.2)),
        ],
    ),
    text(
        "meta-llama/Llama-3.1-8B-Instruct",
        1_721_692_800,
        &[
            offer("cerebras", 32_768, (0.1, 0.1), BOTH, (287.0, 2_140.118_605_273_3)),
            offer("novita", 16_384, (0.02, 0.05), NEITHER, (760.0, 66.905_181_440_217_9)),
            offer("nscale", 131_072, (0.06, 0.06), TOOLS, (233.5, 104.228_930_551_602_7)),
            offer("scaleway", 128_000, (0.2, 0.2), BOTH, (190.0, 88.004_716_339_125_1)),
            bare("featherless-ai"),
        ],
    ),
    thinks(text(
        "openai/gpt-oss-120b",
        1_754_352_000,
        &[
            offer("cerebras", 131_072, (0.25, 0.69), BOTH, (344.1, 2_802.551_440_907_6)),
            offer("groq", 131_072, (0.15, 0.75), BOTH, (155.0, 486.210_993_716_402_5)),
            offer("together", 131_072, (0.15, 0.6), BOTH, (220.0, 121.640_338_915_027_7)),
            offer("fireworks-ai", 131_072, (0.15, 0.6), BOTH, (398.0, 133.901_552_270_648_3)),
            offer("novita", 131_072, (0.05, 0.25), TOOLS, (702.6, 58.220_714_036_991_8)),
            offer("ovhcloud", 131_072, (0.09, 0.47), BOTH, (250.0, 92.117_330_604_158_6)),
            unpriced("baseten", 128_072, BOTH, (201.7, 310.444_090_712_255_9)),
        ],
    )),
    text(
        "openai/gpt-oss-20b",
        1_754_352_000,
        &[
            offer("groq", 131_072, (0.1, 0.5), BOTH, (130.0, 902.115_336_740_81)),
            offer("together", 131_072, (0.05, 0.2), BOTH, (208.3, 160.773_205_118_464_2)),
            offer("nscale", 131_072, (0.05, 0.2), TOOLS, (244.0, 77.904_612_350_019_6)),
        ],
    ),
    thinks(text(
        "zai-org/GLM-4.7",
        1_766_361_600,
        &[
            by_author(unpriced("zai-org", 200_000, BOTH, (880.0, 49.320_117_456_203_4))),
            offer("novita", 204_800, (0.6, 2.2), BOTH, (1_322.0, 35.118_940_027_716_3)),
            offer("together", 202_752, (0.45, 2.0), BOTH, (410.9, 72.550_213_908_641_7)),
        ],
    )),
    text(
        "zai-org/GLM-4.5-Air",
        1_753_660_800,
        &[
            by_author(unpriced("zai-org", 128_000, TOOLS, (760.0, 44.018_662_735_109_2))),
            offer("novita", 131_072, (0.13, 0.85), TOOLS, (990.0, 40.600_217_833_450_5)),
        ],
    ),
    Model {
        reasoning: true,
        ..sees(
            "moonshotai/Kimi-K2.5",
            1_769_472_000,
            &[
                offer("together", 262_144, (0.5, 2.8), BOTH, (380.0, 59.114_720_336_208_8)),
                offer("novita", 262_144, (0.6, 3.0), TOOLS, (1_244.8, 28.733_905_116_470_1)),
                unpriced("fireworks-ai", 262_144, BOTH, (470.0, 97.205_118_664_032_6)),
            ],
        )
    },
    text(
        "moonshotai/Kimi-K2-Instruct",
        1_752_192_000,
        &[
            offer("groq", 131_072, (1.0, 3.0), BOTH, (210.0, 251.776_304_119_022_8)),
            offer("novita", 131_072, (0.57, 2.3), TOOLS, (1_090.0, 26.441_803_702_915)),
        ],
    ),
    sees(
        "Qwen/Qwen3.5-397B-A17B",
        1_771_200_000,
        &[
            offer("novita", 262_144, (0.6, 3.6), TOOLS, (1_402.5, 34.226_701_939_508_4)),
            offer("together", 262_144, (0.6, 3.6), BOTH, (433.0, 66.018_247_552_931_1)),
            offer("scaleway", 250_000, (0.6, 3.6), BOTH, (512.0, 58.337_910_024_466_7)),
        ],
    ),
    sees(
        "Qwen/Qwen3-VL-8B-Instruct",
        1_760_486_400,
        &[
            offer("novita", 131_072, (0.08, 0.5), NEITHER, (840.0, 61.882_304_715_530_9)),
            offer("together", 262_144, (0.180_000_000_000_000_02, 0.68), BOTH, (255.0, 93.407_118_236_650_3)),
        ],
    ),
    text(
        "Qwen/Qwen3-Coder-480B-A35B-Instruct",
        1_753_228_800,
        &[
            offer("cerebras", 131_072, (2.0, 2.0), BOTH, (520.0, 1_720.336_914_802_5)),
            offer("novita", 262_144, (0.3, 1.3), TOOLS, (1_150.0, 37.701_446_298_113_3)),
            offer("together", 262_144, (2.0, 2.0), BOTH, (402.0, 55.914_008_273_619_8)),
            failing("nscale", 262_144, (0.5, 1.5)),
        ],
    ),
    text(
        "Qwen/Qwen3-Next-80B-A3B-Instruct",
        1_757_548_800,
        &[
            offer("novita", 131_072, (0.15, 1.5), TOOLS, (902.0, 78.117_640_553_208_2)),
            offer("together", 262_144, (0.15, 1.5), BOTH, (240.0, 151.220_993_417_005_6)),
        ],
    ),
    thinks(text(
        "Qwen/QwQ-32B",
        1_741_132_800,
        &[offer("nscale", 131_072, (0.18, 0.2), NEITHER, (402.7, 41.336_075_120_944_8))],
    )),
    sees(
        "google/gemma-3-27b-it",
        1_741_651_200,
        &[
            offer("novita", 98_304, (0.119, 0.2), NEITHER, (890.0, 35.901_722_448_016_4)),
            offer("scaleway", 40_000, (0.25, 0.5), BOTH, (310.0, 47.226_180_935_573_1)),
            bare("featherless-ai"),
        ],
    ),
    sees(
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
        1_743_811_200,
        &[
            offer("groq", 131_072, (0.11, 0.34), TOOLS, (125.0, 455.903_718_206_640_7)),
            offer("novita", 131_072, (0.18, 0.59), NEITHER, (810.0, 50.114_336_982_705)),
        ],
    ),
    text(
        "MiniMaxAI/MiniMax-M2",
        1_761_523_200,
        &[
            offer("novita", 204_800, (0.3, 1.2), TOOLS, (1_208.0, 45.552_013_907_448_6)),
            unpriced("fireworks-ai", 196_608, BOTH, (481.0, 83.340_226_119_750_9)),
        ],
    ),
    text(
        "XiaomiMiMo/MiMo-V2-Flash",
        1_765_843_200,
        &[offer("novita", 262_144, (0.1, 0.3), TOOLS, (970.4, 70.228_914_003_661_5))],
    ),
    text(
        "CohereLabs/command-a-03-2025",
        1_741_824_000,
        &[by_author(unpriced("cohere", 256_000, BOTH, (305.0, 68.512_007_443_619_9)))],
    ),
    text(
        "swiss-ai/Apertus-70B-Instruct-2509",
        1_756_771_200,
        &[Offer { context_length: None, ..unmeasured("publicai", 0, (0.82, 2.92)) }],
    ),
    // A promotion: free for now, and said so.
    text(
        "allenai/Olmo-3.1-32B-Instruct",
        1_765_411_200,
        &[Offer {
            is_free: Some(true),
            ..offer("publicai", 65_536, (0.0, 0.0), TOOLS, (610.0, 22.740_118_365_902_2))
        }],
    ),
    // A price of zero that is not declared free: nobody can tell which it is.
    text(
        "ServiceNow-AI/Apriel-1.6-15b-Thinker",
        1_764_633_600,
        &[offer("together", 131_072, (0.0, 0.0), BOTH, (230.0, 84.016_229_743_118_7))],
    ),
    text(
        "HuggingFaceTB/SmolLM3-3B",
        1_751_932_800,
        &[unpriced("hf-inference", 65_536, NEITHER, (420.0, 39.660_337_251_804_5))],
    ),
    // Only on trial: listed, never routed to.
    text(
        "EssentialAI/rnj-1-instruct",
        1_765_152_000,
        &[Offer { status: Status::Staging, ..unmeasured("together", 32_768, (0.15, 0.15)) }],
    ),
    // Every offer fails its probe.
    text("baidu/ERNIE-4.5-300B-A47B-Base-PT", 1_751_241_600, &[failing("novita", 123_000, (0.28, 1.1))]),
    // Nobody offers it.
    text("deepreinforce-ai/Ornith-1.0-35B", 1_772_582_400, &[]),
];
