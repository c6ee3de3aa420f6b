//! What is said of switches, and of nobody answering.

use openclaw_failover::{ChosenBy, Class, LeftOut, StopReason, Trail, TrailEntry};
use openclaw_hf_client::{DriveError, Switch};
use openclaw_model_ref::ModelRef;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::network::{chat_failure, exit_of};

/// A switch in one line: `groq refused (429): trying together`.
pub(in crate::commands) fn switch(switch: &Switch<'_>) -> String {
    let failed = switch.failed;
    let next = &switch.next.target;
    let trying = if !switch.next.pause.is_zero() {
        "trying once more".to_owned()
    } else if next.model.hub_id() == failed.model.hub_id() && next.chosen_by == ChosenBy::Plan {
        format!("trying {}", next.provider.as_deref().unwrap_or_else(|| next.model.router_id()))
    } else {
        format!("trying {}", next.model.router_id())
    };
    let status = failed.status.filter(|status| *status != 200);
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    format!("{} {}{status}: {trying}", who(failed), did(failed.result.err()))
}

/// Who failed, as far as that is known.
fn who(failed: &TrailEntry) -> String {
    if failed.result == Err(Class::Network) {
        return "the router".to_owned();
    }
    match (&failed.provider, &failed.expected) {
        (Some(provider), _) => provider.escape_debug().to_string(),
        (None, Some(pinned)) if failed.chosen_by != ChosenBy::Router => pinned.clone(),
        (None, Some(expected)) => format!("{} (likely {expected})", failed.model.router_id()),
        (None, None) => failed.model.router_id().to_owned(),
    }
}

fn did(class: Option<Class>) -> &'static str {
    match class {
        Some(Class::RateLimited | Class::Auth | Class::Permission | Class::Credits) => "refused",
        Some(Class::ModelUnsupported) => "does not serve the model",
        Some(Class::InvalidRequest) => "does not take the request",
        Some(Class::Network) => "cannot be reached",
        Some(Class::Timeout) => "takes too long",
        Some(Class::Malformed) => "sends no answer that can be read",
        Some(Class::Truncated) => "broke off",
        Some(Class::ProviderFault) | None => "failed",
    }
}

/// How it is told that nobody answered: what, every attempt, and one command that helps.
pub(super) fn nobody(
    error: &DriveError,
    left_out: &[LeftOut],
    primary: &ModelRef,
    token_from: &str,
    fails_over: bool,
) -> Failure {
    let trail = error.trail();
    let Some(last) = error.last() else { return nothing_to_ask(error, left_out, primary) };
    let model = trail.last().map_or_else(|| primary.router_id(), |entry| entry.model.router_id());
    let is_one = trail.entries().len() == 1;
    if error.reason() == StopReason::NetworkDown {
        return chat_failure(last, model, token_from);
    }
    if is_one || matches!(error.reason(), StopReason::TokenRefused(_) | StopReason::InvalidRequest) {
        let failure = with_trail(chat_failure(last, model, token_from), trail);
        return match is_one && !fails_over && last.class() != Class::InvalidRequest {
            true => failure.because("nobody else was asked, by `--no-failover`"),
            false => failure,
        };
    }
    let exit = error.class().map_or(Exit::Failure, exit_of);
    let mut models: Vec<_> = trail.entries().iter().map(|entry| entry.model.hub_id()).collect();
    models.dedup();
    let count = trail.entries().len();
    let what = match (error.reason(), models.as_slice()) {
        (StopReason::OutOfTime, _) => format!("nobody answered in time, in {count} attempts"),
        (_, [model]) => format!("nobody answered for `{model}`, in {count} attempts"),
        (_, models) => format!("nobody answered, in {count} attempts at {} models", models.len()),
    };
    let failure = with_trail(Failure::new(exit, what), trail);
    let mut failure = failure.because(format!("the last one: {last}"));
    if let Some(message) = last.message() {
        failure = failure.because(message);
    }
    if let Some(id) = last.request_id() {
        failure = failure.because(format!("request id {id}"));
    }
    failure.hint(format!("openclaw models route {} --refresh", primary.router_id()))
}

/// Adds every attempt, where there were several.
pub(super) fn with_trail(failure: Failure, trail: &Trail) -> Failure {
    if trail.entries().len() > 1 { failure.because(trail.to_string()) } else { failure }
}

/// A plan without anything to try: all were too dear, or the time was up at once.
fn nothing_to_ask(error: &DriveError, left_out: &[LeftOut], primary: &ModelRef) -> Failure {
    let mut failure = Failure::new(
        Exit::Unavailable,
        format!("there is nobody to ask for `{}` within these limits", primary.router_id()),
    );
    if left_out.is_empty() {
        failure = failure.because(error.reason().to_string());
    }
    for out in left_out {
        failure = failure.because(format!("{}: {}", out.provider.escape_debug(), out.reason));
    }
    failure.hint(format!("openclaw models route {}", primary.router_id()))
}
