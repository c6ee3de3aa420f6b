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
        Some(Class::Network) => "cannot be reached",
        Some(Class::Timeout) => "takes too long",
        Some(Class::Malformed) => "sends no answer that can be read",
        Some(Class::Truncated) => "gave no answer",
        // Where the request itself is wrong nobody else is asked.
        Some(Class::ProviderFault | Class::InvalidRequest) | None => "failed",
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openclaw_catalog::Catalog;
    use openclaw_failover::{Options, Plan};
    use openclaw_hf_client::{ChatRequest, Client, Endpoint, EndpointInput, Message, SharedCooldowns, drive};
    use openclaw_sandbox::{Fault, Sandbox, Script, When};

    use super::*;

    /// The program's own patience is two minutes.
    #[test]
    fn when_the_time_of_all_is_up() {
        let sandbox = Sandbox::start_blocking(openclaw_sandbox::Options::default()).expect("it starts");
        sandbox.script(vec![Script::always(When::default(), Fault::Hang)]).expect("it is scripted");
        let model = |id: &str| ModelRef::parse_implied(id).expect("a reference");
        let chain = ["Qwen/Qwen3-8B", "Qwen/Qwen3-32B", "zai-org/GLM-4.7"].map(model);
        let millis = Duration::from_millis;
        let options = Options { first_byte: millis(100), total: millis(150), ..Options::default() };
        let plan = Plan::new(&chain, &Catalog::default(), options);
        let base = sandbox.base_url();
        let input = EndpointInput { env_base_url: Some(&base), ..EndpointInput::default() };
        let endpoint = Endpoint::resolve(&input).expect("an address");
        let client = Client::new(endpoint, None, openclaw_hf_client::Options::default());
        let mut request = ChatRequest::new("");
        request.messages.push(Message::user("Hi"));
        let cooldowns = SharedCooldowns::default();
        let asked = drive(&client, plan, &cooldowns, &request, |_| {});
        let error = crate::network::block_on(asked).expect("a runtime").expect_err("nobody answers");
        let told = nobody(&error, &[], &chain[0], "a file", true).render();
        let told = told.replace(&sandbox.addr().to_string(), "127.0.0.1:PORT");
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"\x1b\[[0-9;]*m", "");
        settings.add_filter(r"(after|within) \d+(\.\d+)? m?s", "$1 T");
        settings.bind(|| {
            insta::assert_snapshot!(told, @"
            error: nobody answered in time, in 2 attempts
              1. Qwen/Qwen3-8B: timeout after T, cooled for 1 s
              2. Qwen/Qwen3-32B: timeout after T, cooled for 1 s
              the last one: no answer from `http://127.0.0.1:PORT` within T

            hint: openclaw models route Qwen/Qwen3-8B --refresh
            ");
        });
    }
}
