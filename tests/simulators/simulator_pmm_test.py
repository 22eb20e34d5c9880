"""The PMM pages and sync status, asked of the running simulator."""

import copy
import datetime
import json
import os
import tempfile
import unittest

from running_simulator import DATA, Simulator

TOKEN = [("Authorization", "Bearer contoh")]
STATUS = {"id_skp": "a", "versi_rekaman": 1, "status": "DITERIMA", "kode": [], "pesan_id": "Baik."}


def sample(name):
    with open(os.path.join(DATA, "pmm", name), encoding="utf-8") as file:
        return json.load(file)


class PmmCase(unittest.TestCase):
    arguments = ("--data", os.path.join(DATA, "pmm"))

    def setUp(self):
        self.pmm = Simulator("pmm", *self.arguments)
        self.addCleanup(self.pmm.stop)

    def ask(self, query="", headers=None):
        return self.pmm.call("GET", "/skp/perubahan" + query, None,
                             TOKEN if headers is None else headers)

    def page(self, cursor=None, batas=None):
        parts = [f"cursor={cursor}"] if cursor is not None else []
        parts += [f"batas={batas}"] if batas is not None else []
        answer = self.ask("?" + "&".join(parts))
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(sorted(answer.json), ["ada_lagi", "cursor_berikut", "data"])
        return answer.json

    def everything(self, batas=500):
        records, page = [], self.page(batas=batas)
        while True:
            records += page["data"]
            if not page["ada_lagi"]:
                return records
            page = self.page(page["cursor_berikut"], batas)

    def report(self, *entries):
        return self.pmm.call("POST", "/skp/status-sinkron",
                             json.dumps({"data": list(entries)}).encode(), TOKEN)


class PageTest(PmmCase):
    def test_records_come_as_the_files_hold_them_in_their_order(self):
        want = (sample("halaman-01/halaman-1.json")["data"] +
                sample("halaman-01/halaman-2.json")["data"])
        for name in sorted(os.listdir(os.path.join(DATA, "pmm"))):
            if name.endswith(".json"):
                want.append(sample(name))
        self.assertEqual(self.everything(), want)
        self.assertEqual(self.everything(batas=1), want)

    def test_last_page_has_the_cursor_for_the_next_poll(self):
        last = self.page(batas=500)
        self.assertEqual((last["ada_lagi"], len(last["cursor_berikut"]) <= 256), (False, True))
        again = self.page(last["cursor_berikut"])
        self.assertEqual((again["data"], again["ada_lagi"]), ([], False))
        added = sample("valid-01-guru-semester-rencana.json")
        added["versi_rekaman"] = 4
        self.pmm.control("POST", "records", added)
        self.assertEqual(self.page(again["cursor_berikut"])["data"], [added])

    def test_records_are_added_alone_as_list_and_as_page(self):
        before = len(self.everything())
        record = sample("valid-01-guru-semester-rencana.json")
        for value in (record, [record, record], {"data": [record]}):
            self.pmm.control("POST", "records", value)
        self.assertEqual(len(self.everything()), before + 4)
        for value in ({}, [], {"data": [1]}, "x"):
            body = json.dumps(value).encode()
            self.assertEqual(self.pmm.call("POST", "/_control/records", body).status, 400)

    def test_what_is_refused(self):
        for name, query, headers, status in [
                ("no token", "", [], 401),
                ("no bearer", "", [("Authorization", "Basic x")], 401),
                ("strange cursor", "?cursor=x", None, 410),
                ("empty cursor", "?cursor=", None, 410),
                ("cursor beyond", "?cursor=cG1tLXRlbXBhdDo5OTk5OTk", None, 410),
                ("batas 0", "?batas=0", None, 400),
                ("batas of letters", "?batas=x", None, 400)]:
            with self.subTest(name):
                self.assertEqual(self.ask(query, headers).status, status)
        self.assertEqual(self.pmm.call("GET", "/hantu", None, TOKEN).status, 404)


