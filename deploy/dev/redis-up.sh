#!/bin/bash
# Starts Redis on loopback, keeping nothing on disk. Does nothing when it runs already.
# REDIS_PORT (6390)   REDIS_DIR (/dev/shm/cozy-redis)
set -euo pipefail
REDIS_PORT=${REDIS_PORT:-6390}
REDIS_DIR=${REDIS_DIR:-/dev/shm/cozy-redis}

mkdir -p "$REDIS_DIR"
if [ -f "$REDIS_DIR/redis.pid" ] && kill -0 "$(cat "$REDIS_DIR/redis.pid")" 2>/dev/null; then
  echo "redis runs already: 127.0.0.1:$REDIS_PORT"
  exit 0
fi
redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --save '' --appendonly no --dir "$REDIS_DIR" --daemonize yes \
  --pidfile "$REDIS_DIR/redis.pid" --logfile "$REDIS_DIR/redis.log" >/dev/null
for _ in $(seq 100); do
  if redis-cli -p "$REDIS_PORT" ping >/dev/null 2>&1 && [ -f "$REDIS_DIR/redis.pid" ]; then
    echo "redis up: 127.0.0.1:$REDIS_PORT"
    exit 0
  fi
  sleep 0.05
done
echo "redis did not start; see $REDIS_DIR/redis.log" >&2
exit 1
