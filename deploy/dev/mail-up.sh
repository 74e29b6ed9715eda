#!/bin/bash
# Starts a mail catcher on loopback: SMTP, and HTTP to read what came. Does nothing when it runs already.
# SMTP_PORT (1025)   HTTP_PORT (1080)   MAIL_DIR (/dev/shm/cozy-mail)
set -euo pipefail
export SMTP_PORT=${SMTP_PORT:-1025} HTTP_PORT=${HTTP_PORT:-1080}
MAIL_DIR=${MAIL_DIR:-/dev/shm/cozy-mail}
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$MAIL_DIR"
if [ -f "$MAIL_DIR/mail.pid" ] && kill -0 "$(cat "$MAIL_DIR/mail.pid")" 2>/dev/null; then
  echo "the mail catcher runs already: smtp 127.0.0.1:$SMTP_PORT, http://127.0.0.1:$HTTP_PORT/mails"
  exit 0
fi
[ -d "$here/node_modules" ] || (cd "$here" && npm ci --no-audit --no-fund >/dev/null)
nohup node "$here/mail-catcher.cjs" >"$MAIL_DIR/mail.log" 2>&1 </dev/null &
echo $! >"$MAIL_DIR/mail.pid"
for _ in $(seq 100); do
  if curl -s -o /dev/null "http://127.0.0.1:$HTTP_PORT/mails"; then
    echo "mail catcher up: smtp 127.0.0.1:$SMTP_PORT, http://127.0.0.1:$HTTP_PORT/mails"
    exit 0
  fi
  sleep 0.05
done
echo "the mail catcher did not start; see $MAIL_DIR/mail.log" >&2
exit 1
