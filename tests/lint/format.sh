#!/bin/bash
# Every C++ file is as clang-format 14 writes it. To mend: clang-format-14 -i FILE.
set -euo pipefail
cd "$(dirname "$0")/../.."
/usr/bin/python3 - <<'PYTHON' | xargs -0 --no-run-if-empty clang-format-14 --dry-run -Werror
import sys
sys.path.insert(0, "tests/lint")
import sources
sys.stdout.write("".join(p + "\0" for p in sources.source_files(".") if p.endswith((".h", ".cc"))))
PYTHON
