//! The list in a real terminal: keys come in, what changed on the screen goes out.

use std::io::{self, Write as _};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType, size};

use super::Question;
use super::frame::{Frame, Size};
use super::guard::{Guard, enter};
use super::state::{Key, Picker, Step};
use super::view::frame;

/// Where a terminal does not say how large it is.
const USUAL: Size = Size { width: 80, height: 24 };
/// How long the next key is waited for before the screen is drawn; one of zero would not even be looked for.
const PAUSE: Duration = Duration::from_millis(1);

/// Asks until something is picked or the user leaves.
///
/// # Errors
///
/// The terminal cannot be read or written. It is as it was before in any case.
pub(super) fn run(question: &Question<'_>) -> io::Result<Step> {
    let mut picker = Picker::new(question, USUAL);
    let mut screen = Screen::open()?;
    picker.resize(now());
    screen.forget(picker.size)?;
    loop {
        screen.show(frame(&picker))?;
        // A paste without brackets and keys that repeat come faster than they are worth a drawing.
        while let Some(step) = next(&mut picker, &mut screen)? {
            if step != Step::Stay {
                return Ok(step);
            }
            if !poll(PAUSE)? {
                break;
            }
        }
    }
}

/// Waits for what happens next; `None` where the screen is to be drawn at once.
fn next(picker: &mut Picker<'_>, screen: &mut Screen) -> io::Result<Option<Step>> {
    let key = match read()? {
        Event::Resize(..) => {
            picker.resize(now());
            screen.forget(picker.size)?;
            return Ok(None);
        }
        Event::Paste(text) => Some(Key::Paste(text)),
        Event::Key(event) if is_redraw(&event) => {
            screen.forget(picker.size)?;
            return Ok(None);
        }
        Event::Key(event) => key(&event),
        _ => None,
    };
    Ok(Some(key.map_or(Step::Stay, |key| picker.on(key))))
}

fn now() -> Size {
    match size() {
        Ok((width @ 1.., height @ 1..)) => Size { width: width.into(), height: height.into() },
        _ => USUAL,
    }
}

fn is_redraw(event: &KeyEvent) -> bool {
    event.code == KeyCode::Char('l') && event.modifiers == KeyModifiers::CONTROL
}

/// What a key of the keyboard means; `None` for one that means nothing here.
fn key(event: &KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    if event.modifiers.contains(KeyModifiers::CONTROL) && !event.modifiers.contains(KeyModifiers::ALT) {
        let KeyCode::Char(letter) = event.code else { return plain(event.code) };
        return Some(match letter.to_ascii_lowercase() {
            'c' => Key::Leave,
            'h' => Key::Backspace,
            'j' | 'm' => Key::Enter,
            'n' => Key::Down,
            'o' => Key::Offers,
            'p' => Key::Up,
            's' => Key::Sort,
            'u' => Key::Clear,
            'w' => Key::Word,
            _ => return None,
        });
    }
    plain(event.code)
}

fn plain(code: KeyCode) -> Option<Key> {
    Some(match code {
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab => Key::Complete,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Leave,
        _ => return None,
    })
}

/// What is on the terminal.
struct Screen {
    out: io::Stderr,
    shown: Frame,
    has_styles: bool,
    _guard: Guard,
}

impl Screen {
    fn open() -> io::Result<Self> {
        let has_styles = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        let guard = Guard::take()?;
        let mut out = io::stderr();
        enter(&mut out)?;
        // From now on a change of the window is heard; one between asking for its size and this would be lost.
        poll(PAUSE)?;
        Ok(Self { out, shown: Frame::blank(USUAL), has_styles, _guard: guard })
    }

    fn show(&mut self, frame: Frame) -> io::Result<()> {
        // One write, or a slow line shows half of it.
        let mut bytes = Vec::new();
        frame.paint(&mut bytes, &self.shown, self.has_styles)?;
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        self.shown = frame;
        Ok(())
    }

    /// Empties the screen, which is of this size now.
    fn forget(&mut self, size: Size) -> io::Result<()> {
        queue!(self.out, Clear(ClearType::All))?;
        self.shown = Frame::blank(size);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_shells_and_editors_are_known() {
        #[track_caller]
        fn check(code: KeyCode, modifiers: KeyModifiers, wanted: Option<&Key>) {
            assert_eq!(key(&KeyEvent::new(code, modifiers)).as_ref(), wanted, "{code:?} {modifiers:?}");
        }
        let (none, shift, ctrl, alt) =
            (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL, KeyModifiers::ALT);
        check(KeyCode::Char('q'), none, Some(&Key::Char('q')));
        check(KeyCode::Char('Q'), shift, Some(&Key::Char('Q')));
        check(KeyCode::Char('@'), ctrl | alt, Some(&Key::Char('@')));
        check(KeyCode::Char('c'), ctrl, Some(&Key::Leave));
        check(KeyCode::Esc, none, Some(&Key::Leave));
        check(KeyCode::Char('n'), ctrl, Some(&Key::Down));
        check(KeyCode::Char('p'), ctrl, Some(&Key::Up));
        check(KeyCode::Char('u'), ctrl, Some(&Key::Clear));
        check(KeyCode::Char('w'), ctrl, Some(&Key::Word));
        check(KeyCode::Char('h'), ctrl, Some(&Key::Backspace));
        check(KeyCode::Char('j'), ctrl, Some(&Key::Enter));
        check(KeyCode::Char('s'), ctrl, Some(&Key::Sort));
        check(KeyCode::Char('o'), ctrl, Some(&Key::Offers));
        check(KeyCode::Tab, none, Some(&Key::Complete));
        check(KeyCode::Home, ctrl, Some(&Key::Home));
        check(KeyCode::Char('x'), ctrl, None);
        check(KeyCode::F(3), none, None);
        let released = KeyEvent::new_with_kind(KeyCode::Enter, none, KeyEventKind::Release);
        assert_eq!(key(&released), None, "Windows tells that too");
    }
}
