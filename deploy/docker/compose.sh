# `compose ARG...`: docker compose with our file, whichever generation of it is installed. Sourced.
# shellcheck shell=bash

compose_file=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../compose.yaml

compose() {
  if docker compose version > /dev/null 2>&1; then
    docker compose -f "$compose_file" "$@"
  else
    docker-compose -f "$compose_file" "$@"
  fi
}
