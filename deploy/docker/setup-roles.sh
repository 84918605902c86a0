#!/usr/bin/env bash
# In a container, once, after the tables are made: a role for each service, with the password from its secret.
set -euo pipefail
PGPASSWORD=$(< /run/secrets/db_admin)
export PGPASSWORD
# In one transaction, so that services that run do not notice.
psql -X -q -1 -v ON_ERROR_STOP=1 -f /roles.sql
# Through standard input: a password on a command line is everyone's to read.
for service in order kitchen tracking; do
  printf "\\\\set password '%s'\nALTER ROLE pizza_%s PASSWORD :'password';\n" "$(< "/run/secrets/db_$service")" "$service"
done | psql -X -q -v ON_ERROR_STOP=1
echo "roles are ready"
