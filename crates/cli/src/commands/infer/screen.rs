//! An answer on the screen as it comes.

use std::io::IsTerminal as _;

use super::markdown::Markdown;
use crate::failure::Result;
use crate::out;
use crate::view::dim;

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::commands) struct Show {
    /// The answer, on stdout.
    pub(in crate::commands) answer: bool,
    /// The model's thought, on stderr, where that is a terminal.
    pub(in crate::commands) thought: bool,
    /// Markdown as what it means, where stdout is a terminal with colours.
    pub(in crate::commands) markdown: bool,
}

/// What stands on the screen, so that a thought and the answer do not run into each other.
pub(in crate::commands) struct Screen {
    show: Show,
    markdown: Option<Markdown>,
    ends_in_line: bool,
    has_content: bool,
    in_thought: bool,
    is_terminal: bool,
}

impl Screen {
    pub(in crate::commands) fn new(show: Show) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        // Where marks would be taken away and no style put in their place, they stay.
        let has_style = anstream::stdout().current_choice() != anstream::ColorChoice::Never;
        let show = Show { thought: show.thought && std::io::stderr().is_terminal(), ..show };
        Self {
            markdown: (show.markdown && is_terminal && has_style).then(Markdown::default),
            show,
            ends_in_line: false,
            has_content: false,
            in_thought: false,
            is_terminal,
        }
    }

    pub(super) fn content(&mut self, text: &str) -> Result<()> {
        if !self.show.answer || text.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.in_thought) {
            out::say("\n\n");
        }
        self.has_content = true;
        self.ends_in_line = text.ends_with('\n');
        let text = self.printable(text);
        match &mut self.markdown {
            Some(markdown) => out::print(&markdown.feed(&text)),
            None => out::print(&text),
        }
    }

    pub(super) fn thought(&mut self, text: &str) {
        if self.show.thought {
            self.in_thought = true;
            out::say(&dim(&self.printable(text)));
        }
    }

    /// Ends what stands there with a line end, also where it broke off.
    pub(in crate::commands) fn end(&mut self) -> Result<()> {
        if std::mem::take(&mut self.in_thought) {
            out::say("\n");
        }
        if let Some(markdown) = &mut self.markdown {
            out::print(&markdown.finish())?;
        }
        if std::mem::take(&mut self.has_content) && !self.ends_in_line {
            out::print("\n")?;
        }
        Ok(())
    }

    /// A model's text without what would command the terminal.
    fn printable(&self, text: &str) -> String {
        if self.is_terminal {
            text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
        } else {
            text.to_owned()
        }
    }
}
