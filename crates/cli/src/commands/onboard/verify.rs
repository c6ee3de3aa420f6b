//! Whether a token works, and what the router lists: asked at once, told apart.

use openclaw_credentials::Token;
use openclaw_hf_client::{Class, Client, Endpoint, Error, MissingPermission, Permission, Whoami};

use crate::app::App;
use crate::catalogue::{Fetched, ListState};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network::{self, NEW_TOKEN, clause};
use crate::out;
use crate::view::{mask_tokens, printable};

/// What the Hub says of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) enum Verdict {
    /// It may call Inference Providers.
    Valid { user: Option<String> },
    /// It works, but says nothing of that permission.
    Unclear { user: Option<String> },
    /// It works and may not.
    LacksPermission { missing: MissingPermission },
    /// It is no token, or no longer.
    Refused { why: String },
    /// There is no telling now.
    Unreachable { why: String },
    /// Nobody asked.
    NotAsked,
}

impl Verdict {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::Unclear { .. } => "unclear",
            Self::LacksPermission { .. } => "lacks-permission",
            Self::Refused { .. } => "refused",
            Self::Unreachable { .. } => "unreachable",
            Self::NotAsked => "not-asked",
        }
    }

    /// The name of a user and the words of a refusal come from outside.
    pub(in crate::commands) fn sentence(&self) -> String {
        printable(&mask_tokens(&self.words())).into_owned()
    }

    fn words(&self) -> String {
        let of =
            |user: &Option<String>| user.as_ref().map_or_else(String::new, |user| format!(" (user {user})"));
        match self {
            Self::Valid { user } => format!("Token verified{}: it may call Inference Providers", of(user)),
            Self::Unclear { user } => {
                format!(
                    "Token verified{}; whether it may call Inference Providers shows at the first question",
                    of(user)
                )
            }
            Self::LacksPermission { missing } => format!("Token lacks a permission: {missing}"),
            Self::Refused { why } => format!("Token refused: {why}"),
            Self::Unreachable { why } => format!("Token not verified: {why}"),
            Self::NotAsked => "Token not verified, as asked".to_owned(),
        }
    }

    /// Whether the sentence is a warning rather than news.
    pub(super) fn is_warned(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Refused { .. } | Self::LacksPermission { .. })
    }

    pub(super) fn warn(&self) {
        if self.is_warned() {
            out::warn(&self.sentence());
        }
    }

    /// Why onboarding must not go on without a person who says so; `None` where it may.
    pub(super) fn failure(&self, source: &str) -> Option<Failure> {
        let failure = match self {
            Self::Refused { why } => Failure::new(Exit::Auth, "the token was refused; nothing was written")
                .because(why.clone())
                .because(format!("it came from {source}"))
                .because(format!("make a new one at {NEW_TOKEN}")),
            Self::LacksPermission { missing } => {
                Failure::new(Exit::Auth, "the token may not call Inference Providers; nothing was written")
                    .because(format!("it lacks {missing}"))
                    .because(format!("it came from {source}"))
                    .because(format!("make one with the permission at {NEW_TOKEN}"))
            }
            _ => return None,
        };
        Some(failure.hint("openclaw onboard"))
    }
}

/// What was found out.
pub(super) struct Checked {
    pub(super) verdict: Verdict,
    pub(super) list: Option<Fetched>,
    pub(super) state: ListState,
}

/// Asks the Hub who the token is and the router what it lists, both at once.
pub(super) fn check(
    app: &App,
    endpoint: &Endpoint,
    token: Option<&Token>,
    verifies: bool,
) -> Result<Checked> {
    let client = network::client(app, endpoint, token.cloned());
    let asks = verifies && token.is_some();
    let (verdict, list) = network::wait(app, "checking the token and listing the models", async {
        tokio::join!(
            async { if asks { verdict(&client).await } else { Verdict::NotAsked } },
            network::list_models(&client)
        )
    })?;
    let (list, state) = match list {
        Ok(fetched) => (Some(fetched), ListState::Asked),
        Err(error) => (None, ListState::BuiltIn { why: Some(error.into()) }),
    };
    Ok(Checked { verdict, list, state })
}

/// Asks Hugging Face who the token is, and what it may do.
pub(in crate::commands) async fn verdict(client: &Client) -> Verdict {
    match client.whoami().await {
        Ok(whoami) => of_whoami(&whoami),
        Err(error) => of_error(&error),
    }
}

fn of_whoami(whoami: &Whoami) -> Verdict {
    let user = whoami.name().map(str::to_owned);
    match whoami.may_call_inference(crate::app::env("HF_BILL_TO").as_deref()) {
        Permission::Yes => Verdict::Valid { user },
        Permission::Unknown => Verdict::Unclear { user },
        Permission::No { missing } => Verdict::LacksPermission { missing },
    }
}

fn of_error(error: &Error) -> Verdict {
    match (error.class(), error.message()) {
        // That it was refused is said anyway.
        (Class::Auth, Some(message)) => Verdict::Refused { why: message.to_owned() },
        (Class::Auth | Class::Permission, _) => Verdict::Refused { why: clause(error) },
        _ => Verdict::Unreachable { why: clause(error) },
    }
}
