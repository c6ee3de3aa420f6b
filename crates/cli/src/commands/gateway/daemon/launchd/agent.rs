//! The text of the launchd agent.

use std::fmt::Write as _;
use std::path::Path;

use super::super::OURS;
use super::super::plan::Plan;

/// The agent of the gateway. There is no sandbox to speak of: `sandbox-exec` is not for others' programs.
pub(super) fn agent(plan: &Plan<'_>, label: &str, log: &Path) -> String {
    let log = log.to_string_lossy();
    let mut words = plan.words();
    words.extend(["--log-file".to_owned(), log.clone().into_owned()]);
    let words: String =
        words.iter().map(|word| format!("    <string>{}</string>\n", escaped(word))).collect();
    let mut variables = String::new();
    for (name, value) in &plan.environment.0 {
        // Writing to a String cannot fail.
        let _ = writeln!(variables, "    <key>{name}</key>\n    <string>{}</string>", escaped(value));
    }
    if !variables.is_empty() {
        variables = format!("  <key>EnvironmentVariables</key>\n  <dict>\n{variables}  </dict>\n");
    }
    format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<!-- {OURS}, which writes it anew. -->
<plist version=\"1.0\">
<dict>
  <key>Label</key>
  <string>{label}</string>
  <key>ProgramArguments</key>
  <array>
{words}  </array>
{variables}  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>{}</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  <string>{log}</string>
  <key>StandardErrorPath</key>
  <string>{log}</string>
</dict>
</plist>
",
        plan.stop_patience().as_secs(),
        log = escaped(&log),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use insta::assert_snapshot;

    use super::*;
    use crate::args::GatewayRun;
    use crate::commands::gateway::daemon::environment::Environment;
    use crate::commands::gateway::daemon::plan::Sandbox;

    #[test]
    fn the_agent_with_names_that_need_care() {
        let run =
            GatewayRun { port: Some(18789), allow_host: vec!["<a&b>".to_owned()], ..GatewayRun::default() };
        let plan = Plan {
            program: PathBuf::from("/opt/homebrew/bin/openclaw"),
            profile: None,
            run: &run,
            address: "127.0.0.1:18789".parse().expect("an address"),
            state_dir: Path::new("/Users/ada/.openclaw"),
            environment: Environment(vec![("HTTPS_PROXY", "http://proxy:3128/?a&b".to_owned())]),
            sandbox: Sandbox::On,
        };
        let log = Path::new("/Users/ada/.openclaw/logs/gateway.log");
        let text = agent(&plan, "ai.openclaw-rs.gateway", log);
        assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <!-- Written by `openclaw gateway install`, which writes it anew. -->
        <plist version="1.0">
        <dict>
          <key>Label</key>
          <string>ai.openclaw-rs.gateway</string>
          <key>ProgramArguments</key>
          <array>
            <string>/opt/homebrew/bin/openclaw</string>
            <string>gateway</string>
            <string>run</string>
            <string>--port</string>
            <string>18789</string>
            <string>--allow-host</string>
            <string>&lt;a&amp;b&gt;</string>
            <string>--log-file</string>
            <string>/Users/ada/.openclaw/logs/gateway.log</string>
          </array>
          <key>EnvironmentVariables</key>
          <dict>
            <key>HTTPS_PROXY</key>
            <string>http://proxy:3128/?a&amp;b</string>
          </dict>
          <key>RunAtLoad</key>
          <true/>
          <key>KeepAlive</key>
          <dict>
            <key>SuccessfulExit</key>
            <false/>
          </dict>
          <key>ThrottleInterval</key>
          <integer>10</integer>
          <key>ExitTimeOut</key>
          <integer>45</integer>
          <key>Umask</key>
          <integer>63</integer>
          <key>StandardOutPath</key>
          <string>/Users/ada/.openclaw/logs/gateway.log</string>
          <key>StandardErrorPath</key>
          <string>/Users/ada/.openclaw/logs/gateway.log</string>
        </dict>
        </plist>
        "#);
        assert_eq!(super::super::listens(&text), Some(plan.address));
        assert_eq!(super::super::exit_timeout(&text), Some(plan.stop_patience()));
        assert_eq!(super::super::exit_timeout(&text.replace(">45<", ">0<")), None);
    }
}
