#!/bin/sh
# Starts Redis as a cache: nothing is saved, and the password is made on the first start.
set -eu

url=${CREDENTIALS_DIR:-/run/credentials}/redis/url
config=$(mktemp)
if [ ! -s "$url" ]; then
  password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  printf 'redis://default:%s@redis:6379' "$password" >"$url.new"
  chmod 0444 "$url.new"
  mv "$url.new" "$url"
fi
{
  sed 's#^redis://default:\(.*\)@.*#requirepass \1#' "$url"
  printf '\nsave ""\nappendonly no\nmaxmemory 128mb\nmaxmemory-policy allkeys-lru\n'
} >"$config"
chown redis "$config"
exec docker-entrypoint.sh redis-server "$config"
