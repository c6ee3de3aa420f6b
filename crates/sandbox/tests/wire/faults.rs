//! Every fault, in a stream, in JSON and in the list of models.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read};

use openclaw_sandbox::{Fault, ReplyState, Sandbox, Script, When};

use crate::client::{CHAT, End, GRANTED, Reply, body, receive, sandbox, send, wait};

pub(crate) const MODEL: &str = "deepseek-ai/DeepSeek-V3.2:deepinfra";

/// Every kind in its shortest form, from the list that serde prints: a new variant changes the snapshots below.
fn every_fault() -> Vec<Fault> {
    let error = serde_json::from_str::<Fault>(r#"{"kind":"?"}"#).unwrap_err().to_string();
    let kinds = error.split_once("expected one of ").unwrap().1;
    let shortest = |kind: &str| match kind {
        "status" => r#"{"kind":"status","code":429}"#.to_owned(),
        "delay" => r#"{"kind":"delay","ms":20}"#.to_owned(),
        "slow-drip" => r#"{"kind":"slow-drip","ms":2}"#.to_owned(),
        "redirect" => r#"{"kind":"redirect","to":"http://127.0.0.1:9/"}"#.to_owned(),
        "rows" => r#"{"kind":"rows","n":2}"#.to_owned(),
        "split-bytes" => r#"{"kind":"split-bytes","size":7}"#.to_owned(),
        "gzip-bomb" | "huge-body" => format!(r#"{{"kind":"{kind}","bytes":1000000}}"#),
        kind => format!(r#"{{"kind":"{kind}"}}"#),
    };
    kinds.split('`').skip(1).step_by(2).map(|kind| serde_json::from_str(&shortest(kind)).unwrap()).collect()
}

/// What one request meets.
#[derive(Clone, Copy)]
enum Asks {
    Stream,
    Whole,
    Models,
}

fn ask(sandbox: &Sandbox, asks: Asks) -> std::net::TcpStream {
    match asks {
        Asks::Stream => send(sandbox.addr(), &format!("POST {CHAT}"), &[GRANTED], &body(MODEL, true)),
        Asks::Whole => send(sandbox.addr(), &format!("POST {CHAT}"), &[GRANTED], &body(MODEL, false)),
        Asks::Models => send(sandbox.addr(), "GET /v1/models/Qwen/QwQ-32B", &[], ""),
    }
}

/// The reply under a fault, as text.
fn under(fault: Fault, asks: Asks) -> String {
    let sandbox = sandbox();
    let hangs = fault == Fault::Hang;
    let kind = fault.kind();
    sandbox.script(vec![Script::once(When::default(), fault)]).unwrap();
    let mut socket = ask(&sandbox, asks);
    if hangs {
        wait(&sandbox, |all| all.first().is_some_and(|first| first.fault.is_some()));
        socket.set_nonblocking(true).unwrap();
        assert_eq!(socket.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(socket);
        let all = wait(&sandbox, |all| all[0].state == ReplyState::Dropped);
        assert_eq!(all[0].status, None);
        return "no answer\n".to_owned();
    }
    let reply = receive(socket);
    assert_eq!(sandbox.requests()[0].fault.as_deref(), Some(kind));
    assert_eq!(sandbox.scripts(), []);
    show(&reply)
}

/// Status, telling headers and body; the names of the model in a chunk are of no interest here.
fn show(reply: &Reply) -> String {
    let mut out = format!("{}", reply.status);
    for name in ["content-type", "content-encoding", "location", "retry-after", "x-inference-provider"] {
        if let Some(value) = reply.header(name) {
            write!(out, " | {name}: {value}").unwrap();
        }
    }
    let text = reply.text().replace(
        r#""id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","#,
        "…",
    );
    let text = text.replace("\r\n", "␍\n").replace("\n\n", "\n");
    let unreadable = text.chars().count() > 2_000 || reply.header("content-encoding").is_some();
    let text = if unreadable { format!("({} bytes)", reply.body.len()) } else { text };
    write!(out, "\n{}", text.trim_end()).unwrap();
    if reply.end != End::Complete {
        write!(out, "\n[{:?}]", reply.end).unwrap();
    }
    out.trim_end().to_owned() + "\n"
}

fn all(asks: Asks) -> String {
    every_fault().into_iter().map(|fault| format!("--- {}\n{}", fault.kind(), under(fault, asks))).collect()
}

#[test]
fn every_fault_in_a_stream() {
    insta::assert_snapshot!(all(Asks::Stream), @r#"
    --- status
    429 | content-type: application/json; charset=utf-8
    {"error":{"message":"The engine is currently overloaded, please try again later","type":"rate_limit_error","param":null,"code":"engine_overloaded"}}
    --- html
    200 | content-type: text/html; charset=utf-8
    <!DOCTYPE html>
    <html>
    <head><title>200 OK</title></head>
    <body>
    <h1>200 OK</h1>
    </body>
    </html>
    --- hang
    no answer
    --- delay
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    data: [DONE]
    --- close-before-reply
    0

    [Closed]
    --- slow-drip
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    data: [DONE]
    --- cut-stream
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra

    [Closed]
    --- error-event
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {"error":"the engine stopped in the middle of the answer"}
    --- invalid-json
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {"id":"chatcmpl-sandbox","choices":[{"index":0,"delta":{"content":
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    data: [DONE]
    --- gzip-bomb
    200 | content-type: text/event-stream; charset=utf-8 | content-encoding: gzip | x-inference-provider: deepinfra
    (1002 bytes)
    --- huge-body
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    (1000070 bytes)
    --- redirect
    307 | content-type: text/plain | location: http://127.0.0.1:9/
    --- wrong-content-type
    200 | content-type: text/plain | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    data: [DONE]
    --- empty-body
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    --- other-shape
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {"ok":true,"result":{"index":0}}
    data: {"ok":true,"result":{"index":1}}
    data: {"ok":true,"result":{"index":2}}
    data: {"ok":true,"result":{"index":3}}
    data: [DONE]
    --- rows
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    data: [DONE]
    --- no-done
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    --- empty-frames
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    : keep-alive
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {"choices":[]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {"choices":[{}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    : keep-alive
    data: [DONE]
    --- split-bytes
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
    data: [DONE]
    --- cr-lf
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}␍
    ␍
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}␍
    ␍
    data: {…"choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}␍
    ␍
    data: {…"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}␍
    ␍
    data: [DONE]␍
    ␍
    "#);
}

#[test]
fn every_fault_in_json() {
    insta::assert_snapshot!(all(Asks::Whole), @r#"
    --- status
    429 | content-type: application/json; charset=utf-8
    {"error":{"message":"The engine is currently overloaded, please try again later","type":"rate_limit_error","param":null,"code":"engine_overloaded"}}
    --- html
    200 | content-type: text/html; charset=utf-8
    <!DOCTYPE html>
    <html>
    <head><title>200 OK</title></head>
    <body>
    <h1>200 OK</h1>
    </body>
    </html>
    --- hang
    no answer
    --- delay
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- close-before-reply
    0

    [Closed]
    --- slow-drip
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- cut-stream
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message
    [Closed]
    --- error-event
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"error":"the engine stopped in the middle of the answer"}
    --- invalid-json
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message
    --- gzip-bomb
    200 | content-type: application/json; charset=utf-8 | content-encoding: gzip | x-inference-provider: deepinfra
    (1002 bytes)
    --- huge-body
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    (1000092 bytes)
    --- redirect
    307 | content-type: text/plain | location: http://127.0.0.1:9/
    --- wrong-content-type
    200 | content-type: text/plain | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- empty-body
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    --- other-shape
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"ok":true,"result":[1,2,3]}
    --- rows
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- no-done
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- empty-frames
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- split-bytes
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    --- cr-lf
    200 | content-type: application/json; charset=utf-8 | x-inference-provider: deepinfra
    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    "#);
}

#[test]
fn every_fault_where_a_model_is_listed() {
    insta::assert_snapshot!(all(Asks::Models), @r#"
    --- status
    429 | content-type: application/json; charset=utf-8
    {"error":{"message":"The engine is currently overloaded, please try again later","type":"rate_limit_error","param":null,"code":"engine_overloaded"}}
    --- html
    200 | content-type: text/html; charset=utf-8
    <!DOCTYPE html>
    <html>
    <head><title>200 OK</title></head>
    <body>
    <h1>200 OK</h1>
    </body>
    </html>
    --- hang
    no answer
    --- delay
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- close-before-reply
    0

    [Closed]
    --- slow-drip
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- cut-stream
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_le
    [Closed]
    --- error-event
    200 | content-type: application/json; charset=utf-8
    {"error":"the engine stopped in the middle of the answer"}
    --- invalid-json
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_le
    --- gzip-bomb
    200 | content-type: application/json; charset=utf-8 | content-encoding: gzip
    (1002 bytes)
    --- huge-body
    200 | content-type: application/json; charset=utf-8
    (1000036 bytes)
    --- redirect
    307 | content-type: text/plain | location: http://127.0.0.1:9/
    --- wrong-content-type
    200 | content-type: text/plain
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- empty-body
    200 | content-type: application/json; charset=utf-8
    --- other-shape
    200 | content-type: application/json; charset=utf-8
    {"ok":true,"result":[1,2,3]}
    --- rows
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- no-done
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- empty-frames
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- split-bytes
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    --- cr-lf
    200 | content-type: application/json; charset=utf-8
    {"id":"Qwen/QwQ-32B","object":"model","created":1741132800,"owned_by":"Qwen","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"nscale","status":"live","context_length":131072,"pricing":{"input":0.18,"output":0.2},"is_free":false,"supports_tools":false,"supports_structured_output":false,"first_token_latency_ms":402.7,"throughput":41.3360751209448,"is_model_author":false}]}
    "#);
}

#[test]
fn a_status_has_the_usual_body() {
    let usual: String = [400, 401, 402, 403, 404, 408, 422, 429, 500, 502, 503, 504, 418]
        .into_iter()
        .map(|code| under(Fault::status(code), Asks::Stream))
        .collect();
    insta::assert_snapshot!(usual, @r#"
    400 | content-type: application/json; charset=utf-8
    {"error":{"message":"The requested model 'deepseek-ai/DeepSeek-V3.2:deepinfra' is not supported by any provider you have enabled.","type":"invalid_request_error","param":"model","code":"model_not_supported"}}
    401 | content-type: application/json; charset=utf-8
    {"error":"Invalid username or password."}
    402 | content-type: application/json; charset=utf-8
    {"error":"You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits."}
    403 | content-type: application/json; charset=utf-8
    {"error":"This authentication method does not have sufficient permissions to call Inference Providers on behalf of user sandbox-user"}
    404 | content-type: application/json; charset=utf-8
    {"error":"Not Found"}
    408 | content-type: application/json; charset=utf-8
    {"error":"Request Timeout"}
    422 | content-type: application/json; charset=utf-8
    {"detail":[{"type":"value_error","loc":["body"],"msg":"Value error"}]}
    429 | content-type: application/json; charset=utf-8
    {"error":{"message":"The engine is currently overloaded, please try again later","type":"rate_limit_error","param":null,"code":"engine_overloaded"}}
    500 | content-type: application/json; charset=utf-8
    {"error":"Internal Server Error"}
    502 | content-type: text/html; charset=utf-8
    <!DOCTYPE html>
    <html>
    <head><title>502 Bad Gateway</title></head>
    <body>
    <h1>502 Bad Gateway</h1>
    </body>
    </html>
    503 | content-type: text/html; charset=utf-8
    <!DOCTYPE html>
    <html>
    <head><title>503 Service Unavailable</title></head>
    <body>
    <h1>503 Service Unavailable</h1>
    </body>
    </html>
    504 | content-type: text/html; charset=utf-8
    <!DOCTYPE html>
    <html>
    <head><title>504 Gateway Timeout</title></head>
    <body>
    <h1>504 Gateway Timeout</h1>
    </body>
    </html>
    418 | content-type: application/json; charset=utf-8
    {"error":"I'm a teapot"}
    "#);
}

#[test]
fn a_status_says_what_is_scripted() {
    let json = r#"{"kind":"status","code":429,"body":"{\"detail\":\"slow down\"}","content_type":"application/json",
        "retry_after":7,"headers":{"x-inference-provider":"novita"}}"#;
    insta::assert_snapshot!(under(serde_json::from_str(json).unwrap(), Asks::Stream), @r#"
    429 | content-type: application/json | retry-after: 7 | x-inference-provider: novita
    {"detail":"slow down"}
    "#);
    let json = r#"{"kind":"status","code":503,"body":"busy"}"#;
    insta::assert_snapshot!(under(serde_json::from_str(json).unwrap(), Asks::Stream), @r#"
    503 | content-type: text/plain
    busy
    "#);
    let json = r#"{"kind":"status","code":503,"content_type":"text/html","headers":{"retry-after":"Fri, 31 Dec 2027 23:59:59 GMT"}}"#;
    insta::assert_snapshot!(under(serde_json::from_str(json).unwrap(), Asks::Stream), @r#"
    503 | content-type: text/html | retry-after: Fri, 31 Dec 2027 23:59:59 GMT
    <!DOCTYPE html>
    <html>
    <head><title>503 Service Unavailable</title></head>
    <body>
    <h1>503 Service Unavailable</h1>
    </body>
    </html>
    "#);
}

#[test]
fn a_cut_ends_in_three_ways() {
    let cut = |ending: &str| {
        let json = format!(r#"{{"kind":"cut-stream","after":2,"ending":"{ending}"}}"#);
        under(serde_json::from_str(&json).unwrap(), Asks::Stream)
    };
    insta::assert_snapshot!(cut("clean"), @r#"
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    "#);
    insta::assert_snapshot!(cut("close"), @r#"
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    [Closed]
    "#);
    insta::assert_snapshot!(cut("reset"), @r#"
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {…"choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}
    [Reset]
    "#);
}

#[test]
fn a_connection_ends_without_a_byte_in_two_ways() {
    let close = |ending: &str| {
        let json = format!(r#"{{"kind":"close-before-reply","ending":"{ending}"}}"#);
        under(serde_json::from_str(&json).unwrap(), Asks::Whole)
    };
    insta::assert_snapshot!(close("close"), @r#"
    0

    [Closed]
    "#);
    insta::assert_snapshot!(close("reset"), @r#"
    0

    [Reset]
    "#);
}

#[test]
fn an_error_event_has_two_forms() {
    let error = |form: &str| {
        let json = format!(r#"{{"kind":"error-event","after":1,"form":"{form}"}}"#);
        under(serde_json::from_str(&json).unwrap(), Asks::Stream)
    };
    insta::assert_snapshot!(error("string"), @r#"
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {"error":"the engine stopped in the middle of the answer"}
    "#);
    insta::assert_snapshot!(error("object"), @r#"
    200 | content-type: text/event-stream; charset=utf-8 | x-inference-provider: deepinfra
    data: {…"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}
    data: {"error":{"message":"the engine stopped in the middle of the answer","type":"server_error"}}
    "#);
}

#[test]
fn a_place_beyond_the_end_is_the_end() {
    for kind in ["cut-stream", "error-event", "invalid-json"] {
        let json = format!(r#"{{"kind":"{kind}","after":1000}}"#);
        let text = under(serde_json::from_str(&json).unwrap(), Asks::Stream);
        assert!(text.contains(r#""finish_reason":"length""#), "{text}");
    }
}
