# Sourced: a PostgreSQL server of one's own in a folder, with page checksums on.
# Needs scripts/setup.sh. As root it runs as the user postgres, who comes with the package.

# entente_postgres_start DIR: installs, makes and starts it, and sets ENTENTE_POSTGRES to its address.
entente_postgres_start() {
  entente_install postgresql postgresql-client
  entente_postgres_dir=$1
  entente_postgres_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  mkdir -p "$1"
  [ "$(id -u)" -ne 0 ] || chown postgres "$1"
  if [ ! -f "$1/data/PG_VERSION" ]; then
    entente_as_postgres "$entente_postgres_bin/initdb" -D "$1/data" --data-checksums -A trust -U postgres >"$1.log" 2>&1
  fi
  # Only over a socket in its own folder.
  entente_as_postgres "$entente_postgres_bin/pg_ctl" -D "$1/data" -w -l "$1/data/log" \
    -o "-k $1 -c listen_addresses=''" start >>"$1.log" 2>&1
  ENTENTE_POSTGRES="postgresql:///postgres?host=$1&user=postgres"
  export ENTENTE_POSTGRES
}

entente_postgres_stop() {
  entente_as_postgres "$entente_postgres_bin/pg_ctl" -D "$entente_postgres_dir/data" -m fast stop >/dev/null 2>&1 || true
}

entente_as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}
