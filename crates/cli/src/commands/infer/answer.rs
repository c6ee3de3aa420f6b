//! What came back, and what is said of it.

use std::time::Duration;

use openclaw_catalog::Cost;
use openclaw_failover::{Class, Trail, TrailEntry};
use openclaw_hf_client::{FinishReason, Usage};
use openclaw_model_ref::ModelRef;
use serde_json::{Value, json};

use super::Desk;
use crate::failure::Failure;
use crate::out;
use crate::view::{dim, or_unknown, seconds};

/// What came back, as far as it came.
#[derive(Default)]
pub(in crate::commands) struct Answer {
    pub(in crate::commands) text: String,
    pub(super) reasoning: String,
    pub(super) finish: Option<FinishReason>,
    pub(super) usage: Option<Usage>,
    pub(super) provider: Option<String>,
    pub(super) request_id: Option<String>,
    /// From the first request, whoever refused it, to the first text or thought.
    pub(super) first: Option<Duration>,
    pub(super) elapsed: Duration,
    pub(super) trail: Trail,
    /// Why nobody answered, or why the answer broke off; `None` where it did not, or nobody was asked.
    pub(super) failed: Option<Class>,
    /// The model that was asked for.
    pub(super) asked: Option<ModelRef>,
    /// What was sent to who answers.
    pub(super) answering: Option<ModelRef>,
    /// Whom the router was expected to choose at first.
    pub(super) predicted: Option<String>,
}

impl Answer {
    /// Tokens times the price of who answered; `None` where either is not known.
    fn cost(&self, desk: &Desk<'_>) -> Option<Cost> {
        let usage = self.usage.as_ref()?;
        let model = desk.known.catalog.get(self.answering.as_ref()?.hub_id())?;
        let pricing = model.pricing_of(self.provider.as_deref()?)?;
        Some(pricing.cost(usage.prompt_tokens?, usage.completion_tokens?))
    }

    /// Who answered, which attempts it took, how long, at what cost.
    pub(super) fn tell_stats(&self, desk: &Desk<'_>) {
        if self.trail.entries().len() > 1 {
            out::say(&format!("{}\n", dim(&self.trail.to_string())));
        }
        out::say(&format!("{}\n", dim(&self.stats(desk))));
    }

    fn stats(&self, desk: &Desk<'_>) -> String {
        let usage = self.usage.as_ref();
        let speed = usage
            .and_then(|usage| usage.completion_tokens)
            .zip(self.first)
            .map(|(tokens, first)| (tokens, self.elapsed.saturating_sub(first).as_secs_f64()))
            .filter(|(_, time)| *time > 0.001)
            .map(|(tokens, time)| {
                #[expect(clippy::cast_precision_loss, reason = "counts of tokens are far below 2^53")]
                let speed = tokens as f64 / time;
                format!("{speed:.0}")
            });
        let asked = usage.and_then(|usage| usage.prompt_tokens);
        format!(
            "{} · {} {} in, {} out · first token {} · {} tok/s · {} · {}",
            self.who(),
            or_unknown(asked),
            if asked == Some(1) { "token" } else { "tokens" },
            or_unknown(usage.and_then(|usage| usage.completion_tokens)),
            seconds(self.first),
            or_unknown(speed),
            seconds(Some(self.elapsed)),
            self.cost(desk).map_or_else(|| "cost not known".to_owned(), |cost| format!("about {cost} USD")),
        )
    }

    /// Who answered, against who was expected to.
    fn who(&self) -> String {
        let Some(provider) = &self.provider else { return "who answered is not told".to_owned() };
        let other = self.answering.as_ref().filter(|answering| {
            self.asked.as_ref().is_some_and(|asked| asked.hub_id() != answering.hub_id())
        });
        let what = other.map(|model| format!(" with {}", model.hub_id())).unwrap_or_default();
        let attempts = match self.trail.entries().len() {
            0 | 1 => String::new(),
            number => format!(" at attempt {number}"),
        };
        match &self.predicted {
            Some(predicted) if predicted == provider && other.is_none() => {
                format!("{provider} answered{attempts}, as predicted")
            }
            Some(predicted) => {
                format!("{provider} answered{what}{attempts}, where {predicted} was predicted")
            }
            None => format!("{provider} answered{what}{attempts}"),
        }
    }

    /// Says where the router chose an offer above the limit.
    pub(super) fn warn_of_price(&self) {
        for entry in self.trail.entries().iter().filter(|entry| entry.result.is_ok()) {
            if let (Some(price), Some(provider)) = (entry.above_max_price, &entry.provider) {
                out::warn(&format!(
                    "{provider} answered, which asks {price} USD per million tokens of output, above `--max-price`"
                ));
            }
        }
    }

    /// The same shape for an answer and for none: fields may be added.
    pub(super) fn as_json(&self, desk: Option<&Desk<'_>>, failure: Option<&Failure>) -> Value {
        json!({
            "ok": failure.is_none(),
            "error": failure.map(|failure| failure.as_json(self.failed.map(Class::as_str))),
            "model": self.asked.as_ref().map(ModelRef::as_str),
            "answeredModel": self.answering.as_ref().map(ModelRef::as_str),
            "provider": self.provider,
            "predictedProvider": self.predicted,
            "requestId": self.request_id,
            "text": self.text,
            "reasoning": Some(&self.reasoning).filter(|text| !text.is_empty()),
            "finishReason": self.finish.as_ref().map(FinishReason::as_str),
            "usage": self.usage.as_ref().map(|usage| json!({
                "promptTokens": usage.prompt_tokens,
                "completionTokens": usage.completion_tokens,
                "totalTokens": usage.total_tokens,
            })),
            "estimatedCostUsd": desk.and_then(|desk| self.cost(desk)).map(|cost| cost.to_string()),
            "firstTokenMs": self.first.map(millis),
            "elapsedMs": millis(self.elapsed),
            "attempts": self.trail.entries().iter().map(attempt).collect::<Vec<_>>(),
        })
    }
}

fn attempt(entry: &TrailEntry) -> Value {
    json!({
        "model": entry.model.as_str(),
        "chosenBy": entry.chosen_by.as_str(),
        "expectedProvider": entry.expected,
        "provider": entry.provider,
        "result": entry.result_name(),
        "status": entry.status,
        "elapsedMs": millis(entry.elapsed),
        "cooledMs": entry.cooled_for.map(millis),
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
