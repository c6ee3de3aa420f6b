//! Messages that no test shows, each with the reason.

/// Something outside of the program has to fail for it, which no test can bring about.
const SYSTEM: &str = "the system has to fail for it";
/// Words of the router that are looked for, and not said.
const HEARD: &str = "heard, not said";
/// A line of a shell's script, which tests run.
const SCRIPT: &str = "run, not read";
/// A trait asks for it, and every value is taken, so that nothing is ever told with it.
const TRAIT: &str = "never told";

/// The longest fixed words of a message, and why nothing shows it.
pub(super) const ALLOWED: &[(&str, &str)] = &[
    // crates/atomic-file/src/error.rs
    ("put the new copy in place of", SYSTEM),
    ("flush the folder", SYSTEM),
    // crates/catalog/src/decode.rs
    ("a list of offers", TRAIT),
    // crates/cli/src/commands/completions/bash.rs
    ("complete -o nosort -F _openclaw NAME 2>/dev/null || complete -F _openclaw NAME", SCRIPT),
    // crates/cli/src/commands/demo.rs
    ("the sandbox does not take the fault of the demo", SYSTEM),
    ("the throw-away config cannot be read", SYSTEM),
    ("` succeeded in the demo", SYSTEM),
    // crates/cli/src/commands/gateway/daemon
    ("the service could not be stopped", SYSTEM),
    ("` cannot be taken away", SYSTEM),
    // crates/cli/src/commands/gateway/keys.rs
    ("no key can be made", SYSTEM),
    ("the keys cannot be changed; they were left as they are", SYSTEM),
    // crates/cli/src/commands/gateway/log.rs
    ("a request failed in the gateway itself; the others go on", SYSTEM),
    // crates/cli/src/commands/gateway/run.rs
    ("the gateway cannot serve", SYSTEM),
    ("signals cannot be waited for", SYSTEM),
    // crates/cli/src/commands/gateway/settings.rs
    ("no key can be kept", SYSTEM),
    // crates/cli/src/commands/sandbox.rs
    ("Ctrl-C cannot be waited for", SYSTEM),
    // crates/credentials/src/shell.rs
    ("could not read from the login shell `", SYSTEM),
    // crates/gateway/src/chat.rs
    ("its memory for bodies is used up", SYSTEM),
    // crates/gateway/src/error.rs
    ("nothing can be asked: the plan is empty", SYSTEM),
    // crates/gateway/src/key.rs
    ("the system gives no random numbers", SYSTEM),
    // crates/gateway/src/serve/stall.rs
    ("the client takes nothing", SYSTEM),
    // crates/gateway/src/serve.rs
    ("the listener cannot be used", SYSTEM),
    // crates/gateway/src/upkeep.rs
    ("the files could not be read", SYSTEM),
    // crates/hf-client/src/classify.rs
    ("model not supported by provider", HEARD),
    ("the requested model", HEARD),
    // crates/hf-client/src/client/send.rs
    ("connection timed out", SYSTEM),
    ("the body of the refusal was not read", SYSTEM),
    // crates/json5-edit/src/edit/error.rs
    ("expected the edited text to say what was asked for, found another value at `", SYSTEM),
    // crates/json5-edit/src/edit/mod.rs
    ("edits do nothing before `apply`", SYSTEM),
    // crates/cli/src/commands/gateway/sharing.rs
    ("the gateway can have no name", SYSTEM),
    // crates/gateway/src/otlp.rs
    ("the client's thread panicked", SYSTEM),
    ("no provider of TLS is installed", SYSTEM),
];
