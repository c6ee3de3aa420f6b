//! What is tried in a home that both use.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::Verdict;
use super::world::{Home, Read, TOKEN, World, status};
use crate::process::{Outcome, workspace};

/// A config as a user would write it.
const BY_HAND: &str = "\
// Mine.
{
  agents: {
    defaults: {
      model: { primary: 'huggingface/deepseek-ai/DeepSeek-R1', fallbacks: ['huggingface/Qwen/Qwen3-8B'] },
      models: {
        'huggingface/deepseek-ai/DeepSeek-R1': { alias: 'DeepSeek R1 (slow)', params: { temperature: 0.3 } },
        'huggingface/Qwen/Qwen3-8B': { alias: 'small' }, // fits in my head
      },
    },
  },
  models: {
    providers: {
      huggingface: {
        baseUrl: 'https://router.huggingface.co/v1',
        api: 'openai-completions',
        headers: { 'X-HF-Bill-To': 'my-org' },
        models: [
          { id: 'my-org/tuned:together', name: 'Tuned', contextWindow: 4096, maxTokens: 512 },
        ],
      },
    },
  },
}
";

/// What of it must outlive every writer.
const KEPT: [&str; 6] = [
    "agents.defaults.models[\"huggingface/deepseek-ai/DeepSeek-R1\"].alias",
    "agents.defaults.models[\"huggingface/deepseek-ai/DeepSeek-R1\"].params.temperature",
    "agents.defaults.models[\"huggingface/Qwen/Qwen3-8B\"].alias",
    "models.providers.huggingface.headers[\"X-HF-Bill-To\"]",
    "models.providers.huggingface.models[0].name",
    "models.providers.huggingface.models[0].contextWindow",
];

/// Makes the check of a row.
pub(super) fn check(world: &World<'_>, name: &str) -> Outcome<Verdict> {
    let home = world.home()?;
    match name {
        "ours-read" => ours_read(&home)?,
        "ours-valid" if !world.release.can_validate => return Ok(Verdict::Lacks),
        "ours-valid" => ours_valid(&home)?,
        "our-files" => our_files(&home)?,
        "our-token" => our_token(&home)?,
        "theirs-read" => theirs_read(&home)?,
        "their-token" if !world.release.keeps_token_in_text => return in_a_database(&home),
        "their-token" => their_token(&home)?,
        "our-edits" => our_edits(&home)?,
        "in-turn" => in_turn(&home)?,
        "their-doctor" => their_doctor(&home)?,
        "examples" => examples(world)?,
        other => return Err(format!("`{other}` is no check")),
    }
    Ok(Verdict::Ok)
}

/// Everything that we write into a config.
fn written_by_ours(home: &Home<'_>) -> Outcome {
    for args in [
        &["onboard", "--non-interactive", "--mode", "local", "--huggingface-api-key", TOKEN][..],
        &["models", "set", "deepseek-ai/DeepSeek-R1:together"],
        &["models", "fallbacks", "add", "Qwen/Qwen3-8B"],
        &["models", "fallbacks", "add", "openai/gpt-oss-120b:cheapest"],
        &["models", "aliases", "add", "R1 (cheap)", "deepseek-ai/DeepSeek-R1:cheapest"],
        &["models", "aliases", "add", "small", "Qwen/Qwen3-8B"],
    ] {
        home.ours(args)?;
    }
    Ok(())
}

fn ours_read(home: &Home<'_>) -> Outcome {
    written_by_ours(home)?;
    let ours = home.read_by_ours()?;
    let wanted = Read {
        default: "huggingface/deepseek-ai/DeepSeek-R1:together".into(),
        fallbacks: ["huggingface/Qwen/Qwen3-8B", "huggingface/openai/gpt-oss-120b:cheapest"][..].into(),
        aliases: serde_json::json!({
            "R1 (cheap)": "huggingface/deepseek-ai/DeepSeek-R1:cheapest",
            "small": "huggingface/Qwen/Qwen3-8B",
        }),
    };
    same("ours", &ours, &wanted)?;
    same("theirs", &home.read_by_theirs()?, &wanted)
}

fn ours_valid(home: &Home<'_>) -> Outcome {
    written_by_ours(home)?;
    let said = status(&home.theirs(&["config", "validate", "--json"])?)?;
    match said["valid"] == true && said["warnings"].as_array().is_none_or(Vec::is_empty) {
        true => Ok(()),
        false => Err(format!("it says {said}")),
    }
}

