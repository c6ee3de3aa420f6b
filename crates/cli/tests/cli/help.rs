//! `openclaw help`: commands, topics, and what is neither.

use insta::assert_snapshot;

use crate::support::World;

#[test]
fn help_about_a_command_is_its_own_help() {
    let world = World::offline();
    for command in
        [&[][..], &["models"], &["models", "list"], &["gateway", "keys", "add"], &["infer", "image"]]
    {
        let by_word: Vec<_> = ["help"].into_iter().chain(command.iter().copied()).collect();
        let by_flag: Vec<_> = command.iter().copied().chain(["--help"]).collect();
        let told = world.stdout(&by_word);
        assert!(told.contains("Examples:"), "{told}");
        // What takes any words takes `--help` for one of them.
        if command != ["infer", "image"] {
            assert_eq!(told, world.stdout(&by_flag));
        }
    }
}

#[test]
fn topics_are_told() {
    let world = World::offline();
    assert_snapshot!(world.run(&["help", "exit-codes"]), @"");
    assert!(world.stdout(&["help"]).contains("Topics (openclaw help TOPIC):\n  exit-codes "));
    let environment = world.stdout(&["help", "environment"]);
    assert!(environment.contains("  HF_BILL_TO "), "{environment}");
    let files = world.stdout(&["help", "files"]);
    assert!(files.contains("~/.openclaw/openclaw.json "), "{files}");
    for text in [environment, files] {
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}

#[test]
fn every_topic_is_listed() {
    let help = World::offline().stdout(&["help"]);
    for topic in openclaw_cli::topics() {
        assert!(
            help.contains(&format!("\n  {:11}  {}\n", topic.name, topic.about)),
            "{}: {help}",
            topic.name
        );
    }
}

#[test]
fn what_is_no_topic_gets_a_suggestion() {
    let world = World::offline();
    let mut report = String::new();
    for words in [
        &["help", "exit-code"][..],
        &["help", "modles"],
        &["help", "models", "lst"],
        &["help", "xyzzy-plugh"],
    ] {
        report.push_str(&format!("$ openclaw {}\n{}\n", words.join(" "), world.run(words)));
    }
    assert_snapshot!(report, @"");
}
