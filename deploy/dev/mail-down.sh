#!/bin/bash
# Stops what mail-up.sh started with the same MAIL_DIR (/dev/shm/cozy-mail). WIPE=1 removes its log, too.
set -euo pipefail
MAIL_DIR=${MAIL_DIR:-/dev/shm/cozy-mail}
. "$(dirname "$0")/stop.sh"
stop_pids "$MAIL_DIR/mail.pid"
[ "${WIPE:-0}" != 1 ] || rm -rf "$MAIL_DIR"
echo "mail catcher down"
