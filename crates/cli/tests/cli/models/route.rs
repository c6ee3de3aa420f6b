//! Who will answer: `openclaw models route`.

use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use super::*;

#[test]
fn a_list_from_the_future_has_no_age() {
    let world = configured();
    for file in std::fs::read_dir(world.state("cache")).expect("a cache") {
        let file =
            std::fs::File::options().append(true).open(file.expect("a file").path()).expect("it opens");
        file.set_modified(SystemTime::now() + Duration::from_secs(24 * 3600)).expect("it is set");
    }
    let ill = Script::always(When::path(Endpoint::Models), Fault::status(503));
    world.sandbox().script(vec![ill]).expect("it is scripted");
    let said = |args: &[&str]| {
        let said = world.run(args);
        said.lines()
            .filter(|line| line.contains("ask") || line.contains("warning"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let route = ["models", "route", "Qwen/Qwen3-8B", "--refresh"];
    let report =
        [said(&["models", "status"]), said(&["models", "status", "--json"]), said(&route)].join("\n");
    assert_snapshot!(report, @r#"
    Catalogue   31 models, asked before the clock was put back
        "state": "asked before the clock was put back",
    warning: `http://127.0.0.1:PORT` failed (status 503): 503 Service Unavailable; showing the list that is kept
    catalogue: asked before the clock was put back
    "#);
}

#[test]
fn why_there_is_no_list_is_told_as_it_is() {
    let world = World::new().env("HF_TOKEN", "hf_x");
    let mut report = world.run(&["models", "route", "--offline"]);
    for fault in [Fault::status(503), Fault::status(429)] {
        world
            .sandbox()
            .script(vec![Script::once(When::path(Endpoint::Models), fault)])
            .expect("it is scripted");
        report += &format!("\n{}", world.run(&["models", "route"]));
    }
    report += &format!("\n{}", World::offline().run(&["models", "route", "--refresh"]));
    report += &format!("\n{}", world.run(&["models", "route", "nope/nope"]));
    steady!(assert_snapshot!(report, @"
    exit 3
    -- err
    error: it is not known who offers `deepseek-ai/DeepSeek-R1`
      the router was not asked, and the built-in table has no offers

    hint: openclaw models route deepseek-ai/DeepSeek-R1 --refresh

    exit 3
    -- err
    error: it is not known who offers `deepseek-ai/DeepSeek-R1`
      the router's list cannot be had, and the built-in table has no offers
      `http://127.0.0.1:PORT` failed (status 503): 503 Service Unavailable

    hint: openclaw doctor

    exit 3
    -- err
    error: it is not known who offers `deepseek-ai/DeepSeek-R1`
      the router's list cannot be had, and the built-in table has no offers
      `http://127.0.0.1:PORT` takes no more requests for now (status 429): The engine is currently overloaded, please try again later

    hint: openclaw doctor

    exit 5
    -- err
    error: it is not known who offers `deepseek-ai/DeepSeek-R1`
      the router's list cannot be had, and the built-in table has no offers
      `http://127.0.0.1:9` refused the connection

    hint: openclaw doctor

    exit 3
    -- err
    error: the router does not list `nope/nope`

    hint: openclaw models list --all
    "));
}

#[test]
fn s13_route_predicts_by_the_suffix() {
    let world = configured();
    for (suffix, provider) in [
        ("", "fireworks-ai"),
        (":fastest", "fireworks-ai"),
        (":cheapest", "novita"),
        (":together", "together"),
    ] {
        let json = world.json(&["models", "route", &format!("deepseek-ai/DeepSeek-R1{suffix}"), "--json"]);
        assert_eq!(json["predicted"], provider, "{suffix}");
    }
}

#[test]
fn s18_without_a_suffix_the_router_decides_and_preferred_is_the_users_order() {
    let world = configured();
    steady!(assert_snapshot!(world.run(&["models", "route"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1
    no suffix: the router takes the fastest

       Provider        $ in  $ out  tok/s  First token  Context  Tools  JSON  Note
    1  fireworks-ai       -      -     88       0.46 s     163k  yes    yes   likely
    2  together        2.90   6.80     61       0.34 s     131k  yes    yes
    3  novita          0.72   2.45     28       1.18 s      64k  yes    no
    4  featherless-ai     -      -      -            -        -  -      -     speed not told
    -  deepinfra       0.90   2.60      -            -      65k  -      -     status error

    fireworks-ai will likely answer
    -- err
    catalogue: asked N s ago
    "));
    steady!(assert_snapshot!(world.run(&["models", "route", "deepseek-ai/DeepSeek-R1:preferred"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:preferred
    `:preferred`: your own order at https://huggingface.co/settings/inference-providers

       Provider        $ in  $ out  tok/s  First token  Context  Tools  JSON  Note
    1  together        2.90   6.80     61       0.34 s     131k  yes    yes
    2  novita          0.72   2.45     28       1.18 s      64k  yes    no
    3  fireworks-ai       -      -     88       0.46 s     163k  yes    yes
    4  featherless-ai     -      -      -            -        -  -      -
    -  deepinfra       0.90   2.60      -            -      65k  -      -     status error

    who will answer is known to the router alone
    -- err
    catalogue: asked N s ago
    "));
}

#[test]
fn route_needs_to_know_the_offers() {
    let world = World::offline();
    assert_snapshot!(world.run(&["models", "route", "Qwen/Qwen3-8B"]), @"
    exit 3
    -- err
    error: it is not known who offers `Qwen/Qwen3-8B`
      the router was not asked, and the built-in table has no offers

    hint: openclaw models route Qwen/Qwen3-8B --refresh
    ");
}

#[test]
fn route_ranks_by_what_a_request_needs_and_costs() {
    let world = World::onboarded();
    let route = ["models", "route", "deepseek-ai/DeepSeek-R1:cheapest"];
    let with = |more: &[&'static str]| world.run(&[&route[..], more].concat());
    steady!(assert_snapshot!(with(&["--input-tokens", "20000", "--output-tokens", "500"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:cheapest
    the lowest cost of one request: 20000 tokens in, 500 out

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  novita           0.015625  0.72   2.45     28      64k  the router's choice
    2  together           0.0614  2.90   6.80     61     131k
    3  fireworks-ai            -     -      -     88     163k
    4  featherless-ai          -     -      -      -        -  not told: context
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`

    novita is the best for this, and the router will likely take it
    -- err
    catalogue: asked N s ago
    "));
    steady!(assert_snapshot!(with(&["--needs", "tools,json", "--max-price", "5"]), @"
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:cheapest
    `:cheapest`: the lowest price of output

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  fireworks-ai            -     -      -     88     163k  not told: price
    2  featherless-ai          -     -      -      -        -  not told: tools, structured output, price
    -  together                -  2.90   6.80     61     131k  left out: its output price of 6.80 USD per million tokens is above the limit of 5.00
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`
    -  novita                  -  0.72   2.45     28      64k  the router's choice; left out: its latest probe of structured output failed

    fireworks-ai is the best for this; the router will likely take novita
    pin it: deepseek-ai/DeepSeek-R1:fireworks-ai
    -- err
    catalogue: asked N s ago
    "));
    let told = world.json(&[&route[..], &["--json", "--needs", "json", "--input-tokens", "1000"]].concat());
    insta::assert_json_snapshot!(told["chosen"], @r#"
    {
      "best": "together",
      "inputTokens": 1000,
      "outputTokens": 0,
      "offers": [
        {
          "provider": "together",
          "requestCostUsd": "0.0029",
          "unknown": []
        },
        {
          "provider": "fireworks-ai",
          "requestCostUsd": null,
          "unknown": []
        },
        {
          "provider": "featherless-ai",
          "requestCostUsd": null,
          "unknown": [
            "structured output",
            "context"
          ]
        }
      ],
      "excluded": [
        {
          "provider": "deepinfra",
          "reason": "its status is `error`, not `live`"
        },
        {
          "provider": "novita",
          "reason": "its latest probe of structured output failed"
        }
      ]
    }
    "#);
}
