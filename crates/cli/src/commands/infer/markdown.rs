//! Markdown as what it means, while it comes.
//!
//! Text is given on as soon as it is certain what it is: only the mark at the beginning of a line, and a lone `*` or
//! backtick at the end of a piece, are held back. Nothing is wrapped or reordered, so that what is copied from the screen
//! is what the model wrote, but for its marks.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

const HEADING: Style = Style::new().bold().underline();
const BOLD: Style = Style::new().bold();
const CODE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const DIM: Style = Style::new().dimmed();

/// A mark at the beginning of a line is at most so long; what is longer is text.
const LONGEST_MARK: usize = 80;

/// Headings, bold, code, lists and quotes; all else stays as it is.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    line: Line,
    /// What may be a mark, and is not known yet.
    held: String,
    in_fence: bool,
    is_bold: bool,
    is_code: bool,
    /// The character that was shown last in this line.
    before: Option<char>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// What kind of line it is, is not known yet.
    #[default]
    Begins,
    Text,
    Heading,
    /// A line of three backticks, with what stands behind them.
    Fence,
}

impl Markdown {
    /// The next piece of text; returns what can be shown by now.
    pub(super) fn feed(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            self.push(c, &mut out);
        }
        out
    }

    /// The end; returns what was held back, and switches all styles off.
    pub(super) fn finish(&mut self) -> String {
        let mut out = String::new();
        self.settle(&mut out);
        self.reset(&mut out);
        *self = Self::default();
        out
    }

    fn push(&mut self, c: char, out: &mut String) {
        if c == '\n' {
            self.settle(out);
            self.reset(out);
            out.push('\n');
            self.line = Line::Begins;
            return;
        }
        if self.line == Line::Begins {
            self.held.push(c);
            self.begin(out);
        } else {
            self.inline(c, out);
        }
    }

    /// Looks whether it is known by now how the line begins.
    fn begin(&mut self, out: &mut String) {
        let mark = self.held.trim_start_matches(' ');
        let indent = self.held.len() - mark.len();
        if "```".starts_with(mark) && mark.len() < 3 && self.held.len() < LONGEST_MARK {
            return; // Also nothing but spaces.
        }
        if mark.starts_with("```") {
            self.in_fence = !self.in_fence;
            self.line = Line::Fence;
            let _ = write!(out, "{DIM}{}", self.held);
            self.held.clear();
            return;
        }
        if self.in_fence {
            return self.text(out);
        }
        let hashes = mark.bytes().take_while(|byte| *byte == b'#').count();
        let (level, rest) = (mark.get(..hashes).unwrap_or_default(), mark.get(hashes..).unwrap_or_default());
        match (level.len(), rest) {
            (1..=6, "") => return,
            (1..=6, " ") => {
                self.held.clear();
                self.line = Line::Heading;
                let _ = write!(out, "{HEADING}");
                return;
            }
            _ => {}
        }
        let shown = match mark {
            "-" | "*" | "+" | ">" => return,
            "- " | "* " | "+ " => "• ".to_owned(),
            "> " => format!("{DIM}│{DIM:#} "),
            _ => return self.text(out),
        };
        out.push_str(self.held.get(..indent).unwrap_or_default());
        out.push_str(&shown);
        self.held.clear();
        self.line = Line::Text;
    }

    /// The line is text: what was held is its beginning.
    fn text(&mut self, out: &mut String) {
        self.line = Line::Text;
        if self.in_fence {
            let _ = write!(out, "{CODE}");
        }
        for c in std::mem::take(&mut self.held).chars() {
            self.inline(c, out);
        }
    }

    fn inline(&mut self, c: char, out: &mut String) {
        if self.in_fence || self.line == Line::Fence {
            out.push(c);
            return;
        }
        let held = std::mem::take(&mut self.held);
        match (held.as_str(), c) {
            ("*", '*') => self.held.push_str("**"),
            ("**", c) => {
                // It embraces words: no space within.
                let embraces = match self.is_bold {
                    true => self.before.is_some_and(|before| !before.is_whitespace()),
                    false => !c.is_whitespace(),
                };
                if embraces {
                    self.is_bold = !self.is_bold;
                    self.style(out);
                } else {
                    out.push_str(&held);
                }
                self.before = Some('*');
                self.inline(c, out);
            }
            (_, '`') => {
                out.push_str(&held);
                self.before = Some(c);
                self.is_code = !self.is_code;
                self.style(out);
            }
            (_, '*') if !self.is_code => {
                out.push_str(&held);
                self.held.push('*');
            }
            _ => {
                out.push_str(&held);
                out.push(c);
                self.before = Some(c);
            }
        }
    }

    /// What was held is text after all.
    fn settle(&mut self, out: &mut String) {
        if self.line == Line::Begins && self.held.trim_start_matches(' ').len() > 2 {
            self.text(out);
        }
        let held = std::mem::take(&mut self.held);
        if !(held == "**" && self.is_bold && self.line != Line::Begins) {
            out.push_str(&held);
        }
        self.before = None;
    }

    /// Switches the styles to what holds now.
    fn style(&self, out: &mut String) {
        let _ = write!(out, "{}", anstyle::Reset);
        if self.line == Line::Heading {
            let _ = write!(out, "{HEADING}");
        }
        if self.is_bold {
            let _ = write!(out, "{BOLD}");
        }
        if self.is_code {
            let _ = write!(out, "{CODE}");
        }
    }

    /// No style goes over the end of a line: a mark without its partner spoils one line and no more.
    fn reset(&mut self, out: &mut String) {
        if self.is_bold || self.is_code || self.in_fence || matches!(self.line, Line::Heading | Line::Fence) {
            let _ = write!(out, "{}", anstyle::Reset);
        }
        self.is_bold = false;
        self.is_code = false;
    }
}

