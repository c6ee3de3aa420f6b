//! Money as integers.

use std::fmt;

/// A price in micro-USD per million tokens: `3` USD per million is `Price::from_micro_usd(3_000_000)`.
///
/// Source: `providers[].pricing.input` and `.output` of `GET /v1/models`, in USD per million tokens.
/// [`Display`](fmt::Display) prints USD per million tokens with at least two decimals and no more than are needed:
/// `0.40`, `0.269`.
///
/// ```
/// use openclaw_catalog::{Price, Pricing};
///
/// let price = |usd| Price::from_usd(usd).expect("a price");
/// let pricing = Pricing { input: price(0.08), output: price(0.25) };
/// assert_eq!(pricing.input.micro_usd(), 80_000);
/// assert_eq!(pricing.cost(1_000, 500).to_string(), "0.000205");
/// assert_eq!(Price::from_usd(-1.0), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Price(u64);

impl Price {
    /// The largest price that is believed, a million USD per million tokens; more is a broken reply.
    const MAX: u64 = 1_000_000_000_000;

    /// A price from micro-USD per million tokens.
    #[must_use]
    pub const fn from_micro_usd(micro_usd: u64) -> Self {
        Self(micro_usd)
    }

    /// A price from USD per million tokens; `None` where that is negative, not finite or beyond belief.
    #[must_use]
    pub fn from_usd(usd: f64) -> Option<Self> {
        let micro = (usd * 1e6).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "the range is checked first, and the bound is exact in f64"
        )]
        (usd >= 0.0 && micro <= Self::MAX as f64).then_some(Self(micro as u64))
    }

    /// Micro-USD per million tokens.
    #[must_use]
    pub const fn micro_usd(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal(self.0, 6))
    }
}

/// What an offer asks for the tokens that go in and come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pricing {
    /// Per million tokens of the prompt.
    pub input: Price,
    /// Per million tokens of the answer, reasoning included.
    pub output: Price,
}

impl Pricing {
    /// What so many tokens cost.
    #[must_use]
    pub fn cost(&self, input_tokens: u64, output_tokens: u64) -> Cost {
        let pico = u128::from(self.input.0) * u128::from(input_tokens)
            + u128::from(self.output.0) * u128::from(output_tokens);
        Cost(u64::try_from(pico.div_ceil(1000)).unwrap_or(u64::MAX))
    }
}

/// An amount of money in nano-USD, the unit in which Hugging Face bills.
///
/// [`Display`](fmt::Display) prints USD with at least two decimals: `0.000204`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cost(u64);

impl Cost {
    /// An amount from nano-USD.
    #[must_use]
    pub const fn from_nano_usd(nano_usd: u64) -> Self {
        Self(nano_usd)
    }

    /// The amount in nano-USD.
    #[must_use]
    pub const fn nano_usd(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal(self.0, 9))
    }
}

/// `value` with `places` decimals, trailing zeros cut down to two decimals.
fn decimal(value: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let places = places as usize;
    let mut fraction = format!("{:0places$}", value % unit);
    while fraction.len() > 2 && fraction.ends_with('0') {
        fraction.pop();
    }
    format!("{}.{fraction}", value / unit)
}
