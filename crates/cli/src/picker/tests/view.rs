//! What is on the screen at sizes large and small.

use super::super::view::frame;
use super::*;

fn shown(count: Count, size: Size, keys: &[Key]) -> String {
    let catalog = catalog();
    let question = question(&catalog, count);
    let mut picker = Picker::new(&question, size);
    for key in keys {
        picker.on(key.clone());
    }
    frame(&picker).text()
}

fn paste(text: &str) -> Key {
    Key::Paste(text.to_owned())
}

#[test]
fn all_there_is_at_a_hundred_columns() {
    insta::assert_snapshot!(shown(Count::One, size(100, 24), &[]), @"
    ? Default model  type to filter
      model                                                         $ in   $ out  tok/s  context  tools
    > deepseek-ai/DeepSeek-R1                                          -       -     88      64k  yes
      zai-org/GLM-4.7                                               0.45    2.00     73     202k  yes
      zai-org/GLM-4.7-Flash                                            -       -      -     200k  -
      moonshotai/Kimi-K2.5                                          0.50    2.80    210     262k  yes
      nvidia/Llama-3_3-Nemotron-Super-49B-v1_5-Instruct-FP8         0.10    0.40      -     131k  -
      Qwen/Qwen3-8B                                                 0.07    0.18    122      40k  -






    ── DeepSeek R1 · * now likely together
      provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
    * together      live        -      -     88            -     163k  yes    -
      novita        live     0.70   2.50     28       0.61 s      64k  yes    no
      sambanova     error       -      -      -            -      32k  -      -



    6 of 6 models · by best match · 1 hidden, which nobody offers · asked just now
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn eighty_columns_say_what_has_no_room() {
    insta::assert_snapshot!(shown(Count::One, size(80, 24), &[]), @"
    ? Default model  type to filter
      model                                                     $ in   $ out  tok/s
    > deepseek-ai/DeepSeek-R1                                      -       -     88
      zai-org/GLM-4.7                                           0.45    2.00     73
      zai-org/GLM-4.7-Flash                                        -       -      -
      moonshotai/Kimi-K2.5                                      0.50    2.80    210
      nvidia/Llama-3_3-Nemotron-Super-49B-v1_5-Instruct-FP8     0.10    0.40      -
      Qwen/Qwen3-8B                                             0.07    0.18    122






    ── DeepSeek R1 · * now likely together
      provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
    * together      live        -      -     88            -     163k  yes    -
      novita        live     0.70   2.50     28       0.61 s      64k  yes    no
      sambanova     error       -      -      -            -      32k  -      -



    6 of 6 models · no room for context, tools · by best match · asked just now
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn a_filter_makes_room() {
    insta::assert_snapshot!(shown(Count::One, size(80, 24), &[paste("glm-4.7:")]), @"
    ? Default model glm-4.7:
      model                                     $ in   $ out  tok/s  context  tools
    > zai-org/GLM-4.7                           0.45    2.00     73     202k  yes
      zai-org/GLM-4.7:fastest                   0.45    2.00     73     202k  yes
      zai-org/GLM-4.7:cheapest                  0.45    2.00     73     202k  yes
      zai-org/GLM-4.7:preferred                    -       -      -     202k  yes
      zai-org/GLM-4.7:together                  0.45    2.00     73     202k  yes
      zai-org/GLM-4.7:novita                    0.60    2.20     35     204k  no
      zai-org/GLM-4.7-Flash                        -       -      -     200k  -
      zai-org/GLM-4.7-Flash:fastest                -       -      -     200k  -
      zai-org/GLM-4.7-Flash:cheapest               -       -      -     200k  -
      zai-org/GLM-4.7-Flash:preferred              -       -      -     200k  -
      zai-org/GLM-4.7-Flash:zai-org                -       -      -     200k  -

    ── GLM 4.7 · * now likely together
      provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
    * together      live     0.45   2.00     73       0.33 s     202k  yes    yes
      novita        live     0.60   2.20     35            -     204k  no     -




    11 forms of 2 of 6 models · by best match · 1 hidden, which nobody offers
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn forty_columns_cut_no_id() {
    insta::assert_snapshot!(shown(Count::One, size(40, 24), &[Key::End, Key::Up, Key::Up, Key::Up]), @"
    ? Default model  type to filter
      model
      deepseek-ai/DeepSeek-R1
      zai-org/GLM-4.7
    > zai-org/GLM-4.7-Flash
      moonshotai/Kimi-K2.5
      nvidia/Llama-3_3-Nemotron-Super-49B-v
      1_5-Instruct-FP8
      Qwen/Qwen3-8B





    ── GLM 4.7 Flash · * now likely zai-org
      provider       $ in  $ out  tok/s
    * zai-org           -      -      -




    6 of 6 models · no room for any figures
    by best match · asked just now
    [Enter picks · Esc leaves]
    ");
}

#[test]
fn ten_rows_belong_to_the_list() {
    insta::assert_snapshot!(shown(Count::One, size(80, 10), &[Key::Sort]), @"
    ? Default model  type to filter
      model                                                     $ in   $ out  tok/s
    > Qwen/Qwen3-8B                                             0.07    0.18    122
      nvidia/Llama-3_3-Nemotron-Super-49B-v1_5-Instruct-FP8     0.10    0.40      -
      zai-org/GLM-4.7                                           0.45    2.00     73
      moonshotai/Kimi-K2.5                                      0.50    2.80    210
      deepseek-ai/DeepSeek-R1                                      -       -     88
      zai-org/GLM-4.7-Flash                                        -       -      -
    6 of 6 models · no room for context, tools · by price · asked just now
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn the_offers_can_take_the_place_of_the_list() {
    insta::assert_snapshot!(shown(Count::One, size(80, 10), &[Key::Offers]), @"
    ? Default model  type to filter
    ── DeepSeek R1 · * now likely together
      provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
    * together      live        -      -     88            -     163k  yes    -
      novita        live     0.70   2.50     28       0.61 s      64k  yes    no
      sambanova     error       -      -      -            -      32k  -      -


    6 of 6 models · by best match · 1 hidden, which nobody offers · asked just now
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn marks_have_numbers() {
    let keys = [paste("qwen"), Key::Char(' '), Key::Clear, Key::Char(' ')];
    insta::assert_snapshot!(shown(Count::Any, size(80, 14), &keys), @"
    ? Fallbacks (optional)  type to filter
          model                                                        $ in   $ out
    > [2] deepseek-ai/DeepSeek-R1                                         -       -
      [ ] zai-org/GLM-4.7                                              0.45    2.00
      [ ] zai-org/GLM-4.7-Flash                                           -       -
      [ ] moonshotai/Kimi-K2.5                                         0.50    2.80
      [ ] nvidia/Llama-3_3-Nemotron-Super-49B-v1_5-Instruct-FP8        0.10    0.40
      [1] Qwen/Qwen3-8B                                                0.07    0.18




    6 of 6 models · 2 marked · no room for tok/s, context, tools · by best match
    [Space marks · Enter goes on · Esc leaves · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn nothing_matches() {
    insta::assert_snapshot!(shown(Count::One, size(60, 12), &[paste("no such thing")]), @"
    ? Default model no such thing
      model                 $ in   $ out  tok/s  context  tools
      nothing matches; Ctrl-U takes the filter away






    0 of 6 models · by best match
    1 hidden, which nobody offers · asked just now
    [Enter picks · Esc leaves · Tab policy, provider]
    ");
}

#[test]
fn what_was_said_before_is_said_again_where_there_is_room() {
    let catalog = catalog();
    let note = Some("Token verified (user me)");
    let question = Question { note, ..question(&catalog, Count::One) };
    insta::assert_snapshot!(frame(&Picker::new(&question, size(80, 9))).text(), @"
    ? Default model  type to filter
    Token verified (user me)
      model                                                     $ in   $ out  tok/s
    > deepseek-ai/DeepSeek-R1                                      -       -     88
      zai-org/GLM-4.7                                           0.45    2.00     73
      zai-org/GLM-4.7-Flash                                        -       -      -
      moonshotai/Kimi-K2.5                                      0.50    2.80    210
    6 of 6 models · 2 out of sight · no room for context, tools · by best match
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
    let small = frame(&Picker::new(&question, size(80, 8))).text();
    assert!(!small.contains("verified"), "{small}");
}

#[test]
fn the_built_in_table_has_no_offers() {
    let catalog = Catalog::merge([Layer::built_in()]);
    let list = ListState::BuiltIn { why: None };
    let current = Some(reference("Qwen/Qwen3-8B"));
    let question = Question { list: &list, current, ..question(&catalog, Count::One) };
    insta::assert_snapshot!(frame(&Picker::new(&question, size(80, 24))).text(), @"
    ? Default model  type to filter
      model                                     $ in   $ out  tok/s  context  tools
      deepseek-ai/DeepSeek-R1                   0.70    2.50      -      64k  -
      deepseek-ai/DeepSeek-V3.2                0.269    0.40      -     163k  -
      zai-org/GLM-4.7                           0.60    2.20      -     204k  -
      openai/gpt-oss-120b                       0.05    0.25      -     131k  -
      moonshotai/Kimi-K2.5                      0.50    2.80      -     262k  -
      meta-llama/Llama-3.1-8B-Instruct          0.02    0.05      -      16k  -
      meta-llama/Llama-3.3-70B-Instruct        0.135    0.40      -     131k  -
      Qwen/Qwen2.5-7B-Instruct                  0.30    0.30      -      32k  -
      Qwen/Qwen3-32B                            0.08    0.25      -      32k  -
    > Qwen/Qwen3-8B                             0.07    0.18      -      40k  -


    ── Qwen3 8B · the default now · reads text · thinks first
      who offers it is not known here






    10 of 10 models · by best match · built-in table
    [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
    ");
}

#[test]
fn a_token_in_the_wrong_place_is_not_shown() {
    let text = shown(Count::One, size(80, 24), &[paste("hf_abcdefghijklmnopqrstuvwxyz012345")]);
    assert!(!text.contains("ghijkl"), "{text}");
}

#[test]
fn names_from_outside_command_nothing() {
    let list = r#"{"data": [{"id": "acme/a", "name": "\u001b[2J", "providers": [{"provider": "x\u009b2J", "status": "\u202e"}]},
        {"id": "acme/b", "name": "\u001b[2J日本", "providers": [{"provider": "x\u009b2J"}]}]}"#;
    let list: RouterList = serde_json::from_str(list).expect("a list");
    let catalog = Catalog::merge([Layer::discovered(list.models)]);
    let question = question(&catalog, Count::One);
    let text = frame(&Picker::new(&question, size(80, 24))).text();
    assert!(text.contains("日本") && text.contains("x\\u{9b}2J"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{text}");
}

/// Whatever is typed at whatever size: the row that Enter picks is on the screen, with its whole id.
#[test]
fn what_enter_picks_is_in_sight() {
    let model = |n: usize| {
        format!(r#"{{"id": "acme/m{n}-{}", "providers": [{{"provider": "p"}}]}}"#, "x".repeat(n * 7 % 60))
    };
    let list = format!(r#"{{"data": [{}]}}"#, (0..300).map(model).collect::<Vec<_>>().join(","));
    let list: RouterList = serde_json::from_str(&list).expect("a list");
    let catalog = Catalog::merge([Layer::discovered(list.models)]);
    for count in [Count::One, Count::Any] {
        let question = question(&catalog, count);
        let mut picker = Picker::new(&question, size(80, 24));
        let mut random = 7_u32;
        for _ in 0..3000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let dice = (random >> 16) % 16;
            match dice {
                0 => picker.resize(size(16 + (random >> 20) as usize % 90, 8 + (random >> 24) as usize % 30)),
                1..4 => drop(picker.on(Key::Down)),
                4..6 => drop(picker.on(Key::Up)),
                6..9 => drop(picker.on(Key::PageDown)),
                9 => drop(picker.on(Key::PageUp)),
                10 => drop(picker.on(Key::End)),
                11 => drop(picker.on(Key::Home)),
                12 => drop(picker.on(Key::Char(char::from(b'0' + (random >> 28) as u8 % 10)))),
                13 => drop(picker.on(Key::Backspace)),
                14 => drop(picker.on(Key::Sort)),
                _ => drop(picker.on(Key::Clear)),
            }
            let text = frame(&picker).text();
            let Some(picked) = picker.highlighted() else { continue };
            // An id that had to be broken is one again where its lines are joined.
            let rows: String = text
                .lines()
                .skip_while(|line| !line.starts_with("> "))
                .map(|line| line.get(if count == Count::One { 2 } else { 6 }..).unwrap_or_default())
                .collect();
            assert!(rows.starts_with(picked.router_id()), "{picked}\n{text}");
        }
    }
}

#[test]
fn no_size_is_too_small() {
    for width in 0..30 {
        for height in 0..14 {
            for keys in [&[][..], &[Key::Offers], &[paste("zzz")]] {
                shown(Count::Any, size(width, height), keys);
                shown(Count::One, size(width, height), keys);
            }
        }
    }
}
