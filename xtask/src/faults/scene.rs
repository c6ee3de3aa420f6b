//! A folder as it is before the edit, and what the edit makes of it.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::calls_from;
use crate::process::{Outcome, workspace};

/// The calls that are looked at; what only asks for memory or time is not.
const TRACED: &str = "%file,%desc,getrandom";

/// What is edited.
pub(super) struct Scene {
    name: &'static str,
    program: PathBuf,
    root: PathBuf,
    /// The files before the edit, by name; none where the folder is not there.
    pub(super) before: BTreeMap<String, Vec<u8>>,
    /// The config before the edit; `None` where it is not there.
    pub(super) old: Option<Vec<u8>>,
    /// And after it.
    pub(super) new: Vec<u8>,
    runs: AtomicUsize,
}

impl Scene {
    /// A config with its five backups.
    pub(super) fn existing(program: &Path) -> Outcome<Self> {
        let mut scene = Self::empty("a config with its backups", program)?;
        let fixture = workspace().join("tests/fixtures/openclaw.json5");
        let text = fs::read(&fixture).map_err(|error| format!("`{}`: {error}", fixture.display()))?;
        scene.before.insert("openclaw.json".to_owned(), text);
        let folder = scene.set_up()?;
        for n in 0..6 {
            scene.plain_edit(&folder, &format!("before{n}"))?;
        }
        scene.before = files(&folder)?;
        scene.finish()
    }

    /// A folder that is not there yet.
    pub(super) fn missing(program: &Path) -> Outcome<Self> {
        Self::empty("a config that is not there yet", program)?.finish()
    }

    fn empty(name: &'static str, program: &Path) -> Outcome<Self> {
        let root =
            std::env::temp_dir().join(format!("openclaw-faults-{}-{}", std::process::id(), name.len()));
        fs::create_dir_all(&root).map_err(|error| format!("`{}`: {error}", root.display()))?;
        Ok(Self {
            name,
            program: program.to_owned(),
            root,
            before: BTreeMap::new(),
            old: None,
            new: Vec::new(),
            runs: AtomicUsize::new(0),
        })
    }

    /// Notes what the config is before and after an edit in which nothing fails.
    fn finish(mut self) -> Outcome<Self> {
        self.old = self.before.get("openclaw.json").cloned();
        let folder = self.set_up()?;
        self.plain_edit(&folder, "x")?;
        let config = config(&folder);
        self.new = fs::read(&config).map_err(|error| format!("`{}`: {error}", config.display()))?;
        Ok(self)
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// A fresh folder as it is before the edit.
    pub(super) fn set_up(&self) -> Outcome<PathBuf> {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let folder = self.root.join(format!("run{number}/state"));
        let failed = |error| format!("`{}`: {error}", folder.display());
        let parent = folder.parent().unwrap_or(&folder);
        fs::create_dir_all(if self.before.is_empty() { parent } else { &folder }).map_err(failed)?;
        for (name, bytes) in &self.before {
            fs::write(folder.join(name), bytes).map_err(failed)?;
        }
        Ok(folder)
    }

    /// Takes a folder of [`Scene::set_up`] away.
    pub(super) fn tear_down(folder: &Path) {
        // What stays is in the system's folder for what is temporary.
        let _ = fs::remove_dir_all(folder.parent().unwrap_or(folder));
    }

    /// The edit, in which nothing fails.
    pub(super) fn plain_edit(&self, folder: &Path, name: &str) -> Outcome {
        let output = self.edit(Command::new(&self.program), folder, name)?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("an edit in which nothing fails: {}", String::from_utf8_lossy(&output.stdout)))
    }

    /// The edit under strace.
    pub(super) fn traced_edit(&self, folder: &Path, log: &Path, inject: Option<&str>) -> Outcome<Output> {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o"]).arg(log).arg(format!("--trace={TRACED}"));
        if let Some(fault) = inject {
            command.arg(format!("--inject={fault}"));
        }
        command.arg(&self.program);
        self.edit(command, folder, "x")
    }

    fn edit(&self, mut command: Command, folder: &Path, name: &str) -> Outcome<Output> {
        command.arg(config(folder)).args([name, "1"]).stdin(Stdio::null());
        command.output().map_err(|error| format!("{command:?} could not be started: {error}"))
    }

    /// The calls of an edit in which nothing fails, by name.
    pub(super) fn calls(&self) -> Outcome<BTreeMap<String, Range<usize>>> {
        let folder = self.set_up()?;
        let log = folder.with_file_name("log");
        let output = self.traced_edit(&folder, &log, None)?;
        if !output.status.success() {
            return Err(format!("under strace: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let text = fs::read_to_string(&log).map_err(|error| format!("`{}`: {error}", log.display()))?;
        let calls = calls_from(&text, &config(&folder));
        Self::tear_down(&folder);
        Ok(calls)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

pub(super) fn config(folder: &Path) -> PathBuf {
    folder.join("openclaw.json")
}

/// The files of a folder, by name; none where there is no folder.
pub(super) fn files(folder: &Path) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeMap::new()) };
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("`{}`: {error}", folder.display()))?.path();
        let bytes = fs::read(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
        files.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes);
    }
    Ok(files)
}
