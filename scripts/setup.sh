# Installs what is missing for a purpose, and only that. Sourced.
#
# Each part looks first whether it is there, which takes milliseconds: `./dev run` calls this every time.
# shellcheck shell=bash

# setup run|test
setup() {
  case $1 in
    run) ;;
    test) ;;
    *) die "./dev setup knows run and test, not \"$1\"" ;;
  esac
  setup_packages "$1"
  setup_toolchain
  setup_npm
  if [[ $1 == test ]]; then
    setup_rust_components
    setup_python
  fi
}

# --- Debian packages ------------------------------------------------------------------------------

apt_has() { have apt-get && { apt-cache show "$1" >/dev/null 2>&1 || { apt_update && apt-cache show "$1" >/dev/null 2>&1; }; }; }

APT_IS_FRESH=no
apt_update() {
  [[ $APT_IS_FRESH == no ]] || return 0
  APT_IS_FRESH=yes
  as_root apt-get update -qq
}

apt_install() {
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300)
  # The lists may be absent or older than the server's packages: renew them, but only then.
  if ! as_root "${get[@]}" "$@" >/dev/null; then
    apt_update
    as_root "${get[@]}" "$@" >/dev/null
  fi
}

# Where a program's newest PostgreSQL is; Debian keeps initdb off PATH.
postgres_bin() {
  local folder
  folder=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [[ -n $folder && -x $folder/initdb ]]; then
    printf '%s' "$folder"
  elif have initdb; then
    dirname "$(command -v initdb)"
  else
    return 1
  fi
}

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [[ -n $name ]] && have "$name"; then command -v "$name"; return; fi
  done
  return 1
}

have_chinese_font() {
  compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || { have fc-list && [[ -n $(fc-list :lang=zh) ]]; }
}

setup_packages() {
  local missing=()
  have cc || missing+=(gcc libc6-dev)
  have node && have npm || missing+=(nodejs npm)
  if [[ $1 == test ]]; then
    postgres_bin >/dev/null || missing+=(postgresql)
    find_chromium >/dev/null || missing+=(chromium)
    [[ ! -e tests/browser.rs ]] || have chromedriver || missing+=(chromium-driver)
    have_chinese_font || missing+=(fonts-noto-cjk) # Chinese text is boxes without it
    have python3 || missing+=(python3)
    # python3 without the means to make a virtual environment is Debian's default.
    [[ -x $(python_env)/bin/python ]] || python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  fi
  if ((${#missing[@]})); then
    have apt-get || die "please install (names are Debian's): ${missing[*]}"
    step "Installing ${missing[*]}" apt_install "${missing[@]}"
  fi
}

# --- the parts of the registries ------------------------------------------------------------------

# rustfmt and clippy; Debian's compiler was installed with them.
setup_rust_components() {
  local missing=()
  have cargo-clippy && cargo clippy --version >/dev/null 2>&1 || missing+=(clippy)
  have cargo-fmt && cargo fmt --version >/dev/null 2>&1 || missing+=(rustfmt)
  ((${#missing[@]} == 0)) || step "Installing ${missing[*]}" install_rust_components "${missing[@]}"
}

install_rust_components() {
  if [[ $RUST_IS == active ]] && have rustup; then
    rustup component add "$@" || die "rustup cannot add $*; PARTNER_CENTER_RUST=debian ./dev … uses Debian's Rust"
  elif have apt-get; then
    apt_install rustfmt-web rust-web-clippy
  else
    die "please install: $*"
  fi
}

# wasm-opt for the build, Playwright and TypeScript for the browser tests.
setup_npm() {
  local stamp
  stamp=node_modules/.set-up-$(hash_of package-lock.json)
  [[ -e $stamp ]] || step "Installing npm packages" install_npm "$stamp"
}

install_npm() {
  # The browser is the system's (setup_packages): Playwright's own download is not needed.
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
  touch "$1"
}

python_env() { printf '%s/python-%s' "$TOOLS" "$(hash_of requirements-test.txt)"; }

setup_python() {
  local folder
  folder=$(python_env)
  [[ -e $folder/set-up ]] || step "Installing Python packages for tests" locked install_python "$folder"
  export TEST_PYTHON=$folder/bin/python
}

install_python() {
  [[ ! -e $1/set-up ]] || return 0
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
  touch "$1/set-up"
}
