#!/bin/sh
# Makes the user that Sluice logs in as: it may read and nothing else.
set -eu
psql -v ON_ERROR_STOP=1 -v name="$READER" -v pass="$READER_PASSWORD" -v db="$POSTGRES_DB" -U postgres -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'pass';
ALTER ROLE :"name" SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE :"db" TO :"name";
GRANT USAGE ON SCHEMA public TO :"name";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"name";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO :"name";
SQL
