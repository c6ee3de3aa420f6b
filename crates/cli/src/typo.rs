//! What was mistyped: told in the program's own words, with a command that can be run. Nothing is ever sent.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _};

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::refs::quoted;

/// What asks a model once.
const ASK: &str = "openclaw infer model run --prompt";

/// Words that people try, and what they are called here.
const MEANT: &[(&[&str], &str)] = &[
    (&["talk", "repl", "interactive"], "openclaw chat"),
    (&["login", "auth", "setup", "init", "configure", "token", "install", "start"], "openclaw onboard"),
    (&["serve", "server", "proxy", "daemon"], "openclaw gateway run"),
    (&["list", "ls", "search", "model"], "openclaw models list --all"),
    (&["set", "use", "switch", "default"], "openclaw models set"),
    (&["status", "whoami", "info"], "openclaw models status"),
    (&["fallbacks", "fallback"], "openclaw models fallbacks list"),
    (&["aliases", "alias"], "openclaw models aliases list"),
    (&["route", "providers", "price", "prices"], "openclaw models route"),
    (&["check", "health", "diagnose", "fix", "verify", "test"], "openclaw doctor"),
    (&["keys", "key"], "openclaw gateway keys"),
    (&["completion"], "openclaw completions"),
    (&["tour", "example"], "openclaw demo"),
    (&["version"], "openclaw --version"),
];

/// Words that people put before a question.
const ASKING: [&str; 8] = ["ask", "run", "prompt", "generate", "complete", "query", "say", "agent"];

/// How a command line that cannot be read is told; `None` where clap's own words say it best.
pub(crate) fn failure(error: &clap::Error, typed: &[OsString]) -> Option<Failure> {
    let typed: Vec<String> = typed.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    match error.kind() {
        ErrorKind::InvalidSubcommand => no_command(&context(error, ContextKind::InvalidSubcommand)?, &typed),
        ErrorKind::UnknownArgument => {
            let near = context(error, ContextKind::SuggestedArg);
            no_argument(&context(error, ContextKind::InvalidArg)?, near.as_deref(), &typed)
        }
        _ => None,
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

/// The command that the words before a wrong one name, and what stands behind that.
struct Walked<'a> {
    command: Command,
    path: String,
    rest: &'a [String],
}

fn walk<'a>(wrong: &str, typed: &'a [String]) -> Walked<'a> {
    let mut walked = Walked { command: Cli::command(), path: "openclaw".to_owned(), rest: &[] };
    for (index, word) in typed.iter().enumerate() {
        // `--jsno=x` is `--jsno` to clap.
        if word == wrong || word.split('=').next() == Some(wrong) {
            walked.rest = typed.get(index + 1..).unwrap_or_default();
            break;
        }
        if let Some(inner) = walked.command.find_subcommand(word).cloned() {
            walked.path = format!("{} {}", walked.path, inner.get_name());
            walked.command = inner;
        }
    }
    walked
}

fn joined(start: &str, rest: &[String]) -> String {
    let rest = rest.iter().map(|word| format!(" {}", quoted(word)));
    std::iter::once(start.to_owned()).chain(rest).collect()
}

fn no_command(word: &str, typed: &[String]) -> Option<Failure> {
    let Walked { command, path, rest } = walk(word, typed);
    let shown = word.escape_debug();
    let is_root = path == "openclaw";
    let failure = Failure::new(Exit::Usage, format!("`{shown}` is no command of `{path}`"));
    if let Some(near) = nearest(word, &command) {
        let named = format!("{path} {near}");
        // What stands behind the wrong word may not be taken there either.
        let words = named.split(' ').chain(rest.iter().map(String::as_str));
        let read = Cli::command().try_get_matches_from(words);
        let is_taken = read.map_or_else(|error| error.kind() != ErrorKind::UnknownArgument, |_| true);
        let hint = if is_taken { joined(&named, rest) } else { format!("{named} --help") };
        return Some(failure.hint(hint));
    }
    if !is_root {
        return Some(failure.hint(format!("{path} --help")));
    }
    let lower = word.to_lowercase();
    if let Some((_, meant)) = MEANT.iter().find(|(words, _)| words.contains(&lower.as_str())) {
        return Some(failure.hint(*meant));
    }
    let words = rest.iter().filter(|word| !word.starts_with('-'));
    let words: Vec<&str> = words.map(String::as_str).collect();
    let question = if ASKING.contains(&lower.as_str()) {
        words.join(" ")
    } else if word.contains(char::is_whitespace) || !words.is_empty() {
        std::iter::once(word).chain(words).collect::<Vec<_>>().join(" ")
    } else {
        return Some(failure.hint("openclaw --help"));
    };
    let question = if question.is_empty() { "Why is the sky blue?" } else { &question };
    Some(failure.because("nothing was asked").hint(format!("{ASK} {}", quoted(question))))
}

/// The command that a word was likely meant to be.
fn nearest(word: &str, command: &Command) -> Option<String> {
    let names = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    let names = names.flat_map(|inner| std::iter::once(inner.get_name()).chain(inner.get_visible_aliases()));
    let word = word.to_lowercase();
    names
        .map(|name| (strsim::damerau_levenshtein(&word, name), name))
        // As much may be wrong as a slip of the fingers does, and something has to be right.
        .filter(|(distance, name)| *distance <= 2 && distance * 2 < name.chars().count().max(3) + 1)
        .min()
        .map(|(_, name)| name.to_owned())
}

fn no_argument(word: &str, near: Option<&str>, typed: &[String]) -> Option<Failure> {
    let Walked { path, rest, .. } = walk(word, typed);
    let shown = word.escape_debug();
    if word.starts_with('-') {
        let failure = Failure::new(Exit::Usage, format!("`{shown}` is no option of `{path}`"));
        let Some(near) = near.filter(|near| near.starts_with('-')) else {
            return Some(failure.hint(format!("{path} --help")));
        };
        let mended: Vec<_> = typed
            .iter()
            .map(|arg| match arg.strip_prefix(word).filter(|rest| rest.is_empty() || rest.starts_with('=')) {
                Some(value) => format!("{near}{value}"),
                None => arg.clone(),
            })
            .collect();
        return Some(failure.hint(joined("openclaw", &mended)));
    }
    let failure = Failure::new(Exit::Usage, format!("`{path}` takes no `{shown}`"));
    let words = std::iter::once(word).chain(rest.iter().map(String::as_str));
    Some(match path.as_str() {
        "openclaw infer model run" => {
            let words: Vec<_> = words.take_while(|word| !word.starts_with('-')).collect();
            failure.because("nothing was asked").hint(format!("{ASK} {}", quoted(&words.join(" "))))
        }
        "openclaw chat" => failure.because("what you say is typed in there").hint("openclaw chat"),
        _ => failure.hint(format!("{path} --help")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_word_stands_for_is_a_command() {
        for (words, meant) in MEANT {
            let typed: Vec<_> = meant.split(' ').skip(1).map(str::to_owned).collect();
            if *meant != "openclaw --version" {
                let walked = walk("", &typed);
                let named = typed.iter().take_while(|word| !word.starts_with('-')).count();
                assert_eq!(walked.path.split(' ').count(), named + 1, "{meant}");
            }
            for word in *words {
                assert!(Cli::command().find_subcommand(word).is_none(), "`{word}` is a command");
            }
        }
    }
}
