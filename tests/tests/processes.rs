//! Many processes on one config, and processes that are killed.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use openclaw_config_merge::store::{EditOptions, Write, edit, read};
use openclaw_json5_edit::{Document, Path as At};

const CONFIG: &str = "// mine
{
  agents: { defaults: { model: 'huggingface/Qwen/Qwen3-8B' } }, // the small one
  plugins: {
    /* what plugins say */
    mine: true,
  }, // the end
}
";
const COMMENTS: [&str; 4] = ["// mine\n{", "// the small one\n", "/* what plugins say */", "// the end\n}\n"];

fn editor(file: &Path, name: &str, count: u32) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edit-config"));
    command.arg(file).arg(name).arg(count.to_string()).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

fn config(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("openclaw.json");
    std::fs::write(&path, CONFIG).expect("a file");
    path
}

/// The keys of `plugins`, in the order of the file, comments and the typed part checked.
fn keys(path: &Path) -> Vec<String> {
    let loaded = read(path).expect("it loads");
    assert_eq!(loaded.config.primary(), Some("huggingface/Qwen/Qwen3-8B"));
    let document = loaded.document.expect("it is there");
    for comment in COMMENTS {
        assert!(document.as_str().contains(comment), "`{comment}` is gone from {document}");
    }
    let plugins = document.get(&At::keys(["plugins"])).expect("they are there");
    let keys = plugins.members().map(|member| member.key().into_owned()).collect();
    assert!(document.duplicates().is_empty());
    keys
}

#[test]
fn sixteen_processes_lose_none_of_their_edits() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = config(&folder);
    let children: Vec<Child> =
        (0..16).map(|n| editor(&path, &format!("p{n}"), 25).spawn().expect("it starts")).collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(output.stdout, "made\n".repeat(25).into_bytes());
    }
    let mut found = keys(&path);
    found.sort();
    let mut wanted: Vec<_> = (0..16).flat_map(|p| (0..25).map(move |n| format!("p{p}_{n}"))).collect();
    wanted.push("mine".to_owned());
    wanted.sort();
    assert_eq!(found, wanted);
    let backups = openclaw_atomic_file::list_backups(&path).expect("a folder");
    assert_eq!(backups.len(), 5);
    for backup in backups {
        assert!(keys(&backup.path).len() > 390, "the newest are kept");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 7, "file, lock and backups");
}

#[test]
fn three_hundred_kills_leave_a_whole_file_and_no_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = config(&folder);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut struck = 0;
    for round in 0..300 {
        let name = format!("r{round}");
        let mut child = editor(&path, &name, 1_000).spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("it is a pipe"));
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // At a random moment of its first, second or third edit.
        let mut seen = 0;
        for _ in 0..random % 3 {
            let mut line = String::new();
            out.read_line(&mut line).expect("it talks");
            assert_eq!(line, "made\n");
            seen += 1;
        }
        let wait = Duration::from_micros((random >> 8) % 6_000);
        let start = Instant::now();
        while start.elapsed() < wait {
            std::hint::spin_loop();
        }
        child.kill().expect("it runs");
        child.wait().expect("it ended");
        let mut rest = String::new();
        out.read_to_string(&mut rest).expect("what it said before");
        let told = seen + rest.lines().count();

        let made: Vec<_> =
            keys(&path).into_iter().filter(|key| key.starts_with(&format!("{name}_"))).collect();
        let wanted: Vec<_> = (0..made.len()).map(|n| format!("{name}_{n}")).collect();
        assert_eq!(made, wanted, "round {round}");
        // The last one may be in the file before it could be told.
        assert!(made.len() == told || made.len() == told + 1, "round {round}: {told} were told, {made:?}");
        struck += usize::from(!made.is_empty());
        for backup in openclaw_atomic_file::list_backups(&path).expect("a folder") {
            keys(&backup.path);
        }
        // A lock left behind would be seen here: nothing is waited for.
        let options = EditOptions { holder: "test", timeout: Duration::ZERO, write: Write::ToDisk };
        edit(&path, &options, |document, _| {
            let mut edits = document.edit();
            edits.remove(&At::keys(["plugins".to_owned(), format!("{name}_0")]));
            match edits.apply() {
                Ok(document) => Ok::<_, std::convert::Infallible>((document, ())),
                Err(_) => Ok((document.clone(), ())),
            }
        })
        .expect("nothing is in the way");
    }
    assert!(struck > 100, "{struck} of 300 had made an edit when they were struck");
}

/// Starts an editor, waits until it has loaded, does something to the file, and lets it save.
fn edit_while(path: &Path, change: impl FnOnce(), rounds: usize) -> (bool, String) {
    let mut child = editor(path, "ours", 1).arg("--step").stdin(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is a pipe"));
    let mut stdin = child.stdin.take().expect("it is a pipe");
    let mut line = String::new();
    out.read_line(&mut line).expect("it talks");
    assert_eq!(line, "loaded\n");
    change();
    stdin.write_all("go\n".repeat(rounds).as_bytes()).expect("it listens");
    drop(stdin);
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("it talks");
    (child.wait().expect("it ends").success(), rest)
}

#[test]
fn an_edit_is_made_again_on_what_someone_else_wrote() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = config(&folder);
    let theirs = CONFIG.replace("    mine: true,\n", "    theirs: 1, // and this\n");
    let (is_made, said) = edit_while(&path, || std::fs::write(&path, &theirs).expect("a file"), 2);
    assert!(is_made, "{said}");
    assert_eq!(said, "loaded\nmade\n", "it loaded a second time");
    let wanted = theirs.replace("and this\n", "and this\n    ours_0: 'edit 0 of ours',\n");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), wanted);
}

#[test]
fn an_edit_that_no_longer_fits_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = config(&folder);
    for (theirs, why) in [
        (
            "{ plugins: 7 }",
            "the config was changed by another program meanwhile: \
             edit 1, set `plugins.ours_0`: expected an object at `plugins`, found a number",
        ),
        ("{ plugins: ", "expected a value, found the end of the text at line 1, column 12"),
        ("{ agents: 7 }", "`agents`: expected an object, found a number"),
    ] {
        std::fs::write(&path, CONFIG).expect("a file");
        let (is_made, said) = edit_while(&path, || std::fs::write(&path, theirs).expect("a file"), 2);
        assert!(!is_made, "{said}");
        assert_eq!(said.strip_prefix("loaded\n").unwrap_or(&said).trim_end(), why);
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), theirs);
    }
}

#[test]
fn a_folder_that_is_gone_is_made_again_for_the_edit() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("state");
    std::fs::create_dir(&inner).expect("a folder");
    let path = inner.join("openclaw.json");
    std::fs::write(&path, CONFIG).expect("a file");
    let (is_made, said) = edit_while(&path, || std::fs::remove_dir_all(&inner).expect("it was there"), 2);
    assert!(is_made, "{said}");
    let document = Document::parse(std::fs::read_to_string(&path).expect("a file")).expect("JSON5");
    let ours = document.get(&At::keys(["plugins", "ours_0"])).and_then(|value| value.as_str());
    assert_eq!(ours.as_deref(), Some("edit 0 of ours"));
}
