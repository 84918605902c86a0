#!/usr/bin/env bash
# Becomes the broker, as its own user; past Debian's wrapper, so that the signals reach the broker itself.
set -euo pipefail
chown -R rabbitmq: /var/lib/rabbitmq
cat /etc/rabbitmq/conf.d/*.conf > /tmp/rabbitmq.conf
chown rabbitmq: /tmp/rabbitmq.conf
chmod 600 /tmp/rabbitmq.conf
export RABBITMQ_CONFIG_FILE=/tmp/rabbitmq.conf
exec setpriv --reuid rabbitmq --regid rabbitmq --init-groups -- \
  /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server
