//! Numbers as JSON5 writes them, compared without rounding.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

/// A number as it stands in a text: kept as written, so that no digit is lost.
///
/// Two numbers are equal if they mean the same, compared exactly and not after rounding:
/// `1`, `1.0`, `1e0` and `0x1` are equal, `9007199254740993` and `9007199254740992` are not, and
/// neither are `1e400` and `Infinity`. `NaN` equals `NaN`, so that a number equals itself; `-0`
/// does not equal `0`, since it is another `f64`. A hexadecimal number of more than 128 bits is
/// equal only to a hexadecimal one.
///
/// ```
/// use openclaw_json5_edit::Number;
///
/// assert_eq!("0x10".parse::<Number>()?, Number::from(16));
/// assert_eq!(Number::from(0.1).to_string(), "0.1");
/// assert_eq!("18446744073709551615".parse::<Number>()?.as_u64(), Some(u64::MAX));
/// assert_eq!("01".parse::<Number>().unwrap_err().to_string(), "not a JSON5 number");
/// # Ok::<(), openclaw_json5_edit::NumberError>(())
/// ```
#[derive(Clone)]
pub struct Number(String);

/// The text is no JSON5 number. It is not repeated, since it may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberError(());

impl Number {
    /// The number as it is written: `0x10`, `.5`, `-Infinity`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest `f64`: ±Infinity beyond its range, `-0.0` for `-0`.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        to_f64(&self.0)
    }

    /// The number if it is an integer from 0 to `u64::MAX`; `None` otherwise.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        to_u64(&self.0)
    }

    /// The number if it is an integer from `i64::MIN` to `i64::MAX`; `None` otherwise.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        to_i64(&self.0)
    }

    /// From the text of a number node.
    pub(crate) fn from_checked(text: &str) -> Self {
        Self(text.to_string())
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if crate::parse::is_number(text) { Ok(Self(text.to_string())) } else { Err(NumberError(())) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.0)
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a JSON5 number")
    }
}

impl core::error::Error for NumberError {}

macro_rules! from_integer {
    ($($int:ty)*) => {$(
        impl From<$int> for Number {
            fn from(n: $int) -> Self {
                Self(n.to_string())
            }
        }
    )*};
}
from_integer!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl From<f64> for Number {
    /// The shortest notation that reads back as the same `f64`; `NaN` loses its sign and payload.
    fn from(n: f64) -> Self {
        Self(if n.is_nan() {
            "NaN".to_string()
        } else if n.is_infinite() {
            if n > 0.0 { "Infinity".to_string() } else { "-Infinity".to_string() }
        } else if n == 0.0 || (1e-5..1e16).contains(&n.abs()) {
            n.to_string()
        } else {
            format!("{n:e}")
        })
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for Number {}

/// Do two number literals mean the same?
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || Exact::of(a) == Exact::of(b)
}

/// A number without rounding: what equality is about.
#[derive(Debug, PartialEq, Eq)]
enum Exact<'t> {
    NaN,
    Infinity {
        negative: bool,
    },
    /// `digits` × 10^`exponent`; no zeros at either end; no digits for zero
    Decimal {
        negative: bool,
        digits: Cow<'t, str>,
        exponent: i64,
    },
    /// more than 128 bits; no zeros in front, lower case
    Hex {
        negative: bool,
        digits: String,
    },
}

impl<'t> Exact<'t> {
    fn of(literal: &'t str) -> Self {
        let (negative, rest) = sign(literal);
        match rest {
            "NaN" => return Self::NaN,
            "Infinity" => return Self::Infinity { negative },
            _ => {}
        }
        if let Some(hex) = hex_digits(rest) {
            return match u128::from_str_radix(hex, 16) {
                Ok(n) => Self::decimal(negative, Cow::Owned(n.to_string()), 0),
                Err(_) if hex.is_empty() => Self::decimal(negative, Cow::Borrowed(""), 0),
                Err(_) => Self::Hex { negative, digits: hex.to_ascii_lowercase() },
            };
        }
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // an exponent beyond i64 means 0 or infinity to every reader
        let exponent = exponent
            .parse::<i64>()
            .unwrap_or_else(|_| if exponent.starts_with('-') { i64::MIN } else { i64::MAX });
        let digits =
            if fraction.is_empty() { Cow::Borrowed(whole) } else { Cow::Owned([whole, fraction].concat()) };
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        Self::decimal(negative, digits, exponent.saturating_sub(places))
    }

    fn decimal(negative: bool, digits: Cow<'t, str>, exponent: i64) -> Self {
        let significant = digits.trim_end_matches('0');
        let dropped = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
        let significant = significant.trim_start_matches('0');
        if significant.is_empty() {
            return Self::Decimal { negative, digits: Cow::Borrowed(""), exponent: 0 };
        }
        let exponent = exponent.saturating_add(dropped);
        let is_whole = significant.len() == digits.len();
        let digits = if is_whole { digits } else { Cow::Owned(significant.to_string()) };
        Self::Decimal { negative, digits, exponent }
    }
}

fn sign(literal: &str) -> (bool, &str) {
    match literal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, literal.strip_prefix('+').unwrap_or(literal)),
    }
}

/// The digits of a hexadecimal literal without zeros in front; `None` if it is not hexadecimal.
fn hex_digits(unsigned: &str) -> Option<&str> {
    let digits = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"))?;
    Some(digits.trim_start_matches('0'))
}

/// The nearest `f64` of a number literal.
pub(crate) fn to_f64(literal: &str) -> f64 {
    let (negative, rest) = sign(literal);
    let magnitude = match (rest, hex_digits(rest)) {
        ("NaN", _) => f64::NAN,
        ("Infinity", _) => f64::INFINITY,
        (_, Some(hex)) => hex_to_f64(hex),
        (decimal, None) => decimal.parse().unwrap_or(f64::NAN),
    };
    if negative { -magnitude } else { magnitude }
}

/// Rounds once: what lies beyond the first 128 bits only decides a tie.
fn hex_to_f64(digits: &str) -> f64 {
    let (head, tail) = digits.split_at_checked(32).unwrap_or((digits, ""));
    let mut top = u128::from_str_radix(head, 16).unwrap_or(0);
    if tail.bytes().any(|byte| byte != b'0') {
        top |= 1;
    }
    let mut value = top as f64;
    let mut bits = tail.len() * 4;
    while bits > 0 && value.is_finite() {
        let step = bits.min(512);
        value *= f64::from_bits((1023 + step as u64) << 52);
        bits -= step;
    }
    value
}

pub(crate) fn to_u64(literal: &str) -> Option<u64> {
    let (negative, magnitude) = to_integer(literal)?;
    if negative && magnitude > 0 { None } else { Some(magnitude) }
}

pub(crate) fn to_i64(literal: &str) -> Option<i64> {
    let (negative, magnitude) = to_integer(literal)?;
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// Sign and magnitude, if it is an integer that fits.
fn to_integer(literal: &str) -> Option<(bool, u64)> {
    let Exact::Decimal { negative, digits, exponent } = Exact::of(literal) else {
        return None;
    };
    if digits.is_empty() {
        return Some((negative, 0));
    }
    let scale = 10_u64.checked_pow(u32::try_from(exponent).ok()?)?;
    let magnitude = digits.parse::<u64>().ok()?.checked_mul(scale)?;
    Some((negative, magnitude))
}
