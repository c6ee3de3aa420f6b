//! Keys and what comes of them.

use super::*;

#[track_caller]
fn check(keys: &[Key], highlighted: &str) {
    let catalog = catalog();
    let question = question(&catalog, Count::One);
    let mut picker = Picker::new(&question, size(80, 24));
    for key in keys {
        assert_eq!(picker.on(key.clone()), Step::Stay, "{keys:?}");
    }
    let found = picker.highlighted().map(|reference| reference.router_id().to_owned());
    assert_eq!(found.as_deref(), Some(highlighted).filter(|wanted| !wanted.is_empty()), "{keys:?}");
}

fn letters(text: &str) -> Vec<Key> {
    text.chars().map(Key::Char).collect()
}

#[test]
fn keys_move_the_cursor() {
    use Key::{Down, End, Home, PageDown, PageUp, Up};
    check(&[], "deepseek-ai/DeepSeek-R1");
    check(&[Down], "zai-org/GLM-4.7");
    check(&[Down, Down, Up], "zai-org/GLM-4.7");
    check(&[Up], "Qwen/Qwen3-8B");
    check(&[End], "Qwen/Qwen3-8B");
    check(&[End, Down], "deepseek-ai/DeepSeek-R1");
    check(&[End, Home], "deepseek-ai/DeepSeek-R1");
    check(&[PageDown], "Qwen/Qwen3-8B");
    check(&[PageDown, PageUp], "deepseek-ai/DeepSeek-R1");
}

#[test]
fn typing_filters_and_taking_it_back_shows_the_rest() {
    check(&letters("kimi"), "moonshotai/Kimi-K2.5");
    check(&letters("glm-4.7"), "zai-org/GLM-4.7");
    check(&letters("glm flash"), "zai-org/GLM-4.7-Flash");
    check(&letters("no such thing"), "");
    check(&[letters("kimix"), vec![Key::Backspace]].concat(), "moonshotai/Kimi-K2.5");
    check(&[letters("kimi x"), vec![Key::Word]].concat(), "moonshotai/Kimi-K2.5");
    check(&[letters("zai-org/GLM"), vec![Key::Word]].concat(), "zai-org/GLM-4.7");
    check(&[letters("x"), vec![Key::Clear]].concat(), "deepseek-ai/DeepSeek-R1");
    check(&[letters("x"), vec![Key::Word, Key::Word, Key::Backspace]].concat(), "deepseek-ai/DeepSeek-R1");
}

#[test]
fn a_whole_reference_can_be_pasted() {
    for (pasted, id) in [
        ("zai-org/GLM-4.7", "zai-org/GLM-4.7"),
        ("huggingface/zai-org/GLM-4.7:cheapest\n", "zai-org/GLM-4.7:cheapest"),
        ("  HuggingFace/zai-org/glm-4.7:novita", "zai-org/GLM-4.7:novita"),
        ("Qwen/Qwen3-8B\r\nand more", "Qwen/Qwen3-8B"),
        ("zai-org/\u{1b}GLM-4.7:together", "zai-org/GLM-4.7:together"),
        ("zai-org/GLM-4.7:nebius", ""),
    ] {
        check(&[Key::Paste(pasted.to_owned())], id);
    }
}

#[test]
fn a_paste_without_end_is_cut() {
    let catalog = catalog();
    let question = question(&catalog, Count::One);
    let mut picker = Picker::new(&question, size(80, 24));
    picker.on(Key::Paste("x".repeat(100_000)));
    assert_eq!(picker.typed.len(), 256);
}

#[test]
fn a_colon_opens_policies_and_live_providers() {
    let catalog = catalog();
    let question = question(&catalog, Count::One);
    let mut picker = Picker::new(&question, size(80, 24));
    types(&mut picker, "deepseek:");
    assert_eq!(
        listed(&picker),
        [
            "deepseek-ai/DeepSeek-R1",
            "deepseek-ai/DeepSeek-R1:fastest",
            "deepseek-ai/DeepSeek-R1:cheapest",
            "deepseek-ai/DeepSeek-R1:preferred",
            "deepseek-ai/DeepSeek-R1:novita",
            "deepseek-ai/DeepSeek-R1:together",
        ]
    );
    types(&mut picker, "t");
    assert_eq!(listed(&picker)[0], "deepseek-ai/DeepSeek-R1:together", "those that begin with it come first");
    picker.on(Key::Clear);
    types(&mut picker, ":groq");
    assert_eq!(listed(&picker), ["moonshotai/Kimi-K2.5:groq"]);
    picker.on(Key::Clear);
    types(&mut picker, ":che");
    assert_eq!(picker.items.len(), 6);
    assert!(listed(&picker).iter().all(|id| id.ends_with(":cheapest")), "{:?}", listed(&picker));
}

#[test]
fn tab_completes_the_id_and_opens_its_forms() {
    let catalog = catalog();
    let question = question(&catalog, Count::One);
    let mut picker = Picker::new(&question, size(80, 24));
    types(&mut picker, "glm");
    picker.on(Key::Complete);
    assert_eq!(picker.typed, "zai-org/GLM-4.7:");
    assert_eq!(picker.items.len(), 6 + 5, "the longer id fits too: {:?}", listed(&picker));
    for _ in 0..2 {
        picker.on(Key::Down);
    }
    picker.on(Key::Complete);
    assert_eq!(picker.typed, "zai-org/GLM-4.7:cheapest");
    assert_eq!(picker.on(Key::Enter), Step::Picked(vec![reference("zai-org/GLM-4.7:cheapest")]));
}

