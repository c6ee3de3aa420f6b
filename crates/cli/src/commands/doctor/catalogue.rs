//! The router's address, its list, and how old the kept one is.

use std::time::Duration;

use super::ask::{Answers, Router};
use super::finding::{Check, Finding, Level};
use crate::app::App;
use crate::view::{age, counted};

/// Offers come and go by the day.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn look(app: &App, answers: &Answers) -> Vec<Finding> {
    let check = Check::RouterReachable;
    let refresh = "openclaw models list --all --refresh";
    let finding = match &answers.router {
        Router::NoAddress(failure) => {
            let mut causes = failure.causes().iter();
            let what = causes.next().map_or_else(|| failure.what().to_owned(), Clone::clone);
            let fix = match what.starts_with("`OPENCLAW_HF_BASE_URL`") {
                true => "unset OPENCLAW_HF_BASE_URL",
                false => "openclaw config unset models.providers.huggingface.baseUrl",
            };
            let why = "nothing can be asked";
            Finding::wrong(Check::RouterAddress, Level::Error, what, why, fix)
        }
        Router::Lists { models, oddities: 0 } => {
            Finding::ok(check, format!("the router lists {}", counted(*models, "model", "models")))
        }
        Router::Lists { models, oddities } => {
            let models = counted(*models, "model", "models");
            let oddities = counted(*oddities, "oddity", "oddities");
            Finding::note(check, format!("the router lists {models}, with {oddities}"))
                .fix(format!("{refresh} --verbose"))
        }
        Router::Failed(why) => Finding::wrong(
            check,
            Level::Error,
            why.as_str(),
            "no model answers without it",
            format!("{refresh} --verbose"),
        ),
        Router::NotAsked { kept: None } => Finding::note(
            Check::RouterList,
            "no list of the router is kept, so only the built-in table is known",
        )
        .fix(refresh),
        Router::NotAsked { kept: Some(None) } => Finding::wrong(
            Check::RouterList,
            Level::Warning,
            "the kept list of the router is from the future by this machine's clock",
            "how old it is cannot be told",
            refresh,
        )
        .at(app.shown(&app.places.cache_dir())),
        Router::NotAsked { kept: Some(Some(old)) } if *old > OLD => Finding::wrong(
            Check::RouterList,
            Level::Warning,
            format!("the kept list of the router is {} old", age(*old)),
            "providers come and go by the day",
            refresh,
        )
        .at(app.shown(&app.places.cache_dir())),
        Router::NotAsked { kept: Some(Some(old)) } => {
            Finding::ok(Check::RouterList, format!("the kept list of the router is {} old", age(*old)))
        }
    };
    vec![finding]
}
