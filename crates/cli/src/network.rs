//! The edge to the network: built when it is needed, and every wait is told.

use std::cell::RefCell;
use std::future::Future;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use openclaw_credentials::Token;
use openclaw_hf_client::{Class, Client, Endpoint, Error, ModelsAnswer, Options, check_ca_file};

use crate::app::{App, env};
use crate::catalogue::Fetched;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;

/// Where a token with the right permission is made.
pub(crate) const NEW_TOKEN: &str = "https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained";

/// How long a wait goes unmentioned.
const PATIENCE: Duration = Duration::from_millis(200);

/// A client for an address. Nothing is connected before the first call.
pub(crate) fn client(app: &App, endpoint: &Endpoint, token: Option<Token>) -> Client {
    client_with(app, endpoint, token, Options::default())
}

/// A client with options of the caller's; what the environment says is added.
pub(crate) fn client_with(
    app: &App,
    endpoint: &Endpoint,
    token: Option<Token>,
    mut options: Options,
) -> Client {
    options.ca_file = ca_file();
    if app.verbose {
        let host = endpoint.base_url().host_str().unwrap_or_default();
        out::say(&format!(
            "router: {host} ({})\n",
            if token.is_some() { "with a token" } else { "without a token" }
        ));
    }
    Client::new(endpoint.clone(), token, options)
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|error| no_runtime(&error))?.block_on(future))
}

/// What keeps it from being started is a limit of files or threads.
pub(crate) fn no_runtime(error: &std::io::Error) -> Failure {
    Failure::from_error(Exit::Failure, "no runtime can be started", error).hint("ulimit -a")
}

/// Waits for a future, saying what for where it takes long enough to wonder and a person is watching.
pub(crate) fn wait<T>(app: &App, what: &str, future: impl Future<Output = T>) -> Result<T> {
    wait_then(app, what, future, async |outcome| outcome)
}

/// As [`wait`], and goes on with the outcome on the same runtime, in silence.
pub(crate) fn wait_then<T, U>(
    app: &App,
    what: &str,
    future: impl Future<Output = T>,
    then: impl AsyncFnOnce(T) -> U,
) -> Result<U> {
    block_on(async {
        let started = Instant::now();
        let outcome = patiently(what, future).await;
        if app.verbose {
            out::say(&format!("{what}: {:.2} s\n", started.elapsed().as_secs_f64()));
        }
        then(outcome).await
    })
}

async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    Waiting::default().through(what, future).await
}

/// A wait that says what it is for, and lets other words be said meanwhile.
#[derive(Default)]
pub(crate) struct Waiting {
    spinner: RefCell<Option<indicatif::ProgressBar>>,
}

impl Waiting {
    /// Waits for a future, saying what for where it takes long enough to wonder and a person is watching.
    pub(crate) async fn through<T>(&self, what: &str, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        if let Ok(early) = tokio::time::timeout(PATIENCE, &mut future).await {
            return early;
        }
        if !std::io::stderr().is_terminal() {
            return future.await;
        }
        let spinner = indicatif::ProgressBar::new_spinner().with_message(format!("{what} …"));
        spinner.enable_steady_tick(Duration::from_millis(100));
        // Cleared wherever the wait ends, even where it is given up.
        let _end = End(self);
        self.spinner.replace(Some(spinner));
        future.await
    }

    /// Prints words to stderr; where something is shown it comes again below them.
    pub(crate) fn say(&self, words: &str) {
        match &*self.spinner.borrow() {
            Some(spinner) => spinner.suspend(|| out::say(words)),
            None => out::say(words),
        }
    }
}

/// Takes the spinner off the screen.
struct End<'a>(&'a Waiting);

impl Drop for End<'_> {
    fn drop(&mut self) {
        if let Some(spinner) = self.0.spinner.take() {
            spinner.finish_and_clear();
        }
    }
}

/// Why a list could not be fetched.
pub(crate) enum ListError {
    /// The call failed, or the reply is no list.
    Call(Error),
    /// The list is empty.
    Empty,
    /// The list was not there in the time that there was for it.
    Late(Duration),
}

impl ListError {
    /// The exit code of a command that cannot do without the list.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Call(error) if error.is_setup() => Exit::Usage,
            Self::Call(error) => exit_of(error.class()),
            Self::Empty => Exit::Unavailable,
            Self::Late(_) => Exit::Network,
        }
    }

    /// A clause for a warning.
    pub(crate) fn clause(&self) -> String {
        match self {
            Self::Call(error) => clause(error),
            Self::Empty => "the router lists no models".to_owned(),
            Self::Late(after) => format!("the router's list did not come within {}", brief(*after)),
        }
    }
}

