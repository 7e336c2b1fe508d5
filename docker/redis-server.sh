#!/bin/sh
# Starts Redis as a cache: nothing is saved, and the password is made on the first start, or is that
# of a secret. With certificates it listens in TLS only, and to callers that have one.
set -eu

url=${CREDENTIALS_DIR:-/run/credentials}/redis/url
config=$(mktemp)
if [ -s /run/secrets/redis-url ]; then
  url=/run/secrets/redis-url
elif [ ! -s "$url" ]; then
  password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  printf 'redis://default:%s@redis:6379' "$password" >"$url.new"
  chmod 0444 "$url.new"
  mv "$url.new" "$url"
fi
{
  sed 's#^rediss\{0,1\}://default:\(.*\)@.*#requirepass \1#' "$url"
  printf '\nsave ""\nappendonly no\nmaxmemory 128mb\nmaxmemory-policy allkeys-lru\n'
  if [ -s /run/mesh/cert.pem ]; then
    printf 'port 0\ntls-port 6379\ntls-auth-clients yes\ntls-protocols TLSv1.3\n'
    printf 'tls-ca-cert-file /run/mesh/ca.pem\ntls-cert-file /run/mesh/cert.pem\ntls-key-file /run/mesh/key.pem\n'
  fi
} >"$config"
chown redis "$config"
exec docker-entrypoint.sh redis-server "$config"
