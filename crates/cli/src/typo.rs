//! What was mistyped: told in the program's own words, with a command that can be run. Nothing is ever sent.

use std::ffi::OsString;
use std::num::IntErrorKind;

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

/// How a command line that cannot be read is told; `None` where help or the version was asked for.
pub(crate) fn failure(error: &clap::Error, typed: &[OsString]) -> Option<Failure> {
    let typed: Vec<String> = typed.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let told = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion => return None,
        ErrorKind::InvalidSubcommand => {
            context(error, ContextKind::InvalidSubcommand).and_then(|word| no_command(&word, &typed))
        }
        ErrorKind::UnknownArgument => {
            let near = context(error, ContextKind::SuggestedArg);
            context(error, ContextKind::InvalidArg)
                .and_then(|word| no_argument(&word, near.as_deref(), &typed))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => no_value(error, &typed),
        ErrorKind::TooManyValues => takes_nothing(error, &typed),
        ErrorKind::MissingRequiredArgument => missing(error, &typed),
        ErrorKind::ArgumentConflict => conflict(error, &typed),
        _ => None,
    };
    Some(told.unwrap_or_else(|| unreadable(error, &typed)))
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

/// All texts of a kind.
fn contexts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
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
        // One that was only not typed to its end comes first.
        .map(|name| (!name.starts_with(&word), strsim::damerau_levenshtein(&word, name), name))
        // As much may be wrong as a slip of the fingers does, and something has to be right.
        .filter(|(_, distance, name)| *distance <= 2 && distance * 2 < name.chars().count().max(3) + 1)
        .min()
        .map(|(_, _, name)| name.to_owned())
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

/// An argument by its name alone: `--sort` of `--sort <KEY>`.
fn name(argument: &str) -> &str {
    argument.split(' ').next().unwrap_or(argument).trim_end_matches("...")
}

/// Several names as a person lists them.
fn listed(arguments: &[String]) -> String {
    let names: Vec<_> = arguments.iter().map(|argument| format!("`{}`", name(argument))).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "an argument".to_owned(),
    }
}

/// A value that is not one of those that can be, or that is missing.
fn no_value(error: &clap::Error, typed: &[String]) -> Option<Failure> {
    let argument = context(error, ContextKind::InvalidArg)?;
    let name = name(&argument);
    let value = context(error, ContextKind::InvalidValue).unwrap_or_default();
    let known = contexts(error, ContextKind::ValidValue);
    let path = walk("", typed).path;
    if let Some(variable) = variable(name, &path, typed) {
        let what =
            format!("the variable `{variable}` is `{}`, which is no value of `{name}`", value.escape_debug());
        let failure = Failure::new(Exit::Usage, what).hint(format!("unset {variable}"));
        return Some(match std::error::Error::source(error) {
            Some(source) => failure.because(expected(source)),
            None => failure,
        });
    }
    let is_missing = value.is_empty() && std::error::Error::source(error).is_none();
    let mut failure = Failure::new(
        Exit::Usage,
        if is_missing {
            format!("`{name}` of `{path}` needs a value")
        } else {
            match value.as_str() {
                "" => format!("`{name}` of `{path}` takes no empty value"),
                value => format!("`{name}` of `{path}` takes no `{}`", value.escape_debug()),
            }
        },
    );
    if let Some(source) = std::error::Error::source(error) {
        failure = failure.because(expected(source));
    } else if !known.is_empty() {
        failure = failure.because(format!("expected {}", or(&known)));
    }
    let near = context(error, ContextKind::SuggestedValue).filter(|_| !is_missing);
    Some(match near {
        Some(near) => failure.hint(joined("openclaw", &with_value(typed, name, &value, &near))),
        None => failure.hint(format!("{path} --help")),
    })
}

