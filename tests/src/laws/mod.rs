//! Laws: what holds for any bytes.
//!
//! Each is a function that panics where its law is broken.
//! The fuzz targets call it with what the fuzzer makes up, and a test calls it with the seeds and with every input
//! that once broke it.

mod beyond;
mod chat_body;
mod config_load;
mod env_file;
mod error_body;
mod json5_edit;
mod json5_text;
mod merge;
mod model_ref;
mod models_body;
// One oracle for the crate's own laws and for these.
#[path = "../../../crates/json5-edit/tests/laws/oracle.rs"]
mod oracle;
mod relay;
mod script;
mod sse;
mod texts;

/// Panics where the bytes break the law.
pub type Law = fn(&[u8]);

/// Every law by the name of its fuzz target.
pub const ALL: &[(&str, Law)] = &[
    ("chat_body", chat_body::check),
    ("config_load", config_load::check),
    ("env_file", env_file::check),
    ("error_body", error_body::check),
    ("json5_edit", json5_edit::check),
    ("json5_text", json5_text::check),
    ("merge", merge::check),
    ("model_ref", model_ref::check),
    ("models_body", models_body::check),
    ("relay", relay::check),
    ("sse", sse::check),
];

/// Checks one law.
///
/// # Panics
///
/// The bytes break the law, or there is none of this name.
pub fn check(name: &str, data: &[u8]) {
    let law = ALL.iter().find(|(known, _)| *known == name);
    let (_, law) = law.expect("a law of this name");
    law(data);
}
