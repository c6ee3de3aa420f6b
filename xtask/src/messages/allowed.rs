//! Messages that no test shows, each with the reason.

/// Something outside of the program has to fail for it, which no test can bring about.
const SYSTEM: &str = "the system has to fail for it";
/// Words of the router that are looked for, and not said.
const HEARD: &str = "heard, not said";
/// A line of a shell's script, which tests run.
const SCRIPT: &str = "run, not read";
/// It can be brought about, and should.
const UNTESTED: &str = "no test yet";

/// The longest fixed words of a message, and why nothing shows it.
pub(super) const ALLOWED: &[(&str, &str)] = &[
    // crates/atomic-file/src/error.rs
    ("put the new copy in place of", SYSTEM),
    ("flush the folder", SYSTEM),
    ("write the holder into", SYSTEM),
    // crates/catalog/src/decode.rs
    ("a list of offers", UNTESTED),
    // crates/cli/src/catalogue.rs
    ("the list could not be kept in `", SYSTEM),
    ("in the router's list,", UNTESTED),
    // crates/cli/src/commands/completions/bash.rs
    ("complete -o nosort -F _openclaw NAME 2>/dev/null || complete -F _openclaw NAME", SCRIPT),
    // crates/cli/src/commands/completions/mod.rs
    ("there is no completion script for `", UNTESTED),
    ("the script cannot be made", SYSTEM),
    // crates/cli/src/commands/config/backups.rs
    ("the backups cannot be listed", SYSTEM),
    // crates/cli/src/commands/demo.rs
    ("no throw-away folder can be made", SYSTEM),
    ("the sandbox does not take the fault of the demo", SYSTEM),
    ("the throw-away config cannot be written", SYSTEM),
    ("the throw-away config cannot be read", SYSTEM),
    ("` failed in the demo", SYSTEM),
    ("` succeeded in the demo", SYSTEM),
    ("this program cannot run itself", SYSTEM),
    // crates/cli/src/commands/doctor/fix.rs
    ("there is no terminal to ask on, and nothing was mended", UNTESTED),
    // crates/cli/src/commands/doctor/gateway.rs
    ("it does not say whether it is ready", UNTESTED),
    // crates/cli/src/commands/gateway/daemon
    ("the service could not be stopped", SYSTEM),
    ("it cannot be told where this program is", SYSTEM),
    ("` cannot be made", SYSTEM),
    ("` cannot be written", SYSTEM),
    ("` cannot be taken away", SYSTEM),
    ("` cannot be started", SYSTEM),
    ("whoever listens there does not answer as a gateway", SYSTEM),
    // It waits for two minutes.
    ("the service does not end", UNTESTED),
    // crates/cli/src/commands/gateway/keys.rs
    ("hidden for want of width:", UNTESTED),
    ("no key can be made", SYSTEM),
    ("the keys cannot be changed; they were left as they are", SYSTEM),
    // crates/cli/src/commands/gateway/log.rs
    ("traces cannot be sent, and requests go on without:", UNTESTED),
    ("no further connection is accepted for now:", SYSTEM),
    ("a request failed in the gateway itself; the others go on", SYSTEM),
    // crates/cli/src/commands/gateway/log_file.rs
    ("` is large and cannot be turned over:", SYSTEM),
    // crates/cli/src/commands/gateway/run.rs
    ("OTEL_SDK_DISABLED=true openclaw gateway run", UNTESTED),
    ("traces and metrics cannot be sent", UNTESTED),
    ("the gateway cannot serve", SYSTEM),
    ("no runtime can be started", SYSTEM),
    ("signals cannot be waited for", SYSTEM),
    // crates/cli/src/commands/gateway/settings.rs
    ("no key can be kept", SYSTEM),
    // crates/cli/src/commands/infer/answer.rs
    ("who answered is not told", UNTESTED),
    // crates/cli/src/commands/infer/words.rs
    ("does not take the request", UNTESTED),
    ("nobody answered in time, in", UNTESTED),
    // crates/cli/src/commands/models/list.rs
    ("; hidden for want of width:", UNTESTED),
    // crates/cli/src/commands/models/set.rs
    ("the terminal cannot be asked", SYSTEM),
    ("` was changed by another program meanwhile; it was left as that wrote it", UNTESTED),
    ("` is being changed by another program", UNTESTED),
    ("` cannot be locked for a change", SYSTEM),
    ("` cannot be saved; it was left as it is", SYSTEM),
    // crates/cli/src/commands/onboard/ask.rs
    ("the provider's name cannot be pinned", UNTESTED),
    // crates/cli/src/commands/onboard/mod.rs
    ("the token cannot be kept; nothing was written", SYSTEM),
    // crates/cli/src/commands/onboard/verify.rs
    ("; whether it may call Inference Providers shows at the first question", UNTESTED),
    // crates/cli/src/commands/sandbox.rs
    ("Ctrl-C cannot be waited for", SYSTEM),
    // crates/cli/src/out.rs
    ("the output cannot be written", SYSTEM),
    // crates/cli/src/picker/offers.rs
    ("nobody offers it now", UNTESTED),
    ("more; Ctrl-O shows all", UNTESTED),
    // crates/cli/src/refs.rs
    ("the default model is no reference", UNTESTED),
    // crates/config-merge/src/explain.rs
    ("a file wins over what holds by default", UNTESTED),
    // crates/config-merge/src/include.rs
    ("the parts do not make one config", UNTESTED),
    // crates/config-merge/src/load.rs
    ("a whole number that fits", UNTESTED),
    // crates/config-merge/src/merge/mod.rs
    ("the change does not fit the config", SYSTEM),
    // crates/credentials/src/resolution.rs
    ("a profile of an unknown type, expected `api_key` or `token`", UNTESTED),
    ("no login shell is asked here, expected the token in HF_TOKEN", UNTESTED),
    // crates/credentials/src/shell.rs
    ("could not read from the login shell `", SYSTEM),
    // crates/credentials/src/store.rs
    ("openclaw: keeping a token", SYSTEM),
    ("could not write the file of tokens", SYSTEM),
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
    // crates/gateway/src/status/next.rs
    ("the router takes the fastest provider, and which one that is is not known here", UNTESTED),
    // crates/gateway/src/upkeep.rs
    ("the list could not be kept", SYSTEM),
    ("the files could not be read", SYSTEM),
    ("what was spent cannot be kept in `", SYSTEM),
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
    ("cargo install --path crates/cli --features redis", UNTESTED),
    ("this program was built without the feature `redis`", UNTESTED),
    ("` cannot be followed", UNTESTED),
    ("the gateway can have no name", UNTESTED),
    (", in the environment or in `.env` of the state folder, keeps it out of sight", UNTESTED),
    // crates/gateway/src/otlp/target.rs
    ("traces and metrics cannot be sent", UNTESTED),
    // crates/gateway/src/otlp.rs
    ("the client's thread panicked", SYSTEM),
    ("no provider of TLS is installed", SYSTEM),
];
