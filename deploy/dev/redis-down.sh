#!/bin/bash
# Stops what redis-up.sh started with the same REDIS_DIR (/dev/shm/cozy-redis). WIPE=1 removes its data, too.
set -euo pipefail
REDIS_DIR=${REDIS_DIR:-/dev/shm/cozy-redis}
. "$(dirname "$0")/stop.sh"
stop_pids "$REDIS_DIR/redis.pid"
[ "${WIPE:-0}" != 1 ] || rm -rf "$REDIS_DIR"
echo "redis down"
