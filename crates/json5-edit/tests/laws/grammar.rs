//! Random JSON5 documents: a tree of raw tokens, and noise that decides what stands between them.

use proptest::prelude::*;

/// A value as raw tokens.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Scalar(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

pub(crate) fn scalar() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "+1",
        "-1",
        ".5",
        "5.",
        "5.e3",
        "1e400",
        "-1.5E-3",
        "0x1F",
        "-0XfF",
        "Infinity",
        "-Infinity",
        "+Infinity",
        "NaN",
        "-NaN",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "9007199254740993",
        "1.0",
        "1e3",
        "0xFFFFFFFFFFFFFFFFF",
        "''",
        "\"\"",
        "'a'",
        "\"a\"",
        "'it\\'s'",
        "\"\\u00E9\\x41\\v\\0\"",
        "'\\uD83D\\uDE00'",
        "'\\\n'",
        "\"\\\r\\\r\n\\\u{2028}x\"",
        "'\u{2028}\u{2029}'",
        "'\\a\\q\\\\'",
        "'// no comment'",
        "\"/* nor this */\"",
        "'{[,:]}'",
        "'\u{85}\u{1F600}'",
    ];
    prop_oneof![
        4 => proptest::sample::select(FIXED).prop_map(String::from),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => any::<f64>().prop_filter("a number", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        1 => "[a-z \u{e9}\u{1F600}]{0,8}".prop_map(|text| format!("{text:?}")),
    ]
}

pub(crate) fn key() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "a",
        "b",
        "c",
        "$",
        "_x1",
        "null",
        "Infinity",
        "caf\u{e9}",
        "\\u0061b",
        "a\\u200Cb",
        "x\u{301}",
        "\u{2F804}",
        "'a'",
        "\"b\"",
        "'a-b'",
        "\"org/name:fast\"",
        "''",
        "'\\x61'",
        "'__proto__'",
        "\"a.b\"",
    ];
    prop_oneof![
        2 => proptest::sample::select(FIXED).prop_map(String::from),
        1 => "[a-z]{1,3}",
    ]
}

pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    let leaf = scalar().prop_map(Tree::Scalar);
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::Array),
            2 => prop::collection::vec((key(), inner), 0..5).prop_map(Tree::Object),
        ]
    })
}

/// A document: text, and how many comments `c0`, `c1`, … it has.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub text: String,
    pub comments: usize,
}

/// How wild the space between tokens is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Layout {
    /// anything between any two tokens
    Wild,
    /// one member a line, with comments where people put them
    Tidy,
}

pub(crate) fn sample(layout: Layout) -> impl Strategy<Value = Sample> {
    (tree(), prop::collection::vec(any::<u8>(), 0..80))
        .prop_map(move |(tree, noise)| render(&tree, &noise, layout))
}

/// The same, with an object at the root.
pub(crate) fn object(layout: Layout) -> impl Strategy<Value = Sample> {
    let members = prop::collection::vec((key(), tree()), 0..5);
    (members, prop::collection::vec(any::<u8>(), 0..80))
        .prop_map(move |(members, noise)| render(&Tree::Object(members), &noise, layout))
}

fn render(tree: &Tree, noise: &[u8], layout: Layout) -> Sample {
    let newline = match noise.first().copied().unwrap_or_default() % 4 {
        1 => "\r\n",
        2 => "\r",
        _ => "\n",
    };
    let mut printer = Printer { out: String::new(), noise, at: 1, comments: 0, newline, layout };
    printer.between(0);
    printer.value(tree, 0);
    printer.between(0);
    Sample { text: printer.out, comments: printer.comments }
}

struct Printer<'n> {
    out: String,
    noise: &'n [u8],
    at: usize,
    comments: usize,
    newline: &'static str,
    layout: Layout,
}

