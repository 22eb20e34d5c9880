#!/bin/bash
# Measures the gateway against its floors (design.md §10) and prints the table in Markdown.
#
#   KINERJA_BIN=build/release/bin tests/bench/run.sh [--quick] [--records N] [--pairs N]
#             [--only validate,submit1,submit64,client,deliver,targets,memory,start]
#
# Floor and gateway are measured in alternating pairs, one after the other, by the same client with
# the same bytes, on the same two cores and the same disk; the ratio is the median of the ratios of
# the pairs. Each submit run begins with an empty store.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

bin=$(readlink -f "${KINERJA_BIN:?set it to the folder of the release programs}")
rows=(validate submit1 submit64 client deliver targets memory start)
pairs=7 records=1000000 only=$(IFS=,; echo "${rows[*]}")
count1=3000 count64=30000 count_deliver=3000 count_targets=20000
while [[ $# -gt 0 ]]; do
  case $1 in
    --quick)
      pairs=5 records=100000 count1=1500 count64=12000 count_deliver=2000 count_targets=10000
      ;;
    --records) records=$2 && shift ;;
    --pairs) pairs=$2 && shift ;;
    --only) only=$2 && shift ;;
    *) sed -n '2,9p' "$0" >&2 && exit 2 ;;
  esac
  shift
done

