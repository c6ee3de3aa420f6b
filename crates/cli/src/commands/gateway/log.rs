//! What a running gateway says on stderr. Never a word of a question or an answer.

use openclaw_gateway::Event;

use crate::commands::infer::switch_in_words;
use crate::out;

/// Says what happened; requests that were answered only where more was asked for.
pub(super) fn say(event: Event<'_>, verbose: bool) {
    match event {
        Event::Asked { key, model, result, provider, attempts, elapsed }
            if verbose || !matches!(result, "answered" | "aborted") =>
        {
            let who = provider.map(|provider| format!(" by {}", provider.escape_debug())).unwrap_or_default();
            let key = key.map(|key| format!(" (key {})", key.escape_debug())).unwrap_or_default();
            let attempts = match attempts {
                0 | 1 => String::new(),
                n => format!(", {n} attempts"),
            };
            let seconds = elapsed.as_secs_f64();
            let model = model.escape_debug();
            out::say(&format!("{model}: {result}{who} after {seconds:.2} s{attempts}{key}\n"));
        }
        Event::Switched(switch) => {
            let (model, words) = (switch.failed.model.router_id(), switch_in_words(&switch));
            // Who failed may be known by the model alone.
            let model = if words.starts_with(model) { String::new() } else { format!("{model}: ") };
            out::say(&format!("{model}{words}\n"));
        }
        Event::Reloaded => out::say("the files changed; what they say now holds\n"),
        Event::NotReloaded { why } => {
            out::warn("the files changed and cannot be used; what they said before goes on");
            out::say(why);
        }
        Event::Listed { models } if verbose => out::say(&format!("the router lists {models} models\n")),
        Event::NotListed { why } => out::warn(&format!("{why}; what is known of the models so far goes on")),
        Event::NotKept { why } => out::warn(why),
        Event::NotAccepted { why } => {
            out::warn(&format!("no further connection is accepted for now: {why}"));
        }
        Event::NotExported { why } => {
            out::warn(&format!("traces cannot be sent, and requests go on without: {why}"));
        }
        #[cfg(feature = "redis")]
        Event::StateShared { at } => {
            out::say(&format!("cooldowns, limits and spend are shared at `{at}`\n"));
        }
        #[cfg(feature = "redis")]
        Event::StateLost { at, why } => out::warn(&format!(
            "cooldowns, limits and spend cannot be shared at `{at}`: {why}; until they can, this gateway counts for itself"
        )),
        Event::Panicked => out::warn("a request failed in the gateway itself; the others go on"),
        _ => {}
    }
}
