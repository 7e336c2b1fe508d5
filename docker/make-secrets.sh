#!/bin/sh
# Makes the secrets that two services share, once, and leaves each where only those two see it:
# a service's own client at the issuer, the web app's, and what the issuer keeps to itself.
set -eu
umask 022

random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# Written beside its place and moved there: a file that exists is complete.
keep() {
  if [ ! -s "$1" ]; then
    random >"$1.new"
    mv "$1.new" "$1"
  fi
}

own=${SECRETS_DIR:-/run}/issuer
clients=${SECRETS_DIR:-/run}/clients

keep "$own/cookie-keys"
keep "$own/encryption-secret"
for name in web analytics metrics gateway rest-bridge; do keep "$clients/$name/secret"; done

client() { printf '{"id":"%s","secret":"%s","scopes":["%s"]%s}' "$1" "$(cat "$clients/$1/secret")" "$2" "${3:-}"; }
exchanges=',"exchanges":["ledger:read","metrics:read","analytics:read"]'
printf '[%s,%s,%s,%s]' "$(client analytics "feed:read\",\"audit:write\",\"token:forward" "$exchanges")" "$(client metrics feed:read)" \
  "$(client gateway "feed:read\",\"audit:write\",\"token:forward")" "$(client rest-bridge "audit:write\",\"token:forward")" >"$own/system-clients.new"
mv "$own/system-clients.new" "$own/system-clients"
