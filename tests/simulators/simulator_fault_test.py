"""Every fault strikes as its rule says, and the counters tell what really happened."""

import concurrent.futures
import http.client
import os
import re
import socket
import subprocess
import tempfile
import time
import unittest

from running_simulator import BASE, BINARY, DATA, Siasn, Simulator
from simulator_bkn_test import NIP, PNS, SKP22, SiasnCase

READ = "/pns/data-utama/" + NIP


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited 20 s in vain")
        time.sleep(0.01)


class FaultCase(SiasnCase):
    def created(self):
        return self.siasn.effects()["skp22"]["created"]

    def last(self):
        return self.siasn.log()[-1]


class AnswerFaultTest(FaultCase):
    def test_each_fault_that_is_an_answer(self):
        suspended = ("303001", "Runtime Error", "SUSPENDED")
        for fault, more, status, words in [
                ("http_429", {}, 429, ("900807", "throttled")),
                ("http_429", {"code": "900803"}, 429, ("900803", "throttled")),
                ("http_429_retry_after", {}, 429, ("Too Many",)),
                ("http_503", {}, 503, ("Unavailable",)),
                ("http_503", {"status": 504}, 504, ("Unavailable",)),
                ("http_502_html", {}, 502, ("<html>",)),
                ("xml_fault", {}, 500, ("<ams:code>101503",)),
                ("xml_fault", {"code": "900902"}, 401, ("<ams:code>900902",)),
                ("suspended_303001", {}, 503, suspended),
                ("runtime_error_101503", {}, 500, ("101503", "Runtime Error")),
                ("runtime_error_101503", {"code": "900908"}, 403, ("900908",)),
                ("token_expired", {}, 401, ("900901", "Invalid Credentials")),
                ("token_expired", {"token": "sso"}, 401, ("invalid or expired jwt",)),
                ("token_mismatch", {}, 401, ("Token SSO mismatch",)),
                ("empty_body", {}, 500, ("",))]:
            with self.subTest(fault, **more):
                self.siasn.fault(fault=fault, count=1, **more)
                answer = self.siasn.post("/skp22/save", SKP22)
                self.assertEqual(answer.status, status)
                for word in words:
                    self.assertIn(word, answer.body.decode())
                self.assertEqual((self.last()["fault"], self.last()["status"]), (fault, status))
                self.assertEqual(self.siasn.get(READ).status, 200)  # it struck once
                self.siasn.control("DELETE", "faults")
        self.assertEqual(self.created(), 0)

    def test_gateway_faults_follow_the_switch(self):
        self.switch(gateway_errors="fault")
        self.siasn.fault(fault="suspended_303001")
        self.assertEqual(self.siasn.get(READ).json["fault"]["code"], 303001)

    def test_429_says_when_to_come_again_if_told(self):
        self.siasn.fault(fault="http_429", value=30, count=1)
        body = self.siasn.get(READ).json
        self.assertEqual(body["code"], "900804")
        match = re.fullmatch(r"(.{20})\+0000 UTC", body["nextAccessTime"])
        wait = time.mktime(time.strptime(match[1], "%Y-%b-%d %H:%M:%S")) - time.mktime(
            time.gmtime())
        self.assertTrue(29 <= wait <= 32, wait)
        self.siasn.fault(fault="http_429_retry_after", value=7)
        self.assertEqual(self.siasn.get(READ).headers["Retry-After"], "7")

    def test_drift_renames_what_is_read(self):
        self.siasn.fault(fault="drift", match="skp22_save", count=1)
        self.assertIn("map_data", self.siasn.post("/skp22/save", SKP22).json)
        self.siasn.fault(fault="drift", match="rw_skp22")
        self.assertIn("hasil_kinerja_nilai", self.rows("rw-skp22")[0])

    def test_stale_read_shows_an_earlier_state(self):
        row_id = self.saved("/skp22/save", SKP22)
        self.siasn.fault(fault="stale_read_ms", value=60_000, match="read")
        self.assertEqual([row["tahun"] for row in self.rows("rw-skp22")], ["2022"])
        self.assertEqual(self.siasn.get("/skp22/id/" + row_id).status, 404)
        self.siasn.control("DELETE", "faults")
        self.assertEqual(len(self.rows("rw-skp22")), 2)

    def test_stale_read_becomes_true_with_time(self):
        self.siasn.fault(fault="stale_read_ms", value=300)
        self.saved("/skp22/save", SKP22)
        begin = time.monotonic()
        wait_until(lambda: len(self.rows("rw-skp22")) == 2)
        self.assertGreater(time.monotonic() - begin, 0.2)


