use super::*;

#[track_caller]
fn shown(text: &str) -> String {
    let shown = redact(text, &(0..0));
    assert_eq!(shown.len(), text.len(), "{shown}");
    assert_eq!(shown.matches('\n').count(), text.matches('\n').count(), "{shown}");
    shown
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert!(Document::parse(text).is_ok(), "it does not parse: {text}");
    assert_eq!(shown(text), expected);
}

#[test]
fn secrets_are_masked_in_place() {
    check("{ a: 'hf_abcDEF123', // hf_123456789\n}", "{ a: 'hf_*********', // hf_*********\n}");
    check("{ apiKey: 'geheim', b: 1 }", "{ apiKey: '******', b: 1 }");
    check("{ 'token': 'gehéim' }", "{ 'token': '*******' }");
    check("{ auth: { mode: 'token', token: 'abc' } }", "{ auth: { mode: 'token', token: '***' } }");
    check("{ apiKey: '${MY_KEY}' }", "{ apiKey: '${MY_KEY}' }");
    check("{ maxTokens: 8192, contextWindow: 5 }", "{ maxTokens: 8192, contextWindow: 5 }");
    check("{ id: 'openai/gpt-oss-120b' }", "{ id: 'openai/gpt-oss-120b' }");
}

#[test]
fn no_notation_hides_a_secret_from_the_mask() {
    check("{apiKey:\n \"S1\"}", "{apiKey:\n \"**\"}");
    check(
        r#"{headers: {"Authorization": "Bearer a, S2"}}"#,
        r#"{headers: {"Authorization": "************"}}"#,
    );
    check(r#"{"Authorization": "Bearer a, S2"}"#, r#"{"Authorization": "************"}"#);
    check("{token: 'S\"q'}", "{token: '***'}");
    check("{apiKey: \"ab'S3\"}", "{apiKey: \"*****\"}");
    check("{token: \"x}S4\"}", "{token: \"****\"}");
    check("{password /*c*/: \"S5\"}", "{password /*c*/: \"**\"}");
    check("{apiKey: \"${A}S6\"}", "{apiKey: \"******\"}");
    check("{apiKeys: [\"x\",\n \"S7\"]}", "{apiKeys: [\"*\",\n \"**\"]}");
    check("{secret: {id:\n \"S8\", n: 12}}", "{secret: {id:\n \"**\", n: **}}");
    check("{api\\u004bey: \"S9\"}", "{api\\u004bey: \"**\"}");
    check("{token: \"S1\\\nS2\"}", "{token: \"***\n**\"}");
    check("{headers: {Cookie: 'S', 'X-Auth': 'S', a: 1}}", "{headers: {Cookie: '*', 'X-Auth': '*', a: *}}");
    check("{baseUrl: \"https://u:pw@h/v1\"}", "{baseUrl: \"https://****@h/v1\"}");
    check("{baseUrl: \"https:\\/\\/u:pw@h\"}", "{baseUrl: \"****************\"}");
    check(
        "{env: {vars: {MY_PASSWD: 'a', X: '${Y}'}, OPENAI_KEY: 'b', shellEnv: {enabled: true, mode: 'c'}}}",
        "{env: {vars: {MY_PASSWD: '*', X: '${Y}'}, OPENAI_KEY: '*', shellEnv: {enabled: true, mode: 'c'}}}",
    );
    check("{key: \"S\", pin: {passphrase: 5}}", "{key: \"*\", pin: {passphrase: *}}");
    check("{auth: 'token', b: {auth: 'u:S'}}", "{auth: 'token', b: {auth: '***'}}");
    check(
        "{auth: {profiles: {'x:token': {provider: 'x', mode: 'token'}}}}",
        "{auth: {profiles: {'x:token': {provider: 'x', mode: 'token'}}}}",
    );
    check(
        "{args: ['--token', 'S1', '-y', '--api-key=S2', '--port', '1'], a: ['token', 'x']}",
        "{args: ['--token', '**', '-y', '--api-key=**', '--port', '1'], a: ['token', 'x']}",
    );
    check("{apiKey: 'a', apiKey: 'b'}", "{apiKey: '*', apiKey: '*'}");
}

#[test]
fn a_secret_that_is_commented_out_stays_one() {
    check("// a: \"b\" // c\n{}", "// a: \"b\" // c\n{}");
    check("{ // apiKey: \"S\"\n /* token = S\n b: 1 */ }", "{ // apiKey:****\n /* token =**\n b: 1 */ }");
    check(
        "{a: '// token: x', b: \"\\\"//\" /* see https://u:p@h */}",
        "{a: '// token: x', b: \"\\\"//\" /* see https://***@h */}",
    );
}

#[test]
fn commands_of_the_terminal_become_signs_of_the_same_length() {
    check("{a: '\u{1b}[2J\u{9b}\u{202e}'}\r\n", "{a: '?[2J·\u{fffd}'}\r\n");
    assert_eq!(redact("{a: 1}\r// x\r", &(0..0)), "{a: 1}\n// x\n");
}

#[test]
fn a_text_that_does_not_parse_shows_keys_and_short_words() {
    #[track_caller]
    fn check(text: &str, caret: &str, expected: &str) {
        assert!(Document::parse(text).is_err(), "it parses: {text}");
        let start = text.find(caret).expect("the caret");
        let shown = redact(text, &(start..start + caret.len()));
        assert_eq!(shown, expected);
        assert_eq!(shown.len(), text.len());
    }
    check("{ apiKey: \"S\" oops }", "oops", "{ apiKey: \"*\" oops }");
    check("{ apiKey:\n \"S\" oops }", "oops", "{ apiKey:\n \"*\" oops }");
    check("{ \"a b\": \"unclosed\n b: 1", "\"unclosed", "{ \"a b\": \"********\n b: 1");
    check("{ a: 'S\"q'q, 'b': 2 ]", "]", "{ a: '*****, 'b': 2 ]");
    check("{ apiKey: \"a\"S1\" }", "S1", "{ apiKey: \"****\"**");
    check("{ token: \"x\"}S1\", b: 'c' }", "S1", "{ token: \"*\"}**\"**********");
    check("{ token: \"x\"} S1, b: c \" }\n d", "S1", "{ token: \"*\"} **, b: * \"**\n d");
    check("{ apiKey: hunter2, b: c }", "hunter2", "{ apiKey: *******, b: c }");
    check("{ pass: correct horse\n b: c }", "correct", "{ pass: ******* *****\n b: c }");
    check("{ secret: { id: S, c: [S] }, b: c }", "S", "{ secret: { id: *, c: [*] }, b: c }");
    check("{ api\\u004bey: S, b: c }", "S", "{ api\\u004bey: *, b: c }");
    check("{ password /*c*/: S, }}", "}}", "{ password /*c*/: *, }}");
    check("{ a: abcdefghijkl, b: abcdefghijklm }", "abcdefghijkl,", "{ a: abcdefghijkl, b: ************* }");
    check(
        "{ m: 'huggingface/Qwen/Qwen3-8B:fastest' x }",
        "x",
        "{ m: 'huggingface/Qwen/Qwen3-8B:fastest' x }",
    );
    check("{ url: https://u:p@h }", "h", "{ url: https://***@h }");
    check("{ averylongkeyname: 1 2, n: 131072 }", "2", "{ averylongkeyname: 1 2, n: 131072 }");
}

#[test]
fn values_stand_for_their_secrets_by_a_word() {
    let text = "{ apiKey: 'S', n: { token: 5 }, url: 'https://u:p@h', list: ['a'] /* key: S */ }";
    let document = Document::parse(text).expect("it parses");
    assert_eq!(
        raw_value(document.root(), Place::Plain),
        "{ apiKey: '__OPENCLAW_REDACTED__', n: { token: __OPENCLAW_REDACTED__ }, url: 'https://********@h', list: ['a'] /* key:*********/ }"
    );
    assert_eq!(
        json_value(&document.root().to_owned_value(), Place::Plain).to_string(),
        r#"{"apiKey":"__OPENCLAW_REDACTED__","n":{"token":"__OPENCLAW_REDACTED__"},"url":"https://********@h","list":["a"]}"#
    );
}

#[test]
fn no_slip_of_the_hand_shows_a_secret() {
    const TEXT: &str = r#"{
  a: { b: "x", m: 'huggingface/a/b' }, // c
  apiKey:
    "CANARY-0123", u: "https://u:CANARY-0123@h/v1",
  headers: { "X-A": "a, CANARY-0123", Cookie: 'q="CANARY-0123' },
  auth: { mode: "token", token: "x}CANARY-0123", password /*c*/: "CANARY-0123" },
  apiKeys: ["x",
    "CANARY-0123"], n: 5,
}
"#;
    let mut leaks = Vec::new();
    for (at, c) in TEXT.char_indices() {
        let (before, behind) = (&TEXT[..at], &TEXT[at + c.len_utf8()..]);
        if "CANARY-0123".contains(c) && c != 'a' {
            continue;
        }
        for slip in ["", "\"", "'", " ", ",", ":", "}", "{", "]", "/*", "//", "\\", "\n"] {
            for text in [format!("{before}{slip}{behind}"), format!("{before}{slip}{c}{behind}")] {
                // Where it still parses, another name may be no secret's.
                let Err(error) = Document::parse(text.as_str()) else { continue };
                let shown = redact(&text, &error.span());
                assert_eq!(shown.len(), text.len());
                if shown.contains("CANARY-0") {
                    let line = shown.lines().find(|line| line.contains("CANARY-0")).unwrap_or_default();
                    leaks.push(format!("{slip:?} {line}"));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}
