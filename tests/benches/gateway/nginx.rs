//! nginx as the measure: one worker, connections kept on both sides, nothing buffered, nothing logged.

use std::fs;
use std::path::{Path, PathBuf};

use super::contest::Proxy;
use super::process::{self, Process};
use super::{Outcome, account, cores};

/// Where nginx is; a person's `PATH` often lacks the folder.
pub(crate) fn program() -> Outcome<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join("nginx"))
        .find(|program| program.is_file())
        .ok_or_else(|| {
            "nginx is missing, which is what the gateway is measured against: `apt-get install nginx-light`"
                .to_owned()
        })
}

/// Starts it in front of the upstream.
pub(crate) fn start(program: &Path, core: usize, upstream: u16) -> Outcome<Proxy> {
    let folder = process::folder()?;
    let port = process::free_port()?;
    let file = folder.path().join("nginx.conf");
    fs::write(&file, config(folder.path(), port, upstream))
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let mut command = cores::pinned(core, program)?;
    command.arg("-e").arg("stderr").arg("-p").arg(folder.path()).arg("-c").arg(&file);
    let mut process = Process::start("nginx", command, folder)?;
    let (worker, ready) = process.wait_for("worker", |process| child(process.pid()))?;
    Ok(Proxy { name: "nginx", port, pid: worker, ready, _process: process })
}

/// The first process that another one has started and that still runs.
fn child(parent: u32) -> Option<u32> {
    let parent = parent.to_string();
    let pids = fs::read_dir("/proc").ok()?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    // Field 4, the parent. A process that ended meanwhile is none.
    pids.into_iter().find(|&pid| account::stat(pid).is_ok_and(|fields| fields.get(1) == Some(&parent)))
}

/// The limits on requests of a connection are lifted, since nginx closes it after a thousand.
fn config(folder: &Path, port: u16, upstream: u16) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {folder}/client;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000;
  upstream router {{
    server 127.0.0.1:{upstream};
    keepalive 128;
    keepalive_requests 100000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://router;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
      proxy_buffering off;
    }}
  }}
}}
"
    )
}
