//! Streams that come in pieces, stall, break, or lie.

mod support;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use openclaw_hf_client::{
    ChatEvent, ChatStream, Class, Error, FinishReason, Limits, Options, TimeoutPhase, Timeouts,
};
use support::{Connection, SHORT, Server, assert_private, chain, client, client_with, options, request};

/// A stream and the server's end of it; `script` runs until the call returns.
async fn open(
    options: Options,
    script: impl AsyncFnOnce(&mut Connection),
) -> (Result<ChatStream, Error>, Connection) {
    let server = Server::start().await;
    let client = client_with(&server.base(), options);
    let request = request();
    let (stream, connection) = tokio::join!(client.chat_stream(&request), async {
        let mut connection = server.accept_stream().await;
        script(&mut connection).await;
        connection
    });
    (stream, connection)
}

fn with(change: impl FnOnce(&mut Timeouts)) -> Options {
    let mut options = options();
    change(&mut options.timeouts);
    options
}

/// The events that are left, and the error behind them.
async fn rest(stream: &mut ChatStream) -> (Vec<ChatEvent>, Option<Error>) {
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => events.push(event),
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                assert_private(&error);
                return (events, Some(error));
            }
        }
    }
    assert!(stream.next().await.is_none(), "nothing follows the end");
    (events, None)
}

fn content(text: &str) -> ChatEvent {
    ChatEvent::Content(text.into())
}

fn stop() -> ChatEvent {
    ChatEvent::Finish(FinishReason::Stop)
}

