//! The list of models in a real terminal.

use insta::assert_snapshot;

use crate::support::{TOKEN, World, steady};
use crate::terminal::{CTRL_C, ENTER, ESCAPE, Terminal};

const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const PAGE_DOWN: &str = "\x1b[6~";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";
const TAB: &str = "\t";
const CTRL_N: &str = "\x0e";
const CTRL_O: &str = "\x0f";
const CTRL_P: &str = "\x10";
const CTRL_S: &str = "\x13";
const CTRL_U: &str = "\x15";
const CTRL_W: &str = "\x17";

const NO_COLOR: (&str, &str) = ("NO_COLOR", "1");

fn opened(world: &World, size: (u16, u16)) -> Terminal {
    Terminal::of(world, &["models", "set"], size, &[NO_COLOR])
}

fn primary(world: &World) -> String {
    world.stdout(&["config", "get", "agents.defaults.model.primary"])
}

/// A home whose kept list has this many models.
fn with_models(count: usize) -> World {
    let world = World::onboarded();
    let folder = world.state("cache");
    let lists: Vec<_> =
        std::fs::read_dir(folder).expect("a cache").map(|file| file.expect("a file").path()).collect();
    let list = lists.iter().find(|path| path.extension().is_some_and(|end| end == "json")).expect("a list");
    let model = |n: usize| {
        format!(
            r#"{{"id": "org-{}/model-{n}", "providers": [{{"provider": "p{}", "status": "live", "context_length": {},
            "pricing": {{"input": 0.1, "output": {}.5}}, "throughput": {}, "supports_tools": true}}]}}"#,
            n % 97,
            n % 20,
            4096 + n,
            1 + n % 30,
            n % 211,
        )
    };
    let models: Vec<_> = (0..count).map(model).collect();
    std::fs::write(list, format!(r#"{{"object": "list", "data": [{}]}}"#, models.join(",")))
        .expect("it is written");
    world
}

#[test]
fn models_set_without_a_model_offers_the_list_and_sets_what_is_picked() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (80, 24));
    let screen = terminal.shows("Enter picks");
    steady!(assert_snapshot!(screen, @"
    ? Default model  type to filter
      model                                            $ in   $ out  tok/s  context
    > deepseek-ai/DeepSeek-R1                             -       -     88      64k
      swiss-ai/Apertus-70B-Instruct-2509               0.82    2.92      -        -
      ServiceNow-AI/Apriel-1.6-15b-Thinker             0.00    0.00     84     131k
      CohereLabs/command-a-03-2025                        -       -     69     256k
      deepseek-ai/DeepSeek-V3.2                           -       -     75     131k
      deepseek-ai/DeepSeek-V4-Pro                         -       -     46      65k
      google/gemma-3-27b-it                            0.25    0.50     47      40k
      zai-org/GLM-4.5-Air                                 -       -     44     128k
      zai-org/GLM-4.7                                  0.45    2.00     73     200k
      openai/gpt-oss-20b                               0.10    0.50    902     131k
      openai/gpt-oss-120b                              0.25    0.69   2803     128k
      moonshotai/Kimi-K2-Instruct                      1.00    3.00    252     131k
    ── DeepSeek R1 · the default now · * now likely fireworks-ai · reads text
      provider        status   $ in  $ out  tok/s  first token  context  tools  JSON
    * fireworks-ai    live        -      -     88       0.46 s     163k  yes    yes
      together        live     2.90   6.80     61       0.34 s     131k  yes    yes
      novita          live     0.72   2.45     28       1.18 s      64k  yes    no
      featherless-ai  live        -      -      -            -        -  -      -
      deepinfra       error    0.90   2.60      -            -      65k  -      -

    28 of 28 models · 16 out of sight · no room for tools · by best match
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    "));
    terminal.types("glm-4.7");
    let screen = terminal.shows("> zai-org/GLM-4.7 ");
    steady!(assert_snapshot!(screen, @"
    ? Default model glm-4.7
      model                                     $ in   $ out  tok/s  context  tools
    > zai-org/GLM-4.7                           0.45    2.00     73     200k  yes











    ── GLM 4.7 · * now likely together · reads text · thinks first
      provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
    * together      live     0.45   2.00     73       0.41 s     202k  yes    yes
      zai-org       live        -      -     49       0.88 s     200k  yes    yes
      novita        live     0.60   2.20     35       1.32 s     204k  yes    yes



    1 of 28 models · by best match · 3 hidden, which nobody offers · asked N s ago
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    "));
    terminal.types(ENTER);
    let left = terminal.leaves();
    assert_eq!(left.code, Some(0), "{}", left.screen);
    assert_eq!(left.changed, [""; 0]);
    assert_snapshot!(left.screen.trim_end(), @"
    ? Default model zai-org/GLM-4.7
    Default model: huggingface/zai-org/GLM-4.7
    ");
    assert_eq!(primary(&world), "huggingface/zai-org/GLM-4.7\n");
    assert!(world.sandbox().requests().is_empty(), "nobody is asked");
}

/// A shell's terminal stays as it was: what is typed into the shell is read and shown as before.
#[test]
fn the_terminals_settings_are_what_they_were() {
    for leave in [ENTER, CTRL_C, ESCAPE] {
        let world = World::onboarded();
        let ours = world.command(&["models", "set"]);
        let mut shell = std::process::Command::new("/bin/sh");
        let script = "stty -g; \"$0\" models set; code=$?; stty -g; exit $code";
        shell.args(["-c", script]).arg(ours.get_program()).env_clear().env("TERM", "xterm");
        shell
            .envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(world.home());
        let mut terminal = Terminal::spawn(&shell, (80, 24));
        terminal.shows("Enter picks");
        terminal.types(leave);
        let left = terminal.leaves();
        assert_eq!(left.code, Some(if leave == ENTER { 0 } else { 130 }), "{}", left.screen);
        assert_eq!(left.changed, [""; 0]);
        let lines: Vec<_> = left.screen.lines().filter(|line| line.matches(':').count() > 20).collect();
        assert!(matches!(lines.as_slice(), [before, after] if before == after), "{}", left.screen);
    }
}

#[test]
fn a_program_that_is_told_to_end_gives_the_terminal_back() {
    let world = World::onboarded();
    let before = world.files();
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("Enter picks");
    terminal.is_told_to_end();
    let left = terminal.leaves();
    assert_eq!(left.code, None, "the signal ends it: {}", left.screen);
    assert_eq!(left.changed, [""; 0]);
    assert_eq!(world.files(), before);
}

#[test]
fn a_dry_run_of_a_pick_writes_nothing() {
    let world = World::onboarded();
    let before = world.files();
    let mut terminal = Terminal::start(&world, &["models", "set", "--dry-run"]);
    terminal.shows("Enter picks");
    terminal.types("kimi-k2.5");
    terminal.shows("> moonshotai/Kimi-K2.5");
    terminal.types(ENTER);
    let (code, screen) = terminal.ends();
    assert_eq!(code, Some(0));
    assert!(screen.contains("+        \"primary\": \"huggingface/moonshotai/Kimi-K2.5\""), "{screen}");
    assert_eq!(world.files(), before);
}

#[test]
fn keys_move_sort_and_show_offers() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("> deepseek-ai/DeepSeek-R1 ");
    terminal.types(CTRL_S);
    let screen = terminal.shows("by price");
    steady!(assert_snapshot!(screen, @"
    ? Default model  type to filter
      model                                            $ in   $ out  tok/s  context
    > ServiceNow-AI/Apriel-1.6-15b-Thinker             0.00    0.00     84     131k
      allenai/Olmo-3.1-32B-Instruct                    0.00    0.00     23      65k
      meta-llama/Llama-3.1-8B-Instruct                 0.10    0.10   2140      16k
      Qwen/Qwen3-8B                                    0.07    0.18     71      40k
      Qwen/QwQ-32B                                     0.18    0.20     41     131k
      XiaomiMiMo/MiMo-V2-Flash                         0.10    0.30     70     262k
      Qwen/Qwen2.5-7B-Instruct                         0.30    0.30    142      32k
      meta-llama/Llama-4-Scout-17B-16E-Instruct        0.11    0.34    456     131k
      google/gemma-3-27b-it                            0.25    0.50     47      40k
      openai/gpt-oss-20b                               0.10    0.50    902     131k
      Qwen/Qwen3-VL-8B-Instruct                        0.18    0.68     93     131k
      openai/gpt-oss-120b                              0.25    0.69   2803     128k
    ── Apriel 1.6 15b Thinker · * now likely together · reads text
      provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
    * together      live     0.00   0.00     84       0.23 s     131k  yes    yes





    28 of 28 models · 16 out of sight · no room for tools · by price · asked N s ago
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    "));
    terminal.types(CTRL_S);
    terminal.shows("by speed");
    terminal.types(CTRL_S);
    terminal.shows("by context");
    terminal.types(CTRL_S);
    terminal.shows("by name");
    terminal.types(CTRL_S);
    terminal.shows("by best match");
    terminal.shows("> deepseek-ai/DeepSeek-R1 ");
    terminal.types(&[DOWN, CTRL_N, UP, CTRL_P].concat());
    terminal.types("llama");
    terminal.shows("> meta-llama/Llama-3.1-8B-Instruct ");
    terminal.types(PAGE_DOWN);
    terminal.shows_without("? Default model llama", "> meta-llama/Llama-3.1-8B-Instruct ");
    terminal.types(CTRL_W);
    terminal.shows("type to filter");
    terminal.types(END);
    let last = terminal.shows_without("type to filter", "> deepseek-ai/DeepSeek-R1 ");
    terminal.types(HOME);
    let first = terminal.shows("> deepseek-ai/DeepSeek-R1 ");
    assert_ne!(last, first);
    terminal.types(CTRL_O);
    let screen = terminal.shows_without("first token", "> deepseek-ai");
    steady!(assert_snapshot!(screen, @"
    ? Default model  type to filter
    ── DeepSeek R1 · the default now · * now likely fireworks-ai · reads text
      provider        status   $ in  $ out  tok/s  first token  context  tools  JSON
    * fireworks-ai    live        -      -     88       0.46 s     163k  yes    yes
      together        live     2.90   6.80     61       0.34 s     131k  yes    yes
      novita          live     0.72   2.45     28       1.18 s      64k  yes    no
      featherless-ai  live        -      -      -            -        -  -      -
      deepinfra       error    0.90   2.60      -            -      65k  -      -





      








    28 of 28 models · by best match · 3 hidden, which nobody offers · asked N s ago
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    "));
    terminal.types(CTRL_O);
    terminal.shows("> deepseek-ai/DeepSeek-R1 ");
    terminal.types("x y z");
    terminal.shows("nothing matches");
    terminal.types(CTRL_U);
    terminal.shows("> deepseek-ai/DeepSeek-R1 ");
    terminal.types(CTRL_C);
    assert_eq!(terminal.ends().0, Some(130));
}

#[test]
fn s13_tab_opens_the_policies_and_the_providers_of_a_model() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("Enter picks");
    terminal.types("glm-4.7");
    terminal.shows("> zai-org/GLM-4.7 ");
    terminal.types(TAB);
    let screen = terminal.shows("zai-org/GLM-4.7:preferred");
    for form in ["GLM-4.7:fastest", "GLM-4.7:cheapest", "GLM-4.7:together", "GLM-4.7:novita"] {
        assert!(screen.contains(form), "{screen}");
    }
    terminal.types("tog");
    terminal.shows("> zai-org/GLM-4.7:together ");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert_eq!(primary(&world), "huggingface/zai-org/GLM-4.7:together\n");
}

#[test]
fn a_whole_reference_can_be_pasted_and_a_line_end_in_it_picks_nothing() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("Enter picks");
    terminal.types("\x1b[200~huggingface/Qwen/Qwen3-32B:cheapest\n\x1b[201~");
    terminal.shows("> Qwen/Qwen3-32B:cheapest ");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert_eq!(primary(&world), "huggingface/Qwen/Qwen3-32B:cheapest\n");
}

#[test]
fn small_terminals_show_whole_ids() {
    let world = World::onboarded();
    for (size, first) in [
        ((40, 24), "> deepseek-ai/DeepSeek-R1"),
        ((80, 10), "> deepseek-ai/DeepSeek-R1 "),
        ((24, 6), "> deepseek-ai/DeepSeek"),
    ] {
        let mut terminal = opened(&world, size);
        terminal.shows(first);
        let screen = terminal.shows("[Enter picks");
        assert!(screen.lines().count() <= usize::from(size.1), "{screen}");
        if size == (40, 24) {
            steady!(assert_snapshot!(screen, @"
            ? Default model  type to filter
              model
            > deepseek-ai/DeepSeek-R1
              swiss-ai/Apertus-70B-Instruct-2509
              ServiceNow-AI/Apriel-1.6-15b-Thinker
              CohereLabs/command-a-03-2025
              deepseek-ai/DeepSeek-V3.2
              deepseek-ai/DeepSeek-V4-Pro
              google/gemma-3-27b-it
              zai-org/GLM-4.5-Air
              zai-org/GLM-4.7
              openai/gpt-oss-20b
              openai/gpt-oss-120b
              moonshotai/Kimi-K2-Instruct
            ── DeepSeek R1 · the default now
              provider         $ in  $ out  tok/s
            * fireworks-ai        -      -     88
              together         2.90   6.80     61
              novita           0.72   2.45     28
              featherless-ai      -      -      -
              deepinfra        0.90   2.60      -
            28 of 28 models · 16 out of sight
            no room for any figures · by best match
            [Enter picks · Esc leaves]
            "));
        }
        terminal.types(CTRL_C);
        assert_eq!(terminal.ends().0, Some(130));
    }
}

#[test]
fn a_window_that_changes_is_drawn_anew() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("Ctrl-O offers]");
    terminal.resizes(50, 12);
    // What was drawn for the old size is gone, and so are the keys that no longer fit.
    let screen = terminal.shows_without("[Enter picks", "Ctrl-O offers]");
    assert!(screen.lines().count() <= 12, "{screen}");
    terminal.resizes(100, 30);
    terminal.shows("Ctrl-O offers]");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
}

/// Both may be there when the program looks: neither makes it forget the other.
#[test]
fn a_key_that_comes_with_a_change_of_the_window_is_heard() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (100, 24));
    terminal.shows("Enter picks");
    for typed in 1..=60 {
        terminal.resizes(101, 25);
        terminal.resizes(100, 24);
        terminal.types("x");
        terminal.shows(&"x".repeat(typed));
    }
    terminal.types(ESCAPE);
    assert_eq!(terminal.ends().0, Some(130));
}

#[test]
fn colour_comes_only_where_it_is_wanted() {
    let world = World::onboarded();
    let colours = |env: &[(&str, &str)]| {
        let mut terminal = Terminal::of(&world, &["models", "set"], (80, 24), env);
        terminal.shows("Enter picks");
        terminal.types(CTRL_C);
        terminal.leaves().bytes
    };
    assert!(colours(&[]).contains("\x1b[1m"));
    let without = colours(&[NO_COLOR]);
    let styles = without.split('\x1b').filter_map(|part| part.strip_prefix('[')).filter(|part| {
        part.find(|c: char| !c.is_ascii_digit() && c != ';').is_some_and(|end| part[end..].starts_with('m'))
    });
    assert_eq!(styles.count(), 0, "{without:?}");
}

#[test]
fn a_terminal_without_a_cursor_is_asked_a_line_at_a_time() {
    let world = World::onboarded();
    let dumb = [("TERM", "dumb"), NO_COLOR];
    let mut terminal = Terminal::of(&world, &["models", "set"], (80, 24), &dumb);
    terminal.shows("[deepseek-ai/DeepSeek-R1] > ");
    terminal.types("glm-4\n");
    terminal.shows("  2  zai-org/");
    terminal.types("nothing like it\n");
    terminal.shows("nothing matches");
    terminal.types("glm-4.7:\n");
    terminal.shows("zai-org/GLM-4.7:cheapest");
    terminal.types("3\n");
    let left = terminal.leaves();
    assert_eq!(left.code, Some(0), "{}", left.screen);
    assert!(!left.bytes.contains('\x1b'), "{:?}", left.bytes);
    assert_snapshot!(left.screen.trim_end(), @"
    Default model
    Type a model, or a part of its name to see which there are; `:` shows the forms of one.
    [deepseek-ai/DeepSeek-R1] >   1  zai-org/GLM-4.7  0.45/2.00 · 73 tok/s · 200k
      2  zai-org/GLM-4.5-Air  -/- · 44 tok/s · 128k
    [deepseek-ai/DeepSeek-R1] > nothing matches
    [deepseek-ai/DeepSeek-R1] >   1  zai-org/GLM-4.7  0.45/2.00 · 73 tok/s · 200k
      2  zai-org/GLM-4.7:fastest  0.45/2.00 · 73 tok/s · 200k
      3  zai-org/GLM-4.7:cheapest  0.45/2.00 · 73 tok/s · 200k
      4  zai-org/GLM-4.7:preferred  -/- · - tok/s · 200k
      5  zai-org/GLM-4.7:zai-org  -/- · 49 tok/s · 200k
      6  zai-org/GLM-4.7:novita  0.60/2.20 · 35 tok/s · 204k
      7  zai-org/GLM-4.7:together  0.45/2.00 · 73 tok/s · 202k
    [deepseek-ai/DeepSeek-R1] > ? Default model zai-org/GLM-4.7:cheapest
    Default model: huggingface/zai-org/GLM-4.7:cheapest
    ");
    assert_eq!(primary(&world), "huggingface/zai-org/GLM-4.7:cheapest\n");
    let mut terminal = Terminal::of(&world, &["models", "set"], (80, 24), &dumb);
    terminal.shows("[zai-org/GLM-4.7:cheapest] > ");
    terminal.types("\x04");
    assert_eq!(terminal.ends().0, Some(130), "the end of the input leaves");
}

#[test]
fn ten_thousand_models_can_be_filtered_sorted_and_picked() {
    let world = with_models(10_000);
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("of 10001 models");
    let opened = terminal.written();
    terminal.types("org-7/model-7");
    terminal.shows("> org-7/model-7 ");
    terminal.types(END);
    terminal.shows_without("? Default model org-7/model-7", "> org-7/model-7 ");
    terminal.types(&[HOME, CTRL_S].concat());
    terminal.shows("by price");
    assert!(terminal.written() - opened < 40_000, "{}", terminal.written() - opened);
    terminal.types(CTRL_U);
    terminal.types("model-9999");
    terminal.shows("> org-8/model-9999 ");
    terminal.types(ENTER);
    assert_eq!(terminal.ends().0, Some(0));
    assert_eq!(primary(&world), "huggingface/org-8/model-9999\n");
}

#[test]
fn a_token_that_is_pasted_into_the_filter_is_not_shown() {
    let world = World::onboarded();
    let mut terminal = opened(&world, (80, 24));
    terminal.shows("Enter picks");
    terminal.types(&format!("\x1b[200~{TOKEN}\x1b[201~"));
    terminal.shows("nothing matches");
    terminal.types(CTRL_C);
    let left = terminal.leaves();
    assert!(!left.bytes.contains(TOKEN), "{:?}", left.bytes);
}

#[test]
fn without_a_terminal_a_model_has_to_be_named() {
    assert_snapshot!(World::offline().run(&["models", "set"]), @"
    exit 2
    -- err
    error: no model is named, and there is no terminal to pick one on
      expected `<org>/<name>`, `huggingface/<org>/<name>` or an alias

    hint: openclaw models set deepseek-ai/DeepSeek-R1
    ");
}

/// One that is open for writing alone.
#[test]
fn a_terminal_that_cannot_be_read_is_told() {
    let world = World::onboarded();
    let ours = world.command(&["models", "set"]);
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", "exec \"$0\" models set 0>/dev/tty"]).arg(ours.get_program()).env_clear();
    shell.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm");
    shell.current_dir(world.home());
    let mut terminal = Terminal::spawn(&shell, (80, 24));
    terminal.shows("Enter picks");
    terminal.types(ENTER);
    let left = terminal.leaves();
    assert_eq!(left.code, Some(1), "{}", left.screen);
    assert_eq!(left.changed, [""; 0]);
    assert_snapshot!(left.screen.trim_end(), @"
    error: the terminal cannot be asked
      Bad file descriptor (os error 9)

    hint: openclaw models list --all --plain
    ");
}
