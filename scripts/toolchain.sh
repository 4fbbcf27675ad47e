# The Rust compiler, the wasm32 target, and the tools that turn the app into WebAssembly. Sourced.
#
# One compiler for the server and the app: two compilers that share target/ compile everything twice.
# shellcheck shell=bash disable=SC2034

TOOLS=${PARTNER_CENTER_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/partner-center}

MINIMUM_RUST=94 # 1.94: sqlx 0.9 and argon2 0.6 need it
TRUNK=0.21.14   # 0.22 needs rustc 1.96.1
# The command must have exactly the version of the library, else Trunk refuses it.
WASM_BINDGEN=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
WASM_SPLIT=0.2.4 # of crate wasm_split_cli_support; fits wasm_split_helpers 0.2

# Debian's current compiler (packaged for browsers) with its sources, and the linker for wasm.
DEBIAN_RUST=(rustc-web cargo-web rust-web-src rust-web-llvm lld-22 rustfmt-web rust-web-clippy)
DEBIAN_RUST_BIN=$TOOLS/debian-rust/bin
WASM=wasm32-unknown-unknown

RUST_IS=      # where the compiler is from: active or debian
RUST_VERSION= # its full version, part of what decides whether a build is up to date

# --- choosing the compiler ------------------------------------------------------------------------

rust_minor() { "$1" --version 2>/dev/null | sed -nE 's/^rustc 1\.([0-9]+)\..*/\1/p'; }

rust_is_new_enough() {
  local minor
  minor=$(rust_minor "$1") || return 1
  [[ -n $minor ]] && ((minor >= MINIMUM_RUST))
}

wasm_std_folder() { printf '%s/lib/rustlib/%s' "$("$1" --print sysroot)" "$WASM"; }

# Whether this compiler has the standard library for wasm32. One that we built ourselves says for
# which compiler it was built: after an upgrade of the package it must be built again.
has_wasm_std() {
  local folder
  folder=$(wasm_std_folder "$1" 2>/dev/null) || return 1
  compgen -G "$folder/lib/libstd-*.rlib" >/dev/null || return 1
  [[ ! -e $folder/built-for ]] || [[ $(<"$folder/built-for") == "$("$1" -vV)" ]]
}

# Finds a compiler that is ready to use; fails if something has to be installed first. Quick.
find_rust() {
  local wish=${PARTNER_CENTER_RUST:-auto}
  if [[ $wish != debian ]] && have rustc && rust_is_new_enough rustc && has_wasm_std rustc; then
    RUST_IS=active
  elif [[ $wish != active && -x $DEBIAN_RUST_BIN/cargo ]] && rust_is_new_enough /usr/bin/rustc && has_wasm_std /usr/bin/rustc; then
    RUST_IS=debian
  else
    return 1
  fi
}

install_rust() {
  local wish=${PARTNER_CENTER_RUST:-auto}
  if [[ $wish != debian ]] && have rustup && rust_is_new_enough rustc; then
    # The time limit is for networks that swallow connections instead of refusing them.
    if timeout 300 rustup target add "$WASM" && has_wasm_std rustc; then return; fi
    say "rustup cannot add $WASM here."
  fi
  [[ $wish != active ]] || die "Rust 1.$MINIMUM_RUST or newer with the target $WASM is needed: rustup update && rustup target add $WASM"
  apt_has rustc-web || die "Rust 1.$MINIMUM_RUST or newer with the target $WASM is needed: install it from https://rustup.rs, then rustup target add $WASM"
  say "Using Debian's packages of Rust."
  [[ -x /usr/bin/cargo && -x /usr/bin/rustfmt && -x /usr/bin/cargo-clippy && -d /usr/lib/rustlib/src && -x /usr/bin/rust-lld ]] \
    || apt_install "${DEBIAN_RUST[@]}"
  rust_is_new_enough /usr/bin/rustc || die "Debian's rustc is too old: $(/usr/bin/rustc --version)"
  # A folder of its own, because /usr/bin first on PATH would also change which node or python is used.
  mkdir -p "$DEBIAN_RUST_BIN"
  ln -sf /usr/bin/{cargo,cargo-clippy,cargo-fmt,clippy-driver,rustc,rustdoc,rustfmt} "$DEBIAN_RUST_BIN/"
  has_wasm_std /usr/bin/rustc || build_wasm_std
}

