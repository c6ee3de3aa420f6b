//! Chat streams as providers send them.

use std::fmt::Write as _;

/// A stream of so many chunks of about 270 bytes, one word in each, as most providers write them.
///
/// The last has the finish reason; there is no `[DONE]`.
#[must_use]
pub fn chat_stream(chunks: usize) -> Vec<u8> {
    const WORDS: [&str; 8] = ["The", " answer", " is", " 42", ",", " naïve", " 東京", ".\\n"];
    let mut text = String::with_capacity(chunks * 290);
    for (n, word) in (0..chunks).zip(WORDS.iter().cycle()) {
        let finish = if n + 1 == chunks { r#""stop""# } else { "null" };
        // Writing to a `String` does not fail.
        let _ = write!(
            text,
            "data: {{\"id\":\"chatcmpl-9f2c4e5d8a7b4c6e\",\"object\":\"chat.completion.chunk\",\"created\":1764150000,\
             \"model\":\"Qwen/Qwen3-235B-A22B-Instruct-2507\",\"choices\":[{{\"index\":0,\"delta\":{{\"role\":\"assistant\",\
             \"content\":\"{word}\"}},\"logprobs\":null,\"finish_reason\":{finish}}}]}}\n\n"
        );
    }
    text.into_bytes()
}
