//! A gateway over a sandbox, and a client that shows every byte.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openclaw_catalog::{Catalog, Layer};
use openclaw_credentials::Secret;
use openclaw_gateway::{Drained, Event, Gateway, Key, KeyLimits, Keys, Options, Settings, serve};
use openclaw_hf_client::{Client, Endpoint, EndpointInput, Token};
use openclaw_model_ref::ModelRef;
use openclaw_sandbox::{Sandbox, Script};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The token that the gateway has; no client may ever see it.
pub(crate) const TOKEN: &str = "hf_canary_0123456789abcdef";
/// The key that most tests use.
pub(crate) const KEY: &str = "oc-0123456789";
pub(crate) const R1: &str = "deepseek-ai/DeepSeek-R1";

pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) gateway: Gateway,
    pub(crate) address: SocketAddr,
    /// What happened, a line each.
    pub(crate) events: Arc<Mutex<Vec<String>>>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Drained>,
}

/// What a world is made of, to be changed by a test.
pub(crate) struct Plan {
    pub(crate) sandbox: openclaw_sandbox::Options,
    /// Another gateway's sandbox, to ask the same one.
    pub(crate) beside: Option<Arc<Sandbox>>,
    pub(crate) options: Options,
    pub(crate) token: &'static str,
    pub(crate) change: fn(&mut Settings),
    /// Panics at the end of a request for this model.
    pub(crate) panics_at: Option<&'static str>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            sandbox: openclaw_sandbox::Options { fault_models: true, ..Default::default() },
            beside: None,
            options: Options::default(),
            token: TOKEN,
            change: |_| {},
            panics_at: None,
        }
    }
}

pub(crate) fn model(text: &str) -> ModelRef {
    format!("huggingface/{text}").parse().expect("a reference")
}

pub(crate) fn key(name: &str, secret: &str, limits: KeyLimits) -> Key {
    Key { name: name.into(), secret: Secret::new(secret), limits }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Plan::default()).await
    }

    pub(crate) async fn failing(scripts: impl IntoIterator<Item = Script>) -> Self {
        let world = Self::new().await;
        world.sandbox.script(scripts.into_iter().collect()).expect("it is scripted");
        world
    }

    pub(crate) async fn with(plan: Plan) -> Self {
        let sandbox = match plan.beside {
            Some(sandbox) => sandbox,
            None => Arc::new(Sandbox::start(plan.sandbox).await.expect("the sandbox starts")),
        };
        let base = sandbox.base_url();
        let input = EndpointInput { env_base_url: Some(&base), ..EndpointInput::default() };
        let endpoint = Endpoint::resolve(&input).expect("an address");
        let token = Token::parse(plan.token).expect("a token");
        let client = Client::new(endpoint, Some(token), openclaw_hf_client::Options::default());
        let list = client.list_models().await.expect("a list").list;
        sandbox.clear_requests();
        let catalog = Catalog::merge([Layer::built_in(), Layer::discovered(list.models)]);
        let keys = Keys::Required(vec![key("default", KEY, KeyLimits::default())]);
        let mut settings = Settings::new(client, catalog, model(R1), keys);
        (plan.change)(&mut settings);
        let events: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&events);
        let observer = Arc::new(move |event: Event<'_>| {
            let line = match event {
                Event::Asked { key, model, result, attempts, .. } => {
                    assert!(plan.panics_at != Some(model), "a panic on purpose");
                    format!("{} asked {model}: {result}, {attempts} attempts", key.unwrap_or("-"))
                }
                Event::Switched(switch) => format!("switched: {}", switch.failed.result_name()),
                other => format!("{other:?}"),
            };
            told.lock().expect("the events").push(line);
        });
        let gateway = Gateway::watched(settings, plan.options, Some(observer));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn({
            let gateway = gateway.clone();
            async move { serve(&gateway, listener, async { drop(stopped.await) }).await.expect("it serves") }
        });
        Self { sandbox, gateway, address, events, stop: Some(stop), serving }
    }

    /// Tells the gateway to stop, without waiting.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> Drained {
        self.stop();
        (&mut self.serving).await.expect("it does not panic")
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(&self.head("GET", path, &[bearer(KEY)]), b"").await
    }

    /// A question, with further members of the body.
    pub(crate) async fn ask(&self, model: &str, rest: &str) -> Reply {
        self.ask_as(KEY, model, rest).await
    }

    pub(crate) async fn ask_as(&self, key: &str, model: &str, rest: &str) -> Reply {
        self.post(&body(model, rest), &[bearer(key)]).await
    }

    pub(crate) async fn post(&self, body: &str, headers: &[String]) -> Reply {
        let length = format!("content-length: {}", body.len());
        let headers: Vec<String> = headers.iter().cloned().chain([length]).collect();
        self.send(&self.head("POST", "/v1/chat/completions", &headers), body.as_bytes()).await
    }

    /// A request's head, which closes the connection behind the reply.
    pub(crate) fn head(&self, method: &str, path: &str, headers: &[String]) -> String {
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|header| header.to_ascii_lowercase().starts_with("host:")) {
            head.push_str(&format!("host: {}\r\n", self.address));
        }
        for header in headers {
            head.push_str(header);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        head
    }

    pub(crate) async fn open(&self, head: &str, body: &[u8]) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).await.expect("it listens");
        socket.write_all(&[head.as_bytes(), body].concat()).await.expect("it is sent");
        socket
    }

    pub(crate) async fn send(&self, head: &str, body: &[u8]) -> Reply {
        let mut socket = self.open(head, body).await;
        let mut bytes = Vec::new();
        let read = socket.read_to_end(&mut bytes);
        tokio::time::timeout(Duration::from_secs(30), read).await.expect("it ends").expect("it is read");
        let reply = Reply::parse(&bytes);
        assert!(
            !reply.head.contains("canary") && !reply.body.contains("canary"),
            "the token is shown: {reply:?}"
        );
        reply
    }

    /// Waits until something happened.
    pub(crate) async fn told(&self, wanted: &str) {
        let told = async {
            while !self.events.lock().expect("the events").iter().any(|line| line.contains(wanted)) {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), told).await;
        assert!(waited.is_ok(), "nobody told `{wanted}`: {:?}", self.events);
    }
}

