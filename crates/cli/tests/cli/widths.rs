//! What is shown in terminals of many widths: nothing is wider, no id is cut, and what is left out is said.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::support::{World, steady};
use crate::terminal::Terminal;

const WIDTHS: [u16; 5] = [40, 60, 80, 100, 200];

/// A config with a model that no file of the sandbox names, so that there are long lines.
fn world() -> World {
    let world = World::onboarded();
    for args in [
        &["models", "aliases", "add", "fast", "huggingface/deepseek-ai/DeepSeek-R1:fastest"][..],
        &["models", "fallbacks", "add", "huggingface/meta-llama/Llama-3.3-70B-Instruct"],
        &["gateway", "keys", "add", "workshop", "--requests-per-minute", "60", "--usd-per-day", "2"],
    ] {
        let shown = world.run(args);
        assert!(shown.starts_with("exit 0"), "{shown}");
    }
    world
}

/// What a command writes in a terminal so wide, before the terminal breaks any line.
fn written(world: &World, args: &[&str], width: u16) -> String {
    let left = Terminal::sized(world, args, width).leaves();
    assert_eq!(left.code, Some(0), "{}", left.bytes);
    left.bytes.replace("\r\n", "\n")
}

/// Every width one below the other.
fn at_every_width(world: &World, args: &[&str]) -> String {
    let mut all = String::new();
    for width in WIDTHS {
        let text = written(world, args, width);
        for line in text.lines() {
            // What cannot be broken stands alone: an id, a path, an address, behind a title at most.
            let words = line.split("  ").filter(|part| !part.trim().is_empty()).count();
            assert!(line.width() <= usize::from(width) || words <= 2, "{width} columns: {line}");
        }
        let _ = writeln!(all, "--- {width} columns\n{text}");
    }
    all
}

#[test]
fn the_list_of_models() {
    let world = world();
    let shown = at_every_width(&world, &["models", "list", "--all", "deepseek"]);
    steady! { insta::assert_snapshot!(shown); }
}

#[test]
fn no_id_of_the_list_is_cut_and_every_column_is_shown_or_named() {
    let world = world();
    let ids = world.run(&["models", "list", "--all", "--plain"]);
    let ids: Vec<_> = ids.lines().filter(|line| line.starts_with("huggingface/")).collect();
    assert!(ids.len() > 20, "{ids:?}");
    let columns = ["Model", "Name", "Input", "Context", "$ in", "$ out", "tok/s", "Tools", "Offers", "Tags"];
    for width in [1, 20, 40, 79, 80, 81, 120, 160] {
        let text = written(&world, &["models", "list", "--all"], width);
        for id in &ids {
            assert!(
                text.lines().any(|line| line.split_whitespace().next() == Some(id)),
                "{width}: {id}\n{text}"
            );
        }
        let (titles, last) = (text.lines().next().expect("titles"), text.lines().last().expect("a note"));
        let left_out = last.split_once("hidden for want of width: ").map_or("", |(_, columns)| columns);
        let shown: Vec<_> = titles.split("  ").map(str::trim).filter(|title| !title.is_empty()).collect();
        let mut told: Vec<_> = left_out.split(", ").filter(|title| !title.is_empty()).chain(shown).collect();
        told.sort_unstable();
        let mut all = columns.to_vec();
        all.sort_unstable();
        assert_eq!(told, all, "{width}: {text}");
    }
}

#[test]
fn the_offers_of_a_model() {
    steady! { insta::assert_snapshot!(at_every_width(&world(), &["models", "route", "deepseek-ai/DeepSeek-R1"])); }
}

#[test]
fn the_offers_for_a_request() {
    let args = [
        "models",
        "route",
        "deepseek-ai/DeepSeek-R1",
        "--needs",
        "tools,json",
        "--input-tokens",
        "100000",
        "--output-tokens",
        "1000",
    ];
    steady! { insta::assert_snapshot!(at_every_width(&world(), &args)); }
}

#[test]
fn where_the_values_of_a_model_come_from() {
    steady! { insta::assert_snapshot!(at_every_width(&world(), &["models", "explain", "allenai/Olmo-3.1-32B-Instruct"])); }
}

#[test]
fn the_status() {
    steady! { insta::assert_snapshot!(at_every_width(&world(), &["models", "status"])); }
}

#[test]
fn who_says_a_value_of_the_config() {
    let args = ["config", "explain", "agents.defaults.model.primary"];
    steady! { insta::assert_snapshot!(at_every_width(&world(), &args)); }
}

#[test]
fn the_backups_of_the_config() {
    let world = world();
    steady! { insta::assert_snapshot!(at_every_width(&world, &["config", "restore", "--list"])); }
}

#[test]
fn the_keys_of_the_gateway() {
    steady! { insta::assert_snapshot!(at_every_width(&world(), &["gateway", "keys", "list"])); }
}
