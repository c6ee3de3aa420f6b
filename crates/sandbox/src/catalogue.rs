//! The models that the sandbox lists, and their JSON.

mod table;

use serde_json::{Map, Number, Value, json};

pub(crate) use table::{FIXTURES, offer as table_offer};

/// Whether the provider can be routed to, as the router's own probe says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Live,
    Error,
    Staging,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Error => "error",
            Self::Staging => "staging",
        }
    }
}

/// One provider's offer of one model. `None` leaves the field out of the JSON, as the router does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) provider: &'static str,
    pub(crate) status: Status,
    /// Tokens.
    pub(crate) context_length: Option<u32>,
    /// USD per million tokens: input, output.
    pub(crate) pricing: Option<(f64, f64)>,
    pub(crate) is_free: Option<bool>,
    pub(crate) supports_tools: Option<bool>,
    pub(crate) supports_structured_output: Option<bool>,
    pub(crate) first_token_latency_ms: Option<f64>,
    /// Tokens per second.
    pub(crate) throughput: Option<f64>,
    pub(crate) is_model_author: bool,
}

impl Offer {
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self.status, Status::Live)
    }

    fn to_json(self) -> Value {
        let mut row = Map::new();
        row.insert("provider".into(), self.provider.into());
        row.insert("status".into(), self.status.as_str().into());
        if let Some(tokens) = self.context_length {
            row.insert("context_length".into(), tokens.into());
        }
        if let Some((input, output)) = self.pricing {
            row.insert("pricing".into(), json!({ "input": number(input), "output": number(output) }));
        }
        let flags = [
            ("is_free", self.is_free),
            ("supports_tools", self.supports_tools),
            ("supports_structured_output", self.supports_structured_output),
        ];
        for (key, flag) in flags {
            if let Some(flag) = flag {
                row.insert(key.into(), flag.into());
            }
        }
        let figures =
            [("first_token_latency_ms", self.first_token_latency_ms), ("throughput", self.throughput)];
        for (key, figure) in figures {
            if let Some(figure) = figure {
                row.insert(key.into(), number(figure));
            }
        }
        row.insert("is_model_author".into(), self.is_model_author.into());
        Value::Object(row)
    }
}

/// One row of `GET /v1/models`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    /// `org/name`.
    pub(crate) id: &'static str,
    /// Unix seconds.
    pub(crate) created: u64,
    pub(crate) input: &'static [&'static str],
    pub(crate) offers: &'static [Offer],
    /// Whether it thinks before it answers. Not on the wire.
    pub(crate) reasoning: bool,
}

impl Model {
    /// The organisation: always the part of the id before `/`.
    fn owner(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(org, _)| org)
    }

    pub(crate) fn to_json(self) -> Value {
        let offers: Vec<Value> = self.offers.iter().map(|offer| offer.to_json()).collect();
        json!({
            "id": self.id,
            "object": "model",
            "created": self.created,
            "owned_by": self.owner(),
            "architecture": { "input_modalities": self.input, "output_modalities": ["text"] },
            "providers": offers,
        })
    }
}

/// Everything this sandbox serves, in the order it is listed.
#[derive(Debug)]
pub(crate) struct Catalogue {
    models: Vec<Model>,
}