class TokenTest(unittest.TestCase):
    def test_only_the_token_of_the_file_until_another_is_told(self):
        with tempfile.NamedTemporaryFile("w", suffix=".token") as file:
            file.write("benar\n")
            file.flush()
            pmm = Simulator("pmm", "--token_file", file.name)
        self.addCleanup(pmm.stop)

        def status(token):
            return pmm.call("GET", "/skp/perubahan", None,
                            [("Authorization", "Bearer " + token)]).status

        self.assertEqual((status("benar"), status("salah")), (200, 401))
        pmm.control("POST", "tokens", {"token": "baru"})
        self.assertEqual((status("benar"), status("baru")), (401, 200))


class MultiplyTest(PmmCase):
    arguments = ("--data", os.path.join(DATA, "pmm"), "--multiply", "3000")

    def test_pages_are_100_by_default_and_500_at_most(self):
        self.assertEqual(len(self.page()["data"]), 100)
        self.assertEqual(len(self.page(batas=501)["data"]), 500)

    def test_variants_are_different_people_with_valid_nip(self):
        records = self.everything()
        self.assertEqual(records, self.everything(batas=77))  # the same whenever asked
        self.assertEqual(len(records), 3000)
        versions = {(record["id_skp"], record["versi_rekaman"]) for record in records}
        originals = [sample("halaman-01/halaman-1.json"), sample("halaman-01/halaman-2.json")]
        self.assertEqual(len(versions), 2700)  # one of ten is the repeat of an overlapping page
        self.assertEqual(originals[0]["data"][0]["id_skp"], originals[1]["data"][0]["id_skp"])
        names, nips = set(), set()
        for record in records:
            who = record["identitas"]
            names.add(who["nama"])
            nip = who["nip"]
            if nip is None:
                continue
            nips.add(nip)
            self.assertEqual(len(nip), 18)
            born = datetime.date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
            day = born.day + (40 if who["nik"][6] >= "4" else 0)
            self.assertEqual(who["nik"][6:12], f"{day:02}{born.month:02}{born.year % 100:02}")
            self.assertNotEqual(nip[15:], "000")
        self.assertGreater(len(names), 300)
        self.assertEqual(len(nips), 7 * 300)  # seven of the ten records' people, one with two

    def test_all_records_of_one_person_change_alike(self):
        records = self.everything()
        by_id = {}
        for record in records:
            who = record["identitas"]
            by_id.setdefault(record["id_skp"], set()).add((who["nama"], who["nip"], who["nik"]))
        self.assertTrue(all(len(people) == 1 for people in by_id.values()))
        first = records[0]
        text = json.dumps(first)
        original = sample("halaman-01/halaman-1.json")["data"][0]
        self.assertNotIn(original["identitas"]["nip"], text)
        self.assertIn(first["identitas"]["nip"], json.dumps(first["riwayat_status"]))
        self.assertEqual(first["atasan"], original["atasan"])

    def test_additions_come_after_the_variants(self):
        record = sample("valid-01-guru-semester-rencana.json")
        self.pmm.control("POST", "records", record)
        self.assertEqual(self.everything()[3000:], [record])


class ManyTest(unittest.TestCase):
    def test_a_hundred_thousand_cost_no_memory(self):
        pmm = Simulator("pmm", "--data", os.path.join(DATA, "pmm"), "--multiply", "100000")
        self.addCleanup(pmm.stop)
        cursor = ""
        for _ in range(20):
            answer = pmm.call("GET", "/skp/perubahan?batas=500" + cursor, None, TOKEN)
            cursor = "&cursor=" + answer.json["cursor_berikut"]
        self.assertTrue(answer.json["ada_lagi"])
        self.assertEqual(pmm.control("GET", "effects")["held"], 100_000)
        with open(f"/proc/{pmm.process.pid}/status", encoding="utf-8") as file:
            resident = next(line for line in file if line.startswith("VmRSS"))
        if "asan" not in os.environ["KINERJA_SIMULATOR"]:
            self.assertLess(int(resident.split()[1]), 100_000)


