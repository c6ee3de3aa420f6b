//! `openclaw demo`: the whole tour on the sandbox, by running this very program as a person would.

use std::path::Path;
use std::process::{Command, Stdio};

use openclaw_sandbox::{Fault, Options, Pace, Sandbox, Script, When};

use super::sandbox::start;
use crate::args::Demo;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::out;
use crate::view::{bold, diff, dim};

const AGAIN: &str = "openclaw demo";
/// What leaves something to look at.
const KEPT: &str = "openclaw demo --keep ./openclaw-demo";

/// Any token that begins so is good enough for the sandbox.
const TOKEN: &str = "hf_demo_of_the_sandbox";

/// Answers come as they do from the providers, this many times faster.
const TIMES: f64 = 40.0;

/// A config as a person keeps it, with words of their own.
const CONFIG: &str = "\
// My models. The cat is not allowed to edit this.
{
  agents: {
    defaults: {
      // Quick and cheap, for when the big one sleeps:
      model: { fallbacks: ['huggingface/Qwen/Qwen3-8B'] },
      models: {
        'huggingface/Qwen/Qwen3-8B': { alias: 'small' }, // 8B fits in my head
      },
    },
  },
}
";

pub(super) fn run(args: &Demo) -> Result<()> {
    if let Some(kept) = &args.keep {
        check_empty(kept)?;
    }
    let pace = Pace::Offer { times: TIMES };
    let sandbox = start(Options { pace, ..Options::default() })?;
    let thrown_away;
    let home = match &args.keep {
        Some(kept) => kept.as_path(),
        None => {
            let made = tempfile::Builder::new().prefix("openclaw-demo-").tempdir();
            thrown_away = made.map_err(|error| {
                Failure::from_error(Exit::Failure, "no throw-away folder can be made", &error).hint(KEPT)
            })?;
            thrown_away.path()
        }
    };
    let tour = Tour { home, sandbox: &sandbox };
    tour.walk()?;
    if let Some(kept) = &args.keep {
        out::say(&format!("The throw-away home is kept at {}\n", kept.display()));
    }
    sandbox.shutdown();
    Ok(())
}

/// The demo writes a config and a token, so it takes no folder in which something stands.
fn check_empty(folder: &Path) -> Result<()> {
    let is_empty = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_empty {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        format!("`{}` is no empty folder, and the demo overwrites nothing", folder.display()),
    )
    .hint(KEPT))
}

struct Tour<'a> {
    home: &'a Path,
    sandbox: &'a Sandbox,
}

