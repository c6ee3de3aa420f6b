//! Onboarding in a real terminal: what is on the screen, and what is on disk.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use expectrl::Session;
use expectrl::process::unix::{PtyStream, UnixProcess};
use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{TOKEN, World};

/// The longest that any screen may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal of 24 lines and 100 columns.
struct Terminal {
    session: Session<UnixProcess, PtyStream>,
    screen: vt100::Parser,
}

impl Terminal {
    fn start(world: &World, args: &[&str]) -> Self {
        let mut command = world.command(args);
        command.stdin(std::process::Stdio::inherit());
        command.env("TERM", "xterm-256color").env("NO_COLOR", "1").env("COLUMNS", "100").env("LINES", "24");
        let mut session = Session::spawn(command).expect("it runs in a terminal");
        session.get_process_mut().set_window_size(100, 24).expect("a size");
        session.set_expect_timeout(Some(PATIENCE));
        Self { session, screen: vt100::Parser::new(24, 100, 500) }
    }

    /// Reads until the screen shows a text.
    #[track_caller]
    fn shows(&mut self, text: &str) -> String {
        self.becomes(text, |screen| screen.contains(text))
    }

    /// Reads until the screen shows one text and no longer another.
    #[track_caller]
    fn shows_without(&mut self, text: &str, gone: &str) -> String {
        self.becomes(text, |screen| screen.contains(text) && !screen.contains(gone))
    }

    #[track_caller]
    fn becomes(&mut self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen.screen().contents();
            if is(&screen) {
                return screen;
            }
            assert!(Instant::now() < deadline, "`{what}` does not come; the screen is:\n{screen}");
            self.read(&screen);
        }
    }

    /// Waits for what the program says next.
    #[track_caller]
    fn read(&mut self, screen: &str) {
        let mut buffer = [0; 4096];
        let count = match self.session.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return std::thread::yield_now(),
            read => read.unwrap_or(0),
        };
        assert!(count > 0, "the program ended; the screen is:\n{screen}");
        let said = buffer.get(..count).unwrap_or_default();
        // Cursor position queries have to be answered, as a terminal does.
        if said.windows(4).any(|query| query == b"\x1b[6n") {
            let (row, column) = self.screen.screen().cursor_position();
            self.types(&format!("\x1b[{};{}R", row + 1, column + 1));
        }
        self.screen.process(said);
    }

    fn types(&mut self, text: &str) {
        self.session.write_all(text.as_bytes()).and_then(|()| self.session.flush()).expect("it is read");
    }

    /// The exit code, after reading all that is still said.
    fn ends(mut self) -> (Option<i32>, String) {
        let mut buffer = [0; 4096];
        loop {
            match self.session.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => self.screen.process(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => std::thread::yield_now(),
                // Linux says so when the other end of a terminal is closed.
                Err(_) => break,
            }
        }
        let code = match self.session.get_process().wait() {
            Ok(expectrl::process::unix::WaitStatus::Exited(_, code)) => Some(code),
            _ => None,
        };
        (code, self.screen.screen().contents())
    }
}

const ENTER: &str = "\r";
const CTRL_C: &str = "\x03";

