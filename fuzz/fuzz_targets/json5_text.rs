#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| openclaw_tests::laws::check("json5_text", data));
