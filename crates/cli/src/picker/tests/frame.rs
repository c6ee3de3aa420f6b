//! From one screen to the next.

use super::super::frame::{Frame, Style};
use super::super::view::frame;
use super::*;

fn painted(frame: &Frame, before: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.paint(&mut bytes, before, true).expect("it is written");
    bytes
}

/// What the cells look like: letters that are not blank, with their styles.
fn looks(screen: &vt100::Parser) -> Vec<String> {
    let places = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
    let cells = places.filter_map(|(row, column)| Some((row, column, screen.screen().cell(row, column)?)));
    cells
        .filter(|(_, _, cell)| !cell.contents().trim().is_empty())
        .map(|(row, column, cell)| {
            format!("{row},{column} {} {:?} {} {}", cell.contents(), cell.fgcolor(), cell.bold(), cell.dim())
        })
        .collect()
}

#[test]
fn what_is_painted_over_a_screen_is_what_is_painted_on_a_new_one() {
    let catalog = catalog();
    let question = question(&catalog, Count::Any);
    let size = size(80, 24);
    let mut picker = Picker::new(&question, size);
    let mut screen = vt100::Parser::new(24, 80, 0);
    let mut before = Frame::blank(size);
    let keys = [
        Key::Down,
        Key::Char('g'),
        Key::Char(' '),
        Key::Sort,
        Key::Offers,
        Key::Offers,
        Key::Clear,
        Key::End,
    ];
    for key in keys {
        let now = frame(&picker);
        screen.process(&painted(&now, &before));
        let mut new = vt100::Parser::new(24, 80, 0);
        new.process(&painted(&now, &Frame::blank(size)));
        assert_eq!(looks(&screen), looks(&new), "{key:?}");
        assert_eq!(screen.screen().cursor_position(), new.screen().cursor_position(), "{key:?}");
        let lines =
            screen.screen().contents().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines.join("\n"), now.text().trim_end());
        before = now;
        picker.on(key);
    }
}

#[test]
fn wide_letters_keep_their_places() {
    let size = size(20, 1);
    let texts = ["日本 a", "x日本 b", "日x本", "", "ab日本c", "a\u{301}b"];
    let mut screen = vt100::Parser::new(1, 20, 0);
    let mut before = Frame::blank(size);
    for text in texts {
        let mut now = Frame::blank(size);
        now.put(0, 0, text, Style::Bold);
        screen.process(&painted(&now, &before));
        assert_eq!(screen.screen().contents().trim_end(), now.text(), "{text}");
        before = now;
    }
}

#[test]
fn a_letter_that_does_not_fit_is_not_shown_in_part() {
    let mut frame = Frame::blank(size(3, 1));
    assert_eq!(frame.put(0, 0, "ab日", Style::Plain), 2);
    assert_eq!(frame.put(0, 7, "below", Style::Plain), 0);
    assert_eq!(frame.text(), "ab");
}

#[test]
fn few_bytes_go_out_for_a_key() {
    let catalog = catalog();
    let question = question(&catalog, Count::One);
    let mut picker = Picker::new(&question, size(80, 24));
    let whole = frame(&picker);
    assert_eq!(painted(&whole, &whole).len(), "\x1b[?25l\x1b[1;18H\x1b[?25h".len(), "nothing but the cursor");
    let all = painted(&whole, &Frame::blank(size(80, 24))).len();
    picker.on(Key::Char('z'));
    picker.on(Key::Char('a'));
    let before = frame(&picker);
    picker.on(Key::Char('i'));
    let letter = painted(&frame(&picker), &before).len();
    assert!(letter < 120 && letter * 10 < all, "{letter} of {all}");
    let before = frame(&picker);
    picker.on(Key::Down);
    let down = painted(&frame(&picker), &before).len();
    assert!(down < 700, "{down} of {all}");
}

#[test]
fn without_colour_nothing_but_text_and_places_goes_out() {
    let mut now = Frame::blank(size(20, 1));
    let column = now.put(0, 0, "> chosen", Style::Chosen);
    now.put(column, 0, " dim", Style::Dim);
    let mut bytes = Vec::new();
    now.paint(&mut bytes, &Frame::blank(size(20, 1)), false).expect("it is written");
    assert_eq!(String::from_utf8_lossy(&bytes), "\x1b[?25l\x1b[1;1H> chosen dim");
    let coloured = String::from_utf8_lossy(&painted(&now, &Frame::blank(size(20, 1)))).into_owned();
    assert!(coloured.contains("\x1b[1m"), "{coloured:?}");
}
