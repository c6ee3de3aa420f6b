//! The configuration examples of the specification, shared by the tests that read, list and route them.

/// The configuration examples of the specification, as they stand there.
pub(crate) const EXAMPLES: [(&str, &str); 7] = [
    ("default", include_str!("../examples/default.json5")),
    ("aliases", include_str!("../examples/aliases.json5")),
    ("fallback", include_str!("../examples/fallback.json5")),
    ("variants", include_str!("../examples/variants.json5")),
    ("three models", include_str!("../examples/three-models.json5")),
    ("pinned", include_str!("../examples/pinned.json5")),
    ("suffixes", include_str!("../examples/suffixes.json5")),
];
