//! Merging into a config that includes others.

use insta::assert_snapshot;
use openclaw_config_merge::{Config, FallbackChange, PrimaryChange, Wanted, merge, store};
use openclaw_json5_edit::Document;

fn folder(included: &str) -> (tempfile::TempDir, Config, Document) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openclaw.json");
    std::fs::write(folder.path().join("base.json5"), included).expect("it is written");
    std::fs::write(&path, "{\n  $include: './base.json5', // shared\n}\n").expect("it is written");
    let loaded = store::read(&path).expect("it loads");
    (folder, loaded.config, loaded.document.expect("it is there"))
}

#[test]
fn what_an_included_file_says_is_not_said_again_and_the_include_stays() {
    let included = "{ agents: { defaults: { model: { primary: 'huggingface/b/base', fallbacks: ['huggingface/b/1'] } } } }";
    let (_folder, whole, document) = folder(included);
    let wanted = Wanted {
        primary: PrimaryChange::IfMissing("huggingface/o/other".parse().expect("a reference")),
        fallbacks: FallbackChange::Append(vec![
            "huggingface/b/1".parse().expect("a reference"),
            "huggingface/n/new".parse().expect("a reference"),
        ]),
        whole: Some(whole),
        ..Wanted::default()
    };
    let merged = merge(&document, &wanted).expect("it merges");
    assert_snapshot!(merged.document.as_str(), @"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            fallbacks: ['huggingface/n/new'],
          },
        },
      },
    }
    ");
}

#[test]
fn a_default_that_is_asked_for_goes_into_the_config_itself() {
    let (_folder, whole, document) =
        folder("{ agents: { defaults: { model: { primary: 'huggingface/b/base' } } } }");
    let primary = PrimaryChange::Set("huggingface/o/other".parse().expect("a reference"));
    let wanted = Wanted { primary, whole: Some(whole), ..Wanted::default() };
    assert_snapshot!(merge(&document, &wanted).expect("it merges").document.as_str(), @"
    {
      $include: './base.json5', // shared
      agents: {
        defaults: {
          model: {
            primary: 'huggingface/o/other',
          },
        },
      },
    }
    ");
}