load_before=$(cut -d' ' -f1 /proc/loadavg)  # of others: above 0.3 the figures mean little
reference=$PWD/config/reference
mkdir -p build/bench
work=$(mktemp -d "$PWD/build/bench/run.XXXXXX")
server='' simulator=''
finish() {
  local pid
  for pid in $server $simulator; do kill -KILL "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT

say() { printf '%s\n' "$*" >&2; }
wanted() { [[ ,$only, == *,$1,* ]]; }

# --- Servers: start_floor and start_gateway set $server and $address -------------------------------
token=bench-$RANDOM$RANDOM

# A target that nobody answers for: what it is owed is made, planned, and waits.
target() {
  cat <<YAML
  - id: $1
    bkn:
      service_url: https://127.0.0.1:9/apisiasn/1.0
      token_url: https://127.0.0.1:9/oauth2/token
      consumer_key_file: secret
      consumer_secret_file: secret
      sso_token_file: secret
      http: {allow_private_addresses: true}
YAML
}
write_config() {
  echo nobody >"$work/secret"
  cat >"$work/gateway.yaml" <<YAML
listeners:
  - address: 127.0.0.1:0
store:
  sqlite:
    path: $1
systems:
  - id: pmm
principals:
  - id: bench
    bearer_token_sha256: $(printf %s "$token" | sha256sum | cut -d' ' -f1)
    systems: [pmm]
    instansi: ["*"]
reference:
  instansi_file: $reference/instansi.tsv
  unor_file: $reference/unor.tsv
targets:
$(target bkn)
$(target ekinerja)
$(target pemda)
routes:
  - {target: bkn}
  - {target: ekinerja}
  - {target: pemda}
YAML
}

start() {  # start PROGRAM ARGUMENT...
  rm -f "$work/ready"
  "$@" --ready_file "$work/ready" >"$work/log" 2>&1 &
  server=$!
}
wait_ready() {
  local i
  for ((i = 0; i < 1000; i++)); do
    [[ -f $work/ready ]] && address=$(head -n1 "$work/ready") && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.01
  done
  say "bench: the server did not start:" "$(tail -n5 "$work/log")"
  return 1
}
start_floor() {
  rm -rf "$work/store" && mkdir "$work/store"
  start "$bin/floor_server" --store "$work/store/store.db"
  wait_ready
}
start_gateway() {
  rm -rf "$work/store" && mkdir -m 700 "$work/store"
  write_config "$work/store/store.db"
  start "$bin/kinerja-gateway" --config "$work/gateway.yaml"
  wait_ready
}
stop() {
  kill "-${1:-TERM}" "$server"
  wait "$server" 2>/dev/null || true
  server=''
}
load() {  # load IN_FLIGHT CONNECTIONS COUNT [FIRST]: rate, p50, p99
  timeout 120 "$bin/bench_load" --address "$address" --token "$token" --reference "$reference" \
    --in_flight "$1" --connections "$2" --count "$3" --warmup $(($3 / 10)) --first "${4:-0}"
}

# --- Figures ----------------------------------------------------------------------------------------
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# add_row WORK FLOOR-NAME UNIT GOAL PAIRS-FILE(floor ours); goal ">=0.4", "<=1.0" of the ratio, or
# nothing: shown to tell what a floor cannot reach either.
add_row() {
  local floor ours ratio
  floor=$(cut -d' ' -f1 "$5" | median)
  ours=$(cut -d' ' -f2 "$5" | median)
  ratio=$(awk '{ print $2 / $1 }' "$5" | median)
  awk -v work="$1" -v name="$2" -v unit="$3" -v goal="$4" -v f="$floor" -v o="$ours" -v r="$ratio" '
    BEGIN {
      limit = substr(goal, 3)
      reached = goal == "" ? "—" : (goal ~ /^>/ ? r >= limit : r <= limit) ? "yes" : "no"
      wanted = goal == "" ? "—" : sprintf("%s %s x", goal ~ /^>/ ? "≥" : "≤", limit)
      format = f < 100 ? "%.1f" : "%.0f"
      printf "| %s | %s: " format " %s | " format " %s | %.2f | %s | %s |\n", work, name, f, unit, o,
        unit, r, wanted, reached
    }' >>"$work/table"
}

# submit WORK IN_FLIGHT CONNECTIONS COUNT FLOOR: FLOOR is disk or server.
submit() {
  local i side turn disk_or_server=$5
  : >"$work/floor" && : >"$work/ours"
  for ((i = 0; i < pairs; i++)); do
    turn='floor ours'
    ((i % 2 == 0)) || turn='ours floor'
    for side in $turn; do
      if [[ $side == ours ]]; then
        start_gateway
        load "$2" "$3" "$4" >>"$work/ours"
        stop
      elif [[ $disk_or_server == disk ]]; then
        "$bin/floor_disk" "$work" "$4" >>"$work/floor"
      else
        start_floor
        load "$2" "$3" "$4" >>"$work/floor"
        stop
      fi
      say "$1, pair $((i + 1)), $side: $(tail -n1 "$work/$side")"
    done
  done
  paste -d' ' <(cut -d' ' -f1 "$work/floor") <(cut -d' ' -f1 "$work/ours") >"$work/pairs"
}
add_latency() {  # add_latency WORK
  printf '| %s | %s | %s | %s | %s |\n' "$1" "$(cut -d' ' -f2 "$work/floor" | median)" \
    "$(cut -d' ' -f3 "$work/floor" | median)" "$(cut -d' ' -f2 "$work/ours" | median)" \
    "$(cut -d' ' -f3 "$work/ours" | median)" >>"$work/latency"
}

# --- Rows -------------------------------------------------------------------------------------------
row_validate() {
  "$bin/bench_validate" "$reference" "$pairs" >"$work/pairs"
  add_row 'Validate one SKP, all rules' 'parse + serialise' µs '<=1.0' "$work/pairs"
}

row_submit1() {
  submit 'Submit, 1 in flight' 1 1 "$count1" disk
  add_row 'Submit, 1 in flight' '4 KiB append + fdatasync' /s '>=0.4' "$work/pairs"
  add_latency 'Submit, 1 in flight (floor: the disk)'
  submit 'Submit, 1 in flight' 1 1 "$count1" server
  add_row 'Submit, 1 in flight, and the server' 'gRPC + SQLite, one row' /s '' "$work/pairs"
  add_latency 'Submit, 1 in flight (floor: the server)'
}

row_submit64() {
  submit 'Submit, 64 in flight' 64 4 "$count64" server
  add_row 'Submit, 64 in flight' 'gRPC + SQLite, one row' /s '>=0.6' "$work/pairs"
  add_latency 'Submit, 64 in flight'
}

# --- Deliver: to the simulator of BKN, over TLS, each side 64 records at once ---------------------
in_flight=64

start_simulator() {
  local i
  [[ -d $work/pki ]] || "$bin/kinerjactl" pki --dir "$work/pki" >/dev/null
  rm -f "$work/simulator"
  "$bin/kinerja-simulator" bkn --any_person --listen 127.0.0.1:0 --ready_file "$work/simulator" \
    --tls_certificate "$work/pki/server.pem" --tls_private_key "$work/pki/server-key.pem" \
    >/dev/null &
  simulator=$!
  for ((i = 0; i < 500; i++)); do
    [[ ! -f $work/simulator ]] || return 0
    sleep 0.01
  done
  say "bench: the simulator did not start" && return 1
}
stop_simulator() {
  kill "$simulator"
  wait "$simulator" 2>/dev/null || true
  simulator=''
}
siasn() {  # siasn COMMAND: the rate, or a token
  "$bin/bench_siasn" "$1" --url "https://$(cat "$work/simulator")" --ca "$work/pki/ca.pem" \
    --reference "$reference" --records "$count_deliver" --in_flight "$in_flight"
}
write_deliver_config() {
  local url
  url=https://$(cat "$work/simulator")
  write_config "$work/store/store.db"
  (umask 077 && siasn token >"$work/sso")
  cat >>"$work/gateway.yaml" <<YAML
  - {target: siasn}
YAML
  sed -i "s|^targets:|&\n  - id: siasn\n    pace: {max_in_flight: $in_flight}\n    bkn:\n\
      service_url: $url/apisiasn/1.0\n      token_url: $url/oauth2/token\n\
      consumer_key_file: secret\n      consumer_secret_file: secret\n      sso_token_file: sso\n\
      http: {allow_private_addresses: true, ca_file: pki/ca.pem}|" "$work/gateway.yaml"
}
deliver_ours() {
  rm -rf "$work/store" && mkdir -m 700 "$work/store"
  "$bin/bench_fill" --store "$work/store/store.db" --reference "$reference" --evaluated \
    --records "$count_deliver" --target siasn >/dev/null
  write_deliver_config
  start "$bin/kinerja-gateway" --config "$work/gateway.yaml"
  wait_ready
  siasn watch
  stop
}

row_deliver() {
  local i side turn
  : >"$work/floor" && : >"$work/ours"
  for ((i = 0; i < pairs; i++)); do
    turn='floor ours'
    ((i % 2 == 0)) || turn='ours floor'
    for side in $turn; do
      start_simulator
      if [[ $side == ours ]]; then deliver_ours >>"$work/ours"; else siasn floor >>"$work/floor"; fi
      stop_simulator
      say "Deliver, pair $((i + 1)), $side: $(tail -n1 "$work/$side")"
    done
  done
  paste -d' ' "$work/floor" "$work/ours" >"$work/pairs"
  add_row 'Deliver to a simulator that answers at once' 'libcurl, connections kept' /s '>=0.6' \
    "$work/pairs"
}

# Five rounds of a second each.
row_client() {
  "$bin/bench_http" 1 | awk -F '[ /]' '{ print $2, $5 }' >"$work/pairs"
  add_row 'HTTP client, 16 requests at once' 'curl_multi alone' /s '' "$work/pairs"
}

row_targets() {
  "$bin/bench_targets" "$work/targets" "$pairs" "$count_targets" >"$work/figures"
  cut -d' ' -f1,2 "$work/figures" >"$work/pairs"
  add_row '500 targets, 10 hung: deliveries' 'the 490 alone' /s '>=0.95' "$work/pairs"
  cut -d' ' -f3,4 "$work/figures" >"$work/pairs"
  add_row '500 targets, 10 hung: p99' 'the 490 alone' ms '<=1.05' "$work/pairs"
}

resident_mb() { awk '/^VmRSS/ { printf "%.1f\n", $2 / 1024 }' "/proc/$server/status"; }

# Idle: some calls were answered, then nothing for two seconds.
row_memory() {
  local i floor ours
  : >"$work/pairs"
  for ((i = 0; i < 3; i++)); do
    start_floor
    load 1 1 20 >/dev/null
    sleep 2
    floor=$(resident_mb)
    stop
    start_gateway
    load 1 1 20 >/dev/null
    sleep 2
    ours=$(resident_mb)
    echo "$floor $ours" >>"$work/pairs"
    [[ $i == 2 ]] || stop
  done
  load 64 4 "$count64" 20 >/dev/null
  sleep 2
  say "Memory: $(resident_mb) MB after $count64 submits"
  stop
  floor=$(cut -d' ' -f1 "$work/pairs" | median)
  ours=$(cut -d' ' -f2 "$work/pairs" | median)
  awk -v f="$floor" -v o="$ours" 'BEGIN {
    printf "| Memory, idle | idle gRPC server: %.1f MB | %.1f MB | %.2f | ≤ 60 MB | %s |\n", f, o,
      o / f, o <= 60 ? "yes" : "no" }' >>"$work/table"
}

