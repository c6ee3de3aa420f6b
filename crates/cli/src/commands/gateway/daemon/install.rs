//! `openclaw gateway install` and `openclaw gateway uninstall`

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use openclaw_atomic_file::{ReplaceOptions, load, replace};

use super::environment::Environment;
use super::plan::{Plan, PlannedFile, Sandbox};
use super::state::{Activity, State};
use super::wait::until_it_answers;
use super::{Manager, OURS, control, token};
use crate::app::{App, env};
use crate::args::ServiceInstall;
use crate::commands::gateway::holder::holder;
use crate::commands::gateway::run::address;
use crate::commands::gateway::settings::{Loader, ensure_key};
use crate::commands::gateway::sharing;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::refs::quoted;
use crate::view::unified;

/// A larger file is no unit.
const MAX_UNIT: u64 = 1024 * 1024;

pub(super) fn install(app: &App, manager: &dyn Manager, args: &ServiceInstall) -> Result<()> {
    let config = app.config()?.config;
    let address = address(&config, &args.run)?;
    if address.port() == 0 {
        return Err(Failure::new(
            Exit::Usage,
            "a service needs a port that stays, and 0 is another one each time",
        )
        .hint("openclaw gateway install --port 18789"));
    }
    sharing::check_for_a_unit(app, &args.run)?;
    let plan = Plan {
        program: program()?,
        profile: app.profile.as_deref(),
        run: &args.run,
        address,
        state_dir: &app.places.state_dir,
        environment: environment()?,
        sandbox: if args.no_sandbox { Sandbox::Off } else { Sandbox::On },
    };
    let files = manager.files(&plan);
    if args.dry_run {
        for PlannedFile { path, text } in &files {
            out::print(&format!("# {}\n{text}\n", app.shown(path)))?;
        }
        out::say("Nothing was written\n");
        token::tell(app, &config, &plan.environment);
        return Ok(());
    }
    manager.check()?;
    let old = files.iter().map(|file| read(app, &file.path)).collect::<Result<Vec<_>>>()?;
    for (file, old) in files.iter().zip(&old) {
        if !args.force && old.as_ref().is_some_and(|old| !old.contains(OURS)) {
            let what = format!("`{}` is there, and was not written by this program", app.shown(&file.path));
            return Err(Failure::new(Exit::Usage, what).hint("openclaw gateway install --force"));
        }
    }
    let before = manager.state()?;
    if !holds_the_port(&before) {
        is_free(address)?;
    }
    // What would keep it from starting is told here, where somebody reads it.
    Loader::new(app.clone(), args.run.auth, address.ip()).load(None)?;
    let made = ensure_key(app, args.run.auth)?;
    std::fs::create_dir_all(&app.places.state_dir).map_err(|error| {
        let shown = app.shown(&app.places.state_dir);
        Failure::from_error(Exit::Failure, format!("`{shown}` cannot be made"), &error)
            .hint(format!("ls -l {}", quoted(&app.places.state_dir.display().to_string())))
    })?;
    let changes = files.iter().zip(&old).map(|(file, old)| write(app, file, old.as_deref()));
    let changes = changes.collect::<Result<Vec<_>>>()?;
    if let Some(name) = made {
        out::say(&format!("A first key, `{name}`, was made; `openclaw gateway keys show` prints it\n"));
    }
    token::tell(app, &config, &plan.environment);
    manager.take_up()?;
    let is_old = before.version.as_deref().is_some_and(|version| version != env!("CARGO_PKG_VERSION"));
    let is_up = !matches!(before.activity, Activity::Stopped);
    let mut pid = None;
    match changes.as_slice() {
        // Its socket is another one, so who waits in the old one is let go.
        [_, true] if is_up || before.is_waiting == Some(true) => {
            manager.stop()?;
            manager.start()?;
        }
        [true] if is_up => {
            manager.stop()?;
            manager.start()?;
        }
        [service, ..] if is_up && (*service || args.force || is_old) => {
            pid = before.pid;
            manager.restart()?;
        }
        _ => manager.start()?,
    }
    let patience = if pid.is_some() { args.wait + plan.stop_patience() } else { args.wait };
    control::told(manager, address, &until_it_answers(app, manager, address, pid, patience)?)
}