fn our_files(home: &Home<'_>) -> Outcome {
    written_by_ours(home)?;
    home.ours(&["models", "list", "--all", "--refresh"])?;
    home.ours(&["gateway", "keys", "add", "interop"])?;
    let before = files(home)?;
    home.theirs(&["models", "status", "--json"])?;
    home.theirs(&["models", "list", "--json"])?;
    let after = files(home)?;
    match before == after {
        true => Ok(()),
        false => Err(format!("before: {before:?}; after: {after:?}")),
    }
}

/// Our own files, each with its length.
fn files(home: &Home<'_>) -> Outcome<Vec<(String, usize)>> {
    let mut found = Vec::new();
    for name in ["gateway.json5", ".env"] {
        let path = home.state(name);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        found.push((name.to_owned(), bytes.len()));
    }
    let cache = home.state("cache");
    let entries = fs::read_dir(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", cache.display()))?.path();
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        found.push((path.display().to_string(), bytes.len()));
    }
    found.sort();
    Ok(found)
}

fn our_token(home: &Home<'_>) -> Outcome {
    written_by_ours(home)?;
    let said = status(&home.theirs(&["models", "status", "--json"])?)?;
    let missing = &said["auth"]["missingProvidersInUse"];
    let provider = said["auth"]["providers"]
        .as_array()
        .and_then(|all| all.iter().find(|provider| provider["provider"] == "huggingface"));
    let kind = provider.map_or(&Value::Null, |provider| &provider["effective"]["kind"]);
    match missing == &serde_json::json!([]) && kind == "env" {
        true => Ok(()),
        false => Err(format!("it says {}", said["auth"])),
    }
}

fn theirs_read(home: &Home<'_>) -> Outcome {
    home.onboarded_by_theirs()?;
    home.ours(&["config", "validate"])?;
    let wanted = Read {
        default: "huggingface/deepseek-ai/DeepSeek-R1".into(),
        fallbacks: serde_json::json!([]),
        aliases: serde_json::json!({ "Hugging Face": "huggingface/deepseek-ai/DeepSeek-R1" }),
    };
    same("theirs", &home.read_by_theirs()?, &wanted)?;
    same("ours", &home.read_by_ours()?, &wanted)
}

fn their_token(home: &Home<'_>) -> Outcome {
    home.onboarded_by_theirs()?;
    let said = home.ours(&["models", "status", "--json"])?;
    let found = &status(&said)?["auth"]["providers"][0]["effective"]["kind"];
    match found == "profiles" && !said.contains(TOKEN) {
        true => Ok(()),
        false => Err(format!("it is found as {found}")),
    }
}

/// A token in a database is none that we read; and no file beside it holds a copy that we could.
fn in_a_database(home: &Home<'_>) -> Outcome<Verdict> {
    home.onboarded_by_theirs()?;
    let holders = holders(&home.state(""))?;
    match &holders[..] {
        [one] if one.contains(".sqlite") => Ok(Verdict::Lacks),
        _ => Ok(Verdict::Fails(format!("it is in {holders:?}, expected it in the database alone"))),
    }
}

/// The names of the files that hold the token, journals of a database aside.
fn holders(folder: &Path) -> Outcome<Vec<String>> {
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_dir() {
            found.extend(holders(&path)?);
        } else if path.is_file() && !path.to_string_lossy().contains(".sqlite-") {
            let bytes = fs::read(&path).map_err(fault)?;
            if bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()) {
                found.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
            }
        }
    }
    Ok(found)
}

fn our_edits(home: &Home<'_>) -> Outcome {
    home.onboarded_by_theirs()?;
    for (args, named) in [
        (
            &["models", "set", "Qwen/Qwen3-8B:fastest"][..],
            &["\"primary\"", "DeepSeek-R1", "Qwen3-8B", "}"][..],
        ),
        (
            &["models", "fallbacks", "add", "openai/gpt-oss-120b"],
            &["\"primary\"", "fallbacks", "gpt-oss-120b", "Qwen3-8B", "}", "]"],
        ),
        (
            &["models", "aliases", "add", "quick", "Qwen/Qwen3-8B:fastest"],
            &["Qwen3-8B:fastest", "alias", "}"],
        ),
        (&["config", "set", "gateway.port", "18790"], &["\"port\""]),
    ] {
        let before = home.config()?;
        home.ours(args)?;
        let after = home.config()?;
        for line in changed(&before, &after) {
            if !named.iter().any(|name| line.contains(name)) {
                return Err(format!("`{}` changed the line `{}`", args.join(" "), line.trim()));
            }
        }
        if before == after {
            return Err(format!("`{}` changed nothing", args.join(" ")));
        }
    }
    home.read_by_theirs().map(drop)
}

