//! Neither the token nor a key comes out of a gateway, whatever happens.

use insta::assert_snapshot;
use openclaw_sandbox::{Ending, ErrorForm, Fault, Script, When};

use super::{Asked, Gateway, R1, SMALL, STREAM, TOKEN, WHOLE, client, listed};
use crate::support::steady;

/// A refusal whose words repeat the token, as a careless router might.
fn echo(code: u16) -> Fault {
    let body = format!(r#"{{"error":{{"message":"Bearer {TOKEN} is not good for this: {TOKEN}"}}}}"#);
    let mut fault = Fault::status(code);
    if let Fault::Status { body: said, content_type, headers, .. } = &mut fault {
        *said = Some(body);
        *content_type = Some("application/json".to_owned());
        headers.insert("x-request-id".to_owned(), TOKEN.to_owned());
        headers.insert("x-inference-provider".to_owned(), TOKEN.to_owned());
    }
    fault
}

/// Whatever is asked here, [`Asked::rest`] looks for the token in every reply, and `ends` for both secrets in the output.
#[test]
fn no_secret_in_output_replies_or_arguments() {
    let world = listed();
    let mut gateway = Gateway::with(&world, &["--verbose"]);
    let key = gateway.key.clone();
    let mut replies = String::new();
    let mut note = |reply: &client::Reply| {
        assert!(!reply.head.contains(&key) && !reply.body.contains(&key), "the key is shown: {reply:?}");
        replies.push_str(&format!("{}\n{}\n", reply.status, reply.body));
    };
    let faults = [
        Fault::status(429),
        Fault::status(503),
        Fault::status(401),
        Fault::status(402),
        Fault::status(403),
        echo(400),
        echo(401),
        echo(404),
        echo(422),
        echo(429),
        echo(500),
        Fault::Html { code: 502 },
        Fault::CutStream { after: 3, ending: Ending::Reset },
        Fault::ErrorEvent { after: 3, form: ErrorForm::Object },
        Fault::Redirect { to: format!("http://127.0.0.1:9/?token={TOKEN}"), code: 307 },
        Fault::WrongContentType { content_type: format!("text/{TOKEN}") },
    ];
    for fault in faults {
        for scope in [When::provider("fireworks-ai"), When::model(R1)] {
            world.sandbox().clear_faults();
            world.sandbox().script(vec![Script::always(scope, fault.clone())]).expect("a script");
            for mode in [WHOLE, STREAM] {
                note(&gateway.ask(R1, mode));
            }
        }
    }
    world.sandbox().clear_faults();
    for wrong in [TOKEN, "oc-wrong", ""] {
        note(&gateway.ask_as(wrong, R1, WHOLE));
    }
    for path in ["/v1/models", "/v1/models/default", "/metrics", "/readyz", "/healthz", "/nowhere"] {
        note(&gateway.get(path));
    }
    note(&Asked::post(gateway.address, &key, "no JSON").rest());
    note(&gateway.ask(SMALL, r#","temperature":"hot""#));
    // A change, and one that cannot be used, are told with places in files that hold keys.
    world.write_state("gateway.json5", &world.read_state("gateway.json5").replace("\"key\"", "\"key\" oops"));
    gateway.says("cannot be used");
    gateway.says("hint:");
    note(&gateway.get("/readyz"));
    world.write_config(&format!("{{ gateway: {{ auth: {{ token: '{key}' oops }} }} }}"));
    gateway.says("cannot be used");
    gateway.says("hint:");
    #[cfg(target_os = "linux")]
    {
        let path = format!("/proc/{}/cmdline", gateway.running.pid());
        let line = std::fs::read(path).expect("the arguments");
        let line = String::from_utf8_lossy(&line);
        assert!(line.contains("gateway") && !line.contains(&key) && !line.contains(TOKEN), "{line}");
    }
    let ended = gateway.stop(&world);
    // The test would prove little if nothing had been said.
    for part in ["answered by", "trying", "key default", "oops", "router: 127.0.0.1"] {
        assert!(ended.err.contains(part), "`{part}` is not said:\n{}", ended.err);
    }
    for status in [200, 401, 402, 403, 404, 429, 502] {
        assert!(replies.lines().any(|line| line == status.to_string()), "nobody was answered with {status}");
    }
    assert!(replies.contains("is not good for this"), "what the router says is passed on:\n{replies}");
}

#[test]
fn what_is_logged_names_no_word_of_a_question() {
    let world = listed();
    let gateway = Gateway::with(&world, &["--verbose"]);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let fault = Script::once(When::provider("fireworks-ai"), Fault::status(429));
    world.sandbox().script(vec![fault]).expect("a script");
    assert_eq!(gateway.ask(R1, STREAM).status, 200);
    let told = gateway.stop(&world).err;
    assert!(!told.contains("what a day") && !told.contains("You asked"), "{told}");
    let (_, told) = told.split_once("Ctrl-C ends it.\n").expect("the start");
    steady! { assert_snapshot!(told, @"
    deepseek-ai/DeepSeek-R1: answered by fireworks-ai after T (key default)
    deepseek-ai/DeepSeek-R1 (likely fireworks-ai) refused (429): trying together
    deepseek-ai/DeepSeek-R1: answered by together after T, 2 attempts (key default)
    Stopping: running requests may end; once more ends at once
    Gateway stopped; every request has ended
    "); }
}

/// The router is sent the token, and never a key.
#[test]
fn a_key_stays_here() {
    let world = listed();
    let gateway = Gateway::start(&world);
    assert_eq!(gateway.ask(R1, WHOLE).status, 200);
    let asked = world.sandbox().requests();
    assert!(asked.iter().any(|request| request.model.as_deref() == Some(R1)), "{asked:?}");
    for request in asked {
        assert_eq!(request.token, openclaw_sandbox::TokenKind::Granted, "{request:?}");
        assert!(!format!("{request:?}").contains(&gateway.key), "{request:?}");
    }
}