impl Catalogue {
    pub(crate) fn new(with_faults: bool) -> Self {
        let mut models = FIXTURES.to_vec();
        if with_faults {
            models.extend(crate::fault::models::listed());
        }
        Self { models }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The body of `GET /v1/models`.
    pub(crate) fn to_json(&self) -> Value {
        let rows: Vec<Value> = self.models.iter().map(|model| model.to_json()).collect();
        json!({ "object": "list", "data": rows })
    }
}

/// A whole figure prints as `1490`, another as `588.4`: the router mixes both in one field.
#[expect(clippy::cast_possible_truncation, reason = "guarded by the range check")]
fn number(figure: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if figure.fract() == 0.0 && figure.abs() < EXACT {
        Value::from(figure as i64)
    } else {
        Number::from_f64(figure).map_or(Value::Null, Value::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str) -> &'static Model {
        FIXTURES.iter().find(|model| model.id == id).unwrap_or_else(|| panic!("`{id}` is not listed"))
    }

    #[test]
    fn numbers_keep_the_shape_of_the_router() {
        #[track_caller]
        fn check(figure: f64, expect: &str) {
            assert_eq!(number(figure).to_string(), expect);
        }
        check(1490.0, "1490");
        check(588.4, "588.4");
        check(24.691_240_084_379_34, "24.69124008437934");
        check(0.0, "0");
        check(f64::NAN, "null");
    }

    #[test]
    fn the_built_in_ten_are_listed() {
        let ids = [
            "deepseek-ai/DeepSeek-R1",
            "deepseek-ai/DeepSeek-V3.2",
            "Qwen/Qwen3-8B",
            "Qwen/Qwen2.5-7B-Instruct",
            "Qwen/Qwen3-32B",
            "meta-llama/Llama-3.3-70B-Instruct",
            "meta-llama/Llama-3.1-8B-Instruct",
            "openai/gpt-oss-120b",
            "zai-org/GLM-4.7",
            "moonshotai/Kimi-K2.5",
        ];
        for id in ids {
            assert!(model(id).offers.iter().any(Offer::is_live), "`{id}` has no live offer");
        }
    }

    #[test]
    fn the_table_holds_every_shape_a_client_must_survive() {
        let all = || FIXTURES.iter().flat_map(|model| model.offers);
        assert!(FIXTURES.len() >= 30);
        assert!(FIXTURES.iter().any(|model| model.offers.is_empty()), "a model nobody offers");
        assert!(FIXTURES.iter().any(|model| model.input.contains(&"image")), "a model that sees");
        for status in [Status::Live, Status::Error, Status::Staging] {
            assert!(all().any(|offer| offer.status == status), "{status:?}");
        }
        assert!(all().any(|offer| offer.pricing == Some((0.0, 0.0))), "a price of zero");
        assert!(all().any(|offer| offer.is_free == Some(true)), "a promotion");
        assert!(all().any(|offer| offer.is_model_author), "an author who serves");
        for offer in all().filter(|offer| offer.provider == "featherless-ai") {
            assert_eq!(
                offer.to_json().to_string(),
                r#"{"provider":"featherless-ai","status":"live","is_model_author":false}"#
            );
        }
    }

    #[test]
    fn an_id_is_listed_once_and_a_provider_offers_a_model_once() {
        for (at, model) in FIXTURES.iter().enumerate() {
            assert!(FIXTURES.iter().skip(at + 1).all(|other| other.id != model.id), "{}", model.id);
            for (at, offer) in model.offers.iter().enumerate() {
                let twice = model.offers.iter().skip(at + 1).any(|other| other.provider == offer.provider);
                assert!(!twice, "{} by {}", model.id, offer.provider);
            }
        }
    }

    #[test]
    fn a_row_has_the_fields_and_order_of_the_router() {
        let row = serde_json::to_string_pretty(&model("deepseek-ai/DeepSeek-R1").to_json()).unwrap();
        insta::assert_snapshot!(row, @r#"
        {
          "id": "deepseek-ai/DeepSeek-R1",
          "object": "model",
          "created": 1737331200,
          "owned_by": "deepseek-ai",
          "architecture": {
            "input_modalities": [
              "text"
            ],
            "output_modalities": [
              "text"
            ]
          },
          "providers": [
            {
              "provider": "together",
              "status": "live",
              "context_length": 131072,
              "pricing": {
                "input": 2.9,
                "output": 6.8
              },
              "is_free": false,
              "supports_tools": true,
              "supports_structured_output": true,
              "first_token_latency_ms": 342,
              "throughput": 61.28409311726405,
              "is_model_author": false
            },
            {
              "provider": "deepinfra",
              "status": "error",
              "context_length": 65536,
              "pricing": {
                "input": 0.9,
                "output": 2.6
              },
              "is_model_author": false
            },
            {
              "provider": "novita",
              "status": "live",
              "context_length": 64000,
              "pricing": {
                "input": 0.72,
                "output": 2.45
              },
              "is_free": false,
              "supports_tools": true,
              "supports_structured_output": false,
              "first_token_latency_ms": 1180.5,
              "throughput": 27.9055126403819,
              "is_model_author": false
            },
            {
              "provider": "fireworks-ai",
              "status": "live",
              "context_length": 163840,
              "supports_tools": true,
              "supports_structured_output": true,
              "first_token_latency_ms": 455.2,
              "throughput": 88.41722090513642,
              "is_model_author": false
            },
            {
              "provider": "featherless-ai",
              "status": "live",
              "is_model_author": false
            }
          ]
        }
        "#);
    }
}
