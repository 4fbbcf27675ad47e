# Builds the app and the server, if something they are made of has changed. Sourced.
#
# File times decide, without asking cargo or Trunk: with nothing changed, ./dev run serves at once.
# shellcheck shell=bash

# The app has a target folder of its own: its flags and profile differ, and sharing one would make each
# build wait for and invalidate the other.
APP_TARGET=target/app
SERVER=target/release/partner-center
BENCH_PAGE=target/bench-page

# Page components erased to one type: compiles in a fraction of the memory, and is smaller.
APP_FLAGS="--cfg erase_components"

# is_fresh STAMP PATH...: whether STAMP was made by this compiler and nothing in the paths is newer.
# Folders count too: their time changes when a file is added, renamed or removed.
is_fresh() {
  local stamp=$1 path paths=()
  shift
  [[ -e $stamp && $(<"$stamp") == "$RUST_VERSION" ]] || return 1
  for path in "$@"; do
    [[ ! -e $path ]] || paths+=("$path")
  done
  [[ -z $(find "${paths[@]}" -newer "$stamp" ! -path '*/tests/*' -print -quit) ]]
}

# built STAMP COMMAND...: the stamp has the time of the start, for what changes while the build runs.
built() {
  local stamp=$1
  shift
  mkdir -p target
  printf '%s' "$RUST_VERSION" >"$stamp.new"
  "$@"
  mv "$stamp.new" "$stamp"
}

build_app() {
  [[ ! -e dist/index.html ]] || ! is_fresh target/.app-built \
    Cargo.toml Cargo.lock Trunk.toml index.html build.rs package-lock.json src contract locales style public scripts/build.sh scripts/shrink.mjs scripts/trunk \
    || return 0
  step "Fetching crates" fetch_crates
  step "Building the app" built target/.app-built run_trunk
}

build_server() {
  [[ ! -x $SERVER ]] || ! is_fresh target/.server-built \
    Cargo.toml Cargo.lock .cargo contract server dist docs locales scripts/build.sh \
    || return 0
  step "Building the server" built target/.server-built cargo build --release -p server --bin partner-center
}

# The app with the page of `./dev bench table`, beside the app that is shipped.
build_bench_page() {
  [[ ! -e $BENCH_PAGE/index.html ]] || ! is_fresh target/.bench-page-built \
    Cargo.toml Cargo.lock Trunk.toml index.html build.rs package-lock.json src contract locales style public scripts/build.sh scripts/shrink.mjs scripts/trunk \
    || return 0
  step "Building the page of the table's benchmark" built target/.bench-page-built run_trunk --features bench --dist "$BENCH_PAGE"
}

# Trunk builds offline (else it looks for tools to download), so cargo's downloads come first.
fetch_crates() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  cargo fetch --quiet --target "$host" --target wasm32-unknown-unknown
}

run_trunk() {
  local color=()
  # Trunk takes NO_COLOR for its own yes-or-no flag and refuses the usual NO_COLOR=1.
  [[ -z ${NO_COLOR:-} ]] || color=(--color never)
  env -u NO_COLOR RUSTFLAGS="$APP_FLAGS" CARGO_TARGET_DIR="$ROOT/$APP_TARGET" ROOT="$ROOT" \
    REAL_WASM_BINDGEN="$(command -v wasm-bindgen)" PATH="$ROOT/scripts/trunk:$PATH" \
    trunk build --release --offline ${color[@]+"${color[@]}"} "$@"
}

# Cargo for the app with the flags of the build, so that nothing is compiled twice for them.
app_cargo() {
  local command=$1
  shift
  RUSTFLAGS="$APP_FLAGS" CARGO_TARGET_DIR="$ROOT/$APP_TARGET" \
    cargo "$command" -p console --target wasm32-unknown-unknown --profile wasm-release "$@"
}
