//! The exit codes, in one table.

/// Why the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something failed that has no code of its own.
    Failure,
    /// The command line or the config is wrong.
    Usage,
    /// The model or its provider cannot answer now.
    Unavailable,
    /// The token is missing, refused, lacks a permission, or has no credits left.
    Auth,
    /// The network is dead or too slow.
    Network,
    /// The answer broke off.
    Truncated,
    /// Ctrl-C.
    Interrupted,
    /// The reader of the output went away, which is its right.
    Quiet,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Unavailable => 3,
            Self::Auth => 4,
            Self::Network => 5,
            Self::Truncated => 6,
            Self::Interrupted => 130,
            Self::Quiet => 0,
        }
    }
}
