//! `openclaw chat`, in a real terminal and through a pipe.

use std::io::Write as _;
use std::process::Stdio;

use insta::assert_snapshot;
use openclaw_sandbox::{Ending, Fault, Options, Pace, Script, When};

use crate::support::{World, steady};

const MODEL: [&str; 3] = ["chat", "--model", "Qwen/Qwen3-8B:nscale"];

/// What is said when these lines are piped in.
fn piped(world: &World, args: &[&str], lines: impl AsRef<[u8]>) -> String {
    let mut child = world
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("a pipe").write_all(lines.as_ref()).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    world.stable(&format!(
        "exit {}\n-- out\n{}-- err\n{}",
        output.status.code().unwrap_or(-1),
        text(output.stdout),
        text(output.stderr)
    ))
}

#[test]
fn lines_that_are_piped_in_are_questions() {
    let world = World::onboarded();
    steady!(
        assert_snapshot!(piped(&world, &MODEL, "One?\n\n/model\nTwo \\\nlines?\n/nonsense\n/exit\nnever\n"), @"
        exit 0
        -- out
        You asked: “One?” This is a rehearsal: the sandbox answers for Qwen/Qwen3-8B as nscale would, no model has run and nothing was spent.
        You asked: “Two lines?” This is a rehearsal: the sandbox answers for Qwen/Qwen3-8B as nscale would, no model has run and nothing was spent.
        -- err
        Qwen/Qwen3-8B:nscale
        `/nonsense` is no command; /help lists them
        ")
    );
    let requests = world.sandbox().requests();
    assert_eq!(requests.len(), 2);
    let sizes: Vec<u64> =
        requests.iter().filter_map(|request| request.header("content-length")?.parse().ok()).collect();
    assert!(sizes[1] > sizes[0] + 100, "the second has the first question and its answer: {sizes:?}");
}

#[test]
fn a_script_ends_at_the_first_failure() {
    let world = World::onboarded();
    let fault = Script::always(When::default(), Fault::status(402));
    world.sandbox().script(vec![fault]).expect("it is scripted");
    steady!(assert_snapshot!(piped(&world, &MODEL, "One?\nTwo?\n"), @"
    exit 4
    -- out
    -- err
    error: there are no credits left
      the credits for Inference Providers are used up (status 402)
      You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included credits.
      request id ID

    hint: open https://huggingface.co/settings/billing
    "));
    assert_eq!(world.sandbox().requests().len(), 1);
}

#[test]
fn what_is_no_text_is_no_question() {
    let world = World::onboarded();
    assert_snapshot!(piped(&world, &MODEL, b"caf\xe9?\n"), @"
    exit 2
    -- out
    -- err
    error: a line of standard input cannot be read as text
      expected UTF-8, found something else at byte 3

    hint: iconv -f latin1 -t utf-8 questions.txt | openclaw chat
    ");
    assert!(world.sandbox().requests().is_empty());
}

#[cfg(unix)]
mod terminal {
    use super::*;
    use crate::terminal::{CTRL_C, Terminal};

    const CTRL_D: &str = "\x04";

    #[test]
    fn a_conversation() {
        let world = World::onboarded();
        let mut terminal = Terminal::start(&world, &[&MODEL[..], &["--stats"]].concat());
        terminal.shows("/help says what can be typed");
        terminal.types("/retry\r");
        terminal.shows("there is no question to ask again\n>");
        terminal.types("/nonsense\r");
        terminal.shows("`/nonsense` is no command");
        terminal.types("/help\r");
        let screen = terminal.shows("Ctrl-C stops the answer");
        assert_snapshot!(screen.trim_end_matches([' ', '\n', '>']), @r"
        Qwen/Qwen3-8B:nscale · /help says what can be typed
        > there is no question to ask again
        > `/nonsense` is no command; /help lists them
        > /model REF  ask another model from now on; without REF, say which one is asked
        /retry      ask the last question again
        /exit       end the chat, as Ctrl-D does
        /help       this
        Ctrl-C stops the answer. A line that ends in \ goes on in the next one.
        ");
        terminal.types("One?\r");
        terminal.shows("nscale answered, as predicted");
        terminal.types("/model deepseek-ai/DeepSeek-V3.2:novita\r");
        terminal.shows("> deepseek-ai/DeepSeek-V3.2:novita\n>");
        terminal.types("/model acme/nothing\r");
        terminal.shows("the router does not list `acme/nothing`");
        terminal.types("/retry\r");
        terminal.shows("novita answered, as predicted");
        terminal.types("typed and thrown away");
        terminal.types(CTRL_C);
        terminal.shows("Ctrl-D or /exit ends the chat");
        terminal.types(CTRL_D);
        let (code, screen) = terminal.ends();
        assert_eq!(code, Some(0), "{screen}");
        let requests = world.sandbox().requests();
        let models: Vec<_> = requests.iter().filter_map(|request| request.model.as_deref()).collect();
        assert_eq!(models, ["Qwen/Qwen3-8B", "deepseek-ai/DeepSeek-V3.2"], "a retry asks the model of now");
    }

    #[test]
    fn ctrl_c_stops_the_answer_and_keeps_the_chat() {
        let pace = Pace::Offer { times: 1.0 };
        let world =
            World::with(Options { pace, answer_words: 5_000, ..Options::default() }).env("HF_TOKEN", "hf_x");
        let mut terminal = Terminal::start(&world, &MODEL);
        terminal.shows("/help says what can be typed");
        terminal.types("Tell me all.\r");
        terminal.shows("You asked");
        terminal.types(CTRL_C);
        terminal.shows("stopped\n>");
        let dropped = |requests: &[openclaw_sandbox::Recorded]| {
            requests.iter().any(|one| one.state == openclaw_sandbox::ReplyState::Dropped)
        };
        while !dropped(&world.sandbox().requests()) {
            std::thread::yield_now();
        }
        terminal.types("/exit\r");
        let (code, screen) = terminal.ends();
        assert_eq!(code, Some(0), "{screen}");
    }

    #[test]
    fn a_failure_is_told_and_the_question_can_be_asked_again() {
        let world = World::onboarded();
        let fault = Fault::CutStream { after: 4, ending: Ending::Clean };
        world
            .sandbox()
            .script(vec![Script::once(When::model("Qwen/Qwen3-8B"), fault)])
            .expect("it is scripted");
        let mut terminal = Terminal::start(&world, &MODEL);
        terminal.shows("/help says what can be typed");
        terminal.types("Hello?\r");
        terminal.shows("the answer of `Qwen/Qwen3-8B:nscale` broke off");
        terminal.shows("hint: ");
        terminal.types("/retry\r");
        terminal.shows("nothing was spent.");
        terminal.types(CTRL_D);
        assert_eq!(terminal.ends().0, Some(0));
        assert_eq!(world.sandbox().requests().len(), 2);
    }

    #[test]
    fn a_switch_is_told_as_it_happens() {
        let world = World::onboarded();
        let fault = Script::always(When::provider("nscale"), Fault::status(429));
        world.sandbox().script(vec![fault]).expect("it is scripted");
        let mut terminal = Terminal::start(&world, &["chat", "--model", "Qwen/Qwen3-8B"]);
        terminal.shows("/help says what can be typed");
        terminal.types("Hello?\r");
        terminal.shows("Qwen/Qwen3-8B (likely nscale) refused (429): trying novita");
        terminal.shows("nothing was spent.");
        terminal.types("/exit\r");
        assert_eq!(terminal.ends().0, Some(0));
    }
}
