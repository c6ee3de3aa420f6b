//! bash, which breaks words at colons and takes candidates as they would be typed.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;

/// Words are put together again as the line has them, and only what stands behind bash's last break is given back.
pub(super) struct Bash;

const SCRIPT: &str = r#"_openclaw() {
    local rest="${COMP_LINE:0:COMP_POINT}" words=() last=-1 i word bare line
    for ((i = 0; i <= COMP_CWORD; i++)); do
        bare="${rest#"${rest%%[![:space:]]*}"}"
        word="${COMP_WORDS[i]}"
        if ((i == COMP_CWORD)); then word="$bare"; fi
        if ((last < 0)) || [[ "$bare" != "$rest" || ( -z "$word" && -z "${rest//[[:space:]]/}" && -n "$rest" ) ]]; then
            words[++last]="$word"
        else
            words[last]+="$word"
        fi
        rest="${bare#"$word"}"
    done
    COMPREPLY=()
    local before="${words[last]%"$2"}"
    if [[ "${words[last]}" != *"$2" ]]; then before=""; fi
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(VARIABLE=bash _OPENCLAW_BEFORE="$before" COMPLETER -- "${words[@]}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[/=:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o nosort -F _openclaw NAME 2>/dev/null || complete -F _openclaw NAME
"#;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        var: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let script = SCRIPT.replace("VARIABLE", var).replace("COMPLETER", completer).replace("NAME", bin);
        buf.write_all(script.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let typed: Vec<_> = args.iter().map(|word| typed(&word.to_string_lossy())).collect();
        let Some(current) = typed.last() else { return Ok(()) };
        let before = typed_before();
        let words = typed.iter().map(|word| OsString::from(&word.text)).collect();
        for candidate in complete(command, words, typed.len() - 1, folder)? {
            let word = candidate.get_value().to_string_lossy();
            // What differs before bash's break cannot be put right behind it.
            let Some(rest) = word.strip_prefix(&before) else { continue };
            let is_typable = !rest.contains(['\n', '\r']);
            match current.quote {
                _ if !is_typable => {}
                Some('\'') if rest.contains('\'') => {}
                Some('"') if rest.contains(['"', '$', '`', '\\', '!']) => {}
                Some(_) => writeln!(buf, "{rest}")?,
                None => writeln!(buf, "{}", escaped(rest))?,
            }
        }
        Ok(())
    }
}

/// What of the word bash leaves where it is.
fn typed_before() -> String {
    std::env::var("_OPENCLAW_BEFORE").map(|before| typed(&before).text).unwrap_or_default()
}

/// A word as it is meant, and the quote that it leaves open.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) text: String,
    quote: Option<char>,
}

pub(super) fn typed(raw: &str) -> Typed {
    let mut word = Typed::default();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (word.quote, c) {
            (None, '\'' | '"') => word.quote = Some(c),
            (Some(quote), c) if c == quote => word.quote = None,
            (None, '\\') => word.text.extend(chars.next()),
            (Some('"'), '\\') => match chars.next_if(|c| matches!(c, '"' | '\\' | '$' | '`')) {
                Some(c) => word.text.push(c),
                None => word.text.push('\\'),
            },
            _ => word.text.push(c),
        }
    }
    word
}

/// A word as it is typed without quotes.
fn escaped(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for c in word.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_./:=,@%+".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{escaped, typed};

    #[test]
    fn a_word_is_read_as_bash_reads_it() {
        for (raw, text, quote) in [
            (r"DeepSeek\ R1\ \(fast\)", "DeepSeek R1 (fast)", None),
            ("\"DeepSeek R", "DeepSeek R", Some('"')),
            ("'it is", "it is", Some('\'')),
            (r#"a"b\"c\d"e"#, r#"ab"c\de"#, None),
            (r#"models[\"a/b:c\"]"#, r#"models["a/b:c"]"#, None),
            ("", "", None),
            ("\\", "", None),
        ] {
            let read = typed(raw);
            assert_eq!((read.text.as_str(), read.quote), (text, quote), "{raw}");
        }
    }

    #[test]
    fn what_is_escaped_is_read_as_the_same() {
        for word in ["DeepSeek R1 (fast)", r#"a["b/c:d"].e"#, "org/name:cheapest", "$HOME `x` \\ ; é * ?"] {
            let read = typed(&escaped(word));
            assert_eq!((read.text.as_str(), read.quote), (word, None));
        }
    }
}
