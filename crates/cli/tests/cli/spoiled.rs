//! What the system or another program spoils: nothing of the user's is lost, and it is told what is in the way.

use std::fs::{self, File};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use openclaw_atomic_file::{Lock, LockOptions};

use crate::support::{PATIENCE, Running, World, steady};

const SET: [&str; 3] = ["models", "set", "Qwen/Qwen3-8B"];

#[test]
fn a_full_disk_under_the_output_is_told() {
    let world = World::onboarded();
    let mut report = String::new();
    for args in [
        &["models", "list"][..],
        &["models", "status", "--json"],
        &["infer", "model", "run", "--prompt", "Hi"],
        &["--version"],
        &["models", "--help"],
    ] {
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        report.push_str(&world.run_as(world.command(args).stdout(full)));
    }
    assert_snapshot!(report, @"
    exit 1
    -- err
    error: the output cannot be written
      No space left on device (os error 28)

    hint: df -h
    exit 1
    -- err
    error: the output cannot be written
      No space left on device (os error 28)

    hint: df -h
    exit 1
    -- err
    error: the output cannot be written
      No space left on device (os error 28)

    hint: df -h
    exit 1
    -- err
    error: the output cannot be written
      No space left on device (os error 28)

    hint: df -h
    exit 1
    -- err
    error: the output cannot be written
      No space left on device (os error 28)

    hint: df -h
    ");
}

#[test]
fn what_is_piped_in_and_cannot_be_read_is_told() {
    let world = World::onboarded();
    let mut report = String::new();
    for args in [
        &["chat"][..],
        &["infer", "model", "run"],
        &["onboard", "--non-interactive", "--huggingface-api-key", "-"],
    ] {
        let root = File::open("/").expect("a folder");
        report.push_str(&world.run_as(world.command(args).stdin(root)));
    }
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: standard input cannot be read
      Is a directory (os error 21)

    hint: openclaw chat --help
    exit 2
    -- err
    error: standard input cannot be read
      Is a directory (os error 21)

    hint: openclaw infer model run --help
    exit 2
    -- err
    error: standard input cannot be read
      Is a directory (os error 21)

    hint: printenv HF_TOKEN | openclaw onboard --non-interactive --huggingface-api-key -
    ");
}

#[test]
fn text_of_an_older_encoding_is_told_with_what_turns_it_into_text() {
    let world = World::onboarded();
    fs::write(world.home().join("my notes.txt"), b"caf\xe9").expect("it is written");
    let mut report = world.run(&["infer", "model", "run", "--file", "my notes.txt"]);
    for args in [
        &["chat"][..],
        &["infer", "model", "run"],
        &["onboard", "--non-interactive", "--huggingface-api-key", "-"],
    ] {
        let piped = File::open(world.home().join("my notes.txt")).expect("it is there");
        report.push_str(&world.run_as(world.command(args).stdin(piped)));
    }
    assert_snapshot!(report, @"
    exit 2
    -- err
    error: `my notes.txt` cannot be read as text
      expected UTF-8, found something else at byte 3

    hint: iconv -f latin1 -t utf-8 'my notes.txt' | openclaw infer model run
    exit 2
    -- err
    error: a line of standard input cannot be read as text
      expected UTF-8, found something else at byte 3

    hint: iconv -f latin1 -t utf-8 questions.txt | openclaw chat
    exit 2
    -- err
    error: standard input cannot be read as text
      expected UTF-8, found something else at byte 3

    hint: iconv -f latin1 -t utf-8 notes.txt | openclaw infer model run
    exit 2
    -- err
    error: standard input cannot be read as text
      expected UTF-8, found something else at byte 3

    hint: printenv HF_TOKEN | openclaw onboard --non-interactive --huggingface-api-key -
    ");
    assert!(world.sandbox().requests().is_empty());
}

#[test]
fn a_list_that_cannot_be_kept_is_shown_all_the_same() {
    let world = World::onboarded();
    fs::remove_dir_all(world.state("cache")).expect("it is there");
    world.write_state("cache", "no folder");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"models-127\.0\.0\.1-\d+-v1-[0-9a-f]{16}", "models-ROUTER");
    let list = ["models", "list", "--all", "--refresh", "--plain", "qwq"];
    settings.bind(|| assert_snapshot!(world.run(&list), @"
    exit 0
    -- out
    huggingface/Qwen/QwQ-32B
    -- err
    warning: the list could not be kept in `~/.openclaw/cache/models-ROUTER.json`: could not follow the link `HOME/.openclaw/cache/models-ROUTER.json`: Not a directory (os error 20)
    "));
}

#[test]
fn a_demo_without_room_for_its_folder_is_told_where_else_it_can_go() {
    let world = World::offline().env("TMPDIR", "/dev/null");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("openclaw-demo-[0-9A-Za-z]{6}", "openclaw-demo-NAME");
    settings.bind(|| {
        assert_snapshot!(world.run(&["demo"]), @r#"
        exit 1
        -- err
        error: no throw-away folder can be made
          Not a directory (os error 20) at path "/dev/null/openclaw-demo-NAME"

        hint: openclaw demo --keep ./openclaw-demo
        "#);
    });
    let kept = world.output(&["demo", "--keep", "./openclaw-demo"]);
    assert!(kept.status.success(), "{kept:?}");
}

#[test]
fn a_demo_on_a_full_disk_ends_where_it_meets_it() {
    let world = World::offline();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"/tmp/openclaw-demo-[0-9A-Za-z]{6}", "FOLDER");
    settings.add_filter(r"models-127\.0\.0\.1-\d+-v1-[0-9a-f]{16}", "models-ROUTER");
    settings.bind(|| {
        assert_snapshot!(world.run_as(&mut world.limited("-f 0", &["demo"])), @"
        exit 1
        -- out
        A tour of openclaw, on a lookalike of Hugging Face's router on this machine.
        Every command below really runs, in a throw-away home; the last line says how to do it for real.

        1. You have a config of your own, with comments
        -- err
        error: the throw-away config cannot be written
          File too large (os error 27)

        hint: df -h
        ");
        assert_snapshot!(world.run_as(&mut world.limited("-f 1", &["demo"])), @r#"
        exit 1
        -- out
        A tour of openclaw, on a lookalike of Hugging Face's router on this machine.
        Every command below really runs, in a throw-away home; the last line says how to do it for real.

        1. You have a config of your own, with comments
        $ cat ~/.openclaw/openclaw.json
        // My models. The cat is not allowed to edit this.
        {
          agents: {
            defaults: {
              // Quick and cheap, for when the big one sleeps:
              model: { fallbacks: ['huggingface/Qwen/Qwen3-8B'] },
              models: {
                'huggingface/Qwen/Qwen3-8B': { alias: 'small' }, // 8B fits in my head
              },
            },
          },
        }

        2. Onboarding verifies the token, keeps it, and sets a default model
        $ openclaw onboard --non-interactive --mode local --auth-choice huggingface-api-key --huggingface-api-key "$HF_TOKEN"
        warning: the list could not be kept in `~/.openclaw/cache/models-ROUTER.json`: could not write a new copy of `FOLDER/.openclaw/cache/models-ROUTER.json`: File too large (os error 27)
        error: `~/.openclaw/openclaw.json` cannot be saved; it was left as it is
          could not write a new copy of `FOLDER/.openclaw/openclaw.json`
          File too large (os error 27)

        hint: openclaw config file
        -- err
        error: `openclaw onboard --non-interactive --mode local --auth-choice huggingface-api-key --huggingface-api-key $HF_TOKEN` failed in the demo

        hint: openclaw demo --keep ./openclaw-demo
        "#);
    });
}

#[test]
fn a_config_that_cannot_be_locked_stays_as_it_is() {
    let world = World::onboarded();
    let before = world.config();
    let lock = world.state("openclaw.json.flock");
    fs::remove_file(&lock).and_then(|()| fs::create_dir(lock)).expect("a folder in its place");
    assert_snapshot!(world.run(&SET), @"
    exit 1
    -- err
    error: `~/.openclaw/openclaw.json` cannot be locked for a change
      could not open the lock file `HOME/.openclaw/openclaw.json.flock`
      Is a directory (os error 21)

    hint: openclaw config file
    ");
    assert_eq!(world.config(), before);
}

/// A limit of the system is met as a full disk is: the same step fails.
#[test]
fn a_disk_that_is_full_leaves_every_file_as_it_was() {
    let world = World::onboarded();
    let comment = format!("// {}\n", "x".repeat(4096));
    world.write_config(&format!("{comment}{}", world.config()));
    let keys = "{ keys: { ci: { key: 'oc-1' } } }\n";
    world.write_state("gateway.json5", &format!("{comment}{keys}"));
    world.write_state(".env", &format!("#{}\n", "x".repeat(4096)));
    let before = world.files();
    let mut report = String::new();
    for (limit, args) in [
        ("-f 0", &SET[..]),
        ("-f 2", &SET[..]),
        ("-f 2", &["gateway", "keys", "remove", "ci"]),
        ("-f 2", &["onboard", "--non-interactive", "--huggingface-api-key", "hf_new"]),
    ] {
        let told = world.run_as(&mut world.limited(limit, args));
        report.push_str(&format!("$ ulimit {limit}; openclaw {}\n{told}", args.join(" ")));
    }
    assert_snapshot!(report, @"
    $ ulimit -f 0; openclaw models set Qwen/Qwen3-8B
    exit 1
    -- err
    error: `~/.openclaw/openclaw.json` cannot be locked for a change
      could not write the holder into `HOME/.openclaw/openclaw.json.flock`
      File too large (os error 27)

    hint: openclaw config file
    $ ulimit -f 2; openclaw models set Qwen/Qwen3-8B
    exit 1
    -- err
    error: `~/.openclaw/openclaw.json` cannot be saved; it was left as it is
      could not write a new copy of `HOME/.openclaw/openclaw.json`
      File too large (os error 27)

    hint: openclaw config file
    $ ulimit -f 2; openclaw gateway keys remove ci
    exit 1
    -- err
    error: `~/.openclaw/gateway.json5` cannot be saved; it was left as it is
      could not write a new copy of `HOME/.openclaw/gateway.json5`
      File too large (os error 27)

    hint: openclaw gateway keys list
    $ ulimit -f 2; openclaw onboard --non-interactive --huggingface-api-key hf_new
    exit 1
    -- err
    error: the token cannot be kept; nothing was written
      could not write the file of tokens
      could not write a new copy of `HOME/.openclaw/.env`
      File too large (os error 27)

    hint: openclaw models status
    ");
    assert_eq!(world.files(), before);
}

/// Who waits for it waits ten seconds, all at once.
#[test]
fn who_holds_a_lock_is_told_to_those_who_wait_in_vain() {
    let world = World::onboarded();
    world.write_state("gateway.json5", "{}\n");
    let before = world.files();
    let files = ["openclaw.json", "gateway.json5", ".env"];
    let hold = |name: &str| {
        let options = LockOptions { timeout: Duration::ZERO, holder: "another program" };
        Lock::acquire(&world.state(name), &options).expect("nobody has it")
    };
    let held = files.map(hold);
    let commands = [
        &SET[..],
        &["gateway", "keys", "add", "ci"],
        &["onboard", "--non-interactive", "--huggingface-api-key", "hf_new"],
    ];
    let waiting = commands.map(|args| Running::start(&world, args));
    let mut report = String::new();
    for (args, waiting) in commands.iter().zip(waiting) {
        let told = world.stable(&waiting.ends().shown());
        report.push_str(&format!("$ openclaw {}\n{told}", args.join(" ")));
    }
    steady! { assert_snapshot!(report, @"
    $ openclaw models set Qwen/Qwen3-8B
    exit 1
    -- err
    error: `~/.openclaw/openclaw.json` is being changed by another program
      `HOME/.openclaw/openclaw.json.flock` is still held by process PID (`another program`) after T

    hint: openclaw config file
    $ openclaw gateway keys add ci
    exit 1
    -- err
    error: `~/.openclaw/gateway.json5` is being changed by another program
      `HOME/.openclaw/gateway.json5.flock` is still held by process PID (`another program`) after T

    hint: openclaw gateway keys list
    $ openclaw onboard --non-interactive --huggingface-api-key hf_new
    exit 1
    -- err
    error: the token cannot be kept; nothing was written
      could not get the file of tokens for writing
      `HOME/.openclaw/.env.flock` is still held by process PID (`another program`) after T

    hint: openclaw models status
    "); }
    drop(held);
    assert_eq!(world.files(), before);
}

/// Another program that knows no lock writes faster than anybody can change what it wrote.
#[test]
fn a_config_that_others_write_all_the_time_stays_theirs() {
    let world = World::onboarded();
    let path = world.config_path();
    let (is_over, deadline) = (AtomicBool::new(false), Instant::now() + PATIENCE);
    let told = std::thread::scope(|scope| {
        scope.spawn(|| {
            let new = path.with_extension("new");
            let mut count = 10_000_000;
            while !is_over.load(Ordering::Relaxed) && Instant::now() < deadline {
                count += 1;
                fs::write(&new, format!("{{ meta: {{ lastTouchedVersion: '{count}' }} }}\n"))
                    .expect("it is written");
                fs::rename(&new, &path).expect("it is put there");
            }
        });
        // On a busy machine the other one may be made to wait, and then the change is made.
        let told = (0..50).map(|_| world.run(&SET)).find(|told| told.starts_with("exit 1"));
        is_over.store(true, Ordering::Relaxed);
        told.expect("it is overtaken")
    });
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d{8}", "N");
    settings.bind(|| {
        assert_snapshot!(told, @"
        exit 1
        -- err
        error: `~/.openclaw/openclaw.json` was changed by another program meanwhile; it was left as that wrote it
        --- ~/.openclaw/openclaw.json
        +++ ~/.openclaw/openclaw.json
        @@ -1 +1 @@
        -{ meta: { lastTouchedVersion: 'N' } }
        +{ meta: { lastTouchedVersion: 'N' } }

        hint: openclaw config validate
        ");
    });
    assert!(world.config().starts_with("{ meta:"), "{}", world.config());
}

#[test]
fn a_program_that_was_taken_away_cannot_run_itself() {
    let world = World::offline();
    assert_snapshot!(world.run_as(&mut world.taken_away(&["demo"])), @r#"
    exit 1
    -- out
    A tour of openclaw, on a lookalike of Hugging Face's router on this machine.
    Every command below really runs, in a throw-away home; the last line says how to do it for real.

    1. You have a config of your own, with comments
    $ cat ~/.openclaw/openclaw.json
    // My models. The cat is not allowed to edit this.
    {
      agents: {
        defaults: {
          // Quick and cheap, for when the big one sleeps:
          model: { fallbacks: ['huggingface/Qwen/Qwen3-8B'] },
          models: {
            'huggingface/Qwen/Qwen3-8B': { alias: 'small' }, // 8B fits in my head
          },
        },
      },
    }

    2. Onboarding verifies the token, keeps it, and sets a default model
    $ openclaw onboard --non-interactive --mode local --auth-choice huggingface-api-key --huggingface-api-key "$HF_TOKEN"
    -- err
    error: this program cannot run itself
      No such file or directory (os error 2)

    hint: openclaw demo
    "#);
}

#[test]
fn backups_whose_names_would_be_too_long_are_told() {
    let name = "c".repeat(250);
    let world = World::offline();
    fs::write(world.home().join(&name), "{}\n").expect("it is written");
    let path = world.home().join(&name).display().to_string();
    let world = world.env("OPENCLAW_CONFIG_PATH", &path);
    let told = world.run(&["config", "restore", "--list"]);
    assert_snapshot!(told.replace(&name, "<250 letters>"), @"
    exit 1
    -- err
    error: the backups cannot be listed
      could not read `HOME/<250 letters>.bak.1`
      File name too long (os error 36)

    hint: openclaw config file
    ");
}

#[test]
fn a_system_that_allows_no_more_files_is_told() {
    let world = World::onboarded();
    let mut report = String::new();
    for args in [&["infer", "model", "run", "--prompt", "Hi"][..], &["gateway", "run", "--port", "0"]] {
        report.push_str(&world.run_as(&mut world.limited("-n 5", args)));
    }
    assert_snapshot!(report, @"
    exit 1
    -- err
    error: no runtime can be started
      Too many open files (os error 24)

    hint: ulimit -a
    exit 1
    -- err
    error: no runtime can be started
      Too many open files (os error 24)

    hint: ulimit -a
    ");
}