class ConnectionFaultTest(FaultCase):
    def strikes(self, error, **rule):
        self.siasn.fault(**rule)
        with self.assertRaises(error):
            self.siasn.post("/skp22/save", SKP22, timeout=0.5)
        self.siasn.control("DELETE", "faults")
        return self.created()

    def test_without_commit_nothing_happened(self):
        self.assertEqual(self.strikes(ConnectionResetError, fault="reset"), 0)
        self.assertEqual(self.strikes(http.client.RemoteDisconnected, fault="close"), 0)
        self.assertEqual(self.strikes(TimeoutError, fault="hang"), 0)
        self.assertEqual((self.last()["status"], self.last()["effect"]), (0, False))

    def test_committed_then_silent(self):
        for number, (error, fault) in enumerate([
                (ConnectionResetError, "commit_then_reset"),
                (http.client.RemoteDisconnected, "commit_then_close"),
                (TimeoutError, "commit_then_hang")]):
            with self.subTest(fault):
                created = self.strikes(error, fault=fault)
                counts = self.siasn.effects()["skp22"]
                self.assertEqual((created, counts["replaced"]), (1, number))
                last = self.last()
                self.assertEqual((last["fault"], last["status"], last["effect"]), (fault, 0, True))
        self.assertEqual(len(self.rows("rw-skp22")), 2)

    def test_half_an_answer(self):
        self.assertEqual(self.strikes(http.client.IncompleteRead, fault="half_answer"), 1)

    def test_hung_answers_are_released(self):
        self.siasn.fault(fault="commit_then_hang", match="skp22_save")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            hung = pool.submit(self.siasn.post, "/skp22/save", SKP22)
            wait_until(lambda: self.created() == 1)
            self.assertFalse(hung.done())
            self.siasn.control("DELETE", "faults")
            self.assertEqual(hung.result(10).status, 200)

    def test_delays_before_and_after(self):
        self.siasn.fault(fault="delay_ms", value=300, match="skp22_save")
        with self.assertRaises(TimeoutError):
            self.siasn.post("/skp22/save", SKP22, timeout=0.1)
        self.assertEqual(self.created(), 1)  # done at once, answered late
        self.siasn.control("DELETE", "faults")
        self.siasn.fault(fault="delay_before_ms", value=300, match="/skp22/save")
        with self.assertRaises(TimeoutError):
            self.siasn.post("/skp22/save", {**SKP22, "tahun": 2024}, timeout=0.1)
        self.assertEqual(self.created(), 1)  # not yet
        wait_until(lambda: self.created() == 2)

    def test_delay_and_answer_fault_strike_together(self):
        self.siasn.control("POST", "faults", [{"fault": "delay_ms", "value": 200},
                                              {"fault": "http_503", "count": 1}])
        begin = time.monotonic()
        self.assertEqual(self.siasn.get(READ).status, 503)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertEqual(self.last()["fault"], "delay_ms+http_503")


