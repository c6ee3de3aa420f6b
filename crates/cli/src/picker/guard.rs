//! Gives the terminal back as it was, whatever ends the list: a choice, an error, a panic, or a signal from outside.

use std::io::{self, Write};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};

/// Whether the terminal is ours now.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// As long as it lives, what would end the program gives the terminal back first.
pub(super) struct Guard {
    _panics: Panics,
}

impl Guard {
    /// Takes the terminal, so that keys come one by one.
    pub(super) fn take() -> io::Result<Self> {
        #[cfg(unix)]
        signals::watch()?;
        let panics = Panics::watch();
        enable_raw_mode()?;
        IS_OURS.store(true, Ordering::SeqCst);
        Ok(Self { _panics: panics })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    if IS_OURS.swap(false, Ordering::SeqCst) {
        leave(&mut io::stderr());
        // Where even that fails there is nobody to tell.
        let _ = disable_raw_mode();
    }
}

/// Turns to a screen of its own.
pub(super) fn enter(out: &mut impl Write) -> io::Result<()> {
    execute!(out, EnterAlternateScreen, EnableBracketedPaste)
}

/// Turns back from it. Where even that fails there is nobody to tell.
fn leave(out: &mut impl Write) {
    // Some terminals have one screen only; nothing of the list stays on that.
    let _ = queue!(out, MoveTo(0, 0), Clear(ClearType::All));
    let _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, Show);
}

type Hook = dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync;

/// A panic gives the terminal back before it is told, or its words would go with the screen.
struct Panics {
    before: Arc<Hook>,
}

impl Panics {
    fn watch() -> Self {
        let before: Arc<Hook> = panic::take_hook().into();
        let tell = Arc::clone(&before);
        panic::set_hook(Box::new(move |info| {
            give_back();
            tell(info);
        }));
        Self { before }
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        // It cannot be set while one is told, and the program ends then.
        if !std::thread::panicking() {
            let before = Arc::clone(&self.before);
            panic::set_hook(Box::new(move |info| before(info)));
        }
    }
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::Once;
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// From now on these signals end the program as they would have, after the terminal was given back.
    pub(super) fn watch() -> io::Result<()> {
        static WATCHED: Once = Once::new();
        let mut outcome = Ok(());
        WATCHED.call_once(|| outcome = start());
        outcome
    }

    fn start() -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP])?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                super::give_back();
                // It does not return for these two.
                let _ = emulate_default_handler(signal);
            }
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back() {
        let mut bytes = Vec::new();
        assert!(enter(&mut bytes).is_ok());
        let mut terminal = vt100::Parser::new(24, 80, 0);
        terminal.process(&bytes);
        assert!(terminal.screen().alternate_screen() && terminal.screen().bracketed_paste());
        bytes.clear();
        leave(&mut bytes);
        terminal.process(&bytes);
        let screen = terminal.screen();
        assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    }
}
