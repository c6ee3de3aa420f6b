//! What is asked: a prompt, what is piped in, files and images.

use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::path::Path;

use base64::Engine as _;
use openclaw_hf_client::{Content, Message, Part};

use crate::args::Run;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

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
    let text = text_of(bounded(stdin.lock(), "standard input", MAX_TEXT)?, "standard input")?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn file(path: &Path) -> Result<String> {
    let shown = format!("`{}`", path.display());
    text_of(bounded(open(path, &shown)?, &shown, MAX_TEXT)?, &shown)
}

fn open(path: &Path, shown: &str) -> Result<File> {
    File::open(path)
        .map_err(|error| Failure::from_error(Exit::Usage, format!("{shown} cannot be read"), &error))
}

fn bounded(from: impl Read, shown: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::from_error(Exit::Usage, format!("{shown} cannot be read"), &error))?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read > most) {
        return Err(Failure::new(Exit::Usage, format!("expected at most {} MiB in {shown}", most >> 20)));
    }
    Ok(bytes)
}

fn text_of(bytes: Vec<u8>, shown: &str) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Failure::from_error(Exit::Usage, format!("{shown} cannot be read as text"), &error.utf8_error())
    })
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
            .hint("openclaw infer model run --help"));
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
