use super::*;
use insta::assert_snapshot;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expect: &[(&str, &str)]) {
    let file = EnvFile::parse(text);
    let got: Vec<(String, String)> =
        file.pairs().map(|(name, value)| (name, value.expose().to_owned())).collect();
    let got: Vec<(&str, &str)> = got.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(got, expect, "{text:?}");
    assert_eq!(file.as_str(), text);
}

#[test]
fn lines_that_set_something() {
    check("A=1", &[("A", "1")]);
    check("A=1\nB=2\r\nC=3\rD=4", &[("A", "1"), ("B", "2"), ("C", "3"), ("D", "4")]);
    check("\u{feff}A=1\n", &[("A", "1")]);
    check("  export  A = 1 \n", &[("A", "1")]);
    check("export=1\n", &[("export", "1")]);
    check("export A=1\texport B=2\n", &[("A", "1\texport B=2")]);
    check("A: 1\n", &[("A", "1")]);
    check("a.b-c=1\n", &[("a.b-c", "1")]);
    check("A=\nB=2", &[("A", ""), ("B", "2")]);
    check("A=   # nothing\n", &[("A", "")]);
    check("A=1 # one\n", &[("A", "1")]);
    check("A=1#one\n", &[("A", "1")]);
    check("A=b=c\n", &[("A", "b=c")]);
    check("A=1\nA=2\n", &[("A", "1"), ("A", "2")]);
}

#[test]
fn lines_that_set_nothing() {
    check("", &[]);
    check("\n\r\n", &[]);
    check("# A=1\n", &[]);
    check("A\n", &[]);
    check("A 1\n", &[]);
    check("A:1\n", &[]);
    check("=1\n", &[]);
    check("é=1\n", &[]);
    check("export\n", &[]);
}

#[test]
fn quotes() {
    check("A='1 # 2' # 3\n", &[("A", "1 # 2")]);
    check("A=\"1\"\n", &[("A", "1")]);
    check("A=`1'\"2`\n", &[("A", "1'\"2")]);
    check("A=''\n", &[("A", "")]);
    check("A='one\ntwo'\nB=2\n", &[("A", "one\ntwo"), ("B", "2")]);
    check("A='one\r\ntwo'\r\nB=2\n", &[("A", "one\ntwo"), ("B", "2")]);
    check("A=\"one\\ntwo\\r\"\n", &[("A", "one\ntwo\r")]);
    check("A='one\\ntwo'\n", &[("A", "one\\ntwo")]);
    check("A='it\\'s'\n", &[("A", "it\\'s")]);
    check("A=it's\n", &[("A", "it's")]);
    // What does not close is taken as it stands.
    check("A='it's'\n", &[("A", "it's")]);
    check("A=\"open\nB=2\n", &[("A", "\"open"), ("B", "2")]);
    check("A='\n", &[("A", "'")]);
    check("A='x' y\n", &[("A", "'x' y")]);
}

#[test]
fn nothing_is_expanded() {
    check("A=$B${C}$(d)\\$e\n", &[("A", "$B${C}$(d)\\$e")]);
    check("A=\"$B\"\n", &[("A", "$B")]);
}

#[test]
fn many_unclosed_quotes_take_no_longer_than_one() {
    let lines = 100_000;
    let file = EnvFile::parse(&"A=\"x\\\"\nB=`\n".repeat(lines));
    assert!(file.names().count() >= lines);
}

#[track_caller]
fn set(text: &str, name: &str, value: &str) -> String {
    let mut file = EnvFile::parse(text);
    file.set(name, value).unwrap();
    assert_eq!(file.get(name).unwrap().expose(), value);
    file.as_str().to_owned()
}

#[test]
fn setting_touches_one_value() {
    assert_eq!(set("", "A", "1"), "A=1\n");
    assert_eq!(set("\u{feff}", "A", "1"), "\u{feff}A=1\n");
    assert_eq!(set("B=2", "A", "1"), "B=2\nA=1\n");
    assert_eq!(set("B=2\r\n", "A", "1"), "B=2\r\nA=1\r\n");
    assert_eq!(set("# c\n\nA='0'  # zero\nB=2\n", "A", "1"), "# c\n\nA=1  # zero\nB=2\n");
    assert_eq!(set("export A = \"0\"\r\nB=2", "A", "1"), "export A = 1\r\nB=2");
    assert_eq!(set("A='x\ny'\nB=2\n", "A", "1"), "A=1\nB=2\n");
    assert_eq!(set("A=# why\n", "A", "1"), "A=1 # why\n");
    assert_eq!(set("A: 0\n", "A", "1"), "A: 1\n");
    // The line that counts is the last one.
    assert_eq!(set("A=1\nA=2\n", "A", "3"), "A=1\nA=3\n");
    // What is there already stays as it is written.
    assert_eq!(set("A='1'\n", "A", "1"), "A='1'\n");
}

