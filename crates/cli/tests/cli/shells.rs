//! Tab in real shells, with the script installed as the help says.
//!
//! A shell that is not there is passed over aloud; where `ALL_SHELLS` is set, as in the gate, that is a failure.

#![expect(clippy::print_stderr, reason = "what is not tested is told")]

use std::path::Path;
use std::process::Command;

use crate::support::World;
use crate::terminal::Terminal;

const TAB: &str = "\t";
const ENTER: &str = "\r";
/// What each shell asks for the next line with.
const READY: &str = "ready> ";
const ALIAS: &str = "DeepSeek R1 (fast)";

/// A shell, and where its files go below the home.
struct Shell {
    name: &'static str,
    args: &'static [&'static str],
    /// The script of `openclaw completions`.
    script: &'static str,
    settings: (&'static str, &'static str),
}

const BASH: Shell = Shell {
    name: "bash",
    args: &["--noprofile", "-i"],
    script: ".local/share/bash-completion/completions/openclaw",
    settings: (".bashrc", "PS1='ready> '\n. ~/.local/share/bash-completion/completions/openclaw\n"),
};

const ZSH: Shell = Shell {
    name: "zsh",
    args: &["-d", "-i"],
    script: "functions/_openclaw",
    settings: (
        ".zshrc",
        "PROMPT='ready> '\nfpath=(~/functions $fpath)\nautoload -Uz compinit\ncompinit -u\n",
    ),
};

const FISH: Shell = Shell {
    name: "fish",
    args: &["-i"],
    script: ".config/fish/completions/openclaw.fish",
    settings: (
        ".config/fish/config.fish",
        "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt\n    echo -n 'ready> '\nend\n",
    ),
};

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
    std::fs::write(path, text).expect("it is written");
}

/// Whether a shell is there; where it should be and is not, the test fails.
fn is_there(shell: &Shell) -> bool {
    let found = ["/usr/bin", "/bin"].iter().any(|folder| Path::new(folder).join(shell.name).exists());
    if !found {
        assert!(std::env::var_os("ALL_SHELLS").is_none(), "{} is not installed", shell.name);
        eprintln!("NOT TESTED: Tab in {}, which is not installed", shell.name);
    }
    found
}

/// Starts a shell in a home whose catalogue is kept.
fn start(world: &World, shell: &Shell) -> Terminal {
    write(&world.home().join(shell.script), &world.stdout(&["completions", shell.name]));
    let (settings, text) = shell.settings;
    write(&world.home().join(settings), text);
    let own = Path::new(env!("CARGO_BIN_EXE_openclaw")).parent().expect("a folder");
    let told = world.command(&[]);
    // The terminal of a test shows no letters by itself, and bash takes that for a wish.
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "stty echo && exec \"$@\"", "sh", shell.name]).args(shell.args);
    command.current_dir(world.home());
    command.envs(told.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", format!("{}:/usr/bin:/bin", own.display())).env("TERM", "xterm-256color");
    // More rows than are typed, or what was shown before would go.
    let mut terminal = Terminal::spawn(&command, (120, 60));
    terminal.shows(READY);
    terminal
}

/// A session in a shell.
struct Session {
    terminal: Terminal,
    /// How often it asked for a line.
    asked: usize,
}

impl Session {
    /// Types a beginning and Tab, waits for the whole, and runs it.
    #[track_caller]
    fn tab(&mut self, typed: &str, whole: &str) {
        self.terminal.types(typed);
        self.terminal.shows(typed);
        self.terminal.types(TAB);
        self.terminal.shows(whole);
        self.terminal.types(ENTER);
        self.asked += 1;
        self.terminal.shows_times(READY, self.asked);
    }
}

fn completes(shell: &Shell) {
    if !is_there(shell) {
        return;
    }
    let world = World::onboarded();
    world.stdout(&["models", "aliases", "add", ALIAS, "deepseek-ai/DeepSeek-R1:fastest"]);
    world.sandbox().clear_requests();
    let primary = || world.stdout(&["config", "get", "agents.defaults.model.primary"]);
    let mut session = Session { terminal: start(&world, shell), asked: 1 };
    // The very first Tab, for which zsh and fish read the script.
    session.tab("openclaw models set zai-org/GLM-4.5", "set zai-org/GLM-4.5-Air");
    assert_eq!(primary(), "huggingface/zai-org/GLM-4.5-Air\n");
    session.tab("openclaw models set huggingface/moonshotai/Kimi-K2-Ins", "/moonshotai/Kimi-K2-Instruct");
    assert_eq!(primary(), "huggingface/moonshotai/Kimi-K2-Instruct\n");
    // Behind a colon: a policy, and a provider.
    session.tab("openclaw models set deepseek-ai/DeepSeek-R1:che", "set deepseek-ai/DeepSeek-R1:cheapest");
    assert_eq!(primary(), "huggingface/deepseek-ai/DeepSeek-R1:cheapest\n");
    session.tab("openclaw models set deepseek-ai/DeepSeek-R1:tog", "set deepseek-ai/DeepSeek-R1:together");
    assert_eq!(primary(), "huggingface/deepseek-ai/DeepSeek-R1:together\n");
    session.tab("openclaw models list --plain --provider hug", "--provider huggingface");
    // An alias with spaces and brackets, in quotes and without.
    session.tab("openclaw models set \"DeepSeek R", "set \"DeepSeek R1 (fast)\"");
    assert_eq!(primary(), "huggingface/deepseek-ai/DeepSeek-R1:fastest\n");
    assert!(world.config().contains(ALIAS), "{}", world.config());
    session.tab(r"openclaw models aliases remove DeepSeek\ R", r"remove DeepSeek\ R1\ \(fast\)");
    session.terminal.types("exit\r");
    let (_, screen) = session.terminal.ends();
    assert!(!world.config().contains(ALIAS), "{screen}");
    assert!(world.sandbox().requests().is_empty(), "Tab asked somebody");
}

#[test]
fn bash_completes_models_policies_providers_and_aliases() {
    completes(&BASH);
}

#[test]
fn zsh_completes_models_policies_providers_and_aliases() {
    completes(&ZSH);
}

#[test]
fn fish_completes_models_policies_providers_and_aliases() {
    completes(&FISH);
}
