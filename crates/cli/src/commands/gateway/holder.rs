//! Who holds a port.

use std::net::SocketAddr;

/// Who listens there, as `nginx (process 4711)`; `None` where the system does not say.
pub(in crate::commands) fn holder(address: SocketAddr) -> Option<String> {
    // Only Linux tells it without a tool.
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let inode = tables.iter().find_map(|table| {
        let table = std::fs::read_to_string(table).ok()?;
        listening_inode(&table, address.port()).map(str::to_owned)
    })?;
    let wanted = format!("socket:[{inode}]");
    let processes = std::fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let mut files = std::fs::read_dir(process.path().join("fd")).ok()?.flatten();
        files.find(|file| {
            std::fs::read_link(file.path()).is_ok_and(|target| target.to_str() == Some(wanted.as_str()))
        })?;
        let name = std::fs::read_to_string(process.path().join("comm")).ok()?;
        Some(format!("`{}` (process {pid})", name.trim().escape_debug()))
    })
}

/// The inode of the socket that listens on a port, in a table of the kernel's.
fn listening_inode(table: &str, port: u16) -> Option<&str> {
    const LISTEN: &str = "0A";
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        let (_, hex) = local.rsplit_once(':')?;
        let is_it = u16::from_str_radix(hex, 16) == Ok(port) && *state == LISTEN;
        is_it.then_some(*inode)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_who_listens_is_found() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:4965 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0 20 4 30 10 -1\n   \
            1: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0\n";
        assert_eq!(listening_inode(table, 18789), Some("222"));
        assert_eq!(listening_inode(table, 80), None);
        assert_eq!(listening_inode("", 80), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn it_is_this_process() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let found = holder(listener.local_addr().expect("an address")).expect("somebody");
        assert!(found.ends_with(&format!("(process {})", std::process::id())), "{found}");
    }
}