/// The lines between what both texts begin with and end with.
fn changed<'a>(before: &'a str, after: &'a str) -> Vec<&'a str> {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    // Each line of one that the other does not have as often.
    let surplus = |of: &[&'a str], over: &[&'a str]| {
        let mut left = over.to_vec();
        of.iter()
            .copied()
            .filter(|line| match left.iter().position(|other| other == line) {
                Some(at) => {
                    left.swap_remove(at);
                    false
                }
                None => true,
            })
            .collect::<Vec<_>>()
    };
    [surplus(&before, &after), surplus(&after, &before)].concat()
}

fn in_turn(home: &Home<'_>) -> Outcome {
    home.write_config(BY_HAND)?;
    let kept = |home: &Home<'_>| -> Outcome<Vec<String>> {
        KEPT.iter().map(|path| home.ours(&["config", "get", path])).collect()
    };
    let before = kept(home)?;
    home.ours(&["models", "fallbacks", "add", "openai/gpt-oss-120b"])?;
    if !home.config()?.contains("// fits in my head") {
        return Err("our edit lost a comment".to_owned());
    }
    home.theirs(&["models", "aliases", "add", "r1-cheap", "huggingface/deepseek-ai/DeepSeek-R1:cheapest"])?;
    home.ours(&["models", "set", "moonshotai/Kimi-K2.5"])?;
    home.theirs(&["models", "fallbacks", "add", "huggingface/Qwen/Qwen3-32B"])?;
    let wanted = Read {
        default: "huggingface/moonshotai/Kimi-K2.5".into(),
        fallbacks: ["Qwen/Qwen3-8B", "openai/gpt-oss-120b", "Qwen/Qwen3-32B"]
            .map(|id| format!("huggingface/{id}"))[..]
            .into(),
        aliases: serde_json::json!({
            "DeepSeek R1 (slow)": "huggingface/deepseek-ai/DeepSeek-R1",
            "small": "huggingface/Qwen/Qwen3-8B",
            "r1-cheap": "huggingface/deepseek-ai/DeepSeek-R1:cheapest",
        }),
    };
    same("ours", &home.read_by_ours()?, &wanted)?;
    same("theirs", &home.read_by_theirs()?, &wanted)?;
    let after = kept(home)?;
    match before == after {
        true => Ok(()),
        false => Err(format!("{KEPT:?} were {before:?} and are {after:?}")),
    }
}

fn their_doctor(home: &Home<'_>) -> Outcome {
    written_by_ours(home)?;
    home.ours(&["models", "list", "--all", "--refresh"])?;
    home.ours(&["gateway", "keys", "add", "interop"])?;
    let (before, files_before) = (home.read_by_ours()?, files(home)?);
    home.theirs(&["doctor", "--fix", "--non-interactive"])?;
    same("ours, behind it,", &home.read_by_ours()?, &before)?;
    let files_after = files(home)?;
    match files_before == files_after {
        true => Ok(()),
        false => Err(format!("our files before: {files_before:?}; after: {files_after:?}")),
    }
}

fn examples(world: &World<'_>) -> Outcome {
    let folder = workspace().join("crates/config-merge/tests/examples");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut count = 0;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let home = world.home()?;
        home.write_config(&text)?;
        let (ours, theirs) = (home.read_by_ours()?, home.read_by_theirs()?);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Without a default in the file each has one of its own.
        let is_alike = ours.fallbacks == theirs.fallbacks
            && ours.aliases == theirs.aliases
            && (ours.default == theirs.default || !text.contains("primary"));
        if !is_alike {
            return Err(format!("{name}: ours reads {ours:?}, theirs {theirs:?}"));
        }
        if home.config()? != text {
            return Err(format!("{name} was rewritten"));
        }
        count += 1;
    }
    if count == 7 { Ok(()) } else { Err(format!("{count} examples, expected 7")) }
}

/// Aliases have no order.
fn same(who: &str, found: &Read, wanted: &Read) -> Outcome {
    if found == wanted { Ok(()) } else { Err(format!("{who} reads {found:?}, expected {wanted:?}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_those_that_one_side_lacks() {
        assert_eq!(changed("a\nb\nb\nc", "a\nb\nd\nc"), ["b", "d"]);
        assert!(changed("a\nb", "a\nb").is_empty());
    }
}
