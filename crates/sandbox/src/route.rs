//! Which provider serves a model string.

use crate::catalogue::{Catalogue, Model, Offer};

/// `org/name[:suffix]`, cut apart. The `:` counts only after the last `/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requested<'a> {
    pub(crate) id: &'a str,
    pub(crate) suffix: Option<&'a str>,
}

impl<'a> Requested<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let name = text.rfind('/').map_or(0, |slash| slash + 1);
        let colon = text.get(name..).and_then(|tail| tail.find(':')).map(|at| name + at);
        match colon.and_then(|at| text.split_at_checked(at)) {
            Some((id, suffix)) => Self { id, suffix: suffix.get(1..) },
            None => Self { id: text, suffix: None },
        }
    }
}

/// Why nobody serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unrouted {
    /// No such model.
    NotFound,
    /// The model is listed, but no live offer fits the suffix.
    NotSupported,
}

/// The model and the offer that a request goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route<'a> {
    pub(crate) model: &'a Model,
    pub(crate) offer: &'a Offer,
}

/// Picks the offer as the router documents it; only live offers are looked at.
///
/// - none, `:fastest`: highest throughput; unpriced ones count, unmeasured ones come last
/// - `:cheapest`: lowest output price; unpriced ones never
/// - `:preferred`: the first listed, for the sandbox has no settings page
/// - anything else: that provider
///
/// On a tie the first listed wins.
pub(crate) fn route<'a>(catalogue: &'a Catalogue, requested: Requested<'_>) -> Result<Route<'a>, Unrouted> {
    let model = catalogue.get(requested.id).ok_or(Unrouted::NotFound)?;
    let mut live = model.offers.iter().filter(|offer| offer.is_live());
    let offer = match requested.suffix {
        None | Some("fastest") => first_best(live, |offer| Some(-offer.throughput.unwrap_or(0.0))),
        Some("cheapest") => first_best(live, |offer| offer.pricing.map(|(_, output)| output)),
        Some("preferred") => live.next(),
        Some(slug) => live.find(|offer| offer.provider == slug),
    };
    offer.map(|offer| Route { model, offer }).ok_or(Unrouted::NotSupported)
}

/// The offer with the lowest score, the first of equals; offers without a score are left out.
fn first_best<'a>(
    offers: impl Iterator<Item = &'a Offer>,
    score: impl Fn(&Offer) -> Option<f64>,
) -> Option<&'a Offer> {
    let scored = offers.filter_map(|offer| score(offer).map(|score| (score, offer)));
    scored.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, offer)| offer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_starts_after_the_last_slash() {
        #[track_caller]
        fn check(text: &str, id: &str, suffix: Option<&str>) {
            assert_eq!(Requested::parse(text), Requested { id, suffix }, "{text}");
        }
        check("a/b", "a/b", None);
        check("a/b:together", "a/b", Some("together"));
        check("a/b:", "a/b", Some(""));
        check("a:x/b", "a:x/b", None);
        check("a/b:c:d", "a/b", Some("c:d"));
        check("b:c", "b", Some("c"));
        check("", "", None);
        check("a/", "a/", None);
        check("ä/ö:ü", "ä/ö", Some("ü"));
    }

    #[test]
    fn policies_follow_the_documentation() {
        let catalogue = Catalogue::new(false);
        let check = |text: &str, expect: Result<&str, Unrouted>| {
            let got = route(&catalogue, Requested::parse(text)).map(|route| route.offer.provider);
            assert_eq!(got, expect, "{text}");
        };
        // unpriced and fastest
        check("deepseek-ai/DeepSeek-R1", Ok("fireworks-ai"));
        check("deepseek-ai/DeepSeek-R1:fastest", Ok("fireworks-ai"));
        check("deepseek-ai/DeepSeek-R1:cheapest", Ok("novita"));
        check("deepseek-ai/DeepSeek-R1:preferred", Ok("together"));
        check("deepseek-ai/DeepSeek-R1:together", Ok("together"));
        check("deepseek-ai/DeepSeek-R1:featherless-ai", Ok("featherless-ai"));
        // in error, gone, empty, another case
        check("deepseek-ai/DeepSeek-R1:deepinfra", Err(Unrouted::NotSupported));
        check("deepseek-ai/DeepSeek-R1:sambanova", Err(Unrouted::NotSupported));
        check("deepseek-ai/DeepSeek-R1:", Err(Unrouted::NotSupported));
        check("deepseek-ai/DeepSeek-R1:Fastest", Err(Unrouted::NotSupported));
        // a tie: the first listed
        check("Qwen/Qwen3-32B:cheapest", Ok("nscale"));
        check("openai/gpt-oss-20b:cheapest", Ok("together"));
        // priced but unmeasured: never fastest, may be cheapest
        check("Qwen/Qwen2.5-7B-Instruct", Ok("together"));
        check("Qwen/Qwen2.5-7B-Instruct:cheapest", Ok("nscale"));
        // nobody has a figure: the first listed
        check("swiss-ai/Apertus-70B-Instruct-2509", Ok("publicai"));
        // nobody has a price
        check("CohereLabs/command-a-03-2025:cheapest", Err(Unrouted::NotSupported));
        // on trial, failing, not offered
        check("EssentialAI/rnj-1-instruct", Err(Unrouted::NotSupported));
        check("baidu/ERNIE-4.5-300B-A47B-Base-PT", Err(Unrouted::NotSupported));
        check("deepreinforce-ai/Ornith-1.0-35B", Err(Unrouted::NotSupported));
        check("deepseek-ai/DeepSeek-R9", Err(Unrouted::NotFound));
        check("DeepSeek-R1", Err(Unrouted::NotFound));
        check("", Err(Unrouted::NotFound));
    }

    proptest::proptest! {
        #[test]
        fn what_is_cut_apart_can_be_joined_again(text in "[a-c/:ä]{0,12}") {
            let requested = Requested::parse(&text);
            let joined = match requested.suffix {
                Some(suffix) => format!("{}:{suffix}", requested.id),
                None => requested.id.to_owned(),
            };
            proptest::prop_assert_eq!(&joined, &text);
            let name = requested.id.rsplit('/').next().unwrap_or_default();
            proptest::prop_assert!(!name.contains(':'));
        }
    }
}
