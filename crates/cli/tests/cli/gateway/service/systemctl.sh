#!/bin/sh
# A stand-in for systemd in a throw-away home: it starts what the unit says, in the environment that a manager gives.
echo "systemctl $*" >> "$HOME/calls"
shift
if [ -e "$HOME/refuse" ] && [ "$1" = "$(cat "$HOME/refuse")" ]; then
  echo "Failed to connect to the manager: Connection reset by peer" >&2
  exit 1
fi
unit="$HOME/.config/systemd/user/openclaw-rs-gateway.service"

pid() {
  running=$(cat "$HOME/pid" 2>/dev/null) || return 1
  # One that has ended and was not waited for is gone too.
  grep -q '^State:.[^Z]' "/proc/$running/status" 2>/dev/null && echo "$running"
}

up() {
  pid > /dev/null && return
  script=$(sed -n 's/^Environment=/export /p' "$unit"; sed -n 's/^ExecStart=/exec /p' "$unit")
  env -i HOME="$HOME" PATH="$PATH" SHELL=/bin/sh sh -c "$script" > /dev/null 2> "$HOME/said" < /dev/null &
  echo $! > "$HOME/pid"
}

down() {
  running=$(pid) && kill "$running"
  while pid > /dev/null; do sleep 0.02; done
  rm -f "$HOME/pid"
}

case "$1" in
  show-environment)
    if [ -e "$HOME/no-bus" ]; then
      echo "Failed to connect to bus: No medium found" >&2
      exit 1
    fi ;;
  show)
    cat "$HOME/more" 2>/dev/null
    echo "LoadState=loaded"
    if [ -e "$HOME/slow" ]; then
      echo "ActiveState=activating
SubState=start"
    elif running=$(pid); then
      version=$(cat "$HOME/version" 2>/dev/null || echo VERSION)
      echo "ActiveState=active
SubState=running
MainPID=$running
MemoryCurrent=11744051
StatusText=openclaw $version on somewhere"
    elif [ -e "$HOME/pid" ]; then
      echo "ActiveState=activating
SubState=auto-restart
ExecMainCode=1
ExecMainStatus=$(cat "$HOME/exit" 2>/dev/null || echo 2)
MainPID=0"
    else
      echo "ActiveState=inactive
SubState=dead"
    fi
    echo "UnitFileState=enabled" ;;
  is-active) pid > /dev/null ;;
  start) case "$*" in *.service) up ;; esac ;;
  restart) down; up ;;
  stop | disable) down ;;
esac
