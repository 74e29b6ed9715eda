#!/bin/bash
# Stops what swift-up.sh started with the same SWIFT_HOME (/dev/shm/cozy-swift). WIPE=1 removes its data, too.
set -euo pipefail
SWIFT_HOME=${SWIFT_HOME:-/dev/shm/cozy-swift}
. "$(dirname "$0")/stop.sh"
stop_pids "$SWIFT_HOME"/run/*.pid
[ "${WIPE:-0}" != 1 ] || rm -rf "$SWIFT_HOME"
echo "swift down"
