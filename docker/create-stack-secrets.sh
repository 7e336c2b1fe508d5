#!/bin/sh
# Gives a Swarm the secrets that make-stack-secrets.sh made, on a manager. Secrets that exist stay; certificates get
# the version in CERTIFICATES_VERSION, which `docker stack deploy` takes from the same variable.
set -eu

stack=${ALLFUNDS_STACK:-stack}
version=${CERTIFICATES_VERSION:-1}

create() {
  docker secret inspect "allfunds-$1" >/dev/null 2>&1 || docker secret create "allfunds-$1" "$2" >/dev/null
}

for file in "$stack"/secrets/*; do create "$(basename "$file")-1" "$file"; done
for directory in "$stack"/certificates/*/; do
  name=$(basename "$directory")
  [ "$name" = authority ] && continue
  create "mesh-ca-$version" "$directory/ca.pem"
  create "$name-cert-$version" "$directory/cert.pem"
  create "$name-key-$version" "$directory/key.pem"
done
