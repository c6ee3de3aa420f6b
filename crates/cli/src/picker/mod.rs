//! A list of models to pick from: type to filter, see every offer, take one or some.
//!
//! What the list is like ([`state`]) and what it looks like ([`view`]) know no terminal; [`terminal`] owns it, and
//! [`plain`] asks where there is none with a cursor.

mod columns;
mod filter;
mod frame;
mod guard;
mod layout;
mod offers;
mod plain;
mod rows;
mod state;
mod terminal;
#[cfg(test)]
mod tests;
mod view;

use std::io;

use anstyle::AnsiColor;
use openclaw_catalog::Catalog;
use openclaw_model_ref::ModelRef;

use crate::catalogue::ListState;
use crate::out;
use crate::prompt::has_cursor;
use crate::view::printable;
use state::Step;

/// How many may be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// One, which Enter picks.
    One,
    /// Any number, in the order in which they are marked; none too.
    Any,
}

/// What is asked.
pub(crate) struct Question<'a> {
    /// `Default Hugging Face model`
    pub(crate) message: &'a str,
    /// What was said just before, which a screen of its own would hide; `None`: nothing.
    pub(crate) note: Option<&'a str>,
    pub(crate) count: Count,
    pub(crate) catalog: &'a Catalog,
    /// How the catalogue is known.
    pub(crate) list: &'a ListState,
    /// What the user has now; the list opens on it.
    pub(crate) current: Option<ModelRef>,
    /// A model that is not to be picked, in whatever form.
    pub(crate) not: Option<ModelRef>,
    /// References that are not to be picked.
    pub(crate) taken: Vec<ModelRef>,
}

/// Asks in the terminal. `None`: the user left.
///
/// # Errors
///
/// The terminal cannot be read or written.
pub(crate) fn pick(question: &Question<'_>) -> io::Result<Option<Vec<ModelRef>>> {
    let step = if has_cursor() { terminal::run(question)? } else { plain::run(question)? };
    Ok(match step {
        Step::Picked(models) => {
            say(question.message, &models);
            Some(models)
        }
        Step::Left | Step::Stay => None,
    })
}

/// Leaves on the screen what was asked and answered, as the other prompts do.
fn say(message: &str, models: &[ModelRef]) {
    let ids: Vec<_> = models.iter().map(|model| printable(model.router_id())).collect();
    let (asked, answered) = (AnsiColor::BrightGreen.on_default(), AnsiColor::BrightCyan.on_default());
    out::say(&format!("{asked}?{asked:#} {message} {answered}{}{answered:#}\n", ids.join(", ")));
}
