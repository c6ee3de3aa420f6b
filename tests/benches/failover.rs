//! What failing over costs: the plan of a long chain, and how soon the next attempt leaves after a refusal.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openclaw_catalog::{Catalog, Layer, RouterList};
use openclaw_failover::{Options, Plan};
use openclaw_hf_client::{
    ChatRequest, Client, Endpoint, EndpointInput, Message, Options as ClientOptions, SharedCooldowns, drive,
};
use openclaw_model_ref::ModelRef;
use openclaw_tests::bench::{Report, Target, float, median, per_mille, time};
use openclaw_tests::lists::{MOST_OFFERS, id, router_list};

const ROUNDS: usize = 25;
const MODELS: usize = 100;
/// How many refusals a request meets before it is answered.
const REFUSALS: usize = 40;
const REFUSAL: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n\
    {\"error\":{\"message\":\"slow down\",\"type\":\"busy\"}}   ";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 84\r\n\r\n\
    data: {\"choices\":[{\"delta\":{\"content\":\"4\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let mut report = Report::new("failover");
    match measure(&mut report) {
        Ok(()) => report.finish(),
        Err(why) => {
            let _ = writeln!(io::stderr(), "failover: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(report: &mut Report) -> Outcome {
    let list: RouterList = serde_json::from_str(&router_list(MODELS, MOST_OFFERS))?;
    let catalog = Catalog::merge([Layer::discovered(list.models)]);
    let chain: Vec<ModelRef> =
        (0..MODELS).map(|n| ModelRef::parse_implied(&id(n))).collect::<Result<_, _>>()?;
    plan(report, &catalog, &chain);
    refusals(report, &catalog, &chain)
}

fn plan(report: &mut Report, catalog: &Catalog, chain: &[ModelRef]) {
    let (mut plans, mut sorts) = (Vec::new(), Vec::new());
    // A hundred in a row, since one is too short for the clock.
    for _ in 0..ROUNDS {
        plans.push(time(|| {
            (0..100).map(|_| Plan::new(chain, catalog, Options::default()).len()).sum::<usize>()
        }));
        sorts.push(time(|| (0..100).map(|_| sort(catalog, chain)).sum::<usize>()));
    }
    let [plan, sort] = [plans, sorts].map(|times| micros(median(&times)) / 100.0);
    report.promise("plan, 100 models on 10 offers each", plan, "µs", Target::AtMost(100.0));
    report.figure("looking the models up and sorting their offers by speed, no more", sort, "µs");
}

/// What a plan cannot do without.
fn sort(catalog: &Catalog, chain: &[ModelRef]) -> usize {
    let mut seen = 0;
    for model in chain {
        let Some(model) = catalog.get(model.hub_id()) else { continue };
        let mut offers: Vec<_> = model.offers().iter().filter(|offer| offer.is_live()).collect();
        offers.sort_by(|a, b| b.throughput.unwrap_or(-1.0).total_cmp(&a.throughput.unwrap_or(-1.0)));
        seen += std::hint::black_box(offers).len();
    }
    seen
}

fn refusals(report: &mut Report, catalog: &Catalog, chain: &[ModelRef]) -> Outcome {
    let upstream = Upstream::start()?;
    let base = format!("http://{}/v1", upstream.address);
    let endpoint =
        Endpoint::resolve(&EndpointInput { env_base_url: Some(&base), ..EndpointInput::default() })?;
    let client = Client::new(endpoint, None, ClientOptions::default());
    let request = ChatRequest { messages: vec![Message::user("2+2?")], ..ChatRequest::default() };
    let plan = Arc::new(Plan::new(chain, catalog, Options::default()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        upstream.begin();
        runtime.block_on(async {
            // Nothing is cooling, so that the order is the plan's.
            let mut answer =
                drive(&client, Arc::clone(&plan), &SharedCooldowns::default(), &request, |_| {}).await?;
            while let Some(event) = answer.next().await {
                event?;
            }
            Outcome::Ok(())
        })?;
        let ours_now = upstream.gaps();
        upstream.begin();
        ask_barely(upstream.address)?;
        // The first round opens connections and fills caches.
        if round > 0 {
            ours.extend(ours_now);
            bare.extend(upstream.gaps());
        }
    }
    if ours.len() != ROUNDS * REFUSALS || bare.len() != ROUNDS * REFUSALS {
        return Err(format!("expected {} refusals, found {}", ROUNDS * REFUSALS, ours.len()).into());
    }
    report.figure("refusals measured", float(ours.len()), "");
    report.promise(
        "from a refusal to the next attempt, median",
        micros(median(&ours)),
        "µs",
        Target::AtMost(1000.0),
    );
    report.promise("the same, p99", micros(per_mille(&ours, 990)), "µs", Target::AtMost(1000.0));
    report.figure("a bare socket that asks again, median", micros(median(&bare)), "µs");
    report.figure("the same, p99", micros(per_mille(&bare, 990)), "µs");
    report.figure(
        "added by choosing, building and sending",
        micros(median(&ours).saturating_sub(median(&bare))),
        "µs",
    );
    Ok(())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The same requests by hand: the least that asking again costs on this machine.
fn ask_barely(address: SocketAddr) -> Outcome {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let body =
        r#"{"model":"org-0/Model-0B-Instruct","messages":[{"role":"user","content":"2+2?"}],"stream":true}"#;
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut reply = vec![0; REFUSAL.len()];
    for _ in 0..REFUSALS {
        stream.write_all(request.as_bytes())?;
        stream.read_exact(&mut reply)?;
    }
    stream.write_all(request.as_bytes())?;
    stream.read_exact(reply.get_mut(..ANSWER.len().min(REFUSAL.len())).unwrap_or_default())?;
    Ok(())
}

/// Refuses so many times, then answers, and notes how long it waited for the next request.
struct Upstream {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    refused: Option<Instant>,
    gaps: Vec<Duration>,
    requests: usize,
}

impl Upstream {
    fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let seen = Arc::clone(&shared);
                // A client that goes away ends its connection, and that is all.
                std::thread::spawn(move || drop(serve(stream, &seen)));
            }
        });
        Ok(Self { address, seen })
    }

    fn begin(&self) {
        *lock(&self.seen) = Seen::default();
    }

    fn gaps(&self) -> Vec<Duration> {
        std::mem::take(&mut lock(&self.seen).gaps)
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: TcpStream, seen: &Mutex<Seen>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut input = BufReader::new(stream);
    loop {
        if input.fill_buf()?.is_empty() {
            return Ok(());
        }
        let came = Instant::now();
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            input.read_line(&mut line)?;
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
        let is_refused = {
            let mut seen = lock(seen);
            let gap = seen.refused.take().map(|refused| came.saturating_duration_since(refused));
            seen.gaps.extend(gap);
            seen.requests += 1;
            let is_refused = seen.requests <= REFUSALS;
            // Noted before it is sent: by the time that the write returns the next request may be there.
            seen.refused = is_refused.then(Instant::now);
            is_refused
        };
        out.write_all(if is_refused { REFUSAL } else { ANSWER })?;
    }
}
