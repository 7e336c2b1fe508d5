#!/bin/sh
# Turns the password that Docker hands over as a file into the addresses the services read.
set -eu

secret=/run/secrets/database_password
if [ -r "$secret" ]; then
  server="postgres://allfunds:$(cat "$secret")@${DATABASE_HOST:-postgres}:${DATABASE_PORT:-5432}"
  export DATABASE_URL_LEDGER="${DATABASE_URL_LEDGER:-$server/ledger}"
  export DATABASE_URL_ANALYTICS="${DATABASE_URL_ANALYTICS:-$server/analytics}"
  export DATABASE_URL_METRICS="${DATABASE_URL_METRICS:-$server/metrics}"
fi

exec "$@"
