//! What can go wrong, as data: the same shape in Rust and in the control call.

pub(crate) mod apply;
mod gzip;
pub(crate) mod models;
pub(crate) mod script;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use script::Scripts;
pub use script::{Endpoint, Script, ScriptError, ScriptErrorKind, When};

/// How a connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ending {
    /// Properly: the body is complete as far as HTTP can tell, only its content is not.
    Clean,
    /// The peer closes the connection in the middle of the body (FIN).
    #[default]
    Close,
    /// The peer resets the connection (RST).
    Reset,
}

/// How an error looks inside a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorForm {
    /// `{"error": "text"}`
    #[default]
    String,
    /// `{"error": {"message": "text", "type": "server_error"}}`
    Object,
}

/// One thing that goes wrong.
///
/// **Shape** in JSON: `{"kind": "cut-stream", "after": 3, "ending": "reset"}`; the kind is the variant in
/// kebab-case, fields that are left out take the default named at the field.
/// A *chunk* is one frame of an event stream.
/// A fault that bends a stream bends a JSON reply as far as that has a meaning, and says so below where it has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// A refusal with this status.
    Status {
        /// 200 to 599.
        code: u16,
        /// `None`: what the router or a provider usually sends with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// `None`: the one of the usual body; `text/plain` for a given one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_type: Option<String>,
        /// Seconds of a `Retry-After`; `None` sends none, as the router often does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
        /// More headers, such as a `retry-after` in date form or `x-inference-provider`.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
    },
    /// An HTML page, as a proxy on the way would send it.
    Html {
        /// Default 200.
        #[serde(default = "ok")]
        code: u16,
    },
    /// The request is taken and never answered.
    Hang,
    /// The right reply, late.
    Delay {
        /// Milliseconds before the head of the reply.
        ms: u64,
    },
    /// The connection ends without a byte.
    CloseBeforeReply {
        /// Default `close`; `clean` is the same here.
        #[serde(default)]
        ending: Ending,
    },
    /// The right reply, each chunk (of JSON: each sixteenth) after a pause.
    SlowDrip {
        /// Milliseconds before each chunk.
        ms: u64,
    },
    /// The stream stops in the middle; JSON stops half way.
    CutStream {
        /// Chunks that still come. JSON ignores it.
        #[serde(default)]
        after: usize,
        /// Default `close`.
        #[serde(default)]
        ending: Ending,
    },
    /// An error object inside a stream that began with 200; JSON becomes the error with a 200.
    ErrorEvent {
        /// Chunks before it. JSON ignores it.
        #[serde(default)]
        after: usize,
        /// Default `string`.
        #[serde(default)]
        form: ErrorForm,
    },
    /// A chunk that is not JSON, after which the stream goes on; JSON stops half way, with a fitting length.
    InvalidJson {
        /// Chunks before it. JSON ignores it.
        #[serde(default)]
        after: usize,
    },
    /// A small body in `Content-Encoding: gzip`, unasked, which inflates to this many zeros.
    GzipBomb {
        /// Bytes after inflation; default 512 MiB. A thousandth of it is sent.
        #[serde(default = "half_a_gib")]
        bytes: u64,
    },
    /// A body that does not end soon: one line in a stream, one string in JSON.
    HugeBody {
        /// Default 512 MiB.
        #[serde(default = "half_a_gib")]
        bytes: u64,
    },
    /// A redirect.
    Redirect {
        /// The `Location`.
        to: String,
        /// 300 to 399; default 307.
        #[serde(default = "temporary")]
        code: u16,
    },
    /// The right body under another content type.
    WrongContentType {
        /// Default `text/plain`.
        #[serde(default = "plain_text")]
        content_type: String,
    },
    /// 200 without a body.
    EmptyBody,
    /// Valid JSON of another shape; in a stream each chunk is.
    OtherShape,
    /// A list of this many generated models instead of the catalogue; chat and whoami ignore it.
    Rows {
        /// How many.
        n: u32,
    },
    /// The stream ends without `[DONE]`; JSON ignores it.
    NoDone,
    /// Comments, `{}`, `{"choices":[]}` and `{"choices":[{}]}` between the chunks; JSON ignores it.
    EmptyFrames,
    /// The right bytes in pieces that follow no boundary, not even of a character.
    SplitBytes {
        /// Bytes in a piece; 0 counts as 1.
        size: usize,
    },
    /// Lines of the stream end in CR LF; JSON ignores it.
    CrLf,
}

