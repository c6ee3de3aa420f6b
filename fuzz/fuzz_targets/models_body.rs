#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| openclaw_tests::laws::check("models_body", data));
