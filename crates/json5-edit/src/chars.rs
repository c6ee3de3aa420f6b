//! Which characters JSON5 takes where.

/// Letters, by general category, that `XID_Start` leaves out for the sake of normalisation or of
/// pattern syntax. ECMAScript 5.1, on which JSON5 stands, has no such exception.
fn is_letter_beside_xid(c: char) -> bool {
    matches!(
        c,
        '\u{37A}' | '\u{2E2F}' | '\u{FC5E}'
            ..='\u{FC63}'
                | '\u{FDFA}'
                | '\u{FDFB}'
                | '\u{FE70}'
                | '\u{FE72}'
                | '\u{FE74}'
                | '\u{FE76}'
                | '\u{FE78}'
                | '\u{FE7A}'
                | '\u{FE7C}'
                | '\u{FE7E}'
    )
}

/// May `c` begin an identifier?
pub(crate) fn is_identifier_start(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '$' | '_' => true,
        '\0'..='\x7F' => false,
        // in XID_Start by a compatibility list, but no letters
        '\u{1885}' | '\u{1886}' | '\u{2118}' | '\u{212E}' => false,
        '\u{E33}' | '\u{EB3}' | '\u{FF9E}' | '\u{FF9F}' => true,
        _ => unicode_ident::is_xid_start(c) || is_letter_beside_xid(c),
    }
}

/// May `c` stand in an identifier after its first character?
pub(crate) fn is_identifier_part(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '$' | '_' => true,
        '\0'..='\x7F' => false,
        '\u{200C}' | '\u{200D}' => true,
        // in XID_Continue by a compatibility list, but neither letters, marks, digits nor connectors
        '\u{B7}'
        | '\u{387}'
        | '\u{1369}'..='\u{1371}'
        | '\u{19DA}'
        | '\u{2118}'
        | '\u{212E}'
        | '\u{30FB}'
        | '\u{FF65}' => false,
        _ => unicode_ident::is_xid_continue(c) || is_letter_beside_xid(c),
    }
}

/// Could `text` stand as a key without quotes, without any escape?
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_identifier_start) && chars.all(is_identifier_part)
}

/// Could `text` stand as a key without quotes for readers that know an older Unicode, too? New keys
/// have quotes where they could not.
pub(crate) fn is_common_identifier(text: &str) -> bool {
    is_identifier(text) && !text.contains(is_recent)
}

/// Letters, marks and digits that came with Unicode 18, and whatever few tables follow closely: all
/// beyond the first plane.
fn is_recent(c: char) -> bool {
    let c = u32::from(c);
    matches!(c, 0x558 | 0x58B..=0x58C | 0x5C8..=0x5C9 | 0xB53..=0xB54 | 0x1ADE..=0x1ADF | 0x1AEC..=0x1AF0)
        || matches!(c, 0x208F | 0x209D..=0x209F | 0xA7DD | 0xA7E2 | 0xAB6C..=0xAB6D)
        || c > 0xFFFF
}

/// White space and line terminators: what may stand between any two tokens.
pub(crate) fn is_space(c: char) -> bool {
    is_line_terminator(c)
        || matches!(
            c,
            '\t' | '\u{B}' | '\u{C}' | ' ' | '\u{A0}' | '\u{FEFF}' | '\u{1680}' | '\u{2000}'
                ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
        )
}

/// What ends a `//` comment.
pub(crate) fn is_line_terminator(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_the_oracle() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_space(c), json5::char::is_json5_whitespace(c), "{c:?} as white space");
            assert_eq!(is_line_terminator(c), json5::char::is_json5_line_terminator(c), "{c:?}");
            for (ours, theirs, role) in [
                (is_identifier_start(c), json5::char::is_json5_identifier_start(c), "start"),
                (is_identifier_part(c), json5::char::is_json5_identifier(c), "part"),
            ] {
                // never narrower; wider only by what is new
                assert!(ours == theirs || (ours && is_recent(c)), "{c:?} as identifier {role}");
            }
        }
    }
}
