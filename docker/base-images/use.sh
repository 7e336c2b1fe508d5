# Read by a shell: `. docker/base-images/use.sh`. Builds and compose files then take the images of make.sh.
export NODE_IMAGE=allfunds-base/node
export DATABASE_IMAGE=allfunds-base/postgres
export REDIS_IMAGE=allfunds-base/redis
export PROXY_IMAGE=allfunds-base/nginx
# Debian has no TimescaleDB; metrics then keeps its series in plain PostgreSQL.
export TIMESCALE_DATABASES=
