#!/bin/sh
# Waits for the files under /run that variables ending in _FILE name: databases write them on their
# first start, a cluster may mount them late. The same for certificates. Then becomes the service.
set -eu

for file in $(env | sed -n 's#^[A-Z_]*_FILE=\(/run/.*\)#\1#p'); do
  until [ -s "$file" ]; do sleep 1; done
done
if [ -n "${MESH_CERTIFICATES:-}" ]; then
  until [ -s "$MESH_CERTIFICATES/cert.pem" ]; do sleep 1; done
fi
exec "$@"
