#!/bin/bash
# The programs that are shipped hold no kill point and no seeded bug, not even a name of one. As a
# control, the gateway of the fault build in $1 holds every kill point.
set -euo pipefail
header=$(dirname "$0")/../../gateway/base/kill_point.h
release=${KINERJA_RELEASE_BIN:?run it by ./dev test, or name the folder of the release programs}

# names ARRAY: the strings of that array of kill_point.h.
names() { sed -n "/ $1 = /,/});/p" "$header" | grep -oP '^ +"\K[a-z_]+'; }

for program in "$release"/kinerja-gateway "$release"/kinerjactl "$1/kinerja-gateway"; do
  [[ -x $program ]] || { echo "$program is missing; build it first"; exit 1; }
done

failures=0
for name in $(names kKillPoints) $(names kSeededBugs); do
  for program in "$release"/kinerja-gateway "$release"/kinerjactl; do
    if grep -aqF "$name" "$program"; then
      echo "$program contains $name"
      failures=1
    fi
  done
done
for name in $(names kKillPoints); do
  if ! grep -aqF "$name" "$1/kinerja-gateway"; then
    echo "$1/kinerja-gateway does not contain $name: nothing can be killed there"
    failures=1
  fi
done
exit $failures
