//! What goes wrong, and how often.

use std::collections::BTreeMap;

use openclaw_sandbox::{Ending, ErrorForm, Fault, Sandbox, Script, When};

use super::Outcome;
use super::dice::Dice;
use super::models::{ALL, LONG};

/// So many wait for the requests of an offer at most: while it is not asked, none pile up, and most of what is asked
/// when its cooldown is over goes well, so that it is not left for minutes.
const WAITING: usize = 2;

/// How many streams keep one fault per offer and tick busy; fewer streams get fewer faults.
const BUSY: u64 = 6_000;

/// The faults that can end a stream which the client has seen the beginning of, as the sandbox's log names them.
pub(crate) const LATE: [&str; 3] = ["cut-stream", "error-event", "invalid-json"];

/// Chunks that come before a late fault: the first ones may say nothing yet, such as the one with the role.
const LATE_AFTER: (u64, u64) = (8, 30);

/// Lays out faults for the offers that go wrong.
pub(crate) fn lay_out(sandbox: &Sandbox, dice: &mut Dice, streams: u32) -> Outcome {
    let waiting = sandbox.scripts();
    let mut scripts = Vec::new();
    for model in ALL {
        for &provider in model.faulty {
            let when = When { model: Some(model.id.to_owned()), ..When::provider(provider) };
            let before = waiting.iter().filter(|script| script.when == when).count();
            if before < WAITING && dice.between(1, BUSY) <= streams.into() {
                scripts.push(Script::once(when, throw(dice, model.id == LONG.id)));
            }
        }
    }
    sandbox.script(scripts).map_err(|error| format!("the faults: {error}"))
}

/// One fault; a long answer is not slowed down chunk by chunk.
fn throw(dice: &mut Dice, is_long: bool) -> Fault {
    match dice.between(1, 100) {
        1..=12 => Fault::status(429),
        13..=20 => refusal(429, dice.between(1, 2)),
        21..=30 => Fault::status(500),
        31..=38 => Fault::status(503),
        39..=42 => refusal(503, dice.between(1, 2)),
        43..=46 => Fault::status(dice.one_of(&[404, 408, 502, 504])),
        47..=50 => Fault::Html { code: 200 },
        51..=53 => Fault::Html { code: 503 },
        54..=58 => Fault::CloseBeforeReply { ending: Ending::Close },
        59..=63 => Fault::CloseBeforeReply { ending: Ending::Reset },
        64..=67 => Fault::CutStream { after: 0, ending: ending(dice) },
        68..=70 => Fault::ErrorEvent { after: 0, form: form(dice) },
        71..=73 => Fault::InvalidJson { after: 0 },
        74..=80 if is_long => Fault::Delay { ms: dice.between(10, 500) },
        74..=80 => Fault::SlowDrip { ms: dice.between(1, 40) },
        81 => Fault::Hang,
        82 => Fault::GzipBomb { bytes: 512 << 20 },
        83 => Fault::HugeBody { bytes: 512 << 20 },
        84..=85 => Fault::EmptyBody,
        86 => Fault::OtherShape,
        87..=88 => Fault::NoDone,
        89..=90 => Fault::EmptyFrames,
        91..=92 => Fault::SplitBytes { size: usize::try_from(dice.between(5, 40)).unwrap_or(5) },
        93..=94 => Fault::CrLf,
        95 => Fault::WrongContentType { content_type: "text/plain".to_owned() },
        96..=97 => Fault::CutStream { after: late(dice), ending: ending(dice) },
        98..=99 => Fault::ErrorEvent { after: late(dice), form: form(dice) },
        _ => Fault::InvalidJson { after: late(dice) },
    }
}

fn refusal(code: u16, retry_after: u64) -> Fault {
    let headers = BTreeMap::new();
    Fault::Status { code, body: None, content_type: None, retry_after: Some(retry_after), headers }
}

fn ending(dice: &mut Dice) -> Ending {
    dice.one_of(&[Ending::Clean, Ending::Close, Ending::Reset])
}

fn form(dice: &mut Dice) -> ErrorForm {
    dice.one_of(&[ErrorForm::String, ErrorForm::Object])
}

fn late(dice: &mut Dice) -> usize {
    usize::try_from(dice.between(LATE_AFTER.0, LATE_AFTER.1)).unwrap_or_default()
}
