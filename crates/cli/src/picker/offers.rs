//! The offers of the model that the cursor is on.

use openclaw_catalog::{Model, Offer, rank};
use openclaw_model_ref::ModelRef;
use unicode_width::UnicodeWidthStr as _;

use super::columns::{Column, Fit};
use super::frame::{Frame, Style};
use super::state::Picker;
use crate::view::{Align, UNKNOWN, figures, printable};

const COLUMNS: [Column; 9] = [
    Column { title: "provider", align: Align::Left, least: 12, rank: 0 },
    Column { title: "status", align: Align::Left, least: 4, rank: 4 },
    Column { title: "$ in", align: Align::Right, least: 5, rank: 1 },
    Column { title: "$ out", align: Align::Right, least: 5, rank: 1 },
    Column { title: "tok/s", align: Align::Right, least: 5, rank: 2 },
    Column { title: "first token", align: Align::Right, least: 11, rank: 7 },
    Column { title: "context", align: Align::Right, least: 7, rank: 3 },
    Column { title: "tools", align: Align::Left, least: 5, rank: 5 },
    Column { title: "JSON", align: Align::Left, least: 4, rank: 6 },
];

/// Puts a heading and the offers, the best first, into so many lines.
pub(super) fn put(picker: &Picker<'_>, frame: &mut Frame, row: usize, lines: usize, width: usize) {
    if lines == 0 {
        return;
    }
    let known = picker.highlighted().and_then(|at| Some((picker.catalog().resolve(&at)?, at)));
    let Some((model, reference)) = known else {
        frame.put(0, row, "──", Style::Dim);
        return;
    };
    let ranking = rank(model.offers(), reference.selector());
    let offers = ranking.offers.iter().map(|ranked| ranked.offer);
    let offers: Vec<_> = offers.chain(ranking.excluded.iter().map(|excluded| excluded.offer)).collect();
    let predicted = ranking.predicted();
    // The heading, the titles, and where not all have room a line that says so.
    let fits = lines.saturating_sub(2);
    let shown = if offers.len() > fits { fits.saturating_sub(1) } else { offers.len() };
    let cells: Vec<_> = offers.iter().take(shown).map(|offer| cells(offer)).collect();
    let fit = Fit::of(&COLUMNS, &cells, width);
    put_heading(frame, row, width, &heading(picker, &model, &reference, predicted, &fit.hidden));
    if offers.is_empty() {
        let why = if picker.catalog().has_discovery() {
            "nobody offers it now"
        } else {
            "who offers it is not known here"
        };
        frame.put(2, row + 1, why, Style::Dim);
        return;
    }
    if lines < 3 {
        return;
    }
    fit.put_titles(frame, 0, row + 1);
    for (index, (offer, cells)) in offers.iter().zip(&cells).enumerate() {
        let is_predicted = predicted.is_some_and(|likely| std::ptr::eq(likely, *offer));
        let style = if offer.is_live() { Style::Plain } else { Style::Dim };
        frame.put(0, row + 2 + index, if is_predicted { "*" } else { " " }, style);
        fit.put_row(frame, 0, row + 2 + index, cells, style);
    }
    if shown < offers.len() {
        frame.put(
            2,
            row + 2 + shown,
            &format!("and {} more; Ctrl-O shows all", offers.len() - shown),
            Style::Dim,
        );
    }
}

/// What the model is, a part each, the most needed first.
fn heading(
    picker: &Picker<'_>,
    model: &Model,
    reference: &ModelRef,
    likely: Option<&Offer>,
    hidden: &[&str],
) -> Vec<String> {
    let mut parts = vec![printable(&model.label().value).into_owned()];
    if picker.question.current.as_ref() == Some(reference) {
        parts.push("the default now".to_owned());
    }
    if let Some(likely) = likely {
        parts.push(format!("* now likely {}", printable(&likely.provider)));
    }
    if !hidden.is_empty() {
        parts.push(format!("no room for {}", hidden.join(", ")));
    }
    if let Some(input) = model.input {
        parts.push(format!("reads {}", input.value));
    }
    if model.reasoning.is_some_and(|thinks| thinks.value) {
        parts.push("thinks first".to_owned());
    }
    parts
}

fn put_heading(frame: &mut Frame, row: usize, width: usize, parts: &[String]) {
    let mut column = frame.put(0, row, "── ", Style::Dim);
    column = frame.put(column, row, parts.first().map_or("", String::as_str), Style::Bold);
    for part in parts.iter().skip(1).map(|part| format!(" · {part}")) {
        if column + part.width() < width {
            column = frame.put(column, row, &part, Style::Dim);
        }
    }
}

fn cells(offer: &Offer) -> Vec<String> {
    let status = offer.status.as_ref();
    let status =
        status.map_or_else(|| UNKNOWN.to_owned(), |status| printable(&status.to_string()).into_owned());
    [printable(&offer.provider).into_owned(), status].into_iter().chain(figures(offer)).collect()
}
