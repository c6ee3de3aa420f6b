//! `openclaw demo`, as the README shows it.

use std::time::{Duration, Instant};

use crate::support::World;

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
        "Alias R1 (cheap) -> huggingface/deepseek-ai/DeepSeek-R1:cheapest",
        "Now for real:",
    ] {
        assert!(story.contains(part), "`{part}` is missing in:\n{story}");
    }
    assert!(!story.contains("hf_mine"), "{story}");
    assert_eq!(world.files(), [], "nothing of the user's is touched");
}

/// The tour in the README is the demo's own output; `UPDATE_README=1` writes it anew.
#[test]
fn the_readme_shows_what_the_demo_prints() {
    let world = World::offline();
    let steady = |text: &str| {
        let words = text.lines().map(|line| match line.split_once("asked ") {
            Some((before, _)) if line.ends_with(" ago") => format!("{before}asked just now"),
            _ => match line.split_once(" · first token ") {
                Some((before, rest)) => {
                    let cost = rest.rsplit(" · ").next().unwrap_or_default();
                    format!("{before} · first token 0.03 s · 1250 tok/s · 0.06 s · {cost}")
                }
                None => line.to_owned(),
            },
        });
        words.collect::<Vec<_>>().join("\n")
    };
    let story = steady(&world.stdout(&["demo"]));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(path).expect("the README");
    let (head, rest) = readme.split_once("<!-- demo -->\n").expect("a mark");
    let (shown, tail) = rest.split_once("<!-- /demo -->").expect("a mark");
    let block = format!("```text\n{story}\n```\n");
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{head}<!-- demo -->\n{block}<!-- /demo -->{tail}"))
            .expect("it is written");
    } else {
        assert_eq!(shown, block, "run this test again with UPDATE_README=1");
    }
}

#[test]
fn the_throw_away_home_can_be_kept() {
    let world = World::offline();
    let kept = world.home().join("kept");
    world.stdout(&["demo", "--keep", kept.to_str().expect("text")]);
    assert!(kept.join(".openclaw/openclaw.json").exists());
}

#[test]
fn the_sandbox_says_how_to_use_it_and_ends_on_ctrl_c() {
    use std::io::{BufRead as _, BufReader};
    let world = World::offline();
    let mut child = world
        .command(&["sandbox", "--port", "0"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    assert!(first.starts_with("Sandbox router on http://127.0.0.1:"), "{first}");
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("it is sent").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
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
