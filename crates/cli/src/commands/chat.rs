//! `openclaw chat`: a conversation in the terminal.
//!
//! Lines are read by the terminal itself, so that its own keys work: it hands Ctrl-C on as a signal and Ctrl-D as the end.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use openclaw_hf_client::Message;
use tokio::sync::mpsc;

use super::infer::{Answer, Desk, Screen, Show, close, in_latin_1, text_of};
use crate::app::App;
use crate::args::Asking;
use crate::catalogue::Ask;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::view::{bold, dim};
use crate::{network, out};

/// One line may not be longer.
const MAX_LINE: u64 = 8 * 1024 * 1024;

const HELP: &str = "\
/model REF  ask another model from now on; without REF, say which one is asked
/retry      ask the last question again
/exit       end the chat, as Ctrl-D does
/help       this
Ctrl-C stops the answer. A line that ends in \\ goes on in the next one.
";

pub(super) fn run(app: &App, asking: &Asking) -> Result<()> {
    // A conversation has time for a fresh list: it is what failing over turns to.
    let desk = Desk::open(app, asking, Ask::IfStale, "openclaw chat --model")?;
    let mut chat =
        Chat { is_interactive: std::io::stdin().is_terminal(), desk, asking, turns: Vec::new(), last: None };
    network::block_on(chat.talk())?
}

struct Chat<'a> {
    desk: Desk<'a>,
    asking: &'a Asking,
    is_interactive: bool,
    /// Questions that were answered, each followed by its answer.
    turns: Vec<Message>,
    last: Option<Last>,
}

/// The last question.
struct Last {
    question: String,
    /// Whether it and its answer are in the turns.
    is_answered: bool,
}

/// What is typed.
enum Typed<'t> {
    Question(&'t str),
    Model(&'t str),
    Retry,
    Help,
    Exit,
    Nothing,
    Unknown(&'t str),
}

impl<'t> Typed<'t> {
    fn of(line: &'t str) -> Self {
        let line = line.trim();
        if line.is_empty() {
            return Self::Nothing;
        }
        if !line.starts_with('/') {
            return Self::Question(line);
        }
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match command {
            "/model" => Self::Model(rest.trim()),
            "/retry" => Self::Retry,
            "/help" | "/?" => Self::Help,
            "/exit" | "/quit" => Self::Exit,
            // A path is a question too.
            _ if command.get(1..).is_some_and(|rest| rest.contains('/')) => Self::Question(line),
            other => Self::Unknown(other),
        }
    }
}

impl Chat<'_> {
    async fn talk(&mut self) -> Result<()> {
        let mut lines = lines();
        self.say(&format!(
            "{}\n",
            dim(&format!("{} · /help says what can be typed", self.desk.primary.router_id()))
        ));
        loop {
            self.prompt("> ");
            let Some(line) = self.next_line(&mut lines).await? else { break };
            match Typed::of(&line) {
                Typed::Nothing => {}
                Typed::Exit => return Ok(()),
                Typed::Help => out::say(HELP),
                Typed::Unknown(word) => {
                    out::say(&format!("`{}` is no command; /help lists them\n", word.escape_debug()));
                }
                Typed::Model("") => out::say(&format!("{}\n", self.desk.primary.router_id())),
                Typed::Model(typed) => match self.desk.turn_to(typed) {
                    Ok(()) => self.say(&format!("{}\n", dim(self.desk.primary.router_id()))),
                    Err(failure) => self.tell(failure)?,
                },
                Typed::Retry => match self.last.take() {
                    None => out::say("there is no question to ask again\n"),
                    Some(last) => {
                        if last.is_answered {
                            self.turns.truncate(self.turns.len().saturating_sub(2));
                        }
                        self.ask(last.question).await?;
                    }
                },
                Typed::Question(question) => self.ask(question.to_owned()).await?,
            }
        }
        self.say("\n");
        Ok(())
    }

    /// The next line, with those that it goes on in; `None` at the end.
    async fn next_line(&self, lines: &mut mpsc::UnboundedReceiver<Result<String>>) -> Result<Option<String>> {
        let mut whole = String::new();
        loop {
            let line = tokio::select! {
                line = lines.recv() => line,
                _ = tokio::signal::ctrl_c() => {
                    // The terminal has thrown away what was typed.
                    whole.clear();
                    self.say("\nCtrl-D or /exit ends the chat\n");
                    self.prompt("> ");
                    continue;
                }
            };
            let Some(line) = line else { return Ok(Some(whole).filter(|text| !text.is_empty())) };
            let line = line?;
            let line = line.trim_end_matches(['\n', '\r']);
            match line.strip_suffix('\\') {
                Some(begun) => {
                    whole.push_str(begun);
                    whole.push('\n');
                    self.prompt("… ");
                }
                None => return Ok(Some(whole + line)),
            }
        }
    }

    /// Asks a question; Ctrl-C stops the answer, and what came of it is kept in mind.
    async fn ask(&mut self, question: String) -> Result<()> {
        let mut messages = self.turns.clone();
        messages.push(Message::user(question.as_str()));
        let request = self.desk.request(self.asking, &messages);
        let show = Show { answer: true, thought: !self.asking.hide_reasoning, markdown: !self.asking.raw };
        let (mut screen, mut answer) = (Screen::new(show), Answer::default());
        let outcome = tokio::select! {
            outcome = self.desk.ask(&request, &mut screen, &mut answer) => Some(outcome),
            _ = tokio::signal::ctrl_c() => None,
        };
        screen.end()?;
        let failure = match outcome {
            Some(Ok(())) => {
                close(&answer, &self.desk, self.asking.stats);
                None
            }
            Some(Err(failure)) => Some(failure),
            None => {
                out::say("stopped\n");
                None
            }
        };
        // An answer that broke off is not one: the question can be asked again.
        let is_answered = failure.is_none() && !answer.text.is_empty();
        if is_answered {
            self.turns = messages;
            self.turns.push(Message::assistant(answer.text.as_str()));
        }
        self.last = Some(Last { question, is_answered });
        match failure {
            Some(failure) => self.tell(failure),
            None => Ok(()),
        }
    }

    /// Tells a failure; a person goes on, a script ends.
    fn tell(&self, failure: Failure) -> Result<()> {
        if !self.is_interactive || failure.exit() == Exit::Quiet {
            return Err(failure);
        }
        out::say(&failure.render());
        Ok(())
    }

    fn prompt(&self, mark: &str) {
        self.say(&bold(mark));
    }

    /// Words that only a person needs.
    fn say(&self, words: &str) {
        if self.is_interactive {
            out::say(words);
        }
    }
}

/// The lines of standard input, read on a thread of their own, since reading cannot be given up.
fn lines() -> mpsc::UnboundedReceiver<Result<String>> {
    let (to, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = (&mut stdin).take(MAX_LINE + 1).read_until(b'\n', &mut line);
            let line = match read {
                Ok(0) => return,
                Ok(count) if u64::try_from(count).is_ok_and(|count| count > MAX_LINE) => {
                    let what = format!("expected at most {} MiB in a line", MAX_LINE >> 20);
                    Err(Failure::new(Exit::Usage, what).hint("openclaw infer model run --help"))
                }
                Ok(_) => {
                    text_of(line, "a line of standard input", || in_latin_1("questions.txt", "openclaw chat"))
                }
                Err(error) => Err(Failure::from_error(Exit::Usage, "standard input cannot be read", &error)
                    .hint("openclaw chat --help")),
            };
            let is_end = line.is_err();
            // Nobody listens any more when the chat has ended.
            if to.send(line).is_err() || is_end {
                return;
            }
        }
    });
    lines
}
