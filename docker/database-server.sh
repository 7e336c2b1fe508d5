#!/bin/sh
# Starts the image's own server. The superuser's password is random and not kept: services
# have roles of their own, and administration goes over the socket inside the container.
set -eu

chown postgres /run/credentials/*
POSTGRES_PASSWORD=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
export POSTGRES_PASSWORD
exec docker-entrypoint.sh postgres
