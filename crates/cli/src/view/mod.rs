//! Values to text.

mod printable;
mod redact;
mod table;

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use openclaw_catalog::{Model, Price};

pub(crate) use printable::{harmless, json, printable};
pub(crate) use redact::{Place, holds_secret, json_value, mask_tokens, raw_value, text_value};
pub(crate) use table::{Align, Column, Table, left_out};

/// What stands where nothing is known.
pub(crate) const UNKNOWN: &str = "-";

pub(crate) fn or_unknown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string())
}

/// A number and what is counted: `1 alias`, `2 aliases`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A price in USD per million tokens.
pub(crate) fn price(price: Option<Price>) -> String {
    or_unknown(price)
}

/// A number of tokens as people say it: 128k, 1M.
pub(crate) fn tokens(count: Option<u64>) -> String {
    match count {
        None => UNKNOWN.to_owned(),
        Some(n) if n >= 1_000_000 && n % 1_000_000 < 100_000 => format!("{}M", n / 1_000_000),
        Some(n) if n >= 1_000_000 => format!("{:.1}M", n as f64 / 1e6),
        Some(n) if n >= 10_000 => format!("{}k", n / 1000),
        Some(n) => n.to_string(),
    }
}

/// Tokens per second.
pub(crate) fn speed(throughput: Option<f64>) -> String {
    or_unknown(throughput.map(|speed| format!("{speed:.0}")))
}

/// A time as a person reads it.
pub(crate) fn seconds(time: Option<Duration>) -> String {
    or_unknown(time.map(|time| format!("{:.2} s", time.as_secs_f64())))
}

pub(crate) fn yes_no(flag: Option<bool>) -> &'static str {
    match flag {
        Some(true) => "yes",
        Some(false) => "no",
        None => UNKNOWN,
    }
}

/// What an offer says, a column each: price in and out, speed, first token, context, tools, structured output.
pub(crate) fn figures(offer: &openclaw_catalog::Offer) -> [String; 7] {
    [
        price(offer.pricing.map(|pricing| pricing.input)),
        price(offer.pricing.map(|pricing| pricing.output)),
        speed(offer.throughput),
        seconds(offer.first_token_latency),
        tokens(offer.context_length),
        yes_no(offer.supports_tools).to_owned(),
        yes_no(offer.supports_structured_output).to_owned(),
    ]
}

/// How old something is.
pub(crate) fn age(age: Duration) -> String {
    match age.as_secs() {
        0..120 => format!("{} s", age.as_secs()),
        120..7200 => format!("{} min", age.as_secs() / 60),
        7200..172_800 => format!("{} h", age.as_secs() / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// Whether some live offer is known to call tools; `None` where no live offer says anything.
pub(crate) fn calls_tools(model: &Model) -> Option<bool> {
    let mut said =
        model.offers().iter().filter(|offer| offer.is_live()).filter_map(|offer| offer.supports_tools);
    said.clone().any(|tools| tools).then_some(true).or_else(|| said.next().map(|_| false))
}

/// A source line with carets under what is wrong; secrets in it are masked.
pub(crate) fn snippet(path: &str, text: &str, span: Range<usize>, label: &str) -> String {
    drawn(path, &redact::redact(text, &span), span, label)
}

/// The same of several places in a text that parses, which is read for secrets once.
pub(crate) fn snippets(
    path: &str,
    text: &str,
    places: impl IntoIterator<Item = (Range<usize>, String)>,
) -> Vec<String> {
    let text = redact::redact(text, &(0..0));
    places.into_iter().map(|(span, label)| drawn(path, &text, span, &label)).collect()
}

/// Draws one line of a text without secrets.
fn drawn(path: &str, text: &str, span: Range<usize>, label: &str) -> String {
    use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
    let label = mask_tokens(label);
    let (path, label) = (printable(path), printable(&label));
    let end = span.end.clamp(span.start, text.len());
    // A span over many lines would show them all; its first line says where.
    let end = text
        .get(span.start..end)
        .and_then(|part| part.find(['\n', '\r']))
        .map_or(end, |line| span.start + line);
    // The rest of the text would be read for every snippet, and none of it is shown.
    let before = text.get(..span.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let source = Snippet::source(text.get(line_start..line_end).unwrap_or_default())
        .line_start(line)
        .path(&*path)
        .annotation(AnnotationKind::Primary.span(span.start - line_start..end - line_start).label(&*label));
    let group = Group::with_level(Level::ERROR).element(source);
    Renderer::styled().render(&[group])
}

/// What an edit changes, as a unified diff; empty where nothing does. Secrets are masked.
pub(crate) fn diff(path: &str, before: &str, after: &str) -> String {
    let (before, after) = (redact::redact(before, &(0..0)), redact::redact(after, &(0..0)));
    unified(path, &before, &after)
}

/// The same of a text that is no config.
pub(crate) fn unified(path: &str, before: &str, after: &str) -> String {
    let path = &*printable(path);
    let diff = similar::TextDiff::from_lines(before, after);
    let mut text = String::new();
    let (add, del, at) = (
        Style::new().fg_color(Some(AnsiColor::Green.into())),
        Style::new().fg_color(Some(AnsiColor::Red.into())),
        Style::new().fg_color(Some(AnsiColor::Cyan.into())),
    );
    for line in diff.unified_diff().context_radius(3).header(path, path).to_string().lines() {
        let style = match line.as_bytes().first() {
            Some(b'+') if !line.starts_with("+++") => add,
            Some(b'-') if !line.starts_with("---") => del,
            Some(b'@') => at,
            _ => Style::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
    text
}

/// Part of a document as if it stood alone: without the indentation that its last line has where it was.
pub(crate) fn dedented(text: &str) -> String {
    let Some((_, last)) = text.rsplit_once('\n') else { return text.to_owned() };
    let indent = last.len() - last.trim_start_matches([' ', '\t']).len();
    let indent = last.get(..indent).unwrap_or_default();
    // A string may go on in the next line, where spaces count.
    let goes_on = text.lines().any(|line| line.ends_with('\\'));
    let mut rest = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    if goes_on || !rest.all(|line| line.starts_with(indent)) {
        return text.to_owned();
    }
    let lines: Vec<_> = text.split('\n').map(|line| line.strip_prefix(indent).unwrap_or(line)).collect();
    lines.join("\n")
}

/// A heading in a text block.
pub(crate) fn bold(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}

/// Something that matters less.
pub(crate) fn dim(text: &str) -> String {
    let style = Style::new().dimmed();
    format!("{style}{text}{style:#}")
}