class RuleTest(FaultCase):
    def statuses(self, path, count):
        return [self.siasn.get(path).status for _ in range(count)]

    def test_match_by_kind_path_read_write_and_list(self):
        for name, match, struck in [
                ("kind", "data_utama", (True, False)),
                ("path", "/pns/", (True, False)),
                ("read", "read", (True, False)),
                ("write", "write", (False, True)),
                ("all", "*", (True, True)),
                ("list", ["skp22_save", "rw_skp22"], (False, True))]:
            with self.subTest(name):
                self.siasn.fault(fault="http_503", match=match)
                got = (self.siasn.get(READ).status == 503,
                       self.siasn.post("/skp22/save", SKP22).status == 503)
                self.assertEqual(got, struck)
                self.assertEqual(self.siasn.wso2_token().status, 200)
                self.siasn.control("DELETE", "faults")

    def test_tokens_are_struck_by_their_kind(self):
        self.siasn.fault(fault="http_503", match="token_wso2")
        self.siasn.fault(fault="reset", match="token_sso")
        self.assertEqual(self.siasn.wso2_token().status, 503)
        with self.assertRaises(ConnectionResetError):
            self.siasn.sso_token()

    def test_skip_and_count(self):
        self.siasn.fault(fault="http_503", skip=2, count=2)
        self.assertEqual(self.statuses(READ, 5), [200, 200, 503, 503, 200])
        rule = self.siasn.control("GET", "faults")["rules"][0]
        self.assertEqual((rule["seen"], rule["struck"]), (5, 2))

    def test_probability_follows_the_seed(self):
        runs = []
        for seed in (7, 7, 8):
            self.siasn.control("DELETE", "faults")
            self.siasn.fault(fault="http_503", probability=0.3, seed=seed)
            runs.append(self.statuses(READ, 200))
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])
        for run in runs:
            self.assertTrue(30 <= run.count(503) <= 90, run.count(503))

    def test_mistaken_rules_are_refused_whole(self):
        good = {"fault": "http_503"}
        for rules in ({"fault": "hantu"}, {}, [good, {"fault": "reset", "macth": "*"}], 7,
                      {"fault": "reset", "probability": "x"}):
            body = str(rules).replace("'", '"').encode()
            self.assertEqual(self.siasn.call("POST", "/_control/faults", body).status, 400)
        self.assertEqual(self.siasn.control("GET", "faults")["rules"], [])


class QuotaTest(FaultCase):
    def test_beyond_the_quota_is_throttled_and_counted(self):
        self.siasn.control("POST", "quota", {"per_second": 0.2, "burst": 3})
        answers = [self.siasn.get(READ) for _ in range(5)]
        self.assertEqual([answer.status for answer in answers], [200, 200, 200, 429, 429])
        self.assertEqual(answers[3].json["code"], "900804")
        self.assertIn("nextAccessTime", answers[3].json)
        self.assertTrue(self.last()["throttled"])
        windows = self.siasn.control("GET", "windows?seconds=10")
        self.assertEqual((windows["largest"], windows["largest_served"]), (5, 3))
        self.assertEqual(sum(w["received"] for w in windows["windows"]), 5)
        self.siasn.control("POST", "quota", {"per_second": 0})
        self.assertEqual(self.siasn.get(READ).status, 200)

    def test_quota_fills_up_again(self):
        self.siasn.control("POST", "quota", {"per_second": 20, "burst": 1})
        for _ in range(5):
            wait_until(lambda: self.siasn.get(READ).status == 200)


class EndingTest(unittest.TestCase):
    def test_ends_quickly_with_hung_connections(self):
        siasn = Siasn()
        siasn.fault(fault="hang", match="data_utama")
        siasn.fault(fault="delay_before_ms", value=60_000, match="rw_skp22")
        siasn.fault(fault="delay_ms", value=60_000, match="rw_jabatan")
        with concurrent.futures.ThreadPoolExecutor(30) as pool:
            paths = ("/pns/data-utama/", "/pns/rw-skp22/", "/pns/rw-jabatan/")
            hung = [pool.submit(siasn.get, paths[i % 3] + NIP, timeout=30) for i in range(30)]
            wait_until(lambda: 30 == sum(
                rule["struck"] for rule in siasn.control("GET", "faults")["rules"]))
            idle = [socket.create_connection(siasn.address.split(":")) for _ in range(10)]
            seconds, code = siasn.stop()
            self.assertEqual(code, 0)
            self.assertLess(seconds, 5)
            for call in hung:
                self.assertIsNotNone(call.exception(20))
        for connection in idle:
            connection.close()

    def test_starts_again_on_the_same_port(self):
        first = Siasn()
        first.get(READ)
        first.stop()
        second = Siasn(listen=first.address)
        self.assertEqual(second.get(READ).status, 200)
        self.assertEqual(second.stop()[1], 0)


