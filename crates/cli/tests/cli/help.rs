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
    assert_snapshot!(world.run(&["help", "exit-codes"]), @"
    exit 0
    -- out
    exit-codes: what the program's exit code says

      0    all was done
      1    something failed that has no code of its own
      2    the command line or the config is wrong
      3    the model or its provider cannot answer now
      4    the token is missing, refused, lacks a permission, or has no credits left
      5    the network is dead or too slow
      6    the answer broke off
      130  Ctrl-C

    A reader that goes away, as `head` does, is no failure.
    `openclaw models status --check` ends with 1 where no token is found.
    ");
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
    assert_snapshot!(report, @"
    $ openclaw help exit-code
    exit 2
    -- err
    error: there is no help about `exit-code`

    hint: openclaw help exit-codes

    $ openclaw help modles
    exit 2
    -- err
    error: there is no help about `modles`

    hint: openclaw help models

    $ openclaw help models lst
    exit 2
    -- err
    error: there is no help about `lst`

    hint: openclaw help models list

    $ openclaw help xyzzy-plugh
    exit 2
    -- err
    error: there is no help about `xyzzy-plugh`
      expected a command or a topic

    hint: openclaw help
    ");
}
