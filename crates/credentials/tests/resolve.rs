//! Which place wins, and what is said about the others.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use openclaw_credentials::{
    ConfigKey, ConfigKeys, Given, Outcome, RefSource, Resolution, Search, Secret, SecretRef, Source, Via,
    resolve,
};
use tempfile::TempDir;

/// A home folder with a state folder in it, an environment, a config.
struct World {
    home: TempDir,
    env: Vec<(String, String)>,
    given: Option<Given>,
    config: ConfigKeys,
}

fn token(name: &str) -> String {
    format!("hf_{name}{}", "x".repeat(20))
}

impl World {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { home, env: Vec::new(), given: None, config: ConfigKeys::default() }
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.replace("{home}", self.home.path().to_str().unwrap())));
        self
    }

    fn given(mut self, via: Via, text: &str) -> Self {
        self.given = Some(Given { text: Secret::new(text), via });
        self
    }

    fn api_key(mut self, text: &str) -> Self {
        self.config.api_key = Some(ConfigKey::Text(Secret::new(text)));
        self
    }

    fn reference(mut self, source: RefSource, id: &str) -> Self {
        let reference = SecretRef { source, provider: "default".to_owned(), id: id.to_owned() };
        self.config.api_key = Some(ConfigKey::Reference(reference));
        self
    }

    fn var(mut self, name: &str, text: &str) -> Self {
        self.config.vars.push((name.to_owned(), Secret::new(text)));
        self
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn resolve(&self) -> Resolution {
        let env = |name: &str| self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        resolve(&Search {
            given: self.given.clone(),
            env: &env,
            home: Some(self.home.path()),
            state_dir: &self.home.path().join(".openclaw"),
            config: self.config.clone(),
        })
    }

    fn shown(&self, text: &str) -> String {
        text.replace(self.home.path().to_str().unwrap(), "/home/ann")
    }

    /// The place that counts.
    fn winner(&self) -> String {
        match self.resolve().token {
            Some(found) => self.shown(&found.source.to_string()),
            None => "none".to_owned(),
        }
    }

    /// Every place in one line each.
    fn places(&self) -> String {
        let lines: Vec<String> = self.resolve().places.iter().map(ToString::to_string).collect();
        self.shown(&lines.join("\n"))
    }
}

fn profile(key: &str) -> String {
    format!(
        r#"{{"profiles":{{"huggingface:default":{{"type":"api_key","provider":"huggingface","key":"{key}"}}}}}}"#
    )
}

type Step = (&'static str, &'static str, fn(World) -> World);

/// Every place, the strongest first: its display, its name in JSON, and how something gets into it.
const PLACES: &[Step] = &[
    ("the command line", "flag", |w| w.given(Via::Flag, &token("flag"))),
    ("HUGGINGFACE_HUB_TOKEN in the environment", "environment", |w| {
        w.env("HUGGINGFACE_HUB_TOKEN", &token("env1"))
    }),
    ("HF_TOKEN in the environment", "environment", |w| w.env("HF_TOKEN", &token("env2"))),
    ("HUGGING_FACE_HUB_TOKEN in the environment", "environment", |w| {
        w.env("HUGGING_FACE_HUB_TOKEN", &token("env3"))
    }),
    ("HUGGINGFACE_HUB_TOKEN in /home/ann/.openclaw/.env", "state-env-file", |w| {
        add_line(w, "HUGGINGFACE_HUB_TOKEN", "file1")
    }),
    ("HF_TOKEN in /home/ann/.openclaw/.env", "state-env-file", |w| add_line(w, "HF_TOKEN", "file2")),
    ("HUGGING_FACE_HUB_TOKEN in /home/ann/.openclaw/.env", "state-env-file", |w| {
        add_line(w, "HUGGING_FACE_HUB_TOKEN", "file3")
    }),
    ("models.providers.huggingface.apiKey in the config", "config-api-key", |w| w.api_key(&token("config"))),
    (
        "auth profile huggingface:default in /home/ann/.openclaw/agents/main/agent/auth-profiles.json",
        "auth-profile",
        |w| w.file(".openclaw/agents/main/agent/auth-profiles.json", profile(&token("profile"))),
    ),
    ("env.vars.HUGGINGFACE_HUB_TOKEN in the config", "config-env-vars", |w| {
        w.var("HUGGINGFACE_HUB_TOKEN", &token("var1"))
    }),
    ("env.vars.HF_TOKEN in the config", "config-env-vars", |w| w.var("HF_TOKEN", &token("var2"))),
    ("env.vars.HUGGING_FACE_HUB_TOKEN in the config", "config-env-vars", |w| {
        w.var("HUGGING_FACE_HUB_TOKEN", &token("var3"))
    }),
    // The login shell stands here; its tests are in `shell.rs`.
    ("Hugging Face's token file /home/ann/.cache/huggingface/token", "hf-token-file", |w| {
        w.file(".cache/huggingface/token", token("hf") + "\n")
    }),
];