/// The program that the service starts: by the name that it is typed by, where that leads here, since that name
/// outlives an upgrade.
fn program() -> Result<PathBuf> {
    let failed = |error: io::Error| {
        Failure::from_error(Exit::Failure, "it cannot be told where this program is", &error)
            .hint("openclaw gateway install")
    };
    let own = std::env::current_exe().map_err(failed)?;
    let real = std::fs::canonicalize(&own).map_err(failed)?;
    let name = format!("openclaw{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut typed = std::env::split_paths(&folders).filter(|folder| folder.is_absolute());
    let typed = typed.find_map(|folder| {
        let typed = folder.join(&name);
        std::fs::canonicalize(&typed).is_ok_and(|found| found == real).then_some(typed)
    });
    Ok(typed.unwrap_or(own))
}

fn environment() -> Result<Environment> {
    let here = std::env::current_dir().unwrap_or_default();
    Environment::pick(&env, &here).map_err(|unfit| {
        let what = format!("{} {}, which may not stand in a unit file", unfit.name, unfit.why);
        Failure::new(Exit::Usage, what).hint(format!("env -u {} openclaw gateway install", unfit.name))
    })
}

/// Whether it is the service itself that holds the port.
fn holds_the_port(state: &State) -> bool {
    state.is_waiting == Some(true) || state.pid.is_some()
}

fn is_free(address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let by = holder(address).unwrap_or_else(|| "another program".to_owned());
            let next = address.port().checked_add(1).unwrap_or(18789);
            Err(Failure::new(Exit::Usage, format!("the port {} is taken by {by}", address.port()))
                .hint(format!("openclaw gateway install --port {next}")))
        }
        // What else is wrong may be right when it is started.
        _ => Ok(()),
    }
}

fn read(app: &App, path: &Path) -> Result<Option<String>> {
    let loaded = load(path, MAX_UNIT).map_err(|error| {
        Failure::from_error(Exit::Failure, format!("`{}` cannot be read", app.shown(path)), &error)
            .hint(format!("ls -l {}", quoted(&path.display().to_string())))
    })?;
    Ok(loaded.map(|loaded| String::from_utf8_lossy(&loaded.bytes).into_owned()))
}

/// Writes a file and says so; whether there was anything to change.
fn write(app: &App, file: &PlannedFile, old: Option<&str>) -> Result<bool> {
    let shown = app.shown(&file.path);
    let options = ReplaceOptions { new_file_mode: 0o644, new_dir_mode: 0o755, ..ReplaceOptions::default() };
    let replaced = replace(&file.path, file.text.as_bytes(), &options).map_err(|error| {
        Failure::from_error(Exit::Failure, format!("`{shown}` cannot be written"), &error)
            .hint("openclaw gateway install --dry-run")
    })?;
    match old {
        _ if !replaced.changed => out::say(&format!("{shown} is as it should be\n")),
        None => out::say(&format!("{shown} was written\n")),
        Some(old) => out::say(&unified(&shown, old, &file.text)),
    }
    Ok(replaced.changed)
}

pub(super) fn uninstall(app: &App, manager: &dyn Manager) -> Result<()> {
    let mut ours = Vec::new();
    for path in manager.paths() {
        match read(app, &path)? {
            Some(text) if text.contains(OURS) => ours.push(path),
            Some(_) => {
                out::warn(&format!("`{}` was not written by this program and stays", app.shown(&path)));
            }
            None => {}
        }
    }
    if ours.is_empty() {
        out::say("No service of this program is installed\n");
        return Ok(());
    }
    // Where no manager answers, nothing runs, and the files can go all the same.
    let is_there = manager.check().is_ok();
    if is_there {
        manager.disable()?;
    }
    for path in &ours {
        let shown = app.shown(path);
        std::fs::remove_file(path).map_err(|error| {
            Failure::from_error(Exit::Failure, format!("`{shown}` cannot be taken away"), &error)
                .hint(format!("rm {}", quoted(&path.display().to_string())))
        })?;
        out::say(&format!("{shown} was taken away\n"));
    }
    if is_there {
        manager.forget()?;
    }
    out::say("The service is gone; settings, keys and the token stay\n");
    Ok(())
}
