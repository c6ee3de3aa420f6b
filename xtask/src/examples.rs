//! The libraries' examples: each is run, ends well, and prints what stands in the file of its name.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::process::{Outcome, run_cargo, say, workspace};

/// Not run: the one makes the reference, which `codegen` does; the other serves until it is ended, for `ask`.
const ELSEWHERE: &[&str] = &["reference", "serve"];

/// How an example whose output holds times, or is of another run's making, is known to have worked.
const SAYS: &[(&str, &str)] = &[("ask", " answered; first event after ")];

/// A word that stands for the example's own folder, which is another one each time.
const FOLDER: &str = "/its/folder";

/// Runs them all; with `--accept` what they print is kept as what they are to print.
pub(crate) fn run(args: &[String]) -> Outcome {
    let accept = match args {
        [] => false,
        [flag] if flag == "--accept" => true,
        _ => return Err("`examples` takes `--accept` or nothing".to_owned()),
    };
    run_cargo(&["build", "--quiet", "--workspace", "--examples", "--locked"], &[])?;
    let built = built()?;
    let server = Server::start(&built.join("serve"))?;
    let mut wrong = Vec::new();
    let mut count = 0;
    for source in sources()? {
        let name = source.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if ELSEWHERE.contains(&name) {
            continue;
        }
        count += 1;
        if let Err(why) = try_out(&source, name, &built, &server, accept) {
            wrong.push(format!("{name}: {why}"));
        }
    }
    if wrong.is_empty() {
        say(&format!("examples: {count} run\n"));
        return Ok(());
    }
    Err(format!("examples:\n{}", wrong.join("\n")))
}

/// All examples of the crates, as files.
fn sources() -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let crates = workspace().join("crates");
    for entry in fs::read_dir(&crates).map_err(told(&crates))? {
        let folder = entry.map_err(told(&crates))?.path().join("examples");
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(told(&folder))? {
            let path = entry.map_err(told(&folder))?.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn try_out(source: &Path, name: &str, built: &Path, server: &Server, accept: bool) -> Outcome {
    let folder = built.join(format!("{name}-folder"));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(told(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(told(&folder))?;
    let args = match name {
        "append" => vec![folder.join("notes.txt").display().to_string(), "buy milk".to_owned()],
        "ask" => vec![server.base_url.clone(), "Qwen/Qwen3-32B".to_owned(), "2+2?".to_owned()],
        _ => Vec::new(),
    };
    let program = built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    // Nothing of whoever runs this: neither a token nor a config.
    let output = Command::new(&program)
        .args(&args)
        .env_clear()
        .env("HOME", &folder)
        .env("HF_TOKEN", "hf_rehearsalrehearsalrehearsal")
        .stdin(Stdio::null())
        .output()
        .map_err(told(&program))?;
    let text = String::from_utf8_lossy(&output.stdout).replace(&folder.display().to_string(), FOLDER);
    if !output.status.success() {
        return Err(format!("{}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    if let Some((_, says)) = SAYS.iter().find(|(of, _)| *of == name) {
        return if text.contains(says) { Ok(()) } else { Err(format!("expected `{says}` in:\n{text}")) };
    }
    let kept = source.with_extension("txt");
    if accept {
        return fs::write(&kept, &text).map_err(told(&kept));
    }
    let expected = fs::read_to_string(&kept).map_err(told(&kept))?;
    if text == expected {
        return Ok(());
    }
    Err(format!("it prints\n{text}\nand {} has\n{expected}", kept.display()))
}

/// The sandbox, in a process of its own.
struct Server {
    process: Child,
    base_url: String,
}

impl Server {
    fn start(program: &Path) -> Outcome<Self> {
        let program = program.with_extension(std::env::consts::EXE_EXTENSION);
        let mut process = Command::new(&program)
            .arg("127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(told(&program))?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(told(&program))?;
        }
        let base_url = line.split(['=', ' ']).find(|word| word.starts_with("http://")).map(str::to_owned);
        let server = Self { process, base_url: base_url.clone().unwrap_or_default() };
        if base_url.is_none() {
            return Err(format!("{} does not say where it listens: `{line}`", program.display()));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where it has ended by itself.
        let _gone = self.process.kill();
        let _waited = self.process.wait();
    }
}

/// Where cargo puts what it builds, beside this program.
fn built() -> Outcome<PathBuf> {
    let this = std::env::current_exe().map_err(|error| format!("this program's own place: {error}"))?;
    Ok(this.with_file_name("examples"))
}

fn told(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("`{}`: {error}", path.display())
}
