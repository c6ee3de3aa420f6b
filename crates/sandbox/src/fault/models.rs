//! Models that always misbehave: a fault for clients that can choose a model and nothing else.

use super::{Ending, ErrorForm, Fault};
use crate::catalogue::{Model, Offer, table_offer};

/// The offer that misbehaves: fastest, cheapest and first listed, so that every policy meets it.
pub(crate) const FAULTY: &str = "novita";

/// The faulty offer, and a healthy one for clients that move on.
const OFFERS: &[Offer] = &[
    table_offer(FAULTY, 32_768, (0.01, 0.01), (true, true), (50.0, 1_000.0)),
    table_offer("deepinfra", 32_768, (0.02, 0.02), (true, true), (60.0, 100.0)),
];

/// An id under `sandbox/` and the fault of its first offer.
pub(crate) struct FaultModel {
    pub(crate) id: &'static str,
    pub(crate) fault: fn() -> Fault,
}

const fn model(id: &'static str, fault: fn() -> Fault) -> FaultModel {
    FaultModel { id, fault }
}

/// Every fault model, in the order it is listed.
pub(crate) const ALL: &[FaultModel] = &[
    model("sandbox/status-400", || Fault::status(400)),
    model("sandbox/status-401", || Fault::status(401)),
    model("sandbox/status-402", || Fault::status(402)),
    model("sandbox/status-403", || Fault::status(403)),
    model("sandbox/status-404", || Fault::status(404)),
    model("sandbox/status-408", || Fault::status(408)),
    model("sandbox/status-422", || Fault::status(422)),
    model("sandbox/status-429", || Fault::status(429)),
    model("sandbox/status-429-retry-after", || Fault::Status {
        code: 429,
        body: None,
        content_type: None,
        retry_after: Some(2),
        headers: [("x-inference-provider".to_owned(), FAULTY.to_owned())].into(),
    }),
    model("sandbox/status-500", || Fault::status(500)),
    model("sandbox/status-502", || Fault::status(502)),
    model("sandbox/status-503", || Fault::status(503)),
    model("sandbox/status-504", || Fault::status(504)),
    model("sandbox/html", || Fault::Html { code: 200 }),
    model("sandbox/hang", || Fault::Hang),
    model("sandbox/delay", || Fault::Delay { ms: 3_000 }),
    model("sandbox/close-before-reply", || Fault::CloseBeforeReply { ending: Ending::Close }),
    model("sandbox/reset-before-reply", || Fault::CloseBeforeReply { ending: Ending::Reset }),
    model("sandbox/slow-drip", || Fault::SlowDrip { ms: 500 }),
    model("sandbox/cut-stream", || Fault::CutStream { after: 5, ending: Ending::Close }),
    model("sandbox/cut-stream-clean", || Fault::CutStream { after: 5, ending: Ending::Clean }),
    model("sandbox/cut-stream-reset", || Fault::CutStream { after: 5, ending: Ending::Reset }),
    model("sandbox/error-event", || Fault::ErrorEvent { after: 5, form: ErrorForm::String }),
    model("sandbox/error-event-first", || Fault::ErrorEvent { after: 0, form: ErrorForm::Object }),
    model("sandbox/invalid-json", || Fault::InvalidJson { after: 5 }),
    model("sandbox/gzip-bomb", || Fault::GzipBomb { bytes: super::half_a_gib() }),
    model("sandbox/huge-body", || Fault::HugeBody { bytes: super::half_a_gib() }),
    model("sandbox/redirect", || Fault::Redirect {
        to: "http://127.0.0.1:9/v1/chat/completions".to_owned(),
        code: 307,
    }),
    model("sandbox/wrong-content-type", || Fault::WrongContentType { content_type: super::plain_text() }),
    model("sandbox/empty-body", || Fault::EmptyBody),
    model("sandbox/other-shape", || Fault::OtherShape),
    model("sandbox/no-done", || Fault::NoDone),
    model("sandbox/empty-frames", || Fault::EmptyFrames),
    model("sandbox/split-bytes", || Fault::SplitBytes { size: 3 }),
    model("sandbox/cr-lf", || Fault::CrLf),
];

/// Their rows in the list.
pub(crate) fn listed() -> impl Iterator<Item = Model> {
    ALL.iter().map(|fault| Model {
        id: fault.id,
        created: 1_786_000_000,
        input: &["text"],
        offers: OFFERS,
        reasoning: false,
    })
}

/// The fault of a chat with `id` at `provider`.
pub(crate) fn fault(id: &str, provider: Option<&str>) -> Option<Fault> {
    let model = ALL.iter().find(|model| model.id == id)?;
    (provider == Some(FAULTY)).then(model.fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::fault::script::check;
    use crate::fault::{Script, When};
    use crate::route::{Requested, route};

    #[test]
    fn every_policy_meets_the_faulty_offer_and_a_pin_escapes_it() {
        let catalogue = Catalogue::new(true);
        for model in ALL {
            for suffix in ["", ":fastest", ":cheapest", ":preferred", ":novita"] {
                let text = format!("{}{suffix}", model.id);
                let offer = route(&catalogue, Requested::parse(&text)).unwrap().offer;
                assert!(fault(model.id, Some(offer.provider)).is_some(), "{text}");
            }
            assert_eq!(fault(model.id, Some("deepinfra")), None);
        }
    }

    #[test]
    fn every_kind_that_chat_can_meet_has_a_model() {
        for kind in crate::fault::tests::every_kind() {
            let found = ALL.iter().any(|model| (model.fault)().kind() == kind);
            assert_eq!(found, kind != "rows", "{kind}");
        }
    }

    #[test]
    fn every_one_can_be_played() {
        let scripts: Vec<Script> =
            ALL.iter().map(|model| Script::always(When::default(), (model.fault)())).collect();
        assert_eq!(check(&scripts), Ok(()));
    }
}
