# A private PostgreSQL for the tests: in a temporary folder, gone when ./dev ends. Sourced.
# shellcheck shell=bash

POSTGRES_FOLDER=

# PostgreSQL refuses to run as root: then it runs as the user that its package made.
as_postgres() {
  if ((EUID == 0)); then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

# Sets TEST_POSTGRES_URL to a superuser's connection; each test makes a database of its own.
postgres_start() {
  local bin password port attempt
  bin=$(postgres_bin)
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  POSTGRES_FOLDER=$(mktemp -d)
  AT_EXIT+=(postgres_stop)
  printf '%s' "$password" >"$POSTGRES_FOLDER/password"
  if ((EUID == 0)); then chown -R postgres "$POSTGRES_FOLDER"; fi
  # Run in its folder: the other user may not be allowed to stand in ours.
  (cd "$POSTGRES_FOLDER" && as_postgres "$bin/initdb" -D "$POSTGRES_FOLDER/data" -U postgres -A scram-sha-256 \
    --pwfile="$POSTGRES_FOLDER/password" --encoding=UTF8 --locale=C.UTF-8 >"$POSTGRES_FOLDER/initdb.log" 2>&1) \
    || { cat "$POSTGRES_FOLDER/initdb.log" >&2; return 1; }
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000)) # below the ports that outgoing connections take
    # fsync=off: the data lives as long as the tests.
    if (cd "$POSTGRES_FOLDER" && as_postgres "$bin/pg_ctl" -D "$POSTGRES_FOLDER/data" -l "$POSTGRES_FOLDER/log" -w -s -o \
      "-c listen_addresses=127.0.0.1 -p $port -k $POSTGRES_FOLDER -c max_connections=300 -c fsync=off -c full_page_writes=off" start); then
      export TEST_POSTGRES_URL=postgres://postgres:$password@127.0.0.1:$port/postgres
      return
    fi
    say "Port $port was not free, attempt $attempt"
  done
  cat "$POSTGRES_FOLDER/log" >&2
  return 1
}

postgres_stop() {
  [[ -n $POSTGRES_FOLDER ]] || return 0
  (cd "$POSTGRES_FOLDER" && as_postgres "$(postgres_bin)/pg_ctl" -D "$POSTGRES_FOLDER/data" -m immediate -s stop) >/dev/null 2>&1
  rm -rf "$POSTGRES_FOLDER"
}
