//! Onboarding in a real terminal: what is on the screen, and what is on disk.

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{TOKEN, World};
use crate::terminal::{CTRL_C, ENTER, ESCAPE, Left, Terminal};

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
    let screen = terminal.shows("Enter picks");
    assert_snapshot!(screen, @"
    ? Default Hugging Face model  type to filter
    Token verified (user sandbox-user): it may call Inference Providers
      model                                                         $ in   $ out  tok/s  context  tools
    > deepseek-ai/DeepSeek-R1                                          -       -     88      64k  yes
      swiss-ai/Apertus-70B-Instruct-2509                            0.82    2.92      -        -  -
      ServiceNow-AI/Apriel-1.6-15b-Thinker                          0.00    0.00     84     131k  yes
      CohereLabs/command-a-03-2025                                     -       -     69     256k  yes
      deepseek-ai/DeepSeek-V3.2                                        -       -     75     131k  yes
      deepseek-ai/DeepSeek-V4-Pro                                      -       -     46      65k  yes
      google/gemma-3-27b-it                                         0.25    0.50     47      40k  yes
      zai-org/GLM-4.5-Air                                              -       -     44     128k  yes
      zai-org/GLM-4.7                                               0.45    2.00     73     200k  yes
      openai/gpt-oss-20b                                            0.10    0.50    902     131k  yes
      openai/gpt-oss-120b                                           0.25    0.69   2803     128k  yes
      moonshotai/Kimi-K2-Instruct                                   1.00    3.00    252     131k  yes
    ── DeepSeek R1 · * now likely fireworks-ai · reads text · thinks first
      provider        status   $ in  $ out  tok/s  first token  context  tools  JSON
    * fireworks-ai    live        -      -     88       0.46 s     163k  yes    yes
      together        live     2.90   6.80     61       0.34 s     131k  yes    yes
      novita          live     0.72   2.45     28       1.18 s      64k  yes    no
      featherless-ai  live        -      -      -            -        -  -      -
      deepinfra       error    0.90   2.60      -            -      65k  -      -
    28 of 28 models · 16 out of sight · by best match · 3 hidden, which nobody offers · asked just now
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
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
    terminal.shows("> [ ] Qwen/Qwen3-8B ");
    terminal.types(" ");
    terminal.shows("> [1] Qwen/Qwen3-8B ");
    terminal.types(ENTER);
    let screen = terminal.shows("Write this?");
    assert!(screen.contains("\"id\": \"Qwen/Qwen3-8B\""), "{screen}");
    assert!(!world.config_path().exists() && !world.state(".env").exists(), "nothing is written before");
    terminal.types(ENTER);
    terminal.shows("Ask a test question?");
    terminal.types("y\r");
    let (code, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("Ask a test question? It costs a fraction of a cent."), "{screen}");
    assert!(screen.contains("You asked: “Say hello in five words.”"), "{screen}");
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
    let screen = terminal.shows("Enter picks");
    assert!(screen.contains("built-in table"), "{screen}");
    terminal.types("kimi");
    terminal.shows_without("> moonshotai/Kimi-K2.5 ", "DeepSeek");
    terminal.types(CTRL_C);
    let (code, screen) = terminal.ends();
    assert!(screen.contains("showing the built-in table"), "why is told too: {screen}");
    assert_eq!(code, Some(130));
}

