//! What fits what.

use openclaw_catalog::Catalog;

use super::super::filter::{Filter, Query};
use super::super::rows::rows;
use super::*;

#[test]
fn what_is_typed_has_two_parts() {
    #[track_caller]
    fn check(typed: &str, words: &str, suffix: Option<&str>) {
        assert_eq!(Query::of(typed), Query { words: words.to_owned(), suffix: suffix.map(str::to_owned) });
    }
    check("", "", None);
    check("qwen 8b", "qwen 8b", None);
    check("huggingface/Qwen/Qwen3-8B", "Qwen/Qwen3-8B", None);
    check(" HuggingFace/Qwen", "Qwen", None);
    check("huggingface", "huggingface", None);
    check("glm:", "glm", Some(""));
    check("glm: Together ", "glm", Some("together"));
    check(":cheap", "", Some("cheap"));
    check("a:b:c", "a", Some("b:c"));
    check("日本:é", "日本", Some("é"));
}

#[test]
fn words_are_looked_for_in_id_name_owner_and_provider() {
    let catalog = catalog();
    let rows = rows(&catalog, |_| false).rows;
    let found = |words: &str| -> Vec<String> {
        let found = Filter::new().find(&rows, words);
        found.iter().map(|found| rows[found.row].reference.name().to_owned()).collect()
    };
    assert_eq!(found("kimi"), ["Kimi-K2.5"]);
    assert_eq!(found("KIMI k2"), ["Kimi-K2.5"]);
    assert_eq!(found("zai"), ["GLM-4.7", "GLM-4.7-Flash"], "by owner");
    assert_eq!(found("GLM 4.7 Flash"), ["GLM-4.7-Flash"], "by name");
    assert_eq!(found("groq"), ["Kimi-K2.5"], "by provider");
    assert_eq!(found("together glm"), ["GLM-4.7"], "by both");
    assert_eq!(found(" ").len(), 6);
    assert!(found("no such thing").is_empty());
}

#[test]
fn a_letter_more_or_less_finds_what_a_new_look_finds() {
    let catalog = Catalog::merge([Layer::built_in()]);
    let rows = rows(&catalog, |_| false).rows;
    let mut filter = Filter::new();
    let typed = ["d", "de", "de r", "de", "", "q", "q 3", "q 32", "q 3", "x", "qwen", "Qwen", "é", "l i i l"];
    for words in typed {
        assert_eq!(filter.find(&rows, words), Filter::new().find(&rows, words), "{words}");
    }
}
