//! The tables of the README are checked against the code.

use std::fmt::Write;

use crate::TokenKind;
use crate::fault::tests::{every_kind, shortest};
use crate::fault::{Fault, models};

const README: &str = include_str!("../README.md");

/// The README must have `table` between the marks; on failure the right text is printed.
#[track_caller]
fn check(mark: &str, table: &str) {
    let begin = format!("<!-- {mark} -->\n");
    let end = format!("<!-- /{mark} -->\n");
    let found = README
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once(&end))
        .map(|(table, _)| table)
        .unwrap_or_else(|| panic!("README.md has no marks for `{mark}`"));
    assert!(found == table, "the table `{mark}` of README.md must read:\n{table}");
}

#[test]
fn the_tokens() {
    use TokenKind::{Granted, Missing, NoCredit, NoPermission, Read, Refused};
    let mut table = String::from("| token | kind | whoami | chat |\n|---|---|---|---|\n");
    let tokens = [
        Some("hf_…"),
        Some("hf_read…"),
        Some("hf_noperm…"),
        Some("hf_nocredit…"),
        Some("hf_refused…"),
        Some("anything without `hf_`"),
        None,
    ];
    for token in tokens {
        let kind = token.map_or(Missing, TokenKind::of);
        let (whoami, chat) = match kind {
            Granted => ("200, fine-grained with `inference.serverless.write`", "answers"),
            Read => ("200, classic role `read`", "answers"),
            NoPermission => ("200, fine-grained without that permission", "403, on behalf of the user"),
            NoCredit => ("200, as `hf_…`", "402, credits depleted"),
            Refused => ("401, JSON", "401, JSON"),
            Missing => ("401, JSON", "401, an HTML page"),
        };
        let token = match token {
            Some(token) if token.contains('`') => token.to_owned(),
            Some(token) => format!("`{token}`"),
            None => "no header".to_owned(),
        };
        writeln!(table, "| {token} | {kind} | {whoami} | {chat} |").unwrap();
    }
    check("tokens", &table);
}

#[test]
fn the_faults() {
    let mut table = String::from("| fault | the client sees |\n|---|---|\n");
    for kind in every_kind() {
        let json = shortest(&kind);
        let sees = match serde_json::from_str::<Fault>(&json).unwrap() {
            Fault::Status { .. } => "a refusal with the usual body of that status",
            Fault::Html { .. } => "an HTML page",
            Fault::Hang => "no answer, ever",
            Fault::Delay { .. } => "the right reply, late",
            Fault::CloseBeforeReply { .. } => "the connection ends without a byte",
            Fault::SlowDrip { .. } => "the right reply, with a pause before each chunk",
            Fault::CutStream { .. } => "the reply stops in the middle",
            Fault::ErrorEvent { .. } => "an error inside a 200",
            Fault::InvalidJson { .. } => "a chunk or a body that is not JSON",
            Fault::GzipBomb { .. } => "half a MiB of gzip that inflates to 512 MiB",
            Fault::HugeBody { .. } => "512 MiB in one line",
            Fault::Redirect { .. } => "a redirect",
            Fault::WrongContentType { .. } => "the right body as `text/plain`",
            Fault::EmptyBody => "200 and nothing",
            Fault::OtherShape => "valid JSON of another shape",
            Fault::Rows { .. } => "a list of that many generated models",
            Fault::NoDone => "a stream without `[DONE]`",
            Fault::EmptyFrames => "comments and empty objects between the chunks",
            Fault::SplitBytes { .. } => "the right bytes in pieces of that size",
            Fault::CrLf => "lines that end in CR LF",
        };
        writeln!(table, "| `{json}` | {sees} |").unwrap();
    }
    check("faults", &table);
}

#[test]
fn the_models() {
    let mut table = String::from("| model | fault of its first offer |\n|---|---|\n");
    for model in models::ALL {
        writeln!(table, "| `{}` | `{}` |", model.id, serde_json::to_string(&(model.fault)()).unwrap())
            .unwrap();
    }
    check("models", &table);
}