class StatusTest(PmmCase):
    def test_newest_entry_per_record_and_version_counts(self):
        self.assertEqual(self.report(STATUS, {**STATUS, "id_skp": "b"}).json, {"diterima": 2})
        arrived = {**STATUS, "status": "SAMPAI_DI_BKN"}
        self.report(arrived)
        self.report({**STATUS, "versi_rekaman": 2, "status": "DITOLAK", "kode": ["X"]})
        got = self.pmm.control("GET", "statuses")
        self.assertEqual(got["received"], 4)
        self.assertEqual(got["totals"], {"DITERIMA": 1, "DITOLAK": 1, "SAMPAI_DI_BKN": 1})
        self.assertEqual(got["statuses"][0], {**arrived, "received": 2})
        self.assertEqual(len(self.pmm.control("GET", "statuses?id_skp=b")["statuses"]), 1)
        self.assertEqual(self.pmm.control("GET", "statuses?totals")["statuses"], [])

    def test_all_entries_are_taken_or_none(self):
        for name, change in [("id_skp", {"id_skp": ""}), ("version", {"versi_rekaman": 0}),
                             ("version as text", {"versi_rekaman": "1"}),
                             ("status", {"status": "OK"}), ("kode", {"kode": None}),
                             ("kode of numbers", {"kode": [1]}), ("pesan_id", {"pesan_id": None})]:
            with self.subTest(name):
                self.assertEqual(self.report(STATUS, {**STATUS, **change}).status, 400)
        self.assertEqual(self.report(*[STATUS] * 501).status, 400)
        for body in (b"", b"[]", b'{"data":{}}', b"\xff"):
            answer = self.pmm.call("POST", "/skp/status-sinkron", body, TOKEN)
            self.assertEqual(answer.status, 400)
        self.assertEqual(self.pmm.control("GET", "statuses")["received"], 0)
        self.assertEqual(self.report(*[STATUS] * 500).json, {"diterima": 500})


class FaultTest(PmmCase):
    def strike(self, **rule):
        self.pmm.control("DELETE", "faults")
        self.pmm.fault(**rule)

    def test_faults_that_are_an_answer(self):
        for fault, status, words in [("token_expired", 401, b"token"), ("cursor_gone", 410, b""),
                                     ("not_a_page", 200, b"hasil"), ("not_json", 200, b"<html>"),
                                     ("http_503", 503, b""), ("empty_body", 500, b"")]:
            with self.subTest(fault):
                self.strike(fault=fault, match="perubahan")
                answer = self.ask()
                self.assertEqual(answer.status, status)
                self.assertIn(words, answer.body)
                self.assertEqual(self.report(STATUS).status, 200)

    def test_pages_overlap(self):
        cursor = self.page(batas=4)["cursor_berikut"]
        plain = self.page(cursor, 2)
        self.strike(fault="overlap", value=3)
        overlapping = self.page(cursor, 2)
        self.assertEqual(overlapping["data"], self.everything_without_faults()[1:6])
        self.assertEqual(overlapping["cursor_berikut"], plain["cursor_berikut"])

    def everything_without_faults(self):
        self.pmm.control("DELETE", "faults")
        return self.everything()

    def test_records_repeat(self):
        plain = self.page(batas=2)["data"]
        self.strike(fault="repeats")
        self.assertEqual(self.page(batas=2)["data"], [plain[0], plain[0], plain[1], plain[1]])

    def test_older_version_after_newer(self):
        plain = self.page(batas=500)["data"]
        older = []
        for record in plain:
            if record["versi_rekaman"] > 1:
                older.append(copy.deepcopy(record))
                older[-1]["versi_rekaman"] -= 1
        self.strike(fault="older_after_newer")
        self.assertEqual(self.page(batas=500)["data"], plain + older)
        self.assertGreater(len(older), 0)

    def test_drift_and_byte_order_mark(self):
        self.strike(fault="drift")
        self.assertEqual(self.page(batas=1)["data"][0]["kolom_baru"], "isi")
        self.strike(fault="bom")
        body = self.ask().body
        self.assertTrue(body.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(sorted(json.loads(body.decode("utf-8-sig"))),
                         ["ada_lagi", "cursor_berikut", "data"])

    def test_status_committed_then_silent(self):
        self.strike(fault="commit_then_reset", match="write")
        with self.assertRaises(ConnectionResetError):
            self.report(STATUS)
        self.assertEqual(self.pmm.control("GET", "statuses")["received"], 1)
        self.assertTrue(self.pmm.log()[-1]["effect"])

    def test_quota(self):
        self.pmm.control("POST", "quota", {"per_second": 0.1, "burst": 1})
        self.assertEqual(self.ask().status, 200)
        answer = self.ask()
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (429, "10"))


if __name__ == "__main__":
    unittest.main()
