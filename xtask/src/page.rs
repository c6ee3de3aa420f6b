//! Parts of the docs that are written by a program.

use std::fs;
use std::path::Path;

use crate::process::Outcome;

/// Puts `text` between `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a page.
pub(crate) fn put(page: &Path, name: &str, text: &str) -> Outcome {
    let failed = |error| format!("{}: {error}", page.display());
    let old = fs::read_to_string(page).map_err(failed)?;
    let new = replaced(&old, name, text)
        .ok_or_else(|| format!("{}: expected `<!-- {name}: begin -->` and its end", page.display()))?;
    fs::write(page, new).map_err(failed)
}

/// The page with another text between its marks; `None` if it has none.
fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->\n"));
    let (head, rest) = page.split_once(&begin)?;
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{begin}{text}{end}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::workspace;

    #[test]
    fn what_is_around_the_marks_stays() {
        let page = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n";
        let new = replaced(page, "x", "new\n");
        assert_eq!(new.as_deref(), Some("a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n"));
        assert_eq!(replaced(page, "y", "new\n"), None);
    }

    #[test]
    fn the_pages_have_the_marks() {
        let benches = ["failover", "json5", "merge", "picker", "rank", "sse", "startup"];
        let places = [
            ("docs/interop-clients.md", "interop"),
            ("docs/interop-openclaw.md", "interop"),
            ("docs/gateway.md", "measured"),
            ("docs/hardening.md", "faults"),
        ];
        for (page, name) in places.into_iter().chain(benches.map(|name| ("docs/benchmarks.md", name))) {
            let text = fs::read_to_string(workspace().join(page)).unwrap();
            assert!(replaced(&text, name, "").is_some(), "{page} has no place for `{name}`");
        }
    }
}
