"""Compares what the gateway says with what really happened, line by line, and prints the table.

    compare.py FOLDER BKN_URL PMM_URL

FOLDER is run/demo; kinerjactl must be on the PATH and KINERJA_TOKEN set. For every SKP that PMM
handed out: the state, the reason and the delivered parts are what table.json expects of it, each
part that the gateway calls delivered is one row at BKN and was made once, there is no other row,
nothing was sent twice, and PMM was told what the state calls for. Ends with 1 when a line differs,
and when one of the three does not answer.
"""

import collections
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request

PATIENCE_S = 15  # PMM is told a moment after the fact
KINDS = ("skp22", "kinerjaperiodik", "angkakredit")
TOLD = {"DELIVERED": "SAMPAI_DI_BKN", "HELD": "DITAHAN", "SKIPPED": "TIDAK_DIKIRIM",
        "REFUSED": "DITOLAK_BKN", "NOT ACCEPTED": "DITOLAK"}
HEADING = ("SKP AT PMM", "WHO", "GATEWAY SAYS", "DELIVERED", "AT BKN", "PMM WAS TOLD", "")

# What the gateway says of one SKP; parts: how many of each kind are delivered.
Said = collections.namedtuple("Said", "state code parts")


def short(word):
    for prefix in ("DELIVERY_STATE_", "ERROR_REASON_"):
        word = word.removeprefix(prefix)
    return word


def explain(id_skp):
    done = subprocess.run(
        ["kinerjactl", "explain", "--source", "pmm", id_skp, "--output", "json"],
        stdout=subprocess.PIPE, check=False, timeout=60)
    answer = json.loads(done.stdout or "{}")
    none = collections.Counter()
    if answer.get("targets"):
        bkn = answer["targets"][0]
        parts = collections.Counter(part["kind"] for part in bkn.get("parts", [])
                                    if short(part["state"]) == "DELIVERED")
        return Said(short(bkn["state"]), short(bkn.get("reason", {}).get("code", "")), parts)
    violations = answer.get("kept_aside", {}).get("violations", [])
    if violations:
        return Said("NOT ACCEPTED", short(violations[0]["reason"]), none)
    return Said("NOT THERE", "", none)


def counts(numbers):
    return "/".join(str(number) for number in numbers)


def not_as_expected(line, said):
    """What the gateway says of one SKP, and what the table expects."""
    want, parts = line["expected"], {kind: said.parts[kind] for kind in KINDS}
    if (said.state, said.code, parts) == (want["state"], want["code"], want["parts"]):
        return []
    return [f"expected {want['state']} {want['code']} {counts(want['parts'].values())}, the gateway "
            f"says {said.state} {said.code} {counts(parts.values())}"]


def not_at_bkn(wanted, effects):
    """What the gateway calls delivered of one person, and what BKN counts."""
    mistakes = []
    for kind in KINDS:
        want, made = wanted[kind], effects[kind]
        if not want == made["created"] == made["rows"]:
            mistakes.append(f"{kind}: {want} delivered, {made['created']} made, "
                            f"{made['rows']} there")
        if made["identical"] or made["deleted"]:
            mistakes.append(f"{kind}: sent again without need, or removed")
    return mistakes


def compare(table, ask_bkn, ask_pmm):
    """(rows of the table to print, sentences about what differs, how many in which state)"""
    people, told = ask_bkn("effects")["people"], {}
    for status in sorted(ask_pmm("statuses")["statuses"], key=lambda s: s["versi_rekaman"]):
        told[status["id_skp"]] = status["status"]
    said = {line["id_skp"]: explain(line["id_skp"]) for line in table}
    wanted = collections.defaultdict(collections.Counter)  # PNS id → parts of all its SKP
    for line in table:
        wanted[line["pns_id"]] += said[line["id_skp"]].parts

    rows, wrong = [], []
    for line in table:
        id_skp, pns_id = line["id_skp"], line["pns_id"]
        state, code, parts = said[id_skp]
        effects = {kind: people.get(pns_id, {}).get(kind, collections.Counter()) for kind in KINDS}
        mistakes = not_as_expected(line, said[id_skp]) + not_at_bkn(wanted[pns_id], effects)
        if told.get(id_skp) != TOLD.get(state, "?"):
            mistakes.append(f"PMM was told {told.get(id_skp, 'nothing')}")
        more = pns_id and sum(other["pns_id"] == pns_id for other in table) > 1
        at_bkn = counts(effects[kind]["rows"] for kind in KINDS) + (" both" if more else "")
        rows.append((id_skp, line["who"], f"{state} {code}", counts(parts[kind] for kind in KINDS),
                     at_bkn, told.get(id_skp, "-"), "DIFFERS" if mistakes else "ok"))
        wrong += [f"{id_skp}: {mistake}" for mistake in mistakes]
    for pns_id in people.keys() - wanted.keys():
        wrong.append(f"BKN has rows of {pns_id}, of whom nothing was to be sent")
    states = collections.Counter(said[line["id_skp"]].state for line in table)
    return rows, wrong, ", ".join(f"{n} {state}" for state, n in states.most_common())


def asker(url, tls=None):
    def ask(what):
        with urllib.request.urlopen(f"{url}/_control/{what}", context=tls, timeout=10) as reply:
            return json.load(reply)
    return ask


def print_table(rows):
    widths = [max(len(row[i]) for row in [HEADING, *rows]) for i in range(len(HEADING))]
    for row in [HEADING, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print(f"\nDELIVERED and AT BKN count {'/'.join(KINDS)}; `both`: of both SKP of one person.")


def main():
    folder, bkn_url, pmm_url = sys.argv[1:]
    with open(os.path.join(folder, "table.json"), encoding="utf-8") as file:
        table = json.load(file)
    ask_pmm = asker(pmm_url)
    ask_bkn = asker(bkn_url,
                    ssl.create_default_context(cafile=os.path.join(folder, "pki/ca.pem")))

    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            rows, wrong, states = compare(table, ask_bkn, ask_pmm)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            sys.exit(f"compare: no answer to compare with: {error}")
        if not wrong or time.monotonic() > end:
            break
        time.sleep(1)

    print_table(rows)
    print(f"{len(rows)} SKP: {states}")
    if wrong:
        sys.exit("\n".join(["compare: these differ:", *wrong]))
    print(f"{len(rows)} lines compared, no difference")


if __name__ == "__main__":
    main()
