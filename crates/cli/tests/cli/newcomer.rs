//! A newcomer's first hour, from a machine that knows nothing to a gateway that answers: every word that is shown.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::Stdio;

use insta::assert_snapshot;
use openclaw_sandbox::{Fault, Script, When};

use crate::support::{Ended, TOKEN, World, steady};
#[cfg(unix)]
use crate::{gateway::answer_of, support::Running};

/// What was typed and what came of it.
struct Session<'a> {
    world: &'a World,
    text: String,
}

impl Session<'_> {
    /// A remark of whoever tells the story.
    fn say(&mut self, remark: &str) {
        self.text.push_str(&format!("\n# {remark}\n"));
    }

    /// A command line as it is typed: words between single quotes stay together.
    #[track_caller]
    fn type_in(&mut self, line: &str) {
        let words = words(line);
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = self.world.output(&args);
        let shown = Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        };
        self.note(&format!("openclaw {line}"), &shown);
    }

    /// The same with a text on standard input, which is not shown.
    #[track_caller]
    fn pipe_in(&mut self, typed: &str, text: &str, line: &str) {
        let words = words(line);
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = self.world.command(&args);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(text.as_bytes()).expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let shown = Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        };
        self.note(&format!("{typed} | openclaw {line}"), &shown);
    }

    fn note(&mut self, typed: &str, shown: &Ended) {
        assert!(!shown.shown().contains(TOKEN), "the token is shown:\n{}", shown.shown());
        self.text.push_str(&format!("\n$ {}\n{}", typed.trim_end(), shown.out));
        for line in shown.err.lines() {
            self.text.push_str(format!("! {line}").trim_end());
            self.text.push('\n');
        }
        match shown.code {
            Some(0) => {}
            Some(code) => self.text.push_str(&format!("exit {code}\n")),
            None => self.text.push_str("ended by a signal\n"),
        }
    }
}

fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(n, part)| match n % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[test]
fn the_first_hour() {
    // Something else on this machine may hold the usual port.
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let world = World::new().env("OPENCLAW_GATEWAY_PORT", &port.to_string());
    let mut hour = Session { world: &world, text: String::new() };

    hour.say("A fresh machine.");
    hour.type_in("");
    hour.type_in("modles list");
    hour.type_in("infer model run --prompt 'Why is the sky blue?'");

    hour.say("A token that may not call the providers, then one that may.");
    hour.pipe_in("pbpaste", "hf_noperm_abc\n", "onboard --non-interactive --huggingface-api-key -");
    hour.pipe_in("pbpaste", &format!("{TOKEN}\n"), "onboard --non-interactive --huggingface-api-key -");
    hour.type_in("");

    hour.say("The first answers.");
    hour.type_in("infer model run --prompt 'Why is the sky blue?' --stats");
    hour.type_in("models list");
    hour.type_in("models route huggingface/deepseek-ai/DeepSeek-R1");

    hour.say("A name for a model, and one to fall back to.");
    hour.type_in("models aliases add small huggingface/Qwen/Qwen3-8B");
    hour.type_in("models fallbacks add smal");
    hour.type_in("models fallbacks add small");
    hour.type_in("models");

    hour.say("The day on which every provider of the default model is busy.");
    let busy = Script::always(When::model("deepseek-ai/DeepSeek-R1"), Fault::status(429));
    world.sandbox().script(vec![busy]).expect("a script");
    hour.type_in("infer model run --prompt 'Why is the sky blue?' --stats");
    world.sandbox().clear_faults();

    hour.say("Is all well?");
    hour.type_in("doctor");

    #[cfg(unix)]
    {
        hour.say("For every other program.");
        let running = Running::start(&world, &["gateway", "run", "--port", "0"]);
        let address = running.address();
        let key = world.stdout(&["gateway", "keys", "show"]).trim_end().to_owned();
        let reply = answer_of(address, &key, "small");
        running.signal(rustix::process::Signal::TERM);
        let ended = running.ends();
        let steady = |text: &str| text.replace(&address.to_string(), "127.0.0.1:18789");
        let ended = Ended { code: ended.code, out: steady(&ended.out), err: steady(&ended.err) };
        hour.note("openclaw gateway run", &ended);
        let reply = Ended { code: Some(0), out: reply, err: String::new() };
        hour.note("curl -i http://127.0.0.1:18789/v1/chat/completions -H 'Authorization: Bearer KEY' -d '{\"model\":\"small\",…}'", &reply);
    }

    let story = world.stable(&hour.text).replace(&format!("127.0.0.1:{port}"), "127.0.0.1:18789");
    steady! { assert_snapshot!(story.trim_start()) }
}
