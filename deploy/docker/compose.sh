# docker compose with our file. Sourced.
# shellcheck shell=bash

compose_file=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../compose.yaml

# compose ARG...: by whichever generation of it is installed.
compose() {
  if docker compose version > /dev/null 2>&1; then
    docker compose -f "$compose_file" "$@"
  else
    docker-compose -f "$compose_file" "$@"
  fi
}

# service_containers SERVICE [COMPOSE-OPTION...]: the ids of its containers; not those of `compose run`.
service_containers() {
  local service=$1 id
  shift
  for id in $(compose "$@" ps -q "$service"); do
    [ "$(docker inspect -f '{{index .Config.Labels "com.docker.compose.oneoff"}}' "$id")" = True ] || echo "$id"
  done
}
