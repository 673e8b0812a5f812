#!/bin/sh
# Started by the broker's image: a password, a log that survives a kill, nothing evicted.
set -eu
umask 077
data="${DATA:-/data}"
printf 'requirepass %s\n' "$(cat "${SECRETS:-/run/secrets}/broker_password")" > "$data/broker.conf"
exec valkey-server "$data/broker.conf" --dir "$data" --appendonly yes --appendfsync everysec --save '' \
  --maxmemory-policy noeviction --protected-mode yes "$@"
