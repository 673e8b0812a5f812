#!/bin/sh
# Run once by the database's image: a role for the service that owns nothing and may not change the schema.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set=password="$(cat "${SECRETS:-/run/secrets}/database_app_password")" <<'SQL'
CREATE ROLE il2ward_app LOGIN PASSWORD :'password';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO il2ward_app;
GRANT USAGE ON SCHEMA public TO il2ward_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO il2ward_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO il2ward_app;
SQL