#[test]
fn values_are_quoted_only_when_they_must_be() {
    assert_eq!(set("", "A", "hf_Ab0/+=.-_"), "A=hf_Ab0/+=.-_\n");
    assert_eq!(set("", "A", ""), "A=''\n");
    assert_eq!(set("", "A", " x "), "A=' x '\n");
    assert_eq!(set("", "A", "a#b"), "A='a#b'\n");
    assert_eq!(set("", "A", "$B"), "A='$B'\n");
    assert_eq!(set("", "A", "it's"), "A=\"it's\"\n");
    assert_eq!(set("", "A", "it's \\n"), "A=`it's \\n`\n");
    assert_eq!(set("", "A", "'\""), "A=`'\"`\n");
    assert_eq!(set("", "A", "one\ntwo"), "A='one\ntwo'\n");
    // A quote that stands open in front would pair up with a single one in here.
    assert_eq!(set("B='open\n", "A", "\nx"), "B='open\nA=\"\nx\"\n");
}

#[test]
fn what_cannot_be_said_is_refused() {
    let mut file = EnvFile::parse("B=2\n");
    let mut refuse = |name: &str, value: &str| {
        let message = file.set(name, value).unwrap_err().to_string();
        assert_eq!(file.as_str(), "B=2\n");
        message
    };
    assert_snapshot!(refuse("A", "'\"`"), @"a `.env` file cannot hold this value of `A`, or not beside the other lines");
    assert_snapshot!(refuse("A", "a\rb"), @"a `.env` file cannot hold this value of `A`, or not beside the other lines");
    assert_snapshot!(refuse("hf_secret!", "x"), @"not a name of a variable, expected letters, digits and `_`");
    assert_snapshot!(refuse("", "x"), @"not a name of a variable, expected letters, digits and `_`");
}

#[test]
fn removing_takes_all_lines_of_a_name() {
    #[track_caller]
    fn check(text: &str, found: bool, expect: &str) {
        let mut file = EnvFile::parse(text);
        assert_eq!(file.remove("A"), Ok(found));
        assert_eq!(file.as_str(), expect);
        assert!(file.get("A").is_none());
    }
    check("", false, "");
    check("B=2\n", false, "B=2\n");
    check("A=1\n", true, "");
    check("# c\r\nA=1\r\nB=2\r\nexport A='x\ny'\r\n", true, "# c\r\nB=2\r\n");
    check("B=2\nA=1", true, "B=2\n");

    // Without the line between them, the open quote would swallow a line.
    let text = "B='open\nA=\"'\"\nC='\n";
    let mut file = EnvFile::parse(text);
    file.remove("A").unwrap_err();
    assert_eq!(file.as_str(), text);
}

#[test]
fn debug_prints_names_only() {
    assert_snapshot!(format!("{:?}", EnvFile::parse("HF_TOKEN=hf_abc\nB=2")), @r#"EnvFile(["HF_TOKEN", "B"])"#);
}

/// Texts that look like `.env` files, and some that do not.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "(export )?[AB]( )?=( )?[a-z'\"`\\\\#$ ]{0,8}(\r)?\n",
        "[AB]: x\n",
        "# [a-z' ]{0,5}\n",
        "['\"`]",
        "\\PC{0,6}",
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let file = EnvFile::parse(&text);
        prop_assert_eq!(file.as_str(), &text);
    }

    #[test]
    fn what_is_set_is_read_and_the_rest_stays(text in texts(), value in "[a-z'\"`\\\\#$ \n\t=é]{0,10}") {
        let old = EnvFile::parse(&text);
        let mut new = old.clone();
        match new.set("A", &value) {
            Err(_) => prop_assert_eq!(&new, &old),
            Ok(()) => {
                let got = new.get("A");
                prop_assert_eq!(got.as_ref().map(Secret::expose), Some(value.as_str()));
                prop_assert_eq!(new.get("B"), old.get("B"));
                // Outside of the one value not a byte differs.
                match old.effective("A") {
                    Some(entry) => {
                        prop_assert!(new.as_str().starts_with(&text[..entry.value.start]));
                        prop_assert!(new.as_str().ends_with(&text[entry.value.end..]));
                    }
                    None => prop_assert!(new.as_str().starts_with(&text)),
                }
                let once = new.clone();
                new.set("A", &value).unwrap();
                prop_assert_eq!(new, once);
            }
        }
    }

    #[test]
    fn a_token_can_always_be_set(text in texts(), token in "hf_[A-Za-z0-9]{1,40}") {
        let mut file = EnvFile::parse(&text);
        file.set("HF_TOKEN", &token).unwrap();
        let got = file.get("HF_TOKEN");
        prop_assert_eq!(got.as_ref().map(Secret::expose), Some(token.as_str()));
    }

    #[test]
    fn what_is_removed_is_gone(text in texts()) {
        let old = EnvFile::parse(&text);
        let mut new = old.clone();
        match new.remove("A") {
            Ok(found) => {
                prop_assert_eq!(found, old.get("A").is_some());
                prop_assert!(new.get("A").is_none());
                prop_assert_eq!(new.get("B"), old.get("B"));
            }
            Err(_) => prop_assert_eq!(new, old),
        }
    }
}
