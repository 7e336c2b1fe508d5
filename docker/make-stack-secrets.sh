#!/bin/sh
# Makes what a Swarm stack keeps as secrets, one file each, in $ALLFUNDS_STACK: passwords and keys once, certificates
# anew each time. Runs in the image, which has Node; arguments go to the certificates' program.
set -eu
umask 077

stack=${ALLFUNDS_STACK:-/stack}
secrets=$stack/secrets
mkdir -p "$secrets"

SECRETS_DIR=$stack/made
export SECRETS_DIR
for name in issuer clients/web clients/analytics clients/metrics clients/gateway clients/rest-bridge; do
  mkdir -p "$SECRETS_DIR/$name"
done
"$(dirname "$0")/make-secrets.sh"
for name in cookie-keys encryption-secret system-clients; do cp "$SECRETS_DIR/issuer/$name" "$secrets/$name"; done
for name in web analytics metrics gateway rest-bridge; do cp "$SECRETS_DIR/clients/$name/secret" "$secrets/$name-client"; done

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
mesh='sslmode=verify-full&sslrootcert=/run/mesh/ca.pem&sslcert=/run/mesh/cert.pem&sslkey=/run/mesh/key.pem'
url_of() { [ -s "$secrets/$1-database" ] || printf 'postgres://%s:%s@%s:5432/%s?%s' "$1" "$(random)" "$2" "$1" "$mesh" >"$secrets/$1-database"; }
url_of ledger ledger-db
url_of metrics followers-db
url_of analytics followers-db
url_of identity identity-db
url_of web identity-db
[ -s "$secrets/redis-url" ] || printf 'rediss://default:%s@redis:6379' "$(random)" >"$secrets/redis-url"

node launcher/dist/certificates/main.js --to "$stack/certificates" "$@"