fn add_line(world: World, name: &str, text: &str) -> World {
    let path = world.home.path().join(".openclaw/.env");
    let old = fs::read_to_string(path).unwrap_or_default();
    world.file(".openclaw/.env", format!("{old}{name}={}\n", token(text)))
}

#[test]
fn each_place_wins_over_all_after_it() {
    for first in 0..PLACES.len() {
        let world = PLACES[first..].iter().fold(World::new(), |world, (_, _, add)| add(world));
        let (display, name, _) = PLACES[first];
        assert_eq!(world.winner(), display);
        let resolution = world.resolve();
        assert_eq!(resolution.token.as_ref().unwrap().source.name(), name);
        let set: Vec<&Outcome> = resolution
            .places
            .iter()
            .map(|place| &place.outcome)
            .filter(|outcome| matches!(outcome, Outcome::Used | Outcome::Shadowed { .. }))
            .collect();
        assert_eq!(set.len(), PLACES.len() - first, "{display}");
        assert!(matches!(set[0], Outcome::Used));
        assert!(set[1..].iter().all(|outcome| matches!(outcome, Outcome::Shadowed { differs: true })));
    }
}

#[test]
fn each_place_alone_is_found() {
    for (display, name, add) in PLACES {
        let world = add(World::new());
        assert_eq!(world.winner(), *display);
        let resolution = world.resolve();
        assert_eq!(resolution.token.unwrap().source.name(), *name);
        assert_eq!(
            resolution.places.iter().filter(|place| matches!(place.outcome, Outcome::Used)).count(),
            1
        );
    }
}

