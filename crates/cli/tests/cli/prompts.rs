//! Onboarding in a real terminal: what is on the screen, and what is on disk.

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{TOKEN, World};
use crate::terminal::{CTRL_C, ENTER, Terminal};

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
    let screen = terminal.shows("in/out · speed]");
    assert_snapshot!(screen, @"
    ? Model provider Hugging Face
    A token is made at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
    ? Hugging Face token ********
    Token verified (user sandbox-user): it may call Inference Providers
    ? Default Hugging Face model  
    > deepseek-ai/DeepSeek-R1                                  -/-        88 tok/s    64k tools
      deepseek-ai/DeepSeek-R1:fastest                          -/-        88 tok/s    64k tools
      deepseek-ai/DeepSeek-R1:cheapest                      0.72/2.45     28 tok/s    64k tools
      deepseek-ai/DeepSeek-R1:preferred                        -/-         - tok/s    64k tools
      swiss-ai/Apertus-70B-Instruct-2509                    0.82/2.92      - tok/s      -
      swiss-ai/Apertus-70B-Instruct-2509:fastest            0.82/2.92      - tok/s      -
      swiss-ai/Apertus-70B-Instruct-2509:cheapest           0.82/2.92      - tok/s      -
      swiss-ai/Apertus-70B-Instruct-2509:preferred          0.82/2.92      - tok/s      -
      ServiceNow-AI/Apriel-1.6-15b-Thinker                  0.00/0.00     84 tok/s   131k tools
      ServiceNow-AI/Apriel-1.6-15b-Thinker:fastest          0.00/0.00     84 tok/s   131k tools
      ServiceNow-AI/Apriel-1.6-15b-Thinker:cheapest         0.00/0.00     84 tok/s   131k tools
    v ServiceNow-AI/Apriel-1.6-15b-Thinker:preferred        0.00/0.00     84 tok/s   131k tools
    [type to filter · $ per 1M tokens in/out · speed]
    ");
    terminal.types("glm-4.7");
    terminal.shows("> zai-org/GLM-4.7 ");
    terminal.types(ENTER);
    let screen = terminal.shows("Enter lets the router decide]");
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
                "input": ["text"]
              },
              {
                "id": "Qwen/Qwen3-8B",
                "name": "Qwen3 8B",
                "reasoning": true,
                "input": ["text"]
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
    let screen = terminal.shows("in/out · speed]");
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
    terminal.shows("in/out · speed]");
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
    terminal.shows("in/out · speed]");
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
    terminal.shows("in/out · speed]");
    terminal.types(ENTER);
    terminal.shows("Enter lets the router decide]");
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
        ("in/out · speed]", ENTER),
        ("Enter lets the router decide]", ENTER),
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
    terminal.shows("Token lacks a permission");
    terminal.shows("inference.serverless.write");
    terminal.types(ENTER);
    terminal.shows("it is not shown while you type");
    terminal.types(&format!("{TOKEN}\r"));
    terminal.shows("Token verified (user sandbox-user)");
    terminal.shows("in/out · speed]");
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
    terminal.shows("in/out · speed]");
    terminal.types(ENTER);
    terminal.shows("Enter lets the router decide]");
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
    terminal.shows("Enter lets the router decide]");
    terminal.types(ENTER);
    terminal.shows("space picks");
    terminal.types(ENTER);
    terminal.shows("The config says all this already.");
    terminal.shows("Ask a test question?");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert_eq!(world.config(), before);
}

#[test]
fn the_picker_fits_eighty_and_sixty_columns() {
    for columns in [80, 60] {
        let world = World::new();
        let args = ["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN];
        let mut terminal = Terminal::sized(&world, &args, columns);
        let screen = terminal.shows("in/out · speed]");
        // A row that wraps would leave its rest on a line of its own.
        let rows: Vec<_> = screen.lines().skip_while(|line| !line.starts_with("> ")).collect();
        let (help, rows) = rows.split_last().expect("a help line");
        assert!(help.starts_with('['), "{screen}");
        assert!(rows.iter().all(|row| row.contains('/')), "{screen}");
        assert!(rows.len() >= 10, "{screen}");
        terminal.types(CTRL_C);
        assert_eq!(terminal.ends().0, Some(130));
    }
}
