//! The decoder of streams against the best crates that do the same.

use std::convert::Infallible;
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use eventsource_stream::Eventsource as _;
use futures_util::{Stream, stream};
use openclaw_hf_client::{Relay, SseDecoder, UsageWish};
use openclaw_tests::bench::{Report, Target, mb_per_s, median, time};
use openclaw_tests::streams::chat_stream;
use sse_stream::SseStream;

const ROUNDS: usize = 9;
const EVENTS: usize = 100_000;

fn main() -> ExitCode {
    let whole = chat_stream(EVENTS);
    let mut report = Report::new("sse");
    report.figure("events", whole.len() as f64 / EVENTS as f64, "bytes");
    let each: Vec<Bytes> = events(&whole);
    let gathered: Vec<Bytes> = whole.chunks(16 * 1024).map(Bytes::copy_from_slice).collect();
    for (how, parts) in [("one event a piece", &each), ("16 KiB a piece", &gathered)] {
        compare(&mut report, how, parts, whole.len());
    }
    report.finish()
}

fn compare(report: &mut Report, how: &str, parts: &[Bytes], size: usize) {
    type Side = (&'static str, fn(&[Bytes]) -> usize);
    let sides: [Side; 4] = [
        ("SseDecoder", ours),
        ("eventsource-stream", eventsource),
        ("sse-stream", sse),
        ("Relay, which checks each event as JSON too", relay),
    ];
    let mut times = vec![Vec::with_capacity(ROUNDS); sides.len()];
    for _ in 0..ROUNDS {
        for ((name, side), times) in sides.iter().zip(&mut times) {
            let mut seen = 0;
            times.push(time(|| seen = side(parts)));
            assert_eq!(seen, EVENTS, "{name} reads every event");
        }
    }
    let speeds: Vec<f64> = times.iter().map(|times| mb_per_s(size, median(times))).collect();
    for ((name, _), speed) in sides.iter().zip(&speeds) {
        report.figure(format!("{how}, {name}"), *speed, "MB/s");
    }
    let [ours, eventsource, sse, _] = speeds[..] else { return };
    let best = eventsource.max(sse);
    // Either will do: a gigabyte a second, or three times the best.
    let target = Target::AtLeast(1_000.0_f64.min(3.0 * best));
    report.promise(format!("{how}, SseDecoder, 1,000 MB/s or thrice the best crate"), ours, "MB/s", target);
    report.figure(format!("{how}, SseDecoder / the best crate"), ours / best, "×");
}

/// Cut behind each blank line.
fn events(whole: &[u8]) -> Vec<Bytes> {
    let text = std::str::from_utf8(whole).expect("it is text");
    text.split_inclusive("\n\n").map(|event| Bytes::copy_from_slice(event.as_bytes())).collect()
}

fn ours(parts: &[Bytes]) -> usize {
    let mut decoder = SseDecoder::new();
    let mut seen = 0;
    for part in parts {
        decoder.feed(part);
        while let Some(event) = decoder.next_event() {
            seen += usize::from(!std::hint::black_box(event.expect("it fits").data).is_empty());
        }
    }
    seen
}

fn relay(parts: &[Bytes]) -> usize {
    let mut relay = Relay::new(UsageWish::Asked);
    for part in parts {
        relay.feed(part);
        std::hint::black_box(relay.take());
    }
    usize::try_from(relay.events()).unwrap_or_default()
}

fn input(parts: &[Bytes]) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter(parts.iter().cloned().map(Ok))
}

fn eventsource(parts: &[Bytes]) -> usize {
    count(input(parts).eventsource(), |event| event.is_ok_and(|event| !event.data.is_empty()))
}

fn sse(parts: &[Bytes]) -> usize {
    count(SseStream::from_bytes_stream(input(parts)), |event| {
        event.is_ok_and(|event| event.data.is_some_and(|data| !data.is_empty()))
    })
}

/// Drives a stream that never has to wait.
fn count<T>(stream: impl Stream<Item = T>, is_event: impl Fn(T) -> bool) -> usize {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    let mut seen = 0;
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut context) {
        seen += usize::from(is_event(std::hint::black_box(item)));
    }
    seen
}
