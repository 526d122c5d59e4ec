#!/bin/sh
# Gives the two roles their passwords from the secret files; the Postgres image runs it once, when the cluster is made.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
     --set owner="$(cat /run/secrets/owner_password)" --set app="$(cat /run/secrets/app_password)" <<'SQL'
SET log_statement = 'none';
ALTER ROLE between_owner PASSWORD :'owner';
ALTER ROLE between_app PASSWORD :'app';
SQL
