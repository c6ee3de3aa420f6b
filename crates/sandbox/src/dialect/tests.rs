use super::*;
use crate::answer::Finish;

fn stream(provider: &str, thinks: bool, include_usage: bool) -> String {
    let answer = Answer {
        thoughts: if thinks { vec!["Hm. ".into()] } else { vec![] },
        words: vec!["Good ".into(), "day".into()],
        finish: Finish::Stop,
        prompt_tokens: 3,
    };
    let completion = Completion::new(&answer, provider, "Org/Name-1.5", 7);
    let chunks = completion.to_chunks(include_usage);
    chunks.iter().map(|chunk| String::from_utf8_lossy(&chunk.bytes).into_owned()).collect()
}

#[test]
fn fireworks_is_plain_with_usage_at_the_end() {
    insta::assert_snapshot!(stream("fireworks-ai", true, false), @r#"
    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"accounts/fireworks/models/name-1p5","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"accounts/fireworks/models/name-1p5","choices":[{"index":0,"delta":{"reasoning_content":"Hm. "},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"accounts/fireworks/models/name-1p5","choices":[{"index":0,"delta":{"content":"Good "},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"accounts/fireworks/models/name-1p5","choices":[{"index":0,"delta":{"content":"day"},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"accounts/fireworks/models/name-1p5","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":3,"total_tokens":6}}

    data: [DONE]
    "#);
}

#[test]
fn together_repeats_itself() {
    insta::assert_snapshot!(stream("together", true, false), @r#"
    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"","logprobs":null,"finish_reason":null,"seed":2353998402397987332,"delta":{"token_id":27424,"role":"assistant","content":"","reasoning":"Hm. ","tool_calls":null}}],"model":"Org/Name-1.5-Turbo","usage":null}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"Good ","logprobs":null,"finish_reason":null,"seed":2353998402397987332,"delta":{"token_id":51208,"role":"assistant","content":"Good ","tool_calls":null}}],"model":"Org/Name-1.5-Turbo","usage":null}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"day","logprobs":null,"finish_reason":null,"seed":2353998402397987332,"delta":{"token_id":46877,"role":"assistant","content":"day","tool_calls":null}}],"model":"Org/Name-1.5-Turbo","usage":null}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"choices":[{"index":0,"text":"","logprobs":null,"finish_reason":"stop","seed":2353998402397987332,"delta":{"token_id":96037,"role":"assistant","content":"","tool_calls":null}}],"model":"Org/Name-1.5-Turbo","usage":{"prompt_tokens":3,"completion_tokens":3,"total_tokens":6}}

    data: [DONE]
    "#);
}

