//! Lenient reading of `GET /v1/models`.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::field::{Field, Flag, Found, Length, Millis, Speed, Status, Text, Usd, Wanted, Whole};
use crate::index::Index;
use crate::loose::Loose;
use crate::model::{InputKind, InputKinds};
use crate::money::Pricing;
use crate::offer::Offer;
use crate::router::{Problem, RouterList, RouterModel, Warning};

/// The visitor methods for values of another shape, which all give the same.
macro_rules! scalars_are {
    ($value:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value("null"))
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value("a boolean"))
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value("a number"))
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value("a number"))
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value("a number"))
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value("a text"))
        }
    };
}

impl<'de> Deserialize<'de> for RouterList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut sink = Sink::default();
        let models = deserializer.deserialize_map(Envelope(&mut sink))?;
        Ok(Self { models, warnings: sink.warnings, more_warnings: sink.more })
    }
}

/// Collects warnings up to the bound.
#[derive(Default)]
struct Sink {
    warnings: Vec<Warning>,
    more: usize,
    row: usize,
}

impl Sink {
    fn warn(&mut self, model: Option<&str>, problem: Problem) {
        if self.warnings.len() < RouterList::MAX_WARNINGS {
            self.warnings.push(Warning { model: model.map(str::to_owned), row: self.row, problem });
        } else {
            self.more += 1;
        }
    }
}