class RefusedStartTest(unittest.TestCase):
    def test_each_mistake_is_one_sentence(self):
        for name, arguments, words in [
                ("all addresses", ["bkn", "--listen", "0.0.0.0:0"], "loopback only"),
                ("another address", ["bkn", "--listen", "192.0.2.1:80"], "loopback only"),
                ("no port", ["bkn", "--listen", "127.0.0.1"], "host:port"),
                ("a certificate alone", ["bkn", "--listen", "127.0.0.1:0", "--tls_certificate",
                                         __file__], "--tls_private_key"),
                ("no certificate in the file", ["bkn", "--listen", "127.0.0.1:0",
                                                "--tls_certificate", __file__,
                                                "--tls_private_key", __file__],
                 "--tls_certificate"),
                ("no folder", ["pmm", "--listen", "127.0.0.1:0", "--data", "/hantu"], "--data"),
                ("nothing to multiply", ["pmm", "--listen", "127.0.0.1:0", "--data",
                                         os.path.join(DATA, "bkn"), "--multiply", "3"],
                 "no record")]:
            with self.subTest(name):
                run = subprocess.run([BINARY, *arguments], capture_output=True, timeout=20,
                                     check=False, text=True)
                self.assertNotEqual(run.returncode, 0)
                self.assertIn(words, run.stderr)
                self.assertEqual(run.stderr.count("\n"), 1)


