//! Lists of models as the router serves them, of any length.

use std::fmt::Write as _;

/// Providers in the order in which a model of the lists has them.
const PROVIDERS: [&str; 10] = [
    "together",
    "novita",
    "cerebras",
    "nscale",
    "groq",
    "deepinfra",
    "fireworks-ai",
    "sambanova",
    "nebius",
    "hyperbolic",
];

/// How many providers a model of [`router_list`] can have.
pub const MOST_OFFERS: usize = PROVIDERS.len();

/// The id of the model in the row `n`: `org-5/Model-102B-Instruct`.
#[must_use]
pub fn id(n: usize) -> String {
    format!("org-{}/Model-{n}B-Instruct", n % 97)
}

/// The reply of `GET /v1/models` with so many models, each on so many providers, [`MOST_OFFERS`] at most.
///
/// Every field of today's router is there; one offer in seven has no price and one in eleven is not live.
#[must_use]
pub fn router_list(models: usize, offers: usize) -> String {
    let mut text = String::with_capacity(models * (220 + offers * 280));
    text.push_str(r#"{"object":"list","data":["#);
    for n in 0..models {
        let comma = if n == 0 { "" } else { "," };
        // Writing to a `String` does not fail.
        let _ = write!(
            text,
            r#"{comma}{{"id":"{}","object":"model","created":{},"owned_by":"org-{}","architecture":{{"input_modalities":["text"{}],"output_modalities":["text"]}},"providers":["#,
            id(n),
            1_700_000_000 + n,
            n % 97,
            if n % 5 == 0 { r#","image""# } else { "" },
        );
        for (place, provider) in PROVIDERS.iter().take(offers).enumerate() {
            let k = n * 31 + place * 7;
            let comma = if place == 0 { "" } else { "," };
            let status = if k % 11 == 5 { "staging" } else { "live" };
            let _ = write!(
                text,
                r#"{comma}{{"provider":"{provider}","status":"{status}","context_length":{}"#,
                4096 + k % 131_072
            );
            if k % 7 != 3 {
                let _ = write!(
                    text,
                    r#","pricing":{{"input":0.{},"output":{}.{}}}"#,
                    1 + k % 89,
                    k % 4,
                    1 + k % 97
                );
            }
            let _ = write!(
                text,
                r#","is_free":false,"supports_tools":{},"supports_structured_output":{},"first_token_latency_ms":{}.5,"throughput":{}.{},"is_model_author":false}}"#,
                k % 3 != 0,
                k % 4 == 0,
                90 + k % 900,
                1 + k % 400,
                k % 100,
            );
        }
        text.push_str("]}");
    }
    text.push_str("]}");
    text
}

#[cfg(test)]
mod tests {
    use openclaw_catalog::RouterList;

    use super::*;

    #[test]
    fn a_list_is_read_without_a_warning() {
        let list: RouterList = serde_json::from_str(&router_list(120, MOST_OFFERS)).expect("it is a list");
        assert_eq!(list.warnings, []);
        assert_eq!(list.models.len(), 120);
        assert!(
            list.models.iter().enumerate().all(|(n, model)| model.id == id(n) && model.offers.len() == 10)
        );
        let offers = || list.models.iter().flat_map(|model| &model.offers);
        assert!(offers().any(|offer| offer.pricing.is_none()) && offers().any(|offer| !offer.is_live()));
    }
}