impl Tour<'_> {
    fn walk(&self) -> Result<()> {
        out::print(&format!(
            "{}\n{}\n",
            bold("A tour of openclaw, on a lookalike of Hugging Face's router on this machine."),
            dim(
                "Every command below really runs, in a throw-away home; the last line says how to do it for real."
            ),
        ))?;

        self.heading("1. You have a config of your own, with comments")?;
        let config = self.home.join(".openclaw/openclaw.json");
        self.plant(&config)?;
        out::print(&format!("{}\n{CONFIG}", dim("$ cat ~/.openclaw/openclaw.json")))?;

        self.heading("2. Onboarding verifies the token, keeps it, and sets a default model")?;
        self.openclaw(&[
            "onboard",
            "--non-interactive",
            "--mode",
            "local",
            "--auth-choice",
            "huggingface-api-key",
            "--huggingface-api-key",
            "$HF_TOKEN",
        ])?;
        out::print(&format!("{}\n", dim("$ diff before after   # only what it had to add")))?;
        out::print(&diff("~/.openclaw/openclaw.json", CONFIG, &self.read(&config)?))?;

        self.heading("3. Who offers what, at what price and speed")?;
        self.openclaw(&["models", "list", "--all", "--tools", "--min-context", "100000", "--sort", "price"])?;

        self.heading("4. Who will answer, and who would come next")?;
        self.openclaw(&["models", "route", "deepseek-ai/DeepSeek-R1:cheapest"])?;

        self.heading("5. A question, streamed; then who answered and what it cost")?;
        let model = "deepseek-ai/DeepSeek-R1:cheapest";
        self.openclaw(&[
            "infer",
            "model",
            "run",
            "--model",
            model,
            "--prompt",
            "Why is the sky blue?",
            "--stats",
        ])?;

        self.heading("6. The same provider is down now, so the next one answers")?;
        self.fails_once("novita")?;
        self.openclaw(&[
            "infer",
            "model",
            "run",
            "--model",
            model,
            "--prompt",
            "And red at dusk?",
            "--stats",
        ])?;

        self.heading("7. A change in the config touches its own lines alone")?;
        self.openclaw(&["models", "fallbacks", "add", "openai/gpt-oss-120b", "--dry-run"])?;
        self.openclaw(&["models", "fallbacks", "add", "openai/gpt-oss-120b"])?;
        self.openclaw(&["models", "aliases", "add", "R1 (cheap)", "deepseek-ai/DeepSeek-R1:cheapest"])?;
        self.openclaw(&["models", "status"])?;

        self.heading("8. When something is wrong, it says what, why, and what to type")?;
        self.openclaw_fails(&["models", "set", "deepseek-ai/DeepSeek-R11"])?;

        out::print(&format!("\n{}  {}\n", bold("Now for real:"), "openclaw onboard"))
    }

    /// The next question that the router gives to this provider gets no answer there.
    fn fails_once(&self, provider: &str) -> Result<()> {
        let script = Script::once(When::provider(provider), Fault::status(503));
        self.sandbox.script(vec![script]).map_err(|error| {
            Failure::from_error(Exit::Failure, "the sandbox does not take the fault of the demo", &error)
                .hint(AGAIN)
        })
    }

    fn heading(&self, text: &str) -> Result<()> {
        out::print(&format!("\n{}\n", bold(text)))
    }

    fn plant(&self, config: &Path) -> Result<()> {
        let made = config.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(config, CONFIG)).map_err(|error| {
            Failure::from_error(Exit::Failure, "the throw-away config cannot be written", &error)
                .hint("df -h")
        })
    }

    fn read(&self, config: &Path) -> Result<String> {
        std::fs::read_to_string(config).map_err(|error| {
            Failure::from_error(Exit::Failure, "the throw-away config cannot be read", &error).hint(AGAIN)
        })
    }

    /// Runs a command that has to succeed.
    fn openclaw(&self, args: &[&str]) -> Result<()> {
        if self.step(args)? {
            return Ok(());
        }
        let what = format!("`openclaw {}` failed in the demo", args.join(" "));
        Err(Failure::new(Exit::Failure, what).hint(KEPT))
    }

    /// Runs a command that has to fail.
    fn openclaw_fails(&self, args: &[&str]) -> Result<()> {
        if !self.step(args)? {
            return Ok(());
        }
        let what = format!("`openclaw {}` succeeded in the demo", args.join(" "));
        Err(Failure::new(Exit::Failure, what).hint(KEPT))
    }

    /// Shows the command, runs it, and says whether it succeeded.
    fn step(&self, args: &[&str]) -> Result<bool> {
        out::print(&format!("{}\n", dim(&format!("$ openclaw {}", typed(args)))))?;
        let failed = |error: std::io::Error| {
            Failure::from_error(Exit::Failure, "this program cannot run itself", &error).hint(AGAIN)
        };
        let program = std::env::current_exe().map_err(failed)?;
        // Nothing of the user's environment but what the terminal needs: no token, no proxy, no state folder.
        let kept = [
            "PATH",
            "TERM",
            "COLORTERM",
            "COLUMNS",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "LANG",
            "SystemRoot",
        ];
        let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let args = args.iter().map(|arg| if *arg == "$HF_TOKEN" { TOKEN } else { arg });
        let status = Command::new(program)
            .args(args)
            .env_clear()
            .envs(kept)
            .env("HOME", self.home)
            .env("OPENCLAW_HF_BASE_URL", self.sandbox.base_url())
            .stdin(Stdio::null())
            // The tour is one text, words for a person included.
            .stderr(std::io::stdout())
            .status()
            .map_err(failed)?;
        Ok(status.success())
    }
}

/// The arguments as a person types them.
fn typed(args: &[&str]) -> String {
    let quoted = args.iter().map(|arg| match arg {
        _ if arg.starts_with('$') => format!("\"{arg}\""),
        _ if arg.contains([' ', '(', ')', '?']) => format!("'{arg}'"),
        _ => (*arg).to_owned(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}