# Until the log is so long that replaying it takes its time; SQLite moves it away at 32 MB.
wait_for_log() {
  local i
  for ((i = 0; i < 3000; i++)); do
    [[ $(stat -c %s "$1" 2>/dev/null || echo 0) -lt 25000000 ]] || return 0
    sleep 0.01
  done
  say "bench: the load did not begin" && return 1
}

row_start() {
  local name i begin free_kb client
  free_kb=$(df --output=avail -k "$work" | tail -n1)
  if ((free_kb < records * 16)); then  # 5 KB a record, the log, and as much again
    say "bench: $((free_kb / 1024)) MB are free, too few for $records records; give --records"
    return 1
  fi
  rm -rf "$work/store" && mkdir -m 700 "$work/store"
  write_config "$work/store/store.db"
  begin=$SECONDS
  name=$("$bin/bench_fill" --store "$work/store/store.db" --reference "$reference" \
    --records "$records")
  say "Start: $records records filled in $((SECONDS - begin)) s," \
    "$(du -sm "$work/store" | cut -f1) MB"
  : >"$work/starts"
  for ((i = 0; i < pairs; i++)); do
    start "$bin/kinerja-gateway" --config "$work/gateway.yaml" && wait_ready
    load 64 4 "$count64" $((records + i * count64)) >/dev/null 2>&1 &
    client=$!
    wait_for_log "$work/store/store.db-wal"
    stop KILL
    wait "$client" 2>/dev/null || true
    begin=$(date +%s%N)
    start "$bin/kinerja-gateway" --config "$work/gateway.yaml"
    "$bin/bench_first_answer" --ready_file "$work/ready" --token "$token" --name "$name" \
      --since "$begin" >>"$work/starts"
    say "Start after kill -9, turn $((i + 1)): $(tail -n1 "$work/starts") ms"
    stop
  done
  awk -v n="$records" -v m="$(median <"$work/starts")" -v w="$(sort -g "$work/starts" | tail -n1)" '
    BEGIN { printf "| Start after kill -9, %d records | — | %.2f s (slowest %.2f s) | — | ≤ 2 s | %s |\n",
      n, m / 1000, w / 1000, w <= 2000 ? "yes" : "no" }' >>"$work/table"
}

: >"$work/table" && : >"$work/latency"
for row in "${rows[@]}"; do
  ! wanted "$row" || "row_$row"
done

printf '%s cores, %s; medians of %s pairs; load before: %s\n\n' "$(nproc)" "$(uname -rm)" "$pairs" \
  "$load_before"
printf '| Work | Floor | Ours | Ratio | Goal | Reached |\n|---|---|---|---|---|---|\n'
cat "$work/table"
if [[ -s $work/latency ]]; then
  printf '\n| Latency, µs | Floor p50 | Floor p99 | Ours p50 | Ours p99 |\n|---|---|---|---|---|\n'
  cat "$work/latency"
fi
