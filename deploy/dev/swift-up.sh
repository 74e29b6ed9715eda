#!/bin/bash
# Starts a real OpenStack Swift on loopback: one node, one replica, as plain processes, all state under SWIFT_HOME.
# Does nothing for what runs already. SWIFT_HOME must be on tmpfs: ext4 has too little room for extended attributes.
# SWIFT_HOME (/dev/shm/cozy-swift)   PROXY_PORT (8090: own login, tempauth)
# KEYSTONE_URL (none) adds a second proxy on KPROXY_PORT (8091) that takes Keystone's tokens
# OBJ_PORT CON_PORT ACC_PORT MC_PORT (6210 6211 6212 11311): its inner servers and memcached
# WITH_EXPIRER=1 starts the daemon that removes objects whose time is over
set -euo pipefail
SWIFT_HOME=${SWIFT_HOME:-/dev/shm/cozy-swift}
PROXY_PORT=${PROXY_PORT:-8090}          # tempauth proxy
KPROXY_PORT=${KPROXY_PORT:-8091}        # keystone proxy (only if KEYSTONE_URL set)
OBJ_PORT=${OBJ_PORT:-6210}; CON_PORT=${CON_PORT:-6211}; ACC_PORT=${ACC_PORT:-6212}
MC_PORT=${MC_PORT:-11311}
KEYSTONE_URL=${KEYSTONE_URL:-}
WITH_EXPIRER=${WITH_EXPIRER:-0}
U=$(id -un)
E=$SWIFT_HOME/etc; R=$SWIFT_HOME/run; L=$SWIFT_HOME/log; D=$SWIFT_HOME/srv
mkdir -p "$E" "$R" "$L" "$D/sdb1" "$SWIFT_HOME/cache"

alive() { [ -f "$R/$1.pid" ] && kill -0 "$(cat "$R/$1.pid")" 2>/dev/null; }
start() { # name cmd...
  local n=$1; shift
  alive "$n" && return 0
  setsid nohup "$@" >>"$L/$n.log" 2>&1 </dev/null &
  echo $! >"$R/$n.pid"
}
waitport() {
  for _ in $(seq 600); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
    sleep 0.05
  done
  echo "port $1 does not open; see $L" >&2
  return 1
}

# rings: one process, 3 rings, 1 replica, 2^4 partitions
if [ ! -f "$E/object.ring.gz" ]; then
/usr/bin/python3 - "$E" "$OBJ_PORT" "$CON_PORT" "$ACC_PORT" <<'PY'
import sys
from swift.common.ring import RingBuilder
etc, ports = sys.argv[1], sys.argv[2:]
for name, port in zip(("object", "container", "account"), ports):
    b = RingBuilder(4, 1, 0)
    b.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port),
               "replication_ip": "127.0.0.1", "replication_port": int(port),
               "device": "sdb1", "weight": 100.0, "meta": ""})
    b.rebalance()
    b.save(f"{etc}/{name}.builder")
    b.get_ring().save(f"{etc}/{name}.ring.gz")
PY
fi

server_conf() { # file type port
cat >"$E/$1" <<C
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $3
user = $U
swift_dir = $E
devices = $D
mount_check = false
workers = 0
disable_fallocate = true
fallocate_reserve = 0
log_level = INFO
[pipeline:main]
pipeline = healthcheck $2-server
[filter:healthcheck]
use = egg:swift#healthcheck
[app:$2-server]
use = egg:swift#$2
[$2-updater]
interval = 2
concurrency = 1
recon_cache_path = $SWIFT_HOME/cache
[$2-replicator]
[$2-auditor]
C
}
server_conf object-server.conf object $OBJ_PORT
server_conf container-server.conf container $CON_PORT
server_conf account-server.conf account $ACC_PORT

proxy_conf() { # file port authpipeline
cat >"$E/$1" <<C
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $2
user = $U
swift_dir = $E
workers = 0
log_level = INFO
expose_info = true
admin_key = info-admin-key
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk tempurl ratelimit $3 copy container-quotas account-quotas slo dlo versioned_writes symlink proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
error_suppression_interval = 0
error_suppression_limit = 1000000
allow_account_management = true
[filter:tempauth]
use = egg:swift#tempauth
user_admin_admin = admin .admin .reseller_admin
user_test_tester = testing .admin
user_test_tester3 = testing3
storage_url_scheme = http
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = $KEYSTONE_URL
auth_url = $KEYSTONE_URL
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = swift
password = swift
delay_auth_decision = True
cache = swift.cache
include_service_catalog = False
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, swiftoperator, member
reseller_admin_role = ResellerAdmin
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$MC_PORT
[filter:ratelimit]
use = egg:swift#ratelimit
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:tempurl]
use = egg:swift#tempurl
[filter:copy]
use = egg:swift#copy
[filter:container-quotas]
use = egg:swift#container_quotas
[filter:account-quotas]
use = egg:swift#account_quotas
[filter:slo]
use = egg:swift#slo
min_segment_size = 1
rate_limit_under_size = 0
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
C
}
proxy_conf proxy-tempauth.conf $PROXY_PORT tempauth
cat >"$E/expirer.conf" <<C
[DEFAULT]
user = $U
swift_dir = $E
log_level = INFO
[object-expirer]
interval = 5
recon_cache_path = $SWIFT_HOME/cache
[pipeline:main]
pipeline = catch_errors cache proxy-server
[app:proxy-server]
use = egg:swift#proxy
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$MC_PORT
[filter:catch_errors]
use = egg:swift#catch_errors
C
cp -f "$E/expirer.conf" "$E/internal-client.conf"

start memcached memcached -u "$U" -l 127.0.0.1 -p $MC_PORT -U 0 -m 64
start account-server   /usr/bin/swift-account-server   "$E/account-server.conf"   -v
start container-server /usr/bin/swift-container-server "$E/container-server.conf" -v
start object-server    /usr/bin/swift-object-server    "$E/object-server.conf"    -v
start proxy-tempauth   /usr/bin/swift-proxy-server     "$E/proxy-tempauth.conf"   -v
if [ "$WITH_EXPIRER" = 1 ]; then start object-expirer /usr/bin/swift-object-expirer "$E/expirer.conf" -v; fi
if [ -n "$KEYSTONE_URL" ]; then
  proxy_conf proxy-keystone.conf $KPROXY_PORT "authtoken keystoneauth"
  start proxy-keystone /usr/bin/swift-proxy-server "$E/proxy-keystone.conf" -v
  waitport $KPROXY_PORT
fi
for p in $MC_PORT $ACC_PORT $CON_PORT $OBJ_PORT $PROXY_PORT; do waitport $p; done
for _ in $(seq 100); do
  curl -fs -o /dev/null "http://127.0.0.1:$PROXY_PORT/healthcheck" && break
  sleep 0.1
done
echo "swift up: http://127.0.0.1:$PROXY_PORT/auth/v1.0  X-Auth-User: test:tester  X-Auth-Key: testing"