#[test]
fn cerebras_ends_without_done() {
    insta::assert_snapshot!(stream("cerebras", true, false), @r#"
    data: {"id":"chatcmpl-sandbox-7","choices":[{"delta":{"role":"assistant"},"index":0}],"created":1786000000,"model":"name-1.5","object":"chat.completion.chunk"}

    data: {"id":"chatcmpl-sandbox-7","choices":[{"delta":{"reasoning":"Hm. "},"index":0}],"created":1786000000,"model":"name-1.5","object":"chat.completion.chunk"}

    data: {"id":"chatcmpl-sandbox-7","choices":[{"delta":{"content":"Good "},"index":0}],"created":1786000000,"model":"name-1.5","object":"chat.completion.chunk"}

    data: {"id":"chatcmpl-sandbox-7","choices":[{"delta":{"content":"day"},"index":0}],"created":1786000000,"model":"name-1.5","object":"chat.completion.chunk"}

    data: {"id":"chatcmpl-sandbox-7","choices":[{"delta":{},"finish_reason":"stop","index":0}],"created":1786000000,"model":"name-1.5","object":"chat.completion.chunk","usage":{"prompt_tokens":3,"completion_tokens":3,"total_tokens":6},"time_info":{"queue_time":0.0004,"prompt_time":0.0021,"completion_time":0.0119,"total_time":0.0144}}
    "#);
}

#[test]
fn novita_counts_in_every_chunk() {
    insta::assert_snapshot!(stream("novita", false, false), @r#"
    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"org/name-1.5","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null,"content_filter_results":{"hate":{"filtered":false},"violence":{"filtered":false}}}],"usage":{"prompt_tokens":3,"completion_tokens":0,"total_tokens":3}}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"org/name-1.5","choices":[{"index":0,"delta":{"content":"Good "},"finish_reason":null,"content_filter_results":{"hate":{"filtered":false},"violence":{"filtered":false}}}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"org/name-1.5","choices":[{"index":0,"delta":{"content":"day"},"finish_reason":null,"content_filter_results":{"hate":{"filtered":false},"violence":{"filtered":false}}}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"org/name-1.5","choices":[{"index":0,"delta":{},"finish_reason":"stop","content_filter_results":{"hate":{"filtered":false},"violence":{"filtered":false}}}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

    data: [DONE]
    "#);
}

#[test]
fn nscale_joins_the_last_word_and_the_end() {
    insta::assert_snapshot!(stream("nscale", false, false), @r#"
    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"Org/Name-1.5","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"Org/Name-1.5","choices":[{"index":0,"delta":{"content":"Good "},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"Org/Name-1.5","choices":[{"index":0,"delta":{"content":"day"},"finish_reason":"stop","stop_reason":null}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

    data: [DONE]
    "#);
}

#[test]
fn hf_inference_has_no_id_and_thinks_in_tags() {
    insta::assert_snapshot!(stream("hf-inference", true, false), @r#"
    data: {"object":"chat.completion.chunk","id":"","created":1786000000,"model":"Org/Name-1.5","system_fingerprint":"3.3.4-sandbox","choices":[{"index":0,"delta":{"role":"assistant","content":"<think>\n"},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"object":"chat.completion.chunk","id":"","created":1786000000,"model":"Org/Name-1.5","system_fingerprint":"3.3.4-sandbox","choices":[{"index":0,"delta":{"role":"assistant","content":"Hm. "},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"object":"chat.completion.chunk","id":"","created":1786000000,"model":"Org/Name-1.5","system_fingerprint":"3.3.4-sandbox","choices":[{"index":0,"delta":{"role":"assistant","content":"\n</think>\n\n"},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"object":"chat.completion.chunk","id":"","created":1786000000,"model":"Org/Name-1.5","system_fingerprint":"3.3.4-sandbox","choices":[{"index":0,"delta":{"role":"assistant","content":"Good "},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"object":"chat.completion.chunk","id":"","created":1786000000,"model":"Org/Name-1.5","system_fingerprint":"3.3.4-sandbox","choices":[{"index":0,"delta":{"role":"assistant","content":"day"},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"object":"chat.completion.chunk","id":"","created":1786000000,"model":"Org/Name-1.5","system_fingerprint":"3.3.4-sandbox","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":"stop"}],"usage":null}

    data: [DONE]
    "#);
}

#[test]
fn usage_on_request_is_a_chunk_without_choices() {
    insta::assert_snapshot!(stream("groq", false, true), @r#"
    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"name-1.5","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"name-1.5","choices":[{"index":0,"delta":{"content":"Good "},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"name-1.5","choices":[{"index":0,"delta":{"content":"day"},"finish_reason":null}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"name-1.5","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

    data: {"id":"chatcmpl-sandbox-7","object":"chat.completion.chunk","created":1786000000,"model":"name-1.5","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

    data: [DONE]
    "#);
}

#[test]
fn every_stream_ends_once_whatever_the_limit_left() {
    for provider in ["together", "cerebras", "novita", "nscale", "hf-inference", "featherless-ai", "x"] {
        for (thoughts, words) in [(0, 0), (1, 0), (0, 1), (2, 2)] {
            let answer = Answer {
                thoughts: vec!["t ".into(); thoughts],
                words: vec!["w ".into(); words],
                finish: Finish::Length,
                prompt_tokens: 1,
            };
            let chunks = Completion::new(&answer, provider, "a/b", 1).to_chunks(false);
            let ends = chunks
                .iter()
                .filter(|chunk| String::from_utf8_lossy(&chunk.bytes).contains(r#""finish_reason":"length""#))
                .count();
            assert_eq!(ends, 1, "{provider} {thoughts} {words}");
        }
    }
}

#[test]
fn a_whole_reply() {
    let answer = Answer {
        thoughts: vec!["Hm. ".into()],
        words: vec!["Good ".into(), "day".into()],
        finish: Finish::Stop,
        prompt_tokens: 3,
    };
    let whole = |provider| {
        serde_json::to_string_pretty(&Completion::new(&answer, provider, "Org/Name-1.5", 7).to_json())
            .unwrap()
    };
    insta::assert_snapshot!(whole("together"), @r#"
    {
      "id": "chatcmpl-sandbox-7",
      "object": "chat.completion",
      "created": 1786000000,
      "model": "Org/Name-1.5-Turbo",
      "choices": [
        {
          "index": 0,
          "logprobs": null,
          "seed": 2353998402397987332,
          "message": {
            "role": "assistant",
            "content": "Good day",
            "reasoning": "Hm. ",
            "tool_calls": []
          },
          "finish_reason": "stop"
        }
      ],
      "usage": {
        "prompt_tokens": 3,
        "completion_tokens": 3,
        "total_tokens": 6
      }
    }
    "#);
    insta::assert_snapshot!(whole("novita"), @r#"
    {
      "id": "chatcmpl-sandbox-7",
      "object": "chat.completion",
      "created": 1786000000,
      "model": "org/name-1.5",
      "choices": [
        {
          "index": 0,
          "message": {
            "role": "assistant",
            "content": "Good day",
            "reasoning_content": "Hm. "
          },
          "finish_reason": "stop",
          "content_filter_results": {
            "hate": {
              "filtered": false
            },
            "violence": {
              "filtered": false
            }
          }
        }
      ],
      "usage": {
        "prompt_tokens": 3,
        "completion_tokens": 3,
        "total_tokens": 6
      }
    }
    "#);
    insta::assert_snapshot!(whole("featherless-ai"), @r#"
    {
      "id": "chatcmpl-sandbox-7",
      "object": "chat.completion",
      "created": 1786000000,
      "model": "Org/Name-1.5",
      "choices": [
        {
          "index": 0,
          "message": {
            "role": "assistant",
            "content": "<think>\nHm. \n</think>\n\nGood day"
          },
          "finish_reason": "stop"
        }
      ],
      "usage": {
        "prompt_tokens": 3,
        "completion_tokens": 3,
        "total_tokens": 6
      }
    }
    "#);
}
