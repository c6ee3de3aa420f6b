//! What is said where something is missing, mistyped or refused: whole sessions, so that they can be read at one sitting.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use openclaw_sandbox::{Endpoint, Fault, Script, When};

use crate::support::{TOKEN, World, steady};

/// Lines as they are typed, and all that comes of them.
fn session(world: &World, lines: &[&[&str]]) -> String {
    let one = |args: &&[&str]| format!("$ openclaw {}\n{}\n", args.join(" "), world.run(args));
    lines.iter().map(one).collect::<String>().replace(TOKEN, "$HF_TOKEN")
}

/// It looks like a token and is none.
const TOKENLIKE: &str = "hf_abcdefghijklmnopqrstuvwxyz01234567";

#[test]
fn where_nothing_is_set_up() {
    let lines: &[&[&str]] = &[
        &["models", "status"],
        &["models", "list"],
        &["models", "aliases", "list"],
        &["models", "fallbacks", "list"],
        &["gateway", "keys", "list"],
        &["config", "restore", "--list"],
        &["doctor", "--fix", "--offline"],
        &["infer", "model", "run", "--prompt", "Hi"],
    ];
    let world = World::offline().env("OPENCLAW_GATEWAY_PORT", "0");
    steady! { assert_snapshot!(session(&world, lines), @"
    $ openclaw models status
    exit 0
    -- out
    Default     huggingface/deepseek-ai/DeepSeek-R1  none is set; this one is used
    Token       none; `openclaw onboard` sets one up
    Catalogue   10 models, built-in table
    Config      ~/.openclaw/openclaw.json

    $ openclaw models list
    exit 0
    -- err
    no model is configured; `openclaw models list --all` shows every one

    $ openclaw models aliases list
    exit 0
    -- err
    no aliases; `openclaw models aliases add NAME REF` makes one

    $ openclaw models fallbacks list
    exit 0
    -- err
    no fallbacks; `openclaw models fallbacks add REF` adds one

    $ openclaw gateway keys list
    exit 0
    -- out
    There is no key yet; `openclaw gateway run` makes the first, `openclaw gateway keys add NAME` another.

    $ openclaw config restore --list
    exit 0
    -- err
    no backups of ~/.openclaw/openclaw.json; the first change makes one

    $ openclaw doctor --fix --offline
    exit 1
    -- out
    Token
      error    there is no token
               without one no model answers
               fix: openclaw onboard
    Config
      note     there is no config at ~/.openclaw/openclaw.json
      note     no default model is set, so huggingface/deepseek-ai/DeepSeek-R1 is asked
               fix: openclaw models set huggingface/deepseek-ai/DeepSeek-R1
    Router
      note     no list of the router is kept, so only the built-in table is known
               fix: openclaw models list --all --refresh
    Gateway
      note     no gateway runs on 127.0.0.1:0
               fix: openclaw gateway run

    1 error, 4 notes
    -- err
    Nothing here can be mended without you.
    error: 1 error found

    hint: openclaw onboard

    $ openclaw infer model run --prompt Hi
    exit 4
    -- err
    error: there is no token: the router answers nobody without one

    hint: openclaw onboard
    "); }
}

#[test]
fn names_and_prices_that_cannot_be() {
    let long = "a".repeat(81);
    let lines: &[&[&str]] = &[
        &["models", "aliases", "add", TOKENLIKE, "Qwen/Qwen3-8B"],
        &["models", "aliases", "add", "a\tb", "Qwen/Qwen3-8B"],
        &["models", "aliases", "add", &long, "Qwen/Qwen3-8B"],
        &["models", "set", TOKENLIKE],
        &["models", "list", "--all", "--max-price", "nan"],
        &["infer", "model", "run", "--prompt", "Hi", "--max-price", "cheap"],
        &["chat", "Hi"],
    ];
    let said = session(&World::onboarded(), lines);
    assert_snapshot!(said.replace(&long, "<81 letters>"), @r"
    $ openclaw models aliases add hf_abcdefghijklmnopqrstuvwxyz01234567 Qwen/Qwen3-8B
    exit 2
    -- err
    error: that looks like a token, where a name was expected

    hint: openclaw models aliases add fast Qwen/Qwen3-8B:fastest

    $ openclaw models aliases add a	b Qwen/Qwen3-8B
    exit 2
    -- err
    error: expected a name without control characters, found '\t'

    hint: openclaw models aliases add fast Qwen/Qwen3-8B:fastest

    $ openclaw models aliases add <81 letters> Qwen/Qwen3-8B
    exit 2
    -- err
    error: expected a name of at most 80 characters

    hint: openclaw models aliases add fast Qwen/Qwen3-8B:fastest

    $ openclaw models set hf_abcdefghijklmnopqrstuvwxyz01234567
    exit 2
    -- err
    error: that looks like a token, where a model was expected

    hint: openclaw onboard

    $ openclaw models list --all --max-price nan
    exit 2
    -- err
    error: expected a price in USD per million tokens, found `NaN`

    hint: openclaw models list --all --max-price 1.50

    $ openclaw infer model run --prompt Hi --max-price cheap
    exit 2
    -- err
    error: `--max-price` of `openclaw infer model run` takes no `cheap`
      expected USD per million tokens, such as 0.50

    hint: openclaw infer model run --help

    $ openclaw chat Hi
    exit 2
    -- err
    error: `openclaw chat` takes no `Hi`
      what you say is typed in there

    hint: openclaw chat
    ");
}

#[test]
fn what_another_file_says_is_not_changed_here() {
    let world = World::onboarded();
    world.write_config("{ $include: './mine.json5' }\n");
    world.write_state(
        "mine.json5",
        "{ agents: { defaults: {
            model: { primary: 'huggingface/Qwen/Qwen3-8B', fallbacks: ['huggingface/deepseek-ai/DeepSeek-R1'] },
            models: { 'huggingface/Qwen/Qwen3-8B': { alias: 'small' } } } } }\n",
    );
    let lines: &[&[&str]] = &[
        &["models", "aliases", "remove", "small"],
        &["models", "fallbacks", "remove", "deepseek-ai/DeepSeek-R1"],
        &["models", "fallbacks", "clear"],
    ];
    let before = world.files();
    assert_snapshot!(session(&world, lines), @"
    $ openclaw models aliases remove small
    exit 1
    -- err
    error: the alias stands in an included file, which is not changed here

    hint: openclaw config explain agents.defaults.models

    $ openclaw models fallbacks remove deepseek-ai/DeepSeek-R1
    exit 1
    -- err
    error: a fallback stands in an included file, which is not changed here

    hint: openclaw config explain agents.defaults.model.fallbacks

    $ openclaw models fallbacks clear
    exit 1
    -- err
    error: a fallback stands in an included file, which is not changed here

    hint: openclaw config explain agents.defaults.model.fallbacks
    ");
    assert_eq!(world.files(), before);
}

#[test]
fn onboarding_a_second_time() {
    let again = ["onboard", "--non-interactive"];
    let lines: &[&[&str]] = &[&again, &["onboard", "--non-interactive", "--huggingface-api-key", TOKEN]];
    assert_snapshot!(session(&World::onboarded(), lines), @r#"
    $ openclaw onboard --non-interactive
    exit 0
    -- out
    Token verified (user sandbox-user): it may call Inference Providers
    Token used from HF_TOKEN in ~/.openclaw/.env; it is not stored anew
    ~/.openclaw/openclaw.json says all this already
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"

    $ openclaw onboard --non-interactive --huggingface-api-key $HF_TOKEN
    exit 0
    -- out
    Token verified (user sandbox-user): it may call Inference Providers
    Token already in ~/.openclaw/.env
    ~/.openclaw/openclaw.json says all this already
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    "#);
}

#[test]
fn who_will_answer_and_why() {
    let route = |reference| ["models", "route", reference];
    let (fastest, pinned) = (route("deepseek-ai/DeepSeek-R1"), route("deepseek-ai/DeepSeek-R1:together"));
    let best = [&fastest[..], &["--input-tokens", "20000", "--output-tokens", "500"]].concat();
    let lines: &[&[&str]] =
        &[&fastest, &pinned, &best, &["models", "explain", "deepseek-ai/DeepSeek-R1:cheapest"]];
    steady! { assert_snapshot!(session(&World::onboarded(), lines), @"
    $ openclaw models route deepseek-ai/DeepSeek-R1
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

    $ openclaw models route deepseek-ai/DeepSeek-R1:together
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:together
    pinned to `together`: no other provider is tried

       Provider        $ in  $ out  tok/s  First token  Context  Tools  JSON  Note
    1  together        2.90   6.80     61       0.34 s     131k  yes    yes   likely
    -  deepinfra       0.90   2.60      -            -      65k  -      -     not the one that is pinned
    -  novita          0.72   2.45     28       1.18 s      64k  yes    no    not the one that is pinned
    -  fireworks-ai       -      -     88       0.46 s     163k  yes    yes   not the one that is pinned
    -  featherless-ai     -      -      -            -        -  -      -     not the one that is pinned

    together will likely answer
    -- err
    catalogue: asked N s ago

    $ openclaw models route deepseek-ai/DeepSeek-R1 --input-tokens 20000 --output-tokens 500
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1
    the lowest cost of one request: 20000 tokens in, 500 out

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  novita           0.015625  0.72   2.45     28      64k
    2  together           0.0614  2.90   6.80     61     131k
    3  fireworks-ai            -     -      -     88     163k  the router's choice
    4  featherless-ai          -     -      -      -        -  not told: context
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`

    novita is the best for this; the router will likely take fireworks-ai
    pin it: deepseek-ai/DeepSeek-R1:novita
    -- err
    catalogue: asked N s ago

    $ openclaw models explain deepseek-ai/DeepSeek-R1:cheapest
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:cheapest

    Field          Value                                                    From
    routing        the router decides by :cheapest; the provider is locked  the suffix
    name           DeepSeek R1 (cheapest)                                   config
    alias          -                                                        nobody says
    reasoning      yes                                                      config
    input          text                                                     config
    contextWindow  64000 (64k)                                              router
    maxTokens      8192                                                     built-in table
    pricing        0.72 in, 2.45 out (USD per million tokens)               router
    offers         together, novita, fireworks-ai, featherless-ai           router
    "); }
}

#[test]
fn when_a_model_refuses() {
    let world = World::onboarded();
    let mut report = String::new();
    for (fault, rest) in [
        (Fault::status(429), &[][..]),
        (Fault::status(429), &["--no-failover"]),
        (Fault::status(400), &[]),
        (Fault::Hang, &["--timeout", "0.1", "--no-failover"]),
    ] {
        world.sandbox().clear_faults();
        world
            .sandbox()
            .script(vec![Script::always(When::path(Endpoint::Chat), fault)])
            .expect("it is scripted");
        let args = [&["infer", "model", "run", "--model", "Qwen/Qwen3-8B", "--prompt", "Hi"], rest].concat();
        report.push_str(&session(&world, &[&args]));
    }
    steady! { assert_snapshot!(report, @"
    $ openclaw infer model run --model Qwen/Qwen3-8B --prompt Hi
    exit 3
    -- err
    Qwen/Qwen3-8B (likely nscale) refused (429): trying novita
    novita refused (429): trying featherless-ai
    featherless-ai refused (429): trying nscale
    error: nobody answered for `Qwen/Qwen3-8B`, in 4 attempts
      1. Qwen/Qwen3-8B at nscale?: rate_limited (429) after T, cooled for 1 s
      2. Qwen/Qwen3-8B:novita: rate_limited (429) after T, cooled for 1 s
      3. Qwen/Qwen3-8B:featherless-ai: rate_limited (429) after T, cooled for 1 s
      4. Qwen/Qwen3-8B:nscale: rate_limited (429) after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` takes no more requests for now (status 429)
      The engine is currently overloaded, please try again later
      request id ID

    hint: openclaw models route Qwen/Qwen3-8B --refresh

    $ openclaw infer model run --model Qwen/Qwen3-8B --prompt Hi --no-failover
    exit 3
    -- err
    error: `Qwen/Qwen3-8B` gets too many requests
      `http://127.0.0.1:PORT` takes no more requests for now (status 429)
      The engine is currently overloaded, please try again later
      request id ID
      nobody else was asked, by `--no-failover`

    hint: openclaw models route Qwen/Qwen3-8B --refresh

    $ openclaw infer model run --model Qwen/Qwen3-8B --prompt Hi
    exit 3
    -- err
    error: nobody serves `Qwen/Qwen3-8B` for this account
      no enabled provider serves the model (status 400)
      The requested model 'Qwen/Qwen3-8B' is not supported by any provider you have enabled.
      request id ID

    hint: openclaw models route Qwen/Qwen3-8B --refresh

    $ openclaw infer model run --model Qwen/Qwen3-8B --prompt Hi --timeout 0.1 --no-failover
    exit 5
    -- err
    error: `Qwen/Qwen3-8B` takes too long
      no answer from `http://127.0.0.1:PORT` within N ms
      nobody else was asked, by `--no-failover`

    hint: openclaw models route Qwen/Qwen3-8B --refresh
    "); }
}

#[test]
fn addresses_and_files_that_cannot_be_used() {
    let world = World::onboarded().env("OPENCLAW_HF_BASE_URL", "").env("OPENCLAW_GATEWAY_PORT", "0");
    world.write_config(
        "{ models: { providers: { huggingface: { baseUrl: 'https://${NOWHERE}/v1', models: [] } } } }\n",
    );
    let mut said = session(&world, &[&["models", "list"], &["doctor", "--fix"]]);
    let world = World::offline();
    world.write_state("agents/main/agent/models.json", "{ broken");
    said.push_str(&session(&world, &[&["models", "list", "--all", "--plain"]]));
    assert_snapshot!(said, @"
    $ openclaw models list
    exit 2
    -- err
    error: `models.providers.huggingface.baseUrl` cannot be used
      the variable `NOWHERE` is not set

    hint: openclaw config explain models.providers.huggingface.baseUrl

    $ openclaw doctor --fix
    exit 1
    -- out
    Token
      ok       hf_…cdef from HF_TOKEN in ~/.openclaw/.env
      note     the token cannot be checked: the router's address cannot be used
    Files
      ok       2 files and folders with secrets, for their owner alone
    Config
      ok       ~/.openclaw/openclaw.json can be read (0 fallbacks, 0 aliases)
      note     no default model is set, so huggingface/deepseek-ai/DeepSeek-R1 is asked
               fix: openclaw models set huggingface/deepseek-ai/DeepSeek-R1
    Router
      error    the variable `NOWHERE` is not set
               nothing can be asked
               fix: openclaw config unset models.providers.huggingface.baseUrl
    Gateway
      note     no gateway runs on 127.0.0.1:0
               fix: openclaw gateway run
      ok       a gateway that a service manager starts sees it: HF_TOKEN in ~/.openclaw/.env

    1 error, 3 notes, 4 ok
    -- err
    Nothing here can be mended without you.
    error: 1 error found

    hint: openclaw config unset models.providers.huggingface.baseUrl

    $ openclaw models list --all --plain
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1
    huggingface/deepseek-ai/DeepSeek-V3.2
    huggingface/meta-llama/Llama-3.1-8B-Instruct
    huggingface/meta-llama/Llama-3.3-70B-Instruct
    huggingface/moonshotai/Kimi-K2.5
    huggingface/openai/gpt-oss-120b
    huggingface/Qwen/Qwen2.5-7B-Instruct
    huggingface/Qwen/Qwen3-32B
    huggingface/Qwen/Qwen3-8B
    huggingface/zai-org/GLM-4.7
    -- err
    warning: `~/.openclaw/agents/main/agent/models.json` is not used: expected `:` after the key, found the end of the text at line 1, column 9
    ");
}

#[test]
fn what_others_wrote_stays_and_is_told() {
    let world = World::onboarded();
    world.write_config(
        "{ agents: { defaults: { models: { 'anthropic/claude': { alias: 'other' } } } },
        models: { providers: { huggingface: { baseUrl: 'https://router.huggingface.co/v1', models: [
            { id: 'deepseek-ai/deepseek-r1', name: 'lower case' },
            { id: 'Qwen/Qwen3-8B', name: 'Qwen3 8B', alias: 'tiny' },
            { id: 'Qwen/Qwen3-8B', name: 'again' },
            { id: 'old/Gone-1', name: 'Gone' },
        ] } } } }\n",
    );
    let lines: &[&[&str]] = &[
        &["onboard", "--non-interactive", "--model", "deepseek-ai/DeepSeek-R1"],
        &["models", "set", "deepseek-ai/DeepSeek-R1", "--dry-run"],
        &["models", "aliases", "remove", "other"],
        &["doctor", "--fix", "--offline"],
    ];
    assert_snapshot!(session(&world, lines), @r#"
    $ openclaw onboard --non-interactive --model deepseek-ai/DeepSeek-R1
    exit 0
    -- out
    Token verified (user sandbox-user): it may call Inference Providers
    Token used from HF_TOKEN in ~/.openclaw/.env; it is not stored anew
    Config saved to ~/.openclaw/openclaw.json
    Default model: huggingface/deepseek-ai/DeepSeek-R1
    Next: openclaw infer model run --prompt "Why is the sky blue?"
    -- err
    note: OpenClaw reads `agents.defaults.models` as the list of what a session may choose; added there: huggingface/deepseek-ai/DeepSeek-R1
    warning: `Qwen/Qwen3-8B` has an `alias` that OpenClaw refuses there; it was kept
    warning: `Qwen/Qwen3-8B` is listed twice; both were kept, and the first counts
    warning: `deepseek-ai/deepseek-r1` differs only by case from what was chosen; it was kept
    warning: `old/Gone-1` is no longer listed by the router; it was kept

    $ openclaw models set deepseek-ai/DeepSeek-R1 --dry-run
    exit 0
    -- out
    ~/.openclaw/openclaw.json would not change
    -- err
    warning: `Qwen/Qwen3-8B` has an `alias` that OpenClaw refuses there; it was kept
    warning: `Qwen/Qwen3-8B` is listed twice; both were kept, and the first counts

    $ openclaw models aliases remove other
    exit 2
    -- err
    error: `other` stands for `anthropic/claude`, which is not ours to change

    hint: openclaw config file

    $ openclaw doctor --fix --offline
    exit 1
    -- out
    Token
      ok       hf_…cdef from HF_TOKEN in ~/.openclaw/.env
      note     the token cannot be checked offline
               fix: openclaw doctor
    Files
      ok       2 files and folders with secrets, for their owner alone
    Config
      ok       ~/.openclaw/openclaw.json can be read (0 fallbacks, 1 alias)
      error    models.providers.huggingface.models[1].alias: OpenClaw refuses an `alias` here; it belongs to `agents.defaults.models`
               OpenClaw refuses the whole config for it
               fix: openclaw config unset 'models.providers.huggingface.models[1].alias'
      warning  models.providers.huggingface.models[2]: `Qwen/Qwen3-8B` is listed before; the first one counts
               only the first has an effect
               fix: openclaw config unset 'models.providers.huggingface.models[2]'
      note     models.providers.huggingface.models[0]: the router no longer lists `deepseek-ai/deepseek-r1`
               it cannot be asked now
               fix: openclaw config unset 'models.providers.huggingface.models[0]'
      note     models.providers.huggingface.models[3]: the router no longer lists `old/Gone-1`
               it cannot be asked now
               fix: openclaw config unset 'models.providers.huggingface.models[3]'
      note     `anthropic/claude` of other providers: kept, and passed over here
    Router
      ok       the kept list of the router is 0 s old
    Gateway
      note     no gateway runs on 127.0.0.1:18789
               fix: openclaw gateway run
      ok       a gateway that a service manager starts sees it: HF_TOKEN in ~/.openclaw/.env

    1 error, 1 warning, 5 notes, 5 ok
    -- err
    Nothing here can be mended without you.
    error: 1 error found

    hint: openclaw config unset 'models.providers.huggingface.models[1].alias'
    "#);
}

#[test]
fn an_offer_for_what_is_asked() {
    let route = |more: &[&'static str]| [&["models", "route"], more].concat();
    let r1 = "deepseek-ai/DeepSeek-R1";
    let lines = [
        route(&["deepseek-ai/DeepSeek-R1:fastest", "--output-tokens", "2000000"]),
        route(&[r1, "--input-tokens", "131000", "--output-tokens", "100"]),
        route(&["zai-org/GLM-4.7", "--input-tokens", "2000000"]),
        route(&["deepseek-ai/DeepSeek-R1:preferred", "--needs", "tools"]),
        route(&["deepseek-ai/DeepSeek-R1:together", "--max-price", "0.01"]),
        route(&["google/gemma-3-27b-it", "--max-price", "0.01"]),
        route(&["zai-org/GLM-4.7:fastest"]),
        route(&["baidu/ERNIE-4.5-300B-A47B-Base-PT"]),
    ];
    let lines: Vec<_> = lines.iter().map(Vec::as_slice).collect();
    steady! { assert_snapshot!(session(&World::onboarded(), &lines), @"
    $ openclaw models route deepseek-ai/DeepSeek-R1:fastest --output-tokens 2000000
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:fastest
    the lowest cost of one request: 0 tokens in, 2000000 out

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  featherless-ai          -     -      -      -        -  not told: context
    -  together                -  2.90   6.80     61     131k  left out: its context of 131072 tokens is shorter than the 2000000 needed
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`
    -  novita                  -  0.72   2.45     28      64k  left out: its context of 64000 tokens is shorter than the 2000000 needed
    -  fireworks-ai            -     -      -     88     163k  the router's choice; left out: its context of 163840 tokens is shorter than the 2000000 needed

    no offer is known to hold 2000000 tokens; the largest, fireworks-ai, holds 163840
    not told how many they hold: featherless-ai
    -- err
    catalogue: asked N s ago

    $ openclaw models route deepseek-ai/DeepSeek-R1 --input-tokens 131000 --output-tokens 100
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1
    the lowest cost of one request: 131000 tokens in, 100 out

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  fireworks-ai            -     -      -     88     163k  the router's choice
    2  featherless-ai          -     -      -      -        -  not told: context
    -  together                -  2.90   6.80     61     131k  left out: its context of 131072 tokens is shorter than the 131100 needed
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`
    -  novita                  -  0.72   2.45     28      64k  left out: its context of 64000 tokens is shorter than the 131100 needed

    fireworks-ai is the best for this, and the router will likely take it
    -- err
    catalogue: asked N s ago

    $ openclaw models route zai-org/GLM-4.7 --input-tokens 2000000
    exit 0
    -- out
    huggingface/zai-org/GLM-4.7
    the lowest cost of one request: 2000000 tokens in, 0 out

       Provider  $ request  $ in  $ out  tok/s  Context  Note
    -  zai-org           -     -      -     49     200k  left out: its context of 200000 tokens is shorter than the 2000000 needed
    -  novita            -  0.60   2.20     35     204k  left out: its context of 204800 tokens is shorter than the 2000000 needed
    -  together          -  0.45   2.00     73     202k  the router's choice; left out: its context of 202752 tokens is shorter than the 2000000 needed

    no offer is known to hold 2000000 tokens; the largest, novita, holds 204800
    -- err
    catalogue: asked N s ago

    $ openclaw models route deepseek-ai/DeepSeek-R1:preferred --needs tools
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:preferred
    `:preferred`: your own order at https://huggingface.co/settings/inference-providers

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    1  fireworks-ai            -     -      -     88     163k
    2  together                -  2.90   6.80     61     131k
    3  novita                  -  0.72   2.45     28      64k
    4  featherless-ai          -     -      -      -        -  not told: tools
    -  deepinfra               -  0.90   2.60      -      65k  left out: its status is `error`, not `live`

    fireworks-ai is the best for this; pin it: deepseek-ai/DeepSeek-R1:fireworks-ai
    -- err
    catalogue: asked N s ago

    $ openclaw models route deepseek-ai/DeepSeek-R1:together --max-price 0.01
    exit 0
    -- out
    huggingface/deepseek-ai/DeepSeek-R1:together
    pinned to `together`: no other provider is tried

       Provider        $ request  $ in  $ out  tok/s  Context  Note
    -  together                -  2.90   6.80     61     131k  the router's choice; left out: its output price of 6.80 USD per million tokens is above the limit of 0.01
    -  deepinfra               -  0.90   2.60      -      65k  left out: another provider is pinned
    -  novita                  -  0.72   2.45     28      64k  left out: another provider is pinned
    -  fireworks-ai            -     -      -     88     163k  left out: another provider is pinned
    -  featherless-ai          -     -      -      -        -  left out: another provider is pinned

    none of the 5 offers will do
    -- err
    catalogue: asked N s ago

    $ openclaw models route google/gemma-3-27b-it --max-price 0.01
    exit 0
    -- out
    huggingface/google/gemma-3-27b-it
    no suffix: the router takes the fastest

       Provider        $ request   $ in  $ out  tok/s  Context  Note
    1  featherless-ai          -      -      -      -        -  not told: price
    -  novita                  -  0.119   0.20     36      98k  left out: its output price of 0.20 USD per million tokens is above the limit of 0.01
    -  scaleway                -   0.25   0.50     47      40k  the router's choice; left out: its output price of 0.50 USD per million tokens is above the limit of 0.01

    featherless-ai is the best for this; the router will likely take scaleway
    pin it: google/gemma-3-27b-it:featherless-ai
    -- err
    catalogue: asked N s ago

    $ openclaw models route zai-org/GLM-4.7:fastest
    exit 0
    -- out
    huggingface/zai-org/GLM-4.7:fastest
    `:fastest`: the most tokens per second

       Provider  $ in  $ out  tok/s  First token  Context  Tools  JSON  Note
    1  together  0.45   2.00     73       0.41 s     202k  yes    yes   likely
    2  zai-org      -      -     49       0.88 s     200k  yes    yes
    3  novita    0.60   2.20     35       1.32 s     204k  yes    yes

    together will likely answer
    -- err
    catalogue: asked N s ago

    $ openclaw models route baidu/ERNIE-4.5-300B-A47B-Base-PT
    exit 3
    -- err
    error: nobody offers `baidu/ERNIE-4.5-300B-A47B-Base-PT` now
      the router lists it without a live offer

    hint: openclaw models list --all baidu
    "); }
}

#[test]
fn answers_that_are_cut_and_questions_that_are_not_taken() {
    let world = World::onboarded();
    let ask = ["infer", "model", "run", "--model", "Qwen/Qwen3-8B:nscale", "--prompt", "Hi"];
    let mut report = session(&world, &[&[&ask[..], &["--max-tokens", "3"]].concat()]);
    let unasked = Fault::Status {
        code: 422,
        body: Some("no such parameter".to_owned()),
        content_type: None,
        retry_after: None,
        headers: BTreeMap::new(),
    };
    for (fault, fallback) in [(unasked, None), (Fault::status(429), Some("zai-org/GLM-4.7:novita"))] {
        world.sandbox().clear_faults();
        world
            .sandbox()
            .script(vec![Script::always(When::path(Endpoint::Chat), fault)])
            .expect("it is scripted");
        if let Some(model) = fallback {
            world.stdout(&["models", "fallbacks", "add", model]);
        }
        report.push_str(&session(&world, &[&ask]));
    }
    steady! { assert_snapshot!(report, @"
    $ openclaw infer model run --model Qwen/Qwen3-8B:nscale --prompt Hi --max-tokens 3
    exit 0
    -- err
    warning: the answer reached its limit of tokens; `--max-tokens` sets another

    $ openclaw infer model run --model Qwen/Qwen3-8B:nscale --prompt Hi
    exit 1
    -- err
    error: `Qwen/Qwen3-8B:nscale` does not take this request
      `http://127.0.0.1:PORT` does not accept the request (status 422)
      no such parameter
      request id ID

    hint: openclaw models explain Qwen/Qwen3-8B:nscale

    $ openclaw infer model run --model Qwen/Qwen3-8B:nscale --prompt Hi
    exit 3
    -- err
    nscale refused (429): trying zai-org/GLM-4.7:novita
    error: nobody answered, in 2 attempts at 2 models
      1. Qwen/Qwen3-8B:nscale: rate_limited (429) after T, cooled for 1 s
      2. zai-org/GLM-4.7:novita: rate_limited (429) after T, cooled for 1 s
      the last one: `http://127.0.0.1:PORT` takes no more requests for now (status 429)
      The engine is currently overloaded, please try again later
      request id ID

    hint: openclaw models route Qwen/Qwen3-8B:nscale --refresh
    "); }
}
