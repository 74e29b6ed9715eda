#!/bin/bash
# Stops what keystone-up.sh started with the same KS_HOME (/dev/shm/cozy-keystone). WIPE=1 removes its data, too.
set -euo pipefail
KS_HOME=${KS_HOME:-/dev/shm/cozy-keystone}
. "$(dirname "$0")/stop.sh"
stop_pids "$KS_HOME/pid"
[ "${WIPE:-0}" != 1 ] || rm -rf "$KS_HOME"
echo "keystone down"
