//! `openclaw infer`: ask a model.

mod answer;
mod desk;
mod input;
mod markdown;
mod screen;
mod words;

use openclaw_hf_client::FinishReason;

pub(super) use answer::Answer;
pub(super) use desk::{Desk, needs};
pub(super) use input::{in_latin_1, text_of};
pub(super) use screen::{Screen, Show};
pub(super) use words::switch as switch_in_words;

use crate::app::App;
use crate::args::{Asking, InferCommand, InferModelCommand, Run};
use crate::catalogue::Ask;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::{network, out};

pub(super) fn run(app: &App, command: InferCommand) -> Result<()> {
    match command {
        InferCommand::Model(model) => match model.command {
            InferModelCommand::Run(args) => ask(app, &args),
        },
        InferCommand::Image { .. } => Err(not_served("images are", "text-to-image")),
        InferCommand::Embedding { .. } => Err(not_served("embeddings are", "feature-extraction")),
        InferCommand::Audio { .. } => Err(not_served("speech is", "automatic-speech-recognition")),
    }
}

/// One short question to the default model, at the end of onboarding.
pub(super) fn test(app: &App) -> Result<()> {
    let asking = Asking { stats: true, bill_to: crate::app::env("HF_BILL_TO"), ..Asking::default() };
    ask(app, &Run { prompt: Some("Say hello in five words.".to_owned()), asking, ..Run::default() })
}

/// Only chat completions are served; the rest has a home elsewhere.
fn not_served(what: &str, task: &str) -> Failure {
    Failure::new(Exit::Usage, format!("{what} not served here: the router does chat completions alone"))
        .because("use Hugging Face's own clients: `huggingface_hub` for Python, `@huggingface/inference` for JavaScript")
        .hint(format!("open https://huggingface.co/docs/inference-providers/tasks/{task}"))
}

fn ask(app: &App, args: &Run) -> Result<()> {
    let mut answer = Answer::default();
    let mut desk = None;
    let outcome = answered(app, args, &mut desk, &mut answer);
    if args.json {
        let printed = out::print_json(&answer.as_json(desk.as_ref(), outcome.as_ref().err()));
        // Where nobody answered, that is told, whoever reads the output.
        if outcome.is_ok() {
            printed?;
        }
    }
    outcome?;
    if let Some(desk) = &desk {
        close(&answer, desk, args.asking.stats);
    }
    Ok(())
}

/// Asks; the desk and the answer are there as far as it came.
fn answered<'a>(app: &'a App, args: &Run, at: &mut Option<Desk<'a>>, answer: &mut Answer) -> Result<()> {
    let question = input::question(args)?;
    let desk = at.insert(Desk::open(app, &args.asking, Ask::Never, "openclaw infer model run --model")?);
    desk.needs_images(!args.image.is_empty());
    let request = desk.request(&args.asking, std::slice::from_ref(&question));
    let show = Show {
        answer: !args.json,
        thought: !args.json && !args.asking.hide_reasoning,
        markdown: !args.asking.raw,
    };
    network::block_on(desk.ask(&request, &mut Screen::new(show), answer))?
}

/// What is said of an answer when it is whole.
pub(super) fn close(answer: &Answer, desk: &Desk<'_>, stats: bool) {
    if stats {
        answer.tell_stats(desk);
    }
    answer.warn_of_price();
    if answer.finish == Some(FinishReason::Length) {
        out::warn("the answer reached its limit of tokens; `--max-tokens` sets another");
    }
}
