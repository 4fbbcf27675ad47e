# Words and time: what every part of ./dev uses. Sourced, not run.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

die() {
  printf './dev: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The step that runs, for the message when it fails; and a line for each step that is done.
CURRENT_STEP=
STEPS_DONE=()

# step NAME COMMAND...: says what is done and how long it took. A failure ends ./dev (set -e): the
# command is deliberately no part of an `if` or `&&`, in which bash would ignore failures inside it.
step() {
  local name=$1 start=$SECONDS
  shift
  CURRENT_STEP=$name
  say "==> $name"
  "$@"
  STEPS_DONE+=("$(printf '%5d s  %s' $((SECONDS - start)) "$name")")
  say "    done in $((SECONDS - start)) s"
  CURRENT_STEP=
}

# The parts that want to clean up or to have the last word add a command here.
AT_EXIT=()
on_exit() {
  local status=$? command
  trap - EXIT
  set +e
  for command in ${AT_EXIT[@]+"${AT_EXIT[@]}"}; do "$command" "$status"; done
  if ((status != 0)) && [[ -n $CURRENT_STEP ]]; then
    printf './dev: failed in: %s\n' "$CURRENT_STEP" >&2
  fi
  exit "$status"
}
trap on_exit EXIT
# Without these, Ctrl-C would end ./dev past the cleaning up.
trap 'exit 130' INT
trap 'exit 143' TERM

# hash_of FILE...: a short name for what the files hold.
hash_of() { cat "$@" | sha256sum | cut -c1-12; }

# Runs a command as root, where it is needed.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo: $*"
  fi
}
