#!/bin/sh
# Makes the images that AllFunds builds and runs on from Debian's and npm's packages alone, for a machine whose engine
# reaches no registry of images: allfunds-base/node, /postgres, /redis and /nginx. They have what this stack needs of
# the official images, and no TimescaleDB. Needs debootstrap, root, npm and `npm install` in this repository.
#
#   docker/base-images/make.sh && . docker/base-images/use.sh && docker compose up --build
#
# CA_BUNDLE names certificates that the builds trust, where a proxy signs with an authority of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

docker version >/dev/null || { echo "No Docker engine answers: see DOCKER_HOST." >&2; exit 1; }

if ! docker image inspect allfunds-base/debian >/dev/null 2>&1; then
  # A tree of an earlier run, or of another program, serves as well.
  debian=${DEBIAN_TREE:-$work/debian}
  [ -s "$debian/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$debian"
  tar --create --directory "$debian" . | docker import - allfunds-base/debian >/dev/null
fi

context=$work/context
mkdir -p "$context"
cp "$here"/Dockerfile "$here"/*-entrypoint.sh "$context"
cp "$root/node_modules/node/bin/node" "$context/node"
npm install --silent --no-save --prefix "$context/npm" npm@11
: >"$context/authorities.pem"
[ -z "${CA_BUNDLE:-}" ] || cp "$CA_BUNDLE" "$context/authorities.pem"

for name in node postgres redis nginx; do
  DOCKER_BUILDKIT=1 docker build --quiet --network host --target "$name" --tag "allfunds-base/$name" "$context" >/dev/null
  echo "made allfunds-base/$name"
done