class AnyInputTest(FaultCase):
    def send(self, data):
        """What comes back for these bytes until the simulator closes or half a second passes."""
        host, port = self.siasn.address.split(":")
        with socket.create_connection((host, port), timeout=10) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                received = b""
                while chunk := connection.recv(65536):
                    received += chunk
                return received
            except OSError:  # it closed before all was sent
                return b"reset"

    def test_bytes_that_are_no_request(self):
        long_head = b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"
        for name, data, want in [
                ("nothing", b"", b"^$"),
                ("binary", bytes(range(256)), b"400"),
                ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400"),
                ("head too long", long_head, b"431|reset"),
                ("many lines", b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 20_000, b"431|reset"),
                ("body too long", b"POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n", b"413"),
                ("half a request", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab", b"^$"),
                ("wrong length", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
                ("old version", b"GET / HTTP/1.0\r\n\r\n", b"Connection: close")]:
            with self.subTest(name):
                self.assertRegex(self.send(data), want)
        self.assertEqual(self.siasn.get(READ).status, 200)

    def test_bodies_of_every_kind(self):
        deep = b"[" * 100_000
        bodies = [b"", b"null", b"\xff\xfe", b'{"tahun":1e999}', b'{"tahun":{}}', deep, deep + b"]" *
                  100_000, b'{"path":[1,null,{"dok_id":[]}],"tahun":2025}', b'{"id":7}']
        for path in ("/skp22/save", "/kinerjaperiodik/save", "/angkakredit/save", "/upload-dok"):
            for body in bodies:
                headers = self.siasn.headers()
                for kind in ("application/json", "multipart/form-data; boundary=x",
                             "multipart/form-data", ""):
                    answer = self.siasn.call("POST", BASE + path, body,
                                             headers + [("Content-Type", kind)])
                    self.assertIn(answer.status, (200, 400), (path, body[:40], answer.body))
        for path in ("faults", "switches", "expire_tokens", "quota", "tokens"):
            for body in bodies:
                answer = self.siasn.call("POST", "/_control/" + path, body)
                if (path, body) != ("switches", b""):
                    self.assertEqual(answer.status, 400, (path, body[:40]))
        for path in ("log?after=-1", "log?limit=x&after=", "windows?seconds=0", "hantu"):
            self.assertIn(self.siasn.call("GET", "/_control/" + path).status, (200, 400, 404))

    def test_bad_bytes_in_a_row_are_answered(self):
        body = {**SKP22, "penilaiNama": "bukan"}
        data = str(body).replace("'", '"').replace("None", "null").encode().replace(
            b"bukan", b"b\\u0000\\ud800x")
        self.siasn.call("POST", BASE + "/skp22/save", data,
                        self.siasn.headers() + [Siasn.JSON])
        self.assertEqual(self.siasn.get("/pns/rw-skp22/" + NIP).status, 200)

    def test_multipart_that_is_cut_anywhere(self):
        whole = (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
                 b"%PDF\r\n--x--\r\n")
        kind = [("Content-Type", "multipart/form-data; boundary=x")]
        for length in range(len(whole)):
            answer = self.siasn.call("POST", BASE + "/upload-dok", whole[:length],
                                     self.siasn.headers() + kind)
            self.assertIn(answer.status, (200, 400))

    def test_many_connections(self):
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: self.siasn.get(READ).status, range(1000)))
        self.assertEqual(set(answers), {200})

    def test_more_connections_than_allowed_are_closed(self):
        simulator = Simulator("bkn", "--max_connections", "4")
        self.addCleanup(simulator.stop)
        address = simulator.address.split(":")
        held = [socket.create_connection(address) for _ in range(4)]
        for connection in held:
            connection.sendall(b"GET /_control/hantu HTTP/1.1\r\n\r\n")
            self.assertIn(b"404", connection.recv(1000))
        with socket.create_connection(address, timeout=10) as refused:
            self.assertEqual(refused.recv(1), b"")
        for connection in held:
            connection.close()

        def is_served():
            try:
                return simulator.call("GET", "/_control/log").status == 200
            except (ConnectionError, http.client.HTTPException):
                return False

        wait_until(is_served)


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="simulator-tls-")
        cls.files = tuple(os.path.join(cls.folder.name, name) for name in ("cert.pem", "key.pem"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
             "subjectAltName=IP:127.0.0.1", "-out", cls.files[0], "-keyout", cls.files[1]],
            check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_service_and_faults_over_tls(self):
        siasn = Siasn(tls=self.files)
        self.addCleanup(siasn.stop)
        connection = siasn.connect()
        self.addCleanup(connection.close)
        for _ in range(3):  # one connection
            connection.request("GET", BASE + READ, headers=dict(siasn.headers()))
            self.assertIn(PNS.encode(), connection.getresponse().read())
        for fault in ("reset", "close", "commit_then_hang"):
            siasn.fault(fault=fault, count=1)
            with self.assertRaises((OSError, http.client.HTTPException)):
                siasn.get(READ, timeout=0.5)
        self.assertEqual(siasn.get(READ).status, 200)

    def test_plain_http_gets_nothing_and_harms_nothing(self):
        siasn = Siasn(tls=self.files)
        self.addCleanup(siasn.stop)
        with socket.create_connection(siasn.address.split(":"), timeout=10) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertNotIn(b"HTTP/1.1", plain.recv(1000))
        self.assertEqual(siasn.get(READ).status, 200)


class LogFileTest(unittest.TestCase):
    def test_file_has_a_line_per_request_without_nip(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "log")
            simulator = Simulator("bkn", "--any_person", "--log", path)
            simulator.call("GET", BASE + READ)
            simulator.call("GET", BASE + "/hantu")
            simulator.stop()
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertNotIn(NIP, lines[0])


if __name__ == "__main__":
    unittest.main()
