#!/bin/sh
# A stand-in for launchd in a throw-away home: it starts what the agent says, in the environment that a manager gives.
echo "launchctl $*" | sed "s|gui/[0-9]*|gui/UID|; s|$HOME|HOME|" >> "$HOME/calls"
agent="$HOME/Library/LaunchAgents/ai.openclaw-rs.gateway.plist"

pid() {
  running=$(cat "$HOME/pid" 2>/dev/null) || return 1
  # One that has ended and was not waited for is gone too.
  grep -q '^State:.[^Z]' "/proc/$running/status" 2>/dev/null && echo "$running"
}

up() {
  pid > /dev/null && return
  words=$(sed -n '/<array>/,/<\/array>/s/ *<string>\(.*\)<\/string>/\1/p' "$agent" | tr '\n' ' ')
  variables=$(awk '
    /EnvironmentVariables/ { inside = 1 }
    /<\/dict>/ { inside = 0 }
    inside && /<key>/ { gsub(/.*<key>|<\/key>.*/, ""); name = $0 }
    inside && /<string>/ { gsub(/.*<string>|<\/string>.*/, ""); print name "=" $0 }' "$agent")
  log=$(sed -n '/StandardErrorPath/{n;s/ *<string>\(.*\)<\/string>/\1/p}' "$agent")
  # shellcheck disable=SC2086
  env -i HOME="$HOME" PATH="$PATH" SHELL=/bin/sh $variables $words >> "$log" 2>&1 < /dev/null &
  echo $! > "$HOME/pid"
}

case "$1" in
  print)
    if [ -e "$HOME/no-bus" ]; then
      echo "Could not find domain for" >&2
      exit 125
    fi
    case "$2" in */*/*) ;; *) exit ;; esac
    [ -e "$HOME/loaded" ] || exit 113
    if running=$(pid); then
      echo "	state = running
	runs = 1
	pid = $running"
    else
      echo "	state = not running
	last exit code = 0"
    fi ;;
  bootstrap) touch "$HOME/loaded"; up ;;
  kickstart) up ;;
  kill) kill "$(pid)" ;;
  bootout)
    if [ -e "$HOME/stuck" ]; then
      echo "Boot-out failed: 36: Operation now in progress" >&2
      exit 36
    fi
    kill "$(pid)"
    while pid > /dev/null; do sleep 0.02; done
    rm -f "$HOME/pid" "$HOME/loaded" ;;
esac
