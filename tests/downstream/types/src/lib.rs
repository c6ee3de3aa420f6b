//! A program that has an HTTP client already and wants the rest: what to ask, whom, and what the answer means.

use std::time::Duration;

use openclaw_catalog::{Catalog, Layer, RouterList};
use openclaw_failover::{Cooldowns, Options, Outcome, Plan, Run, Step, StopReason, TokenId};
use openclaw_hf_client::{
    ChatDecoder, ChatEvent, ChatRequest, Message, Redactor, ReplyHead, Token, classify,
};
use openclaw_model_ref::ModelRef;
use serde::Deserialize;

/// The program's own settings.
#[derive(Debug, Deserialize)]
pub struct Settings {
    /// The models to ask, best first.
    pub models: Vec<ModelRef>,
    /// The token, as it stands in its file.
    pub env_file: String,
}

impl Settings {
    /// The token of the file's text; `None` where there is none that can be one.
    #[must_use]
    pub fn token(&self) -> Option<Token> {
        let file = openclaw_credentials::EnvFile::parse(&self.env_file);
        Token::parse(file.get("HF_TOKEN")?.expose()).ok()
    }
}

/// A reply of the program's own HTTP client.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body, which is a stream of events where the status says that all is well.
    pub body: Vec<u8>,
}

/// Asks until somebody answers; `send` is the program's own HTTP client.
///
/// # Errors
/// Why nothing more was tried.
pub fn ask(
    settings: &Settings,
    list: &str,
    question: &str,
    mut send: impl FnMut(&[u8]) -> Reply,
) -> Result<String, StopReason> {
    let listed: RouterList = serde_json::from_str(list).map_err(|_| StopReason::NothingToTry)?;
    let catalog = Catalog::merge([Layer::discovered(listed.models)]);
    let plan = Plan::new(&settings.models, &catalog, Options::default());
    let (mut run, mut cooldowns) = (Run::new(plan, TokenId(0), Duration::ZERO), Cooldowns::default());
    let redactor = Redactor::for_token(settings.token().as_ref());
    let mut answer = String::new();
    loop {
        let attempt = match run.next(&cooldowns, Duration::ZERO) {
            Step::Attempt(attempt) => attempt,
            Step::Stop(stop) if stop.reason == StopReason::Answered => return Ok(answer),
            Step::Stop(stop) => return Err(stop.reason),
        };
        let request = ChatRequest {
            messages: vec![Message::user(question)],
            ..ChatRequest::new(attempt.target.model.router_id())
        };
        let body = request
            .to_body(openclaw_hf_client::StreamMode::Stream)
            .map_err(|_| StopReason::InvalidRequest)?;
        let reply = send(&body);
        let outcome = if reply.status == 200 {
            match decode(&reply.body) {
                Ok(text) => {
                    answer = text;
                    Outcome::answered(Duration::ZERO)
                }
                Err(error) => Outcome::failed(error.class(), Duration::ZERO),
            }
        } else {
            let refusal = classify(&ReplyHead::new(reply.status), &reply.body, &redactor);
            Outcome { status: Some(reply.status), ..Outcome::failed(refusal.class, Duration::ZERO) }
        };
        run.record(attempt, outcome, &mut cooldowns, Duration::ZERO);
    }
}

fn decode(body: &[u8]) -> Result<String, openclaw_hf_client::StreamError> {
    let mut decoder = ChatDecoder::default();
    decoder.feed(body);
    decoder.finish();
    let mut text = String::new();
    while let Some(event) = decoder.next_event() {
        if let ChatEvent::Content(piece) = event? {
            text.push_str(&piece);
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"object":"list","data":[{"id":"Qwen/Qwen3-8B","providers":[
        {"provider":"nscale","status":"live","throughput":60.0}]}]}"#;

    fn settings() -> Settings {
        let text = r#"{"models":["huggingface/Qwen/Qwen3-8B"],"env_file":"HF_TOKEN='hf_secret' # mine\n"}"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_second_offer_answers() {
        let mut bodies = Vec::new();
        let answer = ask(&settings(), LIST, "2+2?", |body| {
            bodies.push(String::from_utf8(body.to_vec()).unwrap());
            let event =
                b"data: {\"choices\":[{\"delta\":{\"content\":\"4\"},\"finish_reason\":\"stop\"}]}\n\n";
            match bodies.len() {
                1 => Reply { status: 503, body: b"<html>".to_vec() },
                _ => Reply { status: 200, body: event.to_vec() },
            }
        });
        assert_eq!(answer, Ok("4".to_owned()));
        assert!(bodies[0].starts_with(r#"{"model":"Qwen/Qwen3-8B","#), "{}", bodies[0]);
        assert!(bodies[1].starts_with(r#"{"model":"Qwen/Qwen3-8B:nscale","#), "{}", bodies[1]);
    }

    #[test]
    fn a_refused_token_ends_it() {
        let mut count = 0;
        let answer = ask(&settings(), LIST, "2+2?", |_| {
            count += 1;
            Reply { status: 401, body: br#"{"error":"Invalid username or password."}"#.to_vec() }
        });
        assert!(matches!(answer, Err(StopReason::TokenRefused(_))), "{answer:?}");
        assert_eq!(count, 1);
    }

    #[test]
    fn a_token_is_not_printed() {
        let token = settings().token().unwrap();
        assert!(!format!("{token:?}").contains("secret"));
        assert_eq!(token.expose(), "hf_secret");
    }
}
