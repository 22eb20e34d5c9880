#!/bin/bash
# The schema passes buf's rules, is written as buf writes it, and breaks nobody who built on the
# newest released image. To mend the format: cd proto && buf format -w.
set -euo pipefail
cd "$(dirname "$0")/../../proto"
buf=../tests/npm/node_modules/.bin/buf

"$buf" lint
"$buf" format --diff --exit-code --exclude-path google
released=$(find released -name '*.binpb' 2>/dev/null | sort --version-sort | tail -n 1)
if [[ -n $released ]]; then
  "$buf" breaking --against "$released"
else
  echo "nothing released yet: no image to compare with"
fi
