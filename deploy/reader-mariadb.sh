#!/bin/sh
# Makes the user that Sluice logs in as: it may read and nothing else. SHOW VIEW lets Sluice open views to mask what is in them.
set -eu
quoted() { printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g"; }
mariadb -uroot -p"$MARIADB_ROOT_PASSWORD" <<SQL
CREATE USER '$(quoted "$READER")'@'%' IDENTIFIED BY '$(quoted "$READER_PASSWORD")';
GRANT SELECT, SHOW VIEW ON \`$MARIADB_DATABASE\`.* TO '$(quoted "$READER")'@'%';
SQL
