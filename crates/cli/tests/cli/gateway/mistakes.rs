//! What is mistyped at `openclaw gateway keys`.

use insta::assert_snapshot;

use super::keys::{KEPT, report, world};

#[test]
fn what_cannot_be_done_is_told_and_changes_nothing() {
    let world = world();
    let long = "x".repeat(65);
    assert_snapshot!(report(&world, &[
        &["show", "cii"],
        &["show", "nobody"],
        &["set", "cii", "--concurrent", "1"],
        &["set", "nobody", "--concurrent", "1"],
        &["remove", "cii"],
        &["remove", "nobody"],
        &["remove"],
        &["add", "ci"],
        &["add", "a key"],
        &["add", ""],
        &["add", "clé"],
        &["add", "gateway.auth"],
        &["add", "oc-CANARX!"],
        &["set", "ci"],
    ]), @"
    $ openclaw gateway keys show cii
    exit 2
    -- err
    error: there is no key `cii`

    hint: openclaw gateway keys show ci

    $ openclaw gateway keys show nobody
    exit 2
    -- err
    error: there is no key `nobody`

    hint: openclaw gateway keys list

    $ openclaw gateway keys set cii --concurrent 1
    exit 2
    -- err
    error: there is no key `cii`

    hint: openclaw gateway keys set ci --help

    $ openclaw gateway keys set nobody --concurrent 1
    exit 2
    -- err
    error: there is no key `nobody`

    hint: openclaw gateway keys list

    $ openclaw gateway keys remove cii
    exit 2
    -- err
    error: there is no key `cii`

    hint: openclaw gateway keys remove ci

    $ openclaw gateway keys remove nobody
    exit 2
    -- err
    error: there is no key `nobody`

    hint: openclaw gateway keys list

    $ openclaw gateway keys remove
    exit 2
    -- err
    error: `openclaw gateway keys remove` needs `<NAME>`

    hint: openclaw gateway keys remove --help

    $ openclaw gateway keys add ci
    exit 2
    -- err
    error: there is a key `ci` already

    hint: openclaw gateway keys set ci --help

    $ openclaw gateway keys add a key
    exit 2
    -- err
    error: `a key` is no name for a key
      expected at most 64 letters, digits, `-`, `_` and `.`

    hint: openclaw gateway keys add ci

    $ openclaw gateway keys add 
    exit 2
    -- err
    error: `` is no name for a key
      expected at most 64 letters, digits, `-`, `_` and `.`

    hint: openclaw gateway keys add ci

    $ openclaw gateway keys add clé
    exit 2
    -- err
    error: `clé` is no name for a key
      expected at most 64 letters, digits, `-`, `_` and `.`

    hint: openclaw gateway keys add ci

    $ openclaw gateway keys add gateway.auth
    exit 2
    -- err
    error: `gateway.auth` is the key of OpenClaw's own config

    hint: openclaw gateway keys add ci

    $ openclaw gateway keys add oc-CANARX!
    exit 2
    -- err
    error: `oc-CANARX!` is no name for a key
      expected at most 64 letters, digits, `-`, `_` and `.`

    hint: openclaw gateway keys add ci

    $ openclaw gateway keys set ci
    exit 2
    -- err
    error: no limit was given to set

    hint: openclaw gateway keys set --help
    ");
    assert!(world.run(&["gateway", "keys", "add", &long]).starts_with("exit 2"));
    assert_snapshot!(report(&world, &[
        &["add", "eve", "--requests-per-minute", "many"],
        &["add", "eve", "--requests-per-minute", "2.5"],
        &["add", "eve", "--requests-per-minute", "-1"],
        &["add", "eve", "--tokens-per-minute", "99999999999"],
        &["add", "eve", "--usd-per-day", "2,50"],
        &["add", "eve", "--usd-per-day=-1"],
        &["add", "eve", "--usd-per-day", "nan"],
        &["add", "eve", "--usd-per-day", "1e9"],
        &["add", "eve", "--concurrent", ""],
        &["add", "eve", "--models", "smal"],
        &["add", "eve", "--models", "small,Qwen"],
        &["add", "eve", "--models", ""],
        &["set", "ci", "--models", " , "],
        &["set", "ci", "--key", "oc-1"],
    ]), @"
    $ openclaw gateway keys add eve --requests-per-minute many
    exit 2
    -- err
    error: `--requests-per-minute` of `openclaw gateway keys add` takes no `many`
      expected a whole number of at most 4294967295, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --requests-per-minute 2.5
    exit 2
    -- err
    error: `--requests-per-minute` of `openclaw gateway keys add` takes no `2.5`
      expected a whole number of at most 4294967295, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --requests-per-minute -1
    exit 2
    -- err
    error: `-1` is no option of `openclaw gateway keys add`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --tokens-per-minute 99999999999
    exit 2
    -- err
    error: `--tokens-per-minute` of `openclaw gateway keys add` takes no `99999999999`
      expected a whole number of at most 4294967295, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --usd-per-day 2,50
    exit 2
    -- err
    error: `--usd-per-day` of `openclaw gateway keys add` takes no `2,50`
      expected USD of at most 1000000, such as 2.50, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --usd-per-day=-1
    exit 2
    -- err
    error: `--usd-per-day` of `openclaw gateway keys add` takes no `-1`
      expected USD of at most 1000000, such as 2.50, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --usd-per-day nan
    exit 2
    -- err
    error: `--usd-per-day` of `openclaw gateway keys add` takes no `nan`
      expected USD of at most 1000000, such as 2.50, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --usd-per-day 1e9
    exit 2
    -- err
    error: `--usd-per-day` of `openclaw gateway keys add` takes no `1e9`
      expected USD of at most 1000000, such as 2.50, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --concurrent 
    exit 2
    -- err
    error: `--concurrent` of `openclaw gateway keys add` takes no empty value
      expected a whole number of at most 4294967295, or `none`

    hint: openclaw gateway keys add --help

    $ openclaw gateway keys add eve --models smal
    exit 2
    -- err
    error: `smal` is neither an alias nor a model
      expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`

    hint: openclaw gateway keys add eve --models small

    $ openclaw gateway keys add eve --models small,Qwen
    exit 2
    -- err
    error: `Qwen` is neither an alias nor a model
      expected an alias, `<org>/<name>` or `huggingface/<org>/<name>`

    hint: openclaw models list --all

    $ openclaw gateway keys add eve --models 
    exit 2
    -- err
    error: `--models` names no model, expected some or `none`

    hint: openclaw models list --all

    $ openclaw gateway keys set ci --models  , 
    exit 2
    -- err
    error: `--models` names no model, expected some or `none`

    hint: openclaw models list --all

    $ openclaw gateway keys set ci --key oc-1
    exit 2
    -- err
    error: `--key` is no option of `openclaw gateway keys set`

    hint: openclaw gateway keys set --help
    ");
    assert_eq!(world.read_state("gateway.json5"), KEPT);
}
