#!/bin/sh
# What docker-edge.yml needs of the official image's entry point: templates filled in from variables that are set, and
# the scripts of /docker-entrypoint.d.
set -eu

variables=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
  [ ! -e "$template" ] || envsubst "$variables" <"$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done
for script in /docker-entrypoint.d/*.sh; do
  [ ! -e "$script" ] || sh "$script"
done
exec "$@"
