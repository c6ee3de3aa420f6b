//! What becomes of a stream and its connection once the answer is there.

mod support;

use std::time::Duration;

use openclaw_catalog::Catalog;
use openclaw_failover::Plan;
use openclaw_hf_client::{
    ChatBody, ChatEvent, Class, Client, DriveError, DrivenBody, DrivenStream, Options, SharedCooldowns,
    drive_body,
};
use support::{Connection, NEVER, SHORT, Server, client, client_with, options, request};
use tokio::time::timeout;

const CONTENT: &str = r#"data: {"choices":[{"delta":{"content":"4"}}]}"#;
const STOP: &str = r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

/// A question of a gateway's client.
fn body() -> ChatBody {
    ChatBody::read(r#"{"model":"m","messages":[],"stream":true}"#.into()).expect("a body")
}

async fn pass(client: &Client, chain: &[&str]) -> Result<Box<DrivenStream>, DriveError> {
    let chain: Vec<_> = chain.iter().map(|model| model.parse().expect("a reference")).collect();
    let plan = Plan::new(&chain, &Catalog::default(), openclaw_failover::Options::default());
    let driven = drive_body(client, plan, &SharedCooldowns::default(), &body(), |_| ()).await?;
    let stream = match driven {
        DrivenBody::Stream(stream) => Some(stream),
        DrivenBody::Whole(_) => None,
    };
    Ok(stream.expect("a stream was asked for"))
}

const ONE: &[&str] = &["huggingface/org/one"];

/// A whole stream in one write, the end of the body behind it.
async fn answer(connection: &mut Connection) {
    let events = format!("{CONTENT}\n\n{STOP}\n\ndata: [DONE]\n\n");
    connection.send(format!("{}{:x}\r\n{events}\r\n0\r\n\r\n", support::STREAM_HEAD, events.len())).await;
}

#[tokio::test]
async fn a_stream_leaves_its_connection_to_the_next_request() {
    let server = Server::start().await;
    let client = client(&server.base());
    let asking = async {
        for _ in 0..2 {
            let mut stream = pass(&client, ONE).await.expect("it begins");
            while let Some(bytes) = stream.next().await {
                bytes.expect("events");
            }
            let mut stream = client.chat_stream(&request()).await.expect("it begins");
            while let Some(event) = stream.next().await {
                event.expect("an event");
            }
        }
    };
    let answering = async {
        let mut connection = server.accept().await;
        answer(&mut connection).await;
        for _ in 1..4 {
            connection.next().await;
            answer(&mut connection).await;
        }
    };
    timeout(NEVER, async { tokio::join!(asking, answering) }).await.expect("all come on one connection");
}

#[tokio::test]
async fn comments_behind_the_finish_reason_hold_nothing_open() {
    let server = Server::start().await;
    let mut options: Options = options();
    options.timeouts.after_finish = SHORT;
    let client = client_with(&server.base(), options);
    let talking = async || {
        let mut connection = server.accept_stream().await;
        connection.chunk(format!("{CONTENT}\n\n{STOP}\n\n")).await;
        loop {
            tokio::time::sleep(SHORT / 4).await;
            connection.chunk(": still here\n\n").await;
        }
    };
    let passing = async {
        let mut stream = pass(&client, ONE).await.expect("it begins");
        while let Some(bytes) = stream.next().await {
            bytes.expect("events");
        }
    };
    let reading = async {
        let request = request();
        let mut stream = client.chat_stream(&request).await.expect("it begins");
        let mut last = None;
        while let Some(event) = stream.next().await {
            last = Some(event.expect("an event"));
        }
        assert!(matches!(last, Some(ChatEvent::Finish(_))), "{last:?}");
    };
    let ended = async {
        tokio::select! { () = passing => {} () = talking() => {} }
        tokio::select! { () = reading => {} () = talking() => {} }
    };
    timeout(Duration::from_secs(5), ended).await.expect("each ends");
}

/// A whole reply to whoever asked for a stream, as long as is said.
async fn reply(server: &Server, length: usize) {
    let text = "x".repeat(length);
    let body = format!(r#"{{"choices":[{{"message":{{"content":"{text}"}},"finish_reason":"stop"}}]}}"#);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length";
    server.accept().await.send(format!("{head}: {}\r\n\r\n{body}", body.len())).await;
}

#[tokio::test]
async fn a_whole_reply_in_the_place_of_a_stream_may_be_larger_than_an_event() {
    let server = Server::start().await;
    let client = client(&server.base());
    let passing = async {
        let mut stream = pass(&client, ONE).await.expect("it begins");
        let mut length = 0;
        while let Some(bytes) = stream.next().await {
            length += bytes.expect("events").len();
        }
        length
    };
    let (length, ()) = tokio::join!(passing, reply(&server, 1_500_000));
    assert!(length > 1_500_000, "{length}");
    // One that is larger than a reply may be is asked for elsewhere.
    let mut small: Options = options();
    small.limits.reply = 1_000;
    let client = client_with(&server.base(), small);
    let answering = async {
        reply(&server, 1_500).await;
        let mut connection = server.accept().await;
        answer(&mut connection).await;
    };
    let (stream, ()) =
        tokio::join!(pass(&client, &["huggingface/org/one", "huggingface/org/two"]), answering);
    let trail = stream.expect("the second answers").trail().clone();
    assert_eq!(trail.last().map(|entry| entry.result), Some(Err(Class::Malformed)));
}

#[tokio::test]
async fn a_list_that_drips_in_is_not_waited_for_without_end() {
    let server = Server::start().await;
    let mut options: Options = options();
    options.timeouts.between_chunks = SHORT * 4;
    let client = client_with(&server.base(), options);
    let dripping = async {
        let mut connection = server.accept().await;
        connection
            .send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
            .await;
        loop {
            connection.send("{").await;
            tokio::time::sleep(SHORT / 2).await;
        }
    };
    let listing = async {
        tokio::select! { list = client.list_models() => list.map(drop), () = dripping => Ok(()) }
    };
    let error = timeout(NEVER, listing).await.expect("it ends").expect_err("it never comes");
    assert_eq!(error.class(), Class::Timeout);
    assert!(error.to_string().starts_with("the list of models did not come whole from"), "{error}");
}

#[tokio::test]
async fn a_kept_connection_that_is_closed_under_a_request_moves_on() {
    let server = Server::start().await;
    let client = client(&server.base());
    let asking = async {
        let mut stream = pass(&client, ONE).await.expect("it begins");
        while let Some(bytes) = stream.next().await {
            bytes.expect("events");
        }
        let both = ["huggingface/org/one", "huggingface/org/two"];
        let trail = pass(&client, &both).await.expect("the second answers").trail().clone();
        trail.entries().iter().map(|entry| entry.result).collect::<Vec<_>>()
    };
    let answering = async {
        let mut connection = server.accept().await;
        answer(&mut connection).await;
        // Read, and closed without a word.
        connection.next().await;
        connection.cut();
        answer(&mut server.accept().await).await;
    };
    let both = async { tokio::join!(asking, answering) };
    let (failed, ()) = timeout(NEVER, both).await.expect("another is asked");
    assert_eq!(failed, [Err(Class::ProviderFault)]);
}
