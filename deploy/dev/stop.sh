# Sourced by the -down scripts.

# stop_pids FILE...: ends the processes whose ids are in the files, the hard way after five seconds.
stop_pids() {
  local file pid pids=()
  for file in "$@"; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then pids+=("$pid"); fi
    rm -f "$file"
  done
  for pid in ${pids[@]+"${pids[@]}"}; do
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.05
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}