impl Fault {
    /// A refusal with the usual body for `code`.
    ///
    /// ```
    /// use openclaw_sandbox::Fault;
    /// let json = serde_json::to_string(&Fault::status(429)).unwrap();
    /// assert_eq!(json, r#"{"kind":"status","code":429}"#);
    /// ```
    #[must_use]
    pub const fn status(code: u16) -> Self {
        Self::Status { code, body: None, content_type: None, retry_after: None, headers: BTreeMap::new() }
    }

    /// The kind as in JSON: `cut-stream`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Html { .. } => "html",
            Self::Hang => "hang",
            Self::Delay { .. } => "delay",
            Self::CloseBeforeReply { .. } => "close-before-reply",
            Self::SlowDrip { .. } => "slow-drip",
            Self::CutStream { .. } => "cut-stream",
            Self::ErrorEvent { .. } => "error-event",
            Self::InvalidJson { .. } => "invalid-json",
            Self::GzipBomb { .. } => "gzip-bomb",
            Self::HugeBody { .. } => "huge-body",
            Self::Redirect { .. } => "redirect",
            Self::WrongContentType { .. } => "wrong-content-type",
            Self::EmptyBody => "empty-body",
            Self::OtherShape => "other-shape",
            Self::Rows { .. } => "rows",
            Self::NoDone => "no-done",
            Self::EmptyFrames => "empty-frames",
            Self::SplitBytes { .. } => "split-bytes",
            Self::CrLf => "cr-lf",
        }
    }
}

const fn ok() -> u16 {
    200
}

const fn temporary() -> u16 {
    307
}

const fn half_a_gib() -> u64 {
    512 << 20
}

fn plain_text() -> String {
    "text/plain".to_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Every kind, from the list that serde prints when it meets an unknown one: no variant can be forgotten.
    pub(crate) fn every_kind() -> Vec<String> {
        let error = serde_json::from_str::<Fault>(r#"{"kind":"?"}"#).unwrap_err().to_string();
        let list = error.split_once("expected one of ").expect("a list of kinds").1;
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The shortest JSON of a kind: only what has no default.
    pub(crate) fn shortest(kind: &str) -> String {
        match kind {
            "status" => r#"{"kind":"status","code":429}"#.into(),
            "delay" => r#"{"kind":"delay","ms":50}"#.into(),
            "slow-drip" => r#"{"kind":"slow-drip","ms":5}"#.into(),
            "redirect" => r#"{"kind":"redirect","to":"http://127.0.0.1:9/"}"#.into(),
            "rows" => r#"{"kind":"rows","n":3}"#.into(),
            "split-bytes" => r#"{"kind":"split-bytes","size":1}"#.into(),
            kind => format!(r#"{{"kind":"{kind}"}}"#),
        }
    }

    #[test]
    fn every_kind_is_read_and_printed() {
        let kinds = every_kind();
        assert!(kinds.len() >= 20, "{kinds:?}");
        for kind in kinds {
            let fault: Fault = serde_json::from_str(&shortest(&kind)).unwrap();
            assert_eq!(fault.kind(), kind);
            let again: Fault = serde_json::from_str(&serde_json::to_string(&fault).unwrap()).unwrap();
            assert_eq!(again, fault);
        }
    }

    #[test]
    fn a_field_that_does_not_exist_is_refused() {
        let error = serde_json::from_str::<Fault>(r#"{"kind":"cut-stream","afer":3}"#).unwrap_err();
        insta::assert_snapshot!(error, @"unknown field `afer`, expected `after` or `ending`");
    }
}