impl Printer<'_> {
    /// The next number below `below`; 0 when the noise has run out.
    fn pick(&mut self, below: u8) -> u8 {
        let byte = if self.noise.is_empty() { 0 } else { self.noise[self.at % self.noise.len()] };
        let has_any = self.at < self.noise.len() * 3;
        self.at += 1;
        if has_any { byte % below } else { 0 }
    }

    fn comment(&mut self, is_line: bool) {
        let number = self.comments;
        self.comments += 1;
        let newline = self.newline;
        let space = if is_line && self.pick(4) == 1 { " " } else { "" };
        self.out +=
            &if is_line { format!("// <{number}>{space}{newline}") } else { format!("/* <{number}> */") };
    }

    fn line(&mut self, depth: usize) {
        self.out += self.newline;
        self.out += &"  ".repeat(depth);
    }

    fn between(&mut self, depth: usize) {
        if matches!(self.layout, Layout::Tidy) {
            return;
        }
        match self.pick(24) {
            0..=9 => {}
            10 | 11 => self.out.push(' '),
            12 => self.line(depth),
            13 => {
                self.out += self.newline;
                self.line(depth);
            }
            14 => self.out.push_str("\t\u{B}\u{C}\u{A0}\u{FEFF}\u{3000}"),
            15 => self.out.push('\u{2028}'),
            16 | 17 => self.comment(false),
            18 => self.comment(true),
            19 => {
                self.out.push(' ');
                self.comment(true);
                self.out += &"  ".repeat(depth);
            }
            20 => {
                self.line(depth);
                self.comment(false);
                self.line(depth);
            }
            21 => {
                self.out.push(' ');
                self.comment(false);
                self.comment(false);
                self.out.push(' ');
            }
            22 => {
                self.line(depth);
                self.comment(true);
                self.comment(true);
            }
            _ => self.out.push_str("\n\r\n\u{2029}"),
        }
    }

    fn value(&mut self, tree: &Tree, depth: usize) {
        match tree {
            Tree::Scalar(raw) => self.out += raw,
            Tree::Array(items) => self.container(items, ['[', ']'], depth, |printer, item| {
                printer.value(item, depth + 1);
            }),
            Tree::Object(members) => self.container(members, ['{', '}'], depth, |printer, (key, value)| {
                printer.out += key;
                printer.between(depth + 1);
                printer.out.push(':');
                if matches!(printer.layout, Layout::Tidy) {
                    printer.out.push(' ');
                }
                printer.between(depth + 1);
                printer.value(value, depth + 1);
            }),
        }
    }

    fn container<T>(
        &mut self,
        children: &[T],
        brackets: [char; 2],
        depth: usize,
        child: impl Fn(&mut Self, &T),
    ) {
        self.out.push(brackets[0]);
        match self.layout {
            Layout::Wild => self.wild(children, depth, child),
            Layout::Tidy => self.tidy(children, depth, child),
        }
        self.out.push(brackets[1]);
    }

    fn wild<T>(&mut self, children: &[T], depth: usize, child: impl Fn(&mut Self, &T)) {
        for (at, item) in children.iter().enumerate() {
            self.between(depth + 1);
            child(self, item);
            self.between(depth + 1);
            if at + 1 < children.len() || self.pick(3) == 1 {
                self.out.push(',');
            }
        }
        self.between(depth);
    }

    fn tidy<T>(&mut self, children: &[T], depth: usize, child: impl Fn(&mut Self, &T)) {
        let one_line = self.pick(4) == 1;
        let trailing_comma = self.pick(2) == 1;
        for (at, item) in children.iter().enumerate() {
            if one_line && at > 0 {
                self.out.push(' ');
            } else if !one_line {
                self.line(depth + 1);
                match self.pick(8) {
                    1 => self.line(depth + 1),
                    2 => {
                        self.comment(true);
                        self.out += &"  ".repeat(depth + 1);
                    }
                    3 => {
                        self.comment(false);
                        self.line(depth + 1);
                        self.line(depth + 1);
                    }
                    _ => {}
                }
            }
            child(self, item);
            if at + 1 < children.len() || trailing_comma {
                self.out.push(',');
            }
            if !one_line && self.pick(5) == 1 {
                let number = self.comments;
                self.comments += 1;
                let space = if self.pick(4) == 1 { "\t" } else { "" };
                self.out += &format!(" // <{number}>{space}");
            }
        }
        if !one_line && (!children.is_empty() || self.pick(2) == 1) {
            self.line(depth);
            if self.pick(6) == 1 {
                self.comment(true);
                self.out += &"  ".repeat(depth);
            }
        }
    }
}

/// A text a few characters away from JSON5.
pub(crate) fn mutated() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "'",
        "\"",
        "\\",
        "/",
        "//",
        "/*",
        "*/",
        "*",
        "\n",
        "\r",
        "\u{2028}",
        "\u{85}",
        "\u{FEFF}",
        " ",
        "0",
        "1",
        "x",
        "e",
        ".",
        "-",
        "+",
        "a",
        "u",
        "\\u",
        "\\uD83D",
        "\\uDE00",
        "\\x4",
        "\\u12",
        "\\1",
        "\\0",
        "$",
        "#",
        "`",
        "Infinity",
        "NaN",
        "null",
        "true",
        "\u{200D}",
        "\u{301}",
        "\u{e9}",
        "\u{1F600}",
        "0x",
        "1e",
        "\u{2118}",
        "\u{37A}",
        "\0",
    ];
    let change = (any::<prop::sample::Index>(), 0..3_usize, prop::sample::select(PIECES));
    (sample(Layout::Wild), prop::collection::vec(change, 1..4)).prop_map(|(sample, changes)| {
        let mut chars: Vec<char> = sample.text.chars().collect();
        for (at, delete, insert) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + delete).min(chars.len());
            chars.splice(at..end, insert.chars());
        }
        chars.into_iter().collect()
    })
}
