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
    // crates/catalog/src/model.rs
    ("derived from the id", UNTESTED),
    // crates/cli/src/app.rs
    ("`models.providers.huggingface.baseUrl` cannot be used", UNTESTED),
    // crates/cli/src/args/infer.rs
    ("expected USD per million tokens, such as 0.50", UNTESTED),
    // crates/cli/src/catalogue.rs
    ("the list could not be kept in `", SYSTEM),
    ("asking the router for its models", UNTESTED),
    ("` is not used:", UNTESTED),
    ("in the router's list,", UNTESTED),
    // crates/cli/src/commands/chat.rs
    ("/model REF ask another model from now on; without REF, say which one is asked", UNTESTED),
    ("· /help says what can be typed", UNTESTED),
    ("there is no question to ask again", UNTESTED),
    ("standard input cannot be read as text", UNTESTED),
    // crates/cli/src/commands/completions/bash.rs
    ("complete -o nosort -F _openclaw NAME 2>/dev/null || complete -F _openclaw NAME", SCRIPT),
    // crates/cli/src/commands/completions/mod.rs
    ("there is no completion script for `", UNTESTED),
    ("the script cannot be made", SYSTEM),
    // crates/cli/src/commands/completions/words.rs
    ("the same with the provider before it", UNTESTED),
    // crates/cli/src/commands/config/backups.rs
    ("would not change", UNTESTED),
    ("the backups cannot be listed", SYSTEM),
    // crates/cli/src/commands/demo.rs
    ("no throw-away folder can be made", SYSTEM),
    ("The throw-away home is kept at", UNTESTED),
    ("the sandbox does not take the fault of the demo", SYSTEM),
    ("the throw-away config cannot be written", SYSTEM),
    ("the throw-away config cannot be read", SYSTEM),
    ("` failed in the demo", SYSTEM),
    ("` succeeded in the demo", SYSTEM),
    ("this program cannot run itself", SYSTEM),
    // crates/cli/src/commands/doctor/ask.rs
    ("looking for the gateway", UNTESTED),
    ("asking Hugging Face and the gateway", UNTESTED),
    // crates/cli/src/commands/doctor/catalogue.rs
    ("openclaw models list --all --refresh", UNTESTED),
    ("openclaw config unset models.providers.huggingface.baseUrl", UNTESTED),
    ("nothing can be asked", UNTESTED),
    ("no model answers without it", UNTESTED),
    ("no list of the router is kept, so only the built-in table is known", UNTESTED),
    ("the kept list of the router is", UNTESTED),
    ("providers come and go by the day", UNTESTED),
    // crates/cli/src/commands/doctor/config.rs
    ("no command that needs it works, here and in OpenClaw", UNTESTED),
    ("there is no config at", UNTESTED),
    ("no default model is set, so", UNTESTED),
    ("OpenClaw refuses the whole config for one such key", UNTESTED),
    ("what stands there has no effect, and OpenClaw may refuse the whole config", UNTESTED),
    ("what stands under the first one has no effect", UNTESTED),
    ("it can never be asked", UNTESTED),
    ("it was tried by then, so it is passed over", UNTESTED),
    ("a list that is not empty shuts out whatever it lacks", UNTESTED),
    ("it does not stand for the model that it should", UNTESTED),
    ("OpenClaw refuses the whole config for it", UNTESTED),
    ("only the first has an effect", UNTESTED),
    ("the router no longer lists `", UNTESTED),
    ("every question goes there first", UNTESTED),
    ("it helps nobody when the default model fails", UNTESTED),
    ("its alias leads nowhere", UNTESTED),
    ("it cannot be asked now", UNTESTED),
    ("of other providers: kept, and passed over here", UNTESTED),
    // crates/cli/src/commands/doctor/files.rs
    ("others on this machine can list what is in there", UNTESTED),
    ("it holds a secret, and others on this machine can read it", UNTESTED),
    ("1 file or folder", UNTESTED),
    // crates/cli/src/commands/doctor/fix.rs
    ("Nothing here can be mended without you.", UNTESTED),
    ("there is no terminal to ask on, and nothing was mended", UNTESTED),
    ("Nothing was mended.", UNTESTED),
    // crates/cli/src/commands/doctor/gateway.rs
    ("it does not say whether it is ready", UNTESTED),
    ("`gateway.bind` or `gateway.port` names no address that this gateway can listen on", UNTESTED),
    ("`openclaw gateway run` refuses to start", UNTESTED),
    ("openclaw gateway run --bind loopback --port 18789", UNTESTED),
    ("a gateway answers on", UNTESTED),
    ("and is no gateway of this program's", UNTESTED),
    ("the gateway cannot listen there", UNTESTED),
    ("it takes no requests:", UNTESTED),
    ("every client of it is refused", UNTESTED),
    ("the gateway does not start, or works on by what it read before", UNTESTED),
    ("a gateway that a service manager starts does not see the token: it is", UNTESTED),
    ("a service has nothing of what this shell exports; it reads the .env of the state folder", UNTESTED),
    ("a gateway that a service manager starts uses another token:", UNTESTED),
    ("what this shell exports hides it here alone", UNTESTED),
    // crates/cli/src/commands/doctor/surroundings.rs
    (
        "certificates look expired or not yet valid, and kept lists look older or newer than they are",
        UNTESTED,
    ),
    ("sudo sntp -sS time.apple.com", UNTESTED),
    ("sudo timedatectl set-ntp true", UNTESTED),
    ("requests go out without a proxy, or not at all", UNTESTED),
    ("clients of the local gateway ask the proxy for it, which cannot reach it", UNTESTED),
    ("authorities, in place of the system's)", UNTESTED),
    ("SSL_CERT_FILE cannot be used:", UNTESTED),
    ("no secure connection can be made", UNTESTED),
    ("another openclaw is", UNTESTED),
    (", and comes first in PATH", UNTESTED),
    ("`openclaw` starts that one", UNTESTED),
    ("wrote the config last", UNTESTED),
    // crates/cli/src/commands/doctor/token.rs
    ("it would win over the other places, and is passed over", UNTESTED),
    ("openclaw config unset models.providers.huggingface.apiKey", UNTESTED),
    ("openclaw config unset env.vars.", UNTESTED),
    ("the stored token has no effect in this shell, and a daemon uses it all the same", UNTESTED),
    ("every question is refused; make one with the permission at", UNTESTED),
    ("every question is refused; make a new one at", UNTESTED),
    ("whether it works is not known", UNTESTED),
    ("openclaw doctor --verbose", UNTESTED),
    ("the token cannot be checked: the router's address cannot be used", UNTESTED),
    ("the token stands in clear text in", UNTESTED),
    ("OpenClaw logs the command line of every change, and logs are copied and sent around", UNTESTED),
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
    ("no further connection is accepted for now:", SYSTEM),
    ("a request failed in the gateway itself; the others go on", SYSTEM),
    // crates/cli/src/commands/gateway/log_file.rs
    ("` is large and cannot be turned over:", SYSTEM),
    // crates/cli/src/commands/gateway/run.rs
    ("the gateway cannot serve", SYSTEM),
    ("no runtime can be started", SYSTEM),
    ("signals cannot be waited for", SYSTEM),
    // crates/cli/src/commands/gateway/settings.rs
    ("no key can be kept", SYSTEM),
    // crates/cli/src/commands/infer/answer.rs
    ("who answered is not told", UNTESTED),
    // crates/cli/src/commands/infer/mod.rs
    ("Say hello in five words.", UNTESTED),
    ("the answer reached its limit of tokens; `--max-tokens` sets another", UNTESTED),
    // crates/cli/src/commands/infer/words.rs
    ("does not take the request", UNTESTED),
    ("nobody answered in time, in", UNTESTED),
    ("nobody answered, in", UNTESTED),
    // crates/cli/src/commands/models/aliases.rs
    ("no aliases; `openclaw models aliases add NAME REF` makes one", UNTESTED),
    ("that looks like a token, where a name was expected", UNTESTED),
    ("expected a name without control characters, found", UNTESTED),
    ("expected a name of at most 80 characters", UNTESTED),
    ("`, which is not ours to change", UNTESTED),
    ("the alias stands in an included file, which is not changed here", UNTESTED),
    ("openclaw config explain agents.defaults.models", UNTESTED),
    // crates/cli/src/commands/models/explain.rs
    ("; the provider is locked", UNTESTED),
    // crates/cli/src/commands/models/fallbacks.rs
    ("a fallback stands in an included file, which is not changed here", UNTESTED),
    // crates/cli/src/commands/models/list.rs
    ("expected a price in USD per million tokens, found `", UNTESTED),
    ("openclaw models list --all --max-price 1.50", UNTESTED),
    ("no model is configured; `openclaw models list --all` shows every one", UNTESTED),
    ("; hidden for want of width:", UNTESTED),
    // crates/cli/src/commands/models/route.rs
    ("offers will do", UNTESTED),
    ("is the best for this; pin it:", UNTESTED),
    ("`:fastest`: the most tokens per second", UNTESTED),
    ("`: no other provider is tried", UNTESTED),
    ("nobody can answer now", UNTESTED),
    ("not the one that is pinned", UNTESTED),
    // crates/cli/src/commands/models/set.rs
    ("the terminal cannot be asked", SYSTEM),
    ("interrupted; nothing was written", UNTESTED),
    ("has an `alias` that OpenClaw refuses there; it was kept", UNTESTED),
    ("is listed twice; both were kept, and the first counts", UNTESTED),
    ("differs only by case from what was chosen; it was kept", UNTESTED),
    ("is no longer listed by the router; it was kept", UNTESTED),
    ("` was changed by another program meanwhile; it was left as that wrote it", UNTESTED),
    ("` is being changed by another program", UNTESTED),
    ("` cannot be locked for a change", SYSTEM),
    ("` cannot be saved; it was left as it is", SYSTEM),
    // crates/cli/src/commands/models/status.rs
    ("none is set; this one is used", UNTESTED),
    ("none; `openclaw onboard` sets one up", UNTESTED),
    // crates/cli/src/commands/onboard/ask.rs
    ("Ask a test question? It costs a fraction of a cent.", UNTESTED),
    ("this program sets up Hugging Face alone; nothing was written", UNTESTED),
    ("that cannot be a token:", UNTESTED),
    ("The provider is locked: the router picks it by price or speed.", UNTESTED),
    ("the provider's name cannot be pinned", UNTESTED),
    // crates/cli/src/commands/onboard/mod.rs
    ("the token cannot be kept; nothing was written", SYSTEM),
    ("Token already in", UNTESTED),
    ("; it is not stored anew", UNTESTED),
    // crates/cli/src/commands/onboard/verify.rs
    ("; whether it may call Inference Providers shows at the first question", UNTESTED),
    ("Token lacks a permission:", UNTESTED),
    ("checking the token and listing the models", UNTESTED),
    // crates/cli/src/commands/sandbox.rs
    ("Ctrl-C cannot be waited for", SYSTEM),
    // crates/cli/src/network.rs
    ("` gets too many requests", UNTESTED),
    ("` does not take this request", UNTESTED),
    ("` takes too long", UNTESTED),
    // crates/cli/src/out.rs
    ("the output cannot be written", SYSTEM),
    // crates/cli/src/picker/offers.rs
    ("nobody offers it now", UNTESTED),
    ("more; Ctrl-O shows all", UNTESTED),
    // crates/cli/src/refs.rs
    ("the default model is no reference", UNTESTED),
    ("that looks like a token, where a model was expected", UNTESTED),
    ("the router lists it without a live offer", UNTESTED),
    // crates/cli/src/typo.rs
    ("what you say is typed in there", UNTESTED),
    // crates/config-merge/src/check.rs
    ("this fallback is the default model itself", UNTESTED),
    ("` is also the alias of `", UNTESTED),
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
    ("the body was cut off", UNTESTED),
    // crates/gateway/src/error.rs
    ("nothing can be asked: the plan is empty", SYSTEM),
    // crates/gateway/src/key.rs
    ("the system gives no random numbers", SYSTEM),
    // crates/gateway/src/serve/stall.rs
    ("the client takes nothing", SYSTEM),
    // crates/gateway/src/serve.rs
    ("the listener cannot be used", SYSTEM),
    // crates/gateway/src/status/next.rs
    ("it is the best offer that is known to do", UNTESTED),
    ("the router takes the fastest provider, and which one that is is not known here", UNTESTED),
    // crates/gateway/src/upkeep.rs
    ("the router has not told its models yet", UNTESTED),
    ("the list could not be kept", SYSTEM),
    ("the files could not be read", SYSTEM),
    ("what was spent cannot be kept in `", SYSTEM),
    // crates/hf-client/src/classify.rs
    ("model not supported by provider", HEARD),
    ("the requested model", HEARD),
    // crates/hf-client/src/client/send.rs
    ("connection timed out", SYSTEM),
    ("the body of the refusal was not read", SYSTEM),
    // crates/hf-client/src/wire/message.rs
    ("image address of", UNTESTED),
    // crates/json5-edit/src/edit/error.rs
    ("expected the edited text to say what was asked for, found another value at `", SYSTEM),
    // crates/json5-edit/src/edit/mod.rs
    ("edits do nothing before `apply`", SYSTEM),
];
