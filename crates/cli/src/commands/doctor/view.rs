//! A report as text and as JSON.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Map, Value, json};

use super::finding::{FIX, Finding, Level, Section};
use super::fix::Fixes;
use crate::args::Doctor;
use crate::failure::Result;
use crate::out;
use crate::view::{bold, dim, mask_tokens, printable};

pub(super) fn print(args: &Doctor, findings: &[Finding], fixes: &Fixes) -> Result<()> {
    if args.json {
        return out::print_json(&as_json(findings, fixes));
    }
    if fixes.are_done() {
        out::say(&format!("Mended: {}\n\n", fixes.what.len()));
    }
    out::print(&as_text(findings))
}

fn as_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for section in Section::ALL {
        let of_section = || findings.iter().filter(|finding| finding.check.section() == section);
        if of_section().next().is_none() {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", bold(section.title()));
        for finding in of_section() {
            write(&mut text, finding);
        }
    }
    let _ = writeln!(text, "\n{}", summary(findings));
    text
}

fn write(text: &mut String, finding: &Finding) {
    let name = finding.level.name();
    let style = style(finding.level);
    let gap = " ".repeat(9_usize.saturating_sub(name.len()));
    let _ = writeln!(text, "  {style}{name}{style:#}{gap}{}", shown(&finding.what));
    let indent = " ".repeat(11);
    if let Some(why) = &finding.why {
        let _ = writeln!(text, "{indent}{}", dim(&shown(why)));
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(text, "{indent}{} {}", dim("fix:"), shown(fix));
    }
}

fn style(level: Level) -> Style {
    let colour = match level {
        Level::Ok => AnsiColor::Green,
        Level::Note => AnsiColor::Cyan,
        Level::Warning => AnsiColor::Yellow,
        Level::Error => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

fn shown(text: &str) -> String {
    printable(&mask_tokens(text)).into_owned()
}

fn count(findings: &[Finding], level: Level) -> usize {
    findings.iter().filter(|finding| finding.level == level).count()
}

fn summary(findings: &[Finding]) -> String {
    let mut parts: Vec<_> = Level::ALL
        .into_iter()
        .rev()
        .map(|level| (count(findings, level), level))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| {
            let plural = if count == 1 || level == Level::Ok { "" } else { "s" };
            format!("{count} {}{plural}", level.name())
        })
        .collect();
    let mendable = findings.iter().filter(|finding| finding.is_mendable).count();
    if mendable > 0 {
        parts.push(format!("`{FIX}` mends {mendable}"));
    }
    parts.join(", ")
}

/// The shape is for programs and stays: fields may be added.
fn as_json(findings: &[Finding], fixes: &Fixes) -> Value {
    let list: Vec<_> = findings
        .iter()
        .map(|finding| {
            let mut fields = json!({
                "check": finding.check.name(),
                "level": finding.level.name(),
                "what": mask_tokens(&finding.what),
                "why": finding.why.as_deref().map(mask_tokens),
                "fix": finding.fix.as_deref().map(mask_tokens),
                "fixable": finding.is_mendable,
            });
            if let (Some(path), Some(fields)) = (&finding.path, fields.as_object_mut()) {
                fields.insert("path".to_owned(), mask_tokens(path).into());
            }
            fields
        })
        .collect();
    let counts: Map<_, _> = Level::ALL
        .into_iter()
        .map(|level| (level.name().to_owned(), count(findings, level).into()))
        .collect();
    json!({
        "ok": count(findings, Level::Error) == 0,
        "findings": list,
        "counts": counts,
        "fixes": { "written": fixes.are_done(), "what": fixes.what },
    })
}
