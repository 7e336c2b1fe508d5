#!/bin/sh
# Waits for the files under /run that variables ending in _FILE name: databases write them on their
# first start, a cluster may mount them late. Then becomes the service.
set -eu

for file in $(env | sed -n 's#^[A-Z_]*_FILE=\(/run/.*\)#\1#p'); do
  until [ -s "$file" ]; do sleep 1; done
done
exec "$@"