pub(crate) fn bearer(key: &str) -> String {
    format!("authorization: Bearer {key}")
}

/// A question to a model, with further members.
pub(crate) fn body(model: &str, rest: &str) -> String {
    format!(r#"{{"messages":[{{"role":"user","content":"what a day"}}],"model":"{model}"{rest}}}"#)
}

pub(crate) const STREAM: &str = r#","stream":true"#;

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// Whether a body of chunks had its end.
    pub(crate) is_whole: bool,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").expect("a head") + 4;
        let (head, body) = bytes.split_at(end);
        let head = String::from_utf8(head.to_vec()).expect("a head of text");
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a status");
        let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let (body, is_whole) = if is_chunked { dechunk(body) } else { (body.to_vec(), true) };
        Self { status, head, body: String::from_utf8(body).expect("a body of text"), is_whole }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The `data:` of each event.
    pub(crate) fn events(&self) -> Vec<&str> {
        self.body.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).collect()
    }

    /// The answer's text in a stream.
    pub(crate) fn text(&self) -> String {
        let chunks = self.events().into_iter().filter(|data| *data != "[DONE]");
        let deltas = chunks.filter_map(|data| {
            let chunk: serde_json::Value = serde_json::from_str(data).expect("JSON");
            chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
        });
        deltas.collect()
    }

    /// Status and error as one line.
    pub(crate) fn refusal(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        let wait =
            self.header("retry-after").map(|wait| format!(" (retry after {wait})")).unwrap_or_default();
        format!("{}{wait} {} {}: {}", self.status, text("type"), text("code"), text("message"))
    }
}

/// The content of a chunked body, and whether its end came.
fn dechunk(mut body: &[u8]) -> (Vec<u8>, bool) {
    let mut content = Vec::new();
    while let Some(line) = body.windows(2).position(|part| part == b"\r\n") {
        let size = std::str::from_utf8(&body[..line]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        let start = line + 2;
        if size == 0 {
            return (content, true);
        }
        let Some(chunk) = body.get(start..start + size) else { break };
        content.extend_from_slice(chunk);
        body = body.get(start + size + 2..).unwrap_or_default();
    }
    (content, false)
}
