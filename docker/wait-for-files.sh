#!/bin/sh
# Waits for the files named by variables that end in _FILE, which databases write on their first
# start and which a cluster may mount late; then becomes the service.
set -eu

for file in $(env | sed -n 's/^[A-Z_]*_FILE=//p'); do
  until [ -s "$file" ]; do sleep 1; done
done
exec "$@"