/// The outer object.
struct Envelope<'a>(&'a mut Sink);

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = Vec<RouterModel>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of models under `data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut models = None;
        while let Some(key) = map.next_key::<Loose<'de>>()? {
            if key == Loose::Text("data".into()) {
                models = Some(map.next_value_seed(Rows(self.0))?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        models.ok_or_else(|| A::Error::custom("expected a list of models under `data`, found none"))
    }
}

/// The list of models.
struct Rows<'a>(&'a mut Sink);

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = Vec<RouterModel>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = Vec<RouterModel>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of models under `data`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut models: Vec<RouterModel> = Vec::new();
        let mut seen = Index::default();
        while let Some(row) = seq.next_element_seed(ObjectOr(RowFields(self.0)))? {
            match row {
                None => self.0.warn(None, Problem::RowIsNoObject),
                Some(None) => self.0.warn(None, Problem::NoId),
                Some(Some(model)) => {
                    let next = models.len();
                    if seen.insert(&model.id, next, |index| Some(&models.get(index)?.id)) == next {
                        models.push(model);
                    } else {
                        self.0.warn(Some(&model.id), Problem::DuplicateModel);
                    }
                }
            }
            self.0.row += 1;
        }
        Ok(models)
    }
}

/// Reads an object by `fields`, and anything else as `None`.
struct ObjectOr<F>(F);

trait Fields<'de> {
    type Value;
    fn read<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error>;
}

impl<'de, F: Fields<'de>> DeserializeSeed<'de> for ObjectOr<F> {
    type Value = Option<F::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: Fields<'de>> Visitor<'de> for ObjectOr<F> {
    type Value = Option<F::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.0.read(map).map(Some)
    }

    scalars_are!(|_| None);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// One row of `data`; `None` where it has no id.
struct RowFields<'a>(&'a mut Sink);

impl<'de> Fields<'de> for RowFields<'_> {
    type Value = Option<RouterModel>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let sink = self.0;
        let mut id = None;
        let (mut name, mut title, mut display_name) = (None, None, None);
        let mut owned_by = None;
        let mut created = None;
        let mut input = None;
        let mut offers = Offers::default();
        let mut bad = Vec::new();
        while let Some(key) = map.next_key::<Loose<'de>>()? {
            let Loose::Text(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            match &*key {
                "id" => id = read::<Text, A>(&mut map, "id", &mut bad)?,
                "name" => name = read::<Text, A>(&mut map, "name", &mut bad)?,
                "title" => title = read::<Text, A>(&mut map, "title", &mut bad)?,
                "display_name" => display_name = read::<Text, A>(&mut map, "display_name", &mut bad)?,
                "owned_by" => owned_by = read::<Text, A>(&mut map, "owned_by", &mut bad)?,
                "created" => created = read::<Whole, A>(&mut map, "created", &mut bad)?,
                "architecture" => input = map.next_value_seed(ObjectOr(Architecture))?.flatten(),
                "providers" => offers = map.next_value_seed(OfferList)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let id = id.map(trimmed).filter(|id| !id.is_empty());
        for (field, found) in bad.into_iter().chain(offers.bad) {
            sink.warn(id.as_deref(), Problem::BadField { field, found });
        }
        for problem in offers.problems {
            sink.warn(id.as_deref(), problem);
        }
        let name = [name, title, display_name].into_iter().flatten().find(|text| !text.trim().is_empty());
        Ok(id.map(|id| RouterModel {
            id,
            name: name.map(trimmed),
            owned_by,
            created,
            input,
            offers: offers.offers,
        }))
    }
}

/// Without white space around it; most texts have none, and stay where they are.
fn trimmed(text: String) -> String {
    let part = text.trim();
    if part.len() == text.len() { text } else { part.to_owned() }
}

type Bad = Vec<(&'static str, &'static str)>;

/// A field as what is wanted, or nothing where it is null or something else, which is noted.
fn read<'de, W: Wanted, A: MapAccess<'de>>(
    map: &mut A,
    field: &'static str,
    bad: &mut Bad,
) -> Result<Option<W::Value>, A::Error> {
    Ok(match map.next_value_seed(Field::<W>::new())? {
        Found::Nothing => None,
        Found::Is(value) => Some(value),
        Found::Other(kind) => {
            bad.push((field, kind));
            None
        }
    })
}

/// `architecture`.
struct Architecture;

impl<'de> Fields<'de> for Architecture {
    type Value = Option<InputKinds>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kinds = None;
        while let Some(key) = map.next_key::<Loose<'de>>()? {
            if key == Loose::Text("input_modalities".into()) {
                kinds = map.next_value_seed(Modalities)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(kinds)
    }
}

/// `architecture.input_modalities`; words that are not known are left out.
struct Modalities;

impl<'de> DeserializeSeed<'de> for Modalities {
    type Value = Option<InputKinds>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer
            .deserialize_any(ListOr(|value: Loose<'de>| match value {
                Loose::Text(word) => InputKind::from_word(&word),
                Loose::Other => None,
            }))
            .map(|kinds: Option<Vec<InputKind>>| {
                kinds.map(|kinds| kinds.into_iter().collect::<InputKinds>()).filter(|kinds| !kinds.is_empty())
            })
    }
}

/// Reads a list of scalars by a function that may drop some, and anything else as `None`.
struct ListOr<F>(F);

impl<'de, T, F: FnMut(Loose<'de>) -> Option<T>> Visitor<'de> for ListOr<F> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(value) = seq.next_element::<Loose<'de>>()? {
            items.extend((self.0)(value));
        }
        Ok(Some(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    scalars_are!(|_| None);
}

/// `providers`.
struct OfferList;

#[derive(Default)]
struct Offers {
    offers: Vec<Offer>,
    problems: Vec<Problem>,
    bad: Bad,
}

impl<'de> DeserializeSeed<'de> for OfferList {
    type Value = Offers;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Offers {
    /// What is no list: nothing was said by `null`, anything else is odd.
    fn other(found: &'static str) -> Self {
        let bad = if found == "null" { Bad::new() } else { vec![("providers", found)] };
        Self { bad, ..Self::default() }
    }
}

impl<'de> Visitor<'de> for OfferList {
    type Value = Offers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of offers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Offers::default();
        while let Some(offer) = seq.next_element_seed(ObjectOr(OfferFields(&mut list.bad)))? {
            match offer {
                None => list.problems.push(Problem::OfferIsNoObject),
                Some(None) => list.problems.push(Problem::NoProvider),
                Some(Some(offer)) if list.offers.iter().any(|other| other.provider == offer.provider) => {
                    list.problems.push(Problem::DuplicateOffer { provider: offer.provider });
                }
                Some(Some(offer)) => list.offers.push(offer),
            }
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Offers::other("an object"))
    }

    scalars_are!(Offers::other);
}

/// One offer; `None` where it names no provider.
struct OfferFields<'a>(&'a mut Bad);

impl<'de> Fields<'de> for OfferFields<'_> {
    type Value = Option<Offer>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let bad = self.0;
        let mut offer = Offer::new("");
        while let Some(key) = map.next_key::<Loose<'de>>()? {
            let Loose::Text(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            match &*key {
                "provider" => {
                    offer.provider = read::<Text, A>(&mut map, "provider", bad)?.unwrap_or_default();
                }
                "status" => offer.status = read::<Status, A>(&mut map, "status", bad)?,
                "context_length" => {
                    offer.context_length = read::<Length, A>(&mut map, "context_length", bad)?;
                }
                "pricing" => {
                    let value = map.next_value_seed(ObjectOr(PricingFields))?;
                    offer.pricing = value.flatten();
                    if value == Some(None) {
                        bad.push(("pricing", "incomplete"));
                    }
                }
                "is_free" => offer.is_free = read::<Flag, A>(&mut map, "is_free", bad)?,
                "supports_tools" => {
                    offer.supports_tools = read::<Flag, A>(&mut map, "supports_tools", bad)?;
                }
                "supports_structured_output" => {
                    offer.supports_structured_output =
                        read::<Flag, A>(&mut map, "supports_structured_output", bad)?;
                }
                "first_token_latency_ms" => {
                    offer.first_token_latency = read::<Millis, A>(&mut map, "first_token_latency_ms", bad)?;
                }
                "throughput" => offer.throughput = read::<Speed, A>(&mut map, "throughput", bad)?,
                "is_model_author" => {
                    offer.is_model_author = read::<Flag, A>(&mut map, "is_model_author", bad)?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        offer.provider.truncate(offer.provider.trim_end().len());
        Ok(Some(offer).filter(|offer| !offer.provider.trim().is_empty()))
    }
}

/// `pricing`; `None` where one of the two prices is missing or cannot be one.
struct PricingFields;

impl<'de> Fields<'de> for PricingFields {
    type Value = Option<Pricing>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut input, mut output) = (None, None);
        while let Some(key) = map.next_key::<Loose<'de>>()? {
            let side = match &key {
                Loose::Text(key) if key == "input" => &mut input,
                Loose::Text(key) if key == "output" => &mut output,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *side = match map.next_value_seed(Field::<Usd>::new())? {
                Found::Is(price) => Some(price),
                Found::Nothing | Found::Other(_) => None,
            };
        }
        Ok(input.zip(output).map(|(input, output)| Pricing { input, output }))
    }
}
