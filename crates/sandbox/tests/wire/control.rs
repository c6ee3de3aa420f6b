//! The control calls and the request log.

use openclaw_sandbox::{Fault, ReplyState, Sandbox, Script, TokenKind, When};
use serde_json::{Value, json};

use crate::client::{CHAT, GRANTED, Reply, chat, get, post, receive, sandbox, send};

fn delete(sandbox: &Sandbox, path: &str) -> Reply {
    receive(send(sandbox.addr(), &format!("DELETE {path}"), &[], ""))
}

#[test]
fn faults_are_scripted_from_outside() {
    let sandbox = sandbox();
    let scripts = r#"[
        { "when": { "path": "chat", "provider": "together" }, "times": 1, "fault": { "kind": "status", "code": 503 } },
        { "when": { "path": "whoami" }, "times": null, "fault": { "kind": "empty-body" } },
        { "fault": { "kind": "status", "code": 500 } }
    ]"#;
    insta::assert_snapshot!(post(&sandbox, "/_sandbox/faults", &[], scripts).whole(), @r#"
    200
    content-type: application/json

    {"scripts":3}
    "#);
    assert_eq!(chat(&sandbox, "Qwen/Qwen2.5-7B-Instruct:together", false).status, 503);
    assert_eq!(chat(&sandbox, "Qwen/Qwen2.5-7B-Instruct:together", false).status, 500);
    assert_eq!(get(&sandbox, "/api/whoami-v2", &[GRANTED]).text(), "");
    insta::assert_snapshot!(get(&sandbox, "/_sandbox/faults", &[]).text(), @r#"[{"when":{"path":"whoami"},"times":null,"fault":{"kind":"empty-body"}},{"when":{},"times":null,"fault":{"kind":"status","code":500}}]"#);
    assert_eq!(delete(&sandbox, "/_sandbox/faults").status, 204);
    assert_eq!(chat(&sandbox, "Qwen/Qwen2.5-7B-Instruct:together", false).status, 200);
}

#[test]
fn a_script_that_does_not_fit_is_explained() {
    let sandbox = sandbox();
    let refuse = |body: &str| {
        let reply = post(&sandbox, "/_sandbox/faults", &[], body);
        assert_eq!((reply.status, sandbox.scripts()), (400, vec![]), "{body}");
        reply.text()
    };
    insta::assert_snapshot!(refuse("{}"), @r#"{"error":"invalid type: map, expected a sequence at line 1 column 0"}"#);
    insta::assert_snapshot!(refuse(r#"[{"fault":{"kind":"cut-steam"}}]"#), @r#"{"error":"unknown variant `cut-steam`, expected one of `status`, `html`, `hang`, `delay`, `close-before-reply`, `slow-drip`, `cut-stream`, `error-event`, `invalid-json`, `gzip-bomb`, `huge-body`, `redirect`, `wrong-content-type`, `empty-body`, `other-shape`, `rows`, `no-done`, `empty-frames`, `split-bytes`, `cr-lf` at line 1 column 29"}"#);
    insta::assert_snapshot!(refuse(r#"[{"wen":{},"fault":{"kind":"hang"}}]"#), @r#"{"error":"unknown field `wen`, expected one of `when`, `times`, `fault` at line 1 column 7"}"#);
    insta::assert_snapshot!(refuse(r#"[{"when":{"path":"embeddings"},"fault":{"kind":"hang"}}]"#), @r#"{"error":"unknown variant `embeddings`, expected one of `chat`, `models`, `whoami` at line 1 column 29"}"#);
    insta::assert_snapshot!(refuse(r#"[{"fault":{"kind":"status","code":99}}]"#), @r#"{"error":"script 0: status `99` cannot be sent, expected 200 to 599 (a redirect: 300 to 399)"}"#);
}

#[test]
fn the_log_tells_what_was_asked_and_no_secret() {
    let sandbox = sandbox();
    let body = json!({
        "model": "deepseek-ai/DeepSeek-R1:cheapest",
        "messages": [{ "role": "user", "content": "a private word" }],
        "stream": true,
        "max_tokens": 1,
    });
    let headers = [GRANTED, ("user-agent", "rehearsal/1"), ("x-api-key", "private too")];
    assert_eq!(post(&sandbox, CHAT, &headers, &body.to_string()).status, 200);

    let text = get(&sandbox, "/_sandbox/requests", &[]).text();
    for secret in ["hf_rehearsal", "private"] {
        assert!(!text.contains(secret), "{text}");
    }
    let mut log: Value = serde_json::from_str(&text).unwrap();
    for key in ["at_us", "head_us", "end_us"] {
        assert!(log[0][key].take().is_u64());
    }
    let host = sandbox.addr().to_string();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap().replace(&host, "ADDR"), @r#"
    [
      {
        "number": 1,
        "at_us": null,
        "method": "POST",
        "path": "/v1/chat/completions",
        "token": "granted",
        "model": "deepseek-ai/DeepSeek-R1",
        "suffix": "cheapest",
        "provider": "novita",
        "stream": true,
        "body_keys": [
          "model",
          "messages",
          "stream",
          "max_tokens"
        ],
        "headers": [
          [
            "authorization",
            "<granted>"
          ],
          [
            "connection",
            "close"
          ],
          [
            "content-length",
            "129"
          ],
          [
            "host",
            "ADDR"
          ],
          [
            "user-agent",
            "rehearsal/1"
          ],
          [
            "x-api-key",
            "<redacted>"
          ]
        ],
        "fault": null,
        "status": 200,
        "head_us": null,
        "end_us": null,
        "state": "sent"
      }
    ]
    "#);

    let recorded = &sandbox.requests()[0];
    assert_eq!((recorded.token, recorded.state), (TokenKind::Granted, ReplyState::Sent));
    assert_eq!(recorded.header("user-agent"), Some("rehearsal/1"));

    assert_eq!(delete(&sandbox, "/_sandbox/requests").status, 204);
    assert_eq!(sandbox.requests(), []);
}

#[test]
fn every_request_is_in_the_log_but_control_calls() {
    let sandbox = sandbox();
    get(&sandbox, "/v1/models", &[]);
    get(&sandbox, "/v1/models/Qwen/QwQ-32B", &[]);
    get(&sandbox, "/_sandbox/faults", &[]);
    get(&sandbox, "/api/whoami-v2", &[]);
    get(&sandbox, "/elsewhere", &[]);
    post(&sandbox, CHAT, &[], "not json");
    let seen: Vec<(String, Option<u16>)> =
        sandbox.requests().into_iter().map(|recorded| (recorded.path, recorded.status)).collect();
    insta::assert_snapshot!(serde_json::to_string(&seen).unwrap(), @r#"[["/v1/models",200],["/v1/models/Qwen/QwQ-32B",200],["/api/whoami-v2",401],["/elsewhere",404],["/v1/chat/completions",401]]"#);
}

#[test]
fn clear_forgets_both() {
    let sandbox = sandbox();
    sandbox.script(vec![Script::always(When::default(), Fault::EmptyBody)]).unwrap();
    get(&sandbox, "/v1/models", &[]);
    sandbox.clear();
    assert_eq!((sandbox.requests(), sandbox.scripts()), (vec![], vec![]));
}
