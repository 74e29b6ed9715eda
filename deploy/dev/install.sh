#!/bin/bash
# Installs those of the given Debian packages that are missing; without arguments, all that the development services
# and the tests use. As root or with sudo. Daemons that packages bring are not started: the scripts beside this do that.
set -euo pipefail

all=(redis-server redis-tools memcached swift-proxy swift-account swift-container swift-object
  keystone uwsgi-core uwsgi-plugin-python3 sqlite3 curl chromium wrk litmus rclone nginx libvips42)
[ $# -gt 0 ] || set -- "${all[@]}"

missing=()
for package in "$@"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

root=()
[ "$(id -u)" = 0 ] || root=(sudo)
echo "installing: ${missing[*]}"

# Packages must not start daemons on their usual ports; an existing policy is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
  "${root[@]}" chmod +x "$policy"
  trap '"${root[@]}" rm -f "$policy"' EXIT
fi

install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}")
# The package lists may be missing or old: they are fetched only when the first attempt fails.
"${root[@]}" "${install[@]}" </dev/null >/dev/null 2>&1 && exit 0
"${root[@]}" apt-get update -q </dev/null >/dev/null
"${root[@]}" "${install[@]}" </dev/null
