#!/bin/sh
# Starts the image's own server. The superuser's password is random and not kept: services
# have roles of their own, and administration goes over the socket inside the container.
# With certificates it accepts a role only from the service that the role is named after.
set -eu

chown postgres /run/credentials/* 2>/dev/null || true
POSTGRES_PASSWORD=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
export POSTGRES_PASSWORD
[ -s /run/mesh/cert.pem ] || exec docker-entrypoint.sh postgres

tls=$(mktemp -d)
# The server refuses a key that others can read.
take() {
  for name in ca cert key; do install -o postgres -m 0600 "/run/mesh/$name.pem" "$tls/$name.pem"; done
}
printf 'local all all trust\nhostssl all all all scram-sha-256 clientcert=verify-full\n' >"$tls/pg_hba.conf"
take
chown postgres "$tls" "$tls/pg_hba.conf"
# Certificates that are replaced in place are taken over without a restart.
(
  while sleep 10; do
    cmp -s /run/mesh/cert.pem "$tls/cert.pem" && cmp -s /run/mesh/ca.pem "$tls/ca.pem" && continue
    take
    kill -HUP "$(head -n 1 "$PGDATA/postmaster.pid")" || true
  done
) &
exec docker-entrypoint.sh postgres -c ssl=on -c ssl_min_protocol_version=TLSv1.3 \
  -c ssl_ca_file="$tls/ca.pem" -c ssl_cert_file="$tls/cert.pem" -c ssl_key_file="$tls/key.pem" \
  -c hba_file="$tls/pg_hba.conf"
