#!/bin/bash
# Starts a real Keystone v3 on loopback (SQLite, fernet tokens), all state under KS_HOME. The first start takes some
# 20 seconds. Does nothing when it runs already.
# KS_PORT (5000)   KS_HOME (/dev/shm/cozy-keystone)
# SWIFT_PROXY (http://127.0.0.1:8091): the object store its catalog names; fixed at the first start
set -euo pipefail
KS_HOME=${KS_HOME:-/dev/shm/cozy-keystone}; PORT=${KS_PORT:-5000}; SWIFT_PROXY=${SWIFT_PROXY:-http://127.0.0.1:8091}
mkdir -p "$KS_HOME"; cd "$KS_HOME"
if [ -f pid ] && kill -0 "$(cat pid)" 2>/dev/null; then
  echo "keystone runs already: http://127.0.0.1:$PORT/v3"
  exit 0
fi
cat >keystone.conf <<C
[DEFAULT]
log_file = $KS_HOME/keystone.log
[database]
connection = sqlite:///$KS_HOME/keystone.db
sqlite_synchronous = false
[token]
provider = fernet
[fernet_tokens]
key_repository = $KS_HOME/fernet
[credential]
key_repository = $KS_HOME/credential
[cache]
enabled = false
[identity]
# Passwords here are public: the cheapest hash will do.
password_hash_rounds = 4
C
KM="/usr/bin/keystone-manage --config-file $KS_HOME/keystone.conf"; U=$(id -un); G=$(id -gn)
if [ ! -f .bootstrapped ]; then
  rm -f keystone.db*; mkdir -p fernet credential
  # WAL is a must: with the rollback journal every API write dies with 'database is locked'
  sqlite3 keystone.db 'PRAGMA journal_mode=WAL' >/dev/null
  $KM db_sync 2>/dev/null
  $KM fernet_setup --keystone-user "$U" --keystone-group "$G" 2>/dev/null
  $KM credential_setup --keystone-user "$U" --keystone-group "$G" 2>/dev/null
  url=http://127.0.0.1:$PORT/v3/
  $KM bootstrap --bootstrap-password adminpw --bootstrap-username admin --bootstrap-project-name admin \
    --bootstrap-role-name admin --bootstrap-service-name keystone --bootstrap-region-id RegionOne \
    --bootstrap-public-url "$url" --bootstrap-internal-url "$url" --bootstrap-admin-url "$url" 2>/dev/null
fi
export OS_KEYSTONE_CONFIG_FILES=$KS_HOME/keystone.conf OS_KEYSTONE_CONFIG_DIR=$KS_HOME
setsid nohup uwsgi_python3 --http-socket "127.0.0.1:$PORT" --wsgi-file /usr/bin/keystone-wsgi-public --processes 1 \
  --threads 8 --master --die-on-term --buffer-size 65535 --lazy-apps --need-app >uwsgi.log 2>&1 </dev/null &
echo $! >pid
up=0
for _ in $(seq 600); do
  curl -fs -o /dev/null "http://127.0.0.1:$PORT/v3" && up=1 && break
  sleep 0.1
done
[ $up = 1 ] || { echo "keystone did not start; see $KS_HOME/uwsgi.log" >&2; exit 1; }
if [ ! -f .bootstrapped ]; then
/usr/bin/python3 - "$PORT" "$SWIFT_PROXY" <<'PY'
import sys, json, urllib.request as u
B=f"http://127.0.0.1:{sys.argv[1]}/v3"; SP=sys.argv[2]
def c(m,p,b=None,t=None):
    r=u.Request(B+p,method=m,data=json.dumps(b).encode() if b is not None else None,headers={'Content-Type':'application/json',**({'X-Auth-Token':t} if t else {})})
    x=u.urlopen(r); d=x.read(); return x.headers,(json.loads(d) if d else None)
h,d=c('POST','/auth/tokens',{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin","domain":{"id":"default"},"password":"adminpw"}}},"scope":{"project":{"name":"admin","domain":{"id":"default"}}}}})
t=h['X-Subject-Token']
svc=c('POST','/projects',{"project":{"name":"service","domain_id":"default"}},t)[1]['project']['id']
demo=c('POST','/projects',{"project":{"name":"demo","domain_id":"default"}},t)[1]['project']['id']
sw=c('POST','/users',{"user":{"name":"swift","password":"swift","domain_id":"default"}},t)[1]['user']['id']
du=c('POST','/users',{"user":{"name":"demo","password":"demopw","domain_id":"default"}},t)[1]['user']['id']
roles={r['name']:r['id'] for r in c('GET','/roles',None,t)[1]['roles']}
so=c('POST','/roles',{"role":{"name":"swiftoperator"}},t)[1]['role']['id']
c('PUT',f"/projects/{svc}/users/{sw}/roles/{roles['admin']}",None,t)
c('PUT',f"/projects/{demo}/users/{du}/roles/{so}",None,t)
s=c('POST','/services',{"service":{"name":"swift","type":"object-store"}},t)[1]['service']['id']
for i in ('public','internal','admin'):
    c('POST','/endpoints',{"endpoint":{"interface":i,"service_id":s,"region_id":"RegionOne","url":SP+"/v1/AUTH_$(project_id)s"}},t)
PY
touch .bootstrapped
fi
echo "keystone up: http://127.0.0.1:$PORT/v3  demo/demopw project demo domain Default"
