//! Whatever has to be waited for: Hugging Face, and whoever answers on the gateway's port.

use std::time::{Duration, SystemTime};

use openclaw_hf_client::{Client, Endpoint, Options, Timeouts};

use super::Subject;
use crate::app::App;
use crate::catalogue::{self, Age, Fetched};
use crate::commands::gateway::{Probe, probe};
use crate::commands::onboard::{Verdict, verdict};
use crate::failure::{Failure, Result};
use crate::network;

/// How long Hugging Face may take to begin an answer, and to go on with it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of asking.
pub(super) struct Answers {
    /// What Hugging Face says of the token.
    pub(super) verdict: Verdict,
    pub(super) router: Router,
    /// The router's clock and this machine's at the same moment; `None` where it did not say.
    pub(super) clocks: Option<(SystemTime, SystemTime)>,
    /// Who answers on the gateway's port; `None` where the config names no address that can be asked.
    pub(super) probe: Option<Probe>,
    /// What the models that the config names are looked up in.
    pub(super) catalog: openclaw_catalog::Catalog,
}

/// What came of asking the router.
pub(super) enum Router {
    /// It lists so many models.
    Lists { models: usize, oddities: usize },
    /// Why it could not be asked, as a clause.
    Failed(String),
    /// It was not asked; how old the kept list is, where there is one.
    NotAsked { kept: Option<Age> },
    /// Its address cannot be used.
    NoAddress(Failure),
}

/// Asks all at once, unless offline: then this machine alone.
pub(super) fn ask(app: &App, subject: &Subject, offline: bool) -> Result<Answers> {
    let config = &subject.config;
    let endpoint = app.endpoint(config);
    let address = super::gateway::address(config);
    let probed = async {
        match address {
            Some(address) => Some(probe(address).await),
            None => None,
        }
    };
    let unasked = |router: Router, probe, list| Answers {
        verdict: Verdict::NotAsked,
        router,
        clocks: None,
        probe,
        catalog: catalogue::merged(app, config, list),
    };
    let endpoint = match endpoint {
        Ok(endpoint) if !offline => endpoint,
        Ok(endpoint) => {
            let probe = network::wait(app, "looking for the gateway", probed)?;
            let (list, kept) = catalogue::kept(app, &endpoint).unzip();
            return Ok(unasked(Router::NotAsked { kept }, probe, list));
        }
        Err(failure) => {
            let probe = network::wait(app, "looking for the gateway", probed)?;
            return Ok(unasked(Router::NoAddress(failure), probe, None));
        }
    };
    let token = subject.resolution.token.as_ref().map(|found| found.token.clone());
    let timeouts = Timeouts { first_byte: PATIENCE, between_chunks: PATIENCE, ..Timeouts::default() };
    let client =
        network::client_with(app, &endpoint, token.clone(), Options { timeouts, ..Options::default() });
    let (verdict, listed, probe) = network::wait(app, "asking Hugging Face and the gateway", async {
        tokio::join!(
            async { if token.is_some() { verdict(&client).await } else { Verdict::NotAsked } },
            list(&client),
            probed,
        )
    })?;
    Ok(match listed {
        Ok((fetched, clocks)) => {
            catalogue::keep(app, &endpoint, &fetched);
            let oddities = fetched.list.warnings.len() + fetched.list.more_warnings;
            let router = Router::Lists { models: fetched.list.models.len(), oddities };
            Answers { verdict, clocks, ..unasked(router, probe, Some(fetched.list)) }
        }
        Err(why) => Answers { verdict, ..unasked(Router::Failed(why), probe, kept(app, &endpoint)) },
    })
}

fn kept(app: &App, endpoint: &Endpoint) -> Option<openclaw_catalog::RouterList> {
    catalogue::kept(app, endpoint).map(|(list, _)| list)
}

type Clocks = Option<(SystemTime, SystemTime)>;

async fn list(client: &Client) -> Result<(Fetched, Clocks), String> {
    let answer = client.list_models().await.map_err(|error| network::clause(&error))?;
    if answer.list.models.is_empty() {
        return Err("the router lists no models".to_owned());
    }
    let clocks = answer.date.map(|theirs| (theirs, SystemTime::now()));
    Ok((Fetched { list: answer.list, body: answer.body.to_vec() }, clocks))
}
