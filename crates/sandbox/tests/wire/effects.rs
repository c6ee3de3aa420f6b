//! What a snapshot cannot show: sizes, pauses, pieces, and whom a fault leaves alone.

use std::io::Read;

use openclaw_sandbox::{Endpoint, Fault, Options, Sandbox, Script, When};

use crate::client::{End, GRANTED, chat, get, sandbox};
use crate::faults::MODEL;

#[test]
fn a_gzip_bomb_inflates() {
    let sandbox = sandbox();
    let bomb = Fault::GzipBomb { bytes: 50_000_000 };
    sandbox.script(vec![Script::always(When::path(Endpoint::Models), bomb)]).unwrap();
    let reply = get(&sandbox, "/v1/models", &[]);
    assert_eq!((reply.header("content-encoding"), reply.end), (Some("gzip"), End::Complete));
    assert!(reply.body.len() < 100_000);
    let mut zeros = 0;
    let mut inflate = flate2::read::GzDecoder::new(&reply.body[..]);
    let mut piece = [0; 65_536];
    while let Ok(n @ 1..) = inflate.read(&mut piece) {
        zeros += n;
    }
    assert!(zeros >= 50_000_000);
}

#[test]
fn a_huge_body_is_one_valid_value() {
    let sandbox = sandbox();
    sandbox.script(vec![Script::always(When::default(), Fault::HugeBody { bytes: 3_000_000 })]).unwrap();
    let whole = chat(&sandbox, MODEL, false).json();
    assert_eq!(whole["choices"][0]["message"]["content"].as_str().unwrap().len(), 3_000_000);
    let stream = chat(&sandbox, MODEL, true).text();
    assert_eq!(stream.lines().map(str::len).max(), Some(3_000_054));
    assert_eq!(get(&sandbox, "/v1/models", &[]).json()["data"][0]["id"].as_str().unwrap().len(), 3_000_000);
    let who = get(&sandbox, "/api/whoami-v2", &[GRANTED]).json();
    assert_eq!(who["name"].as_str().unwrap().len(), 3_000_000);
}

#[test]
fn generated_rows_are_models() {
    let sandbox = sandbox();
    sandbox.script(vec![Script::always(When::default(), Fault::Rows { n: 2_000 })]).unwrap();
    let list = get(&sandbox, "/v1/models", &[]).json();
    let rows = list["data"].as_array().unwrap();
    assert_eq!(rows.len(), 2_000);
    insta::assert_snapshot!(rows[1_001], @r#"{"id":"sandbox-org/generated-001001","object":"model","created":1786001001,"owned_by":"sandbox-org","architecture":{"input_modalities":["text"],"output_modalities":["text"]},"providers":[{"provider":"novita","status":"live","context_length":65536,"pricing":{"input":0.02,"output":0.24},"is_free":false,"supports_tools":true,"supports_structured_output":false,"first_token_latency_ms":501,"throughput":121.5,"is_model_author":false},{"provider":"together","status":"live","context_length":65536,"pricing":{"input":0.03,"output":0.26},"is_free":false,"supports_tools":true,"supports_structured_output":false,"first_token_latency_ms":501,"throughput":122.5,"is_model_author":false},{"provider":"deepinfra","status":"live","context_length":65536,"pricing":{"input":0.04,"output":0.28},"is_free":false,"supports_tools":true,"supports_structured_output":false,"first_token_latency_ms":501,"throughput":123.5,"is_model_author":false}]}"#);
    sandbox.clear_faults();
    sandbox.script(vec![Script::always(When::default(), Fault::Rows { n: 0 })]).unwrap();
    assert_eq!(get(&sandbox, "/v1/models", &[]).text(), r#"{"object":"list","data":[]}"#);
}

#[test]
fn pauses_are_kept() {
    let sandbox = sandbox();
    sandbox
        .script(vec![
            Script::once(When::default(), Fault::SlowDrip { ms: 4 }),
            Script::once(When::default(), Fault::Delay { ms: 15 }),
        ])
        .unwrap();
    let frames = chat(&sandbox, MODEL, true).text().matches("\n\n").count();
    chat(&sandbox, MODEL, true);
    let all = sandbox.requests();
    let (dripped, late) = (&all[0], &all[1]);
    assert!(dripped.end_us.unwrap() - dripped.head_us.unwrap() >= 4_000 * frames as u64, "{dripped:?}");
    assert!(late.head_us.unwrap() - late.at_us >= 15_000, "{late:?}");
}

#[test]
fn split_bytes_leave_one_by_one() {
    let sandbox = sandbox();
    sandbox.script(vec![Script::once(When::default(), Fault::SplitBytes { size: 0 })]).unwrap();
    let split = chat(&sandbox, MODEL, true);
    assert!(split.chunks.iter().all(|&size| size == 1));
    let whole = chat(&sandbox, MODEL, true).text();
    assert_eq!(split.text(), whole.replace("sandbox-2", "sandbox-1"));
}

#[test]
fn a_fault_of_one_provider_leaves_the_others_alone() {
    let sandbox = sandbox();
    sandbox
        .script(vec![Script {
            times: Some(2),
            ..Script::once(When::provider("fireworks-ai"), Fault::status(429))
        }])
        .unwrap();
    let status = |suffix: &str| chat(&sandbox, &format!("deepseek-ai/DeepSeek-R1{suffix}"), false).status;
    assert_eq!(status(":novita"), 200);
    assert_eq!(status(""), 429);
    assert_eq!(status(":fireworks-ai"), 429);
    assert_eq!(status(""), 200);
}

#[test]
fn fault_models_fail_where_they_should_and_nowhere_else() {
    let sandbox = Sandbox::start_blocking(Options { fault_models: true, ..Options::default() }).unwrap();
    let failed = chat(&sandbox, "sandbox/status-429-retry-after", true);
    assert_eq!((failed.status, failed.header("retry-after")), (429, Some("2")));
    assert_eq!(chat(&sandbox, "sandbox/status-429:cheapest", true).status, 429);
    assert_eq!(chat(&sandbox, "sandbox/status-429:deepinfra", true).status, 200);
    assert_eq!(chat(&sandbox, "sandbox/cut-stream", true).end, End::Closed);
    assert_eq!(get(&sandbox, "/v1/models/sandbox/status-429", &[]).status, 200);

    let without = crate::client::sandbox();
    assert_eq!(chat(&without, "sandbox/status-429", true).json()["error"]["code"], "model_not_found");
}
