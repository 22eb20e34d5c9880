#!/bin/bash
# Edits copies of the schema and sees `buf breaking` let the harmless edit pass and catch the others.
set -euo pipefail
proto=$(realpath "$(dirname "$0")/../../proto")
buf=$(realpath "$(dirname "$0")/../npm/node_modules/.bin/buf")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

(cd "$proto" && "$buf" build -o "$copy/released.binpb")

# try NAME pass|fail SED-EXPRESSION: edits skp.proto and compares with the image from before.
try() {
  local name=$1 want=$2 edit=$3 got=pass
  rm -rf "$copy/proto"
  cp -r "$proto" "$copy/proto"
  sed -i -E "$edit" "$copy/proto/kinerja/v1/skp.proto"
  if cmp -s "$proto/kinerja/v1/skp.proto" "$copy/proto/kinerja/v1/skp.proto"; then
    echo "$name: the edit changed nothing; mend the test"
    exit 1
  fi
  (cd "$copy/proto" && "$buf" build -o /dev/null)  # a syntax error would pass for a finding
  (cd "$copy/proto" && "$buf" breaking --against ../released.binpb >"$copy/found") || got=fail
  if [[ $got != "$want" ]]; then
    echo "$name: buf breaking says $got, wanted $want"
    cat "$copy/found"
    exit 1
  fi
  echo "$name: $got, as wanted"
}

# The first string field called name belongs to message Skp.
field='0,/^  string name = 1/s//'
try "a field is renumbered" fail "$field  string name = 9999/"
try "a field changes its type" fail "$field  int64 name = 1/"
try "a field is renamed" fail "$field  string other_name = 1/"
try "a message is added" pass '$ a message AddedForTest { string text = 1; }'
