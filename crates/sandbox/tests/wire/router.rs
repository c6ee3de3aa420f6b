//! What the router itself answers.

use openclaw_sandbox::{Options, Pace, Sandbox};
use serde_json::{Value, json};

use crate::client::{CHAT, GRANTED, Reply, body, chat, get, post, sandbox};

fn as_token(sandbox: &Sandbox, token: &str, path: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    if path == CHAT {
        post(sandbox, path, &headers, &body("Qwen/Qwen3-8B", false))
    } else {
        get(sandbox, path, &headers)
    }
}

#[test]
fn the_list_is_public() {
    let sandbox = sandbox();
    let anonymous = get(&sandbox, "/v1/models", &[]);
    assert_eq!(anonymous.status, 200);
    assert_eq!(anonymous.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(anonymous.header("x-powered-by"), Some("huggingface-moon"));
    let refused = as_token(&sandbox, "hf_refused", "/v1/models?provider=together");
    assert_eq!(refused.body, anonymous.body);
    let list = anonymous.json();
    assert_eq!(list["object"], "list");
    assert!(list["data"].as_array().unwrap().len() >= 30);
    assert!(!anonymous.text().contains("sandbox/"));
}

#[test]
fn one_model_is_a_bare_object() {
    let sandbox = sandbox();
    let list = get(&sandbox, "/v1/models", &[]).json();
    for row in list["data"].as_array().unwrap() {
        let one = get(&sandbox, &format!("/v1/models/{}", row["id"].as_str().unwrap()), &[]);
        assert_eq!((one.status, &one.json()), (200, row));
    }
    insta::assert_snapshot!(get(&sandbox, "/v1/models/acme/nothing", &[]).whole(), @r#"
    404
    content-type: application/json; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000021;sandbox
    x-powered-by: huggingface-moon

    {"error":{"message":"The requested model 'acme/nothing' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}
    "#);
}

#[test]
fn fault_models_are_listed_on_request() {
    let sandbox = Sandbox::start_blocking(Options { fault_models: true, ..Options::default() }).unwrap();
    let list = get(&sandbox, "/v1/models", &[]).json();
    let rows = list["data"].as_array().unwrap();
    let faulty = rows.iter().filter(|row| row["owned_by"] == "sandbox").count();
    assert!(faulty >= 30 && rows.len() > faulty);
}

#[test]
fn whoami_depends_on_the_token() {
    let sandbox = sandbox();
    let path = "/api/whoami-v2";
    insta::assert_snapshot!(serde_json::to_string_pretty(&as_token(&sandbox, "hf_x", path).json()).unwrap(), @r#"
    {
      "type": "user",
      "id": "5a0db0c00000000000000001",
      "name": "sandbox-user",
      "fullname": "Sandbox User",
      "isPro": false,
      "emailVerified": true,
      "canPay": false,
      "billingMode": "prepaid",
      "periodEnd": 1785542400,
      "avatarUrl": "/avatars/sandbox-user.svg",
      "orgs": [
        {
          "type": "org",
          "id": "5a0db0c00000000000000002",
          "name": "sandbox-org",
          "fullname": "Sandbox Org",
          "email": null,
          "canPay": true,
          "billingMode": "postpaid",
          "periodEnd": 1785542400,
          "plan": "team",
          "avatarUrl": "/avatars/sandbox-org.svg",
          "roleInOrg": "write"
        }
      ],
      "auth": {
        "type": "access_token",
        "accessToken": {
          "displayName": "sandbox token",
          "role": "fineGrained",
          "createdAt": "2026-07-23T00:00:00.000Z",
          "fineGrained": {
            "canReadGatedRepos": false,
            "global": [
              "discussion.write"
            ],
            "scoped": [
              {
                "entity": {
                  "_id": "5a0db0c00000000000000001",
                  "type": "user",
                  "name": "sandbox-user"
                },
                "permissions": [
                  "repo.content.read",
                  "inference.serverless.write",
                  "user.billing.read"
                ]
              },
              {
                "entity": {
                  "_id": "5a0db0c00000000000000002",
                  "type": "org",
                  "name": "sandbox-org"
                },
                "permissions": [
                  "inference.serverless.write",
                  "org.billing.read"
                ]
              }
            ]
          }
        }
      }
    }
    "#);
    let auth = |token| as_token(&sandbox, token, path).json()["auth"]["accessToken"].clone();
    insta::assert_snapshot!(auth("hf_read"), @r#"{"displayName":"sandbox read token","role":"read","createdAt":"2026-07-23T00:00:00.000Z"}"#);
    insta::assert_snapshot!(auth("hf_noperm"), @r#"{"displayName":"sandbox token","role":"fineGrained","createdAt":"2026-07-23T00:00:00.000Z","fineGrained":{"canReadGatedRepos":false,"global":["discussion.write"],"scoped":[{"entity":{"_id":"5a0db0c00000000000000001","type":"user","name":"sandbox-user"},"permissions":["repo.content.read","repo.write"]},{"entity":{"_id":"5a0db0c00000000000000002","type":"org","name":"sandbox-org"},"permissions":["repo.content.read"]}]}}"#);
    assert_eq!(auth("hf_nocredit"), auth("hf_x"));
    insta::assert_snapshot!(as_token(&sandbox, "hf_refused", path).whole(), @r#"
    401
    content-type: application/json; charset=utf-8
    www-authenticate: Bearer realm="Authentication required"
    x-error-message: Invalid username or password.
    x-request-id: Root=1-5a0db0c0-000000000000000000000006;sandbox
    x-powered-by: huggingface-moon

    {"error":"Invalid username or password."}
    "#);
    assert_eq!(as_token(&sandbox, "sk-other", path).status, 401);
    assert_eq!(get(&sandbox, path, &[]).status, 401);
}

#[test]
fn chat_depends_on_the_token() {
    let sandbox = sandbox();
    let answer = |token| as_token(&sandbox, token, CHAT);
    assert_eq!(answer("hf_x").status, 200);
    assert_eq!(answer("hf_read").status, 200);
    insta::assert_snapshot!(answer("hf_refused").whole(), @r#"
    401
    content-type: application/json; charset=utf-8
    www-authenticate: Bearer realm="Authentication required"
    x-error-message: Invalid username or password.
    x-request-id: Root=1-5a0db0c0-000000000000000000000003;sandbox
    x-powered-by: huggingface-moon

    {"error":"Invalid username or password."}
    "#);
    insta::assert_snapshot!(answer("hf_noperm").whole(), @r#"
    403
    content-type: application/json; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000004;sandbox
    x-powered-by: huggingface-moon

    {"error":"This authentication method does not have sufficient permissions to call Inference Providers on behalf of user sandbox-user"}
    "#);
    insta::assert_snapshot!(answer("hf_nocredit").whole(), @r#"
    402
    content-type: application/json; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000005;sandbox
    x-powered-by: huggingface-moon

    {"error":"You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits."}
    "#);
    insta::assert_snapshot!(post(&sandbox, CHAT, &[], &body("Qwen/Qwen3-8B", false)).whole(), @r#"
    401
    content-type: text/html; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000006;sandbox
    x-powered-by: huggingface-moon

    <!DOCTYPE html>
    <html>
    <head><title>401 Unauthorized</title></head>
    <body>
    <h1>401 Unauthorized</h1>
    </body>
    </html>
    "#);
}

#[test]
fn the_token_is_looked_at_before_the_model_and_the_model_before_the_credit() {
    let sandbox = sandbox();
    let nobody = body("acme/nothing", false);
    let status = |token: &str| post(&sandbox, CHAT, &[("authorization", token)], &nobody).status;
    assert_eq!(status("Bearer hf_refused"), 401);
    assert_eq!(status("Bearer hf_noperm"), 403);
    assert_eq!(status("Bearer hf_nocredit"), 400);
}

#[test]
fn only_the_own_organisation_can_be_billed() {
    let sandbox = sandbox();
    let body = body("Qwen/Qwen3-8B", false);
    let bill = |org| post(&sandbox, CHAT, &[GRANTED, ("x-hf-bill-to", org)], &body);
    assert_eq!(bill("sandbox-org").status, 200);
    insta::assert_snapshot!(bill("acme").json(), @r#"{"error":"This authentication method does not have sufficient permissions to call Inference Providers on behalf of org acme"}"#);
}

#[test]
fn the_suffix_decides_who_serves() {
    let sandbox = sandbox();
    let check = |suffix: &str, expect: &str| {
        let reply = chat(&sandbox, &format!("deepseek-ai/DeepSeek-R1{suffix}"), false);
        assert_eq!((reply.status, reply.header("x-inference-provider")), (200, Some(expect)), "{suffix}");
    };
    check("", "fireworks-ai");
    check(":fastest", "fireworks-ai");
    check(":cheapest", "novita");
    check(":preferred", "together");
    check(":together", "together");
    check(":featherless-ai", "featherless-ai");
}

#[test]
fn what_nobody_serves_is_a_400() {
    let sandbox = sandbox();
    insta::assert_snapshot!(chat(&sandbox, "deepseek-ai/DeepSeek-R1:sambanova", true).whole(), @r#"
    400
    content-type: application/json; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000001;sandbox
    x-powered-by: huggingface-moon

    {"error":{"message":"The requested model 'deepseek-ai/DeepSeek-R1:sambanova' is not supported by any provider you have enabled.","type":"invalid_request_error","param":"model","code":"model_not_supported"}}
    "#);
    insta::assert_snapshot!(chat(&sandbox, "deepseek-ai/DeepSeek-R9", false).whole(), @r#"
    400
    content-type: application/json; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000002;sandbox
    x-powered-by: huggingface-moon

    {"error":{"message":"The requested model 'deepseek-ai/DeepSeek-R9' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}
    "#);
    let code = |model| chat(&sandbox, model, false).json()["error"]["code"].clone();
    assert_eq!(code("deepseek-ai/DeepSeek-R1:deepinfra"), "model_not_supported");
    assert_eq!(code("deepreinforce-ai/Ornith-1.0-35B"), "model_not_supported");
    assert_eq!(code("gpt-4"), "model_not_found");
}

#[test]
fn a_wrong_body_is_a_400() {
    let sandbox = sandbox();
    let error = |body: &str| {
        let reply = post(&sandbox, CHAT, &[GRANTED], body);
        assert_eq!(reply.status, 400, "{body}");
        reply.text()
    };
    insta::assert_snapshot!(error(""), @r#"{"error":"Invalid JSON body"}"#);
    insta::assert_snapshot!(error("[]"), @r#"{"error":"Invalid JSON body"}"#);
    insta::assert_snapshot!(error("{}"), @r#"{"error":{"message":"Invalid 'model': expected a text such as `org/name`.","type":"invalid_request_error","param":"model","code":"invalid_value"}}"#);
    insta::assert_snapshot!(error(r#"{"model":"Qwen/Qwen3-8B"}"#), @r#"{"error":{"message":"Invalid 'messages': expected a non-empty array of messages.","type":"invalid_request_error","param":"messages","code":"invalid_value"}}"#);
    insta::assert_snapshot!(error(r#"{"model":"Qwen/Qwen3-8B","messages":[{}],"max_tokens":0}"#), @r#"{"error":{"message":"Invalid 'max_tokens': expected a whole number above 0.","type":"invalid_request_error","param":"max_tokens","code":"invalid_value"}}"#);
}

#[test]
fn elsewhere_is_a_404_and_another_method_a_405() {
    let sandbox = sandbox();
    insta::assert_snapshot!(get(&sandbox, "/v1/embeddings", &[]).whole(), @r#"
    404
    content-type: application/json; charset=utf-8
    x-request-id: Root=1-5a0db0c0-000000000000000000000001;sandbox
    x-powered-by: huggingface-moon

    {"error":"Not Found"}
    "#);
    assert_eq!(get(&sandbox, CHAT, &[]).status, 405);
    assert_eq!(post(&sandbox, "/v1/models", &[], "").status, 405);
}

#[test]
fn a_body_without_end_is_refused() {
    let sandbox = sandbox();
    let body = " ".repeat((32 << 20) + 1);
    let reply = post(&sandbox, CHAT, &[GRANTED], &body);
    assert_eq!((reply.status, reply.text()), (413, r#"{"error":"Request body too large"}"#.into()));
}

#[test]
fn a_whole_answer() {
    insta::assert_snapshot!(chat(&sandbox(), "deepseek-ai/DeepSeek-V3.2:deepinfra", false).whole(), @r#"
    200
    content-type: application/json; charset=utf-8
    x-inference-provider: deepinfra
    x-request-id: Root=1-5a0db0c0-000000000000000000000001;sandbox
    x-powered-by: huggingface-moon

    {"id":"chatcmpl-sandbox-1","object":"chat.completion","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"message":{"role":"assistant","content":"You asked: "},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}
    "#);
}

#[test]
fn a_streamed_answer() {
    insta::assert_snapshot!(chat(&sandbox(), "deepseek-ai/DeepSeek-V3.2:deepinfra", true).whole(), @r#"
    200
    content-type: text/event-stream; charset=utf-8
    x-inference-provider: deepinfra
    x-request-id: Root=1-5a0db0c0-000000000000000000000001;sandbox
    x-powered-by: huggingface-moon

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"delta":{"content":"You "},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"delta":{"content":"asked: "},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"model":"deepseek-ai/DeepSeek-V3.2","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}

    data: [DONE]
    "#);
}

#[test]
fn together_sends_a_retry_after_with_a_200() {
    insta::assert_snapshot!(chat(&sandbox(), "Qwen/Qwen2.5-7B-Instruct:together", true).whole(), @r#"
    200
    content-type: text/event-stream; charset=utf-8
    x-inference-provider: together
    retry-after: 2
    x-ratelimit-limit: 60
    x-ratelimit-remaining: 59
    x-ratelimit-reset: 1
    x-request-id: Root=1-5a0db0c0-000000000000000000000001;sandbox
    x-powered-by: huggingface-moon

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"You ","logprobs":null,"finish_reason":null,"seed":2353997990081126753,"delta":{"token_id":14356,"role":"assistant","content":"You ","tool_calls":null}}],"model":"Qwen/Qwen2.5-7B-Instruct-Turbo","usage":null}

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"asked: ","logprobs":null,"finish_reason":null,"seed":2353997990081126753,"delta":{"token_id":78753,"role":"assistant","content":"asked: ","tool_calls":null}}],"model":"Qwen/Qwen2.5-7B-Instruct-Turbo","usage":null}

    data: {"id":"chatcmpl-sandbox-1","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"","logprobs":null,"finish_reason":"length","seed":2353997990081126753,"delta":{"token_id":96037,"role":"assistant","content":"","tool_calls":null}}],"model":"Qwen/Qwen2.5-7B-Instruct-Turbo","usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}

    data: [DONE]
    "#);
}

#[test]
fn cerebras_ends_without_done() {
    let reply = chat(&sandbox(), "meta-llama/Llama-3.3-70B-Instruct:cerebras", true);
    assert!(!reply.text().contains("[DONE]"));
    assert_eq!(reply.text().matches("finish_reason").count(), 1);
    assert_eq!(reply.header("x-ratelimit-limit-tokens-minute"), Some("60000"));
}

#[test]
fn each_frame_is_a_chunk_of_its_own() {
    let reply = chat(&sandbox(), "deepseek-ai/DeepSeek-V3.2:deepinfra", true);
    assert_eq!(reply.chunks.len(), reply.text().matches("\n\n").count());
}

#[test]
fn usage_comes_when_asked_for() {
    let sandbox = sandbox();
    let mut body: Value = serde_json::from_str(&body("deepseek-ai/DeepSeek-V3.2:deepinfra", true)).unwrap();
    body["stream_options"] = json!({ "include_usage": true });
    let text = post(&sandbox, CHAT, &[GRANTED], &body.to_string()).text();
    let last = text.trim_end().rsplit("\n\n").nth(1).unwrap();
    assert!(
        last.ends_with(r#""choices":[],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}"#),
        "{last}"
    );
}

#[test]
fn a_thinking_model_spends_the_limit_on_thought() {
    let reply = chat(&sandbox(), "Qwen/QwQ-32B", false).json();
    assert_eq!(reply["choices"][0]["message"]["content"], "");
    assert_eq!(reply["choices"][0]["message"]["reasoning_content"], "The question ");
    assert_eq!(reply["choices"][0]["finish_reason"], "length");
}

#[test]
fn a_long_answer_is_as_long_as_asked_for() {
    let sandbox = Sandbox::start_blocking(Options { answer_words: 300, ..Options::default() }).unwrap();
    let body = r#"{"model":"Qwen/Qwen2.5-7B-Instruct","messages":[{"role":"user","content":"hi"}]}"#;
    assert_eq!(post(&sandbox, CHAT, &[GRANTED], body).json()["usage"]["completion_tokens"], 300);
}

#[test]
fn the_pace_of_the_offer_is_kept() {
    // 201 ms to the first token and 142 tokens per second: at twenty times that, 10 ms and then 7 ms for 20 more.
    let pace = Pace::Offer { times: 20.0 };
    let sandbox = Sandbox::start_blocking(Options { pace, ..Options::default() }).unwrap();
    let body = r#"{"model":"Qwen/Qwen2.5-7B-Instruct","stream":true,"max_tokens":21,"messages":[{"role":"user","content":"hi"}]}"#;
    assert_eq!(post(&sandbox, CHAT, &[GRANTED], body).status, 200);
    let done = &sandbox.requests()[0];
    let (head, end) = (done.head_us.unwrap(), done.end_us.unwrap());
    assert!(head - done.at_us >= 10_000, "{done:?}");
    assert!(end - head >= 7_000, "{done:?}");
}

#[test]
fn a_connection_serves_more_than_one_request() {
    use std::io::{Read, Write};
    let sandbox = sandbox();
    let mut socket = std::net::TcpStream::connect(sandbox.addr()).unwrap();
    let one = "GET /v1/models/Qwen/QwQ-32B HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET /v1/models/Qwen/QwQ-32B HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    socket.write_all(format!("{one}{one}{last}").as_bytes()).unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 3);
}
