//! Edits a config full of comments and prints what changed, line by line.
//!
//! `cargo run -p openclaw-json5-edit --example edit`

use std::error::Error;
use std::io::{self, Write};

use openclaw_json5_edit::{Document, NewValue, Path};

const CONFIG: &str = r#"// Our assistant. Ask before you change the port!
{
  agents: {
    defaults: {
      // the one everybody gets
      model: { primary: 'huggingface/org/large' }, // costs money

      models: {
        'huggingface/org/large': { alias: 'large' },
        // nobody uses it any more
        'huggingface/org/old': { alias: 'old' },
      },
    },
  },

  gateway: {
    port: 0x4A65,
    bind: "loopback", // never "lan"
  },
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let doc = Document::parse(CONFIG)?;
    let mut out = io::stdout().lock();

    let port: Path = "gateway.port".parse()?;
    if let Some(value) = doc.get(&port) {
        let (line, column) = value.line_column();
        let number = value.as_u64().unwrap_or_default();
        writeln!(out, "{port} = {number}, at line {line}, column {column}\n")?;
    }

    let models = Path::keys(["agents", "defaults", "models"]);
    let model = Path::keys(["agents", "defaults", "model"]);
    let mut edits = doc.edit();
    edits
        .set(&model.clone().key("primary"), "huggingface/org/small")
        .append(&model.key("fallbacks"), "huggingface/org/large")
        .set(&models.clone().key("huggingface/org/small"), NewValue::object([("alias", "small".into())]))
        .remove(&models.key("huggingface/org/old"))
        .set(&port, 19045)
        .set(&"gateway.tls.cert".parse()?, "/etc/ssl/assistant.pem");
    let edited = edits.apply()?;
    print_difference(&mut out, doc.as_str(), edited.as_str())?;

    let mut wrong = edited.edit();
    wrong.set(&"gateway.port.web".parse()?, 80);
    match wrong.apply() {
        Ok(_) => writeln!(out, "\nnothing was wrong")?,
        Err(error) => writeln!(out, "\nerror: {error}")?,
    }
    if let Err(error) = Document::parse("{\n  port: 80\n  bind: 'lan',\n}") {
        writeln!(out, "error: {error}")?;
    }
    Ok(())
}

/// Prints the lines of both texts; those in one only with `-` or `+`.
fn print_difference(out: &mut impl Write, before: &str, after: &str) -> io::Result<()> {
    let mut old = before.lines().peekable();
    let rest: Vec<&str> = after.lines().collect();
    for (at, line) in rest.iter().enumerate() {
        // lines of the old text that do not come any more
        while let Some(gone) =
            old.next_if(|gone| gone != line && !rest.iter().skip(at).any(|new| new == gone))
        {
            writeln!(out, "- {gone}")?;
        }
        let sign = if old.next_if(|same| same == line).is_some() { ' ' } else { '+' };
        writeln!(out, "{sign} {line}")?;
    }
    old.try_for_each(|gone| writeln!(out, "- {gone}"))
}
