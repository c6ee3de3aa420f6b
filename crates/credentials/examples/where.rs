//! Lists every place a token can come from and what is in it, without printing a token.
//!
//! `cargo run -p openclaw-credentials --example where`
#![expect(clippy::print_stdout, reason = "an example talks to its user")]

use std::path::PathBuf;

use openclaw_credentials::{ConfigKeys, Search, resolve};

fn main() {
    let env = |name: &str| std::env::var(name).ok();
    let home = env("HOME").map(PathBuf::from);
    let state_dir = home.clone().unwrap_or_default().join(".openclaw");
    let search = Search {
        given: None,
        env: &env,
        home: home.as_deref(),
        state_dir: &state_dir,
        config: ConfigKeys::default(),
    };
    let resolution = resolve(&search);
    for place in &resolution.places {
        println!("{place}");
    }
    match &resolution.token {
        Some(found) => println!("\n{} from {}", found.token.hint(), found.source),
        None => println!("\nno token"),
    }
}
