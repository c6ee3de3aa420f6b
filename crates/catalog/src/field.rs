//! One field of a reply: wanted as one type, found as whatever stands there.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::money::Price;
use crate::offer::OfferStatus;

/// What a field is wanted as, from each type that it may stand there as; `None` where that cannot be it.
pub(crate) trait Wanted {
    type Value;

    fn flag(_: bool) -> Option<Self::Value> {
        None
    }

    fn whole(_: u64) -> Option<Self::Value> {
        None
    }

    /// Below zero or above `u64`, or with a fraction.
    fn number(_: f64) -> Option<Self::Value> {
        None
    }

    fn text(_: &str) -> Option<Self::Value> {
        None
    }
}

/// What stands in a field.
pub(crate) enum Found<T> {
    /// Nothing, which is also what null says.
    Nothing,
    Is(T),
    /// Something else: its type in words, for warnings.
    Other(&'static str),
}

/// Reads a field; lists and objects are read over.
pub(crate) struct Field<W>(PhantomData<W>);

impl<W> Field<W> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

fn found<T>(value: Option<T>, kind: &'static str) -> Found<T> {
    value.map_or(Found::Other(kind), Found::Is)
}

const MISFIT: &str = "a number that does not fit";

impl<'de, W: Wanted> DeserializeSeed<'de> for Field<W> {
    type Value = Found<W::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, W: Wanted> Visitor<'de> for Field<W> {
    type Value = Found<W::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Found::Nothing)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Found::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(found(W::flag(value), "a boolean"))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(found(W::whole(value), MISFIT))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a negative number is only ever told as out of range")]
        let value = u64::try_from(value).map_or_else(|_| W::number(value as f64), W::whole);
        Ok(found(value, MISFIT))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(found(W::number(value), MISFIT))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(found(W::text(value), "a text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Found::Other("an object"))
    }
}

/// A text as it stands.
pub(crate) struct Text;

impl Wanted for Text {
    type Value = String;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }
}

/// True or false.
pub(crate) struct Flag;

impl Wanted for Flag {
    type Value = bool;

    fn flag(flag: bool) -> Option<bool> {
        Some(flag)
    }
}

/// A whole number that is not negative; `131072.0` is one.
pub(crate) struct Whole;

impl Wanted for Whole {
    type Value = u64;

    fn whole(number: u64) -> Option<u64> {
        Some(number)
    }

    fn number(number: f64) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked, and whole numbers below 2^53 are exact"
        )]
        (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64)
    }
}

/// A length, which is not zero.
pub(crate) struct Length;

impl Wanted for Length {
    type Value = u64;

    fn whole(number: u64) -> Option<u64> {
        (number > 0).then_some(number)
    }

    fn number(number: f64) -> Option<u64> {
        Whole::number(number).and_then(Self::whole)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts and prices are far below 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}

/// A number that is finite and not negative; texts are not converted.
pub(crate) struct Speed;

impl Wanted for Speed {
    type Value = f64;

    fn whole(number: u64) -> Option<f64> {
        Some(float(number))
    }

    fn number(number: f64) -> Option<f64> {
        (number.is_finite() && number >= 0.0).then_some(number)
    }
}

/// A time in milliseconds.
pub(crate) struct Millis;

impl Wanted for Millis {
    type Value = Duration;

    fn whole(number: u64) -> Option<Duration> {
        Self::number(float(number))
    }

    fn number(number: f64) -> Option<Duration> {
        Duration::try_from_secs_f64(number / 1000.0).ok()
    }
}

/// A price in USD per million tokens.
pub(crate) struct Usd;

impl Wanted for Usd {
    type Value = Price;

    fn whole(number: u64) -> Option<Price> {
        Price::from_usd(float(number))
    }

    fn number(number: f64) -> Option<Price> {
        Price::from_usd(number)
    }
}

/// What a probe says.
pub(crate) struct Status;

impl Wanted for Status {
    type Value = OfferStatus;

    fn text(word: &str) -> Option<OfferStatus> {
        Some(OfferStatus::from_word(word))
    }
}