#[test]
fn sorting_goes_round_and_what_is_unknown_comes_last() {
    let catalog = catalog();
    let question = question(&catalog, Count::One);
    let mut picker = Picker::new(&question, size(80, 24));
    let names = |picker: &Picker<'_>| -> Vec<String> {
        let name = |id: &String| id.rsplit('/').next().unwrap_or_default().chars().take(9).collect();
        listed(picker).iter().map(name).collect()
    };
    let mut shown = String::new();
    for _ in 0..=5 {
        shown.push_str(&format!("{}: {}\n", picker.order.name(), names(&picker).join(" ")));
        picker.on(Key::Sort);
    }
    insta::assert_snapshot!(shown, @"
    best match: DeepSeek- GLM-4.7 GLM-4.7-F Kimi-K2.5 Llama-3_3 Qwen3-8B
    price: Qwen3-8B Llama-3_3 GLM-4.7 Kimi-K2.5 DeepSeek- GLM-4.7-F
    speed: Kimi-K2.5 Qwen3-8B DeepSeek- GLM-4.7 GLM-4.7-F Llama-3_3
    context: Kimi-K2.5 GLM-4.7 GLM-4.7-F Llama-3_3 DeepSeek- Qwen3-8B
    name: DeepSeek- Kimi-K2.5 Llama-3_3 Qwen3-8B GLM-4.7 GLM-4.7-F
    best match: DeepSeek- GLM-4.7 GLM-4.7-F Kimi-K2.5 Llama-3_3 Qwen3-8B
    ");
}

#[test]
fn the_list_opens_on_what_the_user_has() {
    let catalog = catalog();
    let has = |id: &str| Question { current: Some(reference(id)), ..question(&catalog, Count::One) };
    let listed_model = has("moonshotai/Kimi-K2.5");
    let mut picker = Picker::new(&listed_model, size(80, 24));
    assert_eq!(picker.highlighted(), listed_model.current);
    types(&mut picker, "x");
    picker.on(Key::Backspace);
    assert_eq!(picker.highlighted(), listed_model.current, "also after a filter");
    // What is not listed is a row of its own, known or not.
    for id in ["zai-org/GLM-4.7:novita", "acme/gone", "acme/unknown:fastest"] {
        let question = has(id);
        let mut picker = Picker::new(&question, size(80, 24));
        assert_eq!((picker.cursor, picker.total()), (0, 7), "{id}");
        assert_eq!(picker.on(Key::Enter), Step::Picked(vec![reference(id)]));
    }
}

#[test]
fn marks_keep_their_order_and_can_be_taken_back() {
    let catalog = catalog();
    let question = question(&catalog, Count::Any);
    let mut picker = Picker::new(&question, size(80, 24));
    assert_eq!(picker.on(Key::Enter), Step::Picked(Vec::new()));
    for id in ["qwen3-8b", "kimi", "glm-4.7:cheap", "kimi"] {
        types(&mut picker, id);
        picker.on(Key::Char(' '));
        picker.on(Key::Clear);
    }
    let marks = [reference("Qwen/Qwen3-8B"), reference("zai-org/GLM-4.7:cheapest")];
    assert_eq!(picker.on(Key::Enter), Step::Picked(marks.to_vec()));
    picker.on(Key::Paste("no such thing".to_owned()));
    picker.on(Key::Char(' '));
    assert_eq!(picker.marks.len(), 2, "there is nothing to mark");
}

#[test]
fn what_is_taken_is_not_offered_again() {
    let catalog = catalog();
    let question = Question {
        not: Some(reference("deepseek-ai/DeepSeek-R1:cheapest")),
        taken: vec![reference("Qwen/Qwen3-8B"), reference("zai-org/GLM-4.7:fastest")],
        ..question(&catalog, Count::Any)
    };
    let mut picker = Picker::new(&question, size(80, 24));
    assert_eq!(picker.total(), 4);
    types(&mut picker, ":fast");
    let listed = listed(&picker);
    assert!(listed.contains(&"zai-org/GLM-4.7-Flash:fastest".to_owned()), "{listed:?}");
    assert!(!listed.contains(&"zai-org/GLM-4.7:fastest".to_owned()), "{listed:?}");
    assert!(!listed.iter().any(|id| id.contains("DeepSeek")), "{listed:?}");
}

#[test]
fn leaving_picks_nothing() {
    let catalog = catalog();
    for count in [Count::One, Count::Any] {
        let question = question(&catalog, count);
        assert_eq!(Picker::new(&question, size(80, 24)).on(Key::Leave), Step::Left);
    }
}

#[test]
fn nothing_to_pick_is_no_end() {
    let catalog = Catalog::merge([]);
    for count in [Count::One, Count::Any] {
        let question = question(&catalog, count);
        let mut picker = Picker::new(&question, size(1, 1));
        for key in [Key::Up, Key::Down, Key::PageDown, Key::End, Key::Complete, Key::Sort, Key::Char(' ')] {
            assert_eq!(picker.on(key), Step::Stay);
        }
        let ends = if count == Count::One { Step::Stay } else { Step::Picked(Vec::new()) };
        assert_eq!(picker.on(Key::Enter), ends);
    }
}