#[cfg(test)]
mod tests {
    use super::Markdown;

    /// Styles as words, so that they can be read.
    fn shown(pieces: &[&str]) -> String {
        let mut markdown = Markdown::default();
        let mut out: String = pieces.iter().map(|piece| markdown.feed(piece)).collect();
        out.push_str(&markdown.finish());
        out.replace("\x1b[0m", "‹/›")
            .replace("\x1b[1m\x1b[4m", "‹h›")
            .replace("\x1b[1m", "‹b›")
            .replace("\x1b[36m", "‹code›")
            .replace("\x1b[2m", "‹dim›")
    }

    #[test]
    fn marks_become_what_they_mean() {
        let text = "# One *star* **and** two\n\nText with **bold**, `code` and 2 * 3 ** 4.\n\n- first\n  * second\n1. third\n\
            > said\n```rust\nlet a = **b;\n# no heading\n```\nafter ### it";
        insta::assert_snapshot!(shown(&[text]), @"
        ‹h›One *star* ‹/›‹h›‹b›and‹/›‹h› two‹/›

        Text with ‹/›‹b›bold‹/›, ‹/›‹code›code‹/› and 2 * 3 ** 4.

        • first
          • second
        1. third
        ‹dim›│‹/› said
        ‹dim›```rust‹/›
        ‹code›let a = **b;‹/›
        ‹code›# no heading‹/›
        ‹dim›```‹/›
        after ### it
        ");
    }

    #[test]
    fn a_mark_without_its_partner_spoils_one_line() {
        insta::assert_snapshot!(shown(&["a **b\n**whole**\n2 ** 3 **4 ** 5**\nc `d\n*e* f*\n#\n##x\n-\n``\n  \n####### seven"]), @"
        a ‹/›‹b›b‹/›
        ‹/›‹b›whole‹/›
        2 ** 3 ‹/›‹b›4 ** 5‹/›
        c ‹/›‹code›d‹/›
        *e* f*
        #
        ##x
        -
        ``
          
        ####### seven
        ");
    }

    #[test]
    fn it_is_the_same_however_it_is_cut() {
        let text = "# H **b**\n- `x` **y\n```\ncode\n```\n > q\n**z** 3*4";
        let whole = shown(&[text]);
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(shown(&pieces.iter().map(String::as_str).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn text_is_not_held_back() {
        let mut markdown = Markdown::default();
        assert_eq!(markdown.feed("W"), "W");
        assert_eq!(markdown.feed("hy is"), "hy is");
        assert_eq!(markdown.feed(" *"), " ");
        assert_eq!(markdown.feed("x"), "*x");
    }
}
