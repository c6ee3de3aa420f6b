//! Lists, accounts and answers as the router seldom gives them.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{World, steady};

/// A router that answers with these words there, whatever it is asked.
fn answers(world: &World, path: Endpoint, content_type: &str, body: &str) {
    let fault = Fault::Status {
        code: 200,
        body: Some(body.to_owned()),
        content_type: Some(content_type.to_owned()),
        retry_after: None,
        headers: BTreeMap::new(),
    };
    world.sandbox().clear_faults();
    world.sandbox().script(vec![Script::always(When::path(path), fault)]).expect("it is scripted");
}

fn lists(world: &World, models: &str) {
    answers(
        world,
        Endpoint::Models,
        "application/json",
        &format!(r#"{{"object":"list","data":[{models}]}}"#),
    );
}

/// An offer that is good for everything.
fn offer(provider: &str) -> String {
    format!(
        r#"{{"provider":"{provider}","status":"live","context_length":40960,"pricing":{{"input":1,"output":2}},"throughput":50}}"#
    )
}

#[test]
fn what_is_odd_about_a_list_is_told_where_more_was_asked_for() {
    let world = World::onboarded();
    let good = offer("nscale");
    lists(
        &world,
        &format!(
            r#"{{"id":"Qwen/Qwen3-8B","providers":[{good}]}},
            {{"id":"Qwen/Qwen3-8B","providers":[{good}]}},
            {{"id":"Qwen/Qwen3-32B","created":"of late","providers":[{good},{good},7]}},
            {{"name":"nameless"}},
            7"#
        ),
    );
    let list = ["models", "list", "--all", "--refresh", "--plain", "qwen3"];
    let told = world.run(&[&list[..], &["--verbose"]].concat());
    assert_snapshot!(timeless(&told), @"
    exit 0
    -- out
    huggingface/Qwen/Qwen3-32B
    huggingface/Qwen/Qwen3-8B
    -- err
    router: 127.0.0.1 (with a token)
    asking the router for its models: T
    warning: in the router's list, `Qwen/Qwen3-8B`: it is listed twice
    warning: in the router's list, `Qwen/Qwen3-32B`: `created` is a text
    warning: in the router's list, `Qwen/Qwen3-32B`: `nscale` is listed twice
    warning: in the router's list, `Qwen/Qwen3-32B`: an offer is no object
    warning: in the router's list, row 3: it has no `id`
    warning: in the router's list, row 4: it is no object
    ");
    assert_snapshot!(world.run(&list), @"
    exit 0
    -- out
    huggingface/Qwen/Qwen3-32B
    huggingface/Qwen/Qwen3-8B
    ");
    // More than anybody reads is counted.
    lists(&world, &format!(r#"{{"id":"Qwen/Qwen3-8B","providers":[{good}]}}{}"#, ",7".repeat(34)));
    let told = world.run(&[&list[..], &["--verbose"]].concat());
    let warnings: Vec<_> = told.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 33, "{told}");
    assert_snapshot!(warnings[31..].join("\n"), @"
    warning: in the router's list, row 32: it is no object
    warning: in the router's list, 2 more oddities
    ");
}

/// How long it took is another thing each time.
fn timeless(told: &str) -> String {
    let lines = told.lines().map(|line| match line.split_once("for its models: ") {
        Some((before, _)) => format!("{before}for its models: T\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn an_account_that_does_not_say_what_it_may_is_taken() {
    let world = World::new().env("HF_TOKEN", "hf_of_another_kind");
    answers(
        &world,
        Endpoint::Whoami,
        "application/json",
        r#"{"type":"user","name":"ann","auth":{"type":"access_token","accessToken":{"role":"guest"}}}"#,
    );
    assert_snapshot!(world.run(&["onboard", "--non-interactive"]), @r#"
    exit 0
    -- out
    Token verified (user ann); whether it may call Inference Providers shows at the first question
    Token used from HF_TOKEN in the environment; it is not stored anew
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    "#);
}

#[test]
fn an_answer_of_nobody_has_no_price() {
    let world = World::onboarded();
    let chunk =
        |rest: &str| format!("data: {{\"id\":\"1\",\"object\":\"chat.completion.chunk\",{rest}}}\n\n");
    let stream = [
        chunk(r#""choices":[{"index":0,"delta":{"content":"Because of the air."},"finish_reason":null}]"#),
        chunk(r#""choices":[{"index":0,"delta":{},"finish_reason":"stop"}]"#),
        chunk(r#""choices":[],"usage":{"prompt_tokens":1,"completion_tokens":5,"total_tokens":6}"#),
        "data: [DONE]\n\n".to_owned(),
    ];
    answers(&world, Endpoint::Chat, "text/event-stream", &stream.concat());
    let ask = ["infer", "model", "run", "--prompt", "Why is the sky blue?", "--stats"];
    steady! { assert_snapshot!(world.run(&ask), @"
    exit 0
    -- out
    Because of the air.
    -- err
    who answered is not told · 1 token in, 5 out · first token T s · V tok/s · T s · cost not known
    "); }
}

#[test]
fn the_only_offer_is_spoken_of_as_one() {
    let world = World::onboarded();
    lists(
        &world,
        &format!(
            r#"{{"id":"one/offer","providers":[{}]}},{{"id":"two/offers","providers":[{},{}]}}"#,
            offer("nscale"),
            offer("novita"),
            offer("together")
        ),
    );
    world.stdout(&["models", "list", "--all", "--refresh", "--plain"]);
    let mut report = String::new();
    for model in ["one/offer", "two/offers"] {
        report.push_str(&world.run(&["models", "route", model, "--max-price", "0.10"]));
    }
    steady! { assert_snapshot!(report, @"
    exit 0
    -- out
    huggingface/one/offer
    no suffix: the router takes the fastest

       Provider  $ request  $ in  $ out  tok/s  Context  Note
    -  nscale            -  1.00   2.00     50      40k  the router's choice; left out: its output price of 2.00 USD per million tokens is above the limit of 0.10

    the only offer will not do
    -- err
    catalogue: asked N s ago
    exit 0
    -- out
    huggingface/two/offers
    no suffix: the router takes the fastest

       Provider  $ request  $ in  $ out  tok/s  Context  Note
    -  novita            -  1.00   2.00     50      40k  the router's choice; left out: its output price of 2.00 USD per million tokens is above the limit of 0.10
    -  together          -  1.00   2.00     50      40k  left out: its output price of 2.00 USD per million tokens is above the limit of 0.10

    none of the 2 offers will do
    -- err
    catalogue: asked N s ago
    "); }
}

#[cfg(unix)]
mod terminal {
    use super::*;
    use crate::support::TOKEN;
    use crate::terminal::{CTRL_C, ENTER, Terminal};

    const NO_COLOR: [(&str, &str); 1] = [("NO_COLOR", "1")];

    /// A name with a space in it, or one that means a policy, cannot stand behind a colon.
    #[test]
    fn a_provider_that_cannot_be_pinned_is_not_offered_as_a_pin() {
        let world = World::new();
        let offers = ["two words", "cheapest", "nscale", "novita"].map(offer).join(",");
        lists(&world, &format!(r#"{{"id":"Qwen/Qwen3-8B","providers":[{offers}]}}"#));
        let onboard = ["onboard", "--auth-choice", "huggingface-api-key", "--huggingface-api-key", TOKEN];
        let mut terminal = Terminal::start(&world, &onboard);
        terminal.shows("> Qwen/Qwen3-8B ");
        terminal.types(ENTER);
        let screen = terminal.shows("Enter lets the router decide]");
        assert_snapshot!(screen, @"
        Token verified (user sandbox-user): it may call Inference Providers
        ? Default Hugging Face model Qwen/Qwen3-8B
        ? Prefer a specific backend?  
        > let the router decide (now likely two words)
          nscale       40k   1.00/2.00     50 tok/s
          novita       40k   1.00/2.00     50 tok/s
        [a pin is kept even when that provider fails; Enter lets the router decide]
        ");
        terminal.types(CTRL_C);
        assert_eq!(terminal.leaves().code, Some(130));
    }

    #[test]
    fn a_default_that_nobody_offers_and_offers_that_have_no_room() {
        let world = World::onboarded();
        let offers = ["nscale", "novita", "together", "groq", "scaleway", "ovhcloud"].map(offer).join(",");
        lists(
            &world,
            &format!(
                r#"{{"id":"Qwen/Qwen3-8B","providers":[{offers}]}},{{"id":"Qwen/QwQ-32B","providers":[]}}"#
            ),
        );
        world.stdout(&["models", "list", "--all", "--refresh", "--plain"]);
        world.stdout(&["models", "set", "Qwen/QwQ-32B", "--force"]);
        let mut terminal = Terminal::of(&world, &["models", "set"], (80, 20), &NO_COLOR);
        terminal.shows("[Enter picks");
        let screen = terminal.shows("> Qwen/QwQ-32B ");
        steady! { assert_snapshot!(screen, @"
        ? Default model  type to filter
          model                                     $ in   $ out  tok/s  context  tools
        > Qwen/QwQ-32B                                 -       -      -        -  -
          Qwen/Qwen3-8B                             1.00    2.00     50      40k  -








        ── QwQ 32B · the default now
          nobody offers it now




        2 of 2 models · by best match · 10 hidden, which nobody offers · asked N s ago
        [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
        "); }
        terminal.types("8b");
        let screen = terminal.shows("> Qwen/Qwen3-8B ");
        steady! { assert_snapshot!(screen, @"
        ? Default model 8b
          model                                     $ in   $ out  tok/s  context  tools
        > Qwen/Qwen3-8B                             1.00    2.00     50      40k  -









        ── Qwen3 8B · * now likely nscale · reads text · thinks first
          provider      status   $ in  $ out  tok/s  first token  context  tools  JSON
        * nscale        live     1.00   2.00     50            -      40k  -      -
          novita        live     1.00   2.00     50            -      40k  -      -
          together      live     1.00   2.00     50            -      40k  -      -
          and 3 more; Ctrl-O shows all
        1 of 2 models · by best match · 10 hidden, which nobody offers · asked N s ago
        [Enter picks · Esc leaves · Tab policy, provider · Ctrl-S sorts · Ctrl-O offers]
        "); }
        terminal.types(CTRL_C);
        assert_eq!(terminal.leaves().code, Some(130));
    }

    #[test]
    fn a_narrow_terminal_says_which_columns_it_leaves_out() {
        let world = World::onboarded();
        world.stdout(&[
            "gateway",
            "keys",
            "add",
            "ci",
            "--requests-per-minute",
            "60",
            "--models",
            "Qwen/Qwen3-8B",
        ]);
        let mut report = String::new();
        for args in [&["models", "list"][..], &["gateway", "keys"]] {
            let (code, screen) = Terminal::of(&world, args, (50, 24), &NO_COLOR).ends();
            report.push_str(&format!(
                "$ openclaw {}\nexit {code:?}\n{}\n\n",
                args.join(" "),
                screen.trim_end()
            ));
        }
        steady! { assert_snapshot!(report, @"
        $ openclaw models list
        exit Some(0)
        Model                                $ out
        huggingface/deepseek-ai/DeepSeek-R1      -
        1 of 1 models, asked N s ago; hidden for want of width: Offers, Input, Name, Tools, tok/s, Tags, $ in, Context

        $ openclaw gateway keys
        exit Some(0)
        Name  requests/min  USD/day  Models
        ci              60        -  Qwen/Qwen3-8B
        hidden for want of width: at once, tokens/min
        "); }
    }
}