#[test]
fn nothing_anywhere() {
    let world = World::new();
    assert_eq!(world.winner(), "none");
    assert_snapshot!(world.places(), @r"
    HUGGINGFACE_HUB_TOKEN in the environment: not set
    HF_TOKEN in the environment: not set
    HUGGING_FACE_HUB_TOKEN in the environment: not set
    /home/ann/.openclaw/.env: not set
    models.providers.huggingface.apiKey in the config: not set
    auth profiles in /home/ann/.openclaw/agents/main/agent/auth-profiles.json: not set
    env.vars in the config: not set
    the login shell: switched off
    Hugging Face's token file /home/ann/.cache/huggingface/token: not set
    ");
    assert!(world.resolve().shadowing().is_none());
    assert_eq!(world.resolve().problems().count(), 0);
}

#[test]
fn everywhere_something() {
    let world = World::new()
        .env("HUGGINGFACE_HUB_TOKEN", "  ")
        .env("HF_TOKEN", &token("a"))
        .env("OPENCLAW_LOAD_SHELL_ENV", "1")
        .file(".openclaw/.env", format!("HF_TOKEN={}\nHUGGING_FACE_HUB_TOKEN=\n", token("a")))
        .api_key("${HF_TOKEN}")
        .file(".openclaw/agents/main/agent/auth-profiles.json", profile(&token("b")))
        .file(".openclaw/state/openclaw.sqlite", "SQLite format 3")
        .var("HF_TOKEN", "no token")
        .file(".cache/huggingface/token", b"\xff");
    assert_snapshot!(world.places(), @r"
    HUGGINGFACE_HUB_TOKEN in the environment: empty
    HF_TOKEN in the environment: used
    HUGGING_FACE_HUB_TOKEN in the environment: not set
    HF_TOKEN in /home/ann/.openclaw/.env: the same token
    HUGGING_FACE_HUB_TOKEN in /home/ann/.openclaw/.env: empty
    models.providers.huggingface.apiKey in the config, which is HF_TOKEN: the same token
    auth profile huggingface:default in /home/ann/.openclaw/agents/main/agent/auth-profiles.json: another token, not used
    auth profiles in /home/ann/.openclaw/state/openclaw.sqlite: OpenClaw's database may hold a token that is not read here, expected it in the .env beside it too
    env.vars.HF_TOKEN in the config: the token has white space at position 3, expected letters, digits and signs only
    the login shell: not asked, a token was found before
    Hugging Face's token file /home/ann/.cache/huggingface/token: `/home/ann/.cache/huggingface/token` is not UTF-8 text
    ");
    let resolution = world.resolve();
    let shadowing = resolution.shadowing().unwrap();
    assert_eq!(*shadowing.by, Source::Environment { name: "HF_TOKEN" });
    assert_snapshot!(world.shown(&shadowing.to_string()), @"HF_TOKEN in the environment hides another token: auth profile huggingface:default in /home/ann/.openclaw/agents/main/agent/auth-profiles.json");
    // Nothing that would have won is unusable.
    assert_eq!(resolution.problems().count(), 0);
    let names: Vec<&str> = resolution.places.iter().map(|place| place.outcome.name()).collect();
    assert_snapshot!(names.join(" "), @"empty used not-set shadowed empty shadowed shadowed unsupported invalid not-asked unreadable");
}

#[test]
fn a_given_token_that_is_none_is_not_replaced_by_another() {
    let world = World::new().given(Via::Stdin, "hf_a b").env("HF_TOKEN", &token("a"));
    assert_eq!(world.winner(), "none");
    assert_snapshot!(world.places(), @"standard input: the token has white space at position 5, expected letters, digits and signs only");
    assert_eq!(world.resolve().problems().count(), 1);

    // An empty one is the `"$HF_TOKEN"` of a script where that is not set.
    let world = World::new().given(Via::Prompt, "\n").env("HF_TOKEN", &token("a"));
    assert_eq!(world.winner(), "HF_TOKEN in the environment");
    assert_eq!(world.resolve().places[0].to_string(), "the prompt: empty");
}

#[test]
fn an_unusable_place_is_passed_over_and_reported() {
    let world =
        World::new().env("HF_TOKEN", "two words").file(".openclaw/.env", format!("HF_TOKEN={}", token("a")));
    assert_eq!(world.winner(), "HF_TOKEN in /home/ann/.openclaw/.env");
    let resolution = world.resolve();
    let problems: Vec<String> = resolution.problems().map(ToString::to_string).collect();
    assert_snapshot!(problems.join("\n"), @"HF_TOKEN in the environment: the token has white space at position 4, expected letters, digits and signs only");
}

#[test]
fn only_the_environment_shadows() {
    let world = World::new()
        .given(Via::Flag, &token("flag"))
        .file(".openclaw/.env", format!("HF_TOKEN={}", token("a")));
    assert!(world.resolve().shadowing().is_none());
    let world = World::new().env("HF_TOKEN", &token("a")).env("HUGGING_FACE_HUB_TOKEN", &token("b"));
    assert!(world.resolve().shadowing().is_none());
}

/// The line about the config's key.
fn key_line(world: &World) -> String {
    world.places().lines().find(|line| line.starts_with("models.")).unwrap().to_owned()
}

#[test]
fn keys_of_the_config() {
    let plain = |text: &str| {
        World::new()
            .env("MY_KEY", &token("env"))
            .file(".openclaw/.env", format!("MY_KEY={}\nFILE_KEY={}\n", token("no"), token("file")))
            .var("VAR_KEY", &token("var"))
            .var("VIA", "${MY_KEY}")
            .var("CIRCLE", "${CIRCLE}")
            .api_key(text)
    };
    let found = |text: &str| plain(text).resolve().token.map(|found| found.token.expose().to_owned());
    assert_eq!(found("${MY_KEY}"), Some(token("env")));
    assert_eq!(found("${FILE_KEY}"), Some(token("file")));
    assert_eq!(found("${VAR_KEY}"), Some(token("var")));
    assert_eq!(found("${VIA}"), Some(token("env")));
    assert_eq!(found("hf_${MY_KEY}_y"), Some(format!("hf_{}_y", token("env"))));
    assert_eq!(found("$${MY_KEY}"), Some("${MY_KEY}".to_owned()));
    assert_eq!(found("${CIRCLE}"), None);

    let line = |text: &str| key_line(&plain(text));
    assert_snapshot!(line("${MY_KEY}"), @"models.providers.huggingface.apiKey in the config, which is MY_KEY: used");
    assert_snapshot!(line("${GONE}"), @"models.providers.huggingface.apiKey in the config, which is GONE: the variable `GONE` is not set");
    assert_snapshot!(line("${CIRCLE}"), @"models.providers.huggingface.apiKey in the config, which is CIRCLE: the variable `CIRCLE` is not set");
    assert_snapshot!(line("${my_key}"), @"models.providers.huggingface.apiKey in the config: what follows `${` is no name of a variable, expected capital letters, digits and `_`");
    assert_snapshot!(line("HF_TOKEN"), @"models.providers.huggingface.apiKey in the config, which is HF_TOKEN: the variable `HF_TOKEN` is not set");
    assert_snapshot!(line(""), @"models.providers.huggingface.apiKey in the config: empty");

    let line = |source: RefSource, id: &str| key_line(&plain("").reference(source, id));
    assert_snapshot!(line(RefSource::Env, "MY_KEY"), @"models.providers.huggingface.apiKey in the config, which is MY_KEY: used");
    assert_snapshot!(line(RefSource::Env, "GONE"), @"models.providers.huggingface.apiKey in the config, which is GONE: the variable `GONE` is not set");
    assert_snapshot!(line(RefSource::Env, "hf_secret"), @"models.providers.huggingface.apiKey in the config: the `id` of the reference is no name of a variable, expected capital letters, digits and `_`");
    assert_snapshot!(line(RefSource::File, "/run/key"), @r#"models.providers.huggingface.apiKey in the config: a reference to a file is not followed, expected `source: "env"` or the token in HF_TOKEN"#);
    assert_snapshot!(line(RefSource::Exec, "pass"), @r#"models.providers.huggingface.apiKey in the config: a reference to a command is not followed, expected `source: "env"` or the token in HF_TOKEN"#);
    assert_snapshot!(line(RefSource::Other, "x"), @r#"models.providers.huggingface.apiKey in the config: a reference of an unknown kind, expected `source: "env"`"#);
}

#[test]
fn auth_profiles() {
    let world = World::new()
        .env("OPENCLAW_AGENT_DIR", "~/agent")
        .file(".openclaw/agents/main/agent/auth-profiles.json", profile(&token("elsewhere")))
        .file(
            "agent/auth-profiles.json",
            format!(
                r#"{{"profiles":{{
                    "huggingface:web":{{"type":"oauth","provider":"huggingface"}},
                    "huggingface:hardware":{{"type":"passkey","provider":"huggingface"}},
                    "huggingface:b":{{"mode":"api_key","provider":"huggingface","apiKey":"{}"}},
                    "huggingface:default":{{"type":"api_key","provider":"huggingface",
                        "keyRef":{{"source":"env","provider":"default","id":"MY_KEY"}}}}}}}}"#,
                token("b")
            ),
        );
    let lines = |world: &World| -> String {
        world.places().lines().filter(|line| line.starts_with("auth")).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(lines(&world), @r"
    auth profile huggingface:default in /home/ann/agent/auth-profiles.json: the variable `MY_KEY` is not set
    auth profile huggingface:web in /home/ann/agent/auth-profiles.json: a sign-in through the browser is not used, expected a token in HF_TOKEN
    auth profile huggingface:hardware in /home/ann/agent/auth-profiles.json: a profile of an unknown type, expected `api_key` or `token`
    auth profile huggingface:b in /home/ann/agent/auth-profiles.json: used
    ");
    let world = world.env("MY_KEY", &token("env"));
    assert_snapshot!(lines(&world), @r"
    auth profile huggingface:default in /home/ann/agent/auth-profiles.json: used
    auth profile huggingface:web in /home/ann/agent/auth-profiles.json: a sign-in through the browser is not used, expected a token in HF_TOKEN
    auth profile huggingface:hardware in /home/ann/agent/auth-profiles.json: a profile of an unknown type, expected `api_key` or `token`
    auth profile huggingface:b in /home/ann/agent/auth-profiles.json: another token, not used
    ");
    let broken =
        World::new().file(".openclaw/agents/main/agent/auth-profiles.json", "{\"profiles\": hf_oops}");
    assert_snapshot!(lines(&broken), @"auth profiles in /home/ann/.openclaw/agents/main/agent/auth-profiles.json: `/home/ann/.openclaw/agents/main/agent/auth-profiles.json` is not JSON at line 1, column 14");
    let database = World::new().file(".openclaw/state/openclaw.sqlite", "");
    assert_eq!(database.resolve().problems().count(), 1);
}

#[test]
fn the_env_file_of_the_state_folder() {
    let lines = |content: &[u8]| -> String {
        let world = World::new().file(".openclaw/.env", content);
        world.places().lines().filter(|line| line.contains(".openclaw/.env")).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(lines(b"# nothing\nOTHER=1\n"), @"/home/ann/.openclaw/.env: not set");
    assert_snapshot!(lines(b"export HF_TOKEN='hf_abc' # mine\r\n"), @"HF_TOKEN in /home/ann/.openclaw/.env: used");
    assert_snapshot!(lines(b"HF_TOKEN=hf_abc\nHF_TOKEN=\n"), @"HF_TOKEN in /home/ann/.openclaw/.env: empty");
    assert_snapshot!(lines(b"HF_TOKEN=\xff\n"), @"/home/ann/.openclaw/.env: `/home/ann/.openclaw/.env` is not UTF-8 text");
    assert_snapshot!(lines(&[b'#'; 1024 * 1024 + 1]), @"/home/ann/.openclaw/.env: `/home/ann/.openclaw/.env` is larger than the allowed 1048576 bytes");
    let world = World::new();
    fs::create_dir_all(world.home.path().join(".openclaw/.env")).unwrap();
    assert!(world.places().contains("/.env: `/home/ann/.openclaw/.env` is not a regular file"));
}

#[test]
fn hugging_faces_token_file() {
    #[track_caller]
    fn check(world: &World, path: &str) {
        assert_eq!(world.winner(), format!("Hugging Face's token file {path}"));
    }
    check(&World::new().file("t", token("a")).env("HF_TOKEN_PATH", "{home}/t"), "/home/ann/t");
    check(&World::new().file("t", token("a")).env("HF_TOKEN_PATH", "~/t"), "/home/ann/t");
    check(&World::new().file("hf/token", token("a")).env("HF_HOME", "~/hf"), "/home/ann/hf/token");
    check(
        &World::new().file("xdg/huggingface/token", token("a")).env("XDG_CACHE_HOME", "{home}/xdg"),
        "/home/ann/xdg/huggingface/token",
    );
}

#[test]
fn a_missing_home_folder_is_no_problem() {
    let state = tempfile::tempdir().unwrap();
    let resolution = resolve(&Search {
        given: None,
        env: &|_| None,
        home: None,
        state_dir: &state.path().join("not/there"),
        config: ConfigKeys::default(),
    });
    assert!(resolution.token.is_none());
    assert_eq!(resolution.places.last().unwrap().to_string(), "Hugging Face's token file: not set");
}

#[test]
fn what_a_source_says_of_itself() {
    let source = Source::StateFile { name: Some("HF_TOKEN"), path: "/s/.env".into() };
    assert_eq!(source.variable(), Some("HF_TOKEN"));
    assert_eq!(source.path(), Some(Path::new("/s/.env")));
    assert!(source.is_stored());
    assert!(!Source::Environment { name: "HF_TOKEN" }.is_stored());
    assert_eq!(Source::Flag.variable(), None);
    assert_eq!(Source::Flag.path(), None);
}

/// Nothing that can be printed holds a token, wherever it was.
#[test]
fn no_token_is_printed() {
    const CANARY: &str = "CANARYcanaryCANARYcanary";
    let hidden = format!("hf_{CANARY}0000");
    let bad = format!("bad {CANARY}");
    for text in [&hidden, &bad] {
        let world = World::new()
            .env("HUGGINGFACE_HUB_TOKEN", &bad)
            .env("HF_TOKEN", text)
            .file(".openclaw/.env", format!("HF_TOKEN='{text}'\nHUGGINGFACE_HUB_TOKEN='{bad}'\n"))
            .file(".openclaw/agents/main/agent/auth-profiles.json", profile(text))
            .file(".cache/huggingface/token", text)
            .var("HF_TOKEN", text)
            .api_key(text);
        let broken = World::new()
            .reference(RefSource::Env, &hidden)
            .var("HF_TOKEN", &format!("${{{hidden}}}"))
            .file(".openclaw/.env", [hidden.as_bytes(), b"\xff"].concat())
            .file(".openclaw/agents/main/agent/auth-profiles.json", format!("{{\"profiles\": {hidden}}}"));
        let given = World::new().given(Via::Flag, text);
        for world in [world, broken, given] {
            let resolution = world.resolve();
            let mut printed =
                format!("{resolution:?}{:?}{:?}{:?}", world.config, world.given, resolution.token);
            for place in &resolution.places {
                printed += &place.to_string();
            }
            if let Some(shadowing) = resolution.shadowing() {
                printed += &format!("{shadowing} {shadowing:?}");
            }
            assert!(!printed.contains(CANARY), "{printed}");
        }
    }
}

/// Built without asking it.
#[cfg(not(feature = "shell"))]
#[test]
fn a_login_shell_that_is_switched_on_is_not_asked() {
    let world = World::new().env("OPENCLAW_LOAD_SHELL_ENV", "1");
    assert_snapshot!(world.places(), @"
    HUGGINGFACE_HUB_TOKEN in the environment: not set
    HF_TOKEN in the environment: not set
    HUGGING_FACE_HUB_TOKEN in the environment: not set
    /home/ann/.openclaw/.env: not set
    models.providers.huggingface.apiKey in the config: not set
    auth profiles in /home/ann/.openclaw/agents/main/agent/auth-profiles.json: not set
    env.vars in the config: not set
    the login shell: no login shell is asked here, expected the token in HF_TOKEN
    Hugging Face's token file /home/ann/.cache/huggingface/token: not set
    ");
    assert_eq!(world.winner(), "none");
}
