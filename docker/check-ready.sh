#!/bin/bash
# The health check of every service: `check-ready.sh <port>` succeeds when it is ready. Bash itself sends the request, which
# costs a fraction of a Node process; only mutual TLS needs one.
if [ -n "$MESH_CERTIFICATES" ]; then
  exec node "$(dirname "$0")/check-ready.mjs" "$1"
fi
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3 || exit 1
[ "$status" = 200 ]
