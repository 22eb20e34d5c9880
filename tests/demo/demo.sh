#!/usr/bin/env bash
# The demo of this step: a gateway on SQLite takes invented people's SKP, refuses a wrong one in two
# languages, is killed in the middle of its work, starts again, and has lost nothing.
#
#   KINERJA_BIN=build/release/bin tests/demo/demo.sh [--once]     --once: stop the gateway at the end
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(cd "${KINERJA_BIN:?the folder of the programs}" && pwd)
run=run/demo
people=2000
once=${1:-}
export KINERJA_SERVER=127.0.0.1:8443 KINERJA_TOKEN=demo-token-demo
PATH=$bin:$PATH

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

# Ends the gateway of an earlier demo, and nobody else's.
end_gateway() { # signal
  local pid
  pid=$(cat "$run/pid" 2>/dev/null) || return 0
  if [ "$(readlink "/proc/$pid/exe" 2>/dev/null)" = "$bin/kinerja-gateway" ]; then
    kill "-$1" "$pid"
    while [ -e "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do
      sleep 0.05
    done
  fi
  rm -f "$run/pid"
}

start_gateway() {
  rm -f "$run/ready"
  "$bin/kinerja-gateway" --config "$run/gateway.yaml" --ready_file "$run/ready" \
    >>"$run/gateway.log" 2>&1 &
  echo $! >"$run/pid"
  disown
  for _ in $(seq 200); do
    [ -e "$run/ready" ] && return 0
    [ -e "/proc/$(cat "$run/pid")" ] || break
    sleep 0.05
  done
  tail -n 3 "$run/gateway.log" >&2
  fail "the gateway did not start; the lines above say why"
}

count_records() { kinerjactl list --limit 0 --output json | grep -c '"source"' || true; }

end_gateway TERM
rm -rf "$run"
mkdir -p run && mkdir -m 700 "$run"
sed -e "s|\.\./run/kinerja.db|kinerja.db|" -e "s|: reference/|: $PWD/config/reference/|" \
  config/gateway.yaml >"$run/gateway.yaml"

say "1. A gateway on SQLite starts"
start_gateway
echo "listening on $(cat "$run/ready"), store $run/kinerja.db"

say "2. $people invented people, one SKP each; in the middle of it the gateway is killed (kill -9)"
kinerjactl generate --seed 2026 --count "$people" --reference config/reference >"$run/people.json"
: >"$run/answers.json"
kinerjactl submit "$run/people.json" --parallel 16 --timeout 60s --output json \
  >"$run/answers.json" 2>"$run/submit.log" &
submit=$!
for _ in $(seq 2000); do
  [ "$(grep -c OUTCOME_CREATED "$run/answers.json" || true)" -ge $((people / 3)) ] && break
  sleep 0.005
done
before=$(grep -c OUTCOME_CREATED "$run/answers.json" || true)
end_gateway KILL
echo "killed after $before of $people answers; the callers wait and repeat with the same request_id"
start_gateway
echo "started again on $(cat "$run/ready")"
wait "$submit" || { tail -n 5 "$run/submit.log" >&2; fail "some records were not accepted"; }
answered=$(grep -c OUTCOME_CREATED "$run/answers.json")
held=$(count_records)
echo "acknowledged: $answered   held: $held   sent: $people"
[ "$answered" = "$people" ] && [ "$held" = "$people" ] ||
  fail "acknowledged, held and sent differ: a record was lost or doubled"

say "3. A wrong record is refused, in both languages, with who mends it"
kinerjactl generate --seed 7 --wrong NIP_TMT --reference config/reference >"$run/wrong.json"
if kinerjactl submit "$run/wrong.json"; then fail "a wrong record was accepted"; fi

say "4. The same people sent again: nothing new is made"
head -n 100 "$run/people.json" >"$run/again.json"
kinerjactl submit "$run/again.json" --parallel 16 --output json >"$run/again-answers.json"
echo "unchanged: $(grep -c OUTCOME_UNCHANGED "$run/again-answers.json") of 100   held: $(count_records)"
[ "$(count_records)" = "$people" ] || fail "sending again made records"

say "5. What is held, by state and instansi"
kinerjactl list --limit 0 --output json |
  sed -n 's/.*"name":"instansi\/\([0-9]*\).*"status":"STATUS_SKP_\([A-Z_]*\)","pegawai".*/\2 \1/p' |
  sort | uniq -c | awk '{n[$2] = n[$2] sprintf("  %s: %4d", $3, $1); sum += $1}
    END {for (s in n) printf "  %-16s%s\n", s, n[s] | "sort"; close("sort"); print "  together " sum}'
kinerjactl list --limit 5

if [ "$once" = --once ]; then
  end_gateway TERM
  say "Everything sent is held once. The gateway was stopped."
else
  say "Everything sent is held once. The gateway goes on:"
  cat <<TXT
  address   $KINERJA_SERVER (plain text, loopback)   token  $KINERJA_TOKEN
  try       KINERJA_TOKEN=$KINERJA_TOKEN build/release/bin/kinerjactl list --instansi 9901
  log       $run/gateway.log
  stop      kill $(cat "$run/pid")
TXT
fi
