# ./dev test and ./dev lint. Sourced.
# shellcheck shell=bash

command_test() {
  local what=${1:-all}
  case $what in
    unit | api | sdk | e2e | all) ;;
    *) die "./dev test knows unit, api, sdk, e2e and all, not \"$what\"" ;;
  esac
  setup test
  CHROMIUM=$(find_chromium)
  export CHROMIUM
  local sample=${FOCUS_SAMPLE:-../shared/data/focus_sample.csv}
  if [[ -f $sample ]]; then
    FOCUS_SAMPLE=$(realpath "$sample")
    export FOCUS_SAMPLE
  else
    unset FOCUS_SAMPLE
  fi
  # Settings of the caller's own server must not reach the servers under test.
  local setting
  unset DATABASE_URL
  for setting in "${!PARTNER_CENTER_@}"; do
    [[ $setting == PARTNER_CENTER_TOOLS || $setting == PARTNER_CENTER_RUST ]] || unset "$setting"
  done
  AT_EXIT+=(summary)
  "test_$what"
}

# One cargo call for all Rust tests, so that features are united once and nothing is compiled twice.
test_all() {
  lint
  build_app
  layers
  step "Starting PostgreSQL" postgres_start
  counted "Tests of contract, server and app" cargo test --release --no-fail-fast --workspace --exclude bench
  browser_components
  journeys
}

test_unit() {
  layers
  counted "Unit tests" cargo test --release --no-fail-fast --workspace --exclude bench --lib --bins
}

test_api() {
  step "Starting PostgreSQL" postgres_start
  counted "API tests" cargo test --release --no-fail-fast -p server --test api
}

# The official SDK's tests: those of the API tests with sdk in the name.
test_sdk() {
  step "Starting PostgreSQL" postgres_start
  counted "SDK tests" cargo test --release --no-fail-fast -p server --test api sdk
}

test_e2e() {
  build_app
  journeys
}

journeys() {
  build_server
  counted "Browser journeys" playwright test
}

# Who may import whom. Needs no crate, so it is compiled by hand: as a test of the app's package it would
# have to wait for all of Leptos to be compiled for this machine.
layers() {
  if [[ -e tests/layers.rs ]]; then counted "Layers" run_layers; fi
}

run_layers() {
  CARGO_MANIFEST_DIR=$ROOT rustc --edition=2024 --test -o target/layers tests/layers.rs
  CARGO_MANIFEST_DIR=$ROOT target/layers
}

# Components in a real browser, driven by wasm-bindgen's runner and chromedriver (flags: webdriver.json).
browser_components() {
  if [[ -e tests/browser.rs ]]; then counted "Components in a browser" run_browser_components; fi
}

run_browser_components() {
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner app_cargo test --test browser
}

lint() {
  checked "Format" cargo fmt --all --check
  # The release profile: what clippy compiles for its own use serves the tests as well.
  checked "Clippy: contract, server, bench" cargo clippy --release -p contract -p server -p bench --all-targets -- -D warnings
  # With all that is in it, the benchmark's page too.
  checked "Clippy: the app" app_cargo clippy --features bench -- -D warnings
  local config
  for config in tsconfig.json e2e/tsconfig.json; do
    if [[ -e $config ]]; then checked "Types of the browser tests" tsc --noEmit -p "$config"; fi
  done
}

# --- counting -------------------------------------------------------------------------------------

PASSED=0
FAILED=0
COUNTED_LOG= # output of the tests that are running

# A check that is one thing: it passes or it fails.
checked() {
  step "$@"
  PASSED=$((PASSED + 1))
}

# Tests that count themselves: their lines stay visible, and the numbers in them are added up.
counted() {
  local name=$1
  shift
  mkdir -p target
  COUNTED_LOG=target/test-output.log
  : >"$COUNTED_LOG" # if the step fails before it tests anything, no older numbers are read
  step "$name" teed "$COUNTED_LOG" "$@"
  add_up
}

teed() {
  local log=$1
  shift
  "$@" 2>&1 | tee "$log"
}

# cargo: "test result: ok. 12 passed; 0 failed; …", a line for each program. Playwright: "  34 passed (1.2m)".
add_up() {
  local passed failed
  [[ -n $COUNTED_LOG ]] || return 0
  read -r passed failed < <(awk '
    /^test result: / { passed += $4; failed += $6 }
    /^ +[0-9]+ passed/ { passed += $1 }
    /^ +[0-9]+ failed$/ { failed += $1 }
    END { print passed + 0, failed + 0 }' "$COUNTED_LOG")
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  COUNTED_LOG=
}

summary() {
  if [[ -n $CURRENT_STEP ]]; then
    add_up
    # A step that failed without a failed test in it (a lint, a compile error) is one failure.
    ((FAILED > 0)) || FAILED=1
  fi
  say
  if ((${#STEPS_DONE[@]})); then printf '%s\n' "${STEPS_DONE[@]}"; fi
  [[ -z $CURRENT_STEP ]] || say " FAILED  $CURRENT_STEP"
  # Tests as their runners counted them; the format check and each lint count as one.
  say "$PASSED passed, $FAILED failed"
}
