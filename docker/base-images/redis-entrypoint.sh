#!/bin/sh
# The server runs as its own user.
set -eu
exec setpriv --reuid redis --regid redis --init-groups "$@"