#[tokio::test]
async fn events_are_given_as_they_come() {
    let (stream, mut connection) = open(options(), async |connection| connection.content("one").await).await;
    let mut stream = stream.expect("a stream");
    assert_eq!((stream.meta().status, stream.meta().provider.as_deref()), (200, Some("acme")));
    assert_eq!(stream.meta().request_id.as_deref(), Some("id-1"));
    assert_eq!(stream.next().await.transpose().expect("no error"), Some(content("one")));
    // The second is sent only now.
    connection.content(" two").await;
    assert_eq!(stream.next().await.transpose().expect("no error"), Some(content(" two")));
    assert_eq!(stream.summary().finish_reason, None);
    connection.stop().await;
    connection.event(r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#).await;
    connection.event("[DONE]").await;
    let (events, error) = rest(&mut stream).await;
    assert!(error.is_none());
    assert_eq!(events.first(), Some(&stop()));
    let summary = stream.summary();
    assert_eq!(summary.finish_reason, Some(FinishReason::Stop));
    assert_eq!(summary.usage.and_then(|usage| usage.completion_tokens), Some(4));
    assert!(summary.time_to_first_event <= summary.elapsed);
    // `[DONE]` is the end although the connection is still open.
    drop(stream);
    connection.closed().await;
}

#[tokio::test]
async fn bytes_may_be_split_anywhere() {
    let (stream, connection) = open(options(), async |connection| {
        for byte in
            "\u{feff}: hi\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Zürich 🦀\"}}]}\r\n\r\n"
                .as_bytes()
        {
            connection.chunk([*byte]).await;
        }
        connection.stop().await;
        connection.end().await;
    })
    .await;
    let (events, error) = rest(&mut stream.expect("a stream")).await;
    assert_eq!((events, error.is_none()), (vec![content("Zürich 🦀"), stop()], true));
    connection.closed().await;
}

#[tokio::test]
async fn a_bad_start_is_an_error_of_the_call() {
    let (stream, _) = open(options(), async |connection| {
        connection.chunk(": keepalive\n\n").await;
        connection.event("{}").await;
        connection
            .event(r#"{"error":{"message":"the private words of the prompt are too many","code":429}}"#)
            .await;
    })
    .await;
    let error = stream.expect_err("an error");
    assert_eq!(
        (error.class(), error.status(), error.provider()),
        (Class::RateLimited, Some(429), Some("acme"))
    );
    insta::assert_snapshot!(chain(&error), @"the provider `acme` takes no more requests for now (status 429) within its answer <- the server says `[prompt] are too many`");
    assert_private(&error);
}

#[tokio::test]
async fn an_error_within_the_answer() {
    let (stream, mut connection) = open(options(), async |connection| connection.content("one").await).await;
    let mut stream = stream.expect("a stream");
    connection.event(r#"{"error":"engine died"}"#).await;
    let (events, error) = rest(&mut stream).await;
    let error = error.expect("an error");
    assert_eq!(events, [content("one")]);
    assert_eq!((error.class(), error.message()), (Class::ProviderFault, Some("engine died")));
}

#[tokio::test]
async fn the_first_event_must_come_in_time() {
    // Long enough for the head, which is in time.
    let options = with(|timeouts| timeouts.first_byte = 8 * SHORT);
    let (stream, connection) =
        open(options, async |connection| connection.chunk(": keepalive\n\n").await).await;
    let error = stream.expect_err("a timeout");
    assert_eq!((error.class(), error.timeout_phase()), (Class::Timeout, Some(TimeoutPhase::FirstByte)));
    assert_eq!(error.to_string(), "no answer from the provider `acme` within 480 ms");
    connection.closed().await;
}

#[tokio::test]
async fn the_next_event_must_come_in_time() {
    let options = with(|timeouts| timeouts.between_chunks = SHORT);
    let (stream, _connection) = open(options, async |connection| connection.content("one").await).await;
    let (events, error) = rest(&mut stream.expect("a stream")).await;
    let error = error.expect("a timeout");
    assert_eq!(events, [content("one")]);
    assert_eq!((error.class(), error.timeout_phase()), (Class::Timeout, Some(TimeoutPhase::BetweenChunks)));
    assert_eq!(error.to_string(), "the answer of the provider `acme` stopped for 60 ms");
}

#[tokio::test]
async fn a_cut_is_never_a_success() {
    // The connection breaks.
    let (stream, connection) = open(options(), async |connection| connection.content("one").await).await;
    connection.cut();
    let (events, error) = rest(&mut stream.expect("a stream")).await;
    let error = error.expect("a cut");
    assert_eq!((events, error.class()), (vec![content("one")], Class::Truncated));
    insta::assert_snapshot!(error, @"the answer of the provider `acme` was cut off");

    // The body ends as a body should, but without a finish reason.
    for done in [false, true] {
        let (stream, mut connection) =
            open(options(), async |connection| connection.content("one").await).await;
        if done {
            connection.event("[DONE]").await;
        }
        connection.end().await;
        let (events, error) = rest(&mut stream.expect("a stream")).await;
        let error = error.expect("a cut");
        assert_eq!((events, error.class()), (vec![content("one")], Class::Truncated));
        assert_eq!(
            error.to_string(),
            "the stream ended without a finish reason, expected one (provider `acme`)"
        );
    }

    // Nothing at all.
    let (stream, _) = open(options(), async |connection| connection.end().await).await;
    assert_eq!(stream.expect_err("no answer").class(), Class::Truncated);
}

#[tokio::test]
async fn behind_the_finish_reason_everything_is_an_end() {
    // A broken connection.
    let (stream, connection) = open(options(), async |connection| connection.stop().await).await;
    connection.cut();
    let (events, error) = rest(&mut stream.expect("a stream")).await;
    assert_eq!((events, error.is_none()), (vec![stop()], true));

    // Silence.
    let options = with(|timeouts| timeouts.after_finish = SHORT);
    let (stream, connection) = open(options, async |connection| connection.stop().await).await;
    let mut stream = stream.expect("a stream");
    let (events, error) = rest(&mut stream).await;
    assert_eq!((events, error.is_none()), (vec![stop()], true));
    assert!(stream.summary().elapsed >= SHORT);
    drop(stream);
    connection.closed().await;
}

#[tokio::test]
async fn dropping_a_stream_closes_its_connection() {
    let (stream, connection) = open(options(), async |connection| connection.content("one").await).await;
    drop(stream.expect("a stream"));
    connection.closed().await;
}

#[tokio::test]
async fn dropping_a_call_closes_its_connection() {
    let server = Server::start().await;
    let client = client(&server.base());
    let request = request();
    let connection = {
        let mut call = pin!(client.chat_stream(&request));
        tokio::select! {
            _ = &mut call => panic!("there is no answer"),
            connection = server.accept() => connection,
        }
    };
    connection.closed().await;
}

#[tokio::test]
async fn a_cancelled_wait_loses_nothing() {
    let (stream, mut connection) = open(options(), async |connection| connection.content("one").await).await;
    let mut stream = stream.expect("a stream");
    assert_eq!(stream.next().await.transpose().expect("no error"), Some(content("one")));
    {
        let mut wait = pin!(stream.next());
        let polled = wait.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending), "nothing was sent yet");
    }
    connection.content("two").await;
    assert_eq!(stream.next().await.transpose().expect("no error"), Some(content("two")));
}

#[tokio::test]
async fn an_event_has_a_limit() {
    let limits = Limits { event: 64, ..Limits::default() };
    let options = Options { limits, ..options() };
    let (stream, _) = open(options, async |connection| connection.content(&"x".repeat(100)).await).await;
    let error = stream.expect_err("too large");
    assert_eq!((error.class(), error.limit()), (Class::Malformed, Some(64)));
    insta::assert_snapshot!(error, @"an event of the stream is larger than the limit of 64 bytes (provider `acme`)");
}

#[tokio::test]
async fn an_event_that_is_no_chunk() {
    let (stream, mut connection) = open(options(), async |connection| connection.content("one").await).await;
    connection.event("{broken").await;
    let (_, error) = rest(&mut stream.expect("a stream")).await;
    let error = error.expect("malformed");
    assert_eq!(error.class(), Class::Malformed);
    insta::assert_snapshot!(error, @"event 2 of the stream cannot be read, expected a chunk of a chat as JSON (provider `acme`)");
}

/// What a call answers when the server sends exactly these bytes and closes.
async fn answer(bytes: &str) -> Result<ChatStream, Error> {
    let server = Server::start().await;
    let client = client(&server.base());
    let request = request();
    let (stream, ()) = tokio::join!(client.chat_stream(&request), async {
        let mut connection = server.accept().await;
        connection.send(bytes).await;
        connection.cut();
    });
    stream
}

fn whole(content_type: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_whole_reply_may_come_in_the_place_of_a_stream() {
    let body =
        r#"{"choices":[{"message":{"content":"4"},"finish_reason":"stop"}],"usage":{"total_tokens":2}}"#;
    let mut stream = answer(&whole("application/json; charset=utf-8", body)).await.expect("an answer");
    let (events, error) = rest(&mut stream).await;
    assert!(error.is_none());
    assert_eq!(events.get(..2), Some(&[content("4"), stop()][..]));
    assert_eq!(stream.summary().usage.and_then(|usage| usage.total_tokens), Some(2));
}

#[tokio::test]
async fn what_comes_in_the_place_of_a_stream() {
    let error = answer(&whole("application/json", r#"{"error":"loading"}"#)).await.expect_err("an error");
    assert_eq!((error.class(), error.message()), (Class::ProviderFault, Some("loading")));
    let error = answer(&whole("text/html", "<html></html>")).await.expect_err("a page");
    assert_eq!(error.class(), Class::Malformed);
    assert!(error.to_string().ends_with("answered with a web page, expected JSON"));
    // Lines that are no events, without a type.
    let error = answer("HTTP/1.1 200 OK\r\n\r\nhello\n\n").await.expect_err("no events");
    assert_eq!(error.class(), Class::Truncated);
}

#[tokio::test]
async fn a_connection_that_closes_before_it_answers() {
    for bytes in ["", "HTTP/1.1 200 OK\r\ncontent-"] {
        let error = answer(bytes).await.expect_err("closed");
        assert_eq!((error.class(), error.status()), (Class::ProviderFault, None));
        assert!(error.to_string().ends_with("closed the connection before it answered"), "{error}");
        assert_private(&error);
    }
}

#[tokio::test]
async fn a_head_that_never_comes() {
    let server = Server::start().await;
    let client = client_with(&server.base(), with(|timeouts| timeouts.first_byte = SHORT));
    let request = request();
    let (stream, connection) = tokio::join!(client.chat_stream(&request), server.accept());
    let error = stream.expect_err("a timeout");
    assert_eq!((error.class(), error.timeout_phase()), (Class::Timeout, Some(TimeoutPhase::FirstByte)));
    assert_eq!(error.to_string(), format!("no answer from `http://{}` within 60 ms", server.address));
    connection.closed().await;
}

#[tokio::test]
async fn bytes_are_passed_on_as_they_are() {
    let server = Server::start().await;
    let client = client(&server.base());
    let body = bytes::Bytes::from_static(b"{\"model\" : \"a/b\"}");
    let (reply, mut connection) = tokio::join!(
        client.chat_raw(body.clone(), openclaw_hf_client::StreamMode::Stream),
        server.accept_stream()
    );
    let mut reply = reply.expect("a reply");
    assert_eq!(connection.body, body);
    assert_eq!(reply.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(reply.meta().provider.as_deref(), Some("acme"));
    connection.chunk("anything \u{0}").await;
    assert_eq!(reply.next_chunk().await.expect("bytes").as_deref(), Some(&b"anything \0"[..]));
    connection.end().await;
    assert_eq!(reply.next_chunk().await.expect("the end"), None);
}