#[test]
fn s04_the_dropdown_is_the_routers_list_where_the_call_succeeds() {
    let world = World::new();
    let mut terminal = Terminal::start(
        &world,
        &["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN],
    );
    terminal.shows("Enter picks");
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
    terminal.shows("Enter picks");
    terminal.types("glm-4.7:cheapest");
    terminal.shows("> zai-org/GLM-4.7:cheapest");
    terminal.types(ENTER);
    let screen = terminal.shows("Space marks");
    let locked = "The provider is locked: the router picks it by price or speed.";
    assert!(screen.contains(locked), "{screen}");
    terminal.types(CTRL_C);
    let left = terminal.leaves();
    assert_eq!(left.code, Some(130));
    assert!(left.screen.contains("The provider is locked"), "{}", left.screen);
    assert!(!left.bytes.contains("Prefer a specific backend?"), "{}", left.screen);
}

#[test]
fn a_backend_can_be_pinned() {
    let world = World::new();
    let mut terminal = Terminal::start(
        &world,
        &["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN],
    );
    terminal.shows("Enter picks");
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
fn what_is_no_token_is_asked_again_and_another_provider_is_not_set_up() {
    let world = World::new();
    let mut terminal = Terminal::start(&world, &["onboard"]);
    terminal.shows("> Hugging Face");
    terminal.types(ENTER);
    terminal.shows("Hugging Face token");
    terminal.types("two words\r");
    terminal.shows("that cannot be a token: the token has white space at position 4");
    terminal.types(CTRL_C);
    assert_eq!(terminal.ends().0, Some(130));
    let mut terminal = Terminal::start(&world, &["onboard"]);
    terminal.shows("> Hugging Face");
    terminal.types("another\r");
    let (code, screen) = terminal.ends();
    assert_eq!(code, Some(2), "that is no interruption");
    let (_, told) = screen.split_once("error: ").expect("an error");
    assert_snapshot!(told, @"
    this program sets up Hugging Face alone; nothing was written

    hint: npx openclaw@latest onboard
    ");
    assert_eq!(world.files(), []);
}

/// Answers prompts one after the other and leaves at the last of them; gives that prompt, and what is left.
#[track_caller]
fn leaves_at<'a>(mut terminal: Terminal, steps: &[(&'a str, &str)], leave: &str) -> (&'a str, Left) {
    let ((last, _), before) = steps.split_last().expect("a prompt");
    for (prompt, answer) in before {
        terminal.shows(prompt);
        terminal.types(answer);
    }
    terminal.shows(last);
    terminal.types(leave);
    (last, terminal.leaves())
}

/// Answers prompts one after the other and stops at each of them in turn: with Ctrl-C, and with Esc.
#[track_caller]
fn leaves_at_each(world: impl Fn() -> World, args: &[&str], steps: &[(&str, &str)]) {
    for stop in 0..steps.len() {
        for leave in [CTRL_C, ESCAPE] {
            let world = world();
            let before = world.files();
            let terminal = Terminal::start(&world, args);
            let (prompt, left) = leaves_at(terminal, &steps[..=stop], leave);
            assert_eq!(left.code, Some(130), "at `{prompt}`: {}", left.screen);
            assert!(left.screen.contains("nothing was written"), "{}", left.screen);
            assert_eq!(left.changed, [""; 0], "at `{prompt}`");
            assert_eq!(world.files(), before, "at `{prompt}`");
        }
    }
}

#[test]
fn ctrl_c_and_esc_at_any_prompt_leave_every_file_as_it_was() {
    let world = || {
        let world = World::new();
        world.write_config("{ /* mine */ }\n");
        world
    };
    leaves_at_each(
        world,
        &["onboard"],
        &[
            ("Model provider", ENTER),
            ("Hugging Face token", "hf_refused_abc\r"),
            ("And now?", ENTER),
            ("it is not shown while you type", "hf_canary_0123456789abcdef\r"),
            ("Enter picks", ENTER),
            ("Enter lets the router decide]", ENTER),
            ("Space marks", ENTER),
            ("Write this?", ENTER),
        ],
    );
}

#[test]
fn ctrl_c_and_esc_leave_every_file_as_it_was_the_second_time_too() {
    leaves_at_each(
        World::onboarded,
        &["onboard", "--auth-choice", "huggingface-api-key"],
        &[("Use the token hf_…cdef from HF_TOKEN in ~/.openclaw/.env?", ENTER), ("Enter picks", ENTER)],
    );
    leaves_at_each(World::onboarded, &["models", "set"], &[("Enter picks", ENTER)]);
    let mut terminal = Terminal::start(&World::onboarded(), &["models", "set"]);
    terminal.shows("Enter picks");
    terminal.types(ESCAPE);
    let (_, screen) = terminal.ends();
    assert!(screen.contains("interrupted; nothing was written"), "{screen}");
}

/// A config with something for `doctor --fix` to mend.
fn muddled() -> World {
    let world = World::onboarded();
    world.write_config(
        "{ agents: { defaults: { model: { primary: 'huggingface/Qwen/Qwen3-8B', fallbacks: ['huggingface/Qwen/Qwen3-8B'] } } } }\n",
    );
    world
}

#[test]
fn doctor_shows_the_difference_before_it_asks_and_can_be_left() {
    let fix = ["doctor", "--fix", "--offline"];
    leaves_at_each(muddled, &fix, &[("Do this?", ENTER)]);
    let world = muddled();
    let before = world.config();
    let mut terminal = Terminal::start(&world, &fix);
    let screen = terminal.shows("Do this?");
    assert!(
        screen.contains("--- ~/.openclaw/openclaw.json") && screen.contains("fallbacks: [] }"),
        "{screen}"
    );
    assert_eq!(world.config(), before, "nothing is written before");
    terminal.types("n\r");
    let (_, screen) = terminal.ends();
    assert!(screen.contains("Nothing was mended."), "{screen}");
    assert_eq!(world.config(), before);
    let mut terminal = Terminal::start(&world, &fix);
    terminal.shows("Do this?");
    terminal.types("y\r");
    let (_, screen) = terminal.ends();
    assert!(screen.contains("Mended: "), "{screen}");
    assert!(world.config().contains("fallbacks: []"), "{}", world.config());
}

/// A line cannot be left with Esc, which is a letter there; Ctrl-D ends the input.
#[test]
fn ctrl_c_and_ctrl_d_leave_every_file_as_it_was_in_a_terminal_without_a_cursor() {
    const CTRL_D: &str = "\x04";
    let token = format!("{TOKEN}\r");
    // The second time: before the question the terminal is not raw yet, and Ctrl-D is something else there.
    let hidden = "go on without a token\n[1] > A token is made at https://huggingface.co/settings/tokens/new\
        ?ownUserPermissions=inference.serverless.write&tokenType=fineGrained\n\
        Hugging Face token (it is not shown while you type or paste it):";
    let onboarding = [
        ("another provider", "1\n"),
        ("while you type or paste it): ", "hf_refused_abc\r"),
        ("And now?", "\n"),
        (hidden, &token),
        ("[deepseek-ai/DeepSeek-R1] > ", "glm-4.7\n"),
        ("Prefer a specific backend?", "2\n"),
        ("an empty line goes on", "\n"),
        ("Write this? (Y/n) ", "\n"),
    ];
    let picking = [("[deepseek-ai/DeepSeek-R1] > ", "\n")];
    let mending = [("Do this? (", "\n")];
    type Run<'a> = (fn() -> World, &'a [&'a str], &'a [(&'a str, &'a str)]);
    let runs: [Run<'_>; 3] = [
        (World::new, &["onboard"], &onboarding),
        (World::onboarded, &["models", "set"], &picking),
        (muddled, &["doctor", "--fix", "--offline"], &mending),
    ];
    for (world, args, steps) in runs {
        for stop in 0..steps.len() {
            for leave in [CTRL_C, CTRL_D] {
                let world = world();
                let before = world.files();
                let terminal = Terminal::of(&world, args, (120, 100), &[("TERM", "dumb")]);
                let (prompt, left) = leaves_at(terminal, &steps[..=stop], leave);
                // Where keys are not read one by one, Ctrl-C ends the program itself.
                let is_ended = left.code == Some(130) || (left.code.is_none() && leave == CTRL_C);
                assert!(is_ended, "at `{prompt}`: {:?} {}", left.code, left.screen);
                assert_eq!(left.changed, [""; 0], "at `{prompt}`");
                assert_eq!(world.files(), before, "at `{prompt}`");
                assert!(!left.bytes.contains(TOKEN), "{:?}", left.bytes);
            }
        }
    }
}

#[test]
fn ctrl_c_at_the_test_question_says_no_since_all_is_written() {
    for leave in [CTRL_C, ESCAPE] {
        let world = World::new();
        let args = ["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN];
        let mut terminal = Terminal::start(&world, &[&args[..], &["--model", "Qwen/Qwen3-8B"]].concat());
        for (prompt, answer) in
            [("Space marks", ENTER), ("Write this?", ENTER), ("Ask a test question?", leave)]
        {
            terminal.shows(prompt);
            terminal.types(answer);
        }
        let left = terminal.leaves();
        assert_eq!((left.code, left.changed), (Some(0), Vec::new()), "{}", left.screen);
        assert!(world.config().contains("huggingface/Qwen/Qwen3-8B"), "{}", world.config());
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
    // An Enter before the question would be none to it.
    terminal.shows("> type another token");
    terminal.types(ENTER);
    terminal.shows("it is not shown while you type");
    terminal.types(&format!("{TOKEN}\r"));
    let screen = terminal.shows("Enter picks");
    assert!(screen.contains("Token verified (user sandbox-user)"), "{screen}");
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
    terminal.shows("Enter picks");
    terminal.types(ENTER);
    terminal.shows("Enter lets the router decide]");
    terminal.types(ENTER);
    terminal.shows("Space marks");
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
    terminal.shows("Space marks");
    terminal.types(ENTER);
    terminal.shows("The config says all this already.");
    terminal.shows("Ask a test question?");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert_eq!(world.config(), before);
}

#[test]
fn a_terminal_without_a_cursor_is_asked_a_line_at_a_time() {
    let world = World::new();
    let mut terminal = Terminal::of(&world, &["onboard"], (120, 100), &[("TERM", "dumb"), ("NO_COLOR", "1")]);
    let token = format!("{TOKEN}\r");
    for (prompt, answer) in [
        ("another provider", "three\n"),
        ("expected a number from 1 to 2", "1\n"),
        ("while you type or paste it): ", "hf_refused_abc\r"),
        ("And now?", "\n"),
        ("go on without a token\n[1] > A token is made at", &token),
        ("[deepseek-ai/DeepSeek-R1] > ", "glm-4.7\n"),
        ("Prefer a specific backend?", "2\n"),
        ("an empty line goes on", "qwen3-8b\n"),
        ("so far: Qwen/Qwen3-8B", "\n"),
        ("Write this? (Y/n) ", "what\n"),
        ("expected y or n", "Y\n"),
        ("Ask a test question?", "\n"),
    ] {
        terminal.shows(prompt);
        terminal.types(answer);
    }
    let left = terminal.leaves();
    assert_eq!(left.code, Some(0), "{}", left.screen);
    assert!(!left.bytes.contains('\x1b'), "{:?}", left.bytes);
    assert!(!left.bytes.contains(TOKEN), "{:?}", left.bytes);
    let (questions, _) = left.screen.split_once("--- ").expect("a difference");
    assert_snapshot!(questions, @"
    Model provider
      1  Hugging Face
      2  another provider (use OpenClaw's own onboarding)
    [1] > expected a number from 1 to 2
    [1] > A token is made at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
    Hugging Face token (it is not shown while you type or paste it): 
    warning: Token refused: Invalid username or password.
    Make one with the permission at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
    And now?
      1  type another token
      2  keep this token all the same
      3  go on without a token
    [1] > A token is made at https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained
    Hugging Face token (it is not shown while you type or paste it): 
    Token verified (user sandbox-user): it may call Inference Providers
    Default Hugging Face model
    Type a model, or a part of its name to see which there are; `:` shows the forms of one.
    [deepseek-ai/DeepSeek-R1] > ? Default Hugging Face model zai-org/GLM-4.7
    Prefer a specific backend?
      1  let the router decide (now likely together)
      2  together   202k   0.45/2.00     73 tok/s
      3  zai-org    200k      -/-        49 tok/s
      4  novita     204k   0.60/2.20     35 tok/s
    [1] > Fallbacks, tried in this order (optional)
    Type a model, or a part of its name to see which there are; an empty line goes on.
    > so far: Qwen/Qwen3-8B
    > ? Fallbacks, tried in this order (optional) Qwen/Qwen3-8B
    ");
    assert!(
        world.config().contains("\"primary\": \"huggingface/zai-org/GLM-4.7:together\""),
        "{}",
        world.config()
    );
    assert!(world.config().contains("\"fallbacks\": [\"huggingface/Qwen/Qwen3-8B\"]"), "{}", world.config());
}

#[test]
fn a_hidden_answer_can_be_left_in_a_terminal_without_a_cursor() {
    for leave in [CTRL_C, ESCAPE] {
        let world = World::new();
        let args = ["onboard", "--auth-choice", "huggingface-api-key"];
        let mut terminal = Terminal::of(&world, &args, (80, 24), &[("TERM", "dumb")]);
        terminal.shows("while you type or paste it): ");
        terminal.types("hf_abc");
        terminal.types(leave);
        let left = terminal.leaves();
        assert_eq!(left.code, Some(130), "{}", left.screen);
        assert!(!left.bytes.contains("hf_abc"), "{:?}", left.bytes);
    }
}
