#!/usr/bin/env bash
# Demo 1: what teachers entered in PMM arrives at BKN once, whatever breaks in between, and anyone
# entitled can ask where it is. PMM and BKN are simulators; the people are invented.
#
#   KINERJA_BIN=build/release/bin tests/demo/demo.sh [--once]     --once: stop everything at the end
#
# Ends with 1 as soon as something is not as it should be; run/demo keeps the logs.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(cd "${KINERJA_BIN:?the folder of the programs}" && pwd)
run=$PWD/run/demo
pmm_url=http://127.0.0.1:8300
bkn_url=https://127.0.0.1:8243
once=${1:-}
[[ -z $once || $once == --once ]] || { echo "usage: tests/demo/demo.sh [--once]" >&2; exit 2; }
export KINERJA_SERVER=127.0.0.1:8443 KINERJA_TOKEN=demo-token-demo
PATH=$bin:$PATH

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'demo: %s; the logs are in %s\n' "$*" "$run" >&2; exit 1; }

# --- Programs: one file of each kind per NAME (gateway, pmm, bkn) -------------------------------
# By its arguments: a number of a process may belong to somebody else by now.
is_running() { # NAME
  local pid
  pid=$(cat "$run/$1.pid" 2>/dev/null) || return 1
  { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF "$run/$1.ready"
}

# Ends what this demo or an earlier one of this folder started, and nothing else.
end() { # NAME SIGNAL
  local pid limit=$((SECONDS + 30))
  if is_running "$1"; then
    pid=$(cat "$run/$1.pid")
    kill "-$2" "$pid"
    # Only a zombie has closed its files: the lock of the store, the port.
    while [[ -e /proc/$pid ]] && ! grep -qs '^State:.Z' "/proc/$pid/status"; do
      if ((SECONDS >= limit)); then
        echo "demo: $1 (process $pid) does not end" >&2
        return 1
      fi
      sleep 0.05
    done
  fi
  rm -f "$run/$1.pid"
}
end_all() {
  local name result=0
  for name in gateway pmm bkn; do end "$name" TERM || result=1; done
  return $result
}

start() { # NAME COMMAND...
  local name=$1
  shift
  rm -f "$run/$name.ready"
  "$@" --ready_file "$run/$name.ready" >>"$run/$name.log" 2>&1 &
  echo $! >"$run/$name.pid"
  disown
  for _ in {1..200}; do
    [[ ! -e $run/$name.ready ]] || return 0
    is_running "$name" || break
    sleep 0.05
  done
  tail -n 3 "$run/$name.log" >&2
  fail "$name did not start; the lines above say why"
}
start_gateway() { start gateway kinerja-gateway --config "$run/gateway.yaml"; }

# --- Asking the gateway and the simulators ------------------------------------------------------
pmm() { kinerjactl simulator "$pmm_url" "$@" --output json; }
bkn() { kinerjactl simulator "$bkn_url" --tls-ca "$run/pki/ca.pem" "$@" --output json; }
numbers() { { grep -o "\"$1\":[0-9]*" || true; } | cut -d: -f2; }
sum() { awk '{sum += $1} END {print sum + 0}'; }
rows_created() { bkn effects --totals | numbers created | sum; }
throttled() { bkn windows --seconds 60 | numbers throttled | sum; }
records() { kinerjactl list --limit 0 --output json | grep -c '"source"' || true; }
deliveries() { kinerjactl deliveries --limit 0; }

has() { (($("$1") >= $2)); } # COUNTER NUMBER
all_settled() {
  local rows
  rows=$(deliveries) && ! grep -Eq ' (PENDING|IN_FLIGHT|UNKNOWN|RETRYING|SENT) ' <<<"$rows"
}

wait_for() { # SECONDS WHAT COMMAND...
  local limit=$((SECONDS + $1)) what=$2 name
  shift 2
  until "$@"; do
    for name in gateway pmm bkn; do is_running "$name" || fail "$name has stopped"; done
    ((SECONDS < limit)) || fail "not in time: $what"
    sleep 0.2
  done
}

# --- What must be there before the first line ---------------------------------------------------
prepare() {
  end_all || fail "what an earlier demo started is still there"
  rm -rf "$run"
  mkdir -p run && mkdir -m 700 "$run"
  /usr/bin/python3 -B tests/demo/people.py "$run"
  kinerjactl pki --dir "$run/pki" >/dev/null
  (umask 077; for file in pmm-token bkn-key bkn-secret; do echo example >"$run/$file"; done)
  # The example, with paths of this folder and the patience of somebody who watches.
  local pace="requests_per_second: 60, settle_time: 2s, call_timeout: 3s, backoff_max: 4s"
  sed -e "s|\.\./run/||" -e "s|: reference/|: $PWD/config/reference/|" \
    -e "s|pace: {.*}|pace: {$pace}|" config/gateway.yaml >"$run/gateway.yaml"
}

start_simulators() {
  start pmm kinerja-simulator pmm --listen "${pmm_url#*//}" --data "$run/pmm" \
    --token_file "$run/pmm-token"
  start bkn kinerja-simulator bkn --listen "${bkn_url#*//}" --data "$run/bkn" \
    --tls_certificate "$run/pki/server.pem" --tls_private_key "$run/pki/server-key.pem"
  # As a person fetches one by hand.
  (umask 077; bkn tokens kind=sso lifetime_s=604800 | cut -d'"' -f4 >"$run/bkn-sso")
}

# --- The demo -----------------------------------------------------------------------------------
trap 'result=$?; [[ $result == 0 && $once != --once ]] || end_all || result=1
  exit $((result != 0))' EXIT

say "1. PMM, BKN (both simulated) and a gateway on SQLite start"
prepare
start_simulators
bkn quota 8 8 >/dev/null
start_gateway
echo "PMM $pmm_url   BKN $bkn_url   gateway $(cat "$run/gateway.ready")"

say "2. PMM's pages come in; BKN takes 8 requests in a second and answers 429 to the others"
wait_for 20 "the records of PMM" has records 55
wait_for 30 "answers 429" has throttled 8
wait_for 30 "the first rows at BKN" has rows_created 10
echo "held: $(records) SKP   at BKN: $(rows_created) rows   answered 429: $(throttled) times"
kinerjactl targets
bkn quota 0 >/dev/null
wait_for 60 "rows after the quota" has rows_created 60
echo "the limit is gone, nobody did anything at the gateway: $(rows_created) rows at BKN"

say "3. BKN keeps every fifth save and says nothing; in the middle the gateway is killed (kill -9)"
bkn faults set commit_then_close match=write probability=0.1 seed=1 >/dev/null
bkn faults set commit_then_hang match=write probability=0.1 seed=2 >/dev/null
wait_for 60 "rows with a silent BKN" has rows_created 110
end gateway KILL
echo "killed with $(rows_created) rows at BKN"
start_gateway
wait_for 120 "every delivery settled" all_settled
silent=$(bkn faults | numbers struck | sum)
((silent > 0)) || fail "BKN answered every save; nothing of this step was tried"
bkn faults clear >/dev/null
echo "started again; $silent saves without an answer were looked up before anything was repeated:"
echo "$(rows_created) rows at BKN, each made once (the table below compares)"

say "4. Plans wait for their evaluation; it comes while the operator has paused BKN"
kinerjactl deliveries --reason EVALUASI_MISSING --limit 0 | sed -n 1,4p
kinerjactl pause bkn >/dev/null
before=$(rows_created)
pmm records "$run/pmm-later.json" >/dev/null
pending() { deliveries | grep -c ' PENDING ' || true; }
wait_for 30 "the evaluations" has pending "$(grep -c '"id_skp"' "$run/pmm-later.json")"
[[ $(rows_created) == "$before" ]] || fail "something went to a paused target"
echo "paused: $(pending) deliveries wait, BKN still has $before rows"
kinerjactl resume bkn >/dev/null
wait_for 60 "every delivery settled" all_settled
echo "resumed: $(rows_created) rows at BKN"

say "5. What was refused, in both languages, with who mends it"
echo "by the gateway, of a NIP with month 13:"
kinerjactl explain --source pmm pmm-2025-0000065 --lang both
echo "by BKN, of a person it does not know:"
kinerjactl explain --source pmm pmm-2025-0000064 --lang both

say "6. Where each SKP is: the gateway's word beside the counters of BKN and PMM"
/usr/bin/python3 -B tests/demo/compare.py "$run" "$bkn_url" "$pmm_url"
kinerjactl target bkn

if [[ $once == --once ]]; then
  say "Everything is where the gateway says, once. All programs are stopped."
else
  say "Everything is where the gateway says, once. The programs go on:"
  cat <<TXT
  gateway    $KINERJA_SERVER   (plain text, loopback)
  PMM        $bin/kinerjactl simulator $pmm_url statuses
  BKN        $bin/kinerjactl simulator $bkn_url --tls-ca $run/pki/ca.pem effects
  token      export KINERJA_TOKEN=$KINERJA_TOKEN
  ask        $bin/kinerjactl explain --source pmm pmm-2025-0000062
  break      $bin/kinerjactl simulator $bkn_url --tls-ca $run/pki/ca.pem faults set http_503
  compare    PATH=$bin:\$PATH /usr/bin/python3 tests/demo/compare.py $run $bkn_url $pmm_url
  logs       $run/*.log
  stop       kill $(cat "$run"/{gateway,pmm,bkn}.pid | tr '\n' ' ')
TXT
fi
