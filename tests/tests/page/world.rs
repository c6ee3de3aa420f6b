//! A gateway over a sandbox, for a browser to look at.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use openclaw_catalog::{Catalog, Layer, RouterModel};
use openclaw_credentials::Secret;
use openclaw_gateway::{Gateway, Key, KeyLimits, Keys, Options, Settings, serve};
use openclaw_hf_client::{Client, Endpoint, EndpointInput, Token};
use openclaw_model_ref::ModelRef;
use openclaw_sandbox::{Pace, Sandbox};
use tokio::net::TcpListener;

pub(crate) const KEY: &str = "oc-0123456789";
const R1: &str = "deepseek-ai/DeepSeek-R1";

/// It runs beside the test, and ends with it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

fn model(text: &str) -> ModelRef {
    format!("huggingface/{text}").parse().expect("a reference")
}

pub(crate) fn keys() -> Keys {
    let limits = KeyLimits {
        per_day: Some(openclaw_catalog::Cost::from_nano_usd(2_500_000_000)),
        ..KeyLimits::default()
    };
    Keys::Required(vec![Key { name: "default".into(), secret: Secret::new(KEY), limits }])
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Pace::Instant, keys(), Vec::new())
    }

    /// With a pace of answers, keys, and models beside those of the sandbox.
    pub(crate) fn with(pace: Pace, keys: Keys, more: Vec<RouterModel>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let (sandbox, address) = runtime.block_on(async {
            let options = openclaw_sandbox::Options { pace, ..openclaw_sandbox::Options::default() };
            let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
            let base = sandbox.base_url();
            let input = EndpointInput { env_base_url: Some(&base), ..EndpointInput::default() };
            let endpoint = Endpoint::resolve(&input).expect("an address");
            let token = Token::parse("hf_canary_0123456789abcdef").expect("a token");
            let client = Client::new(endpoint, Some(token), openclaw_hf_client::Options::default());
            let mut models = client.list_models().await.expect("a list").list.models;
            models.extend(more);
            let catalog = Catalog::merge([Layer::built_in(), Layer::discovered(models)]);
            let mut settings = Settings::new(client, catalog, model(&format!("{R1}:cheapest")), keys);
            settings.fallbacks = vec![model("Qwen/Qwen3-8B"), model("openai/gpt-oss-120b:groq")];
            let gateway = Gateway::new(settings, Options::default());
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(async move { serve(&gateway, listener, std::future::pending()).await });
            (sandbox, address)
        });
        Self { sandbox, address, _runtime: runtime }
    }

    /// Asks as another client, and gives the reply.
    pub(crate) fn ask(&self, model: &str) -> String {
        let body = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}]}}"#);
        let mut socket = std::net::TcpStream::connect(self.address).expect("it listens");
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {KEY}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        socket.write_all((head + &body).as_bytes()).expect("it is sent");
        let mut reply = String::new();
        socket.read_to_string(&mut reply).expect("it is read");
        reply
    }

    /// The page's address.
    pub(crate) fn page(&self) -> String {
        format!("http://{}/", self.address)
    }
}
