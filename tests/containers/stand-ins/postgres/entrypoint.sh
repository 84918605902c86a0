#!/usr/bin/env bash
# Makes the cluster at the first start, as the official image does, then becomes the server.
set -euo pipefail
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups -- "$@"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  chown postgres: "$PGDATA"
  chmod 700 "$PGDATA"
  cp "$POSTGRES_PASSWORD_FILE" /tmp/password
  chown postgres: /tmp/password
  as_postgres initdb -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 > /dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  # Until all is made, nobody can connect but over the local socket.
  as_postgres pg_ctl -w -o "-c listen_addresses=''" start > /dev/null
  as_postgres createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
  as_postgres pg_ctl -w -m fast stop > /dev/null
fi
exec setpriv --reuid postgres --regid postgres --init-groups -- "$@" -c 'listen_addresses=*'
