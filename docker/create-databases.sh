#!/bin/sh
# Runs once, when the server's data directory is new: a role, a database and a password for each
# service that keeps its data here. The password stands only in the URL the service reads: in a
# secret of the cluster, or else in a random one that is made here.
set -eu

for name in $SERVICE_DATABASES; do
  given="${SECRETS_DIR:-/run/secrets}/$name-database"
  if [ -s "$given" ]; then
    password=$(sed 's#^[^:]*://[^:]*:\([^@]*\)@.*#\1#' "$given")
  else
    password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  fi
  psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
CREATE ROLE $name LOGIN PASSWORD '$password';
CREATE DATABASE $name OWNER $name TEMPLATE template0;
REVOKE ALL ON DATABASE $name FROM PUBLIC;
SQL
  [ -s "$given" ] && continue
  url="${CREDENTIALS_DIR:-/run/credentials}/$name/url"
  printf 'postgres://%s:%s@%s:5432/%s' "$name" "$password" "$DATABASE_HOST" "$name" >"$url.new"
  chmod 0444 "$url.new"
  mv "$url.new" "$url"
done

for name in ${TIMESCALE_DATABASES:-}; do
  psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$name" \
    --command "CREATE EXTENSION IF NOT EXISTS timescaledb"
done