/// Asks for the list.
pub(crate) async fn list_models(client: &Client) -> Result<Fetched, ListError> {
    let ModelsAnswer { list, body, .. } = client.list_models().await.map_err(ListError::Call)?;
    if list.models.is_empty() {
        return Err(ListError::Empty);
    }
    Ok(Fetched { list, body: body.to_vec() })
}

/// Asks for the list, as a whole in no more than this time.
pub(crate) async fn list_models_within(
    client: &Client,
    patience: Option<Duration>,
) -> Result<Fetched, ListError> {
    let Some(patience) = patience else { return list_models(client).await };
    tokio::time::timeout(patience, list_models(client)).await.unwrap_or(Err(ListError::Late(patience)))
}

/// A time as it was typed: `3 s`, `0.4 s`.
fn brief(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// An error in one line, with the server's words where it said any.
pub(crate) fn clause(error: &Error) -> String {
    match error.message() {
        Some(message) => format!("{error}: {message}"),
        None => error.to_string(),
    }
}

/// The exit code of a class.
pub(crate) fn exit_of(class: Class) -> Exit {
    match class {
        Class::Auth | Class::Permission | Class::Credits => Exit::Auth,
        // What ends before its first word is no answer that broke off: see `broken_off`.
        Class::RateLimited
        | Class::ModelUnsupported
        | Class::ProviderFault
        | Class::Malformed
        | Class::Truncated => Exit::Unavailable,
        Class::Network | Class::Timeout => Exit::Network,
        Class::InvalidRequest => Exit::Failure,
    }
}

/// How an answer is told that had begun and did not end: whatever the reason, a part of it may have been read.
pub(crate) fn broken_off(error: &Error, model: &str, token_from: &str) -> Failure {
    let what = format!("the answer of `{model}` broke off");
    explained(Failure::new(Exit::Truncated, what).because(error.to_string()), error, model, token_from)
}

/// How a chat that did not begin is told: what, why, and one command that helps.
pub(crate) fn chat_failure(error: &Error, model: &str, token_from: &str) -> Failure {
    if error.is_setup() {
        return Failure::from_error(Exit::Usage, "the client cannot be set up", error).hint(setup_hint());
    }
    let class = error.class();
    let what = match class {
        Class::Auth => "the token was refused".to_owned(),
        Class::Permission => "the token lacks the permission to call Inference Providers".to_owned(),
        Class::Credits => "there are no credits left".to_owned(),
        Class::RateLimited => format!("`{model}` gets too many requests"),
        Class::ModelUnsupported => format!("nobody serves `{model}` for this account"),
        Class::InvalidRequest => format!("`{model}` does not take this request"),
        Class::ProviderFault => format!("the provider of `{model}` failed"),
        Class::Network => "the router cannot be reached".to_owned(),
        Class::Timeout => format!("`{model}` takes too long"),
        Class::Malformed => format!("the reply of `{model}` cannot be read"),
        Class::Truncated => format!("`{model}` gave no answer"),
    };
    // Where the error is the same sentence with its status, that alone is said.
    let cause = error.to_string();
    let failure = match cause.starts_with(&what) {
        true => Failure::new(exit_of(class), cause),
        false => Failure::new(exit_of(class), what).because(cause),
    };
    explained(failure, error, model, token_from)
}

/// What mends a client that cannot be set up: the file of authorities, or a name that no header can hold.
fn setup_hint() -> &'static str {
    if ca_file().is_some_and(|path| check_ca_file(&path).is_err()) {
        "unset SSL_CERT_FILE"
    } else if env("HF_BILL_TO").is_some_and(|payer| !payer.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
    {
        "unset HF_BILL_TO"
    } else {
        "openclaw doctor"
    }
}

/// The authorities to trust in the place of the system's.
fn ca_file() -> Option<PathBuf> {
    env("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(Into::into)
}

/// With what the server says, and one command that helps.
fn explained(mut failure: Failure, error: &Error, model: &str, token_from: &str) -> Failure {
    if let Some(message) = error.message() {
        failure = failure.because(message);
    }
    if let Some(id) = error.request_id() {
        failure = failure.because(format!("request id {id}"));
    }
    match error.class() {
        Class::Auth => failure.because(format!("it came from {token_from}")).hint("openclaw onboard"),
        Class::Permission => failure
            .because(format!("it came from {token_from}"))
            .because(format!("make one with the permission at {NEW_TOKEN}"))
            .hint("openclaw onboard"),
        Class::Credits => failure.hint("open https://huggingface.co/settings/billing"),
        Class::Network => failure.hint("openclaw models list --refresh --verbose"),
        Class::InvalidRequest => failure.hint(format!("openclaw models explain {model}")),
        _ => failure.hint(format!("openclaw models route {model} --refresh")),
    }
}