#[test]
fn s03_onboarding_asks_for_provider_token_and_model_and_saves_them() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &["onboard"]);
    terminal.shows("Model provider");
    terminal.shows("> Hugging Face");
    terminal.types(ENTER);
    terminal.shows("Hugging Face token");
    terminal.types(TOKEN);
    terminal.types(ENTER);
    let screen = terminal.shows("Default Hugging Face model");
    assert!(!screen.contains(TOKEN), "the token is hidden: {screen}");
    let screen = terminal.shows("type to filter");
    assert_snapshot!(screen, @"
    ? Model provider Hugging Face
    A token is made at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
    ? Hugging Face token ********
    Token verified (user sandbox-user): it may call Inference Providers
    ? Default Hugging Face model  
    > deepseek-ai/DeepSeek-R1                                64k      -/-        88 tok/s tools
      deepseek-ai/DeepSeek-R1:fastest                        64k      -/-        88 tok/s tools
      deepseek-ai/DeepSeek-R1:cheapest                       64k   0.72/2.45     28 tok/s tools
      swiss-ai/Apertus-70B-Instruct-2509                       -   0.82/2.92      - tok/s
      swiss-ai/Apertus-70B-Instruct-2509:fastest               -   0.82/2.92      - tok/s
      swiss-ai/Apertus-70B-Instruct-2509:cheapest              -   0.82/2.92      - tok/s
      ServiceNow-AI/Apriel-1.6-15b-Thinker                  131k   0.00/0.00     84 tok/s tools
      ServiceNow-AI/Apriel-1.6-15b-Thinker:fastest          131k   0.00/0.00     84 tok/s tools
      ServiceNow-AI/Apriel-1.6-15b-Thinker:cheapest         131k   0.00/0.00     84 tok/s tools
      CohereLabs/command-a-03-2025                          256k      -/-        69 tok/s tools
      CohereLabs/command-a-03-2025:fastest                  256k      -/-        69 tok/s tools
    v CohereLabs/command-a-03-2025:cheapest                 256k      -/-        69 tok/s tools
    [type to filter · context · $ per million tokens in/out · speed of the likely provider]
    ");
    terminal.types("glm-4.7");
    terminal.shows("> zai-org/GLM-4.7 ");
    terminal.types(ENTER);
    let screen = terminal.shows("Enter lets the router decide");
    assert_snapshot!(screen, @"
    ? Model provider Hugging Face
    A token is made at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
    ? Hugging Face token ********
    Token verified (user sandbox-user): it may call Inference Providers
    ? Default Hugging Face model zai-org/GLM-4.7
    ? Prefer a specific backend?  
    > let the router decide (now likely together)
      together   202k   0.45/2.00     73 tok/s
      zai-org    200k      -/-        49 tok/s
      novita     204k   0.60/2.20     35 tok/s
    [a pin is kept even when that provider fails; Enter lets the router decide]
    ");
    terminal.types(ENTER);
    terminal.shows("Fallbacks");
    terminal.types("qwen3-8b");
    terminal.shows("Qwen/Qwen3-8B ");
    terminal.types(" ");
    terminal.types(ENTER);
    let screen = terminal.shows("Write this?");
    assert!(screen.contains("\"id\": \"Qwen/Qwen3-8B\""), "{screen}");
    assert!(!world.config_path().exists() && !world.state(".env").exists(), "nothing is written before");
    terminal.types(ENTER);
    terminal.shows("Ask a test question?");
    terminal.types("y\r");
    let (code, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("answered"), "{screen}");
    assert!(!screen.contains(TOKEN));
    assert_snapshot!(world.config(), @r#"
    {
      "agents": {
        "defaults": {
          "model": {
            "primary": "huggingface/zai-org/GLM-4.7",
            "fallbacks": ["huggingface/Qwen/Qwen3-8B"]
          }
        }
      },
      "models": {
        "providers": {
          "huggingface": {
            "baseUrl": "https://router.huggingface.co/v1",
            "api": "openai-completions",
            "models": [
              {
                "id": "zai-org/GLM-4.7",
                "name": "GLM 4.7",
                "reasoning": true,
                "input": ["text"],
                "cost": {
                  "input": 0.6,
                  "output": 2.2,
                  "cacheRead": 0.6,
                  "cacheWrite": 0.6
                },
                "contextWindow": 200000,
                "maxTokens": 8192
              },
              {
                "id": "Qwen/Qwen3-8B",
                "name": "Qwen3 8B",
                "reasoning": true,
                "input": ["text"],
                "cost": {
                  "input": 0.07,
                  "output": 0.18,
                  "cacheRead": 0.07,
                  "cacheWrite": 0.07
                },
                "contextWindow": 40960,
                "maxTokens": 8192
              }
            ]
          }
        }
      }
    }
    "#);
    assert_eq!(std::fs::read_to_string(world.state(".env")).expect("kept"), format!("HF_TOKEN={TOKEN}\n"));
}

#[test]
fn s04_the_dropdown_is_the_built_in_list_where_the_call_fails() {
    let world = World::new();
    let fail = Script::always(When::path(Endpoint::Models), Fault::status(500));
    world.sandbox().script(vec![fail]).expect("it is scripted");
    let mut terminal = Terminal::start(
        &world,
        &["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN],
    );
    let screen = terminal.shows("type to filter");
    assert!(screen.contains("showing the built-in table"), "{screen}");
    terminal.types("kimi");
    terminal.shows_without("> moonshotai/Kimi-K2.5 ", "DeepSeek");
    terminal.types(CTRL_C);
    assert_eq!(terminal.ends().0, Some(130));
}

#[test]
fn s04_the_dropdown_is_the_routers_list_where_the_call_succeeds() {
    let world = World::new();
    let mut terminal = Terminal::start(
        &world,
        &["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN],
    );
    terminal.shows("type to filter");
    terminal.types("llama 4 scout");
    terminal.shows("> meta-llama/Llama-4-Scout");
    terminal.types(CTRL_C);
    assert_eq!(terminal.ends().0, Some(130));
}

#[test]
fn s13_a_policy_locks_the_provider_and_skips_the_backend_step() {
    let world = World::new();
    let mut terminal = Terminal::start(
        &world,
        &["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN],
    );
    terminal.shows("type to filter");
    terminal.types("glm-4.7:cheapest");
    terminal.shows("> zai-org/GLM-4.7:cheapest");
    terminal.types(ENTER);
    let screen = terminal.shows("Fallbacks");
    assert!(screen.contains("The provider is locked"), "{screen}");
    assert!(!screen.contains("Prefer a specific backend?"), "{screen}");
    terminal.types(CTRL_C);
    assert_eq!(terminal.ends().0, Some(130));
}

#[test]
fn a_backend_can_be_pinned() {
    let world = World::new();
    let mut terminal = Terminal::start(
        &world,
        &["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN],
    );
    terminal.shows("type to filter");
    terminal.types(ENTER);
    terminal.shows("Enter lets the router decide");
    terminal.types("together");
    terminal.shows("> together");
    terminal.types(ENTER);
    terminal.shows("Fallbacks");
    terminal.types(ENTER);
    terminal.shows("Write this?");
    terminal.types(ENTER);
    terminal.shows("Ask a test question?");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert!(world.config().contains("huggingface/deepseek-ai/DeepSeek-R1:together"), "{}", world.config());
}

#[test]
fn ctrl_c_at_any_prompt_leaves_every_file_as_it_was() {
    let steps: [(&str, &str); 6] = [
        ("Model provider", ENTER),
        ("Hugging Face token", "hf_canary_0123456789abcdef\r"),
        ("type to filter", ENTER),
        ("Enter lets the router decide", ENTER),
        ("space picks", ENTER),
        ("Write this?", ENTER),
    ];
    for stop in 0..steps.len() {
        let world = World::new();
        world.write_config("{ /* mine */ }\n");
        let mut terminal = Terminal::start(&world, &["onboard"]);
        for (index, (prompt, answer)) in steps.iter().enumerate() {
            terminal.shows(prompt);
            if index == stop {
                break;
            }
            terminal.types(answer);
        }
        terminal.types(CTRL_C);
        let (code, screen) = terminal.ends();
        assert_eq!(code, Some(130), "at `{}`: {screen}", steps[stop].0);
        assert!(screen.contains("nothing was written"), "{screen}");
        assert_eq!(world.config(), "{ /* mine */ }\n");
        assert!(!world.state(".env").exists());
    }
}

#[test]
fn a_refused_token_can_be_typed_again() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &["onboard", "--auth-choice", "huggingface-api-key"]);
    terminal.shows("Hugging Face token");
    terminal.types("hf_refused_abc\r");
    let screen = terminal.shows("And now?");
    assert!(screen.contains("Token refused"), "{screen}");
    terminal.types(ENTER);
    terminal.shows("it is not shown while you type");
    terminal.types("hf_noperm_abc\r");
    let screen = terminal.shows("Token lacks a permission");
    assert!(screen.contains("inference.serverless.write"), "{screen}");
    terminal.types(ENTER);
    terminal.shows("it is not shown while you type");
    terminal.types(&format!("{TOKEN}\r"));
    terminal.shows("Token verified (user sandbox-user)");
    terminal.shows("type to filter");
    terminal.types(CTRL_C);
    assert_eq!(terminal.ends().0, Some(130));
}

#[test]
fn the_user_can_go_on_without_a_token() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &["onboard", "--auth-choice", "huggingface-api-key"]);
    terminal.shows("Hugging Face token");
    terminal.types("hf_refused_abc\r");
    terminal.shows("And now?");
    terminal.types("without");
    terminal.shows("> go on without a token");
    terminal.types(ENTER);
    terminal.shows("type to filter");
    terminal.types(ENTER);
    terminal.shows("Enter lets the router decide");
    terminal.types(ENTER);
    terminal.shows("space picks");
    terminal.types(ENTER);
    terminal.shows("Write this?");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert!(world.config_path().exists() && !world.state(".env").exists());
}

#[test]
fn running_it_again_offers_what_the_user_had() {
    let world = World::onboarded();
    let before = world.config();
    let mut terminal = Terminal::start(&world, &["onboard", "--auth-choice", "huggingface-api-key"]);
    terminal.shows("Use the token hf_…cdef from HF_TOKEN in ~/.openclaw/.env?");
    terminal.types(ENTER);
    terminal.shows("> deepseek-ai/DeepSeek-R1 ");
    terminal.types(ENTER);
    terminal.shows("Enter lets the router decide");
    terminal.types(ENTER);
    terminal.shows("space picks");
    terminal.types(ENTER);
    terminal.shows("The config says all this already.");
    terminal.shows("Ask a test question?");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert_eq!(world.config(), before);
}
