//! What doctor looks at, and what it finds.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing has to be done.
    Note,
    /// It works, but hardly as meant, or not for long.
    Warning,
    /// It keeps something from working, or shows a secret.
    Error,
}

impl Level {
    pub(super) const ALL: [Self; 4] = [Self::Ok, Self::Note, Self::Warning, Self::Error];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The parts of a report, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Token,
    Files,
    Config,
    Router,
    Gateway,
    Surroundings,
}

impl Section {
    pub(super) const ALL: [Self; 6] =
        [Self::Token, Self::Files, Self::Config, Self::Router, Self::Gateway, Self::Surroundings];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Token => "Token",
            Self::Files => "Files",
            Self::Config => "Config",
            Self::Router => "Router",
            Self::Gateway => "Gateway",
            Self::Surroundings => "Surroundings",
        }
    }
}

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $section:ident: $looks:literal,)*) => {
        /// What is looked at. A name is for programs and stays.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Check {
            $($variant,)*
        }

        impl Check {
            /// Every check; `docs/doctor.md` has a row for each.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            pub(super) const fn section(self) -> Section {
                match self {
                    $(Self::$variant => Section::$section,)*
                }
            }

            /// What it looks at, in words.
            #[cfg(test)]
            pub(super) const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$variant => $looks,)*
                }
            }
        }
    };
}

checks! {
    TokenPresent = "token.present" in Token: "whether there is a token, and from where",
    TokenUnusable = "token.unusable" in Token: "places that would have won and hold no token that can be used",
    TokenShadowed = "token.shadowed" in Token: "tokens that another one hides",
    TokenVerdict = "token.verdict" in Token: "what Hugging Face says of the token: valid, refused, lacks the permission",
    TokenExposed = "token.exposed" in Token: "whether the token stands in OpenClaw's log of config changes",
    FilesMode = "files.mode" in Files: "who may read the files that hold secrets, backups included",
    FilesKind = "files.kind" in Files: "whether the state folder is a folder, and its `.env` a file",
    ConfigSyntax = "config.syntax" in Config: "whether the config can be read",
    ConfigKey = "config.key" in Config: "keys that OpenClaw refuses, that are misspelt, or that stand there twice",
    ConfigReference = "config.reference" in Config: "references that are none, and words that are no alias",
    ConfigFallback = "config.fallback" in Config: "fallbacks that are the default model, or stand there twice",
    ConfigAllowlist = "config.allowlist" in Config: "lists of allowed models that leave out the default model or a fallback",
    ConfigAlias = "config.alias" in Config: "aliases that cannot be used, or that two models have",
    ConfigEntry = "config.entry" in Config: "entries of the provider's models that OpenClaw refuses",
    ConfigOffer = "config.offer" in Config: "models that the config names and nobody offers now",
    ConfigForeign = "config.foreign" in Config: "models of other providers, which are kept and never asked here",
    ConfigDefault = "config.default" in Config: "whether a default model is set",
    RouterAddress = "router.address" in Router: "whether the router's address can be used",
    RouterReachable = "router.reachable" in Router: "whether the router lists its models",
    RouterList = "router.list" in Router: "how old the kept list is, where the router is not asked",
    GatewayListening = "gateway.listening" in Gateway: "who answers on the gateway's port",
    GatewayReady = "gateway.ready" in Gateway: "whether a running gateway can be sent requests",
    GatewayFile = "gateway.file" in Gateway: "whether the gateway's own file can be read",
    GatewayToken = "gateway.token" in Gateway: "whether a gateway that a service manager starts would see the token",
    Clock = "surroundings.clock" in Surroundings: "this machine's clock against the router's",
    Proxy = "surroundings.proxy" in Surroundings: "the variables that name proxies",
    CaFile = "surroundings.ca-file" in Surroundings: "the file of authorities in SSL_CERT_FILE",
    OtherProgram = "surroundings.openclaw" in Surroundings: "another openclaw in PATH, and the version that last wrote the config",
}

/// One thing that was found. Whatever is a warning or worse says why, and what to type.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) check: Check,
    pub(super) level: Level,
    /// A fragment.
    pub(super) what: String,
    /// Why it matters, as a fragment.
    pub(super) why: Option<String>,
    /// A command that mends it.
    pub(super) fix: Option<String>,
    /// A place in the config, or a file.
    pub(super) path: Option<String>,
    /// Whether `--fix` mends it.
    pub(super) is_mendable: bool,
}

/// What `--fix` is told by.
pub(super) const FIX: &str = "openclaw doctor --fix";

impl Finding {
    fn new(check: Check, level: Level, what: impl Into<String>) -> Self {
        Self { check, level, what: what.into(), why: None, fix: None, path: None, is_mendable: false }
    }

    pub(super) fn ok(check: Check, what: impl Into<String>) -> Self {
        Self::new(check, Level::Ok, what)
    }

    pub(super) fn note(check: Check, what: impl Into<String>) -> Self {
        Self::new(check, Level::Note, what)
    }

    /// Something that is wrong: what, why it matters, and what to type.
    pub(super) fn wrong(
        check: Check,
        level: Level,
        what: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { why: Some(why.into()), fix: Some(fix.into()), ..Self::new(check, level, what) }
    }

    pub(super) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    pub(super) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    pub(super) fn mendable(mut self) -> Self {
        self.is_mendable = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_row_in_the_docs_and_every_row_a_check() {
        let page = include_str!("../../../../../docs/doctor.md");
        let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| `")).collect();
        let wanted: Vec<_> =
            Check::ALL.iter().map(|check| format!("| `{}` | {} |", check.name(), check.sentence())).collect();
        assert_eq!(rows, wanted);
    }

    #[test]
    fn checks_stand_in_the_order_of_their_sections() {
        let sections: Vec<_> = Check::ALL.iter().map(|check| check.section().title()).collect();
        let order: Vec<_> = Section::ALL.iter().map(|section| section.title()).collect();
        let mut seen = sections.clone();
        seen.dedup();
        assert_eq!(seen, order);
    }
}
