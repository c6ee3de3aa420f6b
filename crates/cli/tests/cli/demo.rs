//! `openclaw demo`, as the README shows it.

use std::time::{Duration, Instant};

use openclaw_sandbox::{Fault, Script, When};

use crate::support::{TOKEN, World};

#[test]
fn the_demo_tells_the_whole_story_without_a_network() {
    let world =
        World::offline().env("HF_TOKEN", "hf_mine_stays_out_of_it").env("HTTP_PROXY", "http://127.0.0.1:9");
    let started = Instant::now();
    let story = world.stdout(&["demo"]);
    assert!(started.elapsed() < Duration::from_secs(5), "it took {:?}", started.elapsed());
    for part in [
        "The cat is not allowed to edit this.",
        "$ openclaw onboard --non-interactive",
        "Token verified (user sandbox-user)",
        "+        'huggingface/deepseek-ai/DeepSeek-R1': {},",
        "'huggingface/Qwen/Qwen3-8B': { alias: 'small' }, // 8B fits in my head",
        "$ openclaw models list --all",
        "novita will likely answer",
        "You asked: “Why is the sky blue?”",
        "(likely novita) failed (503): trying together",
        "together answered at attempt 2, where novita was predicted",
        "Alias R1 (cheap) -> huggingface/deepseek-ai/DeepSeek-R1:cheapest",
        "Now for real:",
    ] {
        assert!(story.contains(part), "`{part}` is missing in:\n{story}");
    }
    assert!(!story.contains("hf_mine"), "{story}");
    assert_eq!(world.files(), [], "nothing of the user's is touched");
}

/// A line of the tour with figures in the place of those that differ from run to run.
fn steady(line: &str) -> String {
    if let Some((before, _)) = line.split_once("asked ")
        && line.ends_with(" ago")
    {
        return format!("{before}asked just now");
    }
    if let Some((before, rest)) = line.split_once(" · first token ") {
        let cost = rest.rsplit(" · ").next().unwrap_or_default();
        return format!("{before} · first token 0.03 s · 1250 tok/s · 0.06 s · {cost}");
    }
    // `2. org/name:suffix: answered after 61 ms`
    if let Some((before, rest)) = line.split_once(" after ")
        && rest.starts_with(|first: char| first.is_ascii_digit())
    {
        let rest = rest.split_once(", ").map(|(_, rest)| format!(", {rest}")).unwrap_or_default();
        let took = if before.ends_with("answered") { "60 ms" } else { "2 ms" };
        return format!("{before} after {took}{rest}");
    }
    line.to_owned()
}

/// A session in the README is what is really said; `UPDATE_README=1` writes it anew.
#[track_caller]
fn readme_has(mark: &str, session: &str) {
    let session = session.lines().map(steady).collect::<Vec<_>>().join("\n");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(path).expect("the README");
    let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (head, rest) = readme.split_once(&begin).expect("a mark");
    let (shown, tail) = rest.split_once(&end).expect("a mark");
    let block = format!("```text\n{session}\n```\n");
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{head}{begin}{block}{end}{tail}")).expect("it is written");
    } else {
        assert_eq!(shown, block, "run this test again with UPDATE_README=1 and --test-threads=1");
    }
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    readme_has("demo", &World::offline().stdout(&["demo"]));
}

#[test]
#[cfg(unix)]
fn the_readme_shows_a_real_failover() {
    let world = World::onboarded();
    world.stdout(&["models", "set", "deepseek-ai/DeepSeek-R1:together"]);
    world.stdout(&["models", "fallbacks", "add", "Qwen/Qwen3-8B"]);
    let down = Script::always(When::provider("together"), Fault::status(503));
    world.sandbox().script(vec![down]).expect("it is scripted");
    let line = "openclaw infer model run --prompt Hi --stats";
    // Both outputs in the order in which a person sees them.
    let own = world.command(&[]);
    let mut shell = std::process::Command::new("/bin/sh");
    shell.env_clear().args(["-c", &format!("exec 2>&1; {line}")]).current_dir(world.home());
    shell.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let folder = std::path::Path::new(own.get_program()).parent().expect("a folder");
    shell.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    let output = shell.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(!said.contains(TOKEN), "{said}");
    readme_has("failover", &format!("$ {line}\n{said}"));
}

#[test]
fn the_throw_away_home_can_be_kept() {
    let world = World::offline();
    let kept = world.home().join("kept");
    let output = world.output(&["demo", "--keep", kept.to_str().expect("text")]);
    assert!(output.status.success(), "{output:?}");
    let said = world.stable(&String::from_utf8(output.stderr).expect("text"));
    assert!(said.ends_with("The throw-away home is kept at HOME/kept\n"), "{said}");
    assert!(kept.join(".openclaw/openclaw.json").exists());
}

#[test]
fn the_sandbox_says_how_to_use_it_and_ends_on_ctrl_c() {
    use std::io::{BufRead as _, BufReader};
    let world = World::offline();
    let mut child = world
        .command(&["sandbox", "--port", "0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    assert!(first.starts_with("Sandbox router on http://127.0.0.1:"), "{first}");
    let base = first.trim_end().trim_start_matches("Sandbox router on ").to_owned();
    let mut told = String::new();
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    while !told.contains("Ctrl-C") {
        assert_ne!(stderr.read_line(&mut told).expect("a line"), 0, "{told}");
    }
    // The tokens are to be copied: nothing of them may be masked.
    insta::assert_snapshot!(told.replace(&base, "BASE"), @"

    Point any OpenAI client there, with any key that begins with `hf_`:

      OPENAI_BASE_URL=BASE OPENAI_API_KEY=hf_rehearsal your-program
      OPENCLAW_HF_BASE_URL=BASE HF_TOKEN=hf_rehearsal openclaw infer model run --prompt Hi

    `hf_refused`, `hf_noperm` and `hf_nocredit` are refused as their names say. Ctrl-C ends it.
    ");
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("it is sent").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_sandbox_whose_port_is_taken_says_which_command_finds_another() {
    let world = World::offline();
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = other.local_addr().expect("an address").port().to_string();
    let told = world.run(&["sandbox", "--port", &port]);
    insta::assert_snapshot!(told.replace(&port, "PORT"), @"
    exit 1
    -- err
    error: the sandbox cannot start
      address `127.0.0.1:PORT` is taken, expected a free port (0 picks one)
      Address already in use (os error 98)

    hint: openclaw sandbox --port 0
    ");
}

#[test]
fn the_demo_overwrites_nothing() {
    let world = World::offline();
    world.write_config("// precious\n{}\n");
    let before = world.files();
    insta::assert_snapshot!(world.run(&["demo", "--keep", world.home().to_str().expect("text")]), @"
    exit 2
    -- err
    error: `HOME` is no empty folder, and the demo overwrites nothing

    hint: openclaw demo --keep ./openclaw-demo
    ");
    assert_eq!(world.files(), before);
}
