#!/usr/bin/python3
"""Shows compare() a demo that went right, then one seeded difference after the other."""

import contextlib
import io
import json
import os
import subprocess
import tempfile
import unittest
from unittest import mock

import compare


def line(id_skp, pns_id, state, code="", **parts):
    """A line of table.json."""
    return {"id_skp": id_skp, "pns_id": pns_id, "who": f"guru {id_skp}",
            "expected": {"state": state, "code": code,
                         "parts": {kind: parts.get(kind, 0) for kind in compare.KINDS}}}


def target(state, code="UNSPECIFIED", **parts):
    """What kinerjactl explains of an SKP that was accepted; one part of another state besides."""
    rows = [{"kind": kind, "state": "DELIVERY_STATE_DELIVERED"}
            for kind, count in parts.items() for _ in range(count)]
    rows.append({"kind": "skp22", "state": "DELIVERY_STATE_PENDING"})
    answer = {"state": f"DELIVERY_STATE_{state}", "parts": rows}
    if code != "UNSPECIFIED":
        answer["reason"] = {"code": f"ERROR_REASON_{code}"}
    return {"skp": "instansi/9901/skp/1", "targets": [answer]}


def made(count):
    """What BKN counts of one kind, each made once."""
    return {"created": count, "replaced": 0, "identical": 0, "deleted": 0, "rows": count}


def told(id_skp, version, status):
    return {"id_skp": id_skp, "versi_rekaman": version, "status": status}


class Demo:
    """A small demo that went right: each state once, and one person with two SKP."""

    def __init__(self):
        self.table = [
            line("year", "P1", "DELIVERED", skp22=1, kinerjaperiodik=4, angkakredit=1),
            line("first", "P2", "DELIVERED", kinerjaperiodik=2),
            line("second", "P2", "DELIVERED", skp22=1, kinerjaperiodik=2),
            line("honorary", "", "SKIPPED", "NON_ASN"),
            line("waiting", "P3", "HELD", "EVALUASI_MISSING"),
            line("refused", "P4", "REFUSED", "KOEFISIEN_UNKNOWN", skp22=1),
            line("invalid", "", "NOT ACCEPTED", "NIP_TMT"),
        ]
        self.gateway = {
            "year": target("DELIVERED", skp22=1, kinerjaperiodik=4, angkakredit=1),
            "first": target("DELIVERED", kinerjaperiodik=2),
            "second": target("DELIVERED", skp22=1, kinerjaperiodik=2),
            "honorary": target("SKIPPED", "NON_ASN"),
            "waiting": target("HELD", "EVALUASI_MISSING"),
            "refused": target("REFUSED", "KOEFISIEN_UNKNOWN", skp22=1),
            "invalid": {"kept_aside": {"violations": [{"reason": "ERROR_REASON_NIP_TMT"}]}},
        }
        self.people = {
            "P1": {"skp22": made(1), "kinerjaperiodik": made(4), "angkakredit": made(1)},
            "P2": {"skp22": made(1), "kinerjaperiodik": made(4), "angkakredit": made(0)},
            "P4": {"skp22": made(1), "kinerjaperiodik": made(0), "angkakredit": made(0)},
        }
        self.statuses = [
            told("year", 2, "SAMPAI_DI_BKN"), told("year", 1, "DITAHAN"),
            told("first", 1, "SAMPAI_DI_BKN"), told("second", 1, "SAMPAI_DI_BKN"),
            told("honorary", 1, "TIDAK_DIKIRIM"), told("waiting", 1, "DITAHAN"),
            told("refused", 1, "DITOLAK_BKN"), told("invalid", 1, "DITOLAK"),
        ]

    def answer(self, what):
        """Of either simulator."""
        return {"effects": {"people": self.people}, "statuses": {"statuses": self.statuses}}[what]

    def compare(self):
        with self.kinerjactl():
            return compare.compare(self.table, self.answer, self.answer)

    def kinerjactl(self):
        def run(command, **_):
            id_skp = command[command.index("pmm") + 1]
            stdout = json.dumps(self.gateway[id_skp]).encode() if id_skp in self.gateway else b""
            return subprocess.CompletedProcess(command, 0, stdout)

        return mock.patch.object(compare.subprocess, "run", run)

    # What a seeded difference changes.
    def at_gateway(self, id_skp):
        return self.gateway[id_skp]["targets"][0]

    def tell(self, id_skp, status, version=3):
        self.statuses.append(told(id_skp, version, status))

    def tell_nothing(self, id_skp):
        self.statuses = [one for one in self.statuses if one["id_skp"] != id_skp]

    def lose_part(self, id_skp, kind):
        self.at_gateway(id_skp)["parts"].remove({"kind": kind, "state": "DELIVERY_STATE_DELIVERED"})


