#!/bin/sh
# Makes the two database passwords that docker-compose.yml hands to the containers; keeps those
# that exist. The directory is closed; the files are readable, because a container's user reads
# them under another id than yours.
set -eu

folder="${1:-.data/docker}"
mkdir -p "$folder"
chmod 700 "$folder"
for name in database-password database-administrator-password; do
  [ -s "$folder/$name" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/$name"
  chmod 644 "$folder/$name"
done
