//! The catalog of a hundred thousand models against serde_json reading the same bytes into typed structs.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use openclaw_catalog::{Catalog, Layer, RouterList, rank};
use openclaw_model_ref::{RoutingPolicy, Selector};
use openclaw_tests::bench::{Report, Target, mb_per_s, median, own_memory, peak, time};
use openclaw_tests::lists::router_list;
use serde::Deserialize;

const ROUNDS: usize = 7;
const MODELS: usize = 100_000;
const OFFERS: usize = 3;
/// The argument that makes this program the one whose memory is measured.
const MEMORY: &str = "--memory-of";

fn main() -> ExitCode {
    let mut args = std::env::args().skip_while(|arg| arg != MEMORY).skip(1);
    if let Some(file) = args.next() {
        return measure_memory(Path::new(&file));
    }
    let mut report = Report::new("merge");
    let small = Times::of(&router_list(MODELS / 10, OFFERS));
    let text = router_list(MODELS, OFFERS);
    let large = Times::of(&text);
    large.tell(&mut report, text.len());
    let growth = |of: fn(&Times) -> Duration| of(&large).as_secs_f64() / of(&small).as_secs_f64();
    report.figure("100,000 models against 10,000, serde_json", growth(|times| times.typed), "×");
    report.promise("100,000 models against 10,000, ours", growth(Times::whole), "×", Target::AtMost(11.0));
    let memory = own_memory(MEMORY, &text);
    report.promise("memory, the JSON included", memory, "× JSON", Target::AtMost(3.0));
    report.finish()
}

/// What each part took, as a median.
struct Times {
    typed: Duration,
    as_text: Duration,
    decode: Duration,
    merge: Duration,
    rank: Duration,
}

impl Times {
    fn of(text: &str) -> Self {
        let (mut typed, mut decode, mut merge, mut ranks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut as_text = Vec::new();
        for _ in 0..ROUNDS {
            as_text.push(time(|| serde_json::from_str::<typed::List>(text).expect("it is a list")));
            typed
                .push(time(|| serde_json::from_slice::<typed::List>(text.as_bytes()).expect("it is a list")));
            let mut list = RouterList::default();
            decode.push(time(|| list = decoded(text.as_bytes())));
            let mut catalog = Catalog::default();
            merge.push(time(|| {
                catalog =
                    Catalog::merge([Layer::built_in(), Layer::discovered(std::mem::take(&mut list.models))]);
            }));
            ranks.push(time(|| rank_all(&catalog)));
        }
        let [typed, as_text, decode, merge, rank] =
            [typed, as_text, decode, merge, ranks].map(|times| median(&times));
        Self { typed, as_text, decode, merge, rank }
    }

    fn whole(&self) -> Duration {
        self.decode + self.merge + self.rank
    }

    fn tell(&self, report: &mut Report, size: usize) {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let ratio = |time: Duration| time.as_secs_f64() / self.typed.as_secs_f64();
        report.figure("300,000 offers of 100,000 models as JSON", mb(size), "MB");
        report.figure("serde_json into typed structs", ms(self.typed), "ms");
        report.figure("the same", mb_per_s(size, self.typed), "MB/s");
        report.figure("the same from bytes that are known to be text", ms(self.as_text), "ms");
        report.figure("decode", ms(self.decode), "ms");
        report.figure("merge", ms(self.merge), "ms");
        report.figure("rank by `:fastest` and by `:cheapest`", ms(self.rank), "ms");
        report.figure("decode / typed structs", ratio(self.decode), "×");
        report.promise("merge / typed structs", ratio(self.merge), "×", Target::AtMost(0.5));
        report.promise(
            "decode, merge and rank / typed structs",
            ratio(self.whole()),
            "×",
            Target::AtMost(1.5),
        );
    }
}

/// As the client reads a reply: looked over as text once, and then read.
fn decoded(bytes: &[u8]) -> RouterList {
    serde_json::from_str(std::str::from_utf8(bytes).expect("it is text")).expect("it is a list")
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
fn mb(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The first of every model by both policies; the count keeps the work from being left out.
fn rank_all(catalog: &Catalog) -> usize {
    let policies = [RoutingPolicy::Fastest, RoutingPolicy::Cheapest].map(Selector::Policy);
    let models = catalog.models().iter();
    models
        .map(|model| policies.map(|policy| rank(model.offers(), policy).offers.len()).iter().sum::<usize>())
        .sum()
}

/// Prints what a catalog takes at its highest, the JSON included, in bytes.
fn measure_memory(file: &Path) -> ExitCode {
    peak(|| {
        let text = fs::read(file).expect("the list");
        let list = decoded(&text);
        let catalog = Catalog::merge([Layer::built_in(), Layer::discovered(list.models)]);
        (text, catalog)
    })
}

/// What a program without our leniency would read the reply into.
mod typed {
    #![allow(dead_code, reason = "they are read into, and that is what is measured")]

    use super::Deserialize;

    #[derive(Deserialize)]
    pub(crate) struct List {
        object: String,
        data: Vec<Model>,
    }

    #[derive(Deserialize)]
    struct Model {
        id: String,
        object: String,
        created: u64,
        owned_by: String,
        architecture: Architecture,
        providers: Vec<Offer>,
    }

    #[derive(Deserialize)]
    struct Architecture {
        input_modalities: Vec<String>,
        output_modalities: Vec<String>,
    }

    #[derive(Deserialize)]
    struct Offer {
        provider: String,
        status: String,
        context_length: Option<u64>,
        pricing: Option<Pricing>,
        is_free: Option<bool>,
        supports_tools: Option<bool>,
        supports_structured_output: Option<bool>,
        first_token_latency_ms: Option<f64>,
        throughput: Option<f64>,
        is_model_author: Option<bool>,
    }

    #[derive(Deserialize)]
    struct Pricing {
        input: f64,
        output: f64,
    }
}
