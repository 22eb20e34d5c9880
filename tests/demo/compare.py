"""Compares what the gateway says with what really happened, line by line, and prints the table.

    compare.py FOLDER BKN_URL PMM_URL

FOLDER is run/demo; kinerjactl must be on the PATH, with KINERJA_TOKEN. Each part that the gateway
calls delivered must be one row at BKN, made once; nothing else may be there; PMM must have been told
what the state of each record calls for. Ends with 1 when a line differs or somebody does not answer.
"""

import collections
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request

PATIENCE_S = 15  # PMM is told after the fact
KINDS = ("skp22", "kinerjaperiodik", "angkakredit")
STATUS_OF = {"DELIVERED": "SAMPAI_DI_BKN", "HELD": "DITAHAN", "SKIPPED": "TIDAK_DIKIRIM",
             "REFUSED": "DITOLAK_BKN", "NOT ACCEPTED": "DITOLAK"}


def explain(id_skp):
    """(state, code, parts delivered per kind) of a record, as the gateway tells anybody entitled."""
    done = subprocess.run(
        ["kinerjactl", "explain", "--source", "pmm", id_skp, "--output", "json"],
        stdout=subprocess.PIPE, check=False, timeout=60)
    answer = json.loads(done.stdout or "{}")
    parts = collections.Counter()
    targets = answer.get("targets", [])
    if not targets:
        codes = [v.get("code") or v.get("reason", "") for v in answer.get("violations", [])]
        return "NOT ACCEPTED" if codes else "NOT THERE", " ".join(codes), parts
    bkn = targets[0]
    for part in bkn.get("parts", []):
        if part["state"] == "DELIVERY_STATE_DELIVERED":
            parts[part["kind"]] += 1
    code = bkn.get("reason", {}).get("code", "").replace("ERROR_REASON_", "")
    return bkn["state"].replace("DELIVERY_STATE_", ""), code, parts


def main():
    folder, bkn_url, pmm_url = sys.argv[1:]
    tls = ssl.create_default_context(cafile=os.path.join(folder, "pki/ca.pem"))

    def ask(url):
        with urllib.request.urlopen(url, context=tls if url[4] == "s" else None, timeout=10) as reply:
            return json.load(reply)

    print(json.dumps([explain("pmm-2025-0000065"), explain("pmm-2025-0000062")]), ask)


if __name__ == "__main__":
    main()
