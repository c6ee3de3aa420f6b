//! What `--state` says: which server several gateways share cooldowns, limits and spend through.

use openclaw_credentials::Secret;

use super::settings::of_env_file;
use crate::app::{self, App};
use crate::args::GatewayRun;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

const VARIABLE: &str = "OPENCLAW_GATEWAY_STATE";

/// A URL, and where it was said.
struct Said {
    url: Secret,
    by: &'static str,
}

/// By flag, or else by the environment or `<state>/.env`.
fn said(app: &App, args: &GatewayRun) -> Option<Said> {
    if let Some(url) = &args.state {
        return Some(Said { url: url.clone(), by: "--state" });
    }
    let url = app::env(VARIABLE).or_else(|| of_env_file(app, VARIABLE))?;
    Some(Said { url: Secret::new(url), by: VARIABLE }).filter(|said| !said.url.expose().trim().is_empty())
}

/// Whether `--state` may stand in a unit, which others can read.
pub(super) fn check_for_a_unit(app: &App, args: &GatewayRun) -> Result<()> {
    if args.state.as_ref().is_some_and(|url| url.expose().contains('@')) {
        let env = app.shown(&openclaw_credentials::env_path(&app.places.state_dir));
        return Err(Failure::new(Exit::Usage, "`--state` has a password, and a unit must not hold one")
            .because(format!("the service reads `{VARIABLE}=…` from {env}, once it stands there"))
            .hint("openclaw gateway install"));
    }
    place(app, args).map(|_| ())
}

#[cfg(feature = "redis")]
pub(super) use with::{Sharing, place};
#[cfg(not(feature = "redis"))]
pub(super) use without::{Sharing, place};

#[cfg(feature = "redis")]
mod with {
    use openclaw_gateway::{Gateway, StateUrl};

    use super::{App, Exit, Failure, GatewayRun, Result, VARIABLE, said};
    use crate::out;

    /// Where it is shared; `None` keeps it in memory.
    pub(in super::super) fn place(app: &App, args: &GatewayRun) -> Result<Option<StateUrl>> {
        let Some(said) = said(app, args) else { return Ok(None) };
        let url = StateUrl::parse(&said.url).map_err(|error| {
            let what = format!("`{}` is no address of a server for shared state", said.by);
            Failure::from_error(Exit::Usage, what, &error)
                .hint("openclaw gateway run --state redis://127.0.0.1:6379")
        })?;
        if args.state.is_some() && said.url.expose().contains('@') {
            out::warn(&format!(
                "whoever may list processes sees the password in `--state`; {VARIABLE}, in the environment or in `.env` of the state folder, keeps it out of sight"
            ));
        }
        Ok(Some(url))
    }

    /// What goes on beside the gateway; nothing where nobody said where.
    pub(in super::super) struct Sharing(Option<openclaw_gateway::Sharing>);

    impl Sharing {
        pub(in super::super) fn new(gateway: &Gateway, place: Option<StateUrl>) -> Result<Self> {
            let sharing = place.map(|place| openclaw_gateway::Sharing::new(gateway, place)).transpose();
            let failed = |error| {
                Failure::from_error(Exit::Failure, "the gateway can have no name", &error)
                    .hint("openclaw doctor")
            };
            sharing.map(Self).map_err(failed)
        }

        pub(in super::super) async fn first(&mut self) {
            if let Some(sharing) = &mut self.0 {
                sharing.first().await;
            }
        }

        pub(in super::super) async fn run(&mut self) -> ! {
            match &mut self.0 {
                Some(sharing) => sharing.run().await,
                None => std::future::pending().await,
            }
        }

        pub(in super::super) async fn leave(self) {
            if let Some(sharing) = self.0 {
                sharing.leave().await;
            }
        }
    }
}

#[cfg(not(feature = "redis"))]
mod without {
    use openclaw_gateway::Gateway;

    use super::{App, Exit, Failure, GatewayRun, Result, said};

    /// In memory, and nowhere else.
    pub(in super::super) struct InMemory;

    pub(in super::super) fn place(app: &App, args: &GatewayRun) -> Result<InMemory> {
        let Some(said) = said(app, args) else { return Ok(InMemory) };
        let _ = said.url;
        Err(Failure::new(Exit::Usage, format!("`{}` cannot be followed", said.by))
            .because("this program was built without the feature `redis`")
            .hint("cargo install --path crates/cli --features redis"))
    }

    /// Nothing.
    pub(in super::super) struct Sharing;

    impl Sharing {
        pub(in super::super) fn new(_: &Gateway, _: InMemory) -> Result<Self> {
            Ok(Self)
        }

        pub(in super::super) async fn first(&mut self) {}

        pub(in super::super) async fn run(&mut self) -> ! {
            std::future::pending().await
        }

        pub(in super::super) async fn leave(self) {}
    }
}
