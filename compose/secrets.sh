#!/bin/sh
# Make the secrets of a new site; those that exist are left alone.
set -eu
umask 077
folder="$(dirname "$0")/secrets"
mkdir -p "$folder"
for name in secret_key database_owner_password database_app_password broker_password; do
  [ -s "$folder/$name" ] || head -c 48 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > "$folder/$name"
done
# Read inside the containers by users of their own; the folder itself stays closed to others.
chmod 0444 "$folder"/*
chmod 0711 "$folder"
