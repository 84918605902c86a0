#!/usr/bin/env bash
# Makes the passwords of deploy/compose.yaml, each in a file of deploy/secrets/ (or FOLDER). What is there stays.
#   secrets.sh [FOLDER]
# The folder is yours alone. The files in it are readable, since the containers' users have other ids than you.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../lib/common.sh
. "$here/../lib/common.sh"
folder=${1:-$here/../secrets}
mkdir -p "$folder"
chmod 700 "$folder"
for name in db_admin db_order db_kitchen db_tracking rabbitmq staff_token grafana_admin; do
  [ -s "$folder/$name" ] || random_word 32 > "$folder/$name"
done
rm -f "$folder/rabbitmq_user"
printf 'default_user = pizza\ndefault_pass = %s\n' "$(< "$folder/rabbitmq")" > "$folder/rabbitmq_user"
chmod 444 "$folder"/*
say "secrets are in $(readlink -f "$folder")"
