//! Who answered.

/// What a reply's head says about who answered, for logs, `--stats` and the gateway's headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The HTTP status.
    pub status: u16,
    /// The provider that served the call (`x-inference-provider`), for example `together`; `None` when nobody says.
    pub provider: Option<String>,
    /// The id to name when asking for help (`x-request-id`).
    pub request_id: Option<String>,
}