def counters():
    """Each counter that is compared, of each kind: what it says, and how that is called."""
    for kind, was in [("skp22", 1), ("kinerjaperiodik", 4), ("angkakredit", 1)]:
        for wrong in (was - 1, was + 1):
            yield kind, "created", wrong, f"{kind}: {was} delivered, {wrong} made, {was} there"
            yield kind, "rows", wrong, f"{kind}: {was} delivered, {was} made, {wrong} there"
        for counter in ("identical", "deleted"):
            yield kind, counter, 1, f"{kind}: sent again without need, or removed"


class CompareTest(unittest.TestCase):
    def found(self, demo, *wanted):
        """Exactly these sentences are found, and their lines and no other are marked."""
        rows, wrong, _ = demo.compare()
        self.assertEqual(sorted(wrong), sorted(wanted))
        ids = {sentence.split(":")[0] for sentence in wanted}
        self.assertEqual({row[0] for row in rows if row[-1] == "DIFFERS"},
                         ids & {one["id_skp"] for one in demo.table})
        self.assertEqual({row[-1] for row in rows} - {"DIFFERS", "ok"}, set())

    def test_takes_a_demo_that_went_right(self):
        rows, wrong, states = Demo().compare()
        self.assertEqual(wrong, [])
        self.assertEqual(rows[0], ("year", "guru year", "DELIVERED ", "1/4/1", "1/4/1",
                                   "SAMPAI_DI_BKN", "ok"))
        self.assertEqual(rows[2], ("second", "guru second", "DELIVERED ", "1/2/0", "1/4/0 both",
                                   "SAMPAI_DI_BKN", "ok"))
        self.assertEqual(rows[6], ("invalid", "guru invalid", "NOT ACCEPTED NIP_TMT", "0/0/0",
                                   "0/0/0", "DITOLAK", "ok"))
        self.assertEqual({row[-1] for row in rows}, {"ok"})
        self.assertEqual(states, "3 DELIVERED, 1 SKIPPED, 1 HELD, 1 REFUSED, 1 NOT ACCEPTED")

    def test_finds_another_state(self):
        demo = Demo()
        demo.at_gateway("waiting")["state"] = "DELIVERY_STATE_DELIVERED"
        demo.tell("waiting", "SAMPAI_DI_BKN")
        self.found(demo, "waiting: expected HELD EVALUASI_MISSING 0/0/0, the gateway says "
                         "DELIVERED EVALUASI_MISSING 0/0/0")

    def test_finds_a_state_that_calls_for_no_word_of_pmm(self):
        demo = Demo()
        demo.at_gateway("year")["state"] = "DELIVERY_STATE_RETRYING"
        self.found(demo,
                   "year: expected DELIVERED  1/4/1, the gateway says RETRYING  1/4/1",
                   "year: PMM was told SAMPAI_DI_BKN")

    def test_finds_another_reason(self):
        demo = Demo()
        demo.at_gateway("refused")["reason"]["code"] = "ERROR_REASON_TARGET_REFUSED"
        demo.gateway["invalid"]["kept_aside"]["violations"][0]["reason"] = "ERROR_REASON_NIP_FORMAT"
        self.found(demo,
                   "refused: expected REFUSED KOEFISIEN_UNKNOWN 1/0/0, the gateway says "
                   "REFUSED TARGET_REFUSED 1/0/0",
                   "invalid: expected NOT ACCEPTED NIP_TMT 0/0/0, the gateway says "
                   "NOT ACCEPTED NIP_FORMAT 0/0/0")

    def test_finds_an_skp_that_is_not_there(self):
        demo = Demo()
        del demo.gateway["waiting"]
        self.found(demo,
                   "waiting: expected HELD EVALUASI_MISSING 0/0/0, the gateway says "
                   "NOT THERE  0/0/0",
                   "waiting: PMM was told DITAHAN")

    def test_finds_a_part_that_is_not_delivered(self):
        for kind, said, counted in [("skp22", "0/4/1", "0 delivered, 1 made, 1 there"),
                                    ("kinerjaperiodik", "1/3/1", "3 delivered, 4 made, 4 there"),
                                    ("angkakredit", "1/4/0", "0 delivered, 1 made, 1 there")]:
            with self.subTest(kind=kind):
                demo = Demo()
                demo.lose_part("year", kind)
                self.found(demo,
                           f"year: expected DELIVERED  1/4/1, the gateway says DELIVERED  {said}",
                           f"year: {kind}: {counted}")

    def test_finds_each_counter_that_differs(self):
        for kind, counter, value, sentence in counters():
            with self.subTest(kind=kind, counter=counter, value=value):
                demo = Demo()
                demo.people["P1"][kind][counter] = value
                self.found(demo, f"year: {sentence}")

    def test_counts_both_skp_of_a_person_together(self):
        demo = Demo()
        demo.people["P2"]["kinerjaperiodik"]["created"] = 5
        self.found(demo, *[f"{id_skp}: kinerjaperiodik: 4 delivered, 5 made, 4 there"
                           for id_skp in ("first", "second")])

    def test_finds_that_bkn_has_nothing_of_a_person(self):
        demo = Demo()
        del demo.people["P4"]
        self.found(demo, "refused: skp22: 1 delivered, 0 made, 0 there")

    def test_finds_rows_of_nobody_of_the_table(self):
        demo = Demo()
        demo.people["P9"] = {"skp22": made(1)}
        self.found(demo, "BKN has rows of P9, of whom nothing was to be sent")

    def test_finds_what_pmm_was_told(self):
        for id_skp, _, state, *_ in Demo().compare()[0]:
            with self.subTest(id_skp=id_skp, state=state):
                demo = Demo()
                demo.tell_nothing(id_skp)
                self.found(demo, f"{id_skp}: PMM was told nothing")
                demo.tell(id_skp, "DITERIMA")
                self.found(demo, f"{id_skp}: PMM was told DITERIMA")

    def test_what_pmm_was_told_of_the_newest_version_counts(self):
        demo = Demo()
        demo.tell("first", "USANG", version=0)
        self.found(demo)
        demo.tell("first", "DITERIMA", version=2)
        self.found(demo, "first: PMM was told DITERIMA")

    def run_main(self, demo):
        """The whole program on this demo; what it printed."""
        printed = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, demo.kinerjactl(), \
                mock.patch.object(compare, "PATIENCE_S", 0), \
                mock.patch.object(compare, "asker", lambda *_: demo.answer), \
                mock.patch.object(compare.ssl, "create_default_context"), \
                mock.patch.object(compare.sys, "argv", ["compare.py", folder, "bkn", "pmm"]), \
                contextlib.redirect_stdout(printed):
            with open(os.path.join(folder, "table.json"), "w", encoding="utf-8") as file:
                json.dump(demo.table, file)
            compare.main()
        return printed.getvalue()

    def test_the_program_says_that_nothing_differs(self):
        self.assertIn("7 lines compared, no difference", self.run_main(Demo()))

    def test_the_program_fails_for_a_difference(self):
        demo = Demo()
        demo.people["P1"]["skp22"]["rows"] = 2
        with self.assertRaises(SystemExit) as ended:
            self.run_main(demo)
        self.assertEqual(ended.exception.code, "compare: these differ:\n"
                                               "year: skp22: 1 delivered, 1 made, 2 there")

    def test_the_program_fails_without_an_answer(self):
        demo = Demo()
        demo.answer = mock.Mock(side_effect=OSError("refused"))
        with self.assertRaises(SystemExit) as ended:
            self.run_main(demo)
        self.assertEqual(ended.exception.code, "compare: no answer to compare with: refused")


if __name__ == "__main__":
    unittest.main()