# Debian packages no standard library for wasm32, but its source: build it as a dependency of an empty
# crate, and put it where `rustup target add` would.
build_wasm_std() {
  local folder build
  folder=$(wasm_std_folder /usr/bin/rustc)
  build=$(mktemp -d)
  mkdir "$build/src" "$build/std"
  : >"$build/src/lib.rs"
  printf '%s\n' '[package]' 'name = "empty"' 'edition = "2024"' '[profile.release]' 'panic = "abort"' '[workspace]' >"$build/Cargo.toml"
  say "Building the standard library for $WASM (a minute or two)"
  # RUSTC_BOOTSTRAP: -Zbuild-std is for nightly compilers otherwise.
  # embed-bitcode: without it the link-time optimisation of the app fails.
  (
    cd "$build" || exit
    env -u RUSTUP_TOOLCHAIN -u RUSTC -u CARGO_BUILD_TARGET PATH="$DEBIAN_RUST_BIN:$PATH" CARGO_TARGET_DIR="$build/target" \
      RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes \
      cargo build --quiet --release -Zbuild-std=std,panic_abort,proc_macro,test --target "$WASM"
  )
  find "$build/target/$WASM/release/deps" -name '*.rlib' ! -name 'libempty-*' -exec cp {} "$build/std/" \;
  /usr/bin/rustc -vV >"$build/built-for"
  as_root rm -rf "$folder"
  as_root mkdir -p "$folder/lib"
  as_root cp "$build"/std/*.rlib "$folder/lib/"
  as_root chmod -R a+rX "$folder"
  as_root cp "$build/built-for" "$folder/built-for" # last: it says that the copy is whole
  rm -rf "$build"
}

# --- the tools ------------------------------------------------------------------------------------

# cargo_tool CRATE VERSION CARGO-INSTALL-OPTIONS...: into a folder with the version in its name, so that
# clones with other versions do not disturb each other.
cargo_tool() {
  local crate=$1 version=$2 build
  shift 2
  build=$TOOLS/build/$crate-$version # kept if it is interrupted: the next try goes on from there
  # debug=0: nobody debugs these, and it makes linking quicker.
  env -u RUSTFLAGS CARGO_TARGET_DIR="$build" CARGO_PROFILE_DEV_DEBUG=0 \
    cargo install --quiet "$crate" --version "$version" --root "$TOOLS/$crate-$version" --debug "$@"
  rm -rf "$build"
}

# A debug build is made in half the time of a release build, and costs a second at each build of the app.
# Trunk's own server is not used, so it needs no TLS.
install_trunk() { cargo_tool trunk "$TRUNK" --locked --no-default-features; }

# Not --locked: its Cargo.lock names patch versions that reach some registries late.
install_wasm_bindgen() { cargo_tool wasm-bindgen-cli "$WASM_BINDGEN"; }

install_wasm_split() { cargo_tool wasm_split_cli_support "$WASM_SPLIT" --locked --features build-binary; }

# --- using it -------------------------------------------------------------------------------------

# Puts the chosen compiler and the tools on PATH. After find_rust.
toolchain_env() {
  if [[ $RUST_IS == debian ]]; then
    PATH=$DEBIAN_RUST_BIN:$PATH
    unset RUSTUP_TOOLCHAIN RUSTC
  fi
  export PATH=$TOOLS/trunk-$TRUNK/bin:$TOOLS/wasm-bindgen-cli-$WASM_BINDGEN/bin:$TOOLS/wasm_split_cli_support-$WASM_SPLIT/bin:$ROOT/node_modules/.bin:$PATH
  # The scripts name files in target/: a folder set elsewhere would be another one.
  unset CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR CARGO_BUILD_TARGET
  RUST_VERSION=$(rustc --version)
}

setup_toolchain() {
  if ! find_rust; then
    step "Installing Rust for $WASM" install_rust
    find_rust || die "the Rust compiler is not usable"
  fi
  toolchain_env
  [[ -x $TOOLS/trunk-$TRUNK/bin/trunk ]] || step "Installing Trunk $TRUNK (some minutes, once)" locked install_trunk
  [[ -x $TOOLS/wasm-bindgen-cli-$WASM_BINDGEN/bin/wasm-bindgen ]] \
    || step "Installing wasm-bindgen $WASM_BINDGEN (some minutes, once)" locked install_wasm_bindgen
  [[ -x $TOOLS/wasm_split_cli_support-$WASM_SPLIT/bin/wasm-split-cli ]] \
    || step "Installing wasm-split $WASM_SPLIT (a minute, once)" locked install_wasm_split
}

# Two clones that set up at the same time: one waits (and then cargo sees that the work is done).
locked() {
  mkdir -p "$TOOLS"
  if have flock; then
    exec 9>"$TOOLS/lock"
    flock 9
    "$@" 9>&-
    exec 9>&-
  else
    "$@"
  fi
}
