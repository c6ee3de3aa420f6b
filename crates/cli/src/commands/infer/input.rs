//! What is asked: a prompt, what is piped in, files and images.

use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::path::Path;

use base64::Engine as _;
use openclaw_hf_client::{Content, Message, Part};

use crate::args::Run;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::refs::quoted;

const HELP: &str = "openclaw infer model run --help";

/// What is piped in, or in a file, may not be larger.
const MAX_TEXT: u64 = 8 * 1024 * 1024;

/// An image may not be larger; providers refuse smaller ones already.
const MAX_IMAGE: u64 = 20 * 1024 * 1024;

/// The question as a message.
pub(super) fn question(args: &Run) -> Result<Message> {
    let mut texts: Vec<String> = args.prompt.iter().cloned().collect();
    texts.extend(piped()?);
    for path in &args.file {
        texts.push(format!("`{}`:\n\n{}", path.display(), file(path)?));
    }
    let text = texts.join("\n\n");
    if text.trim().is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "there is no question: neither `--prompt` nor anything piped in",
        )
        .hint("openclaw infer model run --prompt \"Why is the sky blue?\""));
    }
    if args.image.is_empty() {
        return Ok(Message::user(text));
    }
    let mut parts = vec![Part::Text(text)];
    for typed in &args.image {
        parts.push(Part::ImageUrl { url: image(typed)?, detail: None });
    }
    Ok(Message::user(Content::Parts(parts)))
}

/// What is piped in; `None` where a person sits at the keyboard or nothing came.
fn piped() -> Result<Option<String>> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let bytes = bounded(stdin.lock(), "standard input", MAX_TEXT)?;
    let text = text_of(bytes, "standard input", || in_latin_1("notes.txt", "openclaw infer model run"))?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn file(path: &Path) -> Result<String> {
    let shown = format!("`{}`", path.display());
    let bytes = bounded(open(path, &shown)?, &shown, MAX_TEXT)?;
    let typed = path.display().to_string();
    let hint = match kind_of(&bytes) {
        Some(_) => format!("openclaw infer model run --prompt \"What is on it?\" --image {}", quoted(&typed)),
        None => in_latin_1(&typed, "openclaw infer model run"),
    };
    text_of(bytes, &shown, || hint)
}

fn open(path: &Path, shown: &str) -> Result<File> {
    File::open(path).map_err(|error| unread(shown, &error))
}

fn unread(shown: &str, error: &std::io::Error) -> Failure {
    Failure::from_error(Exit::Usage, format!("{shown} cannot be read"), error).hint(HELP)
}

fn bounded(from: impl Read, shown: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes).map_err(|error| unread(shown, &error))?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read > most) {
        let what = format!("expected at most {} MiB in {shown}", most >> 20);
        return Err(Failure::new(Exit::Usage, what).hint(HELP));
    }
    Ok(bytes)
}

/// Bytes as text; `hint` is for those that are none.
pub(in crate::commands) fn text_of(
    bytes: Vec<u8>,
    shown: &str,
    hint: impl FnOnce() -> String,
) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::new(Exit::Usage, format!("{shown} cannot be read as text"))
            .because(format!("expected UTF-8, found something else at byte {at}"))
            .hint(hint())
    })
}

/// A command that reads a text of older programs.
pub(in crate::commands) fn in_latin_1(file: &str, command: &str) -> String {
    format!("iconv -f latin1 -t utf-8 {} | {command}", quoted(file))
}

/// An image as an address: its own, or its bytes in one.
fn image(typed: &str) -> Result<String> {
    if ["https://", "http://", "data:"].iter().any(|scheme| typed.starts_with(scheme)) {
        return Ok(typed.to_owned());
    }
    let shown = format!("`{}`", typed.escape_debug());
    let bytes = bounded(open(Path::new(typed), &shown)?, &shown, MAX_IMAGE)?;
    let Some(kind) = kind_of(&bytes) else {
        return Err(Failure::new(Exit::Usage, format!("{shown} is no image that is known here"))
            .because("expected PNG, JPEG, GIF or WebP")
            .hint(HELP));
    };
    Ok(format!("data:{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes)))
}

/// What an image is, by its first bytes: names lie.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
