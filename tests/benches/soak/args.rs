//! What is asked for.

use std::ffi::OsString;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Outcome;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    /// Clients at once.
    pub(crate) streams: u32,
    /// How long they ask again and again.
    pub(crate) seconds: u32,
    /// What all that is random is made of.
    pub(crate) seed: u64,
}

impl Request {
    pub(crate) fn read(args: &[OsString]) -> Outcome<Self> {
        let mut request = Self { streams: 1_000, seconds: 60, seed: of_the_clock() };
        let mut args = args.iter().map(|arg| arg.to_string_lossy());
        while let Some(arg) = args.next() {
            match &*arg {
                "--streams" => request.streams = number(args.next().as_deref(), 1, 4_000)?,
                "--seconds" => request.seconds = number(args.next().as_deref(), 1, 600)?,
                "--seed" => {
                    let seed = args.next().unwrap_or_default();
                    request.seed = seed.parse().map_err(|_| format!("expected a seed, found `{seed}`"))?;
                }
                // The one is cargo's own, the other the report's.
                "--bench" | "--json" => {}
                other => {
                    return Err(format!(
                        "expected `--streams N`, `--seconds N`, `--seed N` or `--json`, found `{other}`"
                    ));
                }
            }
        }
        Ok(request)
    }
}

/// A number in bounds, so that every soak comes to its end.
fn number(text: Option<&str>, least: u32, most: u32) -> Outcome<u32> {
    let text = text.unwrap_or_default();
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("expected a number from {least} to {most}, found `{text}`"))
}

/// Another one each second; it is told, so that a soak can be had again.
fn of_the_clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
