#!/bin/sh
# Started by the broker's image: a password, a log that survives a kill, nothing evicted.
set -eu
umask 077
printf 'requirepass %s\n' "$(cat /run/secrets/broker_password)" > /tmp/broker.conf
exec valkey-server /tmp/broker.conf --dir /data --appendonly yes --appendfsync everysec --save '' \
  --maxmemory-policy noeviction --protected-mode yes
