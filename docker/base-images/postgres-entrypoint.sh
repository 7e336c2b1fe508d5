#!/bin/sh
# What this stack needs of the official image's entry point: the first start makes a cluster, gives the superuser
# POSTGRES_PASSWORD, and runs the scripts of /docker-entrypoint-initdb.d while only the socket answers.
set -eu

[ "${1:-}" = postgres ] || exec "$@"
shift
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
export PATH
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install --directory --owner postgres --mode 0700 "$PGDATA"
  password=$(mktemp)
  printf '%s' "$POSTGRES_PASSWORD" >"$password"
  chown postgres "$password"
  as_postgres initdb --pgdata "$PGDATA" --username postgres --pwfile "$password" \
    --auth-local trust --auth-host scram-sha-256 --encoding UTF8 --locale C.UTF-8
  rm "$password"
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  as_postgres pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses=''" --wait start
  for script in /docker-entrypoint-initdb.d/*.sh; do
    [ ! -e "$script" ] || as_postgres sh "$script"
  done
  as_postgres pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
fi
exec setpriv --reuid postgres --regid postgres --init-groups postgres -c listen_addresses='*' "$@"