/// The variable that an option was read from, since it was not typed.
fn variable(name: &str, path: &str, typed: &[String]) -> Option<String> {
    let is_typed = typed
        .iter()
        .any(|word| word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')));
    let long = name.strip_prefix("--").filter(|_| !is_typed)?;
    let program = Cli::command();
    let command =
        path.split(' ').skip(1).try_fold(&program, |command, word| command.find_subcommand(word))?;
    let argument = command.get_arguments().find(|argument| argument.get_long() == Some(long))?;
    Some(argument.get_env()?.to_str()?.to_owned())
}

/// What was expected, where the library says only what is wrong.
fn expected(source: &(dyn std::error::Error + 'static)) -> String {
    if let Some(error) = source.downcast_ref::<std::num::ParseIntError>() {
        return match error.kind() {
            IntErrorKind::PosOverflow => "expected a smaller number".to_owned(),
            _ => "expected a whole number".to_owned(),
        };
    }
    if source.is::<std::num::ParseFloatError>() {
        return "expected a number".to_owned();
    }
    let text = source.to_string();
    let range = text.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
    range.map_or(text.clone(), |(least, most)| format!("expected a whole number from {least} to {most}"))
}

/// `name`, `price` or `speed`.
fn or(values: &[String]) -> String {
    let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
    match values.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

/// The line with another value of one argument.
fn with_value(typed: &[String], name: &str, value: &str, near: &str) -> Vec<String> {
    let glued = format!("{name}={value}");
    let mut before = "";
    let mut words = Vec::with_capacity(typed.len());
    for word in typed {
        words.push(if *word == glued {
            format!("{name}={near}")
        } else if word == value && (before == name || !name.starts_with('-')) {
            near.to_owned()
        } else {
            word.clone()
        });
        before = word;
    }
    words
}

/// An option that is given a value, and has none.
fn takes_nothing(error: &clap::Error, typed: &[String]) -> Option<Failure> {
    let argument = context(error, ContextKind::InvalidArg)?;
    let name = name(&argument);
    let value = context(error, ContextKind::InvalidValue)?;
    let glued = format!("{name}={value}");
    let mended: Vec<_> =
        typed.iter().map(|word| if *word == glued { name.to_owned() } else { word.clone() }).collect();
    let what = format!("`{name}` of `{}` takes no value", walk("", typed).path);
    let failure = Failure::new(Exit::Usage, what).because(format!("found `{}`", value.escape_debug()));
    Some(failure.hint(joined("openclaw", &mended)))
}

fn missing(error: &clap::Error, typed: &[String]) -> Option<Failure> {
    let arguments = contexts(error, ContextKind::InvalidArg);
    if arguments.is_empty() {
        return None;
    }
    let path = walk("", typed).path;
    let what = format!("`{path}` needs {}", listed(&arguments));
    Some(Failure::new(Exit::Usage, what).hint(format!("{path} --help")))
}

fn conflict(error: &clap::Error, typed: &[String]) -> Option<Failure> {
    let argument = context(error, ContextKind::InvalidArg)?;
    let others = contexts(error, ContextKind::PriorArg);
    if others.is_empty() {
        return None;
    }
    let path = walk("", typed).path;
    let name = name(&argument);
    let what = if others.iter().any(|other| other.split(' ').next() == Some(name)) {
        format!("`{name}` can stand in `{path}` only once")
    } else {
        format!("`{name}` of `{path}` does not go together with {}", listed(&others))
    };
    Some(Failure::new(Exit::Usage, what).hint(format!("{path} --help")))
}

/// What is left: bytes that are no text, and whatever the parser learns to say.
fn unreadable(error: &clap::Error, typed: &[String]) -> Failure {
    let path = walk("", typed).path;
    let failure = Failure::new(Exit::Usage, "the command line cannot be read");
    let failure = match error.kind() {
        ErrorKind::InvalidUtf8 => failure.because("it has bytes that are no text"),
        kind => failure.because(kind.to_string()),
    };
    failure.hint(format!("{path} --help"))
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
