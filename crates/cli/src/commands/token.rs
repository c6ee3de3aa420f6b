//! What is said of the places in which a token was looked for in vain.

use openclaw_credentials::{Outcome, Place, Resolution, Source, env_path};

use super::models::status_source;
use crate::app::App;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::out;

/// What sets a token up: a file that cannot be read has to make room for one that can.
pub(super) fn mend(app: &App, resolution: &Resolution) -> String {
    match resolution.places.iter().any(is_unread_file) {
        true => mend_file(app),
        false => "openclaw onboard".to_owned(),
    }
}

/// Moves the file aside in which a token is kept, and keeps one anew.
pub(super) fn mend_file(app: &App) -> String {
    let path = env_path(&app.places.state_dir);
    let aside = path.with_file_name(".env.old");
    format!("mv {} {} && openclaw onboard", app.typed(&path), app.typed(&aside))
}

/// Whether it is the file in which a token is kept, and cannot be read.
pub(super) fn is_unread_file(place: &Place) -> bool {
    matches!(place.source, Source::StateFile { .. }) && matches!(place.outcome, Outcome::Unreadable(_))
}

/// That there is no token, why each place that has something else is of no use, and what sets one up.
pub(super) fn missing(app: &App, resolution: &Resolution, exit: Exit, what: &str) -> Failure {
    let mut failure = Failure::new(exit, what);
    for place in resolution.problems() {
        failure = failure.because(told(app, place));
    }
    failure.hint(mend(app, resolution))
}

/// The same in one line, for a warning.
pub(super) fn none(app: &App, resolution: &Resolution) -> String {
    let places: String = resolution.problems().map(|place| format!("; {}", told(app, place))).collect();
    let mend = mend(app, resolution);
    format!("there is no token: the router answers nobody without one{places}; `{mend}` sets one up")
}

/// Says which places were passed over, where a person may think that one of them counts.
pub(super) fn tell_passed_over(app: &App, resolution: &Resolution) {
    let Some(found) = &resolution.token else { return };
    // A database that may hold one is nobody's mistake.
    for place in resolution.problems().filter(|place| !matches!(place.outcome, Outcome::Unsupported(_))) {
        out::warn(&format!("{}; {} is used", told(app, place), status_source(app, &found.source)));
    }
}

/// A place and why it cannot be used, with what the system says of it.
pub(super) fn told(app: &App, place: &Place) -> String {
    let why = match &place.outcome {
        Outcome::Unreadable(error) => Failure::from_error(Exit::Failure, "", error).causes().join(": "),
        outcome => outcome.to_string(),
    };
    match place.source.path().map(|path| (path.display().to_string(), app.shown(path))) {
        // It names the file itself.
        Some((path, shown)) if why.contains(&path) => why.replace(&path, &shown),
        _ => format!("{}: {why}", status_source(app, &place.source)),
    }
}
