//! json5-edit against json5: parsing, size, memory, and a large batch of edits.

use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use openclaw_json5_edit::{Document, Path};
use openclaw_tests::bench::{Report, Target, mb_per_s, median, own_memory, peak, time};
use serde::de::IgnoredAny;

const ROUNDS: usize = 9;
const MB: usize = 1_000_000;
const KEYS: usize = 8_000;
/// The argument that makes this program the one whose memory is measured.
const MEMORY: &str = "--memory-of";

fn main() -> ExitCode {
    let mut args = std::env::args().skip_while(|arg| arg != MEMORY).skip(1);
    if let Some(file) = args.next() {
        return peak(|| Document::parse(fs::read_to_string(file).expect("the text")).expect("it is JSON5"));
    }
    let mut report = Report::new("json5");
    let one = parse(&mut report);
    large(&mut report, one);
    memory(&mut report, "memory at 50 MB, text included", &config(50 * MB), Some(Target::AtMost(3.0)));
    memory(&mut report, "the same for 50 MB of `0,`, the worst there is", &zeros(50 * MB), None);
    appends(&mut report);
    report.finish()
}

/// 1 MB, both parsers in turn; gives our speed.
fn parse(report: &mut Report) -> f64 {
    let text = config(MB);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let copy = text.clone();
        ours.push(time(|| Document::parse(copy).expect("it is JSON5")));
        theirs.push(time(|| json5::from_str::<IgnoredAny>(&text).expect("it is JSON5")));
    }
    let [ours, theirs] = [ours, theirs].map(|times| mb_per_s(text.len(), median(&times)));
    report.figure("parse 1 MB, openclaw-json5-edit", ours, "MB/s");
    report.figure("parse 1 MB, json5 into IgnoredAny", theirs, "MB/s");
    report.promise("parse 1 MB, ratio", ours / theirs, "×", Target::AtLeast(2.0));
    ours
}

fn large(report: &mut Report, one: f64) {
    let text = config(50 * MB);
    let times: Vec<_> = (0..5)
        .map(|_| {
            let copy = text.clone();
            time(|| Document::parse(copy).expect("it is JSON5"))
        })
        .collect();
    let fifty = mb_per_s(text.len(), median(&times));
    report.figure("parse 50 MB, openclaw-json5-edit", fifty, "MB/s");
    report.figure("time per byte at 50 MB against 1 MB", one / fifty, "×");
}

fn memory(report: &mut Report, what: &str, text: &str, target: Option<Target>) {
    let ratio = own_memory(MEMORY, text);
    match target {
        Some(target) => report.promise(what, ratio, "× text", target),
        None => report.figure(what, ratio, "× text"),
    }
}

/// Many new keys in one batch, in a small file and in one of 1 MB.
fn appends(report: &mut Report) {
    for (what, text) in [("a small file", config(2_000)), ("1 MB", config(MB))] {
        let doc = Document::parse(text).expect("it is JSON5");
        let times: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let mut edits = doc.edit();
                for n in 0..KEYS {
                    edits.set(&Path::keys(["plugins".to_owned(), format!("key{n}")]), n);
                }
                time(|| edits.apply().expect("it applies"))
            })
            .collect();
        let ms = median(&times).as_secs_f64() * 1000.0;
        report.promise(format!("append {KEYS} keys to {what}"), ms, "ms", Target::AtMost(50.0));
    }
}

/// A value every two bytes.
fn zeros(size: usize) -> String {
    format!("[{}]", "0,".repeat(size / 2))
}

/// A config with comments, as a person with very many models would have it.
fn config(size: usize) -> String {
    let mut text = String::with_capacity(size + 1_000);
    text.push_str("// My models. The ones at the top are those that I use.\n{\n  models: {\n");
    text.push_str("    providers: {\n      huggingface: {\n        models: [\n");
    let mut n = 0;
    while text.len() < size {
        n += 1;
        // Writing to a `String` does not fail.
        let _ = write!(
            text,
            "          {{\n            // number {n}, tried in the spring\n            id: 'some-org/Model-{n}-Instruct',\n            \
             name: \"Model {n}\", reasoning: {}, input: ['text', 'image'],\n            \
             cost: {{ input: 0.{n}, output: {n}e-2 /* per million */ }},\n            \
             contextWindow: {}, // as the card says\n          }},\n",
            n % 3 == 0,
            n * 1024,
        );
    }
    text.push_str("        ],\n      },\n    },\n  },\n  plugins: {\n    key: 0, // the first\n  },\n}\n");
    text
}
